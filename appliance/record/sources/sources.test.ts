import assert from 'node:assert/strict';
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { createHttp } from '../../core/http/http.ts';
import { mountTestAccess } from '../../core/http/testing.ts';
import { systemPorts } from '../../core/ports.ts';
import { openSqliteStore } from '../../core/store/sqlite/sqlite.ts';
import type { Store } from '../../core/store/store.ts';
import { openTestStore } from '../../core/store/testing.ts';
import { directoryLimits } from './directory.ts';
import { sourceRoutes } from './routes.ts';
import { createSources, makeWriteKey, type Sources, type SourcesParts, sourceLimits, sourceMigrations } from './sources.ts';

const secret = randomBytes(32);

// The vault's place, with the same promise: a value opens only where it was sealed.
const vault: Pick<SourcesParts, 'sealText' | 'openText' | 'hashKey'> = {
  sealText(table, column, row, text) {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', secret, nonce).setAAD(Buffer.from(`${table}/${column}/${row}`));
    return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  },
  openText(table, column, row, sealed) {
    const bytes = Buffer.from(sealed);
    const opener = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, 12)).setAAD(
      Buffer.from(`${table}/${column}/${row}`),
    );
    opener.setAuthTag(bytes.subarray(-16));
    return Buffer.concat([opener.update(bytes.subarray(12, -16)), opener.final()]).toString('utf8');
  },
  hashKey: (writeKey) => createHmac('sha256', secret).update(writeKey).digest(),
};

function clockAt(startMs: number) {
  let nowMs = startMs;
  return { nowMs: () => nowMs, pass: (ms: number) => (nowMs += ms) };
}

async function open(
  t: TestContext,
): Promise<{ store: Store; sources: Sources; clock: ReturnType<typeof clockAt>; again(): Sources }> {
  const store = await openTestStore({ migrations: sourceMigrations });
  t.after(() => store.close());
  const clock = clockAt(1_767_323_045_678);
  const again = () => createSources({ store, ports: { ...systemPorts, clock }, ...vault });
  return { store, sources: again(), clock, again };
}

test('a source is added, found by its key, and known to a process that starts later', async (t) => {
  const { sources, again } = await open(t);
  assert.equal(await sources.sourceByKey('nobody'), undefined);
  const shop = await sources.add({ name: ' 店铺网站 ', kind: 'website' });
  const till = await sources.add({ name: 'Till', kind: 'server' });
  assert.equal(shop.source.name, '店铺网站');
  assert.notEqual(shop.source.id, till.source.id);
  assert.equal(await sources.sourceByKey(shop.writeKey), shop.source.id);
  assert.equal(await again().sourceByKey(till.writeKey), till.source.id);
  assert.deepEqual(await again().list(), [shop.source, till.source]);
});

test('a key has 25 characters, c first, as Jitsu wants it, and never comes twice', () => {
  const keys = new Set(Array.from({ length: 1000 }, () => makeWriteKey(systemPorts.random)));
  assert.equal(keys.size, 1000);
  for (const key of keys) assert.match(key, /^c[a-z2-7]{24}$/);
});

test('a rotated key replaces the old one, at once or after a while', async (t) => {
  const { sources, clock, again } = await open(t);
  const { source, writeKey: first } = await sources.add({ name: 'Shop', kind: 'website' });
  const { writeKey: second } = await sources.rotate(source.id);
  assert.equal(await sources.sourceByKey(first), undefined);
  assert.equal(await sources.sourceByKey(second), source.id);
  const { writeKey: third, source: rotated } = await sources.rotate(source.id, 60_000);
  assert.equal(rotated.previousKeyUntilMs, clock.nowMs() + 60_000);
  for (const holder of [sources, again()]) {
    assert.equal(await holder.sourceByKey(second), source.id);
    assert.equal(await holder.sourceByKey(third), source.id);
  }
  clock.pass(60_000);
  assert.equal(await sources.sourceByKey(second), undefined);
  assert.equal(await sources.sourceByKey(third), source.id);
  const { source: longest } = await sources.rotate(source.id, 1e15);
  assert.equal(longest.previousKeyUntilMs, clock.nowMs() + sourceLimits.keepPreviousMs);
  await assert.rejects(sources.rotate(99), { code: 'not_found' });
});

test('a disabled source is refused until it is enabled again', async (t) => {
  const { sources, again } = await open(t);
  const { source, writeKey } = await sources.add({ name: 'Shop', kind: 'website' });
  assert.ok((await sources.setEnabled(source.id, false)).disabledAtMs);
  assert.equal(await sources.sourceByKey(writeKey), undefined);
  assert.equal(await again().sourceByKey(writeKey), undefined);
  assert.deepEqual(await sources.setEnabled(source.id, true), source);
  assert.deepEqual(await sources.setEnabled(source.id, true), source);
  assert.equal(await sources.sourceByKey(writeKey), source.id);
  await assert.rejects(sources.setEnabled(99, false), { code: 'not_found' });
});

