// Quarantine over HTTP: what broke which rule, correcting it, recording it after all, or throwing it away.

import type { FastifyInstance } from 'fastify';
import { Fault } from '../../core/errors.ts';
import type { Asked } from '../../core/http/audited.ts';
import { errorResponses } from '../../core/http/openapi.ts';
import { type Event, eventLimits, type SourceId } from '../../core/model/event.ts';
import type { Arrivals } from './arrivals.ts';
import { eventSchema, exampleQuarantined, quarantinedSchema } from './event-schema.ts';
import { type Quarantine, type QuarantineFilter, quarantineLimits } from './quarantine.ts';
import { changeLimits, type EventChange } from './quarantine-changes.ts';

const common = { tags: ['quarantine'], security: [{ accessToken: [] }] };
const id = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };
const params = { type: 'object', required: ['id'], properties: { id } };
const after = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: '`next` of the page before.' };
const next = { type: 'integer', description: 'Pass it as `after`; absent on the last page.' };
const limit = { type: 'integer', minimum: 1, maximum: quarantineLimits.replayRows };
const ofReason = {
  reason: { type: 'string', minLength: 1, maxLength: quarantineLimits.reasonLength, description: 'Only those with this reason.' },
  where: { type: 'string', maxLength: quarantineLimits.reasonLength, description: 'Only those that broke a rule at this path.' },
};

const replayed = {
  type: 'object',
  required: ['id', 'outcome'],
  properties: {
    id,
    outcome: { type: 'string', enum: ['recorded', 'duplicate', 'quarantined'], description: 'quarantined: it stays there.' },
    where: { type: 'string' },
    reason: { type: 'string' },
  },
};

