// Puts a report together: figures of scores out of their folds, and what the final model goes by.

import { type Column, columnOf, isMissing, levelAt, type Matrix, numberAt, takeRows } from '../../../core/matrix/matrix.ts';
import type { ScoringModel } from '../../../core/model/scoring.ts';
import { partialDependence } from '../explain/dependence.ts';
import { createExplainer, valuesByColumn } from '../explain/explain.ts';
import type { ExplainThreads } from '../explain/threads.ts';
import type { Scored } from '../metrics/scored.ts';
import { cheapestThreshold } from '../metrics/threshold.ts';
import { below, drawsOf } from '../numerics/chance.ts';
import { createScorer } from '../scoring/scoring.ts';
import type { ScoringThreads } from '../scoring/threads.ts';
import { fairnessOf } from './fairness.ts';
import { confusionOf, curvesOf, figuresOf, foldFigures, meanFigures } from './figures.ts';
import type { Fitted } from './fit.ts';
import type { Label } from './label.ts';
import type { Rows } from './learner.ts';
import type { Plan } from './plan.ts';
import type { ColumnImportance, Example, PartialDependence, Report } from './report.ts';
import type { Screening } from './screening.ts';
import type { TrainRequest } from './train.ts';

/** One outer fold. */
export type Outcome = {
  readonly model: ScoringModel;
  readonly test: Rows;
  readonly scores: Float64Array;
  /** Undefined where there are more features than a linear model takes. */
  readonly baseline: Float64Array | undefined;
};

export type ReportParts = {
  readonly request: TrainRequest;
  readonly label: Label;
  readonly labels: Uint8Array;
  readonly screening: Screening;
  readonly plan: Plan;
  readonly seed: number;
  readonly kind: Report['split']['kind'];
  readonly outcomes: readonly Outcome[];
  readonly final: Fitted;
  readonly scoring: ScoringThreads;
  readonly explaining: ExplainThreads;
  /** Hears about how much is done, 0 to 1. */
  readonly told: (share: number) => void;
};

export const reportLimits = {
  /** Rows that importance is averaged over: of the final model, and of each fold's. */
  importanceRows: 2_000,
  foldImportanceRows: 400,
  dependenceRows: 1_000,
  dependenceColumns: 8,
  dependencePoints: 16,
  examples: 6,
  reasons: 5,
} as const;

export async function reportOf(parts: ReportParts): Promise<Report> {
  const { request, label, labels, screening, plan, seed, kind, outcomes, final } = parts;
  const scoredOf = ({ test, scores }: Outcome): Scored => ({ scores, labels: Uint8Array.from(test, (row) => labels[row]!) });
  const folds = outcomes.map((outcome) => foldFigures(scoredOf(outcome)));
  const all = together(outcomes, labels, ({ scores }) => scores);
  const negatives = label.rows.length - label.positives;
  const costs = request.costs ?? { falsePositive: 1, falseNegative: negatives / label.positives };
  const threshold = Math.min(1, cheapestThreshold(all, costs).threshold);
  const mean = meanFigures(folds, all);
  return {
    format: 1,
    data: {
      name: request.name,
      rows: request.matrix.rows,
      rejectedRows: request.rejectedRows ?? 0,
      unlabelledRows: label.unlabelled,
      label: { column: label.column, positive: label.positive, negative: label.negative.slice(0, 20) },
      positives: label.positives,
    },
    columns: { used: screening.kept.map(({ name }) => name), dropped: screening.dropped, suspects: screening.suspects },
    split: { kind, folds: outcomes.length, seed },
    crossValidation: {
      ...mean,
      rocAucDeviation: deviation(folds.map(({ rocAuc }) => rocAuc)),
      folds,
    },
    baseline: baselineOf(outcomes, labels, label),
    curves: curvesOf(all),
    decision: { costs, confusion: confusionOf(all, threshold) },
    importance: await importanceOf(parts),
    partialDependence: await dependenceOf(parts),
    examples: examplesOf(parts, all),
    fairness: fairnessOf(request.matrix, { rows: all.rows, scores: all.scores, labels: all.labels }, threshold),
    model: { features: final.model.features.length, members: final.members, calibration: final.calibration },
    settings: { seed, tries: plan.trees.length + plan.alphas.length, innerFolds: plan.innerFolds },
  };
}

type All = { readonly rows: Uint32Array; readonly scores: Float64Array; readonly labels: Uint8Array };

/** All rows that were tested, in their order. */
function together(outcomes: readonly Outcome[], labels: Uint8Array, scoresOf: (outcome: Outcome) => Float64Array): All {
  const entries = outcomes
    .flatMap((outcome) => Array.from(outcome.test, (row, at) => [row, scoresOf(outcome)[at]!] as const))
    .sort(([a], [b]) => a - b);
  return {
    rows: Uint32Array.from(entries, ([row]) => row),
    scores: Float64Array.from(entries, ([, score]) => score),
    labels: Uint8Array.from(entries, ([row]) => labels[row]!),
  };
}

function baselineOf(outcomes: readonly Outcome[], labels: Uint8Array, label: Label): Report['baseline'] {
  const share = label.positives / label.rows.length;
  const prior = { logLoss: -(share * Math.log(share) + (1 - share) * Math.log(1 - share)) };
  const told = outcomes.every(({ baseline }) => baseline !== undefined);
  const scoresOf = ({ baseline, test }: Outcome) => baseline ?? new Float64Array(test.length).fill(share);
  const folds = outcomes.map((outcome) =>
    figuresOf({ scores: scoresOf(outcome), labels: Uint8Array.from(outcome.test, (row) => labels[row]!) }),
  );
  const logistic = meanFigures(folds, together(outcomes, labels, scoresOf));
  return { logistic: told ? logistic : { ...logistic, rocAuc: 0.5 }, prior };
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1));
}

