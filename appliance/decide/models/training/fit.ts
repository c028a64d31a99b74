// One whole training on some rows: what is learned of levels, which learners at which size, how much of each, and how margins become
// probabilities. Everything is decided on rows held back within these rows, so that whoever tests the result on others tests all of it.

import type { Calibration, Linear, ScoringModel, Trees } from '../../../core/model/scoring.ts';
import { calibrate } from '../calibration/calibrate.ts';
import { type CalibrationName, chooseCalibration } from '../calibration/choose.ts';
import { holdout, splitsOf, stratifiedFolds } from '../validation/folds.ts';
import { blend } from './blend.ts';
import { crossFit, type Split } from './cross-fit.ts';
import type { Learner, Rows } from './learner.ts';
import type { Plan } from './plan.ts';
import type { Member } from './report.ts';
import type { EncodedTable } from './table.ts';
import { treesForAll } from './trees-learner.ts';

export type Workshop = {
  readonly labels: Uint8Array;
  readonly tableOf: (train: Rows) => EncodedTable;
  /** The learners to try on a table. */
  learnersFor(table: EncodedTable): Learner[];
  readonly plan: Plan;
  readonly seed: number;
  /** Starts a training when a thread is free. */
  run<T>(work: () => Promise<T>): Promise<T>;
  readonly signal?: AbortSignal;
};

/** What the inner folds told of one learner: all that a training that was broken off needs of it. */
export type Try = {
  readonly size: number;
  /** Of all rows held back, in their order. */
  readonly margins: Float64Array;
};

export type FitOptions = {
  /** Hears about how much is done, 0 to 1. */
  readonly told?: (share: number) => void;
  /** By learner: what need not be done again. */
  readonly tries?: readonly (Try | undefined)[];
  /** Hears of each try as it is done. */
  readonly onTry?: (learner: number, done: Try) => void;
};

type Part = { readonly learner: Learner; readonly weight: number; readonly model: Trees | Linear };

export type Fitted = {
  readonly model: ScoringModel;
  readonly table: EncodedTable;
  readonly members: readonly Member[];
  readonly calibration: CalibrationName;
  /** Probabilities of rows of the matrix. */
  score(rows: Rows): Promise<Float64Array>;
};

/** Of a single part held back within the training rows. */
const heldShare = 0.2;
/** Of the whole: the inner folds. The rest is training on all rows. */
const triesShare = 0.85;

export async function fit(shop: Workshop, train: Rows, options: FitOptions = {}): Promise<Fitted> {
  const { labels, plan, seed, run, signal } = shop;
  const tableOf = onceEach(shop.tableOf);
  const table = tableOf(train);
  const splits = innerSplits(train, labels, plan.innerFolds, seed);
  const held = joined(splits.map((split) => split.held));
  const learners = shop.learnersFor(table);
  const told = toldOf(learners, train.length, table, options.told);
  const tries = await Promise.all(
    learners.map(async (learner, at) => {
      let done = options.tries?.[at];
      if (!done) {
        const { size, margins } = await crossFit(learner, splits, tableOf, labels, run, signal, (share) => told(at, share));
        done = { size, margins: Float64Array.from(held, (row) => margins[row]!) };
        options.onTry?.(at, done);
      }
      told(at, 1);
      return done;
    }),
  );
  const ownLabels = Uint8Array.from(held, (row) => labels[row]!);
  const blended = blend(tries, ownLabels);
  const scored = { scores: blended.margins, labels: ownLabels };
  const calibration = chooseCalibration(scored, { seed, keys: held });
  const parts = await Promise.all(
    tries.flatMap(({ size }, at) => {
      const weight = blended.weights[at]!;
      return weight > 0 ? [finish(shop, learners[at]!, size, weight, table, train)] : [];
    }),
  );
  options.told?.(1);
  const { inputs, features } = table.encoding;
  const margin = marginOf(parts);
  const model: ScoringModel = { format: 1, inputs, features, margin, calibration: calibration.calibration };
  return {
    model,
    table,
    members: parts.map(memberOf),
    calibration: calibration.name,
    score: (rows) => scoreRows(parts, calibration.calibration, table, rows),
  };
}

/** How much is done from how much of each learner is, by what their work is guessed at. */
function toldOf(learners: readonly Learner[], rows: number, table: EncodedTable, told: FitOptions['told']) {
  const works = learners.map((learner) => learner.workOf(rows, table));
  const all = works.reduce((sum, work) => sum + work, 0);
  const shares = learners.map(() => 0);
  return (at: number, share: number) => {
    shares[at] = share;
    told?.((triesShare * works.reduce((sum, work, which) => sum + work * shares[which]!, 0)) / all);
  };
}

/** A table for each choice of rows, made when it is first wanted: many learners look at the same. */
function onceEach(tableOf: Workshop['tableOf']): Workshop['tableOf'] {
  const known = new Map<Rows, EncodedTable>();
  return (train) => {
    const table = known.get(train) ?? tableOf(train);
    known.set(train, table);
    return table;
  };
}

async function finish(
  { labels, run, plan, signal }: Workshop,
  learner: Learner,
  size: number,
  weight: number,
  table: EncodedTable,
  train: Rows,
): Promise<Part> {
  // A single part held back leaves as much out as five folds do.
  const whole = learner.kind === 'trees' ? treesForAll(size, plan.innerFolds === 1 ? 5 : plan.innerFolds) : size;
  return { learner, weight, model: await run(() => learner.finish(table, labels, train, whole, signal)) };
}

function marginOf(parts: readonly Part[]): ScoringModel['margin'] {
  if (parts.length === 1) return parts[0]!.model;
  return { kind: 'blend', parts: parts.map(({ weight, model }) => ({ weight, of: model })) };
}

function memberOf({ learner, weight, model }: Part): Member {
  const { kind, settings } = learner;
  return { kind, weight, settings, ...(model.kind === 'trees' && { trees: model.trees.length }) };
}

async function scoreRows(
  parts: readonly Part[],
  calibration: Calibration,
  table: EncodedTable,
  rows: Rows,
): Promise<Float64Array> {
  const sum = new Float64Array(rows.length);
  for (const { learner, weight, model } of parts) {
    const margins = await learner.margins(model, table, rows);
    for (let at = 0; at < sum.length; at += 1) sum[at]! += weight * margins[at]!;
  }
  return sum.map((margin) => calibrate(calibration, margin));
}

function innerSplits(train: Rows, labels: Uint8Array, folds: number, seed: number): Split[] {
  const own = Uint8Array.from(train, (row) => labels[row]!);
  const places = (chosen: Rows) => shared(chosen.length, (at) => train[chosen[at]!]!);
  const splits =
    folds === 1
      ? [holdout(own, { share: heldShare, seed, keys: train })]
      : splitsOf(stratifiedFolds(own, { folds, seed, keys: train }));
  return splits.map((split) => ({ train: places(split.train), held: places(split.test) }));
}

export function shared(length: number, rowAt: (at: number) => number): Rows {
  const rows = new Uint32Array(new SharedArrayBuffer(length * 4));
  for (let at = 0; at < length; at += 1) rows[at] = rowAt(at);
  return rows;
}

function joined(parts: readonly Rows[]): Rows {
  const all = parts.flatMap((part) => [...part]).sort((a, b) => a - b);
  return shared(all.length, (at) => all[at]!);
}
