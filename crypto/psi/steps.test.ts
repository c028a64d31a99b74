import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js';
import { nobleEncoder } from './encode.ts';
import { fieldPrime, fromField, invertAll } from './field.ts';
import { countSteps, ecdhSteps, encode, intersect, mask, newScalar, PointRefused, reorder, saltedHashSteps } from './psi.ts';

const tag = Buffer.from('holdfast/psi/test/v1 session 1');
const own = (items: readonly string[]) => ({ points: encode(items, tag), scalar: newScalar(), seed: randomBytes(32) });
const refusal = (reason: PointRefused['reason'], index: number) => (error: unknown) =>
  error instanceof PointRefused && error.reason === reason && error.index === index;

/** Both sides up to the responder's answer. */
async function answered(ours: readonly string[], theirs: readonly string[]) {
  const [a, b] = [own(ours), own(theirs)];
  const opened = await ecdhSteps.open(a);
  return { a, b, opened, answer: await ecdhSteps.answer(b, opened.sent, 'both') };
}

test('a tampered point is refused in every step that receives one, by its place', async () => {
  const { a, b, opened, answer } = await answered(['x', 'y', 'z'], ['z', 'w', 'x']);
  const zero = Buffer.alloc(32);
  const spelledTwice = Buffer.alloc(32, 255);
  for (const [bad, reason] of [
    [zero, 'small-order'],
    [spelledTwice, 'not-reduced'],
    [opened.sent.subarray(0, 32), 'repeated'],
  ] as const) {
    const tampered = Buffer.from(opened.sent);
    tampered.set(bad, 64);
    for (const learns of ['initiator', 'responder', 'both', 'neither'] as const) {
      await assert.rejects(ecdhSteps.answer(b, tampered, learns), refusal(reason, 2));
    }
    await assert.rejects(countSteps.answer(b, tampered), refusal(reason, 2));
  }
  const masked = Buffer.from(answer.sent.masked);
  masked.set(zero, 32);
  await assert.rejects(ecdhSteps.close(a, opened.kept, { ...answer.sent, masked }, 'both'), refusal('small-order', 1));
  await assert.rejects(countSteps.close(a, opened.kept, { ...answer.sent, masked }), refusal('small-order', 1));
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
  await assert.rejects(countSteps.answer(own(['x', 'z']), sent), refusal('repeated', 3));
});

test('a changed bit is a point that matches nothing, never another match', async () => {
  const { a, opened, answer } = await answered(['x', 'y', 'z'], ['x', 'y', 'z']);
  const masked = Buffer.from(answer.sent.masked);
  masked[40]! ^= 1;
  const { learned } = await ecdhSteps.close(a, opened.kept, { ...answer.sent, masked }, 'initiator');
  assert.deepEqual([...learned!.own], [0, 2]);
});

test('our own list must come back whole: as long as it was, and without repeats', async () => {
  const { a, opened, answer } = await answered(['x', 'y', 'z'], ['z', 'w']);
  const { masked, doubled } = answer.sent;
  const closing = (returned: Uint8Array | undefined) =>
    ecdhSteps.close(a, opened.kept, { masked, ...(returned ? { doubled: returned } : {}) }, 'initiator');
  await assert.rejects(closing(undefined), /expected our list back, got nothing/);
  await assert.rejects(closing(doubled!.subarray(32)), /expected 3 tokens, got 2/);
  await assert.rejects(closing(Buffer.concat([doubled!, Buffer.alloc(32, 9)])), /expected 3 tokens, got 4/);
  await assert.rejects(closing(Buffer.concat([doubled!.subarray(0, 64), doubled!.subarray(0, 32)])), refusal('repeated', 2));
  const closed = await ecdhSteps.close(a, opened.kept, { masked, doubled: doubled! }, 'both');
  assert.throws(() => ecdhSteps.finish(answer.kept!, closed.sent!.subarray(32)), /expected 2 tokens, got 1/);
});

test('repeats are refused in hashed lists and by the coordinator too', () => {
  const [one, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const repeated = Buffer.concat([one, other, one]);
  assert.throws(() => saltedHashSteps.compare(one, repeated), refusal('repeated', 2));
  assert.throws(() => saltedHashSteps.countShared(repeated, one), refusal('repeated', 2));
  assert.throws(() => ecdhSteps.countShared(one, repeated), refusal('repeated', 2));
});

test('count: what comes back is the same points in another order, which the initiator cannot tell', async () => {
  const items = Array.from({ length: 64 }, (_, index) => `item ${index}`);
  const [a, b] = [own(items), own(items)];
  const opened = await countSteps.open(a);
  const { sent } = await countSteps.answer(b, opened.sent);
  const inOrder = mask(opened.sent, b.scalar);
  assert.equal(intersect(inOrder, sent.doubled).own.length, 64);
  assert.notDeepEqual(Buffer.from(sent.doubled), inOrder);
  // With the order, which the responder keeps, it would be in order again.
  const order = intersect(inOrder, sent.doubled).theirs;
  assert.deepEqual(reorder(sent.doubled, order), inOrder);
  const unmoved = order.filter((from, to) => from === to).length;
  assert.ok(unmoved < 12, `${unmoved} of 64 where they were: one is expected, and twelve about never`);
});

test('neither: the coordinator gets both doubly masked lists, each in another order than the one its owner knows', async () => {
  const items = Array.from({ length: 64 }, (_, index) => `item ${index}`);
  const [a, b] = [own(items), own(items)];
  const opened = await ecdhSteps.open(a);
  const answer = await ecdhSteps.answer(b, opened.sent, 'neither');
  const closed = await ecdhSteps.close(a, opened.kept, answer.sent, 'neither');
  for (const [list, inOrder] of [
    [answer.toCoordinator!, mask(opened.sent, b.scalar)],
    [closed.toCoordinator!, mask(answer.sent.masked, a.scalar)],
  ] as const) {
    const { own: found, theirs } = intersect(inOrder, list);
    assert.equal(found.length, 64);
    assert.ok(theirs.filter((from, to) => from === to).length < 12);
  }
  assert.equal(ecdhSteps.countShared(closed.toCoordinator!, answer.toCoordinator!), 64);
});

test('count: an initiator with a scalar of its own for each item finds out which, as the statement admits', async () => {
  const scalars = [newScalar(), newScalar()];
  const [x, y] = [encode(['x'], tag), encode(['y'], tag)];
  const responder = own(['y', 'z']);
  const { sent } = await countSteps.answer(responder, Buffer.concat([mask(x, scalars[0]!), mask(y, scalars[1]!)]));
  const hits = scalars.map((scalar) => intersect(sent.doubled, mask(sent.masked, scalar)).own.length);
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
  const answer = await ecdhSteps.answer(b, opened.sent, 'initiator', inParts);
  const { learned } = await ecdhSteps.close(a, opened.kept, answer.sent, 'initiator', inParts);
  assert.deepEqual([...learned!.own], [1, 2]);
  assert.deepEqual([...learned!.theirs], [0, 1]);
});
