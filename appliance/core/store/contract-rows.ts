// The part of the store contract about values, change sets and selects.

import assert from 'node:assert/strict';
import { Fault } from '../errors.ts';
import { type Fresh, isFault, labels, pairs, thing, things } from './contract-fixtures.ts';
import type { Row, Store } from './store.ts';

export function valueTests(fresh: Fresh): void {
  fresh('values come back as they went in', async (store) => {
    const big = Buffer.alloc(1024 * 1024, 7);
    const pooled = Buffer.from('a slice of the pool').subarray(2, 7);
    const rows: Row[] = [
      { id: Number.MAX_SAFE_INTEGER, weight: 0.1, label: '王小明 👩‍👩‍👧 "quoted" \'single\' \\back {brace}, NULL', body: big },
      { id: Number.MIN_SAFE_INTEGER, weight: -1.7976931348623157e308, label: '', body: Buffer.alloc(0) },
      { id: 0, weight: 5e-324, label: 'NULL', body: new Uint8Array([0, 255, 92, 39]) },
      { id: 8_640_000_000_000_000, weight: 1 / 3, label: '\t\r\n\u0001\u{10ffff}', body: pooled },
      { id: 5, weight: null, label: null, body: null },
    ];
    await store.transact([{ op: 'insert', table: things, rows }]);
    const back = await store.select('SELECT id, weight, label, body FROM things ORDER BY id');
    assert.deepEqual(
      back.map((row) => ({ ...row, body: row.body === null ? null : Buffer.from(row.body as Uint8Array).toString('hex') })),
      [...rows]
        .sort((a, b) => Number(a.id) - Number(b.id))
        .map((row) => ({ ...row, body: row.body === null ? null : Buffer.from(row.body as Uint8Array).toString('hex') })),
    );
    assert.ok(back.every((row) => row.body === null || row.body instanceof Uint8Array));
  });

  fresh('minus zero comes back as zero, whole reals as numbers', async (store) => {
    await store.transact([
      {
        op: 'insert',
        table: things,
        rows: [
          { ...thing(-0), weight: -0 },
          { ...thing(1), weight: 3 },
        ],
      },
    ]);
    const rows = await store.select('SELECT id, weight FROM things ORDER BY id');
    assert.ok(Object.is(rows[0]?.id, 0) && Object.is(rows[0]?.weight, 0));
    assert.equal(rows[1]?.weight, 3);
  });

  fresh('rows are taken as they are at the call, not as they become', async (store) => {
    const body = Buffer.from('before');
    const rows: Row[] = [{ ...thing(1, 'before'), body }];
    const done = store.transact([{ op: 'insert', table: things, rows }]);
    rows[0]!.label = 'after';
    body.write('after!');
    await done;
    const [row] = await store.select('SELECT label, body FROM things');
    assert.equal(row?.label, 'before');
    assert.equal(Buffer.from(row?.body as Uint8Array).toString(), 'before');
  });

  fresh('a whole number beyond 2^53 in the database is refused, not rounded; a large real is not', async (store) => {
    await store.transact([{ op: 'run', sql: 'INSERT INTO things (id, weight) VALUES (9007199254740993, 1e300), (1, -1e17)' }]);
    await assert.rejects(store.select('SELECT id FROM things'), isFault('limit_reached'));
    await assert.rejects(store.select('SELECT id + id AS twice FROM things WHERE id > 1'), isFault('limit_reached'));
    assert.deepEqual(await store.select('SELECT weight FROM things ORDER BY weight'), [{ weight: -1e17 }, { weight: 1e300 }]);
  });

  fresh('counts, sums and truth values are numbers', async (store) => {
    await store.transact([{ op: 'insert', table: things, rows: [1, 2, 3].map((id) => ({ ...thing(id), weight: id / 2 })) }]);
    const [row] = await store.select(
      'SELECT count(*) AS n, sum(id) AS total, sum(weight) AS heavy, max(id) > 2 AS large FROM things',
    );
    assert.deepEqual(row, { n: 3, total: 6, heavy: 3, large: 1 });
    assert.deepEqual(await store.select('SELECT sum(id) AS total FROM things WHERE id > 99'), [{ total: null }]);
  });
}

