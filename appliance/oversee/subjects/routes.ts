// The rights of the person over HTTP: erasing, the package of everything, requests with their deadlines, retention, and documents.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../../core/errors.ts';
import type { Asked } from '../../core/http/audited.ts';
import type { Principal } from '../../core/model/principal.ts';
import type { RequestKind } from '../../core/model/rights.ts';
import { assessmentText, pageOf, registerText } from './document-text.ts';
import type { Assessment } from './documents.ts';
import type { ErasureReason } from './erasure-store.ts';
import { type LetterKind, letterOf } from './letters.ts';
import { packagePage } from './package-page.ts';
import type { Check } from './request-store.ts';
import type { Completion, RequestView } from './requests.ts';
import { schemas } from './schemas.ts';
import type { Subjects } from './subjects.ts';

export type SubjectRoutesParts = {
  /** Throws `sealed` while there are none. */
  subjects(): Subjects;
  nowMs(): number;
  parseId(text: string): number | undefined;
  principalOf(request: FastifyRequest): Principal;
  /** What policies say of an act for two, asked by one. @throws {Fault} `approval_needed`, `step_up_needed`, `forbidden` */
  demand(principal: Principal, act: 'subject.erase'): Promise<void>;
  /** @throws {Fault} as `demand` where nobody approved that this person's package goes to whoever asks */
  demandExport(principal: Principal, person: number): Promise<void>;
};

type Language = 'zh' | 'en';
type ById = { Params: { id: string } };
type ByRequest = { Params: { request: number } };
type Because = ByRequest & { Body: { reason: string } };
type Shown = { Querystring: { format?: 'json' | 'markdown' | 'html'; language?: Language } };

/** Erasing, exporting and retention take as long as there is much. */
const longMs = 1_800_000;

/** Mount it inside a scope that has checked the caller. */
export function subjectRoutes(http: FastifyInstance, parts: SubjectRoutesParts): void {
  mountErasures(http, parts);
  mountExport(http, parts);
  mountRequests(http, parts);
  mountRetention(http, parts);
  mountDocuments(http, parts);
}

const changing = (action: string) => ({ audit: { action, change: true as const } });
const reading = (action: string) => ({ audit: { action } });

function mountErasures(http: FastifyInstance, { subjects, parseId, principalOf }: SubjectRoutesParts): void {
  const byId = ({ params }: Asked) => [parseId(String(params.id))];
  http.post<ById & { Body: { reason: ErasureReason } }>(
    '/api/subjects/:id/erase',
    {
      schema: schemas.erase,
      config: { audit: { action: 'subject.erase', change: true, subjects: byId } },
      handlerTimeout: longMs,
    },
    (request) => {
      const principal = principalOf(request);
      const by = { actor: principal.actor, reason: request.body.reason };
      return subjects().eraseSubject(idOf(request.params.id, parseId), by);
    },
  );
  http.get<{ Querystring: { limit?: number; before?: string } }>(
    '/api/erasures',
    { schema: schemas.erasures, config: reading('erasure.list') },
    ({ query }) => subjects().erasures.list(query.limit, query.before),
  );
  http.get<{ Params: { erasure: string } }>(
    '/api/erasures/:erasure',
    { schema: schemas.erasure, config: reading('erasure.read') },
    ({ params }) => subjects().erasures.get(params.erasure),
  );
  http.get<{ Params: { erasure: string } }>(
    '/api/erasures/:erasure/receipt',
    { schema: schemas.receipt, config: reading('erasure.receipt') },
    ({ params }) => subjects().erasures.receipt(params.erasure),
  );
}

function mountExport(http: FastifyInstance, { subjects, parseId, principalOf, demandExport }: SubjectRoutesParts): void {
  const byId = ({ params }: Asked) => [parseId(String(params.id))];
  http.get<ById & Shown>(
    '/api/subjects/:id/export',
    {
      schema: schemas.export,
      config: { audit: { action: 'subject.package', first: true, subjects: byId, fields: () => ['everything'] } },
      handlerTimeout: longMs,
    },
    async (request, reply) => {
      const { params, query } = request;
      const person = idOf(params.id, parseId);
      await demandExport(principalOf(request), person);
      const made = await subjects().export(person);
      return query.format === 'html' ? page(reply, packagePage(made, query.language ?? 'zh')) : made;
    },
  );
}

