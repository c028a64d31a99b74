// How the desktop console is let in without a password of its own (RFC 8252): somebody who is signed in in their browser asks for a code that
// counts once and for a minute, and the program that began it changes the code for a session of its own by the secret that it alone holds
// (RFC 7636, S256). Codes are in memory only: whatever closes the node ends them.

import { createHash, timingSafeEqual } from 'node:crypto';
import { Fault } from '../errors.ts';
import { commit, type Desk } from './desk.ts';
import type { Session } from './sessions.ts';
import { byAddress, type Client, type SignedIn } from './sign-in.ts';
import { hexOf, makeToken, tokenHash } from './tokens.ts';

export const desktopLimits = {
  /** From the yes in the browser to the program's question: a redirect on one machine. */
  codeMs: 60_000,
  /** Codes of one person that wait. Beyond: the oldest stops counting. */
  perPerson: 3,
} as const;

/** What a challenge and the secret behind it look like (RFC 7636, sections 4.1 and 4.2). */
export const challengePattern = '^[A-Za-z0-9_-]{43}$';
export const verifierPattern = '^[A-Za-z0-9._~-]{43,128}$';

export const desktopPrefix = 'hd_';

type Waiting = { readonly personId: number; readonly sessionId: number; readonly challenge: string; readonly untilMs: number };

export class DesktopDoor {
  readonly #desk: Desk;
  /** By the hash of the code, oldest first. */
  readonly #waiting = new Map<string, Waiting>();

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** For somebody who is signed in and has just proven it. The code is shown this once. */
  offer({ id, personId }: Session, challenge: string): { code: string; expiresAtMs: number } {
    const { ports } = this.#desk;
    this.#forgetOld();
    const own = [...this.#waiting].filter(([, one]) => one.personId === personId);
    for (const [hash] of own.slice(0, Math.max(0, own.length - desktopLimits.perPerson + 1))) this.#waiting.delete(hash);
    const code = makeToken(desktopPrefix, ports.random);
    const untilMs = ports.clock.nowMs() + desktopLimits.codeMs;
    this.#waiting.set(hexOf(tokenHash(desktopPrefix, code)!), { personId, sessionId: id, challenge, untilMs });
    return { code, expiresAtMs: untilMs };
  }

  /**
   * A session of its own for the program. Every way it can be wrong is answered alike, and whatever is asked with a code uses it up: whoever
   * caught one on the way has a single guess at a secret of 256 bits, and its owner notices.
   * @throws {Fault} `desktop_code_invalid`, `too_many_attempts`
   */
  async exchange(code: string, verifier: string, client: Client): Promise<SignedIn> {
    const { attempts, alone, people, sessions } = this.#desk;
    const keys = byAddress(client);
    await attempts.begin(keys);
    return alone(async () => {
      this.#forgetOld();
      const hash = tokenHash(desktopPrefix, code);
      const given = hash && this.#waiting.get(hexOf(hash));
      if (!hash || !given) throw new Fault('desktop_code_invalid');
      this.#waiting.delete(hexOf(hash));
      const person = people.find(given.personId);
      if (person) client.about?.(person);
      // Whoever signed out, was disabled or lost a role meanwhile has no session any more to lend from.
      const lender = sessions.of(given.personId).some(({ id, stage }) => id === given.sessionId && stage === 'full');
      if (!person || person.state === 'disabled' || !lender || !isBehind(given.challenge, verifier))
        throw new Fault('desktop_code_invalid');
      const { address, agent } = client;
      const started = await sessions.start(person.id, 'full', { address, ...(agent !== undefined && { agent }), desktop: true });
      await commit(this.#desk, started, attempts.takenBack(keys));
      return { person, session: started.session, token: started.token };
    });
  }

  #forgetOld(): void {
    const nowMs = this.#desk.ports.clock.nowMs();
    for (const [hash, { untilMs }] of this.#waiting) if (untilMs <= nowMs) this.#waiting.delete(hash);
  }
}

/** RFC 7636, section 4.6. */
function isBehind(challenge: string, verifier: string): boolean {
  const right = Buffer.from(challenge, 'base64url');
  const given = createHash('sha256').update(verifier, 'ascii').digest();
  return right.length === given.length && timingSafeEqual(right, given);
}
