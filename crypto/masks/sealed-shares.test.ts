import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newWrapKeyPair } from '../hpke.ts';
import { type Batch, batchSumsMax, openShares, SealedSharesBroken, sealedOverheadBytes, sealShares } from './masks.ts';
import { seededRandom } from './testing.ts';

const random = seededRandom('sealed');
const batch: Batch = { session: 'spring', first: 128, count: 64, sender: '0a', receiver: '0b' };
const shares = Array.from({ length: batch.count }, () => ({ maskMaster: random.bytes(33), selfSeed: random.bytes(33) }));
const pair = await newWrapKeyPair(random);
const sealed = await sealShares(pair.publicKey, batch, shares, random);

test('a batch of 64 sums opens for its receiver, in 5.4 KB', async () => {
  assert.equal(sealed.length, 64 * 66 + sealedOverheadBytes);
  assert.equal(sealed.length, 5432);
  assert.deepEqual(await openShares(pair.privateKey, batch, sealed), shares);
});

test('no share can be seen in what is sent, and the same batch never looks the same', async () => {
  for (const { maskMaster } of shares) assert.equal(sealed.indexOf(Buffer.from(maskMaster.subarray(0, 8))), -1);
  assert.notDeepEqual(await sealShares(pair.publicKey, batch, shares, random), sealed);
});

test('it opens for no other session, sums, sender or receiver: a batch that is played again is refused', async () => {
  const others: Partial<Batch>[] = [
    { session: 'autumn' },
    { first: 64 },
    { first: 129 },
    { sender: '0c' },
    { receiver: '0c' },
    { sender: '0b', receiver: '0a' },
  ];
  for (const other of others) {
    await assert.rejects(openShares(pair.privateKey, { ...batch, ...other }, sealed), SealedSharesBroken, JSON.stringify(other));
  }
  const stranger = await newWrapKeyPair(random);
  await assert.rejects(openShares(stranger.privateKey, batch, sealed), SealedSharesBroken);
});

test('a changed byte anywhere, or another length, and it does not open', async () => {
  for (const at of [0, 1087, 1088, 1119, 1120, 1167, 1168, 1191, 1192, sealed.length - 17, sealed.length - 1]) {
    const changed = Uint8Array.from(sealed);
    changed[at]! ^= 1;
    await assert.rejects(openShares(pair.privateKey, batch, changed), SealedSharesBroken, `byte ${at}`);
  }
  for (const length of [0, 1168, sealed.length - 66, sealed.length - 1]) {
    await assert.rejects(openShares(pair.privateKey, batch, sealed.subarray(0, length)), SealedSharesBroken);
  }
  const fewer = { ...batch, count: 63 };
  await assert.rejects(openShares(pair.privateKey, fewer, sealed.subarray(0, sealed.length - 66)), SealedSharesBroken);
});

test('two batches cannot be mixed: the key of one does not open the shares of the other', async () => {
  const other = await sealShares(pair.publicKey, { ...batch, first: 192 }, shares, random);
  const mixed = Buffer.concat([sealed.subarray(0, 1168), other.subarray(1168)]);
  await assert.rejects(openShares(pair.privateKey, batch, mixed), SealedSharesBroken);
});

test('misuse is refused', async () => {
  const seal = (over: Partial<Batch>, given = shares) => sealShares(pair.publicKey, { ...batch, ...over }, given, random);
  await assert.rejects(seal({ count: 63 }), /shares: expected 63, got 64/);
  for (const count of [0, batchSumsMax + 1, 1.5])
    await assert.rejects(seal({ count }), /count: expected an integer from 1 to 1024/);
  await assert.rejects(seal({ first: 2 ** 32 - 10 }), /count: expected/);
  await assert.rejects(seal({ receiver: '0a' }), /peer: expected another member than 0a/);
  await assert.rejects(seal({ sender: 'X' }), /sender: expected 1 to 64 lower-case hex digits/);
  const short = shares.map((one, at) => (at === 3 ? { ...one, selfSeed: new Uint8Array(32) } : one));
  await assert.rejects(seal({}, short), /shares\[3\].selfSeed: expected 33 bytes, got 32/);
});
