// Schemas and examples of the alarms' routes, for the OpenAPI document and for checking what comes in.

import { errorResponses } from '../../core/http/openapi.ts';
import { alarmKinds } from '../../core/model/alarm-kinds.ts';
import { alarmReasons, alarmSeverities } from './alarm.ts';
import { alarmLimits } from './alarms.ts';

const common = { tags: ['alarms'], security: [{ accessToken: [] }] };
const number = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;
const atMs = { type: 'integer', description: 'Milliseconds since 1970.' } as const;
const note = { type: 'string', minLength: 1, maxLength: alarmLimits.noteLength } as const;

const alarm = {
  type: 'object',
  required: ['id', 'kind', 'severity', 'state', 'number', 'raisedAtMs', 'lastAtMs', 'times'],
  properties: {
    id: number,
    kind: { type: 'string', enum: alarmKinds },
    severity: { type: 'string', enum: alarmSeverities },
    state: { type: 'string', enum: ['open', 'acknowledged'] },
    number: { ...number, description: 'Of the quality alarm, the broken glass or the finding that it is about.' },
    raisedAtMs: atMs,
    lastAtMs: atMs,
    times: { ...number, description: 'How often it came while nobody had acknowledged it.' },
    actor: { type: 'string', description: 'Whose access it is about, as in the audit log. They cannot acknowledge it.' },
    source: number,
    sourceName: { type: 'string' },
    rule: { type: 'string', description: 'The quality rule.' },
    reason: { type: 'string', enum: alarmReasons },
    partner: { type: 'string', description: 'The other member of the match, by its id.' },
    endedAtMs: { ...atMs, description: 'Since when the score is well again.' },
    acknowledgement: {
      type: 'object',
      required: ['by', 'atMs'],
      properties: { by: { type: 'string', description: '`system`: it was settled where it came from.' }, atMs, note },
    },
  },
} as const;
const example = {
  id: 7,
  kind: 'quality',
  severity: 'medium',
  state: 'open',
  number: 12,
  raisedAtMs: 1790000000000,
  lastAtMs: 1790000000000,
  times: 1,
  source: 3,
  sourceName: 'crm',
  rule: 'valid.traits.phone',
  reason: 'fell',
};

export const schemas = {
  list: {
    ...common,
    summary: 'Alarms, the newest first',
    description:
      'Those about what the caller may read: quality of data, broken glasses, findings of high severity. None holds a value of a customer.',
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        state: { type: 'string', enum: ['open', 'acknowledged', 'all'], default: 'open' },
        before: { ...number, description: '`next` of the page before.' },
        limit: { type: 'integer', minimum: 1, maximum: alarmLimits.page, default: 50 },
      },
    },
    response: {
      200: {
        type: 'object',
        required: ['alarms', 'open'],
        properties: {
          alarms: { type: 'array', items: alarm },
          open: { ...number, description: 'Alarms that nobody has acknowledged, in all.' },
          next: number,
        },
        examples: [{ alarms: [example], open: 1 }],
      },
      ...errorResponses(400, 401, 403, 503),
    },
  },
  acknowledge: {
    ...common,
    summary: 'Acknowledge an alarm, with a note',
    description: 'By a person who may settle what it is about and whose own access it is not about. Once; it stays.',
    params: { type: 'object', required: ['id'], properties: { id: number } },
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['note'],
      properties: { note },
      examples: [{ note: 'The till sends since Monday without the area code; Li repairs it.' }],
    },
    response: {
      200: {
        ...alarm,
        examples: [
          { ...example, state: 'acknowledged', acknowledgement: { by: 'person 5', atMs: 1790000100000, note: 'Li repairs it.' } },
        ],
      },
      ...errorResponses(400, 401, 403, 404, 409, 503),
    },
  },
  live: {
    ...common,
    summary: 'Watch alarms as they come',
    description:
      'Server-sent events (text/event-stream): `event: alarm` with one that is new, came again, ended or was acknowledged; a comment every 15 s.',
    response: {
      200: {
        description: 'The stream.',
        content: {
          'text/event-stream': {
            schema: { type: 'string', examples: [`event: alarm\ndata: ${JSON.stringify(example)}\n\n`] },
          },
        },
      },
      ...errorResponses(401, 403, 429, 503),
    },
  },
} as const;
