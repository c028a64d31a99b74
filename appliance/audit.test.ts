// The audit log of a whole node: what is logged before it is read, what is refused when it cannot be, heads and proofs, and erasure that leaves it
// verifiable.

import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { verifyConsistency, verifyInclusion } from '../crypto/merkle-log.ts';
import { type AuditView, itemsOf, readHeadFile, verifyLog } from './core/audit/audit.ts';
import { openTestNode, type TestNode } from './testing.ts';
import { lines, person, verify } from './testing-audit.ts';

type Listed = { entries: AuditView[]; next?: number };

const list = async (node: TestNode, query = '') => (await node.ask<Listed>('GET', `/api/audit${query}`)).body.entries;

describe('what is logged', () => {
  let node: TestNode;
  before(async () => {
    node = await openTestNode();
  });
  after(() => node.close());

  test('a read has its entry before the answer, under the id that the answer carries', async () => {
    const id = await person(node, 'u-1', { name: 'Zhang Wei' });
    const answer = await node.app.http.inject({
      url: `/api/profiles/${id}`,
      headers: { authorization: `Bearer ${node.accessToken}`, 'x-purpose': 'support' },
    });
    assert.equal(answer.statusCode, 200);
    const [entry] = await list(node, `?person=${id}&action=profile.read`);
    const { seq, atMs, ...rest } = entry!;
    assert.ok(Number.isInteger(seq) && atMs > 0);
    assert.deepEqual(rest, {
      actor: 'operator',
      action: 'profile.read',
      outcome: 'allowed',
      person: id,
      fields: ['profile'],
      purpose: 'support',
      policy: 'operator',
      correlationId: answer.headers['x-correlation-id'],
    });
  });

  test('the whole customer in one answer is one entry, which says both parts', async () => {
    const id = await person(node, 'u-whole', { name: 'Zhao Min' });
    const [view, timeline] = [
      await node.ask('GET', `/api/profiles/${id}`),
      await node.ask('GET', `/api/profiles/${id}/timeline?limit=3`),
    ];
    const whole = await node.ask('GET', `/api/profiles/${id}?timeline=3`);
    assert.deepEqual(whole.body, { ...(view.body as object), timeline: timeline.body });
    const reads = await list(node, `?person=${id}&action=profile.read`);
    assert.deepEqual(
      reads.map(({ fields }) => fields),
      [['profile', 'events'], ['profile']],
    );
    assert.equal((await list(node, `?person=${id}&action=timeline.read`)).length, 1);
    for (const wrong of ['0', '201', 'x'])
      assert.equal((await node.ask('GET', `/api/profiles/${id}?timeline=${wrong}`)).status, 400);
    assert.equal((await node.ask('GET', '/api/profiles/p999999?timeline=3')).status, 404);
  });

  test('one that is appended as soon as another is written does not wait for a third', async () => {
    const { audit } = node.app.node();
    const first = await audit.append({ actor: 'operator', action: 'test.one', outcome: 'done' });
    assert.equal(await audit.append({ actor: 'operator', action: 'test.two', outcome: 'done' }), first + 1);
  });

  test('a change has an entry before and one of its outcome, failed ones too', async () => {
    const [left, right] = [await person(node, 'u-2'), await person(node, 'u-3')];
    await node.ask('POST', '/api/identity/merge', { left, right });
    const merged = await list(node, `?person=${right}&action=identity.merge`);
    assert.deepEqual(
      merged.map(({ outcome }) => outcome).sort(),
      ['attempted', 'attempted', 'done', 'done'],
      'one of each for either side',
    );
    const { status } = await node.ask('PUT', `/api/profiles/${left}/traits`, { traits: { email: 'no address' } });
    assert.equal(status, 400);
    const set = await list(node, '?action=traits.set');
    assert.deepEqual(
      set.map(({ outcome, fields }) => [outcome, fields]),
      [
        ['failed:bad_request', ['email']],
        ['attempted', ['email']],
      ],
    );
  });

  test('who read somebody, also under the number of another of their records', async () => {
    const [left, right] = [await person(node, 'u-4'), await person(node, 'u-5')];
    await node.ask('GET', `/api/profiles/${left}`);
    await node.ask('GET', `/api/profiles/${right}/timeline`);
    await node.ask('POST', '/api/identity/merge', { left, right });
    const { body } = await node.ask<Listed & { actors: { actor: string }[] }>('GET', `/api/audit/who-read/${right}`);
    const actions = new Set(body.entries.map(({ action }) => action));
    for (const action of ['profile.find', 'profile.read', 'timeline.read', 'identity.merge', 'audit.who'])
      assert.ok(actions.has(action));
    assert.deepEqual(
      body.actors.map(({ actor }) => actor),
      ['operator'],
    );
  });

  test('what was asked for is nowhere when it is nobody', async () => {
    await node.ask('GET', '/api/profiles/p13955510022');
    await node.ask('POST', '/api/profiles/search', { identifier: '13955510022' });
    await node.ask('GET', '/api/profiles/13955510022/timeline');
    let text = JSON.stringify(await list(node));
    for await (const line of lines(node)) text += line;
    assert.ok(!text.includes('13955510022'));
  });

  test('pages, filters and purposes', async () => {
    const { body } = await node.ask<Listed>('GET', '/api/audit?limit=2');
    assert.equal(body.entries.length, 2);
    const next = await node.ask<Listed>('GET', `/api/audit?limit=2&before=${body.next}`);
    assert.equal(next.body.entries[0]!.seq, body.entries[1]!.seq - 1);
    assert.deepEqual(await list(node, '?actor=nobody'), []);
    assert.deepEqual(await list(node, '?since=2100-01-01'), []);
    assert.deepEqual(await list(node, '?until=2000-01-01'), []);
    assert.ok((await list(node, '?since=2000-01-01&until=2100-01-01')).length > 0);
    assert.equal((await node.ask('GET', '/api/audit/who-read/p999999')).status, 404);
    const headers = { authorization: `Bearer ${node.accessToken}`, 'x-purpose': 'Because Mr. Zhang said so' };
    assert.equal((await node.app.http.inject({ url: '/api/sources', headers })).statusCode, 400);
  });

  test('heads and proofs verify, and the export on another machine', async () => {
    const old = (await node.ask<{ size: number; root: string }>('GET', '/api/audit/head')).body;
    await node.ask('GET', '/api/sources');
    const hex = (text: string) => Buffer.from(text, 'hex');
    type Proof = { entry: number; size: number; leafHash: string; root: string; proof: string[] };
    const { body } = await node.ask<Proof>('GET', '/api/audit/proof?entry=3');
    assert.ok(verifyInclusion(hex(body.leafHash), 3, body.size, body.proof.map(hex), hex(body.root)));
    const at = await node.ask<Proof>('GET', `/api/audit/proof?entry=3&size=${old.size}`);
    assert.equal(at.body.root, old.root);
    type Grown = { from: number; to: number; fromRoot: string; toRoot: string; proof: string[] };
    const grown = (await node.ask<Grown>('GET', `/api/audit/consistency?from=${old.size}`)).body;
    assert.equal(grown.fromRoot, old.root);
    assert.ok(verifyConsistency(grown.from, grown.to, hex(old.root), hex(grown.toRoot), grown.proof.map(hex)));
    assert.equal((await node.ask('GET', '/api/audit/proof?entry=99999999')).status, 404);
    assert.equal((await node.ask('GET', '/api/audit/consistency?from=5&to=99999999')).status, 404);
    const exported = await node.app.http.inject({
      url: '/api/audit/export',
      headers: { authorization: `Bearer ${node.accessToken}` },
    });
    const split = async function* () {
      yield* exported.body.split('\n');
    };
    assert.deepEqual((await verifyLog(itemsOf(split()))).flaw, undefined);
  });
});

