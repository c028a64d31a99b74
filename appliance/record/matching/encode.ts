// A table of persons as flat shared arrays: every distinct value once, rows as codes. Rows are put in an order that depends
// on their content alone, so that nothing downstream (samples, ties, sums) depends on the order of the file.

import { Fault } from '../../core/errors.ts';
import { isNobody } from '../../core/values/name.ts';
import { isHanName, pinyinOf } from './chinesenames.ts';
import { type BlockingKey, blockingKeys } from './keys.ts';
import { type Comparator, type FieldKind, kinds } from './kinds.ts';
import type { PersonTable } from './matching.ts';
import { familiesPerName, nicknameFamilies } from './nicknames.ts';
import { type ColumnHints, foldCell, normaliseValue, splitFullName, writesDayFirst } from './normalise.ts';
import { hashText, mix } from './strings.ts';

export const encodeLimits = { rows: 2_000_000, fields: 24, distinctUnits: 1 << 30 } as const;

/** One field, encoded. Arrays per value are indexed by code; all of them sit in shared memory. */
export type FieldData = {
  name: string;
  kind: FieldKind;
  /** Code of each row's value, -1 where it is missing. */
  codes: Int32Array;
  valueCount: number;
  /** Rows that hold each value. */
  counts: Int32Array;
  text: Uint16Array;
  /** `valueCount + 1` offsets into text. */
  start: Int32Array;
  /** Another form of the value: pinyin of a Chinese name, the text without spaces otherwise. */
  alt: Uint16Array;
  altStart: Int32Array;
  /** Which letters occur: a bit each for a to z, six for all other characters. */
  letters: Int32Array;
  /** Hashes of the value's words (0 for one-letter words), of an address its character pairs, ascending; `wordStart` as `start`. */
  words: Int32Array;
  wordStart: Int32Array;
  /** 1 where the value is written in Chinese characters. */
  han: Uint8Array;
  /** `familiesPerName` nickname families per value, 0 for none; empty unless the comparator is `name`. */
  families: Int32Array;
  /** Dates as year*10000+month*100+day; empty for other comparators. */
  numbers: Float64Array;
  keys: BlockingKey[];
  /** Index of the field whose value may have changed places with this one, or -1. */
  swapWith: number;
};

export type EncodedTable = {
  rowCount: number;
  fields: FieldData[];
  /** The caller's row behind each encoded row. */
  rowOf: Int32Array;
  /** Which file each encoded row came from; empty when pairs within a file are wanted too. */
  sources: Int32Array;
};

export function sharedInt32(length: number): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(length * 4));
}

type Column = { name: string; kind: FieldKind; values: (string | null)[] };

/**
 * @param linkOnly compare only rows of different sources
 * @throws {Fault} `limit_reached` beyond `encodeLimits`, `bad_request` when columns differ in length
 */
export function encodeTable(table: PersonTable, options: { linkOnly?: boolean; keepAll?: boolean } = {}): EncodedTable {
  if (table.rowCount > encodeLimits.rows) throw new Fault('limit_reached', `rows: at most ${encodeLimits.rows}`);
  if (table.columns.length > encodeLimits.fields) throw new Fault('limit_reached', `fields: at most ${encodeLimits.fields}`);
  for (const column of table.columns) {
    if (column.values.length !== table.rowCount)
      throw new Fault('bad_request', `column ${column.field} has another length than the table`);
  }
  const normalised = normaliseColumns(table);
  const columns = options.keepAll ? normalised : usefulColumns(normalised, table.rowCount);
  const origin = options.linkOnly || options.keepAll || columns.length === 0 ? undefined : originOf(table);
  if (origin) columns.push(origin);
  const rowOf = contentOrder(columns, table.rowCount);
  const fields = columns.map((column) => encodeColumn(column, rowOf));
  pairSwaps(fields);
  const sources = sharedInt32(options.linkOnly && table.sources ? table.rowCount : 0);
  for (let i = 0; i < sources.length; i++) sources[i] = table.sources![rowOf[i]!]!;
  return { rowCount: table.rowCount, fields, rowOf, sources };
}

