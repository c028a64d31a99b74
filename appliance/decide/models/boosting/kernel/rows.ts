// What happens to rows: gradients of the loss, their fixed-point form, parting a node's rows in two, adding a tree to the margins.
// Every task is a stretch of rows and writes only its own, so that any thread may do any of them.

import {
  binsAt,
  blockBytes,
  blockRows,
  columnBinsAt,
  columnBytesAt,
  columnsAt,
  gradientScaleAt,
  gradientsAt,
  hessianScaleAt,
  indexAt,
  labelsAt,
  lossAt,
  lossSteps,
  marginsAt,
  mostLoss,
  none,
  resultsAt,
  rowsAt,
  sampleBelowAt,
  sampleSeedAt,
  scaleSteps,
  strideAt,
  treeAt,
  walkNodeBytes,
  weightsAt,
} from './layout';

/** exp(x) for |x| <= 60 by 2^k times a polynomial, relative error below 1e-10; the twin does the same operations in the same order. */
function exponential(x: f64): f64 {
  const k = floor(x * Math.LOG2E + 0.5);
  const r = x - k * 0.6931471803691238 - k * 1.9082149292705877e-10;
  const p =
    1 +
    r *
      (1 + r * (0.5 + r * (1 / 6.0 + r * (1 / 24.0 + r * (1 / 120.0 + r * (1 / 720.0 + r * (1 / 5040.0 + r * (1 / 40320.0))))))));
  return p * reinterpret<f64>((<i64>k + 1023) << 52);
}

function logistic(margin: f64): f64 {
  return 1 / (1 + exponential(-min(max(margin, -60), 60)));
}

/** A hash of the row in which every bit depends on all (finaliser of MurmurHash3): which rows are in the sample is no matter of order. */
function inSample(row: u32): bool {
  const below = load<u32>(sampleBelowAt);
  if (below === none) return true;
  let hash = row * 0x9e3779b1 + load<u32>(sampleSeedAt);
  hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
  return (hash ^ (hash >> 16)) < below;
}

/** Writes the bins of a block of rows column by column, 64 rows at a time, so that whole cache lines are filled. */
export function turn(block: usize): void {
  const rows = <usize>load<u32>(rowsAt);
  const end = min((block + 1) * blockRows, rows);
  const columns = <usize>load<u32>(columnsAt);
  const stride = <usize>load<u32>(strideAt);
  const bins = <usize>load<u32>(binsAt);
  const out = <usize>load<u32>(columnBinsAt);
  const columnBytes = <usize>load<u32>(columnBytesAt);
  for (let from = block * blockRows; from < end; from += 64) {
    const to = min(from + 64, end);
    for (let column: usize = 0; column < columns; column++) {
      const place = out + column * columnBytes;
      for (let row = from; row < to; row++) store<u8>(place + row, load<u8>(bins + row * stride + column));
    }
  }
}

/**
 * Gradient and hessian of each row of a block in single precision, and what they sum to. Of the log-loss without weights each is rounded up to
 * a multiple of 2^-24 before it is added: no order and no partition of the rows changes the sums (fixed-point.ts).
 */
