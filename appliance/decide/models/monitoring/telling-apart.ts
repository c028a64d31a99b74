// Whether two sets of rows can be told apart by their columns, as a classifier tells (adversarial validation; a classifier two-sample test, Lopez-Paz
// and Oquab 2017). An area near 0.5 says they look alike: rows then and now, customers with an offer and without.

import { type Matrix, takeRows } from '../../../core/matrix/matrix.ts';
import { createExplainer } from '../explain/explain.ts';
import { startExplainThreads } from '../explain/threads.ts';
import { aucInterval, type Interval } from '../metrics/auc-interval.ts';
import { drawsOf } from '../numerics/chance.ts';
import { aloneAuc } from '../training/alone.ts';
import { shared } from '../training/fit.ts';
import { type Fitter, outOfFold } from '../training/fitter.ts';
import { stratifiedFolds } from '../validation/folds.ts';

export const apartLimits = {
  /** Rows that are looked at, drawn from the seed: enough for an area within 0.01. */
  rows: 20_000,
  folds: 5,
  /** Settings of trees that are tried. */
  tries: 2,
  /** Of each set. */
  rowsOfEach: 50,
  explainedRows: 400,
  columns: 10,
  /**
   * The area from which a difference is told. An interval that leaves out 0.5 is not enough: with many rows a trifle does that.
   * 0.55 is what a shift of 0.18 deviations in one column comes to.
   */
  alike: 0.55,
  apart: 0.65,
} as const;

export type Apart = {
  readonly rows: number;
  readonly auc: Interval;
  /** `alike`: below 0.55 or no better than chance; `apart`: 0.65 or more. */
  readonly verdict: 'alike' | 'slightly' | 'apart';
  /** What the classifier goes by, most first: its share of the mean absolute SHAP value, and the area of the column alone. */
  readonly columns: readonly { readonly column: string; readonly share: number; readonly aucAlone: number }[];
};

/**
 * @param isSecond 0 or 1, one a row
 * @param names columns to look at
 */
export async function tellApart(
  matrix: Matrix,
  names: readonly string[],
  isSecond: Uint8Array,
  fitter: Fitter,
  options: { readonly seed: number; readonly threads?: number },
): Promise<Apart> {
  const chosen = drawn(isSecond.length, apartLimits.rows, options.seed);
  const sample = takeRows(matrix, chosen);
  const labels = Uint8Array.from(chosen, (row) => isSecond[row]!);
  const all = shared(labels.length, (at) => at);
  const ask = fitter.ask({
    matrix: sample,
    names,
    labels,
    rows: all,
    trainings: apartLimits.folds,
    budget: 'small',
    tries: apartLimits.tries,
    seed: options.seed,
  });
  const { scores, last } = await outOfFold(ask, stratifiedFolds(labels, { folds: apartLimits.folds, seed: options.seed }));
  const auc = aucInterval(scores, labels);
  const explaining = startExplainThreads(options.threads ?? 1);
  try {
    const seen = takeRows(
      sample,
      Array.from({ length: Math.min(apartLimits.explainedRows, labels.length) }, (_, at) => at),
    );
    const { columns } = await explaining.importance(createExplainer(last.model), seen);
    const sum = columns.reduce((total, { value }) => total + value, 0);
    const label = {
      column: '',
      positive: '1',
      negative: ['0'],
      rows: Int32Array.from(all),
      values: labels,
      positives: labels.reduce((total, each) => total + each, 0),
      unlabelled: 0,
    };
    return {
      rows: labels.length,
      auc,
      verdict: auc.value < apartLimits.alike || auc.low <= 0.5 ? 'alike' : auc.value < apartLimits.apart ? 'slightly' : 'apart',
      columns: columns
        .map(({ name, value }) => ({
          column: name,
          share: sum > 0 ? value / sum : 0,
          aucAlone: aloneAuc(sample.columns.find((column) => column.name === name)!, label).auc,
        }))
        .filter(({ share }) => share > 0)
        .sort((a, b) => b.share - a.share || (a.column < b.column ? -1 : 1))
        .slice(0, apartLimits.columns),
    };
  } finally {
    await explaining.close();
  }
}

/** Row numbers in an order of chance, at most so many: the first of them are a sample too. */
function drawn(rows: number, most: number, seed: number): number[] {
  const order = Array.from({ length: rows }, (_, row) => row);
  const draw = drawsOf(seed, 'apart');
  const count = Math.min(rows, most);
  for (let at = 0; at < count; at += 1) {
    const other = at + Math.floor((draw() / 2 ** 32) * (rows - at));
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  return order.slice(0, count);
}
