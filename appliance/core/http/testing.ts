// A door for tests of single slices: whoever has the token `t` may do everything.

import type { FastifyInstance } from 'fastify';
import { operator } from '../model/principal.ts';
import { mountAccess } from './access.ts';
import { mountAudited } from './audited.ts';
import { bearerToken } from './auth.ts';

export function mountTestAccess(http: FastifyInstance, token = 't'): void {
  mountAccess(http, {
    authenticate: (request) => (bearerToken(request.headers.authorization) === token ? operator : undefined),
    decide: () => ({ allowed: true, policy: 'test' }),
  });
  mountAudited(http, { isOpen: () => true, append: async () => undefined });
}
