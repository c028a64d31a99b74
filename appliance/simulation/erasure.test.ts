// What the issue asks to be proved: after an erasure no file has a byte of the customer or of the keys that their data was sealed with, the
// audit log verifies, an old copy of the database put back does not bring them back, and the receipt verifies where the node never was.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { systemPorts } from '../core/ports.ts';
import { openPostgresStore } from '../core/store/postgres/postgres.ts';
import { runOn, startTestPostgres, type TestPostgres } from '../core/store/postgres/test-server.ts';
import { openSqliteStore } from '../core/store/sqlite/sqlite.ts';
import type { Store } from '../core/store/store.ts';
import { sampleConfiguration } from '../sample-loading.ts';
import { addCanary, judge } from './testing/needles.ts';
import { type Client, cli, makePlace, type Place, startNode } from './testing/process.ts';
import { rounds, summary } from './testing/rounds.ts';
import { Needles, searchFolder } from './testing/search.ts';

const people = rounds(25, 1000);
/** Made up so that no file has them by chance. */
const canaries = Array.from({ length: 12 }, (_, at) => ({
  userId: `erasure-canary-user-${at}-90417`,
  name: `Zsófia Quibblewick the ${at}th`,
  email: `quibblewick-${at}@canary-mail.example`,
  device: `erasure-canary-device-${at}-5e0c7b`,
  event: `Canary Zeppelin Boarded ${at}`,
}));

async function sendCanaries(client: Client): Promise<void> {
  const writeKey = await client.addSource('erasure');
  for (const { userId, name, email, device, event } of canaries) {
    const reply = await client.track(writeKey, [
      { type: 'identify', userId, anonymousId: device, traits: { name, email } },
      { type: 'track', anonymousId: device, event, properties: { seat: `${event} seat` } },
      { type: 'track', userId, event },
    ]);
    assert.equal(reply.status, 200);
  }
}

async function idOf(client: Client, identifier: string): Promise<string | undefined> {
  const { profiles } = await client.ask<{ profiles: { id: string }[] }>('POST', '/api/profiles/search', { identifier });
  return profiles[0]?.id;
}

/** The wrapped keys of these records as they lie in the database, which is closed. */
async function wrappedKeys(open: () => Promise<Store>, records: readonly number[]): Promise<Buffer[]> {
  const store = await open();
  try {
    const rows = await store.selectMany(
      ['record_keys', 'audit_keys', 'log_keys'].map((table) => ({
        sql: `SELECT wrapped FROM ${table} WHERE record_id IN (:records)`,
        params: { records },
      })),
    );
    return rows.flat().map((row) => Buffer.from(row.wrapped as Uint8Array));
  } finally {
    await store.close();
  }
}

type Erased = { erasure: string; state: string; leftovers: string[] };
/** Who is in which segment, and what changed, as rows of these records. */
async function segmentRows(open: () => Promise<Store>, records: readonly number[]): Promise<number[]> {
  const store = await open();
  try {
    const found = await store.selectMany(
      ['segment_members', 'segment_changes'].map((table) => ({
        sql: `SELECT record_id FROM ${table} WHERE record_id IN (:records)`,
        params: { records },
      })),
    );
    return found.map((rows) => rows.length);
  } finally {
    await store.close();
  }
}

