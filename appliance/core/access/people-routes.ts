// The accounts of others over HTTP: for administrators, and for the operator who makes the first of them.

import type { FastifyInstance } from 'fastify';
import { principalOf } from '../http/access.ts';
import type { Role } from '../model/principal.ts';
import type { Access } from './access.ts';
import type { Profile } from './people.ts';
import { peopleSchemas as schemas } from './schemas.ts';

const changes = (action: string) => ({ audit: { action, change: true } }) as const;
type ById = { Params: { id: number } };

export function mountPeopleRoutes(scope: FastifyInstance, access: () => Access): void {
  scope.get('/api/people', { schema: schemas.list, config: { audit: { action: 'people.list' } } }, async () => ({
    people: access().administration.list(),
  }));
  scope.post<{ Body: Profile }>(
    '/api/people',
    { schema: schemas.invite, config: changes('people.invite') },
    async (request, reply) => {
      reply.code(201);
      return access().administration.invite(request.body);
    },
  );
  scope.post('/api/people/link', { schema: schemas.firstLink, config: changes(firstLinkAction) }, async (_request, reply) => {
    reply.code(201);
    return access().administration.firstLink();
  });
  scope.put<ById & { Body: { roles: Role[] } }>(
    '/api/people/:id/roles',
    { schema: schemas.setRoles, config: changes('people.roles') },
    async (request) => {
      const { kind, id } = principalOf(request);
      return access().administration.setRoles(request.params.id, request.body.roles, byPerson(kind, id));
    },
  );
  for (const [verb, disabled, summary] of [
    ['disable', true, 'Keep somebody out from now on; their sessions end'],
    ['enable', false, 'Let somebody in again'],
  ] as const) {
    scope.post<ById>(
      `/api/people/:id/${verb}`,
      { schema: { ...schemas.disable, summary }, config: changes(`people.${verb}`) },
      async (request) => {
        const { kind, id } = principalOf(request);
        return access().administration.setDisabled(request.params.id, disabled, byPerson(kind, id));
      },
    );
  }
  scope.post<ById & { Body: { lostPhone?: boolean } | null }>(
    '/api/people/:id/reset',
    { schema: schemas.reset, config: changes('people.reset') },
    async (request, reply) => {
      reply.code(201);
      return access().administration.reset(request.params.id, request.body?.lostPhone === true);
    },
  );
}

/** What the audit log calls the first administrator's link, over HTTP or printed at the start. */
export const firstLinkAction = 'people.link';

/** Numbers of keys are no numbers of people. */
const byPerson = (kind: string, id: number): number => (kind === 'person' ? id : 0);
