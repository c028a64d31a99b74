// Browsers on any site may send events here: cross-origin rules for the tracking endpoints alone. The API has none, so that no
// other site can read it. Nothing on these paths uses cookies, so allowing credentials gives nothing away.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const preflightSeconds = 86_400;
const headersLimit = 512;
const soundHeaders = /^[A-Za-z0-9\-_, ]+$/;

/**
 * Adds the headers to every answer of the scope, also to refusals from before it (sealed, overloaded): without them a browser
 * hides the status and Retry-After from the client library.
 */
export function allowAnyOrigin(scope: FastifyInstance): void {
  scope.addHook('onSend', (request, reply, payload, done) => {
    addHeaders(request, reply);
    done(null, payload);
  });
}

function addHeaders(request: FastifyRequest, reply: FastifyReply): void {
  const origin = request.headers.origin;
  reply.header('cross-origin-resource-policy', 'cross-origin');
  reply.header('access-control-allow-origin', origin ?? '*');
  if (!reply.hasHeader('vary')) reply.header('vary', 'Origin');
  if (origin === undefined) return;
  reply.header('access-control-allow-credentials', 'true');
  // Without this a script cannot see how long it should wait.
  reply.header('access-control-expose-headers', 'retry-after, x-correlation-id');
}

/** Answers the browser's question whether it may send; it remembers the answer for a day. */
export function answerPreflight(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const asked = request.headers['access-control-request-headers'];
  const headers = typeof asked === 'string' && asked.length <= headersLimit && soundHeaders.test(asked) ? asked : undefined;
  reply.header('access-control-allow-methods', 'GET, POST, OPTIONS');
  reply.header('access-control-allow-headers', headers ?? 'authorization, content-type, content-encoding, x-write-key');
  reply.header('access-control-max-age', String(preflightSeconds));
  reply.header('vary', 'Origin, Access-Control-Request-Headers');
  reply.header('cache-control', 'public, max-age=86400');
  // The node stands in the building's own network while the page may come from the open internet (Private Network Access).
  if (request.headers['access-control-request-private-network'] === 'true') {
    reply.header('access-control-allow-private-network', 'true');
  }
  return reply.code(204).send();
}
