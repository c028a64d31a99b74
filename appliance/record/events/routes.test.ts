import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { Fault } from '../../core/errors.ts';
import { createHttp } from '../../core/http/http.ts';
import { type Event, eventKinds, eventLimits, type Outcome } from '../../core/model/event.ts';
import { systemPorts } from '../../core/ports.ts';
import { type EventRoutesOptions, eventRoutes } from './routes.ts';

const key = 'ckeykeykeykeykeykeykeykey';
const basic = (user: string) => `Basic ${Buffer.from(`${user}:`).toString('base64')}`;
const headers = { authorization: basic(key), 'content-type': 'application/json' };
const track = { type: 'track', userId: 'u', event: 'E', messageId: 'm' };

type Node = { http: FastifyInstance; got: Event[]; sources: number[] };

function open(options: Partial<EventRoutesOptions> = {}, sealed: () => boolean = () => false): Node {
  const got: Event[] = [];
  const sources: number[] = [];
  const http = createHttp({ ports: systemPorts, version: 'test', isSealed: sealed, loopDelayMs: () => 0 });
  const recordBatch = async (source: number, events: readonly Event[]): Promise<Outcome[]> => {
    sources.push(source);
    got.push(...events);
    return events.map(({ messageId }) => ({ messageId, outcome: 'recorded' }));
  };
  const sourceByKey = async (given: string) => (given === key ? 5 : undefined);
  http.register(eventRoutes({ recordBatch, sourceByKey, ports: systemPorts, ...options }));
  return { http, got, sources };
}

test('every path of every family leads to the record', async () => {
  const { http, got, sources } = open();
  const more = { previousId: 'p', groupId: 'g' };
  const short = { identify: 'i', track: 't', page: 'p', screen: 's', group: 'g', alias: 'a' } as const;
  for (const kind of eventKinds) {
    const paths = [
      `/v1/${kind}`,
      `/v1/${short[kind]}`,
      `/api/public/apps/${kind}`,
      `/api/s/${kind}`,
      `/api/s/s2s/${kind}`,
      '/api/s/event',
    ];
    for (const url of paths) {
      const answer = await http.inject({ method: 'POST', url, headers, payload: { ...track, ...more, type: kind } });
      assert.deepEqual([answer.statusCode, answer.json()], [200, { success: true }], url);
      assert.equal(got.pop()?.kind, kind, url);
    }
  }
  const batches = [
    '/v1/batch',
    '/v1/import',
    '/v1/b',
    '/beacon/v1/batch',
    '/api/public/apps/batch',
    '/api/s/batch',
    '/api/s/s2s/batch',
  ];
  for (const url of [...batches, '/v1/batch/']) {
    const answer = await http.inject({ method: 'POST', url, headers, payload: { batch: [track, track] } });
    assert.deepEqual([answer.statusCode, answer.json()], [200, { success: true }], url);
    assert.equal(got.splice(0).length, 2);
  }
  const metrics = await http.inject({
    method: 'POST',
    url: '/v1/m',
    headers: { 'content-type': 'text/plain' },
    payload: '{"series":[]}',
  });
  assert.deepEqual([metrics.statusCode, metrics.json()], [200, { success: true }]);
  assert.equal(got.length, 0);
  assert.ok(sources.every((source) => source === 5));
  await http.close();
});

test('the write key is found wherever a client puts it', async () => {
  const { http, got } = open();
  const json = { 'content-type': 'application/json' };
  const ways: { headers?: object; query?: string; body?: object }[] = [
    { headers: { authorization: basic(key) } },
    { headers: { authorization: `basic  ${Buffer.from(`${key}:password`).toString('base64')}` } },
    { headers: { authorization: `Basic ${key}` } },
    { headers: { authorization: `Bearer ${key}` } },
    { headers: { authorization: key } },
    { headers: { 'x-write-key': key } },
    { headers: { 'x-write-key': `${key}:secret` } },
    { query: `?writeKey=${key}` },
    { body: { writeKey: key } },
    { body: { batch: [{ ...track, writeKey: key }] } },
  ];
  for (const { headers: more = {}, query = '', body = {} } of ways) {
    const payload = { batch: [track], ...body };
    const answer = await http.inject({ method: 'POST', url: `/v1/batch${query}`, headers: { ...json, ...more }, payload });
    assert.equal(answer.statusCode, 200, JSON.stringify({ more, query, body }));
  }
  assert.equal(got.length, ways.length);
  const wrong: { headers?: object; query?: string; body?: object }[] = [
    {},
    { headers: { authorization: basic('nobody') } },
    { headers: { authorization: 'Basic' } },
    { headers: { authorization: 'Basic %%%' } },
    { headers: { authorization: `Basic ${'A'.repeat(5000)}` } },
    { headers: { 'x-write-key': '' } },
    { query: '?writeKey=' },
    { query: `?writeKey=${key}&writeKey=${key}` },
    { body: { writeKey: { key } } },
    { body: { writeKey: 'nobody' } },
    // A wrong key in the header is not made good by a right one in the body.
    { headers: { authorization: basic('nobody') }, body: { writeKey: key } },
  ];
  for (const { headers: more = {}, query = '', body = {} } of wrong) {
    const payload = { batch: [track], ...body };
    const answer = await http.inject({ method: 'POST', url: `/v1/batch${query}`, headers: { ...json, ...more }, payload });
    assert.equal(answer.statusCode, 401, JSON.stringify({ more, query, body }));
  }
  assert.equal(got.length, ways.length);
  await http.close();
});

