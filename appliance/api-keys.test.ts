// Keys for programs: what they are made of, how long they are good, what they are held to, and what a kill or a full disk does to them.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeToken, readToken, tokenPattern } from './core/access/api-key-token.ts';
import { type ApiKey, apiKeyLimits } from './core/access/api-keys.ts';
import { systemPorts } from './core/ports.ts';
import { type Answered, openTestNode, type TestNode } from './testing.ts';

const dayMs = 86_400_000;

/** A node whose clock the test moves. */
async function open(t: { after(work: () => Promise<void>): void }) {
  let aheadMs = 0;
  const clock = { nowMs: () => systemPorts.clock.nowMs() + aheadMs };
  const node = await openTestNode({ ports: { ...systemPorts, clock } });
  t.after(() => node.close());
  return {
    node,
    pass: (ms: number) => {
      aheadMs += ms;
    },
    inDays: (days: number) => clock.nowMs() + days * dayMs,
  };
}

type Made = { key: ApiKey; token: string };
const add = async (node: TestNode, body: object): Promise<Made> => {
  const made = await node.ask<Made>('POST', '/api/api-keys', body);
  assert.equal(made.status, 201, JSON.stringify(made.body));
  return made.body;
};

async function askAs(
  node: TestNode,
  token: string,
  url: string,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' = 'GET',
  body?: object,
) {
  const answer = await node.app.http.inject({
    method,
    url,
    headers: { authorization: `Bearer ${token}` },
    ...(body !== undefined && { payload: body }),
  });
  return { status: answer.statusCode, body: answer.json() } as Answered<{ error?: { code: string } }>;
}

test('a token is told from a mistyped one by itself', () => {
  const token = makeToken(systemPorts.random);
  assert.match(token, new RegExp(tokenPattern));
  assert.equal(readToken(token), 'token');
  assert.equal(readToken('cexampleexampleexample234'), 'something else');
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
  fc.assert(
    fc.property(fc.nat(38), fc.nat(31), (at, letter) => {
      const place = at + 4;
      const changed = token.slice(0, place) + alphabet[letter] + token.slice(place + 1);
      return readToken(changed) === (changed === token ? 'token' : 'mistyped');
    }),
  );
  for (let at = 4; at + 1 < token.length; at += 1) {
    const swapped = token.slice(0, at) + token[at + 1] + token[at] + token.slice(at + 2);
    assert.equal(readToken(swapped), swapped === token ? 'token' : 'mistyped');
  }
});

test('a key is shown once, found again by its hash, and runs out', async (t) => {
  const { node, pass, inDays } = await open(t);
  const { key, token } = await add(node, { name: 'Rosebud report', roles: ['auditor', 'marketer'], expiresAtMs: inDays(30) });
  assert.deepEqual(key.roles, ['marketer', 'auditor']);
  assert.equal(key.madeBy, 'operator');
  const { apiKeys } = node.app.node().entrances;
  assert.deepEqual(apiKeys.principalOf(token), { actor: 'key 1', kind: 'key', id: 1, roles: ['marketer', 'auditor'] });
  assert.equal(apiKeys.principalOf(makeToken(systemPorts.random)), undefined);

  const listed = await node.ask<{ keys: ApiKey[] }>('GET', '/api/api-keys');
  assert.equal(listed.body.keys[0]!.name, 'Rosebud report');
  assert.ok(listed.body.keys[0]!.lastUsedAtMs);
  assert.equal(JSON.stringify(listed.body).includes(token), false);

  await node.restart();
  const again = node.app.node().entrances.apiKeys;
  assert.equal(again.principalOf(token)?.id, 1);
  assert.ok(again.list()[0]!.lastUsedAtMs, 'when it was last used outlives a restart');
  for (const file of readdirSync(node.folder)) {
    const bytes = readFileSync(join(node.folder, file));
    for (const word of ['Rosebud', token, token.slice(4, 36)]) assert.equal(bytes.includes(word), false, `${word} in ${file}`);
  }
  pass(30 * dayMs + 1000);
  assert.equal(again.principalOf(token), undefined);
  assert.equal(again.list()[0]!.state, 'expired');
  assert.equal((await askAs(node, token, '/api/sources')).status, 401);
});

