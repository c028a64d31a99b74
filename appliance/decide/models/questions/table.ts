// The table a question trains on: for each past cut-off a row of everybody it is asked of, made of what had happened by then, and the answer, made of
// what happened in the horizon after it. Facts are folded anew at each moment, so that nothing later can be in a row, whatever it is called.

import { setImmediate as turn } from 'node:timers/promises';
import { Fault } from '../../../core/errors.ts';
import { type Column, categoryColumn, type Matrix, numberColumn, takeCells } from '../../../core/matrix/matrix.ts';
import type { PersonFacts } from '../../../record/profiles/profiles.ts';
import { dayMs } from '../scoring/scoring.ts';
import type { Horizon } from './horizon.ts';
import { type PeopleSource, readLimits } from './people.ts';
import { answerOf, type Doings, isAsked, type Question } from './questions.ts';
import { relativeMatrix } from './relative.ts';

/** Rows as the node's features make them: `put` takes a row of its own for each call and gives its number, from 0. */
export type RowMaker = { put(facts: PersonFacts, atMs: number): number; matrix(): Matrix };

export type TablePlan = Horizon & {
  readonly question: Question;
  /** The earliest first. */
  readonly cutOffsMs: readonly number[];
  readonly persons: ReadonlySet<number>;
};

export type CutOffRows = { readonly cutOffMs: number; readonly rows: number; readonly positives: number };
export type TrainingTable = {
  /** Features, times as spans before the cut-off, and the label, called as the question. */
  readonly matrix: Matrix;
  readonly label: string;
  /** The value to find; where it is not given, the one that means yes. */
  readonly positive?: string;
  /** The outer fold of each row: rows of one cut-off are tested together, the newest last. None where there is only one. */
  readonly folds?: Matrix;
  readonly byCutOff: readonly CutOffRows[];
  /** Rows of the newest fold, for comparing models on what is newest. */
  readonly newest: readonly number[];
  /** Whose row each is. */
  readonly persons: readonly number[];
};

export const labelWords = { yes: 'yes', no: 'no' } as const;
/** A fold of fewer of either kind goes with its neighbour: no figure of it would mean anything. */
const foldLeast = 10;

export type TableParts = {
  readonly source: PeopleSource;
  readonly doings: Doings;
  rowMaker(): RowMaker;
  /** Columns that are no features. */
  isLeftOut(column: string): boolean;
};
export type TableOptions = { readonly signal?: AbortSignal; readonly progress?: (share: number) => void };

/** @throws {Fault} `cannot_train` for too few rows, naming how many there are and are needed */
export async function buildTable(parts: TableParts, plan: TablePlan, options: TableOptions = {}): Promise<TrainingTable> {
  const { question, cutOffsMs } = plan;
  const rows = await rowsOf(parts, plan, options);
  const labelled = rows.entries.flatMap(({ answer }, row) => (answer === undefined ? [] : [row]));
  const answers = labelled.map((row) => rows.entries[row]!.answer!);
  const cutOffOf = labelled.map((row) => cutOffsMs[rows.entries[row]!.cutOff]!);
  const byCutOff = cutOffsMs.map((cutOffMs): CutOffRows => {
    const own = answers.filter((_, at) => cutOffOf[at] === cutOffMs);
    return { cutOffMs, rows: own.length, positives: own.filter(Boolean).length };
  });
  enough(question, answers);
  const folds = foldsOf(byCutOff);
  const foldOf = cutOffOf.map((cutOffMs) => folds.get(cutOffMs)!);
  const count = foldOf.reduce((most, fold) => Math.max(most, fold), 0) + 1;
  const columns: Column[] = [];
  for (const column of rows.matrix.columns) {
    const own = { rows: labelled.length, columns: [takeCells(column, labelled)] };
    columns.push(...relativeMatrix(own, (row) => cutOffOf[row]!).columns);
    await turn();
  }
  const label = categoryColumn(
    question.name,
    answers.map((answer) => (answer ? labelWords.yes : labelWords.no)),
  );
  return {
    matrix: {
      rows: labelled.length,
      columns: [...columns.filter(({ name }) => !parts.isLeftOut(name) && !question.leftOut.includes(name)), label],
    },
    label: question.name,
    positive: labelWords.yes,
    ...(count > 1 && { folds: { rows: labelled.length, columns: [numberColumn('fold', foldOf, 'u8')] } }),
    byCutOff,
    newest: foldOf.flatMap((fold, row) => (fold === count - 1 ? [row] : [])),
    persons: labelled.map((row) => rows.entries[row]!.person),
  };
}

