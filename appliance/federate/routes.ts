// Federations and matches over HTTP. What two people do together (admitting, proposing, accepting, exporting) is proposed as an act under
// /api/approvals; here are the rest: founding and joining, looking, files, stopping, results and what proves them.

import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Name } from '../../federation/participant/belonging/belonging.ts';
import type { Proposal } from '../../federation/participant/match/match.ts';
import { writeReport } from '../../federation/participant/report/report.ts';
import { describeOption, matchOptions, type Need, recommend } from '../../federation/protocol/match-selector.ts';
import { type MatchKind, matchKinds } from '../../federation/protocol/match-terms.ts';
import { Fault } from '../core/errors.ts';
import { chooseLanguage } from '../core/http/answer.ts';
import { isTimeZone } from '../core/values/time-zone.ts';
import { parsePersonId } from '../record/profiles/profiles.ts';
import { asTerms, readProposal } from './acts.ts';
import type { Federate } from './federate.ts';
import { filePartRoutes } from './file-part-routes.ts';
import { gateWords } from './gate-rules.ts';
import { ledgerRoutes } from './ledger/ledger-routes.ts';
import { asFaults } from './refused.ts';
import { resultLimits } from './results.ts';
import { roundRoutes } from './rounds/round-routes.ts';
import { schemas } from './schemas.ts';
import { verdictRoutes } from './verdict-routes.ts';
import { federationView, matchView } from './views.ts';

export type FederateRoutesParts = {
  /** Throws `sealed` while there is none. */
  federate(): Federate;
  actorOf(request: FastifyRequest): string;
  /** As the caller may see it. */
  shownTo(request: FastifyRequest): <Item>(item: Item) => Item;
  /** @throws {Fault} `approval_needed`, `step_up_needed`, `forbidden` */
  demandExport(request: FastifyRequest, match: string): Promise<void>;
};

type ByFederation = { Params: { federation: string } };
type ByInvitation = { Params: { federation: string; invitation: string } };
type ByMatch = { Params: { match: string } };

const dayMs = 86_400_000;
/** Files of a gigabyte over a slow line; a result of a million rows. */
const fileMs = 3_600_000;
const fileBytes = 2 * 1024 * 1024 * 1024;

export function federateRoutes(scope: FastifyInstance, parts: FederateRoutesParts): void {
  federationRoutes(scope, parts);
  memberRoutes(scope, parts);
  matchRoutes(scope, parts);
  fileRoutes(scope, parts);
  resultRoutes(scope, parts);
  roundRoutes(scope, parts);
  ledgerRoutes(scope, parts);
  verdictRoutes(scope, parts);
}

const languageOf = (request: FastifyRequest) => chooseLanguage(request.headers['accept-language']);
const isKind = (kind: string): kind is MatchKind => (matchKinds as readonly string[]).includes(kind);
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
      return viewOf(federate(), params.federation);
    },
  );
  scope.delete<ByFederation>(
    '/api/federations/:federation/problems',
    { schema: schemas.dismiss, config: changing('federation.dismiss') },
    async ({ params }) => {
      await asFaults(() => federate().belonging.dismissProblems(params.federation));
      return viewOf(federate(), params.federation);
    },
  );
}

