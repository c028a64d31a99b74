// Which sessions' message numbers are remembered, and for how long: without an end the coordinator would keep a line for every message that
// was ever sent.

import type { Book, BookChange } from '../protocol/durable.ts';
import { openSessionLimit } from '../protocol/inbox.ts';
import { ProtocolFault } from '../protocol/words.ts';
import type { Mailboxes } from './mailboxes.ts';

/** A session in which nothing was sent for so long is forgotten: what is sent again then is delivered again, and refused by the recipient. */
export const sessionIdleMs = 30 * 86_400_000;
/** How exactly its last message is noted: an hour saves a write with almost every message. */
const touchMs = 3_600_000;

type Session = { readonly by: string; readonly lastMs: number };

const collection = 'session';

export class Sessions {
  readonly #book: Book;
  readonly #nowMs: () => number;
  readonly #held = new Map<string, Session>();
  /** By who began them. */
  readonly #counts = new Map<string, number>();

  private constructor(book: Book, nowMs: () => number) {
    this.#book = book;
    this.#nowMs = nowMs;
  }

  static async load(book: Book, nowMs: () => number): Promise<Sessions> {
    const sessions = new Sessions(book, nowMs);
    for (const { key, value } of await book.list(collection)) sessions.#set(key, value as Session);
    return sessions;
  }

  #set(id: string, session: Session): void {
    if (!this.#held.has(id)) this.#counts.set(session.by, (this.#counts.get(session.by) ?? 0) + 1);
    this.#held.set(id, session);
  }

  /** Notes that a message is sent; `done` once the changes are written. @throws {ProtocolFault} session_full */
  touch(id: string, from: string): { changes: BookChange[]; done(): void } {
    const nowMs = this.#nowMs();
    const held = this.#held.get(id);
    if (held && nowMs - held.lastMs < touchMs) return { changes: [], done: () => undefined };
    if (!held && (this.#counts.get(from) ?? 0) >= openSessionLimit) {
      throw new ProtocolFault('session_full', `${openSessionLimit}`);
    }
    const session: Session = { by: held?.by ?? from, lastMs: nowMs };
    return { changes: [{ put: [collection, id, session] }], done: () => this.#set(id, session) };
  }

  /** Forgets idle ones. @param more what else goes with a session; undefined where something of it is still under way */
  async sweep(mailboxes: Mailboxes, more: (session: string) => BookChange[] | undefined): Promise<void> {
    const beforeMs = this.#nowMs() - sessionIdleMs;
    for (const [id, { by, lastMs }] of [...this.#held]) {
      const changes = lastMs > beforeMs ? undefined : more(id);
      if (changes === undefined) continue;
      await mailboxes.forgetSession(id);
      await this.#book.write([{ remove: [collection, id] }, ...changes]);
      this.#held.delete(id);
      this.#counts.set(by, this.#counts.get(by)! - 1);
    }
  }
}
