// What customers are worth and how they differ, over HTTP: RFM, clusters, lifetime value, and of one segment how large it was and what its members bought.
// Each is of those whose data may be used for the purpose that the request states, and tells of nobody in particular.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../../core/errors.ts';
import { purposeOf } from '../../core/http/audited.ts';
import type { Segments } from './live/live.ts';
import { Tally } from './live/tally.ts';
import { rfmSegments } from './rfm/names.ts';
import { dayText, type LifetimeAsked } from './value/lifetime.ts';
import { Worth, type WorthParts } from './value/worth.ts';
import { valueSchemas } from './value-schemas.ts';

export type ValueRoutesParts = WorthParts & { segments(): Segments };

/** Reading everybody's orders and fitting to them takes minutes for millions. */
const workingMs = 900_000;
/** Features that the clusters are made of when none are named: what people bought, came back for and complained of. */
const clusterFeatures = ['orders', 'spend', 'average_order', 'order_gap_days', 'returns', 'active_days_90d', 'tickets'] as const;

/** Mount it inside a scope that has checked the caller. */
export function valueRoutes(http: FastifyInstance, parts: ValueRoutesParts): void {
  const worth = new Worth(parts);
  everybodyRoutes(http, worth);
  oneRoutes(http, parts, worth);
}

type ClusterQuery = { columns?: string; from: number; to: number; along?: string };

function everybodyRoutes(http: FastifyInstance, worth: Worth): void {
  const figures = (action: string) => ({ audit: { action }, shownClear: 'figures of many customers, none of one' });
  http.get(
    '/api/segments/rfm',
    { schema: valueSchemas.rfm, config: figures('segment.rfm'), handlerTimeout: workingMs },
    async (request, reply) => {
      const { groups, ...grid } = await worth.rfm(statedPurpose(request), whileAsked(reply));
      return { ...grid, groups: groups.map((group) => ({ ...group, ...rfmSegments.find(({ code }) => code === group.code) })) };
    },
  );
  http.get<{ Querystring: ClusterQuery }>(
    '/api/segments/clusters',
    { schema: valueSchemas.clusters, config: figures('segment.clusters'), handlerTimeout: workingMs },
    (request, reply) => {
      const { columns, from, to, along } = request.query;
      if (from > to) throw new Fault('bad_request', 'from: at most to');
      const axes = along?.split(',') as [string, string] | undefined;
      return worth.clusters(
        statedPurpose(request),
        {
          columns: columns === undefined ? clusterFeatures : [...new Set(columns.split(','))],
          k: from === to ? from : { from, to },
          ...(axes && { along: axes }),
        },
        whileAsked(reply),
      );
    },
  );
  http.get<{ Querystring: LifetimeAsked }>(
    '/api/segments/lifetime',
    { schema: valueSchemas.lifetime, config: figures('segment.lifetime'), handlerTimeout: workingMs },
    (request, reply) => worth.lifetime(statedPurpose(request), request.query, whileAsked(reply)),
  );
}

type OfSegment = { Params: { segment: number }; Querystring: { weeks: number } };

function oneRoutes(http: FastifyInstance, { segments, nowMs }: ValueRoutesParts, worth: Worth): void {
  const tallies = new WeakMap<Segments, Tally>();
  const tallyOf = (all: Segments): Tally => {
    const source = { changes: all.changes.bind(all), listen: all.listen.bind(all) };
    const tally = tallies.get(all) ?? new Tally(source, (ms) => all.calendar.dayOf(ms));
    tallies.set(all, tally);
    return tally;
  };
  http.get<{ Querystring: { days: number; segment?: number } }>(
    '/api/segments/history',
    { schema: valueSchemas.history, config: { audit: { action: 'segment.read' } } },
    async ({ query: { days, segment } }) => {
      const all = segments();
      const own = segment === undefined ? await all.list() : [await all.get(segment)];
      const atMs = nowMs();
      const told = own.map(async ({ id, members, madeAtMs }) => ({
        segment: id,
        days: (await tallyOf(all).days(id, { members, madeAtMs, nowMs: atMs }, days)).map(({ day, ...rest }) => ({
          day: dayText(day),
          ...rest,
        })),
      }));
      return { history: await Promise.all(told) };
    },
  );
  http.get<OfSegment>(
    '/api/segments/:segment/spending',
    {
      schema: valueSchemas.spending,
      config: { audit: { action: 'segment.spending' }, shownClear: 'figures of many customers, none of one' },
      handlerTimeout: workingMs,
    },
    (request, reply) => {
      const { segment } = request.params;
      const of = [...segments().personsOf(segment)];
      return worth.spending(statedPurpose(request), { segment, of, weeks: request.query.weeks }, whileAsked(reply));
    },
  );
}

/** Aborts when whoever asked is gone. */
function whileAsked(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort(new Fault('cancelled'));
  });
  return gone.signal;
}

/** What the figures are for, the gate is asked for. @throws {Fault} `bad_request` when the request states none */
function statedPurpose(request: FastifyRequest): string {
  const purpose = purposeOf(request);
  if (purpose === undefined) throw new Fault('bad_request', 'x-purpose: what the figures are for, such as analytics');
  return purpose;
}
