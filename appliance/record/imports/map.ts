// The import map: a JSON document that says what each column of a file means. It is checked as a whole before the first
// row is read, so that a misspelt target is a message and not a column lost.

import { Fault } from '../../core/errors.ts';
import { type EventKind, eventKinds, type Json, type JsonObject } from '../../core/model/event.ts';
import { type NormaliserName, normalisers } from '../../core/values/normalisers.ts';
import { isTimeZone } from '../../core/values/time-zone.ts';
import { type Encoding, encodings } from './encoding.ts';
import { importLimits } from './limits.ts';

export const formats = ['csv', 'ndjson', 'json', 'access-log'] as const;
export type Format = (typeof formats)[number];

/** Where a column's value goes: a field of the event, or a path such as `traits.email`, `properties.total`, `context.locale`. */
export type Target = string;
export type ColumnRule = {
  readonly to: Target | readonly Target[];
  /** Reads the value by a normaliser; what it cannot read stays as text. */
  readonly as?: NormaliserName;
  /** Rejects the row when the value is missing, or cannot be read `as` said. */
  readonly required?: boolean;
};
export type ImportMap = {
  readonly format?: Format;
  readonly encoding?: Encoding;
  readonly csv?: {
    readonly delimiter?: string;
    readonly quote?: '"' | "'" | '';
    readonly escape?: '"' | '\\';
    /** false: the first row is data, and columns are `column1`, `column2`, ... */
    readonly header?: boolean;
  };
  /** `events`: rows are events of the tracking protocol already (type, userId, traits, properties, ...). */
  readonly rows?: 'columns' | 'events';
  /** By header (CSV) or by key or dotted path (JSON). null leaves a column out. */
  readonly columns?: { readonly [column: string]: Target | readonly Target[] | ColumnRule | null };
  /** The same value for every row, by target. */
  readonly constants?: { readonly [target: Target]: Json };
  /** What becomes of columns the map does not name. Default `ignore`. */
  readonly unmapped?: 'ignore' | 'traits' | 'properties';
  readonly region?: string;
  readonly timeZone?: string;
  readonly order?: 'dmy' | 'mdy';
  /**
   * How a row is known again: `line` (default) by file and line; `row` by its content, so that a row met again in another
   * file is the same event. A column mapped to messageId outdoes both.
   */
  readonly messageIds?: 'line' | 'row';
  /** Any text. Changing it makes the rows of a file new events: for events that were imported wrongly. */
  readonly edition?: string;
};

export const eventTargets = ['userId', 'anonymousId', 'previousId', 'groupId', 'messageId', 'kind', 'name', 'timestamp'] as const;
export type EventTarget = (typeof eventTargets)[number];
const sections = new Set(['traits', 'properties', 'context']);
const refusedNames = new Set(['__proto__', 'prototype', 'constructor']);
const pathDepth = 5;

const keys = {
  map: [
    'format',
    'encoding',
    'csv',
    'rows',
    'columns',
    'constants',
    'unmapped',
    'region',
    'timeZone',
    'order',
    'messageIds',
    'edition',
  ],
  csv: ['delimiter', 'quote', 'escape', 'header'],
  rule: ['to', 'as', 'required'],
};

/** @returns the path of a target, `['traits', 'address', 'city']`, or undefined when there is no such target */
export function targetPath(target: Target): readonly string[] | undefined {
  if ((eventTargets as readonly string[]).includes(target)) return [target];
  const path = target.split('.');
  if (!sections.has(path[0]!) || path.length < 2 || path.length > pathDepth || target.length > 256) return undefined;
  return path.some((name) => name === '' || refusedNames.has(name)) ? undefined : path;
}

export function ruleOf(entry: Target | readonly Target[] | ColumnRule): ColumnRule {
  return typeof entry === 'string' || Array.isArray(entry) ? { to: entry as Target | readonly Target[] } : (entry as ColumnRule);
}

