// The rows that a round goes on with, kept sealed until it is over: after a kill the node computes over the same rows, as parts of sums that were
// given must not be given again with others. Who is erased meanwhile takes the round with them.

import type { Book, Spool } from '../../../federation/protocol/durable.ts';
import { sessionOf } from '../session-of.ts';
import type { RoundTable } from './round-table.ts';

const collection = 'round-table';
const partBytes = 8 * 1024 * 1024;
type Header = { readonly rows: number; readonly names: readonly string[]; readonly parts: number };

export class KeptTables {
  readonly #book: Book;
  readonly #spool: Spool;

  constructor({ book, spool }: { book: Book; spool: Spool }) {
    this.#book = book;
    this.#spool = spool;
  }

  /** @param persons ids of whoever is in it */
  async keep(round: string, { rows, names, columns, labels }: RoundTable, persons: readonly string[]): Promise<void> {
    const session = sessionOf('round table', round);
    // Part by part: of many rows the whole is long to copy, and others wait.
    let part = new Uint8Array(Math.min(partBytes, (columns.length + 1) * rows * 4));
    let [parts, used] = [0, 0];
    const put = async () => {
      await this.#spool.put(session, 'rows', parts, part.subarray(0, used));
      part = new Uint8Array(partBytes);
      [parts, used] = [parts + 1, 0];
    };
    for (const { buffer, byteOffset, byteLength } of [...columns, labels]) {
      const bytes = new Uint8Array(buffer, byteOffset, byteLength);
      for (let from = 0; from < bytes.length; ) {
        const taken = bytes.subarray(from, from + part.length - used);
        part.set(taken, used);
        used += taken.length;
        from += taken.length;
        if (used === part.length) await put();
      }
    }
    if (used > 0) await put();
    const people = Buffer.from(JSON.stringify(persons));
    await this.#spool.put(session, 'persons', 0, people);
    const header: Header = { rows, names, parts };
    await this.#book.write([{ put: [collection, round, header] }]);
  }

  async read(round: string): Promise<RoundTable | undefined> {
    const header = (await this.#book.read(collection, round)) as Header | undefined;
    if (!header) return undefined;
    const session = sessionOf('round table', round);
    const { names, rows } = header;
    const size = rows * 4;
    const all = new Uint8Array((names.length + 1) * size);
    for (let [at, from] = [0, 0]; at < header.parts; at += 1) {
      const part = (await this.#spool.get(session, 'rows', at)) ?? new Uint8Array(0);
      all.set(part, from);
      from += part.length;
    }
    const columnAt = (at: number) => {
      const column = new Float32Array(new SharedArrayBuffer(size));
      new Uint8Array(column.buffer).set(all.subarray(at * size, (at + 1) * size));
      return column;
    };
    return { rows, names, columns: names.map((_, at) => columnAt(at)), labels: columnAt(names.length) };
  }

  /** What goes beside the rows of a vertical round: for each match the row at each position. To be kept before the rows. */
  async keepPositions(round: string, positions: readonly Int32Array[]): Promise<void> {
    const session = sessionOf('round table', round);
    for (const [at, some] of positions.entries())
      await this.#spool.put(session, 'positions', at, new Uint8Array(some.slice().buffer));
  }

  async positions(round: string): Promise<Int32Array[]> {
    const session = sessionOf('round table', round);
    const all: Int32Array[] = [];
    for (const at of await this.#spool.parts(session, 'positions')) {
      all.push(new Int32Array(Uint8Array.from((await this.#spool.get(session, 'positions', at))!).buffer));
    }
    return all;
  }

  /** Ids of whoever is in it, as they were given. */
  async persons(round: string): Promise<string[]> {
    const bytes = await this.#spool.get(sessionOf('round table', round), 'persons', 0);
    return bytes ? (JSON.parse(Buffer.from(bytes).toString('utf8')) as string[]) : [];
  }

  /** Rounds that go on with rows of customers. */
  async rounds(): Promise<string[]> {
    return (await this.#book.list(collection)).map(({ key }) => key);
  }

  async personCount(round: string): Promise<number> {
    return (await this.persons(round)).length;
  }

  async contains(round: string, ids: ReadonlySet<string>): Promise<boolean> {
    return (await this.persons(round)).some((person) => ids.has(person));
  }

  async drop(round: string): Promise<void> {
    if ((await this.#book.read(collection, round)) === undefined) return;
    await this.#spool.drop(sessionOf('round table', round));
    await this.#book.write([{ remove: [collection, round] }]);
  }
}