test('a body is read under any type and packing that clients use', async () => {
  const { http, got } = open();
  const text = JSON.stringify({ batch: [track] });
  const form = 'application/x-www-form-urlencoded';
  const ways: [Record<string, string>, string | Buffer][] = [
    [{ 'content-type': 'application/json; charset=utf-8' }, text],
    [{ 'content-type': 'text/plain' }, text],
    [{ 'content-type': 'text/plain;charset=UTF-8' }, text],
    [{ 'content-type': 'application/octet-stream' }, text],
    [{}, text],
    [{ 'content-type': form }, text],
    [{ 'content-type': form }, `data=${encodeURIComponent(text)}`],
    [{ 'content-type': form }, `data=${Buffer.from(text).toString('base64')}`],
    [{ 'content-type': form, 'content-encoding': 'gzip' }, gzipSync(text)],
    [{ 'content-encoding': 'identity' }, text],
    [{ 'content-encoding': 'gzip' }, gzipSync(text)],
    [{ 'content-encoding': 'GZIP' }, gzipSync(text)],
    [{ 'content-encoding': 'deflate' }, deflateSync(text)],
    [{ 'content-encoding': 'br' }, brotliCompressSync(text)],
    [{}, `\ufeff${text}`],
  ];
  for (const [more, payload] of ways) {
    const answer = await http.inject({
      method: 'POST',
      url: '/v1/batch',
      headers: { authorization: basic(key), ...more },
      payload,
    });
    assert.equal(answer.statusCode, 200, `${JSON.stringify(more)} ${answer.body}`);
  }
  assert.equal(got.length, ways.length);
  const unreadable: [Record<string, string>, string | Buffer][] = [
    [{}, ''],
    [{}, '{'],
    [{}, Buffer.from([0x22, 0xff, 0x22])],
    [{ 'content-type': form }, 'a=b'],
    [{ 'content-type': form }, 'data=%%%'],
    [{ 'content-encoding': 'gzip' }, text],
    [{ 'content-encoding': 'gzip' }, gzipSync(text).subarray(0, 20)],
    [{ 'content-encoding': 'gzip, gzip' }, gzipSync(gzipSync(text))],
    [{ 'content-encoding': 'zstd' }, text],
  ];
  for (const [more, payload] of unreadable) {
    const answer = await http.inject({
      method: 'POST',
      url: '/v1/batch',
      headers: { authorization: basic(key), ...more },
      payload,
    });
    assert.deepEqual([answer.statusCode, answer.json().error.code], [400, 'unreadable_body'], JSON.stringify(more));
  }
  await http.close();
});

test('sizes: 500 KB and 2,500 events a batch, packed or not', async () => {
  const { http, got } = open();
  const post = (payload: string | Buffer, more = {}) =>
    http.inject({ method: 'POST', url: '/v1/batch', headers: { ...headers, ...more }, payload });
  const filled = (bytes: number) => {
    const text = JSON.stringify({ batch: [track], filler: '' });
    return text.replace('"filler":""', `"filler":"${'x'.repeat(bytes - text.length)}"`);
  };
  assert.equal((await post(filled(eventLimits.batchBytes))).statusCode, 200);
  assert.equal((await post(gzipSync(filled(eventLimits.batchBytes)), { 'content-encoding': 'gzip' })).statusCode, 200);
  const tooLarge: [string | Buffer, object][] = [
    [filled(eventLimits.batchBytes + 1), {}],
    [gzipSync(filled(eventLimits.batchBytes + 1)), { 'content-encoding': 'gzip' }],
    [gzipSync(Buffer.alloc(200e6)), { 'content-encoding': 'gzip' }],
    [brotliCompressSync(Buffer.alloc(50e6)), { 'content-encoding': 'br' }],
    [JSON.stringify({ batch: Array.from({ length: 2501 }, () => ({ type: 'page', userId: 'u' })) }), {}],
  ];
  for (const [payload, more] of tooLarge) {
    const answer = await post(payload, more);
    assert.deepEqual([answer.statusCode, answer.json().error.code], [413, 'too_large']);
  }
  assert.equal(
    (await post(JSON.stringify({ batch: Array.from({ length: 2500 }, () => ({ type: 'page', userId: 'u' })) }))).statusCode,
    200,
  );
  assert.equal(got.length, 2502);
  await http.close();
});

