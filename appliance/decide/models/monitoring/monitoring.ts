// Watching a model in use: do rows and scores still look like the training's, can the two be told apart, does it still do what its report promised,
// is a challenger better. Plain data, and words for it.

import { Fault } from '../../../core/errors.ts';
import { columnOf, type Matrix } from '../../../core/matrix/matrix.ts';
import type { ScoringModel } from '../../../core/model/scoring.ts';
import { createScorer } from '../scoring/scoring.ts';
import { openFitter } from '../training/fitter.ts';
import { labelOf } from '../training/label.ts';
import type { Report } from '../training/report.ts';
import type { ModelBaseline } from './baseline.ts';
import { type Contest, contestOf, type Performance, performanceOf } from './performance.ts';
import { type Stability, stabilityOf } from './stability.ts';
import { stacked } from './stack.ts';
import { type Apart, tellApart } from './telling-apart.ts';
import { type Finding, findingsOf, type State, stateOf } from './words.ts';

export type MonitorRequest = {
  readonly model: ScoringModel;
  readonly report: Pick<Report, 'crossValidation' | 'data'>;
  readonly baseline: ModelBaseline;
  readonly matrix: Matrix;
  /** Rows of the training, where they are still at hand: then the two are told apart. */
  readonly training?: Matrix;
  /** The column with the answers, once they are known. */
  readonly label?: string;
  readonly challenger?: ScoringModel;
  readonly seed?: number;
  readonly threads?: number;
  readonly signal?: AbortSignal;
};
export type Monitoring = {
  readonly stability: Stability;
  readonly apart?: Apart;
  readonly performance?: Performance;
  readonly contest?: Contest;
};
export type Monitored = Monitoring & {
  readonly format: 1;
  readonly kind: 'monitoring';
  readonly state: State;
  readonly findings: readonly Finding[];
};

/** @throws {Fault} `too_little_data`, `bad_request` for a label that is not there, `cannot_train` for answers that are none, `cancelled` */
export async function monitor(request: MonitorRequest): Promise<Monitored> {
  const { model, report, baseline, matrix, seed = 7 } = request;
  const missing = stabilityOf(baseline, matrix, undefined).absent.length > 0;
  const scores = missing ? undefined : createScorer(model).matrix(matrix).probability;
  const stability = stabilityOf(baseline, matrix, scores);
  const apart = request.training && (await apartOf(request.training, request, seed));
  const answers = request.label !== undefined && scores ? answersOf(matrix, request.label, report) : undefined;
  const own = (values: ArrayLike<number>) => Float64Array.from(answers!.rows, (row) => values[row]!);
  const performance = answers && performanceOf(report, own(scores!), answers.values);
  const contest =
    answers &&
    request.challenger &&
    contestOf(own(scores!), own(createScorer(request.challenger).matrix(matrix).probability), answers.values);
  const found = { stability, ...(apart && { apart }), ...(performance && { performance }), ...(contest && { contest }) };
  const findings = findingsOf(found);
  return { format: 1, kind: 'monitoring', state: stateOf(findings), findings, ...found };
}

async function apartOf(
  training: Matrix,
  { model, matrix, threads, signal }: MonitorRequest,
  seed: number,
): Promise<Apart | undefined> {
  const { matrix: both, isSecond } = stacked(
    training,
    matrix,
    model.inputs.map(({ name }) => name),
  );
  if (both.columns.length === 0) return undefined;
  const fitter = openFitter(threads, signal);
  try {
    return await tellApart(
      both,
      both.columns.map(({ name }) => name),
      isSecond,
      fitter,
      { seed, ...(threads && { threads }) },
    );
  } catch (error) {
    if (signal?.aborted) throw new Fault('cancelled', 'comparing');
    throw error;
  } finally {
    await fitter.close();
  }
}

function answersOf(matrix: Matrix, label: string, { data }: MonitorRequest['report']) {
  const column = columnOf(matrix, label);
  if (!column) throw new Fault('bad_request', `no column is called ${JSON.stringify(label.slice(0, 60))}`);
  return labelOf(matrix, column, data.label.positive);
}
