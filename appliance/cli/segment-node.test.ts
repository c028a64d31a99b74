// `holdfast segment` against a node, as it is typed, in both languages.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { main } from '../main.ts';
import { openTestNode, type TestNode } from '../testing.ts';
import { exitCodes } from './faults.ts';
import { fakeIo } from './testing.ts';

let node: TestNode;
before(async () => {
  node = await openTestNode();
  await node.listen();
  await node.send(
    Array.from({ length: 6 }, (_, at) => ({ type: 'identify', userId: `u${at}`, traits: { name: `王小${at}`, city: '上海' } })),
  );
  await node.send(
    Array.from({ length: 4 }, (_, at) => ({
      type: 'track',
      event: 'Order Completed',
      userId: `u${at}`,
      properties: { order_id: `o${at}`, total: 100 * (at + 1) },
    })),
  );
});
after(() => node?.close());

async function type(...args: string[]) {
  const io = fakeIo({ cwd: node.folder });
  const entry = { name: 'segment', about: { en: 'segments', zh: '人群' }, load: () => import('./segment.ts') };
  const code = await main(['segment', ...args, '--data', node.folder], io, [entry]);
  return { code, out: io.out(), err: io.err() };
}

test('a segment is tried, kept, looked into, compared, exported and removed', async () => {
  const tried = await type('preview', '消费 > 150', '--purpose', 'customer_service');
  assert.equal(tried.code, exitCodes.ok, tried.err);
  assert.match(tried.out, /en {2}spend > 150\nzh {2}消费 > 150\n3 of 6 customers \(50\.0%\); 0 more/);
  const added = await type('add', 'spend > 150 = big', '--purpose', 'customer_service');
  assert.match(added.out, /^1 {2}big\n[\s\S]*3 of 6 customers; for customer_service; version 1 by operator/);
  // Only who has been in it for good is told to have left.
  const { segments } = node.app.node();
  await segments.caughtUp();
  assert.match((await type('add', 'spend > 250 = big', '--purpose', 'customer_service', '--replace')).out, /2 of 6 .* version 2/);
  assert.match(
    (await type('list', '--lang', 'zh')).out,
    /编号 {2}名称 .*\n +1 {2}big +2 {2}33\.3% {2}customer_service {2}消费 > 250/,
  );
  assert.match((await type('show', 'big')).out, /zh {2}消费 > 250/);
  const members = (await type('members', 'big')).out.trim().split('\n');
  assert.equal(members.length, 2);
  const [person] = members[0]!.split(' ');
  const why = await type('why', 'big', person!);
  assert.match(why.out, /^yes all of these\n {2}yes may be used for customer_service\n {2}yes spend > 250 \(it is 300\)/);
  assert.match((await type('why', 'big', person!, '--lang', 'zh')).out, /是 消费 > 250 \(实为 300\)/);
  await segments.caughtUp();
  assert.match((await type('changes')).out, /left {5}big {2}\(another rule\)/);
  await type('add', 'spend > 0 = any', '--purpose', 'customer_service');
  assert.match((await type('overlap', 'big', 'any')).out, /big +any +2 +50\.0%/);
  assert.match((await type('snapshot', 'take', 'big', '--name', 'one')).out, /^1 .*one {2}2 members/);
  assert.match((await type('snapshot', 'take', 'any', '--name', 'two')).out, /^2 /);
  assert.match((await type('snapshot', 'compare', '1', '2')).out, /2 came, 0 went, 2 stayed/);
  assert.equal((await type('snapshot', 'list')).out.trim().split('\n').length, 2);
  const wanted = ['--purpose', 'customer_service', '--traits', 'name,city', '--out', 'big.csv'];
  assert.match((await type('export', 'big', ...wanted)).out, /2 customers in big\.csv; 0 left out/);
  assert.match(readFileSync(join(node.folder, 'big.csv'), 'utf8'), /^id,name,city\np\d+,王小2,上海\np\d+,王小3,上海\n$/);
  assert.match((await type('remove', 'big')).err, /removed/);
  assert.equal((await type('show', 'big')).code, exitCodes.fault);
  assert.notEqual((await type('add', 'active in 30 = x', '--purpose', 'marketing')).code, exitCodes.ok);
});
