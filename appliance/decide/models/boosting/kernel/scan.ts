// The best split of a node in some columns: runs over the bins with packed sums of the left side, missing values once on each side.
// The same order of the same operations as the twin in TypeScript, so that both find the same split to the last bit.

import {
  alphaAt,
  binCountsAt,
  columnHistogramBytes,
  entriesAt,
  entryBytes,
  gradientStepAt,
  hessianStepAt,
  lambdaAt,
  leastHessianAt,
  maskAt,
  monotoneAt,
  none,
  resultBytes,
  resultsAt,
} from './layout';

/**
 * A task: entry of the smaller child, entry of its sibling (none: the node has no sibling, as a root), first column, columns, first
 * result of either. The sibling's place holds the cells of the parent; taking the child's from them leaves its own.
 */
export function scanPair(task: usize): void {
  const entries = <usize>load<u32>(entriesAt);
  const small = entries + <usize>load<u32>(task) * entryBytes;
  const sibling = load<u32>(task, 4);
  const first = <usize>load<u32>(task, 8);
  const end = first + <usize>load<u32>(task, 12);
  const results = <usize>load<u32>(resultsAt);
  if (sibling !== none) {
    const large = entries + <usize>sibling * entryBytes;
    if (load<u32>(large, 4)) {
      const cells = <usize>load<u32>(small);
      const parent = <usize>load<u32>(large);
      for (let column = first; column < end; column++) subtract(parent, cells, column);
      scan(large, first, end, results + <usize>load<u32>(task, 20) * resultBytes);
    }
  }
  if (load<u32>(small, 4)) scan(small, first, end, results + <usize>load<u32>(task, 16) * resultBytes);
}

/** Exact: no half of the parent is smaller than the child's, so that nothing is borrowed from the high half. */
function subtract(parent: usize, child: usize, column: usize): void {
  const count = <usize>load<u32>(<usize>load<u32>(binCountsAt) + (column << 2)) + 1;
  const from = column * columnHistogramBytes;
  const to = from + (count << 3);
  let at = from;
  for (; at + 16 <= to; at += 16) v128.store(parent + at, i64x2.sub(v128.load(parent + at), v128.load(child + at)));
  if (at < to) store<i64>(parent + at, load<i64>(parent + at) - load<i64>(child + at));
}

function scan(entry: usize, first: usize, end: usize, result: usize): void {
  store<f64>(result, -Infinity);
  store<u32>(result, none, 8);
  const mask = <usize>load<u32>(maskAt);
  const monotone = <usize>load<u32>(monotoneAt);
  const plain = monotone === 0 && load<f64>(alphaAt) === 0;
  for (let column = first; column < end; column++) {
    if (load<u8>(mask + column) === 0) continue;
    if (plain) scanPlain(entry, column, result);
    else scanBounded(entry, column, result, monotone === 0 ? 0 : <i32>load<i8>(monotone + column));
  }
}

function keep(result: usize, gain: f64, column: usize, bin: u32, missingLeft: u32, left: i64): void {
  store<f64>(result, gain);
  store<u32>(result, <u32>column, 8);
  store<u32>(result, bin, 12);
  store<u32>(result, missingLeft, 16);
  store<i64>(result, left, 24);
}

/** The last of a row of empty cells, four at a time: nodes of few rows have hardly any others. */
function pastEmpty(cells: usize, bin: u32, last: u32): u32 {
  while (bin + 5 <= last) {
    const at = cells + ((<usize>bin) << 3);
    if (v128.any_true(v128.or(v128.load(at, 8), v128.load(at, 24)))) break;
    bin += 4;
  }
  return bin;
}

