// Whatever a stranger sends: never a 500, never a crash, never more memory than the limits allow, and what reaches the record keeps
// the promises of the event's type.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { createHttp } from '../../core/http/http.ts';
import { type Event, eventKinds, eventLimits, type Outcome } from '../../core/model/event.ts';
import { systemPorts } from '../../core/ports.ts';
import { protocolLimits } from './protocol.ts';
import { eventRoutes } from './routes.ts';

const runs = process.env.HOLDFAST_LONG === '1' ? 20_000 : 400;
const key = 'ckeykeykeykeykeykeykeykey';
const paths = [
  '/v1/batch',
  '/v1/track',
  '/v1/i',
  '/v1/import',
  '/api/s/event',
  '/api/public/apps/page',
  '/beacon/v1/batch',
  '/v1/m',
];
const good = new Set([200, 400, 401, 413]);

function open(): { http: FastifyInstance; got: Event[] } {
  const got: Event[] = [];
  const http = createHttp({ ports: systemPorts, version: 'test', isSealed: () => false, loopDelayMs: () => 0 });
  const recordBatch = async (_source: number, events: readonly Event[]): Promise<Outcome[]> => {
    got.push(...events);
    return events.map(({ messageId }) => ({ messageId, outcome: 'recorded' }));
  };
  const sourceByKey = async (given: string) => (given === key ? 1 : undefined);
  http.register(eventRoutes({ recordBatch, sourceByKey, ports: systemPorts }));
  return { http, got };
}

const isId = (value: unknown) =>
  value === undefined ||
  (typeof value === 'string' && value.length > 0 && value.length <= 512 && value.isWellFormed() && !value.includes('\0'));

function assertSound(event: Event): void {
  assert.ok(eventKinds.includes(event.kind));
  assert.ok(event.messageId !== undefined);
  for (const id of [event.messageId, event.userId, event.anonymousId, event.previousId, event.groupId]) assert.ok(isId(id));
  assert.ok(event.userId !== undefined || event.anonymousId !== undefined);
  assert.ok(event.name === undefined || (event.name.length <= 512 && event.name.isWellFormed()));
  assert.ok(Number.isSafeInteger(event.occurredAtMs) && event.occurredAtMs >= 0 && event.occurredAtMs <= event.receivedAtMs);
  const text = JSON.stringify(event);
  assert.ok(Buffer.byteLength(text) <= eventLimits.eventBytes + protocolLimits.sharedContextBytes + 500);
  assert.doesNotMatch(text, /"__proto__":|\\u0000|\\ud[89a-f]/);
  assert.ok(!Object.hasOwn(event.context ?? {}, 'ip'));
}

// Text with what breaks parsers: controls, halves of pairs, quotes, long runs, and words that mean something.
const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', '\0', '\ud800', '', 'u', '2026-01-02T03:04:05Z', 'null'),
  fc.integer({ min: 500, max: 40_000 }).map((length) => 'x'.repeat(length)),
);
const oddValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    oddText,
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(oddText, tie('value'), { maxKeys: 4 }),
  ),
})).value;
const field = (usual: fc.Arbitrary<unknown>) => fc.oneof({ weight: 3, arbitrary: usual }, { weight: 1, arbitrary: oddValue });
const objects = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 5 });
const message = fc.record(
  {
    type: field(fc.constantFrom(...eventKinds)),
    messageId: field(fc.uuid()),
    userId: field(fc.string({ minLength: 1, maxLength: 10 })),
    anonymousId: field(fc.uuid()),
    previousId: field(fc.uuid()),
    groupId: field(fc.uuid()),
    event: field(fc.string({ minLength: 1 })),
    name: field(fc.string()),
    category: field(fc.string()),
    properties: field(objects),
    traits: field(objects),
    context: field(fc.record({ ip: fc.ipV4(), traits: objects }, { requiredKeys: [] })),
    timestamp: field(fc.date({ noInvalidDate: true }).map((date) => date.toISOString())),
    originalTimestamp: field(fc.constant(undefined)),
    sentAt: field(fc.date({ noInvalidDate: true }).map((date) => date.toISOString())),
  },
  { requiredKeys: [] },
);
const body = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record(
      { batch: field(fc.array(field(message), { maxLength: 5 })), sentAt: oddValue, context: field(objects) },
      { requiredKeys: ['batch'] },
    ),
  },
  { weight: 2, arbitrary: message },
  { weight: 1, arbitrary: oddValue },
);

// `__proto__` as a key: an object of fast-check cannot hold it, its text can.
const poisoned = (text: string) => text.replaceAll('"toString"', '"__proto__"');

test('any JSON', async () => {
  const { http, got } = open();
  const headers = { 'x-write-key': key, 'content-type': 'application/json' };
  await fc.assert(
    fc.asyncProperty(body, fc.constantFrom(...paths), async (value, url) => {
      const payload = poisoned(JSON.stringify(value) ?? 'undefined');
      const answer = await http.inject({ method: 'POST', url, headers, payload });
      assert.ok(good.has(answer.statusCode), `${answer.statusCode} ${answer.body}`);
      assert.doesNotThrow(() => JSON.parse(answer.body));
      for (const event of got.splice(0)) assertSound(event);
      assert.equal(({} as { x?: unknown }).x, undefined);
    }),
    { numRuns: runs },
  );
  await http.close();
});