export function gradients(block: usize): void {
  const rows = <usize>load<u32>(rowsAt);
  const from = block * blockRows;
  const to = min(from + blockRows, rows);
  const margins = <usize>load<u32>(marginsAt);
  const labels = <usize>load<u32>(labelsAt);
  const weights = <usize>load<u32>(weightsAt);
  const out = <usize>load<u32>(gradientsAt);
  const squared = load<u32>(lossAt) === 1;
  const exact = !squared && weights === 0;
  let gradientSum: f64 = 0;
  let hessianSum: f64 = 0;
  let sampled: u32 = 0;
  for (let row = from; row < to; row++) {
    if (!inSample(<u32>row)) continue;
    sampled++;
    const margin = load<f64>(margins + (row << 3));
    const label = <f64>load<f32>(labels + (row << 2));
    const weight: f64 = weights === 0 ? 1 : <f64>load<f32>(weights + (row << 2));
    let gradient: f32;
    let hessian: f32;
    if (squared) {
      gradient = <f32>((margin - label) * weight);
      hessian = <f32>weight;
    } else {
      const p = logistic(margin);
      gradient = <f32>((p - label) * weight);
      hessian = <f32>(max(p * (1 - p), 1e-16) * weight);
    }
    store<f32>(out + (row << 3), gradient);
    store<f32>(out + (row << 3), hessian, 4);
    if (exact) {
      gradientSum += ceil(abs(<f64>gradient) * <f64>scaleSteps);
      hessianSum += ceil(<f64>hessian * <f64>scaleSteps);
    } else {
      gradientSum += abs(<f64>gradient);
      hessianSum += <f64>hessian;
    }
  }
  if (exact) {
    gradientSum /= <f64>scaleSteps;
    hessianSum /= <f64>scaleSteps;
  }
  const sums = <usize>load<u32>(resultsAt) + block * blockBytes;
  store<f64>(sums, gradientSum);
  store<f64>(sums, hessianSum, 8);
  store<u32>(sums, sampled, 16);
}

/** Fixed point in place of single precision, and the rows of the sample in their order. */
export function quantise(block: usize): void {
  const rows = <usize>load<u32>(rowsAt);
  const from = block * blockRows;
  const to = min(from + blockRows, rows);
  const out = <usize>load<u32>(gradientsAt);
  const gradientScale = load<f64>(gradientScaleAt);
  const hessianScale = load<f64>(hessianScaleAt);
  const sums = <usize>load<u32>(resultsAt) + block * blockBytes;
  let index = <usize>load<u32>(indexAt) + ((<usize>load<u32>(sums, 20)) << 2);
  let total: i64 = 0;
  for (let row = from; row < to; row++) {
    if (!inSample(<u32>row)) continue;
    const at = out + (row << 3);
    const gradient = <i64>floor(<f64>load<f32>(at) * gradientScale + 0.5);
    const hessian = <i64>floor(<f64>load<f32>(at, 4) * hessianScale + 0.5);
    const packed = (gradient << 32) + hessian;
    store<i64>(at, packed);
    total += packed;
    store<u32>(index, <u32>row);
    index += 4;
  }
  store<i64>(sums, total);
}

/**
 * A task: index, rows, spare room, bins of the column, split bin, bin of missing, missing left; writes how many go left. Those lie in the
 * spare room afterwards, the others at the front of the index, both in the order they came in.
 */
export function partition(task: usize): void {
  const index = <usize>load<u32>(task);
  const rows = <usize>load<u32>(task, 4);
  const spare = <usize>load<u32>(task, 8);
  const column = <usize>load<u32>(task, 12);
  const split = load<u32>(task, 16);
  const missing = load<u32>(task, 20);
  const missingLeft = load<u32>(task, 24);
  let left = spare;
  let right = index;
  for (let at: usize = 0; at < rows; at++) {
    const row = load<u32>(index + (at << 2));
    const bin = <u32>load<u8>(column + <usize>row);
    const goes = <u32>(bin <= split) | (missingLeft & <u32>(bin === missing));
    store<u32>(left, row);
    store<u32>(right, row);
    left += <usize>(goes << 2);
    right += <usize>((1 - goes) << 2);
  }
  store<u32>(task, <u32>((left - spare) >> 2), 28);
}

/** After all stretches of a node are parted: to where its children lie. Same task, with both places. */
export function scatter(task: usize): void {
  const left = (<usize>load<u32>(task, 28)) << 2;
  const right = ((<usize>load<u32>(task, 4)) << 2) - left;
  memory.copy(<usize>load<u32>(task, 32), <usize>load<u32>(task, 8), left);
  memory.copy(<usize>load<u32>(task, 36), <usize>load<u32>(task), right);
}

