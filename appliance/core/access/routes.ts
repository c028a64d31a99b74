// Everything of access over HTTP.

import type { FastifyInstance } from 'fastify';
import { type DesktopRoutesParts, mountDesktop } from './desktop-routes.ts';
import { mountOwnRoutes } from './own-routes.ts';
import { mountPeopleRoutes } from './people-routes.ts';
import { mountSessionRoutes, type SessionRoutesParts } from './session-routes.ts';

export { firstLinkAction } from './people-routes.ts';

/** `/api/session…` and `/api/people…`. Mount it behind the door, which lets the signed-out pass where a route is open to them. */
export function mountPeople(scope: FastifyInstance, parts: SessionRoutesParts & DesktopRoutesParts): void {
  mountSessionRoutes(scope, parts);
  mountDesktop(scope, parts);
  mountPeopleRoutes(scope, parts.access);
  mountOwnRoutes(scope, parts.access);
}
