// The people of the organisation who use the node: who they are, their roles, and what proves them. All of it is sealed; a login is found
// by its keyed hash. Held in memory as sealed rows with their opened profiles, so that asking costs no query.

import { Fault } from '../errors.ts';
import { type Role, roles } from '../model/principal.ts';
import type { Clock } from '../ports.ts';
import type { Store } from '../store/store.ts';
import type { TextSeal } from '../vault/vault.ts';
import { type PersonRow, peopleTable, put, readPeople, remove, type Step } from './store.ts';
import { hexOf } from './tokens.ts';

export const peopleLimits = {
  /** People of one node. Beyond: `limit_reached`. */
  people: 10_000,
  loginLength: 100,
  nameLength: 100,
  emailLength: 254,
} as const;

/** In a fixed order, so that lists and tables do not jump about. */
const byRank = (given: readonly Role[]): Role[] => roles.filter((role) => given.includes(role));
/** These see or steer so much that a password alone does not do (NIST SP 800-63B, AAL2). */
export const needSecondFactor: readonly Role[] = ['administrator', 'compliance'];

export type Language = 'en' | 'zh';
export type Profile = {
  /** As it was typed first; compared in its normal form. */
  readonly login: string;
  readonly name: string;
  readonly email?: string;
  readonly roles: readonly Role[];
  readonly language: Language;
};
/** What proves somebody, as it is sealed. */
export type Credentials = {
  /** An Argon2id PHC string; absent until the first link is used. */
  readonly password?: string;
  /** @property secret hexadecimal @property lastStep of the last code that counted */
  readonly totp?: { readonly secret: string; readonly lastStep: number };
  /** A secret that was shown and not yet confirmed by a code. */
  readonly offered?: { readonly secret: string; readonly untilMs: number };
  /** Keyed hashes of the recovery codes that are left, hexadecimal. */
  readonly recovery?: readonly string[];
};
export type PersonState = 'invited' | 'active' | 'disabled';
export type Person = Profile & {
  readonly id: number;
  readonly state: PersonState;
  readonly secondFactor: boolean;
  readonly recoveryCodesLeft: number;
  readonly createdAtMs: number;
};

export type PeopleParts = TextSeal & {
  store: Store;
  clock: Clock;
  /** A keyed hash under a key that never leaves the vault. */
  hash(kind: string, value: string): Uint8Array;
};

type Held = { readonly row: PersonRow; readonly profile: Profile; readonly facts: Facts };
/** What of the credentials is asked for often; the rest stays sealed in memory too. */
type Facts = { readonly password: boolean; readonly secondFactor: boolean; readonly recoveryCodesLeft: number };

/** Unicode's compatibility form, so that a full-width keyboard gives the same login. */
export const normalLogin = (login: string): string => login.normalize('NFKC').trim().toLowerCase();

export class People {
  readonly #parts: PeopleParts;
  readonly #byId = new Map<number, Held>();
  readonly #byLogin = new Map<string, number>();
  /** Whether somebody has a passkey, which is a second factor too. */
  hasPasskey: (id: number) => boolean = () => false;

  private constructor(parts: PeopleParts) {
    this.#parts = parts;
  }

  static async open(parts: PeopleParts): Promise<People> {
    const people = new People(parts);
    await people.load();
    return people;
  }

