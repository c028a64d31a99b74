// The routes of features, segments and models, with what of the node they ask: everybody as columns, and who may be used for what.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from './app.ts';
import { principalOf } from './core/http/access.ts';
import { featureRoutes } from './decide/features/routes.ts';
import { mountModels } from './decide/models/routes.ts';
import { segmentRoutes } from './decide/segments/routes.ts';
import { parsePersonId } from './record/profiles/profiles.ts';
import { exportingSegment, exportToken, isSegmentGranted } from './segment-acts.ts';

/** Mount it behind the door. */
export function mountDecide(scope: FastifyInstance, app: App, nowMs: () => number): void {
  const { node } = app;
  const actorOf = (request: FastifyRequest) => principalOf(request).actor;
  featureRoutes(scope, {
    customers: () => node().customers,
    factsAt: (atMs, wanted, after) => node().profiles.people.factsAt(atMs, wanted, after),
    factsOf: (persons) => node().profiles.people.factsOf(persons),
    nowMs,
    allowing: (purpose) => node().consent.allowing(purpose, '*'),
    allowed: async (purpose) => (await node().consent.mayUseAll(purpose, '*', nowMs())).allowed,
    pseudonymOf: (purpose, personId) => app.policies.pseudonymOf(purpose, personId),
  });
  segmentRoutes(scope, {
    segments: () => node().segments,
    customers: () => node().customers,
    allowed: async (purpose) => (await node().consent.mayUseAll(purpose, '*', nowMs())).allowed,
    nowMs,
    parseId: parsePersonId,
    personOf: async (id) => Math.min(...(await node().profiles.recordsOf(id))),
    factsOf: (persons) => node().profiles.people.factsOf(persons),
    mayUseMany: (persons, purpose, channel) => node().consent.mayUseMany(persons, purpose, channel, nowMs()),
    tokenOf: (purpose, trait, value) => exportToken(app.policies.tokens, purpose, trait, value),
    actorOf,
    shownTo: app.policies.shownTo,
    demandExport: async (request, wanted) => {
      const principal = principalOf(request);
      if (await isSegmentGranted(app.policies.approvals, principal, wanted, nowMs())) return;
      await app.policies.demand(principal, exportingSegment);
    },
  });
  mountModels(scope, {
    registry: () => node().models.registry,
    jobs: () => node().models.jobs,
    serving: () => node().models.serving,
    columns: () => node().customers.matrix.view(nowMs()).columns,
    titles: () => node().models.titles,
    principalOf,
    demand: (principal, action) => app.policies.demand(principal, action),
    parseId: parsePersonId,
    personOf: async (id) => Math.min(...(await node().profiles.recordsOf(id))),
  });
}
