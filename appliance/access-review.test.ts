// The inbox on a whole node: found as the log grows, resumed after a kill, judged by somebody else, sealed on disk, gone with the customer.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { AuditEntry } from './core/audit/audit.ts';
import { accessReviewSettings } from './core/model/access-review.ts';
import { operator, type Principal } from './core/model/principal.ts';
import { systemPorts } from './core/ports.ts';
import type { Store } from './core/store/store.ts';
import { AccessReview, type Customer, type Finding, type FindingPage } from './oversee/access-review/access-review.ts';
import { openTestNode, type TestNode } from './testing.ts';
import { openPeopleNode } from './testing-access.ts';

const compliance: Principal = { actor: 'person 5', kind: 'person', id: 5, roles: ['compliance'] };

async function person(node: TestNode, userId: string, traits: object = {}): Promise<number> {
  await node.send([{ type: 'identify', userId, traits }]);
  const [found] = await node.find(userId);
  return Number(found!.id.slice(1));
}

/** An inbox of its own over the node's log, whose readers and customers the test chooses. */
async function inbox(
  node: TestNode,
  parts: { names?: { [actor: string]: string }; settings?: object; customerOf?: (id: number) => Promise<Customer> } = {},
) {
  const { store, vault, audit } = node.app.node();
  return AccessReview.open({
    store,
    vault,
    audit,
    ports: systemPorts,
    settings: accessReviewSettings(parts.settings ?? {}),
    familyNameOf: async (actor) => parts.names?.[actor],
    customerOf: parts.customerOf ?? (async (id) => ({ records: [id], familyNames: ['王'], hasOpenCase: false })),
  });
}
const read = (subject: number, extra: Partial<AuditEntry> = {}): AuditEntry => ({
  actor: 'person 3',
  action: 'profile.read',
  outcome: 'allowed',
  subject,
  fields: ['profile'],
  ...extra,
});

