// When a record was last heard of, as far as retention took the events away that said so. Without it a record whose events are kept for a
// month would seem to have been silent for years, and would be erased by a rule about the silent.

import type { Change, Store } from '../../core/store/store.ts';
import { lastHeardTable } from './migrations.ts';
import type { Gone, Subject, SubjectHolder } from './registry.ts';

/** Numbers of one statement. */
const idsTogether = 500;

export class LastHeard {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** What is written with the going of events of a record, of which the latest happened then. */
  async after(recordId: number, atMs: number): Promise<Change> {
    const before = (await this.#of([recordId])).get(recordId) ?? atMs;
    const row = { record_id: recordId, heard_at_ms: Math.max(before, atMs) };
    return { op: 'upsert', table: lastHeardTable, rows: [row] };
  }

  /** Those of which nothing was heard since then. */
  async without(recordIds: readonly number[], sinceMs: number): Promise<number[]> {
    const heard = await this.#of(recordIds);
    return recordIds.filter((id) => (heard.get(id) ?? Number.NEGATIVE_INFINITY) < sinceMs);
  }

  readonly holder: SubjectHolder = {
    name: 'retention',
    tables: [lastHeardTable.name],
    export: async ({ recordIds }: Subject) => {
      const heard = await this.#of(recordIds);
      return heard.size > 0 ? { lastRemovedEventAtMs: Math.max(...heard.values()) } : undefined;
    },
    erase: async ({ recordIds }: Gone) => {
      const rows = (await this.#of(recordIds)).size;
      const keys = recordIds.map((record_id) => ({ record_id }));
      if (rows > 0) await this.#store.transact([{ op: 'delete', table: lastHeardTable, keys }]);
      return rows;
    },
  };

  async #of(recordIds: readonly number[]): Promise<Map<number, number>> {
    const found = new Map<number, number>();
    for (let at = 0; at < recordIds.length; at += idsTogether) {
      const rows = await this.#store.select('SELECT record_id, heard_at_ms FROM retention_heard WHERE record_id IN (:ids)', {
        ids: recordIds.slice(at, at + idsTogether),
      });
      for (const row of rows) found.set(Number(row.record_id), Number(row.heard_at_ms));
    }
    return found;
  }
}
