// Schemas and examples of the routes of segments, for the OpenAPI document and for checking what comes in.

import { errorResponses } from '../../core/http/openapi.ts';
import { exportLimits } from './export.ts';
import { segmentLimits } from './live/live.ts';
import { snapshotLimits } from './live/snapshots.ts';
import { ruleLimits } from './rules/rule.ts';
import {
  atMs,
  change,
  changeExample,
  common,
  count,
  draft,
  example,
  findings,
  idInPath,
  neededOf,
  number,
  personId,
  personParam,
  purpose,
  rule,
  segment,
  segmentParam,
  snapshot,
  snapshotExample,
  someTraits,
  text,
  words,
  wordsIn,
} from './schema-parts.ts';

const answer = <Properties extends { [name: string]: object }>(
  properties: Properties,
  sample: object,
  ...statuses: number[]
) => ({
  200: { description: 'The answer.', type: 'object', required: neededOf(properties), properties, examples: [sample] },
  ...errorResponses(400, 401, 403, 404, 503, ...statuses),
});
const ofSegment = (...statuses: number[]) => ({
  200: { ...segment, properties: { ...segment.properties, findings }, description: 'The segment.', examples: [example] },
  ...errorResponses(400, 401, 403, 404, 503, ...statuses),
});

export const schemas = {
  list: {
    ...common,
    summary: 'All segments',
    response: answer({ segments: { type: 'array', items: segment } }, { segments: [example] }),
  },
  read: { ...common, summary: 'One segment', params: segmentParam, response: ofSegment() },
  versions: {
    ...common,
    summary: 'The versions of a rule, the latest first',
    params: segmentParam,
    response: answer(
      {
        versions: {
          type: 'array',
          items: {
            type: 'object',
            required: ['version', 'when', 'text', 'purpose', 'changedBy', 'changedAtMs'],
            properties: {
              version: count,
              when: rule,
              text: words,
              purpose: { type: 'string' },
              changedBy: { type: 'string' },
              changedAtMs: atMs,
            },
          },
        },
      },
      {
        versions: [
          {
            version: 1,
            when: example.when,
            text: example.text,
            purpose: 'customer_service',
            changedBy: 'operator',
            changedAtMs: 1790000000000,
          },
        ],
      },
    ),
  },
  add: {
    ...common,
    summary: 'Keep a segment',
    description:
      'By its rule in words or as JSON. It is answered over everybody first; from then on it follows what customers do.',
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['purpose'],
      properties: draft,
      examples: [{ text: 'monthly spend > 5000 and active in 30 days = platinum', purpose: 'customer_service' }],
    },
    response: ofSegment(409, 422, 429),
  },
  change: {
    ...common,
    summary: 'Change a segment',
    description: 'Another rule or purpose is a new version; everybody is asked anew, and who enters or leaves by it is told.',
    params: segmentParam,
    body: {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      properties: { text: draft.text, when: rule, purpose, label: wordsIn, description: draft.description },
      examples: [{ text: 'monthly spend > 8000' }],
    },
    response: ofSegment(409, 422),
  },
  remove: {
    ...common,
    summary: 'Remove a segment, with its snapshots',
    params: segmentParam,
    response: answer({ removed: { type: 'boolean' } }, { removed: true }, 409),
  },
  preview: {
    ...common,
    summary: 'Who a rule would find, before it is kept',
    description:
      'Counts over everybody, and a few customers as the caller may see them. Who may not be used for the purpose is counted apart.',
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['purpose'],
      properties: { text: draft.text, when: rule, purpose },
      examples: [{ text: 'monthly spend > 5000', purpose: 'customer_service' }],
    },
    response: answer(
      {
        text: words,
        when: rule,
        findings,
        count,
        of: count,
        share: { type: 'number' },
        withheld: { ...count, description: 'Fit the rule, and may not be used for the purpose.' },
        estimated: { type: 'boolean', description: 'Some were asked and stand for others.' },
        sample: {
          type: 'array',
          items: { type: 'object', required: ['id', 'traits'], properties: { id: { type: 'string' }, traits: someTraits } },
        },
      },
      {
        text: example.text,
        when: example.when,
        findings: [],
        count: 312,
        of: 5000,
        share: 0.0624,
        withheld: 20,
        estimated: false,
        sample: [{ id: 'p42', traits: { city: '上海', memberLevel: 'gold' } }],
      },
      422,
    ),
  },
  members: {
    ...common,
    summary: 'Who is in a segment',
    params: segmentParam,
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        after: { ...personId, description: 'The last of the page before.' },
        limit: { ...count, minimum: 1, maximum: segmentLimits.page },
        traits: { type: 'boolean', default: false, description: 'With a few of their traits, as the caller may see them.' },
      },
    },
    response: answer(
      {
        members: {
          type: 'array',
          items: {
            type: 'object',
            required: ['id'],
            properties: { id: { type: 'string' }, sinceMs: atMs, traits: someTraits },
          },
        },
        next: { type: 'string' },
      },
      { members: [{ id: 'p42', sinceMs: 1790000000000 }] },
    ),
  },
  of: {
    ...common,
    summary: 'The segments that a customer is in',
    params: personParam,
    response: answer(
      {
        segments: {
          type: 'array',
          items: { type: 'object', required: ['segment', 'sinceMs'], properties: { segment: { type: 'string' }, sinceMs: atMs } },
        },
      },
      { segments: [{ segment: 'platinum', sinceMs: 1790000000000 }] },
    ),
  },
  why: {
    ...common,
    summary: 'Why a customer is in a segment or not',
    params: { type: 'object', required: ['id', 'segment'], properties: { id: idInPath, segment: { ...number, examples: [3] } } },
    response: answer(
      {
        segment: number,
        name: { type: 'string' },
        member: { type: 'boolean' },
        untilMs: { ...atMs, description: 'So long as nothing new is heard.' },
        lines: {
          type: 'array',
          items: {
            type: 'object',
            required: ['depth', 'member', 'rule'],
            properties: {
              depth: count,
              member: { type: 'boolean' },
              rule: words,
              found: { ...words, description: 'What was found, where it is no trait.' },
              traits: { ...someTraits, description: 'The trait that was looked at.' },
              untilMs: atMs,
            },
          },
        },
      },
      {
        segment: 3,
        name: 'platinum',
        member: true,
        untilMs: 1790000000000,
        lines: [
          {
            depth: 0,
            member: true,
            rule: { en: 'spend in 30 days > 5,000', zh: '30天内消费 > 5,000' },
            found: { en: '6200', zh: '6200' },
            untilMs: 1790000000000,
          },
        ],
      },
    ),
  },
  changes: {
    ...common,
    summary: 'Who entered and left, in order',
    description: 'After a number, to be asked again with `next`. Kept for segmentChangesDays of holdfast.json (30 days).',
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        after: { type: 'integer', minimum: -1, maximum: Number.MAX_SAFE_INTEGER },
        limit: { ...count, minimum: 1, maximum: segmentLimits.page },
        segment: number,
      },
    },
    response: answer(
      { changes: { type: 'array', items: change }, next: { type: 'integer' }, more: { type: 'boolean' } },
      { changes: [changeExample], next: 7, more: false },
    ),
  },
  live: {
    ...common,
    summary: 'Who enters and leaves, as it happens',
    description:
      'Server-sent events of the type `change`; nothing is replayed: read GET /api/segments/changes for what was missed.',
    response: {
      200: {
        description: 'The stream.',
        content: {
          'text/event-stream': {
            schema: { type: 'string', examples: [`event: change\ndata: ${JSON.stringify(changeExample)}\n\n`] },
          },
        },
      },
      ...errorResponses(401, 403, 429, 503),
    },
  },
  overlaps: {
    ...common,
    summary: 'How many two segments have in common',
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        segments: {
          type: 'string',
          pattern: '^\\d{1,15}(,\\d{1,15}){0,19}$',
          description: 'Numbers, parted by commas; the first 20 when absent.',
          examples: ['3,4'],
        },
      },
    },
    response: answer(
      {
        overlaps: {
          type: 'array',
          items: {
            type: 'object',
            required: ['a', 'b', 'both', 'share'],
            properties: { a: number, b: number, both: count, share: { type: 'number' } },
          },
        },
      },
      { overlaps: [{ a: 3, b: 4, both: 120, share: 0.31 }] },
    ),
  },
  snapshots: {
    ...common,
    summary: 'Snapshots, the latest first',
    querystring: { type: 'object', additionalProperties: false, properties: { segment: number } },
    response: answer({ snapshots: { type: 'array', items: snapshot } }, { snapshots: [snapshotExample] }),
  },
  snapshot: {
    ...common,
    summary: 'Keep who is in a segment now',
    params: segmentParam,
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['name'],
      properties: { name: text(snapshotLimits.nameLength) },
      examples: [{ name: 'May' }],
    },
    response: {
      200: { ...snapshot, description: 'The snapshot.', examples: [snapshotExample] },
      ...errorResponses(400, 401, 403, 404, 429, 503),
    },
  },
  compare: {
    ...common,
    summary: 'Two snapshots: how many came and went',
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: { from: { ...number, examples: [1] }, to: { ...number, description: 'Numbers of both.', examples: [2] } },
    },
    response: answer(
      { from: snapshot, to: snapshot, entered: count, left: count, stayed: count },
      { from: snapshotExample, to: snapshotExample, entered: 20, left: 8, stayed: 292 },
    ),
  },
  removeSnapshot: {
    ...common,
    summary: 'Remove a snapshot',
    params: { type: 'object', required: ['snapshot'], properties: { snapshot: { ...number, examples: [2] } } },
    response: answer({ removed: { type: 'boolean' } }, { removed: true }),
  },
  export: {
    ...common,
    summary: 'The members of a segment as rows, a page or a whole CSV file',
    description:
      'Only those whose data may be used for the purpose over the channel, each value as the caller may see it, or as a token. Everybody but the ' +
      'operator needs a second person: propose the act `segment.export` with the segment, purpose and channel, and fetch it within a day.',
    params: segmentParam,
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['purpose', 'traits'],
      properties: {
        purpose,
        channel: text(64),
        traits: { type: 'array', minItems: 1, maxItems: exportLimits.traits, items: text(ruleLimits.nameLength) },
        tokens: {
          type: 'boolean',
          description: 'Tokens of the same form in place of phones and numbers of documents and cards.',
        },
        format: { type: 'string', enum: ['json', 'csv'] },
        after: personId,
      },
      examples: [{ purpose: 'marketing', channel: 'email', traits: ['name', 'email'] }],
    },
    response: {
      200: {
        description: 'A page as JSON with `next`, or the whole as CSV.',
        content: {
          'application/json': {
            schema: {
              type: 'object',
              properties: {
                rows: { type: 'array', items: { type: 'object', additionalProperties: true } },
                withheld: count,
                next: { type: 'string' },
              },
              examples: [{ rows: [{ id: 'p42', traits: { name: '王*明', email: 'w***@example.com' } }], withheld: 3 }],
            },
          },
          'text/csv': { schema: { type: 'string', examples: ['id,name,email\np42,王*明,w***@example.com\n'] } },
        },
      },
      ...errorResponses(400, 401, 403, 404, 429, 503),
    },
  },
} as const;
