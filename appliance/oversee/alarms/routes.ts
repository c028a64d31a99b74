// Alarms over HTTP: the inbox, acknowledging one, and alarms as they come. Whoever may read what an alarm is about sees it, and whoever may settle
// that may acknowledge it: a route here opens nothing that is closed there.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Watchers } from '../../core/http/watchers.ts';
import { type AlarmKind, alarmKinds } from '../../core/model/alarm-kinds.ts';
import type { Principal } from '../../core/model/principal.ts';
import type { AlarmFilter, Alarms } from './alarms.ts';
import { schemas } from './schemas.ts';

export type AlarmRoutesParts = {
  /** The open inbox; throws `sealed` while there is none. */
  alarms(): Alarms;
  principalOf(request: FastifyRequest): Principal;
  /** Whether policies let the caller do this now. */
  may(principal: Principal, action: string): Promise<boolean>;
};

/** The actions of the places where alarms come from. */
const reading: { readonly [kind in AlarmKind]: string } = {
  quality: 'quality.alarms',
  break_glass: 'break-glass.list',
  access_finding: 'access-review.read',
  model_drift: 'model.read',
  match_enumeration: 'access-review.read',
  upgrade: 'node.look',
};
const settling: { readonly [kind in AlarmKind]: string } = {
  quality: 'quality.rules.set',
  break_glass: 'break-glass.review',
  access_finding: 'access-review.judge',
  model_drift: 'model.promote',
  match_enumeration: 'access-review.judge',
  upgrade: 'backup.start',
};

type Judge = Pick<AlarmRoutesParts, 'principalOf' | 'may'>;

async function kindsOf({ principalOf, may }: Judge, request: FastifyRequest, actions: typeof reading): Promise<AlarmKind[]> {
  const principal = principalOf(request);
  const allowed = await Promise.all(alarmKinds.map((kind) => may(principal, actions[kind])));
  return alarmKinds.filter((_kind, at) => allowed[at]);
}

/** Kinds of alarms that the caller may see. */
export const alarmKindsSeen = (judge: Judge, request: FastifyRequest): Promise<AlarmKind[]> => kindsOf(judge, request, reading);

/** Mount it inside a scope that has checked the caller. */
export function mountAlarms(scope: FastifyInstance, { alarms, principalOf, may }: AlarmRoutesParts): void {
  const kindsFor = (request: FastifyRequest, actions: typeof reading) => kindsOf({ principalOf, may }, request, actions);
  scope.get<{ Querystring: AlarmFilter }>(
    '/api/alarms',
    { schema: schemas.list, config: { audit: { action: 'alarms.list' } } },
    async (request) => alarms().list(request.query, await kindsFor(request, reading)),
  );
  scope.post<{ Params: { id: number }; Body: { note: string } }>(
    '/api/alarms/:id/acknowledge',
    { schema: schemas.acknowledge, config: { audit: { action: 'alarms.acknowledge', change: true } } },
    async (request) => {
      const kinds = await kindsFor(request, settling);
      return alarms().acknowledge(request.params.id, request.body.note, principalOf(request), kinds);
    },
  );
  const watchers = new Watchers('alarm watchers');
  scope.addHook('preClose', async () => watchers.end());
  scope.get(
    '/api/alarms/live',
    { schema: schemas.live, config: { ungated: true, audit: { action: 'alarms.watch' } } },
    async (request, reply) => {
      const open = alarms();
      const kinds = await kindsFor(request, reading);
      watchers.add(request, reply, (send, end) =>
        open.subscribe((alarm) => {
          if (kinds.includes(alarm.kind)) send('alarm', alarm);
        }, end),
      );
    },
  );
}
