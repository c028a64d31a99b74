// What the console's compliance screens ask the node beside what its own tests ask: whom an actor read, a leaf of the log, a made-up case of the policies, an
// approval in full, and entries by their outcome.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { openTestNode, type TestNode } from './testing.ts';

let node: TestNode;
let customers: string[];
before(async () => {
  node = await openTestNode();
  const phones = ['+8613907312846', '+8613907312847'];
  await node.send(phones.map((phone, at) => ({ type: 'identify', userId: `u${at}`, messageId: `m${at}`, traits: { phone } })));
  customers = (await Promise.all(phones.map((phone) => node.find(phone)))).map(([profile]) => profile!.id);
});
after(() => node?.close());

test('whom somebody read is summed up by customer, most looks first', async () => {
  const [often, once] = customers as [string, string];
  for (let look = 0; look < 3; look += 1) await node.ask('GET', `/api/profiles/${often}`);
  await node.ask('GET', `/api/profiles/${once}`);
  type Read = { actor: string; whole: boolean; customers: { person: string; entries: number }[]; entries: { action: string }[] };
  const { status, body } = await node.ask<Read>('GET', '/api/audit/read-by/operator?action=profile.read');
  assert.equal(status, 200);
  assert.deepEqual(
    body.customers.map(({ person, entries }) => [person, entries]),
    [
      [often, 3],
      [once, 1],
    ],
  );
  assert.equal(body.whole, true);
  assert.ok(body.entries.every(({ action }) => action === 'profile.read'));
  const nobody = await node.ask<Read>('GET', '/api/audit/read-by/person%2099');
  assert.deepEqual([nobody.body.customers, nobody.body.entries, nobody.body.whole], [[], [], true]);
});

test('entries are found by what became of them, failures of every kind together', async () => {
  assert.equal((await node.ask('POST', `/api/subject-requests`, { person: 'p999', kind: 'access' })).status, 404);
  type Page = { entries: { outcome: string; action: string }[] };
  const failed = (await node.ask<Page>('GET', '/api/audit?outcome=failed')).body.entries;
  assert.ok(failed.length > 0 && failed.every(({ outcome }) => outcome.startsWith('failed:')), JSON.stringify(failed));
  const done = (await node.ask<Page>('GET', '/api/audit?outcome=done')).body.entries;
  assert.ok(done.every(({ outcome }) => outcome === 'done'));
});

test('entries by their numbers, of which some may be nowhere; and pages that miss none, filtered or not', async () => {
  type Page = { entries: { seq: number; actor: string; person?: string }[]; next?: number };
  const page = async (query: string) => (await node.ask<Page>('GET', `/api/audit?${query}`)).body;
  const newest = (await page('limit=1')).entries[0]!.seq;
  const wanted = [newest - 1, newest - 5, newest - 3];
  const some = await page(`${wanted.map((seq) => `seq=${seq}`).join('&')}&seq=${newest + 1000}`);
  assert.deepEqual(
    some.entries.map(({ seq }) => seq),
    [newest - 1, newest - 3, newest - 5],
  );
  assert.deepEqual([(await page('seq=0')).entries.map(({ seq }) => seq), (await page(`seq=0&actor=nobody`)).entries], [[0], []]);
  assert.equal((await node.ask('GET', '/api/audit?seq=-1')).status, 400);
  // From a number that is there already: each question adds an entry of its own.
  const all = async (filter: string) => {
    const found: number[] = [];
    for (let before: number | undefined = newest + 1; before !== undefined; ) {
      const { entries, next }: Page = await page(`limit=3&before=${before}${filter}`);
      found.push(...entries.map(({ seq }) => seq));
      before = next;
    }
    return found;
  };
  const every = Array.from({ length: newest + 1 }, (_, at) => newest - at);
  assert.deepEqual(await all(''), every);
  assert.deepEqual(
    await all('&actor=operator'),
    (await page(`limit=500&before=${newest + 1}&actor=operator`)).entries.map(({ seq }) => seq),
  );
});

test('a proof comes with the leaf that it is of, in which number and time stand in the clear', async () => {
  const [entry] = (await node.ask<{ entries: { seq: number; atMs: number }[] }>('GET', '/api/audit?limit=1')).body.entries;
  const { body } = await node.ask<{ leaf: string; leafHash: string }>('GET', `/api/audit/proof?entry=${entry!.seq}`);
  const leaf = Buffer.from(body.leaf, 'hex');
  assert.equal(
    createHash('sha256')
      .update(Buffer.from([0]))
      .update(leaf)
      .digest('hex'),
    body.leafHash,
  );
  assert.deepEqual([leaf[0], leaf.readBigInt64BE(1), leaf.readBigInt64BE(9)], [1, BigInt(entry!.seq), BigInt(entry!.atMs)]);
});

test('policies answer a made-up case, with those that decided, and nothing is done', async () => {
  type Case = {
    allowed: boolean;
    known: boolean;
    needs?: string;
    view?: string;
    policies: { id: string; about: { zh: string } }[];
  };
  const ask = async (query: string) => (await node.ask<Case>('GET', `/api/policies/case?${query}`)).body;
  const auditor = await ask('role=auditor&action=profile.read&dataClass=phone');
  assert.deepEqual([auditor.allowed, auditor.view, auditor.policies.map(({ id }) => id)], [true, 'masked', ['auditor-reads']]);
  assert.match(auditor.policies[0]!.about.zh, /审计员/);
  const agent = await ask('role=agent&action=profile.read');
  assert.deepEqual([agent.allowed, agent.policies], [false, []]);
  const erase = 'role=compliance&action=subject.erase';
  assert.equal((await ask(erase)).needs, 'step_up_needed');
  assert.equal((await ask(`${erase}&steppedUp=true`)).needs, 'approval_needed');
  assert.equal((await ask(`${erase}&steppedUp=true&approved=true`)).allowed, true);
  assert.deepEqual(await ask('role=auditor&action=no.such'), { allowed: false, known: false, policies: [] });
  assert.equal((await node.ask('GET', '/api/policies/case')).status, 400);
});

test('an approval in full holds what was proposed; the list does not', async () => {
  const asked = { kind: 'retention.run', payload: {}, reason: 'a test' };
  const made = await node.ask<{ id: number }>('POST', '/api/approvals', asked);
  const one = await node.ask<{ payload: unknown; reason: string }>('GET', `/api/approvals/${made.body.id}`);
  assert.deepEqual([one.body.payload, one.body.reason], [{}, 'a test']);
  const list = await node.ask<{ approvals: object[] }>('GET', '/api/approvals');
  assert.ok(list.body.approvals.length > 0 && list.body.approvals.every((approval) => !('payload' in approval)));
});

test('consent month by month is counted in the background and told when it is ready', async () => {
  type History = { state: string; months: unknown[] };
  let told: History;
  do {
    told = (await node.ask<History>('GET', '/api/consent/history')).body;
    await new Promise((resolve) => setTimeout(resolve, 5));
  } while (told.state !== 'ready');
  assert.deepEqual(told.months, []);
});