test('what is not right about a wanted key is named', async (t) => {
  const { node, inDays } = await open(t);
  const good = { name: 'One', roles: ['auditor'], expiresAtMs: inDays(30) };
  await add(node, good);
  for (const [change, status, where] of [
    [{ name: ' ' }, 400, 'name'],
    [{ name: 'a\nb' }, 400, 'name'],
    [{ name: 'One' }, 409, 'name'],
    [{ roles: [] }, 400, 'roles'],
    [{ roles: ['king'] }, 400, 'body/roles/0'],
    [{ scope: 'directory' }, 400, 'roles'],
    [{ scope: 'directory', roles: [], sources: [1] }, 400, 'sources'],
    [{ sources: [99] }, 400, 'sources'],
    [{ sources: [] }, 400, 'body/sources'],
    [{ expiresAtMs: inDays(-1) }, 400, 'expiresAtMs'],
    [{ expiresAtMs: inDays(740) }, 400, 'expiresAtMs'],
    [{ expiresAtMs: undefined }, 400, 'body/expiresAtMs'],
    [{ more: 1 }, 400, 'body'],
  ] as const) {
    const { status: got, body } = await node.ask<{ error: { where: string } }>('POST', '/api/api-keys', {
      ...good,
      name: 'Two',
      ...change,
    });
    assert.equal(got, status, JSON.stringify(change));
    assert.equal(body.error.where, where, JSON.stringify(change));
  }
  const both = await Promise.all([1, 2].map(() => node.ask('POST', '/api/api-keys', { ...good, name: 'Twin' })));
  assert.deepEqual(both.map(({ status }) => status).sort(), [201, 409]);
});

test('a rotation leaves the old token for as long as was said, and a revocation leaves none', async (t) => {
  const { node, pass, inDays } = await open(t);
  const { token } = await add(node, { name: 'One', roles: ['auditor'], expiresAtMs: inDays(3) });
  const rotate = async (body?: object) => (await node.ask<Made>('POST', '/api/api-keys/1/rotate', body)).body;
  const second = await rotate({ keepPreviousHours: 24 });
  const { apiKeys } = node.app.node().entrances;
  assert.ok(second.key.previousKeyUntilMs);
  assert.ok(apiKeys.principalOf(token) && apiKeys.principalOf(second.token));
  pass(dayMs + 1000);
  assert.equal(apiKeys.principalOf(token), undefined);
  assert.ok(apiKeys.principalOf(second.token));
  const third = await rotate();
  assert.equal(apiKeys.principalOf(second.token), undefined);
  // The overlap does not outlive the date that the old token was given.
  const fourth = await rotate({ keepPreviousHours: 720, expiresAtMs: inDays(90) });
  pass(2 * dayMs);
  assert.equal(apiKeys.principalOf(third.token), undefined);
  assert.ok(apiKeys.principalOf(fourth.token));

  const fifth = await rotate({ keepPreviousHours: 24 });
  assert.equal((await node.ask<ApiKey>('DELETE', '/api/api-keys/1')).body.state, 'revoked');
  assert.equal((await node.ask<ApiKey>('DELETE', '/api/api-keys/1')).status, 200);
  for (const gone of [fourth.token, fifth.token]) assert.equal((await askAs(node, gone, '/api/sources')).status, 401);
  await node.restart();
  for (const gone of [fourth.token, fifth.token]) assert.equal((await askAs(node, gone, '/api/sources')).status, 401);
  assert.equal((await node.ask('POST', '/api/api-keys/1/rotate')).status, 409);
  assert.equal((await node.ask('POST', '/api/api-keys/7/rotate')).status, 404);
  assert.equal((await node.ask('DELETE', '/api/api-keys/0')).status, 400);
  // The name is free again.
  await add(node, { name: 'One', roles: ['auditor'], expiresAtMs: inDays(3) });
});

test('a key does not manage keys, and an unknown one is nobody', async (t) => {
  const { node, inDays } = await open(t);
  const { token } = await add(node, { name: 'One', roles: ['administrator'], expiresAtMs: inDays(3) });
  const body = { name: 'Two', roles: ['auditor'], expiresAtMs: inDays(3) };
  for (const [method, url] of [
    ['POST', '/api/api-keys'],
    ['POST', '/api/api-keys/1/rotate'],
    ['DELETE', '/api/api-keys/1'],
  ] as const) {
    assert.equal(
      (await askAs(node, token, url, method, method === 'DELETE' ? undefined : body)).status,
      url.endsWith('rotate') ? 400 : 403,
    );
    assert.equal((await askAs(node, makeToken(systemPorts.random), url, method)).status, 401);
    assert.equal((await askAs(node, `${token.slice(0, -1)}${token.endsWith('a') ? 'b' : 'a'}`, url, method)).status, 401);
  }
  assert.equal((await askAs(node, token, '/api/api-keys/1/rotate', 'POST', {})).status, 403);
  assert.equal(node.app.node().entrances.apiKeys.list().length, 1);
});

test('ended keys make room, living ones have a limit', async (t) => {
  const { node, pass, inDays } = await open(t);
  const { apiKeys } = node.app.node().entrances;
  const one = (name: string) => apiKeys.add({ name, roles: ['auditor'], expiresAtMs: inDays(1) }, 'operator');
  for (let at = 0; at < apiKeyLimits.keys; at += 1) await one(`key ${at}`);
  await assert.rejects(one('one more'), { code: 'limit_reached' });
  pass(2 * dayMs);
  for (let at = 0; at < 3; at += 1) {
    await apiKeys.revoke(at + 1);
    await one(`again ${at}`);
  }
  assert.equal(apiKeys.list().length, apiKeyLimits.keys + 3);
});
