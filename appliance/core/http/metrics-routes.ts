// `/metrics`: the node's figures for a monitoring system, on the node's own port or on one of its own. This machine may read them, and so may whoever
// has a key for it; a proxy on this machine hides who asks, so that behind one everybody needs the key.

import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { Fault } from '../errors.ts';
import type { MetricsDeclaration } from '../model/telemetry-config.ts';
import { contentTypes, type Format } from '../telemetry/metrics.ts';
import { type AccessHooks, challenge, outOfScope } from './access.ts';
import { answerFor, chooseLanguage } from './answer.ts';
import { errorResponses } from './openapi.ts';

export const metricsAction = 'metrics.read';

export type MetricsParts = {
  hooks: AccessHooks;
  declaration: MetricsDeclaration | undefined;
  /** A proxy stands before the node. */
  isBehindProxy: boolean;
  /** Measures, and writes it down. */
  text(format: Format): Promise<string>;
};

const schema = {
  tags: ['health'],
  summary: 'Figures for a monitoring system (OpenMetrics 1.0, or the text format 0.0.4 by Accept)',
  description:
    'Open to this machine unless the configuration says otherwise; anybody else shows a key of the scope metrics, or one that policies allow metrics.read. Answers while sealed.',
  security: [{}, { accessToken: [] }],
  produces: [contentTypes.text],
  response: {
    200: { type: 'string', examples: ['# TYPE holdfast_sealed gauge\nholdfast_sealed 0\n'] },
    ...errorResponses(401, 403),
  },
} as const;

/** Mount it at the server's root. */
export function mountMetrics(http: FastifyInstance, parts: MetricsParts): void {
  const config = { always: true, access: { action: metricsAction }, audit: { exempt: 'figures of the node; of nobody' } };
  // The document knows of routes that are registered, not of those that stand at the root before it.
  http.register(async (scope) => {
    scope.get(
      '/metrics',
      { schema, config, onRequest: (request, reply) => admit(request, reply, parts) },
      async (request, reply) => {
        const format: Format = request.headers.accept?.includes('application/openmetrics-text') ? 'openmetrics' : 'text';
        reply.type(contentTypes[format]).serializer((text: unknown) => text as string);
        return parts.text(format);
      },
    );
  });
}

/** @throws {Fault} `unauthenticated`, `forbidden`, `sealed` */
async function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  { hooks, declaration, isBehindProxy }: MetricsParts,
): Promise<void> {
  const open = declaration?.open ?? 'loopback';
  if (open === 'anyone' || (open === 'loopback' && !isBehindProxy && isOfThisMachine(request))) return;
  const principal = await hooks.authenticate(request);
  if (!principal) {
    if (request.headers.authorization !== undefined) hooks.refused?.(request);
    reply.header('www-authenticate', challenge);
    throw new Fault('unauthenticated', 'authorization');
  }
  const question = { action: metricsAction, purpose: undefined, params: {} };
  const decision = outOfScope(request, principal) ?? (await hooks.decide(principal, question));
  if (!decision.allowed) throw new Fault(decision.needs ?? 'forbidden', metricsAction);
}

/** The connection's own address; and no sign that it was handed on, since a proxy here is this machine too. */
function isOfThisMachine({ raw, headers }: FastifyRequest): boolean {
  const handedOn = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'].some(
    (name) => headers[name] !== undefined,
  );
  return !handedOn && /^(::ffff:)?127\.|^::1$/.test(raw.socket.remoteAddress ?? '');
}

/** A server with nothing but `/metrics`, for a monitoring network of its own. */
export function metricsServer(parts: MetricsParts): FastifyInstance {
  const server = fastify({
    logger: false,
    requestTimeout: 10_000,
    keepAliveTimeout: 72_000,
    maxParamLength: 100,
    bodyLimit: 1_024,
  });
  server.server.maxConnections = 50;
  server.setErrorHandler((error, request, reply) => {
    const { status, body } = answerFor(error, chooseLanguage(request.headers['accept-language']), request.id);
    return reply.code(status).send(body);
  });
  server.setNotFoundHandler(async () => {
    throw new Fault('not_found', 'url');
  });
  mountMetrics(server, parts);
  return server;
}

/** @throws {Fault} `port_in_use` */
export async function listenAt(server: FastifyInstance, { address, port }: { address: string; port: number }): Promise<string> {
  try {
    return await server.listen({ host: address, port });
  } catch (error) {
    throw new Fault('port_in_use', `${address}:${port}`, { cause: error });
  }
}