test('no entry, no read: what cannot be logged is refused, and the record stays as it was', async () => {
  const node = await openTestNode();
  const id = await person(node, 'u-1', { name: 'Li Na' });
  const { audit } = node.app.node();
  const { append } = audit;
  audit.append = () => Promise.reject(Object.assign(new Error('no disk')));
  assert.equal((await node.ask('GET', `/api/profiles/${id}`)).status, 500);
  assert.equal((await node.ask('PUT', `/api/profiles/${id}/traits`, { traits: { name: 'Another' } })).status, 500);
  audit.append = append;
  const { body } = await node.ask<{ traits: { name: { value: string } } }>('GET', `/api/profiles/${id}`);
  assert.equal(body.traits.name.value, 'Li Na');
  // The outcome cannot be written: the caller learns it, the entry before stands.
  let calls = 0;
  audit.append = (entry) => (++calls > 1 ? Promise.reject(new Error('no disk')) : append.call(audit, entry));
  assert.equal((await node.ask('POST', '/api/sources', { name: 'another', kind: 'app' })).status, 500);
  audit.append = append;
  assert.equal((await list(node, '?action=source.add'))[0]!.outcome, 'attempted');
  await node.close();
});

test('entries that come within a few turns of the loop are one transaction', async () => {
  const node = await openTestNode();
  const { audit, store } = node.app.node();
  const transact = store.transact.bind(store);
  let transactions = 0;
  store.transact = (changes, chain) => {
    // The node has other work too.
    if (changes.some((change) => 'table' in change && change.table.name === 'audit_entries')) transactions += 1;
    return transact(changes, chain);
  };
  const turn = () => new Promise((resolve) => void setImmediate(resolve));
  const written: Promise<number>[] = [];
  for (let at = 0; at < 5; at += 1) {
    written.push(audit.append({ actor: 'system', action: 'test', outcome: 'done', target: `entry ${at}` }));
    await turn();
    await turn();
  }
  const [first = 0, ...others] = await Promise.all(written);
  // Closing writes one more.
  store.transact = transact;
  await node.close();
  assert.deepEqual([others, transactions], [[1, 2, 3, 4].map((more) => first + more), 1]);
});

