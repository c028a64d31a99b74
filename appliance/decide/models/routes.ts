// Models over HTTP: questions, trainings as jobs, versions with their files, who serves, and scores of customers.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { catalogue, Fault, type FaultCode, type Words } from '../../core/errors.ts';
import type { Asked } from '../../core/http/audited.ts';
import type { Column } from '../../core/matrix/matrix.ts';
import type { Principal } from '../../core/model/principal.ts';
import type { Example } from './onnx/own-model.ts';
import { questions } from './questions/questions.ts';
import { importOwn } from './registry/import.ts';
import type { Jobs, JobView } from './registry/jobs.ts';
import type { Registry } from './registry/registry.ts';
import { type Ask, type Model, type Schedule, type Version, versionName } from './registry/version.ts';
import { schemas } from './schemas.ts';
import type { Serving } from './serving/serving.ts';
import type { Report } from './training/report.ts';

export type ModelRoutesParts = {
  /** Of the open node; throws `sealed`. */
  registry(): Registry;
  jobs(): Jobs;
  serving(): Serving;
  /** Of the node's features. */
  columns(): readonly Column[];
  /** What people call them, by the columns of models. */
  titles(): ReadonlyMap<string, Words>;
  principalOf(request: FastifyRequest): Principal;
  /** @throws {Fault} `step_up_needed`, `forbidden` */
  demand(principal: Principal, action: string): Promise<void>;
  parseId(text: string): number | undefined;
  /** The person that an id leads to. @throws {Fault} `not_found` */
  personOf(id: number): Promise<number>;
};

type ByName = { Params: { name: string } };
type ByVersion = { Params: { name: string; version: number } };
type Because = ByName & { Body: { reason?: string } };

const reading = (action: string) => ({ config: { audit: { action } } });
const changing = (action: string) => ({ config: { audit: { action, change: true as const } } });
/** Whoever policies let read scores reads them: a mask would turn a probability into a wrong one. */
const scoresOnly = 'scores and their reasons under a number of a profile, for whoever may read scores';
/** An ONNX file in base64. */
const importBytes = 64 * 1024 * 1024;
const trainedElsewhere = 'a model that was brought is trained elsewhere';
const daysShown = 30;
const driftDaysShown = 90;
/** After a start everybody is read first. */
const longMs = 600_000;

/** Mount it inside a scope that has checked the caller. */
export function mountModels(scope: FastifyInstance, parts: ModelRoutesParts): void {
  mountTraining(scope, parts);
  mountVersions(scope, parts);
  mountDrift(scope, parts);
  mountDecisions(scope, parts);
  mountScores(scope, parts);
}

function mountTraining(scope: FastifyInstance, { jobs, registry, principalOf, demand }: ModelRoutesParts): void {
  scope.get('/api/model-questions', { schema: schemas.questions, ...reading('model.questions') }, async () => ({
    questions: questions.map(({ about: _about, kind: _kind, ...question }) => question),
  }));
  scope.post<{ Body: Ask & { name?: string } }>(
    '/api/models/train',
    { schema: schemas.train, ...changing('model.train') },
    async (request) => {
      const { name, ...ask } = request.body;
      const principal = principalOf(request);
      if (ask.serveFirst) await demand(principal, 'model.promote');
      return told(await jobs().ask(ask, principal.actor, name));
    },
  );
  scope.post<{ Body: Ask & { name?: string } }>(
    '/api/models/train/check',
    { schema: schemas.check, ...reading('model.check'), handlerTimeout: longMs },
    async ({ body: { name: _name, ...ask } }) => jobs().check(ask),
  );
  scope.post<ByName>('/api/models/:name/retrain', { schema: schemas.retrain, ...changing('model.train') }, async (request) => {
    const { ask, name, kind } = registry().model(request.params.name);
    if (kind === 'own') throw new Fault('bad_request', trainedElsewhere);
    return told(await jobs().ask(ask, principalOf(request).actor, name));
  });
  scope.get('/api/model-jobs', { schema: schemas.jobs, ...reading('model.jobs') }, async () => ({
    jobs: jobs().list().map(told),
  }));
  scope.get<{ Params: { job: number } }>(
    '/api/model-jobs/:job',
    { schema: schemas.job, ...reading('model.jobs') },
    async ({ params }) => told(jobs().get(params.job)),
  );
  scope.post<{ Params: { job: number } }>(
    '/api/model-jobs/:job/cancel',
    { schema: schemas.cancel, ...changing('model.cancel') },
    async ({ params }) => told(await jobs().cancel(params.job)),
  );
}

