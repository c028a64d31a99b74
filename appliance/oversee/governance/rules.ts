// The document of a source's quality rules: what is expected of its events, as JSON that people write. Read as a whole, checked with the
// place of each mistake, and completed with rules that follow from the source's dictionary.

import { Ajv2020 } from 'ajv/dist/2020.js';
import { Fault } from '../../core/errors.ts';
import { type EventKind, eventKinds } from '../../core/model/event.ts';
import { type NormaliserName, normalisers } from '../../core/values/normalisers.ts';
import type { DictionaryDocument } from '../../record/sources/sources.ts';

export const qualityKinds = ['completeness', 'validity', 'uniqueness', 'consistency', 'timeliness'] as const;
export type QualityKind = (typeof qualityKinds)[number];
export const comparisons = ['equals', 'differs', 'below', 'at_most', 'above', 'at_least', 'agrees', 'requires'] as const;
export type Comparison = (typeof comparisons)[number];

export const ruleLimits = {
  documentBytes: 256 * 1024,
  /** Rules of one source, the derived ones included. */
  rules: 100,
  oneOf: 500,
  pathParts: 8,
} as const;

export type QualityRule = {
  /** Unique within the source; stands in scores, history and alarms. */
  readonly id: string;
  readonly kind: QualityKind;
  /** `traits.phone`, `properties.items.0.sku`, `userId`; as the event is recorded, after the dictionary. */
  readonly field?: string;
  /** Only events of these kinds, or track events of this name. */
  readonly kinds?: readonly EventKind[];
  readonly event?: string;
  /** validity: what the value must be readable as, or one of, or between. */
  readonly as?: NormaliserName;
  readonly oneOf?: readonly (string | number | boolean)[];
  readonly min?: number;
  readonly max?: number;
  /** uniqueness: a value belongs to one customer, or comes once. */
  readonly per?: 'customer' | 'event';
  /** consistency: `field` compared with another field or with a value. */
  readonly is?: Comparison;
  readonly other?: string;
  readonly value?: string | number | boolean;
  /** timeliness: minutes from when it happened until it arrived; or hours of silence that are too many. */
  readonly withinMinutes?: number;
  readonly silentHours?: number;
  /** The least score that is well. */
  readonly threshold?: number;
  /** A fall by more than this, and by more than its own history explains, is an alarm. */
  readonly step?: number;
  readonly weight?: number;
  readonly off?: boolean;
};
export type RulesDocument = {
  readonly version: 1;
  /** Whether the rules that follow from the dictionary hold beside these; one of the same id takes its place. Default true. */
  readonly defaults?: boolean;
  readonly rules: readonly QualityRule[];
};

export const ruleDefaults = { threshold: 0.9, step: 0.05, weight: 1 } as const;

const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });
const share = { type: 'number', minimum: 0, maximum: 1 };
const scalar = { type: ['string', 'number', 'boolean'] };
const checkShape = new Ajv2020({ strict: true, allowUnionTypes: true }).compile({
  type: 'object',
  additionalProperties: false,
  required: ['version', 'rules'],
  properties: {
    version: { const: 1 },
    defaults: { type: 'boolean' },
    rules: {
      type: 'array',
      maxItems: ruleLimits.rules,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'kind'],
        properties: {
          id: { type: 'string', pattern: '^[a-z0-9][a-z0-9_.-]{0,63}$' },
          kind: { enum: [...qualityKinds] },
          field: text(256),
          kinds: { type: 'array', minItems: 1, maxItems: 6, items: { enum: [...eventKinds] } },
          event: text(512),
          as: { enum: Object.keys(normalisers) },
          oneOf: { type: 'array', minItems: 1, maxItems: ruleLimits.oneOf, items: scalar },
          min: { type: 'number' },
          max: { type: 'number' },
          per: { enum: ['customer', 'event'] },
          is: { enum: [...comparisons] },
          other: text(256),
          value: scalar,
          withinMinutes: { type: 'number', exclusiveMinimum: 0, maximum: 5_256_000 },
          silentHours: { type: 'integer', minimum: 1, maximum: 2_160 },
          threshold: share,
          step: share,
          weight: { type: 'number', exclusiveMinimum: 0, maximum: 100 },
          off: { type: 'boolean' },
        },
      },
    },
  },
});

/** @throws {Fault} `bad_request` that names the place in the document, `limit_reached` */
export function readRulesDocument(given: unknown): RulesDocument {
  const written = JSON.stringify(given) ?? 'null';
  if (written.length > ruleLimits.documentBytes) throw new Fault('limit_reached', 'rules.documentBytes');
  const plain: unknown = JSON.parse(written);
  if (!checkShape(plain)) {
    const error = checkShape.errors?.[0];
    const extra = error?.keyword === 'additionalProperties' ? ` (${String(error.params.additionalProperty).slice(0, 64)})` : '';
    no(`${(error?.instancePath ?? '').replaceAll('/', '.').slice(0, 128)}: ${error?.message ?? 'not valid'}${extra}`);
  }
  const document = plain as RulesDocument;
  const ids = new Set<string>();
  for (const rule of document.rules) {
    if (ids.has(rule.id)) no(`${rule.id}: there are two of this id`);
    ids.add(rule.id);
    // A rule that only switches a derived one off says nothing else.
    if (rule.off !== true) checkRule(rule);
  }
  return document;
}

const roots = new Set(['userId', 'anonymousId', 'previousId', 'groupId', 'name']);
const sections = new Set(['traits', 'properties', 'context']);

