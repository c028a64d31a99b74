// Passkeys (Web Authentication, level 3): a key that never leaves a person's device and signs for this node's name alone, so that there is
// nothing to phish. With a PIN or a finger it is two factors at once. The checking is SimpleWebAuthn's.

import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { Fault } from '../errors.ts';
import type { TextSeal } from '../vault/vault.ts';
import { commit, type Desk } from './desk.ts';
import { enter } from './enter.ts';
import { deletePasskeys, type PasskeyRow, passkeysTable, putPasskey, readPasskeys } from './passkey-store.ts';
import { type Session, sessionLimits } from './sessions.ts';
import type { Client, SignedIn } from './sign-in.ts';
import type { Step } from './store.ts';
import { hexOf } from './tokens.ts';

export { passkeyMigrations } from './passkey-store.ts';

export const passkeyLimits = {
  perPerson: 20,
  nameLength: 100,
  /** How long a device may take to answer. */
  challengeMs: 5 * 60_000,
} as const;

export type Passkey = { id: number; name: string; createdAtMs: number; lastUsedAtMs?: number; backedUp: boolean };

export type PasskeyParts = TextSeal & {
  desk: Desk;
  /** How browsers reach the node: passkeys are bound to its name. */
  publicUrl?: string;
};

/** EdDSA, ES256, RS256 (RFC 9053): what devices make. */
const algorithms = [-8, -7, -257] as const;

/** What is sealed of one. */
type Document = { credential: string; publicKey: string; transports: string[]; name: string; backedUp: boolean };
/** What a challenge is good for: an answer to one is none to the other. */
type Use = 'register' | 'sign in';

export class Passkeys {
  readonly #parts: PasskeyParts;
  readonly #site: { readonly name: string; readonly origin: string } | undefined;
  readonly #rows = new Map<number, PasskeyRow>();
  readonly #byCredential = new Map<string, number>();
  /** Challenges that were answered rightly, until they run out: each counts once. */
  readonly #used = new Map<string, number>();

  private constructor(parts: PasskeyParts) {
    this.#parts = parts;
    this.#site = siteOf(parts.publicUrl);
  }

  static async open(parts: PasskeyParts): Promise<Passkeys> {
    const passkeys = new Passkeys(parts);
    await passkeys.load();
    return passkeys;
  }

