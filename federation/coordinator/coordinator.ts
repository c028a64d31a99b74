// The coordinator of a federation: keeps the membership log and the members' mailboxes, and counts for matches. It holds no member's key and
// opens no member's message. Whatever it has answered for is in its book by then, so that it may be killed at any moment.

import type { Key } from '../../crypto/keys.ts';
import type { LeafTrust } from '../protocol/check-leaf.ts';
import { type CoordinatorApi, type Delivery, type DoorApi, tallyKinds, Unreachable } from '../protocol/coordinator-api.ts';
import type { Book, Spool } from '../protocol/durable.ts';
import { clockSkewLimitMs } from '../protocol/inbox.ts';
import { activeMember, type Membership } from '../protocol/membership.ts';
import { checkBody, checkSignature, decodeMessage, type Message, writeMessage } from '../protocol/message.ts';
import type { SignedStatement } from '../protocol/statements.ts';
import { ProtocolFault } from '../protocol/words.ts';
import { Exclusive, type Timer, Waiters } from './exclusive.ts';
import { type AddCiphertexts, RoundDesk } from './rounds.ts';
import { dropEnded, loadState, type State } from './state.ts';
import { type CountShared, type Decision, isTally, type Tally } from './tally.ts';

/** The longest wait of one receive(). */
export const waitLimitMs = 60_000;

export type CoordinatorOptions = {
  readonly clock: { nowMs(): number };
  readonly timer: Timer;
  readonly book: Book;
  readonly spool: Spool;
  readonly federation: string;
  /** Its own id. */
  readonly member: string;
  /** Signs verdicts, and nothing else. It stays the caller's to destroy. */
  readonly signingKey: Key<'signing'>;
  /** The membership log, at least up to its own admission; what the book holds beyond it stays. */
  readonly log: readonly SignedStatement[];
  /** Counts in a thread, where the process has one to give. @throws {PointRefused} for repeats */
  readonly countShared?: CountShared;
  /** Adds encrypted vectors of rounds, as above. Without it no sum is closed here. */
  readonly addCiphertexts?: AddCiphertexts;
};

/** What changed, for who holds connections: whom to trust, a leaf that was issued, or who is a member. */
export type Change = 'revocations' | 'leaf' | 'members';

export class Coordinator {
  readonly #options: CoordinatorOptions;
  readonly #rounds: RoundDesk;
  readonly #exclusive = new Exclusive();
  readonly #waiters: Waiters;
  readonly #listeners = new Set<(change: Change) => void>();
  #state: State;
  /** A write failed and may have happened all the same: memory is read anew before anything else. */
  #stale = false;
  #closed = false;
  #background: Promise<void> = Promise.resolve();

