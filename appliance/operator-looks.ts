// What administrators look at without a terminal: what the node is, and the last lines of its log.

import type { FastifyInstance } from 'fastify';
import type { Config } from './core/config.ts';
import { type LogRing, logLevels, logRingLines } from './core/http/log-ring.ts';
import { errorResponses } from './core/http/openapi.ts';
import { version } from './version.ts';

export type LooksParts = { logs: LogRing; config: Config; engine: 'sqlite' | 'postgres'; startedAtMs: number };
const security = [{ accessToken: [] }];
const text = { type: 'string' } as const;

const aboutSchema = {
  tags: ['health'],
  security,
  summary: 'What this node is: version, runtime, store, and which ways in are set up',
  response: {
    200: {
      type: 'object',
      required: ['version', 'runtime', 'platform', 'store', 'startedAtMs', 'fourEyes', 'signIn'],
      properties: {
        version: text,
        runtime: text,
        platform: text,
        store: { type: 'string', enum: ['sqlite', 'postgres'] },
        startedAtMs: { type: 'integer' },
        region: text,
        timeZone: text,
        publicUrl: text,
        fourEyes: { type: 'string', enum: ['people', 'always'] },
        signIn: {
          type: 'object',
          required: ['openId', 'passkeys', 'directory'],
          properties: { openId: { type: 'boolean' }, passkeys: { type: 'boolean' }, directory: { type: 'boolean' } },
        },
      },
      examples: [
        {
          version: '0.1.0',
          runtime: 'Node.js 24.21.0',
          platform: 'linux x64',
          store: 'sqlite',
          startedAtMs: 1790000000000,
          region: 'CN',
          fourEyes: 'people',
          signIn: { openId: false, passkeys: true, directory: false },
        },
      ],
    },
    ...errorResponses(401, 503),
  },
} as const;

const logsSchema = {
  tags: ['health'],
  security,
  summary: 'The last lines of the node’s log, newest first',
  description: `At most ${logRingLines} since it started. They hold routes, statuses, codes and correlation ids; nothing of a customer, no address, no key.`,
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: {
      level: { type: 'string', enum: logLevels, description: 'This and graver ones.' },
      after: { type: 'integer', minimum: 0, description: 'Lines after this number only.' },
      limit: { type: 'integer', minimum: 1, maximum: logRingLines, default: 200 },
    },
  },
  response: {
    200: {
      type: 'object',
      required: ['lines'],
      properties: {
        lines: {
          type: 'array',
          items: {
            type: 'object',
            required: ['seq', 'atMs', 'level', 'message', 'about'],
            properties: {
              seq: { type: 'integer' },
              atMs: { type: 'integer' },
              level: { type: 'string', enum: logLevels },
              message: text,
              about: { type: 'object', additionalProperties: true },
            },
          },
        },
      },
      examples: [
        {
          lines: [
            { seq: 7, atMs: 1790000000000, level: 'error', message: 'a part of the node failed', about: { code: 'timed_out' } },
          ],
        },
      ],
    },
    ...errorResponses(400, 401, 503),
  },
} as const;

/** Mount it behind the access token. */
export function mountLooks(scope: FastifyInstance, { logs, config, engine, startedAtMs }: LooksParts): void {
  const look = { access: { action: 'node.look' }, audit: { exempt: 'what the node is; of nobody' } };
  scope.get('/api/about', { schema: aboutSchema, config: look }, async () => ({
    version,
    runtime: `Node.js ${process.versions.node}`,
    platform: `${process.platform} ${process.arch}`,
    store: engine,
    startedAtMs,
    ...(config.region !== undefined && { region: config.region }),
    ...(config.timeZone !== undefined && { timeZone: config.timeZone }),
    ...(config.publicUrl !== undefined && { publicUrl: config.publicUrl }),
    fourEyes: config.fourEyes ?? 'people',
    signIn: {
      openId: config.directory?.oidc !== undefined,
      passkeys: config.publicUrl !== undefined,
      directory: config.directory !== undefined,
    },
  }));
  scope.get<{ Querystring: { level?: string; after?: number; limit: number } }>(
    '/api/logs',
    { schema: logsSchema, config: { audit: { action: 'log.read' } } },
    async ({ query }) => ({ lines: logs.read(query) }),
  );
}
