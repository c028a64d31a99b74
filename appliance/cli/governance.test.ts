// `holdfast catalogue` and `holdfast quality` as whole commands, in both languages and as JSON, against a node that runs.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { main } from '../main.ts';
import type { FieldView, Score } from '../oversee/governance/governance.ts';
import { openTestNode, type TestNode, testPassphrase } from '../testing.ts';
import { fakeIo } from './testing.ts';

let node: TestNode;
before(async () => {
  node = await openTestNode();
  await node.listen();
  writeFileSync(join(node.folder, 'passphrase.txt'), testPassphrase);
  const messages = Array.from({ length: 60 }, (_, at) => ({
    type: 'identify',
    messageId: `m${at}`,
    userId: `u${at}`,
    traits: { phone: at === 7 ? 'none' : `1380013${8000 + at}`, tier: ['gold', '\u001b[31msilver'][at % 2] },
  }));
  assert.equal((await node.send(messages)).status, 200);
});
after(() => node.close());

async function run(...args: string[]) {
  const env = { HOLDFAST_PASSPHRASE_FILE: join(node.folder, 'passphrase.txt') };
  const io = fakeIo({ cwd: node.folder, env });
  const code = await main([...args, '--data', node.folder], io);
  return { code, out: io.out(), err: io.err() };
}
async function json<T>(...args: string[]): Promise<T> {
  const { code, out, err } = await run(...args, '--json');
  assert.equal(code, 0, err);
  return JSON.parse(out) as T;
}

test('the catalogue is listed, shown, classified, exported', async () => {
  const { out } = await run('catalogue', 'list', '--source', 'test');
  assert.match(out, /test +identify +traits\.phone +text +phone number 98%/);
  assert.match((await run('catalogue', 'list', '--lang', 'zh')).out, /编号 +数据源 +事件 +字段[\s\S]*电话号码 98%/);
  const { fields } = await json<{ fields: FieldView[] }>('catalogue', 'list', '--text', 'tier');
  const id = String(fields[0]!.id);
  assert.match((await run('catalogue', 'show', id)).out, /^test \/ identify \/ traits\.tier\nclass +not personal/);
  const said = await run('catalogue', 'classify', id, '--class', 'none', '--owner', '会员部');
  assert.match(said.out, /not personal ✓ .*会员部/);
  assert.equal((await run('catalogue', 'classify', id, '--class', 'nonsense')).code, 2);
  assert.equal((await run('catalogue', 'show', '99999')).code, 1);
  assert.equal((await run('catalogue', 'export', '--out', 'all.json')).code, 0);
  const exported = JSON.parse(readFileSync(join(node.folder, 'all.json'), 'utf8')) as { fields: FieldView[] };
  assert.ok(exported.fields.some(({ owner }) => owner === '会员部'));
  assert.ok(!JSON.stringify(exported).includes('1380013'));
});

test('lineage is a tree in both languages', async () => {
  const { out } = await run('catalogue', 'lineage', 'phone');
  assert.match(
    out,
    /^phone \(Phone\)\n├─ comes from\n│ {2}└─ test: traits\.phone {2}\[standard trait → phone\] {2}100%, phone number\n├─ golden record\n/,
  );
  assert.match(out, /└─ used by\n {3}├─ identity: identifier phone/);
  assert.match((await run('catalogue', 'lineage', 'phone', '--lang', 'zh')).out, /├─ 来源\n[\s\S]*└─ 用途\n/);
});

test('quality: rules are set and shown, scores and offenders told', async () => {
  const rules = { version: 1, rules: [{ id: 'tier-known', kind: 'validity', field: 'traits.tier', oneOf: ['gold', 'silver'] }] };
  writeFileSync(join(node.folder, 'rules.json'), JSON.stringify(rules));
  assert.match((await run('quality', 'rules', 'test', '--set', 'rules.json')).err, /version 1; \d+ rules hold/);
  assert.deepEqual(JSON.parse((await run('quality', 'rules', 'test')).out), rules);
  assert.match((await run('quality', 'rules', 'test', '--versions')).out, /^version +saved +bytes\n1 /);
  const score = await json<Score>('quality', 'score', 'test');
  const phone = score.rules.find(({ id }) => id === 'valid.traits.phone')!;
  assert.deepEqual([phone.checked, phone.failed], [60, 1]);
  assert.match(
    (await run('quality', 'score', 'test', '--lang', 'zh')).out,
    /test：本小时 \d+\.\d%[\s\S]*valid\.traits\.phone +有效性/,
  );
  const offenders = await run('quality', 'offenders', 'test', 'valid.traits.phone');
  assert.match(offenders.out, /\nm7 .* p\d+ .*\/api\/profiles\/p\d+\/timeline/);
  assert.match((await run('quality', 'history', 'test')).out, /^hour \(UTC\)/);
  assert.match((await run('quality', 'alarms')).out, /^alarm/);
  writeFileSync(join(node.folder, 'bad.json'), '{"version":1,"rules":[{"id":"a","kind":"completeness"}]}');
  const bad = await run('quality', 'rules', 'test', '--set', 'bad.json');
  assert.equal(bad.code, 1);
  assert.match(bad.err, /rules\.a: completeness needs a field/);
});