// Where rows come from is evidence too, unless only rows of different sources are compared.
function originOf({ sources, columns }: PersonTable): Column | undefined {
  if (!sources || columns.some((column) => column.field === 'source')) return undefined;
  const values = Array.from(sources, String);
  return varies(values) ? { name: 'source', kind: 'source', values } : undefined;
}

function normaliseColumns(table: PersonTable): Column[] {
  const columns: Column[] = [];
  const has = (kind: FieldKind) => columns.find((column) => column.kind === kind);
  const full = table.columns.filter((column) => column.field === 'fullName');
  for (const column of table.columns) {
    if (column.field === 'fullName') continue;
    const name = column.name ?? column.field;
    columns.push({ name, kind: column.field, values: normaliseColumn(column.field, column.values) });
  }
  dropNobodies(has('givenName')?.values, has('surname')?.values);
  for (const column of full) {
    const name = column.name ?? column.field;
    const parts = splitColumn(column.values);
    for (const [kind, values, part] of [
      ['givenName', parts.given, 'given'],
      ['surname', parts.surname, 'surname'],
    ] as const) {
      const known = has(kind);
      if (known) known.values = known.values.map((value, row) => value ?? values[row]!);
      else columns.push({ name: `${name} (${part})`, kind, values });
    }
  }
  return columns;
}

// 匿名, Test User: words for nobody. In one of two columns such a word may be a name (Guest is), so both must say nothing else.
function dropNobodies(given: (string | null)[] = [], surname: (string | null)[] = []): void {
  const known = new Map<string, boolean>();
  const tellsNobody = (part: string | null | undefined): boolean => {
    if (part == null) return true;
    const answer = known.get(part) ?? isNobody(part);
    known.set(part, answer);
    return answer;
  };
  for (let row = 0; row < Math.max(given.length, surname.length); row++) {
    if (!tellsNobody(given[row]) || !tellsNobody(surname[row])) continue;
    if (row < given.length) given[row] = null;
    if (row < surname.length) surname[row] = null;
  }
}

function normaliseColumn(kind: FieldKind, raw: readonly (string | null)[]): (string | null)[] {
  const hints: ColumnHints = { dayFirst: kind !== 'birthDate' || writesDayFirst(raw, 10_000), hanNames: false };
  const known = new Map<string, string | null>();
  return raw.map((cell) => {
    if (cell === null) return null;
    let value = known.get(cell);
    if (value === undefined) {
      const folded = foldCell(cell);
      value = folded === null ? null : normaliseValue(kind, folded, hints);
      known.set(cell, value);
    }
    return value;
  });
}

function splitColumn(raw: readonly (string | null)[]): { given: (string | null)[]; surname: (string | null)[] } {
  const hanNames = raw.some((cell) => cell !== null && /\p{Script=Han}/u.test(cell));
  const given: (string | null)[] = new Array(raw.length).fill(null);
  const surname: (string | null)[] = new Array(raw.length).fill(null);
  for (let row = 0; row < raw.length; row++) {
    const folded = foldCell(raw[row]!);
    if (folded === null || isNobody(folded)) continue;
    const parts = splitFullName(folded, { dayFirst: true, hanNames });
    given[row] = parts.given;
    surname[row] = parts.surname;
  }
  settleLoneSurnames(given, surname);
  return { given, surname };
}

