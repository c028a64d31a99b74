// Training on a table: `train` answers a question of it with a model, tested on rows that neither the model nor any choice about it has seen,
// and reports all that was found. The same table and settings give the same bytes, whatever the machine and its number of threads.

import { availableParallelism } from 'node:os';
import { Fault } from '../../../core/errors.ts';
import { columnOf, type Matrix, numberAt } from '../../../core/matrix/matrix.ts';
import type { ScoringModel } from '../../../core/model/scoring.ts';
import type { PoolOptions } from '../../../core/pool/pool.ts';
import { Boosting } from '../boosting/boosting.ts';
import { logistic } from '../calibration/calibrate.ts';
import { startExplainThreads } from '../explain/threads.ts';
import { linearMargins } from '../linear/linear.ts';
import { dayMs } from '../scoring/scoring.ts';
import { startScoringThreads } from '../scoring/threads.ts';
import { splitsOf, stratifiedFolds } from '../validation/folds.ts';
import { foldsOfColumn } from '../validation/given-folds.ts';
import { timeSplits } from '../validation/time-splits.ts';
import { fingerprintOf, openCheckpoint, packCheckpoint, type SavedFold } from './checkpoint.ts';
import { type FitOptions, type Fitted, fit, shared, type Try } from './fit.ts';
import { labelOf } from './label.ts';
import type { Rows, Table } from './learner.ts';
import { fitsLinear, type PathPool, plainLogistic, startPaths } from './linear-learner.ts';
import { checkMemory } from './memory.ts';
import { type Budget, type LearnerKind, planOf } from './plan.ts';
import { Meter, type TrainProgress } from './progress.ts';
import type { Report } from './report.ts';
import { reportOf } from './reporting.ts';
import { screen } from './screening.ts';
import { onlyFeatures, tablesOf } from './table.ts';
import { threadsOfEach } from './threads.ts';
import { treeFeatures } from './trees-learner.ts';
import { limited, workshopOf } from './workshop.ts';

export type TrainRequest = {
  /** What the data is called in the report. */
  readonly name: string;
  readonly matrix: Matrix;
  readonly label: string;
  /** The value to find; where it is not given, the one that means yes. */
  readonly positive?: string;
  /** Columns not to learn from, and columns to learn from whatever they look like. */
  readonly drop?: readonly string[];
  readonly keep?: readonly string[];
  /** The outer fold of each row, by number. */
  readonly folds?: Matrix;
  /** A column of times: outer folds train on what came before and test on what came after. It is not learnt from. */
  readonly time?: { readonly column: string; readonly gapDays?: number };
  readonly costs?: { readonly falsePositive: number; readonly falseNegative: number };
  readonly budget?: Budget;
  readonly learners?: LearnerKind;
  readonly seed?: number;
  readonly threads?: number;
  readonly rejectedRows?: number;
  readonly signal?: AbortSignal;
  readonly progress?: (progress: TrainProgress) => void;
  /** Hears what the training could go on from after a break, each time a fold is done, and between folds now and then. */
  readonly checkpoint?: (bytes: Uint8Array<ArrayBuffer>) => void;
  /** Between two checkpoints inside a fold, at least. Default a quarter of a minute. */
  readonly checkpointEveryMs?: number;
  /** Goes on from a checkpoint of the same request; the result has the same bytes as without the break. */
  readonly resumeFrom?: Uint8Array | undefined;
  /** More than this is refused before anything is done. Default: most of what is free. */
  readonly memoryLimitBytes?: number | undefined;
  /** Hears of a thread that died and whose work is tried once more. */
  readonly onRestart?: PoolOptions['onRestart'];
};

export type Trained = {
  readonly model: ScoringModel;
  readonly report: Report;
  /** Scores of the tested rows, by models that had not seen them. */
  readonly outOfFold: Float64Array;
};

const usualCheckpointEveryMs = 15_000;

/**
 * @throws {Fault} `cannot_train`, `bad_request` naming the column or the option, `not_enough_memory`, `limit_reached`, `checkpoint_unfit`, `cancelled`,
 *   `worker_failed`
 */
