// The door of the API. Every route under /api asks who is there before its body is read, and whether they may before its handler runs,
// unless it says why it is open. A route that says nothing is refused when the node starts, so that none can be forgotten.

import type { FastifyContextConfig, FastifyInstance, FastifyRequest } from 'fastify';
import { Fault } from '../errors.ts';
import type { Principal } from '../model/principal.ts';
import { type Asked, askedOf, purposeOf } from './audited.ts';

export type AccessRule =
  | {
      /** Why nobody need sign in. */
      readonly open: string;
    }
  | {
      /** What policies call it, where the audit log has no name for it. */
      readonly action: string;
    };

/** What a policy is asked. */
export type Question = {
  readonly action: string;
  /** Why, as the `x-purpose` header says. */
  readonly purpose: string | undefined;
  /** Numbers in the address: `source 3`. */
  readonly params: { readonly [name: string]: unknown };
  /** The source that it is about, where the address or the body names one. */
  readonly source?: number;
};
export type Decision =
  | {
      readonly allowed: true;
      /** The id of the policy. */
      readonly policy: string;
    }
  | {
      readonly allowed: false;
      readonly policy?: string;
      readonly needs?: 'step_up_needed' | 'approval_needed' | 'second_factor_needed';
    };

export type AccessHooks = {
  /** @throws {Fault} for credentials that are there and not good */
  authenticate(request: FastifyRequest): Promise<Principal | undefined> | Principal | undefined;
  decide(principal: Principal, question: Question): Promise<Decision> | Decision;
  /** Is told of credentials that were there and not good. */
  refused?(request: FastifyRequest): void;
};

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: AccessRule;
    /**
     * Numbers of the only sources that a request touches; undefined where it is not held to any. A route that says nothing may touch all,
     * and keys that are limited to sources are refused there.
     */
    sources?: (asked: Asked) => readonly unknown[] | undefined;
  }
  interface FastifyRequest {
    /** Set on every route that is not open. */
    principal: Principal | undefined;
    decision: Decision | undefined;
  }
}

/** Mount it before the routes, and before `mountAudited`. */
export function mountAccess(http: FastifyInstance, { authenticate, decide, refused }: AccessHooks): void {
  http.decorateRequest('principal', undefined);
  http.decorateRequest('decision', undefined);
  http.addHook('onRoute', ({ url, config }) => {
    if (!isGuarded(url, config?.access)) return;
    if (actionOf(config) === undefined) throw new TypeError(`${url}: a route of the API says its action, or why it is open`);
  });
  http.addHook('onRequest', async (request, reply) => {
    const { url, config } = request.routeOptions;
    if (url === undefined || !isGuarded(url, config.access)) return;
    const principal = await authenticate(request);
    if (!principal) {
      if (request.headers.authorization !== undefined) refused?.(request);
      reply.header('www-authenticate', challenge);
      throw new Fault('unauthenticated', 'authorization');
    }
    request.principal = principal;
  });
  http.addHook('preHandler', async (request) => {
    const { principal } = request;
    if (!principal) return;
    const action = actionOf(request.routeOptions.config)!;
    const params = (request.params ?? {}) as Question['params'];
    const source = sourceOf(request);
    const question = { action, purpose: purposeOf(request), params, ...(source !== undefined && { source }) };
    const decision = outOfScope(request, principal) ?? (await decide(principal, question));
    request.decision = decision;
    if (decision.allowed) return;
    await request.auditRefusal();
    throw new Fault(decision.needs ?? 'forbidden', action);
  });
}

/** Of a 401 (RFC 6750, section 3). */
export const challenge = 'Bearer realm="holdfast"';

/** What a key is limited to, before any policy is asked: no policy can widen it. */
export function outOfScope(request: FastifyRequest, { sources, scope }: Principal): Decision | undefined {
  const { url, config } = request.routeOptions;
  if (scope === 'directory' && !isUnder(url!, directoryPath)) return { allowed: false, policy: 'key-scope' };
  if (scope === 'metrics' && url !== metricsPath) return { allowed: false, policy: 'key-scope' };
  if (!sources) return undefined;
  const touched = config.sources?.(askedOf(request));
  const within = touched !== undefined && touched.length > 0 && touched.every((id) => sources.includes(id as number));
  return within ? undefined : { allowed: false, policy: 'key-sources' };
}

/** Where the system that provisions people calls (SCIM). */
const directoryPath = '/scim';

/** What a monitoring system reads. Its own route asks who is there, as this machine need not say. */
const metricsPath = '/metrics';

const isUnder = (url: string, path: string) => url === path || url.startsWith(`${path}/`);

function isGuarded(url: string, rule: AccessRule | undefined): boolean {
  return (isUnder(url, '/api') || isUnder(url, directoryPath)) && !(rule && 'open' in rule);
}

function actionOf({ access, audit }: FastifyContextConfig = {}): string | undefined {
  if (access && 'action' in access) return access.action;
  return audit && 'action' in audit ? audit.action : undefined;
}

function sourceOf(request: FastifyRequest): number | undefined {
  const numberIn = (given: unknown, name: string) => {
    const held = typeof given === 'object' && given !== null ? (given as { [name: string]: unknown })[name] : undefined;
    return typeof held === 'number' ? held : undefined;
  };
  if (request.routeOptions.url?.startsWith('/api/sources/:')) return numberIn(request.params, 'id');
  return numberIn(request.query, 'source') ?? numberIn(request.body, 'source');
}

/** Who asks, on a route that is not open. */
export function principalOf(request: FastifyRequest): Principal {
  if (!request.principal) throw new TypeError('an open route asks who is there');
  return request.principal;
}
