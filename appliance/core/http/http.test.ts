import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { catalogue, Fault, type FaultCode } from '../errors.ts';
import { operator } from '../model/principal.ts';
import { systemPorts } from '../ports.ts';
import { principalOf } from './access.ts';
import { createHttp, type HttpOptions } from './http.ts';
import { mountTestAccess } from './testing.ts';

function build(options: Partial<HttpOptions> = {}, routes: (scope: FastifyInstance) => void = () => {}): FastifyInstance {
  const http = createHttp({ ports: systemPorts, version: '1.2.3', isSealed: () => false, loopDelayMs: () => 0, ...options });
  http.register(async (scope) => routes(scope));
  return http;
}

const named = { body: { type: 'object', required: ['name'], properties: { name: { type: 'string', maxLength: 5 } } } } as const;

test('every fault of the catalogue is answered with its status, in both languages, and with what to do next', async () => {
  const http = build({}, (scope) => {
    scope.get<{ Params: { code: FaultCode } }>('/fault/:code', async (request) => {
      throw new Fault(request.params.code, 'field');
    });
  });
  for (const code of Object.keys(catalogue) as FaultCode[]) {
    for (const language of ['en', 'zh'] as const) {
      const answer = await http.inject({ url: `/fault/${code}`, headers: { 'accept-language': language } });
      const entry = catalogue[code];
      assert.equal(answer.statusCode, entry.status);
      const { correlationId, ...error } = answer.json().error;
      assert.deepEqual(error, { code, message: entry.message[language], next: entry.next[language], where: 'field' });
      assert.match(correlationId, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.equal(answer.headers['x-request-id'], correlationId);
      assert.equal(answer.headers['x-correlation-id'], correlationId);
      const waits = entry.status === 429 || entry.status === 503;
      assert.equal(answer.headers['retry-after'] !== undefined, waits, code);
    }
  }
  await http.close();
});

test('an unknown error says nothing of itself, in the answer or in the log', async () => {
  const lines: string[] = [];
  const log = { level: 'trace' as const, sink: { write: (line: string) => void lines.push(line) } };
  const http = build({ log }, (scope) => {
    scope.post('/boom', { schema: named }, async () => {
      throw new Error('secret-word', { cause: new Error('secret-cause') });
    });
  });
  const headers = { authorization: 'Bearer secret-token', 'content-type': 'application/json' };
  const answer = await http.inject({ method: 'POST', url: '/boom?q=secret-query', headers, payload: '{"name":"王小明"}' });
  assert.equal(answer.statusCode, 500);
  assert.equal(answer.json().error.code, 'internal');
  await http.inject({ method: 'POST', url: '/boom', headers, payload: '{"name": secret-broken' });
  await http.inject({ method: 'POST', url: '/boom', headers, payload: '{"name": "secret-long"}' });
  await http.inject('/secret-path');
  assert.doesNotMatch(answer.body, /secret/);
  const text = lines.join('');
  assert.match(text, /"route":"\/boom"/);
  assert.match(text, new RegExp(answer.json().error.correlationId));
  assert.doesNotMatch(text, /secret|王小明/);
  await http.close();
});

test('bodies of the API: size, syntax, depth, poison, types and encodings', async () => {
  const http = build({ limits: { bodyBytes: 10_000 } }, (scope) => {
    scope.post('/api/thing', { schema: named }, async (request) => request.body);
  });
  const post = (payload: string | Buffer, type = 'application/json') =>
    http.inject({ method: 'POST', url: '/api/thing', headers: { 'content-type': type }, payload });
  const cases: [string | Buffer, string, number, string | undefined][] = [
    ['{"name":"ok"}', 'application/json', 200, undefined],
    ['\ufeff{"name":"bom"}', 'application/json; charset=utf-8', 200, undefined],
    ['{"name":', 'application/json', 400, 'body'],
    ['', 'application/json', 400, 'body'],
    ['{"name":"toolong"}', 'application/json', 400, 'body/name'],
    ['{}', 'application/json', 400, 'body/name'],
    ['{"name":"x"}', 'text/csv', 400, 'content-type'],
    [`{"name":"x","a":${'['.repeat(40)}${']'.repeat(40)}}`, 'application/json', 400, 'body: nested too deeply'],
    [`{"name":"x","a":${'['.repeat(4000)}${']'.repeat(4000)}}`, 'application/json', 400, 'body: nested too deeply'],
    ['{"name":"x","__proto__":{"a":1}}', 'application/json', 400, 'body: a key named __proto__ or constructor.prototype'],
    ['{"name":"x","\\u005f_proto__":1}', 'application/json', 400, 'body: a key named __proto__ or constructor.prototype'],
    [
      '{"name":"x","a":[{"constructor":{"prototype":{}}}]}',
      'application/json',
      400,
      'body: a key named __proto__ or constructor.prototype',
    ],
    ['{"name":"x","a":1e999}', 'application/json', 400, 'body: a number beyond the range of a double'],
    [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'application/json', 400, 'body: not UTF-8'],
    ['x'.repeat(20_000), 'application/json', 413, 'body'],
  ];
  for (const [payload, type, status, where] of cases) {
    const answer = await post(payload, type);
    assert.equal(answer.statusCode, status, `${String(payload).slice(0, 40)} ${answer.body}`);
    if (where !== undefined) assert.equal(answer.json().error.where, where);
  }
  await http.close();
});

test('a sealed node answers health, and what opens it, and nothing else', async () => {
  let sealed = true;
  const http = build({ isSealed: () => sealed }, (scope) => {
    scope.get('/api/thing', async () => ({}));
    scope.post('/api/unseal', { config: { whileSealed: true } }, async () => ({ sealed: false }));
  });
  for (const url of ['/api/thing', '/openapi.json', '/docs', '/nothing']) {
    const answer = await http.inject(url);
    assert.equal(answer.statusCode, 503, url);
    assert.equal(answer.json().error.code, 'sealed');
    assert.ok(Number(answer.headers['retry-after']) >= 1);
  }
  assert.equal((await http.inject('/health/live')).statusCode, 200);
  assert.deepEqual((await http.inject('/health/ready')).json(), { status: 'not ready', reason: 'sealed' });
  assert.equal((await http.inject({ method: 'POST', url: '/api/unseal' })).statusCode, 200);
  sealed = false;
  assert.equal((await http.inject('/api/thing')).statusCode, 200);
  assert.deepEqual((await http.inject('/health/ready')).json(), { status: 'ready' });
  await http.close();
});

test('ready says in a word what is wrong', async () => {
  const http = build({ problem: async () => 'database' as const });
  const answer = await http.inject('/health/ready');
  assert.equal(answer.statusCode, 503);
  assert.deepEqual(answer.json(), { status: 'not ready', reason: 'database' });
  await http.close();
});

test('beyond the load gate a request is turned away before its body is read, and places come back', async () => {
  const held: (() => void)[] = [];
  const http = build({ limits: { requestsInFlight: 2, bytesInFlight: 1000 } }, (scope) => {
    scope.post('/hold', async () => new Promise((resolve) => held.push(() => resolve({}))));
  });
  const url = await http.listen({ host: '127.0.0.1', port: 0 });
  const post = (body: object) =>
    fetch(`${url}/hold`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const waitHeld = async (count: number) => {
    while (held.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  const first = post({ a: 'x'.repeat(600) });
  await waitHeld(1);
  const tooManyBytes = await post({ a: 'x'.repeat(600) });
  assert.equal(tooManyBytes.status, 429);
  assert.ok(Number(tooManyBytes.headers.get('retry-after')) >= 1);
  const second = post({});
  await waitHeld(2);
  assert.equal((await post({})).status, 429);
  assert.equal((await fetch(`${url}/health/live`)).status, 200);

  for (const release of held.splice(0)) release();
  assert.deepEqual([(await first).status, (await second).status], [200, 200]);
  const again = post({ a: 'x'.repeat(600) });
  await waitHeld(1);
  held.pop()?.();
  assert.equal((await again).status, 200);

  // A client that hangs up gives its place back too.
  for (let round = 0; round < 5; round++) {
    const giveUp = new AbortController();
    const hanging = fetch(`${url}/hold`, { method: 'POST', signal: giveUp.signal }).catch(() => undefined);
    await waitHeld(round + 1);
    giveUp.abort();
    await hanging;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const last = post({});
  await waitHeld(6);
  for (const release of held.splice(0)) release();
  assert.equal((await last).status, 200);
  await http.close();
});

test('a slow event loop turns requests away, health excepted', async () => {
  let delayMs = 10_000;
  const http = build({ loopDelayMs: () => delayMs }, (scope) => {
    scope.get('/api/thing', async () => ({}));
  });
  assert.equal((await http.inject('/api/thing')).statusCode, 429);
  assert.equal((await http.inject('/health/live')).statusCode, 200);
  delayMs = 1;
  assert.equal((await http.inject('/api/thing')).statusCode, 200);
  await http.close();
});

test('a body far beyond the limit gets its 413, not a broken connection', async () => {
  const http = build({ limits: { bodyBytes: 1000 } }, (scope) => {
    scope.post('/api/thing', async () => ({}));
  });
  const url = await http.listen({ host: '127.0.0.1', port: 0 });
  for (const streamed of [false, true]) {
    const bytes = Buffer.alloc(10 * 1024 * 1024, 'x');
    const body = streamed ? new Blob([bytes]).stream() : bytes;
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body, duplex: 'half' } as RequestInit;
    const answer = await fetch(`${url}/api/thing`, init);
    assert.equal(answer.status, 413);
    assert.equal(((await answer.json()) as { error: { code: string } }).error.code, 'too_large');
  }
  await http.close();
});

test('closing finishes what is under way and tells the rest that the node is stopping', async () => {
  let release = () => {};
  const http = build({}, (scope) => {
    scope.get('/slow', () => new Promise((resolve) => (release = () => resolve({ done: true }))));
  });
  const url = await http.listen({ host: '127.0.0.1', port: 0 });
  const { port } = new URL(url);
  // Connected before the closing begins: as a load balancer's kept-alive connection would be.
  const socket = connect(Number(port), '127.0.0.1');
  socket.write('GET /slow HTTP/1.1\r\nhost: x\r\n\r\n');
  const text = new Promise<string>((resolve) => {
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('close', () => resolve(received));
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  const closing = http.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  socket.write('GET /slow HTTP/1.1\r\nhost: x\r\n\r\n');
  release();
  await closing;
  socket.end();
  const received = await text;
  assert.match(received, /^HTTP\/1\.1 200 /);
  assert.match(received, /"done":true/);
});

test('bytes that are not HTTP and headers that are too long are answered in the same shape', async () => {
  const http = build();
  const url = await http.listen({ host: '127.0.0.1', port: 0 });
  const send = (bytes: string) =>
    new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes));
      let received = '';
      socket.on('data', (chunk) => {
        received += chunk;
      });
      socket.on('close', () => resolve(received));
      socket.on('error', () => resolve(received));
    });
  assert.match(await send('rubbish\r\n\r\n'), /^HTTP\/1\.1 400 [\s\S]*"code":"bad_request"/);
  assert.match(await send(`GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`), /^HTTP\/1\.1 431 [\s\S]*"code":"too_large"/);
  await http.close();
});

test('every route under /api asks who is there, and who is there is handed on', async () => {
  const http = build({}, (scope) => {
    mountTestAccess(scope, 'right');
    scope.get('/api/me', { config: { access: { action: 'me' } } }, async (request) => principalOf(request));
    scope.get('/api/open', { config: { access: { open: 'a test' } } }, async () => ({}));
    assert.throws(() => scope.get('/api/forgotten', async () => ({})), /says its action, or why it is open/);
  });
  assert.equal((await http.inject('/api/open')).statusCode, 200);
  const get = (authorization?: string) =>
    http.inject({ url: '/api/me', ...(authorization === undefined ? {} : { headers: { authorization } }) });
  for (const wrong of [undefined, 'right', 'Bearer', 'Bearer wrong', 'Basic right', `Bearer ${'x'.repeat(1000)}`, 'Bearer a b']) {
    const answer = await get(wrong);
    assert.equal(answer.statusCode, 401, wrong);
    assert.match(String(answer.headers['www-authenticate']), /^Bearer/);
  }
  assert.deepEqual((await get('Bearer right')).json(), operator);
  assert.deepEqual((await get('bearer  right ')).json(), operator);
  await http.close();
});

test('the OpenAPI document and its page come from the node alone', async () => {
  const http = build({}, (scope) => {
    scope.post('/api/thing', { schema: { ...named, summary: 'A thing' } }, async () => ({}));
  });
  const document = (await http.inject('/openapi.json')).json();
  assert.equal(document.openapi, '3.1.0');
  assert.equal(document.info.version, '1.2.3');
  assert.equal(document.paths['/api/thing'].post.summary, 'A thing');
  assert.ok(document.paths['/health/ready'].get);
  const page = await http.inject('/docs/');
  assert.equal(page.statusCode, 200);
  assert.doesNotMatch(page.body, /https?:\/\/(?!www\.w3\.org)/);
  assert.match(String(page.headers['content-security-policy']), /default-src 'self'/);
  for (const [, file] of page.body.matchAll(/(?:src|href)="\.?\/?([^"]+)"/g)) {
    const path = `/${file}`.replace(/^\/(?!docs)/, '/docs/');
    assert.equal((await http.inject(path)).statusCode, 200, path);
  }
  const initializer = (await http.inject('/docs/static/swagger-initializer.js')).body;
  assert.match(initializer, /"validatorUrl":null/);
  assert.equal(page.headers['x-content-type-options'], 'nosniff');
  await http.close();
});

test('a language is chosen by the weights in Accept-Language', async () => {
  const http = build();
  const cases: [string | undefined, 'en' | 'zh'][] = [
    [undefined, 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en;q=0.5, zh;q=0.7', 'zh'],
    ['fr, en;q=0.9, zh;q=0.8', 'en'],
    ['zh;q=0, en;q=0.1', 'en'],
    [`${'x,'.repeat(1000)}zh`, 'en'],
    ['zho, zh-Hant', 'zh'],
    [';;;,q=,', 'en'],
  ];
  for (const [header, language] of cases) {
    const answer = await http.inject({ url: '/x', ...(header === undefined ? {} : { headers: { 'accept-language': header } }) });
    assert.equal(answer.json().error.message, catalogue.not_found.message[language], header);
  }
  await http.close();
});
