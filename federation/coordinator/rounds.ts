// Rounds at the coordinator: one board each, in the order in which entries came, and what entries hold by their hash. It says on the board whose
// keys and contributions are in, and adds ciphertexts that it cannot read. It trusts nobody and nobody has to trust it: every member runs
// the same board. All that it has answered for is in its book by then.

import type { Key } from '../../crypto/keys.ts';
import { Unreachable } from '../protocol/coordinator-api.ts';
import type { Book, BookChange, Spool } from '../protocol/durable.ts';
import { clockSkewLimitMs } from '../protocol/inbox.ts';
import { activeMember, type Membership } from '../protocol/membership.ts';
import { Board, type Sum } from '../protocol/round/board.ts';
import { readClosing, type SignedClosing, signClosing } from '../protocol/round/closing.ts';
import type { News, RoundApi } from '../protocol/round/round-api.ts';
import { blobDigest } from '../protocol/round/round-api.ts';
import { type RoundTerms, roundLimits } from '../protocol/round/round-terms.ts';
import { boardLimits, namedBy, readEntry, type Saying, type SignedEntry, signEntry } from '../protocol/round/sayings.ts';
import { isVertical } from '../protocol/round/vertical-terms.ts';
import { ProtocolFault } from '../protocol/words.ts';
import { type AddCiphertexts, addedUp } from './adding.ts';
import { Closings } from './closings.ts';
import { Exclusive, type Waiters } from './exclusive.ts';
import { roundDeskLimits } from './round-desk-limits.ts';
import { dueOfVertical } from './round-dues.ts';
import type { Blob, Held, Posted } from './round-held.ts';

export type { AddCiphertexts } from './adding.ts';

export type RoundDeskParts = {
  readonly clock: { nowMs(): number };
  readonly book: Book;
  readonly spool: Spool;
  readonly federation: string;
  readonly member: string;
  readonly signingKey: Key<'signing'>;
  readonly waiters: Waiters;
  membership(): Membership;
  readonly add?: AddCiphertexts;
};

const collections = { lines: 'round-line', blobs: 'round-blob' } as const;
const lineKey = (round: string, line: number) => `${round}/${`${line}`.padStart(7, '0')}`;
const waiterOf = (member: string) => `rounds ${member}`;
const spoolOf = (round: string) => `round-${round}`;

export class RoundDesk {
  readonly #parts: RoundDeskParts;
  readonly #exclusive = new Exclusive();
  #rounds = new Map<string, Held>();
  readonly #closings: Closings;
  #stale = true;
  #background: Promise<void> = Promise.resolve();
  #posted: Posted[] = [];
  #closed = false;

  constructor(parts: RoundDeskParts) {
    this.#parts = parts;
    this.#closings = new Closings((member) => this.#keyOf(member));
  }

