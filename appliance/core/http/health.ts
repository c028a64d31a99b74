// Health, the only thing a sealed node answers: alive says that the process runs, ready says that it can take and give data.

import type { FastifyInstance } from 'fastify';

export type Readiness = {
  isSealed(): boolean;
  isStopping(): boolean;
  isLead(): boolean;
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
    const look = async (): Promise<{ status: string; reasons?: readonly string[] }> => {
      if (readiness.isStopping()) return { status: 'stopping', reasons: [] };
      if (readiness.isSealed()) return { status: 'sealed', reasons: [] };
      const reasons = await readiness.problems();
      return reasons.length === 0 ? { status: 'ready' } : { status: 'not ready', reasons };
    };
    scope.get('/health/ready', { config, schema: ready }, async (_request, reply) => {
      const found = await look();
      return found.status === 'ready' ? found : reply.code(503).send(found);
    });

    const lead = schemaOf(
      'Is this the one of several nodes that answers everything? A node alone is.',
      [...statuses, 'lead', 'not the lead'],
      {
        status: 'lead',
      },
    );
    scope.get('/health/lead', { config, schema: lead }, async (_request, reply) => {
      const found = await look();
      if (found.status !== 'ready') return reply.code(503).send(found);
      return readiness.isLead() ? { status: 'lead' } : reply.code(503).send({ status: 'not the lead', reasons: [] });
    });
  });
}
