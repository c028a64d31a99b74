// What administrators look at without a terminal: what the node is, and the last lines of its log.

import type { FastifyInstance } from 'fastify';
import { needSecondFactor } from './core/access/people.ts';
import type { Config } from './core/config.ts';
import { type LogRing, logLevels, logRingLines } from './core/http/log-ring.ts';
import { errorResponses } from './core/http/openapi.ts';
import { roles } from './core/model/principal.ts';
import { version } from './version.ts';

export type LooksParts = { logs: LogRing; config: Config; engine: 'sqlite' | 'postgres'; startedAtMs: number };
const security = [{ accessToken: [] }];
const text = { type: 'string' } as const;
const role = { type: 'string', enum: roles } as const;

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
          required: ['openId', 'passkeys', 'directory', 'secondFactorRoles', 'groups'],
          properties: {
            openId: { type: 'boolean' },
            passkeys: { type: 'boolean' },
            directory: { type: 'boolean' },
            secondFactorRoles: { type: 'array', items: role, description: 'Whoever has one of these proves themselves twice.' },
            issuer: { ...text, description: "The organisation's provider, as it names itself." },
            peopleOnFirstSignIn: {
              type: 'boolean',
              description: 'Somebody unknown who signs in by the provider is made a person.',
            },
            groups: {
              type: 'array',
              description: 'Groups of the directory and the roles that their members have here.',
              items: {
                type: 'object',
                required: ['group', 'roles'],
                properties: { group: text, roles: { type: 'array', items: role } },
              },
            },
          },
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
          signIn: {
            openId: true,
            passkeys: true,
            directory: true,
            secondFactorRoles: ['administrator', 'compliance'],
            issuer: 'https://login.example.com/realms/staff',
            peopleOnFirstSignIn: false,
            groups: [{ group: 'Marketing', roles: ['marketer'] }],
          },
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
      secondFactorRoles: needSecondFactor,
      ...(config.directory?.oidc && {
        issuer: config.directory.oidc.issuer,
        peopleOnFirstSignIn: config.directory.oidc.peopleOnFirstSignIn === true,
      }),
      groups: Object.entries(config.directory?.groups ?? {}).map(([group, held]) => ({ group, roles: held })),
    },
  }));
  scope.get<{ Querystring: { level?: string; after?: number; limit: number } }>(
    '/api/logs',
    { schema: logsSchema, config: { audit: { action: 'log.read' } } },
    async ({ query }) => ({ lines: logs.read(query) }),
  );
}
