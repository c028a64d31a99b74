// A list in threads: the same bytes as without, refusals by the place in the whole list, and a thread that dies is not noticed.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import {
  ecdhSteps,
  encode,
  encryptValues,
  hashItems,
  mask,
  newScalar,
  newSumsKey,
  PointRefused,
  saltedHashSteps,
  sumsSteps,
  totalOf,
} from '../../crypto/psi/psi.ts';
import type { Died } from '../core/pool/pool.ts';
import { maskingLimits, startMaskingThreads, workOf } from './masking.ts';

const deaths: Died[] = [];
const threads = startMaskingThreads({ threads: 2, onRestart: (died) => deaths.push(died) });
after(() => threads.close());
const tag = Buffer.from('holdfast/psi/test/v1 session 1');
const items = Array.from({ length: 2 * maskingLimits.tokens + 77 }, (_, index) => `item ${index}`);
const points = encode(items, tag);
const refusal = (reason: PointRefused['reason'], index: number) => (error: unknown) =>
  error instanceof PointRefused && error.reason === reason && error.index === index;

test('the same bytes as without threads, whatever the length', async () => {
  const [scalar, key] = [newScalar(), randomBytes(32)];
  for (const count of [0, 1, maskingLimits.tokens, items.length]) {
    const some = items.slice(0, count);
    const list = points.subarray(0, count * 32);
    assert.deepEqual(await threads.encode(some, tag), Buffer.from(list));
    assert.deepEqual(await threads.mask(list, scalar), mask(list, scalar));
    assert.deepEqual(await threads.hashItems(some, key), hashItems(some, key));
  }
  const stretch = { cost: 16, blockSize: 1, parallelization: 1 };
  const few = items.slice(0, 3 * maskingLimits.stretchedHashes + 1);
  assert.deepEqual(await threads.hashItems(few, key, { stretch }), hashItems(few, key, { stretch }));
});

test('values and totals too: parts of one list under one seed', async () => {
  const [key, seed] = [newSumsKey(), randomBytes(32)];
  const values = Array.from({ length: 2 * maskingLimits.values + 5 }, (_, index) => (index - 900) * 1_000_003);
  const ciphertexts = await threads.encrypt(values, key, seed);
  assert.deepEqual(ciphertexts, encryptValues(values, key, seed));
  const every = Uint32Array.from(values, (_, index) => index);
  for (const chosen of [every, every.filter((at) => at % 3 === 1), every.subarray(-1), Uint32Array.of()]) {
    assert.deepEqual(await threads.total(ciphertexts, chosen), totalOf(ciphertexts, chosen));
  }
  assert.deepEqual(await threads.total(Buffer.alloc(0), Uint32Array.of()), totalOf(Buffer.alloc(0), Uint32Array.of()));
  for (const bad of [Uint32Array.of(values.length), Uint32Array.of(2, 1), Uint32Array.of(1, 1)]) {
    await assert.rejects(threads.total(ciphertexts, bad), { message: /^chosen: expected places ascending/ });
  }
  await assert.rejects(threads.encrypt([...values, 0.5], key, seed), { message: /^values\[2053\]/ });
});

test('a refused point or ciphertext is named by its place in the whole list, and the first of several', async () => {
  const scalar = newScalar();
  for (const places of [[5000], [8200, 4097], [8200, 17, 5000], [items.length - 1]]) {
    const tampered = Buffer.from(points);
    for (const place of places) tampered.fill(0, place * 32, place * 32 + 32);
    await assert.rejects(threads.mask(tampered, scalar), refusal('small-order', Math.min(...places)));
  }
  const ciphertexts = encryptValues(new Float64Array(1100), newSumsKey(), randomBytes(32));
  const tampered = Buffer.from(ciphertexts);
  for (const place of [1090, 1030]) tampered.fill(255, place * 128 + 96, place * 128 + 128);
  const refused = threads.total(tampered, Uint32Array.of(1));
  await assert.rejects(refused, refusal('not-in-group', 1030));
  await assert.rejects(refused, { message: 'ciphertexts[1030]: refused as not-in-group' });
  await assert.rejects(threads.total(ciphertexts.subarray(0, -1), Uint32Array.of()), refusal('wrong-length', 1099));
});

