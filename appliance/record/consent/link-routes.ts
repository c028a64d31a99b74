// Preference links and requests for consent over HTTP, for staff.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Fault } from '../../core/errors.ts';
import type { Language } from '../../core/http/answer.ts';
import type { Asked } from '../../core/http/audited.ts';
import { linkSchemas as schemas } from './link-schemas.ts';
import type { Preferences } from './preferences.ts';

export { preferenceRoutes } from './preference-routes.ts';

export type LinkRoutesParts = {
  preferences(): Preferences;
  /** The number in a profile's id. */
  parseId(text: string): number | undefined;
  actorOf(request: FastifyRequest): string;
};

type Id = { Params: { id: string } };
type Wanted = { purpose: string; channel?: string; language: Language; address?: string };

/** Mount it inside a scope that has checked the caller. */
export function linkRoutes(http: FastifyInstance, { preferences, parseId, actorOf }: LinkRoutesParts): void {
  const idOf = (text: string): number => {
    const id = parseId(text);
    if (id === undefined) throw new Fault('not_found', 'a profile id is p and a number, such as p42');
    return id;
  };
  const about = (action: string) => ({
    action,
    subjects: ({ params }: Asked) => [parseId(String(params.id))],
    fields: () => ['consents'],
  });
  const reads = (action: string) => ({ audit: about(action) });
  const changes = (action: string) => ({ audit: { ...about(action), change: true } as const });
  http.post<Id & { Body: { days?: number } | null }>(
    '/api/consent/:id/link',
    { schema: schemas.link, config: changes('consent.link') },
    ({ params, body }) => preferences().link(idOf(params.id), body?.days),
  );
  http.post<Id>(
    '/api/consent/:id/links/revoke',
    { schema: schemas.revoke, config: changes('consent.links.revoke') },
    async ({ params }) => ({ revoked: await preferences().revoke(idOf(params.id)) }),
  );
  http.post<Id & { Body: Wanted }>(
    '/api/consent/:id/requests',
    { schema: schemas.request, config: changes('consent.request') },
    (request) => preferences().request(idOf(request.params.id), { ...request.body, by: actorOf(request) }),
  );
  http.get<Id>(
    '/api/consent/:id/requests',
    { schema: schemas.requests, config: reads('consent.requests.read') },
    async ({ params }) => ({ requests: await preferences().requests(idOf(params.id)) }),
  );
  http.get<{ Querystring: { after: number; limit: number } }>(
    '/api/consent/outbox',
    { schema: schemas.outbox, config: { audit: { action: 'consent.outbox' } } },
    async (request) => {
      const messages = await preferences().outbox(request.query.after, request.query.limit);
      const subjects = messages.flatMap(({ person }) => parseId(person) ?? []);
      if (subjects.length > 0) await request.auditSubjects([...new Set(subjects)], ['address']);
      return { messages };
    },
  );
  http.get('/api/consent/texts', { schema: schemas.texts, config: { audit: { action: 'consent.texts' } } }, async () => ({
    texts: await preferences().texts(),
  }));
}
