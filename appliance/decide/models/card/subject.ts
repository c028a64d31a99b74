// What a card is about, as its sections ask for it: the report with the words for its columns, its answer and its values in both languages.

import type { Report } from '../training/report.ts';
import { both, type Html, html, nothing, type Text } from './markup.ts';
import { count, day, plain } from './numbers.ts';
import { say } from './words.ts';

export type Titles = ReadonlyMap<string, Text>;

/** Whom the question is asked of, and which answer is to be found, in plain words. */
export type About = { readonly label: Text; readonly population: Text };

export type Subject = {
  readonly about?: About;
  readonly report: Report;
  /** What people call a column; its name where nobody said. */
  readonly title: (column: string) => Text;
  /** The title, and below it the name in the data where that differs. */
  readonly named: (column: string) => Html;
  /** `Churn = Yes`. */
  readonly answer: Text;
  readonly value: (column: string, value: number | string | null | undefined) => Text;
  /** Customers whose answer is known, and the share of them that is to be found. */
  readonly labelled: number;
  readonly rate: number;
};

export const valueLimits = {
  /** Characters of a value or a name; the rest is an ellipsis. */
  characters: 80,
} as const;

export const same = (text: string): Text => ({ en: text, zh: text });

export function subjectOf(report: Report, titles: Titles): Subject {
  const title = (column: string): Text => {
    const given = titles.get(column);
    return given ? { en: clipped(given.en), zh: clipped(given.zh) } : same(clipped(column));
  };
  const times = new Set(report.partialDependence.filter(({ kind }) => kind === 'time').map(({ column }) => column));
  const inFolds = report.crossValidation.folds.reduce((sum, { rows }) => sum + rows, 0);
  const labelled = inFolds > 0 ? inFolds : Math.max(0, report.data.rows - report.data.unlabelledRows);
  const { column, positive } = report.data.label;
  const label = title(column);
  const answer = { en: `${label.en} = ${clipped(positive)}`, zh: `${label.zh} = ${clipped(positive)}` };
  return {
    report,
    title,
    named: (name) =>
      titles.has(name)
        ? html`${both(title(name))}${rawOf(title(name).en, name, 'en')}${rawOf(title(name).zh, name, 'zh-CN')}`
        : html`<span class="name">${both(title(name))}</span>`,
    answer,
    value: (name, value) => {
      if (value === null || value === undefined || value === '') return say('missing');
      if (typeof value === 'string') return same(clipped(value));
      if (!Number.isFinite(value)) return say('missing');
      return same(times.has(name) ? day(value) : plain(value));
    },
    labelled,
    rate: report.data.positives / labelled,
  };
}

const rawOf = (title: string, name: string, language: 'en' | 'zh-CN'): Html =>
  title === clipped(name) ? nothing : html`<code class="raw" lang="${language}">${clipped(name)}</code>`;

export function clipped(text: string): string {
  const characters = [...text];
  return characters.length > valueLimits.characters ? `${characters.slice(0, valueLimits.characters - 1).join('')}…` : text;
}

export const counted = (rows: number): Text => say('customers', { count: count(rows) });
