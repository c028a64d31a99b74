// Data dictionaries over HTTP: read, replace, look back, and try one on an event before it holds for all of them.

import type { FastifyInstance } from 'fastify';
import type { Asked } from '../../core/http/audited.ts';
import { errorResponses } from '../../core/http/openapi.ts';
import type { SourceId } from '../../core/model/event.ts';
import type { Dictionaries, Sample } from './dictionaries.ts';
import { dictionaryLimits } from './dictionary-document.ts';
import { eventSchema, looseObject } from './event-schema.ts';

const common = { tags: ['sources'], security: [{ accessToken: [] }] };
const id = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };
const params = { type: 'object', required: ['id'], properties: { id } };
const ofParams = ({ params }: Asked) => [params.id];
const atMs = { type: 'integer', description: 'Milliseconds since 1970.' };

const exampleDocument = {
  version: 1,
  fields: { 'traits.cellNo': { to: 'traits.phone', as: 'phone', strict: true } },
  kinds: { identify: { required: ['traits.phone'] } },
};
const dictionary = {
  ...looseObject,
  description: 'What fields mean, how values are read, what must be there, which shape events have: docs/dictionary.md.',
};
const stored = {
  type: 'object',
  required: ['source', 'version', 'dictionary'],
  properties: {
    source: id,
    version: { type: 'integer', minimum: 0, description: '0 is the default dictionary, which nobody saved.' },
    savedAtMs: atMs,
    dictionary,
  },
  examples: [{ source: 2, version: 3, savedAtMs: 1767323045678, dictionary: exampleDocument }],
};
const applied = {
  type: 'object',
  description: '`ok` with the event as it would be recorded, or the rule that it breaks.',
  required: ['ok'],
  properties: {
    ok: { type: 'boolean' },
    event: looseObject,
    notes: {
      type: 'array',
      description: 'What was left as it came.',
      items: { type: 'object', properties: { where: { type: 'string' }, reason: { type: 'string' } } },
    },
    where: { type: 'string' },
    reason: { type: 'string' },
  },
  examples: [{ ok: false, where: 'traits.phone', reason: 'required and missing' }],
};

const schemas = {
  get: {
    ...common,
    summary: 'The data dictionary of a source',
    params,
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: { version: { ...id, description: 'An older one.' } },
    },
    response: { 200: stored, ...errorResponses(400, 401, 404, 503) },
  },
  put: {
    ...common,
    summary: 'Give a source another data dictionary; it holds for every batch from now on',
    params,
    body: { ...dictionary, examples: [exampleDocument] },
    response: { 200: stored, ...errorResponses(400, 401, 404, 413, 422, 503) },
  },
  versions: {
    ...common,
    summary: 'The versions of a dictionary, newest first',
    params,
    response: {
      200: {
        type: 'object',
        required: ['versions'],
        properties: {
          versions: {
            type: 'array',
            items: {
              type: 'object',
              required: ['version', 'savedAtMs', 'sizeBytes'],
              properties: { version: id, savedAtMs: atMs, sizeBytes: { type: 'integer' } },
            },
          },
        },
        examples: [{ versions: [{ version: 3, savedAtMs: 1767323045678, sizeBytes: 1430 }] }],
      },
      ...errorResponses(400, 401, 404, 503),
    },
  },
  tryOut: {
    ...common,
    summary: 'What a dictionary would make of an event; nothing is recorded',
    params,
    body: {
      type: 'object',
      required: ['event'],
      additionalProperties: false,
      properties: {
        event: { ...eventSchema, required: ['kind'], description: 'An event; message id and times may be left out.' },
        dictionary: { ...dictionary, description: 'One that is not saved yet; without it, that of the source.' },
      },
      examples: [{ event: { kind: 'identify', userId: 'C1', traits: { cellNo: '138 0013 8001' } }, dictionary: exampleDocument }],
    },
    response: { 200: applied, ...errorResponses(400, 401, 404, 413, 422, 503) },
  },
};

/** For a document and an event beside it, as JSON with room for escapes. */
const bodyLimit = 2 * dictionaryLimits.documentBytes;

export type DictionaryRoutesOptions = {
  /** Asked for at each request: there are none while the node is sealed. */
  dictionaries(): Dictionaries;
};

/** `GET`, `PUT /api/sources/:id/dictionary`, `GET …/versions`, `POST …/try`. Mount it behind the access token. */
export function mountDictionaries(scope: FastifyInstance, { dictionaries }: DictionaryRoutesOptions): void {
  type Named = { Params: { id: SourceId } };
  const path = '/api/sources/:id/dictionary';
  scope.get<Named & { Querystring: { version?: number } }>(
    path,
    { schema: schemas.get, config: { audit: { action: 'dictionary.read' }, sources: ofParams } },
    (request) => dictionaries().get(request.params.id, request.query.version),
  );
  scope.put<Named & { Body: unknown }>(
    path,
    { schema: schemas.put, bodyLimit, config: { audit: { action: 'dictionary.set', change: true }, sources: ofParams } },
    (request) => dictionaries().set(request.params.id, request.body),
  );
  scope.get<Named>(
    `${path}/versions`,
    { schema: schemas.versions, config: { audit: { action: 'dictionary.versions' }, sources: ofParams } },
    async (request) => ({
      versions: await dictionaries().versions(request.params.id),
    }),
  );
  scope.post<Named & { Body: { event: Sample; dictionary?: unknown } }>(
    `${path}/try`,
    { schema: schemas.tryOut, bodyLimit, config: { audit: { action: 'dictionary.try' }, sources: ofParams } },
    (request) => dictionaries().tryOut(request.params.id, request.body.event, request.body.dictionary),
  );
}
