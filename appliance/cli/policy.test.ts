// `holdfast policy`, `approvals` and `break-glass` as whole commands, against a node that runs, in both languages and for programs.

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { main } from '../main.ts';
import { openTestNode, type TestNode } from '../testing.ts';
import { fakeIo } from './testing.ts';

let node: TestNode;
let folder: string;
before(async () => {
  node = await openTestNode();
  await node.listen();
  folder = join(node.folder, '..', 'policies');
  mkdirSync(folder);
});
after(() => node.close());

async function run(...args: string[]) {
  const io = fakeIo({ cwd: join(node.folder, '..') });
  const code = await main([...args, '--data', node.folder], io);
  return { code, out: io.out(), err: io.err() };
}

test('the table, in both languages and for programs', async () => {
  const [en, zh, json] = [
    await run('policy', 'table', '--lang', 'en'),
    await run('policy', 'table', '--lang', 'zh'),
    await run('policy', 'table', '--json'),
  ];
  assert.match(en.out, /profile\.find +behind glass +yes/);
  assert.match(en.out, /phone .*pseudonym/);
  assert.match(zh.out, /操作 +管理员 +合规官/);
  const { actions } = JSON.parse(json.out) as { actions: { action: string; cells: { agent: { may: string } } }[] };
  assert.equal(actions.find(({ action }) => action === 'profile.read')?.cells.agent.may, 'purpose');
});

test('policies are shown, written out, checked, and proposed; a broken one names file, line and reason', async () => {
  assert.match((await run('policy', 'show', '--lang', 'en')).out, /agent-serves +permit +Agents find and read/);
  const one = await run('policy', 'show', 'consent-refused', '--lang', 'zh');
  assert.match(one.out, /everybody\.cedar:\d+ +客户未同意/);
  assert.match(one.out, /context\.consent == "denied" \};\n$/);
  assert.equal((await run('policy', 'show', 'nothing-such')).code, 1);
  assert.equal((await run('policy', 'show', '--out', 'policies')).code, 0);
  assert.ok(readdirSync(folder).includes('agent.cedar'));
  assert.match((await run('policy', 'check', 'policies', '--lang', 'en')).out, /policies, all well/);
  const agent = join(folder, 'agent.cedar');
  const text = readFileSync(agent, 'utf8');
  writeFileSync(agent, text.replace('Role::"agent"', 'Role::"agnt"'));
  const broken = await run('policy', 'check', 'policies', '--lang', 'en');
  assert.equal(broken.code, 1);
  assert.match(broken.err, /agent\.cedar:\d+: .*agnt/);
  writeFileSync(agent, text.replace('"customer_service"', '"night_shift"'));
  const proposed = await run('policy', 'propose', 'policies', '--reason', 'night shift', '--lang', 'en');
  assert.equal(proposed.code, 0, proposed.err);
  assert.match(proposed.out, /1 +done +change the policies: policies from version 0: changed agent\.cedar/);
  assert.match((await run('policy', 'show', '--lang', 'en')).out, /^version 1, sha256 [0-9a-f]{64}/);
});

test('approvals and broken glasses are listed, decided and reviewed', async () => {
  assert.match((await run('approvals', 'list', '--lang', 'zh')).out, /已完成 +更改策略/);
  const decided = await run('approvals', 'approve', '1', '--lang', 'en');
  assert.equal(decided.code, 1);
  assert.match(decided.err, /approval 1 is done/);
  assert.equal((await run('approvals', 'reject', '99')).code, 1);
  const begun = await run('break-glass', 'begin', '--reason', 'drill', '--minutes', '1', '--json');
  const { id } = JSON.parse(begun.out) as { id: number };
  assert.match((await run('break-glass', 'list', '--open', '--lang', 'en')).out, /operator .*drill +to be reviewed/);
  const own = await run('break-glass', 'review', String(id), 'justified', '--lang', 'en');
  assert.match(own.err, /somebody other than who broke the glass/);
  assert.match((await run('doctor', '--lang', 'en')).out, /break-glass/);
});