test('requests that come together share their transactions, and each finds its own entry', async () => {
  const node = await openTestNode();
  const id = await person(node, 'u-1');
  const answers = await Promise.all(Array.from({ length: 200 }, () => node.ask('GET', `/api/profiles/${id}`)));
  assert.ok(answers.every(({ status }) => status === 200));
  const { body } = await node.ask<Listed>('GET', `/api/audit?action=profile.read&limit=500`);
  assert.equal(new Set(body.entries.map(({ correlationId }) => correlationId)).size, 200);
  assert.deepEqual((await verify(node)).flaw, undefined);
  await node.close();
});

test('it verifies while it grows', async () => {
  const node = await openTestNode();
  const id = await person(node, 'u-1');
  let reading = true;
  const readers = Array.from({ length: 8 }, async () => {
    while (reading) assert.equal((await node.ask('GET', `/api/profiles/${id}`)).status, 200);
  });
  const sizes: number[] = [];
  // On a slow disk the first entries may take longer than all rounds.
  for (let round = 0; round < 15 || sizes.at(-1) === sizes[0]; round += 1) {
    const verdict = await verify(node);
    assert.deepEqual(verdict.flaw, undefined);
    sizes.push(verdict.entries);
  }
  reading = false;
  await Promise.all(readers);
  assert.ok(sizes.at(-1)! > sizes[0]!);
  await node.close();
});

test('keys rotate, and not one byte of the log changes', async () => {
  const node = await openTestNode();
  const id = await person(node, 'u-1');
  await node.ask('GET', `/api/profiles/${id}`);
  const before: string[] = [];
  for await (const line of lines(node)) if (line.includes('"entry"')) before.push(line);
  for (const kind of ['wrapping', 'data'] as const) {
    node.app.rotate(kind);
    while (node.app.rotation.state === 'running') await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(node.app.rotation.state, 'done');
  }
  await node.restart();
  const afterwards: string[] = [];
  for await (const line of lines(node)) if (line.includes('"entry"')) afterwards.push(line);
  assert.deepEqual(afterwards.slice(0, before.length), before);
  assert.deepEqual((await verify(node)).flaw, undefined);
  assert.deepEqual((await list(node, `?person=${id}&action=profile.read`))[0]!.fields, ['profile']);
  await node.close();
});

