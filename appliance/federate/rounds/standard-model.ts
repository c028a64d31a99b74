// Models over standardised columns as a member's node makes and looks at them: logistic regression by Newton, and what averaging gives. Their bytes
// are the protocol's (federation/protocol/round/standard-model.ts).

import type { Learned } from '../../../federation/participant/round/ports.ts';
import type { Standardiser } from '../../../federation/protocol/averaging/averaging.ts';
import type { LearningOf, RoundSchema } from '../../../federation/protocol/round/round-terms.ts';
import { limitsOf, type StandardModel } from '../../../federation/protocol/round/standard-model.ts';
import {
  type AveragedModel,
  type Averaging,
  type Prepared,
  predict,
  type Source,
} from '../../decide/models/averaging/averaging.ts';
import { metricsOf } from './learn-round.ts';
import { partedRows, type RoundTable, rowsOf } from './round-table.ts';

/** Rows to learn from, and rows kept out. */
export type Parts = { readonly training: RoundTable; readonly held: RoundTable };

export function partsOf(table: RoundTable, by?: 'place' | 'content'): Parts {
  const { training, held } = partedRows(table, by);
  return { training: rowsOf(table, training), held: rowsOf(table, held) };
}

export function sourceOf({ columns, labels }: RoundTable, schema: RoundSchema): Source {
  return { features: columns, labels: Uint8Array.from(labels), limits: limitsOf(schema) };
}

export function averagedModel(learn: LearningOf<'logistic'> | LearningOf<'averaging'>, inputs: number): AveragedModel {
  if (learn.kind === 'logistic' || learn.model === 'logistic') return { kind: 'logistic', inputs };
  return { kind: 'perceptron', inputs, hidden: learn.hidden, activation: learn.activation! };
}

/** How a model does on rows that nothing was learned from. */
export async function standardEvaluated(
  averaging: Averaging,
  model: StandardModel,
  held: RoundTable,
): Promise<Pick<Learned, 'metrics' | 'rows'>> {
  if (held.rows === 0) return { metrics: {}, rows: 0 };
  return metricsOf(await standardMargins(averaging, model, held), held.labels);
}

/** Log-odds by row. */
export async function standardMargins(
  averaging: Averaging,
  { kind, schema, standardiser, model, weights }: StandardModel,
  rows: RoundTable,
): Promise<Float64Array> {
  const prepared = await averaging.prepare(sourceOf(rows, schema));
  if (kind === 'logistic') return linearMargins(prepared, standardiser, weights);
  const table = await averaging.standardise(prepared, standardiser);
  const probabilities = predict(model, Float64Array.from(weights), table);
  return probabilities.map((p) => Math.log(Math.max(p, 1e-300)) - Math.log(Math.max(1 - p, 1e-300)));
}

/** As Newton's sums see the rows: without the bound that descent sets to outliers. */
function linearMargins(prepared: Prepared, { columns }: Standardiser, weights: readonly number[]): Float64Array {
  const margins = new Float64Array(prepared.labels.length).fill(weights[columns.length]!);
  for (const [at, { feature, how, center, scale }] of columns.entries()) {
    const values = prepared.features[feature]!;
    const weight = weights[at]! / scale;
    for (let row = 0; row < margins.length; row += 1) {
      const value = values[row]!;
      const present = !Number.isNaN(value);
      if (how === 'missing') margins[row]! += weight * ((present ? 0 : 1) - center);
      else if (present) margins[row]! += weight * (value - center);
    }
  }
  return margins;
}
