// What a key is limited to holds on every route: the test walks the node's own document, so that a new route is covered by itself.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openTestNode, type TestNode } from './testing.ts';

type Operation = { method: string; path: string; audit?: { action?: string }; open: boolean };

let node: TestNode;
let operations: Operation[];
const tokens = { some: '', directory: '' };
const own = { id: 0 };
const other = { id: 0 };

before(async () => {
  node = await openTestNode();
  const paths = (await node.app.http.inject({ url: '/openapi.json' })).json().paths as {
    [path: string]: { [method: string]: { 'x-audit'?: { action?: string }; 'x-access'?: { open?: string } } };
  };
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      open: operation['x-access']?.open !== undefined,
      ...(operation['x-audit'] && { audit: operation['x-audit'] }),
    })),
  );
  own.id = (await node.addSource('own')).id;
  other.id = (await node.addSource('other')).id;
  const expiresAtMs = Date.now() + 86_400_000;
  const { apiKeys } = node.app.node().entrances;
  tokens.some = (await apiKeys.add({ name: 'some', roles: ['administrator'], sources: [own.id], expiresAtMs }, 'operator')).token;
  tokens.directory = (await apiKeys.add({ name: 'directory', scope: 'directory', roles: [], expiresAtMs }, 'operator')).token;
});
after(() => node.close());

const guarded = () =>
  operations.filter(
    ({ path, open }) => !open && /^\/(api|scim)\//.test(path) && !path.startsWith('/api/public/') && !path.startsWith('/api/s/'),
  );

async function policyOf(token: string, method: string, url: string, payload?: object) {
  const answer = await node.app.http.inject({
    method: method as 'GET',
    url,
    headers: { authorization: `Bearer ${token}` },
    ...(payload !== undefined && { payload }),
  });
  const code = answer.json().error?.code ?? answer.statusCode;
  return { status: answer.statusCode, code };
}

/** The policy that the audit log names for the last refusal. */
async function lastPolicy(action: string): Promise<string | undefined> {
  const { body } = await node.ask<{ entries: { action: string; policy?: string; outcome: string }[] }>(
    'GET',
    '/api/audit?limit=5',
  );
  return body.entries.find((entry) => entry.action === action && entry.outcome === 'refused')?.policy;
}

test('a key that is limited to a source is refused wherever a route may touch another', async () => {
  const perSource = new Set<string>();
  for (const { method, path, audit } of guarded()) {
    const url = path.replace(/\{[^}]+\}/g, String(other.id));
    const needsBody = method !== 'GET' && method !== 'DELETE';
    const { status } = await policyOf(tokens.some, method, url, needsBody ? {} : undefined);
    assert.ok([400, 403, 404].includes(status), `${method} ${path}: ${status}`);
    if (status === 403 && audit?.action) assert.equal(await lastPolicy(audit.action), 'key-sources', `${method} ${path}`);
    if (path.startsWith('/api/sources/{id}')) perSource.add(path);
  }
  assert.ok(perSource.size >= 5);
});

test('within its source the limit leaves the decision to the policies', async () => {
  const dictionary = `/api/sources/${own.id}/dictionary`;
  for (const [method, url, body] of [
    ['GET', dictionary],
    ['PUT', dictionary, { version: 1 }],
    ['GET', `${dictionary}/versions`],
    ['POST', `/api/sources/${own.id}/disable`],
    ['GET', `/api/quarantine?source=${own.id}`],
    ['POST', '/api/imports/batch', { source: own.id, events: [] }],
  ] as const) {
    const { status } = await policyOf(tokens.some, method, url, body);
    // Allowed, or refused by a policy for what the role may not do; never for the source.
    if (status === 403) {
      const { body: log } = await node.ask<{ entries: { policy?: string; outcome: string }[] }>('GET', '/api/audit?limit=2');
      assert.notEqual(log.entries[1]?.policy, 'key-sources', url);
    } else assert.ok(status < 400, `${url}: ${status}`);
  }
  for (const [method, url, body] of [
    ['GET', `/api/sources/${other.id}/dictionary`],
    ['GET', `/api/quarantine?source=${other.id}`],
    ['GET', '/api/quarantine'],
    ['GET', '/api/sources'],
    ['GET', '/api/profiles/p1'],
    ['POST', '/api/imports/batch', { source: other.id, events: [] }],
  ] as const) {
    assert.equal((await policyOf(tokens.some, method, url, body)).code, 'forbidden', url);
  }
});

test('a key of the directory opens /scim and nothing else, and no other key opens /scim', async () => {
  for (const { method, path } of guarded()) {
    const url = path.replace(/\{[^}]+\}/g, '1');
    const { status } = await policyOf(tokens.directory, method, url, method === 'GET' || method === 'DELETE' ? undefined : {});
    if (path.startsWith('/scim/')) assert.ok(![401, 403].includes(status), `${method} ${path}: ${status}`);
    else assert.ok([400, 403].includes(status), `${method} ${path}: ${status}`);
  }
  assert.equal((await policyOf(tokens.directory, 'GET', '/api/sources')).code, 'forbidden');
  assert.equal((await node.app.http.inject({ url: '/scim/v2/Users' })).statusCode, 401);
});
