// Rounds of one member in one federation: what officers ask of them, the boards that come, and the stories that run: a member's, a custodian's,
// or both. Everything that must not be lost is written before it counts, so that opening again goes on where a kill cut in.

import { activeMember } from '../../protocol/membership.ts';
import type { SignedClosing } from '../../protocol/round/closing.ts';
import { seenClosings } from '../../protocol/round/round-api.ts';
import { type RoundTerms, readRoundTerms } from '../../protocol/round/round-terms.ts';
import type { Saying, SignedEntry } from '../../protocol/round/sayings.ts';
import { writeRoundTranscript } from '../../protocol/round/transcript-lines.ts';
import { newId } from '../../protocol/signed.ts';
import { ProtocolFault } from '../../protocol/words.ts';
import { Closed, Held } from '../match/session.ts';
import type { Officer } from '../match/state.ts';
import type { Standing } from '../ports.ts';
import { closingCollection, closingsOf, signEnd, takeClosings } from './closing.ts';
import { runCustodian } from './custodian.ts';
import { giveShares, handShare, isLocked, sealedKeySpool } from './custodian-keys.ts';
import { type HandedShare, isKeySplit } from './custody-key.ts';
import { runMember } from './member.ts';
import { outCollection, outName } from './member-sums.ts';
import type { RoundPorts } from './ports.ts';
import { Over, RoundSession } from './session.ts';
import { type BudgetSpent, type KeySplit, lineCollection, type RoundState, roundCollection, secretCollection } from './state.ts';
import { LeftOut } from './sum-helpers.ts';
import { forgetVertical, verticalPart } from './vertical/vertical.ts';

export const openRoundLimit = 20;

export type RoundProposal = Omit<RoundTerms, 'v' | 'kind' | 'coordinator' | 'proposedAtMs' | 'log'>;

export class Rounds {
  readonly #ports: RoundPorts;
  readonly #standing: Standing;
  readonly #sessions = new Map<string, RoundSession>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #waiting = new Set<string>();
  #closing = false;

  private constructor(ports: RoundPorts, standing: Standing) {
    this.#ports = ports;
    this.#standing = standing;
  }

