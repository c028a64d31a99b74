// What answers of the catalogue and of quality are made of, property by property: the document tells it, and the console's types follow. What
// is not named here leaves an answer, so a new property of a view is written here too.

import { eventKinds } from '../../core/model/event.ts';
import { normalisers } from '../../core/values/normalisers.ts';
import { dataClasses } from './classes.ts';
import { comparisons, qualityKinds } from './rules.ts';

type Shape = { readonly [key: string]: unknown };
const string = { type: 'string' };
const integer = { type: 'integer' };
const number = { type: 'number' };
const boolean = { type: 'boolean' };
const listOf = (items: Shape) => ({ type: 'array', items });
const words = { type: 'object', required: ['en', 'zh'], properties: { en: string, zh: string } };
const counts = { type: 'object', additionalProperties: integer };
const shape = (required: string, properties: Shape): Shape => ({ type: 'object', required: required.split(' '), properties });

export const dataClass = { type: 'string', enum: [...dataClasses] };
const classBy = { type: 'string', enum: ['person', 'values', 'values and name', 'name', 'nothing'] };
const kind = { type: 'string', enum: [...eventKinds, 'any'] };

const field = shape(
  'id source sourceName kind path type types classBy classShare personal seen lookedAt completeness distinct distinctError sampled',
  {
    id: integer,
    source: integer,
    sourceName: string,
    kind,
    event: string,
    path: string,
    type: string,
    types: counts,
    class: dataClass,
    classBy,
    classShare: number,
    personal: boolean,
    owner: string,
    description: string,
    seen: integer,
    lookedAt: integer,
    completeness: number,
    distinct: integer,
    distinctError: number,
    quantiles: listOf(shape('q value', { q: number, value: number })),
    top: listOf(shape('value share', { value: string, share: number })),
    firstSeenAtMs: integer,
    lastSeenAtMs: integer,
    sampled: number,
    inside: integer,
    history: {
      ...listOf(
        shape('version by decidedAtMs class', {
          version: integer,
          by: string,
          decidedAtMs: integer,
          class: dataClass,
          owner: string,
          description: string,
        }),
      ),
      description: 'What people said, of one field alone.',
    },
  },
);

const seen = shape('id seen completeness distinct classBy', {
  id: integer,
  seen: integer,
  completeness: number,
  distinct: integer,
  class: dataClass,
  classBy,
  owner: string,
  lastSeenAtMs: integer,
});

const step = shape('source sourceName field how', {
  source: integer,
  sourceName: string,
  field: string,
  event: string,
  how: { type: 'string', enum: ['dictionary', 'alias', 'standard', 'as_sent'] },
  rule: { type: 'object', properties: { as: string, strict: boolean, values: integer, keep: boolean } },
  seen: { ...seen, description: 'Absent where a dictionary names what was never sent.' },
});

export const catalogueShapes = {
  field,
  stream: shape('source sourceName kind seen lookedAt', {
    source: integer,
    sourceName: string,
    kind,
    event: string,
    seen: integer,
    lookedAt: integer,
    firstSeenAtMs: integer,
    lastSeenAtMs: integer,
    fields: integer,
    overflow: integer,
  }),
  trait: shape('trait computed sources fields uses', {
    trait: string,
    label: words,
    computed: boolean,
    sources: integer,
    fields: { ...listOf(integer), description: 'Numbers of fields of the catalogue.' },
    uses: integer,
  }),
  lineage: shape('trait steps distinct uses', {
    trait: string,
    label: words,
    steps: listOf(step),
    distinct: integer,
    golden: shape('criteria declared', { criteria: listOf(string), sources: listOf(string), declared: boolean }),
    computedFrom: shape('event operation', { event: string, property: string, operation: string }),
    uses: listOf(shape('kind name reads', { kind: string, name: string, reads: listOf(string), purpose: string, note: words })),
  }),
} as const;

const scalar = { type: ['string', 'number', 'boolean'] };
const ruleProperties = {
  id: string,
  kind: { type: 'string', enum: [...qualityKinds] },
  field: string,
  kinds: listOf({ type: 'string', enum: [...eventKinds] }),
  event: string,
  as: { type: 'string', enum: Object.keys(normalisers) },
  oneOf: listOf(scalar),
  min: number,
  max: number,
  per: { type: 'string', enum: ['customer', 'event'] },
  is: { type: 'string', enum: [...comparisons] },
  other: string,
  value: scalar,
  withinMinutes: number,
  silentHours: integer,
  threshold: number,
  step: number,
  weight: number,
  off: boolean,
};
const rule = shape('id kind', ruleProperties);
const kinds = { type: 'object', properties: Object.fromEntries(qualityKinds.map((name) => [name, number])) };

const hour = shape('hourMs kinds events rules', {
  hourMs: integer,
  score: number,
  kinds,
  events: integer,
  rules: {
    type: 'object',
    additionalProperties: shape('checked failed', { checked: integer, failed: integer, score: number }),
  },
});

const alarm = shape('id source sourceName rule kind hourMs reason score expected raisedAtMs', {
  id: integer,
  source: integer,
  sourceName: string,
  rule: string,
  kind: { type: 'string', enum: [...qualityKinds] },
  hourMs: integer,
  reason: { type: 'string', enum: ['below_threshold', 'fell'] },
  score: number,
  expected: number,
  raisedAtMs: integer,
  endedAtMs: { type: 'integer', description: 'Absent while it stands.' },
});

export const qualityShapes = {
  hour,
  alarm,
  score: shape('source sourceName rulesVersion rules alarms', {
    source: integer,
    sourceName: string,
    rulesVersion: integer,
    running: shape('hourMs kinds events', { hourMs: integer, score: number, kinds, events: integer }),
    last: hour,
    rules: listOf(
      shape('id kind threshold checked failed', {
        ...ruleProperties,
        checked: integer,
        failed: integer,
        score: number,
        lastScore: number,
      }),
    ),
    alarms: listOf(alarm),
  }),
  stored: shape('source version document', {
    source: integer,
    version: integer,
    savedAtMs: integer,
    document: shape('version rules', { version: integer, defaults: boolean, rules: listOf(rule) }),
    holding: listOf(rule),
  }),
  offender: shape('rule messageId atMs', {
    rule: string,
    messageId: string,
    atMs: integer,
    person: string,
    quarantine: integer,
    open: string,
  }),
} as const;
