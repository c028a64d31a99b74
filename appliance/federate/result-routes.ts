// What matches gave, over HTTP: counts for who may know them, lists of customers with an entry in the log for each, files of them as their reader may see
// them, and whether one customer is not to be addressed.

import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errorResponses } from '../core/http/openapi.ts';
import { parsePersonId } from '../record/profiles/profiles.ts';
import { type Found, type MatchResult, type MatchResults, resultLimits } from './results.ts';

export type ResultRoutesParts = {
  results(): MatchResults;
  /** Numbers of all records of a person. @throws {Fault} `not_found` */
  recordsOf(person: number): Promise<readonly number[]>;
  /** A row as the caller may see it. */
  shownTo(request: FastifyRequest): <Item>(item: Item) => Item;
  /** Whether the caller may take a list out of the node, by approval where that is wanted. @throws {Fault} */
  demandExport(request: FastifyRequest, match: string): Promise<void>;
};

const exportMs = 600_000;
const common = { tags: ['matches'], security: [{ accessToken: [] }] };
const match = { type: 'string', pattern: '^[0-9a-f]{32}$' } as const;
const params = { type: 'object', required: ['match'], properties: { match } } as const;
const example = {
  match: '5f0c2a9be1d3478a5f0c2a9be1d3478a',
  partner: '0123456789abcdef0123456789abcdef',
  use: 'suppression',
  purpose: 'partner_matching',
  mode: 'ecdh',
  from: 'customers',
  matched: 1204,
  kinds: { phone: 1100, email: 104 },
  erased: 2,
  atMs: 1790000000000,
};
const open = (examples: readonly object[]) => ({ type: 'object', additionalProperties: true, examples });

const schemas = {
  list: {
    ...common,
    summary: 'Results of matches, the newest first',
    response: { 200: open([{ results: [example] }]), ...errorResponses(401, 403, 503) },
  },
  get: {
    ...common,
    summary: 'How many were found, and by what',
    params,
    response: { 200: open([example]), ...errorResponses(401, 403, 404, 503) },
  },
  customers: {
    ...common,
    summary: 'Our customers whom the partner has too',
    params,
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        after: { type: 'integer', minimum: 0, description: 'As `next` of the page before.' },
        limit: { type: 'integer', minimum: 1, maximum: resultLimits.page },
      },
    },
    response: {
      200: open([{ found: [{ id: 'p12', kind: 'phone' }], next: 500 }]),
      ...errorResponses(400, 401, 403, 404, 409, 503),
    },
  },
  file: {
    ...common,
    summary: 'The same as a CSV',
    params,
    response: {
      200: {
        type: 'string',
        description: 'CSV: the id, and by which kind of value each was found.',
        examples: ['id,found_by\np12,phone\n'],
      },
      ...errorResponses(401, 403, 404, 503),
    },
  },
  person: {
    ...common,
    summary: 'Whether a customer is suppressed, and which partners know them',
    params: { type: 'object', required: ['id'], properties: { id: { type: 'string', maxLength: 20 } } },
    response: {
      200: open([{ suppressed: [], knownElsewhere: [{ match: example.match, partner: example.partner, kind: 'phone' }] }]),
      ...errorResponses(401, 403, 404, 503),
    },
  },
  forget: {
    ...common,
    summary: 'Forget what a match gave, beyond recovery',
    params,
    response: { 200: open([{ forgotten: true }]), ...errorResponses(401, 403, 404, 503) },
  },
};
type ByMatch = { Params: { match: string } };

/** Mount it inside a scope that has checked the caller. */
export function resultRoutes(http: FastifyInstance, parts: ResultRoutesParts): void {
  const { results } = parts;
  http.get('/api/matches/results', { schema: schemas.list, config: { audit: { action: 'match.results' } } }, async () => ({
    results: await results().list(),
  }));
  http.get<ByMatch>(
    '/api/matches/results/:match',
    { schema: schemas.get, config: { audit: { action: 'match.results' } } },
    ({ params: asked }) => results().get(asked.match),
  );
  http.get<ByMatch & { Querystring: { after?: number; limit?: number } }>(
    '/api/matches/results/:match/customers',
    { schema: schemas.customers, config: { audit: { action: 'match.customers' } } },
    async (request) => {
      const { after, limit } = request.query;
      const { from } = await results().get(request.params.match);
      const page = await results().page(request.params.match, after, limit);
      await audited(request, from, page.found);
      return page;
    },
  );
  exportRoute(http, parts);
  http.get<{ Params: { id: string } }>(
    '/api/profiles/:id/matches',
    { schema: schemas.person, config: { audit: { action: 'match.customer' } } },
    async (request) => {
      const person = parsePersonId(request.params.id) ?? -1;
      const recordIds = await parts.recordsOf(person);
      await request.auditSubjects([person], ['matches']);
      const [suppressed, knownElsewhere] = await Promise.all([
        results().standing('suppression', recordIds),
        results().knownElsewhere(recordIds),
      ]);
      return { suppressed, knownElsewhere };
    },
  );
  http.delete<ByMatch>(
    '/api/matches/results/:match',
    { schema: schemas.forget, config: { audit: { action: 'match.forget', change: true } } },
    async ({ params: asked }) => {
      await results().get(asked.match);
      await results().forget(asked.match);
      return { forgotten: true };
    },
  );
}

function exportRoute(http: FastifyInstance, { results, shownTo, demandExport }: ResultRoutesParts): void {
  http.post<ByMatch>(
    '/api/matches/results/:match/export',
    {
      schema: schemas.file,
      handlerTimeout: exportMs,
      config: {
        audit: { action: 'match.package', change: true },
        shownClear: 'each row is shown to its reader before it becomes a line of a file',
      },
    },
    async (request, reply): Promise<FastifyReply> => {
      const { match: asked } = request.params;
      await demandExport(request, asked);
      request.auditTarget(`match ${asked}`);
      const { from } = await results().get(asked);
      // Who is in the file stands in the log before the first line of it goes out.
      for (let after: number | undefined = 0; after !== undefined; ) {
        const page: Awaited<ReturnType<MatchResults['page']>> = await results().page(asked, after);
        await audited(request, from, page.found);
        after = page.next;
      }
      return reply.type('text/csv; charset=utf-8').send(Readable.from(results().csv(asked, shownTo(request))));
    },
  );
}

/** A file's own ids are nobody's here. */
async function audited(request: FastifyRequest, from: MatchResult['from'], found: readonly Found[]): Promise<void> {
  const persons = from === 'customers' ? found.flatMap(({ id }) => parsePersonId(id) ?? []) : [];
  if (persons.length > 0) await request.auditSubjects(persons, ['matches']);
}
