// All SQL of erasures: one row each, with how far it has come.

import type { Change, Leftover, Row, Store } from '../../core/store/store.ts';
import type { ErasureLine } from './erasure-line.ts';
import { erasuresTable } from './migrations.ts';
import type { Receipt } from './receipt.ts';
import type { BodySeal } from './sealed-row.ts';

/** Each step is repeated from the start until the next one is written. */
export const steps = {
  /** Asked for, and in the list of erasures. */
  begun: 1,
  /** Keys and rows of the record are gone. */
  destroyed: 2,
  /** Who shared something with them is partitioned anew. */
  settled: 3,
  /** Every other holder has forgotten, and what was deleted has left the disk. */
  swept: 4,
  /** In the audit log, with a receipt. */
  done: 5,
} as const;
export type Step = (typeof steps)[keyof typeof steps];

/** Why, as a name: a sentence might say of whom. */
export const erasureReasons = [
  'request',
  'consent_withdrawn',
  'no_longer_needed',
  'unlawful',
  'legal_duty',
  'retention',
] as const;
export type ErasureReason = (typeof erasureReasons)[number];

export type By = { actor: string; reason: ErasureReason; request?: number };
/** Until it is done; then it has nothing but the line, who and the receipt. */
export type ErasureBody = {
  line: ErasureLine;
  by: By;
  /** Keyed hashes of what they claimed, by which events of theirs are found in quarantine. */
  values: string[];
  neighbours: number[];
  /** Rows that other holders removed. */
  elsewhere: number;
  /** From `swept` on: what may hold their keys on the server's disk even so. */
  leftovers?: readonly Leftover[];
  downstream: string[];
  receipt?: Receipt;
  /** Times a restored backup brought records back. */
  cameBack?: number;
};
export type Erasure = { id: string; step: Step; begunAtMs: number; doneAtMs?: number; body: ErasureBody };

const columns = 'erasure_id, state, begun_at_ms, done_at_ms, body';

export class ErasureRows {
  readonly #store: Store;
  readonly #seal: BodySeal;

  constructor(store: Store, seal: BodySeal) {
    this.#store = store;
    this.#seal = seal;
  }

  insert(erasure: Erasure): Change {
    return { op: 'insert', table: erasuresTable, rows: [this.#rowOf(erasure)] };
  }

  update(erasure: Erasure): Change {
    return { op: 'upsert', table: erasuresTable, rows: [this.#rowOf(erasure)] };
  }

  async unfinished(): Promise<Erasure[]> {
    const rows = await this.#store.select(
      `SELECT ${columns} FROM erasures WHERE state < :done ORDER BY begun_at_ms, erasure_id`,
      {
        done: steps.done,
      },
    );
    return rows.map((row) => this.#erasureOf(row));
  }

  async get(id: string): Promise<Erasure | undefined> {
    const [row] = await this.#store.select(`SELECT ${columns} FROM erasures WHERE erasure_id = :id`, { id });
    return row && this.#erasureOf(row);
  }

  /** Newest first. @param before the last (time, id) of the page before */
  async page(limit: number, before?: { atMs: number; id: string }): Promise<Erasure[]> {
    const rows = await this.#store.select(
      `SELECT ${columns} FROM erasures ${before ? 'WHERE begun_at_ms < :atMs OR (begun_at_ms = :atMs AND erasure_id < :id)' : ''}
       ORDER BY begun_at_ms DESC, erasure_id DESC LIMIT :limit`,
      { limit, ...before },
    );
    return rows.map((row) => this.#erasureOf(row));
  }

  /** All, in the order of their ids: one page. */
  async after(id: string): Promise<Erasure[]> {
    const rows = await this.#store.select(
      `SELECT ${columns} FROM erasures WHERE erasure_id > :id ORDER BY erasure_id LIMIT 200`,
      {
        id,
      },
    );
    return rows.map((row) => this.#erasureOf(row));
  }

  #rowOf({ id, step, begunAtMs, doneAtMs, body }: Erasure): Row {
    return {
      erasure_id: id,
      state: step,
      begun_at_ms: begunAtMs,
      done_at_ms: doneAtMs ?? null,
      body: this.#seal.seal('erasures', id, body),
    };
  }

  #erasureOf(row: Row): Erasure {
    const id = String(row.erasure_id);
    return {
      id,
      step: Number(row.state) as Step,
      begunAtMs: Number(row.begun_at_ms),
      ...(row.done_at_ms !== null && { doneAtMs: Number(row.done_at_ms) }),
      body: this.#seal.open<ErasureBody>('erasures', id, row.body),
    };
  }
}