/** No constraint and no L1: the gain of a split is GL^2 / (HL + lambda) + GR^2 / (HR + lambda), in one division. */
function scanPlain(entry: usize, column: usize, result: usize): void {
  const cells = <usize>load<u32>(entry) + column * columnHistogramBytes;
  const bins = load<u32>(<usize>load<u32>(binCountsAt) + (column << 2));
  const total = load<i64>(entry, 8);
  const missing = load<i64>(cells + ((<usize>bins) << 3));
  const least = load<u32>(leastHessianAt);
  const totalHessian = <u32>total;
  const gradientStep = load<f64>(gradientStepAt);
  const hessianStep = load<f64>(hessianStepAt);
  const lambda = load<f64>(lambdaAt);
  let best = load<f64>(result);
  const sides: u32 = missing === 0 ? 1 : 2;
  for (let side: u32 = 0; side < sides; side++) {
    let left: i64 = side === 1 ? missing : 0;
    // With missing values on the right, all that is present may be the left side; with them on the left somebody must stay on the right.
    const last = sides === 2 && side === 0 ? bins : bins - 1;
    for (let bin: u32 = 0; bin < last; bin++) {
      const cell = load<i64>(cells + ((<usize>bin) << 3));
      if (cell === 0) {
        bin = pastEmpty(cells, bin, last);
        continue;
      }
      left += cell;
      const leftHessian = <u32>left;
      if (leftHessian < least) continue;
      if (totalHessian - leftHessian < least) break;
      const right = total - left;
      const gl = <f64>(<i32>(left >> 32)) * gradientStep;
      const gr = <f64>(<i32>(right >> 32)) * gradientStep;
      const hl = <f64>leftHessian * hessianStep + lambda;
      const hr = <f64>(<u32>right) * hessianStep + lambda;
      const gain = (gl * gl * hr + gr * gr * hl) / (hl * hr);
      if (gain > best) {
        best = gain;
        keep(result, gain, column, bin, side, left);
      }
    }
  }
}

function shrunk(gradient: f64, alpha: f64): f64 {
  return gradient > alpha ? gradient - alpha : gradient < -alpha ? gradient + alpha : 0;
}

/** What a weight gains: -(2 G w + (H + lambda) w^2 + 2 alpha |w|), which is G^2 / (H + lambda) for the best weight without L1. */
function gainOf(gradient: f64, hessian: f64, weight: f64, alpha: f64): f64 {
  return -(2 * gradient * weight + hessian * weight * weight + 2 * alpha * abs(weight));
}

/** With L1 or constraints: weights are held in the node's bounds, and a split that turns the wrong way does not count. */
function scanBounded(entry: usize, column: usize, result: usize, direction: i32): void {
  const cells = <usize>load<u32>(entry) + column * columnHistogramBytes;
  const bins = load<u32>(<usize>load<u32>(binCountsAt) + (column << 2));
  const total = load<i64>(entry, 8);
  const missing = load<i64>(cells + ((<usize>bins) << 3));
  const least = load<u32>(leastHessianAt);
  const gradientStep = load<f64>(gradientStepAt);
  const hessianStep = load<f64>(hessianStepAt);
  const lambda = load<f64>(lambdaAt);
  const alpha = load<f64>(alphaAt);
  const lower = load<f64>(entry, 16);
  const upper = load<f64>(entry, 24);
  let best = load<f64>(result);
  const sides: u32 = missing === 0 ? 1 : 2;
  for (let side: u32 = 0; side < sides; side++) {
    let left: i64 = side === 1 ? missing : 0;
    const last = sides === 2 && side === 0 ? bins : bins - 1;
    for (let bin: u32 = 0; bin < last; bin++) {
      const cell = load<i64>(cells + ((<usize>bin) << 3));
      if (cell === 0) {
        bin = pastEmpty(cells, bin, last);
        continue;
      }
      left += cell;
      if (<u32>left < least) continue;
      if (<u32>total - <u32>left < least) break;
      const right = total - left;
      const gl = <f64>(<i32>(left >> 32)) * gradientStep;
      const gr = <f64>(<i32>(right >> 32)) * gradientStep;
      const hl = <f64>(<u32>left) * hessianStep + lambda;
      const hr = <f64>(<u32>right) * hessianStep + lambda;
      const wl = min(max(-shrunk(gl, alpha) / hl, lower), upper);
      const wr = min(max(-shrunk(gr, alpha) / hr, lower), upper);
      if ((direction > 0 && wl > wr) || (direction < 0 && wl < wr)) continue;
      const gain = gainOf(gl, hl, wl, alpha) + gainOf(gr, hr, wr, alpha);
      if (gain > best) {
        best = gain;
        keep(result, gain, column, bin, side, left);
      }
    }
  }
}