export function changeTests(fresh: Fresh): void {
  const all = async (store: Store) =>
    (await store.select('SELECT id, label FROM things ORDER BY id')) as { id: number; label: string }[];

  fresh('insert fails on a duplicate key, names the table, and leaves nothing of its change set', async (store) => {
    await store.transact([{ op: 'insert', table: things, rows: [thing(1, 'first')] }]);
    const set = [
      { op: 'insert' as const, table: things, rows: [thing(2)] },
      { op: 'insert' as const, table: things, rows: [thing(3), thing(1, 'second')] },
    ];
    await assert.rejects(store.transact(set), isFault('conflict', 'things'));
    assert.deepEqual(await all(store), [{ id: 1, label: 'first' }]);
    await assert.rejects(
      store.transact([{ op: 'insert', table: things, rows: [thing(5), thing(5)] }]),
      isFault('conflict', 'things'),
    );
  });

  fresh('insert with ignore keeps the row that was there, and the first of two in one set', async (store) => {
    await store.transact([{ op: 'insert', table: things, rows: [thing(1, 'first')] }]);
    const rows = [thing(1, 'second'), thing(2, 'a'), thing(2, 'b')];
    await store.transact([{ op: 'insert', table: things, rows, onConflict: 'ignore' }]);
    assert.deepEqual(await all(store), [
      { id: 1, label: 'first' },
      { id: 2, label: 'a' },
    ]);
  });

  fresh('ignore and upsert look at the key only: another unique column still conflicts', async (store) => {
    await store.transact([{ op: 'insert', table: labels, rows: [{ id: 1, label: 'x' }] }]);
    const rows = [{ id: 2, label: 'x' }];
    await assert.rejects(
      store.transact([{ op: 'insert', table: labels, rows, onConflict: 'ignore' }]),
      isFault('conflict', 'labels'),
    );
    await assert.rejects(store.transact([{ op: 'upsert', table: labels, rows }]), isFault('conflict', 'labels'));
  });

  fresh('upsert inserts or replaces all columns, and the last of two in one set wins', async (store) => {
    await store.transact([{ op: 'insert', table: things, rows: [{ id: 1, weight: 2, label: 'old', body: Buffer.from('x') }] }]);
    await store.transact([{ op: 'upsert', table: things, rows: [thing(1, 'new'), thing(2, 'a'), thing(2, 'b')] }]);
    const [first] = await store.select('SELECT * FROM things WHERE id = 1');
    assert.deepEqual(first, { id: 1, weight: null, label: 'new', body: null });
    assert.deepEqual((await all(store))[1], { id: 2, label: 'b' });
  });

  fresh('a table that is all key takes upserts and deletes', async (store) => {
    const rows = [
      { kind: 'a', mark: Buffer.from([1]) },
      { kind: 'a', mark: Buffer.from([2]) },
    ];
    await store.transact([{ op: 'upsert', table: pairs, rows: [...rows, ...rows] }]);
    await store.transact([{ op: 'upsert', table: pairs, rows }]);
    await store.transact([{ op: 'delete', table: pairs, keys: [rows[0]!, { kind: 'b', mark: Buffer.from([2]) }] }]);
    const left = await store.select('SELECT kind, mark FROM pairs');
    assert.equal(left.length, 1);
    assert.deepEqual([...(left[0]!.mark as Uint8Array)], [2]);
  });

  fresh('changes of a set apply in order, each seeing the ones before', async (store) => {
    await store.transact([
      { op: 'insert', table: things, rows: [thing(1, 'a'), thing(2, 'b'), thing(3, 'c')] },
      { op: 'delete', table: things, keys: [{ id: 2 }] },
      { op: 'insert', table: things, rows: [thing(2, 'again')] },
      {
        op: 'run',
        sql: 'UPDATE things SET label = :label, weight = :weight WHERE id IN (:ids)',
        params: { label: 'z', weight: 0.5, ids: [1, 2] },
      },
      { op: 'upsert', table: things, rows: [thing(1, 'last')] },
    ]);
    assert.deepEqual(
      (await all(store)).map((row) => row.label),
      ['last', 'z', 'c'],
    );
  });

  fresh('nothing to do is done: empty sets of changes and of rows', async (store) => {
    await store.transact([]);
    await store.transact([
      { op: 'insert', table: things, rows: [] },
      { op: 'upsert', table: things, rows: [] },
      { op: 'delete', table: things, keys: [] },
    ]);
    assert.deepEqual(await all(store), []);
    assert.deepEqual(await store.selectMany([]), []);
  });

  fresh('twenty thousand rows in one set', async (store) => {
    const rows: Row[] = Array.from({ length: 20_000 }, (_, id) => ({ ...thing(id, `row ${id}`), body: Buffer.from([id & 255]) }));
    await store.transact([{ op: 'upsert', table: things, rows }]);
    const back = await store.select('SELECT * FROM things ORDER BY id');
    assert.equal(back.length, rows.length);
    assert.equal(back[19_999]?.label, 'row 19999');
    await store.transact([{ op: 'delete', table: things, keys: rows.slice(1).map(({ id }) => ({ id: id as number })) }]);
    assert.equal((await all(store)).length, 1);
  });
}

