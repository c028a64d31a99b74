import assert from 'node:assert/strict';
import { hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { argon2id } from '@noble/hashes/argon2.js';
import fc from 'fast-check';
import { argon2CostForTests, checkCost, deriveKey, nobleArgon2, sodiumArgon2, stretchPassphrase } from './kdf.ts';
import { generateKey, keyFrom } from './keys.ts';
import { plainExpand, plainExtract } from './reference/hkdf.ts';

const rfc = JSON.parse(readFileSync(new URL('./vectors/rfc.json', import.meta.url), 'utf8'));
const hex = (text: string) => Buffer.from(text, 'hex');
const salt = new Uint8Array(16).fill(3);

test('HKDF-SHA256: RFC 5869 A.1 to A.3, by the engine and by the plain twin', () => {
  assert.equal(rfc.hkdfSha256.length, 3);
  for (const v of rfc.hkdfSha256) {
    const prk = plainExtract(hex(v.salt), hex(v.ikm));
    assert.equal(prk.toString('hex'), v.prk, v.source);
    assert.equal(plainExpand(prk, hex(v.info), v.length).toString('hex'), v.okm, v.source);
    const okm = hkdfSync('sha256', hex(v.ikm), hex(v.salt), hex(v.info), v.length);
    assert.equal(Buffer.from(okm).toString('hex'), v.okm, v.source);
  }
});

test('deriveKey is HKDF with the use and the context as info', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.string({ minLength: 1 }), (bytes, context) => {
      const key = deriveKey(keyFrom('root', bytes), 'data', context);
      const twin = plainExpand(plainExtract(new Uint8Array(0), bytes), Buffer.from(`data\n${context}`), 32);
      assert.equal(Buffer.from(key.reveal()).toString('hex'), twin.toString('hex'));
    }),
  );
});

test('another use, context or root gives another key', () => {
  const root = generateKey('root');
  const shown = (key: { reveal(): Uint8Array }) => Buffer.from(key.reveal()).toString('hex');
  const all = [
    deriveKey(root, 'data', 'a'),
    deriveKey(root, 'index', 'a'),
    deriveKey(root, 'data', 'b'),
    deriveKey(generateKey('root'), 'data', 'a'),
  ].map(shown);
  assert.equal(new Set(all).size, 4);
  assert.equal(shown(deriveKey(root, 'data', 'a')), all[0]);
  assert.throws(() => deriveKey(root, 'data', ''), /context: expected a name/);
});

test('Argon2id: RFC 9106 section 5.3 by the reference', () => {
  for (const v of rfc.argon2id) {
    const tag = argon2id(hex(v.password), hex(v.salt), {
      t: v.passes,
      m: v.memoryKiB,
      p: v.lanes,
      key: hex(v.secret),
      personalization: hex(v.associatedData),
      dkLen: 32,
    });
    assert.equal(Buffer.from(tag).toString('hex'), v.tag);
  }
});

test('Argon2id: libsodium and the reference give the same key', async () => {
  assert.ok(sodiumArgon2, 'sodium-native did not load: the fast engine cannot be tested here');
  const costs = [argon2CostForTests, { passes: 2, memoryBytes: 8 * 1024 }, { passes: 3, memoryBytes: 256 * 1024 }];
  for (const cost of costs) {
    for (const passphrase of ['a', 'correct horse battery staple', '正确的马 电池 订书钉', 'x'.repeat(200)]) {
      const fast = await stretchPassphrase(passphrase, salt, cost, sodiumArgon2);
      const slow = await stretchPassphrase(passphrase, salt, cost, nobleArgon2);
      assert.deepEqual(new Uint8Array(fast.reveal()), new Uint8Array(slow.reveal()));
      assert.equal(fast.use, 'wrapping');
    }
  }
});

test('a passphrase typed full-width or with composed accents is the same passphrase', async () => {
  const of = async (text: string) =>
    Buffer.from((await stretchPassphrase(text, salt, argon2CostForTests)).reveal()).toString('hex');
  assert.equal(await of('Abc 123!é'), await of('Ａｂｃ　１２３！e\u0301'));
  assert.notEqual(await of('Abc'), await of('abc'));
});

test('another salt or cost gives another key', async () => {
  const of = async (s: Uint8Array, passes: number) =>
    Buffer.from((await stretchPassphrase('p', s, { passes, memoryBytes: 8192 })).reveal()).toString('hex');
  assert.equal(new Set([await of(salt, 1), await of(salt, 2), await of(new Uint8Array(16), 1)]).size, 3);
});

test('misuse is refused, and the passphrase is not in the error', async () => {
  await assert.rejects(stretchPassphrase('', salt, argon2CostForTests), /passphrase: expected 1 to 4096 bytes, got 0/);
  await assert.rejects(stretchPassphrase('secret'.repeat(1000), salt, argon2CostForTests), (error: Error) => {
    assert.match(error.message, /^passphrase: expected 1 to 4096 bytes, got 6000$/);
    return true;
  });
  await assert.rejects(stretchPassphrase('p', new Uint8Array(8), argon2CostForTests), /salt: expected 16 bytes, got 8/);
  assert.throws(() => checkCost({ passes: 0, memoryBytes: 8192 }), /cost.passes: expected an integer from 1 to 64, got 0/);
  assert.throws(() => checkCost({ passes: 1, memoryBytes: 2 ** 40 }), /cost.memoryBytes/);
  assert.throws(() => checkCost({ passes: 1, memoryBytes: 8193 }), /cost.memoryBytes/);
});
