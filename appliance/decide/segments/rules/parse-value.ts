// The part of the grammar that compares with values: numbers as people write them, text, lists, and the words between.

import { readDate, windowCompared } from './parse-time.ts';
import type { Reader } from './reader.ts';
import { ruleLimits, type Test, tooMany } from './rule.ts';
import { type Word, words } from './words.ts';

/** `negated`: the opposite was written, such as `not in`. */
export type Tested = { test: Test; negated: boolean };
const comparisons = {
  equal: '=',
  notEqual: '!=',
  less: '<',
  lessEqual: '<=',
  greater: '>',
  greaterEqual: '>=',
} as const satisfies { readonly [word in Word]?: string };
const textTests = { contains: 'contains', containsNot: 'contains', startsWith: 'startsWith', endsWith: 'endsWith' } as const;

/** Words that a comparison begins with. */
export const testWords = [
  ...(['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual', 'between', 'inList', 'notInList'] as const),
  ...(['contains', 'containsNot', 'startsWith', 'endsWith', 'exists', 'existsNot'] as const),
] as const;

function isOne(key: 'yes' | 'no', text: string): boolean {
  const { en, zh }: { en: readonly string[]; zh: readonly string[] } = words[key];
  return en.includes(text) || zh.includes(text);
}

/** What a quantity or a property is compared with, other than a time. */
export function readValueTest(reader: Reader): Tested | undefined {
  return reader.attempt((): Tested | undefined => {
    const op = reader.oneOf(testWords);
    switch (op) {
      case undefined:
        return reader.missing('test');
      case 'exists':
      case 'existsNot':
        return { test: { op: 'exists' }, negated: op === 'existsNot' };
      case 'between':
        return readBetween(reader);
      case 'inList':
      case 'notInList': {
        const values = readList(reader);
        return values && { test: { op: 'in', values }, negated: op === 'notInList' };
      }
      case 'contains':
      case 'containsNot':
      case 'startsWith':
      case 'endsWith': {
        const value = reader.quoted() ?? reader.bare('value');
        if (value === undefined || value === '') return reader.missing('value');
        return { test: { op: textTests[op], value }, negated: op === 'containsNot' };
      }
      default:
        return readCompared(reader, comparisons[op]);
    }
  });
}

function readCompared(reader: Reader, op: (typeof comparisons)[keyof typeof comparisons]): Tested | undefined {
  const date = reader.attempt(() => (/^\s*\d{4}\s*[-年]/u.test(reader.text.slice(reader.at)) ? readDate(reader) : undefined));
  if (date !== undefined)
    return { test: { op: 'during', in: windowCompared(op === '!=' ? '=' : op, date) }, negated: op === '!=' };
  const value = readValue(reader);
  if (value === undefined) return reader.missing('value');
  if (op === '=' || op === '!=') return { test: { op, value }, negated: false };
  return typeof value === 'boolean' ? reader.missing('value') : { test: { op, value }, negated: false };
}

function readBetween(reader: Reader): Tested | undefined {
  const from = readAmount(reader, false);
  if (from === undefined) return reader.missing('number');
  if (reader.oneOf(['and', 'until']) === undefined && !reader.match(/和|与/uy)) return reader.missing('and');
  const to = readAmount(reader, false);
  if (to === undefined) return reader.missing('number');
  reader.word('betweenEnd');
  return { test: { op: 'between', from, to }, negated: false };
}

function readList(reader: Reader): (string | number)[] | undefined {
  if (!reader.word('open')) return reader.missing('list');
  const values: (string | number)[] = [];
  do {
    const value = readAmount(reader, true) ?? reader.quoted() ?? reader.bare('value') ?? reader.missing('value');
    if (value === undefined) return undefined;
    if (values.push(value) > ruleLimits.values) throw tooMany('values of a list', ruleLimits.values);
  } while (reader.word('comma'));
  return reader.word('close') ? values : reader.missing('listEnd');
}

function readValue(reader: Reader): string | number | boolean | undefined {
  const amount = readAmount(reader, false);
  if (amount !== undefined) return amount;
  const quoted = reader.quoted();
  if (quoted !== undefined) return quoted;
  const bare = reader.bare('value');
  if (bare === undefined) return undefined;
  const lower = bare.toLowerCase();
  if (isOne('yes', lower)) return true;
  return isOne('no', lower) ? false : bare;
}

/** A number with what people write around it: `¥5,000`, `5万元`, `70%`. */
function readAmount(reader: Reader, inList: boolean): number | undefined {
  return reader.attempt(() => {
    reader.word('currency');
    const number = reader.number(inList);
    if (number === undefined) return undefined;
    const scale = reader.attempt(() => reader.oneOf(['tenThousand', 'hundredMillion']));
    const scaled = number * (scale === 'tenThousand' ? 1e4 : scale === 'hundredMillion' ? 1e8 : 1);
    const percent = reader.match(/%|％/uy) !== undefined;
    reader.word('currency');
    return Math.abs(scaled) > 1e15 ? undefined : percent ? Number((scaled / 100).toPrecision(15)) : scaled;
  });
}
