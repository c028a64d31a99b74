// Histograms: for every row of a node and every column, one 64-bit addition to the cell of the row's bin. A cell holds the fixed-point
// gradient in its high half and the hessian in its low half, so that one addition sums both; the quantiser keeps both halves from overflowing.

import { columnHistogramBytes, columnsPerTask, scratchAt, scratchBytes, strideAt } from './layout';

/**
 * Rows that are looked at ahead. A node's rows lie far apart in memory; touching 64 of them first lets their cache misses overlap,
 * where one row after the other would wait for each: 25 ns instead of 200 for a row of 32 columns.
 */
const ahead: usize = 64;

/** Four columns of one row: `row` at its first bin, `cells` at the first column's cells. */
function add4(row: usize, cells: usize, packed: i64): void {
  const a = cells + ((<usize>load<u8>(row)) << 3);
  store<i64>(a, load<i64>(a) + packed);
  const b = cells + ((<usize>load<u8>(row, 1)) << 3);
  store<i64>(b, load<i64>(b, 2048) + packed, 2048);
  const c = cells + ((<usize>load<u8>(row, 2)) << 3);
  store<i64>(c, load<i64>(c, 4096) + packed, 4096);
  const d = cells + ((<usize>load<u8>(row, 3)) << 3);
  store<i64>(d, load<i64>(d, 6144) + packed, 6144);
}

function add8(row: usize, cells: usize, packed: i64): void {
  const a = cells + ((<usize>load<u8>(row)) << 3);
  store<i64>(a, load<i64>(a) + packed);
  const b = cells + ((<usize>load<u8>(row, 1)) << 3);
  store<i64>(b, load<i64>(b, 2048) + packed, 2048);
  const c = cells + ((<usize>load<u8>(row, 2)) << 3);
  store<i64>(c, load<i64>(c, 4096) + packed, 4096);
  const d = cells + ((<usize>load<u8>(row, 3)) << 3);
  store<i64>(d, load<i64>(d, 6144) + packed, 6144);
  const e = cells + ((<usize>load<u8>(row, 4)) << 3);
  store<i64>(e, load<i64>(e, 8192) + packed, 8192);
  const f = cells + ((<usize>load<u8>(row, 5)) << 3);
  store<i64>(f, load<i64>(f, 10240) + packed, 10240);
  const g = cells + ((<usize>load<u8>(row, 6)) << 3);
  store<i64>(g, load<i64>(g, 12288) + packed, 12288);
  const h = cells + ((<usize>load<u8>(row, 7)) << 3);
  store<i64>(h, load<i64>(h, 14336) + packed, 14336);
}

function sum32(bins: usize, stride: usize, index: usize, count: usize, gathered: usize, cells: usize): void {
  for (let at: usize = 0; at < count; at++) {
    const row = bins + <usize>load<u32>(index + (at << 2)) * stride;
    const packed = load<i64>(gathered + (at << 3));
    add8(row, cells, packed);
    add8(row + 8, cells + 16384, packed);
    add8(row + 16, cells + 32768, packed);
    add8(row + 24, cells + 49152, packed);
  }
}

function sum16(bins: usize, stride: usize, index: usize, count: usize, gathered: usize, cells: usize): void {
  for (let at: usize = 0; at < count; at++) {
    const row = bins + <usize>load<u32>(index + (at << 2)) * stride;
    const packed = load<i64>(gathered + (at << 3));
    add8(row, cells, packed);
    add8(row + 8, cells + 16384, packed);
  }
}

function sum8(bins: usize, stride: usize, index: usize, count: usize, gathered: usize, cells: usize): void {
  for (let at: usize = 0; at < count; at++) {
    add8(bins + <usize>load<u32>(index + (at << 2)) * stride, cells, load<i64>(gathered + (at << 3)));
  }
}

function sum4(bins: usize, stride: usize, index: usize, count: usize, gathered: usize, cells: usize): void {
  for (let at: usize = 0; at < count; at++) {
    add4(bins + <usize>load<u32>(index + (at << 2)) * stride, cells, load<i64>(gathered + (at << 3)));
  }
}

/** One stretch of at most 64 rows: gathers their gradients and touches their bins, then sums by the widest steps that fit. */
function stretch(
  bins: usize,
  stride: usize,
  width: usize,
  index: usize,
  count: usize,
  gradients: usize,
  scratch: usize,
  cells: usize,
): u32 {
  let touched: u32 = 0;
  for (let at: usize = 0; at < count; at++) {
    const row = <usize>load<u32>(index + (at << 2));
    store<i64>(scratch + (at << 3), load<i64>(gradients + (row << 3)));
    touched += load<u8>(bins + row * stride);
  }
  if (width === 32) {
    sum32(bins, stride, index, count, scratch, cells);
    return touched;
  }
  if (width & 16) {
    sum16(bins, stride, index, count, scratch, cells);
    bins += 16;
    cells += 16 * columnHistogramBytes;
  }
  if (width & 8) {
    sum8(bins, stride, index, count, scratch, cells);
    bins += 8;
    cells += 8 * columnHistogramBytes;
  }
  if (width & 4) sum4(bins, stride, index, count, scratch, cells);
  return touched;
}

/**
 * A task: index, rows, histogram of the node, first column, columns (a multiple of 4), own (1: sums apart and adds by atomic operations,
 * where several threads share a node; the cells were cleared before), gradients.
 */
export function histogram(task: usize, bins: usize, thread: usize): void {
  const index = <usize>load<u32>(task);
  const rows = <usize>load<u32>(task, 4);
  const first = <usize>load<u32>(task, 12);
  const width = <usize>load<u32>(task, 16);
  const apart = load<u32>(task, 20);
  const gradients = <usize>load<u32>(task, 24);
  const stride = <usize>load<u32>(strideAt);
  const scratch = <usize>load<u32>(scratchAt) + thread * scratchBytes;
  const shared = <usize>load<u32>(task, 8) + first * columnHistogramBytes;
  const cells = apart ? scratch : shared;
  const gathered = scratch + columnsPerTask * columnHistogramBytes;
  memory.fill(cells, 0, width * columnHistogramBytes);
  let touched: u32 = 0;
  for (let from: usize = 0; from < rows; from += ahead) {
    touched += stretch(bins + first, stride, width, index + (from << 2), min(ahead, rows - from), gradients, gathered, cells);
  }
  // Kept, so that no compiler drops the loads that touch.
  store<u32>(gathered, touched);
  if (!apart) return;
  const end = width * columnHistogramBytes;
  for (let at: usize = 0; at < end; at += 8) {
    const packed = load<i64>(cells + at);
    if (packed !== 0) atomic.add<i64>(shared + at, packed);
  }
}

/** Clears cells that several tasks will add to. */
export function clear(cells: usize, bytes: usize): void {
  memory.fill(cells, 0, bytes);
}