  /** Takes what is stored for what is so. */
  async load(): Promise<void> {
    const rows = await readPasskeys(this.#parts.desk.store);
    this.#rows.clear();
    this.#byCredential.clear();
    for (const row of rows) this.#hold(row);
  }

  /** Whether the node has a name that passkeys can be bound to. */
  get available(): boolean {
    return this.#site !== undefined;
  }

  has(person: number): boolean {
    return this.#of(person).length > 0;
  }

  list(person: number): Passkey[] {
    return this.#of(person).map((row) => this.#view(row));
  }

  /** @throws {Fault} `step_up_needed`, `conflict` where the node has no name */
  async offer(session: Session): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const { people, hash } = this.#parts.desk;
    const { name: rpID } = this.#requireSite();
    this.#checkSteppedUp(session);
    const person = people.person(session.personId);
    return generateRegistrationOptions({
      rpName: 'Holdfast',
      rpID,
      userName: person.login,
      userDisplayName: person.name,
      // The device keeps it and gives it back: a number that says nothing of anybody.
      userID: new Uint8Array(hash('passkey user', String(person.id))),
      challenge: this.#challenge('register', person.id),
      timeout: passkeyLimits.challengeMs,
      supportedAlgorithmIDs: [...algorithms],
      excludeCredentials: this.#of(person.id).map((row) => ({ id: this.#open(row).credential })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
  }

  /** @throws {Fault} `step_up_needed`, `not_proven`, `limit_reached`, `bad_request`, `conflict` */
  async register(session: Session, name: string, response: RegistrationResponseJSON): Promise<Passkey> {
    const { name: rpID, origin } = this.#requireSite();
    this.#checkSteppedUp(session);
    const tidy = checkName(name);
    const used: string[] = [];
    const { registrationInfo: info } = await proven(() =>
      verifyRegistrationResponse({
        response,
        expectedChallenge: (challenge) => this.#isOurs(challenge, 'register', session.personId, used),
        expectedOrigin: origin,
        expectedRPID: rpID,
        requireUserVerification: true,
        supportedAlgorithmIDs: [...algorithms],
      }),
    );
    if (!info) throw new Fault('not_proven');
    const { desk } = this.#parts;
    return desk.alone(async () => {
      this.#use(used);
      if (this.#of(session.personId).length >= passkeyLimits.perPerson)
        throw new Fault('limit_reached', 'passkeyLimits.perPerson');
      if (this.#find(info.credential.id)) throw new Fault('conflict', 'passkey');
      const id = await desk.store.allocate('passkeys', 1);
      const document: Document = {
        credential: info.credential.id,
        publicKey: Buffer.from(info.credential.publicKey).toString('base64url'),
        transports: (info.credential.transports ?? []).slice(0, 10),
        name: tidy,
        backedUp: info.credentialBackedUp,
      };
      const row: PasskeyRow = {
        passkey_id: id,
        credential_hash: desk.hash('passkey', info.credential.id),
        person_id: session.personId,
        document: this.#parts.sealText(passkeysTable.name, 'document', id, JSON.stringify(document)),
        counter: info.credential.counter,
        created_at_ms: desk.ports.clock.nowMs(),
        last_used_at_ms: null,
      };
      await commit(desk, this.#keep(row));
      return this.#view(row);
    });
  }

  /** One of one's own. @throws {Fault} `step_up_needed`, `not_found` */
  async remove(session: Session, id: number): Promise<void> {
    const { desk } = this.#parts;
    this.#checkSteppedUp(session);
    await desk.alone(async () => {
      if (this.#rows.get(id)?.person_id !== session.personId) throw new Fault('not_found', 'passkey');
      await commit(desk, this.#removal([id]));
    });
  }

  /** All of somebody's, for whoever lost their device or is gone. */
  removeAll(person: number): Step {
    return this.#removal(this.#of(person).map((row) => row.passkey_id));
  }

  /** For whoever signs in: no name is asked for and none is told, the device knows its own. @throws {Fault} `conflict` */
  async challenge(): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const { name: rpID } = this.#requireSite();
    return generateAuthenticationOptions({
      rpID,
      challenge: this.#challenge('sign in', 0),
      timeout: passkeyLimits.challengeMs,
      userVerification: 'required',
    });
  }

  /** Alone, or after a password: the session that awaits a code is replaced. @throws {Fault} `sign_in_failed`, `conflict` */
  async signIn(response: AuthenticationResponseJSON, client: Client): Promise<SignedIn> {
    const { desk } = this.#parts;
    const checked = await this.#check(response, 'sign_in_failed');
    return desk.alone(async () => {
      const row = this.#answered(checked, 'sign_in_failed');
      const person = desk.people.person(row.person_id);
      client.about?.(person);
      if (person.state === 'disabled') throw new Fault('sign_in_failed');
      // A password of one person and a passkey of another make nobody.
      const waiting = client.token === undefined ? undefined : desk.sessions.find(client.token);
      if (waiting?.stage === 'password' && waiting.personId !== person.id) throw new Fault('sign_in_failed');
      return enter(desk, person.id, client, { stepUp: false }, this.#keep(row));
    });
  }

  /** The same session under a new token, stepped up for a while. @throws {Fault} `not_proven`, `conflict` */
  async stepUp(session: Session, response: AuthenticationResponseJSON): Promise<{ session: Session; token: string }> {
    const { desk } = this.#parts;
    const checked = await this.#check(response, 'not_proven');
    return desk.alone(async () => {
      const row = this.#answered(checked, 'not_proven');
      if (row.person_id !== session.personId) throw new Fault('not_proven');
      const fresh = desk.sessions.rotate(session, { steppedUpUntilMs: desk.ports.clock.nowMs() + sessionLimits.stepUpMs });
      await commit(desk, fresh, this.#keep(row));
      return { session: fresh.session, token: fresh.token };
    });
  }

  async #check(response: AuthenticationResponseJSON, refusal: Refusal): Promise<Checked> {
    const { name: rpID, origin } = this.#requireSite();
    const row = this.#find(response.id);
    if (!row) throw new Fault(refusal);
    const document = this.#open(row);
    const used: string[] = [];
    const { authenticationInfo } = await proven(
      () =>
        verifyAuthenticationResponse({
          response,
          expectedChallenge: (challenge) => this.#isOurs(challenge, 'sign in', 0, used),
          expectedOrigin: origin,
          expectedRPID: rpID,
          requireUserVerification: true,
          credential: {
            id: document.credential,
            publicKey: new Uint8Array(Buffer.from(document.publicKey, 'base64url')),
            counter: row.counter,
          },
        }),
      refusal,
    );
    return { id: row.passkey_id, counter: authenticationInfo.newCounter, used };
  }

  /** In its turn: the answer counts once, and the passkey is there still. */
  #answered({ id, counter, used }: Checked, refusal: Refusal): PasskeyRow {
    this.#use(used, refusal);
    const row = this.#rows.get(id);
    // A counter that did not move says that there are two of a key (level 3, section 6.1.1).
    if (!row || (row.counter > 0 && counter <= row.counter)) throw new Fault(refusal);
    return { ...row, counter, last_used_at_ms: this.#parts.desk.ports.clock.nowMs() };
  }

  /** Random bits, an hour glass and a keyed hash over both: whoever asks for many of them takes no memory. */
  #challenge(use: Use, person: number): Uint8Array<ArrayBuffer> {
    const { ports } = this.#parts.desk;
    const head = Buffer.alloc(24);
    head.set(ports.random.bytes(16));
    head.writeBigUInt64BE(BigInt(ports.clock.nowMs() + passkeyLimits.challengeMs), 16);
    return new Uint8Array(Buffer.concat([head, this.#seal(head, use, person)]));
  }

  #isOurs(challenge: string, use: Use, person: number, used: string[]): boolean {
    const bytes = Buffer.from(challenge, 'base64url');
    if (bytes.length <= 24) return false;
    const [head, seal] = [bytes.subarray(0, 24), bytes.subarray(24)];
    if (hexOf(seal) !== hexOf(this.#seal(head, use, person))) return false;
    if (Number(head.readBigUInt64BE(16)) <= this.#parts.desk.ports.clock.nowMs()) return false;
    used.push(hexOf(head));
    return !this.#used.has(hexOf(head));
  }

  /** A keyed hash of a keyed hash: comparing these takes no time that tells anything. */
  #seal(head: Uint8Array, use: Use, person: number): Uint8Array {
    return this.#parts.desk.hash('passkey challenge', `${use}/${person}/${hexOf(head)}`);
  }

  #use(challenges: readonly string[], refusal: Refusal = 'not_proven'): void {
    const nowMs = this.#parts.desk.ports.clock.nowMs();
    for (const [challenge, untilMs] of this.#used) if (untilMs <= nowMs) this.#used.delete(challenge);
    for (const challenge of challenges) {
      if (this.#used.has(challenge)) throw new Fault(refusal);
      this.#used.set(challenge, nowMs + passkeyLimits.challengeMs);
    }
  }

  #of(person: number): PasskeyRow[] {
    return [...this.#rows.values()].filter((row) => row.person_id === person);
  }

  #find(credential: string): PasskeyRow | undefined {
    return this.#rows.get(this.#byCredential.get(hexOf(this.#parts.desk.hash('passkey', credential))) ?? 0);
  }

  #open(row: PasskeyRow): Document {
    return JSON.parse(this.#parts.openText(passkeysTable.name, 'document', row.passkey_id, row.document)) as Document;
  }

  #view(row: PasskeyRow): Passkey {
    const { name, backedUp } = this.#open(row);
    return {
      id: row.passkey_id,
      name,
      createdAtMs: row.created_at_ms,
      ...(row.last_used_at_ms !== null && { lastUsedAtMs: row.last_used_at_ms }),
      backedUp,
    };
  }

  #keep(row: PasskeyRow): Step {
    return { changes: [putPasskey(row)], keep: () => this.#hold(row) };
  }

  #hold(row: PasskeyRow): void {
    this.#rows.set(row.passkey_id, row);
    this.#byCredential.set(hexOf(row.credential_hash), row.passkey_id);
  }

  #removal(ids: readonly number[]): Step {
    return {
      changes: deletePasskeys(ids),
      keep: () => {
        for (const id of ids) {
          const row = this.#rows.get(id);
          if (row) this.#byCredential.delete(hexOf(row.credential_hash));
          this.#rows.delete(id);
        }
      },
    };
  }

  #requireSite() {
    if (!this.#site) throw new Fault('conflict', 'publicUrl: passkeys need a node with a DNS name');
    return this.#site;
  }

  #checkSteppedUp({ steppedUpUntilMs = 0 }: Session): void {
    if (this.#parts.desk.ports.clock.nowMs() >= steppedUpUntilMs) throw new Fault('step_up_needed');
  }
}

type Refusal = 'sign_in_failed' | 'not_proven';
type Checked = { readonly id: number; readonly counter: number; readonly used: string[] };

/** The library throws for whatever is not right, in words that may quote what came. */
async function proven<T extends { verified: boolean }>(
  work: () => Promise<T>,
  refusal: Refusal = 'not_proven',
): Promise<T & { verified: true }> {
  let answer: T;
  try {
    answer = await work();
  } catch (error) {
    throw new Fault(refusal, undefined, { cause: error });
  }
  if (!answer.verified) throw new Fault(refusal);
  return answer as T & { verified: true };
}

/** Browsers bind passkeys to DNS names, over TLS; this machine's own name passes for a trial. */
function siteOf(publicUrl: string | undefined): { name: string; origin: string } | undefined {
  if (publicUrl === undefined) return undefined;
  const { hostname, origin, protocol } = new URL(publicUrl);
  const named = !hostname.startsWith('[') && !/^\d+(\.\d+){3}$/.test(hostname);
  return named && (protocol === 'https:' || hostname === 'localhost') ? { name: hostname, origin } : undefined;
}

/** @throws {Fault} `bad_request` */
function checkName(name: string): string {
  const tidy = name.trim().normalize('NFC');
  if (tidy === '' || tidy.length > passkeyLimits.nameLength || /\p{Cc}/u.test(tidy) || !tidy.isWellFormed())
    throw new Fault('bad_request', 'name');
  return tidy;
}