// 王 alone is what is left of 王先生, 伟 alone is 王伟 among friends. What the column's whole names do with the character decides.
function settleLoneSurnames(given: (string | null)[], surname: (string | null)[]): void {
  const asSurname = new Map<string, number>();
  const asGiven = new Map<string, number>();
  const count = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
  given.forEach((name, row) => {
    const family = surname[row] ?? null;
    if (name === null || family === null) return;
    count(asSurname, family);
    count(asGiven, name);
  });
  given.forEach((name, row) => {
    if (name === null || surname[row] !== null || !isHanName(name)) return;
    if ((asSurname.get(name) ?? 0) <= (asGiven.get(name) ?? 0)) return;
    surname[row] = name;
    given[row] = null;
  });
}

// A column is no evidence when it says the same of everybody, when it repeats another column, or when it is a
// running number under an unknown header.
function usefulColumns(columns: Column[], rowCount: number): Column[] {
  const kept: Column[] = [];
  for (const column of columns) {
    const anonymous = column.kind === 'identifier' || column.kind === 'text' || column.kind === 'number';
    if (!varies(column.values) || (anonymous && rowCount > 20 && !repeatsValues(column.values))) continue;
    if (!kept.some((other) => repeats(column, other))) kept.push(column);
  }
  return kept;
}

function varies(values: readonly (string | null)[]): boolean {
  const first = values.find((value) => value !== null);
  return first !== undefined && values.some((value) => value !== null && value !== first);
}

function repeatsValues(values: readonly (string | null)[]): boolean {
  const seen = new Set<string>();
  for (const value of values) {
    if (value === null) continue;
    if (seen.has(value)) return true;
    seen.add(value);
  }
  return false;
}

const sampledRows = 5000;

function repeats(a: Column, b: Column): boolean {
  const step = Math.max(1, Math.floor(a.values.length / sampledRows));
  let both = 0;
  let same = 0;
  for (let row = 0; row < a.values.length; row += step) {
    if (a.values[row] === null || b.values[row] === null) continue;
    both++;
    if (a.values[row] === b.values[row]) same++;
  }
  return both >= 10 && same > both * 0.8;
}

function contentOrder(columns: Column[], rowCount: number): Int32Array {
  const room = 2 ** 21;
  const order = new Float64Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    let hash = 1;
    for (const column of columns) {
      const value = column.values[row]!;
      hash = mix(Math.imul(hash, 31) + (value === null ? 7 : hashText(value)));
    }
    order[row] = hash * room + row;
  }
  order.sort();
  const rowOf = sharedInt32(rowCount);
  for (let i = 0; i < rowCount; i++) rowOf[i] = order[i]! % room;
  return rowOf;
}

function encodeColumn(column: Column, rowOf: Int32Array): FieldData {
  const codes = sharedInt32(rowOf.length);
  const known = new Map<string, number>();
  for (let i = 0; i < rowOf.length; i++) {
    const value = column.values[rowOf[i]!]!;
    if (value === null) {
      codes[i] = -1;
      continue;
    }
    let code = known.get(value);
    if (code === undefined) {
      code = known.size;
      known.set(value, code);
    }
    codes[i] = code;
  }
  const values = [...known.keys()];
  const counts = sharedInt32(values.length);
  for (const code of codes) if (code >= 0) counts[code]!++;
  return {
    name: column.name,
    kind: column.kind,
    codes,
    valueCount: values.length,
    counts,
    swapWith: -1,
    ...describeValues(column.kind, values),
  };
}

