// Honey customers: records that nobody has a reason to touch, so that whoever does gives themselves away. Which ones they are is known to
// compliance alone, and cannot be seen on disk.

import { Fault } from '../../core/errors.ts';
import type { Ports } from '../../core/ports.ts';
import type { Store } from '../../core/store/store.ts';
import type { Vault } from '../../core/vault/vault.ts';
import { openHoney, openRemoval, sealHoney, sealRemoval } from './sealed.ts';
import { type HoneyRow, putHoney, readHoney } from './store.ts';

export type Honey = {
  id: number;
  person: string;
  markedAtMs: number;
  by: string;
  reason: string;
  removed?: { atMs: number; by: string; reason: string };
};

/** Marks, those that were removed included: they stay. Beyond: limit_reached. */
export const honeyLimits = { marks: 10_000 } as const;

export type HoneyParts = {
  store: Store;
  vault: Vault;
  ports: Ports;
  /** How many entries the audit log has. */
  logSize(): number;
};
/** From which entry of the log to which one a mark held: entries are looked at a moment after they were written. */
type Span = { id: number; from: number; through: number };

const forGood = Number.MAX_SAFE_INTEGER;

export class HoneyBook {
  readonly #parts: HoneyParts;
  /** By the number that was marked. */
  readonly #spans = new Map<number, Span[]>();
  #marks = 0;
  #changing: Promise<unknown> = Promise.resolve();

  private constructor(parts: HoneyParts) {
    this.#parts = parts;
  }

  static async open(parts: HoneyParts): Promise<HoneyBook> {
    const book = new HoneyBook(parts);
    for (const row of await readHoney(parts.store)) {
      const { person, fromEntry } = openHoney(parts.vault, row.honey_id, row.body);
      const removal = row.removal && openRemoval(parts.vault, row.honey_id, row.removal);
      book.#put(person, { id: row.honey_id, from: fromEntry, through: removal ? removal.throughEntry : forGood });
    }
    return book;
  }

  /** Numbers that are or were marked. */
  get size(): number {
    return this.#spans.size;
  }

  /** Whether it was marked when the entry was written. */
  has(record: number, entry: number): boolean {
    return this.#spans.get(record)?.some(({ from, through }) => from <= entry && entry < through) ?? false;
  }

  /** All there ever were. */
  async list(): Promise<Honey[]> {
    const rows = await readHoney(this.#parts.store);
    return rows.map((row) => this.#view(row));
  }

  /** @throws {Fault} `conflict` when it is one, `limit_reached`, `bad_request` without a reason */
  add(person: number, reason: string, by: string): Promise<Honey> {
    return this.#alone(async () => {
      const { store, vault, ports, logSize } = this.#parts;
      if (reason.trim() === '') throw new Fault('bad_request', 'reason');
      if (this.has(person, forGood - 1)) throw new Fault('conflict', 'it is marked already');
      if (this.#marks >= honeyLimits.marks) throw new Fault('limit_reached', 'honeyLimits.marks');
      const id = await store.allocate('honey', 1);
      const fromEntry = logSize();
      const body = sealHoney(vault, id, { person, by, reason: reason.trim(), fromEntry });
      const row: HoneyRow = {
        honey_id: id,
        marked_at_ms: ports.clock.nowMs(),
        removed_at_ms: null,
        body,
        removal: null,
      };
      await store.transact([putHoney(row)]);
      this.#put(person, { id, from: fromEntry, through: forGood });
      return this.#view(row);
    });
  }

  /** @throws {Fault} `not_found` when there is no such mark, `conflict` when it was removed, `bad_request` without a reason */
  remove(id: number, reason: string, by: string): Promise<Honey> {
    return this.#alone(async () => {
      const { store, vault, ports, logSize } = this.#parts;
      if (reason.trim() === '') throw new Fault('bad_request', 'reason');
      const row = (await readHoney(store)).find((one) => one.honey_id === id);
      if (!row) throw new Fault('not_found', 'a mark of this number');
      if (row.removed_at_ms !== null) throw new Fault('conflict', 'the mark was removed');
      const throughEntry = logSize();
      const removal = sealRemoval(vault, id, { by, reason: reason.trim(), throughEntry });
      const removed = { ...row, removed_at_ms: ports.clock.nowMs(), removal };
      await store.transact([putHoney(removed)]);
      const { person } = openHoney(vault, id, row.body);
      for (const span of this.#spans.get(person) ?? []) if (span.id === id) span.through = throughEntry;
      return this.#view(removed);
    });
  }

  /** These were erased: their marks go, with the reasons, which may speak of them. @returns how many */
  forget(persons: ReadonlySet<number>): Promise<number> {
    return this.#alone(async () => {
      const { store, vault } = this.#parts;
      const ids = (await readHoney(store)).flatMap(({ honey_id, body }) =>
        persons.has(openHoney(vault, honey_id, body).person) ? [honey_id] : [],
      );
      if (ids.length > 0)
        await store.transact([{ op: 'run', sql: 'DELETE FROM access_honey WHERE honey_id IN (:ids)', params: { ids } }]);
      for (const person of persons) {
        this.#marks -= this.#spans.get(person)?.length ?? 0;
        this.#spans.delete(person);
      }
      return ids.length;
    });
  }

  #put(person: number, span: Span): void {
    this.#marks += 1;
    this.#spans.set(person, [...(this.#spans.get(person) ?? []), span]);
  }

  #view(row: HoneyRow): Honey {
    const { vault } = this.#parts;
    const { person, by, reason } = openHoney(vault, row.honey_id, row.body);
    const removal = row.removal && openRemoval(vault, row.honey_id, row.removal);
    return {
      id: row.honey_id,
      person: `p${person}`,
      markedAtMs: row.marked_at_ms,
      by,
      reason,
      ...(removal && { removed: { atMs: row.removed_at_ms!, by: removal.by, reason: removal.reason } }),
    };
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#changing.then(work);
    this.#changing = next.catch(() => undefined);
    return next;
  }
}
