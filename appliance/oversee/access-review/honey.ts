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

type Parts = { store: Store; vault: Vault; ports: Ports };

export class HoneyBook {
  readonly #parts: Parts;
  /** Marked now: number of the person or record, and of its mark. */
  readonly #marked = new Map<number, number>();
  #marks = 0;
  #changing: Promise<unknown> = Promise.resolve();

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  static async open(parts: Parts): Promise<HoneyBook> {
    const book = new HoneyBook(parts);
    for (const row of await readHoney(parts.store)) {
      book.#marks += 1;
      if (row.removed_at_ms === null) book.#marked.set(openHoney(parts.vault, row.honey_id, row.body).person, row.honey_id);
    }
    return book;
  }

  get size(): number {
    return this.#marked.size;
  }

  has(record: number): boolean {
    return this.#marked.has(record);
  }

  /** All there ever were. */
  async list(): Promise<Honey[]> {
    const rows = await readHoney(this.#parts.store);
    return rows.map((row) => this.#view(row));
  }

  /** @throws {Fault} `conflict` when it is one, `limit_reached`, `bad_request` without a reason */
  add(person: number, reason: string, by: string): Promise<Honey> {
    return this.#alone(async () => {
      const { store, vault, ports } = this.#parts;
      if (reason.trim() === '') throw new Fault('bad_request', 'reason');
      if (this.#marked.has(person)) throw new Fault('conflict', 'it is marked already');
      if (this.#marks >= honeyLimits.marks) throw new Fault('limit_reached', 'honeyLimits.marks');
      const id = await store.allocate('honey', 1);
      const body = sealHoney(vault, id, { person, by, reason: reason.trim() });
      const row: HoneyRow = {
        honey_id: id,
        marked_at_ms: ports.clock.nowMs(),
        removed_at_ms: null,
        body,
        removal: null,
      };
      await store.transact([putHoney(row)]);
      this.#marked.set(person, id);
      this.#marks += 1;
      return this.#view(row);
    });
  }

  /** @throws {Fault} `not_found` when there is no such mark, `conflict` when it was removed, `bad_request` without a reason */
  remove(id: number, reason: string, by: string): Promise<Honey> {
    return this.#alone(async () => {
      const { store, vault, ports } = this.#parts;
      if (reason.trim() === '') throw new Fault('bad_request', 'reason');
      const row = (await readHoney(store)).find((one) => one.honey_id === id);
      if (!row) throw new Fault('not_found', 'a mark of this number');
      if (row.removed_at_ms !== null) throw new Fault('conflict', 'the mark was removed');
      const removal = sealRemoval(vault, id, { by, reason: reason.trim() });
      const removed = { ...row, removed_at_ms: ports.clock.nowMs(), removal };
      await store.transact([putHoney(removed)]);
      this.#marked.delete(openHoney(vault, id, row.body).person);
      return this.#view(removed);
    });
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
      ...(removal && { removed: { atMs: row.removed_at_ms!, ...removal } }),
    };
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#changing.then(work);
    this.#changing = next.catch(() => undefined);
    return next;
  }
}
