// A shared model done again from its sums alone: the same bytes as every organisation has, and nothing else is taken for it.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { type TreeSettings, verifyShared } from '../../federation/protocol/trees/verify-trees.ts';
import { ProtocolFault } from '../../federation/protocol/words.ts';
import type { Trees } from '../core/model/scoring.ts';
import { Boosting } from '../decide/models/boosting/boosting.ts';
import { type Settings, settingsOf } from '../decide/models/boosting/settings.ts';
import {
  chosen,
  mixedTable,
  parted,
  settingsOfCase,
  sharedCases,
  trainTogether,
} from '../decide/models/boosting/testing/parties.ts';

const pools = Array.from({ length: 5 }, () => new Boosting({ threads: 1 }));
after(() => Promise.all(pools.map((pool) => pool.close())));
const long = process.env.HOLDFAST_LONG === '1';

function full(settings: Partial<Settings>, columns: number): TreeSettings {
  return { ...settingsOf(settings, columns), objective: 'logistic', rowSample: 1 };
}

test('the sums alone give the same bytes', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(sharedCases, async (one) => {
      const asked = settingsOfCase(one);
      const parties = parted(mixedTable(one.rows, one.columns, one.seed), one.parties);
      const { edges, trained, training } = await trainTogether(pools, parties, asked, one);
      const verified: Trees = verifyShared({ settings: full(asked, one.columns), edges, sums: training.sums });
      assert.equal(JSON.stringify(verified), JSON.stringify(trained[0]!.trees));
    }),
    { numRuns: long ? 1000 : 30, ...(long ? {} : { seed: 20_261_126 }) },
  );
});

test('levels of more nodes than one step splits, and early stopping, too', async () => {
  const parties = parted(mixedTable(4000, 5, 9), 3);
  const deep = { trees: 2, maxDepth: 14, minChildHessian: 0, lambda: 0.1 };
  const made = await trainTogether(pools, parties, deep);
  assert.ok(made.trained[0]!.trees.trees[0]!.feature.length > 500);
  const settings = full(deep, 5);
  assert.deepEqual(verifyShared({ settings, edges: made.edges, sums: made.training.sums }), made.trained[0]!.trees);

  const held = mixedTable(600, 5, 10);
  const validation = [undefined, chosen(held, [...held.labels.keys()]), undefined];
  const stopped = { trees: 80, learningRate: 0.6, earlyStoppingTrees: 3 };
  const { edges, trained, training } = await trainTogether(pools, parties, stopped, { validation });
  assert.ok(trained[0]!.trees.trees.length < 80);
  assert.deepEqual(verifyShared({ settings: full(stopped, 5), edges, sums: training.sums }), trained[0]!.trees);
});

test('sums that are wanting or too many are refused by their number', async () => {
  const asked = { trees: 3, maxDepth: 3 };
  const { edges, trained, training } = await trainTogether(pools, parted(mixedTable(500, 5, 4), 3), asked);
  const settings = full(asked, 5);
  const expected = JSON.stringify(trained[0]!.trees);
  const again = (sums: readonly Int32Array[]) => JSON.stringify(verifyShared({ settings, edges, sums }));
  const refused = (sums: readonly Int32Array[], where: RegExp) =>
    assert.throws(
      () => again(sums),
      (error) => error instanceof ProtocolFault && error.code === 'malformed' && where.test(error.where!),
    );
  assert.equal(again(training.sums), expected);
  refused(training.sums.slice(0, -1), new RegExp(`sums\\[${training.sums.length - 1}\\]: wanting`));
  refused([...training.sums, Int32Array.of(1)], /one too many/);
  refused([], /sums\[0\]/);
  refused(training.sums.with(1, Int32Array.of(0, 0, 0, 0, 0, 0)), /sums\[1\]/);
});

test('whatever the sums are, trainer and verifier refuse the same or grow the same', { timeout: 120_000 }, async () => {
  const asked = { trees: 3, maxDepth: 4, columnSample: 0.7, monotone: [1, 0, 0, 0, -1] as const };
  const parties = parted(mixedTable(500, 5, 4), 3);
  const { edges, trained, training } = await trainTogether(pools, parties, asked);
  const expected = JSON.stringify(trained[0]!.trees);
  const { features, labels } = parties[0]!;
  const value = fc.oneof(
    fc.constantFrom(-1, 0, 1),
    fc.integer({ min: -1000, max: 1000 }),
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  );
  const places = fc.record({ sum: fc.double({ min: 0, max: 0.999, noNaN: true }), at: fc.nat(), by: value, pair: fc.boolean() });
  let [same, other, refused] = [0, 0, 0];
  await fc.assert(
    fc.asyncProperty(fc.array(places, { minLength: 1, maxLength: 3 }), async (changes) => {
      const sums = training.sums.map((sum) => sum.slice());
      for (const { sum, at, by, pair } of changes) {
        const changed = sums[Math.floor(sum * sums.length)]!;
        changed[at % changed.length]! += by;
        // Moved between two bins, so that totals stay.
        if (pair) changed[(at + 2) % changed.length]! -= by;
      }
      const verified = attempt(() => verifyShared({ settings: full(asked, 5), edges, sums }));
      const options = { edges, replay: sums, sum: () => Promise.reject(new Error('sums: all were given')) };
      const grown = await pools[0]!.trainShared(features, labels, asked, options).then(
        ({ trees }) => JSON.stringify(trees),
        (error: Error & { where?: string }) => `refused: ${error.message} ${error.where}`,
      );
      if (verified.startsWith('refused')) {
        assert.match(grown, /^refused/, verified);
        assert.match(grown, /bad_request|sums|replay|class|all were given/);
        refused += 1;
      } else {
        assert.equal(grown, verified);
        if (grown === expected) same += 1;
        else other += 1;
      }
    }),
    { numRuns: long ? 5000 : 300, ...(long ? {} : { seed: 20_261_126 }) },
  );
  assert.ok(other > 10 && refused > 10, `${same} the same, ${other} others, ${refused} refused`);
});

function attempt(work: () => Trees): string {
  try {
    return JSON.stringify(work());
  } catch (error) {
    assert.ok(error instanceof ProtocolFault, String(error));
    assert.match(error.where!, /^sums\[\d+\]/);
    return `refused: ${error.where}`;
  }
}
