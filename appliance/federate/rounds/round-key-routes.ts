// The custodian's key in shares, over HTTP: each person of the custodian fetches one, and enough of them give theirs after the node has started anew.
// A share stands in one answer, once; no log and no audit entry has it.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Federate } from '../federate.ts';
import { asFaults } from '../refused.ts';
import { share, unlock } from './round-key-schemas.ts';

export type RoundKeyRoutesParts = {
  federate(): Federate;
  actorOf(request: FastifyRequest): string;
  shown(round: string): Promise<unknown>;
};
type ByRound = { Params: { round: string } };

export function roundKeyRoutes(scope: FastifyInstance, { federate, actorOf, shown }: RoundKeyRoutesParts): void {
  scope.post<ByRound>(
    '/api/rounds/:round/share',
    { schema: share, config: { audit: { action: 'round.share', change: true } } },
    async (request, reply) => {
      const { round } = request.params;
      const { rounds } = await federate().rounds.find(round);
      reply.header('cache-control', 'no-store');
      return asFaults(() => rounds.share(round, actorOf(request)));
    },
  );
  scope.post<ByRound & { Body: { shares: string[] } }>(
    '/api/rounds/:round/unlock',
    { schema: unlock, config: { audit: { action: 'round.unlock', change: true } } },
    async ({ params: { round }, body: { shares } }) => {
      const { rounds } = await federate().rounds.find(round);
      await asFaults(() => rounds.unlock(round, shares));
      return shown(round);
    },
  );
}
