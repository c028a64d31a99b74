// A file in parts over HTTP, behind a door of its own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHttp } from '../core/http/http.ts';
import { mountTestAccess } from '../core/http/testing.ts';
import { systemPorts } from '../core/ports.ts';
import { filePartRoutes } from './file-part-routes.ts';
import { fileLimits } from './files.ts';
import { testWorld } from './testing.ts';

test('a CSV in parts, cut anywhere', async () => {
  const { files } = testWorld();
  const http = createHttp({ ports: systemPorts, version: 'test', isSealed: () => false, loopDelayMs: () => 0 });
  mountTestAccess(http);
  filePartRoutes(http, { files: () => files, actorOf: () => 'person 4' });
  const headers = { authorization: 'Bearer t' };
  const post = (url: string, payload?: object) =>
    http.inject({ method: 'POST', url: `/api/matches/files/${url}`, headers, ...(payload && { payload }) });
  const opened = await post('open', { columns: { id: 'no', kinds: { phone: 'tel' } } });
  assert.equal(opened.statusCode, 201, opened.body);
  const { id } = opened.json();
  const put = (part: number, payload: string | Buffer, type = 'text/csv') =>
    http.inject({
      ...{ method: 'PUT', url: `/api/matches/files/${id}/parts/${part}` },
      ...{ headers: { ...headers, 'content-type': type }, payload },
    });
  assert.equal((await put(0, 'no,tel\nA,138123')).json().parts, 1);
  assert.equal((await put(2, 'x')).statusCode, 409);
  assert.ok((await put(1, '{}', 'application/json')).statusCode >= 400);
  assert.ok((await put(1, Buffer.alloc(fileLimits.sentBytes + 1))).statusCode >= 400);
  assert.equal((await put(1, '45670\n')).json().parts, 2);
  const done = await post(`${id}/finish`);
  assert.deepEqual([done.json().taken, done.json().by], [1, 'person 4'], done.body);
  assert.equal((await post(`${id}/finish`)).statusCode, 404);
  assert.equal((await post('open', { columns: {} })).statusCode, 400);
  await http.close();
});
