import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js';
import { nobleEncoder } from './encode.ts';
import { fieldPrime, fromField, invertAll } from './field.ts';
import {
  addTotal,
  countSteps,
  ecdhSteps,
  encode,
  intersect,
  mask,
  newScalar,
  newSumsKey,
  PointRefused,
  saltedHashSteps,
  sumsSteps,
  totalOf,
} from './psi.ts';

const tag = Buffer.from('holdfast/psi/test/v1 session 1');
const own = (items: readonly string[]) => ({ points: encode(items, tag), scalar: newScalar(), seed: randomBytes(32) });
const refusal = (reason: PointRefused['reason'], index: number) => (error: unknown) =>
  error instanceof PointRefused && error.reason === reason && error.index === index;

/** Both sides up to where each has the other's list doubly masked. */
async function doubled(ours: readonly string[], theirs: readonly string[]) {
  const [a, b] = [own(ours), own(theirs)];
  const [openedA, openedB] = [await ecdhSteps.open(a), await ecdhSteps.open(b)];
  const [abY, baX] = [await ecdhSteps.double(a.scalar, openedB.sent), await ecdhSteps.double(b.scalar, openedA.sent)];
  return { a, b, openedA, openedB, abY, baX };
}

test('a tampered point is refused by every step that receives one, by its place', async () => {
  const { b, openedA } = await doubled(['x', 'y', 'z'], ['z', 'w', 'x']);
  for (const [bad, reason] of [
    [Buffer.alloc(32), 'small-order'],
    [Buffer.alloc(32, 255), 'not-reduced'],
    [openedA.sent.subarray(0, 32), 'repeated'],
  ] as const) {
    const tampered = Buffer.from(openedA.sent);
    tampered.set(bad, 64);
    for (const steps of [ecdhSteps, countSteps, sumsSteps]) {
      await assert.rejects(steps.double(b.scalar, tampered), refusal(reason, 2));
    }
  }
});

test('a point and the same with a point of small order added are a repeat, though they look different', async () => {
  const initiator = own(['x', 'y']);
  const masked = mask(initiator.points, initiator.scalar);
  const torsion = ed25519.Point.fromHex(ED25519_TORSION_SUBGROUP[1]!);
  assert.ok(torsion.isSmallOrder() && !torsion.is0());
  // The Edwards point of the item itself, as the encoder has it; its multiple by 3 stands for a masked one.
  const edwards = Buffer.alloc(32);
  nobleEncoder(tag)(edwards, Buffer.from('x'));
  const point = ed25519.Point.fromBytes(edwards).multiply(3n);
  const coordinates = [point, point.add(torsion)].map(({ y }) => {
    const out = Buffer.alloc(32);
    const [inverse] = invertAll([(fieldPrime + 1n - y) % fieldPrime]);
    fromField(((1n + y) * inverse!) % fieldPrime, out, 0);
    return out;
  });
  assert.notDeepEqual(coordinates[0], coordinates[1]);
  assert.deepEqual(mask(coordinates[0]!, initiator.scalar), mask(coordinates[1]!, initiator.scalar));
  const sent = Buffer.concat([masked, ...coordinates]);
  await assert.rejects(countSteps.double(newScalar(), sent), refusal('repeated', 3));
});

test('a changed bit is a point that matches nothing, never another match', async () => {
  const { a, openedA, openedB, baX } = await doubled(['x', 'y', 'z'], ['x', 'y', 'z']);
  const masked = Buffer.from(openedB.sent);
  masked[40]! ^= 1;
  const found = ecdhSteps.compare(openedA.kept, await ecdhSteps.double(a.scalar, masked), baX);
  assert.deepEqual([...found.own], [0, 2]);
});

