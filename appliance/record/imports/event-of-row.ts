// A row becomes an event, by its map. Ids are made from the file and the line, so that importing the same file twice, or
// going on after a kill, records each row once.

import { createHash } from 'node:crypto';
import { type Event, type EventKind, eventKinds, eventLimits, type Json, type JsonObject } from '../../core/model/event.ts';
import { normaliseIdentifier, type StandardKind } from '../../core/model/identifier.ts';
import { normaliseTimestamp } from '../../core/values/date.ts';
import { type NormaliserOptions, normalisers } from '../../core/values/normalisers.ts';
import { asText, cleanText } from '../../core/values/text.ts';
import { type ImportMap, isEventKind, ruleOf, targetPath } from './map.ts';
import type { Good } from './rows.ts';

export type Made =
  | { readonly ok: true; readonly event: Event /** Its JSON. */; readonly sizeBytes: number }
  | { readonly ok: false; readonly reason: string };
export type RowContext = {
  /** Names the file in message ids. */
  readonly fingerprint: string;
  /** Changes the message ids of identify events when the map changes: what it says of a customer is said anew. */
  readonly mapHash: string;
  /** For events without a time of their own. */
  readonly fileTimeMs: number;
  readonly nowMs: () => number;
};

type Column = {
  readonly name: string;
  readonly paths: readonly (readonly string[])[];
  readonly as: keyof typeof normalisers | undefined;
  readonly required: boolean;
};
type Draft = { fields: { [target: string]: Json }; traits: JsonObject; properties: JsonObject; context: JsonObject };

/** @param header the columns of a CSV; undefined for JSON, whose rows have names */
export function eventMaker(map: ImportMap, header: readonly string[] | undefined, context: RowContext): (row: Good) => Made {
  if (map.rows === 'events') return (row) => fromEventRow(row, map, context);
  const rules = new Map(Object.entries(map.columns ?? {}));
  const column = (name: string): Column | undefined => {
    const entry = rules.get(name);
    if (entry === null) return undefined;
    if (entry === undefined) return unmapped(map, name);
    const rule = ruleOf(entry);
    const paths = (Array.isArray(rule.to) ? rule.to : [rule.to as string]).map((target) => targetPath(target as string)!);
    return { name, paths, as: rule.as, required: rule.required === true };
  };
  const options: NormaliserOptions = {
    ...(map.region ? { region: map.region } : {}),
    ...(map.timeZone ? { timeZone: map.timeZone } : {}),
    ...(map.order ? { order: map.order } : {}),
  };
  const byPosition = header?.map((name) => column(name));
  const named = header ? [] : [...rules.keys()].map(column).filter((c) => c !== undefined);
  const missing = header ? [...rules.keys()].map(column).filter((c) => c?.required && !header.includes(c.name)) : [];
  return (row) => {
    const draft: Draft = { fields: {}, traits: {}, properties: {}, context: {} };
    for (const [target, value] of Object.entries(map.constants ?? {})) put(draft, targetPath(target)!, value);
    const cells = byPosition ? cellsOf(row, byPosition) : fieldsOf(row, named, rules, map);
    if (typeof cells === 'string') return { ok: false, reason: cells };
    if (missing.length > 0) return { ok: false, reason: `column ${missing[0]!.name.slice(0, 64)}: required and not in the file` };
    for (const [cell, value] of cells) {
      const reason = place(draft, cell, value, options);
      if (reason !== undefined) return { ok: false, reason };
    }
    return finish(draft, row, map, context, options);
  };
}

function unmapped(map: ImportMap, name: string): Column | undefined {
  if (map.unmapped !== 'traits' && map.unmapped !== 'properties') return undefined;
  const path = targetPath(`${map.unmapped}.${name.replaceAll('.', '_')}`);
  return path ? { name, paths: [path], as: undefined, required: false } : undefined;
}

function cellsOf(row: Good, columns: readonly (Column | undefined)[]): [Column, Json][] | string {
  const cells = row.fields as readonly string[];
  if (cells.length < columns.length) return `${cells.length} columns where the header has ${columns.length}`;
  // A delimiter at the end of each line makes one more, empty, column.
  if (cells.length > columns.length && cells.slice(columns.length).some((cell) => cell.trim() !== '')) {
    return `${cells.length} columns where the header has ${columns.length}`;
  }
  const found: [Column, Json][] = [];
  columns.forEach((column, index) => {
    if (column) found.push([column, cells[index]!]);
  });
  return found;
}

