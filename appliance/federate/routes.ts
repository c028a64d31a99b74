// Federations and matches over HTTP. What two people do together (admitting, proposing, accepting, exporting) is proposed as an act under
// /api/approvals; here are the rest: founding and joining, looking, files, stopping, results and what proves them.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Name } from '../../federation/participant/belonging/belonging.ts';
import type { Proposal } from '../../federation/participant/match/match.ts';
import { Fault } from '../core/errors.ts';
import { asTerms, readProposal } from './acts.ts';
import type { Federate } from './federate.ts';
import { fileRoutes } from './file-routes.ts';
import { asFaults } from './refused.ts';
import { resultRoutes } from './result-routes.ts';
import { schemas } from './schemas.ts';
import { federationView, matchView } from './views.ts';

export type FederateRoutesParts = {
  /** Throws `sealed` while there is none. */
  federate(): Federate;
  actorOf(request: FastifyRequest): string;
  /** Numbers of all records of a person. @throws {Fault} `not_found` */
  recordsOf(person: number): Promise<readonly number[]>;
  /** As the caller may see it. */
  shownTo(request: FastifyRequest): <Item>(item: Item) => Item;
  /** @throws {Fault} `approval_needed`, `step_up_needed`, `forbidden` */
  demandExport(request: FastifyRequest, match: string): Promise<void>;
};

type ByFederation = { Params: { federation: string } };
type ByInvitation = { Params: { federation: string; invitation: string } };
type ByMatch = { Params: { match: string } };

const dayMs = 86_400_000;

export function federateRoutes(scope: FastifyInstance, parts: FederateRoutesParts): void {
  federationRoutes(scope, parts);
  memberRoutes(scope, parts);
  matchRoutes(scope, parts);
  fileRoutes(scope, { files: () => parts.federate().files, actorOf: parts.actorOf });
  resultRoutes(scope, {
    results: () => parts.federate().results,
    recordsOf: parts.recordsOf,
    shownTo: parts.shownTo,
    demandExport: parts.demandExport,
  });
}

const changing = (action: string) => ({ audit: { action, change: true as const } });

function federationRoutes(scope: FastifyInstance, { federate }: FederateRoutesParts): void {
  scope.get('/api/federations', { schema: schemas.federations, config: { audit: { action: 'federation.list' } } }, async () => ({
    federations: federate().belonging.federations().map(federationView),
  }));
  scope.post<{ Body: { name: Name; address: string; coordinator: 'own' | 'separate' } }>(
    '/api/federations',
    { schema: schemas.found, config: changing('federation.found') },
    async (request) => {
      const node = federate();
      const { events, federation, fingerprint } = await asFaults(() => node.belonging.found(request.body));
      request.auditTarget(`federation ${federation}`);
      for (const event of events) await node.tellOf(event);
      return { federation, fingerprint };
    },
  );
  scope.post<{ Body: { name: Name; code: string } }>(
    '/api/federations/join',
    { schema: schemas.join, config: changing('federation.join') },
    async (request) => {
      const node = federate();
      const { events, ...asked } = await asFaults(() => node.belonging.join(request.body));
      for (const event of events) await node.tellOf(event);
      return asked;
    },
  );
  scope.post<ByFederation>(
    '/api/federations/:federation/refresh',
    { schema: schemas.refresh, config: changing('federation.refresh') },
    async ({ params }) => {
      await federate().chores();
      const view = federate()
        .belonging.federations()
        .find((one) => one.federation === params.federation);
      if (!view) throw new Fault('not_found', 'federation');
      return federationView(view);
    },
  );
}

