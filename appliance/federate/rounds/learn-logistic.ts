// Logistic regression in a round: one sum standardises everybody's columns alike, and each further one is a step of Newton's method, until the
// optimum of all rows together. Members that drop out on the way are missed from the next sum on.

import type { AskSum, Learned } from '../../../federation/participant/round/ports.ts';
import {
  decodeLogisticSums,
  decodeMoments,
  encodeLogisticSums,
  encodeMoments,
  nextNewton,
  type Standardiser,
  standardiserOf,
  startNewton,
} from '../../../federation/protocol/averaging/averaging.ts';
import type { LearningOf, RoundTerms } from '../../../federation/protocol/round/round-terms.ts';
import { limitsOf, type StandardModel, standardBytes } from '../../../federation/protocol/round/standard-model.ts';
import { ProtocolFault } from '../../../federation/protocol/words.ts';
import { Fault } from '../../core/errors.ts';
import type { Averaging, Prepared } from '../../decide/models/averaging/averaging.ts';
import { averagedModel, type Parts, sourceOf, standardEvaluated } from './standard-model.ts';

export type StandardOptions = { readonly averaging: Averaging; readonly ask: AskSum; readonly signal?: AbortSignal };
type Terms = Pick<RoundTerms, 'schema' | 'learn'>;

/** @throws {ProtocolFault} label_constant, columns_constant, sum_wrong, value_out_of_range, and what `ask` is rejected with */
export async function learnLogistic({ schema, learn: given }: Terms, parts: Parts, options: StandardOptions): Promise<Learned> {
  const learn = given as LearningOf<'logistic'>;
  const { averaging, ask, signal } = options;
  const prepared = await averaging.prepare(sourceOf(parts.training, schema), { signal });
  const { standardiser } = await standardised(prepared, { schema, fewest: learn.fewest, ask });
  const columns = standardiser.columns.length;
  const settings = { lambda: learn.l2, tolerance: learn.tolerance, sums: learn.iterations };
  let state = startNewton(columns, standardiser);
  while (!state.done) {
    const sums = await averaging.logisticSums({ prepared, standardiser, weights: state.weights }, { signal });
    const about = `newton ${state.sums}`;
    const words = ours(about, () => encodeLogisticSums(sums, standardiser.rows));
    const sum = await ask(about, words, { state: JSON.stringify([standardiser, [...state.weights]]) });
    state = everybodys(about, () => nextNewton(settings, state, decodeLogisticSums(sum, columns, standardiser.rows)));
  }
  const features = parts.training.names;
  const shape = averagedModel(learn, columns);
  const weights = [...state.weights];
  const model: StandardModel = { format: 1, kind: 'logistic', schema, features, standardiser, model: shape, weights };
  return { model: standardBytes(model), ...(await standardEvaluated(averaging, model, parts.held)) };
}

/**
 * The standardiser of all rows together, from one sum.
 * @param more words of this side that travel in the same sum  @returns their sum too
 * @throws {ProtocolFault} label_constant, columns_constant, sum_wrong
 */
export async function standardised(
  { moments }: Prepared,
  {
    schema,
    fewest,
    ask,
    more = new Int32Array(),
  }: { schema: RoundTerms['schema']; fewest: number; ask: AskSum; more?: Int32Array },
): Promise<{ standardiser: Standardiser; more: Int32Array }> {
  const limits = limitsOf(schema);
  const words = ours('moments', () => encodeMoments(moments));
  const sum = await ask('moments', Int32Array.of(...words, ...more));
  const all = everybodys('moments', () => decodeMoments(sum.slice(0, words.length), limits.length));
  if (all.positives === 0 || all.positives === all.rows) throw new ProtocolFault('label_constant', schema.label.name);
  const standardiser = standardiserOf(all, limits, fewest);
  if (standardiser.columns.length === 0) throw new ProtocolFault('columns_constant');
  return { standardiser, more: sum.slice(words.length) };
}

/** What this side's numbers are refused for. The message would show one of them: it stays in the cause. */
export function ours<Result>(where: string, work: () => Result): Result {
  return refused('value_out_of_range', where, work);
}

/** What a sum is refused for: somebody departed from the rules. */
export function everybodys<Result>(where: string, work: () => Result): Result {
  return refused('sum_wrong', where, work);
}

function refused<Result>(code: 'value_out_of_range' | 'sum_wrong', where: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError || error instanceof Fault) throw new ProtocolFault(code, where, error);
    throw error;
  }
}
