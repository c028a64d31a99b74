// Snapshots: who was in a segment at a moment, for comparing it with another. Sealed with the key of derived data, so many numbers of persons to a
// row, so that erasing one customer writes one small row of each snapshot anew and not the whole.

import { Fault } from '../../../core/errors.ts';
import type { Clock } from '../../../core/ports.ts';
import type { Change, Store } from '../../../core/store/store.ts';
import type { TextSeal } from '../../../core/vault/vault.ts';
import {
  dropSnapshot,
  type PageRow,
  putPages,
  putSnapshot,
  readPages,
  readPagesAt,
  readSnapshots,
  type SnapshotRow,
  snapshotPagesTable,
  snapshotsTable,
} from './store.ts';

/** `pagePersons`: numbers of persons that one row covers. */
export const snapshotLimits = { snapshots: 1_000, nameLength: 100, pagePersons: 4_096, pagesRead: 64 } as const;

export type Snapshot = {
  id: number;
  segment: number;
  name: string;
  madeAtMs: number;
  by: string;
  /** Of the rule. */
  version: number;
  members: number;
};
export type Compared = {
  from: Snapshot;
  to: Snapshot;
  /** Only in the later one, only in the earlier one, in both. */
  entered: number;
  left: number;
  stayed: number;
};
type Body = Omit<Snapshot, 'id' | 'segment' | 'madeAtMs'>;

export class Snapshots {
  readonly #store: Store;
  readonly #seal: TextSeal;
  readonly #clock: Clock;
  #work: Promise<unknown> = Promise.resolve();

  constructor(parts: { store: Store; seal: TextSeal; clock: Clock }) {
    this.#store = parts.store;
    this.#seal = parts.seal;
    this.#clock = parts.clock;
  }

