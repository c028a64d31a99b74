import assert from 'node:assert/strict';
import { scryptSync } from 'node:crypto';
import { test } from 'node:test';
import { blake2b } from '@noble/hashes/blake2.js';
import fc from 'fast-check';
import { hashItems, nobleTokenHash, type Stretch, sodiumTokenHash } from './keyed-hash.ts';
import { measureRate, mobileNumbers, trialCost } from './trial-cost.ts';

assert.ok(sodiumTokenHash, 'sodium-native did not load: the fast engine cannot be tested here');
const engines = { sodium: sodiumTokenHash, noble: nobleTokenHash };
const key = Buffer.alloc(32, 5);
const weak: Stretch = { cost: 16, blockSize: 1, parallelization: 1 };

test('libsodium, noble and the definition agree, plain and stretched', () => {
  const texts = fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 });
  fc.assert(
    fc.property(texts, fc.uint8Array({ minLength: 32, maxLength: 32 }), (items, anyKey) => {
      const salt = blake2b(Buffer.from('holdfast/psi/salted-hash/scrypt-salt/v1'), { key: anyKey, dkLen: 32 });
      const plain = Buffer.concat(items.map((item) => blake2b(Buffer.from(item), { key: anyKey, dkLen: 32 })));
      const slow = Buffer.concat(
        items.map((item) => blake2b(scryptSync(item, salt, 32, { N: 16, r: 1, p: 1 }), { key: anyKey, dkLen: 32 })),
      );
      for (const hash of Object.values(engines)) {
        assert.deepEqual(hashItems(items, anyKey, { hash }), plain);
        assert.deepEqual(hashItems(items, anyKey, { hash, stretch: weak }), slow);
      }
    }),
    { numRuns: 40 },
  );
});

test('key, item and stretch decide the token', () => {
  const of = (item: string, by = key, stretch?: Stretch) => hashItems([item], by, stretch ? { stretch } : {}).toString('hex');
  const all = [
    of('a'),
    of('b'),
    of('a', Buffer.alloc(32, 6)),
    of('a', key, weak),
    of('a', key, { ...weak, cost: 32 }),
    of('\u00e9'),
    of('e\u0301'),
  ];
  assert.equal(new Set(all).size, all.length);
});

test('refused: other lengths of key, stretches outside the limits, texts that are no Unicode', () => {
  assert.throws(() => hashItems(['a'], Buffer.alloc(16)), /key: expected 32 bytes, got 16/);
  const wrong: Partial<Stretch>[] = [
    { cost: 1000 },
    { cost: 8 },
    { cost: 2 ** 21 },
    { cost: 2 ** 20, blockSize: 8 },
    { blockSize: 0 },
    { blockSize: 33 },
    { parallelization: 17 },
    { parallelization: 0.5 },
  ];
  for (const part of wrong) assert.throws(() => hashItems(['a'], key, { stretch: { ...weak, ...part } }), /stretch/);
  assert.throws(() => hashItems(['\udc00'], key), /items\[0\]/);
});

test('the largest stretch that is allowed is one that scrypt takes', () => {
  assert.equal(hashItems(['a'], key, { stretch: { cost: 2 ** 18, blockSize: 8, parallelization: 1 } }).length, 32);
});

test('what trying all takes', () => {
  const cost = trialCost({ space: mobileNumbers.plausible, perTryS: 1e-6, threads: 2 });
  assert.equal(cost.allS, 3500);
  assert.equal(cost.averageS, 1750);
  assert.equal(cost.tableBytes, 7e9 * 32);
  assert.equal(mobileNumbers.ceiling, 100 * mobileNumbers.aPrefix);
  assert.equal(trialCost({ space: 0, perTryS: 1, threads: 1 }).allS, 0);
  for (const wrong of [{ space: -1 }, { perTryS: 0 }, { threads: 0 }, { threads: 1.5 }, { space: Number.NaN }]) {
    assert.throws(() => trialCost({ space: 1, perTryS: 1, threads: 1, ...wrong }), RangeError);
  }
});

test('the rate is tries over the time of the given clock', () => {
  let nowMs = 0;
  const measured = measureRate(() => (nowMs += 50), 200);
  // The clock is read once at the start, then after each round: 200 ms are over after four.
  assert.equal(measured.tries, 4 * 4096);
  assert.equal(measured.perTryS, 0.2 / measured.tries);
  assert.equal(measureRate(() => (nowMs += 300), 200, weak).tries, 1);
  // A clock that stands still ends, and gives no rate of nothing.
  assert.ok(measureRate(() => 7, 1, weak).perTryS > 0);
});
