// Several stores over one real PostgreSQL: who may write, who waits for whom, and what becomes of a member whose time is over.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import pg from 'pg';
import { Fault } from '../../errors.ts';
import { OfflineDatabase } from '../offline/postgres.ts';
import { bothEngines, type Change, type Store } from '../store.ts';
import { openPostgresStore } from './postgres.ts';
import { startTestPostgres } from './test-server.ts';

const server = await startTestPostgres({ fsync: 'off' });
after(() => server.stop());

const migrations = [bothEngines(1, 'notes', 'CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;')];
const table = { name: 'notes', columns: { id: 'integer', body: 'text' }, key: ['id'] } as const;
const note = (id: number): Change => ({ op: 'insert', table, rows: [{ id, body: 'x' }] });
const lock = Buffer.alloc(16, 7);
const declared = Buffer.from('the same');

type Heard = { elected: number; fenced: number; rejoined: number; word: number };

async function member(url: string, name: string, leaseMs = 60_000, own: Uint8Array = declared) {
  const store = await openPostgresStore({ url, cluster: { name, leaseMs } });
  const heard: Heard = { elected: 0, fenced: 0, rejoined: 0, word: 0 };
  const count = (what: keyof Heard) => () => {
    heard[what] += 1;
  };
  await store.migrate(migrations);
  const events = { elected: count('elected'), fenced: count('fenced'), rejoined: count('rejoined'), word: count('word') };
  try {
    await store.cluster!.begin(own, events);
  } catch (error) {
    await store.close();
    throw error;
  }
  return { store, cluster: store.cluster!, heard };
}

async function asAdministrator(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1_200; tries += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail('it did not come to it');
}

const isFault = (code: string) => (error: unknown) => error instanceof Fault && error.code === code;
const countOf = async (store: Store) => (await store.select('SELECT COUNT(*) AS n FROM notes'))[0]!.n;

test('of several one is the lead, and a node that would have the database alone is refused', async () => {
  const url = await server.createDatabase();
  const a = await member(url, 'a');
  const b = await member(url, 'b');
  assert.deepEqual([a.cluster.lead, b.cluster.lead], [true, false]);
  await assert.rejects(openPostgresStore({ url }), isFault('store_in_use'));
  await assert.rejects(member(url, 'c', 60_000, Buffer.from('other settings')), isFault('cluster_settings_differ'));
  await b.store.close();
  await a.store.close();
  const alone = await openPostgresStore({ url });
  await assert.rejects(openPostgresStore({ url, cluster: { name: 'd' } }), isFault('store_in_use'));
  await alone.close();
});

test('turns at the same record come one after the other, at others they do not wait', async () => {
  const url = await server.createDatabase();
  const [a, b] = [await member(url, 'a'), await member(url, 'b')];
  const order: string[] = [];
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let inside: () => void = () => undefined;
  const entered = new Promise<void>((resolve) => {
    inside = resolve;
  });
  const first = a.cluster.turn([lock], async (turn) => {
    inside();
    await held;
    order.push('a');
    await turn.write([note(1)], [1]);
  });
  await entered;
  await b.cluster.turn([Buffer.alloc(16, 8)], async () => void order.push('b elsewhere'));
  const second = b.cluster.turn([lock], async () => void order.push(`b sees ${await countOf(b.store)}`));
  await until(async () => (await asAdministrator(url, 'SELECT 1 FROM pg_locks WHERE NOT granted')).rowCount === 1);
  release();
  await Promise.all([first, second]);
  assert.deepEqual(order, ['b elsewhere', 'a', 'b sees 1']);
  await Promise.all([a.store.close(), b.store.close()]);
});

test('exclusive work waits for turns of others, and they for it', async () => {
  const url = await server.createDatabase();
  const [a, b] = [await member(url, 'a'), await member(url, 'b')];
  let waiting: Promise<unknown> = Promise.resolve();
  await a.cluster.exclusively(async () => {
    waiting = b.cluster.turn([lock], async (turn) => {
      assert.equal(await countOf(b.store), 1);
      await turn.write([note(2)], [2]);
    });
    await until(async () => (await asAdministrator(url, 'SELECT 1 FROM pg_locks WHERE NOT granted')).rowCount === 1);
    await a.store.transact([note(1)]);
  });
  await waiting;
  assert.equal(await countOf(a.store), 2);
  await Promise.all([a.store.close(), b.store.close()]);
});

