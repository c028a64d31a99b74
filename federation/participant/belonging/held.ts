// One federation as this node holds it: what is kept, the log folded, and what is made of both. Memory changes only after the Book has, so
// that a kill leaves nothing half.

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { type Key, keyFrom } from '../../../crypto/keys.ts';
import { type Authority, authorityPem, privateKeyFromPem, readRevocationList } from '../../protocol/certificates.ts';
import { checkLeaf } from '../../protocol/check-leaf.ts';
import type { CoordinatorApi } from '../../protocol/coordinator-api.ts';
import type { BookChange } from '../../protocol/durable.ts';
import type { MemberDescriptor } from '../../protocol/identity.ts';
import { clockSkewLimitMs } from '../../protocol/inbox.ts';
import { foldMembership, type MemberStatus, type Membership } from '../../protocol/membership.ts';
import { readStatement, type SignedStatement } from '../../protocol/statements.ts';
import { ProtocolFault } from '../../protocol/words.ts';
import type { Identity, ParticipantPorts } from '../ports.ts';
import { belongingLimits, collections, type KeptFederation, logKey, type Problem, rowKey } from './kept.ts';

export type Log = { readonly statements: readonly SignedStatement[]; readonly membership: Membership };

export type OwnState = 'waiting' | 'refused' | MemberStatus;

export class Held {
  readonly ports: ParticipantPorts;
  #kept: KeptFederation;
  #log: Log;
  #key: Key<'signing'> | undefined;
  #connection: { readonly by: string; readonly api: CoordinatorApi } | undefined;

  private constructor(ports: ParticipantPorts, kept: KeptFederation, log: Log) {
    this.ports = ports;
    this.#kept = kept;
    this.#log = log;
  }

  static async load(ports: ParticipantPorts, kept: KeptFederation): Promise<Held> {
    const rows = await ports.book.list(collections.log, rowKey(kept.federation, ''));
    const statements = rows.map(({ value }) => readStatement(value));
    return new Held(ports, kept, { statements, membership: foldMembership(statements) });
  }

  /** Keeps a federation from now on. */
  static async begin(ports: ParticipantPorts, kept: KeptFederation, log: Log): Promise<Held> {
    await ports.book.write([
      { put: [collections.federation, kept.federation, kept] },
      ...log.statements.map((one): BookChange => ({ put: [collections.log, logKey(kept.federation, one.statement.seq), one] })),
    ]);
    return new Held(ports, kept, log);
  }

  get kept(): KeptFederation {
    return this.#kept;
  }
  get log(): Log {
    return this.#log;
  }
  get membership(): Membership {
    return this.#log.membership;
  }
  get federation(): string {
    return this.#kept.federation;
  }
  get member(): string {
    return this.#kept.member;
  }
  get nowMs(): number {
    return this.ports.clock.nowMs();
  }