describe('over the API', () => {
  let node: TestNode;
  let id: number;
  before(async () => {
    node = await openTestNode({ config: { accessReview: { refusals: { most: 3 } } } });
    id = await person(node, 'u-1', { name: 'Zhang Wei', email: 'zw@example.com' });
  });
  after(() => node.close());
  const settled = () => node.app.node().accessReview.caughtUp();
  const list = async (query = '') => (await node.ask<FindingPage>('GET', `/api/access-review${query}`)).body;

  test('a honey customer alarms at any read, also under another number of theirs; the mark and its removal are kept and logged', async () => {
    const other = await person(node, 'u-2', { email: 'other@example.com' });
    const marked = await node.ask<{ id: number }>('POST', '/api/access-review/honey', { person: `p${id}`, reason: 'made up' });
    assert.equal(marked.status, 200);
    assert.equal((await node.ask('POST', '/api/access-review/honey', { person: `p${id}`, reason: 'again' })).status, 409);
    assert.equal((await node.ask('POST', '/api/access-review/honey', { person: 'p999999', reason: 'nobody' })).status, 404);
    await settled();
    assert.equal((await list()).findings.length, 0, 'marking is no look at the customer');
    await node.ask('GET', `/api/profiles/p${id}`);
    await settled();
    const { findings, open } = await list();
    assert.equal(open, 1);
    assert.deepEqual(
      findings.map(({ kinds, severity, person: about, actor }) => [kinds, severity, about, actor]),
      [[['honey'], 'high', `p${id}`, 'operator']],
    );
    await node.ask('POST', '/api/identity/merge', { left: `p${id}`, right: `p${other}` });
    await node.ask('GET', `/api/profiles/p${other}/timeline`);
    await settled();
    assert.ok(
      (await list()).findings.some((one) => one.person === `p${other}`),
      'under the number of another record',
    );
    const removed = await node.ask<{ removed: object }>('POST', `/api/access-review/honey/${marked.body.id}/remove`, {
      reason: 'over',
    });
    assert.ok(removed.body.removed);
    assert.equal((await node.ask('POST', `/api/access-review/honey/${marked.body.id}/remove`, { reason: 'over' })).status, 409);
    const before = (await list('?state=all')).findings.length;
    await node.ask('GET', `/api/profiles/p${id}`);
    await settled();
    assert.equal((await list('?state=all')).findings.length, before);
    const { body } = await node.ask<{ honey: unknown[] }>('GET', '/api/access-review/honey');
    assert.equal(body.honey.length, 1, 'a mark that was removed stays in the list');
    const log = await node.ask<{ entries: { action: string }[] }>('GET', '/api/audit?action=access-review.honey.add&limit=500');
    assert.ok(log.body.entries.length >= 2);
  });

  test('nobody judges their own access, programs judge nothing, and a finding is closed once, with a reason', async () => {
    const [finding] = (await list()).findings;
    const path = `/api/access-review/${finding!.id}/judge`;
    const own = await node.ask<{ error: { code: string } }>('POST', path, { verdict: 'legitimate', reason: 'it was me' });
    assert.equal(own.body.error.code, 'forbidden');
    assert.equal((await node.ask('POST', path, { verdict: 'legitimate' })).status, 400);
    assert.equal((await node.ask('POST', '/api/access-review/999999/judge', { verdict: 'unclear', reason: 'x' })).status, 404);
    const { accessReview } = node.app.node();
    const program: Principal = { actor: 'key 7', kind: 'key', id: 7, roles: ['compliance'] };
    await assert.rejects(accessReview.judge(finding!.id, 'misuse', 'x', program), { code: 'forbidden' });
    await assert.rejects(accessReview.judge(finding!.id, 'misuse', '  ', compliance), { code: 'bad_request' });
    const judged = await accessReview.judge(finding!.id, 'misuse', 'no reason to look', compliance);
    assert.deepEqual([judged.state, judged.judgement?.by, judged.judgement?.reason], ['judged', 'person 5', 'no reason to look']);
    await assert.rejects(accessReview.judge(finding!.id, 'legitimate', 'changed my mind', compliance), { code: 'conflict' });
    const shown = await node.ask<Finding>('GET', `/api/access-review/${finding!.id}`);
    assert.equal(shown.body.judgement?.verdict, 'misuse');
    assert.ok((await list('?state=judged')).findings.some((one) => one.id === finding!.id));
    assert.ok(!(await list()).findings.some((one) => one.id === finding!.id));
  });

  test('wrong tokens are one entry a minute with their number, and then a finding', async () => {
    for (let at = 0; at < 5; at += 1)
      await node.app.http.inject({ url: '/api/sources', headers: { authorization: `Bearer ${node.accessToken}x` } });
    assert.equal((await node.app.http.inject({ url: '/api/sources' })).statusCode, 401);
    await node.app.refusals.flush();
    const { body } = await node.ask<{ entries: { times: number; actor: string }[] }>('GET', '/api/audit?action=token.refused');
    assert.equal(
      body.entries.reduce((sum, { times }) => sum + times, 0),
      5,
      'without any token nobody tried to get in',
    );
    assert.ok(body.entries.length <= 2);
    await settled();
    const [finding] = (await list('?actor=unknown')).findings;
    assert.deepEqual([finding?.kinds, finding?.count], [['refusals'], 5]);
  });

  test('the stream tells of findings without naming anybody, and ends with the node', async () => {
    const url = await node.listen();
    const answer = await fetch(`${url}/api/access-review/live`, { headers: { authorization: `Bearer ${node.accessToken}` } });
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    await reader.read();
    await node.ask('POST', '/api/access-review/honey', { person: `p${id}`, reason: 'again' });
    await node.ask('GET', `/api/profiles/p${id}`);
    let text = '';
    while (!text.includes('\n\n') || !text.includes('finding')) text += (await reader.read()).value ?? '';
    const told = JSON.parse(/data: (.*)/.exec(text)![1]!) as object;
    assert.deepEqual(Object.keys(told).sort(), ['id', 'severity', 'state']);
    await node.app.seal();
    for (let done = false; !done; ) ({ done } = await reader.read());
    await node.app.unseal({ passphrase: 'a passphrase for tests' });
  });
});

