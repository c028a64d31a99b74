// What a file is and what its columns mean, told from its first rows, for files that come without a map. The guess is a
// map like any other: it can be printed, corrected and given back.

import { eventKinds, type Json, type JsonObject } from '../../core/model/event.ts';
import { normaliseTimestamp } from '../../core/values/date.ts';
import { normaliseEmail } from '../../core/values/email.ts';
import { normaliseGender } from '../../core/values/gender.ts';
import { parseName } from '../../core/values/name.ts';
import { normaliseNationalId } from '../../core/values/national-id.ts';
import { normalisePhone } from '../../core/values/phone.ts';
import { standardTraitFor, traitNameKey } from '../../core/values/standard-traits.ts';
import { asText } from '../../core/values/text.ts';
import { isAccessLog } from './access-log.ts';
import { type ColumnRule, type Format, type ImportMap, targetPath } from './map.ts';

/** @param text the beginning of the file */
export function recogniseFormat(text: string): Format {
  const start = text.replace(/^\ufeff/, '').trimStart();
  if (start.startsWith('[')) return 'json';
  const lines = start.split(/\r?\n/, 50).filter((line) => line.trim() !== '');
  if (start.startsWith('{')) return recogniseJson(lines);
  const hits = lines.slice(0, 20).filter(isAccessLog).length;
  return hits > 0 && hits >= Math.min(lines.length, 20) / 2 ? 'access-log' : 'csv';
}

function recogniseJson(lines: readonly string[]): Format {
  let first: unknown;
  try {
    first = JSON.parse(lines[0]!);
  } catch {
    return 'json';
  }
  if (lines.length > 1) return 'ndjson';
  // One line, one object: a document around an array of objects, or a file of one row.
  const values = typeof first === 'object' && first !== null ? Object.values(first) : [];
  const isEvent = typeof first === 'object' && first !== null && Object.hasOwn(first, 'type');
  const holdsRows = values.some((value) => Array.isArray(value) && typeof value[0] === 'object' && value[0] !== null);
  return holdsRows && !isEvent ? 'json' : 'ndjson';
}

const idHeaders = new Set(
  (
    'id userid uid customerid custid clientid memberid accountid contactid personid crmid recid recordid uniqueid customerno customernumber ' +
    'custno memberno membercode customercode userno 客户号 客户编号 客户id 会员号 会员编号 会员id 用户号 用户编号 用户id 顾客编号 人员编号'
  ).split(' '),
);
const anonymousHeaders = new Set('anonymousid visitorid cookieid cookie distinctid 访客id 匿名id'.split(' '));
const eventHeaders = new Set(
  'event eventname eventtype action activity behavior behaviour 事件 事件名 事件名称 行为 动作 操作'.split(' '),
);
const timeHeaders = new Set(
  (
    'timestamp time datetime eventtime eventdate occurredat eventtimestamp ts date originaltimestamp createdat 时间 日期 时间戳 发生时间 事件时间 ' +
    '交易时间 下单时间 操作时间'
  ).split(' '),
);
const messageHeaders = new Set('messageid eventid insertid 消息id 事件id 流水号'.split(' '));

export type Columns = readonly { readonly name: string; readonly values: readonly Json[] }[];

/** The map that a table's headers and values suggest. */
export function recogniseColumns(columns: Columns): ImportMap {
  const keyed = columns.map((column) => ({ ...column, key: traitNameKey(column.name) }));
  const eventColumn = keyed.find(({ key, values }) => eventHeaders.has(key) && texts(values).length > 0);
  const timeColumn =
    eventColumn && keyed.find(({ key, values }) => timeHeaders.has(key) && most(values, (v) => normaliseTimestamp(v).ok, 0.5));
  const tracks = eventColumn !== undefined && timeColumn !== undefined;
  const idColumn = keyed.find(({ key, values }) => idHeaders.has(key) && texts(values).length > 0);
  const taken = new Set<string>();
  const rules: { [column: string]: string | ColumnRule } = {};
  for (const column of keyed) {
    if (targetPath(`traits.${safe(column.name)}`) === undefined) continue;
    const target = tracks && column === eventColumn ? 'name' : tracks && column === timeColumn ? 'timestamp' : undefined;
    const rule = target ?? (column === idColumn ? 'userId' : ruleFor(column, tracks, taken));
    rules[column.name] = rule;
    taken.add(typeof rule === 'string' ? rule : String(rule.to));
  }
  return { columns: rules, ...(tracks ? { constants: { kind: 'track' } } : {}) };
}

