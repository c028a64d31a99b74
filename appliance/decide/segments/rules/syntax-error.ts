// What is wrong with a text that is no rule: where, what was expected there, and how to put it right, in both languages.

import type { Words } from '../../../core/errors.ts';
import type { Reader } from './reader.ts';
import { nearest, type Vocabulary } from './vocabulary.ts';
import { type Expectation, expectations, words } from './words.ts';

export type RuleSyntaxError = {
  /** In UTF-16 units from the beginning; line and column count from 1, a column is a character. */
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  /** What stands there, shortened; empty at the end. */
  readonly found: string;
  readonly expected: readonly Words[];
  readonly hint?: Words;
};

export function syntaxError(reader: Reader, vocabulary: Vocabulary): RuleSyntaxError {
  const offset = reader.unclosed ?? reader.farthest;
  const before = reader.text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  const hint = hintFor(reader, offset, vocabulary);
  return {
    offset,
    line: before.split('\n').length,
    column: [...before.slice(lineStart)].length + 1,
    found: foundAt(reader.text, offset),
    expected: reader.unclosed === undefined ? expectedAt(reader) : [expectations.quote],
    ...(hint && { hint }),
  };
}

/** One sentence for people. */
export function describeSyntaxError(error: RuleSyntaxError): Words {
  const { line, column, found, expected, hint } = error;
  const wanted = { en: expected.map(({ en }) => en).join(' or '), zh: expected.map(({ zh }) => zh).join('，或') };
  return {
    en: `Line ${line}, column ${column}: expected ${wanted.en}, found ${found === '' ? 'the end' : `"${found}"`}.${hint ? ` ${hint.en}` : ''}`,
    zh: `第 ${line} 行第 ${column} 列：此处应为${wanted.zh}，实为${found === '' ? '结尾' : `“${found}”`}。${hint ? hint.zh : ''}`,
  };
}

/** A window is one way to compare and one way to go on: said once. */
function expectedAt({ expected }: Reader): Words[] {
  const wider = expected.has('test') || expected.has('end') || expected.has('windowed');
  return [...expected].filter((one) => one !== 'window' || !wider).map((one) => expectations[one]);
}

function foundAt(text: string, offset: number): string {
  const found = /^\s*(\S+)/u.exec(text.slice(offset, offset + 200))?.[1] ?? '';
  const letters = [...found];
  return letters.length > 30 ? `${letters.slice(0, 30).join('')}…` : found;
}

function hintFor(reader: Reader, offset: number, vocabulary: Vocabulary): Words | undefined {
  const expects = (...any: Expectation[]) => any.some((one) => reader.expected.has(one));
  const rest = reader.text.slice(offset);
  if (reader.unclosed !== undefined)
    return { en: 'The quotation mark that opens here is never closed.', zh: '此处的引号没有配对的结尾引号。' };
  if (/^\s*[)）]/u.test(rest) && !expects('condition', 'value'))
    return { en: 'There is one closing bracket too many.', zh: '多了一个右括号。' };
  if (expects('close') && rest.trim() === '') return { en: 'A bracket is still open.', zh: '还有括号没有闭合。' };
  if (expects('unit')) return { en: 'Say the unit, such as 30 days.', zh: '请写明单位，如 30天。' };
  if (/^\s*=>/u.test(rest) || (/^\s*>/u.test(rest) && reader.text[offset - 1] === '='))
    return { en: 'Write >= for "at least".', zh: '“大于等于”请写作 >=。' };
  if (/^\s*(!|\|\|)/u.test(rest)) return { en: 'Write not, or.', zh: '请写“非”或“或”。' };
  const near = nearPlace(reader.text, offset, expects('test', 'end', 'windowed'), vocabulary);
  if (near.length > 0) return { en: `Did you mean ${near.join(', ')}?`, zh: `您是否想写 ${near.join('、')}？` };
  if (expects('end') && rest.trim() !== '')
    return {
      en: 'Join conditions by and or or, and put text that has spaces into "quotation marks".',
      zh: '条件之间请用“且”或“或”连接；含空格的文本请加引号。',
    };
  return undefined;
}

/**
 * What may have been meant. Where a comparison or the end was missing, the word before was taken for a whole name and the next one found
 * no place: then the two together are looked for.
 */
function nearPlace(text: string, offset: number, after: boolean, vocabulary: Vocabulary): string[] {
  const next = /^\s*["“]?([\p{L}_][\p{L}\p{N}_.-]*)/u.exec(text.slice(offset))?.[1];
  const last = /([\p{L}_][\p{L}\p{N}_.-]*)\s*$/u.exec(text.slice(0, offset))?.[1];
  const known = [...knownNames(vocabulary)];
  if (!after) return next === undefined ? [] : nearest(next, known);
  const together = last === undefined || next === undefined ? [] : nearest(`${last} ${next}`, known);
  if (together.length > 0 || last === undefined) return together;
  const alone = nearest(last, known);
  return alone.includes(last) ? [] : alone;
}

function* knownNames(vocabulary: Vocabulary): Generator<string> {
  for (const key of spokenWords) yield* [...words[key].en, ...words[key].zh];
  for (const table of [vocabulary.computed, vocabulary.traits, vocabulary.events])
    for (const { name, label, aliases } of table.values())
      yield* [name, ...(label ? [label.en, label.zh] : []), ...(aliases ?? [])];
}

const spokenWords = [
  ...(['spend', 'orderCount', 'averageOrder', 'largestOrder', 'lastOrder', 'firstOrder', 'complaints', 'openTickets'] as const),
  ...(['monthlySpend', 'weeklySpend', 'yearlySpend', 'active', 'inactive', 'birthday', 'inSegment', 'mayBeUsed'] as const),
] as const;