function mountVersions(scope: FastifyInstance, parts: ModelRoutesParts): void {
  const { registry, serving } = parts;
  scope.get('/api/models', { schema: schemas.models, ...reading('model.list') }, async () => ({
    models: registry().models.map((model) => viewOf(model, parts)),
  }));
  scope.get<ByName>('/api/models/:name', { schema: schemas.model, ...reading('model.read') }, async ({ params }) => {
    const model = registry().model(params.name);
    const champion = registry().champion(model);
    const days = champion ? await serving().days(champion.id, daysShown) : [];
    return {
      ...viewOf(model, parts),
      versions: registry()
        .versions(model)
        .map((one) => versionView(model, one)),
      days,
    };
  });
  const file = ({ name, version }: ByVersion['Params']) => registry().version(registry().model(name), version);
  const at = '/api/models/:name/versions/:version';
  scope.get<ByVersion>(`${at}/report`, { schema: schemas.report, ...reading('model.file') }, async ({ params }) =>
    titled(JSON.parse((await registry().file(file(params), 'report')).toString('utf8')) as Reported, parts.titles()),
  );
  scope.get<ByVersion>(`${at}/card`, { schema: schemas.card, ...reading('model.file') }, async ({ params }, reply) => {
    const card = await registry().file(file(params), 'card');
    reply.header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
    );
    return reply.type('text/html; charset=utf-8').serializer(String).send(card.toString('utf8'));
  });
  scope.get<ByVersion>(`${at}/onnx`, { schema: schemas.onnx, ...reading('model.file') }, async ({ params }, reply) =>
    reply.type('application/octet-stream').send(await registry().file(file(params), 'onnx')),
  );
}

/** Columns of a report, as the console names them. */
type Reported = Partial<Pick<Report, 'columns' | 'importance' | 'partialDependence' | 'fairness'>>;

function titled(report: Reported, titles: ReadonlyMap<string, Words>) {
  const { columns, importance = [], partialDependence = [], fairness = [] } = report;
  const named = [...importance, ...partialDependence, ...fairness, ...(columns?.dropped ?? []), ...(columns?.suspects ?? [])];
  const names = new Set([...named.map(({ column }) => column), ...(columns?.used ?? [])]);
  return { ...report, titles: Object.fromEntries([...names].flatMap((name) => [[name, titleIn(titles, name)]])) };
}

const titleIn = (titles: ReadonlyMap<string, Words>, name: string): Words => titles.get(name) ?? { en: name, zh: name };

function mountDrift(scope: FastifyInstance, { registry, serving, titles }: ModelRoutesParts): void {
  scope.get<ByName>(
    '/api/models/:name/drift',
    { schema: schemas.drift, ...reading('model.read'), handlerTimeout: longMs },
    async ({ params: { name } }) => {
      const champion = registry().champion(registry().model(name));
      if (!champion) throw new Fault('not_found', 'a version that serves');
      const { atMs, version, stability } = await serving().stability(name);
      const days = await serving().days(champion.id, driftDaysShown);
      const { rows, score, columns, absent } = stability;
      return {
        ...{ model: name, version, atMs, rows, score, absent },
        columns: columns.map((one) => ({ ...one, title: titleIn(titles(), one.column) })),
        days: days.map(({ dayAtMs, customers, mean, drift }) => ({ dayAtMs, customers, mean, ...drift })),
      };
    },
  );
}