test('what another process changes is seen', async (t) => {
  const { sources, again, clock } = await open(t);
  const { source, writeKey } = await sources.add({ name: 'Shop', kind: 'website' });
  const other = again();
  assert.equal(await other.sourceByKey(writeKey), source.id);
  const { writeKey: rotated } = await sources.rotate(source.id);
  clock.pass(directoryLimits.reloadUnknownMs);
  assert.equal(await other.sourceByKey(rotated), source.id);
  await sources.setEnabled(source.id, false);
  clock.pass(directoryLimits.reloadMs);
  assert.equal(await other.sourceByKey(rotated), undefined);
});

test('names are checked, and none is given twice, also at the same moment', async (t) => {
  const { sources } = await open(t);
  for (const name of ['', '  ', 'x'.repeat(129), 'a\0b', 'a\nb', '\ud800']) {
    await assert.rejects(sources.add({ name, kind: 'website' }), { code: 'bad_request', where: 'name' });
  }
  await assert.rejects(sources.add({ name: 'A', kind: 'fax' as 'app' }), { code: 'bad_request', where: 'kind' });
  const both = await Promise.allSettled([
    sources.add({ name: 'Shop', kind: 'website' }),
    sources.add({ name: 'Shop ', kind: 'app' }),
  ]);
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  assert.equal((await sources.list()).length, 1);
});

test('neither a name nor a key is on the disk', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-sources-'));
  const store = await openSqliteStore({ file: join(folder, 'holdfast.db') });
  await store.migrate(sourceMigrations);
  const sources = createSources({ store, ports: systemPorts, ...vault });
  const { source, writeKey } = await sources.add({ name: 'Rosebud-Shop', kind: 'website' });
  const { writeKey: second } = await sources.rotate(source.id, 60_000);
  const look = () => {
    const files = readdirSync(folder).map((file) => readFileSync(join(folder, file)));
    assert.ok(
      files.some((bytes) => bytes.includes('website')),
      'looked in the wrong place',
    );
    for (const word of ['Rosebud', writeKey, second, writeKey.slice(1)]) {
      for (const bytes of files) assert.equal(bytes.includes(word), false, word);
    }
  };
  look();
  await store.close();
  look();
  rmSync(folder, { recursive: true });
});

function serve(sources: Sources): FastifyInstance {
  const http = createHttp({ ports: systemPorts, version: 'test', isSealed: () => false, loopDelayMs: () => 0 });
  mountTestAccess(http);
  http.register(sourceRoutes({ sources: () => sources }));
  return http;
}

test('over HTTP, the key is shown once and everything needs the token', async (t) => {
  const { sources } = await open(t);
  const http = serve(sources);
  t.after(() => http.close());
  const headers = { authorization: 'Bearer t' };
  const call = (method: 'GET' | 'POST', url: string, payload?: object) =>
    http.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });

  const made = await call('POST', '/api/sources', { name: 'Shop', kind: 'website' });
  assert.equal(made.statusCode, 201);
  const { source, writeKey } = made.json();
  assert.equal(await sources.sourceByKey(writeKey), source.id);
  const listed = await call('GET', '/api/sources');
  assert.deepEqual(listed.json(), { sources: [source] });
  assert.equal(listed.body.includes(writeKey), false);

  assert.equal((await call('POST', '/api/sources', { name: 'Shop', kind: 'app' })).statusCode, 409);
  for (const body of [
    {},
    { name: 'A' },
    { name: 'A', kind: 'fax' },
    { name: 'A', kind: 'app', more: 1 },
    { name: { a: 1 }, kind: 'app' },
  ]) {
    assert.equal((await call('POST', '/api/sources', body)).statusCode, 400, JSON.stringify(body));
  }
  const rotated = await call('POST', `/api/sources/${source.id}/rotate`, { keepPreviousHours: 1 });
  assert.equal(rotated.statusCode, 200);
  assert.equal(await sources.sourceByKey(writeKey), source.id);
  assert.equal((await call('POST', `/api/sources/${source.id}/rotate`)).statusCode, 200);
  assert.equal(await sources.sourceByKey(writeKey), undefined);
  assert.equal((await call('POST', `/api/sources/${source.id}/rotate`, { keepPreviousHours: 1e9 })).statusCode, 400);
  assert.ok((await call('POST', `/api/sources/${source.id}/disable`)).json().disabledAtMs);
  assert.equal((await call('POST', `/api/sources/${source.id}/enable`)).json().disabledAtMs, undefined);
  for (const id of ['99', '0', 'x', '1e99']) {
    const { statusCode } = await call('POST', `/api/sources/${id}/disable`);
    assert.ok(statusCode === 404 || statusCode === 400, id);
  }
  for (const [method, url] of [
    ['GET', '/api/sources'],
    ['POST', '/api/sources'],
    ['POST', '/api/sources/1/rotate'],
    ['POST', '/api/sources/1/disable'],
  ] as const) {
    assert.equal((await http.inject({ method, url })).statusCode, 401);
  }
});
