// API keys over HTTP: make one and see it this once, list them, give one a new token, revoke one.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Fault } from '../errors.ts';
import { principalOf } from '../http/access.ts';
import { errorResponses } from '../http/openapi.ts';
import { roles } from '../model/principal.ts';
import { tokenPattern } from './api-key-token.ts';
import { type ApiKeys, apiKeyLimits, keyScopes, type WantedKey } from './api-keys.ts';

export type ApiKeyRoutesOptions = {
  /** Asked for at each request: there are none while the node is sealed. */
  apiKeys(): ApiKeys;
};

const hourMs = 3_600_000;
const number = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };
const atMs = { type: 'integer', description: 'Milliseconds since 1970.' };
const expiresAtMs = { ...number, description: 'Milliseconds since 1970, two years from now at most.' };
const apiKey = {
  type: 'object',
  required: ['id', 'name', 'scope', 'roles', 'madeBy', 'createdAtMs', 'keyMadeAtMs', 'expiresAtMs', 'state'],
  properties: {
    id: number,
    name: { type: 'string' },
    scope: { type: 'string', enum: keyScopes },
    roles: { type: 'array', items: { type: 'string', enum: roles } },
    sources: { type: 'array', items: number, description: 'The only sources it may touch; all when absent.' },
    madeBy: { type: 'string', description: 'As the audit log names them.' },
    createdAtMs: atMs,
    keyMadeAtMs: atMs,
    previousKeyUntilMs: { ...atMs, description: 'Until when the token before the last one is still taken.' },
    expiresAtMs: atMs,
    revokedAtMs: atMs,
    lastUsedAtMs: { ...atMs, description: 'To the minute.' },
    state: { type: 'string', enum: ['valid', 'expired', 'revoked'] },
  },
};
const example = {
  id: 7,
  name: 'Nightly report',
  scope: 'api',
  roles: ['auditor'],
  madeBy: 'person 1',
  createdAtMs: 1767323045678,
  keyMadeAtMs: 1767323045678,
  expiresAtMs: 1798761600000,
  state: 'valid',
};
const withToken = {
  type: 'object',
  description: 'The token is shown this once and kept nowhere in the clear.',
  required: ['key', 'token'],
  properties: { key: apiKey, token: { type: 'string', pattern: tokenPattern } },
  examples: [{ key: example, token: 'hfk_exampleexampleexampleexampleexampleexampl' }],
};
const params = { type: 'object', required: ['id'], properties: { id: number } };
const common = { tags: ['access'], security: [{ accessToken: [] }] };

const schemas = {
  add: {
    ...common,
    summary: 'Make an API key',
    body: {
      type: 'object',
      required: ['name', 'roles', 'expiresAtMs'],
      additionalProperties: false,
      properties: {
        name: { type: 'string', minLength: 1, maxLength: apiKeyLimits.nameLength },
        scope: {
          type: 'string',
          enum: keyScopes,
          description:
            '`directory` for the system that provisions people (SCIM): no roles, and nothing but /scim. `api` by default.',
        },
        roles: { type: 'array', maxItems: roles.length, uniqueItems: true, items: { type: 'string', enum: roles } },
        sources: { type: 'array', minItems: 1, maxItems: apiKeyLimits.sources, uniqueItems: true, items: number },
        expiresAtMs,
      },
      examples: [{ name: 'Nightly report', roles: ['auditor'], expiresAtMs: 1798761600000 }],
    },
    response: { 201: withToken, ...errorResponses(400, 401, 403, 409, 422, 503) },
  },
  list: {
    ...common,
    summary: 'List the API keys',
    response: {
      200: {
        type: 'object',
        required: ['keys'],
        properties: { keys: { type: 'array', items: apiKey } },
        examples: [{ keys: [example] }],
      },
      ...errorResponses(401, 403, 503),
    },
  },
  rotate: {
    ...common,
    summary: 'Give an API key a new token',
    params,
    body: {
      type: ['object', 'null'],
      additionalProperties: false,
      properties: {
        keepPreviousHours: {
          type: 'integer',
          minimum: 0,
          maximum: apiKeyLimits.keepPreviousMs / hourMs,
          description: 'How long the old token is still taken; 0 by default.',
        },
        expiresAtMs: { ...expiresAtMs, description: `${expiresAtMs.description} The old date stays when absent.` },
      },
      examples: [{ keepPreviousHours: 24, expiresAtMs: 1798761600000 }],
    },
    response: { 200: withToken, ...errorResponses(400, 401, 403, 404, 409, 503) },
  },
  revoke: {
    ...common,
    summary: 'Refuse an API key from now on, for good',
    params,
    response: { 200: { ...apiKey, examples: [{ ...example, state: 'revoked' }] }, ...errorResponses(400, 401, 403, 404, 503) },
  },
};

/** `POST`, `GET /api/api-keys`, `POST /api/api-keys/:id/rotate`, `DELETE /api/api-keys/:id`. */
export function mountApiKeys(scope: FastifyInstance, { apiKeys }: ApiKeyRoutesOptions): void {
  scope.post<{ Body: WantedKey }>(
    '/api/api-keys',
    { schema: schemas.add, config: { audit: { action: 'api-key.add', change: true } } },
    async (request, reply) => {
      noKey(request);
      const made = await apiKeys().add(request.body, principalOf(request).actor);
      reply.code(201);
      return made;
    },
  );
  scope.get('/api/api-keys', { schema: schemas.list, config: { audit: { action: 'api-key.list' } } }, async () => ({
    keys: apiKeys().list(),
  }));

  type Rotation = { Params: { id: number }; Body: { keepPreviousHours?: number; expiresAtMs?: number } | null };
  scope.post<Rotation>(
    '/api/api-keys/:id/rotate',
    { schema: schemas.rotate, config: { audit: { action: 'api-key.rotate', change: true } } },
    async (request) => {
      noKey(request);
      const { keepPreviousHours = 0, expiresAtMs: until } = request.body ?? {};
      return apiKeys().rotate(request.params.id, {
        keepPreviousMs: keepPreviousHours * hourMs,
        ...(until !== undefined && { expiresAtMs: until }),
      });
    },
  );
  scope.delete<{ Params: { id: number } }>(
    '/api/api-keys/:id',
    { schema: schemas.revoke, config: { audit: { action: 'api-key.revoke', change: true } } },
    async (request) => {
      noKey(request);
      return apiKeys().revoke(request.params.id);
    },
  );
}

/** A key that leaked must not make itself a longer life, whatever its roles are. */
function noKey(request: FastifyRequest): void {
  if (principalOf(request).kind === 'key') throw new Fault('forbidden', 'an API key does not manage API keys');
}