test('what a member changed comes to the lead once, and is kept until it was taken', async () => {
  const url = await server.createDatabase();
  const [a, b] = [await member(url, 'a'), await member(url, 'b')];
  await b.cluster.turn([lock], (turn) => turn.write([note(1)], [4, 5]));
  await assert.rejects(
    a.cluster.takeChanged(() => Promise.reject(new Fault('stopping'))),
    isFault('stopping'),
  );
  const taken: number[][] = [];
  const take = async (records: readonly number[]) => void taken.push([...records]);
  await a.cluster.takeChanged(take);
  await a.cluster.takeChanged(take);
  assert.deepEqual(taken, [[4, 5]]);
  await until(() => a.heard.word > 1);
  await Promise.all([a.store.close(), b.store.close()]);
});

test('whose time is over writes nothing; one that is in the middle of a transaction is ended before another takes its place', async () => {
  const url = await server.createDatabase();
  // Long for itself: what ends it here is the database's word, as where its own clock stood still.
  const a = await member(url, 'a');
  const b = await member(url, 'b', 1_000);
  assert.ok(a.cluster.lead);
  const broken = a.cluster.turn([lock], async (turn) => {
    await turn.write([note(1)], [1]);
    await asAdministrator(url, "UPDATE cluster_members SET expires_at = now() - interval '1 second' WHERE name = 'a'");
    await until(() => b.cluster.lead);
  });
  await assert.rejects(broken, Fault);
  await assert.rejects(a.store.transact([note(2)]), isFault('node_fenced'));
  await assert.rejects(
    a.cluster.turn([lock], (turn) => turn.write([note(3)], [3])),
    isFault('node_fenced'),
  );
  assert.equal(a.heard.fenced, 1);
  assert.equal(b.heard.elected, 1);
  await b.cluster.turn([lock], (turn) => turn.write([note(4)], [4]));
  assert.deepEqual(await b.store.select('SELECT id FROM notes'), [{ id: 4 }]);
  await Promise.all([a.store.close(), b.store.close()]);
});

test('a lead that the database does not name writes nothing more', async () => {
  const url = await server.createDatabase();
  const [a, b] = [await member(url, 'a'), await member(url, 'b')];
  await a.store.transact([note(1)]);
  await asAdministrator(url, `UPDATE cluster_leases SET token = ${b.cluster.token} WHERE name = 'lead'`);
  await assert.rejects(a.store.transact([note(2)]), isFault('node_fenced'));
  assert.equal(a.heard.fenced, 1);
  await b.store.transact([note(3)]);
  assert.deepEqual(await b.store.select('SELECT id FROM notes ORDER BY id'), [{ id: 1 }, { id: 3 }]);
  await Promise.all([a.store.close(), b.store.close()]);
});

test('a transaction of a dead member that does not end holds up no lease of the others', async () => {
  const url = await server.createDatabase();
  const [a, b] = [await member(url, 'a'), await member(url, 'b', 1_000)];
  const dead = new pg.Client({ connectionString: url });
  await dead.connect();
  await dead.query("BEGIN; SELECT 1 FROM cluster_members WHERE name = 'a' FOR KEY SHARE");
  await asAdministrator(url, "UPDATE cluster_members SET expires_at = now() - interval '1 second' WHERE name = 'a'");
  const { token } = b.cluster;
  const end = async () =>
    (await asAdministrator(url, `SELECT expires_at FROM cluster_members WHERE token = ${token}`)).rows[0]?.expires_at as Date;
  const before = await end();
  // Longer than a lease: a heartbeat that waits for the transaction would have cost b its own.
  await until(async () => (await end()).getTime() - before.getTime() > 2_000);
  assert.deepEqual([b.heard.fenced, b.cluster.lead], [0, false]);
  await dead.query('COMMIT');
  await until(() => b.cluster.lead);
  await dead.end();
  await Promise.all([a.store.close(), b.store.close()]);
});

