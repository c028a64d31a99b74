// Policies, approvals and breaking the glass over HTTP.

import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Words } from '../errors.ts';
import { principalOf } from '../http/access.ts';
import type { Role } from '../model/principal.ts';
import { type ApprovalState, type Approvals, approvalLimits } from './approvals.ts';
import type { BreakGlass, Glass, Verdict } from './break-glass.ts';
import type { DataClass } from './classes.ts';
import { type Asked, nothingKnown, type PolicyEngine, type Who } from './decide.ts';
import { type PolicyFile, readPolicies } from './policies.ts';
import { type PolicyBook, placeOf } from './policy-book.ts';
import { schemas } from './policy-schemas.ts';
import { actionsOf, mayWhat, whoMayWhat } from './who-may-what.ts';
import type { AccessTable, Cell } from './who-may-what-words.ts';

/** An act that was approved: as long as a client may want to wait. */
const actMs = 3_600_000;

const tableMs = 600_000;
/** The table is worked out ahead so long after somebody came who may read it, and after each cell the node has so long for others. */
const ahead = { afterMs: 5_000, restMs: 15 } as const;

export type PolicyRoutesParts = {
  engine: PolicyEngine;
  fourEyes: 'people' | 'always';
  /** While the node is open; they throw `sealed` otherwise. */
  book(): PolicyBook;
  approvals(): Approvals;
  glass(): BreakGlass;
  /** The API's own document, which declares every action. */
  document(): unknown;
  /** Kinds of acts for two: what may be proposed, whether a route does it too or not. */
  acts(): readonly string[];
  /** Names of the purposes that are declared. */
  purposes(): readonly string[];
  /** The same as people read them, with the ways to reach somebody for each. */
  namedPurposes(): readonly NamedPurpose[];
};

export type NamedPurpose = { purpose: string; name: Words; channels: readonly string[] };

export function mountPolicies(scope: FastifyInstance, parts: PolicyRoutesParts): void {
  const table = tableOf(parts);
  policyRoutes(scope, parts, table);
  ownActions(scope, parts, table);
  approvalRoutes(scope, parts);
  glassRoutes(scope, parts);
}

type Table = { read(): Promise<AccessTable>; prepare(): void };

/** Who may what, worked out once while the same policies hold: it takes seconds, and more where the machine has other work. */
function tableOf({ engine, fourEyes, document, purposes }: PolicyRoutesParts): Table {
  let waiting = 0;
  const between = () => (waiting > 0 ? turn() : sleep(ahead.restMs, undefined, { ref: false }));
  const table = keptWhile(
    () => `${engine.policies.hash} ${purposes().join(' ')}`,
    () => whoMayWhat(engine, actionsOf(document()), purposes(), fourEyes, between),
  );
  return {
    async read() {
      waiting += 1;
      try {
        return await table();
      } finally {
        waiting -= 1;
      }
    },
    prepare: () =>
      void sleep(ahead.afterMs, undefined, { ref: false })
        .then(table)
        .catch(() => undefined),
  };
}

function policyRoutes(scope: FastifyInstance, { engine, fourEyes, book }: PolicyRoutesParts, table: Table): void {
  const read = { audit: { action: 'policy.read' } };
  scope.get('/api/policies', { schema: schemas.policies, config: read }, async () => {
    const { files, policies } = engine.policies;
    return { ...book().current, fourEyes, policies: [...policies.values()], files };
  });
  scope.get('/api/policies/versions', { schema: schemas.versions, config: read }, async () => ({
    versions: await book().versions(),
  }));
  scope.get<{ Params: { version: number } }>(
    '/api/policies/versions/:version',
    { schema: schemas.version, config: read },
    async (request) => ({ version: request.params.version, files: await book().filesOf(request.params.version) }),
  );
  scope.get('/api/policies/table', { schema: schemas.table, config: read, handlerTimeout: tableMs }, async () => ({
    version: book().current.version,
    ...(await table.read()),
  }));
  scope.get<{ Querystring: Case }>('/api/policies/case', { schema: schemas.askCase, config: read }, async ({ query }) =>
    answerCase(engine, fourEyes, query),
  );
  scope.post<{ Body: { files: PolicyFile[] } }>(
    '/api/policies/check',
    { schema: schemas.check, config: { audit: { action: 'policy.check' } } },
    async (request) => {
      const answer = readPolicies(request.body.files);
      if ('flaws' in answer) return { ok: false, flaws: answer.flaws.map((flaw) => ({ ...flaw, place: placeOf(flaw) })) };
      await book().checked(request.body.files);
      return { ok: true, flaws: [], hash: answer.set.hash, policies: answer.set.policies.size };
    },
  );
}

/** What was worked out, as long as what it hangs on is the same; asked for again where it failed. */
function keptWhile<Result>(same: () => string, make: () => Promise<Result>): () => Promise<Result> {
  let kept: { of: string; made: Promise<Result> } | undefined;
  return () => {
    const of = same();
    if (kept?.of === of) return kept.made;
    const made = make();
    const own = { of, made };
    kept = own;
    made.catch(() => {
      if (kept === own) kept = undefined;
    });
    return made;
  };
}

