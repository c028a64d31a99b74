// The seam of training over columns of several organisations: what the owner of the labels asks its partners for, in clear and by row. How it is
// encrypted and travels is not this folder's matter; docs/boosting.md says what each side learns.

import type { TrainOptions } from '../boosting.ts';

export const verticalLimits = {
  /** Rows to train on: what sums under encryption are made for. */
  rows: 200_000,
  partners: 2,
} as const;

/** Bins of each column of a partner, that of missing included: edges + 2. All that its owner knows of a column. */
export type PartnerShape = { readonly bins: readonly number[] };

/**
 * Asked one after the other, but for `divide` and `divided`: all calls of one step are made at once, in the order of their nodes, so that they may
 * travel in one message. The same table, labels and settings ask for the same in the same order, run by run. `partner` counts from 0; nodes are
 * numbered within a tree, the root is 0; rows are numbered as they are trained on.
 */
export type VerticalPorts = {
  /**
   * Before the first sums of a tree: gradient and hessian of each row in steps of the fixed point, whose sums are within ±2,147,000,000.
   * @param columns by partner, which of its columns the tree may use: sums of the others are not looked at
   */
  tree(index: number, gradients: Int32Array, hessians: Int32Array, columns: readonly (readonly number[])[]): Promise<void>;
  /** By node and partner: of each of its columns, of each bin (missing last), the sum of gradients and of hessians over the node's rows. */
  sums(nodes: readonly number[]): Promise<readonly (readonly Int32Array[])[]>;
  /**
   * A partner splits a node and keeps the split: bins up to `bin` go left, missing as `missingLeft` says.
   * @returns a bit for each row of the node, the lowest of the first byte first, rows rising: 1 goes left
   */
  divide(partner: number, node: number, column: number, bin: number, missingLeft: 0 | 1): Promise<Uint8Array>;
  /** Every partner is told which rows of a node are its left child's, whoever split it; the one that did knows the bits and not the children. */
  divided(node: number, left: number, right: number, bits: Uint8Array): Promise<void>;
};

/** As `train`; `rows` of the owner's table are in the partners' order. */
export type VerticalOptions = Pick<TrainOptions, 'threads' | 'signal' | 'rows' | 'weights' | 'progress' | 'memoryLimitBytes'> & {
  readonly partners: readonly PartnerShape[];
  readonly ports: VerticalPorts;
};

/** Bytes that hold a bit for each row. */
export function bitBytes(rows: number): number {
  return (rows + 7) >>> 3;
}

/** Whether bits are of so many rows, with nothing set beyond them. */
export function areBits(bits: unknown, rows: number): bits is Uint8Array {
  if (!(bits instanceof Uint8Array) || bits.length !== bitBytes(rows)) return false;
  return rows % 8 === 0 || bits.at(-1)! >>> (rows % 8) === 0;
}
