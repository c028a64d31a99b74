// Rounds over HTTP: what officers and scientists look at, a dry run on the node's own rows, votes, and stopping. Proposing, taking part and keeping
// the key are acts for two (round-acts.ts), by /api/approvals.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { writeMarkdown } from '../../../federation/protocol/blocks.ts';
import { Fault } from '../../core/errors.ts';
import { chooseLanguage } from '../../core/http/answer.ts';
import { isTimeZone } from '../../core/values/time-zone.ts';
import type { Federate } from '../federate.ts';
import { asFaults } from '../refused.ts';
import { roundFileRoutes } from './round-file-routes.ts';
import { roundKeyRoutes } from './round-key-routes.ts';
import * as schemas from './round-schemas.ts';
import { roundView, servedView } from './round-views.ts';
import type { DraftAsked } from './row-sources.ts';
import { verticalRoutes } from './vertical-routes.ts';

export type RoundRoutesParts = { federate(): Federate; actorOf(request: FastifyRequest): string };
type ByRound = { Params: { round: string } };
type Vote = { adopt: boolean; reason: string };
type Draft = DraftAsked & { source: unknown };

/** Rows of everybody who may be used are made for a dry run. */
const dryRunMs = 600_000;
const reading = { audit: { action: 'round.read' } };
const changing = (action: string) => ({ audit: { action, change: true as const } });
const languageOf = (request: FastifyRequest) => chooseLanguage(request.headers['accept-language']);
const drafting = { audit: { action: 'round.draft' } };

export function roundRoutes(scope: FastifyInstance, parts: RoundRoutesParts): void {
  const { federate, actorOf } = parts;
  roundFileRoutes(scope, parts);
  const shown = async (round: string) => {
    const node = federate();
    const { federation, session } = await node.rounds.find(round);
    const [served, exposed] = [await node.rounds.servedOf(round), await node.rounds.exposedOf(round)];
    return {
      ...roundView(node, federation, session),
      ...(served && { served: servedView(served) }),
      ...(exposed !== undefined && { exposed }),
    };
  };
  roundKeyRoutes(scope, { federate, actorOf, shown });
  scope.get('/api/rounds', { schema: schemas.rounds, config: { audit: { action: 'round.list' } } }, async () => {
    const node = federate();
    return { rounds: (await node.rounds.list()).map(({ federation, session }) => roundView(node, federation, session)) };
  });
  scope.get<ByRound>('/api/rounds/:round', { schema: schemas.round, config: reading }, ({ params }) => shown(params.round));
  scope.post<{ Body: Draft }>(
    '/api/rounds/draft',
    { schema: schemas.draft, config: drafting, handlerTimeout: dryRunMs },
    async ({ body: { source, ...asked } }) => asFaults(() => federate().rounds.draft(asked, source)),
  );
  verticalRoutes(scope, federate);
  scope.post<ByRound & { Body: { source: unknown } }>(
    '/api/rounds/:round/check',
    { schema: schemas.check, config: drafting, handlerTimeout: dryRunMs },
    async ({ params, body }) => {
      const { session } = await federate().rounds.find(params.round);
      return { dryRun: await asFaults(() => federate().rounds.check(session.board.terms, body.source, session.me)) };
    },
  );
  scope.post<ByRound & { Body: Vote }>(
    '/api/rounds/:round/vote',
    { schema: schemas.vote, config: changing('round.vote') },
    async (request) => {
      const { round } = request.params;
      const { adopt, reason } = request.body;
      const { rounds } = await federate().rounds.find(round);
      await asFaults(() => rounds.vote(round, adopt, { officer: actorOf(request), reason }));
      return shown(round);
    },
  );
  scope.post<ByRound & { Body: { reason: string } }>(
    '/api/rounds/:round/stop',
    { schema: schemas.stop, config: changing('round.stop') },
    async (request) => {
      const { round } = request.params;
      const { rounds } = await federate().rounds.find(round);
      await asFaults(() => rounds.stop(round, { officer: actorOf(request), reason: request.body.reason }));
      return shown(round);
    },
  );
  scope.get<ByRound>(
    '/api/rounds/:round/transcript',
    { schema: schemas.transcript, config: reading },
    async ({ params }, reply) => {
      const { rounds } = await federate().rounds.find(params.round);
      reply.type('application/x-ndjson; charset=utf-8');
      return rounds.transcript(params.round);
    },
  );
  scope.get<ByRound & { Querystring: { format?: 'json' | 'markdown'; language?: 'en' | 'zh'; zone?: string } }>(
    '/api/rounds/:round/report',
    { schema: schemas.report, config: reading, handlerTimeout: dryRunMs },
    async (request, reply) => {
      const { format = 'json', language = languageOf(request), zone = 'UTC' } = request.query;
      if (!isTimeZone(zone)) throw new Fault('bad_request', 'zone: such as Asia/Shanghai');
      const report = await asFaults(() => federate().rounds.report(request.params.round, zone));
      if (format === 'json') return report;
      return reply.type('text/markdown; charset=utf-8').send(writeMarkdown(report.title, report.blocks, language));
    },
  );
  scope.get<ByRound>('/api/rounds/:round/model', { schema: schemas.model, config: reading }, async ({ params }, reply) => {
    const model = await federate().rounds.modelOf(params.round);
    if (model === undefined) throw new Fault('not_found', 'a model that this round brought and that was adopted');
    return reply.type('application/json; charset=utf-8').send(model);
  });
}
