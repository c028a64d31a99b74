// Health, the only thing that a sealed node answers besides figures. Alive: the process runs, and restarting it would mend nothing. Ready: it can take and
// give data; else one word says why not, and nothing more, since nobody is asked who they are here.

import type { FastifyInstance } from 'fastify';

/**
 * Why a node takes no requests: it stops; it waits for its keys; its store does not answer; its store is being brought up to date; of several nodes, it
 * cannot reach the others by the database; it is becoming the lead, or joins them anew.
 */
export const notReadyReasons = ['draining', 'sealed', 'database', 'migrating', 'fenced', 'joining'] as const;
export type NotReady = (typeof notReadyReasons)[number];

export type Readiness = {
  isSealed(): boolean;
  isStopping(): boolean;
  isLead(): boolean;
  /** What else keeps the node from serving. */
  problem(): Promise<NotReady | undefined> | NotReady | undefined;
};

const live = {
  tags: ['health'],
  summary: 'Is the process alive?',
  description: 'For a liveness probe: as long as it answers, a restart would mend nothing. A sealed node is alive.',
  response: {
    200: { type: 'object', required: ['status'], properties: { status: { const: 'live' } }, examples: [{ status: 'live' }] },
  },
} as const;

const ready = {
  tags: ['health'],
  summary: 'Can the node take and give data?',
  description: 'For a readiness probe and load balancers.',
  response: {
    200: { type: 'object', required: ['status'], properties: { status: { const: 'ready' } }, examples: [{ status: 'ready' }] },
    503: {
      type: 'object',
      required: ['status', 'reason'],
      properties: { status: { const: 'not ready' }, reason: { type: 'string', enum: notReadyReasons } },
      examples: [{ status: 'not ready', reason: 'sealed' }],
    },
  },
} as const;

const lead = {
  tags: ['health'],
  summary: 'Is this the one of several nodes that answers everything? A node alone is.',
  description: 'For load balancers before several nodes: everything but events goes to the one that says so.',
  response: {
    200: { type: 'object', required: ['status'], properties: { status: { const: 'lead' } }, examples: [{ status: 'lead' }] },
    503: {
      type: 'object',
      required: ['status'],
      properties: {
        status: { enum: ['not the lead', 'not ready'] },
        reason: { type: 'string', enum: notReadyReasons },
      },
      examples: [{ status: 'not the lead' }],
    },
  },
} as const;

export function mountHealth(http: FastifyInstance, readiness: Readiness): void {
  const reason = async (): Promise<NotReady | undefined> => {
    if (readiness.isStopping()) return 'draining';
    if (readiness.isSealed()) return 'sealed';
    return readiness.problem();
  };
  http.register(async (scope) => {
    const config = { always: true };
    scope.get('/health/live', { config, schema: live }, async () => ({ status: 'live' }));
    scope.get('/health/ready', { config, schema: ready }, async (_request, reply) => {
      const why = await reason();
      return why === undefined ? { status: 'ready' } : reply.code(503).send({ status: 'not ready', reason: why });
    });
    scope.get('/health/lead', { config, schema: lead }, async (_request, reply) => {
      const why = await reason();
      if (why !== undefined) return reply.code(503).send({ status: 'not ready', reason: why });
      return readiness.isLead() ? { status: 'lead' } : reply.code(503).send({ status: 'not the lead' });
    });
  });
}
