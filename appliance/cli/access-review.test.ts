// `holdfast access-review` and the links of `holdfast consent` as whole commands, against a node that runs, in both languages and for programs.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { main } from '../main.ts';
import type { FindingPage } from '../oversee/access-review/access-review.ts';
import { openTestNode, type TestNode } from '../testing.ts';
import { fakeIo } from './testing.ts';

let node: TestNode;
let id: string;
before(async () => {
  node = await openTestNode();
  await node.listen();
  await node.send([{ type: 'identify', userId: 'C1', traits: { email: 'c1@example.com' } }]);
  id = (await node.find('C1'))[0]!.id;
});
after(() => node.close());

async function run(...args: string[]) {
  const io = fakeIo({ cwd: node.folder });
  const code = await main([...args, '--data', node.folder], io);
  return { code, out: io.out(), err: io.err() };
}

test('a honey customer is marked, touched, found, shown and judged by another', async () => {
  const marked = await run('access-review', 'honey', 'add', id, '--reason', 'made up', '--lang', 'en');
  assert.match(marked.out, new RegExp(`${id} .*operator +made up`), marked.err);
  await run('profile', 'c1@example.com');
  await node.app.node().accessReview.caughtUp();
  const en = await run('access-review', 'list', '--lang', 'en');
  assert.match(en.out, new RegExp(`high +honey customer touched +operator +${id}.* open`));
  assert.match(en.err, /1 wait for a judgement/);
  assert.match((await run('access-review', 'list', '--lang', 'zh')).out, /触碰诱饵客户/);
  const { findings } = JSON.parse((await run('access-review', 'list', '--json')).out) as FindingPage;
  const number = String(findings[0]!.id);
  assert.match((await run('access-review', 'show', number, '--lang', 'zh')).out, /审计条目 +\d+/);
  const own = await run('access-review', 'judge', number, '--verdict', 'legitimate', '--reason', 'it was me');
  assert.match(own.err, /nobody judges their own access.*\[forbidden\]/s);
  assert.equal((await run('access-review', 'judge', number, '--verdict', 'misuse')).code, 2, 'without a reason');
  const honey = await run('access-review', 'honey', 'list', '--json');
  const [mark] = (JSON.parse(honey.out) as { honey: { id: number }[] }).honey;
  assert.match((await run('access-review', 'honey', 'remove', String(mark!.id), '--reason', 'over')).out, /over/);
  assert.match((await run('access-review', 'show', '999')).err, /\[not_found\]/);
});

test('a link is made and revoked, a consent asked for and shown in the outbox', async () => {
  const made = await run('consent', 'link', 'c1@example.com', '--days', '3', '--lang', 'en');
  assert.match(made.out, /^http:\/\/127\.0\.0\.1:\d+\/preferences\/[\w-]{50}\n$/, made.err);
  assert.equal((await fetch(made.out.trim())).status, 200, 'where the node listens');
  assert.match((await run('consent', 'revoke', id, '--lang', 'zh')).out, /已撤销 1 个链接/);
  assert.equal((await fetch(made.out.trim())).status, 404);
  const asked = await run('consent', 'request', id, 'marketing', '--channel', 'email', '--lang', 'en');
  assert.match(asked.out, /marketing +email +waits for the customer/, asked.err);
  const outbox = await run('consent', 'outbox', '--lang', 'en');
  assert.match(outbox.out, /to +email c1@example\.com/);
  assert.match(outbox.out, /preferences\/confirm\/[\w-]{50}/);
  assert.match((await run('consent', 'requests', id, '--lang', 'zh')).out, /待客户确认/);
  assert.match((await run('consent', 'request', id, 'marketing')).err, /channel: one of.*\[bad_request\]/s);
});