test('the answer lists what was refused and what is kept aside, by place in the body', async () => {
  const recordBatch = async (_source: number, events: readonly Event[]): Promise<Outcome[]> =>
    events.map(({ messageId }) =>
      messageId === 'q'
        ? { messageId, outcome: 'quarantined', reason: 'email is not an address' }
        : { messageId, outcome: 'duplicate' },
    );
  const { http } = open({ recordBatch });
  const payload = { batch: ['x', track, { ...track, userId: undefined, messageId: 'r' }, { ...track, messageId: 'q' }] };
  const answer = await http.inject({ method: 'POST', url: '/v1/batch', headers, payload });
  assert.equal(answer.statusCode, 200);
  assert.deepEqual(answer.json(), {
    success: true,
    rejected: [
      { index: 0, reason: 'not an object' },
      { index: 2, messageId: 'r', reason: 'userId and anonymousId are both missing' },
    ],
    quarantined: [{ index: 3, messageId: 'q', reason: 'email is not an address' }],
  });
  await http.close();
});

test('nothing is acknowledged before the record has it', async () => {
  let release = () => {};
  const asked = Promise.withResolvers<void>();
  const recordBatch = (_source: number, events: readonly Event[]): Promise<Outcome[]> =>
    new Promise((resolve) => {
      release = () => resolve(events.map(({ messageId }) => ({ messageId, outcome: 'recorded' })));
      asked.resolve();
    });
  const { http } = open({ recordBatch });
  let answered = false;
  const answer = http.inject({ method: 'POST', url: '/v1/track', headers, payload: track }).then((response) => {
    answered = true;
    return response;
  });
  await asked.promise;
  // Whatever would answer without waiting has had its turn.
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.equal(answered, false);
  release();
  assert.equal((await answer).statusCode, 200);
  await http.close();
});

test('faults that pass by themselves are a 429 with Retry-After, since clients try that longest', async () => {
  let fault: Fault | Error = new Fault('too_busy');
  const { http } = open({ recordBatch: () => Promise.reject(fault) });
  const post = () =>
    http.inject({ method: 'POST', url: '/v1/track', headers: { ...headers, origin: 'https://shop.example' }, payload: track });
  for (const code of ['too_busy', 'sealed', 'stopping', 'disk_full', 'store_unavailable', 'store_read_only'] as const) {
    fault = new Fault(code);
    const answer = await post();
    assert.deepEqual([answer.statusCode, answer.json().error.code], [429, code]);
    assert.ok(Number(answer.headers['retry-after']) >= 1);
    assert.match(String(answer.headers['access-control-expose-headers']), /retry-after/);
    assert.equal(answer.headers['access-control-allow-origin'], 'https://shop.example');
  }
  fault = new Fault('store_corrupt');
  assert.equal((await post()).statusCode, 500);
  fault = new Error('anything');
  assert.equal((await post()).json().error.code, 'internal');
  await http.close();
});

test('a sealed node asks clients to wait, and still answers preflights', async () => {
  const { http } = open({}, () => true);
  const post = await http.inject({
    method: 'POST',
    url: '/v1/track',
    headers: { ...headers, origin: 'https://shop.example' },
    payload: track,
  });
  assert.deepEqual([post.statusCode, post.json().error.code], [429, 'sealed']);
  assert.equal(post.headers['access-control-allow-origin'], 'https://shop.example');
  const asked = { origin: 'https://shop.example', 'access-control-request-method': 'POST' };
  assert.equal((await http.inject({ method: 'OPTIONS', url: '/v1/track', headers: asked })).statusCode, 204);
  assert.equal((await http.inject('/v1/projects/k/settings')).statusCode, 503);
  await http.close();
});

