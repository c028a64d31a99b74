// Sealing, unsealing and key rotation over HTTP, for the command line and operators. Rotations run in the background; their
// progress can be asked for, and a rotation that a kill cut short is taken up when the node opens again.

import type { FastifyInstance } from 'fastify';
import type { App, Secret } from './app.ts';
import { Fault } from './core/errors.ts';
import { principalOf } from './core/http/access.ts';
import type { AuditRule } from './core/http/audited.ts';
import { errorResponses } from './core/http/openapi.ts';
import type { Act } from './core/model/act.ts';
import type { Clock } from './core/ports.ts';
import type { Turns } from './core/turns/turns.ts';
import type { OpenNode } from './node.ts';
import { mountShares, type RecoveryShares, sharesProperties } from './recovery-shares.ts';

/** Opening may take this long: a million events that a kill left unfolded. */
const openingMs = 600_000;
const security = [{ accessToken: [] }];
const stateSchema = {
  type: 'object',
  required: ['sealed'],
  properties: { sealed: { type: 'boolean' }, ...sharesProperties },
  examples: [{ sealed: false, shares: { needed: 2, of: 3 } }],
};
const rotationSchema = {
  type: 'object',
  additionalProperties: true,
  properties: {
    kind: { type: 'string', enum: ['wrapping', 'data'] },
    state: { type: 'string', enum: ['running', 'done', 'failed', 'none'] },
    done: { type: 'integer' },
    total: { type: 'integer' },
    by: { type: 'string' },
    startedAtMs: { type: 'integer' },
    endedAtMs: { type: 'integer' },
    code: { type: 'string' },
  },
  examples: [{ kind: 'data', state: 'running', done: 1200, total: 9000, by: 'person 3', startedAtMs: 1790000000000 }],
};

export type Rotation = {
  kind: 'wrapping' | 'data' | 'none';
  state: 'running' | 'done' | 'failed' | 'none';
  done: number;
  total: number;
  /** Who asked; the node itself for one that a kill cut short. */
  by?: string;
  startedAtMs?: number;
  endedAtMs?: number;
  code?: string;
};

type RotationParts = {
  ended(outcome: string, kind: string): Promise<void>;
  done(): Promise<void>;
  readonly clock: Clock;
  readonly turns: Turns;
};

/** One at a time, in the background. It waits for nothing, as keys may be in wrong hands; other heavy work waits for it. */
export class Rotations {
  latest: Rotation = { kind: 'none', state: 'none', done: 0, total: 0 };
  readonly #parts: RotationParts;

  constructor(parts: RotationParts) {
    this.#parts = parts;
  }

  /** @throws {Fault} `conflict` while one runs */
  start(kind: 'wrapping' | 'data', by: string, { vault, rotateDataKeys }: Pick<OpenNode, 'vault' | 'rotateDataKeys'>): Rotation {
    if (this.latest.state === 'running') throw new Fault('conflict', 'a key rotation is already running');
    const { clock, turns } = this.#parts;
    const rotation: Rotation = { kind, state: 'running', done: 0, total: 0, by, startedAtMs: clock.nowMs() };
    this.latest = rotation;
    const progress = (at: { done: number; total: number }) => Object.assign(rotation, at);
    const work = () => (kind === 'wrapping' ? vault.rotateWrappingKey(progress) : rotateDataKeys(progress));
    turns.inTurn({ patienceMs: 0 }, work).then(
      async () => {
        Object.assign(rotation, { state: 'done', endedAtMs: clock.nowMs() });
        await this.#parts.done();
        return this.#parts.ended('done', kind);
      },
      (error) => {
        const code = error instanceof Fault ? error.code : 'internal';
        Object.assign(rotation, { state: 'failed', code, endedAtMs: clock.nowMs() });
        return this.#parts.ended(`failed:${code}`, kind);
      },
    );
    return rotation;
  }
}

/** The same by two people: one proposes, another approves. */
export function rotationAct(app: Pick<App, 'rotate'>): Act<{ kind: 'wrapping' | 'data' }> {
  return {
    kind: 'keys.rotate',
    name: { en: 'rotate keys', zh: '轮换密钥' },
    read(payload) {
      const { kind } = (payload ?? {}) as { kind?: unknown };
      if (kind !== 'wrapping' && kind !== 'data') throw new Fault('bad_request', 'payload.kind: wrapping or data');
      return { kind };
    },
    describe: ({ kind }) =>
      kind === 'wrapping'
        ? { en: 'a new key over all record keys', zh: '更换包裹所有记录密钥的密钥' }
        : { en: 'a new key for every record', zh: '为每条记录更换密钥' },
    // It goes on in the background, and after a kill by itself.
    run: async ({ kind }, { proposedBy }) => ({ kind: app.rotate(kind, proposedBy).kind, state: 'running' }),
  };
}

