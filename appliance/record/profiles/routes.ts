// The record over HTTP: finding and reading persons, their timelines, why they are one, and deciding who is who.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Fault } from '../../core/errors.ts';
import type { Asked } from '../../core/http/audited.ts';
import type { JsonObject } from '../../core/model/event.ts';
import { type Lookup, type Profiles, parsePersonId, personId } from './profiles.ts';
import { schemas } from './schemas.ts';
import { parseCursor, type TimelineFilter } from './timeline.ts';

export { lookRoutes } from './look-routes.ts';

export type ProfileRoutesParts = {
  /** The open record; throws `sealed` while there is none. */
  profiles(): Profiles;
  /** Compares all persons with the matcher. */
  matchPersons(): Promise<{ compared: number; merged: number; queued: number }>;
  /** Who asks, for decisions: the name behind the token. */
  actorOf(request: FastifyRequest): string;
};

/** Mount it inside a scope that has checked the caller. */
export async function profileRoutes(http: FastifyInstance, parts: ProfileRoutesParts): Promise<void> {
  readRoutes(http, parts);
  decisionRoutes(http, parts);
  reviewRoutes(http, parts);
}

function readRoutes(http: FastifyInstance, { profiles, actorOf }: ProfileRoutesParts): void {
  // Whoever is found is logged before anything of them is read; what was looked for is not, as it is a customer's.
  const found = async (request: FastifyRequest, lookup: Lookup) => {
    const ids = await profiles().find(lookup);
    if (ids.length > 0) await request.auditSubjects(ids, ['profile']);
    return { profiles: await Promise.all(ids.map((id) => profiles().profile(id))) };
  };
  const find = { audit: { action: 'profile.find' } };
  http.get<{ Querystring: Lookup }>('/api/profiles', { schema: schemas.find, config: find }, (request) =>
    found(request, request.query),
  );
  http.post<{ Body: Lookup }>('/api/profiles/search', { schema: schemas.search, config: find }, (request) =>
    found(request, request.body),
  );
  http.get<{ Params: { id: string }; Querystring: { timeline?: number } }>(
    '/api/profiles/:id',
    { schema: schemas.profile, config: { audit: { action: 'profile.read', subjects: byId, fields: partsRead } } },
    ({ params, query: { timeline } }) => {
      const id = idOf(params.id);
      return timeline === undefined ? profiles().profile(id) : profiles().profileWithTimeline(id, { limit: timeline });
    },
  );
  http.get<{ Params: { id: string }; Querystring: TimelineQuery }>(
    '/api/profiles/:id/timeline',
    { schema: schemas.timeline, config: { audit: { action: 'timeline.read', subjects: byId, fields: () => ['events'] } } },
    (request) => profiles().timeline(idOf(request.params.id), filterOf(request.query)),
  );
  http.get<{ Params: { id: string } }>(
    '/api/profiles/:id/identity',
    { schema: schemas.identity, config: { audit: { action: 'identity.read', subjects: byId, fields: () => ['identity'] } } },
    (request) => profiles().explain(idOf(request.params.id)),
  );
  http.put<{ Params: { id: string }; Body: { traits: JsonObject; reason?: string } }>(
    '/api/profiles/:id/traits',
    { schema: schemas.setTraits, config: { audit: { action: 'traits.set', change: true, subjects: byId, fields: traitNames } } },
    async (request) => {
      const { traits, reason } = request.body;
      const id = await profiles().setByHand(idOf(request.params.id), traits, {
        actor: actorOf(request),
        ...(reason !== undefined && { reason }),
      });
      return profiles().profile(id);
    },
  );
}

/** Comparing a million people takes minutes, which the limit of other answers does not allow. */
const matchingMs = 3_600_000;

type Reasoned = { reason?: string };

