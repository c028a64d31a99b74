// Routes for operators and the command line: what doctor finds, and batches that a file import records.

import type { FastifyInstance } from 'fastify';
import { errorResponses } from './core/http/openapi.ts';
import { type Event, eventKinds, eventLimits, type RecordBatch } from './core/model/event.ts';
import type { Finding, Store } from './core/store/store.ts';
import type { ReindexProgress } from './record/profiles/profiles.ts';

const security = [{ accessToken: [] }];

/** What only an open node can be asked; nothing while it is sealed. */
export type DoctorParts = {
  store: Store;
  /** How far the index is. */
  reindexing(): ReindexProgress | undefined;
  checkNode(): Promise<Finding[]>;
  /** What of access waits for somebody. */
  checkAccess(): Promise<Finding[]>;
};

export function mountDoctor(scope: FastifyInstance, { store, reindexing, checkNode, checkAccess }: DoctorParts): void {
  scope.get<{ Querystring: { deep?: boolean } }>(
    '/api/doctor',
    {
      config: {
        whileSealed: true,
        ungated: true,
        access: { action: 'node.look' },
        audit: { exempt: 'settings, structure and sizes; works while sealed, when there is no log to write to' },
      },
      handlerTimeout: 3_600_000,
      schema: {
        tags: ['health'],
        security,
        summary: 'What is amiss with the store and the index of identifiers, and what to do',
        querystring: { type: 'object', properties: { deep: { type: 'boolean', description: 'Read every page.' } } },
        response: {
          200: {
            type: 'object',
            required: ['findings'],
            properties: {
              findings: {
                type: 'array',
                items: {
                  type: 'object',
                  required: ['severity', 'check', 'message'],
                  properties: {
                    severity: { type: 'string', enum: ['ok', 'warning', 'error'] },
                    check: { type: 'string' },
                    message: { type: 'string' },
                    next: { type: 'string', description: 'What to do about it.' },
                  },
                },
              },
            },
            examples: [{ findings: [{ severity: 'ok', check: 'synchronous', message: 'FULL' }] }],
          },
          ...errorResponses(401, 503),
        },
      },
    },
    async (request) => {
      const [found, inside, access] = await Promise.all([store.check(request.query.deep === true), checkNode(), checkAccess()]);
      return { findings: [...found, ...indexFindings(reindexing()), ...inside, ...access] };
    },
  );
}

function indexFindings(index: ReindexProgress | undefined): Finding[] {
  if (!index) return [];
  const check = 'identifier index';
  const place = `${index.done} of ${index.total}`;
  if (index.state === 'done') return [{ severity: 'ok', check, message: 'fits the configuration' }];
  if (index.state === 'failed') return [{ severity: 'error', check, message: `stopped at ${place}: ${index.code}` }];
  const held = index.state === 'waiting' ? `, waiting: ${index.code}` : '';
  return [{ severity: 'warning', check, message: `being made anew for the changed configuration: ${place}${held}` }];
}

const text = { type: 'string', minLength: 1, maxLength: eventLimits.idLength };
const eventSchema = {
  type: 'object',
  required: ['kind', 'messageId', 'occurredAtMs', 'receivedAtMs'],
  properties: {
    kind: { type: 'string', enum: eventKinds },
    messageId: text,
    userId: text,
    anonymousId: text,
    previousId: text,
    groupId: text,
    name: { type: 'string', maxLength: eventLimits.nameLength },
    properties: { type: 'object', additionalProperties: true },
    traits: { type: 'object', additionalProperties: true },
    context: { type: 'object', additionalProperties: true },
    occurredAtMs: { type: 'integer' },
    receivedAtMs: { type: 'integer' },
  },
  anyOf: [{ required: ['userId'] }, { required: ['anonymousId'] }],
};

/** What the audit log calls a batch of an import, beside a running node or in a folder opened for it. */
export const importAction = 'import.batch';

/** For `holdfast import` beside a running node: events that have been read, checked and numbered by the importer. */
export function mountImports(scope: FastifyInstance, recordBatch: RecordBatch): void {
  scope.post<{ Body: { source: number; events: Event[] } }>(
    '/api/imports/batch',
    {
      bodyLimit: 16 * 1024 * 1024,
      config: { audit: { action: importAction, change: true }, sources: ({ body }) => [body.source] },
      schema: {
        tags: ['imports'],
        security,
        summary: 'Record a batch that an importer has read',
        body: {
          type: 'object',
          required: ['source', 'events'],
          properties: {
            source: { type: 'integer', minimum: 1 },
            events: { type: 'array', maxItems: eventLimits.batchEvents, items: eventSchema },
          },
          examples: [
            {
              source: 1,
              events: [
                {
                  kind: 'identify',
                  messageId: 'file:1',
                  userId: 'C1',
                  traits: { name: '王小明' },
                  occurredAtMs: 1790000000000,
                  receivedAtMs: 1790000000000,
                },
              ],
            },
          ],
        },
        response: {
          200: {
            type: 'object',
            additionalProperties: true,
            examples: [{ outcomes: [{ messageId: 'file:1', outcome: 'recorded', person: 42 }] }],
          },
          ...errorResponses(400, 401, 413, 429, 503),
        },
      },
    },
    async (request) => ({ outcomes: await recordBatch(request.body.source, request.body.events) }),
  );
}
