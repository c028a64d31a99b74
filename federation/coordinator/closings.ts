// Signatures under the ends of boards, as they come in: the coordinator keeps those of all parties and gives them to all, and adds its own.

import type { Book, BookChange } from '../protocol/durable.ts';
import type { Board, KeyOf } from '../protocol/round/board.ts';
import { checkClosing, type SignedClosing } from '../protocol/round/closing.ts';
import type { News } from '../protocol/round/round-api.ts';

const collection = 'round-closing';
const keyOf = (round: string, at: number) => `${round}/${`${at}`.padStart(3, '0')}`;

export class Closings {
  readonly #keyOf: KeyOf;
  #held = new Map<string, SignedClosing[]>();

  constructor(keyOfMember: KeyOf) {
    this.#keyOf = keyOfMember;
  }

  async load(book: Book): Promise<void> {
    this.#held = new Map();
    for (const { key, value } of await book.list(collection)) {
      const round = key.split('/')[0]!;
      this.#held.set(round, [...this.of(round), value as SignedClosing]);
    }
  }

  of(round: string): readonly SignedClosing[] {
    return this.#held.get(round) ?? [];
  }

  has(round: string, member: string): boolean {
    return this.of(round).some(({ closing }) => closing.by === member);
  }

  /** Writes it down, the first of each author. @returns whether it is new  @throws {ProtocolFault} what checkClosing throws */
  async take(book: Book, board: Board, signed: SignedClosing): Promise<boolean> {
    const { round } = board;
    checkClosing(signed, board, this.#keyOf);
    if (this.has(round, signed.closing.by)) return false;
    const held = this.of(round);
    await book.write([{ put: [collection, keyOf(round, held.length), signed] }]);
    this.#held.set(round, [...held, signed]);
    return true;
  }

  /** What somebody has not seen who has seen so many lines and, beyond, closings (seenClosings). */
  unseen(round: string, lines: number, seen: number): Pick<News, 'closings'> {
    const from = seen - lines - 1;
    const signed = from < 0 ? [] : this.of(round).slice(from);
    return signed.length > 0 ? { closings: { from, signed } } : {};
  }

  /** @returns what to write */
  drop(round: string): BookChange[] {
    const changes = this.of(round).map((_, at): BookChange => ({ remove: [collection, keyOf(round, at)] }));
    this.#held.delete(round);
    return changes;
  }
}