/** @throws {Fault} `not_found` */
function viewOf(node: Federate, federation: string) {
  const view = node.belonging.federations().find((one) => one.federation === federation);
  if (!view) throw new Fault('not_found', 'federation');
  return federationView(view);
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
      const { allowed, refusals, budget } = await node.gate.judge(asTerms(view.member, terms as Proposal), terms.responder);
      return { allowed, refusals: refusals.map((one) => ({ ...one, message: gateWords[one.code] })), budget, terms };
    },
  );
  scope.get<{
    Querystring: { initiator?: number; responder?: number; wants?: Need['wants']; who?: Need['who']; kinds?: string };
  }>(
    '/api/matches/options',
    { schema: schemas.options, config: { audit: { action: 'match.check' } }, handlerTimeout: 120_000 },
    async ({ query }) => {
      const { rates, threads } = await federate().rates();
      const { initiator = 100_000, responder = 100_000, wants = 'items', who = 'one' } = query;
      const kinds = (query.kinds ?? matchKinds.join()).split(',').filter(isKind);
      const recommended = [true, false].map((counter) => recommend({ wants, who, kinds, counter }));
      const setting = { sizes: { initiator, responder }, rates, threads };
      return { options: matchOptions.map((option) => describeOption(option, setting)), recommended, rates };
    },
  );
  scope.get<ByMatch & { Querystring: { format?: 'json' | 'markdown'; language?: 'en' | 'zh'; zone?: string } }>(
    '/api/matches/:match/report',
    { schema: schemas.report, config: reading },
    async (request, reply) => {
      const { format = 'json', language = languageOf(request), zone = 'UTC' } = request.query;
      if (!isTimeZone(zone)) throw new Fault('bad_request', 'zone: such as Asia/Shanghai');
      const report = await federate().reportOf(request.params.match, zone);
      if (format === 'json') return { title: report.title, blocks: report.blocks, findings: report.verdict.findings };
      return reply.type('text/markdown; charset=utf-8').send(writeReport(report, language));
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

type FileQuery = {
  id: string;
  phone?: string;
  email?: string;
  card?: string;
  value?: string;
  decimals?: number;
  name?: string;
};

function fileRoutes(scope: FastifyInstance, { federate, actorOf }: FederateRoutesParts): void {
  scope.register(async (files) => {
    // As it comes: a file of millions of rows is never held as a whole.
    files.removeAllContentTypeParsers();
    files.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    files.post<{ Querystring: FileQuery; Body: AsyncIterable<Uint8Array> }>(
      '/api/matches/files',
      { schema: schemas.addFile, config: changing('match.file.add'), handlerTimeout: fileMs, bodyLimit: fileBytes },
      async (request) => {
        const { id, value, decimals, name, ...kinds } = request.query;
        const columns = {
          id,
          kinds: Object.fromEntries(Object.entries(kinds).map(([kind, of]) => [kind, String(of).split(',')])),
          ...(value !== undefined && { value: { column: value, ...(decimals !== undefined && { decimals }) } }),
        };
        const chunks = request.body ?? Readable.from([]);
        return federate().files.take(chunks, { columns, by: actorOf(request), ...(name !== undefined && { name }) });
      },
    );
  });
  filePartRoutes(scope, { files: () => federate().files, actorOf });
  scope.get('/api/matches/files', { schema: schemas.files, config: { audit: { action: 'match.file.list' } } }, async () => ({
    files: await federate().files.list(),
  }));
  scope.delete<{ Params: { file: string } }>(
    '/api/matches/files/:file',
    { schema: schemas.removeFile, config: changing('match.file.remove') },
    async ({ params }) => {
      const { match } = await federate().files.get(params.file);
      if (match !== undefined) throw new Fault('conflict', 'a match goes on with this file');
      await federate().files.drop(params.file);
      return { removed: true };
    },
  );
}

function resultRoutes(scope: FastifyInstance, { federate, shownTo, demandExport }: FederateRoutesParts): void {
  scope.get('/api/matches/results', { schema: schemas.results, config: { audit: { action: 'match.results' } } }, async () => ({
    results: await federate().results.list(),
  }));
  scope.get<ByMatch & { Querystring: { after?: number; limit?: number } }>(
    '/api/matches/:match/result',
    { schema: schemas.result, config: { audit: { action: 'match.result' } } },
    async (request) => {
      const { results } = federate();
      const { after = 0, limit = 100 } = request.query;
      const { from: source, ...result } = await results.get(request.params.match);
      const page = await results.page(request.params.match, after, Math.min(limit, resultLimits.page));
      await noteSubjects(request, source, page.found);
      return { ...result, source, ...page };
    },
  );
  scope.post<ByMatch>(
    '/api/matches/:match/export',
    {
      schema: schemas.export,
      handlerTimeout: fileMs,
      config: { ...changing('match.package'), shownClear: 'each row is shown to its reader before it becomes a line of a file' },
    },
    async (request, reply) => {
      const { match } = request.params;
      await demandExport(request, match);
      const { results } = federate();
      const { from } = await results.get(match);
      for (let after: number | undefined = 0; after !== undefined; ) {
        const page: Awaited<ReturnType<typeof results.page>> = await results.page(match, after);
        await noteSubjects(request, from, page.found);
        after = page.next;
      }
      const shown = shownTo(request);
      return csvFile(
        reply,
        match,
        results.csv(match, (row) => shown(row)),
      );
    },
  );
  scope.get<{ Params: { id: string }; Querystring: { use?: 'suppression' | 'known-elsewhere' | 'overlap' } }>(
    '/api/profiles/:id/matches',
    {
      schema: schemas.standing,
      config: {
        audit: {
          action: 'match.standing',
          subjects: ({ params }) => [parsePersonId(String((params as { id?: unknown }).id))],
          fields: () => ['matches'],
        },
      },
    },
    async (request) => {
      const records = await federate().recordsOf(request.params.id);
      return { found: await federate().results.standing(request.query.use ?? 'suppression', records) };
    },
  );
}

/** A file's own ids are nobody's here. */
async function noteSubjects(
  request: FastifyRequest,
  from: 'customers' | 'file',
  found: readonly { id: string }[],
): Promise<void> {
  const persons = from === 'file' ? [] : found.flatMap(({ id }) => parsePersonId(id) ?? []);
  if (persons.length > 0) await request.auditSubjects(persons, ['matches']);
}

function csvFile(reply: FastifyReply, match: string, lines: AsyncIterable<string>): FastifyReply {
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="match-${match.slice(0, 8)}.csv"`)
    .send(Readable.from(lines));
}
