// How a passphrase is obtained: exactly as written in a file, or as typed, and never shown.

import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Fault, type FaultCode, type Words } from '../core/errors.ts';
import { Interrupted, newQuestion, obtainPassphrase } from './passphrase.ts';
import { fakeIo } from './testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-passphrase-'));
after(() => rmSync(folder, { recursive: true }));
const english = (words: Words) => words.en;
const hasCode = (code: FaultCode) => (error: unknown) => error instanceof Fault && error.code === code;

function fromFile(bytes: string | Uint8Array, mode = 0o600) {
  const path = join(folder, 'secret');
  writeFileSync(path, bytes);
  chmodSync(path, mode);
  const io = fakeIo({ env: { HOLDFAST_PASSPHRASE_FILE: 'secret' }, cwd: folder });
  return { io, passphrase: obtainPassphrase(io, english) };
}

test('one newline at the end of the file is not part of it, all else is', async () => {
  assert.equal(await fromFile('correct horse\n').passphrase, 'correct horse');
  assert.equal(await fromFile('correct horse\r\n').passphrase, 'correct horse');
  assert.equal(await fromFile(' 口令 two\n\n').passphrase, ' 口令 two\n');
  assert.equal(await fromFile('bare').passphrase, 'bare');
});

test('a file that others may read is used with a warning', async () => {
  const { io, passphrase } = fromFile('secret\n', 0o644);
  assert.equal(await passphrase, 'secret');
  assert.match(io.err(), /Warning.*644/);
  const own = fromFile('secret\n', 0o600);
  await own.passphrase;
  assert.equal(own.io.err(), '');
});

test('an empty, oversized, unreadable or absent file is a fault that does not quote it', async () => {
  await assert.rejects(fromFile('\n').passphrase, hasCode('passphrase_missing'));
  await assert.rejects(fromFile('x'.repeat(5000)).passphrase, hasCode('unreadable_file'));
  await assert.rejects(fromFile(Uint8Array.of(0xff, 0xfe, 0x41)).passphrase, hasCode('unreadable_file'));
  const io = fakeIo({ env: { HOLDFAST_PASSPHRASE_FILE: join(folder, 'none') } });
  await assert.rejects(obtainPassphrase(io, english), hasCode('unreadable_file'));
});

test('typed at a terminal it is not shown, and corrections count', async () => {
  const io = fakeIo({ typed: 'wrong\u0015sesamm\u007fe 口令\r' });
  assert.equal(await obtainPassphrase(io, english), 'sesame 口令');
  assert.equal(io.err(), 'Passphrase: \n');
  assert.equal(io.out(), '');
});

test('a new passphrase is asked for twice, and again when the two differ', async () => {
  const io = fakeIo({ typed: 'one\rtwo\rthree\rthree\r' });
  assert.equal(await obtainPassphrase(io, english, newQuestion), 'three');
  assert.match(io.err(), /The two differ/);
  await assert.rejects(
    obtainPassphrase(fakeIo({ typed: 'a\rb\ra\rb\ra\rb\r' }), english, newQuestion),
    hasCode('passphrase_missing'),
  );
});

test('an interrupt while typing ends the asking, the end of input is a missing passphrase', async () => {
  await assert.rejects(obtainPassphrase(fakeIo({ typed: 'half\u0003' }), english), Interrupted);
  await assert.rejects(obtainPassphrase(fakeIo({ typed: '\u0004' }), english), hasCode('passphrase_missing'));
});

test('without a terminal and without a file there is a fault that names the variable', async () => {
  await assert.rejects(obtainPassphrase(fakeIo(), english), hasCode('passphrase_missing'));
});
