// Sources over HTTP: add one and get its key, list them, give one a new key, switch one off and on. All behind the access token.

import type { FastifyInstance } from 'fastify';
import type { Asked } from '../../core/http/audited.ts';
import { errorResponses } from '../../core/http/openapi.ts';
import type { SourceId } from '../../core/model/event.ts';
import { type SourceKind, type Sources, sourceKinds, sourceLimits } from './sources.ts';

export { mountDictionaries } from './dictionary-routes.ts';
export { mountQuarantine } from './quarantine-routes.ts';

export type SourceRoutesOptions = {
  /** Asked for at each request: there are none while the node is sealed. */
  sources(): Sources;
};

const atMs = { type: 'integer', description: 'Milliseconds since 1970.' };
const source = {
  type: 'object',
  required: ['id', 'name', 'kind', 'createdAtMs', 'keyMadeAtMs'],
  properties: {
    id: { type: 'integer' },
    name: { type: 'string' },
    kind: { type: 'string', enum: sourceKinds },
    createdAtMs: atMs,
    keyMadeAtMs: atMs,
    previousKeyUntilMs: { ...atMs, description: 'Until when the key before the last one is still taken.' },
    disabledAtMs: atMs,
  },
};
const example = { id: 1, name: 'Shop website', kind: 'website', createdAtMs: 1767323045678, keyMadeAtMs: 1767323045678 };
const withKey = {
  type: 'object',
  description: 'The key is shown this once and kept nowhere in the clear.',
  required: ['source', 'writeKey'],
  properties: { source, writeKey: { type: 'string' } },
  examples: [{ source: example, writeKey: 'cexampleexampleexample234' }],
};
const params = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER } },
};
const ofParams = ({ params }: Asked) => [params.id];
const common = { tags: ['sources'], security: [{ accessToken: [] }] };

const schemas = {
  add: {
    ...common,
    summary: 'Add a source',
    body: {
      type: 'object',
      required: ['name', 'kind'],
      additionalProperties: false,
      properties: {
        name: { type: 'string', minLength: 1, maxLength: sourceLimits.nameLength },
        kind: { type: 'string', enum: sourceKinds },
      },
      examples: [{ name: 'Shop website', kind: 'website' }],
    },
    response: { 201: withKey, ...errorResponses(400, 401, 409, 422, 503) },
  },
  list: {
    ...common,
    summary: 'List the sources',
    response: {
      200: {
        type: 'object',
        required: ['sources'],
        properties: { sources: { type: 'array', items: source } },
        examples: [{ sources: [example] }],
      },
      ...errorResponses(401, 503),
    },
  },
  rotate: {
    ...common,
    summary: 'Give a source a new key',
    params,
    body: {
      type: ['object', 'null'],
      additionalProperties: false,
      properties: {
        keepPreviousHours: {
          type: 'integer',
          minimum: 0,
          maximum: sourceLimits.keepPreviousMs / 3_600_000,
          description: 'How long the old key is still taken; 0 by default.',
        },
      },
      examples: [{ keepPreviousHours: 24 }],
    },
    response: { 200: withKey, ...errorResponses(400, 401, 404, 503) },
  },
  enable: {
    ...common,
    params,
    response: { 200: { ...source, examples: [example] }, ...errorResponses(400, 401, 404, 503) },
  },
};

/** `POST /api/sources`, `GET /api/sources`, `POST /api/sources/:id/{rotate,disable,enable}`. */
export function sourceRoutes({ sources }: SourceRoutesOptions): (scope: FastifyInstance) => Promise<void> {
  return async function mountSources(scope) {
    type Named = { Body: { name: string; kind: SourceKind } };
    scope.post<Named>(
      '/api/sources',
      { schema: schemas.add, config: { audit: { action: 'source.add', change: true } } },
      async (request, reply) => {
        reply.code(201);
        return sources().add(request.body);
      },
    );
    scope.get('/api/sources', { schema: schemas.list, config: { audit: { action: 'source.list' } } }, async () => ({
      sources: await sources().list(),
    }));

    type Rotation = { Params: { id: SourceId }; Body: { keepPreviousHours?: number } | null };
    const rotated = { audit: { action: 'source.rotate', change: true }, sources: ofParams } as const;
    scope.post<Rotation>('/api/sources/:id/rotate', { schema: schemas.rotate, config: rotated }, async (request) =>
      sources().rotate(request.params.id, (request.body?.keepPreviousHours ?? 0) * 3_600_000),
    );
    for (const [verb, enabled, summary] of [
      ['disable', false, 'Refuse the events of a source from now on; its data stays'],
      ['enable', true, 'Take the events of a disabled source again'],
    ] as const) {
      scope.post<{ Params: { id: SourceId } }>(
        `/api/sources/:id/${verb}`,
        {
          schema: { ...schemas.enable, summary },
          config: { audit: { action: `source.${verb}`, change: true }, sources: ofParams },
        },
        async (request) => sources().setEnabled(request.params.id, enabled),
      );
    }
  };
}
