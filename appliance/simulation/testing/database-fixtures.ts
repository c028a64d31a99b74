// Databases of released versions, kept as files: made by the program of that version from a seed, with what it said of its customers, consents and log.
// Later versions are held to the same words after they have upgraded it.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { Client } from './process.ts';

export const fixturesFolder = join(import.meta.dirname, '..', 'fixtures', 'databases');
/** Which versions there have to be, and the SHA-256 of each file: a fixture is made once and never again. */
export const fixturesLock = join(fixturesFolder, 'versions.lock.json');

export type FixtureLock = { [version: string]: { sha256: string; migrations: number; madeOf: string } };
export type DatabaseFixture = {
  passphrase: string;
  seed: number;
  writeKey: string;
  /** By name in the data folder, in base64. */
  files: { [name: string]: string };
  said: Picture;
};

/** What a node says of what it holds; parts that a version did not have yet are absent. */
export type Picture = {
  customers: { [userId: string]: CustomerPicture };
  audit?: { size: number; root: string };
};
export type CustomerPicture = { id: string; traits: { [name: string]: unknown }; events: string[]; consents?: string[] };

export const fixtureCustomers = 40;
export const userOf = (at: number): string => `customer-${at}`;

/** What the seed makes: who they are, what they bought, what they agreed to. A few are the same person under two ids. */
export function fixtureEvents(seed: number): object[] {
  let state = seed;
  const next = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const events: object[] = [];
  const startMs = Date.UTC(2026, 5, 1);
  for (let at = 0; at < fixtureCustomers; at += 1) {
    const userId = userOf(at);
    // Every eighth has the telephone of the one before.
    const phone = `+8613900${String(100_000 + (at % 8 === 7 ? at - 1 : at)).padStart(6, '0')}`;
    const timestamp = new Date(startMs + at * 60_000).toISOString();
    events.push({
      type: 'identify',
      userId,
      messageId: `i-${at}`,
      timestamp,
      traits: { name: `王${at}`, email: `${userId}@example.com`, phone },
    });
    for (let order = 0; order < 1 + next(4); order += 1)
      events.push({
        type: 'track',
        userId,
        messageId: `o-${at}-${order}`,
        event: 'Order Completed',
        timestamp: new Date(startMs + at * 60_000 + order * 3_600_000).toISOString(),
        properties: { order_id: `${at}-${order}`, total: 10 + next(500), currency: 'CNY' },
      });
    if (at % 3 === 0)
      events.push({
        type: 'track',
        userId,
        messageId: `u-${at}`,
        event: 'Unsubscribed',
        timestamp,
        properties: { purpose: 'marketing' },
      });
  }
  return events;
}

type Profile = { id: string; traits: { [name: string]: { value: unknown } } };
type Page = { events: { name?: string; event?: string; atMs?: number }[]; next?: string };
type Ledger = { facts?: { purpose?: string; kind?: string; what?: string }[] };

/** Asked over the API, as every version has it. */
export async function pictureOf(client: Client): Promise<Picture> {
  // Before anything is looked at: each look is an entry more.
  const head = await client.send('GET', '/api/audit/head');
  const customers: Picture['customers'] = {};
  for (let at = 0; at < fixtureCustomers; at += 1) {
    const { profiles } = await client.ask<{ profiles: Profile[] }>('POST', '/api/profiles/search', { identifier: userOf(at) });
    const [profile] = profiles;
    assert.ok(profile, userOf(at));
    const traits = Object.fromEntries(Object.entries(profile.traits).map(([name, { value }]) => [name, value]));
    customers[userOf(at)] = {
      id: profile.id,
      traits,
      events: await eventsOf(client, profile.id),
      ...(await consentsOf(client, profile.id)),
    };
  }
  const { size, root } = (head.body ?? {}) as { size?: number; root?: string };
  return { customers, ...(head.status === 200 && { audit: { size: size!, root: root! } }) };
}

async function eventsOf(client: Client, id: string): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const page = await client.ask<Page>('GET', `/api/profiles/${id}/timeline${query}`);
    for (const event of page.events) found.push(JSON.stringify(essenceOf(event)));
    cursor = page.next;
  } while (cursor !== undefined);
  return found.sort();
}

function essenceOf(event: object): unknown {
  const { messageId, name, event: called, properties, traits } = event as { [name: string]: unknown };
  return { messageId, name: name ?? called, properties, traits };
}

async function consentsOf(client: Client, id: string): Promise<{ consents?: string[] }> {
  const reply = await client.send('GET', `/api/profiles/${id}/consents`);
  if (reply.status !== 200) return {};
  const { facts = [] } = reply.body as Ledger;
  return { consents: facts.map((fact) => JSON.stringify(fact)).sort() };
}

export const fixturePath = (version: string): string => join(fixturesFolder, `${version}.br`);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

export const readFixtureLock = (): FixtureLock => JSON.parse(readFileSync(fixturesLock, 'utf8')) as FixtureLock;

/** @throws when it is not the file that was locked */
export function readFixture(version: string): DatabaseFixture {
  const bytes = readFileSync(fixturePath(version));
  assert.equal(sha256(bytes), readFixtureLock()[version]?.sha256, `the fixture ${version} is not the one that was locked`);
  return JSON.parse(brotliDecompressSync(bytes).toString('utf8')) as DatabaseFixture;
}

export function writeFixture(version: string, fixture: DatabaseFixture): { sha256: string; sizeBytes: number } {
  const packed = brotliCompressSync(JSON.stringify(fixture), { params: { [constants.BROTLI_PARAM_LGWIN]: 24 } });
  mkdirSync(fixturesFolder, { recursive: true });
  writeFileSync(fixturePath(version), packed);
  return { sha256: sha256(packed), sizeBytes: packed.length };
}

/** Lays the data folder out, with the passphrase beside it. */
export function layOutFixture({ files, passphrase }: DatabaseFixture, home: string): { folder: string; passphraseFile: string } {
  const [folder, passphraseFile] = [join(home, 'data'), join(home, 'passphrase')];
  mkdirSync(folder, { mode: 0o700 });
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(folder, name), Buffer.from(text, 'base64'), { mode: 0o600 });
  writeFileSync(passphraseFile, passphrase, { mode: 0o600 });
  return { folder, passphraseFile };
}
