// `holdfast api-key` as whole commands, against a node that runs, in both languages and for programs.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemPorts } from '../core/ports.ts';
import { main } from '../main.ts';
import { openTestNode, type TestNode } from '../testing.ts';
import { fakeIo } from './testing.ts';

let node: TestNode;
const day = new Date(systemPorts.clock.nowMs() + 30 * 86_400_000).toISOString().slice(0, 10);
before(async () => {
  node = await openTestNode();
  await node.listen();
});
after(() => node.close());

async function run(...args: string[]) {
  const io = fakeIo({ cwd: node.folder });
  const code = await main(['api-key', ...args, '--data', node.folder], io);
  return { code, out: io.out(), err: io.err() };
}

test('a key is made, listed, rotated and revoked', async () => {
  const made = await run('add', 'report', '--role', 'auditor', '--role', 'marketer', '--expires', day, '--lang', 'zh');
  assert.equal(made.code, 0, made.err);
  assert.match(made.out, /^hfk_[a-z2-7]{39}\n$/);
  assert.match(made.err, /仅显示一次/);
  const limited = await run('add', 'loader', '--role', 'marketer', '--source', 'test', '--expires', day, '--json');
  const { key, token } = JSON.parse(limited.out);
  assert.deepEqual(key.sources, [node.source.id]);
  assert.equal(key.expiresAtMs, Date.parse(`${day}T23:59:59.999Z`));
  assert.equal((await run('add', 'directory', '--directory', '--expires', day)).code, 0);

  const listed = await run('list', '--lang', 'en');
  assert.match(listed.out, new RegExp(`report +marketer auditor +${day}`));
  assert.match(listed.out, /directory +directory/);
  assert.equal(listed.out.includes(token), false);
  const rotated = JSON.parse((await run('rotate', 'loader', '--keep-hours', '1', '--json')).out);
  assert.notEqual(rotated.token, token);
  assert.ok(rotated.key.previousKeyUntilMs);
  assert.equal((await run('revoke', 'report', '--lang', 'en')).out, 'report\n');
  assert.match((await run('list', '--lang', 'zh')).out, /report .*已吊销/);
});

test('what is not right is told', async () => {
  assert.equal((await run('add', 'x', '--role', 'king', '--expires', day)).code, 2);
  assert.equal((await run('add', 'x', '--role', 'auditor')).code, 2);
  assert.match((await run('add', 'x', '--role', 'auditor', '--expires', 'soon', '--json')).err, /bad_request/);
  assert.match((await run('add', 'x', '--role', 'auditor', '--expires', '2001-01-01', '--json')).err, /expiresAtMs/);
  assert.match((await run('add', 'x', '--role', 'auditor', '--source', 'nobody', '--expires', day, '--json')).err, /not_found/);
  assert.match((await run('revoke', 'nobody', '--json')).err, /not_found/);
});
