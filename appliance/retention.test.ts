// Runs of retention on a whole node: proposed by one and approved by another, gone on with after a stop, told to systems downstream, and
// what counts as being heard of.

import assert from 'node:assert/strict';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { verifySignature } from '../crypto/signing.ts';
import type { Approval } from './core/access/approvals.ts';
import type { Principal, Role } from './core/model/principal.ts';
import { type Ports, systemPorts } from './core/ports.ts';
import type { ErasureView, Receipt, RetentionRun } from './oversee/subjects/subjects.ts';
import { openTestNode, type TestNode } from './testing.ts';

type Heard = { erasure: string; part?: number; type: string; subject: { kind: string; value: string; source?: string }[] };
const heard: { body: string; message: Heard; key: string; signature: string }[] = [];
const downstream = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    const { 'x-holdfast-key': key, 'x-holdfast-signature': signature } = request.headers;
    heard.push({ body, message: JSON.parse(body) as Heard, key: String(key), signature: String(signature) });
    response.writeHead(204).end();
  });
});

const dayMs = 86_400_000;
let nowMs = 1_790_000_000_000;
const ports: Ports = { ...systemPorts, clock: { nowMs: () => nowMs } };
const person = (id: number, ...roles: Role[]): Principal => ({
  actor: `person ${id}`,
  kind: 'person',
  id,
  roles,
  steppedUpUntilMs: Number.MAX_SAFE_INTEGER,
});
const people = new Map([person(1, 'compliance'), person(2, 'compliance'), person(3, 'agent')].map((one) => [one.actor, one]));