export async function train(request: TrainRequest, meter = new Meter(request.progress)): Promise<Trained> {
  const { matrix, signal, threads = availableParallelism(), onRestart } = request;
  const column = columnOf(matrix, request.label);
  if (!column) throw new Fault('bad_request', `no column is called ${JSON.stringify(request.label).slice(0, 80)}`);
  const inTime = request.time ? [request.time.column] : [];
  for (const name of [...(request.drop ?? []), ...(request.keep ?? []), ...inTime])
    if (!columnOf(matrix, name)) throw new Fault('bad_request', `no column is called ${JSON.stringify(name).slice(0, 80)}`);
  checkMemory({ ...request, threads }, request.memoryLimitBytes);
  meter.prepare();
  const history = new History(request);
  const label = labelOf(matrix, column, request.positive);
  const screening = screen(matrix, label, new Set([...(request.drop ?? []), ...inTime]), new Set(request.keep));
  if (screening.kept.length === 0) throw new Fault('cannot_train', 'no column is left to learn from');
  const boosting = new Boosting({ threads, onRestart });
  const paths = startPaths({ threads, onRestart });
  const scoring = startScoringThreads(threads);
  const explaining = startExplainThreads(threads);
  try {
    const labels = new Uint8Array(new SharedArrayBuffer(matrix.rows));
    label.rows.forEach((row, at) => {
      labels[row] = label.values[at]!;
    });
    const all = shared(label.rows.length, (at) => label.rows[at]!);
    const { splits, kind, seed } = outerSplits(request, all, labels);
    const tableOf = tablesOf(
      matrix,
      screening.kept.map(({ name }) => name),
      labels,
    );
    const table = tableOf(all);
    const { budget = 'normal', learners } = request;
    const plan = planOf(all.length, treeFeatures(table).length, budget, splits.length, learners);
    if (plan.trees.length === 0 && !fitsLinear(table)) throw new Fault('cannot_train', 'learners: too many features for linear');
    const threadsEach = threadsOfEach(all.length, threads);
    const run = limited(Math.max(1, Math.floor(threads / threadsEach)));
    const shop = workshopOf({ labels, tableOf, plan, seed, run, boosting, paths, threadsEach, signal });
    const fitNext = (fold: number, rows: Rows) => {
      signal?.throwIfAborted();
      const told = (share: number) => meter.fold(fold, splits.length, share);
      told(0);
      return fit(shop, rows, { told, ...history.next() });
    };
    for (const [at, { train: own, test }] of splits.entries()) {
      if (at < history.folds.length) continue;
      const fitted = await fitNext(at, own);
      const scores = await fitted.score(test);
      const baseline = await baselineOf(paths, fitted, labels, own, test, signal);
      history.foldDone({ model: fitted.model, scores, baseline });
    }
    const final = await fitNext(splits.length, all);
    const told = (share: number) => meter.report(share);
    told(0);
    const outcomes = history.folds.map((fold, at) => ({ ...fold, test: splits[at]!.test }));
    const threadsOf = { scoring, explaining };
    const report = await reportOf({ request, label, labels, screening, plan, seed, kind, outcomes, final, ...threadsOf, told });
    return { model: final.model, report, outOfFold: concatenated(outcomes.map(({ scores }) => scores)) };
  } catch (error) {
    if (signal?.aborted) throw new Fault('cancelled', 'training');
    throw error;
  } finally {
    await Promise.all([boosting.close(), paths.close(), scoring.close(), explaining.close()]);
  }
}

