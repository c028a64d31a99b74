// Rounds that promise privacy: the noise is there and as large as the terms say, every member and whoever has the sums alone come to the same model, and
// planted faults of noise are found.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { discreteGaussians } from '../../../crypto/privacy/privacy.ts';
import { withNoise } from '../../../federation/participant/round/noise.ts';
import { releasesOf, shareFor } from '../../../federation/protocol/round/privacy-terms.ts';
import { recomputeOf } from '../../../federation/protocol/round/recompute.ts';
import {
  type LearningOf,
  type Privacy,
  privacyFor,
  type RoundTerms,
  readRoundTerms,
} from '../../../federation/protocol/round/round-terms.ts';
import { seededRandom } from '../../../federation/protocol/testing.ts';
import { ProtocolFault } from '../../../federation/protocol/words.ts';
import { countCells, firstCells } from '../../decide/models/boosting/shared-edges.ts';
import { partedRows, type RoundTable, rowsOf } from './round-table.ts';
import { closeLearners, dealt, learnTogether, type OpenBoard, sampleTable, termsOf } from './testing.ts';

after(closeLearners);

const trees: LearningOf<'trees'> = {
  ...{ kind: 'trees', trees: 3, learningRate: 0.3, growth: 'depth', maxDepth: 3, maxLeaves: 8, minChildHessian: 10, lambda: 1 },
  ...{ alpha: 0, gamma: 0, columnSample: 1, seed: 0, bins: 8, leastCount: 20 },
};
const averaged: LearningOf<'averaging'> = {
  ...{ kind: 'averaging', model: 'logistic', hidden: [], optimiser: 'fedavg', rounds: 4, patience: 3, epochs: 2, batch: 32 },
  ...{ learningRate: 0.05, l2: 1e-3, serverLearningRate: 1, mu: 0, clip: 1, weighting: { by: 'equal' } },
  ...{ fewest: 20, seed: 3 },
};

function privateTerms(members: number, learn: RoundTerms['learn'], epsilon: number): RoundTerms {
  const terms = termsOf(members, learn);
  return { ...terms, privacy: privacyFor(terms, { epsilon, delta: 1e-5 }) };
}
const code = (wanted: string, where?: RegExp) => (error: unknown) => {
  assert.ok(error instanceof ProtocolFault, String(error));
  assert.equal(error.code, wanted);
  if (where) assert.match(error.where ?? '', where);
  return true;
};
/** As an auditor has them. */
const openedOf = (terms: RoundTerms, board: OpenBoard) =>
  board.sums.map((values, sum) => {
    const about = /^[a-z]+ \d+/.exec(board.asked[sum]!.about)![0];
    return { sum, about, values, survivors: terms.members };
  });
const variance = (values: ArrayLike<number>) => {
  let squares = 0;
  for (let at = 0; at < values.length; at += 1) squares += values[at]! ** 2;
  return squares / values.length;
};

test('trees: all members, and whoever has the sums alone, come to the same bytes; figures are told roughly', async () => {
  const tables = dealt(sampleTable(6000, 11), 3);
  for (const epsilon of [1, 10, 500]) {
    const terms = privateTerms(3, trees, epsilon);
    assert.deepEqual(readRoundTerms(terms), terms);
    const { learned, board } = await learnTogether(terms, tables, { seed: `${epsilon}` });
    for (const { model } of learned) assert.ok(Buffer.from(model).equals(learned[0]!.model));
    assert.ok(Buffer.from(recomputeOf(terms)!(terms, openedOf(terms, board))).equals(learned[0]!.model), `ε ${epsilon}`);
    assert.ok(board.sums.length <= releasesOf(terms.learn) && board.asked.every(({ about }) => !/^(scales|loss)/.test(about)));
    for (const { metrics, rows } of learned) {
      assert.equal(rows % 100, 0);
      assert.ok(Object.values(metrics).every((value) => Math.abs(value * 100 - Math.round(value * 100)) < 1e-9));
    }
    if (epsilon === 500) assert.ok(learned[0]!.metrics.auc! > 0.65, `AUC ${learned[0]!.metrics.auc}`);
  }
});