  #keyOf(member: string): string | undefined {
    return this.#parts.membership().members.get(member)?.descriptor.signingKey;
  }

  forMember(member: string): RoundApi {
    return {
      news: (seen, waitMs) => this.#news(member, seen, waitMs),
      post: (entry) => this.#post(member, entry),
      close: (closing) => this.#close(member, closing),
      give: (round, bytes) => this.#give(round, member, bytes, () => this.#partyOf(round, member)),
      fetch: async (round, digest) => {
        await this.#run(() => this.#partyOf(round, member));
        const bytes = await this.#parts.spool.get(spoolOf(round), digest, 0);
        if (!bytes) throw new ProtocolFault('blob_unknown');
        return bytes;
      },
    };
  }

  /** What time has decided. To be called now and then. */
  async tick(): Promise<void> {
    await this.#run(() => undefined);
    await this.#sweep();
    for (const round of [...this.#rounds.keys()]) this.#goOn(round);
    await this.settle();
  }

  async #sweep(): Promise<void> {
    const beforeMs = this.#parts.clock.nowMs() - roundDeskLimits.keptMs;
    for (const [round, { board, entries }] of [...this.#rounds]) {
      if (!board.ended || entries.at(-1)!.entry.atMs > beforeMs) continue;
      await this.#run(async () => {
        const held = this.#rounds.get(round)!;
        await this.#drop(round, held, [...held.blobs.keys()]);
        await this.#parts.spool.drop(spoolOf(round));
        await this.#parts.book.write(this.#closings.drop(round));
        // The last lines first: what a kill leaves is the beginning of a board, which is one too.
        for (let end = held.entries.length; end > 0; end -= 1000) {
          const first = Math.max(0, end - 1000);
          const keys = Array.from({ length: end - first }, (_, at) => lineKey(round, first + at));
          await this.#parts.book.write(keys.map((key) => ({ remove: [collections.lines, key] })));
        }
        this.#rounds.delete(round);
      });
    }
  }

  /** Until what goes on behind answers has ended. */
  async settle(): Promise<void> {
    let last: Promise<void> | undefined;
    while (last !== this.#background) {
      last = this.#background;
      await last;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#exclusive.run(async () => undefined);
    await this.#background;
  }

  #run<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    return this.#exclusive.run(async () => {
      if (this.#closed) throw new Unreachable('closed');
      if (this.#stale) await this.#load();
      try {
        return await work();
      } catch (fault) {
        if (!(fault instanceof ProtocolFault)) this.#stale = true;
        throw fault;
      }
    });
  }

  async #load(): Promise<void> {
    const rounds = new Map<string, Held>();
    for (const { key, value } of await this.#parts.book.list(collections.lines)) {
      const round = key.split('/')[0]!;
      const held = rounds.get(round) ?? this.#newHeld(round);
      rounds.set(round, held);
      held.board.take(value as SignedEntry);
      held.entries.push(value as SignedEntry);
    }
    for (const { key, value } of await this.#parts.book.list(collections.blobs)) {
      const [round, digest] = key.split('/') as [string, string];
      rounds.get(round)?.blobs.set(digest, value as Blob);
    }
    await this.#closings.load(this.#parts.book);
    this.#rounds = rounds;
    this.#stale = false;
  }

  #newHeld(round: string): Held {
    const board = new Board(this.#parts.federation, round, (member) => this.#keyOf(member));
    const sinceMs = this.#parts.clock.nowMs();
    return {
      board,
      entries: [],
      blobs: new Map(),
      coming: new Set(),
      spent: 0,
      waiting: { what: '', sinceMs },
      quiet: { lines: 0, sinceMs },
    };
  }

  #partyOf(round: string, member: string): Held {
    activeMember(this.#parts.membership(), member);
    const held = this.#rounds.get(round);
    if (!held || !isParty(held.board, member)) throw new ProtocolFault('round_unknown');
    return held;
  }

  async #news(member: string, seen: { readonly [round: string]: number }, waitMs: number): Promise<News[]> {
    const now = await this.#run(() => this.#unseen(member, seen));
    if (now.length > 0 || waitMs <= 0) return now;
    await this.#parts.waiters.wait(waiterOf(member), Math.min(waitMs, roundDeskLimits.waitMs));
    return this.#run(() => this.#unseen(member, seen));
  }

  #unseen(member: string, seen: { readonly [round: string]: number }): News[] {
    activeMember(this.#parts.membership(), member);
    const news: News[] = [];
    let bytes = 0;
    for (const [round, { board, entries }] of this.#rounds) {
      const from = Object.hasOwn(seen, round) ? seen[round]! : 0;
      if (!isParty(board, member)) continue;
      const signed = this.#closings.unseen(round, entries.length, from);
      if (signed.closings) news.push({ round, from: entries.length, entries: [], ...signed });
      if (from >= entries.length) continue;
      const some: SignedEntry[] = [];
      for (let line = from; line < entries.length && bytes < roundDeskLimits.answerBytes; line += 1) {
        some.push(entries[line]!);
        bytes += JSON.stringify(entries[line]).length;
      }
      if (some.length > 0) news.push({ round, from, entries: some });
    }
    return news;
  }

  async #close(member: string, given: SignedClosing): Promise<void> {
    const signed = readClosing(given);
    const { by, round } = signed.closing;
    if (by !== member) throw new ProtocolFault('not_allowed', 'by');
    await this.#run(async () => {
      const held = this.#partyOf(round, member);
      if (await this.#closings.take(this.#parts.book, held.board, signed)) this.#wake(held);
    });
  }

  /** Our own word under a board that has ended. */
  async #closeOwn(round: string): Promise<void> {
    const { member, signingKey, clock, book } = this.#parts;
    const held = this.#rounds.get(round);
    if (!held?.board.ended || this.#closings.has(round, member)) return;
    await this.#closings.take(book, held.board, signClosing(signingKey, member, held.board, clock.nowMs()));
    this.#wake(held);
  }

  async #post(member: string, given: SignedEntry): Promise<void> {
    const signed = readEntry(given);
    const { entry } = signed;
    if (entry.by !== member) throw new ProtocolFault('not_allowed', 'by');
    if (JSON.stringify(signed).length > boardLimits.entryBytes) throw new ProtocolFault('too_large', `${boardLimits.entryBytes}`);
    if (entry.atMs - this.#parts.clock.nowMs() > clockSkewLimitMs)
      throw new ProtocolFault('clock_skew', `${clockSkewLimitMs} ms`);
    await new Promise<void>((resolve, reject) => {
      this.#posted.push({ by: member, signed, resolve, reject });
      if (this.#posted.length === 1) void this.#takePosted();
    });
    this.#goOn(entry.round);
  }

  /** All that came while the one before was written down goes into one write. */
  async #takePosted(): Promise<void> {
    let waiting: Posted[] = [];
    try {
      await this.#run(async () => {
        waiting = this.#posted;
        this.#posted = [];
        const taken: Posted[] = [];
        const changes: BookChange[] = [];
        for (const posted of waiting) {
          try {
            changes.push(...(await this.#takeOne(posted)));
            taken.push(posted);
          } catch (fault) {
            if (!(fault instanceof ProtocolFault)) throw fault;
            posted.reject(fault);
          }
        }
        // Where it fails the boards are read from the book again.
        await this.#parts.book.write(changes);
        for (const { signed, resolve } of taken) {
          this.#wake(this.#rounds.get(signed.entry.round)!);
          resolve();
        }
      });
    } catch (fault) {
      // Also where the turn never came.
      if (waiting.length === 0) [waiting, this.#posted] = [this.#posted, []];
      for (const { reject } of waiting) reject(fault);
    }
  }

  /** @returns what to write; nothing for an entry that stands already */
  async #takeOne({ by, signed }: Posted): Promise<BookChange[]> {
    const { round, says, n } = signed.entry;
    activeMember(this.#parts.membership(), by);
    const held = this.#rounds.get(round);
    if (held && !isParty(held.board, by)) throw new ProtocolFault('round_unknown');
    if (!held && says.kind !== 'proposal') throw new ProtocolFault('round_unknown');
    const known =
      held && n < held.board.nextOf(by) ? held.entries.find(({ entry }) => entry.by === by && entry.n === n) : undefined;
    if (known?.signature === signed.signature) return [];
    if (known) throw new ProtocolFault('sequence_conflict', `${n}`);
    if (says.kind === 'proposal' && !held) this.#checkProposal(says.terms, by);
    return this.#take(held ?? this.#newHeld(round), signed);
  }

  #checkProposal({ coordinator, members, custodian }: RoundTerms, by: string): void {
    if (coordinator !== this.#parts.member) throw new ProtocolFault('recipient_other');
    for (const member of [...members, custodian]) activeMember(this.#parts.membership(), member);
    const open = [...this.#rounds.values()].filter(({ board }) => !board.ended);
    const own = open.filter(({ entries }) => entries[0]!.entry.by === by);
    if (open.length >= roundDeskLimits.open || own.length >= roundDeskLimits.openOfMember) {
      throw new ProtocolFault('session_full', `${roundDeskLimits.open} rounds`);
    }
  }

  /** @returns what to write before anybody hears of it  @throws {ProtocolFault} what the board says to it; blob_unknown */
  async #take(held: Held, signed: SignedEntry): Promise<BookChange[]> {
    const { board, entries, blobs } = held;
    const { by, says } = signed.entry;
    const line = board.lines;
    const take = board.offer(signed);
    const changes: BookChange[] = [];
    const found: [digest: string, blob: Blob][] = [];
    for (const digest of namedBy(says)) {
      // Put down before this process began: the book learns of it by the entry that names it.
      const blob = blobs.get(digest) ?? (await this.#lying(board.round, digest, by));
      if (!blob) throw new ProtocolFault('blob_unknown', says.kind);
      found.push([digest, blob]);
      changes.push({ put: [collections.blobs, `${board.round}/${digest}`, blob] });
    }
    take();
    for (const [digest, blob] of found) blobs.set(digest, blob);
    entries.push(signed);
    this.#rounds.set(board.round, held);
    return [{ put: [collections.lines, lineKey(board.round, line), signed] }, ...changes];
  }

  async #lying(round: string, digest: string, by: string): Promise<Blob | undefined> {
    const bytes = await this.#parts.spool.get(spoolOf(round), digest, 0);
    return bytes && { by, bytes: bytes.length };
  }

  #wake({ board }: Held): void {
    const { members, custodian } = board.terms;
    for (const party of new Set([...members, custodian])) this.#parts.waiters.wake(waiterOf(party));
  }

  /**
   * Takes something long that an entry will name. It is written outside of turns, so that those of several parties are written at once, and is in
   * the book by the entry that names it.
   */
  async #give(round: string, by: string, bytes: Uint8Array, heldFor: () => Held): Promise<void> {
    const digest = blobDigest(bytes);
    const wanted = await this.#run(() => {
      const held = heldFor();
      const { board, blobs } = held;
      if (blobs.has(digest)) return false;
      if (board.ended) throw new ProtocolFault('round_phase', 'ended');
      if (bytes.length > boardLimits.blobBytes) throw new ProtocolFault('too_large', `${boardLimits.blobBytes}`);
      let [own, all] = [bytes.length, bytes.length];
      for (const blob of [...blobs.values(), ...held.coming]) {
        all += blob.bytes;
        if (blob.by === by) own += blob.bytes;
      }
      if (own > roundDeskLimits.partyBytes || all > roundDeskLimits.roundBytes) throw new ProtocolFault('mailbox_full');
      return held;
    });
    if (!wanted) return;
    const blob: Blob = { by, bytes: bytes.length };
    wanted.coming.add(blob);
    try {
      await this.#parts.spool.put(spoolOf(round), digest, 0, bytes);
      // Of this start's board: after a fault there is another one, which finds what lies in the spool.
      this.#rounds.get(round)?.blobs.set(digest, blob);
    } finally {
      wanted.coming.delete(blob);
    }
  }

  async #drop(round: string, held: Held, digests: readonly string[]): Promise<void> {
    await this.#parts.book.write(digests.map((digest) => ({ remove: [collections.blobs, `${round}/${digest}`] })));
    await Promise.all(digests.map((digest) => this.#parts.spool.remove(spoolOf(round), digest, 0)));
    for (const digest of digests) held.blobs.delete(digest);
  }

  /** Says what is due, behind the answer to whoever made it due. A failure is left to the next tick. */
  #goOn(round: string): void {
    this.#background = this.#background.then(async () => {
      try {
        while (await this.#step(round)) if (this.#closed) return;
      } catch {
        this.#stale = true;
      }
    });
  }

  /** @returns whether anything was said */
  async #step(round: string): Promise<boolean> {
    if (this.#closed) return false;
    const due = await this.#run(async () => {
      await this.#closeOwn(round);
      await this.#dropSpent(round);
      return this.#due(round);
    });
    if (!due) return false;
    // Adding takes long and needs nobody's turn: contributions to a sum that all have given to do not change.
    const says = due.kind === 'closed' ? await this.#added(round, due) : due;
    const closed = await this.#run(async () => {
      const held = this.#rounds.get(round);
      const { federation, member: by, signingKey, clock } = this.#parts;
      if (!held || held.board.ended) return undefined;
      const { board } = held;
      const entry = { federation, round, by, n: board.nextOf(by), seen: board.seen, atMs: clock.nowMs(), says };
      await this.#parts.book.write(await this.#take(held, signEntry(signingKey, entry)));
      this.#wake(held);
      return says.kind === 'closed' ? held : undefined;
    });
    if (closed && says.kind === 'closed') await this.#tidy(round, closed, closed.board.sums[says.sum]!);
    return true;
  }

  /** What both sides of an exchange have. */
  async #dropSpent(round: string): Promise<void> {
    const held = this.#rounds.get(round);
    const left = held?.board.exchanges.spent.slice(held.spent) ?? [];
    if (!held || left.length === 0) return;
    const lying = left.filter((digest) => held.blobs.has(digest));
    await this.#drop(round, held, lying);
    held.spent += left.length;
  }

  /** The ciphertexts of members are added: they go. */
  async #tidy(round: string, held: Held, { contributions }: Sum): Promise<void> {
    const digests = [...contributions.values()].flatMap(({ ciphertexts }) => [...ciphertexts]);
    await this.#drop(
      round,
      held,
      digests.filter((digest) => held.blobs.has(digest)),
    );
  }

  #due(round: string): Saying | undefined {
    const held = this.#rounds.get(round);
    if (!held || held.board.ended || !held.board.begun) return undefined;
    const { board } = held;
    if (!board.agreed) return this.#late(held, 'agreement', roundLimits.openMs) ? { kind: 'expired' } : undefined;
    if (isVertical(board.terms)) return dueOfVertical(board, (what) => this.#late(held, what));
    return this.#dueOfBatch(held) ?? this.#dueOfSum(held) ?? this.#dueOfEnd(held) ?? this.#dueOfQuiet(held);
  }

  /** Too few are left to go on, and nobody has said anything for very long. */
  #dueOfQuiet(held: Held): Saying | undefined {
    const nowMs = this.#parts.clock.nowMs();
    if (held.quiet.lines !== held.board.lines) held.quiet = { lines: held.board.lines, sinceMs: nowMs };
    const limitMs = Math.max(roundLimits.openMs, 2 * held.board.terms.patienceMs);
    return nowMs - held.quiet.sinceMs > limitMs ? { kind: 'expired' } : undefined;
  }

  #dueOfBatch(held: Held): Saying | undefined {
    const { board } = held;
    const at = board.batches.length - 1;
    const batch = board.batches[at];
    const active = board.active;
    if (batch && !batch.keyed) {
      const given = active.filter((member) => batch.keys.has(member));
      if (this.#whole(held, `keys ${at}`, given, active)) return { kind: 'keyed', batch: at, members: given };
    } else if (batch && !batch.members) {
      const given = active.filter((member) => batch.shares.has(member));
      if (this.#whole(held, `shares ${at}`, given, active)) return { kind: 'batched', batch: at, members: given };
    }
    return undefined;
  }

  #dueOfSum(held: Held): Saying | undefined {
    const { board } = held;
    const sum = board.open;
    if (!sum) return undefined;
    const at = sum.sum;
    if (!sum.survivors) {
      const given = [...sum.contributions.keys()].sort();
      if (!this.#whole(held, `sum ${at}`, given, sum.members)) return undefined;
      return { kind: 'closed', sum: at, survivors: given, ciphertexts: [] };
    }
    const gone = sum.survivors.filter((member) => !sum.reveals.has(member));
    if (sum.missing || gone.length === 0 || sum.reveals.size < board.threshold) return undefined;
    return this.#late(held, `reveals ${at}`) ? { kind: 'missing', sum: at, members: gone } : undefined;
  }

  #dueOfEnd(held: Held): Saying | undefined {
    const { board } = held;
    const waited = board.waitedFor;
    if (waited.length === 0) return undefined;
    const late = this.#late(held, `end ${waited.length}`);
    if (!late) return undefined;
    return board.active.length - waited.length >= board.threshold ? { kind: 'absent', members: waited } : { kind: 'expired' };
  }

  /** Whether all are in, or time has run out with enough of them; too few end the round when time has run out. */
  #whole(held: Held, what: string, given: readonly string[], expected: readonly string[]): boolean {
    if (given.length === expected.length) return true;
    return this.#late(held, what) && given.length >= held.board.threshold;
  }

  #late(held: Held, what: string, afterMs = held.board.terms.patienceMs): boolean {
    const nowMs = this.#parts.clock.nowMs();
    if (held.waiting.what !== what) held.waiting = { what, sinceMs: nowMs };
    return nowMs - held.waiting.sinceMs > afterMs;
  }

  #added(round: string, due: Extract<Saying, { kind: 'closed' }>): Promise<Saying> {
    const held = this.#rounds.get(round)!;
    const { add, spool, member } = this.#parts;
    const fetch = (digest: string) => spool.get(spoolOf(round), digest, 0);
    return addedUp(held.board, due, { add, fetch, give: (sum) => this.#give(round, member, sum, () => held) });
  }
}

const isParty = (board: Board, member: string): boolean =>
  board.begun && (board.terms.members.includes(member) || board.terms.custodian === member);
