// Signing in and out over HTTP. The three ways in are open to the signed-out: each is refused to other sites, takes one of a few places, and
// is turned away while it has to wait, all before anything of it is logged or looked at.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../errors.ts';
import { principalOf } from '../http/access.ts';
import type { Access } from './access.ts';
import { isBearer, sessionOf, tokenOf } from './authenticate.ts';
import { clearSession, deviceCookie, readCookie, setDevice, setSession } from './cookies.ts';
import type { Fresh } from './own-account.ts';
import { type Language, mustEnrol, type Person } from './people.ts';
import { checkNotCrossSite, checkSameOrigin } from './same-origin.ts';
import { sessionSchemas as schemas } from './schemas.ts';
import type { Proof } from './second-factor.ts';
import type { Stage } from './sessions.ts';
import type { Client, SignedIn } from './sign-in.ts';

export type SessionRoutesParts = { access(): Access; publicUrl?: string };

type Bearer = { bearer?: boolean };
type ByLink = Bearer & { link: string; password: string; login?: string; name?: string; email?: string; language?: Language };
type Proofs = { code?: string; recoveryCode?: string };

/** What an open way in says of itself: why it is open, and what the log calls it. */
const wayIn = (action: string, why: string) => ({ audit: { action, change: true }, access: { open: why } }) as const;

export function mountSessionRoutes(scope: FastifyInstance, { access, publicUrl }: SessionRoutesParts): void {
  /** Before the log and the handler. @param tried says whose tries are counted */
  const admit =
    (tried: (request: FastifyRequest) => { login?: string; token?: string }) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      checkNotCrossSite(request, publicUrl);
      access().signIn.checkMayTry(tried(request), clientOf(request));
      const leave = access().enter();
      reply.raw.once('finish', leave);
      reply.raw.once('close', leave);
    };

  scope.post<{ Body: Bearer & { login: string; password: string } }>(
    '/api/session',
    {
      schema: schemas.signIn,
      config: wayIn('session.sign-in', 'this is where people sign in'),
      preValidation: admit(({ body }) => loginIn(body)),
    },
    async (request, reply) => {
      const { login, password, bearer } = request.body;
      return welcome(reply, await access().signIn.byPassword(login, password, clientOf(request)), bearer);
    },
  );
  scope.post<{ Body: Bearer & Proofs }>(
    '/api/session/second-factor',
    {
      schema: schemas.secondFactor,
      config: wayIn('session.second-factor', 'whoever awaits their code is not signed in yet; their token is looked at here'),
      preValidation: admit((request) => tokenIn(request)),
    },
    async (request, reply) => {
      const token = tokenOf(request);
      if (token === undefined) throw new Fault('unauthenticated', 'session');
      if (!isBearer(request)) checkSameOrigin(request, publicUrl);
      const signedIn = await access().signIn.byProof(token, proofIn(request.body), clientOf(request));
      return welcome(reply, signedIn, request.body.bearer ?? isBearer(request));
    },
  );
  scope.post<{ Body: ByLink }>(
    '/api/session/link',
    {
      schema: schemas.byLink,
      config: wayIn('session.link', 'whoever has a one-time link has no password yet'),
      preValidation: admit(() => ({})),
    },
    async (request, reply) => {
      const { link, password, bearer, login, name, email, language } = request.body;
      const known = { ...(email !== undefined && { email }), ...(language !== undefined && { language }) };
      const profile = login !== undefined && name !== undefined ? { login, name, ...known } : undefined;
      const signedIn = await access().signIn.byLink(link, { password, ...(profile && { profile }) }, clientOf(request));
      return welcome(reply, signedIn, bearer);
    },
  );
  mountSignedIn(scope, access);
}

function mountSignedIn(scope: FastifyInstance, access: () => Access): void {
  scope.get(
    '/api/session',
    {
      schema: schemas.read,
      config: {
        access: { action: 'session.read' },
        audit: { exempt: 'tells whoever asks who they are; asked for again and again' },
      },
    },
    async (request) => {
      const { actor, kind, roles } = principalOf(request);
      if (kind !== 'person') return { actor, roles };
      const session = sessionOf(request);
      const person = access().people.person(session.personId);
      return { actor, roles, state: stateOf(person, session.stage), person, session };
    },
  );
  scope.delete<{ Querystring: { everywhere: boolean } }>(
    '/api/session',
    { schema: schemas.signOut, config: { audit: { action: 'session.sign-out', change: true } } },
    async (request, reply) => {
      await access().own.signOut(sessionOf(request), request.query.everywhere);
      clearSession(reply);
      return {};
    },
  );
  scope.post<{ Body: Proofs & { password?: string } }>(
    '/api/session/step-up',
    { schema: schemas.stepUp, config: { audit: { action: 'session.step-up', change: true } } },
    async (request, reply) => {
      const { password, ...proofs } = request.body;
      if (password !== undefined && Object.keys(proofs).length > 0) throw new Fault('bad_request', 'body: one proof');
      const proof = password === undefined ? proofIn(proofs) : { password };
      return renewed(request, reply, await access().own.stepUp(sessionOf(request), proof));
    },
  );
}

/** The new token the way the old one came. */
export function renewed(request: FastifyRequest, reply: FastifyReply, { session, token }: Fresh): object {
  if (isBearer(request)) return { session, token };
  setSession(reply, token);
  return { session };
}

export function welcome(reply: FastifyReply, { person, session, token, deviceMark }: SignedIn, bearer = false): object {
  reply.request.auditActor(`person ${person.id}`);
  if (!bearer) {
    setSession(reply, token);
    if (deviceMark !== undefined) setDevice(reply, deviceMark);
  }
  const state = stateOf(person, session.stage);
  // Whoever has only the password so far learns nothing more of the account.
  return { state, ...(session.stage === 'full' && { person, session }), ...(bearer && { token }) };
}

function stateOf(person: Person, stage: Stage): string {
  if (stage === 'password') return 'second_factor_wanted';
  return mustEnrol(person) ? 'enrolment_wanted' : 'signed_in';
}

export function clientOf(request: FastifyRequest): Client {
  const agent = request.headers['user-agent'];
  const deviceMark = readCookie(request, deviceCookie);
  const token = tokenOf(request);
  return {
    address: request.ip,
    ...(agent !== undefined && { agent }),
    ...(deviceMark !== undefined && { deviceMark }),
    ...(token !== undefined && { token }),
    about: (person) => request.auditTarget(`person ${person.id}`),
  };
}

/** Not checked against the schema yet. */
function loginIn(body: unknown): { login?: string } {
  const login = (body as { login?: unknown } | undefined)?.login;
  return typeof login === 'string' ? { login } : {};
}

function tokenIn(request: FastifyRequest): { token?: string } {
  const token = tokenOf(request);
  return token === undefined ? {} : { token };
}

/** @throws {Fault} `bad_request` for none or several */
function proofIn({ code, recoveryCode }: Proofs): Proof {
  if (code !== undefined && recoveryCode === undefined) return { code };
  if (recoveryCode !== undefined && code === undefined) return { recoveryCode };
  throw new Fault('bad_request', 'body: one proof');
}
