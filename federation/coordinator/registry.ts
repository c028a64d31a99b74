// Who belongs to the federation, as its coordinator keeps it: the membership log, invitations and what came of them, certificates and the
// list of those revoked. Nothing here is secret, and nothing is decided here: the log's fold and the authority's signature decide.

import { canonicalJson } from '../../crypto/canonical-json.ts';
import { authorityPem, certifiedKey, type Revoked, readRevocationList, requestedKey } from '../protocol/certificates.ts';
import { checkLeaf, type LeafTrust } from '../protocol/check-leaf.ts';
import type { JoinOutcome, LeafRequest } from '../protocol/coordinator-api.ts';
import type { Book, BookChange } from '../protocol/durable.ts';
import { clockSkewLimitMs } from '../protocol/inbox.ts';
import { type JoinRequest, type KeptInvitation, readJoinRequest, takeJoinRequest } from '../protocol/invitation.ts';
import { adoptLog, foldMembership, type Membership } from '../protocol/membership.ts';
import { readStatement, type SignedStatement, statementHash } from '../protocol/statements.ts';
import { ProtocolFault } from '../protocol/words.ts';

export const registryLimits = {
  /** Invitations that are kept, used ones too. */
  invitations: 1000,
  /** Signs of a certificate request. */
  leafRequest: 4000,
  /** Signs of a list of revoked certificates: some ten thousand of them. */
  revocationList: 1_000_000,
  /** An invitation is forgotten so long after it has run out. */
  invitationKeptMs: 90 * 86_400_000,
} as const;

type Join = { readonly request: JoinRequest; readonly refused?: true };
type Clock = { nowMs(): number };

const collections = {
  log: 'log',
  invitations: 'invitation',
  joins: 'join',
  leafRequests: 'leaf-request',
  leaves: 'leaf',
  lists: 'revocations',
} as const;
const listKey = 'list';
const logKey = (seq: number) => `${seq}`.padStart(6, '0');

export class Registry {
  readonly #book: Book;
  readonly #clock: Clock;
  #statements: SignedStatement[] = [];
  #membership: Membership;
  #revocationList: string | undefined;
  #revoked: Revoked | undefined;
  #authority: string | undefined;
  readonly #invitations = new Map<string, KeptInvitation>();
  readonly #joins = new Map<string, Join>();
  readonly #leafRequests = new Map<string, string>();
  readonly #leaves = new Map<string, string>();

  private constructor(book: Book, clock: Clock, statements: SignedStatement[]) {
    this.#book = book;
    this.#clock = clock;
    this.#statements = statements;
    this.#membership = foldMembership(statements);
  }

  /**
   * @param known of the log, at least its beginning; what the book holds beyond it stays
   * @throws {ProtocolFault} log_forked, and what foldMembership throws
   */
  static async load(book: Book, clock: Clock, known: readonly SignedStatement[]): Promise<Registry> {
    const values = async (collection: string) => (await book.list(collection)).map(({ key, value }) => [key, value] as const);
    const held = (await values(collections.log)).map(([, value]) => readStatement(value));
    for (const [at, statement] of known.slice(0, held.length).entries()) {
      if (statementHash(statement) !== statementHash(held[at]!)) throw new ProtocolFault('log_forked', `${at}`);
    }
    const more = known.slice(held.length);
    const registry = new Registry(book, clock, [...held, ...more]);
    if (more.length > 0) await book.write(more.map((one) => ({ put: [collections.log, logKey(one.statement.seq), one] })));
    for (const [key, value] of await values(collections.invitations)) {
      registry.#invitations.set(key, value as KeptInvitation);
    }
    for (const [key, value] of await values(collections.joins)) registry.#joins.set(key, value as Join);
    for (const [key, value] of await values(collections.leafRequests)) registry.#leafRequests.set(key, value as string);
    for (const [key, value] of await values(collections.leaves)) registry.#leaves.set(key, value as string);
    const list = await book.read(collections.lists, listKey);
    if (typeof list === 'string') {
      registry.#revocationList = list;
      registry.#revoked = await readRevocationList(list, registry.authority);
    }
    return registry;
  }

  get membership(): Membership {
    return this.#membership;
  }
  /** PEM. */
  get authority(): string {
    // The founding statement names it, for good.
    this.#authority ??= authorityPem(this.#membership.authority);
    return this.#authority;
  }
  get revocationList(): string | undefined {
    return this.#revocationList;
  }
  /** Until when that list stands. */
  get revokedUntilMs(): number | undefined {
    return this.#revoked?.nextUpdateMs;
  }
  /** By which certificates are judged at this moment. */
  get trust(): LeafTrust {
    return {
      federation: this.#membership.federation,
      ca: this.authority,
      revoked: this.#revoked?.serials ?? new Set(),
      nowMs: this.#clock.nowMs(),
      skewMs: clockSkewLimitMs,
    };
  }