describe('over its own log', () => {
  let node: TestNode;
  before(async () => {
    node = await openTestNode();
    // The node's own inbox would take the entries first.
    await node.app.node().accessReview.close();
  });
  after(() => node.close());

  test('own family name, no open case and many customers, each once a day and growing', async () => {
    const review = await inbox(node, {
      names: { 'person 3': 'Wang', 'person 4': '李' },
      settings: { openCase: 'asked', manyProfiles: { most: 5 } },
    });
    const { audit } = node.app.node();
    const ids = await Promise.all(Array.from({ length: 7 }, (_, at) => person(node, `w-${at}`)));
    for (const subject of ids) await audit.append(read(subject));
    await audit.append(read(ids[0]!));
    await audit.append(read(ids[0]!, { actor: 'person 4' }));
    await audit.append(read(ids[0]!, { actor: 'key 1' }));
    await review.caughtUp();
    const of = async (actor: string) => (await review.list({ actor, limit: 200 })).findings;
    const mine = await of('person 3');
    assert.equal(mine.filter(({ kinds }) => kinds?.includes('own_family_name')).length, 7);
    assert.equal(mine.find(({ person: about }) => about === `p${ids[0]}`)?.entryCount, 2);
    const many = mine.filter(({ kinds }) => kinds?.includes('many_profiles'));
    assert.deepEqual(
      many.map(({ count, usual, entryCount }) => [count, usual, entryCount]),
      [[7, 5, 8]],
    );
    const noCase = mine.filter(({ kinds }) => kinds?.includes('no_open_case'));
    assert.deepEqual(
      noCase.map(({ count }) => count),
      [8],
    );
    assert.deepEqual(
      (await of('person 4')).map(({ kinds }) => kinds),
      [['no_open_case']],
    );
    assert.deepEqual(await of('key 1'), []);
    await review.judge(many[0]!.id, 'legitimate', 'campaign', operator);
    await audit.append(read(ids[1]!));
    await review.caughtUp();
    const again = (await of('person 3')).filter(({ kinds }) => kinds?.includes('many_profiles'));
    assert.ok(
      again.length === 1 && again[0]!.id !== many[0]!.id,
      'what was judged is closed; what comes after is another finding',
    );
    await review.close();
  });

  test('a failed write finds nothing twice and loses nothing, and a new start goes on where the mark is', async () => {
    const { store, audit } = node.app.node();
    const subject = await person(node, 'kill-1');
    let fail = true;
    const asked: number[] = [];
    const failing: Store = {
      engine: store.engine,
      select: (...args) => store.select(...args),
      selectMany: (...args) => store.selectMany(...args),
      allocate: (...args) => store.allocate(...args),
      migrate: (...args) => store.migrate(...args),
      scrub: (...args) => store.scrub(...args),
      emptyLog: () => store.emptyLog(),
      checkStructure: (...args) => store.checkStructure(...args),
      check: (...args) => store.check(...args),
      close: () => store.close(),
      transact: async (...args) => {
        if (fail) throw new Error('the power went out');
        return store.transact(...args);
      },
    };
    const parts = {
      store: failing,
      vault: node.app.node().vault,
      audit,
      ports: systemPorts,
      settings: accessReviewSettings(),
      familyNameOf: async () => '王',
      customerOf: async (id: number) => {
        asked.push(id);
        return { records: [id], familyNames: ['王'], hasOpenCase: false };
      },
    };
    const review = await AccessReview.open(parts);
    await audit.append(read(subject, { actor: 'person 9' }));
    await assert.rejects(review.caughtUp(), /the power went out/);
    await review.close();
    fail = false;
    const second = await AccessReview.open(parts);
    await second.caughtUp();
    const found = (await second.list({ actor: 'person 9' })).findings;
    assert.deepEqual(
      found.map(({ entryCount }) => entryCount),
      [1],
    );
    asked.length = 0;
    await second.close();
    const third = await AccessReview.open(parts);
    await third.caughtUp();
    assert.deepEqual(asked, [], 'what was looked at is not looked at again');
    await audit.append(read(subject, { actor: 'person 9' }));
    await third.caughtUp();
    const grown = (await third.list({ actor: 'person 9' })).findings;
    assert.deepEqual(
      grown.map(({ id, entryCount }) => [id, entryCount]),
      [[found[0]!.id, 2]],
      'into the finding of before',
    );
    await third.close();
  });

  test('what is about a customer goes with their key; the finding stays and can still be judged', async () => {
    const { store, vault, audit } = node.app.node();
    const review = await inbox(node, { names: { 'person 8': '王' } });
    const [gone, stays] = [await person(node, 'erase-1'), await person(node, 'erase-2')];
    for (const subject of [gone, stays]) await audit.append(read(subject, { actor: 'person 8' }));
    await review.caughtUp();
    const before = (await review.list({ actor: 'person 8' })).findings;
    assert.equal(before.filter(({ person: about }) => about !== undefined).length, 2);
    await review.judge(before.find((one) => one.person === `p${stays}`)!.id, 'legitimate', 'Ms Wang herself', compliance);
    await node.app.node().profiles.settled();
    await store.transact(vault.destroyRecordKeys([gone, stays]));
    vault.forgetRecordKeys([gone, stays]);
    const after = (await review.list({ actor: 'person 8', state: 'all' })).findings;
    for (const one of after) {
      assert.equal(one.erased, true);
      assert.deepEqual([one.kinds, one.severity, one.judgement], [undefined, undefined, undefined]);
      assert.equal(one.actor, 'person 8');
    }
    const judged = await review.judge(after.find((one) => one.state === 'open')!.id, 'unclear', 'erased', compliance);
    assert.equal(judged.judgement?.reason, 'erased');
    await review.close();
  });
});