function concatenated(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** What is done so far, from a checkpoint on, and what is told of it. */
class History {
  readonly folds: SavedFold[] = [];
  readonly #request: TrainRequest;
  readonly #fingerprint: Buffer | undefined;
  #tries: (Try | undefined)[] = [];
  #savedAtMs = performance.now();

  constructor(request: TrainRequest) {
    const { checkpoint, resumeFrom } = request;
    this.#request = request;
    if (checkpoint || resumeFrom) this.#fingerprint = fingerprintOf(request);
    if (!resumeFrom) return;
    const saved = openCheckpoint(this.#fingerprint!, resumeFrom);
    this.folds.push(...saved.folds);
    this.#tries = [...saved.tries];
  }

  /** For the fold that is next. */
  next(): FitOptions {
    return {
      tries: [...this.#tries],
      onTry: (learner, done) => {
        this.#tries[learner] = done;
        const { checkpointEveryMs = usualCheckpointEveryMs } = this.#request;
        if (performance.now() - this.#savedAtMs >= checkpointEveryMs) this.#save();
      },
    };
  }

  foldDone(fold: SavedFold): void {
    this.folds.push(fold);
    this.#tries = [];
    this.#save();
  }

  #save(): void {
    const { checkpoint } = this.#request;
    if (!checkpoint) return;
    checkpoint(packCheckpoint(this.#fingerprint!, { folds: this.folds, tries: this.#tries }));
    this.#savedAtMs = performance.now();
  }
}

function outerSplits(request: TrainRequest, all: Rows, labels: Uint8Array) {
  const { folds: given, matrix, seed = 7, budget = 'normal' } = request;
  const own = Uint8Array.from(all, (row) => labels[row]!);
  const places = (chosen: Rows) => shared(chosen.length, (at) => all[chosen[at]!]!);
  if (given) {
    const [column] = given.columns;
    if (given.rows !== matrix.rows)
      throw new Fault('bad_request', `folds: expected ${matrix.rows} rows, one for each of the table, got ${given.rows}`);
    const { count, foldOf } = foldsOfColumn(column!, given.rows);
    const ownFolds = { count, foldOf: Uint16Array.from(all, (row) => foldOf[row]!) };
    const splits = splitsOf(ownFolds).map((split) => ({ train: places(split.train), test: places(split.test) }));
    return { splits, kind: 'given' as const, seed };
  }
  const { outerFolds } = planOf(all.length, 1, budget, undefined);
  if (request.time) return { splits: splitsInTime(request, request.time, all, own, outerFolds), kind: 'time' as const, seed };
  const splits = splitsOf(stratifiedFolds(own, { folds: outerFolds, seed }));
  return {
    splits: splits.map((split) => ({ train: places(split.train), test: places(split.test) })),
    kind: 'stratified' as const,
    seed,
  };
}

function splitsInTime(
  { matrix, folds }: TrainRequest,
  { column: name, gapDays = 0 }: NonNullable<TrainRequest['time']>,
  all: Rows,
  labels: Uint8Array,
  outerFolds: number,
) {
  const column = columnOf(matrix, name)!;
  if (folds) throw new Fault('bad_request', 'folds and time: one of them');
  if (column.kind !== 'time') throw new Fault('bad_request', `time: ${name} is no column of times`);
  const times = Float64Array.from(all, (row) => numberAt(column, row));
  let found: ReturnType<typeof timeSplits>;
  try {
    found = timeSplits(times, { splits: outerFolds, gapMs: gapDays * dayMs });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Fault('cannot_train', `time: ${error.message}`);
  }
  const hasBoth = (rows: ArrayLike<number>) => new Set(Array.from(rows, (at) => labels[at]!)).size === 2;
  if (!found.every(({ train, test }) => hasBoth(train) && hasBoth(test)))
    throw new Fault('cannot_train', `time: a stretch of ${name} has one answer only`);
  const places = (chosen: ArrayLike<number>) => shared(chosen.length, (at) => all[chosen[at]!]!);
  return found.map(({ train, test }) => ({ train: places(train), test: places(test) }));
}

/** Plain logistic regression on the same rows and features, but for logarithms. */
async function baselineOf(
  paths: PathPool,
  { table }: Fitted,
  labels: Uint8Array,
  train: Rows,
  test: Rows,
  signal: AbortSignal | undefined,
): Promise<Float64Array | undefined> {
  const plain: Table = onlyFeatures(table, (at) => table.features[at]!.how !== 'log');
  if (!fitsLinear(plain)) return undefined;
  const linear = await plainLogistic(paths, plain, labels, train, signal);
  return linearMargins(linear, plain.columns, test).map(logistic);
}
