// The table that a training over several organisations' columns works on: the owner's columns in bins, then places for partners' columns, of which
// only the number of bins is known.

import { Fault } from '../../../../core/errors.ts';
import { type BinnedTable, limits, type Settings } from '../settings.ts';
import { type PartnerShape, verticalLimits } from './ports.ts';

/** @param rows to train on @throws {Fault} `bad_request` for what partners could not go along with */
export function checkVertical(settings: Partial<Settings>, rows: number): void {
  if (rows > verticalLimits.rows)
    throw new Fault('bad_request', `features: expected at most ${verticalLimits.rows} rows in vertical training, got ${rows}`);
  // Which rows a tree is grown from, and the margins of the others, partners would have to be told and asked.
  if ((settings.rowSample ?? 1) !== 1) throw new Fault('bad_request', 'settings.rowSample: expected 1 in vertical training');
}

/** Thresholds of partners' columns are numbers of bins; they go into no model. */
export function widened(own: BinnedTable, partners: readonly PartnerShape[]): BinnedTable {
  const { rows, edges, stride: ownStride } = own;
  const theirs = partners.flatMap(({ bins }) => bins.map((count) => Float32Array.from({ length: count - 2 }, (_, bin) => bin)));
  const columns = edges.length + theirs.length;
  if (columns > limits.columns)
    throw new Fault('bad_request', `partners: expected at most ${limits.columns} columns of all, got ${columns}`);
  const stride = Math.ceil(columns / 4) * 4;
  const bins = new Uint8Array(new SharedArrayBuffer(rows * stride));
  for (let row = 0; row < rows; row += 1)
    bins.set(own.bins.subarray(row * ownStride, row * ownStride + edges.length), row * stride);
  return { rows, stride, edges: [...edges, ...theirs], bins };
}
