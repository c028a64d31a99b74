// What people look at beside single profiles, over HTTP: who was heard of last, what a decision would come to, how well it is decided who is who and
// by which rules. Nothing here changes anything.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Fault } from '../../core/errors.ts';
import { type Asked, purposeOf } from '../../core/http/audited.ts';
import type { Wish } from './identity/preview.ts';
import { lookSchemas as schemas } from './look-schemas.ts';
import { type Profiles, parsePersonId } from './profiles.ts';

export type LookRoutesParts = {
  /** The open record; throws `sealed` while there is none. */
  profiles(): Profiles;
  /** Whether the consent gate lets this person be used for a purpose; a purpose that is not declared is not asked about. */
  mayUse(person: number, purpose: string): Promise<boolean>;
};

type Recent = { source?: string; segment?: string; consent?: string; before?: number; limit?: number };
type Wanted = {
  act: Wish['act'];
  left?: string;
  right?: string;
  person?: string;
  records?: number[];
  decisionId?: number;
};

/** Mount it inside a scope that has checked the caller. */
export function lookRoutes(http: FastifyInstance, { profiles, mayUse }: LookRoutesParts): void {
  http.get<{ Querystring: Recent }>(
    '/api/profiles/recent',
    { schema: schemas.recent, config: { audit: { action: 'profile.list' } } },
    async (request) => {
      const { consent, ...filter } = request.query;
      const purposes = [purposeOf(request), consent].filter((one) => one !== undefined);
      const mayShow = async (person: number) => {
        for (const purpose of purposes) if (!(await mayUse(person, purpose))) return false;
        return true;
      };
      const { persons, ...page } = await profiles().looks.recent(filter, mayShow);
      await noteSubjects(
        request,
        persons.map(({ view }) => view.id),
      );
      return { profiles: persons.map(({ view }) => view), ...page };
    },
  );
  http.get<{ Params: { id: string } }>(
    '/api/profiles/:id/version',
    {
      schema: schemas.version,
      config: {
        access: { action: 'profile.read' },
        audit: {
          exempt: 'whether anything is new of a person, not what; asked again every few seconds by a page that stands open',
        },
      },
    },
    async ({ params }) => ({ version: await profiles().looks.version(idOf(params.id)) }),
  );
  const about = ({ body }: Asked) => [body.left, body.right, body.person].map((one) => parsePersonId(String(one)));
  http.post<{ Body: Wanted }>(
    '/api/identity/preview',
    { schema: schemas.preview, config: { audit: { action: 'identity.preview', subjects: about, fields: () => ['profile'] } } },
    async (request) => {
      const found = await profiles().looks.preview(wishOf(request.body));
      await noteSubjects(
        request,
        found.before.map(({ id }) => id),
      );
      return found;
    },
  );
  http.get<{ Querystring: { days: number; offset: number } }>(
    '/api/identity/quality',
    { schema: schemas.quality, config: { audit: { action: 'identity.quality' } } },
    ({ query: { days, offset } }) => profiles().looks.quality(days, offset * 60_000),
  );
  http.get('/api/identity/rules', { schema: schemas.rules, config: { audit: { action: 'identity.rules' } } }, async () =>
    profiles().looks.rules(),
  );
}

async function noteSubjects(request: FastifyRequest, ids: readonly string[]): Promise<void> {
  const persons = ids.flatMap((id) => parsePersonId(id) ?? []);
  if (persons.length > 0) await request.auditSubjects(persons, ['profile']);
}

/** @throws {Fault} `bad_request` naming what the act wants */
function wishOf({ act, left, right, person, records, decisionId }: Wanted): Wish {
  if (act === 'merge') return { act, left: idOf(left ?? ''), right: idOf(right ?? '') };
  if (act === 'unmerge') return { act, person: idOf(person ?? ''), ...(records && { records }) };
  if (decisionId === undefined) throw new Fault('bad_request', 'body/decisionId');
  return { act, decisionId };
}

function idOf(text: string): number {
  const id = parsePersonId(text);
  if (id === undefined) throw new Fault('not_found', 'a profile id is p and a number, such as p42');
  return id;
}
