import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chiSquare, plainStream } from '../reference/masks.ts';
import { addStream, streamNonces } from './stream.ts';
import { seededRandom } from './testing.ts';

const moduli = fc.oneof(
  fc.integer({ min: 2 ** 16, max: 2 ** 32 }),
  fc.constantFrom(2 ** 16, 2 ** 16 + 1, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 3 * 2 ** 30, 2 ** 32 - 1, 2 ** 32),
);
const keys = fc.uint8Array({ minLength: 32, maxLength: 32 });

function streamOf(key: Uint8Array, modulus: number, length: number, sign: 1 | -1 = 1, nonce: Uint8Array = streamNonces.pair) {
  const values = new Uint32Array(length);
  addStream(values, key, nonce, modulus, sign);
  return values;
}

test('RFC 8439, appendix A.1, first test vector: the words are those of the block function', () => {
  const block =
    '76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586';
  const words = streamOf(new Uint8Array(32), 2 ** 32, 16, 1, new Uint8Array(12));
  const expected = Buffer.from(block, 'hex');
  assert.deepEqual(
    [...words],
    Array.from({ length: 16 }, (_, at) => expected.readUInt32LE(4 * at)),
  );
});

test('the plain twin gives the same values, whatever the modulus, length and sign', () => {
  fc.assert(
    fc.property(keys, moduli, fc.integer({ min: 1, max: 300 }), fc.constantFrom('self', 'pair'), (key, modulus, length, use) => {
      const nonce = streamNonces[use];
      const expected = plainStream(key, nonce, modulus, length);
      assert.deepEqual([...streamOf(key, modulus, length, 1, nonce)].map(BigInt), expected);
      const taken = [...streamOf(key, modulus, length, -1, nonce)].map(BigInt);
      assert.deepEqual(
        taken,
        expected.map((value) => (BigInt(modulus) - value) % BigInt(modulus)),
      );
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('blocks follow each other: a long vector is the twin’s, and a shorter one its beginning', () => {
  const key = seededRandom('blocks').bytes(32);
  for (const modulus of [65_537, 2 ** 31 + 11, 2 ** 32]) {
    const long = streamOf(key, modulus, 50_000);
    assert.deepEqual([...long].map(BigInt), plainStream(key, streamNonces.pair, modulus, 50_000));
    for (const length of [1, 15, 16, 17, 16_383, 16_384, 16_385, 32_769]) {
      assert.deepEqual(streamOf(key, modulus, length), long.slice(0, length));
    }
  }
});

test('what is added comes off again, at the ends of the range too', () => {
  fc.assert(
    fc.property(keys, moduli, fc.array(fc.nat(2 ** 31 - 1), { minLength: 1, maxLength: 50 }), (key, modulus, drawn) => {
      const before = Uint32Array.from(drawn, (value, at) => [0, modulus - 1, value % modulus][at % 3]!);
      const values = Uint32Array.from(before);
      addStream(values, key, streamNonces.self, modulus, 1);
      assert.ok(values.every((value) => value < modulus));
      addStream(values, key, streamNonces.self, modulus, -1);
      assert.deepEqual(values, before);
    }),
    { seed: 2, numRuns: 300 },
  );
});

test('values are uniform, where a stream that keeps every word is far from it', () => {
  const key = seededRandom('uniform').bytes(32);
  for (const modulus of [65_537, 1_000_003, 2 ** 31 - 1, 3 * 2 ** 30, 2 ** 32 - 5, 2 ** 32]) {
    const values = streamOf(key, modulus, 200_000);
    assert.ok(chiSquare(values, modulus) < 360, `modulus ${modulus}: ${chiSquare(values, modulus)}`);
    const low = values.map((value) => value % 256);
    assert.ok(chiSquare(low, 256) < 360, `low bits, modulus ${modulus}`);
  }
  const leaning = plainStream(key, streamNonces.pair, 3 * 2 ** 30, 50_000, false).map(Number);
  assert.ok(chiSquare(leaning, 3 * 2 ** 30) > 5000);
});

test('every one of the 256 bits of a key changes the whole stream', () => {
  const key = seededRandom('bits').bytes(32);
  const before = streamOf(key, 2 ** 32, 64);
  for (let bit = 0; bit < 256; bit += 1) {
    const other = Uint8Array.from(key);
    other[bit >> 3]! ^= 1 << (bit & 7);
    const after = streamOf(other, 2 ** 32, 64);
    const flipped = after.reduce(
      (sum, word, at) => sum + ((word ^ before[at]!) >>> 0).toString(2).replace(/[^1]/g, '').length,
      0,
    );
    assert.notDeepEqual(after, before);
    // Of 2,048 bits about half; 10 standard deviations are 226.
    assert.ok(Math.abs(flipped - 1024) < 226, `bit ${bit}: ${flipped}`);
  }
  // Keys that fold to the same 32 bits: each word twice gives zero.
  const folded = (word: number) => Uint8Array.from({ length: 32 }, (_, at) => (at < 8 ? (word >> (8 * (at % 4))) & 255 : 0));
  assert.notDeepEqual(streamOf(folded(1), 2 ** 32, 64), streamOf(folded(2), 2 ** 32, 64));
});

test('one key used in both ways gives two streams', () => {
  const key = seededRandom('ways').bytes(32);
  assert.notDeepEqual(streamOf(key, 2 ** 32, 8, 1, streamNonces.self), streamOf(key, 2 ** 32, 8, 1, streamNonces.pair));
});

test('misuse is refused', () => {
  const key = new Uint8Array(32);
  for (const modulus of [2 ** 16 - 1, 2 ** 32 + 1, 70_000.5, Number.NaN]) {
    assert.throws(() => streamOf(key, modulus, 4), /modulus: expected an integer from 65536 to 4294967296/);
  }
  assert.throws(() => streamOf(new Uint8Array(31), 2 ** 20, 4), /key: expected 32 bytes, got 31/);
  assert.throws(() => streamOf(key, 2 ** 20, 4, 1, new Uint8Array(8)), /nonce: expected 12 bytes, got 8/);
});
