// The whole node over PostgreSQL: named in the configuration, it takes events, shows people, merges and splits, rotates its keys,
// survives its own kill and the server's, keeps a second node out, and leaves nothing of a customer in the server's files.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestPostgres, type TestPostgres } from '../core/store/postgres/test-server.ts';
import type { ProfileView } from '../record/profiles/profiles.ts';
import { cli, makePlace, type NodeProcess, type Place, startNode } from '../simulation/testing/process.ts';
import { findProfiles, wholeTimeline } from './testing.ts';

let server: TestPostgres;
let place: Place;
let node: NodeProcess;
let shop = '';
before(async () => {
  server = await startTestPostgres();
  place = await makePlace({ store: await server.createDatabase() });
  node = await startNode(place);
  shop = await node.client.addSource('shop');
});
after(async () => {
  await node?.stop();
  place?.remove();
  await server?.stop();
});

const customers = 40;
const ordersEach = 5;
const phoneOf = (at: number) => `1390731${String(2000 + at)}`;
const batch = (at: number) => [
  { type: 'identify', userId: `u${at}`, messageId: `i-${at}`, traits: { name: `顾客${at}`, phone: phoneOf(at) } },
  ...Array.from({ length: ordersEach }, (_, order) => ({
    type: 'track',
    userId: `u${at}`,
    messageId: `o-${at}-${order}`,
    event: 'Order Completed',
    properties: { order_id: `O${at}-${order}`, total: 10 },
  })),
];

async function send(at: number): Promise<void> {
  const reply = await node.client.track(shop, batch(at));
  assert.equal(reply.status, 200, JSON.stringify(reply.body));
}
async function one(identifier: string): Promise<ProfileView> {
  const profiles = await findProfiles(node.client, { identifier });
  assert.equal(profiles.length, 1, identifier);
  return profiles[0]!;
}
/** Everybody with every event, as the API shows it. */
async function everything(): Promise<unknown[]> {
  const all: unknown[] = [];
  for (let at = 0; at < customers; at += 1) {
    const profile = await one(phoneOf(at));
    all.push(profile, await wholeTimeline(node.client, profile.id));
  }
  return all;
}

test('takes events, each once, and shows what it acknowledged', async () => {
  await Promise.all(Array.from({ length: customers }, (_, at) => send(at)));
  await Promise.all(Array.from({ length: customers }, (_, at) => send(at)));
  for (let at = 0; at < customers; at += 1) {
    const profile = await one(phoneOf(at));
    assert.deepEqual([profile.traits.name?.value, profile.orders.length], [`顾客${at}`, ordersEach]);
    const timeline = await wholeTimeline(node.client, profile.id, 2);
    assert.deepEqual(new Set(timeline.map(({ messageId }) => messageId)), new Set(batch(at).map(({ messageId }) => messageId)));
    assert.equal(timeline.length, ordersEach + 1);
  }
});

test('merge and unmerge give back exactly the two that were', async () => {
  const [left, right] = [await one(phoneOf(0)), await one(phoneOf(1))];
  const merged = await node.client.ask<{ profiles: string[] }>('POST', '/api/identity/merge', { left: left.id, right: right.id });
  assert.equal(merged.profiles.length, 1);
  assert.equal((await one(phoneOf(0))).orders.length, ordersEach * 2);
  await node.client.ask('POST', '/api/identity/unmerge', { person: merged.profiles[0] });
  assert.deepEqual([await one(phoneOf(0)), await one(phoneOf(1))], [left, right]);
});

test('a restart and a kill leave everything as it was', async () => {
  const before = await everything();
  assert.equal(await node.stop(), 0);
  node = await startNode(place);
  assert.deepEqual(await everything(), before);
  await send(0);
  await node.kill();
  node = await startNode(place);
  assert.deepEqual(await everything(), before);
});

test('both key rotations leave everything as it was, also when a kill cuts one short', async () => {
  const before = await everything();
  for (const kind of ['wrapping', 'data']) {
    await node.client.ask('POST', '/api/keys/rotate', { kind });
    await settled();
    assert.deepEqual(await everything(), before, kind);
  }
  await node.client.ask('POST', '/api/keys/rotate', { kind: 'data' });
  await node.kill();
  node = await startNode(place);
  await settled();
  assert.deepEqual(await everything(), before);
});

/** Waits until no rotation runs, and says how the latest ended. */
async function settled(): Promise<void> {
  for (;;) {
    const { state } = await node.client.ask<{ state: string }>('GET', '/api/keys/rotation');
    if (state === 'running') await sleep(50);
    else return assert.notEqual(state, 'failed');
  }
}

test('the server dies and comes back: nothing acknowledged is lost, and the node goes on by itself', async () => {
  const before = await everything();
  await server.kill();
  const refused = await node.client.track(shop, batch(customers));
  assert.ok([429, 503].includes(refused.status), String(refused.status));
  await server.restart();
  let status = 0;
  for (let tries = 0; tries < 600 && status !== 200; tries += 1) {
    if (tries > 0) await sleep(100);
    status = (await node.client.track(shop, batch(customers))).status;
  }
  assert.equal(status, 200);
  assert.equal((await one(phoneOf(customers))).orders.length, ordersEach);
  assert.deepEqual(await everything(), before);
});

test('a second node on the same database is refused, and doctor is content but for backups, which are unset, and what the default settings keep of erased keys', async () => {
  const other = await makePlace({
    store: (JSON.parse(readFileSync(join(place.folder, 'holdfast.json'), 'utf8')) as { store: string }).store,
  });
  const env = { HOLDFAST_PASSPHRASE_FILE: other.passphraseFile };
  const second = await cli(['serve', '--port', '0', '--json', '--data', other.folder], env);
  assert.equal(second.code, 1);
  assert.match(second.err, /store_in_use/);
  other.remove();
  const doctor = await cli(['doctor', '--json', '--data', place.folder]);
  assert.equal(doctor.code, 1, doctor.out + doctor.err);
  const { findings } = JSON.parse(doctor.out) as { findings: { severity: string; check: string; next?: { en: string } }[] };
  const told = findings.filter(({ severity }) => severity !== 'ok');
  assert.deepEqual(
    told.map(({ severity, check }) => [severity, check]),
    [
      ['warning', 'erasure-wal-recycle'],
      ['warning', 'backup'],
    ],
  );
  assert.match(told[0]!.next!.en, /ALTER SYSTEM SET wal_recycle = off/);
});

test("nothing of a customer lies in the server's files", async () => {
  const needles = ['顾客7', phoneOf(7), 'Order Completed', 'O7-3', 'order_id'].map((text) => Buffer.from(text, 'utf8'));
  let files = 0;
  for (const entry of readdirSync(server.dataFolder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    files += 1;
    const bytes = readFileSync(join(entry.parentPath, entry.name));
    for (const needle of needles) assert.equal(bytes.indexOf(needle), -1, `${needle} in ${entry.name}`);
  }
  assert.ok(files > 100);
});
