// One version of a model made ready to serve: our own scorer with explanations for what was trained here, a process of its own for a model that was
// brought. Both read a customer by the names of the node's features.

import { Fault, type Words } from '../../../core/errors.ts';
import { type Column, type Matrix, numberAt } from '../../../core/matrix/matrix.ts';
import type { ScoringModel } from '../../../core/model/scoring.ts';
import { calibrate } from '../calibration/calibrate.ts';
import { createExplainer, type Explainer } from '../explain/explain.ts';
import { type ColumnWords, type Reason, reasonLimits, topReasons } from '../explain/reasons.ts';
import { type OwnModel, openOwnModel, parseSignature, type Signature } from '../onnx/own-model.ts';
import { lastOf, questionOf } from '../questions/questions.ts';
import { type RowReader, relativeInTurns, rowReader, type Wanted } from '../questions/relative.ts';
import type { Registry } from '../registry/registry.ts';
import { modelFile } from '../registry/run.ts';
import { type Model, type Version, versionName } from '../registry/version.ts';
import { createScorer, dayMs, type Row, type Scorer } from '../scoring/scoring.ts';
import type { ScoringThreads } from '../scoring/threads.ts';

export type Served = {
  readonly model: Model;
  readonly version: Version;
  readonly name: string;
  readonly read: RowReader;
  /**
   * Until when the question is asked of a customer if they do nothing: a model that learned from customers who are active says nothing of one who has
   * not been for long. Infinity where it is asked of everybody.
   */
  asksUntil(matrix: Matrix, row: number): number;
  /** At once where the node can; a model that was brought is asked about several rows together, later. */
  readonly scoreRow?: (row: Row) => number;
  scoreRows(rows: readonly Row[]): Promise<Float64Array>;
  /** All rows of a matrix of features. */
  scoreAll(matrix: Matrix, atMs: number, threads: ScoringThreads): Promise<ArrayLike<number>>;
  /** What weighs most, in words; nothing is known of why a model that was brought says what it says. */
  reasons(row: Row, atMs: number, columns: { readonly [column: string]: ColumnWords }): Words[];
  /** The whole of it: from what is said of anybody to what is said of this row. Undefined for a model that was brought. */
  explain?(row: Row, atMs: number, columns: { readonly [column: string]: ColumnWords }): RowExplanation;
  /** Whether scores are shares from 0 to 1. */
  readonly isProbability: boolean;
  close(): void;
};

/** On the margin (log-odds): base value, contributions and rest sum to the margin. */
export type RowExplanation = {
  readonly baseValue: number;
  readonly baseProbability: number;
  readonly margin: number;
  readonly probability: number;
  /** The weightiest first. */
  readonly contributions: readonly Reason[];
  /** All the others together. */
  readonly rest: number;
};

const reasonsShown = 3;

/** @param columns of the node's features @throws {Fault} `model_invalid` naming an input that the node has not, `model_failed` */
export async function openServed(
  registry: Registry,
  model: Model,
  version: Version,
  columns: readonly Column[],
): Promise<Served> {
  const trained = await modelFile(registry, version);
  return trained ? servedHere(model, version, trained, columns) : servedOwn(registry, model, version, columns);
}

/** @throws {Fault} `model_invalid` */
export function readerFor(wanted: readonly Wanted[], columns: readonly Column[]): RowReader {
  const read = rowReader(wanted, columns);
  if (typeof read === 'function') return read;
  throw new Fault('model_invalid', `inputs.${read.missing}: the node has no such feature, or has it of another kind`);
}

function populationOf({ ask }: Model, { rows }: Version, columns: readonly Column[]): Served['asksUntil'] {
  const question = ask.question === undefined ? undefined : questionOf(ask.question);
  const at = question ? columns.findIndex(({ name }) => name === lastOf[question.about.population]) : -1;
  const activeDays = rows?.activeDays;
  if (at < 0 || activeDays === undefined) return () => Number.POSITIVE_INFINITY;
  return (matrix, row) => {
    const lastMs = numberAt(matrix.columns[at]!, row);
    return Number.isNaN(lastMs) ? Number.NEGATIVE_INFINITY : lastMs + activeDays * dayMs;
  };
}

function servedHere(model: Model, version: Version, trained: ScoringModel, columns: readonly Column[]): Served {
  const read = readerFor(trained.inputs, columns);
  const scorer: Scorer = createScorer(trained);
  const names = new Set(trained.inputs.map(({ name }) => name));
  let explainer: Explainer | undefined;
  const scoreRow = (row: Row) => scorer.row(row).probability;
  return {
    model,
    version,
    name: versionName(model, version),
    read,
    asksUntil: populationOf(model, version, columns),
    scoreRow,
    scoreRows: async (rows) => Float64Array.from(rows, scoreRow),
    scoreAll: async (matrix, atMs, threads) =>
      (await threads.score(scorer, await relativeInTurns(matrix, atMs, names))).probability,
    reasons(row, atMs, words) {
      explainer ??= createExplainer(trained);
      const { values } = explainer.row(row);
      const options = { columns: words, outcome: model.outcome, asOfMs: atMs, limit: reasonsShown };
      return topReasons(trained, values, row, options).map((reason) => reason.words);
    },
    explain(row, atMs, words) {
      explainer ??= createExplainer(trained);
      const { values, margin, probability, baseValue } = explainer.row(row);
      const options = { columns: words, outcome: model.outcome, asOfMs: atMs, limit: reasonLimits.reasons };
      const contributions = topReasons(trained, values, row, options);
      const rest = contributions.reduce((left, { value }) => left - value, margin - baseValue);
      return { baseValue, baseProbability: calibrate(trained.calibration, baseValue), margin, probability, contributions, rest };
    },
    isProbability: true,
    close: () => undefined,
  };
}

async function servedOwn(registry: Registry, model: Model, version: Version, columns: readonly Column[]): Promise<Served> {
  const signature = parseSignature(JSON.parse((await registry.file(version, 'signature')).toString('utf8')));
  const read = readerFor(columnsOf(signature), columns);
  const own = await openOwnModel(await registry.file(version, 'onnx'), signature, [{ row: blankRow(signature) }]);
  return ownServed(model, version, own, read);
}

function ownServed(model: Model, version: Version, own: OwnModel, read: RowReader): Served {
  const names = new Set(columnsOf(own.signature).map(({ name }) => name));
  return {
    model,
    version,
    name: versionName(model, version),
    read,
    asksUntil: () => Number.POSITIVE_INFINITY,
    scoreRows: (rows) => own.rows(rows),
    scoreAll: async (matrix, atMs) => own.matrix(await relativeInTurns(matrix, atMs, names)),
    reasons: () => [],
    isProbability: own.signature.output.meaning === 'probability',
    close: () => own.close(),
  };
}

export function columnsOf({ inputs }: Signature): Wanted[] {
  return [...new Set(inputs.flatMap(({ columns }) => columns))].map((name) => ({ name }));
}

/** Nobody: what a model that is opened again is tried with, so that no example of a customer need be kept. */
export function blankRow({ inputs }: Signature): Row {
  return Object.fromEntries(inputs.flatMap(({ type, columns }) => columns.map((name) => [name, type === 'string' ? '' : 0])));
}
