// `holdfast consent` as whole commands, against a node that runs, in both languages and for programs.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { main } from '../main.ts';
import type { Ledger } from '../record/consent/consent.ts';
import { sampleConfiguration } from '../sample-loading.ts';
import { openTestNode, type TestNode } from '../testing.ts';
import { fakeIo } from './testing.ts';

let node: TestNode;
before(async () => {
  node = await openTestNode({ config: sampleConfiguration });
  await node.listen();
  const identify = (userId: string, traits: object) => ({ type: 'identify', userId, traits });
  await node.send([
    identify('C1', { email: 'c1@example.com' }),
    identify('C2', { name: '王小明' }),
    identify('C3', { name: '王小明' }),
  ]);
});
after(() => node.close());

async function run(...args: string[]) {
  const io = fakeIo({ cwd: node.folder });
  const code = await main(['consent', ...args, '--data', node.folder], io);
  return { code, out: io.out(), err: io.err() };
}

test('purposes, with law and articles, in both languages', async () => {
  const [en, zh] = [await run('purposes', '--lang', 'en'), await run('purposes', '--lang', 'zh')];
  assert.match(en.out, /Personal Information Protection Law/);
  assert.match(en.out, /credit_scoring +\* +judging creditworthiness +consent +PIPL art\. 13\(1\)\(1\) +denied +PIPL art\. 29/);
  assert.match(zh.out, /《中华人民共和国个人信息保护法》/);
  assert.match(zh.out, /anti_money_laundering +\* +反洗钱 +履行法定职责或者法定义务所必需/);
});

test('a consent is given, shown, withdrawn, and a receipt of it kept', async () => {
  const given = await run(
    'give',
    'c1@example.com',
    'marketing_sms',
    '--policy',
    '2026-01',
    '--expires',
    '2099-01-01',
    '--lang',
    'en',
  );
  assert.equal(given.code, 0, given.err);
  assert.match(given.out, /marketing_sms +sms +allowed +the customer consented +PIPL art\. 13\(1\)\(1\) +by hand +2099-01-01/);
  const withdrawn = await run('withdraw', 'c1@example.com', 'marketing_sms', '--evidence', '来电', '--lang', 'zh');
  assert.match(withdrawn.out, /marketing_sms +sms +禁止 +已拒绝或撤回同意 +PIPL art\. 15/);
  const ledger = JSON.parse((await run('show', 'c1@example.com', '--json')).out) as Ledger;
  assert.deepEqual(
    ledger.facts.map(({ status, evidence, policyVersion }) => [status, evidence ?? policyVersion]),
    [
      ['withdrawn', '来电'],
      ['given', '2026-01'],
    ],
  );
  const receipt = await run('receipt', ledger.id, ledger.facts[1]!.fact, '--out', 'receipt.json');
  assert.equal(receipt.code, 0, receipt.err);
  const text = readFileSync(join(node.folder, 'receipt.json'), 'utf8');
  assert.match(text, /"event_state": "dpv:ConsentGiven"/);

  const { publicKey } = await node.app.node().audit.head();
  const verify = (file: string, ...args: string[]) => run('verify', file, '--key', publicKey, ...args);
  const whole = await verify('receipt.json', '--lang', 'en');
  assert.match(whole.out, /ConsentGiven for marketing_sms \(\*\) since/, whole.err);
  assert.match((await verify('receipt.json', '--lang', 'zh')).out, /状态为 ConsentGiven/);
  writeFileSync(join(node.folder, 'changed.json'), text.replace('"2026-01"', '"2026-02"'));
  const changed = await verify('changed.json');
  assert.deepEqual([changed.code, /not what the node signed.*\[receipt_broken\]/s.test(changed.err)], [1, true], changed.err);
  writeFileSync(
    join(node.folder, 'several.json'),
    JSON.stringify({ receipts: [JSON.parse(text), { '@type': 'dpv:ConsentReceipt' }] }),
  );
  assert.match((await verify('several.json', '--lang', 'en')).err, /2: it is no consent receipt/);
  assert.match((await run('verify', 'receipt.json', '--key', 'ab'.repeat(32), '--lang', 'en')).err, /another node signed it/);
});

test('what cannot be done is said: nobody, several, a purpose or fact that is none', async () => {
  assert.match((await run('show', 'nobody@example.com')).err, /\[not_found\]/);
  assert.match((await run('withdraw', '王小明', 'marketing_sms')).err, /p\d+, p\d+.*\[conflict\]/s);
  assert.match((await run('give', 'c1@example.com', 'nothing')).err, /purpose: none that is declared.*\[bad_request\]/s);
  assert.match((await run('receipt', 'c1@example.com', 'none')).err, /\[not_found\]/);
});