test('events that wait for the record are bounded', async () => {
  const held: (() => void)[] = [];
  const recordBatch = (_source: number, events: readonly Event[]): Promise<Outcome[]> =>
    new Promise((resolve) => held.push(() => resolve(events.map(({ messageId }) => ({ messageId, outcome: 'recorded' })))));
  const { http } = open({ recordBatch, limits: { eventsInFlight: 3 } });
  const post = (count: number) =>
    http.inject({ method: 'POST', url: '/v1/batch', headers, payload: { batch: Array.from({ length: count }, () => track) } });
  const first = post(2);
  while (held.length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal((await post(2)).statusCode, 429);
  const second = post(1);
  while (held.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  for (const release of held.splice(0)) release();
  assert.deepEqual([(await first).statusCode, (await second).statusCode], [200, 200]);
  // Alone, a batch larger than the limit is still served.
  const large = post(10);
  while (held.length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
  held[0]?.();
  assert.equal((await large).statusCode, 200);
  await http.close();
});

test('any site may send, none may read the API', async () => {
  const { http } = open();
  const origin = 'https://shop.example';
  const asked = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type,anonymousid',
    'access-control-request-private-network': 'true',
  };
  for (const url of [
    '/v1/t',
    '/v1/batch',
    '/v1/m',
    '/api/public/apps/batch',
    '/api/s/track',
    '/beacon/v1/batch',
    '/sourceConfig/',
    '/v1/projects/x/settings',
  ]) {
    const answer = await http.inject({ method: 'OPTIONS', url, headers: asked });
    assert.equal(answer.statusCode, 204, url);
    assert.equal(answer.headers['access-control-allow-origin'], origin);
    assert.equal(answer.headers['access-control-allow-credentials'], 'true');
    assert.equal(answer.headers['access-control-allow-headers'], 'authorization,content-type,anonymousid');
    assert.equal(answer.headers['access-control-allow-private-network'], 'true');
    assert.equal(answer.headers['access-control-max-age'], '86400');
  }
  const odd = await http.inject({
    method: 'OPTIONS',
    url: '/v1/t',
    headers: { ...asked, 'access-control-request-headers': 'a\tb' },
  });
  assert.match(String(odd.headers['access-control-allow-headers']), /^authorization, /);
  for (const url of ['/health/live', '/openapi.json']) {
    assert.equal((await http.inject({ url, headers: { origin } })).headers['access-control-allow-origin'], undefined);
  }
  await http.close();
});

test('client libraries get settings that point back to the node and to nobody else', async () => {
  const { http } = open();
  const host = { host: 'cdp.example.com:7700' };
  const segment = await http.inject({ url: `/v1/projects/${key}/settings`, headers: host });
  assert.equal(segment.statusCode, 200);
  const plugin = segment.json().integrations['Segment.io'];
  assert.deepEqual([plugin.apiKey, plugin.apiHost, plugin.protocol], [key, 'cdp.example.com:7700/v1', 'http']);
  assert.equal((await http.inject('/v1/projects/nobody/settings')).statusCode, 401);
  for (const request of [
    { url: `/sourceConfig/?writeKey=${key}&p=web` },
    { url: '/sourceConfig', headers: { authorization: basic(key) } },
  ]) {
    const rudder = await http.inject(request);
    assert.equal(rudder.statusCode, 200);
    const { source } = rudder.json();
    assert.deepEqual([source.id, source.enabled, source.destinations], ['5', true, []]);
  }
  assert.equal((await http.inject('/sourceConfig?writeKey=nobody')).statusCode, 401);
  await http.close();
  const behind = open({ publicUrl: 'https://cdp.example.com/track/' });
  const settings = (await behind.http.inject(`/v1/projects/${key}/settings`)).json();
  assert.deepEqual(
    [settings.integrations['Segment.io'].apiHost, settings.integrations['Segment.io'].protocol],
    ['cdp.example.com/track/v1', 'https'],
  );
  await behind.http.close();
});

test('every tracking route is in the OpenAPI document, with an example', async () => {
  const { http } = open();
  const { paths } = (await http.inject('/openapi.json')).json();
  const tracking = Object.entries(
    paths as Record<string, { post?: { tags?: string[]; requestBody?: { content: object }; summary?: string } }>,
  ).filter(([, path]) => path.post?.tags?.includes('tracking'));
  assert.equal(tracking.length, 6 * 5 + 7 + 2 + 1);
  for (const [path, { post }] of tracking) {
    assert.ok(post?.summary, path);
    if (path !== '/v1/m') assert.match(JSON.stringify(post?.requestBody), /"example/, path);
  }
  await http.close();
});
