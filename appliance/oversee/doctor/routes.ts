// GET /api/doctor: what is amiss with the node and what to do, in both languages, at once; and how old what is said of the structure is.

import type { FastifyInstance } from 'fastify';
import { errorResponses } from '../../core/http/openapi.ts';
import type { Doctor } from './doctor.ts';

const text = { type: 'string' } as const;
const words = { type: 'object', required: ['en', 'zh'], properties: { en: text, zh: text } } as const;
/** A deep look at a large store. */
const longestMs = 3_600_000;

const example = {
  findings: [
    {
      severity: 'warning',
      check: 'free-disk',
      name: { en: 'Free disk', zh: '可用磁盘' },
      message: { en: '900.0 MB free.', zh: '剩余 900.0 MB。' },
      next: { en: 'Free or add room on the disk of the data folder.', zh: '请为数据目录所在磁盘释放或增加空间。' },
    },
  ],
  structure: { lookedAtMs: 1790000000000, deep: false, looking: false },
};

const schema = {
  tags: ['health'],
  security: [{ accessToken: [] }],
  summary: 'What is amiss with the node, and what to do',
  description:
    'The structure of the store is looked at beside the answers, some minutes after the start and daily; the answer has the last look and its time. With `fresh` or `deep` it is looked at now, which takes minutes where there is much; one look runs at a time.',
  querystring: {
    type: 'object',
    properties: {
      fresh: { type: 'boolean', description: 'Look at the structure now.' },
      deep: { type: 'boolean', description: 'Now, reading every page and comparing every index.' },
    },
  },
  response: {
    200: {
      type: 'object',
      required: ['findings', 'structure'],
      properties: {
        findings: {
          type: 'array',
          items: {
            type: 'object',
            required: ['severity', 'check', 'name', 'message'],
            properties: {
              severity: { type: 'string', enum: ['ok', 'warning', 'error'] },
              check: { type: 'string', description: 'For programs; it stays the same.' },
              name: words,
              message: words,
              next: { ...words, description: 'What to do about it; of everything that is not in order.' },
            },
          },
        },
        structure: {
          type: 'object',
          required: ['looking'],
          properties: {
            lookedAtMs: { type: 'integer', description: 'When the look ended that is told of; absent before the first.' },
            deep: { type: 'boolean' },
            looking: { type: 'boolean', description: 'One is under way.' },
          },
        },
      },
      examples: [example],
    },
    ...errorResponses(401, 503),
  },
} as const;

/** Mount it behind the access token. */
export function mountDoctor(scope: FastifyInstance, doctor: Doctor): void {
  scope.get<{ Querystring: { deep?: boolean; fresh?: boolean } }>(
    '/api/doctor',
    {
      config: {
        whileSealed: true,
        ungated: true,
        access: { action: 'node.look' },
        audit: { exempt: 'settings, structure and sizes; works while sealed, when there is no log to write to' },
      },
      handlerTimeout: longestMs,
      schema,
    },
    ({ query }) => doctor.look(query.deep ? 'deep' : query.fresh ? 'fresh' : 'kept'),
  );
}
