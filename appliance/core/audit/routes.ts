// The audit log over HTTP: pages of it, who read of somebody, and what a third party needs to verify it: heads, proofs, the whole log.

import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { Fault } from '../errors.ts';
import { type AuditFilter, type AuditLog, type AuditView, type CosignRequest, readLimits } from './audit.ts';
import { schemas } from './schemas.ts';

export type AuditRoutesParts = {
  /** The open log; throws `sealed` while there is none. */
  audit(): AuditLog;
  /** The records of a person, by the number of any of them. @throws {Fault} `not_found` */
  recordsOf(person: number): Promise<readonly number[]>;
  /** `p42` or `42`. */
  parsePersonId(text: string): number | undefined;
};

type Paging = {
  actor?: string;
  action?: string;
  outcome?: string;
  since?: string;
  until?: string;
  before?: number;
  limit?: number;
};

/** Sending a log of years takes a while. */
const exportMs = 3_600_000;
const sealedOnly = {
  access: { action: 'audit.verify' },
  audit: { exempt: 'hashes and ciphertext: gives nothing of a customer, and must work when the log is broken' },
};

/** Mount it inside a scope that has checked the caller. */
export function mountAudit(scope: FastifyInstance, { audit, recordsOf, parsePersonId }: AuditRoutesParts): void {
  const subjectOf = (text: unknown) => (typeof text === 'string' ? parsePersonId(text) : undefined);
  const recordsIn = async (text: string) => recordsOf(parsePersonId(text) ?? notAPerson());
  scope.get<{ Querystring: Paging & { person?: string; seq?: number[] } }>(
    '/api/audit',
    {
      schema: schemas.list,
      config: {
        audit: { action: 'audit.read', first: true, subjects: ({ query }) => [subjectOf(query.person)], fields: () => ['audit'] },
      },
    },
    async ({ query }) => {
      const records = query.person === undefined ? undefined : await recordsIn(query.person);
      return audit().list({ ...filterOf(query), ...(records && { records }), ...(query.seq && { seqs: query.seq }) });
    },
  );
  scope.get<{ Params: { person: string }; Querystring: Paging }>(
    '/api/audit/who-read/:person',
    {
      schema: schemas.whoRead,
      config: {
        audit: {
          action: 'audit.who',
          first: true,
          subjects: ({ params }) => [subjectOf(params.person)],
          fields: () => ['audit'],
        },
      },
    },
    async ({ params, query }) => {
      const records = await recordsIn(params.person);
      const filter = { ...filterOf(query), records };
      const [page, everybody] = await Promise.all([audit().list(filter), actorsOf(audit(), filter)]);
      return { person: params.person, records, ...everybody, ...page };
    },
  );
  scope.get<{ Params: { actor: string }; Querystring: Omit<Paging, 'actor'> }>(
    '/api/audit/read-by/:actor',
    { schema: schemas.readBy, config: { audit: { action: 'audit.who', first: true, fields: () => ['audit'] } } },
    async ({ params: { actor }, query }) => {
      const filter = { ...filterOf(query), actor };
      const [page, everybody] = await Promise.all([audit().list(filter), customersOf(audit(), filter)]);
      return { actor, ...everybody, ...page };
    },
  );
  scope.get('/api/audit/head', { schema: schemas.head, config: sealedOnly }, () => audit().head());
  scope.get<{ Querystring: { entry: number; size?: number } }>(
    '/api/audit/proof',
    { schema: schemas.proof, config: sealedOnly },
    async ({ query: { entry, size } }) => ({ ...(await audit().inclusion(entry, size)), leaf: await audit().leaf(entry) }),
  );
  scope.get<{ Querystring: { from: number; to?: number } }>(
    '/api/audit/consistency',
    { schema: schemas.consistency, config: sealedOnly },
    ({ query }) => audit().consistency(query.from, query.to),
  );
  scope.get(
    '/api/audit/export',
    { schema: schemas.export, config: { ...sealedOnly, ungated: true }, handlerTimeout: exportMs },
    async (_request, reply) => {
      reply.type('application/x-ndjson; charset=utf-8');
      return reply.send(Readable.from(audit().lines()));
    },
  );
  mountWitness(scope, audit);
}

