// The hook by which every answer of the API about customers is masked for its reader, declared by nobody and forgotten by none: an action
// that policies do not know as one about the node alone counts as one about customers.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../errors.ts';
import { principalOf } from '../http/access.ts';
import { purposeOf } from '../http/audited.ts';
import type { Principal } from '../model/principal.ts';
import type { DataClass } from './classes.ts';
import type { Sight } from './decide.ts';
import { type Redaction, redact, seesAll } from './redact.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Why this answer is given as it is to whoever may ask for it. */
    shownClear?: string;
  }
  interface FastifyRequest {
    redacted: boolean;
  }
}

export type ShownParts = {
  /** Whether answers of the action hold customers' values. */
  isAboutCustomers(action: string): boolean;
  sightOf(principal: Principal, purpose: string | undefined): Sight;
  pseudonym(purpose: string, dataClass: DataClass, value: string): string;
};

/** Mount it before the routes, and after `mountAccess`. */
export function mountShown(http: FastifyInstance, parts: ShownParts): void {
  http.decorateRequest('redacted', false);
  http.addHook('preSerialization', async (request: FastifyRequest, reply: FastifyReply, payload: unknown) => {
    if (!isMasked(request, parts)) return payload;
    request.redacted = true;
    if (reply.statusCode >= 400) return payload;
    const redaction = redactionOf(request, parts);
    return redaction ? redact(payload, redaction) : payload;
  });
  // Texts and streams have no fields that could be masked one by one.
  http.addHook('onSend', async (request: FastifyRequest, reply: FastifyReply, payload: unknown) => {
    const nothing = payload === undefined || payload === null || payload === '';
    if (request.redacted || nothing || reply.statusCode >= 400 || !isMasked(request, parts)) return payload;
    request.redacted = true;
    if (redactionOf(request, parts)) throw new Fault('forbidden', 'an answer that cannot be masked');
    return payload;
  });
}

/** For streams that a route writes by itself: asked for each item, as sight ends with the time of a break of the glass. */
export function shownTo(request: FastifyRequest, parts: ShownParts): <Item>(item: Item) => Item {
  return (item) => {
    const redaction = redactionOf(request, parts);
    return redaction ? (redact(item, redaction) as typeof item) : item;
  };
}

function isMasked(request: FastifyRequest, parts: ShownParts): boolean {
  const { config } = request.routeOptions;
  if (!request.principal || config.shownClear !== undefined) return false;
  const { access, audit } = config;
  const action = access && 'action' in access ? access.action : audit && 'action' in audit ? audit.action : undefined;
  return action === undefined || parts.isAboutCustomers(action);
}

function redactionOf(request: FastifyRequest, parts: ShownParts): Redaction | undefined {
  const purpose = purposeOf(request);
  const sight = parts.sightOf(principalOf(request), purpose);
  if (seesAll(sight)) return undefined;
  return { sight, pseudonym: (dataClass, value) => parts.pseudonym(purpose ?? '', dataClass, value) };
}