/** A task: index, rows, bins of the column (0: a leaf), split bin, bin of missing, missing left, value of the left and of the right leaf. */
export function apply(task: usize): void {
  const index = <usize>load<u32>(task);
  const rows = <usize>load<u32>(task, 4);
  const column = <usize>load<u32>(task, 8);
  const split = load<u32>(task, 12);
  const missing = load<u32>(task, 16);
  const missingLeft = load<u32>(task, 20);
  const leftValue = <f64>load<f32>(task, 24);
  const rightValue = <f64>load<f32>(task, 28);
  const margins = <usize>load<u32>(marginsAt);
  if (column === 0) {
    for (let at: usize = 0; at < rows; at++) {
      const place = margins + ((<usize>load<u32>(index + (at << 2))) << 3);
      store<f64>(place, load<f64>(place) + leftValue);
    }
    return;
  }
  for (let at: usize = 0; at < rows; at++) {
    const row = <usize>load<u32>(index + (at << 2));
    const bin = <u32>load<u8>(column + row);
    const goes = <u32>(bin <= split) | (missingLeft & <u32>(bin === missing));
    const place = margins + (row << 3);
    store<f64>(place, load<f64>(place) + select<f64>(leftValue, rightValue, goes !== 0));
  }
}

/** A task: first row, rows, bins, margins, 1: only rows outside the sample, and how many steps lead to the deepest leaf. Adds the tree at `treeAt` to margins. */
export function walk(task: usize): void {
  const from = <usize>load<u32>(task);
  const to = from + <usize>load<u32>(task, 4);
  const bins = <usize>load<u32>(task, 8);
  const margins = <usize>load<u32>(task, 12);
  const outside = load<u32>(task, 16);
  const tree = <usize>load<u32>(treeAt);
  const stride = <usize>load<u32>(strideAt);
  for (let row = from; row < to; row++) {
    if (outside !== 0 && inSample(<u32>row)) continue;
    let node = tree;
    let column = load<u32>(node);
    while (column !== none) {
      const bin = <u32>load<u8>(bins + row * stride + <usize>column);
      const rule = load<u32>(node, 4);
      const left = bin <= (rule & 0xff) || bin === ((rule >> 8) & 0xffff);
      node = tree + <usize>(load<u32>(node, 8) + (left ? 0 : 1)) * walkNodeBytes;
      column = load<u32>(node);
    }
    const place = margins + (row << 3);
    store<f64>(place, load<f64>(place) + <f64>load<f32>(node, 12));
  }
}

/**
 * A task: first row, rows, margins, labels, weights or 0; writes the loss of the rows and their weight at its words 8 and 10. Of the log-loss
 * without weights each row's is rounded to a multiple of 2^-20, and at most 64: its sum does not depend on the order either.
 */
export function lossOf(task: usize): void {
  const from = <usize>load<u32>(task);
  const to = from + <usize>load<u32>(task, 4);
  const margins = <usize>load<u32>(task, 8);
  const labels = <usize>load<u32>(task, 12);
  const weights = <usize>load<u32>(task, 16);
  const squared = load<u32>(lossAt) === 1;
  const exact = !squared && weights === 0;
  let loss: f64 = 0;
  let total: f64 = 0;
  for (let row = from; row < to; row++) {
    const margin = load<f64>(margins + (row << 3));
    const label = <f64>load<f32>(labels + (row << 2));
    const weight: f64 = weights === 0 ? 1 : <f64>load<f32>(weights + (row << 2));
    let one: f64;
    if (squared) one = (margin - label) * (margin - label);
    else one = max(margin, 0) - margin * label + Math.log1p(exponential(-min(abs(margin), 60)));
    loss += exact ? floor(min(one, <f64>mostLoss) * <f64>lossSteps + 0.5) : one * weight;
    total += weight;
  }
  store<f64>(task, exact ? loss / <f64>lossSteps : loss, 32);
  store<f64>(task, total, 40);
}
