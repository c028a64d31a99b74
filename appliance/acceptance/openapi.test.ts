// The API as its document tells it: valid OpenAPI 3.1, every route explained and shown by example, none open without a token, none
// answered while sealed but what opens the node; and a page of it that loads nothing from anywhere else.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { systemPorts } from '../core/ports.ts';
import { initFolder, type Serving, serve } from '../lifecycle.ts';
import { openBrowser } from '../record/events/clients/browser-clients.ts';
import { browserTest } from '../record/events/clients/browser-suite.ts';
import { temporaryFolder } from '../simulation/testing/process.ts';
import { removeFolder } from './testing.ts';

type Schema = { [key: string]: unknown };
type Operation = {
  summary?: string;
  tags?: string[];
  security?: object[];
  'x-access'?: { action?: string; open?: string };
  'x-audit'?: { action?: string; change?: boolean; exempt?: string };
  parameters?: Schema[];
  requestBody?: Schema;
  responses: { [status: string]: { description?: string; content?: { [type: string]: { schema?: Schema } } } };
};
type Document = {
  openapi: string;
  tags: { name: string; description?: string }[];
  paths: { [path: string]: { [method: string]: Operation } };
};

const passphrase = 'words for the document';
const folder = temporaryFolder();
let node: Serving;
let document: Document;
before(async () => {
  await initFolder(folder, { passphrase }, systemPorts);
  node = await serve({ folder, ports: systemPorts, secret: { passphrase }, config: { port: 0 }, loopDelayMs: () => 0 });
  document = (await (await fetch(`${node.url}/openapi.json`)).json()) as Document;
});
after(async () => {
  await node?.stop();
  removeFolder(folder);
});

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, method, path, operation })),
  );
/** Routes of the API for whoever is not signed in yet. What they give is theirs to guard: appliance/access.test.ts, core/access/*.test.ts. */
const signedOut = new Set([
  'POST /api/session',
  'GET /api/session/ways',
  'POST /api/session/link',
  'POST /api/session/second-factor',
  'POST /api/session/oidc/start',
  'GET /api/session/oidc/callback',
  'POST /api/session/passkey/challenge',
  'POST /api/session/passkey',
  'POST /api/session/desktop/exchange',
]);
/** What some routes want to be asked with. */
const queries: { readonly [path: string]: string } = {
  '/api/quarantine/reasons': '?source=1',
  '/api/profiles': '?identifier=nobody',
  '/api/policies/case': '?action=profile.read',
};
/** A path that can be asked, its parameters filled in. */
const concrete = (path: string) => path.replace(/\{[^}]+\}/g, '1');

async function statusOf(method: string, path: string, headers: { [name: string]: string } = {}): Promise<number> {
  const withBody = method !== 'get' && method !== 'delete' && method !== 'options';
  const answer = await fetch(`${node.url}${concrete(path)}`, {
    method: method.toUpperCase(),
    headers: { ...headers, ...(withBody && { 'content-type': 'application/json' }) },
    ...(withBody && { body: '{}' }),
    signal: AbortSignal.timeout(60_000),
  });
  await answer.body?.cancel();
  return answer.status;
}