  /** Takes what is stored for what is so. */
  async load(): Promise<void> {
    const rows = await readPeople(this.#parts.store);
    this.#byId.clear();
    this.#byLogin.clear();
    for (const row of rows) this.#hold(row);
  }

  list(): Person[] {
    return [...this.#byId.values()].map((held) => this.#view(held));
  }

  /** @throws {Fault} `not_found` */
  person(id: number): Person {
    return this.#view(this.#held(id));
  }

  find(id: number): Person | undefined {
    const held = this.#byId.get(id);
    return held && this.#view(held);
  }

  /** The keyed hash of a login, hexadecimal; whether anybody has it or not. */
  loginHash(login: string): string {
    return hexOf(this.#parts.hash('login', normalLogin(login)));
  }

  byLogin(login: string): Person | undefined {
    const id = this.#byLogin.get(this.loginHash(login));
    return id === undefined ? undefined : this.person(id);
  }

  credentials(id: number): Credentials {
    const { row } = this.#held(id);
    return JSON.parse(this.#parts.openText(peopleTable.name, 'credentials', id, row.credentials)) as Credentials;
  }

  /** Somebody who could put everything else right: an administrator who can sign in. */
  administrators(): Person[] {
    return this.list().filter((person) => person.state === 'active' && person.roles.includes('administrator'));
  }

  /** @throws {Fault} `limit_reached`, `conflict` when the login is taken, `bad_request` */
  add(id: number, wanted: Profile, credentials: Credentials = {}, disabled = false): Step {
    if (this.#byId.size >= peopleLimits.people) throw new Fault('limit_reached', 'people');
    const profile = checkProfile(wanted);
    if (this.byLogin(profile.login)) throw new Fault('conflict', 'login');
    return this.#write({
      person_id: id,
      login_hash: this.#parts.hash('login', normalLogin(profile.login)),
      profile: this.#seal('profile', id, profile),
      credentials: this.#seal('credentials', id, credentials),
      created_at_ms: this.#parts.clock.nowMs(),
      disabled_at_ms: disabled ? this.#parts.clock.nowMs() : null,
    });
  }

  /** All but what proves them, as a directory says it. @throws {Fault} as `add`, and `not_found` */
  replace(id: number, wanted: Profile, disabled: boolean): Step {
    const { row } = this.#held(id);
    const profile = checkProfile(wanted);
    const other = this.byLogin(profile.login);
    if (other && other.id !== id) throw new Fault('conflict', 'login');
    const sinceMs = row.disabled_at_ms ?? this.#parts.clock.nowMs();
    return this.#write({
      ...row,
      login_hash: this.#parts.hash('login', normalLogin(profile.login)),
      profile: this.#seal('profile', id, profile),
      disabled_at_ms: disabled ? sinceMs : null,
    });
  }

  /** The number is not given again. @throws {Fault} `not_found` */
  remove(id: number): Step {
    const { row } = this.#held(id);
    return {
      changes: remove(peopleTable, 'person_id', [id]),
      keep: () => {
        this.#byId.delete(id);
        this.#byLogin.delete(hexOf(row.login_hash));
      },
    };
  }

  /** @throws {Fault} `not_found` */
  setRoles(id: number, wanted: readonly Role[]): Step {
    const { row, profile } = this.#held(id);
    return this.#write({ ...row, profile: this.#seal('profile', id, { ...profile, roles: byRank(wanted) }) });
  }

  /** @throws {Fault} `not_found` */
  setDisabled(id: number, disabled: boolean): Step {
    const { row } = this.#held(id);
    return this.#write({ ...row, disabled_at_ms: disabled ? this.#parts.clock.nowMs() : null });
  }

  /** @throws {Fault} `not_found` */
  setCredentials(id: number, credentials: Credentials): Step {
    const { row } = this.#held(id);
    return this.#write({ ...row, credentials: this.#seal('credentials', id, credentials) });
  }

  #write(row: PersonRow): Step {
    return { changes: [put(peopleTable, row)], keep: () => this.#hold(row) };
  }

  #held(id: number): Held {
    const held = this.#byId.get(id);
    if (!held) throw new Fault('not_found', 'person');
    return held;
  }

  #hold(row: PersonRow): void {
    const id = row.person_id;
    const open = (column: 'profile' | 'credentials') =>
      JSON.parse(this.#parts.openText(peopleTable.name, column, id, row[column])) as unknown;
    const profile = open('profile') as Profile;
    const { password, totp, recovery } = open('credentials') as Credentials;
    const facts = {
      password: password !== undefined,
      secondFactor: totp !== undefined,
      recoveryCodesLeft: recovery?.length ?? 0,
    };
    const before = this.#byId.get(id);
    if (before) this.#byLogin.delete(hexOf(before.row.login_hash));
    this.#byId.set(id, { row, profile, facts });
    this.#byLogin.set(hexOf(row.login_hash), id);
  }

  #view({ row, profile, facts }: Held): Person {
    return {
      id: row.person_id,
      ...profile,
      state: row.disabled_at_ms !== null ? 'disabled' : facts.password ? 'active' : 'invited',
      secondFactor: facts.secondFactor || this.hasPasskey(row.person_id),
      recoveryCodesLeft: facts.recoveryCodesLeft,
      createdAtMs: row.created_at_ms,
    };
  }

  #seal(column: 'profile' | 'credentials', id: number, value: Profile | Credentials): Uint8Array {
    return this.#parts.sealText(peopleTable.name, column, id, JSON.stringify(value));
  }
}

/**
 * Signed in by password, this person may only set up a second factor. Who has no password comes by a passkey, which is two factors, or by the
 * organisation's provider, which looks after its own.
 */
export const mustEnrol = (person: Person): boolean =>
  person.state !== 'invited' && !person.secondFactor && person.roles.some((role) => needSecondFactor.includes(role));

const loginShape = /^[\p{L}\p{N}._@+-]{2,100}$/u;
const emailShape = /^[^\s@]{1,64}@[^\s@]{1,189}$/u;

/** @throws {Fault} `bad_request` naming the field */
function checkProfile({ login, name, email, roles: given, language }: Profile): Profile {
  const tidy = { login: login.normalize('NFKC').trim(), name: name.normalize('NFC').trim() };
  if (!loginShape.test(tidy.login)) throw new Fault('bad_request', 'login');
  const odd = tidy.name === '' || tidy.name.length > peopleLimits.nameLength || /\p{Cc}/u.test(tidy.name);
  if (odd || !tidy.name.isWellFormed()) throw new Fault('bad_request', 'name');
  if (email !== undefined && !emailShape.test(email)) throw new Fault('bad_request', 'email');
  return { ...tidy, ...(email !== undefined && { email }), roles: byRank(given), language };
}
