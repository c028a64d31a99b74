// The loop that scores: a block of rows through all trees and weights of a compiled model. Trees outside, rows inside, so that a tree stays
// in the cache; sums in double precision and in the order that the model states, so that one row alone gives the very same bits.

import { blockRows, type Compiled, type FlatLinear, type FlatTrees, nodeEntries, orderedBits, type Ranking } from './compile.ts';

/** Room for one block: features by `feature * blockRows + row`, and what comes of them. */
export type Block = {
  readonly features: Float32Array;
  /** The same memory as integers. */
  readonly bits: Int32Array;
  readonly ranks: Int32Array;
  readonly part: Float64Array;
  readonly margin: Float64Array;
};

export function createBlock(model: Compiled): Block {
  const features = new Float32Array(model.features * blockRows);
  return {
    features,
    bits: new Int32Array(features.buffer),
    // One column more, so that a tree that is a leaf alone reads inside.
    ranks: new Int32Array((model.ranking.feature.length + 1) * blockRows),
    part: new Float64Array(blockRows),
    margin: new Float64Array(blockRows),
  };
}

/** Turns `block.features` of the first rows into `block.margin`; what stands behind them up to four rows is done as well. @param rows 1 to `blockRows` */
export function scoreBlock(model: Compiled, block: Block, rows: number): void {
  rank(model.ranking, block, rows);
  const { margin, part } = block;
  if (!model.blended) {
    addPart(model.parts[0]!.of, block, margin, rows);
    return;
  }
  margin.fill(0, 0, rows);
  for (const { weight, of } of model.parts) {
    addPart(of, block, part, rows);
    for (let row = 0; row < rows; row += 1) margin[row]! += weight * part[row]!;
  }
}

function addPart(of: FlatTrees | FlatLinear, block: Block, into: Float64Array, rows: number): void {
  into.fill(of.base, 0, rows);
  if (of.kind === 'trees') addTrees(of, block.ranks, into, rows);
  else addLinear(of, block.features, into, rows);
}

/**
 * -1 where a < b, else 0, for integers of the full 32 bits and without a branch: what a processor guesses wrong half of the time costs more
 * than the arithmetic (Warren, Hacker's Delight, section 2-12).
 */
function below(a: number, b: number): number {
  return ((a & ~b) | (~(a ^ b) & (a - b))) >> 31;
}

/** Binary search with the same number of steps for every value, two rows at a time so that one does not wait for the other. */
function rank(ranking: Ranking, block: Block, rows: number): void {
  const { feature, missing, starts, thresholds } = ranking;
  const { bits, ranks } = block;
  for (let column = 0; column < feature.length; column += 1) {
    const begin = starts[feature[column]!]!;
    const count = starts[feature[column]! + 1]! - begin;
    const from = feature[column]! * blockRows;
    const to = column * blockRows;
    const ofMissing = missing[column]!;
    for (let row = 0; row < rows; row += 2) {
      const one = orderedBits(bits[from + row]!);
      const two = orderedBits(bits[from + row + 1]!);
      let lowOne = begin;
      let lowTwo = begin;
      for (let left = count; left > 1; ) {
        const half = left >> 1;
        lowOne += half & below(thresholds[lowOne + half - 1]!, one);
        lowTwo += half & below(thresholds[lowTwo + half - 1]!, two);
        left -= half;
      }
      lowOne -= below(thresholds[lowOne]!, one);
      lowTwo -= below(thresholds[lowTwo]!, two);
      ranks[to + row] = isNaNBits(bits[from + row]!) ? ofMissing : lowOne - begin;
      ranks[to + row + 1] = isNaNBits(bits[from + row + 1]!) ? ofMissing : lowTwo - begin;
    }
  }
}

/** Beyond the bits of infinity there are only NaNs. */
function isNaNBits(bits: number): boolean {
  return (bits & 0x7fffffff) > 0x7f800000;
}

/** Four rows at a time, so that the steps of one do not wait for those of another. */
function addTrees(of: FlatTrees, ranks: Int32Array, into: Float64Array, rows: number): void {
  const { roots, depths, nodes, values } = of;
  for (let tree = 0; tree < roots.length; tree += 1) {
    const root = roots[tree]!;
    const depth = depths[tree]!;
    for (let row = 0; row < rows; row += 4) {
      let a = root;
      let b = root;
      let c = root;
      let d = root;
      // The sign of threshold - rank: all bits where the rank is above, which is the way to the right, one node further.
      for (let step = 0; step < depth; step += 1) {
        a = nodes[a + 2]! + (((nodes[a + 1]! - ranks[nodes[a]! + row]!) >> 31) & nodeEntries);
        b = nodes[b + 2]! + (((nodes[b + 1]! - ranks[nodes[b]! + row + 1]!) >> 31) & nodeEntries);
        c = nodes[c + 2]! + (((nodes[c + 1]! - ranks[nodes[c]! + row + 2]!) >> 31) & nodeEntries);
        d = nodes[d + 2]! + (((nodes[d + 1]! - ranks[nodes[d]! + row + 3]!) >> 31) & nodeEntries);
      }
      into[row]! += values[a >> 2]!;
      into[row + 1]! += values[b >> 2]!;
      into[row + 2]! += values[c >> 2]!;
      into[row + 3]! += values[d >> 2]!;
    }
  }
}

function addLinear(of: FlatLinear, features: Float32Array, into: Float64Array, rows: number): void {
  const { weights, centers, scales } = of;
  for (let feature = 0; feature < weights.length; feature += 1) {
    const weight = weights[feature]!;
    const center = centers[feature]!;
    const scale = scales[feature]!;
    const from = feature * blockRows;
    for (let row = 0; row < rows; row += 1) {
      const value = features[from + row]!;
      if (!Number.isNaN(value)) into[row]! += (weight * (value - center)) / scale;
    }
  }
}