describe('the document', () => {
  test('is valid OpenAPI 3.1', async () => {
    assert.match(document.openapi, /^3\.1\./);
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    assert.equal(valid, true, JSON.stringify(errors, null, 1));
  });

  test('knows the routes that matter', () => {
    const known = new Set(operations().map(({ name }) => name));
    for (const name of [
      'POST /v1/batch',
      'POST /v1/track',
      'GET /v1/projects/{writeKey}/settings',
      'GET /api/profiles',
      'POST /api/profiles/search',
      'GET /api/profiles/{id}',
      'GET /api/profiles/{id}/timeline',
      'GET /api/profiles/{id}/identity',
      'POST /api/identity/merge',
      'POST /api/identity/unmerge',
      'GET /api/identity/reviews',
      'GET /api/live',
      'GET /api/sources',
      'POST /api/unseal',
      'POST /api/keys/rotate',
      'GET /health/lead',
      'GET /health/ready',
    ])
      assert.ok(known.has(name), name);
  });

  test('every route has a summary, known tags, answers with schemas, and an example', () => {
    const tags = new Set(document.tags.map((tag) => tag.name));
    const flaws: string[] = [];
    const seen = new Map<string, string>();
    for (const { name, operation } of operations()) {
      if (!operation.summary) flaws.push(`${name}: no summary`);
      const twin = seen.get(`${operation.tags?.[0]} ${operation.summary}`);
      if (twin !== undefined && !name.includes('/v1/') && !name.includes('/api/public/') && !name.includes('/api/s/'))
        flaws.push(`${name}: the summary of ${twin}`);
      seen.set(`${operation.tags?.[0]} ${operation.summary}`, name);
      if (!operation.tags?.length) flaws.push(`${name}: no tag`);
      for (const tag of operation.tags ?? []) if (!tags.has(tag)) flaws.push(`${name}: the tag ${tag} is not explained`);
      const answers = Object.entries(operation.responses);
      const success = answers.filter(([status]) => status.startsWith('2'));
      if (success.length === 0) flaws.push(`${name}: no answer of success`);
      for (const [status, { content }] of answers) {
        const schemas = Object.values(content ?? {}).map(({ schema }) => schema);
        if (status !== '204' && (schemas.length === 0 || schemas.some((schema) => !schema || Object.keys(schema).length === 0)))
          flaws.push(`${name}: answer ${status} has no schema`);
      }
      if (!hasExample([operation.requestBody, operation.parameters, ...success.map(([, answer]) => answer)]))
        flaws.push(`${name}: no example`);
    }
    assert.deepEqual(flaws, []);
  });

  test('every route of the API says that it wants the access token', () => {
    for (const { name, path, operation } of operations()) {
      if (!isApi(path) || signedOut.has(name)) continue;
      assert.ok(JSON.stringify(operation.security ?? []).includes('accessToken'), name);
      assert.ok(operation.responses['401'], `${name} can answer 401`);
    }
  });
});

describe('the audit log', () => {
  /** Routes of the API that leave no entry, each for a reason that the document gives: they say nothing of a customer and change nothing. */
  const exempt = [
    'GET /api/about',
    'GET /api/audit/consistency',
    'GET /api/audit/cosignatures',
    'GET /api/audit/export',
    'GET /api/audit/head',
    'GET /api/audit/proof',
    'GET /api/audit/witnessed',
    'GET /api/backups',
    'GET /api/backups/snapshots',
    'GET /api/doctor',
    'GET /api/figures',
    'GET /api/identity/index',
    'GET /api/jobs',
    'GET /api/jobs/{id}',
    'GET /api/keys/rotation',
    'GET /api/profiles/{id}/version',
    'GET /api/seal',
    'GET /api/session',
    'GET /api/session/actions',
    'GET /api/session/ways',
    'GET /scim/v2/ResourceTypes',
    'GET /scim/v2/ResourceTypes/{name}',
    'GET /scim/v2/Schemas',
    'GET /scim/v2/Schemas/{name}',
    'GET /scim/v2/ServiceProviderConfig',
    'POST /api/session/passkey/challenge',
  ];

  test('every route of the API declares what it is logged as, or is known to be exempt', () => {
    const silent: string[] = [];
    const excused: string[] = [];
    for (const { name, path, operation } of operations()) {
      if (!isApi(path)) continue;
      const rule = operation['x-audit'];
      if (rule?.exempt !== undefined) excused.push(name);
      else if (!rule?.action) silent.push(name);
    }
    assert.deepEqual(silent, []);
    assert.deepEqual(excused.sort(), exempt);
  });

  test('what is not a GET says that it changes something, but for finding and trying', () => {
    const harmless = new Set([
      'POST /api/profiles/search',
      'POST /api/identity/preview',
      'POST /api/policies/check',
      'POST /api/imports/preview',
      'POST /api/imports/recognise',
      'POST /api/federations/verify',
      'POST /api/matches/check',
      'POST /api/models/train/check',
      'POST /api/rounds/draft',
      'POST /api/rounds/draft/columns',
      'POST /api/rounds/{round}/check',
      'POST /api/segments/preview',
      'POST /api/segments/read',
      'POST /api/sources/{id}/dictionary/try',
      'POST /api/seal',
      'POST /api/session/passkey/challenge',
      'POST /api/console/enrolment',
      'POST /scim/v2/.search',
      'POST /scim/v2/Users/.search',
      'POST /scim/v2/Groups/.search',
    ]);
    for (const { name, method, path, operation } of operations()) {
      if (!isApi(path) || method === 'get' || harmless.has(name)) continue;
      assert.equal(operation['x-audit']?.change, true, name);
    }
  });

  test('every route of the API that is asked has an entry of its action', async () => {
    const headers = { authorization: `Bearer ${node.accessToken}` };
    let asked = 0;
    for (const { name, method, path, operation } of operations()) {
      const action = operation['x-audit']?.action;
      if (!isApi(path) || method !== 'get' || action === undefined || path.endsWith('/live')) continue;
      const query = queries[path] ?? '';
      const response = await fetch(`${node.url}${concrete(path)}${query}`, { headers });
      await response.body?.cancel();
      const { entries } = (await (await fetch(`${node.url}/api/audit?limit=2`, { headers })).json()) as {
        entries: { action: string; correlationId: string }[];
      };
      assert.equal(entries[1]?.action, action, name);
      assert.equal(entries[1]?.correlationId, response.headers.get('x-correlation-id'), name);
      asked += 1;
    }
    assert.ok(asked >= 10, `only ${asked} routes`);
  });
});