/** Some rows, drawn from the seed, in their order. */
function sampleOf(rows: ArrayLike<number>, most: number, seed: number, label: string): number[] {
  const all = Array.from(rows);
  if (all.length <= most) return all;
  const draw = drawsOf(seed, label);
  for (let at = 0; at < most; at += 1) {
    const other = at + below(draw, all.length - at);
    [all[at], all[other]] = [all[other]!, all[at]!];
  }
  return all.slice(0, most).sort((a, b) => a - b);
}

async function importanceOf(parts: ReportParts): Promise<ColumnImportance[]> {
  const { request, label, seed, outcomes, final, explaining, told } = parts;
  const { matrix } = request;
  const means = async (model: ScoringModel, rows: ArrayLike<number>, most: number, name: string) => {
    const sample = takeRows(matrix, sampleOf(rows, most, seed, name));
    const { columns } = await explaining.importance(createExplainer(model), sample, { signal: request.signal });
    return new Map(columns.map((one) => [one.name, one.value]));
  };
  const whole = await means(final.model, label.rows, reportLimits.importanceRows, 'importance');
  const ranks = new Map<string, number[]>();
  for (const [at, { model, test }] of outcomes.entries()) {
    told((0.5 * (at + 1)) / (outcomes.length + 1));
    const own = await means(model, test, reportLimits.foldImportanceRows, `importance ${at}`);
    const order = [...own].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([name]) => name);
    for (const name of whole.keys()) {
      const place = order.indexOf(name) + 1 || whole.size;
      ranks.set(name, [...(ranks.get(name) ?? []), place]);
    }
  }
  const sum = [...whole.values()].reduce((total, value) => total + value, 0);
  return [...whole]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([column, value]) => ({
      column,
      meanAbsShap: value,
      share: sum === 0 ? 0 : value / sum,
      ranks: { best: Math.min(...ranks.get(column)!), worst: Math.max(...ranks.get(column)!) },
    }));
}

async function dependenceOf(parts: ReportParts): Promise<PartialDependence[]> {
  const { request, label, seed, final, scoring, told } = parts;
  const sample = takeRows(request.matrix, sampleOf(label.rows, reportLimits.dependenceRows, seed, 'dependence'));
  const scorer = createScorer(final.model);
  const score = async (matrix: Matrix) => (await scoring.score(scorer, matrix, { signal: request.signal })).probability;
  const strongest = (await strongestColumns(parts)).slice(0, reportLimits.dependenceColumns);
  const found: PartialDependence[] = [];
  for (const [which, name] of strongest.entries()) {
    told(0.6 + (0.3 * which) / strongest.length);
    const column = columnOf(sample, name)!;
    const points = await partialDependence(score, sample, name, { points: reportLimits.dependencePoints });
    const known = points.flatMap(({ value, mean }) => (value === undefined ? [] : [{ value, mean }]));
    found.push({
      column: name,
      kind: column.kind,
      points: known.map(({ value, mean }, at) => ({
        value,
        mean,
        rows: rowsNear(
          column,
          sample.rows,
          known.map((one) => one.value),
          at,
        ),
      })),
    });
  }
  return found;
}

async function strongestColumns({ request, label, seed, final, explaining }: ReportParts): Promise<string[]> {
  const sample = takeRows(request.matrix, sampleOf(label.rows, reportLimits.foldImportanceRows, seed, 'strongest'));
  const { columns } = await explaining.importance(createExplainer(final.model), sample);
  return columns
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
}

/** Rows whose value is nearer to this point than to the others. */
function rowsNear(column: Column, rows: number, values: readonly (number | string)[], at: number): number {
  let count = 0;
  for (let row = 0; row < rows; row += 1) {
    if (column.kind === 'category') {
      if (levelAt(column, row) === values[at]) count += 1;
      continue;
    }
    const value = numberAt(column, row);
    if (Number.isNaN(value)) continue;
    let nearest = 0;
    for (let other = 1; other < values.length; other += 1)
      if (Math.abs((values[other] as number) - value) < Math.abs((values[nearest] as number) - value)) nearest = other;
    if (nearest === at) count += 1;
  }
  return count;
}

/** Rows at the top, in the middle and at the bottom, with what moved their score. */
function examplesOf({ request, final }: ReportParts, all: All): Example[] {
  const explainer = createExplainer(final.model);
  const order = Array.from(all.rows.keys()).sort((a, b) => all.scores[b]! - all.scores[a]! || a - b);
  const places = [0, 1, Math.floor(order.length / 4), Math.floor(order.length / 2), order.length - 2, order.length - 1];
  return [...new Set(places)].slice(0, reportLimits.examples).map((place) => {
    const at = order[place]!;
    const row = all.rows[at]!;
    const reasons = valuesByColumn(final.model, explainer.at(request.matrix, row).values)
      .sort((a, b) => Math.abs(b.value) - Math.abs(a.value) || (a.column < b.column ? -1 : 1))
      .slice(0, reportLimits.reasons)
      .map(({ column, value }) => ({ column, value: valueAt(columnOf(request.matrix, column)!, row), shap: value }));
    return { row, score: all.scores[at]!, label: all.labels[at] === 1 ? 1 : 0, reasons };
  });
}

function valueAt(column: Column, row: number): number | string | null {
  if (column.kind === 'category') return levelAt(column, row) ?? null;
  const value = numberAt(column, row);
  return isMissing(column, value) || Number.isNaN(value) ? null : value;
}