/** Numbers of all rows in the first cells, as an exact round would open them. */
function exactCounts(tables: readonly RoundTable[]): number[] {
  const counts = tables.map((table) => {
    const own = rowsOf(table, partedRows(table, 'content').training);
    return own.columns.flatMap((column) => [...countCells(column, firstCells())]);
  });
  return counts[0]!.map((_, at) => counts.reduce((sum, one) => sum + one[at]!, 0));
}

test('noise in the sums of a round has the variance of all shares: not half of it, not twice', async () => {
  const tables = dealt(sampleTable(1500, 5), 4);
  const terms = privateTerms(4, { ...trees, trees: 1 }, 2);
  const { board } = await learnTogether(terms, tables, { seed: 'variance' });
  const exact = exactCounts(tables);
  const noise = exact.map((count, at) => board.sums[0]![at]! - count);
  const { numerator, denominator } = terms.privacy!.noise;
  const sensitivity2 = 6;
  const promised = (numerator / denominator) * sensitivity2;
  const wanted = (promised * 4) / terms.privacy!.honest;
  const found = variance(noise);
  assert.ok(noise.length > 3000);
  // Of a sample of n the variance is off by a factor of 1 ± sqrt(2 / n): 0.1 is four of these.
  assert.ok(Math.abs(found / wanted - 1) < 0.1, `${found}, wanted ${wanted}`);
  // A member that adds nothing is seen in it.
  assert.ok(Math.abs((found * 3) / 4 / wanted - 1) > 0.1);
  const mean = noise.reduce((sum, one) => sum + one, 0) / noise.length;
  assert.ok(Math.abs(mean) < 4 * Math.sqrt(wanted / noise.length), `mean ${mean}`);
});

test('those who stay, down to the fewest that are counted on, still have all of the noise; one fewer has not', () => {
  const terms = privateTerms(7, averaged, 3);
  const { honest } = terms.privacy!;
  assert.equal(honest, 4);
  const words = 20_000;
  const part = { from: 0, count: words, sensitivity2: 400n };
  const { numerator, denominator } = terms.privacy!.noise;
  const promised = (numerator / denominator) * 400;
  const varianceOf = (members: number) => {
    const sum = new Float64Array(words);
    for (let member = 0; member < members; member += 1) {
      const given = withNoise(terms.privacy!, new Int32Array(words), part, seededRandom(`stays ${member}`));
      for (let at = 0; at < words; at += 1) sum[at]! += given[at]!;
    }
    return variance(sum);
  };
  assert.ok(varianceOf(honest) > promised * 0.96, 'the fewest have all of it');
  assert.ok(varianceOf(honest - 1) < promised * 0.8, 'a member that leaves its noise out is found');
});

test('noise that is drawn anew for the same values gives them away by the mean of many', () => {
  const privacy: Privacy = privateTerms(3, trees, 1).privacy!;
  const secret = Int32Array.of(1234, -77, 0, 9);
  const part = { from: 0, count: 4, sensitivity2: 2n };
  const once = withNoise(privacy, secret, part, seededRandom('once'));
  const sums = new Float64Array(4);
  const random = seededRandom('again');
  for (let run = 0; run < 4000; run += 1) {
    const given = withNoise(privacy, secret, part, random);
    for (let at = 0; at < sums.length; at += 1) sums[at]! += given[at]!;
  }
  const off = (values: ArrayLike<number>) => Math.max(...secret.map((value, at) => Math.abs(values[at]! - value)));
  assert.ok(off(sums.map((sum) => sum / 4000)) < 1.5 && off(once) > 3, `${off(sums.map((sum) => sum / 4000))} ${off(once)}`);
});

