// An old backup of a PostgreSQL database put back beside the list of erasures of now: whom it brings back is gone again, keys and all, before
// the node says that it serves, whoever was not erased stays, and the audit log verifies.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import pg from 'pg';
import { systemPorts } from '../core/ports.ts';
import { openPostgresStore } from '../core/store/postgres/postgres.ts';
import { startTestPostgres, type TestPostgres } from '../core/store/postgres/test-server.ts';
import type { Row } from '../core/store/store.ts';
import { serve } from '../lifecycle.ts';
import { addCanary } from './testing/needles.ts';
import { Client, cli, makePlace, type Place, passphrase, startNode } from './testing/process.ts';
import { Needles, searchFolder } from './testing/search.ts';

/** In this process: starts in a tenth of the time. */
async function open(place: Place): Promise<{ client: Client; stop(): Promise<void> }> {
  const serving = await serve({
    folder: place.folder,
    ports: systemPorts,
    secret: { passphrase },
    config: { port: 0 },
    loopDelayMs: () => 0,
  });
  const client = new Client(serving.url, serving.accessToken);
  return {
    client,
    async stop() {
      client.close();
      await serving.stop();
    },
  };
}

type Customer = { userId: string; email: string; records: number[] };
const made = (name: string): Customer => ({
  userId: `restore-canary-${name}-71935`,
  email: `${name}@restore-canary.example`,
  records: [],
});
/** Erased before the backup was made, erased after it, and never. */
const [early, late, kept] = [made('early'), made('late'), made('kept')];

async function idOf(client: Client, identifier: string): Promise<string | undefined> {
  const { profiles } = await client.ask<{ profiles: { id: string }[] }>('POST', '/api/profiles/search', { identifier });
  return profiles[0]?.id;
}

async function arrive(client: Client, writeKey: string, { userId, email }: Customer): Promise<void> {
  const device = `${userId}-device`;
  const reply = await client.track(writeKey, [
    { type: 'identify', userId, anonymousId: device, traits: { email, name: `Zsófia ${userId}` } },
    { type: 'track', anonymousId: device, event: 'Order Completed', properties: { order_id: `o-${userId}`, total: 7 } },
  ]);
  assert.equal(reply.status, 200);
}

async function erase(client: Client, { userId }: Customer): Promise<string> {
  const id = await idOf(client, userId);
  const { erasure, state } = await client.ask<{ erasure: string; state: string }>('POST', `/api/subjects/${id}/erase`, {
    reason: 'request',
  });
  assert.equal(state, 'done');
  return erasure;
}

/** Tables that hold something of a record under its number. */
const tables = [
  ...['records', 'record_keys', 'audit_keys', 'log_keys', 'states', 'consents'],
  ...['events', 'timeline', 'identifiers', 'decision_records'],
];
const keyTables = ['record_keys', 'audit_keys', 'log_keys'];

/** What the database has of these records, by table; nobody else may have it open. */
async function rowsOf(url: string, records: readonly number[]): Promise<Map<string, Row[]>> {
  const store = await openPostgresStore({ url, clock: systemPorts.clock });
  try {
    const found = await store.selectMany(
      tables.map((table) => ({ sql: `SELECT * FROM ${table} WHERE record_id IN (:records)`, params: { records } })),
    );
    return new Map(tables.map((table, at) => [table, found[at]!]));
  } finally {
    await store.close();
  }
}
const counts = (rows: Map<string, Row[]>) => Object.fromEntries([...rows].map(([table, found]) => [table, found.length]));
const nothing = Object.fromEntries(tables.map((table) => [table, 0]));

