// The same commands with no node running: each opens the folder itself, and gives the same answers. And how commands end that are
// not used as they are meant to be.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { commandLine, essence } from './testing.ts';

const line = commandLine();
const { home, write, run, ask, fail, profile } = line;
after(() => line.remove());

test('commands open the folder themselves, and each shows what the one before changed', async () => {
  await run('init');
  await run('source', 'add', 'crm');
  await run('source', 'add', 'till');
  const customers = write('customers.csv', '客户号,姓名,手机\nC1,王小明,139 0731 2846\nC2,李芳,13807312847\n');
  assert.equal((await ask<{ recorded: number }>('import', customers, '--source', 'crm')).recorded, 2);
  const till = write('till.csv', 'customer_id,phone\nT1,13907312846\n');
  assert.equal((await ask<{ recorded: number }>('import', till, '--source', 'till')).recorded, 1);
  const wang = await profile('T1');
  assert.equal(wang.traits.name?.value, '王小明');
  assert.deepEqual(wang.records.map(({ source }) => source).sort(), ['crm', 'till']);
  assert.match(await run('identity', 'why', wang.id), /phone \+8613907312846/);
  const li = await profile('13807312847');
  const merged = await ask<{ profiles: string[] }>('identity', 'merge', wang.id, li.id);
  assert.equal(merged.profiles.length, 1);
  assert.equal((await profile('C2')).records.length, 3);
  await run('identity', 'unmerge', merged.profiles[0]!);
  assert.equal((await ask<{ state: string }>('keys', 'rotate', 'data')).state, 'done');
  assert.deepEqual(essence(await profile('C2')), essence(li));
  assert.equal((await ask<{ ok: boolean }>('doctor')).ok, true);
});

const wrong: string[][] = [
  ['nonsense'],
  ['profile'],
  ['profile', 'x', '--timeline', 'many'],
  ['source', 'add', 'x', '--kind', 'spaceship'],
  ['identity', 'decide', '1', 'perhaps'],
  ['keys', 'shares', '5/3'],
  ['serve', '--port', '99999'],
  ['start', '--people', '0'],
];
test('wrong usage is exit code 2', async () => {
  await Promise.all(wrong.map(async (args) => assert.deepEqual(await fail(...args), [2, 'usage'], args.join(' '))));
});

test('a passphrase file that is not there is exit code 1', async () => {
  assert.deepEqual(await line.failWith(join(home, 'nowhere'), 'source', 'list'), [1, 'unreadable_file']);
});