type Case = Pick<Asked, 'consent' | 'steppedUp' | 'approved' | 'breakGlass'> & {
  role?: Role | 'operator';
  action: string;
  purpose?: string;
  dataClass?: DataClass;
};

function answerCase(engine: PolicyEngine, fourEyes: Asked['fourEyes'], query: Case): object {
  const { role, action, purpose = '', dataClass, ...rest } = query;
  const asked: Asked = { ...nothingKnown, ...rest, purpose, fourEyes };
  const who: Who = role === 'operator' ? { kind: 'operator', roles: [] } : { kind: 'person', roles: role ? [role] : [] };
  const { allowed, policy, needs } = engine.decide(who, action, undefined, asked);
  const said = policy === '' ? [] : policy.split('+').flatMap((id) => engine.policies.policies.get(id) ?? []);
  return {
    allowed,
    known: engine.knows(action),
    ...(needs && { needs }),
    ...(dataClass && { view: engine.sight(who, asked)[dataClass] }),
    policies: said,
  };
}

/** Asked with every page that is opened: worked out once for each set of roles, while the same policies hold. */
function ownActions(scope: FastifyInstance, parts: PolicyRoutesParts, table: Table): void {
  const { engine, fourEyes, document, acts, purposes, namedPurposes } = parts;
  const known = new Map<string, Promise<{ [action: string]: Cell }>>();
  let of = '';
  const asked = () => [...new Set([...actionsOf(document()), ...acts()])].sort();
  scope.get(
    '/api/session/actions',
    {
      schema: schemas.ownActions,
      config: {
        access: { action: 'session.read' },
        audit: { exempt: 'tells whoever asks what they may do; says nothing of a customer' },
      },
    },
    async (request) => {
      const { kind, roles } = principalOf(request);
      const held = `${engine.policies.hash} ${purposes().join(' ')}`;
      if (held !== of) known.clear();
      of = held;
      const key = `${kind} ${[...roles].sort().join(' ')}`;
      const actions = known.get(key) ?? mayWhat(engine, { kind, roles }, asked(), purposes(), fourEyes);
      known.set(key, actions);
      actions.catch(() => known.delete(key));
      const cells = await actions;
      if (cells['policy.read']) table.prepare();
      return { actions: cells, purposes: namedPurposes() };
    },
  );
}

type Listed = { state?: ApprovalState; before?: number; limit?: number };
type Numbered = { Params: { approvalId: number } };

function approvalRoutes(scope: FastifyInstance, { approvals }: PolicyRoutesParts): void {
  scope.get<{ Querystring: Listed }>(
    '/api/approvals',
    { schema: schemas.approvals, config: { audit: { action: 'approval.list' } } },
    async (request) => ({ approvals: await approvals().list(request.query) }),
  );
  scope.get<Numbered>(
    '/api/approvals/:approvalId',
    { schema: schemas.approval, config: { audit: { action: 'approval.list' } } },
    (request) => approvals().get(request.params.approvalId),
  );
  scope.post<{ Body: { kind: string; payload?: unknown; reason: string } }>(
    '/api/approvals',
    {
      schema: schemas.propose,
      bodyLimit: 2 * approvalLimits.payloadBytes,
      config: { audit: { action: 'approval.propose', change: true } },
    },
    async (request, reply) => {
      const { kind, payload, reason } = request.body;
      reply.code(201);
      return approvals().propose(principalOf(request), kind, payload ?? {}, reason);
    },
  );
  type Decided = Numbered & { Body: { remark?: string } };
  const decides = { audit: { action: 'approval.decide', change: true } } as const;
  // What is approved is done at once, and some of it concerns everybody: retention, an export.
  const acts = { schema: schemas.approve, config: decides, handlerTimeout: actMs };
  scope.post<Decided>('/api/approvals/:approvalId/approve', acts, (request) =>
    approvals().approve(principalOf(request), request.params.approvalId, request.body.remark),
  );
  scope.post<Decided>('/api/approvals/:approvalId/reject', { schema: schemas.reject, config: decides }, (request) =>
    approvals().reject(principalOf(request), request.params.approvalId, request.body.remark),
  );
}

function glassRoutes(scope: FastifyInstance, { glass }: PolicyRoutesParts): void {
  scope.post<{ Body: { reason: string; minutes: number } }>(
    '/api/break-glass',
    { schema: schemas.breakGlass, config: { audit: { action: 'break-glass.open', change: true } } },
    async (request, reply): Promise<Glass> => {
      reply.code(201);
      return glass().begin(principalOf(request), request.body.reason, request.body.minutes);
    },
  );
  scope.get<{ Querystring: { open?: boolean; before?: number; limit?: number } }>(
    '/api/break-glass',
    { schema: schemas.glasses, config: { audit: { action: 'break-glass.list' } } },
    async (request) => ({ alarms: await glass().list(request.query) }),
  );
  scope.post<{ Params: { glassId: number }; Body: { verdict: Verdict; remark?: string } }>(
    '/api/break-glass/:glassId/review',
    { schema: schemas.review, config: { audit: { action: 'break-glass.review', change: true } } },
    (request) => {
      const { verdict, remark } = request.body;
      return glass().review(principalOf(request).actor, request.params.glassId, verdict, remark);
    },
  );
}