test('what crypto/psi refuses is refused with the same words, and by its place', async () => {
  const scalar = newScalar();
  await assert.rejects(threads.mask(points.subarray(1), scalar), { message: /^points: expected a multiple of 32/ });
  await assert.rejects(threads.mask(points, scalar.subarray(1)), { message: 'scalar: expected 32 bytes, got 31' });
  await assert.rejects(threads.encode([], Buffer.from('short')), { message: /^tag: expected 16/ });
  await assert.rejects(threads.encode([...items, '\ud800'], tag), {
    message: `items[${items.length}]: expected Unicode, got a lone surrogate`,
  });
  await assert.rejects(threads.hashItems(['\ud800'], randomBytes(32)), { message: /^items\[0\]/ });
});

test('a match by threads is the match without', async () => {
  const { masking, refusing, comparing, encrypting, totalling } = workOf(threads);
  const [ours, theirs] = [items.slice(0, 300), items.slice(200, 700)];
  const own = (list: readonly string[]) => ({ points: encode(list, tag), scalar: newScalar(), seed: randomBytes(32) });
  const [a, b] = [own(ours), own(theirs)];
  const [openedA, openedB] = [await ecdhSteps.open(a, masking), await ecdhSteps.open(b, masking)];
  const abY = await ecdhSteps.double(a.scalar, openedB.sent, masking, refusing);
  const baX = await ecdhSteps.double(b.scalar, openedA.sent, masking, refusing);
  const key = newSumsKey();
  const encrypted = await sumsSteps.encrypt({ values: theirs.map((_, at) => at), key, seed: randomBytes(32) }, encrypting);
  const returned = sumsSteps.forPartner(baX, b.seed);
  const { count, total } = await sumsSteps.close(openedA.kept, abY, returned, encrypted, totalling, comparing);
  assert.deepEqual(await comparing(openedA.kept, abY, baX), ecdhSteps.compare(openedA.kept, abY, baX));
  const twice = Buffer.concat([abY, abY.subarray(0, 32)]);
  await assert.rejects(ecdhSteps.double(a.scalar, twice, masking, refusing), refusal('repeated', 500));
  const repeated = Buffer.concat([baX.subarray(0, 32), baX.subarray(0, -32)]);
  await assert.rejects(async () => comparing(openedA.kept, abY, repeated), refusal('repeated', 1));
  await assert.rejects(async () => comparing(openedA.kept, abY, baX.subarray(32)), {
    message: 'returned: expected 300 tokens, got 299',
  });
  assert.equal(count, 100);
  const sizes = { initiator: 300, responder: 500 };
  const revealed = await threads.whole.reveal(key, total, sizes);
  assert.equal(revealed.sum, 4950n);
  assert.equal(sumsSteps.read(revealed.sent, count), 4950n);
  await assert.rejects(threads.whole.reveal(newSumsKey(), total, sizes), refusal('no-sum', 0));
  const hashed = [ours, theirs].map((list) => hashItems(list, a.seed)) as [Buffer, Buffer];
  assert.deepEqual(await threads.whole.compareHashed(...hashed), saltedHashSteps.compare(...hashed));
  assert.equal(await threads.whole.countShared(...hashed), 100);
  await assert.rejects(threads.whole.countShared(Buffer.concat([hashed[0], hashed[0]]), hashed[1]), refusal('repeated', 300));
});

test('a thread that dies is replaced, and its stretch done again', async () => {
  const scalar = newScalar();
  const masked = mask(points, scalar);
  // A thread may be between two stretches when it is ended: then nothing died under its work, and it is tried again.
  for (let attempt = 0; attempt < 20 && deaths.length === 0; attempt += 1) {
    const running = threads.mask(points, scalar);
    setTimeout(() => void threads.workers[0]?.terminate(), 20 + 10 * attempt);
    assert.deepEqual(await running, masked);
  }
  assert.deepEqual(
    deaths.splice(0).map(({ task }) => task),
    ['masking.task.ts: maskStretch'],
  );
});

test('a cancelled list ends with the reason', async () => {
  const controller = new AbortController();
  const running = threads.mask(points, newScalar(), { signal: controller.signal });
  setTimeout(() => controller.abort(new Error('enough')), 20);
  await assert.rejects(running, /enough/);
  await assert.rejects(threads.encode(items, tag, { signal: AbortSignal.abort() }), { name: 'AbortError' });
});
