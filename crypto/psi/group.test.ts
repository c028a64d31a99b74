import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { type Group, groupScalarBytes, multiplyWide, neutral, nobleGroup, pointBytes, sodiumGroup, wideBytes } from './group.ts';

assert.ok(sodiumGroup, 'sodium-native did not load: the fast engine cannot be tested here');
const engines = { sodium: sodiumGroup, noble: nobleGroup };
const order = ed25519.Point.Fn.ORDER;
const littleEndian = (value: bigint, length: number) =>
  Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex').reverse();
const numberOf = (bytes: Buffer) => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
const into = (length: number, write: (out: Buffer) => void) => {
  const out = Buffer.alloc(length);
  write(out);
  return out;
};
const base = (engine: Group, scalar: bigint) =>
  into(pointBytes, (out) => engine.baseTimes(out, littleEndian(scalar, groupScalarBytes)));
const wides = fc.uint8Array({ minLength: wideBytes, maxLength: wideBytes });

test('both engines give the same points and scalars, and the group’s laws hold', () => {
  fc.assert(
    fc.property(wides, wides, (wideA, wideB) => {
      const of = Object.values(engines).map((engine) => {
        const [a, b] = [wideA, wideB].map((wide) => into(groupScalarBytes, (out) => engine.reduce(out, wide)));
        const sum = into(groupScalarBytes, (out) => engine.addScalars(out, a!, b!));
        const difference = into(groupScalarBytes, (out) => engine.subtractScalars(out, a!, b!));
        const [pointA, pointB, pointSum] = [a!, b!, sum].map((scalar) =>
          into(pointBytes, (out) => engine.baseTimes(out, scalar)),
        );
        const added = into(pointBytes, (out) => engine.add(out, pointA!, pointB!));
        assert.deepEqual(added, pointSum);
        const taken = into(pointBytes, (out) => engine.subtract(out, pointSum!, pointB!));
        assert.deepEqual(taken, pointA);
        const wide = into(wideBytes, (out) => multiplyWide(out, a!, b!));
        assert.equal(numberOf(wide), numberOf(a!) * numberOf(b!));
        const product = into(groupScalarBytes, (out) => engine.reduce(out, wide));
        const agreed = into(pointBytes, (out) => engine.times(out, a!, pointB!));
        assert.deepEqual(
          agreed,
          into(pointBytes, (out) => engine.baseTimes(out, product)),
        );
        return [a, b, sum, difference, pointA, pointB, added, agreed];
      });
      assert.deepEqual(of[0], of[1]);
    }),
    { numRuns: 25 },
  );
});

test('the widest product has no digit that overflows', () => {
  const ones = Buffer.alloc(32, 255);
  assert.equal(numberOf(into(wideBytes, (out) => multiplyWide(out, ones, ones))), (2n ** 256n - 1n) ** 2n);
});

for (const [name, engine] of Object.entries(engines)) {
  test(`${name}: members are the multiples of the base point, in one spelling, and nothing else`, () => {
    for (const scalar of [1n, 2n, 8n, order - 1n]) assert.ok(engine.isMember(base(engine, scalar)));
    assert.equal(engine.isMember(neutral), false);
    for (const hex of ED25519_TORSION_SUBGROUP) {
      const small = ed25519.Point.fromHex(hex);
      assert.equal(engine.isMember(small.toBytes()), false, hex);
      // A member with a part of small order added is on the curve, and no member.
      if (!small.is0()) assert.equal(engine.isMember(ed25519.Point.BASE.add(small).toBytes()), false, hex);
    }
    const prime = 2n ** 255n - 19n;
    for (let y = prime; y < 2n ** 255n; y += 1n) {
      for (const sign of [0n, 2n ** 255n]) assert.equal(engine.isMember(littleEndian(y + sign, pointBytes)), false);
    }
    // y = 2 is of no point of the curve.
    assert.equal(engine.isMember(littleEndian(2n, pointBytes)), false);
    assert.throws(() => into(pointBytes, (out) => engine.times(out, littleEndian(5n, 32), ed25519.Point.ZERO.toBytes())));
    assert.throws(() => into(pointBytes, (out) => engine.baseTimes(out, Buffer.alloc(32))));
  });

  test(`${name}: a total starts from the neutral point, and comes back to it`, () => {
    const point = base(engine, 7n);
    const total = Buffer.from(neutral);
    engine.add(total, total, point);
    assert.deepEqual(total, point);
    engine.subtract(total, total, point);
    assert.deepEqual(total, Buffer.from(neutral));
    engine.subtract(total, total, point);
    assert.deepEqual(total, base(engine, order - 7n));
  });
}