  private constructor(options: CoordinatorOptions, state: State) {
    this.#options = options;
    this.#state = state;
    this.#waiters = new Waiters(options.timer);
    const { clock, book, spool, federation, member, signingKey, addCiphertexts: add } = options;
    const parts = { clock, book, spool, federation, member, signingKey, waiters: this.#waiters };
    this.#rounds = new RoundDesk({ ...parts, membership: () => this.membership, ...(add && { add }) });
  }

  /** @throws {ProtocolFault} log_forked, federation_other, member_unknown, member_ended, not_allowed for a mere participant */
  static async open(options: CoordinatorOptions): Promise<Coordinator> {
    const state = await loadState(options);
    const { membership } = state.registry;
    if (membership.federation !== options.federation) throw new ProtocolFault('federation_other');
    if (activeMember(membership, options.member).role === 'participant') throw new ProtocolFault('not_allowed');
    const coordinator = new Coordinator(options, state);
    coordinator.#count();
    return coordinator;
  }

  get member(): string {
    return this.#options.member;
  }
  get membership(): Membership {
    return this.#state.registry.membership;
  }
  /** By which certificates are judged at this moment. */
  get trust(): LeafTrust {
    return this.#state.registry.trust;
  }
  /** PEM. */
  get authority(): string {
    return this.#state.registry.authority;
  }
  /** PEM. */
  get revocationList(): string | undefined {
    return this.#state.registry.revocationList;
  }
  /** Until when that list stands. */
  get revokedUntilMs(): number | undefined {
    return this.#state.registry.revokedUntilMs;
  }

  /** @returns ends the subscription */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  forMember(member: string): CoordinatorApi {
    const asMember = <Result>(work: (state: State) => Result | Promise<Result>) => this.#change(member, work);
    const asFounder = <Result>(work: (state: State) => Result | Promise<Result>) =>
      asMember((state) => {
        if (member !== state.registry.membership.founder) throw new ProtocolFault('not_allowed');
        return work(state);
      });
    return {
      log: (from) => asMember(({ registry }) => registry.log(from)),
      append: (statement) => asMember((state) => this.#append(state, statement)),
      revocations: () => asMember(({ registry }) => registry.revocationList),
      leaf: () => asMember(({ registry }) => registry.leaf(member)),
      requestLeaf: (request) => asMember(({ registry }) => registry.requestLeaf(member, request)),
      send: (message) => this.#send(member, message),
      receive: (after, waitMs) => this.#receive(member, after, waitMs),
      acknowledge: (upTo) => asMember(({ mailboxes }) => mailboxes.acknowledge(member, upTo)),
      publishInvitation: (invitation) => asFounder(({ registry }) => registry.publishInvitation(invitation)),
      withdrawInvitation: (id) => asFounder(({ registry }) => registry.withdrawInvitation(id)),
      joinRequests: () => asFounder(({ registry }) => registry.joinRequests()),
      refuseJoin: (invitation) => asFounder(({ registry }) => registry.refuseJoin(invitation)),
      leafRequests: () => asFounder(({ registry }) => registry.leafRequests()),
      publishLeaf: (of, leaf) =>
        asFounder(async ({ registry }) => {
          await registry.publishLeaf(of, leaf);
          if (of === this.member) this.#tell('leaf');
        }),
      rounds: this.#rounds.forMember(member),
      publishRevocations: (list) =>
        asFounder(async ({ registry }) => {
          await registry.publishRevocations(list);
          this.#tell('revocations');
        }),
    };
  }

  door(): DoorApi {
    return {
      log: (invitation) =>
        this.#run(({ registry }) => {
          registry.checkInvitation(invitation);
          return registry.log(0);
        }),
      join: (request) => this.#run(({ registry }) => registry.join(request)),
      outcome: (invitation) => this.#run(({ registry }) => registry.outcome(invitation)),
    };
  }

