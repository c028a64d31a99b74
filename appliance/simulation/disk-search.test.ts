// Nothing of a customer in the clear on disk: the sample organisation and a hand-made customer go into a node, then every file of its data
// folder (and of PostgreSQL's) is searched for every text and number that went in. What is left out of the search, and how chance is
// told from a leak, stands in testing/needles.ts.

import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestPostgres } from '../core/store/postgres/test-server.ts';
import { sampleEvents } from '../sample/sample.ts';
import { sampleConfiguration, sampleOptions } from '../sample-loading.ts';
import { addCanary, addValue, allowedByChance, judge } from './testing/needles.ts';
import { type Client, cli, makePlace, type NodeProcess, type Place, startNode } from './testing/process.ts';
import { rounds, summary } from './testing/rounds.ts';
import { Needles, type Searched, searchFolder } from './testing/search.ts';

const people = rounds(150, 2000);
const peopleInPostgres = rounds(40, 2000);
/** Longer than the store waits before it moves its log into the database. */
const idleMs = 2_500;

/** Made up so that no file has them by chance. */
const canary = {
  name: 'Zsófia Quibblewick',
  chineseName: '欧阳鹮鸫',
  phone: '+8613955517263',
  otherPhone: '139-5551-8264',
  email: 'Zsofia.Quibblewick@canary-mail.example',
  street: '17 Xylophone Passage',
  event: 'Canary Zeppelin Boarded',
  page: 'Canary Page Kaleidoscope',
  property: 'canary_property_flummox',
  propertyValue: 'value-of-flummox-8842617',
  nested: 'nested-wobbegong-5510',
  userId: 'canary-user-77182',
  secondUser: 'canary-user-99301',
  anonymousId: 'canary-device-5e0c7b',
  previousId: 'canary-previous-31847',
  groupId: 'canary-group-60025',
  messageId: 'canary-message-1a2b3c4d',
  trait: 'canary_trait_gnomon',
  traitValue: 'gnomon-5572913',
  purpose: 'canary-purpose-vexillology',
  referrer: 'https://canary-referrer.example/quokka',
  userAgent: 'CanaryBrowser/77.3 (Quokka OS)',
  source: 'Canary Source Palimpsest',
  mergeReason: 'canary reason: showed her library card',
  unmergeReason: 'canary reason: twins after all',
  reviewReason: 'canary reason: voice on the telephone',
  handReason: 'canary reason: wrote us a letter',
  handValue: 'Quibblewick-Smythe by hand',
  rejected: 'canary-rejected-event-40028',
  brokenTrait: 'canary_broken_trait_isthmus',
  brokenValue: 'neither-a-number-nor-a-date-33917',
  brokenEvent: 'Canary Rule Breaker Event',
  fixedValue: 'canary-mended-by-hand-60214',
  openKey: 'canary-body-behind-a-wrong-key',
};

async function sendCanary(client: Client): Promise<void> {
  const writeKey = await client.addSource(canary.source);
  const { userId, anonymousId, secondUser } = canary;
  const context = { userAgent: canary.userAgent, page: { referrer: canary.referrer } };
  const traits = {
    name: canary.name,
    phone: canary.phone,
    email: canary.email,
    address: { street: canary.street },
    [canary.trait]: canary.traitValue,
    consents: { [canary.purpose]: { status: 'given', channel: 'sms' } },
  };
  const other = { name: canary.chineseName, phone: canary.otherPhone };
  const properties = { [canary.property]: canary.propertyValue, deep: [{ er: canary.nested }], price: 48213.77 };
  const accepted = [
    { type: 'track', anonymousId, event: canary.event, properties, context, messageId: canary.messageId },
    { type: 'identify', userId, anonymousId, traits, context },
    { type: 'identify', userId: secondUser, traits: other },
    { type: 'page', userId, name: canary.page, properties },
    { type: 'group', userId, groupId: canary.groupId, traits: { [canary.trait]: canary.traitValue } },
    { type: 'alias', userId, previousId: canary.previousId },
    { type: 'track', userId, event: 'Consent Withdrawn', properties: { purpose: canary.purpose } },
  ];
  const refused = { type: 'track', event: canary.rejected, properties: { [canary.rejected]: canary.rejected } };
  const reply = await client.track(writeKey, [...accepted, refused]);
  assert.equal(reply.status, 200);
  assert.equal((reply.body as { rejected: unknown[] }).rejected.length, 1);
  assert.equal((await client.track('no such key', [{ ...refused, userId, event: canary.openKey }])).status, 401);
  await decideOnCanary(client);
  await quarantineCanary(client);
}

