import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { combine } from 'shamir-secret-sharing';
import { fromBase32, toBase32 } from './base32.ts';
import { divide, multiply, plainCombine, plainShare } from './reference/shamir.ts';
import { combineShares, ShareError, splitSecret } from './shamir.ts';

const secret = Uint8Array.from({ length: 32 }, (_, i) => i * 7);
const equal = (a: Uint8Array, b: Uint8Array) => assert.deepEqual(new Uint8Array(a), new Uint8Array(b));

test('base32 gives back what it was given, and refuses what it could not have given', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const text = toBase32(bytes);
      equal(fromBase32(text) as Uint8Array, bytes);
      equal(fromBase32(text.toLowerCase().replace(/(.{4})/g, '$1- ')) as Uint8Array, bytes);
    }),
  );
  assert.equal(toBase32(Buffer.from('foobar')), 'CSQPYRK1E8');
  equal(fromBase32('cSqPyRkLe8') as Uint8Array, Buffer.from('foobar'));
  for (const bad of ['U0', '0!', '1', '000', '01']) assert.equal(fromBase32(bad), undefined, bad);
});

test('any k of n give the secret back', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 64 }),
      fc.integer({ min: 2, max: 12 }),
      fc.integer({ min: 0, max: 6 }),
      fc.infiniteStream(fc.nat()),
      async (bytes, k, more, picks) => {
        const shares = await splitSecret(bytes, k, k + more);
        const left = [...shares];
        const some: string[] = [];
        for (const pick of picks) {
          if (some.length === k) break;
          some.push(...left.splice(pick % left.length, 1));
        }
        equal(await combineShares(some), bytes);
        equal(await combineShares(shares), bytes);
      },
    ),
    { numRuns: 50 },
  );
});

test('fewer than k are refused by number, not by garbage', async () => {
  const shares = await splitSecret(secret, 3, 5);
  await assert.rejects(combineShares(shares.slice(0, 2)), new ShareError('shares: expected at least 3 of this set, got 2'));
  await assert.rejects(combineShares([]), /expected some, got none/);
});

test('every single mistyped sign is found, and its share named', async () => {
  const shares = await splitSecret(secret, 2, 3);
  const second = shares[1] as string;
  for (let at = 0; at < second.length; at += 1) {
    if (second[at] === '-') continue;
    for (const wrong of ['7', 'Z', '?']) {
      if (second[at] === wrong) continue;
      const typed = second.slice(0, at) + wrong + second.slice(at + 1);
      await assert.rejects(combineShares([shares[0] as string, typed]), (error: unknown) => {
        assert.ok(error instanceof ShareError, `sign ${at}`);
        assert.equal(error.given, 2);
        assert.ok(!error.message.includes(typed.slice(10, 30)), 'the share is not in the error');
        if (at > 4) assert.match(error.message, /^share 2 \(given as number 2\)/);
        return true;
      });
    }
  }
});

test('swapped, missing and doubled signs are found', async () => {
  const [first, second] = (await splitSecret(secret, 2, 2)) as [string, string];
  const swapAt = [...second].findIndex((sign, i) => i > 6 && sign !== '-' && second[i + 1] !== '-' && sign !== second[i + 1]);
  const swapped = second.slice(0, swapAt) + second[swapAt + 1] + second[swapAt] + second.slice(swapAt + 2);
  for (const typed of [swapped, second.slice(0, -1), `${second}0`, second.slice(0, 10), '', 'HF-2-']) {
    await assert.rejects(combineShares([first, typed]), (error: unknown) => error instanceof ShareError && error.given === 2);
  }
});

test('small letters, spaces, full-width signs and long dashes are read', async () => {
  const shares = await splitSecret(secret, 2, 2);
  const fullWidth = (text: string) => text.replace(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));
  equal(await combineShares([(shares[0] as string).toLowerCase().replaceAll('-', ' '), fullWidth(shares[1] as string)]), secret);
  equal(await combineShares([` ${shares[0]}\n`, (shares[1] as string).replaceAll('-', '–')]), secret);
});

test('a share of another set, or given twice, is named', async () => {
  const one = await splitSecret(secret, 2, 3);
  const two = await splitSecret(secret, 2, 3);
  await assert.rejects(
    combineShares([one[0] as string, two[1] as string]),
    /share 2 \(given as number 2\) belongs to another set/,
  );
  await assert.rejects(combineShares([one[2] as string, one[2] as string]), /share 3 \(given as number 2\) was given twice/);
});

test('misuse is refused', async () => {
  await assert.rejects(splitSecret(secret, 1, 3), /k: expected an integer from 2 to n = 3, got 1/);
  await assert.rejects(splitSecret(secret, 4, 3), /k: expected/);
  await assert.rejects(splitSecret(secret, 2, 65), /n: expected an integer from 2 to 64, got 65/);
  await assert.rejects(splitSecret(new Uint8Array(0), 2, 3), /secret: expected 1 to 64 bytes, got 0/);
});

test('the plain twin’s field is a field', () => {
  assert.equal(multiply(0x53, 0xca), 1);
  assert.equal(multiply(0x57, 0x83), 0xc1);
  for (let a = 1; a < 256; a += 17) for (let b = 1; b < 256; b += 13) assert.equal(divide(multiply(a, b), b), a);
});

test('the library combines the plain twin’s shares, and the twin the library’s', async () => {
  const byte = fc.nat(255);
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 8 }),
      fc.integer({ min: 2, max: 5 }),
      fc.array(byte),
      async (bytes, k, seed) => {
        const coefficients = Array.from(bytes, (_, i) =>
          Array.from({ length: k - 1 }, (_, j) => seed[(i + j) % (seed.length || 1)] ?? 5),
        );
        const shares = Array.from({ length: k }, (_, i) => plainShare(bytes, coefficients, 3 + i * 11));
        equal(await combine(shares), bytes);
        equal(plainCombine(shares), bytes);
      },
    ),
    { numRuns: 40 },
  );
});