function mountDecisions(scope: FastifyInstance, parts: ModelRoutesParts): void {
  const { registry, principalOf, columns } = parts;
  const by = (request: FastifyRequest<{ Body: { reason?: string } }>) => {
    const reason = request.body?.reason;
    return { by: principalOf(request as FastifyRequest).actor, ...(reason !== undefined && { reason }) };
  };
  const shown = (name: string, version: Version) => versionView(registry().model(name), version);
  scope.post<ByName & { Body: { version: number; reason?: string } }>(
    '/api/models/:name/promote',
    { schema: schemas.promote, ...changing('model.promote') },
    async (request) => {
      const { name } = request.params;
      return shown(name, await registry().promote(name, request.body.version, by(request as never)));
    },
  );
  scope.post<Because>(
    '/api/models/:name/rollback',
    { schema: schemas.rollback, ...changing('model.rollback') },
    async (request) => shown(request.params.name, await registry().rollback(request.params.name, by(request as never))),
  );
  scope.post<Because>('/api/models/:name/retire', { schema: schemas.retire, ...changing('model.retire') }, async (request) =>
    shown(request.params.name, await registry().retire(request.params.name, by(request as never))),
  );
  scope.put<ByName & { Body: { everyDays?: number; promote?: Schedule['promote'] } }>(
    '/api/models/:name/schedule',
    { schema: schemas.schedule, ...changing('model.schedule') },
    async ({ params, body }) => {
      const { everyDays, promote = 'never' } = body;
      if (registry().model(params.name).kind === 'own') throw new Fault('bad_request', trainedElsewhere);
      const model = await registry().schedule(params.name, everyDays === undefined ? undefined : { everyDays, promote });
      return viewOf(model, parts);
    },
  );
  scope.post<{
    Body: { name: string; onnx: string; signature: object; examples: Example[]; purpose?: string; live?: boolean };
  }>('/api/models/import', { schema: schemas.import, ...changing('model.import'), bodyLimit: importBytes }, async (request) => {
    const { onnx, ...order } = request.body;
    const file = { ...order, onnx: Buffer.from(onnx, 'base64') };
    const { model, version } = await importOwn(registry(), file, columns(), principalOf(request).actor);
    return versionView(model, version);
  });
}

function mountScores(scope: FastifyInstance, { serving, parseId, personOf }: ModelRoutesParts): void {
  const byId = ({ params }: Asked) => [parseId(String(params.id))];
  scope.get<{ Params: { id: string } }>(
    '/api/scores/:id',
    {
      schema: schemas.scores,
      config: { audit: { action: 'score.read', subjects: byId, fields: () => ['scores'] }, shownClear: scoresOnly },
      handlerTimeout: longMs,
    },
    async ({ params }) => {
      const id = parseId(params.id);
      if (id === undefined) throw new Fault('not_found', 'a profile id is p and a number, such as p42');
      const person = await personOf(id);
      await serving().ready();
      return { id: `p${person}`, scores: serving().scoresOf(person) };
    },
  );
  scope.get<{ Params: { id: string } }>(
    '/api/scores/:id/explanations',
    {
      schema: schemas.explanations,
      config: { audit: { action: 'score.read', subjects: byId, fields: () => ['scores'] }, shownClear: scoresOnly },
      handlerTimeout: longMs,
    },
    async ({ params }) => {
      const id = parseId(params.id);
      if (id === undefined) throw new Fault('not_found', 'a profile id is p and a number, such as p42');
      const person = await personOf(id);
      await serving().ready();
      return { id: `p${person}`, explanations: serving().explained(person) };
    },
  );
  scope.get<ByName & { Querystring: { limit: number } }>(
    '/api/models/:name/top',
    { schema: schemas.top, config: { ...reading('score.top').config, shownClear: scoresOnly }, handlerTimeout: longMs },
    async (request) => {
      await serving().ready();
      const scores = serving().top(request.params.name, request.query.limit);
      await request.auditSubjects(
        scores.flatMap(({ id }) => parseId(id) ?? []),
        ['scores'],
      );
      return { scores };
    },
  );
}

/** With what its code means, as an answer that says no has it. */
function told(job: JobView) {
  const { code } = job;
  if (code === undefined || !Object.hasOwn(catalogue, code)) return job;
  const { message, next } = catalogue[code as FaultCode];
  return { ...job, said: { message, next } };
}

function viewOf(model: Model, { registry, serving, jobs }: ModelRoutesParts) {
  const { name, kind, title, outcome, live, ask, scoringPurpose, schedule, createdAtMs } = model;
  const versions = registry().versions(model);
  const champion = registry().champion(model);
  const challenger = versions.find((one) => one.state === 'challenger');
  const state = serving().state(name);
  const dueAtMs = jobs().dueAtMs(model);
  return {
    ...{ name, kind, title, outcome, live, ask, createdAtMs },
    purpose: scoringPurpose,
    ...(schedule && { schedule }),
    ...(dueAtMs !== undefined && { dueAtMs }),
    ...(versions[0] && { newest: versions[0].number }),
    ...(challenger && { challenger: challenger.number }),
    ...(champion && { champion: champion.number, trainedAtMs: champion.createdAtMs }),
    ...(champion?.figures && { figures: champion.figures }),
    ...(champion?.lineage && { together: true }),
    ...(state && { serving: state }),
  };
}

function versionView(model: Model, { id: _id, modelId: _model, ...version }: Version) {
  return { ...version, name: versionName(model, version) };
}
