import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { blindIndex, blindIndexBy, nobleHash, sodiumHash } from './blind-index.ts';
import { generateKey, keyFrom } from './keys.ts';
import { plainBlindIndex } from './reference/blind-index.ts';

const { blake2b } = JSON.parse(readFileSync(new URL('./vectors/rfc.json', import.meta.url), 'utf8'));
assert.ok(sodiumHash, 'sodium-native did not load: the fast engine cannot be tested here');
const fast = sodiumHash;

test('noble: RFC 7693 and the reference known answers', async () => {
  const { blake2b: hash } = await import('@noble/hashes/blake2.js');
  for (const v of blake2b) {
    const options = v.key ? { key: Buffer.from(v.key, 'hex'), dkLen: 64 } : { dkLen: 64 };
    assert.equal(Buffer.from(hash(Buffer.from(v.input, 'hex'), options)).toString('hex'), v.out, v.source);
  }
});

test('libsodium: the keyed known answers', () => {
  for (const v of blake2b.filter((vector: { key: string }) => vector.key)) {
    const out = Buffer.alloc(64);
    fast(out, Buffer.from(v.input, 'hex'), Buffer.from(v.key, 'hex'));
    assert.equal(out.toString('hex'), v.out, v.source);
  }
});

test('libsodium, noble and the plain twin agree', () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constant('甲'.repeat(2000)));
  const name = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), name, text, (bytes, kind, value) => {
      const key = keyFrom('index', bytes);
      const expected = Buffer.from(plainBlindIndex(bytes, kind, value)).toString('hex');
      assert.equal(blindIndexBy(fast, key, kind, value).toString('hex'), expected);
      assert.equal(blindIndexBy(nobleHash, key, kind, value).toString('hex'), expected);
      assert.equal(blindIndex(key, kind, value).toString('hex'), expected);
    }),
  );
});

test('kind and value do not run into one another, and each key gives its own', () => {
  const key = generateKey('index');
  const of = (kind: string, value: string) => blindIndex(key, kind, value).toString('hex');
  assert.notEqual(of('phone', '1'), of('phone1', ''));
  assert.notEqual(of('phone', '13800138000'), of('order', '13800138000'));
  assert.equal(of('phone', '13800138000'), of('phone', '13800138000'));
  assert.notEqual(of('phone', '1'), blindIndex(generateKey('index'), 'phone', '1').toString('hex'));
});

test('each index has memory of its own', () => {
  const key = generateKey('index');
  const first = blindIndex(key, 'phone', '1');
  const copy = Buffer.from(first);
  blindIndex(key, 'phone', '2');
  assert.deepEqual(first, copy);
  assert.equal(first.buffer.byteLength, 16);
});

test('misuse is refused', () => {
  const key = generateKey('index');
  assert.throws(() => blindIndex(key, '', 'x'), new RangeError('kind: expected 1 to 255 bytes, got 0'));
  assert.throws(() => blindIndex(key, 'x'.repeat(256), 'x'), new RangeError('kind: expected 1 to 255 bytes, got 256'));
});