async function run(server: TestPostgres, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
const nameOf = (url: string) => new URL(url).pathname.slice(1);

type Erasures = { erasures: { erasure: string; state: string; cameBack?: number }[] };

test('PostgreSQL: an old backup does not bring back who was erased', async () => {
  const server = await startTestPostgres({ fsync: 'off' });
  after(() => server.stop());
  const url = await server.createDatabase();
  const place = await makePlace({ store: url });
  after(() => place.remove());
  const database = nameOf(url);

  let node = await open(place);
  const writeKey = await node.client.addSource('shop');
  for (const one of [early, late, kept]) await arrive(node.client, writeKey, one);
  for (const one of [early, late, kept]) {
    const view = await node.client.ask<{ records: { recordId: number }[] }>(
      'GET',
      `/api/profiles/${await idOf(node.client, one.userId)}`,
    );
    one.records = view.records.map(({ recordId }) => recordId);
    assert.equal(one.records.length, 2, 'the customer and their device');
  }
  const first = await erase(node.client, early);
  await node.stop();
  await run(server, `CREATE DATABASE backup TEMPLATE ${database}`);

  node = await open(place);
  const second = await erase(node.client, late);
  const head = await node.client.ask('GET', '/api/audit/head');
  await node.stop();
  assert.deepEqual(counts(await rowsOf(url, late.records)), nothing);
  const inBackup = await rowsOf(url.replace(`/${database}?`, '/backup?'), late.records);
  for (const table of ['records', 'record_keys', 'log_keys', 'events', 'identifiers'])
    assert.ok(inBackup.get(table)!.length > 0, `the backup has ${table} of theirs`);

  await run(server, `DROP DATABASE ${database}`);
  await run(server, `ALTER DATABASE backup RENAME TO ${database}`);
  assert.ok((await rowsOf(url, late.records)).get('record_keys')!.length > 0, 'put back');
  // Killed as soon as it says that it serves: so it was done before.
  const killed = await startNode(place);
  await killed.kill();
  assert.deepEqual(counts(await rowsOf(url, late.records)), nothing);
  assert.deepEqual(counts(await rowsOf(url, early.records)), nothing);

  node = await open(place);
  for (const one of [early, late])
    for (const name of [one.userId, one.email, `${one.userId}-device`])
      assert.equal(await idOf(node.client, name), undefined, name);
  const view = await node.client.ask<{ orders: object[] }>('GET', `/api/profiles/${await idOf(node.client, kept.userId)}`);
  assert.equal(view.orders.length, 1, 'who was not erased is whole');
  const { erasures } = await node.client.ask<Erasures>('GET', '/api/erasures');
  const states = new Map(erasures.map(({ erasure, state, cameBack }) => [erasure, [state, cameBack]]));
  assert.deepEqual(states.get(first), ['done', undefined]);
  assert.deepEqual(states.get(second), ['done', 1], 'once, though it was started twice');
  const again = await node.client.ask<{ entries: { target?: string }[] }>('GET', '/api/audit?action=subject.erase.again');
  assert.deepEqual(
    again.entries.map(({ target }) => target),
    [`erasure ${second}, ${late.records.length} records`],
  );
  const lines = readFileSync(join(place.folder, 'erasures.log'), 'utf8').split('\n');
  assert.equal(lines.filter((line) => line !== '').length, 2);
  await node.stop();

  await verifies(place, head);
  await keysAreNowhere(server, inBackup);
  await comesBackAsSomebodyNew(place, writeKey);
});

/** The log is the backup's with what came since; only a head that was kept elsewhere tells that entries are missing. */
async function verifies(place: Place, head: unknown): Promise<void> {
  const env = { HOLDFAST_PASSPHRASE_FILE: place.passphraseFile };
  const verified = await cli(['--data', place.folder, 'audit', 'verify', '--json'], env);
  assert.equal(verified.code, 0, verified.err + verified.out);
  const file = `${place.passphraseFile}-head.json`;
  writeFileSync(file, JSON.stringify(head));
  const against = await cli(['--data', place.folder, 'audit', 'verify', '--head', file, '--json'], env);
  assert.equal(against.code, 1, against.out);
}

/** Not in the tables' files either; the server's own log keeps them until it is recycled, as docs/decisions/erasure.md says. */
async function keysAreNowhere(server: TestPostgres, inBackup: Map<string, Row[]>): Promise<void> {
  const needles = new Needles();
  for (const table of keyTables)
    for (const row of inBackup.get(table)!) {
      const wrapped = Buffer.from(row.wrapped as Uint8Array);
      for (const at of [0, 16, 40]) needles.add(wrapped.subarray(wrapped.length - 24 - at, wrapped.length - at), 'a wrapped key');
    }
  addCanary(needles, late.email);
  const { hits } = searchFolder(server.dataFolder, needles);
  const inLog = [...hits.values()].filter(({ file }) => file.includes('pg_wal'));
  assert.ok(inLog.length > 0, 'the search finds them where they are');
  assert.deepEqual(
    [...hits.values()].filter(({ file }) => !file.includes('pg_wal')).map(({ needle, file }) => `${needle.what} in ${file}`),
    [],
  );
}

async function comesBackAsSomebodyNew(place: Place, writeKey: string): Promise<void> {
  let node = await open(place);
  await arrive(node.client, writeKey, late);
  const id = await idOf(node.client, late.userId);
  assert.ok(id !== undefined && !late.records.includes(Number(id.slice(1))));
  await node.stop();
  node = await open(place);
  assert.equal(await idOf(node.client, late.userId), id, 'a later start leaves them alone');
  await node.stop();
}