function ruleFor(
  column: { name: string; key: string; values: readonly Json[] },
  tracks: boolean,
  taken: ReadonlySet<string>,
): string | ColumnRule {
  if (anonymousHeaders.has(column.key) && !taken.has('anonymousId')) return 'anonymousId';
  if (tracks && messageHeaders.has(column.key) && distinct(column.values) && !taken.has('messageId')) return 'messageId';
  const meaning = standardTraitFor(column.name)?.name ?? meaningOf(column.values);
  // In a table of events only what identifies the customer is about them; a name or a city may be anyone's.
  const personal =
    !tracks || ['email', 'phone', 'unionId', 'openId', 'nationalId', 'loyaltyCard', 'deviceId'].includes(meaning ?? '');
  if (meaning && personal && !taken.has(`traits.${meaning}`)) return `traits.${meaning}`;
  if (!tracks) return `traits.${safe(column.name)}`;
  const to = `properties.${safe(column.name)}`;
  return most(column.values, isPlainNumber) ? { to, as: 'number' } : to;
}

/** Dots part a target's path, so a header's own become underscores. */
const safe = (name: string): string => name.replaceAll('.', '_').slice(0, 128);

/** A number that stays the same as a number: no leading zeros, no more digits than a double keeps. */
function isPlainNumber(value: Json): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?$/.test(value.trim()));
}

function meaningOf(values: readonly Json[]): string | undefined {
  const given = texts(values);
  if (given.length < 3) return undefined;
  if (most(given, (v) => normaliseEmail(v).ok)) return 'email';
  if (most(given, (v) => normaliseNationalId(v).ok && v.length >= 18)) return 'nationalId';
  // Any run of digits may be a number in some country; only a mobile of this one, or a + in front, is proof.
  if (most(given, (v) => /^(?:\+\d|(?:\+?86|0086)?[\s-]*1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}$)/.test(v) && normalisePhone(v).ok))
    return 'phone';
  if (most(given, (v) => /\D/.test(v) && normaliseGender(v).ok) && new Set(given).size <= 6) return 'gender';
  if (most(given, (v) => /^\p{Script=Han}{2,4}$/u.test(v) && surnamed(v)) && new Set(given).size > given.length / 3)
    return 'name';
  return undefined;
}

function surnamed(text: string): boolean {
  const parsed = parseName(text);
  return parsed.ok && parsed.value.family !== undefined;
}

const texts = (values: readonly Json[]): string[] =>
  values.map((value) => (asText(value) ?? '').trim()).filter((text) => text !== '');

function most(values: readonly Json[], holds: (value: string) => boolean, share = 0.9): boolean {
  const given = texts(values);
  return given.length > 0 && given.filter(holds).length >= given.length * share;
}

function distinct(values: readonly Json[]): boolean {
  const given = texts(values);
  return given.length > 0 && new Set(given).size === given.length;
}

/** Whether a first row is a header: no cell in it looks like a value, and no two are alike. */
export function looksLikeHeader(cells: readonly string[]): boolean {
  const named = cells.map((cell) => cell.trim()).filter((cell) => cell !== '');
  if (named.length === 0 || new Set(named).size !== named.length)
    return named.length > 0 && named.every((cell) => standardTraitFor(cell) !== undefined);
  return !named.some(
    (cell) =>
      /^[-+]?[\d.,:/ -]+$/.test(cell) || normaliseEmail(cell).ok || normaliseTimestamp(cell).ok || normalisePhone(cell).ok,
  );
}

/** Rows that are events of the tracking protocol already. */
export function looksLikeEvents(rows: readonly JsonObject[]): boolean {
  const events = rows.filter(
    (row) => (eventKinds as readonly Json[]).includes(row.type ?? null) && (row.userId ?? row.anonymousId) != null,
  );
  return rows.length > 0 && events.length >= rows.length * 0.5;
}

/** How the fields of a hit become a page event. */
export const accessLogMap: ImportMap = {
  format: 'access-log',
  constants: { kind: 'page' },
  columns: {
    timestamp: { to: 'timestamp', required: true },
    userId: 'userId',
    anonymousId: 'anonymousId',
    path: ['name', 'properties.path', 'context.page.path'],
    search: ['properties.search', 'context.page.search'],
    url: ['properties.url', 'context.page.url'],
    referrer: ['properties.referrer', 'context.page.referrer'],
    method: 'properties.method',
    status: 'properties.status',
    sizeBytes: 'properties.sizeBytes',
    latencyMs: 'properties.latencyMs',
    userAgent: 'context.userAgent',
  },
};