  log(from: number): SignedStatement[] {
    return this.#statements.slice(from);
  }

  /** @returns whether it was new  @throws {ProtocolFault} what foldMembership throws */
  async append(value: SignedStatement): Promise<boolean> {
    const statement = readStatement(value);
    const { seq } = statement.statement;
    if (seq < this.#statements.length && this.#membership.hashes[seq] === statementHash(statement)) return false;
    if (seq !== this.#statements.length)
      throw new ProtocolFault(seq < this.#statements.length ? 'log_forked' : 'log_gap', `${seq}`);
    const statements = [...this.#statements, statement];
    const membership = adoptLog(this.#membership, statements);
    await this.#book.write([{ put: [collections.log, logKey(seq), statement] }]);
    this.#statements = statements;
    this.#membership = membership;
    return true;
  }

  leaf(member: string): string | undefined {
    return this.#leaves.get(member);
  }

  /** @throws {ProtocolFault} certificate_request_wrong, too_large */
  async requestLeaf(member: string, request: string): Promise<void> {
    if (request.length > registryLimits.leafRequest) throw new ProtocolFault('too_large', `${registryLimits.leafRequest}`);
    const key = await requestedKey(request, { federation: this.#membership.federation, member });
    const leaf = this.#leaves.get(member);
    // Sent again after its answer came: nothing is asked any more.
    if (this.#leafRequests.get(member) === request || (leaf !== undefined && certifiedKey(leaf) === key && this.#stands(leaf)))
      return;
    await this.#book.write([{ put: [collections.leafRequests, member, request] }]);
    this.#leafRequests.set(member, request);
  }

  /** A leaf of a key that was certified already may be renewed once it has passed two thirds of its life. */
  #stands(leaf: string): boolean {
    const check = checkLeaf(leaf, this.trust);
    return check.ok && this.#clock.nowMs() < check.renewAtMs;
  }

  leafRequests(): LeafRequest[] {
    return [...this.#leafRequests]
      .filter(([member]) => this.#membership.members.get(member)?.status === 'member')
      .map(([member, request]) => ({ member, request }));
  }

  /** @throws {ProtocolFault} member_unknown, certificate_other_member, and the codes of checkLeaf */
  async publishLeaf(member: string, leaf: string): Promise<void> {
    const check = checkLeaf(leaf, this.trust);
    if (!check.ok) throw new ProtocolFault(check.code);
    if (check.member !== member) throw new ProtocolFault('certificate_other_member');
    const asked = [...this.#joins.values()].some(({ request }) => request.descriptor.descriptor.member === member);
    if (!this.#membership.members.has(member) && !asked) throw new ProtocolFault('member_unknown');
    const request = this.#leafRequests.get(member);
    const name = { federation: this.#membership.federation, member };
    // A newer request, for another key, still waits for its own leaf.
    const answered = request !== undefined && (await requestedKey(request, name)) === certifiedKey(leaf);
    const changes: BookChange[] = [{ put: [collections.leaves, member, leaf] }];
    if (answered) changes.push({ remove: [collections.leafRequests, member] });
    await this.#book.write(changes);
    this.#leaves.set(member, leaf);
    if (answered) this.#leafRequests.delete(member);
  }

  /** An older one than the one held is refused. @throws {ProtocolFault} revocation_list_wrong, too_large */
  async publishRevocations(list: string): Promise<void> {
    if (list === this.#revocationList) return;
    if (list.length > registryLimits.revocationList) {
      throw new ProtocolFault('too_large', `${registryLimits.revocationList}`);
    }
    const revoked = await readRevocationList(list, this.authority);
    const held = this.#revoked;
    if (held && revoked.thisUpdateMs < held.thisUpdateMs) throw new ProtocolFault('revocation_list_wrong', 'older');
    // Times have whole seconds: of two lists of one second the one that revokes more is the newer.
    if (held && revoked.thisUpdateMs === held.thisUpdateMs && [...held.serials].some((serial) => !revoked.serials.has(serial))) {
      throw new ProtocolFault('revocation_list_wrong', 'older');
    }
    await this.#book.write([{ put: [collections.lists, listKey, list] }]);
    this.#revocationList = list;
    this.#revoked = revoked;
  }

  /** The same once more is no fault; who used it stays. @throws {ProtocolFault} session_full, federation_other */
  async publishInvitation(invitation: KeptInvitation): Promise<void> {
    const { id, federation, proofKey, expiresAtMs } = invitation;
    if (federation !== this.#membership.federation) throw new ProtocolFault('federation_other');
    if (!/^[0-9a-f]{64}$/.test(id) || !/^[A-Za-z0-9_-]{43}$/.test(proofKey) || !Number.isSafeInteger(expiresAtMs)) {
      throw new ProtocolFault('malformed', 'invitation');
    }
    if (this.#invitations.has(id)) return;
    if (this.#invitations.size >= registryLimits.invitations) {
      throw new ProtocolFault('session_full', `${registryLimits.invitations}`);
    }
    const kept: KeptInvitation = { id, federation, proofKey, expiresAtMs };
    await this.#book.write([{ put: [collections.invitations, id, kept] }]);
    this.#invitations.set(id, kept);
  }

  async withdrawInvitation(id: string): Promise<void> {
    if (!this.#invitations.has(id)) return;
    await this.#forget([id]);
  }

  async #forget(ids: readonly string[]): Promise<void> {
    await this.#book.write(ids.flatMap((id) => [{ remove: [collections.invitations, id] }, { remove: [collections.joins, id] }]));
    for (const id of ids) {
      this.#invitations.delete(id);
      this.#joins.delete(id);
    }
  }

  /** Forgets invitations that ran out long ago. */
  async sweep(): Promise<void> {
    const beforeMs = this.#clock.nowMs() - registryLimits.invitationKeptMs;
    const old = [...this.#invitations.values()].filter(({ expiresAtMs }) => expiresAtMs < beforeMs).map(({ id }) => id);
    if (old.length > 0) await this.#forget(old);
  }

  joinRequests(): JoinRequest[] {
    return [...this.#joins]
      .filter(([id, { refused }]) => !refused && !this.#membership.usedInvitations.has(id))
      .map(([, { request }]) => request);
  }

  async refuseJoin(id: string): Promise<void> {
    const join = this.#joins.get(id);
    if (join === undefined) throw new ProtocolFault('invitation_wrong');
    const refused: Join = { ...join, refused: true };
    await this.#book.write([{ put: [collections.joins, id, refused] }]);
    this.#joins.set(id, refused);
  }

  /** An invitation that stands, or was used while it stood. @throws {ProtocolFault} invitation_wrong, invitation_expired */
  checkInvitation(id: string): KeptInvitation {
    const kept = this.#invitations.get(id);
    if (kept === undefined) throw new ProtocolFault('invitation_wrong');
    if (kept.usedBy === undefined && this.#clock.nowMs() >= kept.expiresAtMs) throw new ProtocolFault('invitation_expired');
    return kept;
  }

  /** @throws {ProtocolFault} what takeJoinRequest throws */
  async join(value: JoinRequest): Promise<void> {
    const request = readJoinRequest(value);
    const kept = this.checkInvitation(request.invitation);
    const held = this.#joins.get(kept.id);
    if (held && canonicalJson(held.request) === canonicalJson(request)) return;
    const taken = takeJoinRequest(kept, request, this.#clock.nowMs());
    if (held?.refused || this.#membership.usedInvitations.has(kept.id)) throw new ProtocolFault('invitation_used');
    const { federation, member } = taken.descriptor.descriptor;
    await requestedKey(taken.leafRequest, { federation, member });
    const join: Join = { request };
    await this.#book.write([
      { put: [collections.invitations, kept.id, taken.kept] },
      { put: [collections.joins, kept.id, join] },
    ]);
    this.#invitations.set(kept.id, taken.kept);
    this.#joins.set(kept.id, join);
  }

  /** @throws {ProtocolFault} invitation_wrong where nobody asked by this invitation */
  outcome(id: string): JoinOutcome {
    const join = this.#joins.get(this.checkInvitation(id).id);
    if (join === undefined) throw new ProtocolFault('invitation_wrong');
    const { member } = join.request.descriptor.descriptor;
    if (!this.#membership.usedInvitations.has(id)) return { state: join.refused ? 'refused' : 'waiting' };
    if (!this.#membership.members.has(member)) return { state: 'refused' };
    const leaf = this.#leaves.get(member);
    const revocations = this.#revocationList;
    return leaf === undefined || revocations === undefined ? { state: 'waiting' } : { state: 'admitted', leaf, revocations };
  }
}
