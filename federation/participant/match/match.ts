// Matches of one member in one federation: what officers ask of them, the messages that come, and the stories that run. Everything that
// must not be lost is written before it counts, so that opening again goes on where a kill cut in.

import Type from 'typebox';
import type { Delivery } from '../../protocol/coordinator-api.ts';
import { Unreachable } from '../../protocol/coordinator-api.ts';
import type { Inbox } from '../../protocol/inbox.ts';
import {
  checkTerms,
  type MatchTerms,
  matchLimits,
  matchMessages,
  normalisation,
  readTerms,
  termsSchema,
} from '../../protocol/match-terms.ts';
import { activeMember } from '../../protocol/membership.ts';
import type { Message } from '../../protocol/message.ts';
import { closed, newId, parseCanonical, readerOf, toBase64 } from '../../protocol/signed.ts';
import { buildTranscript, signedNoteSchema, writeTranscript } from '../../protocol/transcript.ts';
import { ProtocolFault } from '../../protocol/words.ts';
import type { MatchPorts, Standing } from '../ports.ts';
import { Channel, shareBytes, unwrapShare, wrappedShareBytes } from './channel.ts';
import { checkOfficers, take } from './inbound.ts';
import { headerOf, inboxOf, receivedNames, sendersOf } from './lanes.ts';
import { loadBytes } from './lists.ts';
import { openingOf, runMatch, transcriptCollection } from './script.ts';
import { Closed, Held, itemCollection, MatchSession } from './session.ts';
import { type MatchState, matchCollection, type Officer, type Progress, shown } from './state.ts';

export type { MatchPhase, MatchState, Officer, Outcome, Progress, Sizes } from './state.ts';

/** Matches of one member that have not ended. */
export const openMatchLimit = 50;
/**
 * Messages of one sender in one match that wait for an earlier one. A coordinator keeps their order: so many are no fault of the network,
 * and would keep everybody else's messages from being acknowledged.
 */
const laneLimit = 64;

/**
 * What is right with a little patience: an earlier message of its sender is still to come, or the sender's clock is ahead of ours. Given up,
 * it would never come again, as its sender has given it to the coordinator for good.
 */
const waits: ReadonlySet<string> = new Set(['sequence_gap', 'clock_skew']);

/** What spends a budget of ours by this match, for the transcript. */
export type Budget = { readonly budget: string; readonly spent: number; readonly limit: number };
export type Proposal = Omit<MatchTerms, 'v' | 'kind' | 'initiator' | 'normalisation' | 'proposedAtMs' | 'log'>;
export type MatchView = Omit<MatchState, 'secrets'> & { readonly progress: Progress };

const readProposal = readerOf(
  'proposal',
  Type.Object({ v: Type.Literal(1), terms: termsSchema, notes: Type.Array(signedNoteSchema, { maxItems: 20 }) }, closed),
);

/** As a note takes them: twice so many approvals and what else a side says fit into its last message. */
const short = Type.String({ minLength: 1, maxLength: 500 });
const officerSchema = Type.Object({ officer: short, reason: short }, closed);
const readOfficers = readerOf('officers', Type.Array(officerSchema, { maxItems: 8 }));

export class Matches {
  readonly #ports: MatchPorts;
  readonly #standing: Standing;
  readonly #sessions = new Map<string, MatchSession>();
  readonly #running = new Map<string, Promise<void>>();
  /** Those that an officer has to look at first. */
  readonly #waiting = new Set<string>();
  #inbox: Inbox;
  /** Delivered and not taken yet, as an earlier one of their sender is missing. */
  #held: Delivery[] = [];
  #after = 0;
  #closing = false;

  private constructor(ports: MatchPorts, standing: Standing, sessions: readonly MatchSession[], inbox: Inbox) {
    this.#ports = ports;
    this.#standing = standing;
    this.#inbox = inbox;
    for (const session of sessions) this.#sessions.set(session.session, session);
  }

