// Governance over HTTP: the catalogue, lineage, quality rules, scores, and what broke a rule.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Asked } from '../../core/http/audited.ts';
import type { SourceId } from '../../core/model/event.ts';
import type { DataClass } from './classes.ts';
import type { FieldFilter, Governance } from './governance.ts';
import { catalogueSchemas, qualitySchemas, rulesBodyLimit } from './schemas.ts';

export type GovernanceRoutesParts = {
  /** Asked for at each request: there is none while the node is sealed. */
  governance(): Governance;
  actorOf(request: FastifyRequest): string;
};

type Id = { Params: { id: number } };

/** Mount it inside a scope that has checked the caller. */
export function governanceRoutes(http: FastifyInstance, { governance, actorOf }: GovernanceRoutesParts): void {
  const audited = (action: string) => ({ audit: { action } });
  const change = (action: string) => ({ audit: { action, change: true } }) as const;
  http.get<{ Querystring: FieldFilter }>(
    '/api/catalogue',
    { schema: catalogueSchemas.list, config: audited('catalogue.list') },
    (request) => governance().catalogue.list(request.query),
  );
  http.get<{ Querystring: { source?: SourceId } }>(
    '/api/catalogue/streams',
    { schema: catalogueSchemas.streams, config: audited('catalogue.streams') },
    async (request) => ({ streams: await governance().catalogue.streams(request.query.source) }),
  );
  http.get<Id>('/api/catalogue/fields/:id', { schema: catalogueSchemas.show, config: audited('catalogue.read') }, (request) =>
    governance().catalogue.field(request.params.id),
  );
  http.post<Id & { Body: { class: DataClass; owner?: string; description?: string } }>(
    '/api/catalogue/fields/:id',
    { schema: catalogueSchemas.classify, config: change('catalogue.classify') },
    (request) => {
      const { class: dataClass, ...rest } = request.body;
      return governance().catalogue.classify(request.params.id, { dataClass, ...rest }, actorOf(request));
    },
  );
  http.delete<Id>(
    '/api/catalogue/fields/:id',
    { schema: catalogueSchemas.forget, config: change('catalogue.forget') },
    async (request) => ({ forgotten: await governance().catalogue.forget(request.params.id) }),
  );
  http.get('/api/catalogue/traits', { schema: catalogueSchemas.traits, config: audited('catalogue.lineage') }, async () => ({
    traits: await governance().traits(),
  }));
  http.get<{ Params: { trait: string } }>(
    '/api/catalogue/lineage/:trait',
    { schema: catalogueSchemas.lineage, config: { audit: { action: 'catalogue.lineage', fields: nameOf } } },
    (request) => governance().lineage(request.params.trait),
  );

  const of = '/api/quality/sources/:id';
  http.get<Id>(of, { schema: qualitySchemas.score, config: audited('quality.score') }, (request) =>
    governance().quality.score(request.params.id),
  );
  http.get<Id & { Querystring: { version?: number } }>(
    `${of}/rules`,
    { schema: qualitySchemas.rules, config: audited('quality.rules') },
    (request) => governance().quality.rules(request.params.id, request.query.version),
  );
  http.put<Id & { Body: unknown }>(
    `${of}/rules`,
    { schema: qualitySchemas.setRules, bodyLimit: rulesBodyLimit, config: change('quality.rules.set') },
    async (request) => {
      await governance().quality.setRules(request.params.id, request.body);
      return governance().quality.rules(request.params.id);
    },
  );
  http.get<Id>(
    `${of}/rules/versions`,
    { schema: qualitySchemas.versions, config: audited('quality.rules') },
    async (request) => ({
      versions: await governance().quality.versions(request.params.id),
    }),
  );
  http.get<Id & { Querystring: { hours: number } }>(
    `${of}/history`,
    { schema: qualitySchemas.history, config: audited('quality.history') },
    async (request) => ({ hours: await governance().quality.history(request.params.id, request.query.hours) }),
  );
  http.get<Id & { Querystring: { rule?: string; at?: number } }>(
    `${of}/offenders`,
    { schema: qualitySchemas.offenders, config: audited('quality.offenders') },
    (request) => governance().quality.offenders(request.params.id, request.query.rule, request.query.at),
  );
  http.get<{ Querystring: { before?: number; limit?: number } }>(
    '/api/quality/alarms',
    { schema: qualitySchemas.alarms, config: audited('quality.alarms') },
    async (request) => ({ alarms: await governance().quality.alarms(request.query.before, request.query.limit) }),
  );
}

/** Names of traits that the node knows; others may be anybody's words. */
function nameOf({ params }: Asked): readonly string[] {
  const trait = String(params.trait);
  return /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(trait) ? [trait] : [];
}
