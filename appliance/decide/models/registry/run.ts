// One training from the question to a version in the registry: who may be used, what their past looks like, the table, the training, the comparison
// with what serves. The moment and the days are settled once and kept, so that a run that was broken off makes the same table again.

import { Fault, type Words } from '../../../core/errors.ts';
import { columnOf, levelAt, takeRows } from '../../../core/matrix/matrix.ts';
import type { ScoringModel } from '../../../core/model/scoring.ts';
import type { Change } from '../../../core/store/store.ts';
import { cardOf } from '../card/card.ts';
import { baselineOf } from '../monitoring/baseline.ts';
import { cutOffsOf, type Horizon, horizonOf } from '../questions/horizon.ts';
import { type Chosen, choosePersons, surveyOf } from '../questions/people.ts';
import { filled, type Question, questionOf } from '../questions/questions.ts';
import { buildTable, labelWords, type TableParts, type TrainingTable } from '../questions/table.ts';
import { buildTraitTable } from '../questions/trait-table.ts';
import { createScorer, dayMs } from '../scoring/scoring.ts';
import type { Report } from '../training/report.ts';
import type { TrainRequest } from '../training/train.ts';
import { type Compare, compare } from './compare.ts';
import { type NewModel, type Registry, titleOf } from './registry.ts';
import type { Ask, Comparison, Files, RowsStory, Version, VersionFigures } from './version.ts';

export const runLimits = { persons: 50_000, seed: 7, minimum: { rows: 200, ofEach: 40 } } as const;

/** Trains a table: in a thread of its own or here. Bytes of a checkpoint go back in as `resumeFrom` of the same order. */
export type TrainOrder = Pick<
  TrainRequest,
  'name' | 'matrix' | 'label' | 'positive' | 'drop' | 'keep' | 'folds' | 'costs' | 'budget' | 'learners' | 'seed' | 'signal'
> & {
  readonly progress: (share: number) => void;
  readonly checkpoint: (bytes: Uint8Array) => void;
  readonly resumeFrom?: Uint8Array;
};
export type TrainFunction = (order: TrainOrder) => Promise<{ report: Report; model: ScoringModel; onnx: Uint8Array }>;

export type RunParts = {
  readonly registry: Registry;
  readonly table: TableParts;
  /** The consent gate, as a filter that holds for the moment it was asked. @throws {Fault} `bad_request` for a purpose that is not declared */
  mayUse(purpose: string): Promise<(personId: number) => boolean>;
  /** Who is in a segment. @throws {Fault} `not_found` */
  membersOf?(segment: string): Promise<ReadonlySet<number>>;
  readonly train: TrainFunction;
  readonly compare?: Compare;
  /** What people call columns. */
  readonly titles: ReadonlyMap<string, Words>;
};

export type Stage = 'choosing' | 'reading' | 'training' | 'keeping';
/** What is settled once for all tries of a run. */
export type Settled = { readonly atMs: number; readonly horizon?: Horizon; readonly cutOffsMs?: readonly number[] };
export type RunOptions = {
  readonly nowMs: number;
  readonly by: string;
  readonly signal: AbortSignal;
  readonly settled: Settled | undefined;
  settle(settled: Settled): Promise<void>;
  /** @param share of the stage */
  told(stage: Stage, share: number): void;
  checkpoint(bytes: Uint8Array): void;
  /** Why the version serves at once; undefined: it does not. */
  serve(version: Pick<Version, 'comparison' | 'suspects'>): string | undefined;
  /** What is written with the version, so that it comes once whenever a kill comes. */
  beside(version: Version): Change[];
  readonly resumeFrom?: Uint8Array | undefined;
};

/** @throws {Fault} `bad_request` for what no training can be asked */
export function checkAsk(ask: Ask): Question | undefined {
  if ((ask.question === undefined) === (ask.label === undefined))
    throw new Fault('bad_request', 'question or label: one of the two');
  if (ask.question === undefined) return undefined;
  const question = questionOf(ask.question);
  if (!question) throw new Fault('not_found', 'a question of this name');
  return question;
}

/** @param name of the model; that of the question or label when absent */
export function modelOf(ask: Ask, name: string | undefined): NewModel {
  const question = checkAsk(ask);
  const said = ask.label ?? '';
  const { serveFirst: _once, ...kept } = ask;
  return {
    name: name ?? (question ? question.name : said.replaceAll(/\s+/gu, '_')),
    kind: question ? 'question' : 'trait',
    title: question ? question.title : titleOf(said),
    outcome: question ? question.outcome : { en: `the chance of ${said}`, zh: `“${said}”的可能性` },
    ask: kept,
    scoringPurpose: ask.purpose ?? question?.purposes.scoring ?? defaultPurpose,
    live: ask.live ?? true,
  };
}