  /** Everything as it was; matches that were under way go on. */
  static async open(ports: MatchPorts, standing: Standing): Promise<Matches> {
    const sessions: MatchSession[] = [];
    for (const { value } of await ports.book.list(matchCollection)) {
      const state = value as MatchState;
      const items = await ports.book.list(itemCollection, `${state.session}/`);
      const session = new MatchSession(
        ports,
        standing,
        state,
        items.map(({ value: item }) => item as never),
      );
      for (const name of receivedNames(state.terms)) {
        const parts = await ports.spool.parts(state.session, name);
        if (parts.length > 0) session.received.set(name, new Set(parts));
      }
      sessions.push(session);
    }
    const matches = new Matches(ports, standing, sessions, inboxOf(standing, sessions));
    for (const session of sessions) matches.#start(session);
    return matches;
  }

  list(): MatchView[] {
    return [...this.#sessions.values()].map((one) => this.#view(one)).sort((a, b) => b.createdAtMs - a.createdAtMs);
  }

  get(session: string): MatchView {
    return this.#view(this.#find(session));
  }

  /**
   * Proposes a match, as our officers approved it.
   * @param id an unused one, where the caller has to know it beforehand
   * @returns its session  @throws {ProtocolFault} terms_wrong, member_unknown, member_ended, session_full, officers_missing
   */
  async propose(
    wanted: Proposal,
    source: unknown,
    officers: readonly Officer[],
    budget?: Budget,
    id: string = newId(this.#ports.random),
  ): Promise<string> {
    const { membership, me } = { membership: this.#standing.membership(), me: this.#standing.me };
    const terms = readTerms({
      ...wanted,
      v: 1,
      kind: 'match',
      initiator: me,
      normalisation,
      proposedAtMs: this.#ports.clock.nowMs(),
      log: { size: membership.size, head: membership.head },
    });
    checkTerms(terms);
    activeMember(membership, terms.responder);
    if (terms.counter !== undefined && activeMember(membership, terms.counter).role === 'participant') {
      throw new ProtocolFault('terms_wrong', 'counter');
    }
    this.#checkRoom();
    const session = new MatchSession(this.#ports, this.#standing, this.#newState(id, terms, 'initiator', terms.responder), []);
    session.state.phase = 'proposed';
    session.state.source = source;
    this.#approve(session, officers, budget);
    await session.save();
    this.#sessions.set(id, session);
    this.#inbox.openSession(id, sendersOf(this.#standing, terms.responder));
    await this.#ports.tell({ kind: 'proposed', session: id, partner: terms.responder });
    this.#start(session);
    return id;
  }

  /** Our officers agree to what was asked. @throws {ProtocolFault} session_unknown, officers_missing */
  async accept(id: string, source: unknown, officers: readonly Officer[], budget?: Budget): Promise<void> {
    const session = this.#asked(id);
    session.state.source = source;
    this.#approve(session, officers, budget);
    const { secrets } = session.state;
    session.channel?.complete(Buffer.from(secrets!.share, 'base64url'));
    session.state.accepted = true;
    session.state.phase = 'running';
    await session.save();
    this.#start(session);
  }

  /** Our officers have seen the count and agree to go on. */
  async release(id: string, officers: readonly Officer[]): Promise<void> {
    const session = this.#find(id);
    if (session.state.phase !== 'counted' || session.state.released.mine) throw new ProtocolFault('session_unknown', 'release');
    this.#approve(session, officers);
    session.state.released.mine = true;
    await session.save();
    session.changed();
  }

  /** An officer says no, before or while it runs. What was learned already stays with who learned it. */
  async stop(id: string, given: Officer): Promise<void> {
    const [{ officer, reason }] = readOfficers([given]) as [Officer];
    const session = this.#find(id);
    if (session.state.outcome) return;
    const code = session.state.phase === 'asked' ? 'declined' : 'stopped';
    session.decide({ result: 'stopped', code, reason: `${reason} (${officer})`.slice(0, 500).toWellFormed() });
    await session.save();
    session.changed();
    this.#start(session);
  }

  /** Goes on with one that stood still over a fault of this side, once that is mended. */
  resume(id: string): void {
    this.#waiting.delete(id);
    this.#start(this.#find(id));
  }

  /** The ids of our customers in a match that goes on; none once it has ended. */
  async customersIn(id: string): Promise<readonly string[]> {
    const bytes = await loadBytes(this.#ports.spool, this.#find(id).session, 'ids');
    return bytes.length === 0 ? [] : (JSON.parse(bytes.toString('utf8')) as string[]);
  }

  /** The transcript as it is signed, or as far as it got. */
  async transcript(id: string): Promise<string> {
    const session = this.#find(id);
    const signed = await this.#ports.book.read(transcriptCollection, id);
    if (typeof signed === 'string') return signed;
    const items = session.transcriptItems(matchMessages.end);
    const { mine, theirs } = session.state.heads;
    return writeTranscript(
      buildTranscript(openingOf(session), items),
      [mine, theirs].filter((head) => head !== undefined),
    );
  }

  /** Ends what nobody went on with, and alone what the partner has no word in any more. To be called now and then. */
  async chores(): Promise<void> {
    for (const session of this.#sessions.values()) {
      const { state } = session;
      if (state.phase === 'ended') continue;
      if (this.#due(session)) {
        await session.save();
        session.changed();
      }
      // Also one that stands over a fault of ours, such as a full disk; but not what an officer has to look at.
      if (!this.#waiting.has(state.session)) this.#start(session);
    }
  }

  /** Decides what time or the founder has decided. @returns whether that was anything new */
  #due(session: MatchSession): boolean {
    const { state } = session;
    const passed = (sinceMs: number) => this.#ports.clock.nowMs() - sinceMs > matchLimits.openMs;
    const { members } = this.#standing.membership();
    const apart = [state.partner, this.#standing.me].some((party) => members.get(party)?.status !== 'member');
    const undecided = !state.outcome && (apart || passed(state.createdAtMs));
    const givenUp = apart || (state.decidedAtMs !== undefined && passed(state.decidedAtMs));
    if (undecided) session.decide({ result: 'stopped', code: apart ? 'member_ended' : 'match_expired' });
    if (givenUp) state.alone = true;
    return undecided || givenUp;
  }

  /**
   * Takes what has come. @param waitMs how long the coordinator may hold the answer back until there is something
   * @returns how many messages came  @throws {Unreachable}
   */
  async poll(waitMs: number): Promise<number> {
    const deliveries = await this.#standing.api().receive(this.#after, waitMs);
    for (const delivery of deliveries) {
      this.#held.push(delivery);
      this.#after = Math.max(this.#after, delivery.number);
    }
    for (let progress = this.#held.length > 0; progress; ) {
      const before = this.#held.length;
      const gaps: Delivery[] = [];
      for (const delivery of this.#held) if (!(await this.#receive(delivery.message))) gaps.push(delivery);
      this.#held = gaps;
      progress = gaps.length > 0 && gaps.length < before;
    }
    await this.#giveUp();
    const taken = this.#held.length > 0 ? Math.min(...this.#held.map(({ number }) => number)) - 1 : this.#after;
    if (deliveries.length > 0 && taken > 0) await this.#standing.api().acknowledge(taken);
    return deliveries.length;
  }

  /** Lanes that wait for too long a time are dropped, and their match fails. */
  async #giveUp(): Promise<void> {
    const laneOf = ({ message }: Delivery) => {
      const header = headerOf(message);
      return header && this.#sessions.has(header.session) ? `${header.session} ${header.from}` : `${header?.from}`;
    };
    for (const [lane, held] of Map.groupBy(this.#held, laneOf)) {
      if (held.length <= laneLimit) continue;
      this.#held = this.#held.filter((one) => !held.includes(one));
      await this.#refused(held[0]!.message, new ProtocolFault('sequence_gap', `${laneLimit}`));
      const session = this.#sessions.get(lane.split(' ')[0]!);
      if (!session || session.state.outcome) continue;
      session.decide({ result: 'failed', code: 'sequence_gap' });
      await session.save();
      session.changed();
      this.#start(session);
    }
  }

  /** Stops the stories where they are; they go on when this is opened again. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const session of this.#sessions.values()) session.close();
    await Promise.allSettled(this.#running.values());
  }

  /** Whether a match is under way, by which keys and membership must not change. */
  get busy(): boolean {
    return [...this.#sessions.values()].some(({ state }) => state.phase !== 'ended');
  }

  #view(session: MatchSession): MatchView {
    return { ...shown(session.state), progress: session.progress };
  }

  #find(id: string): MatchSession {
    const session = this.#sessions.get(id);
    if (!session) throw new ProtocolFault('session_unknown');
    return session;
  }

  #asked(id: string): MatchSession {
    const session = this.#find(id);
    if (session.state.phase !== 'asked') throw new ProtocolFault('session_unknown', 'not asked');
    return session;
  }

  #checkRoom(): void {
    const open = [...this.#sessions.values()].filter(({ state }) => state.phase !== 'ended').length;
    if (open >= openMatchLimit) throw new ProtocolFault('session_full', `${openMatchLimit}`);
  }

  #newState(
    session: string,
    terms: MatchTerms,
    role: 'initiator' | 'responder',
    partner: string,
    theirShare?: Uint8Array,
  ): MatchState {
    const draw = () => toBase64(this.#ports.random.bytes(32));
    return {
      v: 1,
      session,
      partner,
      role,
      terms,
      phase: role === 'initiator' ? 'proposed' : 'asked',
      secrets: { share: draw(), scalar: draw(), seed: draw(), ...(theirShare && { theirShare: toBase64(theirShare) }) },
      createdAtMs: this.#ports.clock.nowMs(),
      notes: [],
      released: { mine: false, theirs: false },
      heads: {},
      posted: {},
    };
  }

  /** @throws {ProtocolFault} officers_missing, malformed */
  #approve(session: MatchSession, given: readonly Officer[], budget?: Budget): void {
    const { officers: least } = session.state.terms;
    const officers = readOfficers(given);
    if (new Set(officers.map(({ officer }) => officer)).size < least) throw new ProtocolFault('officers_missing', `${least}`);
    for (const { officer, reason } of officers) session.note({ kind: 'approval', officer, reason });
    if (budget) session.note({ kind: 'budget', ...budget });
  }

  #start(session: MatchSession): void {
    const { session: id, state } = session;
    if (this.#closing || this.#running.has(id) || state.phase === 'ended') return;
    if (state.phase === 'asked' && !state.outcome) return;
    const run = runMatch(session).then(
      () => this.#inbox.closeSession(id),
      (error: unknown) => this.#failed(session, error),
    );
    this.#running.set(
      id,
      run.finally(() => this.#running.delete(id)),
    );
  }

  /** A fault of ours: the match stands where it is, and is tried again by the chores. */
  async #failed(session: MatchSession, error: unknown): Promise<void> {
    if (error instanceof Closed || this.#closing) return;
    if (error instanceof Held) this.#waiting.add(session.session);
    const code = error instanceof ProtocolFault ? error.code : 'node_failed';
    await this.#ports.tell({ kind: 'ended', session: session.session, partner: session.state.partner, code, cause: error });
  }

  /** @returns false for one that has to wait */
  async #receive(bytes: Uint8Array): Promise<boolean> {
    const proposal = this.#proposalIn(bytes);
    if (proposal) return this.#takeProposal(bytes, proposal);
    let receipt = this.#inbox.receive(bytes, this.#standing.membership(), this.#ports.clock.nowMs());
    if (receipt.outcome === 'refused' && receipt.fault.code === 'member_unknown') {
      if (!(await this.#refresh())) return false;
      receipt = this.#inbox.receive(bytes, this.#standing.membership(), this.#ports.clock.nowMs());
    }
    if (receipt.outcome === 'double') return true;
    if (receipt.outcome === 'refused') {
      if (waits.has(receipt.fault.code)) return false;
      await this.#refused(bytes, receipt.fault);
      return true;
    }
    const { message } = receipt;
    const session = this.#find(message.header.session);
    try {
      await take(session, message);
    } catch (error) {
      // It was not kept: what the inbox has taken is what the sessions hold, and it comes again.
      this.#inbox = inboxOf(this.#standing, [...this.#sessions.values()]);
      throw error;
    }
    // An end that comes while our officers still think about it.
    if (session.state.phase === 'asked' && session.state.theirOutcome) session.decide(session.state.theirOutcome);
    this.#start(session);
    return true;
  }

  /** @returns false while the coordinator does not say what the log has got meanwhile */
  async #refresh(): Promise<boolean> {
    try {
      await this.#standing.refresh();
    } catch (error) {
      if (error instanceof Unreachable) return false;
      if (!(error instanceof ProtocolFault)) throw error;
    }
    return true;
  }

  /** What cannot be taken is told, and forgotten; two messages of one number end the match, as the partner cannot be relied on. */
  async #refused(bytes: Uint8Array, fault: ProtocolFault): Promise<void> {
    const header = headerOf(bytes);
    const session = header && this.#sessions.get(header.session);
    // A message that came a second time after the match was over is nothing to be told of.
    if (fault.code === 'session_unknown' && session) return;
    await this.#ports.tell({
      kind: 'refused-message',
      session: header?.session ?? '',
      partner: header?.from ?? '',
      code: fault.code,
    });
    if (fault.code === 'sequence_conflict' && session && header.from === session.state.partner) {
      session.decide({ result: 'failed', code: fault.code });
      await session.save();
      session.changed();
    }
  }

  #proposalIn(bytes: Uint8Array): Message['header'] | undefined {
    const header = headerOf(bytes);
    if (header?.kind !== matchMessages.proposal || header.seq !== 0 || this.#sessions.has(header.session)) return undefined;
    return header;
  }

  async #takeProposal(bytes: Uint8Array, header: Message['header']): Promise<boolean> {
    try {
      if (this.#standing.membership().members.get(header.from) === undefined && !(await this.#refresh())) return false;
      this.#checkRoom();
      this.#inbox.openSession(header.session, sendersOf(this.#standing, header.from));
      const receipt = this.#inbox.receive(bytes, this.#standing.membership(), this.#ports.clock.nowMs());
      if (receipt.outcome === 'refused') throw receipt.fault;
      if (await this.#openProposal(receipt.message)) return true;
      this.#inbox.closeSession(header.session);
      return false;
    } catch (fault) {
      if (!(fault instanceof ProtocolFault)) throw fault;
      this.#inbox.closeSession(header.session);
      if (waits.has(fault.code)) return false;
      await this.#refused(bytes, fault);
    }
    return true;
  }

  /** @returns false while it cannot be judged, as the log is behind and the coordinator away */
  async #openProposal(message: Message): Promise<boolean> {
    const { header, body } = message;
    const key = activeMember(this.#standing.membership(), header.from).signingKey;
    const share = await unwrapShare(this.#standing.wrapPrivateKey(), header.session, body.subarray(0, wrappedShareBytes));
    if (share.length !== shareBytes) throw new ProtocolFault('seal_broken', 'share');
    const place = { from: 'initiator', kind: header.kind, seq: 0 } as const;
    const opened = new Channel(header.session, share).open(place, body.subarray(wrappedShareBytes));
    const { terms, notes } = readProposal(parseCanonical('proposal', opened.toString('utf8')));
    if (terms.initiator !== header.from || terms.responder !== this.#standing.me)
      throw new ProtocolFault('terms_wrong', 'initiator');
    if (this.#standing.membership().size < terms.log.size && !(await this.#refresh())) return false;
    const state = this.#newState(header.session, terms, 'responder', header.from, share);
    const session = new MatchSession(this.#ports, this.#standing, state, []);
    try {
      session.takeNotes(notes, key);
      checkTerms(terms);
      checkOfficers(session);
      this.#checkLog(terms);
    } catch (fault) {
      // The other side's officers are told why, in a message of its own.
      if (!(fault instanceof ProtocolFault)) throw fault;
      session.decide({ result: 'stopped', code: fault.code, ...(fault.where !== undefined && { where: fault.where }) });
    }
    this.#sessions.set(header.session, session);
    await session.taken(message);
    await this.#ports.tell({ kind: 'asked', session: header.session, partner: header.from });
    this.#start(session);
    return true;
  }

  /** Both have to go by one history of the membership. @throws {ProtocolFault} log_gap, log_forked */
  #checkLog({ log }: MatchTerms): void {
    const { hashes } = this.#standing.membership();
    if (hashes.length < log.size) throw new ProtocolFault('log_gap', `${hashes.length}`);
    if (hashes[log.size - 1] !== log.head) throw new ProtocolFault('log_forked', `${log.size - 1}`);
  }
}