/** A data dictionary of the operator's, events that break it, one of them mended and replayed. */
async function quarantineCanary(client: Client): Promise<void> {
  const { sources } = await client.ask<{ sources: { id: number; name: string }[] }>('GET', '/api/sources');
  const { id } = sources.find((source) => source.name === canary.source)!;
  const schema = { type: 'object', required: [canary.brokenTrait], properties: { [canary.brokenTrait]: { type: 'integer' } } };
  await client.ask('PUT', `/api/sources/${id}/dictionary`, { version: 1, events: { [canary.brokenEvent]: { schema } } });
  const { writeKey } = await client.ask<{ writeKey: string }>('POST', `/api/sources/${id}/rotate`, {});
  const event = { type: 'track', userId: canary.userId, event: canary.brokenEvent };
  const properties = { [canary.brokenTrait]: canary.brokenValue };
  const broken = [properties, { ...properties, more: canary.nested }].map((given) => ({ ...event, properties: given }));
  const reply = await client.track(writeKey, broken);
  assert.equal((reply.body as { quarantined: unknown[] }).quarantined.length, 2);
  const held = await client.ask<{ events: { id: number; event: object }[] }>('GET', '/api/quarantine');
  const [first] = held.events;
  const mended = { ...first!.event, properties: { [canary.brokenTrait]: 7, note: canary.fixedValue } };
  await client.ask('PUT', `/api/quarantine/${first!.id}`, { event: mended });
  const { replayed } = await client.ask<{ replayed: { outcome: string }[] }>('POST', '/api/quarantine/replay', {
    ids: [first!.id],
  });
  assert.deepEqual(
    replayed.map(({ outcome }) => outcome),
    ['recorded'],
  );
}

/** By hand: a trait, a merge, an unmerge and a review, each with its reason. */
async function decideOnCanary(client: Client): Promise<void> {
  const [left, right] = await Promise.all([canary.userId, canary.secondUser].map((userId) => idOf(client, userId)));
  const traits = { traits: { surname: canary.handValue }, reason: canary.handReason };
  await client.ask('PUT', `/api/profiles/${left}/traits`, traits);
  await client.ask('POST', '/api/identity/merge', { left, right, reason: canary.mergeReason });
  await client.ask('POST', '/api/identity/unmerge', { person: await idOf(client, canary.userId), reason: canary.unmergeReason });
  await client.ask('POST', '/api/identity/match');
  const { reviews } = await client.ask<{ reviews: { reviewId: number }[] }>('GET', '/api/identity/reviews');
  if (reviews[0]) {
    const decision = { verdict: 'different', reason: canary.reviewReason };
    await client.ask('POST', `/api/identity/reviews/${reviews[0].reviewId}`, decision);
  }
}

async function idOf(client: Client, identifier: string): Promise<string> {
  const { profiles } = await client.ask<{ profiles: { id: string }[] }>('POST', '/api/profiles/search', { identifier });
  assert.equal(profiles.length, 1, identifier);
  return profiles[0]!.id;
}

/** Clocks stand in the clear by design; the kind of an event is one of six words of the protocol. */
const inTheClear = new Set(['kind', 'occurredAtMs', 'receivedAtMs']);

function needlesOf(count: number): Needles {
  const needles = new Needles();
  for (const text of Object.values(canary)) addCanary(needles, text);
  addValue(needles, 48213.77);
  for (const { event } of sampleEvents({ ...sampleOptions, people: count })) addValue(needles, event, inTheClear);
  return needles;
}

type Case = { name: string; place: Place; folders: readonly string[]; people: number };

function search({ folders }: Case, needles: Needles): Searched {
  const all: Searched = { hits: new Map(), bytes: 0, files: 0 };
  for (const folder of folders) {
    const { hits, bytes, files } = searchFolder(folder, needles);
    for (const [key, hit] of hits) all.hits.set(key, hit);
    all.bytes += bytes;
    all.files += files;
  }
  return all;
}

function assertNone(when: string, found: Searched, empty: Searched, needles: Needles): number {
  const { leaks, byChance } = judge(needles, found, empty);
  const lines = leaks
    .slice(0, 20)
    .map((leak) => `${leak.needle.what}: ${leak.count} times, first in ${leak.file} at ${leak.offset}`);
  assert.equal(leaks.length, 0, `${when}, ${leaks.length} strings of customers are in the clear:\n${lines.join('\n')}`);
  return byChance;
}

/** Where a node listens is made anew at each start; it must say that and nothing else. */
function checkAnnouncement(node: NodeProcess, place: Place): void {
  const file = join(place.folder, 'node.json');
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { url: node.url, pid: node.pid });
  rmSync(file);
}

/** What the sample was made from, in the clear: its seed reads as a day on which customers did something. */
function checkSample(place: Place): void {
  const file = join(place.folder, 'sample.json');
  const { example, ...counts } = JSON.parse(readFileSync(file, 'utf8')) as { example: string };
  assert.match(example, /^p\d+$/);
  for (const [name, count] of Object.entries(counts)) assert.equal(typeof count, 'number', name);
  rmSync(file);
}

