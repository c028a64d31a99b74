// The document behind a data dictionary: read as a whole, checked, and compiled once. It comes from people, so each of its
// dimensions is bounded, its schemas reach nothing outside themselves, and a mistake is answered with its place.

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { Fault } from '../../core/errors.ts';
import { type Event, type EventKind, eventKinds, type Json, type JsonObject } from '../../core/model/event.ts';
import type { Gender } from '../../core/values/gender.ts';
import {
  type Normaliser,
  type NormaliserName,
  type NormaliserOptions,
  normaliserOf,
  normalisers,
} from '../../core/values/normalisers.ts';
import { standardTrait } from '../../core/values/standard-traits.ts';
import { isTimeZone } from '../../core/values/time-zone.ts';

export const dictionaryLimits = {
  documentBytes: 1024 * 1024,
  fields: 1000,
  events: 500,
  required: 100,
  schemaBytes: 64 * 1024,
  depth: 32,
  patternLength: 256,
  pathParts: 6,
  values: 1000,
} as const;

export type FieldRule = {
  /** `traits.email`, `properties.total`, `context.locale`, `userId`, ...; the field itself when absent. */
  readonly to?: string | readonly string[];
  readonly as?: NormaliserName;
  /** A source's own codes, asked before `as`: `{ "01": "gold" }`. */
  readonly values?: { readonly [given: string]: Json };
  /** Quarantines the event when `as` cannot read the value; else it stays as given, with a note. */
  readonly strict?: boolean;
  /** Keeps the field where it was, beside its target. */
  readonly keep?: boolean;
  /** Only for events of these kinds. */
  readonly kinds?: readonly EventKind[];
};
export type EventSchema = {
  /** Paths that must hold something. */
  readonly required?: readonly string[];
  /** JSON Schema 2020-12 for the properties (identify and group: the traits). */
  readonly schema?: JsonObject | boolean;
};
export type DictionaryDocument = {
  readonly version: 1;
  readonly region?: string;
  readonly timeZone?: string;
  readonly order?: 'dmy' | 'mdy';
  readonly decimal?: '.' | ',';
  readonly genderCodes?: { readonly [code: string]: Gender };
  readonly fields?: { readonly [path: string]: FieldRule | string };
  /** Standard traits that quarantine the event when they do not normalise. */
  readonly strict?: readonly string[];
  /** Renames traits known under another name (mobile, 手机号) to the standard one. Default false. */
  readonly aliases?: boolean;
  readonly kinds?: { readonly [kind in EventKind]?: EventSchema };
  /** Track events by name. */
  readonly events?: { readonly [name: string]: EventSchema };
  readonly unknown?: {
    readonly traits?: 'keep' | 'drop' | 'quarantine';
    readonly properties?: 'keep' | 'drop' | 'quarantine';
    readonly events?: 'keep' | 'quarantine';
  };
  /** `hold`: an event with a field that nobody has classified in the catalogue waits in quarantine until somebody has. */
  readonly unclassified?: 'keep' | 'hold';
};

export type CompiledField = {
  readonly where: string;
  readonly from: readonly string[];
  readonly to: readonly (readonly string[])[];
  readonly normalise: Normaliser | undefined;
  readonly values: { readonly [given: string]: Json } | undefined;
  readonly strict: boolean;
  readonly keep: boolean;
  /** Its target is an id or the event's name, which are text and bounded. */
  readonly isId: boolean;
  readonly kinds: readonly EventKind[] | undefined;
};
export type EventRule = {
  readonly required: readonly (readonly string[])[];
  readonly validate: ValidateFunction | undefined;
  /** Top-level properties its schema names. */
  readonly properties: ReadonlySet<string>;
};
export type CompiledDictionary = {
  /** What it was compiled from; another one after each change. */
  readonly document: DictionaryDocument;
  readonly options: NormaliserOptions;
  readonly fields: readonly CompiledField[];
  /** Paths whose value a field rule has normalised already. */
  readonly touched: ReadonlySet<string>;
  readonly strict: ReadonlySet<string>;
  readonly aliases: boolean;
  readonly kinds: ReadonlyMap<EventKind, EventRule>;
  readonly events: ReadonlyMap<string, EventRule>;
  readonly unknown: {
    readonly traits: 'keep' | 'drop' | 'quarantine';
    readonly properties: 'keep' | 'drop' | 'quarantine';
    readonly events: 'keep' | 'quarantine';
  };
  readonly known: { readonly traits: ReadonlySet<string>; readonly properties: ReadonlySet<string> };
};

