// Schemas and examples of access review's routes, for the OpenAPI document and for checking what comes in.

import { errorResponses } from '../../core/http/openapi.ts';
import { reviewLimits } from './access-review.ts';
import { kinds } from './detect.ts';

const common = { tags: ['access review'], security: [{ accessToken: [] }] };
const number = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;
const atMs = { type: 'integer', description: 'Milliseconds since 1970.' } as const;
const params = { type: 'object', required: ['id'], properties: { id: number } } as const;
const reason = { type: 'string', minLength: 1, maxLength: reviewLimits.reasonLength } as const;
const verdict = { type: 'string', enum: ['legitimate', 'misuse', 'false_alarm', 'unclear'] } as const;

const judgement = {
  type: 'object',
  required: ['by', 'atMs', 'verdict', 'reason'],
  properties: { by: { type: 'string' }, atMs, verdict, reason },
} as const;
const finding = {
  type: 'object',
  required: ['id', 'state', 'openedAtMs', 'lastAtMs', 'actor', 'entries', 'entryCount'],
  properties: {
    id: number,
    state: { type: 'string', enum: ['open', 'judged'] },
    openedAtMs: atMs,
    lastAtMs: atMs,
    actor: { type: 'string', description: 'As in the audit log.' },
    kinds: { type: 'array', items: { type: 'string', enum: kinds }, description: 'What was unusual.' },
    severity: { type: 'string', enum: ['low', 'medium', 'high'] },
    person: { type: 'string', description: 'The customer, where it is about one.' },
    count: { ...number, description: 'How many customers, looks or refusals.' },
    usual: { ...number, description: 'From how many on it is unusual for this actor.' },
    entries: { type: 'array', items: number, description: 'Entries of the audit log, the first 200.' },
    entryCount: number,
    judgement,
    erased: { type: 'boolean', description: 'The customer was erased, and with them what the finding says of them.' },
  },
} as const;
const findingExample = {
  id: 7,
  state: 'open',
  openedAtMs: 1790000000000,
  lastAtMs: 1790000000000,
  actor: 'person 3',
  kinds: ['own_family_name'],
  severity: 'medium',
  person: 'p42',
  entries: [17],
  entryCount: 1,
};
const judgedExample = {
  ...findingExample,
  state: 'judged',
  judgement: { by: 'person 5', atMs: 1790000100000, verdict: 'legitimate', reason: 'Case 2026-0042, another family.' },
};
const honey = {
  type: 'object',
  required: ['id', 'person', 'markedAtMs', 'by', 'reason'],
  properties: {
    id: number,
    person: { type: 'string' },
    markedAtMs: atMs,
    by: { type: 'string' },
    reason,
    removed: { type: 'object', required: ['atMs', 'by', 'reason'], properties: { atMs, by: { type: 'string' }, reason } },
  },
} as const;
const honeyExample = { id: 1, person: 'p42', markedAtMs: 1790000000000, by: 'person 5', reason: 'made up for this' };

export const schemas = {
  list: {
    ...common,
    summary: 'Unusual access to customers, the newest first',
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        state: { type: 'string', enum: ['open', 'judged', 'all'], default: 'open' },
        actor: {
          type: 'string',
          minLength: 1,
          maxLength: 200,
          description: 'Only of this actor; a page may then be short and have a next.',
        },
        before: { ...number, description: '`next` of the page before.' },
        limit: { type: 'integer', minimum: 1, maximum: reviewLimits.pageFindings, default: 50 },
      },
    },
    response: {
      200: {
        type: 'object',
        required: ['findings', 'open'],
        properties: {
          findings: { type: 'array', items: finding },
          open: { ...number, description: 'Findings that wait for a judgement, in all.' },
          next: number,
        },
        examples: [{ findings: [findingExample], open: 1 }],
      },
      ...errorResponses(400, 401, 403, 503),
    },
  },
  show: {
    ...common,
    summary: 'One finding',
    params,
    response: { 200: { ...finding, examples: [findingExample] }, ...errorResponses(400, 401, 403, 404, 503) },
  },
  judge: {
    ...common,
    summary: 'Close a finding with a verdict and a reason',
    description: 'By a person who is not the one it is about. A finding is closed once, and stays.',
    params,
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['verdict', 'reason'],
      properties: { verdict, reason },
      examples: [{ verdict: 'legitimate', reason: 'Case 2026-0042, another family.' }],
    },
    response: { 200: { ...finding, examples: [judgedExample] }, ...errorResponses(400, 401, 403, 404, 409, 503) },
  },
  live: {
    ...common,
    summary: 'Watch findings as they come',
    description:
      'Server-sent events (text/event-stream): `event: finding` with number, state and severity of one that is new, grew or was judged; a comment every 15 s.',
    response: {
      200: {
        description: 'The stream.',
        content: {
          'text/event-stream': {
            schema: { type: 'string', examples: ['event: finding\ndata: {"id":7,"state":"open","severity":"high"}\n\n'] },
          },
        },
      },
      ...errorResponses(401, 403, 429, 503),
    },
  },
  honeyList: {
    ...common,
    summary: 'Honey customers, those that were removed included',
    response: {
      200: {
        type: 'object',
        required: ['honey'],
        properties: { honey: { type: 'array', items: honey } },
        examples: [{ honey: [honeyExample] }],
      },
      ...errorResponses(401, 403, 503),
    },
  },
  honeyAdd: {
    ...common,
    summary: 'Mark a customer as honey: whoever touches them alarms',
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['person', 'reason'],
      properties: { person: { type: 'string', maxLength: 20, description: 'A profile id.' }, reason },
      examples: [{ person: 'p42', reason: 'made up for this' }],
    },
    response: { 200: { ...honey, examples: [honeyExample] }, ...errorResponses(400, 401, 403, 404, 409, 422, 503) },
  },
  honeyRemove: {
    ...common,
    summary: 'Take the mark off a honey customer',
    params,
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['reason'],
      properties: { reason },
      examples: [{ reason: 'merged with a customer who exists' }],
    },
    response: {
      200: {
        ...honey,
        examples: [{ ...honeyExample, removed: { atMs: 1790000100000, by: 'person 5', reason: 'not needed any more' } }],
      },
      ...errorResponses(400, 401, 403, 404, 409, 503),
    },
  },
} as const;
