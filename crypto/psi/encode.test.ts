import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { double, elligator2, encodeToCurve, hashToField, isOnCurve } from '../reference/encode-to-curve.ts';
import { sodium } from '../sodium.ts';
import { encode, nobleEncoder, sodiumEncoder, tagLimits } from './encode.ts';
import { fieldPrime, fromField, invertAll, reduced, toField } from './field.ts';

const { encodeToCurve: published } = JSON.parse(readFileSync(new URL('../vectors/curve25519.json', import.meta.url), 'utf8'));
assert.ok(sodiumEncoder, 'sodium-native did not load: the fast engine cannot be tested here');
const engines = { sodium: sodiumEncoder, noble: nobleEncoder };
const tag = Buffer.from('holdfast/psi/test/v1 session 1');

const numbers = (packed: Buffer) =>
  Array.from({ length: packed.length / 32 }, (_, index) => toField(packed.subarray(index * 32, (index + 1) * 32)));

test('the plain twin: field element, map and cleared point of RFC 9380 J.4.2', () => {
  assert.equal(published.vectors.length, 5);
  for (const { message, u, q, p } of published.vectors) {
    const [bytes, publishedTag] = [Buffer.from(message), Buffer.from(published.tag)];
    const element = hashToField(bytes, publishedTag);
    assert.equal(element, BigInt(`0x${u}`));
    assert.equal(elligator2(element), BigInt(`0x${q}`));
    assert.equal(encodeToCurve(bytes, publishedTag), BigInt(`0x${p}`));
  }
});

for (const [name, engine] of Object.entries(engines)) {
  test(`${name}: the points P of RFC 9380 J.4.2`, () => {
    const messages = published.vectors.map((vector: { message: string }) => vector.message);
    const expected = published.vectors.map((vector: { p: string }) => BigInt(`0x${vector.p}`));
    assert.deepEqual(numbers(encode(messages, Buffer.from(published.tag), engine)), expected);
  });
}

const texts = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ maxLength: 300 })), { maxLength: 6 });
const tags = fc.uint8Array({ minLength: tagLimits.bytesMin, maxLength: tagLimits.bytesMax });

test('libsodium, noble and the plain twin agree on any text and tag', () => {
  fc.assert(
    fc.property(texts, tags, (items, anyTag) => {
      const fast = encode(items, anyTag, engines.sodium);
      assert.deepEqual(encode(items, anyTag, nobleEncoder), fast);
      assert.deepEqual(
        numbers(fast),
        items.map((item) => encodeToCurve(Buffer.from(item), anyTag)),
      );
    }),
    { numRuns: 60 },
  );
});

test('field elements at the edges give what the twin gives', () => {
  const point = Buffer.alloc(32);
  for (const element of [1n, 2n, 19n, 2n ** 254n, fieldPrime - 1n, fieldPrime - 2n]) {
    const bytes = Buffer.alloc(32);
    fromField(element, bytes, 0);
    sodium?.crypto_core_ed25519_from_uniform(point, bytes);
    const y = toField(point) & (2n ** 255n - 1n);
    const [inverse] = invertAll([(fieldPrime + 1n - y) % fieldPrime]);
    assert.equal(((1n + y) * inverse!) % fieldPrime, double(double(double(elligator2(element)))), String(element));
  }
});

test('an encoded item is always on the curve; a raw hash is on its twist half of the time, which is the leak', () => {
  const items = Array.from({ length: 400 }, (_, index) => `phone:+86138${String(index).padStart(8, '0')}`);
  assert.ok(numbers(encode(items, tag)).every(isOnCurve));
  const raw = items.map((item) => {
    const digest = createHash('sha256').update(item).digest();
    digest[31]! &= 0x7f;
    return toField(digest);
  });
  const onTwist = raw.filter((u) => !isOnCurve(u)).length;
  // 200 expected, standard deviation 10; the items are fixed, so this is no matter of luck.
  assert.ok(onTwist > 150 && onTwist < 250, `${onTwist} of 400`);
});

test('an encoded item is in the group of prime order', () => {
  const point = Buffer.alloc(32);
  for (let index = 0; index < 20; index += 1) {
    engines.sodium(tag)(point, Buffer.from(`item ${index}`));
    assert.ok(ed25519.Point.fromBytes(point).isTorsionFree());
  }
});

test('tag and item decide the point, to the byte; a list is its items one by one', () => {
  const of = (item: string, by: Uint8Array = tag) => encode([item], by).toString('hex');
  assert.equal(of('a'), of('a'));
  assert.notEqual(of('a'), of('a', Buffer.from('holdfast/psi/test/v1 session 2')));
  assert.notEqual(of('\u00e9'), of('e\u0301'));
  assert.equal(encode([], tag).length, 0);
  assert.deepEqual(encode(['a', '甲', ''], tag), Buffer.concat([encode(['a'], tag), encode(['甲'], tag), encode([''], tag)]));
});

test('refused: tags too short or long, and texts that are no Unicode, named by their place', () => {
  assert.throws(() => encode(['a'], Buffer.alloc(15)), /tag: expected 16 to 255 bytes, got 15/);
  assert.throws(() => encode(['a'], Buffer.alloc(256)), RangeError);
  assert.throws(
    () => encode(['a', 'secret\ud800'], tag),
    (error: Error) => {
      assert.match(error.message, /^items\[1\]/);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    },
  );
});

test('field: reduction and inversion', () => {
  const element = fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: fieldPrime - 1n }));
  fc.assert(
    fc.property(fc.array(element, { maxLength: 20 }), (values) => {
      for (const [index, inverse] of invertAll(values).entries()) {
        assert.equal((inverse * values[index]!) % fieldPrime, values[index] === 0n ? 0n : 1n);
      }
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), (bytes) => {
      const expected = BigInt(`0x${Buffer.from(bytes).toString('hex')}`) % fieldPrime;
      assert.equal(toField(reduced(Buffer.from(bytes))), expected);
    }),
  );
});
