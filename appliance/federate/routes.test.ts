// The routes of files and results behind a door of their own: what is streamed in, what is told, what is logged before it is given.

import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { Fault } from '../core/errors.ts';
import { mountAccess } from '../core/http/access.ts';
import { mountAudited } from '../core/http/audited.ts';
import { createHttp } from '../core/http/http.ts';
import { operator } from '../core/model/principal.ts';
import { systemPorts } from '../core/ports.ts';
import { fileRoutes } from './file-routes.ts';
import { resultRoutes } from './result-routes.ts';
import { type Found, MatchResults } from './results.ts';
import { testWorld } from './testing.ts';

const { book, spool, clock, files } = testWorld();
const results = new MatchResults({ book, spool, clock });
const match = '1'.repeat(32);
const ofFile = '2'.repeat(32);
let http: FastifyInstance;
let mayExport = true;
const logged: { action: string; subjects: readonly number[] }[] = [];

before(async () => {
  http = createHttp({ ports: systemPorts, version: 'test', isSealed: () => false, loopDelayMs: () => 0 });
  mountAccess(http, { authenticate: () => operator, decide: () => ({ allowed: true, policy: 'test' }) });
  mountAudited(http, {
    isOpen: () => true,
    append: async (entries) => {
      for (const { action, subject } of entries) logged.push({ action, subjects: subject === undefined ? [] : [subject] });
    },
  });
  fileRoutes(http, { files: () => files, actorOf: () => 'person 4' });
  resultRoutes(http, {
    results: () => results,
    recordsOf: async (person) => {
      if (person !== 12) throw new Fault('not_found', 'the person');
      return [12, 40];
    },
    shownTo: () => (item) => ({ ...item, id: (item as Found).id.replace(/^p\d/, 'p*') }),
    demandExport: async () => {
      if (!mayExport) throw new Fault('approval_needed', 'match.export');
    },
  });
  await http.ready();
  const base = { partner: 'b'.repeat(32), use: 'suppression', purpose: 'partner_matching', mode: 'ecdh' } as const;
  const persons = Array.from({ length: 600 }, (_, at) => ({ id: `p${at + 1}`, kind: 'phone' as const }));
  await results.keep({ ...base, match, from: 'customers', found: persons });
  await results.keep({ ...base, match: ofFile, from: 'file', idColumn: 'no', found: [{ id: 'p7', kind: 'card' }] });
});
after(() => http.close());

const columns = encodeURIComponent(JSON.stringify({ id: 'no', kinds: { phone: 'tel' } }));
const post = (query: string, payload: string | Readable, type = 'text/csv; charset=utf-8') =>
  http.inject({ method: 'POST', url: `/api/matches/files?${query}`, headers: { 'content-type': type }, payload });
const get = (url: string) => http.inject({ method: 'GET', url: `/api/federation/${url}` });

test('a CSV is streamed in, told of, and removed', async () => {
  const lines = Array.from({ length: 40_000 }, (_, at) => `C${at},139${String(22_345_670 + at * 7)}\n`);
  const taken = await post(`columns=${columns}&name=march`, Readable.from(['no,tel\n', ...lines, 'C1,123\n'].map(Buffer.from)));
  assert.equal(taken.statusCode, 201, taken.body);
  const { id, rows, rejects, by } = taken.json();
  assert.deepEqual([rows, rejects, by], [40_001, [{ line: 40_002, code: 'no_identifier' }], 'person 4']);
  assert.equal((await get('files')).json().files[0].id, id);
  assert.equal((await get(`files/${id}`)).json().taken, 40_000);
  await files.bind(id, match);
  const remove = () => http.inject({ method: 'DELETE', url: `/api/matches/files/${id}` });
  assert.equal((await remove()).statusCode, 409);
  await files.over(match);
  assert.equal((await remove()).statusCode, 404);
});

