// The routes of the record: customers, consent, dictionaries and quarantine, with what of the node they ask.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from './app.ts';
import { principalOf } from './core/http/access.ts';
import { consentRoutes, linkRoutes } from './record/consent/routes.ts';
import { parsePersonId } from './record/profiles/profiles.ts';
import { lookRoutes, profileRoutes } from './record/profiles/routes.ts';
import { mountDictionaries, mountQuarantine } from './record/sources/routes.ts';

/** Mount it behind the door. */
export async function mountRecord(scope: FastifyInstance, app: App, nowMs: () => number): Promise<void> {
  const { node } = app;
  const actorOf = (request: FastifyRequest) => principalOf(request).actor;
  await profileRoutes(scope, { profiles: () => node().profiles, matchPersons: () => node().matchPersons(), actorOf });
  lookRoutes(scope, { profiles: () => node().profiles, mayUse: (person, purpose) => app.policies.mayUse(person, purpose) });
  consentRoutes(scope, {
    consent: () => node().consent,
    nowMs,
    parseId: parsePersonId,
    actorOf,
  });
  linkRoutes(scope, { preferences: () => node().preferences, parseId: parsePersonId, actorOf });
  mountDictionaries(scope, { dictionaries: () => node().dictionaries });
  mountQuarantine(scope, { quarantine: () => node().quarantine, arrivals: () => node().arrivals });
}
