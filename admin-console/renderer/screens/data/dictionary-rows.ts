// A dictionary's fields as rows that people edit, and back: what a row does not know of the document stays as it is.

import type { Document } from './json-document.ts';

export const kinds = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const;

export type FieldRow = {
  /** Tells rows apart while paths are typed. */
  readonly key: number;
  readonly from: string;
  /** Several with commas between; empty: the field itself. */
  readonly to: string;
  /** Of the normalisers; empty: as it is given. */
  readonly as: string;
  /** The source's own codes, `01=gold` a line. */
  readonly values: string;
  readonly strict: boolean;
  readonly keep: boolean;
  readonly kinds: readonly string[];
};

const isObject = (value: unknown): value is Document => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export function rowsOf(dictionary: Document): FieldRow[] {
  const fields = isObject(dictionary.fields) ? dictionary.fields : {};
  return Object.entries(fields).map(([from, given], key) => {
    const rule: Document = isObject(given) ? given : { to: given };
    return {
      key,
      from,
      to: Array.isArray(rule.to) ? rule.to.map(text).join(', ') : text(rule.to),
      as: text(rule.as),
      values: isObject(rule.values)
        ? Object.entries(rule.values)
            .map(([code, meant]) => `${code}=${typeof meant === 'string' ? meant : JSON.stringify(meant)}`)
            .join('\n')
        : '',
      strict: rule.strict === true,
      keep: rule.keep === true,
      kinds: Array.isArray(rule.kinds) ? rule.kinds.map(text) : [],
    };
  });
}

function valuesOf(lines: string): Document {
  const pairs = lines
    .split('\n')
    .map((line) => line.split('='))
    .filter(([code = '']) => code.trim() !== '')
    .map(([code = '', ...meant]) => [code.trim(), scalarOf(meant.join('=').trim())] as const);
  return Object.fromEntries(pairs);
}

/** What was a number or a yes in the document stays one. */
function scalarOf(written: string): unknown {
  if (written === 'true' || written === 'false' || written === 'null' || /^[[{"]/.test(written)) {
    try {
      return JSON.parse(written) as unknown;
    } catch {
      return written;
    }
  }
  return written !== '' && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(written) ? Number(written) : written;
}

function ruleOf({ to, as, values, strict, keep, kinds: only }: FieldRow): unknown {
  const targets = to
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  const rule = {
    ...(targets.length === 1 && { to: targets[0] }),
    ...(targets.length > 1 && { to: targets }),
    ...(as !== '' && { as }),
    ...(values.trim() !== '' && { values: valuesOf(values) }),
    ...(strict && { strict: true }),
    ...(keep && { keep: true }),
    ...(only.length > 0 && { kinds: only }),
  };
  const names = Object.keys(rule);
  return names.length === 1 && names[0] === 'to' && targets.length === 1 ? targets[0] : rule;
}

export function withRows(dictionary: Document, rows: readonly FieldRow[]): Document {
  const named = rows.filter(({ from }) => from.trim() !== '');
  const { fields: _before, ...rest } = dictionary;
  if (named.length === 0) return rest;
  // At its place in the document, where it has one: versions then differ in what was changed alone.
  return { ...dictionary, fields: Object.fromEntries(named.map((row) => [row.from.trim(), ruleOf(row)])) };
}

/** Paths that stand in two rows: the later one would win in silence. */
export function twice(rows: readonly FieldRow[]): string[] {
  const seen = new Set<string>();
  return [...new Set(rows.map(({ from }) => from.trim()).filter((from) => from !== '' && (seen.has(from) || !seen.add(from))))];
}
