// What somebody signed in does to their own account: prove again who they are, change the password, set up a second factor, see and end
// sessions. What weakens an account asks for a fresh proof first; what ends a stolen session ends all of them.

import { Fault } from '../errors.ts';
import type { AttemptKey } from './attempts.ts';
import { commit, type Desk } from './desk.ts';
import { checkPassword } from './password-rules.ts';
import { type Credentials, mustEnrol } from './people.ts';
import {
  confirmTotp,
  type Offer,
  offerTotp,
  type Proof,
  renewRecoveryCodes,
  useProof,
  withoutSecondFactor,
} from './second-factor.ts';
import { type Session, type SessionView, type Started, sessionLimits } from './sessions.ts';

export type Fresh = Pick<Started, 'session' | 'token'>;
/** Shown to whoever sets up an app, to tell this node's entry from others. */
const issuer = 'Holdfast';

export class OwnAccount {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** The same session under a new token, stepped up for a while. @throws {Fault} `not_proven`, `too_many_attempts`, `too_busy` */
  async stepUp(session: Session, proof: { password: string } | Proof): Promise<Fresh> {
    const { people, attempts, sessions, ports, alone } = this.#desk;
    const id = session.personId;
    const keys = await this.#beginProof(id);
    const byPassword = 'password' in proof ? await this.#isPassword(keys, id, proof.password) : undefined;
    return alone(async () => {
      const credentials = people.credentials(id);
      const next = 'password' in proof ? byPassword && credentials : useProof(credentials, proof, this.#of(id));
      if (!next) throw new Fault('not_proven');
      const fresh = sessions.rotate(session, { steppedUpUntilMs: ports.clock.nowMs() + sessionLimits.stepUpMs });
      await commit(this.#desk, people.setCredentials(id, next), fresh, attempts.succeeded(keys));
      return fresh;
    });
  }

  /** Ends every other session and link of the person. @throws {Fault} `not_proven`, `weak_password`, `too_many_attempts`, `too_busy` */
  async changePassword(session: Session, current: string, wanted: string): Promise<Fresh> {
    const { people, attempts, sessions, links, hashing, alone } = this.#desk;
    const { login, name, email = '' } = people.person(session.personId);
    checkPassword(wanted, [login, name, email]);
    const keys = await this.#beginProof(session.personId);
    if (!(await this.#isPassword(keys, session.personId, current))) throw new Fault('not_proven');
    const password = await hashing.hash(wanted);
    return this.#change(session, (credentials) => ({ ...credentials, password }), {
      also: () => [attempts.succeeded(keys), links.endAll(session.personId), sessions.endAll(session.personId, session)],
      alone,
    });
  }

  /** A secret for an authenticator app. Taking the place of one that counts needs a fresh proof. @throws {Fault} `step_up_needed` */
  async offerTotp(session: Session): Promise<Offer> {
    const { people, ports, alone } = this.#desk;
    if (people.person(session.personId).secondFactor) this.#checkSteppedUp(session);
    return alone(async () => {
      const { login } = people.person(session.personId);
      const made = offerTotp(people.credentials(session.personId), {
        issuer,
        login,
        nowMs: ports.clock.nowMs(),
        random: ports.random,
      });
      await commit(this.#desk, people.setCredentials(session.personId, made.credentials));
      return made.offer;
    });
  }

  /** From here on the codes count; other sessions, begun without them, end. @throws {Fault} `not_proven`, `too_many_attempts` */
  async confirmTotp(session: Session, code: string): Promise<Fresh & { recoveryCodes: string[] }> {
    const { people, attempts, sessions, ports, alone } = this.#desk;
    const keys = await this.#beginProof(session.personId);
    let recoveryCodes: string[] = [];
    const confirm = (credentials: Credentials): Credentials => {
      const confirmed = confirmTotp(credentials, code, ports.clock.nowMs());
      if (!confirmed) throw new Fault('not_proven');
      const renewed = renewRecoveryCodes(confirmed, this.#of(session.personId));
      recoveryCodes = renewed.codes;
      return renewed.credentials;
    };
    if (people.person(session.personId).secondFactor) this.#checkSteppedUp(session);
    const fresh = await this.#change(session, confirm, {
      also: () => [attempts.succeeded(keys), sessions.endAll(session.personId, session)],
      alone,
    });
    return { ...fresh, recoveryCodes };
  }

  /** @throws {Fault} `step_up_needed`, `conflict` where a role asks for a second factor */
  async removeSecondFactor(session: Session): Promise<Fresh> {
    const { people, alone } = this.#desk;
    this.#checkSteppedUp(session);
    if (mustEnrol({ ...people.person(session.personId), secondFactor: false }))
      throw new Fault('conflict', 'a role of yours asks for a second factor');
    return this.#change(session, withoutSecondFactor, { also: () => [], alone });
  }

  /** @throws {Fault} `step_up_needed`, `conflict` without a second factor */
  async renewRecoveryCodes(session: Session): Promise<string[]> {
    const { people, alone } = this.#desk;
    this.#checkSteppedUp(session);
    return alone(async () => {
      const credentials = people.credentials(session.personId);
      if (!credentials.totp) throw new Fault('conflict', 'no second factor is set up');
      const renewed = renewRecoveryCodes(credentials, this.#of(session.personId));
      await commit(this.#desk, people.setCredentials(session.personId, renewed.credentials));
      return renewed.codes;
    });
  }

  sessions(session: Session): SessionView[] {
    return this.#desk.sessions.of(session.personId);
  }

  /** One of one's own. @throws {Fault} `not_found` */
  async endSession(session: Session, id: number): Promise<void> {
    const { sessions, alone } = this.#desk;
    await alone(async () => {
      if (!sessions.of(session.personId).some((own) => own.id === id)) throw new Fault('not_found', 'session');
      await commit(this.#desk, sessions.end([id]));
    });
  }

  async signOut(session: Session, everywhere: boolean): Promise<void> {
    const { sessions, alone } = this.#desk;
    await alone(() => commit(this.#desk, everywhere ? sessions.endAll(session.personId) : sessions.end([session.id])));
  }

  /** New credentials and, since they changed, a new token. */
  #change(
    session: Session,
    make: (credentials: Credentials) => Credentials,
    { also, alone }: { also: () => Parameters<typeof commit>[1][]; alone: Desk['alone'] },
  ): Promise<Fresh> {
    const { people, sessions } = this.#desk;
    return alone(async () => {
      const next = people.setCredentials(session.personId, make(people.credentials(session.personId)));
      const fresh = sessions.rotate(session);
      await commit(this.#desk, next, fresh, ...also());
      return fresh;
    });
  }

  async #beginProof(personId: number): Promise<AttemptKey[]> {
    const keys: AttemptKey[] = [{ kind: 'proof', value: String(personId) }];
    await this.#desk.attempts.begin(keys);
    return keys;
  }

  async #isPassword(keys: readonly AttemptKey[], personId: number, password: string): Promise<boolean> {
    const { people, hashing, attempts } = this.#desk;
    try {
      return await hashing.verify(password, people.credentials(personId).password);
    } catch (error) {
      if (error instanceof Fault && error.code === 'too_busy') await commit(this.#desk, attempts.takenBack(keys));
      throw error;
    }
  }

  #checkSteppedUp({ steppedUpUntilMs = 0 }: Session): void {
    if (this.#desk.ports.clock.nowMs() >= steppedUpUntilMs) throw new Fault('step_up_needed');
  }

  #of(personId: number) {
    const { ports, hash } = this.#desk;
    return { personId, nowMs: ports.clock.nowMs(), random: ports.random, hash };
  }
}
