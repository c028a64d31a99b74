// Sketches against exact twins and the bounds of their papers, and the laws of merging: in any order, with the same result as one sketch
// over everything.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Hash, hashInto, seedOf } from './hash.ts';
import { distinctError, HyperLogLog } from './hyperloglog.ts';
import { Once, onceLimits } from './once.ts';
import { Quantiles, quantileError } from './quantiles.ts';
import { TopValues, topLimits } from './top-values.ts';

const seed = seedOf(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]));
const hashOf = (text: string): Hash => {
  const hash = { high: 0, low: 0 };
  hashInto(hash, seed, text);
  return hash;
};
const distinctOf = (texts: Iterable<string>): HyperLogLog => {
  const sketch = new HyperLogLog();
  for (const text of texts) sketch.add(hashOf(text));
  return sketch;
};

test('HyperLogLog stays within four standard errors of its paper, from one value to a million', () => {
  let worst = 0;
  for (const count of [1, 10, 100, 200, 300, 1_000, 5_000, 20_000, 100_000, 1_000_000]) {
    for (const prefix of ['', 'customer-', '客户']) {
      if (count === 1_000_000 && prefix !== '') continue;
      const sketch = distinctOf(
        (function* () {
          for (let at = 0; at < count; at += 1) yield `${prefix}${at}`;
        })(),
      );
      const error = Math.abs(sketch.estimate() - count) / count;
      worst = Math.max(worst, error);
      assert.ok(error <= 4 * distinctError, `${count} of "${prefix}": ${(error * 100).toFixed(2)} % off`);
    }
  }
  console.log(`worst error ${(worst * 100).toFixed(2)} %, standard error of the paper ${(distinctError * 100).toFixed(2)} %`);
});

test('merging HyperLogLogs is one sketch over everything, in any order and grouping, and survives storing', () => {
  const lists = fc.array(fc.array(fc.string(), { maxLength: 400 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(lists, fc.infiniteStream(fc.nat()), (given, order) => {
      const whole = distinctOf(given.flat()).toText();
      const parts = given.map((texts) => HyperLogLog.fromText(distinctOf(texts).toText()));
      const draw = order[Symbol.iterator]();
      while (parts.length > 1) {
        const [left] = parts.splice((draw.next().value as number) % parts.length, 1);
        parts[(draw.next().value as number) % parts.length]!.merge(left!);
      }
      assert.equal(parts[0]!.toText(), whole);
    }),
    { numRuns: 200 },
  );
});

const numbers = fc.array(fc.oneof(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), fc.integer({ min: 0, max: 50 })), {
  minLength: 1,
  maxLength: 300,
});
const sketchOf = (values: readonly number[]): Quantiles => {
  const sketch = new Quantiles();
  for (const value of values) sketch.add(value);
  return sketch;
};

test('a quantile of DDSketch is within its share of the true one', () => {
  fc.assert(
    fc.property(numbers, fc.double({ noNaN: true, min: 0, max: 1 }), (values, q) => {
      const sorted = [...values].sort((a, b) => a - b);
      const truth = sorted[Math.floor(q * (sorted.length - 1))]!;
      const found = sketchOf(values).at(q)!;
      assert.ok(Math.abs(found - truth) <= quantileError * Math.abs(truth) + 1e-9, `${found} for ${truth}`);
    }),
    { numRuns: 300 },
  );
});

test('merging DDSketches commutes, associates, and gives the quantiles of one sketch over everything', () => {
  fc.assert(
    fc.property(numbers, numbers, numbers, (a, b, c) => {
      const merged = (lists: readonly (readonly number[])[]) => {
        const into = Quantiles.fromJson(sketchOf(lists[0]!).toJson());
        for (const list of lists.slice(1)) into.merge(sketchOf(list));
        return [0, 0.1, 0.5, 0.9, 1].map((q) => into.at(q));
      };
      const whole = [0, 0.1, 0.5, 0.9, 1].map((q) => sketchOf([...a, ...b, ...c]).at(q));
      assert.deepEqual(merged([a, b, c]), whole);
      assert.deepEqual(merged([c, a, b]), whole);
    }),
    { numRuns: 200 },
  );
});

test('numbers of all magnitudes stay in bounded memory, and the large ones right', () => {
  const values = Array.from({ length: 20_000 }, (_, at) => 10 ** ((at % 36) - 18) * (1 + (at % 97)));
  const sketch = sketchOf(values);
  assert.ok(JSON.stringify(sketch.toJson()).length < 20_000);
  const sorted = [...values].sort((a, b) => a - b);
  const truth = sorted[Math.floor(0.9 * (sorted.length - 1))]!;
  assert.ok(Math.abs(sketch.at(0.9)! - truth) <= quantileError * truth);
});

test('a common value is shown when many customers showed it, never for one who sent it often', () => {
  const top = new TopValues();
  for (let at = 0; at < 5_000; at += 1) {
    top.add(hashOf('gold'), 'gold', hashOf(`customer ${at % 700}`).low & 63);
    top.add(hashOf('my own secret'), 'my own secret', 17);
    top.add(hashOf(`rare ${at}`), `rare ${at}`, hashOf(`customer ${at}`).low & 63);
  }
  assert.deepEqual(
    top.shown().map(({ value }) => value),
    ['gold'],
  );
  const count = top.shown()[0]!.count;
  assert.ok(count <= 5_000 && count > 4_500, String(count));
  // Nothing of one customer is in what is stored.
  assert.ok(!JSON.stringify(top.toJson()).includes('secret'));
  const again = TopValues.fromJson(top.toJson());
  again.merge(top);
  assert.equal(again.shown()[0]!.value, 'gold');
  assert.ok(again.toJson().length <= topLimits.candidates);
});

test('a value that another owner had is found, whatever number of values there are', () => {
  const once = new Once();
  let well = 0;
  let wrong = 0;
  let outside = 0;
  const count = onceLimits.values * 6;
  for (let at = 0; at < count; at += 1) {
    // Each tenth value comes again with another owner, each fifth with the same.
    for (const owner of at % 10 === 0 ? [at, at + 1] : at % 5 === 0 ? [at, at] : [at]) {
      const said = once.add(hashOf(`value ${at}`), owner);
      if (said === undefined) outside += 1;
      else if (said) well += 1;
      else wrong += 1;
    }
  }
  const share = wrong / (well + wrong);
  assert.ok(outside > 0);
  assert.ok(Math.abs(share - 0.1 / 1.2) < 0.01, `found ${share.toFixed(4)}`);
});