/** Normalises the standard traits and forbids nothing. @param options the node's region and zone */
export function defaultDictionary(options: Pick<NormaliserOptions, 'region' | 'timeZone'> = {}): CompiledDictionary {
  return compileDictionary({ version: 1 }, options);
}

/** @throws {Fault} `bad_request` that names the place in the document, `limit_reached` */
export function compileDictionary(
  document: unknown,
  defaults: Pick<NormaliserOptions, 'region' | 'timeZone'> = {},
): CompiledDictionary {
  const text = safeJson(document);
  if (text.length > dictionaryLimits.documentBytes) throw new Fault('limit_reached', 'dictionary.documentBytes');
  // Through JSON and back: what is compiled is plain data that nobody else holds.
  const plain: unknown = JSON.parse(text);
  if (!checkShape(plain)) {
    const error = checkShape.errors?.[0];
    const extra = error?.keyword === 'additionalProperties' ? ` (${String(error.params.additionalProperty).slice(0, 64)})` : '';
    no(`${(error?.instancePath ?? '').replaceAll('/', '.').slice(0, 128)}: ${error?.message ?? 'not valid'}${extra}`);
  }
  const given = plain as DictionaryDocument;
  if (given.timeZone !== undefined && !isTimeZone(given.timeZone)) no('.timeZone: no such IANA time zone');
  for (const name of given.strict ?? []) if (!standardTrait(name)) no(`.strict: ${name.slice(0, 64)} is no standard trait`);
  const fields = Object.entries(given.fields ?? {}).map(([path, rule]) =>
    compileField(path, typeof rule === 'string' ? { to: rule } : rule),
  );
  const ajv = newAjv();
  const rules = (entries: readonly [string, EventSchema][], where: string) =>
    entries.map(([name, rule]) => [name, compileRule(rule, `.${where}.${name.slice(0, 64)}`, ajv)] as const);
  const { region, timeZone, order, decimal, genderCodes } = given;
  return {
    document: given,
    options: {
      ...defaults,
      ...(region && { region }),
      ...(timeZone && { timeZone }),
      ...(order && { order }),
      ...(decimal && { decimal }),
      ...(genderCodes && { genderCodes }),
    },
    fields,
    touched: new Set(
      fields
        .filter((f) => f.normalise || f.values)
        .flatMap((f) => [...f.to, ...(f.keep ? [f.from] : [])].map((path) => path.join('.'))),
    ),
    strict: new Set(given.strict),
    aliases: given.aliases === true,
    kinds: new Map(rules(Object.entries(given.kinds ?? {}), 'kinds')) as ReadonlyMap<EventKind, EventRule>,
    events: new Map(rules(Object.entries(given.events ?? {}), 'events')),
    unknown: { traits: 'keep', properties: 'keep', events: 'keep', ...given.unknown },
    known: { traits: namesIn(fields, 'traits'), properties: namesIn(fields, 'properties') },
  };
}

function namesIn(fields: readonly CompiledField[], section: string): Set<string> {
  return new Set(
    fields
      .flatMap((f) => [f.from, ...f.to])
      .filter((path) => path[0] === section)
      .map((path) => path[1]!),
  );
}

