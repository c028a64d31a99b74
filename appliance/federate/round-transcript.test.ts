// The transcript of a round of trees, as members' nodes make it: the model follows from the sums in the verifier's hands, and no other does.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { RoundProposal } from '../../federation/participant/round/rounds.ts';
import { decodeSum, encodeSum, saltBytes, saltedDigest } from '../../federation/protocol/round/blobs.ts';
import { blobDigest } from '../../federation/protocol/round/round-api.ts';
import type { Saying } from '../../federation/protocol/round/sayings.ts';
import { modelBytes, type RoundModel } from '../../federation/protocol/round/trees-model.ts';
import { verifyRound } from '../../federation/protocol/round/verify-round.ts';
import { apart, type RoundFile, together, written } from '../../federation/simulation/round-forging.ts';
import { wholeRound } from '../../federation/simulation/round-whole.ts';
import { RoundWorld } from '../../federation/simulation/round-world.ts';
import { startAveraging } from '../decide/models/averaging/averaging.ts';
import { Boosting } from '../decide/models/boosting/boosting.ts';
import { seeded } from '../decide/models/boosting/testing/tables.ts';
import { learnTrees } from './rounds/learn-round.ts';
import { learnRound } from './rounds/learning.ts';
import type { RoundTable } from './rounds/round-table.ts';

const schema: RoundProposal['schema'] = {
  label: { name: 'left', positive: 'yes' },
  features: [
    { name: 'tenure', kind: 'number' },
    { name: 'balance', kind: 'number' },
    { name: 'tier', kind: 'category', levels: ['gold', 'silver'] },
  ],
};
const learn: RoundProposal['learn'] = {
  ...{ kind: 'trees', trees: 2, learningRate: 0.3, growth: 'depth', maxDepth: 3, maxLeaves: 16, minChildHessian: 1 },
  ...{ lambda: 1, alpha: 0, gamma: 0, columnSample: 0.8, seed: 7, bins: 32, leastCount: 20 },
};
const names = ['tenure', 'balance', 'tier = gold', 'tier = silver'];

function rowsOf(seed: number, rows: number): RoundTable {
  const random = seeded(seed);
  const columns = names.map(() => new Float32Array(new SharedArrayBuffer(rows * 4)));
  const labels = new Float32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const tier = random();
    const values = [
      Math.floor(random() * 60),
      random() < 0.1 ? Number.NaN : random() * 900,
      Number(tier < 0.3),
      Number(tier > 0.6),
    ];
    for (const [at, value] of values.entries()) columns[at]![row] = value;
    labels[row] = Number(values[0]! / 60 + tier * 0.5 + random() < 0.9);
  }
  return { rows, columns, names, labels };
}

describe('the transcript of a round of trees', () => {
  const boosting = new Boosting({ threads: 1 });
  let world: RoundWorld;
  let file: RoundFile;
  let text: string;
  const modelOf = ({ model }: RoundFile) => JSON.parse(model!.toString('utf8')) as RoundModel;
  const lineOf = (sum: number) => file.entries.length + 2 + sum;
  const found = (of: RoundFile) => verifyRound(written(of)).findings.map(({ line, code }) => `${line} ${code}`);

  before(async () => {
    world = await RoundWorld.open(3);
    const pools = world.members.map((_, at) => (at === 0 ? boosting : new Boosting({ threads: 1 })));
    const round = await wholeRound(world, {
      proposal: { schema, learn },
      learn: (at) => {
        const table = rowsOf(at + 1, 300);
        return ({ terms, ask, signal }) => learnTrees(terms, table, { boosting: pools[at]!, ask, signal });
      },
    });
    text = await world.members[0]!.rounds.transcript(round);
    await Promise.all(pools.slice(1).map((pool) => pool.close()));
    file = apart(text);
  });
  after(async () => {
    await world?.close();
    await boosting.close();
  });

  test('of honest members: the sums give the model, byte for byte', () => {
    const { findings, record } = verifyRound(text);
    assert.deepEqual(findings, []);
    assert.equal(record!.recomputed, 'same');
    assert.equal(modelOf(file).trees.trees.length, 2);
    assert.deepEqual(modelOf(file).features, names);
    assert.deepEqual(new Set(record!.sums.of.map(({ about }) => about)), new Set(['edges', 'base', 'scales', 'histogram']));
  });

  /** Everybody says another model, or opens another sum, and all sign it. */
  const signed = (of: RoundFile): RoundFile =>
    together(world, of, (says: Saying) => {
      if (says.kind === 'model') return { ...says, model: blobDigest(of.model!) };
      return says.kind === 'opened' ? { ...says, salted: saltedDigest(of.sums[says.sum]!.bytes) } : says;
    });
  const withSum = (sum: number, change: (values: Int32Array) => void): RoundFile => {
    const { bytes } = file.sums[sum]!;
    const values = decodeSum(bytes, (bytes.length - saltBytes) / 4, 'sum');
    change(values);
    const other = encodeSum(bytes.subarray(0, saltBytes), values);
    return { ...file, sums: file.sums.with(sum, { sum, bytes: other }) };
  };

  test('with one leaf changed: in the file alone, and when all members sign it', () => {
    const { trees, ...rest } = modelOf(file);
    const [first, ...others] = trees.trees;
    const leaf = first!.feature.lastIndexOf(-1);
    const value = first!.value.with(leaf, Math.fround(first!.value[leaf]! + 1e-6));
    const model = modelBytes(rest.schema, rest.features, { ...trees, trees: [{ ...first!, value }, ...others] });
    const line = lineOf(file.sums.length);
    assert.deepEqual(found({ ...file, model }), [`${line} model_changed`]);
    assert.equal(verifyRound(written({ ...file, model })).record!.recomputed, 'same', 'what members said is right');
    const forged = signed({ ...file, model });
    assert.deepEqual(found(forged), [`${line} model_wrong`]);
    assert.equal(verifyRound(written(forged)).record!.recomputed, 'other');
  });

  test('with a sum changed: in the file alone its line, and signed by all the model or the sum that cannot be', () => {
    const about = (wanted: string) => {
      const said = file.entries.find(({ entry }) => entry.says.kind === 'contribution' && entry.says.about.startsWith(wanted));
      return said!.entry.says.kind === 'contribution' ? said!.entry.says.sum : -1;
    };
    for (const wanted of ['edges 0', 'base', 'scales', 'histogram']) {
      const sum = about(wanted);
      const one = withSum(sum, (values) => {
        // The lowest of a scale's words means too little to move a leaf.
        values[wanted === 'scales' ? 1 : 0]! += 1;
      });
      assert.deepEqual(found(one), [`${lineOf(sum)} sum_wrong`], wanted);
      assert.equal(verifyRound(written(one)).record!.recomputed, 'sums-missing');
      const all = found(signed(one));
      assert.equal(all.length, 1, `${wanted}: ${all}`);
      assert.match(all[0]!, wanted === 'edges 0' || wanted === 'histogram' ? /sum_wrong/ : /model_wrong|sum_wrong/);
    }
    // Moved between two bins of a column, so that all totals stay: only the trees tell.
    const sum = about('histogram');
    const moved = withSum(sum, (values) => {
      values[0]! += 50_000_000;
      values[2 * 15]! -= 50_000_000;
    });
    assert.match(found(signed(moved)).join(), /^\d+ (model|sum)_wrong$/);
  });

  test('with the last sum taken out by all, or one more', () => {
    const sums = file.sums.slice(0, -1);
    const last = sums.length;
    const without = {
      ...file,
      sums,
      entries: file.entries.filter(({ entry: { says } }) => !('sum' in says) || says.sum !== last),
    };
    const { findings } = verifyRound(written(without));
    assert.ok(findings.length > 0);
    assert.deepEqual(found({ ...file, sums }), [`${lineOf(last)} sum_missing`]);
  });

  test('with other settings in the terms, signed by all', () => {
    const terms = { ...learn, lambda: 2 };
    const forged = together(world, file, (says) =>
      says.kind === 'proposal' ? { ...says, terms: { ...says.terms, learn: terms } } : says,
    );
    assert.match(found(forged).join(), /model_wrong|sum_wrong/);
  });
});