  /** A list that came another way than over the wire, such as with the welcome; one that is older than the one held is left. */
  async adoptRevocations(list: string): Promise<void> {
    await this.#run(async ({ registry }) => {
      try {
        await registry.publishRevocations(list);
      } catch (fault) {
        if (!(fault instanceof ProtocolFault) || fault.where !== 'older') throw fault;
      }
    });
    this.#tell('revocations');
  }

  /** Forgets what is old and goes on with what was broken off. To be called about every minute; it fails as the book fails. */
  async tick(): Promise<void> {
    await this.#run(async ({ registry, mailboxes, sessions, tally }) => {
      await registry.sweep();
      await dropEnded(registry.membership, mailboxes);
      await tally.dropDecided();
      await sessions.sweep(mailboxes, (session) => tally.forgetChanges(session));
    });
    this.#count();
    await this.settle();
    await this.#rounds.tick();
  }

  /** Until what goes on behind answers, the counting, has ended. */
  async settle(): Promise<void> {
    await this.#background;
  }

  /** Ends all waits; every later call is Unreachable. What is being written is written first. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#waiters.wakeAll();
    await this.#rounds.close();
    await this.#exclusive.run(async () => undefined);
    await this.#background;
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  /** One at a time, with what the book holds. */
  #run<Result>(work: (state: State) => Result | Promise<Result>): Promise<Result> {
    return this.#exclusive.run(async () => {
      if (this.#closed) throw new Unreachable('closed');
      if (this.#stale) this.#state = await loadState(this.#options);
      this.#stale = false;
      try {
        return await work(this.#state);
      } catch (fault) {
        if (!(fault instanceof ProtocolFault)) this.#stale = true;
        throw fault;
      }
    });
  }

  #change<Result>(member: string, work: (state: State) => Result | Promise<Result>): Promise<Result> {
    return this.#run((state) => {
      activeMember(state.registry.membership, member);
      return work(state);
    });
  }

  async #append({ registry, mailboxes }: State, statement: SignedStatement): Promise<void> {
    if (!(await registry.append(statement))) return;
    const { act } = statement.statement;
    this.#tell('members');
    if (act.kind !== 'remove') return;
    this.#waiters.wake(act.member);
    await mailboxes.drop(act.member);
  }

  async #send(from: string, bytes: Uint8Array): Promise<void> {
    const message = decodeMessage(bytes);
    // Before its turn, so that checking many messages of one member holds up nobody.
    const checkedBy = this.#checkParties(from, message);
    checkSignature(message, checkedBy);
    checkBody(message);
    const counts = await this.#run(async (state) => {
      const key = this.#checkParties(from, message);
      if (key !== checkedBy) checkSignature(message, key);
      if (await state.mailboxes.wasSent(message.header)) return false;
      const touched = state.sessions.touch(message.header.session, from);
      if (isTally(message.header, this.member)) await this.#take(state, message, touched.changes);
      else {
        const staged = await state.mailboxes.stage(message);
        await this.#options.book.write([...staged.changes, ...touched.changes]);
        staged.delivered();
        this.#waiters.wake(message.header.to);
      }
      touched.done();
      return isTally(message.header, this.member);
    });
    if (counts) this.#count();
  }

  /** @returns the sender's key  @throws {ProtocolFault} federation_other, member_unknown, member_ended, recipient_other, not_allowed, clock_skew */
  #checkParties(from: string, { header }: Message): string {
    const { membership } = this.#state.registry;
    const sender = activeMember(membership, from);
    if (header.federation !== membership.federation) throw new ProtocolFault('federation_other');
    if (header.from !== from) throw new ProtocolFault('not_allowed', 'from');
    const recipient = activeMember(membership, header.to);
    if (isTally(header, this.member)) {
      // Its verdict would stand in the lane of its own messages, and a party is no neutral counter.
      if (from === this.member) throw new ProtocolFault('not_allowed', 'tally');
    } else if (recipient.role === 'coordinator') throw new ProtocolFault('recipient_other');
    if (header.sentAtMs - this.#options.clock.nowMs() > clockSkewLimitMs) {
      throw new ProtocolFault('clock_skew', `${clockSkewLimitMs} ms`);
    }
    return sender.signingKey;
  }

  async #take({ mailboxes, tally, registry }: State, message: Message, touched: Parameters<Tally['take']>[1]): Promise<void> {
    const { header } = message;
    const partner = tally.partnerOf(message);
    activeMember(registry.membership, partner);
    if (partner === this.member) throw new ProtocolFault('not_allowed', 'tally');
    // A message of the coordinator's own member under the number that the verdict will have.
    for (const to of [header.from, partner]) {
      if (await mailboxes.isUsed({ session: header.session, from: this.member, to, seq: 0 })) {
        throw new ProtocolFault('session_unknown', 'tally');
      }
    }
    await tally.take(message, [...touched, mailboxes.sentChange(header)]);
  }

  /** Looks behind the answers for tallies that a verdict can be found for. A failure is left to the next tick. */
  #count(): void {
    this.#background = this.#background.then(async () => {
      for (const session of this.#state.tally.due()) {
        try {
          const decision = await this.#state.tally.decide(session, this.#options.countShared);
          if (decision) await this.#run((state) => this.#publish(state, decision));
        } catch {
          this.#stale = true;
        }
      }
    });
  }

  /** Both verdicts and the end of the tally in one write, then the lists go. */
  async #publish({ mailboxes, tally, registry }: State, { session, sides, body }: Decision): Promise<void> {
    if (!tally.due().includes(session)) return;
    const { federation, member: from, signingKey, clock, book } = this.#options;
    // Who was removed in the meantime has no mailbox; the other still learns how it ended.
    const members = sides.filter((side) => registry.membership.members.get(side)?.status === 'member');
    const staged = [];
    for (const to of members) {
      const fields = { federation, from, to, session, kind: tallyKinds.verdict, seq: 0, sentAtMs: clock.nowMs() };
      staged.push(await mailboxes.stage(writeMessage(signingKey, fields, body)));
    }
    await book.write([...staged.flatMap(({ changes }) => changes), ...tally.decided(session)]);
    for (const { delivered } of staged) delivered();
    tally.close(session);
    for (const to of members) this.#waiters.wake(to);
    await tally.dropDecided();
  }

  async #receive(member: string, after: number, waitMs: number): Promise<Delivery[]> {
    await this.#change(member, () => undefined);
    if (!this.#state.mailboxes.hasMail(member, after) && waitMs > 0) {
      await this.#waiters.wait(member, Math.min(waitMs, waitLimitMs));
      if (this.#closed) throw new Unreachable('closed');
    }
    activeMember(this.membership, member);
    return this.#state.mailboxes.read(member, after);
  }
}