function mountRequests(http: FastifyInstance, { subjects, parseId, principalOf, demand }: SubjectRoutesParts): void {
  const actorOf = (request: FastifyRequest) => principalOf(request).actor;
  const about = ({ body }: Asked) => [parseId(String(body.person))];
  const requests = () => subjects().requests;
  /** Whom a request is about comes to light only here. */
  const noted = async (request: FastifyRequest, found: RequestView): Promise<RequestView> => {
    const person = found.person === undefined ? undefined : parseId(found.person);
    if (person !== undefined) await request.auditSubjects([person], ['request']);
    return found;
  };
  http.post<{ Body: { person: string; kind: RequestKind; note?: string; language?: Language } }>(
    '/api/subject-requests',
    { schema: schemas.openRequest, config: { audit: { action: 'request.open', change: true, subjects: about } } },
    (request) => requests().open({ ...request.body, person: idOf(request.body.person, parseId) }, actorOf(request)),
  );
  http.get<{ Querystring: { closed?: boolean; after?: number; limit?: number } }>(
    '/api/subject-requests',
    { schema: schemas.requests, config: reading('request.list') },
    async (request) => {
      const { closed = false, after, limit } = request.query;
      const found = await requests().list(closed, after, limit);
      const persons = found.requests.flatMap(({ person }) => (person === undefined ? [] : (parseId(person) ?? [])));
      if (persons.length > 0) await request.auditSubjects(persons, ['request']);
      return found;
    },
  );
  http.get<ByRequest>(
    '/api/subject-requests/:request',
    { schema: schemas.request, config: reading('request.read') },
    async (request) => noted(request, await requests().get(request.params.request)),
  );
  http.get<ByRequest & { Querystring: { about?: LetterKind; language?: Language } }>(
    '/api/subject-requests/:request/letter',
    {
      schema: schemas.letter,
      config: {
        ...reading('request.letter'),
        shownClear: 'numbers, dates, articles, and a reason that was written for whoever gets the letter',
      },
    },
    async (request) => {
      const found = await noted(request, await requests().get(request.params.request));
      return letterOf(
        found,
        request.query.about ?? 'received',
        request.query.language ?? found.language,
        subjects().letterhead(),
      );
    },
  );
  http.post<ByRequest & { Body: { how: Check } }>(
    '/api/subject-requests/:request/verify',
    { schema: schemas.verify, config: changing('request.verify') },
    (request) => requests().verify(request.params.request, request.body.how, actorOf(request)),
  );
  for (const name of ['hold', 'release', 'extend', 'refuse', 'lift'] as const) {
    http.post<Because>(
      `/api/subject-requests/:request/${name}`,
      { schema: schemas[name], config: changing(`request.${name}`) },
      (request) => requests()[name](request.params.request, request.body.reason, actorOf(request)),
    );
  }
  http.post<ByRequest & { Body: Completion | null }>(
    '/api/subject-requests/:request/complete',
    { schema: schemas.complete, config: changing('request.complete'), handlerTimeout: longMs },
    async (request) => {
      const { kind } = await requests().get(request.params.request);
      // An act for two comes to it by another way: proposed and approved, it completes the request.
      if (kind === 'erasure') await demand(principalOf(request), 'subject.erase');
      return requests().complete(request.params.request, request.body ?? {}, actorOf(request));
    },
  );
}

function mountRetention(http: FastifyInstance, { subjects, principalOf }: SubjectRoutesParts): void {
  http.get('/api/retention', { schema: schemas.retention, config: reading('retention.read') }, async () => {
    const { rules } = subjects().retention;
    return { rules, runs: await subjects().retention.runs() };
  });
  http.get(
    '/api/retention/preview',
    { schema: schemas.preview, config: reading('retention.preview'), handlerTimeout: longMs },
    () => subjects().retention.preview(),
  );
  http.post(
    '/api/retention/run',
    { schema: schemas.run, config: changing('retention.run'), handlerTimeout: longMs },
    (request) => {
      const principal = principalOf(request);
      return subjects().retention.run(principal.actor);
    },
  );
}

function mountDocuments(http: FastifyInstance, { subjects, principalOf }: SubjectRoutesParts): void {
  const shown = <T>(
    reply: FastifyReply,
    { format, language = 'zh' }: Shown['Querystring'],
    value: T,
    text: (value: T, language: Language) => string,
  ) => {
    if (format === 'markdown') return reply.type('text/markdown; charset=utf-8').send(text(value, language));
    return format === 'html' ? page(reply, pageOf(text(value, language), language)) : value;
  };
  http.get<Shown>('/api/register', { schema: schemas.register, config: reading('register.read') }, async ({ query }, reply) =>
    shown(reply, query, await subjects().documents.register(), registerText),
  );
  http.get('/api/register/versions', { schema: schemas.registers, config: reading('register.versions') }, async () => ({
    registers: await subjects().documents.registers(),
  }));
  http.post<{ Body: Pick<Assessment, 'title' | 'purposes' | 'necessity' | 'risks' | 'conclusion'> }>(
    '/api/assessments',
    { schema: schemas.assess, config: changing('assessment.add') },
    (request) => subjects().documents.assess(request.body, principalOf(request).actor),
  );
  http.get('/api/assessments', { schema: schemas.assessments, config: reading('assessment.list') }, async () => {
    const found = await subjects().documents.assessments();
    return {
      assessments: found.map(({ content, ...rest }) => ({
        ...rest,
        title: content.title,
        conclusion: content.conclusion,
        keptUntilMs: content.keptUntilMs,
      })),
    };
  });
  http.get<{ Params: { assessment: number } } & Shown>(
    '/api/assessments/:assessment',
    { schema: schemas.assessment, config: reading('assessment.read') },
    async ({ params, query }, reply) =>
      shown(reply, query, await subjects().documents.assessment(params.assessment), assessmentText),
  );
}

function idOf(text: string, parseId: SubjectRoutesParts['parseId']): number {
  const id = parseId(text);
  if (id === undefined) throw new Fault('not_found', 'a profile id is p and a number, such as p42');
  return id;
}

/** Shown by itself, whatever page it is opened from. */
function page(reply: FastifyReply, html: string): FastifyReply {
  reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
  return reply.type('text/html; charset=utf-8').send(html);
}
