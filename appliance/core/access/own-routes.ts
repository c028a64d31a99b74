// One's own account over HTTP: password, second factor, recovery codes, sessions.

import type { FastifyInstance } from 'fastify';
import type { Access } from './access.ts';
import { sessionOf } from './authenticate.ts';
import { ownSchemas as schemas } from './schemas.ts';
import { renewed } from './session-routes.ts';

const changes = (action: string) => ({ audit: { action, change: true } }) as const;

export function mountOwnRoutes(scope: FastifyInstance, access: () => Access): void {
  scope.post<{ Body: { current: string; password: string } }>(
    '/api/people/me/password',
    { schema: schemas.password, config: changes('account.password') },
    async (request, reply) => {
      const { current, password } = request.body;
      return renewed(request, reply, await access().own.changePassword(sessionOf(request), current, password));
    },
  );
  scope.post('/api/people/me/totp', { schema: schemas.offerTotp, config: changes('account.totp-offer') }, async (request) =>
    access().own.offerTotp(sessionOf(request)),
  );
  scope.post<{ Body: { code: string } }>(
    '/api/people/me/totp/confirm',
    { schema: schemas.confirmTotp, config: changes('account.totp-confirm') },
    async (request, reply) => {
      const { recoveryCodes, ...fresh } = await access().own.confirmTotp(sessionOf(request), request.body.code);
      return { ...renewed(request, reply, fresh), recoveryCodes };
    },
  );
  scope.delete(
    '/api/people/me/totp',
    { schema: schemas.removeTotp, config: changes('account.totp-remove') },
    async (request, reply) => renewed(request, reply, await access().own.removeSecondFactor(sessionOf(request))),
  );
  scope.post(
    '/api/people/me/recovery-codes',
    { schema: schemas.recoveryCodes, config: changes('account.recovery-codes') },
    async (request) => ({ recoveryCodes: await access().own.renewRecoveryCodes(sessionOf(request)) }),
  );
  scope.get(
    '/api/people/me/sessions',
    { schema: schemas.sessions, config: { audit: { action: 'account.sessions' } } },
    async (request) => {
      const current = sessionOf(request);
      return {
        sessions: access()
          .own.sessions(current)
          .map((one) => ({ ...one, current: one.id === current.id })),
      };
    },
  );
  scope.delete<{ Params: { id: number } }>(
    '/api/people/me/sessions/:id',
    { schema: schemas.endSession, config: changes('account.session-end') },
    async (request) => {
      await access().own.endSession(sessionOf(request), request.params.id);
      return {};
    },
  );
}