/** Routes for people and programs, under /api and /scim; Dittofeed's and Jitsu's tracking lives there too and takes write keys. */
function isApi(path: string): boolean {
  if (path.startsWith('/scim/')) return true;
  return path.startsWith('/api/') && !path.startsWith('/api/public/') && !path.startsWith('/api/s/');
}

function hasExample(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, held]) => ((key === 'examples' || key === 'example') && held !== undefined) || hasExample(held),
  );
}

describe('the door', () => {
  test('no route of the API answers without the token, or with a wrong one', async () => {
    let asked = 0;
    for (const { name, method, path, operation } of operations()) {
      if (!isApi(path)) continue;
      assert.equal(operation['x-access']?.open !== undefined, signedOut.has(name), name);
      if (signedOut.has(name)) continue;
      asked += 1;
      assert.equal(await statusOf(method, path), 401, name);
      assert.equal(await statusOf(method, path, { authorization: `Bearer ${node.accessToken}x` }), 401, name);
      assert.equal(await statusOf(method, path, { authorization: `Basic ${btoa(`${node.accessToken}:`)}` }), 401, name);
    }
    assert.ok(asked >= 15, `only ${asked} routes`);
  });

  test('sealed, the node answers health, figures, doctor, and what opens it, and nothing else', async () => {
    await node.app.seal();
    const authorization = `Bearer ${node.accessToken}`;
    const open = new Set([
      'GET /api/seal',
      'POST /api/seal',
      'POST /api/unseal',
      'GET /api/doctor',
      'GET /health/live',
      'GET /metrics',
    ]);
    for (const { name, method, path } of operations()) {
      const status = await statusOf(method, path, { authorization });
      if (open.has(name)) assert.notEqual(status, 503, name);
      // Clients drop events on 503 and wait on 429: see docs/decisions/waiting-is-429.md.
      else if (isTracking(path)) assert.equal(status, 429, name);
      else assert.equal(status, 503, name);
    }
    assert.equal(await statusOf('get', '/openapi.json'), 503);
    await node.app.unseal({ passphrase });
    assert.equal(await statusOf('get', '/health/ready'), 200);
  });
});

function isTracking(path: string): boolean {
  return ['/v1/', '/beacon/', '/api/public/', '/api/s/'].some((start) => path.startsWith(start)) && !path.includes('/projects/');
}

browserTest('the page at /docs shows every tag and asks no other host', async () => {
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    const hosts = new Set<string>();
    const complaints: string[] = [];
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.protocol !== 'data:' && url.protocol !== 'blob:') hosts.add(url.host);
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(`${node.url}/docs`);
    await page.locator('.opblock').first().waitFor();
    // The page holds what is in sight alone, as there are many operations: so it is read from top to bottom.
    const [seenTags, seenOperations] = [new Set<string>(), new Set<string>()];
    for (let still = 0; still < 8; ) {
      const { tags, ids, moved } = await page.evaluate<{ tags: string[]; ids: string[]; moved: boolean }>(`(() => {
        const texts = (selector, name) => [...document.querySelectorAll(selector)].map((one) => one.getAttribute(name));
        const before = scrollY;
        scrollBy(0, innerHeight / 2);
        return { tags: texts('h3[data-tag]', 'data-tag'), ids: texts('.opblock', 'id'), moved: scrollY !== before };
      })()`);
      for (const tag of tags) seenTags.add(tag);
      for (const id of ids) seenOperations.add(id);
      still = moved ? 0 : still + 1;
      await page.waitForTimeout(40);
    }
    assert.deepEqual([...seenTags].sort(), document.tags.map(({ name }) => name).sort());
    assert.equal(seenOperations.size, operations().length);
    assert.deepEqual([...hosts], [new URL(node.url).host]);
    assert.deepEqual(complaints, []);
  } finally {
    await browser.close();
  }
});
