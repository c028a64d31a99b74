import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { double, isOnCurve } from '../reference/encode-to-curve.ts';
import { mask, newScalar, nobleX25519, PointRefused, sodiumX25519, type X25519 } from './ecdh.ts';
import { encode } from './encode.ts';
import { fieldPrime, fromField, toField } from './field.ts';

const vectors = JSON.parse(readFileSync(new URL('../vectors/curve25519.json', import.meta.url), 'utf8'));
assert.ok(sodiumX25519, 'sodium-native did not load: the fast engine cannot be tested here');
const engines = { sodium: sodiumX25519, noble: nobleX25519 };
const tag = Buffer.from('holdfast/psi/test/v1 session 1');
const hex = (text: string) => Buffer.from(text, 'hex');
const times = (engine: X25519, scalar: Uint8Array, point: Uint8Array) => {
  const out = Buffer.alloc(32);
  assert.ok(engine(out, scalar, point));
  return out;
};
const bytesOf = (value: bigint) => {
  const out = Buffer.alloc(32);
  fromField(value, out, 0);
  return out;
};

for (const [name, engine] of Object.entries(engines)) {
  test(`${name}: RFC 7748 section 5.2, and 1 and 1,000 iterations`, () => {
    for (const { scalar, u, out, source } of vectors.x25519) {
      assert.equal(times(engine, hex(scalar), hex(u)).toString('hex'), out, source);
    }
    let [k, u] = [bytesOf(9n), bytesOf(9n)];
    for (let round = 1; round <= 1000; round += 1) {
      [k, u] = [times(engine, k, u), k];
      if (round === 1) assert.equal(k.toString('hex'), vectors.x25519Iterated.once);
    }
    assert.equal(k.toString('hex'), vectors.x25519Iterated.thousand);
  });

  test(`${name}: RFC 7748 section 6.1`, () => {
    const { a, aPublic, b, bPublic, shared } = vectors.x25519Agreement;
    assert.equal(mask(bytesOf(9n), hex(a), engine).toString('hex'), aPublic);
    assert.equal(mask(bytesOf(9n), hex(b), engine).toString('hex'), bPublic);
    assert.equal(mask(hex(bPublic), hex(a), engine).toString('hex'), shared);
    assert.equal(mask(hex(aPublic), hex(b), engine).toString('hex'), shared);
  });
}

const scalars = fc.uint8Array({ minLength: 32, maxLength: 32 });
const items = fc.array(fc.string(), { maxLength: 5 });

test('masking commutes, and both engines give the same bytes', () => {
  fc.assert(
    fc.property(items, scalars, scalars, (list, a, b) => {
      const points = encode(list, tag);
      const once = mask(points, a);
      assert.deepEqual(mask(points, a, nobleX25519), once);
      assert.deepEqual(mask(once, b), mask(mask(points, b), a));
    }),
    { numRuns: 60 },
  );
});

test('a part of a list masked alone is that part of the masked list, and a masked point is reduced', () => {
  const points = encode(['a', 'b', 'c'], tag);
  const scalar = newScalar();
  const whole = mask(points, scalar);
  assert.deepEqual(mask(points.subarray(32, 64), scalar), whole.subarray(32, 64));
  assert.equal(mask(Buffer.alloc(0), scalar).length, 0);
  for (let at = 0; at < 96; at += 32) assert.ok(toField(whole.subarray(at, at + 32)) < fieldPrime);
});

// The two u-coordinates of points of order 8, of RFC 7748's curve (https://cr.yp.to/ecdh.html#validate lists them with the rest).
const order8 = [
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
].map((text) => toField(hex(text)));

test('the points of order 8 are what they are called: twice them has order 4, four times them order 2', () => {
  for (const u of order8) {
    assert.equal(double(u), 1n);
    assert.equal(double(double(u)), 0n);
  }
});

for (const [name, engine] of Object.entries(engines)) {
  test(`${name}: points of small order are refused by their place, whatever the scalar`, () => {
    const good = encode(['a'], tag);
    // On the curve 0 (order 2), 1 (order 4) and those of order 8; on the twist 0 and -1 (order 4).
    const small = [0n, 1n, fieldPrime - 1n, ...order8];
    for (const u of small) {
      for (const scalar of [newScalar(), Buffer.alloc(32), Buffer.alloc(32, 255)]) {
        assert.throws(
          () => mask(Buffer.concat([good, bytesOf(u)]), scalar, engine),
          (error: PointRefused) => {
            assert.ok(error instanceof PointRefused);
            assert.equal(error.index, 1);
            assert.equal(error.reason, 'small-order');
            assert.doesNotMatch(error.message, new RegExp(bytesOf(u).toString('hex')));
            return true;
          },
        );
      }
    }
  });
}

test('second spellings of a point are refused: not reduced, or with the topmost bit set', () => {
  const scalar = newScalar();
  const good = encode(['a', 'b'], tag);
  for (let offset = 0n; offset < 19n; offset += 1n) {
    assert.throws(() => mask(bytesOf(fieldPrime + offset), scalar), { name: 'PointRefused', reason: 'not-reduced', index: 0 });
  }
  for (const u of [9n, fieldPrime - 2n]) {
    const high = bytesOf(u);
    high[31]! |= 0x80;
    // X25519 itself takes it for the same point.
    assert.deepEqual(times(engines.sodium, scalar, high), times(engines.sodium, scalar, bytesOf(u)));
    assert.throws(() => mask(Buffer.concat([good, high]), scalar), { name: 'PointRefused', reason: 'not-reduced', index: 2 });
  }
  assert.equal(mask(bytesOf(fieldPrime - 2n), scalar).length, 32);
});

test('points of the twist are masked, stay on the twist, commute, and so match no item', () => {
  const [a, b] = [newScalar(), newScalar()];
  const onTwist: Buffer[] = [];
  for (let u = 2n; onTwist.length < 8; u += 1n) if (!isOnCurve(u)) onTwist.push(bytesOf(u));
  const points = Buffer.concat(onTwist);
  const doubled = mask(mask(points, a), b);
  assert.deepEqual(doubled, mask(mask(points, b), a));
  assert.deepEqual(doubled, mask(mask(points, a, nobleX25519), b, nobleX25519));
  for (let at = 0; at < doubled.length; at += 32) assert.equal(isOnCurve(toField(doubled.subarray(at, at + 32))), false);
  const item = mask(mask(encode(['a'], tag), a), b);
  assert.ok(isOnCurve(toField(item)));
});

test('wrong lengths are refused; scalars are fresh, or come from the given randomness', () => {
  assert.throws(() => mask(Buffer.alloc(33), newScalar()), RangeError);
  assert.throws(() => mask(Buffer.alloc(32, 9), Buffer.alloc(31)), RangeError);
  assert.notDeepEqual(newScalar(), newScalar());
  assert.deepEqual([...newScalar({ bytes: (length) => new Uint8Array(length).fill(7) })], [...Buffer.alloc(32, 7)]);
});
