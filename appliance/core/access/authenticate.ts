// From a request to the person who signed in. The session's token comes in the cookie, from browsers, or as a bearer token, from programs;
// a cookie alone is not believed, see same-origin.ts.

import type { FastifyRequest } from 'fastify';
import { Fault } from '../errors.ts';
import type { Decision, Question } from '../http/access.ts';
import { bearerToken } from '../http/auth.ts';
import type { Principal } from '../model/principal.ts';
import type { Access } from './access.ts';
import { readCookie, sessionCookie } from './cookies.ts';
import { mustEnrol, type Person } from './people.ts';
import { checkSameOrigin } from './same-origin.ts';
import type { Session } from './sessions.ts';
import { sessionPrefix } from './tokens.ts';

export type AuthenticateParts = {
  /** Undefined while the node is sealed. */
  access(): Access | undefined;
  publicUrl?: string;
};

const sessions = new WeakMap<FastifyRequest, Session>();

/** @throws {Fault} `cross_site`, `second_factor_needed` for a session that awaits its code */
export function sessionAuthenticator(parts: AuthenticateParts): (request: FastifyRequest) => Principal | undefined {
  return (request) => {
    const access = parts.access();
    const token = tokenOf(request);
    const session = token === undefined ? undefined : access?.sessions.find(token);
    const person = session && access?.people.find(session.personId);
    // Somebody without a password is here by a passkey or the organisation's provider.
    if (!session || !person || person.state === 'disabled') return undefined;
    if (!isBearer(request)) checkSameOrigin(request, parts.publicUrl);
    if (session.stage !== 'full') throw new Fault('second_factor_needed', 'session');
    access?.sessions.use(session);
    if (request.routeOptions.config.ungated === true) endWith(request, session, access!);
    sessions.set(request, session);
    return principalFor(person, session);
  };
}

/** An answer that goes on for long ends when the session does: on sign-out, a change of roles, a disabling, or when it runs out. */
function endWith({ raw }: FastifyRequest, session: Session, { sessions }: Access): void {
  const stop = sessions.watch(session, () => raw.destroy());
  raw.once('close', stop);
}

/** As it came, good or not. A header that names another kind of credential speaks alone: then no cookie is looked at. */
export function tokenOf(request: FastifyRequest): string | undefined {
  if (request.headers.authorization === undefined) return readCookie(request, sessionCookie);
  const token = bearerToken(request.headers.authorization);
  return token?.startsWith(sessionPrefix) ? token : undefined;
}

export const isBearer = (request: FastifyRequest): boolean => request.headers.authorization !== undefined;

/** @throws {Fault} `forbidden` for a caller who has none: the operator, a program */
export function sessionOf(request: FastifyRequest): Session {
  const session = sessions.get(request);
  if (!session) throw new Fault('forbidden', 'only people who signed in have an account of their own');
  return session;
}

function principalFor(person: Person, { steppedUpUntilMs }: Session): Principal {
  return {
    actor: `person ${person.id}`,
    kind: 'person',
    id: person.id,
    roles: person.roles,
    ...(steppedUpUntilMs !== undefined && { steppedUpUntilMs }),
    ...(mustEnrol(person) && { mustEnrol: true }),
    ...(person.secondFactor && { secondFactor: true }),
  };
}

/** What everybody signed in may do: it is about their own session and account, whatever their roles. */
const own = new Set([
  ...['session.read', 'session.sign-out', 'session.step-up', 'account.totp-offer', 'account.totp-confirm'],
  ...['account.passkeys', 'account.passkey-offer', 'account.passkey-add', 'account.passkey-remove'],
  ...['account.password', 'account.totp-remove', 'account.recovery-codes', 'account.sessions', 'account.session-end'],
  'session.desktop-offer',
]);
/** The part of it that leads to a second factor. */
const enrolling = new Set([
  'account.passkey-offer',
  'account.passkey-add',
  'session.step-up',
  'session.read',
  'session.sign-out',
  'account.totp-offer',
  'account.totp-confirm',
]);

/** What weakens an account, or would give a stolen session a way back in: only after a fresh proof. */
const weakening = new Set([
  ...['account.totp-remove', 'account.recovery-codes', 'session.desktop-offer'],
  ...['account.passkey-offer', 'account.passkey-add', 'account.passkey-remove'],
]);
/** The same where there is a second factor already, which it would take the place of. */
const replacing = new Set(['account.totp-offer', 'account.totp-confirm']);

/** What is decided before any policy is asked; undefined leaves it to them. */
export function decideOwn(principal: Principal, { action }: Question, nowMs: number): Decision | undefined {
  const { kind, mustEnrol: enrols, secondFactor, steppedUpUntilMs = 0 } = principal;
  if (kind !== 'person') return undefined;
  if (enrols && !enrolling.has(action)) return { allowed: false, needs: 'second_factor_needed' };
  if (!own.has(action)) return undefined;
  const wantsProof = weakening.has(action) || (secondFactor === true && replacing.has(action));
  // Here, and not in the handler alone: what is refused is never written down as attempted.
  if (wantsProof && nowMs >= steppedUpUntilMs) return { allowed: false, policy: 'own-account', needs: 'step_up_needed' };
  return { allowed: true, policy: 'own-account' };
}
