// The matrix on disk: parts of it, sealed with the derived-data key, each bound to its generation and number. A generation counts only once
// its first part, which is written last, is there; older ones go with it.

import { openEnvelope, place, sealEnvelope } from '../../../crypto/envelope.ts';
import type { Key } from '../../../crypto/keys.ts';
import type { Migration, Store, Table } from '../../core/store/store.ts';

export const featurePartsTable: Table = {
  name: 'feature_parts',
  columns: { generation: 'integer', part: 'integer', body: 'blob' },
  key: ['generation', 'part'],
};

export const featureMigrations: readonly Migration[] = [
  {
    version: 600,
    name: 'features of customers, sealed',
    sqlite: `CREATE TABLE feature_parts (
      generation INTEGER NOT NULL, part INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (generation, part)
    ) STRICT, WITHOUT ROWID`,
    postgres: `CREATE TABLE feature_parts (
      generation BIGINT NOT NULL, part BIGINT NOT NULL, body BYTEA NOT NULL, PRIMARY KEY (generation, part)
    )`,
  },
];

export type Part = { part: number; bytes: Uint8Array };
/** Of the node's vault. */
export type DerivedKeys = { derivedKey(): Key<'data'>; readonly derivedEpoch: number };

/** Bytes of parts that one transaction writes or one query reads. */
const bytesTogether = 8 * 1024 * 1024;
const partsTogether = 8;
const where = place('feature_parts', 'body');
const rowId = (generation: number, part: number) => `${generation} ${part}`;

export class SnapshotStore {
  readonly #store: Store;
  readonly #keys: DerivedKeys;

  constructor(store: Store, keys: DerivedKeys) {
    this.#store = store;
    this.#keys = keys;
  }

  /** @param first the part that makes it count @param spoiled asked between two transactions: then nothing of it stays */
  async write(first: Uint8Array, parts: Iterable<Part>, spoiled: () => boolean): Promise<boolean> {
    const [row] = await this.#store.select('SELECT coalesce(max(generation), 0) AS last FROM feature_parts');
    const generation = Number(row!.last) + 1;
    let waiting: Part[] = [];
    let bytes = 0;
    for (const one of parts) {
      waiting.push(one);
      bytes += one.bytes.length;
      if (bytes < bytesTogether) continue;
      if (spoiled()) break;
      await this.#insert(generation, waiting);
      waiting = [];
      bytes = 0;
    }
    if (spoiled()) {
      await this.#drop('generation = :generation', generation);
      return false;
    }
    await this.#insert(generation, [...waiting, { part: 0, bytes: first }]);
    await this.#drop('generation < :generation', generation);
    return true;
  }

  /** @returns the generation and its first part; undefined when there is none */
  async newest(): Promise<{ generation: number; first: Buffer } | undefined> {
    const [row] = await this.#store.select(
      'SELECT generation, body FROM feature_parts WHERE part = 0 ORDER BY generation DESC LIMIT 1',
    );
    if (!row) return undefined;
    const generation = Number(row.generation);
    return { generation, first: this.#open(generation, 0, row.body as Buffer) };
  }

  /** The others, in the order of their numbers. */
  async *parts(generation: number): AsyncGenerator<{ part: number; bytes: Buffer }> {
    for (let after = 0; ; ) {
      const rows = await this.#store.select(
        `SELECT part, body FROM feature_parts WHERE generation = :generation AND part > :after ORDER BY part LIMIT ${partsTogether}`,
        { generation, after },
      );
      if (rows.length === 0) return;
      for (const { part, body } of rows)
        yield { part: Number(part), bytes: this.#open(generation, Number(part), body as Buffer) };
      after = Number(rows.at(-1)!.part);
    }
  }

  /** Removes all of them. @returns how many parts there were */
  async clear(): Promise<number> {
    const [row] = await this.#store.select('SELECT count(*) AS parts FROM feature_parts');
    if (Number(row!.parts) > 0) await this.#drop('generation >= :generation', 0);
    return Number(row!.parts);
  }

  #open(generation: number, part: number, body: Buffer): Buffer {
    return openEnvelope(this.#keys.derivedKey(), where, rowId(generation, part), body);
  }

  async #insert(generation: number, parts: readonly Part[]): Promise<void> {
    const rows = parts.map(({ part, bytes }) => ({
      generation,
      part,
      body: sealEnvelope(this.#keys.derivedKey(), this.#keys.derivedEpoch, where, rowId(generation, part), bytes),
    }));
    await this.#store.transact([{ op: 'insert', table: featurePartsTable, rows }]);
  }

  async #drop(which: string, generation: number): Promise<void> {
    await this.#store.transact([{ op: 'run', sql: `DELETE FROM feature_parts WHERE ${which}`, params: { generation } }]);
  }
}