/** For data of customers where nothing else is said. */
export const defaultPurpose = questionOf('churn')!.purposes.training;

/** @throws {Fault} `cannot_train`, `bad_request`, `cancelled` and what the training throws */
export async function run(parts: RunParts, model: NewModel, options: RunOptions): Promise<Version> {
  const { signal, told } = options;
  const { ask } = model;
  told('choosing', 0);
  const question = checkAsk(ask);
  const purpose = ask.purpose ?? question?.purposes.training ?? defaultPurpose;
  const chosen = await chosenFor(parts, ask, purpose, signal);
  const { table, story } = await tableOf(parts, model, question, chosen, purpose, options);
  told('training', 0);
  const {
    report: whole,
    model: scoring,
    onnx,
  } = await parts.train({
    name: model.name,
    matrix: table.matrix,
    label: table.label,
    budget: ask.budget ?? 'normal',
    seed: ask.seed ?? runLimits.seed,
    ...(table.positive !== undefined && { positive: table.positive }),
    ...(table.folds && { folds: table.folds }),
    ...(ask.drop && { drop: ask.drop }),
    ...(ask.keep && { keep: ask.keep }),
    ...(ask.costs && { costs: ask.costs }),
    ...(ask.learners && { learners: ask.learners }),
    signal,
    progress: (share) => told('training', share),
    checkpoint: options.checkpoint,
    ...(options.resumeFrom && { resumeFrom: options.resumeFrom }),
  });
  told('keeping', 0);
  // Whoever is erased must leave nothing: no single customer stands in a report or a card as an example.
  const report: Report = { ...whole, examples: [] };
  const figures = figuresOf(report, table);
  const comparison = await comparisonOf(parts, model, table, figures);
  const version = {
    rows: story,
    figures,
    threshold: report.decision.confusion.threshold,
    suspects: [...report.columns.suspects, ...report.columns.dropped.filter(({ reason }) => reason === 'leak')].map(
      ({ column }) => column,
    ),
    ...(comparison && { comparison }),
  };
  signal.throwIfAborted();
  const files = filesOf(parts, model, report, scoring, onnx, table, story);
  return parts.registry.add(await parts.registry.put(model), version, files, options.by, {
    serve: options.serve(version),
    beside: options.beside,
  });
}

export async function chosenFor(
  { table, mayUse, membersOf }: Pick<RunParts, 'table' | 'mayUse' | 'membersOf'>,
  ask: Ask,
  purpose: string,
  signal: AbortSignal,
): Promise<Chosen> {
  const allowing = await mayUse(purpose);
  let members: ReadonlySet<number> | undefined;
  if (ask.segment !== undefined) {
    if (!membersOf) throw new Fault('not_found', 'a segment of this name');
    members = await membersOf(ask.segment);
  }
  const wanted = (person: number) => members?.has(person) !== false;
  const chosen = await choosePersons(table.source, (person) => wanted(person) && allowing(person), {
    most: ask.most ?? runLimits.persons,
    seed: ask.seed ?? runLimits.seed,
    signal,
  });
  return members ? { ...chosen, all: members.size } : chosen;
}

export async function tableOf(
  { table: parts }: Pick<RunParts, 'table'>,
  { ask, title }: NewModel,
  question: Question | undefined,
  chosen: Chosen,
  purpose: string,
  { signal, told, settled, settle, nowMs }: Pick<RunOptions, 'signal' | 'told' | 'settled' | 'settle' | 'nowMs'>,
): Promise<{ table: TrainingTable; story: RowsStory }> {
  const seed = ask.seed ?? runLimits.seed;
  const counts = { purpose, persons: chosen.all, allowed: chosen.allowed, read: chosen.persons.size, seed };
  const options = { signal, progress: (share: number) => told('reading', share) };
  if (!question) {
    const atMs = settled?.atMs ?? nowMs;
    await settle({ atMs });
    const { positive } = ask;
    const plan = {
      label: ask.label!,
      persons: chosen.persons,
      atMs,
      minimum: runLimits.minimum,
      ...(positive !== undefined && { positive }),
    };
    const table = await buildTraitTable(parts, plan, options);
    const population = ask.segment === undefined ? { en: 'everybody', zh: '所有客户' } : titleOf(ask.segment);
    return { table, story: { ...counts, label: title, population, byCutOff: table.byCutOff } };
  }
  let { horizon, cutOffsMs } = settled ?? {};
  if (!horizon || !cutOffsMs) {
    const survey = await surveyOf(parts.source, chosen, parts.doings, { nowMs, seed, signal });
    const { horizonDays, activeDays } = ask;
    horizon = horizonOf(question, survey, {
      ...(horizonDays !== undefined && { horizonDays }),
      ...(activeDays !== undefined && { activeDays }),
    });
    cutOffsMs = cutOffsOf(question, horizon, survey);
    await settle({ atMs: nowMs, horizon, cutOffsMs });
  }
  const table = await buildTable(parts, { question, ...horizon, cutOffsMs, persons: chosen.persons }, options);
  const words = { label: filled(question.label, horizon), population: filled(question.population, horizon) };
  return { table, story: { ...counts, ...words, ...horizon, byCutOff: table.byCutOff } };
}