const schemas = {
  list: {
    ...common,
    summary: 'Events in quarantine, oldest first',
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        source: id,
        after,
        limit: { type: 'integer', minimum: 1, maximum: quarantineLimits.listRows, default: 50 },
        ...ofReason,
      },
    },
    response: {
      200: {
        type: 'object',
        required: ['events'],
        properties: { events: { type: 'array', items: quarantinedSchema }, next },
        examples: [{ events: [exampleQuarantined] }],
      },
      ...errorResponses(400, 401, 503),
    },
  },
  counts: {
    ...common,
    summary: 'How much of each source is in quarantine',
    response: {
      200: {
        type: 'object',
        required: ['sources'],
        properties: {
          sources: {
            type: 'array',
            items: {
              type: 'object',
              required: ['source', 'events', 'sizeBytes'],
              properties: { source: id, events: { type: 'integer' }, sizeBytes: { type: 'integer' } },
            },
          },
        },
        examples: [{ sources: [{ source: 2, events: 12, sizeBytes: 8400 }] }],
      },
      ...errorResponses(401, 503),
    },
  },
  reasons: {
    ...common,
    summary: 'Why events of a source are in quarantine, the commonest reason first',
    querystring: { type: 'object', required: ['source'], additionalProperties: false, properties: { source: id } },
    response: {
      200: {
        type: 'object',
        required: ['reasons', 'counted'],
        properties: {
          reasons: {
            type: 'array',
            items: {
              type: 'object',
              required: ['reason', 'where', 'events'],
              properties: { reason: { type: 'string' }, where: { type: 'string' }, events: { type: 'integer' } },
            },
          },
          counted: { type: 'integer', description: `Events looked at, the oldest; ${quarantineLimits.countedRows} at most.` },
        },
        examples: [{ reasons: [{ reason: 'required and missing', where: 'traits.phone', events: 12 }], counted: 12 }],
      },
      ...errorResponses(400, 401, 503),
    },
  },
  get: {
    ...common,
    summary: 'One event in quarantine',
    params,
    response: { 200: { ...quarantinedSchema, examples: [exampleQuarantined] }, ...errorResponses(400, 401, 404, 503) },
  },
  fix: {
    ...common,
    summary: 'Correct an event; its messageId stays, and it stays in quarantine until it is replayed',
    params,
    body: {
      type: 'object',
      required: ['event'],
      additionalProperties: false,
      properties: { event: eventSchema },
      examples: [{ event: { ...exampleQuarantined.event, traits: { name: '王小明', phone: '13800138001' } } }],
    },
    response: { 200: { ...quarantinedSchema, examples: [exampleQuarantined] }, ...errorResponses(400, 401, 404, 413, 503) },
  },
  change: {
    ...common,
    summary: 'Correct fields of an event; the others stay as they are, also where the caller sees them masked',
    params,
    body: {
      type: 'object',
      required: ['changes'],
      additionalProperties: false,
      properties: {
        changes: {
          type: 'array',
          minItems: 1,
          maxItems: changeLimits.changes,
          items: {
            type: 'object',
            required: ['path'],
            additionalProperties: false,
            properties: {
              path: {
                type: 'array',
                minItems: 1,
                maxItems: changeLimits.pathParts,
                items: { type: 'string', minLength: 1, maxLength: changeLimits.nameLength },
                description: 'Name by name, places in lists as numbers.',
              },
              value: { description: 'What stands there from now on; without it the field goes.' },
            },
          },
        },
      },
      examples: [{ changes: [{ path: ['traits', 'phone'], value: '13800138001' }] }],
    },
    response: { 200: { ...quarantinedSchema, examples: [exampleQuarantined] }, ...errorResponses(400, 401, 404, 413, 503) },
  },
  replay: {
    ...common,
    summary: 'Record events through the dictionary as it is now; what still breaks a rule stays',
    body: {
      type: 'object',
      additionalProperties: false,
      description: `By ids, or all of a source, ${quarantineLimits.replayRows} in one call: go on with \`next\`.`,
      properties: {
        ids: { type: 'array', minItems: 1, maxItems: quarantineLimits.replayRows, items: id },
        source: id,
        ...ofReason,
        after,
        limit: { ...limit, description: 'Of a source: how many in this call.' },
      },
      examples: [
        { ids: [4711] },
        { source: 2 },
        { source: 2, reason: 'required and missing', where: 'traits.phone', limit: 200 },
      ],
    },
    response: {
      200: {
        type: 'object',
        required: ['replayed'],
        properties: { replayed: { type: 'array', items: replayed }, next },
        examples: [{ replayed: [{ id: 4711, outcome: 'recorded' }] }],
      },
      ...errorResponses(400, 401, 429, 503),
    },
  },
  discardMany: {
    ...common,
    summary: 'Throw events away for a reason, which stands in the audit log; their keys are destroyed with them',
    body: {
      type: 'object',
      required: ['ids', 'reason'],
      additionalProperties: false,
      properties: {
        ids: { type: 'array', minItems: 1, maxItems: quarantineLimits.replayRows, items: id },
        reason: { type: 'string', minLength: 1, maxLength: 300 },
      },
      examples: [{ ids: [4711, 4712], reason: 'test orders of the shop' }],
    },
    response: {
      200: {
        type: 'object',
        required: ['discarded'],
        properties: { discarded: { type: 'integer' } },
        examples: [{ discarded: 2 }],
      },
      ...errorResponses(400, 401, 503),
    },
  },
  discard: {
    ...common,
    summary: 'Throw an event away; its key is destroyed with it',
    params,
    response: {
      200: {
        type: 'object',
        required: ['discarded'],
        properties: { discarded: { type: 'integer' } },
        examples: [{ discarded: 1 }],
      },
      ...errorResponses(400, 401, 404, 503),
    },
  },
};

export type QuarantineRoutesOptions = {
  /** Asked for at each request: there are none while the node is sealed. */
  quarantine(): Quarantine;
  arrivals(): Arrivals;
};

const ofQuery = ({ query }: Asked) => (query.source === undefined ? undefined : [query.source]);

type Numbered = { Params: { id: number } };

