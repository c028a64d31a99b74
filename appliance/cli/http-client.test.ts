// Talking to the node that runs on a data folder, against a real server on a loopback port.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { Fault, type FaultCode } from '../core/errors.ts';
import { connectNode } from './http-client.ts';
import { announceNode, nodeFile, readNodeAddress, withdrawNode, writeAccessToken } from './node-file.ts';

let folder: string;
const folders: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-client-'));
  folders.push(folder);
});
const servers: Server[] = [];
after(() => {
  for (const path of folders) rmSync(path, { recursive: true });
  for (const server of servers) server.close();
});

async function serve(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  announceNode(folder, { url, pid: process.pid });
  writeAccessToken(folder, 'token-1');
  return url;
}

const hasCode = (code: FaultCode, where?: string) => (error: unknown) =>
  error instanceof Fault && error.code === code && (where === undefined || error.where === where);

test('a request carries token, language, query and body, and gives the answer', async () => {
  let seen:
    | { method?: string | undefined; url?: string | undefined; headers: IncomingMessage['headers']; body: string }
    | undefined;
  const url = await serve(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    seen = { method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() };
    response.setHeader('content-type', 'application/json').end('{"name":"小明"}');
  });
  const client = connectNode(folder, 'zh');
  assert.equal(client.url, url);
  assert.deepEqual(
    await client.request('POST', '/api/merge', { query: { identifier: 'a b', none: undefined }, body: { n: 1 } }),
    { name: '小明' },
  );
  assert.equal(seen?.method, 'POST');
  assert.equal(seen?.url, '/api/merge?identifier=a+b');
  assert.equal(seen?.headers.authorization, 'Bearer token-1');
  assert.equal(seen?.headers['accept-language'], 'zh');
  assert.equal(seen?.body, '{"n":1}');
});

test('an empty answer is undefined', async () => {
  await serve((_, response) => response.writeHead(204).end());
  assert.equal(await connectNode(folder).request('DELETE', '/api/x'), undefined);
});

test("the node's own fault arrives as that fault", async () => {
  await serve((_, response) =>
    response
      .writeHead(503, { 'retry-after': '7' })
      .end(JSON.stringify({ error: { code: 'sealed', message: '...', next: '...', where: 'api' } })),
  );
  await assert.rejects(
    connectNode(folder).request('GET', '/api/x'),
    (error) => hasCode('sealed', 'api')(error) && (error as Fault).retryAfterS === 7,
  );
});

test('an answer that is no answer of a node is a fault without its text', async () => {
  for (const [status, body] of [
    [502, '<html>secret</html>'],
    [200, 'not json'],
    [500, '{"error":{"code":"constructor"}}'],
    [302, ''],
  ] as const) {
    await serve((_, response) => response.writeHead(status, status === 302 ? { location: 'http://example.com/' } : {}).end(body));
    await assert.rejects(
      connectNode(folder).request('GET', '/'),
      (error) => hasCode('node_not_answering')(error) && !String(error).includes('secret'),
      `${status} ${body}`,
    );
  }
});

test('no node announced, or nobody at the address: it is not running', async () => {
  assert.throws(() => connectNode(folder), hasCode('node_not_running', folder));
  const url = await serve((_, response) => response.end('{}'));
  const client = connectNode(folder);
  await new Promise((closed) => servers.at(-1)?.close(closed));
  await assert.rejects(client.request('GET', '/'), hasCode('node_not_running', url));
});

test('a node that hangs is given up on, and the person may interrupt', async () => {
  await serve(() => {});
  await assert.rejects(connectNode(folder).request('GET', '/', { timeoutMs: 30 }), hasCode('node_not_answering'));
  const controller = new AbortController();
  const asked = connectNode(folder).request('GET', '/', { signal: controller.signal });
  controller.abort(new Error('interrupted by the person'));
  await assert.rejects(asked, /interrupted by the person/);
  servers.at(-1)?.closeAllConnections();
});

test('the token is not sent in the clear to another machine, and not without being there', () => {
  announceNode(folder, { url: 'http://198.51.100.7:7700', pid: 1 });
  writeAccessToken(folder, 'token-1');
  assert.throws(() => connectNode(folder), hasCode('node_not_answering'));
  announceNode(folder, { url: 'https://node.example', pid: 1 });
  assert.equal(connectNode(folder).url, 'https://node.example');
  rmSync(join(folder, 'access-token'));
  assert.throws(() => connectNode(folder), hasCode('unauthenticated', 'access-token'));
});

test("both files are the owner's only; a withdrawn node is gone, another process's stays", () => {
  announceNode(folder, { url: 'http://127.0.0.1:1', pid: 41 });
  writeAccessToken(folder, 'x');
  for (const name of [nodeFile, 'access-token']) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600);
  withdrawNode(folder, 42);
  assert.equal(readNodeAddress(folder)?.pid, 41);
  withdrawNode(folder, 41);
  assert.equal(readNodeAddress(folder), undefined);
});

test('a damaged node.json is as none', () => {
  for (const text of [
    '',
    '{',
    '[]',
    '{"url":5,"pid":1}',
    '{"url":"nonsense","pid":1}',
    '{"url":"http://127.0.0.1:1"}',
    ' '.repeat(9000),
  ]) {
    writeFileSync(join(folder, nodeFile), text);
    assert.equal(readNodeAddress(folder), undefined, text.slice(0, 40));
  }
});
