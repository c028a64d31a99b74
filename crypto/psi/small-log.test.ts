import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { smallLog, smallLogMax } from './small-log.ts';

const { Point } = ed25519;
const of = (number: number) => {
  if (number === 0) return Point.ZERO.toBytes();
  const point = Point.BASE.multiply(BigInt(Math.abs(number)));
  return (number < 0 ? point.negate() : point).toBytes();
};

test('every number within a small bound is found, and those around it are not', () => {
  for (const bound of [0, 1, 15, 16, 17, 33, 34, 700]) {
    const log = smallLog(bound);
    for (let number = -bound - 40; number <= bound + 40; number += 1) {
      const within = Math.abs(number) <= bound;
      assert.equal(log(of(number)), within ? number : undefined, `${number} of ${bound}`);
    }
  }
});

test('numbers all over a large bound are found, its ends too', () => {
  const bound = 2 ** 30 + 12_345;
  const log = smallLog(bound);
  for (const end of [bound, -bound]) assert.equal(log(of(end)), end);
  for (const beyond of [bound + 1, -bound - 1]) assert.equal(log(of(beyond)), undefined);
  fc.assert(
    fc.property(fc.integer({ min: -bound, max: bound }), (number) => log(of(number)) === number),
    { numRuns: 40 },
  );
});

test('a point that is no small multiple has no logarithm here, and what is no point is refused', () => {
  const log = smallLog(1000);
  assert.equal(log(Point.BASE.multiply(2n ** 200n).toBytes()), undefined);
  // The same y as a small multiple would have, but for the part of small order.
  const order2 = ED25519_TORSION_SUBGROUP.map((hex) => Point.fromHex(hex)).find((point) => !point.is0() && point.double().is0());
  assert.equal(log(Point.BASE.multiply(5n).add(order2!).toBytes()), undefined);
  assert.throws(() => log(Buffer.alloc(32, 2)));
  assert.throws(() => smallLog(smallLogMax + 1), RangeError);
  assert.throws(() => smallLog(1.5), RangeError);
  assert.throws(() => smallLog(-1), RangeError);
});
