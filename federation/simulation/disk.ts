// What a simulated node writes to, and how it dies: a book and a spool that outlive the process, can be copied and searched, and a life
// that ends at a chosen write or call, before or after it took effect.

import { type Book, type BookChange, MemoryBook, MemorySpool, type Spool } from '../protocol/durable.ts';

/** The process has ended: nothing it does takes effect any more. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

export class Life {
  dead = false;
  #left = Number.POSITIVE_INFINITY;
  #after = false;
  /** Writes and calls so far. */
  steps = 0;

  /** Ends at the n-th write or call from now on, counted from 1. @param after whether that one still takes effect */
  endAt(count: number, after: boolean): void {
    this.#left = count;
    this.#after = after;
  }

  end(): void {
    this.dead = true;
  }

  /** A write or a call. */
  async step<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.dead) throw new Killed();
    this.steps += 1;
    this.#left -= 1;
    if (this.#left <= 0) {
      this.dead = true;
      if (this.#after) await work();
      throw new Killed();
    }
    return this.alive(work);
  }

  /** What changes nothing. */
  async alive<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.dead) throw new Killed();
    const result = await work();
    if (this.dead) throw new Killed();
    return result;
  }

  book(inner: Book): Book {
    return {
      write: (changes) => this.step(() => inner.write(changes)),
      read: (collection, key) => this.alive(() => inner.read(collection, key)),
      list: (collection, prefix) => this.alive(() => inner.list(collection, prefix)),
    };
  }

  spool(inner: Spool): Spool {
    return {
      put: (...all) => this.step(() => inner.put(...all)),
      get: (...all) => this.alive(() => inner.get(...all)),
      parts: (...all) => this.alive(() => inner.parts(...all)),
      remove: (...all) => this.step(() => inner.remove(...all)),
      drop: (...all) => this.step(() => inner.drop(...all)),
    };
  }
}

/** A book that can be copied, and whose text can be searched as it is now. */
export class DiskBook extends MemoryBook {
  readonly #rows = new Map<string, BookChange>();

  override async write(changes: readonly BookChange[]): Promise<void> {
    await super.write(changes);
    for (const change of changes) {
      const [collection, key] = 'put' in change ? change.put : change.remove;
      const row = `${collection} ${key}`;
      if ('put' in change) this.#rows.set(row, structuredClone(change));
      else this.#rows.delete(row);
    }
  }

  async copy(): Promise<DiskBook> {
    const copied = new DiskBook();
    await copied.write([...this.#rows.values()]);
    return copied;
  }

  get text(): string {
    return JSON.stringify([...this.#rows.values()]);
  }
}

/** A spool that says what it holds. */
export class DiskSpool extends MemorySpool {
  readonly #held = new Map<string, Uint8Array>();
  /** Everything that was ever put, by session and name: what a part of the first time was. */
  readonly ever = new Map<string, Uint8Array>();

  override async put(session: string, name: string, index: number, bytes: Uint8Array): Promise<void> {
    await super.put(session, name, index, bytes);
    const copy = Uint8Array.from(bytes);
    this.#held.set(`${session}/${name}/${index}`, copy);
    this.ever.set(`${session}/${name}/${index}`, copy);
  }

  override async remove(session: string, name: string, index: number): Promise<void> {
    await super.remove(session, name, index);
    this.#held.delete(`${session}/${name}/${index}`);
  }

  override async drop(session: string): Promise<void> {
    await super.drop(session);
    for (const name of [...this.#held.keys()]) if (name.startsWith(`${session}/`)) this.#held.delete(name);
  }

  held(session: string): string[] {
    return [...this.#held.keys()].filter((name) => name.startsWith(`${session}/`));
  }

  get bytes(): Uint8Array[] {
    return [...this.#held.values()];
  }
}
