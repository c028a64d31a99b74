// Groups of records: what one link may and may not do, and what the thresholds expect.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterLinks, type Links } from './cluster.ts';
import { chooseThresholds } from './thresholds.ts';
import { pairwiseScore } from './truth.ts';

function links(pairs: [left: number, right: number, bits: number][]): Links {
  return {
    left: Int32Array.from(pairs, ([left]) => left),
    right: Int32Array.from(pairs, ([, right]) => right),
    bits: Float32Array.from(pairs, ([, , bits]) => bits),
  };
}
const rules = { mergeBits: 0, priorBits: -10, pairBits: () => -30 };

test('one lucky link does not join two families of records', () => {
  const within: [number, number, number][] = [
    [0, 1, 12],
    [0, 2, 12],
    [1, 2, 12],
    [3, 4, 12],
    [3, 5, 12],
    [4, 5, 12],
  ];
  assert.deepEqual([...clusterLinks(6, links([...within, [2, 3, 3]]), rules)], [0, 0, 0, 3, 3, 3]);
});

test('a sparse record joins through the one it resembles when the others say nothing', () => {
  const found = clusterLinks(
    3,
    links([
      [0, 1, 10],
      [1, 2, 6],
      [0, 2, -10],
    ]),
    rules,
  );
  assert.deepEqual([...found], [0, 0, 0]);
});

test('a long chain of weak links falls apart, a strong one stays whole', () => {
  const chain = (bits: number) => links(Array.from({ length: 2000 }, (_, i): [number, number, number] => [i, i + 1, bits]));
  const sizes = [...clusterLinks(2001, chain(1), rules)].reduce((count, group, row) => count + (group === row ? 1 : 0), 0);
  assert.ok(sizes > 600, `${sizes} groups`);
  assert.equal(
    new Set(
      clusterLinks(
        3,
        links([
          [0, 1, 20],
          [1, 2, 20],
          [0, 2, 20],
        ]),
        rules,
      ),
    ).size,
    1,
  );
});

test('thresholds follow the chances', () => {
  const clear = chooseThresholds([...new Array<number>(50).fill(0.999), ...new Array<number>(500).fill(0.001)]);
  assert.ok(clear.expected.f1 > 0.98 && clear.thresholds.merge > 0.4 && clear.thresholds.merge <= 0.5);
  const muddy = chooseThresholds(Array.from({ length: 100 }, (_, k) => k / 100));
  assert.ok(muddy.thresholds.merge < clear.thresholds.merge + 1e-9 && muddy.thresholds.review < muddy.thresholds.merge);
  assert.equal(chooseThresholds([]).expected.f1, 0);
});

test('pairwise scores count the pairs that clusters imply', () => {
  const score = pairwiseScore(Int32Array.of(0, 0, 0, 3, 3), ['a', 'a', 'b', 'b', null]);
  assert.deepEqual([score.truePairs, score.foundPairs, score.rightPairs], [2, 3, 1]);
  assert.ok(Math.abs(score.f1 - 0.4) < 1e-12);
});