  /** Everything as it was; rounds that were under way go on. */
  static async open(ports: RoundPorts, standing: Standing): Promise<Rounds> {
    const rounds = new Rounds(ports, standing);
    for (const { key, value } of await ports.book.list(roundCollection)) {
      const lines = await ports.book.list(lineCollection, `${key}/`);
      const entries = lines.map(({ value: entry }) => entry as SignedEntry);
      const session = new RoundSession(ports, standing, value as RoundState, entries);
      for (const kept of await ports.book.list(closingCollection, `${key}/`)) session.closings.push(kept.value as SignedClosing);
      rounds.#sessions.set(key, session);
    }
    for (const session of rounds.#sessions.values()) rounds.#start(session);
    return rounds;
  }

  list(): RoundSession[] {
    return [...this.#sessions.values()].sort((a, b) => b.state.createdAtMs - a.state.createdAtMs);
  }

  /** @throws {ProtocolFault} round_unknown */
  get(round: string): RoundSession {
    const session = this.#sessions.get(round);
    if (!session) throw new ProtocolFault('round_unknown');
    return session;
  }

  /**
   * Proposes a round, as our officers approved it. @returns its id
   * @throws {ProtocolFault} terms_wrong, member_unknown, member_ended, officers_missing, session_full
   */
  async propose(
    wanted: RoundProposal,
    coordinator: string,
    source: unknown,
    approvals: readonly Officer[],
    budget?: BudgetSpent,
    id: string = newId(this.#ports.random),
  ): Promise<string> {
    const membership = this.#standing.membership();
    const terms = readRoundTerms({
      ...wanted,
      v: 1,
      kind: 'round',
      coordinator,
      proposedAtMs: this.#ports.clock.nowMs(),
      log: { size: membership.size, head: membership.head },
    });
    for (const member of [...terms.members, terms.custodian]) activeMember(membership, member);
    if (activeMember(membership, coordinator).role === 'participant') throw new ProtocolFault('terms_wrong', 'coordinator');
    if (!terms.members.includes(this.#standing.me)) throw new ProtocolFault('terms_wrong', 'members');
    checkApprovals(approvals, terms);
    const open = [...this.#sessions.values()].filter(({ state }) => !state.over).length;
    if (open >= openRoundLimit) throw new ProtocolFault('session_full', `${openRoundLimit}`);
    const accepted = { approvals: [...approvals], source, ...(budget && { budget }) };
    const state: RoundState = {
      ...{ v: 1, round: id, createdAtMs: this.#ports.clock.nowMs(), told: [] },
      proposed: { terms, approvals: [...approvals], ...(budget && { budget }) },
      accepted,
    };
    const session = new RoundSession(this.#ports, this.#standing, state);
    await session.save();
    this.#sessions.set(id, session);
    await this.#ports.tell({ kind: 'proposed', round: id });
    this.#start(session);
    return id;
  }

  /** Our officers agree. @throws {ProtocolFault} round_unknown, round_phase, officers_missing */
  async accept(round: string, source: unknown, approvals: readonly Officer[], budget?: BudgetSpent): Promise<void> {
    const session = this.get(round);
    if (session.state.accepted || !session.isMember || session.board.ended) throw new ProtocolFault('round_phase', 'acceptance');
    checkApprovals(approvals, session.board.terms);
    session.state.accepted = { approvals: [...approvals], source, ...(budget && { budget }) };
    await this.#changed(session);
  }

  /** Our officers agree that this node keeps the key that opens sums. */
  async keepKey(round: string, approvals: readonly Officer[], split?: KeySplit): Promise<void> {
    const session = this.get(round);
    if (session.state.custody || !session.isCustodian || session.board.ended) throw new ProtocolFault('round_phase', 'custody');
    if (split && !isKeySplit(split)) throw new ProtocolFault('malformed', 'shares');
    checkApprovals(approvals, session.board.terms);
    session.state.custody = { approvals: [...approvals], ...(split && { split }) };
    await this.#changed(session);
  }

  /**
   * A share of the custodian's key, shown this once, to one person each. The round goes on when the last one is fetched.
   * @throws {ProtocolFault} round_unknown, key_share_none, key_share_taken
   */
  share(round: string, person: string): Promise<HandedShare> {
    return handShare(this.get(round), person);
  }

  /** Gives shares of the custodian's key. @returns whether it is open now  @throws {ProtocolFault} round_phase, key_share_wrong */
  async unlock(round: string, shares: readonly string[]): Promise<boolean> {
    const session = this.get(round);
    if (session.board.ended || !isLocked(session)) throw new ProtocolFault('round_phase', 'unlock');
    return giveShares(session, shares);
  }

  async vote(round: string, adopt: boolean, { officer, reason }: Officer): Promise<void> {
    const session = this.get(round);
    if (session.state.vote || session.board.ended) throw new ProtocolFault('round_phase', 'vote');
    session.state.vote = { adopt, officer, reason };
    await this.#changed(session);
  }

  /** An officer says no, before or while it runs. */
  async stop(round: string, { officer, reason }: Officer): Promise<void> {
    const session = this.get(round);
    if (session.board.ended || session.state.stopping) return;
    const code = session.state.accepted ? 'stopped' : 'declined';
    session.state.stopping = { code, reason: `${reason} (${officer})`.slice(0, 500).toWellFormed() };
    await this.#changed(session);
  }

  /** Goes on with one that stood still over a fault of this side, once that is mended. */
  resume(round: string): void {
    this.#waiting.delete(round);
    this.#start(this.get(round));
  }

  async #changed(session: RoundSession): Promise<void> {
    await session.save();
    session.changed();
    this.#start(session);
  }

  /**
   * Takes what boards have. @param waitMs how long the coordinator may hold the answer back
   * @returns how many lines came  @throws {Unreachable}
   */
  async poll(waitMs: number): Promise<number> {
    for (const session of this.#sessions.values()) await session.keep();
    const seen = Object.fromEntries(
      [...this.#sessions].map(([round, { board, closings }]) => [
        round,
        board.ended ? seenClosings(board.lines, closings.length) : board.lines,
      ]),
    );
    let count = 0;
    for (const news of await this.#standing.api().rounds.news(seen, waitMs)) {
      const session = this.#sessions.get(news.round) ?? (await this.#discover(news.round));
      if (session.state.forked) continue;
      try {
        await session.takeNews(news);
        if (news.closings) await takeClosings(session, news.closings.from, news.closings.signed);
        count += news.entries.length;
      } catch (fault) {
        if (!(fault instanceof ProtocolFault)) throw fault;
        await this.#forked(session, fault.code);
      }
      this.#start(session);
    }
    return count;
  }

  async #discover(round: string): Promise<RoundSession> {
    await this.#standing.refresh();
    const state: RoundState = { v: 1, round, createdAtMs: this.#ports.clock.nowMs(), told: [] };
    const session = new RoundSession(this.#ports, this.#standing, state);
    await session.save();
    this.#sessions.set(round, session);
    return session;
  }

  /** Goes on with what stands over a fault of ours. To be called now and then. */
  chores(): void {
    for (const session of this.#sessions.values()) if (!this.#waiting.has(session.round)) this.#start(session);
  }

  async close(): Promise<void> {
    this.#closing = true;
    for (const session of this.#sessions.values()) session.close();
    await Promise.allSettled(this.#running.values());
  }

  /** Whether a round is under way, by which keys and membership must not change. */
  get busy(): boolean {
    return [...this.#sessions.values()].some(({ state }) => !state.over && !state.forked);
  }

  /** The board, word for word, with what is needed to check it offline, and the sums that were opened to us. */
  async transcript(round: string): Promise<string> {
    const { entries, board } = this.get(round);
    const { spool } = this.#ports;
    const { federation } = this.#standing;
    const sums: { sum: number; bytes: Uint8Array }[] = [];
    for (const { sum, opened } of board.sums) {
      const bytes = opened && (await spool.get(round, 'sum', sum));
      if (bytes) sums.push({ sum, bytes });
    }
    // One that nobody has said yet is vouched for by nobody.
    const said = [...board.parties.values()].some(({ model }) => model !== undefined);
    const model = said ? await spool.get(round, 'model', 0) : undefined;
    const log = this.#standing.log().slice(0, board.terms.log.size);
    return writeRoundTranscript({ federation, round, log }, entries, sums, model, closingsOf(this.get(round)));
  }

  /** Starts whatever can go on and does not yet. */
  #start(session: RoundSession): void {
    for (const [name, story] of this.#stories(session)) {
      const key = `${session.round} ${name}`;
      if (this.#closing || this.#running.has(key)) continue;
      const running = story(session)
        .catch((error: unknown) => this.#failed(session, error))
        // What cannot be written down now is tried again by chores().
        .catch((cause: unknown) => this.#ports.tell({ kind: 'failed', round: session.round, code: 'node_failed', cause }))
        .catch(() => undefined)
        .finally(() => {
          this.#running.delete(key);
          // Not what has just failed: on a disk that takes nothing it would fail again at once, and for ever.
          if (name === 'end' ? session.state.over : session.board.ended && !session.state.over) this.#start(session);
        });
      this.#running.set(key, running);
    }
  }

  #stories({
    state,
    board,
    isMember,
    isCustodian,
  }: RoundSession): [name: string, story: (session: RoundSession) => Promise<void>][] {
    if (state.over) return state.signed || state.forked ? [] : [['closing', signEnd]];
    if (board.ended || state.forked) return [['end', (session) => this.#tidy(session)]];
    if (!board.begun) return state.proposed ? [['proposal', propose]] : [];
    return [
      ...(state.told.includes('asked') || state.proposed
        ? []
        : [['asked', (session: RoundSession) => this.#ask(session)] as const]),
      // Who has stopped says nothing else any more.
      ...(state.stopping ? [['stop', stop] as const] : []),
      ...(isMember && !state.stopping && !state.told.includes('left-out') ? [['member', runMember] as const] : []),
      ...(isCustodian && !state.stopping ? [['custodian', runCustodian] as const] : []),
    ].map(([name, story]) => [name, story]);
  }

  async #ask(session: RoundSession): Promise<void> {
    const { state, round, entries } = session;
    await this.#ports.tell({ kind: 'asked', round, by: entries[0]!.entry.by });
    state.told.push('asked');
    await session.save();
  }

  /** What a story ended by. A fault of the protocol stops the round for all, by its code. */
  async #failed(session: RoundSession, error: unknown): Promise<void> {
    const { state, board, round } = session;
    if (error instanceof Closed || error instanceof Over) return;
    if (error instanceof LeftOut) {
      state.told.push('left-out');
      await this.#ports.tell({ kind: 'left-out', round });
      await session.save();
    } else if (error instanceof ProtocolFault) {
      if (board.ended) return;
      if (error.code === 'board_forked') return this.#forked(session, error.code);
      state.stopping ??= { code: error.code, ...(error.where !== undefined && { reason: error.where }) };
      await session.save();
      session.changed();
      this.#start(session);
    } else {
      if (error instanceof Held) this.#waiting.add(round);
      await this.#ports.tell({ kind: 'failed', round, code: 'node_failed', cause: error });
    }
  }

  /** What was shown to us cannot have been shown to all: we say nothing more on that board. */
  async #forked(session: RoundSession, code: string): Promise<void> {
    session.state.forked = code;
    session.close();
    await session.save();
    this.#start(session);
  }

  /** Secrets and what was masked go; the model, sums and the board stay. */
  async #tidy(session: RoundSession): Promise<void> {
    const { state, board, round } = session;
    const { book, spool } = this.#ports;
    const { result, code } = board.ended ?? { result: 'stopped', code: state.forked };
    // What still computes would write down what is removed here; it ends at its next step.
    await Promise.allSettled(['asked', 'stop', 'member', 'custodian'].map((name) => this.#running.get(`${round} ${name}`)));
    if (state.forked === undefined) await session.keep();
    const model = await spool.get(round, 'model', 0);
    if (result === 'adopted' && model) await this.#ports.adopt(round, board.terms, model, await verticalPart(session));
    await forgetVertical(session);
    // One more: of a sum that was masked here, and begun by nobody.
    const names = ['public-key', ...Array.from({ length: board.sums.length + 1 }, (_, sum) => outName(sum))];
    for (const name of names) for (const part of await spool.parts(round, name)) await spool.remove(round, name, part);
    for (const collection of [secretCollection, outCollection]) {
      for (const { key } of await book.list(collection, `${round}/`)) await book.write([{ remove: [collection, key] }]);
    }
    session.custodyKey.close();
    if (state.custody) await spool.drop(sealedKeySpool(round));
    delete state.key;
    delete state.reveals;
    state.over = true;
    await session.save();
    await this.#ports.tell({ kind: 'ended', round, ...(code !== undefined && { code }) });
  }
}

async function propose(session: RoundSession): Promise<void> {
  const { terms, approvals, budget } = session.state.proposed!;
  const proposal: Saying = {
    kind: 'proposal',
    terms: terms as RoundTerms,
    approvals: [...approvals],
    ...(budget && { budget }),
  };
  await session.say(
    () => session.board.begun,
    () => proposal,
  );
}

async function stop(session: RoundSession): Promise<void> {
  await session.say(
    () => session.board.ended !== undefined,
    () => ({ kind: 'stop', ...session.state.stopping! }),
  );
}

function checkApprovals(approvals: readonly Officer[], { officers }: RoundTerms): void {
  if (new Set(approvals.map(({ officer }) => officer)).size < officers)
    throw new ProtocolFault('officers_missing', `${officers}`);
}
