// What doctor finds, for operators and the command line.

import type { FastifyInstance } from 'fastify';
import { errorResponses } from './core/http/openapi.ts';
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