function decisionRoutes(http: FastifyInstance, { profiles, actorOf, matchPersons }: ProfileRoutesParts): void {
  const by = (request: FastifyRequest, body: Reasoned | undefined) => ({
    actor: actorOf(request),
    ...(body?.reason !== undefined && { reason: body.reason }),
  });
  http.post<{ Body: Reasoned & { left: string; right: string } }>(
    '/api/identity/merge',
    {
      schema: schemas.merge,
      config: { audit: { action: 'identity.merge', change: true, subjects: ({ body }) => [idIn(body.left), idIn(body.right)] } },
    },
    async (request) =>
      answerOf(await profiles().merge(idOf(request.body.left), idOf(request.body.right), by(request, request.body))),
  );
  http.post<{ Body: Reasoned & { person: string; records?: number[] } }>(
    '/api/identity/unmerge',
    {
      schema: schemas.unmerge,
      config: { audit: { action: 'identity.unmerge', change: true, subjects: ({ body }) => [idIn(body.person)] } },
    },
    async (request) =>
      answerOf(await profiles().unmerge(idOf(request.body.person), by(request, request.body), request.body.records)),
  );
  http.post<{ Params: { decisionId: number }; Body: Reasoned }>(
    '/api/identity/decisions/:decisionId/retract',
    { schema: schemas.retract, config: { audit: { action: 'identity.retract', change: true } } },
    async (request) => answerOf(await profiles().retract(request.params.decisionId, by(request, request.body))),
  );
  const counting = {
    access: { action: 'node.look' },
    audit: { exempt: 'how far a rebuilding is, in numbers; asked for again and again' },
  };
  http.get('/api/identity/index', { schema: schemas.index, config: counting }, async () => profiles().reindexing);
  http.post(
    '/api/identity/match',
    { schema: schemas.match, handlerTimeout: matchingMs, config: { audit: { action: 'identity.match', change: true } } },
    () => matchPersons(),
  );
}

function reviewRoutes(http: FastifyInstance, { profiles, actorOf }: ProfileRoutesParts): void {
  http.get<{ Querystring: { after?: number; limit?: number } }>(
    '/api/identity/reviews',
    { schema: schemas.reviews, config: { audit: { action: 'review.list' } } },
    async (request) => ({
      reviews: await profiles().reviews.list(request.query.after, request.query.limit),
    }),
  );
  http.get<{ Params: { reviewId: number } }>(
    '/api/identity/reviews/:reviewId',
    { schema: schemas.review, config: { audit: { action: 'review.read' } } },
    async (request) => {
      const review = await profiles().reviews.get(request.params.reviewId);
      await request.auditSubjects([review.leftRecord, review.rightRecord], ['profile']);
      const [left, right] = await Promise.all([profiles().profile(review.leftRecord), profiles().profile(review.rightRecord)]);
      return { ...review, leftProfile: left, rightProfile: right };
    },
  );
  http.post<{ Params: { reviewId: number }; Body: Reasoned & { verdict: 'same' | 'different' } }>(
    '/api/identity/reviews/:reviewId',
    { schema: schemas.decideReview, config: { audit: { action: 'review.decide', change: true } } },
    async (request) => {
      const { verdict, reason } = request.body;
      const by = { actor: actorOf(request), ...(reason !== undefined && { reason }) };
      return answerOf(await profiles().reviews.decide(request.params.reviewId, verdict, by));
    },
  );
}

type TimelineQuery = {
  limit?: number;
  cursor?: string;
  kind?: string;
  name?: string;
  source?: string;
  since?: string;
  until?: string;
};

function filterOf(query: TimelineQuery): TimelineFilter {
  if (query.cursor !== undefined && !parseCursor(query.cursor)) throw new Fault('bad_request', 'querystring/cursor');
  const sinceMs = timeOf(query.since, 'since');
  const untilMs = timeOf(query.until, 'until');
  return {
    ...(query.limit !== undefined && { limit: query.limit }),
    ...(query.cursor !== undefined && { cursor: query.cursor }),
    ...(query.kind !== undefined && { kinds: query.kind.split(',') }),
    ...(query.name !== undefined && { names: query.name.split(',') }),
    ...(query.source !== undefined && { source: query.source }),
    ...(sinceMs !== undefined && { sinceMs }),
    ...(untilMs !== undefined && { untilMs }),
  };
}

/** A time as ISO 8601 or milliseconds. */
function timeOf(text: string | undefined, field: string): number | undefined {
  if (text === undefined) return undefined;
  const ms = /^-?\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isSafeInteger(ms)) throw new Fault('bad_request', `querystring/${field}`);
  return ms;
}

/** What the audit log is told of a request: whom it is about, and which traits it sets. */
const idIn = (text: unknown) => (typeof text === 'string' ? parsePersonId(text) : undefined);
const byId = ({ params }: Asked) => [idIn(params.id)];
const partsRead = ({ query }: Asked) => (query.timeline === undefined ? ['profile'] : ['profile', 'events']);
const traitNames = ({ body }: Asked) => Object.keys((body.traits ?? {}) as object);

function idOf(text: string): number {
  const id = parsePersonId(text);
  if (id === undefined) throw new Fault('not_found', 'a profile id is p and a number, such as p42');
  return id;
}

function answerOf(decided: { decisionId: number; persons: number[] }): { decisionId: number; profiles: string[] } {
  return { decisionId: decided.decisionId, profiles: decided.persons.map(personId) };
}