let node: TestNode;
before(async () => {
  await new Promise<void>((resolve) => downstream.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(downstream.address() as AddressInfo).port}/erasures`;
  node = await openTestNode({
    ports,
    holders: async () => [...people.values()],
    signedIn: (name) => people.get(name),
    config: {
      erasureLog: 'list/erasures.log',
      erasureTargets: [
        { name: 'newsletter', url, tell: ['email', 'phone'] },
        { name: 'warehouse', url },
      ],
      retention: [
        { name: 'pages', events: { kinds: ['page'], olderThanDays: 30 } },
        { name: 'silent', records: { inactiveDays: 365 } },
      ],
    },
  });
});
after(async () => {
  await node?.close();
  downstream.close();
});
/** What the tests before left is long gone. */
beforeEach(async () => {
  nowMs += 400 * dayMs;
  await node.ask('POST', '/api/retention/run', {});
  await node.app.node().subjects.quiet();
  heard.length = 0;
});

const identify = (userId: string, traits: object = {}) => ({ type: 'identify', userId, traits });
const isThere = async (userId: string) => (await node.find(userId)).length === 1;
const counts = (run: Pick<RetentionRun, 'rules'>) => run.rules.map(({ events, records, held }) => [events, records, held]);
const preview = async () => counts((await node.ask<RetentionRun>('GET', '/api/retention/preview')).body);
const runNow = async () => counts((await node.ask<RetentionRun>('POST', '/api/retention/run', {})).body);
const newest = async () => (await node.ask<{ erasures: ErasureView[] }>('GET', '/api/erasures?limit=1')).body.erasures[0]!;

async function as<T>(actor: string, method: 'GET' | 'POST', url: string, body?: object) {
  const headers = { 'x-test-person': actor };
  const answer = await node.app.http.inject({ method, url, headers, ...(body && { payload: body }) });
  const json = answer.json();
  return { status: answer.statusCode, body: json as T, code: json?.error?.code as string | undefined };
}
const approve = (actor: string, id: number) => as<Approval>(actor, 'POST', `/api/approvals/${id}/approve`, {});
const propose = (actor: string) =>
  as<Approval>(actor, 'POST', '/api/approvals', { kind: 'retention.run', payload: {}, reason: 'the year is over' });

test('proposed by one and approved by another it runs, once; whoever proposed it does not run it alone', async () => {
  await node.send([identify('two.eyes')]);
  nowMs += 366 * dayMs;
  assert.deepEqual(await preview(), [
    [0, 0, 0],
    [0, 1, 0],
  ]);
  const runs = async () => (await node.ask<{ runs: RetentionRun[] }>('GET', '/api/retention')).body.runs;
  const before = (await runs()).length;
  assert.equal((await as('person 1', 'POST', '/api/retention/run', {})).code, 'approval_needed');
  assert.equal((await propose('person 3')).code, 'forbidden');
  const proposed = await propose('person 1');
  assert.equal(proposed.body.state, 'waiting', JSON.stringify(proposed.body));
  assert.equal((await approve('person 1', proposed.body.id)).code, 'forbidden');
  assert.equal((await approve('person 3', proposed.body.id)).code, 'forbidden');
  assert.equal((await as('person 1', 'POST', '/api/retention/run', {})).code, 'approval_needed', 'nor while it waits');
  assert.ok(await isThere('two.eyes'));
  assert.equal((await runs()).length, before);

  const done = await approve('person 2', proposed.body.id);
  assert.equal(done.body.state, 'done', JSON.stringify(done.body));
  const result = done.body.result as unknown as RetentionRun;
  assert.deepEqual(counts(result), [
    [0, 0, 0],
    [0, 1, 0],
  ]);
  assert.equal(await isThere('two.eyes'), false);
  assert.equal((await approve('person 2', proposed.body.id)).status, 409);
  assert.deepEqual((await runs()).length, before + 1);
  const { body: log } = await node.ask<{ entries: { actor: string; outcome: string; target?: string }[] }>(
    'GET',
    `/api/audit?action=retention.run&limit=4`,
  );
  assert.deepEqual(
    log.entries.reverse().map(({ actor, outcome, target }) => [actor, outcome, target]),
    [
      ['person 2', 'attempted', `approval ${proposed.body.id}`],
      ['person 1', 'attempted', `run ${result.run}`],
      ['person 1', 'done', `run ${result.run}: 0 events, 1 records`],
      ['person 2', 'done', `approval ${proposed.body.id}`],
    ],
  );
});

test('killed while its approval ran, it is gone on with at the next start, and the approval ends with that very run', async () => {
  await node.send([identify('cut.short'), { type: 'page', userId: 'cut.short', name: 'Home' }]);
  nowMs += 366 * dayMs;
  const { id } = (await propose('person 1')).body;
  const { store, subjects } = node.app.node();
  // As a kill leaves it after the run, and before what says that the approval is done.
  const run = await subjects.retention.run('person 1', id);
  const setState = (state: string) =>
    store.transact([{ op: 'run', sql: 'UPDATE approvals SET state = :state WHERE approval_id = :id', params: { state, id } }]);
  await setState('running');
  await node.restart();
  const { body } = await node.ask<Approval>('GET', `/api/approvals/${id}`);
  assert.equal(body.state, 'done');
  assert.deepEqual(body.result, run);
  assert.deepEqual(counts(run), [
    [1, 0, 0],
    [0, 1, 0],
  ]);
  assert.equal(await isThere('cut.short'), false);
});

test('a node that stops in the middle goes on at its next start, and does not say that the run was done', async () => {
  await node.send(Array.from({ length: 40 }, (_, at) => ({ type: 'page', userId: `stopped.${at}`, name: 'Home' })));
  nowMs += 31 * dayMs;
  const { retention } = node.app.node().subjects;
  const running = retention.run('person 1');
  await Promise.all([assert.rejects(running, { code: 'stopping' }), retention.stop()]);
  const [cut] = await retention.runs(1);
  assert.equal(cut!.endedAtMs, undefined);
  nowMs += dayMs;
  await node.restart();
  for (;;) {
    const [last] = await node.app.node().subjects.retention.runs(1);
    assert.equal(last!.run, cut!.run, 'the same run');
    if (last!.endedAtMs === undefined) continue;
    assert.deepEqual(counts(last!), [
      [40, 0, 0],
      [0, 0, 0],
    ]);
    break;
  }
});

test('a list of erasures that cannot be written holds the run up; gone on with, it erases and counts nobody twice', async () => {
  await node.send([identify('held.up', { email: 'up@x.cn' })]);
  nowMs += 366 * dayMs;
  const [list, away] = [join(node.folder, 'list'), join(node.folder, 'away')];
  renameSync(list, away);
  writeFileSync(list, 'no folder');
  const refused = await node.ask<{ error: { code: string } }>('POST', '/api/retention/run', {});
  assert.equal(refused.body.error.code, 'store_read_only');
  assert.ok(await isThere('held.up'), 'nothing is destroyed that is not in the list');
  assert.equal((await node.ask('POST', '/api/retention/run', {})).status, 503, 'and nothing begins beside it');
  rmSync(list);
  renameSync(away, list);
  const before = (await node.app.node().subjects.retention.runs(1))[0]!;
  assert.deepEqual(await runNow(), [
    [0, 0, 0],
    [0, 0, 0],
  ]);
  const [, cut] = await node.app.node().subjects.retention.runs(2);
  assert.deepEqual(
    [cut!.run, counts(cut!)],
    [
      before.run,
      [
        [0, 0, 0],
        [0, 1, 0],
      ],
    ],
  );
  assert.equal(await isThere('held.up'), false);
  await node.app.node().subjects.quiet();
  assert.deepEqual(heard.map(({ message }) => message.subject[0]!.value).sort(), ['held.up', 'up@x.cn'], 'each told once');
});

test('systems downstream are told of each customer by themselves, and not by what somebody who stays is known by', async () => {
  const family = '+8613811119201';
  await node.send([
    identify('gone.one', { email: 'one@x.cn', phone: family }),
    identify('gone.two', { email: 'two@x.cn', phone: '+8613811119202' }),
    // A device that nobody downstream knows anything of.
    { type: 'track', anonymousId: 'device-nobody-named', event: 'Seen' },
    identify('stays', { email: 'stays@x.cn', phone: family }),
  ]);
  nowMs += 364 * dayMs;
  await node.send([{ type: 'track', userId: 'stays', event: 'Ordered' }]);
  nowMs += 2 * dayMs;
  assert.deepEqual(await runNow(), [
    [0, 0, 0],
    [0, 3, 0],
  ]);
  assert.ok(await isThere('stays'));
  await node.app.node().subjects.quiet();
  const told = heard.map(({ message }) => [message.part, message.subject.map(({ kind, value }) => `${kind} ${value}`).sort()]);
  assert.deepEqual(told.sort(), [
    [1, ['email one@x.cn']],
    [1, ['user_id gone.one']],
    [2, ['email two@x.cn', 'phone +8613811119202']],
    [2, ['user_id gone.two']],
  ]);
  const erased = await newest();
  const { publicKey } = (await node.ask<{ publicKey: string }>('GET', '/api/audit/head')).body;
  for (const { body, message, key, signature } of heard) {
    assert.equal(message.type, 'erasure');
    assert.equal(message.erasure, erased.erasure);
    assert.equal(key, publicKey);
    const words = Buffer.from(`holdfast outbox v1\n${body}`);
    assert.ok(verifySignature(Buffer.from(publicKey, 'hex'), words, Buffer.from(signature, 'hex')));
  }
  assert.deepEqual([erased.reason, erased.records], ['retention', 3]);
  assert.deepEqual(
    erased.downstream.map(({ name, state, messages }) => [name, state, messages]),
    [
      ['newsletter', 'answered', 2],
      ['warehouse', 'answered', 2],
    ],
  );
  const { body: receipt } = await node.ask<Receipt>('GET', `/api/erasures/${erased.erasure}/receipt`);
  assert.deepEqual(receipt.downstream, ['newsletter', 'warehouse']);
  // Nothing of them waits on the disk any more.
  const rows = await node.app.node().store.select('SELECT body FROM erasure_outbox');
  assert.ok(rows.every(({ body }) => (body as Uint8Array).length < 200));
});

test('who was heard of by events that are kept for a month alone was heard of, until the year is over', async () => {
  await node.send([identify('looks.on')]);
  nowMs += 100 * dayMs;
  await node.send([{ type: 'page', userId: 'looks.on', name: 'Home' }]);
  const id = (await node.find('looks.on'))[0]!.id;
  nowMs += 300 * dayMs;
  assert.deepEqual(await preview(), await runNow(), 'the page goes, and they stay');
  for (const passedDays of [1, 63]) {
    nowMs += passedDays * dayMs;
    assert.deepEqual(await runNow(), [
      [0, 0, 0],
      [0, 0, 0],
    ]);
  }
  const { body } = await node.ask<{ parts: { retention?: object } }>('GET', `/api/subjects/${id}/export`);
  assert.deepEqual(body.parts.retention, { lastRemovedEventAtMs: nowMs - 364 * dayMs });
  nowMs += 2 * dayMs;
  assert.deepEqual(await runNow(), [
    [0, 0, 0],
    [0, 1, 0],
  ]);
  assert.equal(await isThere('looks.on'), false);
  assert.deepEqual(await node.app.node().store.select('SELECT * FROM retention_heard'), []);
});
