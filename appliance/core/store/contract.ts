// What every engine behind the store port must do, sentence by sentence. Run by sqlite.test.ts and postgres.test.ts; beside
// it, contract-model.ts compares an engine with a Map under random changes.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Fault, type FaultCode } from '../errors.ts';
import { misuseTests } from './contract-misuse.ts';
import { modelTest } from './contract-model.ts';
import type { Migration, Row, Store, Table } from './store.ts';

/** A place that holds one store's data over many openings. */
export type Place = { open(): Promise<Store>; remove(): Promise<void> };
export type Engine = { name: string; newPlace(): Promise<Place> };

export const things: Table = {
  name: 'things',
  columns: { id: 'integer', weight: 'real', label: 'text', body: 'blob' },
  key: ['id'],
};
export const pairs: Table = { name: 'pairs', columns: { kind: 'text', mark: 'blob' }, key: ['kind', 'mark'] };
export const labels: Table = { name: 'labels', columns: { id: 'integer', label: 'text' }, key: ['id'] };

export const contractMigrations: readonly Migration[] = [
  {
    version: 1,
    name: 'things',
    sqlite: 'CREATE TABLE things (id INTEGER PRIMARY KEY, weight REAL, label TEXT, body BLOB) STRICT',
    postgres: 'CREATE TABLE things (id BIGINT PRIMARY KEY, weight FLOAT8, label TEXT, body BYTEA)',
  },
  {
    version: 2,
    name: 'pairs and labels',
    sqlite: `CREATE TABLE pairs (kind TEXT NOT NULL, mark BLOB NOT NULL, PRIMARY KEY (kind, mark)) STRICT, WITHOUT ROWID;
      CREATE TABLE labels (id INTEGER PRIMARY KEY, label TEXT NOT NULL UNIQUE) STRICT`,
    postgres: `CREATE TABLE pairs (kind TEXT NOT NULL, mark BYTEA NOT NULL, PRIMARY KEY (kind, mark));
      CREATE TABLE labels (id BIGINT PRIMARY KEY, label TEXT NOT NULL UNIQUE)`,
  },
];

export const thing = (id: number, label: string | null = null): Row => ({ id, weight: null, label, body: null });

export const isFault = (code: FaultCode, where?: string) => (error: unknown) => {
  assert.ok(error instanceof Fault, `expected Fault ${code}, got ${error}`);
  assert.equal(error.code, code);
  if (where !== undefined) assert.equal(error.where, where);
  return true;
};

/** Registers the whole suite for one engine. */
export function storeContract(engine: Engine): void {
  describe(`store contract on ${engine.name}`, () => {
    let place: Place;
    let store: Store;
    before(async () => {
      place = await engine.newPlace();
      store = await place.open();
      await store.migrate(contractMigrations);
    });
    after(async () => {
      await store?.close();
      await place?.remove();
    });
    const clear = async () => {
      await store.transact(['things', 'pairs', 'labels'].map((table) => ({ op: 'run', sql: `DELETE FROM ${table}` })));
    };
    const fresh = (name: string, body: (store: Store) => Promise<void>) =>
      test(name, async () => {
        await clear();
        await body(store);
      });

    valueTests(fresh);
    changeTests(fresh);
    selectTests(fresh);
    togetherTests(fresh);
    misuseTests(fresh);
  });
  lifeTests(engine);
  migrationTests(engine);
  modelTest(engine);
}

export type Fresh = (name: string, body: (store: Store) => Promise<void>) => unknown;