function fieldsOf(row: Good, named: readonly Column[], rules: ReadonlyMap<string, unknown>, map: ImportMap): [Column, Json][] {
  const fields = row.fields as JsonObject;
  const found: [Column, Json][] = named.map((column) => [column, valueAt(fields, column.name) ?? null]);
  if (map.unmapped === 'traits' || map.unmapped === 'properties') {
    for (const name of Object.keys(fields)) {
      const column = rules.has(name) ? undefined : unmapped(map, name);
      if (column) found.push([column, fields[name]!]);
    }
  }
  return found;
}

function valueAt(fields: JsonObject, name: string): Json | undefined {
  if (Object.hasOwn(fields, name)) return fields[name];
  let value: Json | undefined = fields;
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, part)) return undefined;
    value = value[part];
  }
  return value;
}

function place(draft: Draft, column: Column, raw: Json, options: NormaliserOptions): string | undefined {
  let value = cleaned(raw);
  if (value === undefined) return column.required ? `column ${column.name.slice(0, 64)}: required and empty` : undefined;
  if (column.as) {
    const read = normalisers[column.as](value, options);
    if (read.ok) value = read.value;
    else if (column.required) return `column ${column.name.slice(0, 64)}: ${read.reason}`;
  }
  for (const path of column.paths) put(draft, path, value);
  return undefined;
}

/** @returns undefined for what says nothing: empty text and null */
export function cleaned(value: Json): Json | undefined {
  if (typeof value === 'string') {
    const text = cleanText(value).trim();
    return text === '' ? undefined : text;
  }
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map((inner) => cleaned(inner) ?? null);
  if (typeof value !== 'object') return value;
  const copy: JsonObject = {};
  for (const [name, inner] of Object.entries(value)) {
    const kept = cleaned(inner);
    if (kept !== undefined && name !== '__proto__') copy[cleanText(name)] = kept;
  }
  return copy;
}

function put(draft: Draft, path: readonly string[], value: Json): void {
  if (path.length === 1) {
    draft.fields[path[0]!] = value;
    return;
  }
  let at: JsonObject = draft[path[0] as 'traits' | 'properties' | 'context'];
  for (const name of path.slice(1, -1)) {
    const inner = at[name];
    const next: JsonObject = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner : {};
    at[name] = next;
    at = next;
  }
  at[path.at(-1)!] = value;
}

function finish(draft: Draft, row: Good, map: ImportMap, context: RowContext, options: NormaliserOptions): Made {
  const text = (target: string): string | undefined => asText(draft.fields[target]);
  const name = text('name');
  const given = text('kind')?.toLowerCase();
  if (given !== undefined && !isEventKind(given)) return { ok: false, reason: `kind: expected ${eventKinds.join(', ')}` };
  const kind = (given as EventKind | undefined) ?? (name === undefined ? 'identify' : 'track');
  if (kind === 'track' && name === undefined) return { ok: false, reason: 'an event without a name' };
  let occurredAtMs = context.fileTimeMs;
  if (draft.fields.timestamp !== undefined) {
    const at = normaliseTimestamp(draft.fields.timestamp, options);
    if (!at.ok) return { ok: false, reason: `timestamp: ${at.reason}` };
    occurredAtMs = at.value;
  }
  const event: Event = { kind, messageId: '', occurredAtMs, receivedAtMs: context.nowMs() };
  for (const target of ['userId', 'anonymousId', 'previousId', 'groupId'] as const) {
    const value = text(target);
    if (value === undefined) continue;
    if (value.length > eventLimits.idLength)
      return { ok: false, reason: `${target}: longer than ${eventLimits.idLength} characters` };
    event[target] = value;
  }
  if (name !== undefined) event.name = name.slice(0, eventLimits.nameLength);
  const takesTraits = kind === 'identify' || kind === 'group';
  if (Object.keys(draft.traits).length > 0) {
    if (takesTraits) event.traits = draft.traits;
    // What a row of events says about its customer belongs into context.traits in the tracking protocol.
    else draft.context.traits = { ...draft.traits };
  }
  if (Object.keys(draft.properties).length > 0) {
    if (takesTraits) event.traits = { ...draft.properties, ...event.traits };
    else event.properties = draft.properties;
  }
  if (Object.keys(draft.context).length > 0) event.context = draft.context;
  return known(event, row, draft.traits, text('messageId'), map, context);
}