function memberRoutes(scope: FastifyInstance, { federate }: FederateRoutesParts): void {
  scope.post<ByFederation & { Body: { role?: 'participant' | 'coordinator'; days?: number } }>(
    '/api/federations/:federation/invitations',
    { schema: schemas.invite, config: changing('federation.invite') },
    async (request) => {
      const node = federate();
      const { role = 'participant', days = 7 } = request.body;
      const { federation } = request.params;
      const { events, ...invited } = await asFaults(() => node.belonging.invite(federation, { role, expiresInMs: days * dayMs }));
      for (const event of events) await node.tellOf(event);
      return invited;
    },
  );
  scope.get<ByFederation>(
    '/api/federations/:federation/invitations',
    { schema: schemas.invitations, config: { audit: { action: 'federation.invitations' } } },
    async ({ params }) => ({ invitations: await asFaults(() => federate().belonging.invitations(params.federation)) }),
  );
  scope.delete<ByInvitation>(
    '/api/federations/:federation/invitations/:invitation',
    { schema: schemas.withdraw, config: changing('federation.withdraw') },
    async ({ params }) => {
      const { events } = await asFaults(() => federate().belonging.withdraw(params.federation, params.invitation));
      for (const event of events) await federate().tellOf(event);
      return { withdrawn: true };
    },
  );
  scope.get<ByFederation>(
    '/api/federations/:federation/requests',
    { schema: schemas.requests, config: { audit: { action: 'federation.requests' } } },
    async ({ params }) => {
      await federate().chores();
      return { requests: await asFaults(() => federate().belonging.joinRequests(params.federation)) };
    },
  );
  scope.post<ByInvitation>(
    '/api/federations/:federation/requests/:invitation/refuse',
    { schema: schemas.refuse, config: changing('federation.refuse') },
    async ({ params }) => {
      const { events } = await asFaults(() => federate().belonging.refuse(params.federation, params.invitation));
      for (const event of events) await federate().tellOf(event);
      return { refused: true };
    },
  );
  scope.post<ByFederation & { Body: { request: unknown; fingerprint?: string } }>(
    '/api/federations/:federation/coordinator',
    { schema: schemas.coordinator, config: changing('federation.coordinator') },
    async (request) => {
      const { federation } = request.params;
      const { request: file, fingerprint } = request.body;
      const { belonging } = federate();
      if (fingerprint === undefined) {
        const { events, ...waiting } = await asFaults(() => belonging.takeRequestFile(federation, file));
        for (const event of events) await federate().tellOf(event);
        return { waiting };
      }
      const { events, ...welcome } = await asFaults(() => belonging.admitFromFile(federation, file, fingerprint));
      for (const event of events) await federate().tellOf(event);
      return { welcome: { v: 1, ...welcome } };
    },
  );
}

function matchRoutes(scope: FastifyInstance, { federate, actorOf }: FederateRoutesParts): void {
  scope.get('/api/matches', { schema: schemas.matches, config: { audit: { action: 'match.list' } } }, async () => {
    const node = federate();
    return { matches: (await node.list()).map((one) => matchView(node, one.federation, one)) };
  });
  const reading = { audit: { action: 'match.read' } };
  scope.get<ByMatch>('/api/matches/:match', { schema: schemas.match, config: reading }, async ({ params }) => {
    const node = federate();
    const { federation, view } = await node.find(params.match);
    const [taken, alarms, override] = await Promise.all([
      node.takenOf(params.match),
      node.gate.alarms(params.match),
      node.gate.overrideOf(params.match),
    ]);
    return { ...matchView(node, federation, view), ...(taken && { taken }), alarms, ...(override && { override }) };
  });
  scope.post<{ Body: { federation: string } & { [name: string]: unknown } }>(
    '/api/matches/check',
    { schema: schemas.check, config: { audit: { action: 'match.check' } } },
    async (request) => {
      const node = federate();
      const { federation, terms } = readProposal(node, request.body);
      const view = node.belonging.federations().find((one) => one.federation === federation)!;
      const { allowed, refusals, budget } = await node.gate.judge(asTerms(node, view.member, terms as Proposal), terms.responder);
      return { allowed, refusals, budget, terms };
    },
  );
  scope.get<ByMatch>(
    '/api/matches/:match/transcript',
    { schema: schemas.transcript, config: reading },
    async ({ params }, reply) => {
      const { matches } = await federate().find(params.match);
      reply.type('application/x-ndjson; charset=utf-8');
      return matches.transcript(params.match);
    },
  );
  scope.post<ByMatch & { Body: { reason: string } }>(
    '/api/matches/:match/stop',
    { schema: schemas.stop, config: changing('match.stop') },
    async (request) => {
      const node = federate();
      const { federation, matches } = await node.find(request.params.match);
      await asFaults(() => matches.stop(request.params.match, { officer: actorOf(request), reason: request.body.reason }));
      return matchView(node, federation, matches.get(request.params.match));
    },
  );
  scope.post<ByMatch & { Body: { note: string } }>(
    '/api/matches/:match/override',
    { schema: schemas.override, config: changing('match.override') },
    async (request) => {
      const node = federate();
      const { match } = request.params;
      const { federation, matches } = await node.find(match);
      await node.gate.override(match, actorOf(request), request.body.note);
      matches.resume(match);
      return matchView(node, federation, matches.get(match));
    },
  );
}
