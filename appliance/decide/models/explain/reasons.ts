// The top reasons of a score in words, in both languages: what each column adds, largest first, as a sentence that a person at a counter can
// say. Titles come from the caller: a model knows columns, not what people call them.

import type { Words } from '../../../core/errors.ts';
import type { ScoringModel } from '../../../core/model/scoring.ts';
import { dayMs, type Row } from '../scoring/scoring.ts';
import { valuesByColumn } from './explain.ts';

export const reasonLimits = { reasons: 20 } as const;

export type ColumnWords = {
  /** "No purchase for {value} days"; without {value} the value follows: "Orders: 3". */
  readonly title: Words;
  /** In place of it all where nothing is known: "No purchase yet". */
  readonly missing?: Words;
  /** Of a time: `date`, or how many whole days it lies before `asOfMs`. */
  readonly time?: 'date' | 'days-ago';
  /** Of a number: only the whole of it is said, as of days and years. */
  readonly whole?: boolean;
  /** What people call the levels of a category. */
  readonly levels?: { readonly [level: string]: Words };
};

export type ReasonOptions = {
  readonly columns: { readonly [column: string]: ColumnWords };
  /** What the score says of people: "the risk of leaving". */
  readonly outcome: Words;
  readonly asOfMs: number;
  /** At most `reasonLimits.reasons`; default 3. */
  readonly limit?: number;
  /** Only what raises or only what lowers the score. */
  readonly only?: 'raises' | 'lowers';
};

export type Reason = {
  readonly column: string;
  readonly direction: 'raises' | 'lowers';
  /** What the column adds to the margin. */
  readonly value: number;
  /** Its part of all that moves this margin, 0 to 1. */
  readonly share: number;
  readonly words: Words;
  /** The same without what it does: the feature and its value. */
  readonly phrase: Words;
};

/** Less than this part of what moves a margin is not a reason. */
const leastShare = 1e-6;

/**
 * @param values of the features, as an explanation gives them
 * @param row the values of the columns: times in milliseconds
 * @returns the reasons, the weightiest first; columns without a title keep their name
 */
export function topReasons(model: ScoringModel, values: ArrayLike<number>, row: Row, options: ReasonOptions): Reason[] {
  const { columns, outcome, only } = options;
  const kinds = new Map(model.inputs.map(({ name, kind }) => [name, kind]));
  const byColumn = valuesByColumn(model, values);
  const total = byColumn.reduce((sum, { value }) => sum + Math.abs(value), 0);
  const limit = Math.min(options.limit ?? 3, reasonLimits.reasons);
  return byColumn
    .map(
      ({ column, value }) =>
        ({ column, value, share: Math.abs(value) / total, direction: value > 0 ? 'raises' : 'lowers' }) as const,
    )
    .filter(({ share, direction }) => share > leastShare && (only === undefined || direction === only))
    .sort((a, b) => b.share - a.share)
    .slice(0, limit)
    .map((reason) => {
      const title = Object.hasOwn(columns, reason.column)
        ? columns[reason.column]!
        : { title: { en: reason.column, zh: reason.column } };
      const value = Object.hasOwn(row, reason.column) ? row[reason.column] : undefined;
      const phrase = phraseOf(title, value, kinds.get(reason.column) === 'time', options.asOfMs);
      const raises = reason.direction === 'raises';
      return {
        ...reason,
        phrase,
        words: {
          en: `${phrase.en} ${raises ? 'raises' : 'lowers'} ${outcome.en}`,
          zh: `${phrase.zh}，使${outcome.zh}${raises ? '升高' : '降低'}`,
        },
      };
    });
}

function phraseOf(words: ColumnWords, value: Row[string], isTime: boolean, asOfMs: number): Words {
  const unknown = value === undefined || value === '' || Number.isNaN(value);
  if (unknown && words.missing) return words.missing;
  const shown = unknown
    ? { en: 'unknown', zh: '未知' }
    : isTime
      ? timeWords(value as number, words, asOfMs)
      : valueWords(value, words);
  const fill = (title: string, text: string, colon: string) =>
    title.includes('{value}') ? title.replaceAll('{value}', () => text) : `${title}${colon}${text}`;
  return { en: fill(words.title.en, shown.en, ': '), zh: fill(words.title.zh, shown.zh, '：') };
}

function timeWords(atMs: number, { time }: ColumnWords, asOfMs: number): Words {
  if (time === 'days-ago') return numberWords(Math.floor((asOfMs - atMs) / dayMs));
  const date = new Date(atMs);
  const text = Number.isNaN(date.getTime()) ? String(atMs) : date.toISOString().slice(0, 10);
  return { en: text, zh: text };
}

function valueWords(value: Row[string], { levels, whole }: ColumnWords): Words {
  if (typeof value === 'number') return numberWords(whole ? Math.floor(value) : value);
  const level = String(value);
  return levels && Object.hasOwn(levels, level) ? levels[level]! : { en: level, zh: level };
}

const english = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });
const chinese = new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 2 });

function numberWords(value: number): Words {
  return { en: english.format(value), zh: chinese.format(value) };
}
