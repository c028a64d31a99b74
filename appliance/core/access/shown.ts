// The hook by which every answer of the API about customers is masked for its reader, declared by nobody and forgotten by none: an action
// that policies do not know as one about the node alone counts as one about customers.

import type { FastifyContextConfig, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../errors.ts';
import { principalOf } from '../http/access.ts';
import { purposeOf } from '../http/audited.ts';
import type { Principal } from '../model/principal.ts';
import type { DataClass } from './classes.ts';
import type { Sight } from './decide.ts';
import { declareMasked } from './maskable.ts';
import { type Redaction, redact, seesAll } from './redact.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Why this answer is given as it is to whoever may ask for it. */
    shownClear?: string;
  }
  interface FastifyRequest {
    redacted: boolean;
    /** What was answered before it became a text, while somebody watches. */
    answeredWith: unknown;
  }
}

/** An answer as it was given to be sent, and what came of it. */
export type SentAnswer = {
  readonly method: string;
  readonly route: string;
  readonly principal: Principal | undefined;
  /** Whether masking has seen it, or would for somebody else. */
  readonly isMasked: boolean;
  readonly given: unknown;
  readonly sent: string;
  /** The text of another answer of the route. */
  write(answer: unknown): string;
};

export type ShownParts = {
  /** Whether answers of the action hold customers' values. */
  isAboutCustomers(action: string): boolean;
  sightOf(principal: Principal, purpose: string | undefined): Sight;
  pseudonym(purpose: string, dataClass: DataClass, value: string): string;
  /** Told of each answer that succeeds, masked or not: for whoever makes sure that its text says what was given. */
  readonly watch?: ((answer: SentAnswer) => void) | undefined;
};

/** Mount it before the routes, and after `mountAccess`. */
export function mountShown(http: FastifyInstance, parts: ShownParts): void {
  http.decorateRequest('redacted', false);
  declareMasked(http, ({ config }) => areMasked(config ?? {}, parts));
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
  const { watch } = parts;
  if (watch) watchAnswers(http, parts, watch);
}

/** After the masks, so that what is seen is what a schema has made a text of. */
function watchAnswers(http: FastifyInstance, parts: ShownParts, watch: (answer: SentAnswer) => void): void {
  http.decorateRequest('answeredWith', undefined);
  http.addHook('preSerialization', async (request: FastifyRequest, _reply, payload: unknown) => {
    request.answeredWith = payload;
    return payload;
  });
  http.addHook('onSend', async (request: FastifyRequest, reply: FastifyReply, payload: unknown) => {
    const { answeredWith: given, method, principal } = request;
    if (given === undefined || reply.statusCode >= 400 || typeof payload !== 'string') return payload;
    watch({
      method,
      route: request.routeOptions.url ?? '',
      principal,
      isMasked: isMasked(request, parts),
      given,
      sent: payload,
      write: (answer) => {
        const write = reply.getSerializationFunction(String(reply.statusCode), 'application/json');
        return String(write ? write(answer as { [name: string]: unknown }) : reply.serialize(answer));
      },
    });
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
  return request.principal !== undefined && areMasked(request.routeOptions.config, parts);
}

/** Whether answers of a route are masked for some readers. */
function areMasked({ access, audit, shownClear }: FastifyContextConfig, parts: ShownParts): boolean {
  if (shownClear !== undefined) return false;
  const action = access && 'action' in access ? access.action : audit && 'action' in audit ? audit.action : undefined;
  return action === undefined || parts.isAboutCustomers(action);
}

function redactionOf(request: FastifyRequest, parts: ShownParts): Redaction | undefined {
  const purpose = purposeOf(request);
  const principal = principalOf(request);
  const sight = parts.sightOf(principal, purpose);
  if (seesAll(sight)) return undefined;
  return { sight, reader: principal.actor, pseudonym: (dataClass, value) => parts.pseudonym(purpose ?? '', dataClass, value) };
}
