import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { SeenFilter } from './seen-filter.ts';

const keyOf = (name: string): Buffer => createHash('sha256').update(name).digest().subarray(0, 16);

test('no key that was added is ever missed, over several layers, and few others are taken for one', () => {
  const filter = new SeenFilter();
  const added = 2_400_000;
  const key = Buffer.alloc(16);
  // A counter through a bijection stands for keyed hashes: 2.4 million of SHA-256 would take the test's time.
  const mix = (n: bigint) => {
    let mixed = BigInt.asUintN(64, n * 0x9e3779b97f4a7c15n);
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n);
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn);
    return mixed ^ (mixed >> 31n);
  };
  const write = (n: number) => {
    key.writeBigUInt64LE(mix(BigInt(2 * n + 1)), 0);
    key.writeBigUInt64LE(mix(BigInt(2 * n + 2)), 8);
  };
  for (let n = 0; n < added; n += 1) {
    write(n);
    filter.add(key);
  }
  for (let n = 0; n < added; n += 7) {
    write(n);
    assert.ok(filter.mayHave(key), `key ${n} was added and is missed`);
  }
  let taken = 0;
  const others = 100_000;
  for (let n = added; n < added + others; n += 1) {
    write(n);
    if (filter.mayHave(key)) taken += 1;
  }
  assert.ok(taken < others * 0.001, `${taken} of ${others} others were taken for added ones`);
});

test('an empty filter has nothing', () => {
  assert.equal(new SeenFilter().mayHave(keyOf('a')), false);
});
