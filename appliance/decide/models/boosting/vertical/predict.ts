// Margins of rows whose columns lie with several organisations: each partner says of each of its splits which rows go left, the owner walks. Every
// partner answers for all rows at all of its splits, so that it learns of no row where it went.

import { Fault } from '../../../../core/errors.ts';
import type { OwnerPart, OwnerTree, PartnerPart } from './parts.ts';
import { areBits, bitBytes } from './ports.ts';

/** Columns of single-precision numbers; those of the owner may be none. */
export type Columns = { readonly rows: number; readonly columns: readonly Float32Array[] };

export type BitsOrder = { readonly part: PartnerPart; readonly features: Columns; readonly rows: Uint32Array | undefined };
export type MarginsOrder = {
  readonly part: OwnerPart;
  readonly features: Columns;
  readonly bits: readonly (readonly Uint8Array[])[];
  readonly rows: Uint32Array | undefined;
};

/**
 * A partner's answer, for each split in its order: a bit for each row, the lowest of the first byte first, 1 goes left.
 * @param rows of the table, in this order; all when left out
 * @throws {Fault} `bad_request` for a table of other columns
 */
export function partnerBits(part: PartnerPart, features: Columns, rows?: Uint32Array): Uint8Array[] {
  if (features.columns.length !== part.columns)
    throw new Fault('bad_request', `features: expected ${part.columns} columns, got ${features.columns.length}`);
  const count = rows?.length ?? features.rows;
  const all = rows ?? numbered(count);
  return part.splits.map(({ column, threshold, missingLeft }) => {
    const cells = features.columns[column]!;
    const bits = new Uint8Array(bitBytes(count));
    for (let at = 0; at < count; at += 1) {
      const value = cells[all[at]!]!;
      // Without a branch, which would be mispredicted every other time.
      bits[at >>> 3]! |= (Number(value <= threshold) | (missingLeft & Number(Number.isNaN(value)))) << (at & 7);
    }
    return bits;
  });
}

/**
 * The owner's margins, bit for bit those of the joined trees on the joined table.
 * @param bits by partner and split, of these rows
 * @param rows of the owner's table, as the partners'
 * @throws {Fault} `bad_request` for a table or bits that do not fit
 */
export function ownerMargins(
  part: OwnerPart,
  features: Columns,
  bits: readonly (readonly Uint8Array[])[],
  rows?: Uint32Array,
): Float64Array {
  if (features.columns.length !== part.columns)
    throw new Fault('bad_request', `features: expected ${part.columns} columns, got ${features.columns.length}`);
  const count = rows?.length ?? features.rows;
  const wanted = part.partners.map(() => 0);
  for (const { party } of part.trees) for (const of of party) if (of > 0) wanted[of - 1]! += 1;
  for (const [partner, splits] of wanted.entries()) {
    const given = bits[partner];
    if (given?.length !== splits || !given.every((one) => areBits(one, count)))
      throw new Fault('bad_request', `partners[${partner}]: expected ${splits} splits of ${count} bits`);
  }
  const margins = new Float64Array(count).fill(part.base);
  const walk = {
    columns: features.columns,
    bits,
    rows: rows ?? numbered(count),
    order: numbered(count),
    spare: new Uint32Array(count),
  };
  for (const tree of part.trees) addTree(tree, walk, margins);
  return margins;
}

function numbered(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, at) => at);
}

type Walk = {
  readonly columns: readonly Float32Array[];
  readonly bits: readonly (readonly Uint8Array[])[];
  readonly rows: Uint32Array;
  /** All places of margins, in any order, and room for as many. */
  readonly order: Uint32Array;
  readonly spare: Uint32Array;
};

/** Parts all rows from the root down, node by node: the rows of a node lie side by side in `order`. */
function addTree(tree: OwnerTree, walk: Walk, margins: Float64Array): void {
  const { order } = walk;
  const open = [{ node: 0, from: 0, to: order.length }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, from, to } = next;
    if (from === to) continue;
    if (tree.party[node]! < 0) {
      const value = tree.value[node]!;
      for (let at = from; at < to; at += 1) margins[order[at]!]! += value;
      continue;
    }
    const middle = tree.party[node] === 0 ? partOwn(tree, node, walk, from, to) : partTheirs(tree, node, walk, from, to);
    open.push({ node: tree.left[node]!, from, to: middle }, { node: tree.right[node]!, from: middle, to });
  }
}

/** @returns where those that go right begin */
function partOwn(tree: OwnerTree, node: number, { columns, rows, order, spare }: Walk, from: number, to: number): number {
  const cells = columns[tree.split[node]!]!;
  const threshold = tree.threshold[node]!;
  const missingLeft = tree.missingLeft[node]!;
  let left = from;
  let right = 0;
  for (let at = from; at < to; at += 1) {
    const place = order[at]!;
    const value = cells[rows[place]!]!;
    const goes = Number(value <= threshold) | (missingLeft & Number(Number.isNaN(value)));
    order[left] = place;
    spare[right] = place;
    left += goes;
    right += 1 - goes;
  }
  order.set(spare.subarray(0, right), left);
  return left;
}

function partTheirs(tree: OwnerTree, node: number, { bits, order, spare }: Walk, from: number, to: number): number {
  const theirs = bits[tree.party[node]! - 1]![tree.split[node]!]!;
  let left = from;
  let right = 0;
  for (let at = from; at < to; at += 1) {
    const place = order[at]!;
    const goes = (theirs[place >>> 3]! >>> (place & 7)) & 1;
    order[left] = place;
    spare[right] = place;
    left += goes;
    right += 1 - goes;
  }
  order.set(spare.subarray(0, right), left);
  return left;
}
