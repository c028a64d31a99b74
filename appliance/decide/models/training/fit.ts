// One whole training on some rows: what is learned of levels, which learners at which size, how much of each, and how margins become
// probabilities. Everything is decided on rows held back within these rows, so that whoever tests the result on others tests all of it.

import type { Calibration, Linear, ScoringModel, Trees } from '../../../core/model/scoring.ts';
import { calibrate } from '../calibration/calibrate.ts';
import { type CalibrationName, chooseCalibration } from '../calibration/choose.ts';
import { holdout, splitsOf, stratifiedFolds } from '../validation/folds.ts';
import { blend } from './blend.ts';
import { type CrossFit, crossFit, type Split } from './cross-fit.ts';
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

export async function fit(shop: Workshop, train: Rows): Promise<Fitted> {
  const { labels, tableOf, plan, seed, run, signal } = shop;
  const table = tableOf(train);
  const splits = innerSplits(train, labels, plan.innerFolds, seed);
  const tries = await Promise.all(
    shop.learnersFor(table).map((learner) => crossFit(learner, splits, tableOf, labels, run, signal)),
  );
  const held = joined(splits.map((split) => split.held));
  const ownLabels = Uint8Array.from(held, (row) => labels[row]!);
  const voices = tries.map(({ margins }) => ({ margins: Float64Array.from(held, (row) => margins[row]!) }));
  const blended = blend(voices, ownLabels);
  const scored = { scores: blended.margins, labels: ownLabels };
  const calibration = chooseCalibration(scored, { seed, keys: held });
  const parts = await Promise.all(
    tries.flatMap((one, at) => (blended.weights[at]! > 0 ? [finish(shop, one, blended.weights[at]!, table, train)] : [])),
  );
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

async function finish(
  { labels, run, plan, signal }: Workshop,
  one: CrossFit,
  weight: number,
  table: EncodedTable,
  train: Rows,
): Promise<Part> {
  const { learner, size } = one;
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
