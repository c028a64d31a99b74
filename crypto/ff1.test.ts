// FF1 against the published sample vectors, and as a permutation.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ff1, ff1Limits } from './ff1.ts';

/** NIST, "Cryptographic Standards and Guidelines: Example Values", FF1samples.pdf: samples 1 to 9. */
const key128 = '2b7e151628aed2a6abf7158809cf4f3c';
const key192 = `${key128}ef4359d8d580aa4f`;
const key256 = `${key192}7f036d6f04fc6a94`;
const samples = [
  [key128, 10, '', '0123456789', '2433477484'],
  [key128, 10, '39383736353433323130', '0123456789', '6124200773'],
  [key128, 36, '3737373770717273373737', '0123456789abcdefghi', 'a9tv40mll9kdu509eum'],
  [key192, 10, '', '0123456789', '2830668132'],
  [key192, 10, '39383736353433323130', '0123456789', '2496655549'],
  [key192, 36, '3737373770717273373737', '0123456789abcdefghi', 'xbj3kv35jrawxv32ysr'],
  [key256, 10, '', '0123456789', '6657667009'],
  [key256, 10, '39383736353433323130', '0123456789', '1001623463'],
  [key256, 36, '3737373770717273373737', '0123456789abcdefghi', 'xs8a0azh2avyalyzuwd'],
] as const;

const digitsOf = (text: string) => [...text].map((letter) => Number.parseInt(letter, 36));
const textOf = (digits: readonly number[]) => digits.map((digit) => digit.toString(36)).join('');

test('the nine samples of NIST, there and back', () => {
  for (const [key, radix, tweak, plain, token] of samples) {
    const cipher = ff1(Buffer.from(key, 'hex'), radix);
    const tweakBytes = Buffer.from(tweak, 'hex');
    assert.equal(textOf(cipher.encrypt(digitsOf(plain), tweakBytes)), token);
    assert.equal(textOf(cipher.decrypt(digitsOf(token), tweakBytes)), plain);
  }
});

test('whatever the radix, length and tweak, it turns back into what it was', () => {
  const cases = fc.integer({ min: 2, max: 65_536 }).chain((radix) => {
    const shortest = Math.max(2, Math.ceil(Math.log(ff1Limits.minDomain) / Math.log(radix)) + 1);
    return fc.record({
      radix: fc.constant(radix),
      digits: fc.array(fc.integer({ min: 0, max: radix - 1 }), { minLength: shortest, maxLength: shortest + 40 }),
      tweak: fc.uint8Array({ maxLength: 40 }),
      key: fc.constantFrom(16, 24, 32).chain((length) => fc.uint8Array({ minLength: length, maxLength: length })),
    });
  });
  fc.assert(
    fc.property(cases, ({ radix, digits, tweak, key }) => {
      const cipher = ff1(key, radix);
      const token = cipher.encrypt(digits, tweak);
      assert.equal(token.length, digits.length);
      assert.deepEqual(cipher.decrypt(token, tweak), digits);
    }),
    { numRuns: 200 },
  );
});

test('misuse is refused: a short domain, a numeral beyond the radix, a key of no AES', () => {
  const cipher = ff1(Buffer.alloc(16), 10);
  assert.throws(() => cipher.encrypt([1, 2, 3, 4, 5]), /expected at least 1000000 texts/);
  assert.throws(() => cipher.encrypt([1, 2, 3, 4, 5, 10]), /expected whole numbers/);
  assert.throws(() => cipher.encrypt([1, 2, 3, 4, 5, 6], new Uint8Array(257)), /tweak/);
  assert.throws(() => ff1(Buffer.alloc(15), 10), /expected 16, 24 or 32/);
  assert.throws(() => ff1(Buffer.alloc(16), 1), /radix/);
});