function figuresOf({ crossValidation }: Report, { folds }: TrainingTable): VersionFigures {
  const { rocAuc, logLoss, calibrationError } = crossValidation;
  const newest = folds && crossValidation.folds.at(-1);
  return {
    rocAuc,
    logLoss,
    calibrationError,
    ...(newest && {
      newest: { rocAuc: newest.rocAuc, logLoss: newest.logLoss, rows: newest.rows, positives: newest.positives },
    }),
  };
}

/** What serves now, asked about the newest rows. None where nothing serves, or it takes what the table has not. */
async function comparisonOf(
  { registry, compare: compareWith = compare }: RunParts,
  { name }: NewModel,
  table: TrainingTable,
  { newest }: VersionFigures,
): Promise<Comparison | undefined> {
  const model = registry.find(name);
  const champion = model && registry.champion(model);
  if (!champion || !newest) return undefined;
  const own = await modelFile(registry, champion);
  if (!own) return undefined;
  const rows = takeRows(table.matrix, table.newest);
  let scores: Float64Array;
  try {
    scores = createScorer(own).matrix(rows).probability;
  } catch (error) {
    if (error instanceof Fault && error.code === 'model_invalid') return undefined;
    throw error;
  }
  const label = columnOf(rows, table.label)!;
  const labels = Uint8Array.from({ length: rows.rows }, (_, row) => (levelAt(label, row) === labelWords.yes ? 1 : 0));
  // Its last answers were of a time that these rows' answers are of too.
  const { byCutOff = [], horizonDays = 0 } = champion.rows ?? {};
  const seenUntilMs = (byCutOff.at(-1)?.cutOffMs ?? Number.NEGATIVE_INFINITY) + horizonDays * dayMs;
  const hadSeen = seenUntilMs > table.byCutOff.at(-1)!.cutOffMs;
  return compareWith(newest, { version: champion.number, scores, hadSeen }, labels);
}

/** The model as the node scores with it; undefined of one that was brought as ONNX. */
export async function modelFile(registry: Registry, version: Version): Promise<ScoringModel | undefined> {
  try {
    return JSON.parse((await registry.file(version, 'model')).toString('utf8')) as ScoringModel;
  } catch (error) {
    if (error instanceof Fault && error.code === 'not_found') return undefined;
    throw error;
  }
}

function filesOf(
  { titles }: RunParts,
  { title }: NewModel,
  report: Report,
  model: ScoringModel,
  onnx: Uint8Array,
  table: TrainingTable,
  { label, population }: RowsStory,
): Files {
  const named = new Map([...titles, [table.label, title]]);
  const text = (value: string) => new TextEncoder().encode(value);
  return {
    model: text(`${JSON.stringify(model)}\n`),
    report: text(`${JSON.stringify(report, null, 1)}\n`),
    card: text(cardOf(report, { language: 'zh', title, titles: named, about: { label, population } })),
    onnx,
    baseline: text(`${JSON.stringify(newestBaseline(model, table))}\n`),
  };
}

/** What scores and columns looked like on the newest rows: what later days are compared with. Shares of bins, no rows. */
function newestBaseline(model: ScoringModel, { matrix, newest }: TrainingTable) {
  const rows = takeRows(matrix, newest);
  const inputs = { rows: rows.rows, columns: model.inputs.map(({ name }) => columnOf(rows, name)!) };
  return baselineOf(inputs, createScorer(model).matrix(rows).probability);
}
