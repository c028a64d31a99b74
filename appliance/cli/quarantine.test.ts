// `holdfast quarantine` and `holdfast source dictionary` as whole commands, against a node that runs and on its folder alone.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { main } from '../main.ts';
import { openTestNode, type TestNode, testPassphrase } from '../testing.ts';
import { fakeIo } from './testing.ts';

let node: TestNode;
before(async () => {
  node = await openTestNode();
  await node.listen();
  write('passphrase.txt', testPassphrase);
});
after(() => node.close());

const write = (name: string, content: unknown) =>
  writeFileSync(join(node.folder, name), typeof content === 'string' ? content : JSON.stringify(content));

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
type Listed = { events: { id: number; where: string; event: { messageId: string; traits?: object } }[] };
const identify = (messageId: string, traits: object) => ({ type: 'identify', messageId, userId: 'C1', traits });

test('a dictionary is tried, saved, shown and looked back at', async () => {
  const shown = await run('source', 'dictionary', 'test', '--lang', 'zh');
  assert.deepEqual([shown.code, JSON.parse(shown.out)], [0, { version: 1 }]);
  assert.match(shown.err, /默认字典/);

  write('rules.json', { version: 1, kinds: { identify: { required: ['traits.phone'] } } });
  write('event.json', { kind: 'identify', userId: 'C1', traits: { name: '\u202e王小明' } });
  const tried = await run('source', 'dictionary', 'test', '--set', 'rules.json', '--try', 'event.json');
  assert.deepEqual([tried.code, tried.out], [0, 'quarantined: traits.phone: required and missing\n']);
  const now = await run('source', 'dictionary', 'test', '--try', 'event.json');
  assert.equal(JSON.parse(now.out).traits.name, '王小明');
  assert.deepEqual(await json('source', 'dictionary', 'test', '--versions'), { versions: [] }, 'nothing is saved by trying');

  assert.match((await run('source', 'dictionary', 'test', '--set', 'rules.json')).out, /Version 1 holds/);
  assert.match((await run('source', 'dictionary', 'test', '--versions')).out, /^version.*\n +1 .*Z +\d+\n$/);
  write('wrong.json', { version: 1, fields: { nowhere: 'traits.x' } });
  const wrong = await run('source', 'dictionary', 'test', '--set', 'wrong.json');
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /dictionary\.fields\.nowhere: no such path.*\[bad_request\]/);
  write('broken.json', '{');
  assert.match((await run('source', 'dictionary', 'test', '--set', 'broken.json')).err, /broken\.json: not valid JSON/);
  assert.match((await run('source', 'dictionary', 'test', '--set', 'none.json')).err, /none\.json: ENOENT.*\[unreadable_file\]/);
  assert.match((await run('source', 'dictionary', 'nobody')).err, /\[not_found\]/);
  assert.equal((await run('source', 'dictionary', 'test', '--at', '7')).code, 1);
});

test('events are listed, shown, fixed, replayed and discarded', async () => {
  await node.send([identify('c1', { name: '甲\u001b[31m' }), identify('c2', { name: '乙' }), identify('c3', { name: '丙' })]);
  const { events } = await json<Listed>('quarantine', 'list', '--source', 'test');
  assert.deepEqual(
    events.map(({ where, event }) => [where, event.messageId]),
    [
      ['traits.phone', 'c1'],
      ['traits.phone', 'c2'],
      ['traits.phone', 'c3'],
    ],
  );
  const [one, two, three] = events.map(({ id }) => String(id)) as [string, string, string];
  const table = await run('quarantine', 'list', '--rows', '2');
  assert.match(table.out, new RegExp(`${one} +test +identify +traits\\.phone +required and missing`));
  assert.match(table.err, new RegExp(`list --after ${two}`));

  const shown = await run('quarantine', 'show', one);
  assert.match(shown.out, /^traits\.phone: required and missing\n\{/);
  assert.ok(!shown.out.includes('\u001b'), 'nothing in an event reaches the terminal as a command');
  const event = JSON.parse((await run('quarantine', 'show', one, '--event')).out) as { traits: object };
  assert.deepEqual(event.traits, { name: '甲\u001b[31m' });

  write('fixed.json', { ...event, traits: { name: '甲', phone: '13812345671' } });
  const fixed = await run('quarantine', 'fix', one, 'fixed.json', '--replay', '--lang', 'zh');
  assert.deepEqual([fixed.code, fixed.out], [0, '已记录 1 个，仍隔离 0 个\n']);
  assert.equal((await node.find('13812345671')).length, 1);
  const still = await run('quarantine', 'replay', two, three);
  assert.match(still.out, new RegExp(`^0 recorded, 2 still in quarantine\n {2}${two} {2}traits\\.phone: required and missing\n`));
  assert.match((await run('quarantine', 'discard', two)).out, /^1 discarded/);
  assert.equal((await run('quarantine', 'show', two)).code, 1);
  assert.equal((await run('quarantine', 'replay')).code, 1);
  assert.equal((await run('quarantine', 'show', 'x')).code, 2);

  // Without a node that runs, the same commands open the folder themselves.
  write('relaxed.json', { version: 1 });
  await node.app.close();
  assert.equal((await json<{ version: number }>('source', 'dictionary', 'test', '--set', 'relaxed.json')).version, 2);
  assert.deepEqual(await json('quarantine', 'replay', '--source', 'test'), {
    replayed: [{ id: Number(three), outcome: 'recorded' }],
  });
  await node.restart();
  assert.equal((await node.find('C1'))[0]!.traits.name?.value, '丙');
});
