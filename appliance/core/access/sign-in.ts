// Signing in: password, then code where the person has one; or a one-time link by which a password is chosen. Each try is counted before
// it is looked at, every answer to a wrong one is the same, and whoever gets in gets a session that nobody has seen before.

import { Fault } from '../errors.ts';
import type { AttemptKey } from './attempts.ts';
import { commit, type Desk } from './desk.ts';
import { deviceOf, makeDeviceMark } from './device.ts';
import type { Link } from './links.ts';
import { checkPassword } from './password-rules.ts';
import type { Credentials, Language, Person, Profile } from './people.ts';
import { type Proof, useProof } from './second-factor.ts';
import type { About, Session, Stage } from './sessions.ts';
import type { Step } from './store.ts';

/** Who is at the other end, as far as a request tells. */
export type Client = {
  readonly address: string;
  readonly agent?: string;
  /** From an earlier sign-in in this browser. */
  readonly deviceMark?: string;
  /** The session that the browser had; a new one takes its place. */
  readonly token?: string;
  /** Called with the person that the try is about, for the audit log, also when the try fails. */
  about?(person: Person): void;
};
export type SignedIn = {
  readonly person: Person;
  readonly session: Session;
  readonly token: string;
  /** For the browser to keep, where it had none. */
  readonly deviceMark?: string;
};
/** What is chosen with a link; the profile by the first administrator alone. */
export type Chosen = {
  readonly password: string;
  readonly profile?: Omit<Profile, 'roles' | 'language'> & { language?: Language };
};

/** Wrong codes of one session that awaits one. Then the password is asked for again. */
const wrongCodesLimit = 5;