function known(
  event: Event,
  row: Good,
  traits: JsonObject,
  messageId: string | undefined,
  map: ImportMap,
  context: RowContext,
): Made {
  if (event.kind === 'group' && event.groupId === undefined) return { ok: false, reason: 'a group event without groupId' };
  if (event.kind === 'alias' && event.previousId === undefined) return { ok: false, reason: 'an alias event without previousId' };
  if (event.userId === undefined && event.anonymousId === undefined) {
    if (Object.keys(traits).length === 0) return { ok: false, reason: 'nothing in the row says who it is about' };
    event.anonymousId = `row:${visitorOf(traits, row, map)}`;
  }
  event.messageId =
    messageId !== undefined && messageId.length <= eventLimits.idLength ? messageId : messageIdOf(event, row, map, context);
  const sizeBytes = Buffer.byteLength(JSON.stringify(event));
  if (sizeBytes > eventLimits.eventBytes) return { ok: false, reason: `event larger than ${eventLimits.eventBytes} bytes` };
  return { ok: true, event, sizeBytes };
}

// A row without an id, as in a newsletter list: the same phone or address in a later file is the same record, and a row
// that has neither is a record of its own.
const idTraits: readonly (readonly [string, StandardKind])[] = [
  ['unionId', 'union_id'],
  ['nationalId', 'national_id'],
  ['phone', 'phone'],
  ['email', 'email'],
  ['openId', 'open_id'],
  ['loyaltyCard', 'loyalty_card'],
];

function visitorOf(traits: JsonObject, row: Good, map: ImportMap): string {
  const options = map.region ? { region: map.region } : {};
  for (const [trait, kind] of idTraits) {
    const value = traits[trait] === undefined ? undefined : normaliseIdentifier(kind, traits[trait], options);
    if (value?.ok) return digest(`${kind}\n${value.value}`);
  }
  return digest(row.raw);
}

function messageIdOf(event: Event, row: Good, map: ImportMap, context: RowContext): string {
  const edition = map.edition ?? '';
  const meaning = event.kind === 'identify' ? context.mapHash : '';
  const where = map.messageIds === 'row' ? '' : `${context.fingerprint}\n${row.line}`;
  return `import:${digest(`${edition}\n${event.kind}\n${meaning}\n${where}\n`, row.raw)}`;
}

function digest(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 32);
}

/** Rows in the shape of the tracking protocol: `type`, ids, `event` or `name`, `traits`, `properties`, `context`, `timestamp`. */
function fromEventRow(row: Good, map: ImportMap, context: RowContext): Made {
  const fields = row.fields as JsonObject;
  const section = (name: string): JsonObject => {
    const value = cleaned(Object.hasOwn(fields, name) ? fields[name]! : null);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  };
  const draft: Draft = { fields: {}, traits: section('traits'), properties: section('properties'), context: section('context') };
  for (const target of ['userId', 'anonymousId', 'previousId', 'groupId', 'messageId'] as const) {
    const value = Object.hasOwn(fields, target) ? cleaned(fields[target]!) : undefined;
    if (value !== undefined) draft.fields[target] = value;
  }
  const first = (...names: string[]): Json | undefined =>
    names.map((name) => (Object.hasOwn(fields, name) ? cleaned(fields[name]!) : undefined)).find((v) => v !== undefined);
  const kind = first('type', 'kind');
  const name = first('event', 'name');
  const timestamp = first('originalTimestamp', 'timestamp', 'occurredAt', 'occurredAtMs', 'sentAt');
  if (kind === undefined) return { ok: false, reason: 'an event without a type' };
  draft.fields.kind = kind;
  if (name !== undefined) draft.fields.name = name;
  if (timestamp !== undefined) draft.fields.timestamp = timestamp;
  for (const [target, value] of Object.entries(map.constants ?? {})) put(draft, targetPath(target)!, value);
  return finish(draft, row, map, context, {});
}
