// Backups over HTTP: how they stand, what lies in the target, and work on it: begun, followed and broken off.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { errorResponses } from '../../../core/http/openapi.ts';
import { type Backups, type JobKind, jobKinds } from './backup.ts';

const security = [{ accessToken: [] }];
const tags = ['backups'];
const integer = { type: 'integer' } as const;
const text = { type: 'string' } as const;
const sizes = {
  sizeBytes: { ...integer, description: 'Of the data.' },
  addedBytes: { ...integer, description: 'What it took in the target beside what was there.' },
} as const;

const job = {
  type: 'object',
  required: ['kind', 'state', 'by', 'startedAtMs', 'doneBytes'],
  properties: {
    kind: { type: 'string', enum: jobKinds },
    state: { type: 'string', enum: ['waiting', 'running', 'done', 'failed', 'cancelled'] },
    by: text,
    startedAtMs: integer,
    endedAtMs: integer,
    doneBytes: integer,
    totalBytes: integer,
    addedBytes: integer,
    snapshot: text,
    verified: {
      type: 'object',
      required: ['snapshots', 'chunks', 'bytes', 'damaged'],
      properties: {
        snapshots: integer,
        chunks: integer,
        bytes: integer,
        damaged: {
          type: 'array',
          items: {
            type: 'object',
            required: ['object', 'snapshots'],
            properties: { object: text, snapshots: { type: 'array', items: text } },
          },
        },
      },
    },
    pruned: {
      type: 'object',
      required: ['snapshots', 'chunks', 'bytes', 'kept'],
      properties: { snapshots: integer, chunks: integer, bytes: integer, kept: integer },
    },
    code: { ...text, description: 'Of the fault that it failed with.' },
    where: text,
  },
} as const;
const jobExample = {
  kind: 'backup',
  state: 'running',
  by: 'operator',
  startedAtMs: 1790000000000,
  doneBytes: 4194304,
  totalBytes: 82837504,
};

const viewSchema = {
  tags,
  security,
  summary: 'How backups stand: where to, how often, the newest, what runs, and the latest restore that was tried out',
  response: {
    200: {
      type: 'object',
      required: ['keep'],
      properties: {
        target: { ...text, description: 'Absent: no place is set.' },
        everyMinutes: { ...integer, description: 'Absent: only when asked.' },
        keep: {
          type: 'object',
          required: ['last', 'daily', 'weekly', 'monthly'],
          properties: { last: integer, daily: integer, weekly: integer, monthly: integer },
        },
        nextAtMs: integer,
        job,
        last: {
          type: 'object',
          required: ['id', 'atMs', 'sizeBytes', 'addedBytes', 'tookMs'],
          properties: { id: text, atMs: integer, ...sizes, tookMs: integer },
        },
        failed: {
          type: 'object',
          required: ['atMs', 'kind', 'code'],
          properties: { atMs: integer, kind: text, code: text, where: text },
        },
        verified: {
          type: 'object',
          required: ['atMs', 'snapshots', 'chunks', 'damaged'],
          properties: { atMs: integer, snapshots: integer, chunks: integer, damaged: integer },
        },
        test: {
          type: 'object',
          description: 'The latest "holdfast restore --test".',
          required: ['atMs', 'ok', 'snapshot', 'snapshotAtMs', 'tookMs'],
          properties: {
            atMs: integer,
            ok: { type: 'boolean' },
            snapshot: text,
            snapshotAtMs: integer,
            tookMs: integer,
            entries: integer,
            records: integer,
            code: text,
            where: text,
          },
        },
      },
      examples: [
        {
          target: '/mnt/backup/holdfast',
          everyMinutes: 60,
          keep: { last: 24, daily: 14, weekly: 8, monthly: 12 },
          nextAtMs: 1790003600000,
          job: jobExample,
          last: { id: '001789996400000-5b1fd09a', atMs: 1789996400000, sizeBytes: 82837504, addedBytes: 1310720, tookMs: 2100 },
        },
      ],
    },
    ...errorResponses(401, 503),
  },
} as const;

const listSchema = {
  tags,
  security,
  summary: 'Snapshots in the target, oldest first',
  response: {
    200: {
      type: 'object',
      required: ['snapshots'],
      properties: {
        snapshots: {
          type: 'array',
          items: {
            type: 'object',
            required: ['id'],
            properties: {
              id: text,
              atMs: { ...integer, description: 'Everything acknowledged before is in it.' },
              engine: { type: 'string', enum: ['sqlite', 'postgres'] },
              software: { ...text, description: 'The version that made it.' },
              ...sizes,
              damaged: { type: 'boolean', description: 'It cannot be read.' },
            },
          },
        },
      },
      examples: [
        {
          snapshots: [
            {
              id: '001789996400000-5b1fd09a',
              atMs: 1789996400000,
              engine: 'sqlite',
              software: '0.1.0',
              sizeBytes: 82837504,
              addedBytes: 1310720,
            },
          ],
        },
      ],
    },
    ...errorResponses(401, 409, 503),
  },
} as const;

const startSchema = {
  tags,
  security,
  summary: 'Begin a backup, or the verifying or pruning of what is there',
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['kind'],
    properties: { kind: { type: 'string', enum: jobKinds } },
    examples: [{ kind: 'backup' }],
  },
  response: { 202: { ...job, examples: [jobExample] }, ...errorResponses(400, 401, 409, 503) },
} as const;

const cancelSchema = {
  tags,
  security,
  summary: 'Cancel what runs; earlier snapshots stay whole',
  response: { 200: { ...job, examples: [{ ...jobExample, state: 'cancelled' }] }, ...errorResponses(401, 404, 503) },
} as const;

const exempt = 'dates and sizes of backups; asked for again and again';

/** Mount it behind the access token. */
export function mountBackups(
  scope: FastifyInstance,
  { backups, actorOf }: { backups(): Backups; actorOf(request: FastifyRequest): string },
): void {
  scope.get('/api/backups', { schema: viewSchema, config: { access: { action: 'backup.look' }, audit: { exempt } } }, async () =>
    backups().view(),
  );
  scope.get(
    '/api/backups/snapshots',
    { schema: listSchema, config: { access: { action: 'backup.look' }, audit: { exempt } } },
    async () => ({ snapshots: await backups().list() }),
  );
  scope.post<{ Body: { kind: JobKind } }>(
    '/api/backups/work',
    { schema: startSchema, config: { audit: { action: 'backup.start', change: true } } },
    async (request, reply) => reply.code(202).send(backups().start(request.body.kind, actorOf(request))),
  );
  scope.post(
    '/api/backups/cancel',
    { schema: cancelSchema, config: { audit: { action: 'backup.cancel', change: true } } },
    async () => backups().cancel(),
  );
}
