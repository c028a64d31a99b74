// Somebody's data put wherever a request has room for it, and looked for in everything that the node says of itself.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import pino from 'pino';
import { loggerOptions } from './core/http/log.ts';
import { openTestNode } from './testing.ts';
import { openCollector } from './testing-collector.ts';

/** Each is one that nothing else would say. */
const canary = {
  name: '欧阳canary',
  email: 'canary.ouyang@example.com',
  phone: '13812344321',
  id: '11010519491231002X',
  card: '6222029876543210987',
} as const;
const values = Object.values(canary);

function assertClean(text: string, where: string): void {
  const plain = decodeLeniently(text);
  for (const value of values) assert.ok(!plain.includes(value), `${where} has ${value}`);
}

function decodeLeniently(text: string): string {
  return text.replace(/(%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}

test('nothing of a customer is in the log, the figures or the traces', async () => {
  const collector = await openCollector();
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-log-'));
  const file = join(folder, 'node.log');
  const node = await openTestNode({ config: { log: { level: 'trace', file }, tracing: { endpoint: collector.url } } });
  let [figures, ring] = ['', ''];
  try {
    const { http } = node.app;
    http.log.info(`started`);
    for (const value of values) {
      const path = encodeURIComponent(value);
      const headers = {
        authorization: `Bearer ${node.accessToken}`,
        'x-request-id': Buffer.from(value).toString('latin1'),
        traceparent: `00-${Buffer.from(value).toString('latin1')}-x-01`,
        tracestate: `holdfast=${path}`,
        baggage: `user=${path}`,
        'user-agent': path,
        referer: `https://shop.example.com/?q=${path}`,
        'x-purpose': path,
        cookie: `c=${path}`,
      };
      await http.inject({ url: `/${path}?q=${path}`, headers });
      await http.inject({ url: `/api/profiles/${path}`, headers });
      await http.inject({ method: 'POST', url: '/api/profiles/search', headers, payload: { identifier: value } });
      await http.inject({ method: 'POST', url: '/api/profiles/search', headers, payload: { [value]: value } });
      const broken = { ...headers, 'content-type': 'application/json' };
      await http.inject({ method: 'POST', url: '/api/profiles/search', headers: broken, payload: `{"identifier": ${value}` });
      await http.inject({ method: 'POST', url: `/v1/track?writeKey=${path}`, headers, payload: { event: value } });
      await node.send([
        { type: 'identify', userId: value, traits: { ...canary }, messageId: value },
        { type: value, userId: value },
        { type: 'track', event: value, properties: { [value]: value }, anonymousId: value },
      ]);
      await http.inject({ url: '/api/about', headers: { authorization: `Bearer ${path}` } });
    }
    await node.app.node().profiles.settled();
    figures = (await http.inject({ url: '/metrics', headers: { accept: 'application/openmetrics-text' } })).body;
    ring = JSON.stringify((await node.ask('GET', '/api/logs?limit=2000')).body);
  } finally {
    await node.close();
    await collector.close();
  }
  const log = readFileSync(file, 'utf8');
  rmSync(folder, { recursive: true });
  // What is looked through is there.
  assert.match(log, /"correlationId":"[0-9a-f]{8}-/);
  assert.match(log, /"route":"\/api\/profiles\/search"/);
  for (const line of log.trim().split('\n')) JSON.parse(line);
  assert.match(figures, /holdfast_http_requests_total/);
  assert.ok(collector.spans.length > 20);
  assertClean(log, 'the log');
  assertClean(ring, 'the log screen');
  assertClean(figures, 'figures');
  assertClean(collector.bodies.join('\n'), 'traces');
});

test('a line that somebody writes carelessly loses what is not on the list', () => {
  const lines: string[] = [];
  const options = loggerOptions('trace', undefined) as pino.LoggerOptions;
  const log = pino(options, { write: (line: string) => void lines.push(line) });
  const error = Object.assign(new Error(canary.email), { name: canary.phone, code: canary.card, detail: canary.name });
  log.error(error);
  log.error({ err: error });
  log.error({ err: new Error('outer', { cause: error }), code: canary.name, customer: canary.name }, 'failed');
  log.warn({ what: { deep: canary.email }, route: canary.email.replace('@', '%') }, 'a %s', canary.phone);
  assert.equal(lines.length, 4);
  assertClean(lines.join(''), 'a careless line');
});
