// Histograms: for every row of a node and every column, one 64-bit addition to the cell of the row's bin. A cell holds the fixed-point
// gradient in its high half and the hessian in its low half, so that one addition sums both; the quantiser keeps both halves from overflowing.

import { columnHistogramBytes, columnsPerTask, scratchAt, scratchBytes, strideAt } from './layout';

/**
 * Rows that are brought near at a time. A node's rows lie far apart in memory; copying 1024 of them first lets their cache misses overlap,
 * where summing one row after the other would wait for each: 17 to 22 ns instead of 40 to 160 for a row of 32 columns.
 */
const near: usize = 1024;
/** Bytes of a row that is near. */
const nearStride: usize = 32;

// Written out column by column: the place of a column's cells is then part of the instruction, which halves the time of a loop over columns.

/** Sixteen columns at a time: their 32 KB of cells stay in the first cache. */
function sum16(rows: usize, count: usize, gathered: usize, cells: usize): void {
  for (let at: usize = 0; at < count; at++) {
    const row = rows + at * nearStride;
    const packed = load<i64>(gathered + (at << 3));
    const at0 = cells + ((<usize>load<u8>(row)) << 3);
    store<i64>(at0, load<i64>(at0) + packed);
    const at1 = cells + ((<usize>load<u8>(row, 1)) << 3);
    store<i64>(at1, load<i64>(at1, 2048) + packed, 2048);
    const at2 = cells + ((<usize>load<u8>(row, 2)) << 3);
    store<i64>(at2, load<i64>(at2, 4096) + packed, 4096);
    const at3 = cells + ((<usize>load<u8>(row, 3)) << 3);
    store<i64>(at3, load<i64>(at3, 6144) + packed, 6144);
    const at4 = cells + ((<usize>load<u8>(row, 4)) << 3);
    store<i64>(at4, load<i64>(at4, 8192) + packed, 8192);
    const at5 = cells + ((<usize>load<u8>(row, 5)) << 3);
    store<i64>(at5, load<i64>(at5, 10240) + packed, 10240);
    const at6 = cells + ((<usize>load<u8>(row, 6)) << 3);
    store<i64>(at6, load<i64>(at6, 12288) + packed, 12288);
    const at7 = cells + ((<usize>load<u8>(row, 7)) << 3);
    store<i64>(at7, load<i64>(at7, 14336) + packed, 14336);
    const at8 = cells + ((<usize>load<u8>(row, 8)) << 3);
    store<i64>(at8, load<i64>(at8, 16384) + packed, 16384);
    const at9 = cells + ((<usize>load<u8>(row, 9)) << 3);
    store<i64>(at9, load<i64>(at9, 18432) + packed, 18432);
    const at10 = cells + ((<usize>load<u8>(row, 10)) << 3);
    store<i64>(at10, load<i64>(at10, 20480) + packed, 20480);
    const at11 = cells + ((<usize>load<u8>(row, 11)) << 3);
    store<i64>(at11, load<i64>(at11, 22528) + packed, 22528);
    const at12 = cells + ((<usize>load<u8>(row, 12)) << 3);
    store<i64>(at12, load<i64>(at12, 24576) + packed, 24576);
    const at13 = cells + ((<usize>load<u8>(row, 13)) << 3);
    store<i64>(at13, load<i64>(at13, 26624) + packed, 26624);
    const at14 = cells + ((<usize>load<u8>(row, 14)) << 3);
    store<i64>(at14, load<i64>(at14, 28672) + packed, 28672);
    const at15 = cells + ((<usize>load<u8>(row, 15)) << 3);
    store<i64>(at15, load<i64>(at15, 30720) + packed, 30720);
  }
}

function sum8(rows: usize, count: usize, gathered: usize, cells: usize): void {
  for (let at: usize = 0; at < count; at++) {
    const row = rows + at * nearStride;
    const packed = load<i64>(gathered + (at << 3));
    const at0 = cells + ((<usize>load<u8>(row)) << 3);
    store<i64>(at0, load<i64>(at0) + packed);
    const at1 = cells + ((<usize>load<u8>(row, 1)) << 3);
    store<i64>(at1, load<i64>(at1, 2048) + packed, 2048);
    const at2 = cells + ((<usize>load<u8>(row, 2)) << 3);
    store<i64>(at2, load<i64>(at2, 4096) + packed, 4096);
    const at3 = cells + ((<usize>load<u8>(row, 3)) << 3);
    store<i64>(at3, load<i64>(at3, 6144) + packed, 6144);
    const at4 = cells + ((<usize>load<u8>(row, 4)) << 3);
    store<i64>(at4, load<i64>(at4, 8192) + packed, 8192);
    const at5 = cells + ((<usize>load<u8>(row, 5)) << 3);
    store<i64>(at5, load<i64>(at5, 10240) + packed, 10240);
    const at6 = cells + ((<usize>load<u8>(row, 6)) << 3);
    store<i64>(at6, load<i64>(at6, 12288) + packed, 12288);
    const at7 = cells + ((<usize>load<u8>(row, 7)) << 3);
    store<i64>(at7, load<i64>(at7, 14336) + packed, 14336);
  }
}

function sum4(rows: usize, count: usize, gathered: usize, cells: usize): void {
  for (let at: usize = 0; at < count; at++) {
    const row = rows + at * nearStride;
    const packed = load<i64>(gathered + (at << 3));
    const at0 = cells + ((<usize>load<u8>(row)) << 3);
    store<i64>(at0, load<i64>(at0) + packed);
    const at1 = cells + ((<usize>load<u8>(row, 1)) << 3);
    store<i64>(at1, load<i64>(at1, 2048) + packed, 2048);
    const at2 = cells + ((<usize>load<u8>(row, 2)) << 3);
    store<i64>(at2, load<i64>(at2, 4096) + packed, 4096);
    const at3 = cells + ((<usize>load<u8>(row, 3)) << 3);
    store<i64>(at3, load<i64>(at3, 6144) + packed, 6144);
  }
}

/** Gradients and bins of some rows, side by side. */
function bring(
  bins: usize,
  stride: usize,
  width: usize,
  index: usize,
  count: usize,
  gradients: usize,
  gathered: usize,
  rows: usize,
): void {
  for (let at: usize = 0; at < count; at++) {
    const row = <usize>load<u32>(index + (at << 2));
    store<i64>(gathered + (at << 3), load<i64>(gradients + (row << 3)));
    const from = bins + row * stride;
    const to = rows + at * nearStride;
    if (width === 32) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
    } else {
      for (let column: usize = 0; column < width; column += 4) store<u32>(to + column, load<u32>(from + column));
    }
  }
}

function sum(width: usize, rows: usize, count: usize, gathered: usize, cells: usize): void {
  for (; width >= 16; width -= 16) {
    sum16(rows, count, gathered, cells);
    rows += 16;
    cells += 16 * columnHistogramBytes;
  }
  if (width & 8) {
    sum8(rows, count, gathered, cells);
    rows += 8;
    cells += 8 * columnHistogramBytes;
  }
  if (width & 4) sum4(rows, count, gathered, cells);
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
  const brought = gathered + near * 8;
  memory.fill(cells, 0, width * columnHistogramBytes);
  for (let from: usize = 0; from < rows; from += near) {
    const count = min(near, rows - from);
    bring(bins + first, stride, width, index + (from << 2), count, gradients, gathered, brought);
    sum(width, brought, count, gathered, cells);
  }
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