const roots = new Set<string>(['userId', 'anonymousId', 'previousId', 'groupId', 'name'] satisfies (keyof Event)[]);
const sections = new Set(['traits', 'properties', 'context']);
const refused = new Set(['__proto__', 'constructor', 'prototype']);

function pathOf(text: string, where: string): readonly string[] {
  if (roots.has(text)) return [text];
  const path = text.split('.');
  const usable =
    sections.has(path[0]!) &&
    path.length >= 2 &&
    path.length <= dictionaryLimits.pathParts &&
    !path.some((name) => name === '' || refused.has(name));
  if (!usable) no(`${where}: no such path; expected ${[...roots].join(', ')}, traits.x, properties.x or context.x`);
  return path;
}

function compileField(path: string, rule: FieldRule): CompiledField {
  const where = `.fields.${path.slice(0, 64)}`;
  const from = pathOf(path, where);
  const targets = rule.to === undefined ? [path] : typeof rule.to === 'string' ? [rule.to] : rule.to;
  const to = targets.map((target) => pathOf(target, `${where}.to`));
  // An id is text by the event's own type; a normaliser that makes a list or a number of it would break every reader.
  const isId = to.some((target) => target.length === 1);
  if (isId && rule.values && !Object.values(rule.values).every((value) => typeof value === 'string'))
    no(`${where}.values: an id takes text`);
  if (isId && rule.as && !['text', 'phone', 'email', 'national_id', 'name'].includes(rule.as)) {
    no(`${where}.as: an id takes text, phone, email, name or national_id`);
  }
  return {
    where: path.slice(0, 256),
    from,
    to,
    normalise: rule.as ? normaliserOf(rule.as) : isId ? normaliserOf('text') : undefined,
    values: rule.values,
    strict: rule.strict === true || isId,
    // An id that only moves away would leave an event about nobody.
    keep: rule.keep === true || targets.includes(path) || from.length === 1,
    isId,
    kinds: rule.kinds,
  };
}

function compileRule(rule: EventSchema, where: string, ajv: Ajv2020): EventRule {
  const required = (rule.required ?? []).map((path) => pathOf(path, `${where}.required`));
  if (rule.schema === undefined) return { required, validate: undefined, properties: new Set() };
  checkSchema(rule.schema, `${where}.schema`, 0);
  if (JSON.stringify(rule.schema).length > dictionaryLimits.schemaBytes)
    throw new Fault('limit_reached', 'dictionary.schemaBytes');
  try {
    const validate = ajv.compile(rule.schema);
    const named = typeof rule.schema === 'object' && isObject(rule.schema.properties) ? Object.keys(rule.schema.properties) : [];
    return { required, validate, properties: new Set(named) };
  } catch (error) {
    return no(`${where}.schema: ${(error as Error).message.slice(0, 200)}`);
  }
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** References stay inside the schema, and patterns cannot be made to run for ever. */
function checkSchema(value: Json, where: string, depth: number): void {
  if (depth > dictionaryLimits.depth) throw new Fault('limit_reached', 'dictionary.depth');
  if (Array.isArray(value)) for (const inner of value) checkSchema(inner, where, depth + 1);
  if (!isObject(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    if ((key === '$ref' || key === '$dynamicRef') && !(typeof inner === 'string' && inner.startsWith('#')))
      no(`${where}: ${key} may only point inside the schema (#...)`);
    if (key === '$id' || key === '$schema' || key === '$anchor' || key === '$dynamicAnchor')
      no(`${where}: ${key} is not used here`);
    if (key === 'pattern' && typeof inner === 'string') checkPattern(inner, where);
    if (key === 'patternProperties' && isObject(inner)) for (const pattern of Object.keys(inner)) checkPattern(pattern, where);
    checkSchema(inner, where, depth + 1);
  }
}

/** Refuses what makes backtracking explode: a repeated group that repeats or chooses inside, back references, look-around. */
function checkPattern(pattern: string, where: string): void {
  if (pattern.length > dictionaryLimits.patternLength)
    no(`${where}: a pattern longer than ${dictionaryLimits.patternLength} characters`);
  const bare = pattern.replace(/\\./g, (escaped) => (/\\[1-9k]/.test(escaped) ? '\u0001' : 'x')).replace(/\[[^\]]*\]/g, 'x');
  if (bare.includes('\u0001') || /\(\?<?[=!]/.test(bare)) no(`${where}: a pattern with back references or look-around`);
  const flexible: boolean[] = [];
  for (let i = 0; i < bare.length; i++) {
    const c = bare[i]!;
    if (c === '(') flexible.push(false);
    else if (c === '|' || '*+{'.includes(c)) flexible.fill(true);
    else if (c === ')' && flexible.pop() && /[*+{]/.test(bare[i + 1] ?? '')) no(`${where}: a pattern that repeats a repetition`);
  }
  // Several open-ended repetitions one after another cost a power of the length each: three are plenty for a field.
  if ((bare.match(/[*+]|\{\d+,\}/g) ?? []).length > 3) no(`${where}: a pattern with more than three open repetitions`);
}

function newAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    allErrors: false,
    ownProperties: true,
    logger: false,
  });
  // The `fast` formats have no pattern that backtracks.
  (addFormats as unknown as (ajv: Ajv2020, options: { mode: 'fast' }) => void)(ajv, { mode: 'fast' });
  return ajv;
}