test('an erased subject: the log verifies, the number stays, what was read does not open', async () => {
  const node = await openTestNode();
  const [id, other] = [await person(node, 'u-1'), await person(node, 'u-2')];
  for (const one of [id, other]) await node.ask('GET', `/api/profiles/${one}`);
  const { vault, store } = node.app.node();
  const records = [Number(id.slice(1))];
  const keysOf = () => node.app.node().store.select('SELECT generation FROM log_keys WHERE record_id IN (:records)', { records });
  assert.equal((await keysOf()).length, 1);
  await store.transact(vault.destroyRecordKeys(records));
  vault.forgetRecordKeys(records);
  for (const round of ['at once', 'after a restart']) {
    assert.deepEqual((await verify(node)).flaw, undefined, round);
    const [entry] = (await list(node, '?action=profile.read')).filter(({ person }) => person === id);
    assert.equal(entry!.erased, true, round);
    assert.equal(entry!.fields, undefined, round);
    assert.deepEqual((await list(node, `?person=${other}&action=profile.read`))[0]!.fields, ['profile'], round);
    // Asking for them again leaves no new key.
    assert.equal((await node.ask('GET', `/api/profiles/${id}/timeline`)).status, 404);
    assert.deepEqual(await keysOf(), [], round);
    await node.restart();
  }
  await node.close();
});

test('a line of the second sink that a crash cut short is left out, and the next begins anew', async () => {
  const node = await openTestNode({ config: { auditSink: 'audit-heads.log' } });
  await node.ask('GET', '/api/sources');
  await node.app.close();
  const path = join(node.folder, 'audit-heads.log');
  const before = (await readHeadFile(path))!.length;
  appendFileSync(path, '{"size":12,"atMs":17');
  await node.restart();
  await node.ask('GET', '/api/sources');
  await node.restart();
  const heads = (await readHeadFile(path))!;
  assert.ok(heads.length > before);
  assert.equal((await verify(node, heads)).flaw, undefined);
  writeFileSync(path, 'nothing of the kind\n');
  await assert.rejects(readHeadFile(path), { code: 'unreadable_file' });
  assert.equal(await readHeadFile(`${path}.none`), undefined);
  await node.close();
});

test('the second sink says so when it cannot be written', async () => {
  const node = await openTestNode({ config: { auditSink: 'no such folder/audit-heads.log' } });
  await node.ask('GET', '/api/sources');
  // It is tried about once a second.
  let sink: { state: string } = { state: 'off' };
  for (let tries = 0; tries < 1_200 && sink.state !== 'failing'; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    ({ sink } = (await node.ask<{ sink: { state: string } }>('GET', '/api/audit/head')).body);
  }
  assert.deepEqual(sink, { state: 'failing', code: 'ENOENT' });
  const { body: doctor } = await node.ask<{ findings: { severity: string; check: string }[] }>('GET', '/api/doctor');
  assert.ok(doctor.findings.some(({ severity, check }) => severity === 'warning' && check === 'audit-sink'));
  await node.close();
});

test('who read a customer is summed up over all there is, however short the page', async () => {
  const node = await openTestNode();
  const id = await person(node, 'summed');
  for (let at = 0; at < 7; at += 1) await node.ask('GET', `/api/profiles/${id}`);
  const { body } = await node.ask<{ actors: { actor: string; entries: number }[]; whole: boolean; entries: AuditView[] }>(
    'GET',
    `/api/audit/who-read/${id}?limit=2&action=profile.read`,
  );
  assert.deepEqual([body.entries.length, body.whole], [2, true]);
  assert.deepEqual(
    body.actors.map(({ actor, entries }) => [actor, entries]),
    [['operator', 7]],
  );
  await node.close();
});
