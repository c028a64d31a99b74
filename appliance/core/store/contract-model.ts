// The store against a Map: random change sets, selects and reopenings must leave both with the same rows and give the same
// answers. A failing run prints its seed; HOLDFAST_LONG=1 runs many more.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fault } from '../errors.ts';
import type { Engine } from './contract-fixtures.ts';
import type { Change, Migration, Row, Store, Table } from './store.ts';

const model: Table = {
  name: 'model',
  columns: { a: 'integer', b: 'blob', n: 'integer', r: 'real', t: 'text', v: 'blob' },
  key: ['a', 'b'],
};
const migration: Migration = {
  version: 1,
  name: 'model',
  sqlite: `CREATE TABLE model (a INTEGER NOT NULL, b BLOB NOT NULL, n INTEGER, r REAL, t TEXT, v BLOB, PRIMARY KEY (a, b)) STRICT`,
  postgres: `CREATE TABLE model (a BIGINT NOT NULL, b BYTEA NOT NULL, n BIGINT, r FLOAT8, t TEXT, v BYTEA, PRIMARY KEY (a, b))`,
};

type Model = Map<string, Row>;

const keyOf = (row: Row): string => `${row.a}:${Buffer.from(row.b as Uint8Array).toString('hex')}`;

/** A small space of keys, so that they meet. */
const key = fc.record({ a: fc.integer({ min: 0, max: 4 }), b: fc.uint8Array({ minLength: 0, maxLength: 1, max: 3 }) });
const number = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -3, max: 3 }));
const real = fc.double({ noNaN: true, noDefaultInfinity: true });
const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((s) => !s.includes('\0') && s.isWellFormed());
const row = fc
  .record({ key, n: fc.option(number), r: fc.option(real), t: fc.option(text), v: fc.option(fc.uint8Array({ maxLength: 40 })) })
  .map(({ key, ...rest }): Row => ({ ...key, ...rest }));

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.array(row, { maxLength: 3 }).map((rows): Change => ({ op: 'insert', table: model, rows })),
  fc.array(row, { maxLength: 6 }).map((rows): Change => ({ op: 'insert', table: model, rows, onConflict: 'ignore' })),
  fc.array(row, { maxLength: 6 }).map((rows): Change => ({ op: 'upsert', table: model, rows })),
  fc.array(key, { maxLength: 6 }).map((keys): Change => ({ op: 'delete', table: model, keys })),
  fc
    .record({ a: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }), t: fc.option(text) })
    .map((params): Change => ({ op: 'run', sql: 'UPDATE model SET t = :t WHERE a IN (:a)', params })),
);

type Command =
  | { do: 'transact'; sets: Change[][] }
  | { do: 'select'; a: number[]; b: Uint8Array[]; t: string[] }
  | { do: 'reopen' };

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc
      .array(fc.array(change, { maxLength: 4 }), { minLength: 1, maxLength: 4 })
      .map((sets) => ({ do: 'transact', sets }) as const),
  },
  {
    weight: 5,
    arbitrary: fc
      .record({
        a: fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 5 }),
        b: fc.array(
          key.map((k) => k.b),
          { maxLength: 5 },
        ),
        t: fc.array(text, { maxLength: 4 }),
      })
      .map((sets) => ({ do: 'select', ...sets }) as const),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'reopen' } as const) },
);

const zeroed = (row: Row): Row => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === 0 ? 0 : value]));

/** What the port says a change set does. Returns the rows after it, or undefined when it must be refused. */
function applied(before: Model, changes: readonly Change[]): Model | undefined {
  const rows: Model = new Map(before);
  for (const change of changes) {
    if (change.op === 'run') {
      const { a, t } = change.params as { a: number[]; t: string | null };
      for (const [key, row] of rows) if (a.includes(row.a as number)) rows.set(key, { ...row, t });
    } else if (change.op === 'delete') {
      for (const key of change.keys) rows.delete(keyOf(key));
    } else {
      for (const row of change.rows) {
        const taken = rows.has(keyOf(row));
        if (change.op === 'insert' && taken && change.onConflict !== 'ignore') return undefined;
        if (change.op === 'upsert' || !taken) rows.set(keyOf(row), zeroed(row));
      }
    }
  }
  return rows;
}

const plain = (rows: Iterable<Row>): unknown[] =>
  [...rows]
    .map((row) => ({
      ...row,
      a: Number(row.a),
      b: Buffer.from(row.b as Uint8Array).toString('hex'),
      v: row.v && Buffer.from(row.v as Uint8Array).toString('hex'),
    }))
    .sort((x, y) => x.a - y.a || (x.b < y.b ? -1 : 1));

async function transact(store: Store, before: Model, sets: readonly Change[][]): Promise<Model> {
  let rows = before;
  const expected = sets.map((changes) => {
    const after = applied(rows, changes);
    rows = after ?? rows;
    return after !== undefined;
  });
  // Without waiting in between, so that they may share a commit.
  const outcomes = await Promise.allSettled(sets.map((changes) => store.transact(changes)));
  outcomes.forEach((outcome, i) => {
    if (outcome.status === 'rejected' && !(outcome.reason instanceof Fault && outcome.reason.code === 'conflict'))
      throw outcome.reason;
    assert.equal(outcome.status === 'fulfilled', expected[i], `set ${i}`);
  });
  return rows;
}

async function select(store: Store, rows: Model, { a, b, t }: { a: number[]; b: Uint8Array[]; t: string[] }): Promise<void> {
  const marks = b.map((mark) => Buffer.from(mark).toString('hex'));
  const has = (row: Row) => marks.includes(Buffer.from(row.b as Uint8Array).toString('hex'));
  const [both, either, counted] = await store.selectMany([
    { sql: 'SELECT * FROM model WHERE a IN (:a) AND b IN (:b)', params: { a, b } },
    { sql: 'SELECT * FROM model WHERE t IN (:t) OR a NOT IN (:a)', params: { a, t } },
    { sql: 'SELECT count(*) AS n FROM model WHERE b NOT IN (:b)', params: { b } },
  ]);
  const all = [...rows.values()];
  assert.deepEqual(plain(both!), plain(all.filter((row) => a.includes(row.a as number) && has(row))));
  assert.deepEqual(plain(either!), plain(all.filter((row) => t.includes(row.t as string) || !a.includes(row.a as number))));
  assert.equal(counted![0]!.n, all.filter((row) => !has(row)).length);
}

export function modelTest(engine: Engine): void {
  const numRuns = process.env.HOLDFAST_LONG === '1' ? 1000 : 40;
  test(`the store agrees with a Map on ${engine.name}`, async () => {
    const place = await engine.newPlace();
    let store = await place.open();
    await store.migrate([migration]);
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(command, { maxLength: 12 }), async (commands) => {
          await store.transact([{ op: 'run', sql: 'DELETE FROM model' }]);
          let rows: Model = new Map();
          for (const command of commands) {
            if (command.do === 'transact') rows = await transact(store, rows, command.sets);
            else if (command.do === 'select') await select(store, rows, command);
            else {
              await store.close();
              store = await place.open();
            }
          }
          assert.deepEqual(plain(await store.select('SELECT * FROM model')), plain(rows.values()));
        }),
        { numRuns },
      );
    } finally {
      await store.close();
      await place.remove();
    }
  });
}
