// `holdfast job`: every kind of background work in one list, with what can be broken off and begun again, in both languages and for programs.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { main } from '../main.ts';
import { openTestNode, type TestNode } from '../testing.ts';
import { fakeIo } from './testing.ts';

const home = mkdtempSync(join(tmpdir(), 'holdfast-jobs-'));
const place = join(home, 'place');
let node: TestNode;

before(async () => {
  // Where a folder should be stands a file: the first backup fails.
  writeFileSync(place, '');
  node = await openTestNode({ config: { backup: { to: place } } });
  await node.listen();
});
after(async () => {
  await node.close();
  rmSync(home, { recursive: true, force: true });
});

type Shown = { id: string; kind: string; state: string; cancel?: string; retry?: string; what: { en: string; zh: string } };

async function job(...args: string[]) {
  const io = fakeIo({ cwd: home });
  const code = await main(['job', ...args, '--data', node.folder], io);
  return { code, out: io.out(), err: io.err() };
}
const listed = async () => JSON.parse((await job('list', '--json')).out) as Shown[];
const backup = async () => (await listed()).find(({ id }) => id === 'backup')!;

test('a node that does nothing has nothing to list', async () => {
  assert.deepEqual(await listed(), []);
});

test('a backup that failed is listed with its code, begun again by its id, and has ended well then', async () => {
  const { backups } = node.app.node();
  backups.start('backup', 'operator');
  await backups.settled();
  const failed = await backup();
  assert.deepEqual([failed.state, failed.cancel, failed.retry], ['failed', undefined, 'yes']);
  assert.match((await job('list', '--lang', 'zh')).out, /backup +备份 .* 失败 +backup_target_failed/);
  const refused = await job('cancel', 'backup');
  assert.deepEqual([refused.code, /conflict/.test(refused.err)], [1, true]);
  rmSync(place);
  mkdirSync(place);
  assert.equal((await job('retry', 'backup')).code, 0);
  await backups.settled();
  assert.deepEqual([(await backup()).state, (await backup()).retry], ['done', undefined]);
  const again = await job('retry', 'backup');
  assert.deepEqual([again.code, /ended well/.test(again.err)], [1, true]);
});

test('rotations, an index that is made anew and what is not known', async () => {
  assert.equal((await node.ask('POST', '/api/keys/rotate', { kind: 'wrapping' })).status, 202);
  const gate = Promise.withResolvers<void>();
  const look = () => (node.app.rotation.state === 'running' ? void setImmediate(look) : gate.resolve());
  look();
  await gate.promise;
  Object.defineProperty(node.app.node().profiles, 'reindexing', {
    configurable: true,
    value: { state: 'running', done: 1, total: 4 },
  });
  const found = new Map((await listed()).map((one) => [one.id, one]));
  assert.equal(found.get('rotation')?.state, 'done');
  assert.equal(found.get('index')?.state, 'running');
  for (const { what } of found.values()) assert.ok(what.en && what.zh);
  assert.match((await job('show', 'index')).out, /25%[\s\S]*"total": 4/);
  const refused = await job('cancel', 'index');
  assert.deepEqual([refused.code, /never cancelled/.test(refused.err)], [1, true]);
  Reflect.deleteProperty(node.app.node().profiles, 'reindexing');
  const unknown = await job('show', 'nothing');
  assert.deepEqual([unknown.code, /not_found/.test(unknown.err)], [1, true]);
});
