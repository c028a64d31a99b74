// What a computer keeps: a token only as its keyring has sealed it, and never as good as in the clear.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Keep, keptFile } from './keep.ts';
import { FakeElectron } from './testing-electron.ts';
import { tokenOf } from './testing-world.ts';

function place(t: { after(work: () => void): void }) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-keep-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const electron = new FakeElectron(folder);
  const open = (platform: NodeJS.Platform = 'linux') => Keep.open(electron.api.safeStorage, folder, platform);
  const file = () => readFileSync(join(folder, keptFile), 'utf8');
  return { folder, open, file, safeStorage: electron.safeStorage };
}

test('a token comes back sealed after a restart, and stands nowhere in the clear', async (t) => {
  const { folder, open, file } = place(t);
  const keep = await open();
  await keep.enrol('H9000');
  await keep.keepToken(tokenOf('s'));
  assert.ok(!file().includes('sss'), file());
  assert.equal(statSync(join(folder, keptFile)).mode & 0o077, 0, 'for its owner alone');
  const again = await open();
  assert.deepEqual([again.code, again.token], ['H9000', tokenOf('s')]);
  await again.forget();
  assert.deepEqual(JSON.parse(file()), { version: 1 });
  assert.deepEqual([(await open()).code, (await open()).token], [undefined, undefined]);
});

test('without a keyring, or with the one password that every Linux has, nothing is written and it is said', async (t) => {
  for (const [backend, available] of [
    ['basic_text', true],
    ['unknown', true],
    ['gnome_libsecret', false],
  ] as const) {
    const { open, file, safeStorage } = place(t);
    Object.assign(safeStorage, { backend, available });
    const keep = await open();
    assert.equal(await keep.canSeal(), false, backend);
    await keep.enrol('H9000');
    await keep.keepToken(tokenOf('s'));
    assert.equal(keep.token, tokenOf('s'), 'for as long as the console runs');
    assert.deepEqual(JSON.parse(file()), { version: 1, code: 'H9000' });
    assert.equal(safeStorage.sealed, 0);
    assert.equal((await open()).token, undefined);
  }
});

test('elsewhere than on Linux there is no such name to ask for', async (t) => {
  const { open, safeStorage } = place(t);
  safeStorage.backend = 'unknown';
  assert.equal(await (await open('darwin')).canSeal(), true);
  assert.equal(await (await open('win32')).canSeal(), true);
});

test('a keyring that turned its key has the token sealed anew; one that is gone has it forgotten, also on disk', async (t) => {
  const { open, file, safeStorage } = place(t);
  const keep = await open();
  await keep.keepToken(tokenOf('s'));
  safeStorage.rotated = true;
  assert.equal((await open()).token, tokenOf('s'));
  assert.equal(safeStorage.sealed, 2);
  safeStorage.available = false;
  assert.equal((await open()).token, undefined);
  assert.deepEqual(JSON.parse(file()), { version: 1 });
});

test('another node takes the token of the one before with it, in whatever order it is asked', async (t) => {
  const { open } = place(t);
  const keep = await open();
  await Promise.all([keep.enrol('H9000'), keep.keepToken(tokenOf('s')), keep.enrol('H9001')]);
  const again = await open();
  assert.deepEqual([again.code, again.token], ['H9001', undefined]);
});

test('a file that is not ours is no file', async (t) => {
  const { folder, open } = place(t);
  for (const text of [
    '',
    '{',
    'null',
    '[]',
    '{"version":2,"code":"H9"}',
    '{"version":1,"code":7,"token":{}}',
    '{"version":1,"token":"%%"}',
    'x'.repeat(70_000),
  ]) {
    writeFileSync(join(folder, keptFile), text);
    const keep = await open();
    assert.equal(keep.code, undefined, text.slice(0, 40));
  }
});
