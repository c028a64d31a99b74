import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { PointRefused } from './ecdh.ts';
import {
  addendsMax,
  addTotal,
  checkPublicKey,
  ciphertextBytes,
  decryptTotal,
  encryptValues,
  newSumsKey,
  publicKeyOf,
  refresh,
  totalOf,
  totalOfNothing,
  valueMax,
} from './elgamal.ts';
import { neutral, nobleGroup } from './group.ts';

const key = newSumsKey();
const publicKey = publicKeyOf(key);
const every = (count: number) => Uint32Array.from({ length: count }, (_, index) => index);
const plain = (values: readonly number[]) => values.reduce((sum, value) => sum + BigInt(value), 0n);
const refusal = (reason: PointRefused['reason'], index: number) => (error: unknown) =>
  error instanceof PointRefused && error.reason === reason && error.index === index;

const edges = [0, 1, -1, 8191, 8192, -8192, -8193, 2 ** 28, -(2 ** 28), 2 ** 27, valueMax - 1, valueMax, -valueMax];
const value = fc.oneof(fc.constantFrom(...edges), fc.integer({ min: -valueMax, max: valueMax }), fc.integer({ min: 0, max: 99 }));

test('the sum of any chosen values, made fresh, is exactly their sum', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(value, fc.boolean()), { maxLength: 12 }), (list) => {
      const values = list.map(([one]) => one);
      const chosen = every(values.length).filter((at) => list[at]![1]);
      const ciphertexts = encryptValues(values, key, randomBytes(32));
      const total = refresh(totalOf(ciphertexts, chosen), publicKey);
      assert.equal(decryptTotal(total, key, values.length), plain([...chosen].map((at) => values[at]!)));
    }),
    { numRuns: 60 },
  );
});

test('each edge by itself, and the largest sums: many times the largest value', () => {
  for (const edge of edges) {
    const [ciphertext] = [encryptValues([edge], key, randomBytes(32))];
    assert.equal(decryptTotal(ciphertext, key, 1), BigInt(edge), String(edge));
  }
  for (const edge of [valueMax, -valueMax]) {
    const total = encryptValues([edge], key, randomBytes(32));
    // Doubled nine times: 512 of them.
    for (let round = 0; round < 9; round += 1) addTotal(total, Buffer.from(total));
    assert.equal(decryptTotal(total, key, 512), 512n * BigInt(edge));
    assert.equal(decryptTotal(total, key, 511), undefined);
  }
});

test('both engines give the same ciphertexts, and a part of a list is that part of its ciphertexts', () => {
  const values = [0, 5, -7, valueMax, -valueMax, 123_456_789];
  const seed = randomBytes(32);
  const whole = encryptValues(values, key, seed);
  assert.equal(whole.length, values.length * ciphertextBytes);
  assert.deepEqual(encryptValues(values, key, seed, { group: nobleGroup }), whole);
  const part = encryptValues(Float64Array.from(values.slice(2, 5)), key, seed, { first: 2 });
  assert.deepEqual(part, whole.subarray(2 * ciphertextBytes, 5 * ciphertextBytes));
  assert.deepEqual(publicKeyOf(key, nobleGroup), publicKey);
  assert.deepEqual(totalOf(whole, every(6), nobleGroup), totalOf(whole, every(6)));
  assert.equal(decryptTotal(refresh(whole.subarray(0, ciphertextBytes), publicKey, nobleGroup), key, 1, nobleGroup), 0n);
  const total = totalOf(whole.subarray(0, 2 * ciphertextBytes), every(2));
  addTotal(total, totalOf(whole.subarray(2 * ciphertextBytes), every(4)));
  assert.deepEqual(total, totalOf(whole, every(6)));
});

test('equal values, and the same value under another seed, share no point; made fresh, none stays', () => {
  const [one, other] = [encryptValues([9, 9], key, randomBytes(32)), encryptValues([9, 9], key, randomBytes(32))];
  const points = [one, other, refresh(one.subarray(0, ciphertextBytes), publicKey)].flatMap((bytes) =>
    Array.from({ length: bytes.length / 32 }, (_, at) => bytes.subarray(32 * at, 32 * at + 32).toString('hex')),
  );
  assert.equal(new Set(points).size, points.length);
});

test('the total of nothing decrypts once it was made fresh, to zero', () => {
  assert.equal(decryptTotal(refresh(totalOfNothing(), publicKey), key, 0), 0n);
  assert.throws(() => decryptTotal(totalOfNothing(), key, 1), refusal('not-in-group', 0));
});

test('what is no ciphertext is refused by its place, whether it was chosen or not', () => {
  const ciphertexts = encryptValues([1, 2, 3, 4], key, randomBytes(32));
  const good = ed25519.Point.fromBytes(Uint8Array.from(ciphertexts.subarray(0, 32)));
  const torsion = ed25519.Point.fromHex(ED25519_TORSION_SUBGROUP[1]!);
  const notReduced = Buffer.alloc(32, 255);
  const bads = [good.add(torsion).toBytes(), torsion.toBytes(), neutral, Buffer.alloc(32), notReduced, Buffer.alloc(32, 2)];
  for (const [round, bad] of bads.entries()) {
    const place = 1 + (round % 3);
    const tampered = Buffer.from(ciphertexts);
    tampered.set(bad, place * ciphertextBytes + 32 * (round % 4));
    for (const chosen of [every(4), Uint32Array.of(0), Uint32Array.of()]) {
      assert.throws(() => totalOf(tampered, chosen), refusal('not-in-group', place));
      assert.throws(() => totalOf(tampered, chosen, nobleGroup), refusal('not-in-group', place));
    }
    const badKey = Buffer.from(publicKey);
    badKey.set(bad, 32);
    assert.throws(() => checkPublicKey(badKey), refusal('not-in-group', 1));
  }
  assert.throws(() => totalOf(ciphertexts.subarray(0, -1), every(3)), refusal('wrong-length', 3));
  assert.throws(() => decryptTotal(ciphertexts, key, 1), refusal('wrong-length', 1));
  assert.throws(() => totalOf(ciphertexts, Uint32Array.of(2, 1)), /chosen/);
  assert.throws(() => totalOf(ciphertexts, Uint32Array.of(4)), /chosen/);
});

test('another key, or a sum beyond what the list can give, decrypts to nothing', () => {
  const ciphertext = encryptValues([2 ** 20], key, randomBytes(32));
  assert.equal(decryptTotal(ciphertext, newSumsKey(), 100), undefined);
  assert.equal(decryptTotal(ciphertext, key, 1), 2n ** 20n);
});

test('values that are no integers of 41 bits, keys and seeds of another length are refused, by place and without the value', () => {
  const seed = randomBytes(32);
  for (const bad of [valueMax + 1, -valueMax - 1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => encryptValues([1, bad], key, seed, { first: 10 }), {
      name: 'RangeError',
      message: 'values[11]: expected an integer from -2^40 to 2^40',
    });
  }
  assert.throws(() => encryptValues([1], key.subarray(1), seed), /key: expected 96/);
  assert.throws(() => encryptValues([1], key, seed.subarray(1)), /seed: expected 32/);
  assert.throws(() => decryptTotal(refresh(totalOfNothing(), publicKey), key, addendsMax + 1), /addends/);
  assert.throws(() => checkPublicKey(publicKey.subarray(32)), /publicKey: expected 96/);
});
