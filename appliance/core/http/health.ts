// Health, the only thing a sealed node answers: alive says that the process runs, ready says that it can take and give data.

import type { FastifyInstance } from 'fastify';

export type Readiness = {
  isSealed(): boolean;
  isStopping(): boolean;
  /** Short English reasons why the node cannot serve; empty when it can. */
  problems(): Promise<readonly string[]> | readonly string[];
};

const schemaOf = (summary: string, statuses: readonly string[], example: object) => ({
  tags: ['health'],
  summary,
  response: {
    '2xx': {
      type: 'object',
      properties: { status: { type: 'string', enum: statuses } },
      examples: [example],
    },
    503: {
      type: 'object',
      properties: { status: { type: 'string', enum: statuses }, reasons: { type: 'array', items: { type: 'string' } } },
      examples: [{ status: 'sealed', reasons: [] }],
    },
  },
});

export function mountHealth(http: FastifyInstance, readiness: Readiness): void {
  http.register(async (scope) => {
    const config = { always: true };
    const live = schemaOf('Is the process alive?', ['live'], { status: 'live' });
    scope.get('/health/live', { config, schema: live }, async () => ({ status: 'live' }));

    const statuses = ['ready', 'sealed', 'stopping', 'not ready'];
    const ready = schemaOf('Can the node take and give data?', statuses, { status: 'ready' });
    scope.get('/health/ready', { config, schema: ready }, async (_request, reply) => {
      if (readiness.isStopping()) return reply.code(503).send({ status: 'stopping', reasons: [] });
      if (readiness.isSealed()) return reply.code(503).send({ status: 'sealed', reasons: [] });
      const reasons = await readiness.problems();
      return reasons.length === 0 ? { status: 'ready' } : reply.code(503).send({ status: 'not ready', reasons });
    });
  });
}