  /** @param persons numbers @throws {Fault} `limit_reached` */
  take(made: Omit<Body, 'members'> & { segment: number }, persons: Iterable<number>): Promise<Snapshot> {
    return this.#alone(async () => {
      const { segment, name, by, version } = made;
      if ((await readSnapshots(this.#store)).length >= snapshotLimits.snapshots)
        throw new Fault('limit_reached', 'snapshotLimits.snapshots');
      const pages = new Map<number, Buffer>();
      let members = 0;
      for (const person of persons) {
        const page = Math.floor(person / snapshotLimits.pagePersons);
        const bits = pages.get(page) ?? Buffer.alloc(snapshotLimits.pagePersons / 8);
        pages.set(page, bits);
        const at = person % snapshotLimits.pagePersons;
        bits[at >>> 3]! |= 1 << (at & 7);
        members += 1;
      }
      const id = await this.#store.allocate(snapshotsTable.name, 1);
      const madeAtMs = this.#clock.nowMs();
      const body = JSON.stringify({ name, by, version, members } satisfies Body);
      const row: SnapshotRow = {
        snapshot_id: id,
        segment_id: segment,
        made_at_ms: madeAtMs,
        body: this.#seal.sealText(snapshotsTable.name, 'body', id, body),
      };
      const changes: Change[] = [putSnapshot(row)];
      if (pages.size > 0) {
        let pageId = await this.#store.allocate(snapshotPagesTable.name, pages.size);
        changes.push(putPages([...pages].map(([page, bits]) => this.#pageOf(pageId++, id, page, bits))));
      }
      await this.#store.transact(changes);
      return { id, segment, madeAtMs, name, by, version, members };
    });
  }

  /** The latest first. */
  async list(segment?: number): Promise<Snapshot[]> {
    const all = (await readSnapshots(this.#store)).map((row) => this.#view(row));
    return segment === undefined ? all : all.filter((one) => one.segment === segment);
  }

  /** @throws {Fault} `not_found` */
  async get(id: number): Promise<Snapshot> {
    const found = (await this.list()).find((one) => one.id === id);
    if (!found) throw new Fault('not_found', 'a snapshot of this number');
    return found;
  }

  /** Who came and who went, as counts. Whoever became part of another since counts under the number they had. @throws {Fault} `not_found` */
  async compare(from: number, to: number): Promise<Compared> {
    const [before, after] = [await this.get(from), await this.get(to)];
    const [a, b] = [await this.#pages(from), await this.#pages(to)];
    let [entered, left, stayed] = [0, 0, 0];
    const none = Buffer.alloc(snapshotLimits.pagePersons / 8);
    for (const page of new Set([...a.keys(), ...b.keys()])) {
      const [x, y] = [a.get(page) ?? none, b.get(page) ?? none];
      for (let at = 0; at < none.length; at += 1) {
        entered += bitsIn(y[at]! & ~x[at]!);
        left += bitsIn(x[at]! & ~y[at]!);
        stayed += bitsIn(x[at]! & y[at]!);
      }
    }
    return { from: before, to: after, entered, left, stayed };
  }

  /** @throws {Fault} `not_found` */
  async remove(id: number): Promise<void> {
    await this.get(id);
    await this.#alone(() => this.#store.transact(dropSnapshot(id)));
  }

  /** Of whom is erased. @returns in how many snapshots they were */
  forget(records: readonly number[]): Promise<number> {
    return this.#alone(async () => {
      let found = 0;
      for (const [page, own] of Map.groupBy(records, (record) => Math.floor(record / snapshotLimits.pagePersons))) {
        const changed: PageRow[] = [];
        for (const row of await readPagesAt(this.#store, page)) {
          const bits = this.#bitsOf(row);
          let any = false;
          for (const record of own) {
            const at = record % snapshotLimits.pagePersons;
            if (((bits[at >>> 3]! >>> (at & 7)) & 1) === 0) continue;
            bits[at >>> 3]! &= ~(1 << (at & 7));
            any = true;
            found += 1;
          }
          if (any) changed.push(this.#pageOf(row.page_id, row.snapshot_id, page, bits));
        }
        if (changed.length > 0) await this.#store.transact([putPages(changed)]);
      }
      return found;
    });
  }

  /** In which snapshots a person is, for the package of everything. */
  async of(records: readonly number[]): Promise<Snapshot[]> {
    const found = new Set<number>();
    for (const record of records)
      for (const row of await readPagesAt(this.#store, Math.floor(record / snapshotLimits.pagePersons))) {
        const at = record % snapshotLimits.pagePersons;
        if (((this.#bitsOf(row)[at >>> 3]! >>> (at & 7)) & 1) === 1) found.add(row.snapshot_id);
      }
    return found.size === 0 ? [] : (await this.list()).filter(({ id }) => found.has(id));
  }

  async #pages(snapshot: number): Promise<Map<number, Buffer>> {
    const all = new Map<number, Buffer>();
    for (let after = -1; ; ) {
      const rows = await readPages(this.#store, snapshot, after, snapshotLimits.pagesRead);
      const last = rows.at(-1);
      if (!last) return all;
      after = last.page;
      for (const row of rows) all.set(row.page, this.#bitsOf(row));
    }
  }

  #pageOf(pageId: number, snapshot: number, page: number, bits: Buffer): PageRow {
    const body = this.#seal.sealText(snapshotPagesTable.name, 'body', pageId, bits.toString('base64'));
    return { page_id: pageId, snapshot_id: snapshot, page, body };
  }

  #bitsOf({ page_id, body }: PageRow): Buffer {
    return Buffer.from(this.#seal.openText(snapshotPagesTable.name, 'body', page_id, body), 'base64');
  }

  #view({ snapshot_id, segment_id, made_at_ms, body }: SnapshotRow): Snapshot {
    const said = JSON.parse(this.#seal.openText(snapshotsTable.name, 'body', snapshot_id, body)) as Body;
    return { id: snapshot_id, segment: segment_id, madeAtMs: made_at_ms, ...said };
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#work.then(work, work);
    this.#work = next.catch(() => undefined);
    return next;
  }
}

const bitsOfByte = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);
const bitsIn = (byte: number): number => bitsOfByte[byte & 0xff]!;