test('averaging hides members: their updates alone have noise, and there are no moments and no losses', async () => {
  const tables = dealt(sampleTable(3000, 7), 4);
  const terms = privateTerms(4, averaged, 200);
  const { learned, board } = await learnTogether(readRoundTerms(terms), tables);
  for (const { model } of learned) assert.ok(Buffer.from(model).equals(learned[0]!.model));
  assert.deepEqual(
    board.asked.map(({ about }) => /^[a-z]+ ?\d*/.exec(about)![0]),
    ['update 0', 'update 1', 'update 2', 'update 3'],
  );
  for (const sum of board.sums) {
    assert.deepEqual([...sum.slice(0, 4)], [0, 0, 0, 0]);
    assert.equal(sum.at(-1), 4);
  }
  assert.ok(Buffer.from(recomputeOf(terms)!(terms, openedOf(terms, board))).equals(learned[0]!.model));
  const exact = await learnTogether(termsOf(4, averaged), tables);
  assert.notDeepEqual(exact.learned[0]!.model, learned[0]!.model);
});

test('averaging goes on with noise when a member is lost, and is worked out again', async () => {
  const tables = dealt(sampleTable(3000, 7), 5);
  const terms = privateTerms(5, averaged, 100);
  const { learned, board } = await learnTogether(terms, tables, { gone: { [terms.members[1]!]: 2 } });
  const opened = openedOf(terms, board).map((one) => ({
    ...one,
    survivors: one.sum < 2 ? terms.members : terms.members.filter((_, at) => at !== 1),
  }));
  assert.ok(Buffer.from(recomputeOf(terms)!(terms, opened)).equals(learned[0]!.model));
});

test('terms that promise more than their noise gives are refused, and what no noise can promise', () => {
  const terms = privateTerms(5, trees, 2);
  const changed =
    (privacy: Partial<Privacy>, learn: object = {}) =>
    () =>
      readRoundTerms({ ...terms, learn: { ...terms.learn, ...learn }, privacy: { ...terms.privacy, ...privacy } });
  assert.deepEqual(readRoundTerms(terms), terms);
  assert.doesNotThrow(changed({ epsilon: 2.1 }));
  assert.throws(changed({ epsilon: 1.99 }), code('terms_wrong', /^privacy\/epsilon$/));
  assert.throws(changed({ delta: 9e-6 }), code('terms_wrong', /^privacy\/epsilon$/));
  assert.throws(changed({}, { trees: 4 }), code('terms_wrong', /^privacy\/epsilon$/));
  assert.throws(changed({ noise: { numerator: terms.privacy!.noise.numerator - 640, denominator: 1024 } }), code('terms_wrong'));
  assert.throws(changed({ honest: 4 }), code('terms_wrong', /^privacy\/honest$/));
  assert.throws(changed({ unit: 'member' }), code('privacy_unsupported', /row/));
  assert.throws(changed({}, { growth: 'leaf' }), code('terms_wrong', /^learn\/maxDepth$/));
  const logistic = { kind: 'logistic', l2: 0, iterations: 5, tolerance: 1e-6, fewest: 0 } as const;
  assert.throws(() => privacyFor(termsOf(3, logistic), { epsilon: 1, delta: 1e-5 }), code('privacy_unsupported', /-/));
  const byRows = { ...averaged, weighting: { by: 'rows', rowsCap: 100 } } as const;
  const unequal = { ...termsOf(3, byRows), privacy: privacyFor(termsOf(3, byRows), { epsilon: 9, delta: 1e-5 }) };
  assert.throws(() => readRoundTerms(unequal), code('terms_wrong', /^learn\/weighting$/));
});

test('a share is never so small that a sum of shares would be less than one Gaussian', () => {
  const privacy = privateTerms(3, trees, 900).privacy!;
  const { numerator, denominator } = shareFor(privacy, 1n);
  assert.equal(numerator / denominator, 4n);
  assert.equal(variance(discreteGaussians(20_000, shareFor(privacy, 1n), seededRandom('least'))) > 3.8, true);
});

test('one row more or less does not change what becomes of the others', () => {
  const table = sampleTable(500, 3);
  const { training } = partedRows(table, 'content');
  const without = rowsOf(
    table,
    Uint32Array.from({ length: 499 }, (_, row) => (row < 100 ? row : row + 1)),
  );
  const after = partedRows(without, 'content').training;
  assert.deepEqual(
    [...after].map((row) => (row < 100 ? row : row + 1)),
    [...training].filter((row) => row !== 100),
  );
  assert.ok(training.length > 350 && training.length < 450);
});
