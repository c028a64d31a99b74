// How long a handler may take: whoever waits longer is told to come again, and the work goes on. Fastify's own limit ends when the body of the request
// has been read, so that no POST ever met it, and its AbortController cost 90 us a request.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of the route's option `handlerTimeout`, in milliseconds. */
    handlerMs?: number;
  }
}

/** Mount it before any route. @param handlerMs for routes that have no `handlerTimeout` of their own; streams have none */
export function mountHandlerTimeout(http: FastifyInstance, handlerMs: number): void {
  http.addHook('onRoute', (route) => {
    const { handlerTimeout } = route;
    if (handlerTimeout === undefined) return;
    route.config = { ...route.config, handlerMs: handlerTimeout } as NonNullable<typeof route.config>;
    delete route.handlerTimeout;
  });
  http.addHook('onRequest', (request, reply, done) => {
    const { config } = request.routeOptions;
    const limitMs = config.handlerMs ?? (config.ungated ? undefined : handlerMs);
    if (limitMs !== undefined) limit(request, reply, limitMs);
    done();
  });
}

function limit(request: FastifyRequest, reply: FastifyReply, limitMs: number): void {
  const timer = setTimeout(() => {
    if (reply.sent) return;
    const fault = new Fault('too_busy', undefined, { cause: new Error(`${request.routeOptions.url}: over ${limitMs} ms`) });
    // What has begun cannot become another answer: whoever reads it must see that it is not whole.
    if (reply.raw.headersSent) reply.raw.destroy(fault);
    else reply.send(fault);
  }, limitMs);
  reply.raw.once('close', () => clearTimeout(timer));
}
