// Consent over HTTP: the declared purposes, a person's ledger, a word given in person, the gate's answer, and receipts.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Fault } from '../../core/errors.ts';
import type { Asked } from '../../core/http/audited.ts';
import type { Consent, Told } from './consent.ts';
import { columnsOf } from './judge.ts';
import { schemas } from './schemas.ts';

export { linkRoutes, preferenceRoutes } from './link-routes.ts';

export type ConsentRoutesParts = {
  /** The open gate; throws `sealed` while there is none. */
  consent(): Consent;
  nowMs(): number;
  /** The number in a profile's id. */
  parseId(text: string): number | undefined;
  actorOf(request: FastifyRequest): string;
};

type Id = { Params: { id: string } };

/** Mount it inside a scope that has checked the caller. */
export function consentRoutes(http: FastifyInstance, { consent, nowMs, parseId, actorOf }: ConsentRoutesParts): void {
  const idOf = (text: string): number => {
    const id = parseId(text);
    if (id === undefined) throw new Fault('not_found', 'a profile id is p and a number, such as p42');
    return id;
  };
  const byId = ({ params }: Asked) => [parseId(String(params.id))];
  const asked = (action: string) => ({ audit: { action, subjects: byId, fields: () => ['consents'] } });
  const purposes = { audit: { action: 'consent.purposes' } };
  http.get('/api/consent/purposes', { schema: schemas.purposes, config: purposes }, () => purposesOf(consent(), nowMs()));
  http.get('/api/consent/history', { schema: schemas.history, config: purposes }, async () => consent().history());
  http.get<Id>('/api/profiles/:id/consents', { schema: schemas.ledger, config: asked('consent.read') }, (request) =>
    consent().ledger(idOf(request.params.id)),
  );
  http.post<Id & { Body: Told & { reason?: string } }>(
    '/api/profiles/:id/consents',
    { schema: schemas.tell, config: { audit: { ...asked('consent.tell').audit, change: true } } },
    (request) => {
      const { reason, ...told } = request.body;
      const by = { actor: actorOf(request), ...(reason !== undefined && { reason }) };
      return consent().tell(idOf(request.params.id), told, by);
    },
  );
  http.get<{ Params: { id: string; fact: string } }>(
    '/api/profiles/:id/consents/:fact/receipt',
    { schema: schemas.receipt, config: asked('consent.receipt') },
    (request) => consent().receipt(idOf(request.params.id), request.params.fact),
  );
}

/** The table that holds, and for how many people each purpose may be used now, once the gate has read everybody. */
async function purposesOf(consent: Consent, nowMs: number): Promise<object> {
  const { pack, minorsAge, purposes } = consent.table;
  const isReady = consent.gate.state === 'ready';
  // The first who asks begins the reading, and does not wait for it.
  if (!isReady) consent.ready().catch(() => undefined);
  const all = [...purposes.values()].map(async (purpose) => {
    const { article, name } = pack.bases[purpose.basis]!;
    const channels = columnsOf(purpose).map(async (channel) => {
      const answer = isReady ? await consent.countAll(purpose.purpose, channel, nowMs) : undefined;
      return { channel, ...(answer && { allowed: answer.allowedCount, subjects: answer.subjects }) };
    });
    return {
      ...purpose,
      basisName: name,
      article,
      byDefault: purpose.mode === 'optIn' ? 'denied' : 'allowed',
      apart: purpose.apart.map((why) => ({ why, ...pack.apart[why] })),
      channels: await Promise.all(channels),
    };
  });
  return {
    law: pack.law,
    lawVersion: pack.version,
    lawName: pack.name,
    minorsAge,
    minorsArticle: pack.children.article,
    gate: consent.gate,
    purposes: await Promise.all(all),
  };
}
