// Features over HTTP: the catalogue, what they hold over everybody, and rows under pseudonyms.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Fault } from '../../core/errors.ts';
import { purposeOf } from '../../core/http/audited.ts';
import { KeptAnswers } from '../../core/kept.ts';
import { handOver } from '../../core/matrix/matrix.ts';
import { withPool } from '../../core/pool/pool.ts';
import type { PersonFacts } from '../../record/profiles/profiles.ts';
import { type Customers, type FactsAt, featureGroups, purchasesOf, rowLimits, rowsAt, rowsNow } from './features.ts';
import { schemas } from './schemas.ts';
import type * as tasks from './summary.task.ts';

const taskFile = new URL('./summary.task.ts', import.meta.url);

export type FeatureRoutesParts = {
  /** Asked for at each request: there is none while the node is sealed. */
  customers(): Customers;
  factsAt: FactsAt;
  factsOf(persons: readonly number[]): Promise<Map<number, PersonFacts>>;
  nowMs(): number;
  /** The consent gate over everybody. */
  allowing(purpose: string): Promise<(personId: number) => boolean>;
  /** The same as bytes: 1 at the id of each person who may be used. */
  allowed(purpose: string): Promise<Uint8Array>;
  pseudonymOf(purpose: string, personId: number): string;
};

/** Mount it inside a scope that has checked the caller. */
export function featureRoutes(http: FastifyInstance, parts: FeatureRoutesParts): void {
  purchaseRoutes(http, parts);
  // With the customers goes what was kept of them.
  const kept = new WeakMap<Customers, KeptAnswers>();
  const keptOf = (customers: Customers): KeptAnswers => {
    const own = kept.get(customers) ?? new KeptAnswers();
    kept.set(customers, own);
    return own;
  };
  http.get('/api/features', { schema: schemas.list, config: { audit: { action: 'feature.list' } } }, () => ({
    features: parts
      .customers()
      .matrix.features.map(({ name, label, group, kind, missing }) => ({ name, label, group, kind, missing })),
    groups: featureGroups,
    state: parts.customers().state,
  }));
  http.get('/api/features/summary', { schema: schemas.summary, config: { audit: { action: 'feature.summary' } } }, (request) =>
    summary(parts, statedPurpose(request), keptOf(parts.customers())),
  );
  http.get<{ Querystring: { after: number; limit: number; days: boolean; at?: string } }>(
    '/api/features/rows',
    {
      schema: schemas.rows,
      config: {
        audit: { action: 'feature.rows', fields: () => ['features'] },
        shownClear: 'rows carry pseudonyms in place of persons, years in place of birthdays and no rare words',
      },
    },
    async (request) => {
      const purpose = statedPurpose(request);
      const { after, limit, days, at } = request.query;
      const customers = parts.customers();
      const [allowed] = await Promise.all([parts.allowing(purpose), customers.ready()]);
      const pseudonymOf = (personId: number) => parts.pseudonymOf(purpose, personId);
      const asked = { after, limit, days, nowMs: parts.nowMs(), allowed, pseudonymOf };
      return at === undefined ? rowsNow(customers, asked) : rowsAt(customers, parts.factsAt, Date.parse(at), asked);
    },
  );
}

function purchaseRoutes(http: FastifyInstance, parts: FeatureRoutesParts): void {
  http.get<{ Querystring: { after: number; limit: number } }>(
    '/api/features/purchases',
    {
      schema: schemas.purchases,
      config: {
        audit: { action: 'feature.purchases', fields: () => ['orders'] },
        shownClear: 'days and amounts under pseudonyms in place of persons',
      },
    },
    async (request) => {
      const purpose = statedPurpose(request);
      const customers = parts.customers();
      const [allowed] = await Promise.all([parts.allowing(purpose), customers.ready()]);
      const pseudonymOf = (personId: number) => parts.pseudonymOf(purpose, personId);
      return purchasesOf(customers, parts.factsOf, { ...request.query, nowMs: parts.nowMs(), allowed, pseudonymOf });
    },
  );
}

async function summary(parts: FeatureRoutesParts, purpose: string, kept: KeptAnswers): Promise<object> {
  const customers = parts.customers();
  const [allowed] = await Promise.all([parts.allowed(purpose), customers.ready()]);
  const nowMs = parts.nowMs();
  const known = kept.get(purpose, allowed, nowMs);
  if (known) return known;
  const view = customers.matrix.view(nowMs);
  const rows: number[] = [];
  for (let row = 0; row < view.rows; row += 1) {
    const person = customers.matrix.personOf(row);
    if (person >= 0 && allowed[person] === 1) rows.push(row);
  }
  const matrix = await handOver(view);
  const told = await withPool<typeof tasks, ReturnType<typeof tasks.summarise>>(taskFile, { threads: 1 }, (pool) =>
    pool.run('summarise', { matrix, rows: Int32Array.from(rows) }),
  );
  const features = told.map(({ levels, ...column }) => ({
    ...column,
    ...(levels && { levels: levels.filter((level) => level.rows >= rowLimits.rareLevel) }),
  }));
  const answer = { customers: rows.length, features, atMs: nowMs };
  kept.put(purpose, allowed, answer);
  return answer;
}

/** What features are of, the gate is asked for. @throws {Fault} `bad_request` when the request states none */
function statedPurpose(request: FastifyRequest): string {
  const purpose = purposeOf(request);
  if (purpose === undefined) throw new Fault('bad_request', 'x-purpose: what the features are for, such as analytics');
  return purpose;
}