/** `/api/quarantine` and below. Mount it behind the access token. */
export function mountQuarantine(scope: FastifyInstance, { quarantine, arrivals }: QuarantineRoutesOptions): void {
  scope.get<{ Querystring: QuarantineFilter }>(
    '/api/quarantine',
    { schema: schemas.list, config: { audit: { action: 'quarantine.list' }, sources: ofQuery } },
    async (request) => {
      const { rows, next } = await quarantine().list(request.query);
      return { events: rows, ...(next !== undefined && { next }) };
    },
  );
  scope.get(
    '/api/quarantine/counts',
    { schema: schemas.counts, config: { audit: { action: 'quarantine.counts' } } },
    async () => ({
      sources: (await quarantine().counts()).map(({ source, rows, sizeBytes }) => ({ source, events: rows, sizeBytes })),
    }),
  );
  scope.get<{ Querystring: { source: SourceId } }>(
    '/api/quarantine/reasons',
    { schema: schemas.reasons, config: { audit: { action: 'quarantine.list' }, sources: ofQuery } },
    (request) => quarantine().reasons(request.query.source),
  );
  scope.get<Numbered>(
    '/api/quarantine/:id',
    { schema: schemas.get, config: { audit: { action: 'quarantine.read' } } },
    (request) => quarantine().get(request.params.id),
  );
  scope.put<Numbered & { Body: { event: Event } }>(
    '/api/quarantine/:id',
    {
      schema: schemas.fix,
      bodyLimit: 4 * eventLimits.eventBytes,
      config: { audit: { action: 'quarantine.fix', change: true } },
    },
    (request) => quarantine().fix(request.params.id, request.body.event),
  );
  scope.patch<Numbered & { Body: { changes: EventChange[] } }>(
    '/api/quarantine/:id',
    {
      schema: schemas.change,
      bodyLimit: 4 * eventLimits.eventBytes,
      config: { audit: { action: 'quarantine.fix', change: true } },
    },
    (request) => quarantine().change(request.params.id, request.body.changes),
  );
  scope.post<{ Body: Chosen }>(
    '/api/quarantine/replay',
    { schema: schemas.replay, handlerTimeout: 600_000, config: { audit: { action: 'quarantine.replay', change: true } } },
    async (request) => replay(quarantine(), arrivals(), request.body),
  );
  scope.post<{ Body: { ids: number[]; reason: string } }>(
    '/api/quarantine/discard',
    {
      schema: schemas.discardMany,
      config: {
        audit: { action: 'quarantine.discard', change: true, fields: ({ body }) => [`reason: ${String(body.reason)}`] },
      },
    },
    async (request) => ({ discarded: await quarantine().discard(request.body.ids) }),
  );
  scope.delete<Numbered>(
    '/api/quarantine/:id',
    { schema: schemas.discard, config: { audit: { action: 'quarantine.discard', change: true } } },
    async (request) => {
      const discarded = await quarantine().discard([request.params.id]);
      if (discarded === 0) throw new Fault('not_found', `quarantine ${request.params.id}`);
      return { discarded };
    },
  );
}

type Chosen = { ids?: number[]; source?: SourceId; reason?: string; where?: string; after?: number; limit?: number };

async function replay(quarantine: Quarantine, arrivals: Arrivals, { ids, source, ...chosen }: Chosen) {
  if ((ids === undefined) === (source === undefined)) throw new Fault('bad_request', 'body: either ids or source');
  if (ids !== undefined) return { replayed: await arrivals.replay(ids) };
  const limit = chosen.limit ?? quarantineLimits.replayRows;
  const { page, next } = await chosenOf(quarantine, { ...chosen, source: source!, limit });
  return { replayed: await arrivals.replay(page), ...(next !== undefined && { next }) };
}

/** Without a reason no event need be opened to be chosen. */
async function chosenOf(
  quarantine: Quarantine,
  filter: QuarantineFilter & { limit: number },
): Promise<{ page: number[]; next: number | undefined }> {
  if (filter.reason !== undefined || filter.where !== undefined) {
    const { rows, next } = await quarantine.list(filter);
    return { page: rows.map((row) => row.id), next };
  }
  const page = await quarantine.ids(filter);
  return { page, next: page.length === filter.limit ? page.at(-1) : undefined };
}
