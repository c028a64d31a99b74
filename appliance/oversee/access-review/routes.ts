// Access review over HTTP: the inbox, one finding, judging it, honey customers, and findings as they come.

import type { FastifyInstance } from 'fastify';
import { Fault } from '../../core/errors.ts';
import { principalOf } from '../../core/http/access.ts';
import { Watchers } from '../../core/http/watchers.ts';
import type { AccessReview, FindingFilter, Verdict } from './access-review.ts';
import { schemas } from './schemas.ts';

export type AccessReviewRoutesParts = {
  /** The open inbox; throws `sealed` while there is none. */
  review(): AccessReview;
  /** `p42` or `42`. */
  parsePersonId(text: string): number | undefined;
  /** The records of a person, by the number of any of them. @throws {Fault} `not_found` */
  recordsOf(person: number): Promise<readonly number[]>;
};

type Id = { Params: { id: number } };

/** Mount it inside a scope that has checked the caller. */
export function mountAccessReview(scope: FastifyInstance, { review, parsePersonId, recordsOf }: AccessReviewRoutesParts): void {
  const reads = (action: string) => ({ audit: { action } });
  const changes = (action: string) => ({ audit: { action, change: true } as const });
  scope.get<{ Querystring: FindingFilter }>(
    '/api/access-review',
    { schema: schemas.list, config: reads('access-review.read') },
    ({ query }) => review().list(query),
  );
  scope.get<Id>('/api/access-review/:id', { schema: schemas.show, config: reads('access-review.show') }, ({ params }) =>
    review().show(params.id),
  );
  scope.post<Id & { Body: { verdict: Verdict; reason: string } }>(
    '/api/access-review/:id/judge',
    { schema: schemas.judge, config: changes('access-review.judge') },
    (request) => {
      const { verdict, reason } = request.body;
      return review().judge(request.params.id, verdict, reason, principalOf(request));
    },
  );
  mountHoney(scope, { review, parsePersonId, recordsOf });
  // What a finding is about is read with the finding itself, so that the stream holds nothing of a customer.
  const watchers = new Watchers('access review watchers');
  scope.addHook('preClose', async () => watchers.end());
  scope.get(
    '/api/access-review/live',
    { schema: schemas.live, config: { ungated: true, audit: { action: 'access-review.watch' } } },
    (request, reply) => {
      const open = review();
      watchers.add(request, reply, (send, end) =>
        open.subscribe(({ id, state, severity }) => send('finding', { id, state, ...(severity && { severity }) }), end),
      );
    },
  );
}

function mountHoney(scope: FastifyInstance, { review, parsePersonId, recordsOf }: AccessReviewRoutesParts): void {
  scope.get(
    '/api/access-review/honey',
    { schema: schemas.honeyList, config: { audit: { action: 'access-review.honey.read' } } },
    async () => ({ honey: await review().honey.list() }),
  );
  scope.post<{ Body: { person: string; reason: string } }>(
    '/api/access-review/honey',
    {
      schema: schemas.honeyAdd,
      config: {
        audit: {
          action: 'access-review.honey.add',
          change: true,
          subjects: ({ body }) => [parsePersonId(String(body.person))],
          fields: () => ['honey'],
        },
      },
    },
    async (request) => {
      const id = parsePersonId(request.body.person);
      if (id === undefined) throw new Fault('not_found', 'a profile id is p and a number, such as p42');
      await recordsOf(id);
      return review().honey.add(id, request.body.reason, principalOf(request).actor);
    },
  );
  scope.post<Id & { Body: { reason: string } }>(
    '/api/access-review/honey/:id/remove',
    { schema: schemas.honeyRemove, config: { audit: { action: 'access-review.honey.remove', change: true } } },
    (request) => review().honey.remove(request.params.id, request.body.reason, principalOf(request).actor),
  );
}
