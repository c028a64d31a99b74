// Margins of rows whose columns lie with several organisations: each partner says of each of its splits which rows go left, the owner walks. Every
// partner answers for all rows at all of its splits, so that it learns of no row where it went.

import { Fault } from '../../../../core/errors.ts';
import type { FeatureTable } from '../settings.ts';
import type { OwnerPart, OwnerTree, PartnerPart } from './parts.ts';
import { areBits, bitBytes } from './ports.ts';

/** Columns of single-precision numbers; those of the owner may be none. */
type Columns = { readonly rows: number; readonly columns: readonly Float32Array[] };

/**
 * A partner's answer, for each split in its order: a bit for each row, the lowest of the first byte first, 1 goes left.
 * @param rows of the table, in this order; all when left out
 * @throws {Fault} `bad_request` for a table of other columns
 */
export function partnerBits(part: PartnerPart, features: FeatureTable | Columns, rows?: Uint32Array): Uint8Array[] {
  if (features.columns.length !== part.columns)
    throw new Fault('bad_request', `features: expected ${part.columns} columns, got ${features.columns.length}`);
  const count = rows?.length ?? features.rows;
  return part.splits.map(({ column, threshold, missingLeft }) => {
    const cells = features.columns[column]!;
    const bits = new Uint8Array(bitBytes(count));
    for (let at = 0; at < count; at += 1) {
      const value = cells[rows ? rows[at]! : at]!;
      if (value <= threshold || (missingLeft === 1 && Number.isNaN(value))) bits[at >>> 3]! |= 1 << (at & 7);
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
  features: FeatureTable | Columns,
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
  for (const tree of part.trees) addTree(tree, features.columns, bits, rows, margins);
  return margins;
}

function addTree(
  tree: OwnerTree,
  columns: readonly Float32Array[],
  bits: readonly (readonly Uint8Array[])[],
  rows: Uint32Array | undefined,
  margins: Float64Array,
): void {
  const party = Int8Array.from(tree.party);
  const left = Uint32Array.from(tree.left);
  // What each node looks at, so that walking looks nothing up.
  const cells = tree.party.map((of, node) => (of === 0 ? columns[tree.split[node]!]! : undefined));
  const theirs = tree.party.map((of, node) => (of > 0 ? bits[of - 1]![tree.split[node]!]! : undefined));
  for (let at = 0; at < margins.length; at += 1) {
    let node = 0;
    while (party[node]! >= 0) {
      let goes: boolean;
      if (party[node] === 0) {
        const value = cells[node]![rows ? rows[at]! : at]!;
        goes = value <= tree.threshold[node]! || (tree.missingLeft[node] === 1 && Number.isNaN(value));
      } else goes = ((theirs[node]![at >>> 3]! >>> (at & 7)) & 1) === 1;
      node = left[node]! + (goes ? 0 : 1);
    }
    margins[at]! += tree.value[node]!;
  }
}
