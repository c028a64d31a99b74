// `holdfast people` as whole commands, against a node that runs and on its folder alone, in both languages.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Person } from '../core/access/access.ts';
import { main } from '../main.ts';
import { openTestNode, type TestNode, testPassphrase } from '../testing.ts';
import { fakeIo } from './testing.ts';

let node: TestNode;
before(async () => {
  node = await openTestNode();
  await node.listen();
  writeFileSync(join(node.folder, 'passphrase.txt'), testPassphrase);
});
after(() => node.close());

/** @param typed line by line, each at a terminal of its own */
async function run(args: string[], typed: string[] = []) {
  const env = { HOLDFAST_PASSPHRASE_FILE: join(node.folder, 'passphrase.txt') };
  const lines = [...typed];
  const io = fakeIo({ cwd: node.folder, env });
  const asked = { ...io, openTerminal: () => fakeIo({ typed: lines.shift() ?? '' }).openTerminal() };
  const code = await main(['people', ...args, '--data', node.folder], asked);
  return { code, out: io.out(), err: io.err() };
}

const password = 'seven brown owls at dusk';
const list = async () => (JSON.parse((await run(['list', '--json'])).out) as { people: Person[] }).people;

test('the first administrator, from the link to the sign-in', async () => {
  const link = await run(['link']);
  assert.equal(link.code, 0, link.err);
  assert.match(link.out, /^hl_[\w-]{43}\n$/);
  assert.match(link.err, /shown this once, good until \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
  const weak = await run(['accept', '--login', 'li.hua', '--name', '李华'], [`${link.out.trim()}\r`, 'too short\rtoo short\r']);
  assert.equal(weak.code, 1);
  assert.match(weak.err, /\[weak_password\]/);
  const typed = [`${link.out.trim()}\r`, `${password}\r${password}\r`];
  const accepted = await run(['accept', '--login', 'li.hua', '--name', '李华', '--lang', 'zh'], typed);
  assert.equal(accepted.code, 0, accepted.err);
  assert.match(accepted.out, /密码已设置/);
  assert.match(accepted.out, /第二重验证/);
  assert.doesNotMatch(accepted.out + accepted.err, /seven brown owls|hl_/);
  assert.match((await run(['link'])).err, /\[conflict\]/);
  const { statusCode } = await node.app.http.inject({
    method: 'POST',
    url: '/api/session',
    payload: { login: 'li.hua', password },
  });
  assert.equal(statusCode, 200);
});

test('invite, roles, reset, disable and enable, and the list of everybody', async () => {
  const invited = await run([
    'invite',
    'wang.min',
    '--name',
    '王敏',
    '--roles',
    'auditor,compliance',
    '--language',
    'zh',
    '--json',
  ]);
  assert.equal(invited.code, 0, invited.err);
  const { person, link } = JSON.parse(invited.out) as { person: Person; link: { token: string } };
  assert.deepEqual([person.state, person.roles, person.language], ['invited', ['compliance', 'auditor'], 'zh']);
  assert.equal((await run(['accept'], [`${link.token}\r`, `${password}\r${password}\r`])).code, 0);
  assert.match((await run(['roles', 'WANG.min', 'auditor'])).out, /^wang\.min {2}auditor {2}active/);
  assert.match((await run(['disable', 'wang.min', '--lang', 'zh'])).out, /已停用/);
  assert.match((await run(['reset', 'wang.min'])).err, /\[conflict\]/);
  assert.match((await run(['enable', 'wang.min'])).out, /active/);
  assert.match((await run(['reset', 'wang.min', '--lost-phone'])).out, /^hl_/);
  const shown = await run(['list', '--lang', 'zh']);
  assert.match(shown.out, /编号 +登录名 +姓名 +角色 +状态 +第二重验证/);
  assert.match(shown.out, /wang\.min +王敏 +auditor +正常 +无/);
});

test('what is wrong is said, and nothing is changed', async () => {
  const before = await list();
  assert.match((await run(['invite', 'wang.min', '--name', 'Again', '--roles', 'agent'])).err, /\[conflict\]/);
  assert.match((await run(['invite', 'new.one', '--name', 'New', '--roles', 'king'])).err, /\[bad_request\]/);
  assert.match((await run(['roles', 'nobody', 'agent'])).err, /\[not_found\]/);
  assert.match((await run(['accept'], [`hl_${'A'.repeat(43)}\r`, `${password}\r${password}\r`])).err, /\[link_invalid\]/);
  assert.equal((await run(['invite', 'new.one'])).code, 2);
  assert.deepEqual(await list(), before);
});

test('without a running node the same commands open the folder', async () => {
  const before = await list();
  await node.app.close();
  assert.deepEqual(await list(), before);
  const reset = await run(['reset', 'li.hua']);
  assert.match(reset.out, /^hl_/, reset.err);
});
