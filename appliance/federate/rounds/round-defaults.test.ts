// What a person need not say of a round: each kind of model by one word is terms that fit together, and a limit tells of values no more than a power of two.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Learning, readRoundTerms } from '../../../federation/protocol/round/round-terms.ts';
import { learnWith, limitFor } from './round-defaults.ts';
import { sampleSchema, termsOf } from './testing.ts';

test('each kind of model is asked for by a word, and what is said stays', () => {
  const asked: [object | undefined, object][] = [
    [undefined, { kind: 'trees', trees: 30, maxDepth: 4 }],
    [
      { trees: 2, maxDepth: 3, maxLeaves: 8 },
      { kind: 'trees', trees: 2, maxDepth: 3, maxLeaves: 8 },
    ],
    [
      { kind: 'logistic', l2: 0.5 },
      { kind: 'logistic', l2: 0.5 },
    ],
    [
      { kind: 'averaging', optimiser: 'fedavg' },
      { kind: 'averaging', model: 'logistic', mu: 0 },
    ],
    [
      { kind: 'averaging', optimiser: 'fedprox', rounds: 7 },
      { optimiser: 'fedprox', mu: 0.1, rounds: 7 },
    ],
    [
      { kind: 'averaging', optimiser: 'fedadam' },
      { optimiser: 'fedadam', serverLearningRate: 0.03 },
    ],
    [
      { kind: 'averaging', optimiser: 'fedavg', hidden: [16, 8] },
      { model: 'neural', hidden: [16, 8], activation: 'tanh' },
    ],
  ];
  for (const [given, wanted] of asked) {
    const learn = learnWith(given, false) as Learning;
    assert.partialDeepStrictEqual(learn, wanted);
    assert.deepEqual(readRoundTerms(termsOf(4, learn, sampleSchema)).learn, learn);
  }
  assert.deepEqual(learnWith({ kind: 'other', a: 1 }, false), { kind: 'other', a: 1 });
});

test('a limit is the power of two that all but one in two hundred values lie within', () => {
  assert.equal(limitFor([]), 1);
  assert.equal(limitFor([0, 0, Number.NaN]), 1);
  assert.equal(limitFor([0.3, -0.2]), 0.5);
  assert.equal(limitFor([...Array<number>(199).fill(3), 1e9]), 4);
  assert.equal(limitFor([...Array<number>(199).fill(3), -1e9, -1e9]), 2 ** 30);
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, min: -1e15, max: 1e15 }), { minLength: 1, maxLength: 300 }), (values) => {
      const limit = limitFor(values);
      assert.equal(Math.log2(limit), Math.round(Math.log2(limit)));
      assert.ok(values.filter((value) => Math.abs(value) > limit).length <= Math.ceil(0.005 * values.length));
    }),
    { seed: 7 },
  );
});
