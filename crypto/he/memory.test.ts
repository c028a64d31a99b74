import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decryptVector, encryptVector, newAdder, newKeys } from './he.ts';
import { loadSeal } from './seal.ts';
import { seededRandom } from './testing.ts';

const { memoryBytes } = await loadSeal();
const keys = await newKeys('bfv-4096', seededRandom('memory'));
const members = 8;
const values = Uint32Array.from({ length: 16 }, (_, i) => i);
const sent: Uint8Array[] = [];
for (let i = 0; i < members; i += 1) {
  sent.push(...(await encryptVector('bfv-4096', keys.publicKey, values, seededRandom(`member ${i}`))));
}

async function sumOnce(): Promise<void> {
  using adder = await newAdder('bfv-4096');
  for (const bytes of sent) adder.add(bytes);
  const sum = await decryptVector('bfv-4096', keys.secretKey, [adder.bytes()], values.length);
  assert.deepEqual(
    sum,
    values.map((value) => value * members),
  );
}

test('a thousand sums of eight members do not make SEAL’s memory grow', async () => {
  for (let i = 0; i < 20; i += 1) await sumOnce();
  const before = memoryBytes();
  for (let i = 0; i < 1000; i += 1) await sumOnce();
  assert.equal(memoryBytes(), before);
});

test('neither do keys, encryptions, and bytes that are refused', async () => {
  const bad = new Uint8Array(sent[0]!).fill(255, 9);
  const work = async () => {
    const { publicKey } = await newKeys('bfv-4096');
    await encryptVector('bfv-4096', publicKey, values);
    using adder = await newAdder('bfv-4096');
    adder.add(sent[0]!);
    assert.throws(() => adder.add(bad));
    await assert.rejects(decryptVector('bfv-4096', keys.secretKey, [bad], values.length));
  };
  for (let i = 0; i < 20; i += 1) await work();
  const before = memoryBytes();
  for (let i = 0; i < 300; i += 1) await work();
  assert.equal(memoryBytes(), before);
});
