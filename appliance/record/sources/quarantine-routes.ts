// Quarantine over HTTP: what broke which rule, correcting it, recording it after all, or throwing it away.

import type { FastifyInstance } from 'fastify';
import { Fault } from '../../core/errors.ts';
import type { Asked } from '../../core/http/audited.ts';
import { errorResponses } from '../../core/http/openapi.ts';
import { type Event, eventLimits, type SourceId } from '../../core/model/event.ts';
import type { Arrivals } from './arrivals.ts';
import { eventSchema, exampleQuarantined, quarantinedSchema } from './event-schema.ts';
import { type Quarantine, quarantineLimits } from './quarantine.ts';

const common = { tags: ['quarantine'], security: [{ accessToken: [] }] };
const id = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };
const params = { type: 'object', required: ['id'], properties: { id } };
const after = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: '`next` of the page before.' };
const next = { type: 'integer', description: 'Pass it as `after`; absent on the last page.' };

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
      properties: { source: id, after, limit: { type: 'integer', minimum: 1, maximum: quarantineLimits.listRows, default: 50 } },
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
        after,
      },
      examples: [{ ids: [4711] }, { source: 2 }],
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
  type Filter = { source?: SourceId; after?: number; limit?: number };
  scope.get<{ Querystring: Filter }>(
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
  scope.post<{ Body: Chosen }>(
    '/api/quarantine/replay',
    { schema: schemas.replay, handlerTimeout: 600_000, config: { audit: { action: 'quarantine.replay', change: true } } },
    async (request) => replay(quarantine(), arrivals(), request.body),
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

type Chosen = { ids?: number[]; source?: SourceId; after?: number };

async function replay(quarantine: Quarantine, arrivals: Arrivals, { ids, source, after }: Chosen) {
  if ((ids === undefined) === (source === undefined)) throw new Fault('bad_request', 'body: either ids or source');
  if (ids !== undefined) return { replayed: await arrivals.replay(ids) };
  const limit = quarantineLimits.replayRows;
  const page = await quarantine.ids({ source: source!, limit, ...(after !== undefined && { after }) });
  const last = page.length === limit ? page.at(-1) : undefined;
  return { replayed: await arrivals.replay(page), ...(last !== undefined && { next: last }) };
}