  /**
   * Writes what changes, all at once.
   * @param log the one held with more behind it  @param rows other rows that change with it
   */
  async save(change: Partial<KeptFederation>, log: Log = this.#log, rows: readonly BookChange[] = []): Promise<void> {
    const kept = { ...this.#kept, ...change };
    const added = log.statements.slice(this.#log.statements.length);
    await this.ports.book.write([
      { put: [collections.federation, this.federation, kept] },
      ...added.map((one): BookChange => ({ put: [collections.log, logKey(this.federation, one.statement.seq), one] })),
      ...rows,
    ]);
    if (kept.keys.signing !== this.#kept.keys.signing) this.#key = undefined;
    this.#kept = kept;
    this.#log = log;
  }

  /** As this node describes itself: by the log, before it is in there by its request. */
  get descriptor(): MemberDescriptor {
    const known = this.membership.members.get(this.member)?.descriptor ?? this.#kept.join?.request.descriptor.descriptor;
    if (known === undefined) throw new Error('belonging: expected a member of the log or a request to join, got neither');
    return known;
  }

  get state(): OwnState {
    const { phase } = this.#kept;
    if (phase !== 'joined') return phase === 'refused' ? 'refused' : 'waiting';
    return this.membership.members.get(this.member)?.status ?? 'waiting';
  }

  get isFounder(): boolean {
    return this.#kept.founded !== undefined;
  }

  /** The member id, or undefined while a federation with a separate coordinator has none. */
  get coordinator(): string | undefined {
    const { members, founder } = this.membership;
    const separate = [...members].filter(([, { descriptor, ended }]) => descriptor.role === 'coordinator' && !ended).at(-1);
    if (separate) return separate[0];
    return this.#kept.founded?.coordinator === 'separate' ? undefined : founder;
  }

  signingKey(): Key<'signing'> {
    this.#key ??= keyFrom('signing', Buffer.from(this.#kept.keys.signing, 'base64url'));
    return this.#key;
  }

  /** PEM. */
  get authority(): string {
    return authorityPem(this.membership.authority);
  }

  /** For issuing. @throws {ProtocolFault} not_allowed for who is not the founder */
  async issuing(): Promise<Authority> {
    const { founded } = this.#kept;
    if (founded === undefined) throw new ProtocolFault('not_allowed', 'founder');
    return { certificate: this.authority, privateKey: await privateKeyFromPem(founded.authorityKey) };
  }

  /** @throws {ProtocolFault} member_unknown while there is no certificate or no coordinator */
  identity(): Identity {
    const { leaf, revocations, address, certificateKey } = this.#kept;
    const { coordinator } = this;
    if (leaf === undefined || revocations === undefined) throw new ProtocolFault('member_unknown', 'not admitted yet');
    if (coordinator === undefined) throw new ProtocolFault('member_unknown', 'coordinator');
    return {
      federation: this.federation,
      member: this.member,
      address,
      coordinator,
      certificate: leaf,
      privateKey: certificateKey,
      authority: this.authority,
      revocationList: revocations,
    };
  }

  /** The same object as long as the identity is the same. @throws {ProtocolFault} as identity() */
  api(): CoordinatorApi {
    const identity = this.identity();
    const by = [identity.certificate, identity.revocationList, identity.address, identity.coordinator].join('\n');
    if (this.#connection?.by !== by) this.#connection = { by, api: this.ports.connect(identity) };
    return this.#connection.api;
  }

  /**
   * Is it a leaf of this federation's authority, for this member and this key, that is good now?
   * @param privateKey PEM  @param revocations PEM
   * @throws {ProtocolFault} certificate_other_member, certificate_malformed for another key, revocation_list_wrong, what checkLeaf says
   */
  async checkOwnLeaf(leaf: string, privateKey: string, revocations: string) {
    const { serials: revoked } = await readRevocationList(revocations, this.authority);
    const trust = { federation: this.federation, ca: this.authority, revoked, nowMs: this.nowMs, skewMs: clockSkewLimitMs };
    const check = checkLeaf(leaf, trust);
    if (!check.ok) throw new ProtocolFault(check.code);
    if (check.member !== this.member) throw new ProtocolFault('certificate_other_member');
    if (!new X509Certificate(leaf).checkPrivateKey(createPrivateKey(privateKey))) {
      throw new ProtocolFault('certificate_malformed', 'key');
    }
    return check;
  }

  /** Notes a problem. @returns whether it is a new one; one that goes on is written with whatever is written next */
  async note(part: Problem['part'], code: Problem['code'], where: string | undefined, lasting: boolean): Promise<boolean> {
    const { nowMs } = this;
    const said = where?.slice(0, 200);
    const known = this.#kept.problems.find((one) => one.part === part && one.code === code);
    if (known) {
      const again = { ...known, where: said, lastMs: nowMs };
      this.#kept = { ...this.#kept, problems: this.#kept.problems.map((one) => (one === known ? again : one)) };
      return false;
    }
    const problem: Problem = { part, code, where: said, sinceMs: nowMs, lastMs: nowMs, lasting };
    const held = [...this.#kept.problems, problem];
    const spare = held.length > belongingLimits.problems ? held.findIndex((one) => !one.lasting) : -1;
    await this.save({ problems: held.filter((_, at) => at !== spare) });
    return true;
  }

  /** What was wrong with a part is over, but for what lasts. */
  async solved(part: Problem['part']): Promise<void> {
    const left = this.#kept.problems.filter((one) => one.lasting || one.part !== part);
    if (left.length < this.#kept.problems.length) await this.save({ problems: left });
  }

  /** The coordinator answered. Written once an hour, and with whatever else is written. */
  async reached(): Promise<void> {
    const { nowMs } = this;
    const before = this.#kept.contactAtMs;
    if (before !== undefined && nowMs - before < 60_000) return;
    if (before === undefined || Math.floor(nowMs / 3_600_000) > Math.floor(before / 3_600_000)) {
      await this.save({ contactAtMs: nowMs });
    } else this.#kept = { ...this.#kept, contactAtMs: nowMs };
  }

  /** Takes everything of this federation out of the Book, the keys with it. */
  async drop(): Promise<void> {
    const { book } = this.ports;
    const changes: BookChange[] = [{ remove: [collections.federation, this.federation] }];
    for (const collection of [collections.log, collections.invitation, collections.leaf, collections.evidence]) {
      for (const { key } of await book.list(collection, rowKey(this.federation, ''))) changes.push({ remove: [collection, key] });
    }
    await book.write(changes);
  }

  close(): void {
    this.#key?.destroy();
    this.#key = undefined;
    this.#connection = undefined;
  }
}
