// Estimation gives back what simulated pairs were made with, and says so deterministically.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pairClasses } from './classes.ts';
import { bandMiddle, cellOf, createScorer, type EmInput, estimate } from './em.ts';
import { type FieldKind, kinds, missingLevel } from './kinds.ts';
import { createDice, type Dice } from './synthetic.ts';
import { createPatternCounter } from './work.ts';

const fields: FieldKind[] = ['givenName', 'surname', 'birthDate', 'postcode', 'gender'];

function draw(dice: Dice, chances: readonly number[]): number {
  let rest = dice.next();
  for (let level = 0; level < chances.length; level++) {
    rest -= chances[level]!;
    if (rest < 0) return level;
  }
  return chances.length - 1;
}

type Truth = { m: number[][]; u: number[][]; matches: number; strangers: number };

function simulate(truth: Truth, seed: number): EmInput {
  const dice = createDice(seed);
  const counter = createPatternCounter(fields.length);
  const random = fields.map((kind) => new Float64Array(kinds[kind].levels.length));
  const cells = new Uint8Array(fields.length);
  for (let pair = 0; pair < truth.matches + truth.strangers; pair++) {
    const chances = pair < truth.matches ? truth.m : truth.u;
    for (let f = 0; f < fields.length; f++) {
      const level = draw(dice, chances[f]!);
      cells[f] = dice.chance(0.1) ? missingLevel : cellOf(level, bandMiddle);
      if (cells[f] !== missingLevel) random[f]![level]!++;
    }
    counter.add(cells, 0, 1);
  }
  const exact = random.map((counts) => counts[0]! / counts.reduce((sum, count) => sum + count, 0));
  return {
    fields,
    classes: pairClasses(fields),
    patterns: counter.patterns(),
    totalPairs: truth.matches + truth.strangers,
    random,
    exact,
    exactIsPure: fields.map(() => false),
    randomIsMixed: true,
  };
}

const differing = (kind: FieldKind, differs: number): number[] => {
  const { levels } = kinds[kind];
  const at = levels.findIndex(({ name }) => name === 'different');
  const rest = 1 - levels[at]!.m;
  return levels.map(({ m }, level) => (level === at ? differs : (m / rest) * (1 - differs)));
};

test('m, u and the share of matches come back from simulated pairs', () => {
  const truth: Truth = {
    m: fields.map((kind, f) => differing(kind, [0.05, 0.1, 0.15, 0.25, 0.02][f]!)),
    u: fields.map((kind) => kinds[kind].levels.map(({ u }) => u)),
    matches: 3000,
    strangers: 300_000,
  };
  const found = estimate(simulate(truth, 99));
  assert.ok(found.converged);
  const matches = found.shares.reduce((sum, share, c) => (found.classes[c]!.same ? sum + share : sum), 0) * 303_000;
  assert.ok(Math.abs(matches - 3000) < 150, `matches: expected about 3000, got ${matches.toFixed(0)}`);
  fields.forEach((kind, f) => {
    kinds[kind].levels.forEach(({ name }, level) => {
      const [m, u] = [found.sets.m[f]![level]!, found.sets.u[f]![level]!];
      assert.ok(Math.abs(m - truth.m[f]![level]!) < 0.025, `m of ${kind} ${name}: expected ${truth.m[f]![level]}, got ${m}`);
      assert.ok(Math.abs(u - truth.u[f]![level]!) < 0.01, `u of ${kind} ${name}: expected ${truth.u[f]![level]}, got ${u}`);
    });
  });
});

test('how alike the given names of one home are is learnt, and does not make it one person', () => {
  const kinds3: FieldKind[] = ['givenName', 'surname', 'birthDate', 'phone'];
  const [similar, different] = [3, 5];
  const dice = createDice(17);
  const counter = createPatternCounter(kinds3.length);
  const cells = new Uint8Array(kinds3.length);
  const random = kinds3.map((kind) => Float64Array.from(kinds[kind].levels, ({ u }) => u * 100_000));
  const pairs: [count: number, levels: () => number[]][] = [
    [2000, () => [dice.chance(0.95) ? 0 : similar, 0, dice.chance(0.95) ? 0 : different, dice.chance(0.8) ? 0 : 3]],
    [600, () => [dice.chance(0.3) ? similar : different, 0, different, 0]],
    [100_000, () => [different, different, different, 3]],
  ];
  for (const [count, levels] of pairs) {
    for (let k = 0; k < count; k++) {
      levels().forEach((level, f) => {
        cells[f] = f === 2 && dice.chance(0.5) ? missingLevel : cellOf(level, bandMiddle);
      });
      counter.add(cells, 0, 1);
    }
  }
  const found = estimate({
    fields: kinds3,
    classes: pairClasses(kinds3),
    patterns: counter.patterns(),
    totalPairs: 2_000_000,
    random,
    exact: kinds3.map((kind) => kinds[kind].levels[0]!.u),
    exactIsPure: kinds3.map(() => true),
    randomIsMixed: false,
  });
  assert.ok(Math.abs(found.sets.kin[0]![similar!]! - 0.3) < 0.05, `similar among kin: ${found.sets.kin[0]![similar!]}`);
  const scorer = createScorer(found.classes.length, kinds3.length);
  scorer.load(found);
  const bitsOf = (given: number): number =>
    scorer.bits(Uint8Array.of(cellOf(given, bandMiddle), cellOf(0, bandMiddle), missingLevel, cellOf(0, bandMiddle)), 0);
  assert.ok(bitsOf(0) > 5, `one name, home and telephone: ${bitsOf(0)} bits`);
  assert.ok(bitsOf(similar!) < 0, `similar names: ${bitsOf(similar!)} bits`);
});

test('the beliefs before data are chances', () => {
  for (const { levels } of Object.values(kinds)) {
    for (const which of ['m', 'u'] as const)
      assert.ok(Math.abs(levels.reduce((sum, one) => sum + one[which], 0) - 1) < 1e-9, `${levels[0]!.name} ${which}`);
  }
});

test('without matches it finds hardly any', () => {
  const u = fields.map((kind) => kinds[kind].levels.map(({ u: chance }) => chance));
  const found = estimate(simulate({ m: u, u, matches: 0, strangers: 200_000 }, 3));
  assert.ok(found.shares[0]! * 200_000 < 5, `expected none, got ${found.shares[0]! * 200_000}`);
});

test('more agreement never lowers the log-odds, and a missing value lies between', () => {
  const truth: Truth = {
    m: fields.map((kind) => differing(kind, 0.1)),
    u: fields.map((kind) => kinds[kind].levels.map(({ u }) => u)),
    matches: 2000,
    strangers: 100_000,
  };
  const found = estimate(simulate(truth, 5));
  const scorer = createScorer(found.classes.length, fields.length);
  scorer.load(found);
  fields.forEach((kind, f) => {
    const different = kinds[kind].levels.findIndex(({ name }) => name === 'different');
    const bitsAt = (cell: number): number => {
      const cells = new Uint8Array(fields.length).fill(missingLevel);
      cells[f] = cell;
      return scorer.bits(cells, 0);
    };
    assert.ok(bitsAt(cellOf(0, bandMiddle)) > bitsAt(missingLevel), kind);
    assert.ok(bitsAt(missingLevel) > bitsAt(cellOf(different, bandMiddle)), kind);
    assert.ok(bitsAt(cellOf(0, bandMiddle - 4)) > bitsAt(cellOf(0, bandMiddle + 4)), `${kind}: rare values must weigh more`);
  });
});