export function selectTests(fresh: Fresh): void {
  const filled = async (store: Store) => {
    const rows = [1, 2, 3, 4].map((id) => ({ ...thing(id, `l${id}`), body: Buffer.from([id]) }));
    await store.transact([{ op: 'insert', table: things, rows }]);
  };
  const ids = async (store: Store, where: string, params: object) =>
    (await store.select(`SELECT id FROM things WHERE ${where} ORDER BY id`, params as never)).map((row) => row.id);

  fresh('sets of whole numbers, text and bytes', async (store) => {
    await filled(store);
    assert.deepEqual(await ids(store, 'id IN (:set)', { set: [1, 3, 3, 99] }), [1, 3]);
    assert.deepEqual(await ids(store, 'label in ( :set )', { set: ['l2', 'nope', 'a"b\\'] }), [2]);
    assert.deepEqual(await ids(store, 'body IN (:set)', { set: [Buffer.from([4]), new Uint8Array([1])] }), [1, 4]);
    assert.deepEqual(await ids(store, 'id NOT IN (:set)', { set: [1, 3] }), [2, 4]);
    assert.deepEqual(await ids(store, 'id IN (:set)', { set: 2 }), [2]);
  });

  fresh('an empty set holds nothing, and everything is outside of it', async (store) => {
    await filled(store);
    assert.deepEqual(await ids(store, 'id IN (:set)', { set: [] }), []);
    assert.deepEqual(await ids(store, 'body IN (:set)', { set: [] }), []);
    assert.deepEqual(await ids(store, 'label NOT IN (:set)', { set: [] }), [1, 2, 3, 4]);
  });

  fresh('a set of a hundred thousand', async (store) => {
    await filled(store);
    const set = Array.from({ length: 100_000 }, (_, i) => i + 3);
    assert.deepEqual(await ids(store, 'id IN (:set)', { set }), [3, 4]);
    assert.deepEqual(await ids(store, 'body IN (:set)', { set: set.map((i) => Buffer.from([i & 255, i >> 8, i >> 16])) }), []);
  });

  fresh('a parameter may stand twice; colons in strings, names and comments are no parameters', async (store) => {
    await filled(store);
    const sql = `SELECT ':no' AS text, "id" /* :nor this */ FROM things -- :nor :that
      WHERE id = :n OR id = :n + 1 OR label = ':n' ORDER BY id`;
    assert.deepEqual(await store.select(sql, { n: 2 }), [
      { text: ':no', id: 2 },
      { text: ':no', id: 3 },
    ]);
  });

  fresh('arithmetic with parameters is that of whole numbers, also of large ones', async (store) => {
    const sql = 'SELECT :ms / 1000 AS seconds, :ms + 1 AS next, :half * 2 AS whole, :none IS NULL AS missing';
    const [row] = await store.select(sql, { ms: 1_700_000_000_999, half: 0.5, none: null });
    assert.deepEqual(row, { seconds: 1_700_000_000, next: 1_700_000_001_000, whole: 1, missing: 1 });
  });

  fresh('pages by LIMIT and OFFSET parameters, and text sorts by code point', async (store) => {
    await store.transact([
      { op: 'insert', table: things, rows: ['b', 'B', 'ä', 'a', '王'].map((label, id) => thing(id, label)) },
    ]);
    const page = await store.select('SELECT label FROM things ORDER BY label LIMIT :n OFFSET :skip', { n: 3, skip: 1 });
    assert.deepEqual(
      page.map((row) => row.label),
      ['a', 'b', 'ä'],
    );
  });

  fresh('columns of mixed and of no type', async (store) => {
    await filled(store);
    const [nulls, none] = await store.selectMany([
      { sql: 'SELECT NULL AS missing, weight FROM things WHERE id = 1' },
      { sql: 'SELECT id, label, body FROM things WHERE id = :id', params: { id: 77 } },
    ]);
    assert.deepEqual(nulls, [{ missing: null, weight: null }]);
    assert.deepEqual(none, []);
  });

  fresh("wrong SQL is a programmer's error, not a fault; a select that writes changes nothing", async (store) => {
    await filled(store);
    await assert.rejects(store.select('SELECT nope FROM things'), (error) => error instanceof Error && !(error instanceof Fault));
    await assert.rejects(store.select('DELETE FROM things RETURNING id'));
    await assert.rejects(store.transact([{ op: 'run', sql: 'UPDATE nowhere SET a = 1' }]), (error) => !(error instanceof Fault));
    assert.equal((await store.select('SELECT id FROM things')).length, 4);
  });
}