function describeValues(kind: FieldKind, values: string[]) {
  const { comparator } = kinds[kind];
  const han = new Uint8Array(new SharedArrayBuffer(values.length));
  const families = sharedInt32(comparator === 'name' ? values.length * familiesPerName : 0);
  const numbers = new Float64Array(
    new SharedArrayBuffer(comparator === 'date' || comparator === 'amount' ? values.length * 8 : 0),
  );
  const alts = values.map((value, code) => {
    if (numbers.length > 0) numbers[code] = Number(value);
    if (comparator === 'name') {
      nicknameFamilies(value.split(' ')[0]!)
        .slice(0, familiesPerName)
        .forEach((id, at) => {
          families[code * familiesPerName + at] = id;
        });
    }
    if (/\p{Script=Han}/u.test(value)) {
      han[code] = 1;
      if (comparator === 'name' && isHanName(value)) return pinyinOf(value, kind === 'surname');
    }
    return comparator === 'name' || comparator === 'street' || comparator === 'address' ? value.replace(/ /g, '') : '';
  });
  const [text, start] = pool(values);
  const [alt, altStart] = pool(alts);
  const letters = sharedInt32(values.length);
  for (let code = 0; code < values.length; code++) letters[code] = letterSet(values[code]!);
  const [words, wordStart] = describeParts(comparator, values, alts);
  return {
    text,
    start,
    alt,
    altStart,
    letters,
    words,
    wordStart,
    han,
    families,
    numbers,
    keys: blockingKeys(kind, values, alts, han),
  };
}

// Addresses are compared by pairs of neighbouring characters, names and streets by words, the rest by neither.
function describeParts(comparator: Comparator, values: string[], alts: string[]): [Int32Array, Int32Array] {
  if (comparator === 'name' || comparator === 'street') return hashParts(values, (value) => value.split(' ').map(wordHash));
  if (comparator === 'address') return hashParts(alts, (value) => [...pairsOf(value)].sort((a, b) => a - b));
  return [sharedInt32(0), sharedInt32(0)];
}

const wordHash = (word: string): number => (word.length < 2 ? 0 : hashText(word) | 0);

function pairsOf(value: string): Set<number> {
  const pairs = new Set<number>();
  for (let k = 0; k + 1 < value.length; k++) pairs.add(mix(value.charCodeAt(k) * 65536 + value.charCodeAt(k + 1)) | 0);
  return pairs;
}

function letterSet(value: string): number {
  let letters = 0;
  for (let k = 0; k < value.length; k++) {
    const unit = value.charCodeAt(k);
    if (unit === 32) continue;
    letters |= 1 << (unit > 96 && unit < 123 ? unit - 97 : 26 + (unit % 6));
  }
  return letters;
}

function hashParts(values: string[], of: (value: string) => number[]): [Int32Array, Int32Array] {
  const wordStart = sharedInt32(values.length + 1);
  const hashes: number[] = [];
  values.forEach((value, code) => {
    wordStart[code] = hashes.length;
    for (const hash of of(value)) hashes.push(hash);
  });
  wordStart[values.length] = hashes.length;
  const words = sharedInt32(hashes.length);
  words.set(hashes);
  return [words, wordStart];
}

function pool(texts: string[]): [Uint16Array, Int32Array] {
  const start = sharedInt32(texts.length + 1);
  let total = 0;
  for (let i = 0; i < texts.length; i++) {
    start[i] = total;
    total += texts[i]!.length;
  }
  start[texts.length] = total;
  if (total > encodeLimits.distinctUnits)
    throw new Fault('limit_reached', `characters of one field: at most ${encodeLimits.distinctUnits}`);
  const units = new Uint16Array(new SharedArrayBuffer(total * 2));
  for (let i = 0, at = 0; i < texts.length; i++) {
    const text = texts[i]!;
    for (let k = 0; k < text.length; k++) units[at++] = text.charCodeAt(k);
  }
  return [units, start];
}

function pairSwaps(fields: FieldData[]): void {
  const join = (a: number, b: number) => {
    if (a < 0 || b < 0 || a === b) return;
    fields[a]!.swapWith = b;
    fields[b]!.swapWith = a;
  };
  const first = (kind: FieldKind) => fields.findIndex((field) => field.kind === kind);
  join(first('givenName'), first('surname'));
  join(first('street'), first('addressLine2'));
}

/** The compared text of one value, for reasons shown to a person. */
export function valueText(field: FieldData, code: number): string {
  return String.fromCharCode(
    ...field.text.subarray(field.start[code]!, Math.min(field.start[code + 1]!, field.start[code]! + 4096)),
  );
}