test('any bytes, under any type and packing', async () => {
  const { http, got } = open();
  const types = fc.constantFrom(
    'application/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'x',
    '',
    'a/b;c="',
    '/;=,',
  );
  const packings = fc.constantFrom(undefined, 'gzip', 'deflate', 'br', 'gzip, br', 'identity', 'nonsense');
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((data) => Buffer.from(data)),
    fc.string({ unit: 'binary' }).map((text) => Buffer.from(`data=${encodeURIComponent(text.toWellFormed())}`)),
    // Almost JSON: one byte of a sound body changed, cut off or put in.
    fc.tuple(message, fc.nat(), fc.nat(255), fc.constantFrom(0, 1, 2)).map(([value, place, byte, cut]) => {
      const sound = Buffer.from(JSON.stringify({ batch: [value] }) ?? '');
      const at = place % (sound.length + 1);
      return Buffer.concat([sound.subarray(0, at), Buffer.from(cut === 2 ? [] : [byte]), sound.subarray(at + cut)]);
    }),
  );
  await fc.assert(
    fc.asyncProperty(bytes, types, packings, fc.boolean(), fc.constantFrom(...paths), async (plain, type, packing, pack, url) => {
      const payload = pack && packing === 'gzip' ? gzipSync(plain) : plain;
      const headers = {
        'x-write-key': key,
        'content-type': type,
        ...(packing === undefined ? {} : { 'content-encoding': packing }),
      };
      const answer = await http.inject({ method: 'POST', url, headers, payload });
      assert.ok(good.has(answer.statusCode), `${answer.statusCode} ${answer.body}`);
      for (const event of got.splice(0)) assertSound(event);
    }),
    { numRuns: runs },
  );
  await http.close();
});

test('any key, path, query and header', async () => {
  const { http } = open();
  const ascii = fc.string({ unit: 'binary-ascii', maxLength: 80 }).map((text) => text.replace(/[^\x20-\x7e]/g, '~'));
  const headers = fc.record(
    {
      authorization: ascii,
      'x-write-key': ascii,
      'accept-language': ascii,
      origin: ascii,
      'access-control-request-headers': ascii,
    },
    { requiredKeys: [] },
  );
  const urls = fc
    .tuple(fc.constantFrom(...paths, '/v1/projects/', '/sourceConfig', '/docs/', '/health/'), ascii)
    .map(([path, rest]) => path + rest);
  const statuses = new Set([...good, 204, 302, 404, 405]);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('GET', 'POST', 'OPTIONS', 'PUT', 'HEAD'), urls, headers, async (method, url, more) => {
      const answer = await http.inject({
        method: method as 'GET',
        url: url.replaceAll(' ', '%20'),
        headers: more,
        ...(method === 'POST' ? { payload: '{}' } : {}),
      });
      assert.ok(statuses.has(answer.statusCode), `${answer.statusCode} ${answer.body}`);
    }),
    { numRuns: runs },
  );
  await http.close();
});

test('bodies made to hurt, over a real connection, in bounded memory', async () => {
  const { http, got } = open();
  const url = await http.listen({ host: '127.0.0.1', port: 0 });
  const frame = (properties: string) => `{"batch":[{"type":"track","userId":"u","event":"E","properties":${properties}}]}`;
  const room = eventLimits.batchBytes - 200;
  const wounds: [string, string | Buffer, number, Record<string, string>?][] = [
    ['a string of 10 MB', frame(`{"a":"${'x'.repeat(10e6)}"}`), 413],
    ['a key of 400 KB', frame(`{"${'k'.repeat(400_000)}":1}`), 200],
    ['lists in lists', frame(`{"a":${'['.repeat(room / 2)}${']'.repeat(room / 2)}}`), 200],
    ['objects in objects', frame(`${'{"a":'.repeat(room / 6)}1${'}'.repeat(room / 6)}`), 200],
    ['only opening brackets', '['.repeat(room), 400],
    ['100,000 keys', frame(`{${Array.from({ length: 40_000 }, (_, at) => `"k${at}":1`).join(',')}}`), 200],
    ['200,000 numbers', frame(`{"a":[${'1,'.repeat(200_000)}1]}`), 200],
    ['200,000 lists as events', `{"batch":[${'[],'.repeat(160_000)}[]]}`, 413],
    ['digits', frame(`{"a":${'9'.repeat(400_000)}}`), 200],
    ['escapes', frame(`{"a":"${'\\u0000'.repeat(60_000)}"}`), 200],
    ['a bomb of 200 MB', gzipSync(Buffer.alloc(200e6), { level: 9 }), 413, { 'content-encoding': 'gzip' }],
  ];
  const before = process.memoryUsage().rss;
  for (const [name, body, status, more = {}] of wounds) {
    for (let round = 0; round < 3; round++) {
      const headers = { 'x-write-key': key, 'content-type': 'application/json', ...more };
      const answer = await fetch(`${url}/v1/batch`, { method: 'POST', headers, body });
      assert.equal(answer.status, status, `${name}: ${await answer.text()}`);
    }
  }
  assert.deepEqual(got, [], 'nothing of it was fit to record');
  assert.equal((await fetch(`${url}/health/live`)).status, 200);
  assert.ok(process.memoryUsage().rss - before < 300e6, 'memory grew with what was sent');
  await http.close();
});

test('connections that are broken off or never finish leave nothing behind', async () => {
  const { http, got } = open();
  const url = await http.listen({ host: '127.0.0.1', port: 0 });
  const headers = { 'x-write-key': key };
  for (let round = 0; round < 50; round++) {
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.from('{"batch":['));
        setImmediate(() => controller.error(new Error('the client went away')));
      },
    });
    await fetch(`${url}/v1/batch`, { method: 'POST', headers, body: stream, duplex: 'half' } as RequestInit).catch(
      () => undefined,
    );
  }
  const answer = await fetch(`${url}/v1/batch`, { method: 'POST', headers, body: '{"batch":[{"type":"page","userId":"u"}]}' });
  assert.equal(answer.status, 200);
  assert.equal(got.length, 1);
  await http.close();
});