function safeJson(document: unknown): string {
  try {
    return JSON.stringify(document) ?? 'null';
  } catch (error) {
    throw new Fault('bad_request', 'dictionary: not plain JSON', { cause: error });
  }
}

function no(where: string): never {
  throw new Fault('bad_request', `dictionary${where}`);
}

const text = (maxLength: number): object => ({ type: 'string', minLength: 1, maxLength });
const choice = (...values: string[]): object => ({ enum: values });
const eventSchemaShape = {
  type: 'object',
  additionalProperties: false,
  properties: {
    required: { type: 'array', maxItems: dictionaryLimits.required, items: text(256) },
    schema: { type: ['object', 'boolean'] },
  },
};
const checkShape = new Ajv2020({ strict: true, allowUnionTypes: true }).compile({
  type: 'object',
  additionalProperties: false,
  required: ['version'],
  properties: {
    version: { const: 1 },
    region: { type: 'string', pattern: '^[A-Z]{2}$' },
    timeZone: text(64),
    order: choice('dmy', 'mdy'),
    decimal: choice('.', ','),
    genderCodes: { type: 'object', maxProperties: 50, additionalProperties: choice('male', 'female', 'other', 'unknown') },
    fields: {
      type: 'object',
      maxProperties: dictionaryLimits.fields,
      additionalProperties: {
        anyOf: [
          text(256),
          {
            type: 'object',
            additionalProperties: false,
            properties: {
              to: { anyOf: [text(256), { type: 'array', minItems: 1, maxItems: 8, items: text(256) }] },
              as: choice(...Object.keys(normalisers)),
              values: { type: 'object', maxProperties: dictionaryLimits.values },
              strict: { type: 'boolean' },
              keep: { type: 'boolean' },
              kinds: { type: 'array', minItems: 1, maxItems: 6, items: choice(...eventKinds) },
            },
          },
        ],
      },
    },
    strict: { type: 'array', maxItems: 100, items: text(64) },
    aliases: { type: 'boolean' },
    kinds: {
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(eventKinds.map((kind) => [kind, eventSchemaShape])),
    },
    events: { type: 'object', maxProperties: dictionaryLimits.events, additionalProperties: eventSchemaShape },
    unknown: {
      type: 'object',
      additionalProperties: false,
      properties: {
        traits: choice('keep', 'drop', 'quarantine'),
        properties: choice('keep', 'drop', 'quarantine'),
        events: choice('keep', 'quarantine'),
      },
    },
    unclassified: choice('keep', 'hold'),
  },
});
