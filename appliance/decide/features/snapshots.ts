// Keeps the matrix on disk, so that a start does not read everybody anew: written now and then and at the end, and never trusted further than
// to the event it was written at. Whom events since then, or another grouping of records, concern is read anew. An erasure throws it away.

import { Fault } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';
import type { Customers, Kept } from './customers.ts';
import type { Part, SnapshotStore } from './snapshot-store.ts';

/** How often it is written at most while the node runs. */
export const snapshotLimits = { everyMs: 15 * 60_000 } as const;

type Head = { version: 1; fingerprint: string; atMs: number; seq: number; rows: number; levels: (string[] | null)[] };
/** Numbers of parts: what is known of rows, then the cells in their order. */
const numbers = { persons: 1, until: 2, personOf: 3, cells: 4 } as const;

export class Snapshots {
  readonly #store: SnapshotStore;
  readonly #customers: Customers;
  readonly #clock: Clock;
  #writing: Promise<boolean> | undefined;
  #spoiled = 0;
  #writtenSeq = -1;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(store: SnapshotStore, customers: Customers, clock: Clock) {
    this.#store = store;
    this.#customers = customers;
    this.#clock = clock;
    customers.watchTakenBack(() => void this.drop().catch(ignoreFaults));
    this.#timer = setInterval(() => void this.write().catch(ignoreFaults), snapshotLimits.everyMs);
    this.#timer.unref();
  }

  /** Writes what there is, if it is whole and newer than what lies there. @returns whether it was written */
  write(): Promise<boolean> {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  /** What it says of customers may not stay: it is dropped, and what is being written too. @returns how many parts there were */
  async drop(): Promise<number> {
    this.#spoiled += 1;
    this.#writtenSeq = -1;
    await this.#writing;
    return this.#store.clear();
  }

  /** @returns what was kept, if it is of the same features; its cells are in the matrix then */
  async read(): Promise<Kept | undefined> {
    const newest = await this.#store.newest();
    if (!newest) return undefined;
    const head = JSON.parse(newest.first.toString('utf8')) as Head;
    const { matrix } = this.#customers;
    if (head.version !== 1 || head.fingerprint !== matrix.fingerprint || matrix.rows > 0) return undefined;
    const known = new Map<number, Buffer>();
    let cells: Iterator<{ buffer: SharedArrayBuffer }> | undefined;
    for await (const { part, bytes } of this.#store.parts(newest.generation)) {
      if (part < numbers.cells) {
        known.set(part, bytes);
        continue;
      }
      if (!cells) {
        const persons = copyOf(Int32Array, known.get(numbers.persons)!);
        matrix.resume({ rows: head.rows, levels: head.levels, persons }, head.atMs);
        cells = matrix.cells();
      }
      new Uint8Array(cells.next().value.buffer).set(bytes);
    }
    this.#writtenSeq = head.seq;
    return {
      seq: head.seq,
      until: copyOf(Float64Array, known.get(numbers.until) ?? Buffer.alloc(0)),
      personOf: copyOf(Uint32Array, known.get(numbers.personOf) ?? Buffer.alloc(0)),
    };
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.write().catch(ignoreFaults);
  }

  async #write(): Promise<boolean> {
    // What was told a moment ago is on its way.
    if (this.#customers.state.state === 'following') await this.#customers.settled();
    const kept = this.#customers.keep();
    if (!kept || kept.seq === this.#writtenSeq) return false;
    const { matrix } = this.#customers;
    const { rows, levels, persons } = matrix.outline();
    const head: Head = { version: 1, fingerprint: matrix.fingerprint, atMs: this.#clock.nowMs(), seq: kept.seq, rows, levels };
    const spoiledBefore = this.#spoiled;
    const parts = partsOf(persons, kept, [...matrix.cells()]);
    const spoiled = () => this.#spoiled !== spoiledBefore || this.#customers.isStale;
    const written = await this.#store.write(Buffer.from(JSON.stringify(head), 'utf8'), parts, spoiled);
    if (written) this.#writtenSeq = kept.seq;
    return written;
  }
}

function* partsOf(persons: Int32Array, kept: Kept, cells: readonly { buffer: SharedArrayBuffer }[]): Generator<Part> {
  yield { part: numbers.persons, bytes: bytesOf(persons) };
  yield { part: numbers.until, bytes: bytesOf(kept.until) };
  yield { part: numbers.personOf, bytes: bytesOf(kept.personOf) };
  for (const [at, { buffer }] of cells.entries()) yield { part: numbers.cells + at, bytes: new Uint8Array(buffer).slice() };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);

/** Bytes from the store may lie anywhere; typed arrays want them aligned. */
function copyOf<T>(Typed: new (buffer: ArrayBuffer) => T, bytes: Buffer): T {
  return new Typed(new Uint8Array(bytes).buffer);
}

/** The store is away: what lies there stays as it was. */
function ignoreFaults(error: unknown): void {
  if (!(error instanceof Fault)) throw error;
}