test('a person who signed in is known by the family name of their account, however the customer writes it', async () => {
  const { node, invite } = await openPeopleNode();
  // Their account says 李华.
  const agent = await invite('li', ['agent']);
  await node.send([
    { type: 'identify', userId: 'c', traits: { name: '王小明' } },
    { type: 'identify', userId: 'd', traits: { name: 'Li Xiaolei' } },
  ]);
  const [[other], [same]] = [await node.find('c'), await node.find('d')];
  const name = node.app.node().access.people.find(agent.person.id)!.name;
  for (const found of [same!, other!])
    await node.app.node().audit.append(read(Number(found.id.slice(1)), { actor: `person ${agent.person.id}` }));
  await node.app.node().accessReview.caughtUp();
  const { findings } = await node.app.node().accessReview.list({ actor: `person ${agent.person.id}` });
  assert.deepEqual(
    findings.map(({ kinds, person: about }) => [kinds, about]),
    [[['own_family_name'], same!.id]],
    name,
  );
  await node.close();
});

test('on disk there is nothing to read of who was found, of whom, why, and which customers are honey', async () => {
  const node = await openTestNode();
  const id = await person(node, 'u-1', { name: 'Zhang Wei' });
  await node.ask('POST', '/api/access-review/honey', { person: `p${id}`, reason: 'needle-of-the-mark' });
  await node.ask('GET', `/api/profiles/p${id}`);
  const { accessReview } = node.app.node();
  await accessReview.caughtUp();
  const [finding] = (await accessReview.list({})).findings;
  await accessReview.judge(finding!.id, 'misuse', 'needle-of-the-verdict', compliance);
  for (const file of readdirSync(node.folder)) {
    if (!file.startsWith('holdfast.db')) continue;
    const bytes = readFileSync(join(node.folder, file)).toString('latin1');
    for (const needle of ['needle-of', 'person 5', '"honey"', 'misuse'])
      assert.ok(!bytes.includes(needle), `${needle} in ${file}`);
  }
  await node.close();
});
