import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SealBroken } from '../aead.ts';
import { ShareError, splitSecret } from '../shamir.ts';
import { decryptVector, encryptVector, joinKey, newKeys, splitKey } from './he.ts';
import { seededRandom } from './testing.ts';

const { publicKey, secretKey } = await newKeys('bfv-4096', seededRandom('custody'));
const { sealed, shares } = await splitKey(secretKey, 5, 3);

test('any three of five shares open the key, and it decrypts', async () => {
  for (const some of [
    [0, 1, 2],
    [4, 2, 0],
    [1, 3, 4],
    [0, 1, 2, 3, 4],
  ]) {
    const joined = await joinKey(
      sealed,
      some.map((i) => shares[i]!),
    );
    assert.deepEqual(new Uint8Array(joined), secretKey);
    const chunks = await encryptVector('bfv-4096', publicKey, Uint32Array.of(7, 8, 9));
    assert.deepEqual(await decryptVector('bfv-4096', joined, chunks, 3), Uint32Array.of(7, 8, 9));
  }
});

test('fewer open nothing', async () => {
  await assert.rejects(joinKey(sealed, shares.slice(0, 2)), ShareError);
  await assert.rejects(joinKey(sealed, []), ShareError);
});

test('what is sealed shows nothing of the key, and no two sealings are alike', async () => {
  assert.equal(sealed.length, secretKey.length + 45);
  assert.ok(!Buffer.from(sealed).includes(Buffer.from(secretKey.subarray(64, 80))));
  const again = await splitKey(secretKey, 5, 3);
  assert.notDeepEqual(again.sealed, sealed);
  await assert.rejects(joinKey(again.sealed, shares.slice(0, 3)), SealBroken);
});

test('changed bytes and shares of something else do not open', async () => {
  for (const at of [0, 4, 5, 28, 29, 1000, sealed.length - 1]) {
    const changed = new Uint8Array(sealed);
    changed[at]! ^= 1;
    await assert.rejects(joinKey(changed, shares.slice(0, 3)), SealBroken, `${at}`);
  }
  await assert.rejects(joinKey(sealed.subarray(0, -1), shares), SealBroken);
  await assert.rejects(joinKey(new Uint8Array(0), shares), SealBroken);
  await assert.rejects(joinKey(sealed, await splitSecret(new Uint8Array(16).fill(1), 2, 2)), SealBroken);
});

test('misuse is refused', async () => {
  await assert.rejects(splitKey(secretKey, 3, 5), RangeError);
  await assert.rejects(splitKey(secretKey, 3, 1), RangeError);
  await assert.rejects(splitKey(publicKey, 3, 2), /secretKey: expected 55816 or 122888 bytes, got 111624/);
});