/** @throws {Fault} `bad_request` */
export function fieldPath(field: string, where: string): readonly string[] {
  const path = field.split('.');
  const usable = roots.has(field) || (sections.has(path[0]!) && path.length >= 2 && path.length <= ruleLimits.pathParts);
  if (!usable || path.includes(''))
    no(`${where}: no such path; expected ${[...roots].join(', ')}, traits.x, properties.x or context.x`);
  return path;
}

function checkRule(rule: QualityRule): void {
  const { id, kind } = rule;
  if (rule.event !== undefined && rule.kinds?.some((one) => one !== 'track'))
    no(`${id}.event: only track events have one; leave kinds out`);
  if (rule.field !== undefined) fieldPath(rule.field, `${id}.field`);
  if (rule.other !== undefined) fieldPath(rule.other, `${id}.other`);
  const asks: { readonly [name in QualityKind]: readonly (keyof QualityRule)[] } = {
    completeness: [],
    validity: ['as', 'oneOf', 'min', 'max'],
    uniqueness: ['per'],
    consistency: ['is', 'other', 'value'],
    timeliness: ['withinMinutes', 'silentHours'],
  };
  for (const [owner, names] of Object.entries(asks))
    if (owner !== kind) for (const name of names) if (rule[name] !== undefined) no(`${id}.${name}: belongs to ${owner}`);
  const given = asks[kind].filter((name) => rule[name] !== undefined);
  if (kind === 'completeness' && rule.field === undefined) no(`${id}: completeness needs a field`);
  if (kind === 'validity' && rule.field !== undefined && given.length === 0)
    no(`${id}: validity of a field needs as, oneOf, min or max`);
  if (kind === 'validity' && rule.field === undefined && given.length > 0) no(`${id}: ${given[0]} needs a field`);
  if (kind === 'consistency' && (rule.field === undefined || rule.is === undefined)) no(`${id}: consistency needs field and is`);
  if (kind === 'consistency' && (rule.other === undefined) === (rule.value === undefined))
    no(`${id}: consistency needs either other or value`);
  if (kind === 'consistency' && (rule.is === 'agrees' || rule.is === 'requires') && rule.other === undefined)
    no(`${id}: ${rule.is} needs other`);
  if (kind === 'timeliness' && given.length !== 1) no(`${id}: timeliness needs either withinMinutes or silentHours`);
  if (kind === 'timeliness' && rule.field !== undefined) no(`${id}.field: timeliness is about the event`);
  if (rule.min !== undefined && rule.max !== undefined && rule.min > rule.max) no(`${id}: min is above max`);
}

function no(where: string): never {
  throw new Fault('bad_request', `rules${where.startsWith('.') || where.startsWith(':') ? '' : '.'}${where}`);
}

/** The rules that hold for a source: its own, and those that follow from its dictionary where it does not do without. */
export function rulesOf(document: RulesDocument | undefined, dictionary: DictionaryDocument): readonly QualityRule[] {
  const own = document?.rules ?? [];
  const ids = new Set(own.map(({ id }) => id));
  const derived = document?.defaults === false ? [] : derivedRules(dictionary).filter(({ id }) => !ids.has(id));
  return [...own, ...derived].filter(({ off }) => off !== true).slice(0, ruleLimits.rules);
}

const checkedAs = new Set<NormaliserName>(['phone', 'email', 'national_id', 'date', 'time', 'number', 'boolean', 'gender']);
const slug = (path: string) =>
  path
    .toLowerCase()
    .replace(/[^a-z0-9_.]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 40);

/** What every source is held to, and what its dictionary asks for. */
export function derivedRules(dictionary: DictionaryDocument): QualityRule[] {
  const rules = new Map<string, QualityRule>();
  const put = (rule: QualityRule) => {
    // Chinese names leave no letters for an id; a number tells them apart.
    for (let at = 1, { id } = rule; ; at += 1, id = `${rule.id}-${at}`) {
      if (rules.has(id)) continue;
      rules.set(id, { ...rule, id });
      return;
    }
  };
  put({ id: 'accepted', kind: 'validity', threshold: 0.99, step: 0.02 });
  put({ id: 'duplicates', kind: 'uniqueness', threshold: 0.9 });
  put({ id: 'arrival', kind: 'timeliness', withinMinutes: 24 * 60, threshold: 0.8, step: 0.1 });
  const valid = (field: string, as: NormaliserName) =>
    put({ id: `valid.${slug(field)}`, kind: 'validity', field, as, threshold: 0.95 });
  const done = new Set<string>();
  for (const [field, given] of Object.entries(dictionary.fields ?? {})) {
    const rule = typeof given === 'string' ? { to: given } : given;
    const { as, to = field, values } = rule;
    if (as === undefined || !checkedAs.has(as) || values) continue;
    for (const target of typeof to === 'string' ? [to] : to) {
      if (done.has(target) || roots.has(target)) continue;
      done.add(target);
      valid(target, as);
    }
  }
  for (const [trait, as] of [
    ['phone', 'phone'],
    ['email', 'email'],
    ['nationalId', 'national_id'],
    ['birthday', 'date'],
  ] as const)
    if (!done.has(`traits.${trait}`)) valid(`traits.${trait}`, as);
  for (const [kind, { required = [] } = {}] of Object.entries(dictionary.kinds ?? {}))
    for (const field of required)
      put({ id: `filled.${kind}.${slug(field)}`, kind: 'completeness', field, kinds: [kind as EventKind], threshold: 0.98 });
  for (const [event, { required = [] }] of Object.entries(dictionary.events ?? {}))
    for (const field of required)
      put({ id: `filled.${slug(event)}.${slug(field)}`.slice(0, 60), kind: 'completeness', field, event, threshold: 0.98 });
  put({ id: 'birthday-agrees', kind: 'consistency', field: 'traits.nationalId', is: 'agrees', other: 'traits.birthday' });
  return [...rules.values()];
}