test('a CSV in parts', async () => {
  const opened = await http.inject({
    method: 'POST',
    url: '/api/matches/files/open',
    payload: { columns: { id: 'no', kinds: { phone: 'tel' } } },
  });
  assert.equal(opened.statusCode, 201, opened.body);
  const { id } = opened.json();
  const put = (part: number, payload: string) =>
    http.inject({
      ...{ method: 'PUT', url: `/api/matches/files/${id}/parts/${part}` },
      ...{ headers: { 'content-type': 'text/csv' }, payload },
    });
  assert.equal((await put(0, 'no,tel\nA,138123')).json().parts, 1);
  assert.equal((await put(2, 'x')).statusCode, 409);
  assert.equal((await put(1, '45670\n')).json().parts, 2);
  const done = await http.inject({ method: 'POST', url: `/api/matches/files/${id}/finish` });
  assert.equal(done.json().taken, 1, done.body);
  await files.drop(id);
});

test('what is no CSV, or has no such columns, is refused and not kept', async () => {
  assert.equal((await post(`columns=${columns}`, 'a,b\n1,2\n')).statusCode, 400);
  assert.equal((await post('columns=%7B', 'no,tel\n1,2\n')).statusCode, 400);
  assert.equal((await post('', 'no,tel\n1,2\n')).statusCode, 400);
  assert.ok((await post(`columns=${columns}`, '')).statusCode >= 400);
  assert.equal((await post(`columns=${columns}`, '{}', 'application/json')).statusCode, 400);
  assert.deepEqual((await get('files')).json().files, []);
});

test('lists are paged, and whom they name is logged before they go out', async () => {
  assert.equal((await get('results')).json().results.length, 2);
  assert.equal((await get(`results/${match}`)).json().matched, 600);
  logged.length = 0;
  const page = (await get(`results/${match}/customers?limit=2`)).json();
  assert.deepEqual(page.found, [
    { id: 'p1', kind: 'phone' },
    { id: 'p2', kind: 'phone' },
  ]);
  assert.equal(page.next, 2);
  assert.deepEqual(subjectsLogged('match.customers'), [1, 2]);
  assert.equal((await get(`results/${match}/customers?after=599`)).json().next, undefined);
  logged.length = 0;
  assert.equal((await get(`results/${ofFile}/customers`)).json().found[0].id, 'p7');
  assert.deepEqual(subjectsLogged('match.customers'), []);
  assert.equal((await get(`results/${'3'.repeat(32)}`)).statusCode, 404);
});

function subjectsLogged(action: string): number[] {
  return logged.filter((one) => one.action === action).flatMap(({ subjects }) => [...subjects]);
}

test('a file of a result is shown to its reader row by row, with approval, and everybody in it is logged', async () => {
  const fetch = (of: string) => http.inject({ method: 'POST', url: `/api/matches/results/${of}/export` });
  logged.length = 0;
  const file = await fetch(match);
  assert.equal(file.headers['content-type'], 'text/csv; charset=utf-8');
  const lines = file.body.trimEnd().split('\n');
  assert.equal(lines.length, 601);
  assert.deepEqual(lines.slice(0, 2), ['id,found_by', 'p*,phone']);
  assert.equal(new Set(subjectsLogged('match.export')).size, 600);
  mayExport = false;
  assert.equal((await fetch(match)).statusCode, 403);
});

test('one customer: suppressed by whom, and forgotten with the match', async () => {
  const asked = await get('customers/p12');
  assert.deepEqual(
    asked.json().suppressed.map(({ match: of }: { match: string }) => of),
    [match],
  );
  assert.equal((await get('customers/p13')).statusCode, 404);
  assert.equal((await http.inject({ method: 'DELETE', url: `/api/matches/results/${match}` })).statusCode, 200);
  assert.deepEqual((await get('customers/p12')).json().suppressed, []);
  assert.equal((await http.inject({ method: 'DELETE', url: `/api/matches/results/${match}` })).statusCode, 404);
});
