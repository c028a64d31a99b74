// Customers made from a seed, who leave for reasons that a training can find, and what a test asks of it.

import { categoryColumn, type Matrix, numberColumn } from '../../../core/matrix/matrix.ts';
import { drawsOf } from '../numerics/chance.ts';
import type { TrainRequest } from './train.ts';

export const unit = (draw: () => number) => draw() / 2 ** 32;

/** Customers who leave when they complain, spend little or live in one of some towns. */
export function customers(rows: number, seed = 11): Matrix {
  const draw = drawsOf(seed, 'customers');
  const spend = Array.from({ length: rows }, () => Math.exp(6 * unit(draw)));
  const complaints = Array.from({ length: rows }, () => Math.floor(4 * unit(draw) ** 2));
  const town = Array.from({ length: rows }, () => `town ${Math.floor(30 * unit(draw))}`);
  const plan = Array.from({ length: rows }, () => ['basic', 'plus', undefined][Math.floor(3 * unit(draw))]);
  const noise = Array.from({ length: rows }, () => unit(draw));
  const left = spend.map((value, at) => {
    const margin = 0.4 - 0.6 * Math.log(value) + 0.9 * complaints[at]! + (town[at]!.endsWith('7') ? 1.5 : 0);
    return unit(draw) < 1 / (1 + Math.exp(-margin)) ? 'Yes' : 'No';
  });
  return {
    rows,
    columns: [
      numberColumn('spend', spend),
      numberColumn('complaints', complaints),
      categoryColumn('town', town),
      categoryColumn('plan', plan),
      numberColumn('noise', noise),
      categoryColumn('left', left),
    ],
  };
}

export const request = (matrix: Matrix, more: Partial<TrainRequest> = {}): TrainRequest => ({
  name: 'customers',
  matrix,
  label: 'left',
  budget: 'small',
  threads: 2,
  ...more,
});
