// Passwords at rest, checked by libsodium's own verifier of the same format.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import fc from 'fast-check';
import { argon2CostForTests } from './kdf.ts';
import { hashPassword, isOutdated, passwordCost, verifyPassword } from './password.ts';

const random = { bytes: (length: number) => randomBytes(length) };
type Theirs = {
  crypto_pwhash_STRBYTES: number;
  crypto_pwhash_str_verify(text: Uint8Array, password: Uint8Array): boolean;
  crypto_pwhash_str(out: Uint8Array, password: Uint8Array, opsLimit: number, memoryBytes: number): void;
};
const sodium = createRequire(import.meta.url)('sodium-native') as Theirs;

test('libsodium verifies what we write, and we verify what it writes', async () => {
  const run = async (password: string) => {
    const bytes = Buffer.from(password.normalize('NFKC'));
    const room = Buffer.alloc(sodium.crypto_pwhash_STRBYTES);
    room.write(await hashPassword(password, random, argon2CostForTests));
    assert.equal(sodium.crypto_pwhash_str_verify(room, bytes), true);
    assert.equal(sodium.crypto_pwhash_str_verify(room, Buffer.from(`${password}x`)), false);
    const theirs = Buffer.alloc(sodium.crypto_pwhash_STRBYTES);
    sodium.crypto_pwhash_str(theirs, bytes, 1, 8192);
    const text = theirs.toString('utf8').replace(/\0+$/, '');
    assert.equal(await verifyPassword(password, text), true);
    assert.equal(await verifyPassword(`${password}x`, text), false);
  };
  await fc.assert(fc.asyncProperty(fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }), run), { numRuns: 50 });
});

test('two of the same password differ; full-width letters and composed accents are the same password', async () => {
  const one = await hashPassword('a long sentence', random, argon2CostForTests);
  assert.notEqual(one, await hashPassword('a long sentence', random, argon2CostForTests));
  assert.equal(await verifyPassword('ａ long sentence', one), true);
  const accented = await hashPassword('e\u0301tait une fois', random, argon2CostForTests);
  assert.equal(await verifyPassword('\u00e9tait une fois', accented), true);
  assert.equal(await verifyPassword('etait une fois', accented), false);
});

test('the text names its cost, and one of another cost is told', async () => {
  const cheap = await hashPassword('a long sentence', random, argon2CostForTests);
  assert.match(cheap, /^\$argon2id\$v=19\$m=8,t=1,p=1\$/);
  assert.deepEqual([isOutdated(cheap), isOutdated(cheap, argon2CostForTests)], [true, false]);
  assert.deepEqual(passwordCost, { passes: 3, memoryBytes: 64 * 1024 * 1024 });
});

test('what is no such text is refused, and so is one that would exhaust the machine', async () => {
  const good = await hashPassword('a long sentence', random, argon2CostForTests);
  for (const text of [
    '',
    'a long sentence',
    good.replace('argon2id', 'argon2i'),
    good.replace('p=1', 'p=4'),
    good.replace('m=8', 'm=99999999'),
    good.replace('t=1', 't=0'),
    `${good}=`,
    good.slice(0, -1),
  ])
    await assert.rejects(verifyPassword('a long sentence', text), RangeError, text);
});