/** In a segment from the beginning, in another by what they do, and in a snapshot. */
async function followCanaries(client: Client): Promise<void> {
  const add = (text: string) => client.ask<{ id: number }>('POST', '/api/segments', { text, purpose: 'customer_service' });
  const { id } = await add('has email = reachable');
  await add('did "Boarded" = boarded');
  const until = async (there: () => Promise<boolean>) => {
    for (let tries = 0; !(await there()); tries += 1) {
      assert.ok(tries < 600, 'segments were not followed in time');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  type List = { segments: { state: string; members: number }[] };
  const list = () => client.ask<List>('GET', '/api/segments');
  await until(async () => (await list()).segments.every(({ state }) => state === 'live'));
  const writeKey = await client.addSource('gate');
  const boarded = canaries.map(({ userId, email }) => [
    { type: 'identify', userId, traits: { email } },
    { type: 'track', userId, event: 'Boarded' },
  ]);
  assert.equal((await client.track(writeKey, boarded.flat())).status, 200);
  await until(async () => (await list()).segments[1]!.members >= canaries.length);
  await client.ask('POST', `/api/segments/${id}/snapshots`, { name: 'before' });
}

type Case = { place: Place; folders: readonly string[]; open(): Promise<Store> };

async function eraseAndSearch(name: string, { place, folders, open }: Case): Promise<void> {
  const env = { HOLDFAST_PASSPHRASE_FILE: place.passphraseFile };
  const run = (...args: string[]) => cli(['--data', place.folder, ...args], env);
  const loaded = await run('sample', 'load', '--people', String(people));
  assert.equal(loaded.code, 0, loaded.err);
  let node = await startNode(place);
  await sendCanaries(node.client);
  const ids: string[] = [];
  const records: number[] = [];
  for (const { email } of canaries) {
    const id = (await idOf(node.client, email))!;
    ids.push(id);
    const view = await node.client.ask<{ records: { recordId: number }[] }>('GET', `/api/profiles/${id}`);
    records.push(...view.records.map(({ recordId }) => recordId));
  }
  await followCanaries(node.client);
  await node.stop();
  const keys = await wrappedKeys(open, records);
  assert.deepEqual(
    (await segmentRows(open, records)).map((rows) => rows > 0),
    [true, true],
    'memberships and changes are kept',
  );
  assert.ok(keys.length >= records.length, 'keys of records, and of what the log says of them');
  const copy = `${place.folder}-copy`;
  cpSync(place.folder, copy, { recursive: true });
  after(() => rmSync(copy, { recursive: true, force: true }));

  const needles = new Needles();
  for (const canary of canaries) for (const text of Object.values(canary)) addCanary(needles, text);
  // Beyond the version and epochs of an envelope, which all have.
  for (const key of keys)
    for (const at of [0, 16, 40]) needles.add(key.subarray(key.length - 24 - at, key.length - at), 'a wrapped key');
  const found = () => folders.map((folder) => searchFolder(folder, needles));
  const keysFound = () =>
    found().flatMap(({ hits }) => [...hits.values()].filter(({ needle }) => needle.what === 'a wrapped key'));
  assert.ok(keysFound().length >= keys.length, 'the search finds them while they are there');

  node = await startNode(place);
  const receipts: string[] = [];
  const erase = async (id: string) => {
    const erased = await node.client.ask<Erased>('POST', `/api/subjects/${id}/erase`, { reason: 'request' });
    assert.equal(erased.state, 'done');
    assert.deepEqual(erased.leftovers, []);
    receipts.push(erased.erasure);
  };
  // By itself, and many at once, which share the emptying of the log.
  await erase(ids[0]!);
  await Promise.all(ids.slice(1).map(erase));
  for (const { email, userId } of canaries) {
    assert.equal(await idOf(node.client, email), undefined);
    assert.equal(await idOf(node.client, userId), undefined);
  }
  const isSqlite = folders.length === 1;
  const check = (when: string) => {
    for (const one of found()) {
      const { leaks } = judge(needles, one, { hits: new Map(), bytes: 0, files: 0 });
      assert.deepEqual(
        leaks.map(({ needle, file, count }) => `${needle.what}: ${count} in ${file}`),
        [],
        when,
      );
    }
  };
  check('while it runs');
  const receipt = await node.client.ask<Erased>('GET', `/api/erasures/${receipts[0]}/receipt`);
  const { publicKey } = await node.client.ask<{ publicKey: string }>('GET', '/api/audit/head');
  assert.deepEqual(receipt.leftovers, [], 'signed');
  await node.stop();
  check('after it closed');
  assert.deepEqual(await segmentRows(open, records), [0, 0]);
  const verified = await run('audit', 'verify', '--json');
  assert.equal(verified.code, 0, verified.err);

  // A folder that has never seen the node.
  const elsewhere = `${place.folder}-elsewhere`;
  mkdirSync(elsewhere);
  after(() => rmSync(elsewhere, { recursive: true, force: true }));
  const file = join(elsewhere, 'receipt.json');
  writeFileSync(file, JSON.stringify(receipt));
  const verify = (path: string, key: string) => cli(['--data', elsewhere, 'erasure', 'verify', path, '--key', key], {});
  assert.equal((await verify(file, publicKey)).code, 0);
  assert.equal((await verify(file, publicKey.replace(/^../, publicKey.startsWith('00') ? '01' : '00'))).code, 1);
  writeFileSync(file, readFileSync(file, 'utf8').replace('"records":', '"records":1'));
  assert.equal((await verify(file, publicKey)).code, 1);

  if (isSqlite) await restoreOldCopy(place, copy);
  summary(name, { erased: ids.length, records: records.length, 'wrapped keys searched': keys.length, 'found after': 0 });
}

/** The database of before, beside the list of erasures of now. */
async function restoreOldCopy(place: Place, copy: string): Promise<void> {
  for (const file of ['holdfast.db', 'holdfast.db-wal', 'holdfast.db-shm']) {
    rmSync(join(place.folder, file), { force: true });
    cpSync(join(copy, file), join(place.folder, file), { force: true, errorOnExist: false, recursive: true, filter: existing });
  }
  const node = await startNode(place);
  for (const { email, userId } of canaries) {
    assert.equal(await idOf(node.client, email), undefined, 'restored');
    assert.equal(await idOf(node.client, userId), undefined, 'restored');
  }
  const { erasures } = await node.client.ask<{ erasures: { state: string; cameBack?: number }[] }>('GET', '/api/erasures');
  assert.equal(erasures.length, canaries.length);
  assert.ok(erasures.every(({ state, cameBack }) => state === 'done' && cameBack === 1));
  // Who comes back is a new customer.
  const writeKey = await node.client.addSource('after');
  await node.client.track(writeKey, [{ type: 'identify', userId: 'somebody new', traits: { email: canaries[0]!.email } }]);
  assert.ok(await idOf(node.client, canaries[0]!.email));
  await node.stop();
  const again = await startNode(place);
  assert.ok(await idOf(again.client, canaries[0]!.email), 'a later start leaves them alone');
  await again.stop();
}

function existing(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}

/** A database of a role that may just what the guide says, on a server that has worked with its default settings before. */
async function grantedDatabase(server: TestPostgres): Promise<string> {
  const url = (await server.createDatabase()).replace('holdfast@', 'node@');
  await runOn(server.url, [
    'CREATE ROLE node LOGIN',
    `ALTER DATABASE ${new URL(url).pathname.slice(1)} OWNER TO node`,
    'GRANT pg_checkpoint TO node',
    'ALTER SYSTEM SET wal_recycle = off',
    'SELECT pg_reload_conf()',
  ]);
  await runOn(url.replace('node@', 'holdfast@'), [
    'GRANT EXECUTE ON FUNCTION pg_switch_wal() TO node',
    'GRANT EXECUTE ON FUNCTION pg_ls_waldir() TO node',
  ]);
  return url;
}

test('SQLite: erased customers are on no page of any file, and an old copy does not bring them back', async () => {
  const place = await makePlace(sampleConfiguration);
  after(() => place.remove());
  const open = () => openSqliteStore({ file: join(place.folder, 'holdfast.db'), clock: systemPorts.clock });
  await eraseAndSearch('erasure sqlite', { place, folders: [place.folder], open });
});

test("PostgreSQL, set up as the operator's guide says: the same for every file of the server, its write-ahead log with them", async () => {
  const server = await startTestPostgres();
  after(() => server.stop());
  const url = await grantedDatabase(server);
  const place = await makePlace({ ...sampleConfiguration, store: url });
  after(() => place.remove());
  await eraseAndSearch('erasure postgres', {
    place,
    folders: [place.folder, server.dataFolder],
    open: () => openPostgresStore({ url, clock: systemPorts.clock }),
  });
});