type Entry = { readonly cutOff: number; readonly person: number; answer?: boolean };

/** One pass over everybody; each person's facts come at every cut-off and at every end of a horizon, the earliest first. */
async function rowsOf(
  { source, doings, rowMaker }: TableParts,
  { question, cutOffsMs, horizonDays, activeDays, persons }: TablePlan,
  { signal, progress }: TableOptions,
): Promise<{ entries: Entry[]; matrix: Matrix }> {
  const maker = rowMaker();
  const entries: Entry[] = [];
  const endOf = (cutOffMs: number) => cutOffMs + horizonDays * dayMs;
  const moments = [...new Set(cutOffsMs.flatMap((cutOffMs) => [cutOffMs, endOf(cutOffMs)]))].sort((a, b) => a - b);
  /** Who was asked at a cut-off and is not answered yet. */
  const open = new Map<string, Entry>();
  let read = 0;
  for await (const { atMs, facts: page } of source.factsThrough(moments, (person) => persons.has(person))) {
    const ending = cutOffsMs.findIndex((cutOffMs) => endOf(cutOffMs) === atMs);
    const cutOff = cutOffsMs.indexOf(atMs);
    for (const [at, facts] of page.entries()) {
      const { personId } = facts;
      const asked = ending < 0 ? undefined : open.get(`${personId} ${ending}`);
      if (asked) {
        asked.answer = answerOf(question, facts, cutOffsMs[ending]!, atMs, doings);
        open.delete(`${personId} ${ending}`);
      }
      if (cutOff >= 0 && isAsked(question, facts, atMs, activeDays, doings)) {
        const entry: Entry = { cutOff, person: personId };
        entries[maker.put(facts, atMs)] = entry;
        open.set(`${personId} ${cutOff}`, entry);
      }
      if ((at + 1) % readLimits.persons === 0) await turn();
    }
    signal?.throwIfAborted();
    if (atMs !== moments.at(-1)) continue;
    read += page.length;
    progress?.(Math.min(1, read / Math.max(1, persons.size)));
  }
  return { entries, matrix: maker.matrix() };
}

/** @throws {Fault} `cannot_train` */
export function enough({ name, minimum }: Pick<Question, 'name' | 'minimum'>, answers: readonly boolean[]): void {
  const positives = answers.filter(Boolean).length;
  const others = answers.length - positives;
  if (answers.length >= minimum.rows && Math.min(positives, others) >= minimum.ofEach) return;
  const found = `${answers.length} rows, ${positives} with the answer yes and ${others} with no`;
  throw new Fault('cannot_train', `${name}: ${found}; at least ${minimum.rows}, and ${minimum.ofEach} of each, are needed`);
}

/** By cut-off, the earliest first. */
function foldsOf(byCutOff: readonly CutOffRows[]): Map<number, number> {
  const folds = new Map<number, number>();
  let fold = 0;
  let [yes, no] = [0, 0];
  for (const { cutOffMs, rows, positives } of byCutOff) {
    folds.set(cutOffMs, fold);
    yes += positives;
    no += rows - positives;
    if (Math.min(yes, no) < foldLeast) continue;
    fold += 1;
    [yes, no] = [0, 0];
  }
  // What is left over at the newest end goes with the fold before it.
  const last = fold - 1;
  for (const [cutOffMs, own] of folds) if (own > last && last >= 0) folds.set(cutOffMs, last);
  return folds;
}
