// The bearer token at the door of /api. Who the caller is gets decided by an injected function; this file only reads the header.

import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { Fault } from '../errors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What `verify` answered for the token of this request; set by `requireToken`. */
    caller: unknown;
  }
}

/** Answers who holds the token, or undefined when nobody does. Comparing in constant time is its own task. */
export type VerifyToken = (token: string) => Promise<unknown> | unknown;

const tokenLength = 512;

/** RFC 6750, section 2.1: `Authorization: Bearer <token>`, the scheme in any case. */
export function bearerToken(header: string | undefined): string | undefined {
  const token = /^bearer +([A-Za-z0-9\-._~+/:]+=*) *$/i.exec(header ?? '')?.[1];
  return token !== undefined && token.length <= tokenLength ? token : undefined;
}

/**
 * A hook for routes of the API: `scope.addHook('onRequest', requireToken(verify))`. It runs before the body is read.
 * @throws {Fault} `unauthenticated`
 */
export function requireToken(verify: VerifyToken): onRequestAsyncHookHandler {
  return async function checkToken(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const token = bearerToken(request.headers.authorization);
    const caller = token === undefined ? undefined : await verify(token);
    if (caller === undefined || caller === false || caller === null) {
      reply.header('www-authenticate', 'Bearer realm="holdfast"');
      throw new Fault('unauthenticated', 'authorization');
    }
    request.caller = caller;
  };
}