test('our own list must come back whole: as long as it was, and without repeats', async () => {
  const { openedA, abY, baX } = await doubled(['x', 'y', 'z'], ['z', 'w']);
  for (const steps of [ecdhSteps, countSteps]) {
    const comparing = (returned: Uint8Array) => () => steps.compare(openedA.kept, abY, returned);
    assert.throws(comparing(baX.subarray(32)), /expected 3 tokens, got 2/);
    assert.throws(comparing(Buffer.concat([baX, Buffer.alloc(32, 9)])), /expected 3 tokens, got 4/);
    assert.throws(comparing(Buffer.concat([baX.subarray(0, 64), baX.subarray(0, 32)])), refusal('repeated', 2));
  }
});

test('repeats are refused in hashed lists and by the coordinator too', () => {
  const [one, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const repeated = Buffer.concat([one, other, one]);
  assert.throws(() => saltedHashSteps.compare(one, repeated), refusal('repeated', 2));
  assert.throws(() => saltedHashSteps.countShared(repeated, one), refusal('repeated', 2));
  assert.throws(() => ecdhSteps.countShared(one, repeated), refusal('repeated', 2));
});

const many = Array.from({ length: 64 }, (_, index) => `item ${index}`);
const unmoved = (order: Uint32Array) => order.filter((from, to) => from === to).length;

test('a list goes to the counter and to the initiator of count in two orders, neither of them the one it came in', async () => {
  const { b, baX } = await doubled(many, many);
  const lists = [ecdhSteps.forCounter(baX, b.seed), countSteps.forPartner(baX, b.seed), Buffer.from(baX)];
  for (const [at, one] of lists.entries()) {
    for (const another of lists.slice(at + 1)) {
      const { own: found, theirs } = intersect(one, another);
      assert.equal(found.length, 64);
      assert.ok(unmoved(theirs) < 12, `${unmoved(theirs)} of 64 where they were: one is expected, and twelve about never`);
    }
  }
  assert.deepEqual(ecdhSteps.forPartner(baX), baX);
  assert.notDeepEqual(ecdhSteps.forCounter(baX, randomBytes(32)), lists[0]);
  assert.throws(() => ecdhSteps.forCounter(baX, b.seed.subarray(1)), /seed: expected 32/);
});

test('the counter counts what both have, from lists that nobody multiplied again', async () => {
  const { a, b, abY, baX } = await doubled(many, many.slice(20));
  assert.equal(ecdhSteps.countShared(ecdhSteps.forCounter(abY, a.seed), ecdhSteps.forCounter(baX, b.seed)), 44);
});

test('count: an initiator with a scalar of its own for each item finds out which, as the statement admits', async () => {
  const scalars = [newScalar(), newScalar()];
  const [x, y] = [encode(['x'], tag), encode(['y'], tag)];
  const responder = own(['y', 'z']);
  const sent = Buffer.concat([mask(x, scalars[0]!), mask(y, scalars[1]!)]);
  const returned = countSteps.forPartner(await countSteps.double(responder.scalar, sent), responder.seed);
  const masked = (await countSteps.open(responder)).sent;
  const hits = scalars.map((scalar) => intersect(returned, mask(masked, scalar)).own.length);
  assert.deepEqual(hits, [0, 1]);
});

test('a caller may spread a list over parts of any size', async () => {
  const inParts = async (points: Uint8Array, scalar: Uint8Array) => {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < points.length; at += 64) parts.push(mask(points.subarray(at, at + 64), scalar));
    return Buffer.concat(parts);
  };
  const [a, b] = [own(['x', 'y', 'z']), own(['y', 'z', 'w', 'v', 'u'])];
  const opened = await ecdhSteps.open(a, inParts);
  assert.deepEqual(Buffer.from(opened.sent), mask(a.points, a.scalar));
  const abY = await ecdhSteps.double(a.scalar, (await ecdhSteps.open(b, inParts)).sent, inParts);
  const baX = await ecdhSteps.double(b.scalar, opened.sent, inParts);
  const found = ecdhSteps.compare(opened.kept, abY, ecdhSteps.forPartner(baX));
  assert.deepEqual([...found.own], [1, 2]);
  assert.deepEqual([...found.theirs], [0, 1]);
});

