import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fixture, near } from '../fixtures/testing.ts';
import { below, drawsOf, hasher } from './chance.ts';
import { kolmogorovTail, normalCdf, normalQuantile, studentTwoSided, studentWidth } from './distributions.ts';
import { ascending } from './order.ts';

type Pairs = [number, number][];
const expected = fixture<{
  normalCdf: Pairs;
  normalQuantile: Pairs;
  kolmogorovTail: Pairs;
  studentTwoSided: [number, number, number][];
  studentWidth: [number, number, number][];
}>('distributions');

/** Relative, as tails are small. */
const alike = (actual: number, wanted: number, tolerance: number, what: string) =>
  near(actual / wanted, 1, tolerance, `${what}: ${actual} against ${wanted}`);

test('distributions are SciPy’s to 1e-12 of their value, Student’s to 1e-10', () => {
  for (const [x, p] of expected.normalCdf) alike(normalCdf(x), p, 1e-12, `normal cdf ${x}`);
  for (const [p, x] of expected.normalQuantile) near(normalQuantile(p), x, 1e-12, `normal quantile ${p}`);
  for (const [x, p] of expected.kolmogorovTail) alike(kolmogorovTail(x), p, 1e-12, `kolmogorov ${x}`);
  for (const [t, degrees, p] of expected.studentTwoSided) alike(studentTwoSided(t, degrees), p, 1e-10, `student ${t} ${degrees}`);
  for (const [level, degrees, t] of expected.studentWidth)
    alike(studentWidth(level, degrees), t, 1e-10, `width ${level} ${degrees}`);
});

test('the order by radix is the order by comparison, for few rows and for many', () => {
  const value = fc.oneof(
    fc.double({ noNaN: true }),
    fc.constantFrom(0, -0, 1, -1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  );
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), fc.boolean(), (some, many) => {
      const values = many ? Array.from({ length: 5000 }, (_, row) => some[(row * 7919) % some.length]!) : some;
      const sorted = values
        .map((_, row) => row)
        .sort((a, b) => (values[a]! < values[b]! ? -1 : values[a]! > values[b]! ? 1 : a - b));
      assert.deepEqual([...ascending(values)], sorted);
    }),
    { numRuns: 60 },
  );
  const draw = drawsOf(3, 'order');
  const wide = Float64Array.from({ length: 20_000 }, () => (draw() - 2 ** 31) * 10 ** ((draw() % 60) - 30));
  const order = ascending(wide);
  for (let place = 1; place < order.length; place += 1) assert.ok(wide[order[place - 1]!]! <= wide[order[place]!]!);
  assert.equal(new Set(order).size, wide.length);
  assert.throws(() => ascending([1, Number.NaN]), /NaN in row 1/);
});

test('chance repeats from its seed, differs by label, and is even', () => {
  const [one, again, other] = [drawsOf(5, 'a'), drawsOf(5, 'a'), drawsOf(5, 'b')];
  const draws = Array.from({ length: 50 }, () => one());
  assert.deepEqual(
    Array.from({ length: 50 }, () => again()),
    draws,
  );
  assert.notEqual(other(), draws[0]);
  const counts = new Array<number>(10).fill(0);
  for (let round = 0; round < 100_000; round += 1) counts[below(one, 10)]! += 1;
  for (const count of counts) assert.ok(Math.abs(count - 10_000) < 500, `${counts}`);
});

test('hashes of keys are even, of their seed, and of the text of a number', () => {
  const [hash, other] = [hasher(1), hasher(2)];
  assert.equal(hash('17'), hash(17));
  assert.notEqual(hash('x'), other('x'));
  assert.equal(new Set(Array.from({ length: 100_000 }, (_, key) => hash(key))).size, 100_000);
  const counts = new Array<number>(16).fill(0);
  for (let key = 0; key < 160_000; key += 1) counts[Math.floor((hash(`customer-${key}`) / 2 ** 53) * 16)]! += 1;
  for (const count of counts) assert.ok(Math.abs(count - 10_000) < 500, `${counts}`);
  assert.throws(() => hasher(0.5), RangeError);
});
