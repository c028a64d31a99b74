// Lists of persons with a number each, sealed, by match or round: pairs of a match, which line up the rows of two organisations, and scores. Whoever is
// erased is taken out of all of them.

import type { Book, Spool } from '../../federation/protocol/durable.ts';
import { sessionOf } from './session-of.ts';

const partRows = 10_000;
const rowBytes = 16;
const listName = 'rows';

export type PersonRow = readonly [person: number, value: number];
type Stored<About> = {
  readonly about: About;
  /** Sealed parts in their order: each is written once, so a changed one has a new number. */
  readonly parts: readonly number[];
};

/** @param About what else is known of a list: JSON, of nobody */
export class PersonRows<About> {
  readonly #book: Book;
  readonly #spool: Spool;
  readonly #collection: string;
  #working: Promise<unknown> = Promise.resolve();

  /** @param collection of the book */
  constructor({ book, spool }: { readonly book: Book; readonly spool: Spool }, collection: string) {
    this.#book = book;
    this.#spool = spool;
    this.#collection = collection;
  }

  /** In place of what was there under this key. */
  keep(key: string, rows: Iterable<PersonRow>, about: About): Promise<void> {
    return this.#alone(async () => {
      await this.#drop(key);
      const parts: number[] = [];
      let some: PersonRow[] = [];
      const flush = async () => {
        await this.#spool.put(this.#session(key), listName, parts.length, written(some));
        parts.push(parts.length);
        some = [];
      };
      for (const row of rows) {
        some.push(row);
        if (some.length === partRows) await flush();
      }
      if (some.length > 0) await flush();
      await this.#put(key, { about, parts });
    });
  }

  async about(key: string): Promise<About | undefined> {
    return ((await this.#book.read(this.#collection, key)) as Stored<About> | undefined)?.about;
  }

  /** Says something else of the list. */
  tell(key: string, about: About): Promise<void> {
    return this.#alone(async () => {
      const stored = (await this.#book.read(this.#collection, key)) as Stored<About> | undefined;
      if (stored) await this.#put(key, { ...stored, about });
    });
  }

  async keys(): Promise<string[]> {
    return (await this.#book.list(this.#collection)).map(({ key }) => key);
  }

  /** All rows in their order; none of a list that is not there. */
  rows(key: string): Promise<PersonRow[]> {
    return this.#alone(async () => {
      const stored = (await this.#book.read(this.#collection, key)) as Stored<About> | undefined;
      const all: PersonRow[] = [];
      for (const part of stored?.parts ?? []) for (const row of await this.#part(key, part)) all.push(row);
      return all;
    });
  }

  forget(key: string): Promise<void> {
    return this.#alone(() => this.#drop(key));
  }

  /** @returns how many rows went */
  erasePersons(persons: readonly number[]): Promise<number> {
    const gone = new Set(persons);
    return this.#alone(async () => {
      let erased = 0;
      for (const { key, value } of await this.#book.list(this.#collection)) {
        erased += await this.#rewrite(key, value as Stored<About>, gone);
      }
      return erased;
    });
  }

  async #rewrite(key: string, stored: Stored<About>, gone: ReadonlySet<number>): Promise<number> {
    const session = this.#session(key);
    let free = Math.max(-1, ...(await this.#spool.parts(session, listName))) + 1;
    let erased = 0;
    const parts: number[] = [];
    for (const part of stored.parts) {
      const rows = await this.#part(key, part);
      const left = rows.filter(([person]) => !gone.has(person));
      if (left.length === rows.length) {
        parts.push(part);
        continue;
      }
      erased += rows.length - left.length;
      if (left.length === 0) continue;
      await this.#spool.put(session, listName, free, written(left));
      parts.push(free);
      free += 1;
    }
    if (erased > 0) await this.#put(key, { ...stored, parts });
    // Also what a kill left between the two steps the last time.
    for (const part of await this.#spool.parts(session, listName))
      if (!parts.includes(part)) await this.#spool.remove(session, listName, part);
    return erased;
  }

  async #part(key: string, part: number): Promise<PersonRow[]> {
    const bytes = (await this.#spool.get(this.#session(key), listName, part)) ?? new Uint8Array(0);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return Array.from(
      { length: bytes.length / rowBytes },
      (_, row): PersonRow => [view.getFloat64(row * rowBytes, true), view.getFloat64(row * rowBytes + 8, true)],
    );
  }

  async #drop(key: string): Promise<void> {
    await this.#book.write([{ remove: [this.#collection, key] }]);
    await this.#spool.drop(this.#session(key));
  }

  #session(key: string): string {
    return sessionOf(this.#collection, key);
  }

  #put(key: string, stored: Stored<About>): Promise<void> {
    return this.#book.write([{ put: [this.#collection, key, stored] }]);
  }

  /** What changes lists, one after the other. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#working.then(work);
    this.#working = next.catch(() => undefined);
    return next;
  }
}

function written(rows: readonly PersonRow[]): Uint8Array {
  const bytes = new Uint8Array(rows.length * rowBytes);
  const view = new DataView(bytes.buffer);
  for (const [at, [person, value]] of rows.entries()) {
    view.setFloat64(at * rowBytes, person, true);
    view.setFloat64(at * rowBytes + 8, value, true);
  }
  return bytes;
}
