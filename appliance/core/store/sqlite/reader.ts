// Runs selects on one connection, from one snapshot, and packs their rows. Prepared statements are kept by text.

import type Database from 'better-sqlite3';
import { Fault } from '../../errors.ts';
import { storeLimits } from '../limits.ts';
import { Lru } from '../lru.ts';
import type { Value } from '../store.ts';
import { refuseUnsafe } from '../values.ts';
import type { Connection } from './connection.ts';
import type { Answer, Job } from './messages.ts';
import { PackReader, PackWriter } from './pack.ts';
import { type Bindable, readParams } from './params.ts';
import { packResult, type RawResult, shapeResult } from './results.ts';

type Statement = Database.Statement<[Bindable], unknown>;

/** Rough bytes of one raw value in this thread, only to stop a runaway select before it fills the memory. */
const weigh = (value: unknown): number =>
  typeof value === 'number' || value === null ? 8 : (value as string | Uint8Array).length + 16;

export class Reader {
  readonly #db: Connection;
  readonly #statements = new Lru<string, Statement>(storeLimits.cachedStatements);

  constructor(db: Connection) {
    this.#db = db;
  }

  /** After a migration. The read makes SQLite notice the new schema, which a statement prepared first would not know. */
  forget(): void {
    this.#statements.clear();
    this.#db.prepare('SELECT count(*) FROM sqlite_master').get();
  }

  select(job: Extract<Job, { op: 'select' }>): Answer {
    const params = new PackReader(job.body);
    const shared = job.queries.length > 1;
    if (shared) this.#db.exec('BEGIN');
    let raw: RawResult[];
    try {
      raw = job.queries.map((query) => this.#run(query.text, readParams(query.shape, params)));
    } finally {
      if (shared && this.#db.inTransaction) this.#db.exec('COMMIT');
    }
    const shapes = raw.map(shapeResult);
    const writer = new PackWriter(shapes.reduce((sum, shape) => sum + shape.sizeBytes, 0));
    return { op: 'rows', results: shapes.map((shape) => packResult(shape, writer)), body: writer.buffer };
  }

  #prepare(text: string): Statement {
    const known = this.#statements.get(text);
    if (known) return known;
    const statement = this.#db.prepare<[Bindable]>(text) as unknown as Statement;
    if (!statement.readonly || !statement.reader) throw new Error('select() takes one statement that reads');
    statement.raw(true);
    this.#statements.set(text, statement);
    return statement;
  }

  #run(text: string, params: Bindable): RawResult {
    const statement = this.#prepare(text);
    const columns = statement.columns().map((column) => column.name);
    let rows = readRows(statement, params);
    // A double this large may be a whole number that lost its last digits on the way, or a real that is simply large.
    if (rows.some((row) => row.some(suspicious))) {
      statement.safeIntegers(true);
      try {
        rows = (readRows(statement, params) as (Value | bigint)[][]).map((row) => row.map(exact));
      } finally {
        statement.safeIntegers(false);
      }
    }
    return { columns, rows };
  }
}

const suspicious = (value: Value): boolean =>
  typeof value === 'number' && (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER);

function exact(value: Value | bigint): Value {
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : refuseUnsafe();
}

function readRows(statement: Statement, params: Bindable): Value[][] {
  const rows: Value[][] = [];
  let sizeBytes = 0;
  for (const row of statement.iterate(params) as IterableIterator<Value[]>) {
    rows.push(row);
    for (const value of row) sizeBytes += weigh(value);
    if (sizeBytes > storeLimits.resultBytes) throw new Fault('limit_reached', 'bytes of one result; read in pages');
  }
  return rows;
}
