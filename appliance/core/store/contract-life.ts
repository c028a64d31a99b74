// The part of the store contract about opening, closing, reopening and migrating.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { contractMigrations, type Engine, isFault, type Place, thing, things } from './contract-fixtures.ts';
import type { Migration, Store } from './store.ts';

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

export function lifeTests(engine: Engine): void {
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

export function migrationTests(engine: Engine): void {
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