/** Items with values at the responder, up to where the initiator has everything. */
async function summed(ours: readonly string[], theirs: readonly string[], values: readonly number[]) {
  const matched = await doubled(ours, theirs);
  const key = newSumsKey();
  const returned = sumsSteps.forPartner(matched.baX, matched.b.seed);
  const encrypted = await sumsSteps.encrypt({ values, key, seed: randomBytes(32) });
  return { ...matched, key, returned, encrypted, sizes: { initiator: ours.length, responder: theirs.length } };
}

test('sums: count and sum, of both signs, and zero where nothing is shared', async () => {
  for (const [ours, theirs, values, count, sum] of [
    [['x', 'y', 'z'], ['z', 'w', 'x'], [2 ** 40, 5, -3], 2, 2n ** 40n - 3n],
    [['x', 'y'], ['y', 'x'], [-(2 ** 40), -(2 ** 40)], 2, -(2n ** 41n)],
    [['x', 'y'], ['z'], [7], 0, 0n],
    [[], ['z'], [7], 0, 0n],
    [['x'], [], [], 0, 0n],
  ] as const) {
    const { openedA, abY, returned, encrypted, key, sizes } = await summed(ours, theirs, values);
    const closed = await sumsSteps.close(openedA.kept, abY, returned, encrypted);
    assert.equal(closed.count, count);
    const revealed = sumsSteps.reveal(key, closed.total, sizes);
    assert.equal(revealed.sum, sum);
    assert.equal(sumsSteps.read(revealed.sent, closed.count), sum);
    const again = await sumsSteps.close(openedA.kept, abY, returned, encrypted);
    assert.notDeepEqual(again.total, closed.total);
  }
});

test('sums: what is no key, ciphertext, total or sum is refused by its place', async () => {
  const { openedA, abY, returned, encrypted, key, sizes } = await summed(['x', 'y'], ['y', 'z', 'w'], [1, 2, 3]);
  const { publicKey, ciphertexts } = encrypted;
  const closing = (given: Partial<typeof encrypted>) => sumsSteps.close(openedA.kept, abY, returned, { ...encrypted, ...given });
  const tampered = Buffer.from(ciphertexts);
  tampered.set(Buffer.alloc(32, 255), 2 * 128 + 64);
  await assert.rejects(closing({ ciphertexts: tampered }), refusal('not-in-group', 2));
  await assert.rejects(closing({ ciphertexts: ciphertexts.subarray(0, -1) }), refusal('wrong-length', 2));
  await assert.rejects(closing({ ciphertexts: ciphertexts.subarray(128) }), refusal('wrong-length', 2));
  await assert.rejects(closing({ ciphertexts: Buffer.concat([ciphertexts, ciphertexts]) }), refusal('wrong-length', 3));
  await assert.rejects(closing({ publicKey: Buffer.alloc(96, 255) }), refusal('not-in-group', 0));
  await assert.rejects(closing({ publicKey: publicKey.subarray(32) }), /publicKey: expected 96/);
  const { total } = await closing({});
  assert.throws(() => sumsSteps.reveal(key, total.subarray(32), sizes), refusal('wrong-length', 0));
  assert.throws(() => sumsSteps.reveal(newSumsKey(), total, sizes), refusal('no-sum', 0));
  // 16,384 times a value of 1 is more than one item's low digit.
  const all = totalOf(ciphertexts.subarray(0, 128), Uint32Array.of(0));
  for (let round = 0; round < 14; round += 1) addTotal(all, Buffer.from(all));
  assert.throws(() => sumsSteps.reveal(key, all, { initiator: 1, responder: 3 }), refusal('no-sum', 0));
  const sum = Buffer.alloc(8);
  sum.writeBigInt64LE(2n ** 40n + 1n);
  assert.throws(() => sumsSteps.read(sum, 1), refusal('no-sum', 0));
  assert.equal(sumsSteps.read(sum, 2), 2n ** 40n + 1n);
  assert.throws(() => sumsSteps.read(sum.subarray(1), 2), refusal('wrong-length', 0));
});
