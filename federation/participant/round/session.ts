// One round as one party holds it: the board, line for line, kept as it comes and never taken back; and what this side says on it, once each.
// After a kill the stories (member.ts, custodian.ts) run anew from their beginning: what stands on the board was done.

import { Unreachable } from '../../protocol/coordinator-api.ts';
import type { BookChange } from '../../protocol/durable.ts';
import { Board } from '../../protocol/round/board.ts';
import type { SignedClosing } from '../../protocol/round/closing.ts';
import { blobDigest, type News } from '../../protocol/round/round-api.ts';
import { boardLimits, type Saying, type SignedEntry, signEntry } from '../../protocol/round/sayings.ts';
import { isVertical } from '../../protocol/round/vertical-terms.ts';
import { ProtocolFault } from '../../protocol/words.ts';
import { Closed } from '../match/session.ts';
import type { Standing } from '../ports.ts';
import { CustodyKey } from './custody-key.ts';
import type { RoundPorts, RoundWork } from './ports.ts';
import { lineCollection, lineKey, type RoundState, roundCollection } from './state.ts';

const retryMs = 2_000;
/** So often a board that does not go on may refuse what we say: a minute. */
const refusedMost = 30;

/** The round has ended, by whoever: what is under way stops. */
export class Over extends Error {
  override readonly name = 'Over';
}

/** Codes that say only that somebody else was faster, or that there is no room for a while. */
const racing: ReadonlySet<string> = new Set(['sequence_conflict', 'sequence_gap', 'round_phase']);
const passing: ReadonlySet<string> = new Set(['mailbox_full', 'session_full', 'clock_skew']);

export class RoundSession {
  readonly ports: RoundPorts;
  readonly standing: Standing;
  readonly state: RoundState;
  readonly board: Board;
  readonly entries: SignedEntry[] = [];
  /** Under the end of the board, as they came (closing.ts). */
  readonly closings: SignedClosing[] = [];
  readonly #waiting = new Set<() => void>();
  #saving: Promise<unknown> = Promise.resolve();
  /** Lines that are taken and not on disk yet. */
  readonly #unkept: BookChange[] = [];
  #keeping: Promise<unknown> = Promise.resolve();
  #closed = false;
  /** Ends what computes, when the round is over or the side closes. */
  readonly abort = new AbortController();
  /** Where this side is the custodian. */
  readonly custodyKey = new CustodyKey();

  constructor(ports: RoundPorts, standing: Standing, state: RoundState, entries: readonly SignedEntry[] = []) {
    this.ports = ports;
    this.standing = standing;
    this.state = state;
    const keyOf = (member: string) => standing.membership().members.get(member)?.descriptor.signingKey;
    this.board = new Board(standing.federation, state.round, keyOf);
    for (const entry of entries) this.#put(entry);
  }

  get round(): string {
    return this.state.round;
  }
  get me(): string {
    return this.standing.me;
  }
  get isMember(): boolean {
    return this.board.begun && this.board.terms.members.includes(this.me);
  }
  get isCustodian(): boolean {
    return this.board.begun && this.board.terms.custodian === this.me && !isVertical(this.board.terms);
  }