function valueTests(fresh: Fresh): void {
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

function changeTests(fresh: Fresh): void {
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

function selectTests(fresh: Fresh): void {
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

function togetherTests(fresh: Fresh): void {
  fresh('a read after an answered change sees it, every time', async (store) => {
    for (let id = 0; id < 50; id++) {
      await store.transact([{ op: 'upsert', table: things, rows: [thing(1, `${id}`)] }]);
      const reads = await Promise.all([
        store.select('SELECT label FROM things'),
        store.select('SELECT label FROM things WHERE id = 1'),
      ]);
      for (const rows of reads) assert.deepEqual(rows, [{ label: `${id}` }]);
    }
  });

  fresh('change sets that wait together keep their own outcomes and their order', async (store) => {
    await store.transact([{ op: 'insert', table: things, rows: [thing(0, 'taken')] }]);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 200 }, (_, i) =>
        store.transact([
          { op: 'insert', table: things, rows: [thing(i + 1, `set ${i}`)] },
          { op: 'upsert', table: things, rows: [thing(1000, `set ${i}`)] },
          // Every third set meets a row that is there.
          { op: 'insert', table: things, rows: [thing(i % 3 === 0 ? 0 : 2000 + i)] },
        ]),
      ),
    );
    for (const [i, outcome] of outcomes.entries()) {
      assert.equal(outcome.status, i % 3 === 0 ? 'rejected' : 'fulfilled', `set ${i}`);
      if (outcome.status === 'rejected') isFault('conflict', 'things')(outcome.reason);
    }
    const rows = await store.select('SELECT id FROM things WHERE id > 0 AND id <= 200');
    assert.deepEqual(
      new Set(rows.map((row) => row.id)),
      new Set(Array.from({ length: 200 }, (_, i) => i + 1).filter((id) => (id - 1) % 3 !== 0)),
    );
    assert.deepEqual(await store.select('SELECT label FROM things WHERE id = 1000'), [{ label: 'set 199' }]);
  });

  fresh('selectMany reads one snapshot while others write', async (store) => {
    await store.transact([
      {
        op: 'insert',
        table: things,
        rows: [
          { ...thing(1), weight: 100 },
          { ...thing(2), weight: 0 },
        ],
      },
    ]);
    let writing = true;
    const writer = (async () => {
      for (let i = 0; i < 60; i++) {
        await store.transact([
          { op: 'run', sql: 'UPDATE things SET weight = weight - 1 WHERE id = 1' },
          { op: 'run', sql: 'UPDATE things SET weight = weight + 1 WHERE id = 2' },
        ]);
      }
      writing = false;
    })();
    let reads = 0;
    while (writing) {
      const one = 'SELECT weight FROM things WHERE id = :id';
      const [a, b] = await store.selectMany([
        { sql: one, params: { id: 1 } },
        { sql: one, params: { id: 2 } },
      ]);
      assert.equal(Number(a![0]!.weight) + Number(b![0]!.weight), 100);
      reads++;
    }
    await writer;
    assert.ok(reads > 0);
  });

  fresh('sequences give each number once, also when many ask at once', async (store) => {
    const [first, , other] = await Promise.all([
      store.allocate('contract', 3),
      store.allocate('contract', 1),
      store.allocate('another', 1),
    ]);
    assert.equal(first, 1);
    assert.equal(other, 1);
    const starts = await Promise.all(Array.from({ length: 50 }, (_, i) => store.allocate('contract', i + 1)));
    const taken = starts.flatMap((start, i) => Array.from({ length: i + 1 }, (_, k) => start + k));
    assert.equal(new Set(taken).size, taken.length);
    assert.ok(Math.min(...taken) > 4);
    for (const count of [0, -1, 1.5, Number.NaN]) await assert.rejects(store.allocate('contract', count), RangeError);
    await assert.rejects(store.allocate('contract', 2_000_000), isFault('limit_reached'));
  });

  fresh('scrub and check leave the data as it is and find no fault', async (store) => {
    await store.transact([{ op: 'insert', table: things, rows: [thing(1), thing(2)] }]);
    await store.transact([{ op: 'delete', table: things, keys: [{ id: 1 }] }]);
    await store.scrub([things, pairs]);
    for (const deep of [false, true]) {
      const findings = await store.check(deep);
      assert.ok(findings.length > 3);
      // A full or small disk of the machine that runs the tests is not the store's fault.
      assert.deepEqual(
        findings.filter((finding) => finding.severity !== 'ok' && finding.check !== 'free disk'),
        [],
      );
    }
    assert.deepEqual(await store.select('SELECT id FROM things'), [{ id: 2 }]);
  });
}

/** A test on a place of its own; what it opened is closed and the place removed, also when it fails. */
const withPlace = (engine: Engine, body: (place: Place) => Promise<void>) => async () => {
  const place = await engine.newPlace();
  const opened: Store[] = [];
  const open = async () => {
    const store = await place.open();
    opened.push(store);
    return store;
  };
  try {
    await body({ ...place, open });
  } finally {
    await Promise.all(opened.map((store) => store.close()));
    await place.remove();
  }
};

function lifeTests(engine: Engine): void {
  describe(`opening and closing on ${engine.name}`, () => {
    test(
      'what was answered is there after reopening; sequences go on',
      withPlace(engine, async (place) => {
        let store = await place.open();
        await store.migrate(contractMigrations);
        await store.transact([{ op: 'insert', table: things, rows: [thing(1, 'kept')] }]);
        const last = await store.allocate('s', 10);
        await store.close();
        store = await place.open();
        await store.migrate(contractMigrations);
        assert.deepEqual(await store.select('SELECT label FROM things'), [{ label: 'kept' }]);
        assert.ok((await store.allocate('s', 1)) >= last + 10);
        await store.close();
      }),
    );

    test(
      'a second opening is refused while the first lasts',
      withPlace(engine, async (place) => {
        const store = await place.open();
        await assert.rejects(place.open(), isFault('store_in_use'));
        await store.migrate(contractMigrations);
        assert.deepEqual(await store.select('SELECT id FROM things'), []);
        await store.close();
        await (await place.open()).close();
      }),
    );

    test(
      'closing answers what is under way, refuses what comes after, and may be said twice',
      withPlace(engine, async (place) => {
        let store = await place.open();
        await store.migrate(contractMigrations);
        const under = [1, 2, 3].map((id) => store.transact([{ op: 'insert', table: things, rows: [thing(id)] }]));
        const closing = store.close();
        await assert.rejects(store.select('SELECT 1 AS one'), isFault('stopping'));
        await assert.rejects(store.transact([{ op: 'insert', table: things, rows: [thing(9)] }]), isFault('stopping'));
        await assert.rejects(store.allocate('s', 1), isFault('stopping'));
        await Promise.all(under);
        await closing;
        await store.close();
        store = await place.open();
        assert.equal((await store.select('SELECT id FROM things')).length, 3);
        await store.close();
      }),
    );
  });
}