async function searchNode(one: Case): Promise<void> {
  const { place } = one;
  const needles = needlesOf(one.people);
  let node = await startNode(place);
  checkAnnouncement(node, place);
  const empty = search(one, needles);
  await node.stop();
  for (const [key, hit] of search(one, needles).hits) empty.hits.set(key, hit);

  const env = { HOLDFAST_PASSPHRASE_FILE: place.passphraseFile };
  const loaded = await cli(['--data', place.folder, 'sample', 'load', '--people', String(one.people)], env);
  assert.equal(loaded.code, 0, loaded.err);
  checkSample(place);
  node = await startNode(place);
  checkAnnouncement(node, place);
  await sendCanary(node.client);
  let byChance = 0;
  const before = search(one, needles);
  byChance = Math.max(byChance, assertNone('while it runs', before, empty, needles));
  await sleep(idleMs);
  byChance = Math.max(byChance, assertNone('after a quiet time', search(one, needles), empty, needles));
  await node.kill();
  byChance = Math.max(byChance, assertNone('after a kill', search(one, needles), empty, needles));
  node = await startNode(place);
  checkAnnouncement(node, place);
  assert.equal((await node.client.send('GET', '/health/ready')).status, 200);
  await idOf(node.client, canary.email);
  await node.stop();
  const closed = search(one, needles);
  byChance = Math.max(byChance, assertNone('after it closed', closed, empty, needles));
  for (const { needle } of empty.hits.values()) {
    assert.ok(!Object.values(canary).some((text) => needle.what.startsWith(text)), `"${needle.what}" is no good as a canary`);
  }
  summary(one.name, {
    people: one.people,
    events: Number.parseInt(loaded.out, 10),
    'strings and forms searched': needles.size,
    files: before.files,
    'MB a search': (before.bytes / 1e6).toFixed(0),
    'words an empty node has too': empty.hits.size,
    'short strings by chance': byChance,
    'in the clear': 0,
  });

  // The same search does find one that lies there.
  appendFileSync(join(one.folders[0]!, 'holdfast.db.lock'), Buffer.from(canary.chineseName, 'utf16le'));
  const planted = judge(needles, search(one, needles), empty).leaks;
  assert.deepEqual(
    planted.map((leak) => leak.needle.what),
    [`${canary.chineseName} in UTF-16`],
  );
}

test('SQLite: nothing of a customer in the clear', async () => {
  const place = await makePlace(sampleConfiguration);
  after(() => place.remove());
  await searchNode({ name: 'disk-search sqlite', place, folders: [place.folder], people });
});

test('PostgreSQL: nothing of a customer in the clear, in any file of the server', async () => {
  const server = await startTestPostgres();
  after(() => server.stop());
  const place = await makePlace({ ...sampleConfiguration, store: await server.createDatabase() });
  after(() => place.remove());
  const folders = [place.folder, server.dataFolder];
  await searchNode({ name: 'disk-search postgres', place, folders, people: peopleInPostgres });
});

test('a place that was copied with all around it counts once, others each', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-search-'));
  after(() => rmSync(folder, { recursive: true }));
  const needles = new Needles();
  needles.add(Buffer.from('Owls!'), 'a short string');
  const page = (seed: number) => Buffer.concat([Buffer.alloc(40, seed), Buffer.from('Owls!'), Buffer.alloc(40, seed + 1)]);
  const counted = (...pages: Buffer[]) => {
    writeFileSync(join(folder, 'holdfast.db'), Buffer.concat(pages.slice(0, 1)));
    writeFileSync(join(folder, 'holdfast.db-wal'), Buffer.concat(pages.slice(1)));
    const [hit] = searchFolder(folder, needles).hits.values();
    return hit!.count;
  };
  assert.equal(counted(page(1), page(1), page(1)), 1);
  assert.equal(counted(page(1), page(3), page(1), page(5)), 3);
  const nothing: Searched = { hits: new Map(), bytes: 0, files: 0 };
  const leaks = () => judge(needles, searchFolder(folder, needles), nothing).leaks.length;
  assert.equal(leaks(), 1, 'three places of one string are no chance in a few hundred bytes');
});

test('the search finds what is there, across the edges of its chunks, and chance is counted right', () => {
  const needles = new Needles();
  addCanary(needles, canary.email);
  addCanary(needles, canary.phone);
  const found = (bytes: Buffer) => {
    const what: string[] = [];
    needles.scan(bytes, bytes.length, (needle) => what.push(needle.what));
    return what;
  };
  for (const at of [0, 1, 2, 3, 4095, 4096]) {
    assert.ok(found(Buffer.concat([Buffer.alloc(at, 7), Buffer.from(canary.email)])).includes(canary.email));
    const packed = Buffer.concat([Buffer.alloc(at), Buffer.from(`xx${canary.phone.slice(3)}yy`)]);
    assert.ok(found(packed).length > 0);
    assert.ok(found(Buffer.from(Buffer.concat([Buffer.alloc(at, 65), Buffer.from(canary.email)]).toString('base64'))).length > 0);
  }
  assert.deepEqual(found(Buffer.from(canary.email.slice(0, 20))), []);
  const integer = Buffer.alloc(8);
  integer.writeBigInt64BE(13955517263n);
  assert.ok(found(integer).length > 0);
  assert.equal(allowedByChance(1e-9, 1), 0);
  assert.equal(allowedByChance(1e-4, 1), 1);
  assert.ok(allowedByChance(10, 1) > 20 && allowedByChance(10, 1) < 40);
});
