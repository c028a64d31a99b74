// `holdfast alarms` as whole commands, against a node that runs, in both languages and for programs.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { main } from '../main.ts';
import type { AlarmPage } from '../oversee/alarms/alarms.ts';
import { openTestNode, type TestNode } from '../testing.ts';
import { fakeIo } from './testing.ts';

let node: TestNode;
before(async () => {
  node = await openTestNode();
  await node.listen();
});
after(() => node.close());

async function run(...args: string[]) {
  const io = fakeIo({ cwd: node.folder });
  const code = await main([...args, '--data', node.folder], io);
  return { code, out: io.out(), err: io.err() };
}

test('an alarm is watched as it comes, listed, acknowledged and counted by doctor', async () => {
  const io = fakeIo({ cwd: node.folder });
  const watching = main(['alarms', 'watch', '--lang', 'en', '--data', node.folder], io);
  const until = async (there: () => boolean) => {
    for (let tries = 0; !there(); tries += 1) {
      assert.ok(tries < 12_000, io.err());
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  await until(() => io.err().includes('watching'));
  const { alarms } = node.app.node();
  alarms.raise({
    kind: 'quality',
    number: 1,
    severity: 'medium',
    atMs: 1_790_000_000_000,
    source: node.source.id,
    rule: 'r-1',
    reason: 'fell',
  });
  alarms.raise({ kind: 'break_glass', number: 1, severity: 'high', atMs: 1_790_000_000_000, actor: 'person 9' });
  await until(() => io.out().includes('break-glass 1 by person 9'));
  assert.match(io.out(), /^1 {2}medium {2}quality of data {2}test: r-1 fell {2}2026-09-21/);
  io.interrupt();
  assert.notEqual(await watching, 0);

  const listed = await run('alarms', 'list', '--lang', 'zh');
  assert.match(listed.out, /高 +紧急访问 +紧急访问 1，操作者 person 9 .* 未确认/);
  assert.match(listed.err, /2 条未确认/);
  assert.match((await run('doctor', '--lang', 'en')).out, /! Alarms: 2 open/);
  assert.match((await run('doctor', '--lang', 'zh')).out, /! 告警：2 条未确认/);
  assert.match((await run('alarms', 'ack', '1', '--note', '李工在修', '--lang', 'zh')).out, /已由 operator 确认: 李工在修/);
  assert.match((await run('alarms', 'ack', '1', '--note', 'x')).err, /\[conflict\]/);
  assert.equal((await run('alarms', 'ack', '1')).code, 2, 'without a note');
  const { alarms: all } = JSON.parse((await run('alarms', 'list', '--state', 'all', '--json')).out) as AlarmPage;
  assert.deepEqual(
    all.map(({ id, state }) => [id, state]),
    [
      [2, 'open'],
      [1, 'acknowledged'],
    ],
  );
});
