// What a training would be made of, before anybody starts one: who may be used, the moments and days, how many rows with which answers, and for each
// feature whether it is learned from or left out, and why. Of many customers a sample is looked at, so that the answer comes while somebody waits.

import type { Words } from '../../../core/errors.ts';
import { cellOf, columnOf, isMissing } from '../../../core/matrix/matrix.ts';
import { questionOf } from '../questions/questions.ts';
import { labelOf } from '../training/label.ts';
import { type Dropped, type Suspect, screen } from '../training/screening.ts';
import type { NewModel } from './registry.ts';
import { chosenFor, defaultPurpose, type RunParts, runLimits, tableOf } from './run.ts';
import type { RowsStory } from './version.ts';

export const checkLimits = {
  /** Customers looked at. */
  persons: 1_500,
  /** At once: each reads some of the record. Beyond: too_busy. */
  atOnce: 2,
} as const;

export type FeatureCheck = {
  readonly column: string;
  readonly title: Words;
  readonly kind: 'number' | 'time' | 'category';
  /** Share of the rows in which something is known. */
  readonly filled: number;
  readonly state: 'used' | 'suspect' | 'left_out';
  readonly reason?: Dropped['reason'];
  /** The feature that says the same. */
  readonly of?: string;
  /** How well it ranks the rows alone. */
  readonly auc?: number;
};

export type TrainingCheck = RowsStory & {
  /** Rows of the customers that were looked at; `sampled` where these are not all. */
  readonly rows: number;
  readonly positives: number;
  readonly sampled: boolean;
  readonly minimum: { readonly rows: number; readonly ofEach: number };
  readonly features: readonly FeatureCheck[];
};

/** @throws {Fault} as a training does: `cannot_train` where there is too little, `bad_request`, `not_found` */
export async function checkTraining(
  parts: Pick<RunParts, 'table' | 'mayUse' | 'membersOf' | 'titles'>,
  model: NewModel,
  nowMs: number,
): Promise<TrainingCheck> {
  const { ask } = model;
  const question = ask.question === undefined ? undefined : questionOf(ask.question);
  const purpose = ask.purpose ?? question?.purposes.training ?? defaultPurpose;
  const { signal } = new AbortController();
  const most = Math.min(ask.most ?? runLimits.persons, checkLimits.persons);
  const chosen = await chosenFor(parts, { ...ask, most }, purpose, signal);
  const sampled = chosen.persons.size < Math.min(chosen.allowed, ask.most ?? runLimits.persons);
  const { minimum } = question ?? runLimits;
  // A part of the customers need not reach what all of them must.
  const asked = question && { ...question, minimum: sampled ? { rows: 1, ofEach: 1 } : minimum };
  const { table, story } = await tableOf(parts, model, asked, chosen, purpose, {
    signal,
    nowMs,
    settled: undefined,
    settle: async () => undefined,
    told: () => undefined,
  });
  const label = labelOf(table.matrix, columnOf(table.matrix, table.label)!, table.positive);
  const { dropped, suspects } = screen(table.matrix, label, new Set(ask.drop), new Set(ask.keep));
  const features = featuresOf(parts.titles, table, dropped, suspects);
  return { ...story, rows: label.rows.length, positives: label.positives, sampled, minimum, features };
}

function featuresOf(
  titles: RunParts['titles'],
  { matrix, label }: Awaited<ReturnType<typeof tableOf>>['table'],
  dropped: readonly Dropped[],
  suspects: readonly Suspect[],
): FeatureCheck[] {
  return matrix.columns
    .filter(({ name }) => name !== label)
    .map((column) => {
      const { name, kind } = column;
      let known = 0;
      for (let row = 0; row < matrix.rows; row += 1) if (!isMissing(column, cellOf(column, row))) known += 1;
      const out = dropped.find((one) => one.column === name);
      const suspect = suspects.find((one) => one.column === name);
      const auc = out?.auc ?? suspect?.auc;
      return {
        column: name,
        title: titles.get(name) ?? { en: name, zh: name },
        kind,
        filled: matrix.rows === 0 ? 0 : known / matrix.rows,
        state: out ? 'left_out' : suspect ? 'suspect' : 'used',
        ...(out && { reason: out.reason }),
        ...(out?.of !== undefined && { of: out.of }),
        ...(auc !== undefined && { auc }),
      };
    });
}
