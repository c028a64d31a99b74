import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { attributeNames } from './core/telemetry/tracing.ts';
import { openTestNode } from './testing.ts';
import { openCollector } from './testing-collector.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parentId = '00f067aa0ba902b7';

test('a request, what it reads, and what is written for many reach the collector, in the trace that the caller began', async () => {
  const collector = await openCollector();
  const secrets = mkdtempSync(join(tmpdir(), 'holdfast-trace-'));
  const headerFile = join(secrets, 'token');
  writeFileSync(headerFile, 'Bearer of-the-collector\n');
  const tracing = { endpoint: collector.url, headerFiles: { authorization: headerFile } };
  const node = await openTestNode({ config: { tracing } });
  try {
    await node.send([{ type: 'identify', userId: 'u1', traits: { name: '王小明' }, messageId: 'm1' }]);
    const traceparent = `00-${traceId}-${parentId}-01`;
    const headers = { authorization: `Bearer ${node.accessToken}`, traceparent };
    const answer = await node.app.http.inject({ url: '/api/profiles/p1?limit=1', headers });
    assert.equal(answer.headers['x-request-id'], traceId);
    const { body } = await node.ask<{ entries: { action: string; correlationId?: string }[] }>('GET', '/api/audit');
    assert.ok(body.entries.some(({ correlationId }) => correlationId === traceId));
  } finally {
    await node.close();
    await collector.close();
    rmSync(secrets, { recursive: true });
  }
  const { spans } = collector;
  const server = spans.find((span) => span.traceId === traceId && span.kind === 2);
  assert.ok(server, spans.map(({ name }) => name).join());
  assert.equal(server.parentSpanId, parentId);
  assert.equal(server.name, 'GET /api/profiles/:id');
  assert.equal(server.attributes['http.route'], '/api/profiles/:id');
  assert.equal(typeof server.attributes['http.response.status_code'], 'number');
  assert.equal(server.attributes['holdfast.request_id'], traceId);
  const sealing = spans.find(({ name }) => name === 'store.seal-and-write');
  assert.ok(sealing && Number(sealing.attributes['holdfast.sealed']) > 0);
  // Written for many, so in no request's trace.
  assert.ok(!spans.some((span) => span.kind === 2 && span.traceId === sealing.traceId));
  const names = new Set(spans.flatMap(({ attributes }) => Object.keys(attributes)));
  assert.deepEqual(
    [...names].filter((name) => !(attributeNames as readonly string[]).includes(name)),
    [],
  );
  assert.equal(collector.headers[0]!.authorization, 'Bearer of-the-collector');
  assert.equal(collector.headers[0]!.path, '/v1/traces');
  assert.doesNotMatch(collector.bodies.join(), /王小明|u1"/);
});

test('what is not to be sampled is not sent, and a collector that is away holds nothing up', async () => {
  const collector = await openCollector();
  const node = await openTestNode({ config: { tracing: { endpoint: collector.url, sampling: 0 } } });
  await node.ask('GET', '/api/about');
  await node.close();
  assert.equal(collector.spans.length, 0);
  await collector.close();
  const alone = await openTestNode({ config: { tracing: { endpoint: collector.url } } });
  assert.equal((await alone.ask('GET', '/api/about')).status, 200);
  await alone.close();
});

test('while traces are off nothing of OpenTelemetry is loaded but the interface that the figures need', () => {
  const script = `
    import { openTestNode } from ${JSON.stringify(join(import.meta.dirname, 'testing.ts'))};
    import { createRequire } from 'node:module';
    const node = await openTestNode();
    await node.app.http.inject('/metrics');
    const loaded = Object.keys(createRequire(import.meta.url).cache).filter((file) => /@opentelemetry\\/(?!api\\/)/.test(file));
    await node.close();
    console.log(JSON.stringify(loaded));
  `;
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-trace-'));
  const file = join(folder, 'off.mjs');
  writeFileSync(file, script);
  const { stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  assert.equal(stdout.trim().split('\n').at(-1), '[]', stderr);
});
