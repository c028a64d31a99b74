// The robust rules and the groups: what a poisoned group can do, and what it cannot; the geometric median beside a search; groups that no seed
// leaves too small.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { groupsOf, type RobustRule, robustMean } from './averaging.ts';

const rules: RobustRule[] = [{ kind: 'median' }, { kind: 'trimmed', trim: 1 }, { kind: 'geometric' }];
const number = fc.double({ min: -1, max: 1, noNaN: true });
const vector = fc.array(number, { minLength: 4, maxLength: 4 });
const updateOf = (means: readonly (readonly number[])[], rule: RobustRule, bound = 1e12) => {
  const outcome = robustMean(means, bound, rule);
  assert.ok(outcome.ok);
  return outcome.update;
};
const gap = (one: ArrayLike<number>, other: ArrayLike<number>) =>
  Math.sqrt(Array.from(one).reduce((sum, value, at) => sum + (value - other[at]!) ** 2, 0));

test('one poisoned group of five, however far, keeps the median and the trimmed mean between the honest ones', () => {
  fc.assert(
    fc.property(
      fc.array(vector, { minLength: 4, maxLength: 4 }),
      fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 4, maxLength: 4 }),
      (honest, poison) => {
        for (const rule of rules.slice(0, 2)) {
          updateOf([...honest, poison], rule).forEach((value, at) => {
            const of = honest.map((each) => each[at]!);
            assert.ok(value >= Math.min(...of) && value <= Math.max(...of), rule.kind);
          });
        }
      },
    ),
    { seed: 6, numRuns: 300 },
  );
});

test('and moves the geometric median by at most as much as theory allows', () => {
  fc.assert(
    fc.property(
      fc.array(vector, { minLength: 4, maxLength: 4 }),
      vector.filter((each) => gap(each, [0, 0, 0, 0]) > 0.1),
      fc.double({ min: 1, max: 1e6, noNaN: true }),
      (honest, direction, far) => {
        const poison = direction.map((value) => value * far);
        const found = updateOf([...honest, poison], { kind: 'geometric' });
        const center = honest[0]!.map((_, at) => honest.reduce((sum, each) => sum + each[at]! / 4, 0));
        // Lopuhaä and Rousseeuw 1991: with a share a of outliers it stays within 2 (1 - a) / (1 - 2a) = 8/3 of the honest radius.
        const radius = Math.max(...honest.map((each) => gap(each, center)));
        assert.ok(gap(found, center) <= (8 / 3) * radius + 1e-3, `${gap(found, center)} with radius ${radius}`);
      },
    ),
    { seed: 7, numRuns: 200 },
  );
});

test('the plain mean of the same groups is led anywhere: the attack is real', () => {
  const honest = Array.from({ length: 4 }, () => [0.1, -0.1]);
  const poison = [1000, 1000];
  const mean = [...honest, poison].reduce((sum, each) => sum + each[0]! / 5, 0);
  assert.ok(mean > 200);
  for (const rule of rules) assert.ok(gap(updateOf([...honest, poison], rule), [0.1, -0.1]) < 1e-3, rule.kind);
});

test('groups longer than honest members can be are left out, and named', () => {
  const honest = [
    [0.1, 0],
    [0.2, 0],
    [0.3, 0],
    [0.4, 0],
  ];
  const outcome = robustMean([[3, 4], ...honest], 1, { kind: 'median' });
  assert.ok(outcome.ok);
  assert.deepEqual([outcome.excluded, outcome.tolerates], [[{ group: 0, norm: 5 }], 1]);
  assert.ok(Math.abs(outcome.update[0]! - 0.25) < 1e-15);
  const [one, two, three] = honest as [number[], number[], number[]];
  assert.deepEqual(robustMean([one, two, [9, 9]], 1, { kind: 'median' }), {
    ok: false,
    reason: 'too_few_groups',
    groups: 2,
    needed: 3,
    excluded: [{ group: 2, norm: Math.sqrt(162) }],
  });
  assert.ok(!robustMean([one], 1, { kind: 'geometric' }).ok);
  assert.ok(!robustMean([], 1, { kind: 'median' }).ok);
  const four = robustMean(honest, 1, { kind: 'trimmed', trim: 2 });
  assert.deepEqual(!four.ok && [four.groups, four.needed], [4, 5]);
  assert.ok(robustMean([one, two, three], 1, { kind: 'trimmed', trim: 1 }).ok);
});

