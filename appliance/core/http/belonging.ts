// What each request sets going belongs to it: its id, which goes back in the answer, and its span. The first hook of all, so that whatever happens
// in and after a request can be found by one id.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type WorkContext, within } from '../telemetry/context.ts';
import type { HttpMeter } from '../telemetry/metrics.ts';
import { parentOf } from '../telemetry/request-id.ts';
import type { Span, Tracing } from '../telemetry/tracing.ts';

declare module 'fastify' {
  interface FastifyRequest {
    work: WorkContext | undefined;
  }
}

/** What requests that meet no route have in place of one. Nothing of an address is ever a name of something. */
export const unmatched = 'unmatched';

export type BelongingOptions = { tracing?: Tracing | undefined; meter?: HttpMeter };

export function mountBelonging(http: FastifyInstance, { tracing, meter }: BelongingOptions): void {
  http.decorateRequest('work', undefined);
  http.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    request.work = { requestId: request.id, span: tracing && spanOf(request, tracing) };
    within(request.work, done);
  });
  // A body is read in the turns of its connection, which belong to nobody: from here on it is the request's again.
  http.addHook('preValidation', (request, _reply, done) => within(request.work, done));
  http.addHook('onResponse', (request, reply, done) => {
    const { statusCode } = reply;
    const { config, url = unmatched } = request.routeOptions;
    // Of streams the time says how long somebody watched.
    meter?.answered(
      url === unmatched ? '-' : request.method,
      url,
      statusCode,
      config?.ungated ? undefined : reply.elapsedTime / 1_000,
    );
    endSpan(request.work?.span, statusCode);
    done();
  });
}

function spanOf(request: FastifyRequest, tracing: Tracing): Span | undefined {
  const { config, url = unmatched } = request.routeOptions;
  // Probes come every few seconds and tell nothing.
  if (config?.always === true) return undefined;
  const method = request.method;
  const attributes = { 'http.request.method': method, 'http.route': url, 'holdfast.request_id': request.id };
  return tracing.start(`${method} ${url}`, attributes, 'server', parentOf(request.headers));
}

function endSpan(span: Span | undefined, status: number): void {
  span?.set({ 'http.response.status_code': status });
  span?.end(status >= 500 ? new Error('answered with a fault') : undefined);
}
