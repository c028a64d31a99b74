// Vertical rounds over HTTP, beside what all rounds have (round-routes.ts): which columns this node can bring, and what an adopted round's trees say of
// its own customers.

import type { FastifyInstance } from 'fastify';
import { Fault } from '../../core/errors.ts';
import { personId } from '../../record/profiles/profiles.ts';
import type { Federate } from '../federate.ts';
import { resultLimits } from '../results.ts';
import type { Question } from './vertical-rows.ts';
import * as schemas from './vertical-schemas.ts';

type Columns = {
  matches: { [member: string]: string };
  asOfMs: number;
  purpose: string;
  question?: Question;
  source: unknown;
};
type Page = { Params: { round: string }; Querystring: { after?: number; limit?: number } };

/** As the scores of the node's own models. */
const scoresOnly = 'scores under a number of a profile, for whoever may read scores';
/** Rows of everybody whom the matches found are made for a draft. */
const draftMs = 600_000;

export function verticalRoutes(scope: FastifyInstance, federate: () => Federate): void {
  scope.post<{ Body: Columns }>(
    '/api/rounds/draft/columns',
    { schema: schemas.columns, config: { audit: { action: 'round.draft' } }, handlerTimeout: draftMs },
    async ({ body: { source, ...ask } }) => {
      const { features, dryRun } = await federate().rounds.draftColumns(ask, source);
      const { question, asOfMs } = ask;
      const label = question && { label: { name: question.name, positive: 'yes' }, question };
      return { columns: { asOfMs, ...label, features }, dryRun };
    },
  );
  scope.get<Page>(
    '/api/rounds/:round/scores',
    { schema: schemas.scores, config: { audit: { action: 'round.scores' }, shownClear: scoresOnly } },
    async (request) => {
      const { after = 0, limit = 100 } = request.query;
      const found = await federate().rounds.scoresOf(request.params.round);
      if (!found) throw new Fault('not_found', 'scores of this round: it was adopted, and this node has the labels');
      const { scores, ...about } = found;
      const most = after + Math.min(limit, resultLimits.page);
      const page = scores.slice(after, most);
      const persons = page.map(({ person }) => person);
      if (persons.length > 0) await request.auditSubjects(persons, ['scores']);
      return {
        ...about,
        scored: scores.length,
        // More digits than these the trees of a few thousand rows do not know.
        scores: page.map(({ person, score }) => ({ id: personId(person), score: Math.round(1e4 * score) / 1e4 })),
        ...(most < scores.length && { next: most }),
      };
    },
  );
}
