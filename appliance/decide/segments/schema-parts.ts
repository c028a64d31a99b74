// What the schemas of segments have in common: the shapes of a rule, a segment, a change and a snapshot, each with an example.

import { Fault } from '../../core/errors.ts';
import { bookLimits } from './live/book.ts';
import { changeCauses } from './live/ledger.ts';
import type { RuleGiven } from './live/live.ts';
import { ruleLimits } from './rules/rule.ts';

export type Given = { text?: string; when?: unknown };

/** @throws {Fault} `bad_request` when it is given in words and as JSON, or in neither */
export function givenRule({ text, when }: Given): RuleGiven {
  if ((text === undefined) === (when === undefined)) throw new Fault('bad_request', 'text or when: one of them');
  return text === undefined ? { when } : { text };
}

export const common = { tags: ['segments'], security: [{ accessToken: [] }] };
export const number = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;
export const count = { type: 'integer', minimum: 0 } as const;
export const atMs = { type: 'integer', description: 'Milliseconds since 1970.' } as const;
export const text = (maxLength: number, description?: string) => ({
  type: 'string' as const,
  minLength: 1,
  maxLength,
  ...(description !== undefined && { description }),
});
export const words = {
  type: 'object',
  required: ['en', 'zh'],
  properties: { en: { type: 'string' }, zh: { type: 'string' } },
} as const;
export const wordsIn = {
  type: 'object',
  additionalProperties: false,
  required: ['en', 'zh'],
  properties: { en: text(bookLimits.labelLength), zh: text(bookLimits.labelLength) },
} as const;
export const rule = { type: 'object', additionalProperties: true, description: 'The rule as JSON; docs/segments.md.' } as const;
export const purpose = text(
  64,
  'What it is for, as GET /api/consent/purposes names it: its members are those who may be used for it.',
);
export const personId = { type: 'string', pattern: '^p\\d{1,15}$', examples: ['p42'] } as const;
export const segmentParam = {
  type: 'object',
  required: ['segment'],
  properties: { segment: { ...number, examples: [3] } },
} as const;
/** What is no id is nobody's. */
export const idInPath = { type: 'string', minLength: 1, maxLength: 20, examples: ['p42'] } as const;
export const personParam = { type: 'object', required: ['id'], properties: { id: idInPath } } as const;
export const draft = {
  name: text(bookLimits.nameLength, 'By which other rules ask for it. The name at the end of the rule where it is absent.'),
  text: text(ruleLimits.textLength, 'The rule in words, English or Chinese.'),
  when: rule,
  purpose,
  label: wordsIn,
  description: text(bookLimits.descriptionLength),
};

export const findings = {
  type: 'array',
  items: {
    type: 'object',
    required: ['severity', 'path', 'message', 'near'],
    properties: {
      severity: { type: 'string', enum: ['error', 'warning'] },
      path: { type: 'string' },
      message: words,
      near: { type: 'array', items: { type: 'string' } },
    },
  },
} as const;
export const segment = {
  type: 'object',
  required: [
    ...[
      'id',
      'name',
      'purpose',
      'text',
      'when',
      'version',
      'author',
      'madeAtMs',
      'changedBy',
      'changedAtMs',
      'state',
      'members',
      'of',
    ],
  ],
  properties: {
    id: number,
    name: { type: 'string' },
    label: words,
    description: { type: 'string' },
    purpose: { type: 'string' },
    text: { ...words, description: 'The rule in words.' },
    when: rule,
    version: count,
    author: { type: 'string' },
    madeAtMs: atMs,
    changedBy: { type: 'string' },
    changedAtMs: atMs,
    state: { type: 'string', enum: ['preparing', 'live'], description: 'preparing: everybody is being asked.' },
    done: { ...count, description: 'While it is prepared: customers asked so far.' },
    total: count,
    members: count,
    of: { ...count, description: 'Customers in all.' },
  },
} as const;
/** As the caller may see them. */
export const someTraits = { type: 'object', additionalProperties: true } as const;
export const example = {
  id: 3,
  name: 'platinum',
  purpose: 'customer_service',
  text: { en: 'spend in 30 days > 5,000', zh: '30天内消费 > 5,000' },
  when: {
    kind: 'value',
    of: { kind: 'orders', measure: 'spend', in: { kind: 'last', n: 30, unit: 'day' } },
    test: { op: '>', value: 5000 },
  },
  version: 1,
  author: 'operator',
  madeAtMs: 1790000000000,
  changedBy: 'operator',
  changedAtMs: 1790000000000,
  state: 'live',
  members: 312,
  of: 5000,
};
export const change = {
  type: 'object',
  required: ['seq', 'atMs', 'id', 'segment', 'name', 'change', 'cause'],
  properties: {
    seq: number,
    atMs,
    id: { type: 'string' },
    segment: number,
    name: { type: 'string', description: 'Of the segment.' },
    change: { type: 'string', enum: ['entered', 'left'] },
    cause: { type: 'string', enum: [...changeCauses] },
    into: { type: 'string', description: 'With merge: whom they are part of now.' },
  },
} as const;
export const changeExample = {
  seq: 7,
  atMs: 1790000000000,
  id: 'p42',
  segment: 3,
  name: 'platinum',
  change: 'entered',
  cause: 'event',
};
export const snapshot = {
  type: 'object',
  required: ['id', 'segment', 'name', 'madeAtMs', 'by', 'version', 'members'],
  properties: {
    id: number,
    segment: number,
    name: { type: 'string' },
    madeAtMs: atMs,
    by: { type: 'string' },
    version: count,
    members: count,
  },
} as const;
export const snapshotExample = {
  id: 2,
  segment: 3,
  name: 'May',
  madeAtMs: 1790000000000,
  by: 'operator',
  version: 1,
  members: 312,
};

/** All but where a page ends, and until when an answer holds. */
export const neededOf = (properties: object): string[] =>
  Object.keys(properties).filter((name) => name !== 'next' && name !== 'untilMs');
