import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemPorts } from './core/ports.ts';
import { openTestNode, type TestNode } from './testing.ts';
import { type Family, parseOpenMetrics, seriesIn } from './testing-openmetrics.ts';

let node: TestNode;
/** A clock that moves on between two looks, so that none is the answer of the one before. */
let nowMs = systemPorts.clock.nowMs();
const ports = { ...systemPorts, clock: { nowMs: () => nowMs } };

before(async () => {
  node = await openTestNode({ ports });
});
after(() => node.close());

const openMetrics = { accept: 'application/openmetrics-text; version=1.0.0' };

async function scrape(of: TestNode = node): Promise<Map<string, Family>> {
  nowMs += 2_000;
  const answer = await of.app.http.inject({ url: '/metrics', headers: openMetrics });
  assert.equal(answer.statusCode, 200, answer.body);
  assert.match(String(answer.headers['content-type']), /^application\/openmetrics-text; version=1\.0\.0/);
  return parseOpenMetrics(answer.body);
}

const figureIn = (families: Map<string, Family>, name: string, labels: { [name: string]: string } = {}) =>
  [...families.values()]
    .flatMap(({ series }) => series)
    .find((one) => one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value))?.value;

const track = (messageId: string) => ({ type: 'track', event: 'Order', userId: 'u1', messageId });

test('events are counted by the number of their source and what became of them', async () => {
  const source = String(node.source.id);
  await node.send([track('m1'), track('m2')]);
  await node.send([track('m1'), { type: 'track', userId: 'u1' }]);
  const families = await scrape();
  const count = (outcome: string) => figureIn(families, 'holdfast_ingest_events_total', { source, outcome });
  assert.deepEqual([count('accepted'), count('duplicate'), count('rejected')], [2, 1, 1]);
});

test('every part of the node tells its figures', async () => {
  const families = await scrape();
  for (const name of [
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_p99_seconds',
    'holdfast_disk_free_bytes',
    'holdfast_segments',
    'holdfast_key_epoch',
    'holdfast_audit_entries',
    'holdfast_erasures_open',
  ])
    assert.notEqual(figureIn(families, name), undefined, name);
  assert.equal(figureIn(families, 'holdfast_sealed'), 0);
  assert.equal(figureIn(families, 'holdfast_queue_limit', { queue: 'events' })! > 0, true);
  const { series } = families.get('holdfast_collect_failed')!;
  assert.deepEqual(
    series.filter(({ value }) => value !== 0),
    [],
  );
  // What never happened has no time, not 1970's.
  assert.equal(figureIn(families, 'holdfast_backup_last_success_timestamp_seconds'), undefined);
});

test('nobody adds a series by what they send: paths, methods, keys, headers', async () => {
  const { http } = node.app;
  const attack = async (round: number) => {
    for (let at = 0; at < 20; at += 1) {
      const odd = `x${round}-${at}-13800138000`;
      await http.inject({ url: `/${odd}` });
      await http.inject({ url: `/api/profiles/${odd}?q=${odd}` });
      await http.inject({ method: 'DELETE', url: `/console/${odd}` });
      await http.inject({ method: 'PROPFIND' as never, url: `/${odd}` });
      await http.inject({ method: 'POST', url: `/v1/track?writeKey=${odd}`, headers: { 'x-request-id': odd, host: odd } });
      await node.send([{ type: odd, userId: odd }], odd);
    }
  };
  await attack(1);
  const before = seriesIn(await scrape());
  await attack(2);
  // The process's own come with its life (a first collection of a kind, a kind of handle), whatever anybody sends.
  const own = (series: string) => series.startsWith('nodejs_');
  const after = seriesIn(await scrape());
  assert.deepEqual(
    [...after].filter((one) => !own(one) && !before.has(one)),
    [],
  );
  assert.deepEqual(
    [...after].filter((one) => one.includes('13800138000')),
    [],
  );
});

test('the older text format says the same under the names that its readers look for', async () => {
  nowMs += 2_000;
  const answer = await node.app.http.inject('/metrics');
  assert.match(String(answer.headers['content-type']), /^text\/plain; version=0\.0\.4/);
  assert.match(answer.body, /^# TYPE holdfast_ingest_events_total counter\nholdfast_ingest_events_total\{/m);
  assert.doesNotMatch(answer.body, /# EOF/);
});

test('from elsewhere a key is needed, and a key of monitoring opens nothing else', async () => {
  const { http } = node.app;
  const { apiKeys } = node.app.node().entrances;
  const expiresAtMs = nowMs + 86_400_000;
  const { token } = await apiKeys.add({ name: 'monitoring', scope: 'metrics', roles: [], expiresAtMs }, 'operator');
  const agent = await apiKeys.add({ name: 'agent', roles: ['agent'], expiresAtMs }, 'operator');
  const ask = async (url: string, bearer?: string, more: object = { remoteAddress: '192.168.1.9' }) => {
    const headers = { ...(bearer && { authorization: `Bearer ${bearer}` }) };
    return (await http.inject({ url, headers, ...more })).statusCode;
  };
  assert.equal(await ask('/metrics'), 401);
  assert.equal(await ask('/metrics', 'wrong'), 401);
  assert.equal(await ask('/metrics', token), 200);
  assert.equal(await ask('/metrics', node.accessToken), 200);
  assert.equal(await ask('/metrics', agent.token), 403);
  assert.equal(await ask('/api/about', token), 403);
  assert.equal(await ask('/scim/v2/Users', token), 403);
  const handedOn = await http.inject({ url: '/metrics', headers: { 'x-forwarded-for': '203.0.113.9' } });
  assert.equal(handedOn.statusCode, 401);
});

test('behind a proxy this machine is not believed, and "key" believes nobody', async () => {
  for (const config of [{ publicUrl: 'https://cdp.example.com' }, { metrics: { open: 'key' as const } }]) {
    const guarded = await openTestNode({ config });
    try {
      assert.equal((await guarded.app.http.inject('/metrics')).statusCode, 401);
    } finally {
      await guarded.close();
    }
  }
});

test('a listener of its own has it to itself', async () => {
  const config = { metrics: { listen: { address: '127.0.0.1', port: 0 } } };
  const apart = await openTestNode({ config });
  try {
    const url = (await apart.app.listenMetrics())!;
    const answer = await fetch(`${url}/metrics`, { headers: openMetrics });
    assert.equal(answer.status, 200);
    parseOpenMetrics(await answer.text());
    assert.equal((await fetch(`${url}/api/about`)).status, 404);
    assert.equal((await apart.app.http.inject('/metrics')).statusCode, 404);
  } finally {
    await apart.close();
  }
});

test('a sealed node says that it is, and nothing of what it held; probes say why in a word', async () => {
  const sealed = await openTestNode({ ports });
  try {
    assert.equal(figureIn(await scrape(sealed), 'holdfast_segments'), 0);
    assert.deepEqual((await sealed.app.http.inject('/health/ready')).json(), { status: 'ready' });
    await sealed.app.seal();
    const families = await scrape(sealed);
    assert.equal(figureIn(families, 'holdfast_sealed'), 1);
    for (const name of ['holdfast_segments', 'holdfast_audit_entries', 'holdfast_queue_depth'])
      assert.equal(figureIn(families, name), undefined, name);
    const ready = await sealed.app.http.inject('/health/ready');
    assert.equal(ready.statusCode, 503);
    assert.deepEqual(ready.json(), { status: 'not ready', reason: 'sealed' });
    assert.equal((await sealed.app.http.inject('/health/live')).statusCode, 200);
  } finally {
    await sealed.close();
  }
});
