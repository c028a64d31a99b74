// Training of several organisations: the bytes of the pooled table's model, whoever has which rows; going on by replay; and how it ends when something
// goes wrong.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { Fault } from '../../../core/errors.ts';
import { Boosting, type ShareOptions } from './boosting.ts';
import type { Settings } from './settings.ts';
import { chosen, mixedTable, parted, settingsOfCase, sharedCases, type Together, trainTogether } from './testing/parties.ts';

const restarts: string[] = [];
const onRestart = ({ task }: { task: string }) => restarts.push(task);
const pools = Array.from({ length: 5 }, (_, party) => new Boosting({ threads: 1 + (party % 2), onRestart }));
const whole = new Boosting({ threads: 2 });
after(() => Promise.all([...pools, whole].map((pool) => pool.close())));

const long = process.env.HOLDFAST_LONG === '1';
const bytes = (value: unknown) => JSON.stringify(value);
const table = mixedTable(700, 8, 5);
const parties = parted(table, 3);
const settings: Partial<Settings> = { trees: 6, maxDepth: 4 };

const code = (wanted: string, where: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Fault, String(error));
  assert.equal(error.code, wanted);
  assert.match(error.where ?? '', where);
  return true;
};

test('all organisations have the trees of the pooled table, byte for byte', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(sharedCases, async (one) => {
      const rows = mixedTable(one.rows, one.columns, one.seed);
      const asked = settingsOfCase(one);
      const together = await trainTogether(pools, parted(rows, one.parties), asked, one);
      // The pooled table in an order of its own: the sums of a shared training know none.
      const pooled = chosen(rows, [...rows.labels.keys()].reverse());
      const edges = await whole.sharedEdges(pooled.features, { bins: one.bins, sum: async (counts) => counts });
      const binned = await whole.bin(pooled.features, { edges });
      const { trees } = await whole.train(binned, pooled.labels, asked);
      for (const trained of together.trained) assert.equal(bytes(trained.trees), bytes(trees));
    }),
    { numRuns: long ? 1000 : 40, ...(long ? {} : { seed: 20_261_126 }) },
  );
});

test('validation rows of some stop all at the same tree', async () => {
  const held = mixedTable(300, 8, 6);
  const [some, others] = [
    chosen(held, [0, 1, 2, 3]),
    chosen(
      held,
      Array.from({ length: 296 }, (_, at) => at + 4),
    ),
  ];
  const asked = { trees: 60, learningRate: 0.5, earlyStoppingTrees: 4 };
  const { edges, trained } = await trainTogether(pools, parties, asked, { validation: [some, undefined, others] });
  const pooled = await whole.bin(table.features, { edges });
  const validation = { table: await whole.bin(held.features, { edges }), labels: held.labels };
  const { trees, history } = await whole.train(pooled, table.labels, asked, { validation });
  assert.ok(trees.trees.length < 60 && history.validationLoss.length > trees.trees.length);
  for (const one of trained) assert.equal(bytes(one), bytes({ trees, history }));
});

test('a replay of any number of sums gives the same values and the same trees', { timeout: 120_000 }, async () => {
  for (const growth of ['depth', 'leaf'] as const) {
    const asked = { ...settings, growth, maxLeaves: 8, columnSample: 0.7 };
    const { edges, trained, training } = await trainTogether(pools, parties, asked);
    const expected = bytes(trained[0]);
    for (let known = 0; known <= training.sums.length; known += 10) {
      for (const [party, { features, labels }] of parties.entries()) {
        const again = await pools[party]!.trainShared(features, labels, asked, {
          edges,
          threads: 1 + (known % 2),
          replay: training.sums.slice(0, known),
          sum: async ({ index, values }) => {
            assert.ok(index >= known);
            assert.deepEqual(values, training.values[party]![index]);
            return training.sums[index]!;
          },
        });
        assert.equal(bytes(again), expected);
      }
    }
    const { features, labels } = parties[2]!;
    const tooMany = { edges, replay: [...training.sums, Int32Array.of(1)], sum: async () => Int32Array.of() };
    await assert.rejects(pools[2]!.trainShared(features, labels, asked, tooMany), code('bad_request', /replay/));
  }
});

