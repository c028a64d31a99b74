// The routes of those who watch over the node: governance, the rights of data subjects, access review and alarms, with what of the node they ask.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from './app.ts';
import { principalOf } from './core/http/access.ts';
import { mountAccessReview } from './oversee/access-review/routes.ts';
import { mountAlarms } from './oversee/alarms/routes.ts';
import { governanceRoutes } from './oversee/governance/routes.ts';
import { subjectRoutes } from './oversee/subjects/routes.ts';
import { parsePersonId } from './record/profiles/profiles.ts';
import { exporting, isExportGranted } from './subject-acts.ts';

/** Mount it behind the door. */
export function mountOversee(scope: FastifyInstance, app: App, nowMs: () => number): void {
  const { node } = app;
  const actorOf = (request: FastifyRequest) => principalOf(request).actor;
  const recordsOf = (person: number) => node().profiles.recordsOf(person);
  governanceRoutes(scope, { governance: () => node().governance, actorOf });
  subjectRoutes(scope, {
    subjects: () => node().subjects,
    nowMs,
    parseId: parsePersonId,
    principalOf,
    demand: (principal, act) => app.policies.demand(principal, act),
    demandExport: async (principal, person) => {
      if (await isExportGranted(app.policies.approvals, principal, person, nowMs())) return;
      await app.policies.demand(principal, exporting);
    },
  });
  mountAccessReview(scope, { review: () => node().accessReview, parsePersonId, recordsOf });
  mountAlarms(scope, {
    alarms: () => node().alarms,
    principalOf,
    may: (principal, action) => app.policies.may(principal, action),
  });
}