test('medians and trimmed means are those of sorted numbers, whatever the order of groups', () => {
  fc.assert(
    fc.property(fc.array(vector, { minLength: 3, maxLength: 8 }), (means) => {
      const sorted = (at: number) => means.map((mean) => mean[at]!).sort((a, b) => a - b);
      const middle = (of: number[]) => (of[(of.length - 1) >> 1]! + of[of.length >> 1]!) / 2;
      updateOf(means, { kind: 'median' }).forEach((value, at) => {
        assert.ok(Math.abs(value - middle(sorted(at))) <= 1e-15);
      });
      updateOf(means, { kind: 'trimmed', trim: 1 }).forEach((value, at) => {
        const kept = sorted(at).slice(1, -1);
        assert.ok(Math.abs(value - kept.reduce((sum, each) => sum + each, 0) / kept.length) <= 1e-15);
      });
      for (const rule of rules.slice(0, 2)) assert.deepEqual(updateOf(means.toReversed(), rule), updateOf(means, rule));
    }),
    { seed: 8, numRuns: 200 },
  );
});

test('no neighbour of the geometric median is nearer to the groups', () => {
  fc.assert(
    fc.property(fc.array(vector, { minLength: 3, maxLength: 7 }), (means) => {
      const found = updateOf(means, { kind: 'geometric', iterations: 2000 });
      const worth = (at: ArrayLike<number>) => means.reduce((sum, mean) => sum + gap(mean, at), 0);
      for (let at = 0; at < 4; at += 1)
        for (const by of [0.05, -0.05, 0.003, -0.003])
          assert.ok(worth(found) <= worth(found.map((value, other) => (other === at ? value + by : value))) + 1e-4);
    }),
    { seed: 9, numRuns: 100 },
  );
});

test('what is no group is refused by name and index', () => {
  const good = [0, 0];
  assert.throws(() => robustMean([good, good, [0]], 1, { kind: 'median' }), /group 2: expected 2/);
  assert.throws(() => robustMean([good, [0, Number.NaN], good], 1, { kind: 'median' }), /group 1: .* at 1/);
  assert.throws(() => robustMean([good, good, good], 0, { kind: 'median' }), /bound/);
  assert.throws(() => robustMean([good, good, good], 1, { kind: 'trimmed', trim: 0 }), /trim/);
  assert.throws(() => robustMean([good, good, good], 1, { kind: 'geometric', nu: 0 }), /nu/);
});

test('groups hold everybody once, are never below their size, and follow from the seed alone', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 60 }), fc.integer({ min: 3, max: 6 }), fc.integer(), (members, size, salt) => {
      const ids = Array.from({ length: members }, (_, index) => `member ${index}`);
      const seed = createHash('sha256').update(String(salt)).digest();
      const groups = groupsOf(ids, size, seed);
      assert.deepEqual(groups.flat().sort(), [...ids].sort());
      assert.ok(groups.length === 1 || groups.every((group) => group.length >= size && group.length < 2 * size));
      assert.ok(groups.every((group) => group.length >= 3));
      assert.deepEqual(groupsOf(ids.toReversed(), size, seed), groups);
    }),
    { seed: 10, numRuns: 200 },
  );
  const ids = Array.from({ length: 15 }, (_, index) => `member ${index}`);
  const together = new Set<string>();
  for (let round = 0; round < 200; round += 1) {
    const seed = createHash('sha256').update(`round ${round}`).digest();
    for (const group of groupsOf(ids, 3, seed)) if (group.includes('member 0')) for (const id of group) together.add(id);
  }
  assert.equal(together.size, 15);
  assert.throws(() => groupsOf(ids, 2, new Uint8Array(32)), /size/);
  assert.throws(() => groupsOf(ids.slice(0, 2), 3, new Uint8Array(32)), /members/);
  assert.throws(() => groupsOf(['a', 'a', 'b'], 3, new Uint8Array(32)), /each once/);
  assert.throws(() => groupsOf(ids, 3, new Uint8Array(8)), /16 bytes/);
});