type Linear = { readonly learn: RoundProposal['learn']; readonly sums: readonly string[] };
const linear: { readonly [name: string]: Linear } = {
  'logistic regression': {
    learn: { kind: 'logistic', l2: 1e-3, iterations: 20, tolerance: 1e-6, fewest: 20 },
    sums: ['moments', 'newton'],
  },
  averaging: {
    learn: {
      ...{ kind: 'averaging', model: 'logistic', hidden: [], optimiser: 'fedadam', rounds: 3, patience: 3, epochs: 2, batch: 32 },
      ...{ learningRate: 0.05, l2: 1e-3, serverLearningRate: 0.1, mu: 0, clip: 5, fewest: 20, seed: 3 },
      ...{ weighting: { by: 'rows', rowsCap: 10_000 }, adaptive: { beta1: 0.9, beta2: 0.99, tau: 1e-3 } },
    },
    sums: ['moments', 'update', 'loss'],
  },
};
const limits: { readonly [feature: string]: number } = { tenure: 64, balance: 1024 };
const limited = schema.features.map((one) => (one.kind === 'number' ? { ...one, limit: limits[one.name]! } : one));

for (const [name, { learn: settings, sums: kinds }] of Object.entries(linear)) {
  test(`of ${name}: the weights follow from the sums, and from no others`, async () => {
    const world = await RoundWorld.open(3);
    const [averaging, boosting] = [startAveraging(), new Boosting({ threads: 1 })];
    try {
      const { random } = world;
      const round = await wholeRound(world, {
        proposal: { schema: { ...schema, features: limited }, learn: settings },
        learn: (at) => {
          const table = rowsOf(at + 1, 300);
          return ({ terms, me, ask, signal }) => learnRound(terms, table, { averaging, boosting, random, me, ask, signal });
        },
      });
      const file = apart(await world.members[0]!.rounds.transcript(round));
      const { findings, record } = verifyRound(written(file));
      assert.deepEqual(findings, []);
      assert.equal(record!.recomputed, 'same');
      assert.deepEqual(
        record!.sums.of.map(({ about }) => about),
        kinds,
      );
      // Places in the head of moments, and in a gradient or an update.
      for (const [sum, place] of [
        [0, 4],
        [0, 6],
        [1, 5],
      ] as const) {
        const { bytes } = file.sums[sum]!;
        const values = decodeSum(bytes, (bytes.length - saltBytes) / 4, 'sum');
        values[place]! += 1;
        const sums = file.sums.with(sum, { sum, bytes: encodeSum(bytes.subarray(0, saltBytes), values) });
        const forged = together(world, { ...file, sums }, (says) =>
          says.kind === 'opened' ? { ...says, salted: saltedDigest(sums[says.sum]!.bytes) } : says,
        );
        const found = verifyRound(written(forged));
        assert.equal(found.findings.length, 1, `sum ${sum}, number ${place}`);
        assert.match(found.findings[0]!.code, /^(model|sum)_wrong$/);
      }
    } finally {
      await world.close();
      await averaging.close();
      await boosting.close();
    }
  });
}