export class SignIn {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /**
   * Whether a try would be refused, asked before it is logged: a flood of tries must not fill the log.
   * @param login or the token of a session that awaits a code; neither for a link
   * @throws {Fault} `too_many_attempts`
   */
  checkMayTry(of: { login?: string; token?: string }, client: Client): void {
    const { people, sessions, attempts } = this.#desk;
    const waiting = of.token === undefined ? undefined : sessions.find(of.token);
    const login = of.login ?? (waiting && people.find(waiting.personId)?.login);
    attempts.check(login === undefined ? byAddress(client) : this.#keys(people.loginHash(login), client));
  }

  /** @throws {Fault} `sign_in_failed`, `too_many_attempts`, `too_busy` */
  async byPassword(login: string, password: string, client: Client): Promise<SignedIn> {
    const { people, attempts, hashing, alone } = this.#desk;
    const keys = this.#keys(people.loginHash(login), client);
    await attempts.begin(keys);
    const person = people.byLogin(login);
    if (person) client.about?.(person);
    const stored = person?.state === 'active' ? people.credentials(person.id).password : undefined;
    const right = await this.#unlessBusy(keys, () => hashing.verify(password, stored));
    if (!right || !person || stored === undefined) throw new Fault('sign_in_failed');
    const renewed = hashing.isOutdated(stored) ? await this.#unlessBusy(keys, () => hashing.hash(password)) : undefined;
    return alone(async () => {
      const credentials = this.#stillActive(person.id, stored);
      const next = renewed === undefined ? undefined : people.setCredentials(person.id, { ...credentials, password: renewed });
      return this.#enter(person.id, person.secondFactor ? 'password' : 'full', keys, client, next);
    });
  }

  /**
   * @param token of the session that awaits a code
   * @throws {Fault} `sign_in_failed`, `too_many_attempts`, `unauthenticated` where no session awaits one
   */
  async byProof(token: string, proof: Proof, client: Client): Promise<SignedIn> {
    const { people, attempts, sessions, alone } = this.#desk;
    const waiting = this.#waiting(token);
    const person = people.person(waiting.personId);
    client.about?.(person);
    const keys = this.#keys(people.loginHash(person.login), client);
    await attempts.begin(keys);
    return alone(async () => {
      const session = this.#waiting(token);
      const credentials = this.#stillActive(person.id);
      const next = useProof(credentials, proof, this.#proofOf(person.id));
      if (!next) {
        if (sessions.countWrongCode(session) >= wrongCodesLimit) await commit(this.#desk, sessions.end([session.id]));
        throw new Fault('sign_in_failed');
      }
      return this.#enter(person.id, 'full', keys, { ...client, token }, people.setCredentials(person.id, next));
    });
  }

  /** Chooses a password by a one-time link. @throws {Fault} `link_invalid`, `weak_password`, `too_many_attempts`, `conflict`, `bad_request` */
  async byLink(linkToken: string, chosen: Chosen, client: Client): Promise<SignedIn> {
    const { people, attempts, hashing, links, sessions, alone } = this.#desk;
    const keys = byAddress(client);
    await attempts.begin(keys);
    const { link, person } = this.#linkOf(linkToken);
    // What follows is no guessing, whatever becomes of it.
    await commit(this.#desk, attempts.takenBack(keys));
    if (person) client.about?.(person);
    const profile = link.kind === 'first' ? firstProfile(chosen) : person!;
    checkPassword(chosen.password, [profile.login, profile.name, profile.email ?? '']);
    const password = await hashing.hash(chosen.password);
    return alone(async () => {
      // Again, since somebody else may have used it while the password was hashed.
      this.#linkOf(linkToken);
      const used = links.endAll(link.personId);
      if (link.kind === 'first') {
        const id = await this.#desk.store.allocate('people', 1);
        const added = people.add(id, profile, { password });
        return this.#enter(id, 'full', [], client, used, added);
      }
      const id = person!.id;
      const credentials = people.credentials(id);
      const next = people.setCredentials(id, { ...credentials, password });
      // A link stands for the password only: whoever has a second factor still needs it.
      const stage = person!.secondFactor ? 'password' : 'full';
      const linked = { ...client, byLink: true };
      const login: AttemptKey = { kind: 'login', value: people.loginHash(person!.login) };
      return this.#enter(id, stage, stage === 'full' ? [login] : [], linked, used, next, sessions.endAll(id));
    });
  }

  /** Whose a link is, for whoever is about to choose a password. @throws {Fault} `link_invalid` */
  #linkOf(token: string): { link: Link; person: Person | undefined } {
    const { people, links } = this.#desk;
    const link = links.find(token);
    const person = link?.personId === undefined ? undefined : people.find(link.personId);
    const good = link && (link.kind === 'first' ? people.administrators().length === 0 : person && person.state !== 'disabled');
    if (!good) throw new Fault('link_invalid');
    return { link, person };
  }

  /** One transaction: the new session, the end of the old one, the counts, and what else has changed. */
  async #enter(
    personId: number,
    stage: Stage,
    keys: readonly AttemptKey[],
    client: Client & { readonly byLink?: boolean },
    ...others: readonly (Step | undefined)[]
  ): Promise<SignedIn> {
    const { people, sessions, attempts, ports, hash } = this.#desk;
    const old = client.token === undefined ? undefined : sessions.find(client.token);
    const started = await sessions.start(personId, stage, aboutOf(client));
    const counted = stage === 'full' ? attempts.succeeded(keys) : attempts.takenBack(keys);
    await commit(this.#desk, ...others, old && sessions.end([old.id]), started, counted);
    const person = people.person(personId);
    const loginHash = people.loginHash(person.login);
    const known = deviceOf(client.deviceMark, loginHash, hash) !== undefined;
    return {
      person,
      session: started.session,
      token: started.token,
      // A password alone may be a stranger's; whoever has a link was given it, and strangers must not keep them from their code.
      ...(!known && (stage === 'full' || client.byLink) && { deviceMark: makeDeviceMark(loginHash, ports.random, hash) }),
    };
  }

  #keys(loginHash: string, client: Client): AttemptKey[] {
    const device = deviceOf(client.deviceMark, loginHash, this.#desk.hash);
    if (device !== undefined) return [{ kind: 'device', value: device }];
    return [{ kind: 'login', value: loginHash }, ...byAddress(client)];
  }

  /** @throws {Fault} `unauthenticated` */
  #waiting(token: string): Session {
    const session = this.#desk.sessions.find(token);
    if (session?.stage !== 'password') throw new Fault('unauthenticated', 'session');
    return session;
  }

  /** What may have changed while a password was compared. @throws {Fault} `sign_in_failed` */
  #stillActive(id: number, password?: string): Credentials {
    const { people } = this.#desk;
    const credentials = people.credentials(id);
    const changed = password !== undefined && credentials.password !== password;
    if (changed || people.person(id).state !== 'active') throw new Fault('sign_in_failed');
    return credentials;
  }

  #proofOf(personId: number) {
    return { personId, nowMs: this.#desk.ports.clock.nowMs(), hash: this.#desk.hash };
  }

  /** A node that is too busy to look does not count the try. */
  async #unlessBusy<T>(keys: readonly AttemptKey[], work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Fault && error.code === 'too_busy') await commit(this.#desk, this.#desk.attempts.takenBack(keys));
      throw error;
    }
  }
}

/** @throws {Fault} `bad_request` */
function firstProfile({ profile }: Chosen): Profile {
  if (!profile) throw new Fault('bad_request', 'body: the first administrator says a login and a name');
  return { language: 'en', ...profile, roles: ['administrator'] };
}

/** None for this machine itself: behind a proxy that is not declared (`trustedProxies`) everybody would share its count. */
export function byAddress({ address }: Pick<Client, 'address'>): AttemptKey[] {
  const network = networkOf(address);
  return /^127\.|^0:0:0:0::/.test(network) ? [] : [{ kind: 'address', value: network }];
}

function aboutOf({ address, agent }: Client): About {
  return { address, ...(agent !== undefined && { agent }) };
}

/** Whoever has one IPv6 address has 2^64 of them. */
export function networkOf(address: string): string {
  const plain = address
    .toLowerCase()
    .replace(/^::ffff:(?=\d+\.)/, '')
    .replace(/%.*$/, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...before, ...Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0'), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
