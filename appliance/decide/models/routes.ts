// Models over HTTP: questions, trainings as jobs, versions with their files, who serves, and scores of customers.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Fault } from '../../core/errors.ts';
import type { Asked } from '../../core/http/audited.ts';
import type { Column } from '../../core/matrix/matrix.ts';
import type { Principal } from '../../core/model/principal.ts';
import type { Example } from './onnx/own-model.ts';
import { questions } from './questions/questions.ts';
import { importOwn } from './registry/import.ts';
import type { Jobs } from './registry/jobs.ts';
import type { Registry } from './registry/registry.ts';
import { type Ask, type Model, type Schedule, type Version, versionName } from './registry/version.ts';
import { schemas } from './schemas.ts';
import type { Serving } from './serving/serving.ts';

export type ModelRoutesParts = {
  /** Of the open node; throws `sealed`. */
  registry(): Registry;
  jobs(): Jobs;
  serving(): Serving;
  /** Of the node's features. */
  columns(): readonly Column[];
  principalOf(request: FastifyRequest): Principal;
  may(principal: Principal, action: string): Promise<boolean>;
  parseId(text: string): number | undefined;
  /** The person that an id leads to. @throws {Fault} `not_found` */
  personOf(id: number): Promise<number>;
};

type ByName = { Params: { name: string } };
type ByVersion = { Params: { name: string; version: number } };
type Because = ByName & { Body: { reason?: string } };

const reading = (action: string) => ({ config: { audit: { action } } });
const changing = (action: string) => ({ config: { audit: { action, change: true as const } } });
/** An ONNX file in base64. */
const importBytes = 64 * 1024 * 1024;
const trainedElsewhere = 'a model that was brought is trained elsewhere';
const daysShown = 30;
/** After a start everybody is read first. */
const longMs = 600_000;

/** Mount it inside a scope that has checked the caller. */
export function mountModels(scope: FastifyInstance, parts: ModelRoutesParts): void {
  mountTraining(scope, parts);
  mountVersions(scope, parts);
  mountDecisions(scope, parts);
  mountScores(scope, parts);
}

function mountTraining(scope: FastifyInstance, { jobs, registry, principalOf, may }: ModelRoutesParts): void {
  scope.get('/api/model-questions', { schema: schemas.questions, ...reading('model.questions') }, async () => ({
    questions: questions.map(({ about: _about, kind: _kind, ...question }) => question),
  }));
  scope.post<{ Body: Ask & { name?: string } }>(
    '/api/models/train',
    { schema: schemas.train, ...changing('model.train') },
    async (request) => {
      const { name, ...ask } = request.body;
      const principal = principalOf(request);
      if (ask.serveFirst && !(await may(principal, 'model.promote'))) throw new Fault('forbidden', 'serveFirst');
      return jobs().ask(ask, principal.actor, name);
    },
  );
  scope.post<ByName>('/api/models/:name/retrain', { schema: schemas.retrain, ...changing('model.train') }, async (request) => {
    const { ask, name, kind } = registry().model(request.params.name);
    if (kind === 'own') throw new Fault('bad_request', trainedElsewhere);
    return jobs().ask(ask, principalOf(request).actor, name);
  });
  scope.get('/api/model-jobs', { schema: schemas.jobs, ...reading('model.jobs') }, async () => ({ jobs: jobs().list() }));
  scope.get<{ Params: { job: number } }>(
    '/api/model-jobs/:job',
    { schema: schemas.job, ...reading('model.jobs') },
    async ({ params }) => jobs().get(params.job),
  );
  scope.post<{ Params: { job: number } }>(
    '/api/model-jobs/:job/cancel',
    { schema: schemas.cancel, ...changing('model.cancel') },
    ({ params }) => jobs().cancel(params.job),
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
    JSON.parse((await registry().file(file(params), 'report')).toString('utf8')),
  );
  scope.get<ByVersion>(`${at}/card`, { schema: schemas.card, ...reading('model.file') }, async ({ params }, reply) => {
    const card = await registry().file(file(params), 'card');
    reply.header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
    );
    return reply.type('text/html; charset=utf-8').serializer(String).send(card.toString('utf8'));
  });
  scope.get<ByVersion>(`${at}/onnx`, { schema: schemas.onnx, ...reading('model.file') }, async ({ params }, reply) =>
    reply.type('application/octet-stream').send(await registry().file(file(params), 'onnx')),
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
      config: { audit: { action: 'score.read', subjects: byId, fields: () => ['scores'] } },
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
  scope.get<ByName & { Querystring: { limit: number } }>(
    '/api/models/:name/top',
    { schema: schemas.top, ...reading('score.top'), handlerTimeout: longMs },
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

function viewOf(model: Model, { registry, serving }: ModelRoutesParts) {
  const { name, kind, title, live, ask, scoringPurpose, schedule } = model;
  const champion = registry().champion(model);
  const state = serving().state(name);
  return {
    name,
    kind,
    title,
    live,
    ask,
    purpose: scoringPurpose,
    ...(schedule && { schedule }),
    ...(champion && { champion: champion.number }),
    ...(state && { serving: state }),
  };
}

function versionView(model: Model, { id: _id, modelId: _model, ...version }: Version) {
  return { ...version, name: versionName(model, version) };
}