/** Mount it behind the access token. */
export function mountSeal(scope: FastifyInstance, app: App, recovery: RecoveryShares): void {
  const always = (audit: AuditRule) => ({ config: { whileSealed: true, audit } });
  const look = (audit: AuditRule) => ({ config: { ...always(audit).config, access: { action: 'node.look' } } });
  scope.get(
    '/api/seal',
    {
      ...look({ exempt: 'whether the node is sealed; asked for again and again' }),
      schema: {
        tags: ['seal'],
        security,
        summary: 'Whether the node is sealed, and how many recovery shares open it',
        response: { 200: stateSchema, ...errorResponses(401) },
      },
    },
    async () => ({ sealed: app.sealed, ...(await recovery.state()) }),
  );
  scope.post<{ Body: { passphrase?: string; shares?: string[] } }>(
    '/api/unseal',
    // Opening folds what the last stop left unfolded, which may take longer than other answers.
    {
      ...always({ action: 'unseal', change: true, writtenBy: 'app.ts, once the log is open' }),
      handlerTimeout: openingMs,
      schema: unsealSchema,
    },
    async (request) => {
      await app.unseal(secretOf(request.body), principalOf(request).actor);
      return { sealed: app.sealed };
    },
  );
  scope.post(
    '/api/seal',
    {
      // The log closes with the node, so that there is one entry, before it.
      ...always({ action: 'seal' }),
      handlerTimeout: openingMs,
      schema: {
        tags: ['seal'],
        security,
        summary: 'Seal the node: all keys leave memory',
        response: { 200: stateSchema, ...errorResponses(401) },
      },
    },
    async () => {
      await app.seal();
      return { sealed: app.sealed };
    },
  );
  mountKeys(scope, app);
  mountShares(scope, recovery);
}

const unsealSchema = {
  tags: ['seal'],
  security,
  summary: 'Unseal the node with the passphrase or with enough recovery shares',
  body: {
    type: 'object',
    additionalProperties: false,
    properties: {
      passphrase: { type: 'string', minLength: 1, maxLength: 1024 },
      shares: { type: 'array', items: { type: 'string', maxLength: 512 }, minItems: 1, maxItems: 32 },
    },
    examples: [{ passphrase: 'correct horse battery staple' }],
  },
  response: { 200: stateSchema, ...errorResponses(400, 401, 403) },
};

function mountKeys(scope: FastifyInstance, app: App): void {
  scope.post<{ Body: { kind: 'wrapping' | 'data' } }>(
    '/api/keys/rotate',
    {
      config: { audit: { action: 'keys.rotate', change: true } },
      schema: {
        tags: ['seal'],
        security,
        summary: 'Rotate keys in the background',
        description: 'wrapping: a new key over all record keys. data: a new key for every record, its rows sealed anew.',
        body: {
          type: 'object',
          required: ['kind'],
          properties: { kind: { type: 'string', enum: ['wrapping', 'data'] } },
          examples: [{ kind: 'wrapping' }],
        },
        response: { 202: rotationSchema, ...errorResponses(400, 401, 409, 503) },
      },
    },
    async (request, reply) => {
      reply.code(202);
      // As it is now: it goes on while this is written.
      return { ...app.rotate(request.body.kind, principalOf(request).actor) };
    },
  );
  scope.get(
    '/api/keys/rotation',
    {
      config: {
        access: { action: 'node.look' },
        audit: { exempt: 'how far a rotation is, in numbers; asked for again and again' },
      },
      schema: {
        tags: ['seal'],
        security,
        summary: 'How far the latest rotation is',
        response: { 200: rotationSchema, ...errorResponses(401, 503) },
      },
    },
    async () => ({ ...app.rotation }),
  );
}

function secretOf(body: { passphrase?: string; shares?: string[] }): Secret {
  if (body.passphrase !== undefined && body.shares === undefined) return { passphrase: body.passphrase };
  if (body.shares !== undefined && body.passphrase === undefined) return { shares: body.shares };
  throw new Fault('bad_request', 'body: either passphrase or shares');
}
