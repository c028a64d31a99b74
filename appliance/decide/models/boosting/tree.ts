// A tree while it grows, and the small sums about it: weights of leaves from sums of gradients, columns of a sample, and the finished arrays.
// Shared with the twin that tests compare with, so that only what is computed at length is written twice.

import type { Tree } from '../../../core/model/scoring.ts';
import type { Settings } from './settings.ts';

/** Margin that a node's rows would get, before the learning rate: -G / (H + lambda), shrunk by L1, held in the bounds of monotone ancestors. */
export function weightOf(gradient: number, hessian: number, settings: Settings, lower: number, upper: number): number {
  const { alpha, lambda } = settings;
  const shrunk = gradient > alpha ? gradient - alpha : gradient < -alpha ? gradient + alpha : 0;
  const weight = hessian + lambda > 0 ? -shrunk / (hessian + lambda) : 0;
  return Math.min(Math.max(weight, lower), upper);
}

/** What a node gains as a leaf of this weight; a split must gain more in its two children. */
export function leafGain(gradient: number, hessian: number, weight: number, settings: Settings): number {
  return -(2 * gradient * weight + (hessian + settings.lambda) * weight * weight + 2 * settings.alpha * Math.abs(weight));
}

/** The bounds of both children after a split of a constrained column: neither passes the middle of their weights. */
export function childBounds(
  way: number,
  leftWeight: number,
  rightWeight: number,
  lower: number,
  upper: number,
): { left: [number, number]; right: [number, number] } {
  const middle = (leftWeight + rightWeight) / 2;
  if (way > 0) return { left: [lower, middle], right: [middle, upper] };
  if (way < 0) return { left: [middle, upper], right: [lower, middle] };
  return { left: [lower, upper], right: [lower, upper] };
}

/** MurmurHash3's finaliser: a number of 32 bits in which each bit depends on all of the input. */
export function mix(value: number): number {
  let hash = value >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Seed of one tree's row sample. */
export function rowSeed(seed: number, tree: number): number {
  return mix(mix(seed ^ 0x5bd1e995) + Math.imul(tree + 1, 0x9e3779b1));
}

/** Below which hash a row is in the sample; 0xffffffff takes all. */
export function sampleBelow(share: number): number {
  return share >= 1 ? 0xffffffff : Math.max(1, Math.floor(share * 0xfffffffe));
}

/** Of each column 1 where the tree may use it: so many that the share is kept to the nearest column, at least one, those of the least hashes. */
export function sampleColumns(columns: number, share: number, seed: number, tree: number): Uint8Array {
  const mask = new Uint8Array(columns);
  if (share >= 1) return mask.fill(1);
  const base = mix(mix(seed ^ 0x27d4eb2f) + Math.imul(tree + 1, 0x85ebca6b));
  const order = Array.from({ length: columns }, (_, column) => ({ column, hash: mix(base + Math.imul(column, 0x9e3779b1)) }));
  order.sort((a, b) => a.hash - b.hash || a.column - b.column);
  for (const { column } of order.slice(0, Math.max(1, Math.round(columns * share)))) mask[column] = 1;
  return mask;
}

/** Above every finite number in single precision, for splits that part only what is missing. */
export const largest = 3.4028234663852886e38;

/** Arrays of a tree that grows by splits. */
export class TreeBuilder {
  readonly feature: number[] = [];
  readonly threshold: number[] = [];
  readonly missingLeft: (0 | 1)[] = [];
  readonly left: number[] = [];
  readonly right: number[] = [];
  readonly value: number[] = [];
  readonly cover: number[] = [];
  /** Bin of each split, for walking in bins. */
  readonly bin: number[] = [];
  leaves = 0;

  /** @param cover sum of hessians */
  leaf(value: number, cover: number): number {
    this.feature.push(-1);
    this.threshold.push(0);
    this.missingLeft.push(0);
    this.left.push(-1);
    this.right.push(-1);
    this.value.push(Math.fround(value));
    this.cover.push(cover);
    this.bin.push(0);
    this.leaves += 1;
    return this.feature.length - 1;
  }

  /** Makes a leaf an inner node; its children are then added, left first. */
  split(node: number, feature: number, bin: number, threshold: number, missingLeft: 0 | 1): void {
    this.feature[node] = feature;
    this.threshold[node] = threshold;
    this.missingLeft[node] = missingLeft;
    this.left[node] = this.feature.length;
    this.right[node] = this.feature.length + 1;
    this.value[node] = 0;
    this.bin[node] = bin;
    this.leaves -= 1;
  }

  done(): Tree {
    const { feature, threshold, missingLeft, left, right, value, cover } = this;
    return { feature, threshold, missingLeft, left, right, value, cover };
  }
}