/** @throws {Fault} `bad_request` that names the place in the map */
export function readMap(document: unknown): ImportMap {
  const map = object(document, 'map');
  only(map, keys.map, 'map');
  oneOf(map.format, formats, 'map.format');
  oneOf(map.encoding, encodings, 'map.encoding');
  oneOf(map.rows, ['columns', 'events'], 'map.rows');
  oneOf(map.unmapped, ['ignore', 'traits', 'properties'], 'map.unmapped');
  oneOf(map.order, ['dmy', 'mdy'], 'map.order');
  oneOf(map.messageIds, ['line', 'row'], 'map.messageIds');
  if (map.csv !== undefined) readCsv(object(map.csv, 'map.csv'));
  if (map.timeZone !== undefined && !(typeof map.timeZone === 'string' && isTimeZone(map.timeZone)))
    no('map.timeZone: no such IANA time zone');
  if (map.region !== undefined && !(typeof map.region === 'string' && /^[A-Za-z]{2}$/.test(map.region)))
    no('map.region: expected two letters');
  if (map.edition !== undefined && !(typeof map.edition === 'string' && map.edition.length <= 64))
    no('map.edition: expected text to 64 characters');
  const columns = map.columns === undefined ? {} : object(map.columns, 'map.columns');
  if (Object.keys(columns).length > importLimits.columns) no(`map.columns: more than ${importLimits.columns}`);
  for (const [column, entry] of Object.entries(columns)) if (entry !== null) readColumn(column, entry);
  for (const [target, value] of Object.entries(map.constants === undefined ? {} : object(map.constants, 'map.constants'))) {
    if (!targetPath(target)) no(`map.constants.${target}: no such target`);
    if (target === 'kind') oneOf(value, eventKinds, 'map.constants.kind');
    else if (!target.includes('.') && typeof value !== 'string' && typeof value !== 'number')
      no(`map.constants.${target}: expected text`);
  }
  return map as ImportMap;
}

function readCsv(csv: JsonObject): void {
  only(csv, keys.csv, 'map.csv');
  oneOf(csv.quote, ['"', "'", ''], 'map.csv.quote');
  oneOf(csv.escape, ['"', '\\'], 'map.csv.escape');
  if (csv.header !== undefined && typeof csv.header !== 'boolean') no('map.csv.header: expected true or false');
  const { delimiter } = csv;
  const usable = typeof delimiter === 'string' && delimiter.length === 1 && !'"\'\r\n'.includes(delimiter);
  if (delimiter !== undefined && !usable) no('map.csv.delimiter: expected one character');
}

function readColumn(column: string, entry: Json): void {
  const place = `map.columns.${column.slice(0, 64)}`;
  const rule = typeof entry === 'string' || Array.isArray(entry) ? { to: entry } : object(entry, place);
  only(rule, keys.rule, place);
  const targets = Array.isArray(rule.to) ? rule.to : [rule.to];
  if (targets.length === 0) no(`${place}: no target`);
  for (const target of targets) {
    if (typeof target !== 'string' || !targetPath(target)) {
      no(`${place}: no such target; expected ${eventTargets.join(', ')}, traits.x, properties.x or context.x`);
    }
  }
  oneOf('as' in rule ? rule.as : undefined, Object.keys(normalisers), `${place}.as`);
  if ('required' in rule && rule.required !== undefined && typeof rule.required !== 'boolean')
    no(`${place}.required: expected true or false`);
}

function object(value: unknown, place: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) no(`${place}: expected an object`);
  return value as JsonObject;
}

function only(value: object, known: readonly string[], place: string): void {
  for (const key of Object.keys(value))
    if (!known.includes(key)) no(`${place}.${key.slice(0, 64)}: no such setting; expected ${known.join(', ')}`);
}

function oneOf(value: unknown, known: readonly string[], place: string): void {
  if (value !== undefined && !known.includes(value as string)) no(`${place}: expected ${known.join(', ')}`);
}

function no(where: string): never {
  throw new Fault('bad_request', where);
}

export function isEventKind(value: unknown): value is EventKind {
  return (eventKinds as readonly unknown[]).includes(value);
}
