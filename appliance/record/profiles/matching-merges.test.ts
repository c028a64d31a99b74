// The order of merges: the surest first, persons weighed anew as they grow, nobody merged whom a unique value tells apart.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LikelyPair, type MatchedPerson, MergePlan, probabilityOf } from './matching-merges.ts';

const persons = (unique: { [person: number]: string } = {}): Map<number, MatchedPerson> =>
  new Map(
    [1, 2, 3, 4].map((id) => [
      id,
      { rows: [id], unique: new Map(unique[id] === undefined ? [] : [['national_id', new Set([unique[id]])]]) },
    ]),
  );
const pair = (left: number, right: number, probability = 0.9): LikelyPair => ({ left, right, probability });

/** Log-odds of two groups: the sum over the pairs across. */
const summing =
  (bits: { [pair: string]: number }) =>
  (left: readonly number[], right: readonly number[]): number =>
    left.flatMap((a) => right.map((b) => bits[`${Math.min(a, b)} ${Math.max(a, b)}`] ?? 0)).reduce((sum, one) => sum + one, 0);

function carriedOut(plan: MergePlan, least: number): string[] {
  const merged: string[] = [];
  for (let candidate = plan.next(least); candidate; candidate = plan.next(least)) {
    merged.push(candidate.persons.join(' '));
    plan.unite(candidate);
  }
  return merged;
}

test('the surest pair of persons comes first, and each pair of persons once', () => {
  const plan = new MergePlan(persons(), summing({ '1 2': 6, '3 4': 9 }));
  plan.consider([pair(1, 2), pair(3, 4), pair(1, 2, 0.8)]);
  assert.deepEqual(carriedOut(plan, 0.95), ['3 4', '1 2']);
  assert.equal(plan.next(0), undefined);
});

test('persons who have grown are weighed with all their records', () => {
  const against = new MergePlan(persons(), summing({ '1 2': 9, '2 3': 8, '1 3': -20 }));
  against.consider([pair(1, 2), pair(2, 3)]);
  assert.deepEqual(carriedOut(against, 0.95), ['1 2'], 'what speaks against 1 and 3 keeps 3 from 1 and 2');
  const together = new MergePlan(persons(), summing({ '1 2': 9, '2 3': 3, '1 3': 3 }));
  together.consider([pair(1, 2), pair(2, 3), pair(1, 3)]);
  assert.deepEqual(carriedOut(together, 0.95), ['1 2', '1 3'], 'and what is too little from each may do from both');
});

test('different values of a unique kind keep persons apart, also when one got its value by a merge', () => {
  const bits = { '1 2': 9, '2 3': 8 };
  const plan = new MergePlan(persons({ 1: 'x', 3: 'y' }), summing(bits));
  plan.consider([pair(1, 2), pair(2, 3), pair(1, 3)]);
  assert.deepEqual(carriedOut(plan, 0.95), ['1 2']);
  const equal = new MergePlan(persons({ 1: 'x', 3: 'x' }), summing(bits));
  equal.consider([pair(1, 2), pair(2, 3)]);
  assert.deepEqual(carriedOut(equal, 0.95), ['1 2', '1 3']);
});

test('nothing below the wanted chance is taken, and it may be asked for later', () => {
  const plan = new MergePlan(persons(), summing({ '1 2': 2 }));
  plan.consider([pair(1, 2)]);
  assert.equal(plan.next(0.95), undefined);
  assert.equal(probabilityOf(plan.next(0.5)!.bits), 0.8);
});
