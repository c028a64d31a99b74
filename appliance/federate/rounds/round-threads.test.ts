// Encryption of rounds in a thread against the same without one.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ProtocolFault } from '../../../federation/protocol/words.ts';
import { addPacks, roundCrypto } from './round-crypto.ts';
import { startRoundThreads } from './round-threads.ts';

const encryption = 'bfv-4096';
const deaths: unknown[] = [];
const threads = startRoundThreads({ idleMs: 60_000, onRestart: (died) => deaths.push(died) });
after(() => threads.close());

const vector = (member: number) => Uint32Array.from({ length: 5000 }, (_, at) => (member + 1) * (at + 7));
const refused = (error: unknown) => error instanceof ProtocolFault && error.code === 'ciphertext_wrong';

test('vectors that are encrypted, added and decrypted in threads give the sum, and mix with those without', async () => {
  const { publicKey, secretKey } = await threads.sums.newKeys(encryption);
  const one = await threads.sums.encrypt(encryption, publicKey, vector(0));
  const two = await roundCrypto.encrypt(encryption, publicKey, vector(1));
  const packs = [one[0]!, two[0]!];
  const added = await threads.add(encryption, packs);
  assert.deepEqual(Buffer.from(added), Buffer.from(await addPacks(encryption, packs)));
  const expected = vector(0).map((value, at) => value + vector(1)[at]!);
  const kept = Uint8Array.from(secretKey);
  assert.deepEqual(await threads.sums.decrypt(encryption, secretKey, [added], 5000), expected);
  assert.deepEqual(secretKey, kept);
  assert.deepEqual(await roundCrypto.decrypt(encryption, secretKey, [added], 5000), expected);
  assert.equal(threads.sums.modulusOf(encryption), roundCrypto.modulusOf(encryption));
});

test('what is no ciphertext is refused by the same code as without threads', async () => {
  const { publicKey, secretKey } = await threads.sums.newKeys(encryption);
  const [pack] = await threads.sums.encrypt(encryption, publicKey, vector(0));
  const spoilt = Uint8Array.from(pack!).fill(255, 100);
  await assert.rejects(threads.sums.decrypt(encryption, secretKey, [spoilt], 5000), refused);
  await assert.rejects(threads.sums.decrypt(encryption, secretKey, [pack!.subarray(1)], 5000), refused);
  await assert.rejects(threads.add(encryption, [pack!, pack!.subarray(0, pack!.length / 2)]), refused);
  await assert.rejects(threads.add(encryption, [new Uint8Array(0)]), refused);
  await assert.rejects(threads.sums.encrypt(encryption, publicKey.subarray(1), vector(0)), refused);
});

test('a view into a longer buffer is taken for what it is', async () => {
  const { publicKey, secretKey } = await threads.sums.newKeys(encryption);
  const inside = Buffer.concat([Buffer.alloc(3), publicKey, Buffer.alloc(5)]).subarray(3, 3 + publicKey.length);
  const packs = await threads.sums.encrypt(encryption, inside, vector(2));
  assert.deepEqual(await threads.sums.decrypt(encryption, secretKey, packs, 5000), vector(2));
});

test('a thread that dies is replaced, and its work done again', async () => {
  const { publicKey, secretKey } = await threads.sums.newKeys(encryption);
  const long = new Uint32Array(400_000).fill(5);
  for (let attempt = 0; attempt < 20 && deaths.length === 0; attempt += 1) {
    const running = threads.sums.encrypt(encryption, publicKey, long);
    setTimeout(() => void threads.workers[0]?.terminate(), 10);
    const packs = await running;
    assert.deepEqual(await threads.sums.decrypt(encryption, secretKey, packs, long.length), long);
  }
  assert.equal(deaths.length, 1);
});
