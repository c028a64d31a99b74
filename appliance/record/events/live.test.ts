import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { createHttp } from '../../core/http/http.ts';
import { mountTestAccess } from '../../core/http/testing.ts';
import type { Event, Outcome } from '../../core/model/event.ts';
import { systemPorts } from '../../core/ports.ts';
import { createLiveFeed, type LiveFeed, type LiveItem, liveLimits, liveRoutes } from './live.ts';
import { eventRoutes } from './routes.ts';

const item: LiveItem = { source: 1, kind: 'track', messageId: 'm', userId: 'u', receivedAtMs: 5, outcome: 'recorded' };

async function open(
  feed: LiveFeed,
  limits: { waitingBytes: number; heartbeatMs: number } = { ...liveLimits, heartbeatMs: 20 },
): Promise<{ http: FastifyInstance; url: string }> {
  const http = createHttp({ ports: systemPorts, version: 'test', isSealed: () => false, loopDelayMs: () => 0 });
  mountTestAccess(http);
  http.register(liveRoutes({ feed, limits }));
  const recordBatch = async (_source: number, events: readonly Event[]): Promise<Outcome[]> =>
    events.map(({ messageId }) => ({ messageId, outcome: 'recorded' }));
  http.register(eventRoutes({ recordBatch, sourceByKey: async () => 1, ports: systemPorts, live: feed }));
  return { http, url: await http.listen({ host: '127.0.0.1', port: 0 }) };
}

type Watcher = { text(): string; has(part: string): Promise<void>; ended: Promise<void>; status: number; close(): void };

function watch(url: string, headers: Record<string, string> = {}): Promise<Watcher> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { headers: { authorization: 'Bearer t', ...headers } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk) => {
        text += chunk;
      });
      const ended = new Promise<void>((done) => answer.once('close', () => done()));
      const has = async (part: string) => {
        while (!text.includes(part)) await new Promise((wait) => setTimeout(wait, 5));
      };
      resolve({ text: () => text, has, ended, status: answer.statusCode ?? 0, close: () => outgoing.destroy() });
    });
    outgoing.once('error', reject);
    outgoing.end();
  });
}

const arrivals = (text: string): LiveItem[] =>
  [...text.matchAll(/event: arrival\ndata: (.*)\n\n/g)].map(([, json]) => JSON.parse(json ?? ''));

test('what arrives is told to those who watch, with what became of it', async () => {
  const feed = createLiveFeed();
  const { http, url } = await open(feed);
  const watcher = await watch(`${url}/api/live`);
  await watcher.has(': watching');
  const batch = [
    { type: 'track', userId: '王小明', event: 'E\n\nevent: forged', messageId: 'm-1' },
    { type: 'track', messageId: 'm-2' },
  ];
  await fetch(`${url}/v1/batch`, { method: 'POST', headers: { 'x-write-key': 'k' }, body: JSON.stringify({ batch }) });
  await watcher.has('m-2');
  const [first, second] = arrivals(watcher.text());
  assert.deepEqual(
    { ...first, receivedAtMs: 0 },
    {
      source: 1,
      kind: 'track',
      messageId: 'm-1',
      userId: '王小明',
      name: 'E\n\nevent: forged',
      receivedAtMs: 0,
      outcome: 'recorded',
    },
  );
  assert.equal(second?.outcome, 'rejected');
  assert.match(second?.reason ?? '', /missing/);
  await watcher.has('\n:\n\n');
  watcher.close();
  await http.close();
});

test('a filter keeps the rest out', async () => {
  const feed = createLiveFeed();
  const { http, url } = await open(feed);
  const bySource = await watch(`${url}/api/live?source=2`);
  const byCustomer = await watch(`${url}/api/live?customer=${encodeURIComponent('a&b')}`);
  await Promise.all([bySource.has(': watching'), byCustomer.has(': watching')]);
  feed.publish({ ...item, source: 1, messageId: 'one' });
  feed.publish({ ...item, source: 2, messageId: 'two' });
  feed.publish({ ...item, anonymousId: 'a&b', messageId: 'three' });
  feed.publish({ ...item, previousId: 'a&b', source: 2, messageId: 'four' });
  await Promise.all([bySource.has('four'), byCustomer.has('four')]);
  assert.deepEqual(
    arrivals(bySource.text()).map(({ messageId }) => messageId),
    ['two', 'four'],
  );
  assert.deepEqual(
    arrivals(byCustomer.text()).map(({ messageId }) => messageId),
    ['three', 'four'],
  );
  bySource.close();
  byCustomer.close();
  await http.close();
});

test('no token, no stream; bad filters are refused; watchers are bounded', async () => {
  const feed = createLiveFeed({ watchers: 1 });
  const { http, url } = await open(feed);
  assert.equal((await http.inject('/api/live')).statusCode, 401);
  const headers = { authorization: 'Bearer t' };
  for (const query of ['source=x', 'source=-1', 'customer=', 'other=1', `customer=${'x'.repeat(513)}`]) {
    assert.equal((await http.inject({ url: `/api/live?${query}`, headers })).statusCode, 400, query);
  }
  const watcher = await watch(`${url}/api/live`);
  await watcher.has(': watching');
  const second = await watch(`${url}/api/live`);
  assert.equal(second.status, 429);
  watcher.close();
  while (feed.watched()) await new Promise((resolve) => setTimeout(resolve, 5));
  const third = await watch(`${url}/api/live`);
  assert.equal(third.status, 200);
  third.close();
  await http.close();
});

test('Last-Event-ID is answered with a notice', async () => {
  const { http, url } = await open(createLiveFeed());
  const watcher = await watch(`${url}/api/live`, { 'last-event-id': '7' });
  await watcher.has('event: notice');
  watcher.close();
  await http.close();
});

test('a watcher who does not read is dropped, the others go on', async () => {
  const feed = createLiveFeed();
  const { http, url } = await open(feed, { waitingBytes: 64 * 1024, heartbeatMs: 60_000 });
  const reader = await watch(`${url}/api/live?source=1`);
  const asleep = request(`${url}/api/live?source=2`, { headers: { authorization: 'Bearer t' } }, (answer) => answer.pause());
  asleep.on('error', () => undefined);
  asleep.end();
  await reader.has(': watching');
  const dropped = new Promise<void>((resolve) => asleep.once('close', () => resolve()));
  const large = { ...item, source: 2, name: 'x'.repeat(100_000) };
  let closed = false;
  void dropped.then(() => {
    closed = true;
  });
  for (let sent = 0; !closed && sent < 1000; sent++) {
    feed.publish(large);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await dropped;
  feed.publish({ ...item, messageId: 'last' });
  await reader.has('last');
  reader.close();
  await http.close();
});

test('closing the node ends the streams and says why', async () => {
  const { http, url } = await open(createLiveFeed());
  const watcher = await watch(`${url}/api/live`);
  await watcher.has(': watching');
  await http.close();
  await watcher.ended;
  assert.match(watcher.text(), /event: dropped\ndata: \{"reason":"the node is stopping"\}/);
});