/** Signing peers' heads, and keeping their signatures over ours. */
function mountWitness(scope: FastifyInstance, audit: () => AuditLog): void {
  const change = (action: string) => ({ audit: { action, change: true } as const });
  scope.post<{ Body: CosignRequest }>(
    '/api/audit/cosign',
    { schema: schemas.cosign, config: change('audit.cosign') },
    (request) => audit().witness.cosign(request.body),
  );
  scope.post(
    '/api/audit/cosignatures',
    { schema: schemas.acceptCosignature, config: change('audit.cosignature.add') },
    (request) => audit().witness.accept(request.body),
  );
  scope.get<{ Querystring: { limit: number } }>(
    '/api/audit/cosignatures',
    { schema: schemas.cosignatures, config: sealedOnly },
    async ({ query }) => ({ cosignatures: await audit().witness.cosignatures(query.limit) }),
  );
  scope.get('/api/audit/witnessed', { schema: schemas.witnessed, config: sealedOnly }, async () => ({
    heads: await audit().witness.witnessed(),
  }));
}

function notAPerson(): never {
  throw new Fault('not_found', 'a profile id is p and a number, such as p42');
}

function filterOf({ actor, action, outcome, since, until, before, limit }: Paging): AuditFilter {
  const sinceMs = timeOf(since, 'since');
  const untilMs = timeOf(until, 'until');
  return {
    ...(actor !== undefined && { actor }),
    ...(action !== undefined && { action }),
    ...(outcome !== undefined && { outcome }),
    ...(sinceMs !== undefined && { sinceMs }),
    ...(untilMs !== undefined && { untilMs }),
    ...(before !== undefined && { before }),
    ...(limit !== undefined && { limit }),
  };
}

/** A time as ISO 8601 or milliseconds. */
function timeOf(text: string | undefined, field: string): number | undefined {
  if (text === undefined) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isSafeInteger(ms)) throw new Fault('bad_request', `querystring/${field}`);
  return ms;
}

type Summed = { entries: number; firstAtMs: number; lastAtMs: number };

/** Customers that are named of one actor, and pages that are looked through for them: who did what is sealed, so all of it is opened. */
const customersSummed = 1_000;
const actorPages = 10;

/** Who, how often, from when to when, over all pages; `whole` is false where there were too many entries to look at. */
async function actorsOf(audit: AuditLog, filter: AuditFilter) {
  const { found, whole } = await sumUp(audit, filter, ({ actor }) => actor);
  return { actors: found.map(([actor, summed]) => ({ actor, ...summed })), whole };
}

async function customersOf(audit: AuditLog, filter: AuditFilter) {
  const { found, whole } = await sumUp(audit, filter, ({ person }) => person, actorPages);
  return {
    customers: found.slice(0, customersSummed).map(([person, summed]) => ({ person, ...summed })),
    whole: whole && found.length <= customersSummed,
  };
}

async function sumUp(
  audit: AuditLog,
  filter: AuditFilter,
  of: (entry: AuditView) => string | undefined,
  most: number = readLimits.summedPages,
): Promise<{ found: [string, Summed][]; whole: boolean }> {
  const found = new Map<string, Summed>();
  let before = filter.before;
  for (let pages = 0; pages < most; pages += 1) {
    const page = await audit.list({ ...filter, limit: readLimits.pageRows, ...(before !== undefined && { before }) });
    for (const entry of page.entries) {
      const name = of(entry);
      const { atMs } = entry;
      const known = name === undefined ? undefined : found.get(name);
      if (known) Object.assign(known, { entries: known.entries + 1, firstAtMs: atMs });
      else if (name !== undefined) found.set(name, { entries: 1, firstAtMs: atMs, lastAtMs: atMs });
    }
    before = page.next;
    if (before === undefined) break;
  }
  return { found: [...found].sort(([, a], [, b]) => b.entries - a.entries), whole: before === undefined };
}