function migrationTests(engine: Engine): void {
  const table = (version: number, name: string): Migration => {
    const sql = `CREATE TABLE ${name} (id INTEGER PRIMARY KEY)`;
    return { version, name, sqlite: sql, postgres: sql };
  };
  const applied = async (store: Store) =>
    (await store.select('SELECT version FROM schema_migrations ORDER BY version')).map((row) => row.version);

  describe(`migrations on ${engine.name}`, () => {
    let place: Place;
    let store: Store;
    before(async () => {
      place = await engine.newPlace();
      store = await place.open();
    });
    after(async () => {
      await store?.close();
      await place?.remove();
    });

    test('run once, in order, also between those that have landed', async () => {
      await store.migrate([]);
      await store.migrate([table(100, 'vault'), table(200, 'record')]);
      await store.migrate([table(100, 'vault'), table(101, 'vault_two'), table(200, 'record')]);
      await store.migrate([table(100, 'vault'), table(101, 'vault_two'), table(200, 'record')]);
      assert.deepEqual(await applied(store), [100, 101, 200]);
      assert.deepEqual(await store.select('SELECT id FROM vault_two'), []);
      const [row] = await store.select('SELECT name, applied_at_ms FROM schema_migrations WHERE version = 101');
      assert.equal(row?.name, 'vault_two');
      assert.ok(Number.isSafeInteger(row?.applied_at_ms));
    });

    test('a version from the future is refused and nothing is touched', async () => {
      const known = [table(100, 'vault'), table(101, 'vault_two'), table(150, 'fresh')];
      await assert.rejects(store.migrate(known), isFault('store_from_future'));
      assert.deepEqual(await applied(store), [100, 101, 200]);
    });

    test('a landed migration that was edited is refused', async () => {
      const edited = { ...table(100, 'vault'), sqlite: 'CREATE TABLE v (a ANY)', postgres: 'CREATE TABLE v (a INT)' };
      await assert.rejects(store.migrate([edited, table(101, 'vault_two'), table(200, 'record')]), isFault('migration_changed'));
    });

    test('one that fails leaves nothing of itself and everything before it', async () => {
      const all = [table(100, 'vault'), table(101, 'vault_two'), table(200, 'record'), table(201, 'good')];
      const sql = 'CREATE TABLE half (id INTEGER PRIMARY KEY); INSERT INTO half VALUES (1); INSERT INTO half VALUES (1)';
      const bad = { version: 202, name: 'bad', sqlite: sql, postgres: sql };
      await assert.rejects(store.migrate([...all, bad]));
      assert.deepEqual(await applied(store), [100, 101, 200, 201]);
      await assert.rejects(store.select('SELECT id FROM half'));
      await store.migrate([...all, table(202, 'half')]);
      assert.deepEqual(await store.select('SELECT id FROM half'), []);
    });

    test('versions out of order or given twice are refused', async () => {
      await assert.rejects(store.migrate([table(2, 'b'), table(1, 'a')]), TypeError);
      await assert.rejects(store.migrate([table(1, 'a'), table(1, 'a')]), TypeError);
    });

    test(
      'from old to new: rows of an older schema are carried into the newer one',
      withPlace(engine, async (other) => {
        const old = await other.open();
        const one: Migration = {
          version: 1,
          name: 'old',
          sqlite: 'CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT',
          postgres: 'CREATE TABLE notes (id BIGINT PRIMARY KEY, body TEXT NOT NULL)',
        };
        await old.migrate([one]);
        await old.transact([{ op: 'run', sql: "INSERT INTO notes (id, body) VALUES (1, 'kept')" }]);
        await old.close();
        const two = `ALTER TABLE notes ADD COLUMN size INTEGER NOT NULL DEFAULT 0; UPDATE notes SET size = length(body)`;
        const store = await other.open();
        await store.migrate([one, { version: 2, name: 'size', sqlite: two, postgres: two }]);
        assert.deepEqual(await store.select('SELECT * FROM notes'), [{ id: 1, body: 'kept', size: 4 }]);
      }),
    );
  });
}
