// What the routes about the rights of the person answer with, field by field: what is not named here does not leave the node.

import { requestKinds } from '../../core/model/rights.ts';
import { erasureReasons } from './erasure-store.ts';
import { letterKinds } from './letters.ts';
import { checks } from './request-store.ts';

const number = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;
const atMs = { type: 'integer', description: 'Milliseconds since 1970.' } as const;
const text = { type: 'string' } as const;
const texts = { type: 'array', items: text } as const;
const flag = { type: 'boolean' } as const;
const words = { type: 'object', required: ['en', 'zh'], properties: { en: text, zh: text } } as const;
const language = { type: 'string', enum: ['zh', 'en'] } as const;
const list = <Item>(items: Item) => ({ type: 'array', items }) as const;

const erasure = {
  type: 'object',
  required: ['erasure', 'state', 'begunAtMs', 'records', 'reason', 'by', 'downstream'],
  properties: {
    erasure: text,
    state: { type: 'string', enum: ['begun', 'destroyed', 'settled', 'swept', 'done'] },
    begunAtMs: atMs,
    doneAtMs: atMs,
    records: number,
    reason: { type: 'string', enum: erasureReasons },
    by: text,
    request: number,
    cameBack: { ...number, description: 'Times a restored backup brought something back.' },
    leftovers: { ...texts, description: 'What may hold their keys on the disk of a database server even so.' },
    downstream: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'state', 'attempts'],
        properties: {
          name: text,
          state: { type: 'string', enum: ['waiting', 'answered', 'given_up'] },
          attempts: number,
          status: number,
          atMs,
          messages: number,
        },
      },
    },
  },
} as const;

const step = { type: 'object', required: ['by', 'atMs'], properties: { reason: text, by: text, atMs } } as const;
const request = {
  type: 'object',
  required: ['request', 'state', 'by', 'kind', 'article', 'language', 'openedAtMs', 'dueAtMs', 'overdue', 'history'],
  properties: {
    request: number,
    state: { type: 'string', enum: ['received', 'verified', 'completed', 'refused'] },
    person: { ...text, description: 'Absent once the person is erased.' },
    kind: { type: 'string', enum: requestKinds },
    by: { ...text, description: 'Who wrote it down.' },
    note: { ...text, description: 'How it came. Shown to who wrote it down; masked as free text for others.' },
    language,
    article: text,
    openedAtMs: atMs,
    dueAtMs: atMs,
    overdue: flag,
    closedAtMs: atMs,
    check: {
      type: 'object',
      required: ['how', 'by', 'atMs'],
      properties: { how: { type: 'string', enum: checks }, by: text, atMs },
    },
    hold: step,
    extended: step,
    erasure: text,
    erased: flag,
    history: list({
      type: 'object',
      required: ['atMs', 'by', 'what'],
      properties: { atMs, by: text, what: text, reason: text },
    }),
  },
} as const;

const counts = {
  type: 'object',
  required: ['rule', 'events', 'records', 'held'],
  properties: { rule: text, events: number, records: number, held: number },
} as const;
const rule = {
  type: 'object',
  required: ['name'],
  properties: {
    name: text,
    events: { type: 'object', required: ['olderThanDays'], properties: { names: texts, kinds: texts, olderThanDays: number } },
    records: { type: 'object', required: ['inactiveDays'], properties: { inactiveDays: number } },
    dataClass: text,
    purpose: text,
  },
} as const;
const run = {
  type: 'object',
  required: ['run', 'beganAtMs', 'rules'],
  properties: { run: number, beganAtMs: atMs, endedAtMs: atMs, rules: list(counts) },
} as const;

const processing = list({
  type: 'object',
  required: ['purpose', 'name', 'basis', 'article', 'byDefault', 'channels', 'apart', 'recipients', 'retention'],
  properties: {
    purpose: text,
    name: words,
    basis: words,
    article: text,
    byDefault: { type: 'string', enum: ['allowed', 'denied'] },
    channels: texts,
    apart: texts,
    recipients: texts,
    retention: { ...texts, description: 'Names of retention rules; none: kept until erased.' },
  },
});
const versioned = <Content>(content: Content) =>
  ({
    type: 'object',
    required: ['id', 'version', 'madeAtMs', 'content'],
    properties: { id: number, version: number, madeAtMs: atMs, content },
  }) as const;
const register = versioned({
  type: 'object',
  required: ['controller', 'law', 'processing', 'subjects', 'records', 'sources', 'data', 'retention', 'recipients', 'measures'],
  properties: {
    controller: text,
    privacyNotice: text,
    law: { type: 'object', required: ['law', 'version', 'name'], properties: { law: text, version: number, name: words } },
    processing,
    subjects: number,
    records: number,
    sources: list({ type: 'object', required: ['name', 'kind'], properties: { name: text, kind: text } }),
    data: {
      type: 'object',
      required: ['traits', 'identifiers', 'computed', 'keptBy'],
      properties: { traits: texts, identifiers: texts, computed: texts, keptBy: texts },
    },
    retention: list(rule),
    recipients: list({
      type: 'object',
      required: ['name', 'host', 'tells'],
      properties: { name: text, host: text, tells: texts },
    }),
    measures: list(words),
  },
} as const);

const level = { type: 'string', enum: ['low', 'medium', 'high'] } as const;
const conclusion = { type: 'string', enum: ['acceptable', 'acceptable_with_measures', 'not_acceptable'] } as const;
const assessment = versioned({
  type: 'object',
  required: ['title', 'purposes', 'necessity', 'risks', 'conclusion', 'by', 'article', 'processing', 'measures', 'keptUntilMs'],
  properties: {
    title: text,
    purposes: texts,
    necessity: text,
    risks: list({
      type: 'object',
      required: ['risk', 'likelihood', 'severity', 'measure'],
      properties: { risk: text, likelihood: level, severity: level, measure: text },
    }),
    conclusion,
    by: text,
    article: text,
    processing,
    measures: list(words),
    keptUntilMs: atMs,
  },
} as const);

const answer = <Properties extends { [name: string]: object }>(required: readonly string[], properties: Properties) =>
  ({ type: 'object', required, properties }) as const;

export const shapes = {
  erasure,
  erasures: answer(['erasures'], { erasures: list(erasure), next: text }),
  request,
  requests: answer(['requests'], { requests: list(request), next: number }),
  letter: answer(['language', 'about', 'subject', 'text'], {
    language,
    about: { type: 'string', enum: letterKinds },
    subject: text,
    text,
  }),
  retention: answer(['rules', 'runs'], { rules: list(rule), runs: list(run) }),
  preview: answer(['atMs', 'rules'], { atMs, rules: list(counts) }),
  run,
  register,
  registers: answer(['registers'], { registers: list(register) }),
  assessment,
  assessments: answer(['assessments'], {
    assessments: list({
      type: 'object',
      required: ['id', 'version', 'madeAtMs', 'title', 'conclusion', 'keptUntilMs'],
      properties: { id: number, version: number, madeAtMs: atMs, title: text, conclusion, keptUntilMs: atMs },
    }),
  }),
} as const;