test('a member that came back is found by its new name when it is over again', async () => {
  const url = await server.createDatabase();
  const [a, b] = [await member(url, 'a', 1_000), await member(url, 'b', 1_000)];
  const over = () => asAdministrator(url, "UPDATE cluster_members SET expires_at = now() - interval '1 second' WHERE name = 'b'");
  await over();
  // The session that writes is made anew while it is nobody's.
  await assert.rejects(b.store.transact([note(1)]), isFault('node_fenced'));
  await b.cluster.settings();
  await until(() => b.heard.rejoined === 1);
  const broken = b.cluster.turn([lock], async (turn) => {
    await turn.write([note(2)], [2]);
    const named = `SELECT 1 FROM pg_stat_activity WHERE application_name = 'holdfast member ${b.cluster.token}'`;
    assert.equal((await asAdministrator(url, named)).rowCount, 1, 'the session that holds the locks has its member as its name');
    await over();
    await a.cluster.turn([lock], (other) => other.write([note(3)], [3]));
  });
  await assert.rejects(broken, Fault);
  assert.deepEqual(await a.store.select('SELECT id FROM notes'), [{ id: 3 }]);
  await Promise.all([a.store.close(), b.store.close()]);
});

test('word of many turns is taken whole at once, and of few records at a time', async () => {
  const url = await server.createDatabase();
  const a = await member(url, 'a');
  await asAdministrator(
    url,
    `INSERT INTO cluster_changes (record_ids) SELECT ARRAY(SELECT g * 10 + i FROM generate_series(0, 9) AS i) FROM generate_series(1, 250) AS g`,
  );
  const taken: number[] = [];
  let most = 0;
  await a.cluster.takeChanged(async (records) => {
    most = Math.max(most, records.length);
    taken.push(...records);
  });
  assert.equal(new Set(taken).size, 2_500);
  assert.equal(taken.length, 2_500);
  assert.ok(most <= 500);
  assert.equal((await a.store.select('SELECT COUNT(*) AS n FROM cluster_changes'))[0]!.n, 0);
  await a.store.close();
});

test('whoever looks at the migrations beside others waits until all of them are there', async () => {
  const url = await server.createDatabase();
  const making = new pg.Client({ connectionString: url });
  await making.connect();
  // "HOLD" and "MIGR".
  await making.query('SELECT pg_advisory_lock(1213156420, 1296648018)');
  const looking = OfflineDatabase.beside(url).then(async (database) => {
    const applied = await database.applied();
    await database.close();
    return applied.length;
  });
  await until(async () => (await asAdministrator(url, 'SELECT 1 FROM pg_locks WHERE NOT granted')).rowCount === 1);
  const store = await openPostgresStore({ url });
  await store.migrate(migrations);
  await store.close();
  await making.end();
  assert.equal(await looking, 1);
});

test('where a replica has become the primary, members of before are none: it may lack what they wrote last', async () => {
  const url = await server.createDatabase();
  const [a, b] = [await member(url, 'a'), await member(url, 'b')];
  await a.store.transact([note(1)]);
  await server.kill();
  writeFileSync(join(server.dataFolder, 'standby.signal'), '');
  await server.restart();
  await asAdministrator(url, 'SELECT pg_promote()');
  await until(async () => (await asAdministrator(url, 'SELECT pg_is_in_recovery() AS is')).rows[0].is === false);
  // Sessions that ended with the old primary are said to have ended first; leases of before would hold for a minute still.
  await until(() =>
    a.store.transact([note(2)]).then(
      () => assert.fail('a member of before wrote'),
      (error: unknown) => isFault('node_fenced')(error),
    ),
  );
  assert.equal(a.heard.fenced, 1);
  await until(() =>
    b.cluster
      .turn([lock], (turn) => turn.write([note(3)], [3]))
      .then(
        () => assert.fail('a member of before wrote'),
        (error: unknown) => isFault('node_fenced')(error),
      ),
  );
  assert.deepEqual((await asAdministrator(url, 'SELECT id::int FROM notes')).rows, [{ id: 1 }]);
  await Promise.all([a.store.close(), b.store.close()]);
});
