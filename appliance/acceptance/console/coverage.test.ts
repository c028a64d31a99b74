// Every route that a person would use has a place in the console, or a reason why not. The list is held against the document that the node writes
// and against what the console's sources ask for.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { channelNames } from '../../segment-acts.ts';
import { openTestNode } from '../../testing.ts';

const renderer = join(import.meta.dirname, '..', '..', '..', 'admin-console', 'renderer');

/** Asked for by an address that is put together. */
const byAddress: { readonly [route: string]: string } = {
  'GET /api/models/{name}/versions/{version}/onnx': 'screens/models/report.tsx',
};

const elsewhere: { readonly [route: string]: string } = {
  'GET /health/lead': 'asked by load balancers where several nodes share a database',
  'GET /health/live': 'asked by supervisors of services and by the desktop program; the page asks whether the node serves',
  'GET /metrics': 'read by monitoring systems; people have the figures as charts',
  'GET /api/profiles': 'the identifier would stand in the address; the search by POST is its place',
  'GET /api/profiles/{id}/segments': 'the profile carries the same, and its page shows it',
  'POST /api/subjects/{id}/erase': 'the operator’s direct way; people propose an erasure, and another approves it',
  'POST /api/retention/run': 'the operator’s direct way; people propose a run, and another approves it',
  'POST /api/keys/rotate': 'the operator’s direct way; people propose a rotation, and another approves it',
  'POST /api/matches/files': 'for programs in one piece; the console sends a file in parts',
  'GET /api/matches/results': 'each match shows its own results',
  'PUT /api/quarantine/{id}':
    'an event as a whole, sent by whoever sees masks, would write them over values; the console changes field by field',
  'DELETE /api/quarantine/{id}': 'the console gives events up for a reason, by the route for many',
  'POST /api/audit/cosign': 'nodes ask each other',
  'POST /api/audit/cosignatures': 'nodes ask each other',
  'POST /api/session/desktop/exchange': 'the desktop program asks, not a page',
  'GET /api/session/oidc/callback': 'where the provider sends the browser, a page of its own',
  'POST /api/people/link': 'makes the first administrator’s link, when nobody can sign in yet: by the command line',
  'GET /api/jobs/{id}': 'the list shows the same of each',
  'POST /api/imports/batch': 'for the command line; the page sends rows, so that the importer’s own rules hold',
};

const actionLines = readFileSync(join(renderer, 'screens', 'compliance', 'action-lines.ts'), 'utf8');

const sources = readdirSync(renderer, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('schema.d.ts') && !path.includes('.test.'))
  .map((path) => readFileSync(join(renderer, path), 'utf8'));

test('each route for people has a place in the console or a reason, and no reason is left behind', async (t) => {
  const node = await openTestNode();
  t.after(() => node.close());
  const { paths } = node.app.http.swagger() as unknown as { paths: { [path: string]: { [method: string]: unknown } } };
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    /^\/(api\/|health\/|metrics$)(?!public\/|s\/)/.test(path)
      ? Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)
      : [],
  );
  assert.ok(routes.length > 200, `${routes.length} routes`);
  const asked = new Set<string>();
  for (const source of sources) {
    for (const [, method, path] of source.matchAll(/api\s*\.(GET|POST|PUT|DELETE|PATCH)\(\s*'([^']+)'/g))
      asked.add(`${method} ${path}`);
    // Streams and downloads are asked by their address.
    for (const [, path] of source.matchAll(/['"`](\/api\/[^'"`?$]+)/g)) asked.add(`GET ${path}`);
  }
  const placed = (route: string) => asked.has(route) || Object.hasOwn(byAddress, route);
  assert.deepEqual(
    routes.filter((route) => !placed(route) && !Object.hasOwn(elsewhere, route)),
    [],
    'without a place and without a reason',
  );
  assert.deepEqual(
    Object.keys(elsewhere).filter((route) => !routes.includes(route) || asked.has(route)),
    [],
    'a reason for a route that is gone or has its place',
  );
  for (const [route, path] of Object.entries(byAddress)) {
    assert.ok(routes.includes(route), route);
    assert.match(readFileSync(join(renderer, path), 'utf8'), /onnx/);
  }
});

test('every action that policies decide about and that the audit log names has words in both languages', async (t) => {
  const node = await openTestNode();
  t.after(() => node.close());
  type Operation = { 'x-access'?: { action?: string }; 'x-audit'?: { action?: string } };
  const { paths } = node.app.http.swagger() as unknown as { paths: { [path: string]: { [method: string]: Operation } } };
  const actions = new Set(
    Object.values(paths)
      .flatMap((methods) => Object.values(methods))
      .flatMap((operation) => [operation['x-access']?.action, operation['x-audit']?.action])
      .filter((action) => action !== undefined),
  );
  assert.ok(actions.size > 150, `${actions.size} actions`);
  const named = new Set([...actionLines.matchAll(/^(\S+) \| [^|]+ \| [^|]+$/gm)].map(([, action]) => action));
  assert.deepEqual(
    [...actions].filter((action) => !named.has(action)),
    [],
  );
});

test('the console and the node call the ways to reach a customer alike', () => {
  const said = readFileSync(join(renderer, 'words', 'channels.ts'), 'utf8');
  for (const [channel, { en, zh }] of Object.entries(channelNames))
    assert.ok(said.includes(`  ${channel}: { en: '${en}', zh: '${zh}' },`), channel);
});
