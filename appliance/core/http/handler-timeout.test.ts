// A handler that takes too long: its caller is told to come again, whatever the method, and the work goes on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { systemPorts } from '../ports.ts';
import { createHttp } from './http.ts';

test('whoever waits too long is told to come again, with a body and without; the work goes on', async () => {
  const options = { ports: systemPorts, version: '0', isSealed: () => false, loopDelayMs: () => 0 };
  const http = createHttp({ ...options, limits: { handlerMs: 60 } });
  const held = Promise.withResolvers<void>();
  let finished = 0;
  const work = async () => {
    await held.promise;
    finished += 1;
    return { done: true };
  };
  const quick = async () => ({ done: true });
  await http.register(async (scope) => {
    scope.get('/slow', work);
    scope.post('/slow', work);
    scope.post('/patient', { handlerTimeout: 30_000 }, work);
    scope.get('/stream', { config: { ungated: true } }, work);
    scope.post('/quick', quick);
  });
  const url = await http.listen({ port: 0, host: '127.0.0.1' });
  const ask = (method: string, path: string) => {
    const body = method === 'POST' && { body: '{"a":1}', headers: { 'content-type': 'application/json' } };
    return fetch(new URL(path, url), { method, ...body });
  };
  try {
    const patient = ask('POST', '/patient');
    const stream = ask('GET', '/stream');
    for (const method of ['GET', 'POST']) {
      const late = await ask(method, '/slow');
      const { error } = (await late.json()) as { error: { code: string } };
      assert.deepEqual([late.status, error.code], [429, 'too_busy'], method);
      assert.ok(Number(late.headers.get('retry-after')) >= 1);
    }
    assert.equal((await ask('POST', '/quick')).status, 200);
    assert.equal(finished, 0);
    held.resolve();
    assert.deepEqual([(await patient).status, (await stream).status], [200, 200]);
    while (finished < 4) await pause(5);
    // The connection has not been spoilt by an answer that came too late.
    assert.equal((await ask('POST', '/quick')).status, 200);
  } finally {
    held.resolve();
    await http.close();
  }
});
