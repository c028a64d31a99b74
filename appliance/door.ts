// Who is at the door of the API: the ways in which a request can say who asks, in turn, and what is decided before any policy is asked.
// app.ts lists the ways and gives the policies.

import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Access } from './core/access/access.ts';
import { decideOwn } from './core/access/authenticate.ts';
import { decideMachine } from './core/access/entrances.ts';
import type { AccessHooks } from './core/http/access.ts';
import { bearerToken } from './core/http/auth.ts';
import { operator, type Principal } from './core/model/principal.ts';
import type { Clock } from './core/ports.ts';

export { sessionAuthenticator } from './core/access/authenticate.ts';
export { mountEntrances } from './core/access/entrance-routes.ts';
export { keyAuthenticator } from './core/access/entrances.ts';
export { firstLinkAction, mountPeople } from './core/access/routes.ts';

/** Undefined for a request that does not come this way. @throws {Fault} for one that does and is not to be believed */
export type Authenticator = (request: FastifyRequest) => Promise<Principal | undefined> | Principal | undefined;

/** @param ways in the order in which they are asked; the first that knows somebody ends it */
export function openDoor(ways: readonly Authenticator[], clock: Clock, decide: AccessHooks['decide']): AccessHooks {
  return {
    async authenticate(request) {
      for (const way of ways) {
        const principal = await way(request);
        if (principal) return principal;
      }
      return undefined;
    },
    decide: (principal, question) =>
      decideOwn(principal, question, clock.nowMs()) ?? decideMachine(principal, question) ?? decide(principal, question),
  };
}

/** Whoever holds the access token in the data folder. Good while the node is sealed too: it opens it. */
export function operatorAuthenticator(accessToken: string): Authenticator {
  return (request) => {
    const token = bearerToken(request.headers.authorization);
    return token !== undefined && sameText(token, accessToken) ? operator : undefined;
  };
}

/** Who could sign in and act, for whoever asks whether enough people are left. */
export function peopleWithRoles({ people }: Access): Principal[] {
  return people
    .list()
    .filter(({ state }) => state === 'active')
    .map(({ id, roles }) => ({ actor: `person ${id}`, kind: 'person', id, roles }));
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