/** Before any test: two trainings at once over the same threads would wait for each other, each with a thread that the other wants. */
let edges: Together['edges'];
let training: Together['training'];
before(async () => {
  ({ edges, training } = await trainTogether(pools, parties, settings));
});
/** One party, with the others' part from before; `fail` at the seventh sum. */
async function alone(seventh: (sum: Int32Array) => Promise<Int32Array>, options: Partial<ShareOptions> = {}) {
  const { features, labels } = parties[1]!;
  return pools[1]!.trainShared(features, labels, settings, {
    edges,
    threads: 2,
    sum: async ({ index }) => (index === 7 ? seventh(training.sums[index]!.slice()) : training.sums[index]!),
    ...options,
  });
}

test('cancelling while it waits, and a sum that is rejected, end the waiting and leave the threads alive', async () => {
  const threads = [...pools[1]!.pool.workers];
  const stop = new AbortController();
  const never = () => {
    setImmediate(() => stop.abort());
    return new Promise<Int32Array>(() => undefined);
  };
  await assert.rejects(alone(never, { signal: stop.signal }), { name: 'AbortError' });
  const lost = new Error('a member left');
  await assert.rejects(
    alone(() => Promise.reject(lost)),
    (error) => error === lost,
  );
  assert.deepEqual(pools[1]!.pool.workers, threads);
  assert.ok(await alone(async (sum) => sum));
});

test('a thread that dies while it waits fails the training; it goes on by replay', async () => {
  const dying = alone(() => {
    void pools[1]!.pool.workers.forEach((worker) => void worker.terminate());
    return new Promise<Int32Array>(() => undefined);
  });
  await assert.rejects(dying, code('worker_failed', /boosting/));
  assert.deepEqual(restarts, []);
  const resumed = await alone(() => assert.fail('known already'), { replay: training.sums.slice(0, 8) });
  assert.equal(bytes(resumed), bytes(await alone(async (sum) => sum)));
});

test('sums that cannot be are refused by their number', async () => {
  const wrong = (change: (sum: Int32Array) => unknown) =>
    assert.rejects(
      alone(async (sum) => {
        change(sum);
        return sum;
      }),
      code('bad_request', /sums\[7\]/),
    );
  const full = (sum: Int32Array) => sum.findIndex((value, at) => at % 2 === 1 && value !== 0);
  await assert.rejects(
    alone(async (sum) => sum.subarray(1)),
    code('bad_request', /sums\[7\]/),
  );
  await wrong((sum) => sum.fill(-5, 1, 2));
  await wrong((sum) => sum.set([sum[full(sum)]! - 1], full(sum)));
  await wrong((sum) => sum.fill(2_147_000_000));
  await assert.rejects(
    alone(async () => [1, 2, 3] as unknown as Int32Array),
    code('bad_request', /sums\[7\]/),
  );
});

test('what would not give the pooled model is refused by name', async () => {
  const { features, labels } = table;
  const sum = async ({ values }: { values: Int32Array }) => values;
  const shared = (asked: Partial<Settings>, options: object = { edges }) =>
    whole.trainShared(features, labels, asked, { sum, ...options });
  await assert.rejects(shared({ rowSample: 0.5 }), code('bad_request', /rowSample/));
  await assert.rejects(shared({ objective: 'squared' }), code('bad_request', /objective/));
  await assert.rejects(shared({}, { edges, weights: new Float32Array(700).fill(1) }), code('bad_request', /weights/));
  await assert.rejects(shared({}, {}), code('bad_request', /edges/));
  await assert.rejects(
    shared({}, { edges: edges.map((one) => Float32Array.from(one).fill(1)) }),
    code('bad_request', /edges\[0\]/),
  );
  const oneClass = whole.trainShared(
    features,
    labels.map(() => 1),
    {},
    { edges, sum },
  );
  await assert.rejects(oneClass, code('bad_request', /one class/));
  const { trees } = await shared({ trees: 2 });
  assert.equal(trees.trees.length, 2);
});