  #put(entry: SignedEntry): void {
    this.board.take(entry);
    this.entries.push(entry);
  }

  /**
   * Takes lines as they came from the coordinator, and keeps them in one write. Lines that do not follow are kept out, and the round stands: a
   * coordinator that shows what does not follow shows others something else.
   * @throws {ProtocolFault} what Board.take throws
   */
  async takeNews({ from, entries }: Pick<News, 'from' | 'entries'>): Promise<void> {
    if (from > this.board.lines) throw new ProtocolFault('sequence_gap', `${from}`);
    const fresh = entries.slice(this.board.lines - from);
    try {
      for (const entry of fresh) {
        const line = this.board.lines;
        this.#put(entry);
        this.#unkept.push({ put: [lineCollection, lineKey(this.round, line), entry] });
      }
    } finally {
      await this.keep();
    }
  }

  /** Until all lines are on disk: what we say and do next rests on them. Where writing fails they stay, and are written by whoever comes next. */
  keep(): Promise<void> {
    const kept = this.#keeping.then(async () => {
      const lines = [...this.#unkept];
      if (lines.length === 0) return;
      await this.ports.book.write(lines);
      this.#unkept.splice(0, lines.length);
      this.changed();
      if (this.board.ended) this.abort.abort(new Over());
    });
    this.#keeping = kept.catch(() => undefined);
    return kept;
  }

  save(more: readonly BookChange[] = []): Promise<void> {
    const changes: BookChange[] = [{ put: [roundCollection, this.round, structuredClone(this.state)] }, ...more];
    const written = this.#saving.then(() => this.ports.book.write(changes));
    this.#saving = written.catch(() => undefined);
    return written;
  }

  /**
   * Says something unless it stands there already.
   * @param stands whether it does  @param make what is said; called once for each try
   * @throws {Over} @throws {Closed} @throws {ProtocolFault} where the board refuses it
   */
  async say(stands: () => boolean, make: () => Saying | Promise<Saying>): Promise<void> {
    let refused = 0;
    while (!stands()) {
      this.checkOpen();
      const says = await make();
      if (stands()) return;
      const { board } = this;
      const lines = board.lines;
      const entry = {
        ...{ federation: this.standing.federation, round: this.round, by: this.me, n: board.nextOf(this.me) },
        ...{ seen: board.seen, atMs: this.ports.clock.nowMs(), says },
      };
      try {
        await this.#patiently(() => this.standing.api().rounds.post(signEntry(this.standing.signingKey(), entry)));
      } catch (fault) {
        if (!(fault instanceof ProtocolFault) || !racing.has(fault.code)) throw fault;
        // It is decided by a line that we have not seen yet: ours, of a call whose answer was lost, or the round's next step. News of it may be
        // late as well: whoever gives up at once stops the round for all.
        if (board.lines !== lines) continue;
        refused += 1;
        await this.ports.pause(retryMs);
        if (board.lines === lines && !stands() && fault.code === 'round_phase' && refused > refusedMost) throw fault;
        continue;
      }
      await this.until(() => stands() || board.lines > lines + boardLimits.lines);
    }
  }

  /** Puts something long down. @returns its digest */
  async give(bytes: Uint8Array): Promise<string> {
    await this.#patiently(() => this.standing.api().rounds.give(this.round, bytes));
    return blobDigest(bytes);
  }

  /** @throws {ProtocolFault} blob_unknown; sum_wrong where the coordinator gives something else */
  async fetch(digest: string): Promise<Uint8Array> {
    const bytes = await this.#patiently(() => this.standing.api().rounds.fetch(this.round, digest));
    if (blobDigest(bytes) !== digest) throw new ProtocolFault('sum_wrong', 'blob');
    return bytes;
  }

  async #patiently<Result>(work: () => Promise<Result>): Promise<Result> {
    for (;;) {
      await this.keep();
      this.checkOpen();
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof Unreachable) && !(error instanceof ProtocolFault && passing.has(error.code))) throw error;
        await this.ports.pause(retryMs);
      }
    }
  }

  timed<Result>(what: RoundWork, work: () => Result): Result {
    return this.ports.timed ? this.ports.timed(what, work) : work();
  }

  changed(): void {
    for (const look of [...this.#waiting]) look();
  }

  /** Until it holds. @throws {Closed} @throws {Over} */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      this.checkOpen();
      await new Promise<void>((resolve) => {
        const look = () => {
          this.#waiting.delete(look);
          resolve();
        };
        this.#waiting.add(look);
      });
    }
    await this.keep();
    this.checkOpen();
  }

  close(): void {
    this.#closed = true;
    this.custodyKey.close();
    this.abort.abort(new Closed());
    this.changed();
  }

  checkOpen(): void {
    if (this.#closed) throw new Closed();
    if (this.board.ended) throw new Over();
  }
}
