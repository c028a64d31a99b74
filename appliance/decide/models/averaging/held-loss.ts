// The loss on rows that were kept out of training, in whole steps for a sum over organisations.

import { type AveragedModel, checkFits, Network } from './network.ts';
import type { Table } from './shapes.ts';

/** As the federation protocol sums them: a row's loss up to 16 nats, in steps of 2^-15. */
export const heldLimits = { mostNats: 16, stepsOfNat: 0x8000 } as const;

export type HeldOrder = { readonly model: AveragedModel; readonly weights: Float64Array; readonly table: Table };
export type HeldLoss = { readonly rows: number; readonly steps: number };

/** Exact, so it does not depend on the order of rows or on who holds them. @throws {RangeError} for weights or a table of another model */
export function heldLoss({ model, weights, table }: HeldOrder, between?: (share: number) => void): HeldLoss {
  checkFits(model, weights, table.width);
  const network = new Network(model);
  let steps = 0;
  for (let row = 0; row < table.rows; row += 1) {
    if (row % 4096 === 0) between?.(row / table.rows);
    const margin = network.margin(weights, table.cells, row);
    const toLabel = table.labels[row] === 1 ? margin : -margin;
    const loss = Math.log1p(Math.exp(-Math.abs(toLabel))) + Math.max(-toLabel, 0);
    steps += Math.round(Math.min(loss, heldLimits.mostNats) * heldLimits.stepsOfNat);
  }
  return { rows: table.rows, steps };
}
