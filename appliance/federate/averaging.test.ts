// Training together, both sides of it: the node's sums and updates through the protocol's words and steps, on parts that differ in size and kind,
// beside the same on all rows and beside the solver that one node uses alone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupsOf, robustMean } from '../../federation/protocol/averaging/averaging.ts';
import { type AveragedModel, initialWeights, linearOf, predict, tableLimits } from '../decide/models/averaging/averaging.ts';
import { localUpdate } from '../decide/models/averaging/local-update.ts';
import { designOf, prepare, standardise } from '../decide/models/averaging/prepare.ts';
import { sampleSource, skewedParts } from '../decide/models/averaging/testing.ts';
import { fitLinear, linearMargins } from '../decide/models/linear/linear.ts';
import { auc } from '../decide/models/metrics/curves.ts';
import { rank } from '../decide/models/metrics/scored.ts';
import { type AveragingPlan, averageOver, gather, newtonOver } from './testing-averaging.ts';

const source = sampleSource(6000, 1);
const held = sampleSource(6000, 2);
const furthest = (one: ArrayLike<number>, other: ArrayLike<number>) =>
  Math.max(...Array.from(one, (value, at) => Math.abs(value - other[at]!)));

test('parts are skewed, and their standardiser is the pooled one to the bit', () => {
  const parts = skewedParts(source, 5, 1);
  const rows = parts.map((part) => part.rows!.length);
  const shares = parts.map((part) => part.rows!.reduce((sum, row) => sum + source.labels[row]!, 0) / part.rows!.length);
  assert.ok(Math.max(...rows) > 2 * Math.min(...rows), `${rows}`);
  assert.ok(Math.max(...shares) > 1.5 * Math.min(...shares), `${shares}`);
  const { standardiser } = gather(parts);
  assert.deepEqual(standardiser, gather([source]).standardiser);
  assert.deepEqual(
    standardiser.columns.map(({ feature, how }) => `${how} ${feature}`),
    ['value 0', 'value 1', 'value 2', 'value 3', 'value 4', 'missing 3'],
  );
});

test("Newton over 3 to 5 skewed parts: the pooled weights to 1e-9, the node's own solver's to 1e-4, in under ten sums", () => {
  for (const lambda of [0, 1e-3, 0.05]) {
    const pooled = newtonOver(gather([source]), { lambda });
    for (const count of [3, 4, 5]) {
      const federation = gather(skewedParts(source, count, count));
      const shared = newtonOver(federation, { lambda });
      assert.ok(shared.done === 'converged' && shared.sums < 10, `${shared.done} after ${shared.sums}`);
      assert.ok(furthest(shared.weights, pooled.weights) < 1e-9, `${furthest(shared.weights, pooled.weights)}`);
      const { design } = designOf(prepare(source), federation.standardiser);
      const [fit] = fitLinear(design, { family: 'logistic', alpha: 0, lambdas: [lambda] });
      const { linear } = linearOf(federation.standardiser, shared.weights);
      assert.ok(furthest(linear.weights, fit!.linear.weights) < 1e-4 && Math.abs(linear.base - fit!.linear.base) < 1e-4);
      assert.ok(furthest(linear.centers, fit!.linear.centers) < 1e-4 && furthest(linear.scales, fit!.linear.scales) < 1e-4);
    }
  }
});

test('the model of the sums scores raw columns as the node scores any linear model', () => {
  const federation = gather(skewedParts(source, 3, 1));
  const { weights } = newtonOver(federation, { lambda: 1e-3 });
  const { design } = designOf(prepare(held), federation.standardiser);
  const margins = linearMargins(linearOf(federation.standardiser, weights).linear, design.features);
  const table = standardise(prepare(held), federation.standardiser);
  const probabilities = predict({ kind: 'logistic', inputs: table.width }, weights, table);
  let bounded = 0;
  for (let row = 0; row < table.rows; row += 1) {
    const cells = table.cells.subarray(row * table.width, (row + 1) * table.width);
    if (cells.some((cell) => Math.abs(cell) === tableLimits.deviations)) bounded += 1;
    else assert.ok(Math.abs(probabilities[row]! - 1 / (1 + Math.exp(-margins[row]!))) < 1e-6, `row ${row}`);
  }
  assert.ok(bounded < 20, `${bounded}`);
});

const rules: Record<string, Pick<AveragingPlan, 'rule' | 'rounds'> & { mu: number; epochs: number }> = {
  FedAvg: { rule: { kind: 'average', learningRate: 1 }, rounds: 25, epochs: 5, mu: 0 },
  FedProx: { rule: { kind: 'average', learningRate: 1 }, rounds: 25, epochs: 5, mu: 0.01 },
  FedAdam: { rule: { kind: 'adam', learningRate: 0.05, beta1: 0.9, beta2: 0.99, tau: 1e-3 }, rounds: 50, epochs: 2, mu: 0 },
  FedYogi: { rule: { kind: 'yogi', learningRate: 0.05, beta1: 0.9, beta2: 0.99, tau: 1e-3 }, rounds: 50, epochs: 2, mu: 0 },
  FedAdagrad: { rule: { kind: 'adagrad', learningRate: 0.2, beta1: 0.9, beta2: 0, tau: 1e-3 }, rounds: 50, epochs: 2, mu: 0 },
};

/** Area under the curve on rows that nobody trained on: of each rule over five skewed parts, and of one organisation with all rows. */
function areas(curved: boolean, model: (inputs: number) => AveragedModel) {
  const rows = sampleSource(4000, 3, { curved });
  const others = sampleSource(4000, 4, { curved });
  const parts = gather(skewedParts(rows, 5, 6));
  const made = model(parts.standardiser.columns.length);
  const table = standardise(prepare(others), parts.standardiser);
  const aucOf = (weights: Float64Array) => auc(rank({ scores: predict(made, weights, table), labels: others.labels }));
  const start = initialWeights(made, 1);
  const local = { batchSize: 32, learningRate: 0.1, lambda: 1e-4 };
  const pooled = localUpdate({
    ...local,
    model: made,
    weights: start,
    table: standardise(prepare(rows), parts.standardiser),
    epochs: 20,
    seed: 1,
  });
  const terms = { clip: 5, weighting: { by: 'rows', rowsCap: 2000 } } as const;
  const federated = Object.entries(rules).map(([name, { rule, rounds, epochs, mu }]) => {
    const weights = averageOver(parts, { model: made, rule, rounds, start, local: { ...local, epochs, mu }, terms });
    return [name, aucOf(weights)] as const;
  });
  return { pooled: aucOf(start.map((each, at) => each + pooled.delta[at]!)), federated };
}

test('averaged logistic regression comes near the pooled one by every rule', () => {
  const { pooled, federated } = areas(false, (inputs) => ({ kind: 'logistic', inputs }));
  for (const [name, area] of federated) assert.ok(area > pooled - 0.01, `${name} ${area}, pooled ${pooled}`);
});

test('an averaged perceptron comes near the pooled one where no line would do', () => {
  const { pooled, federated } = areas(true, (inputs) => ({ kind: 'perceptron', inputs, hidden: [16], activation: 'tanh' }));
  assert.ok(pooled > 0.78, `${pooled}`);
  for (const [name, area] of federated) assert.ok(area > pooled - 0.03, `${name} ${area}, pooled ${pooled}`);
});

test('a member that sends the opposite, as large as the clip lets it, ruins the mean and not the median of groups', () => {
  const parts = gather(skewedParts(source, 15, 7));
  const model: AveragedModel = { kind: 'logistic', inputs: parts.standardiser.columns.length };
  const tables = parts.parts.map((part) => standardise(part, parts.standardiser));
  const table = standardise(prepare(held), parts.standardiser);
  const aucOf = (weights: Float64Array) => auc(rank({ scores: predict(model, weights, table), labels: held.labels }));
  const clip = 2;
  const opposite = Float64Array.from(newtonOver(parts, { lambda: 1e-3 }).weights, (weight) => -1000 * weight);
  const poison = opposite.map((value) => (clip * value) / Math.hypot(...opposite));
  const run = (rule: 'mean' | 'median' | 'geometric') => {
    let weights = initialWeights(model, 1);
    for (let round = 1; round <= 8; round += 1) {
      const updates = tables.map((own, member) => {
        if (member === 4) return poison.map((value) => 40 * value);
        return localUpdate({
          model,
          weights,
          table: own,
          epochs: 1,
          batchSize: 16,
          learningRate: 0.1,
          seed: round * 100 + member,
        }).delta;
      });
      const seed = new Uint8Array(32).fill(round);
      const groups = groupsOf(
        updates.map((_, member) => `${member}`),
        3,
        seed,
      ).map((ids) => ids.map(Number));
      const means = groups.map((ids) => weights.map((_, at) => ids.reduce((sum, id) => sum + updates[id]![at]! / ids.length, 0)));
      const outcome = rule === 'mean' ? undefined : robustMean(means, 1e6, { kind: rule });
      if (outcome && !outcome.ok) throw new Error(outcome.reason);
      const step = outcome
        ? outcome.update
        : weights.map((_, at) => means.reduce((sum, mean) => sum + mean[at]! / means.length, 0));
      weights = weights.map((weight, at) => weight + step[at]!);
    }
    return aucOf(weights);
  };
  const honest = aucOf(newtonOver(parts, { lambda: 1e-3 }).weights);
  assert.ok(run('mean') < 0.5);
  assert.ok(run('median') > honest - 0.03, `${run('median')} of ${honest}`);
  assert.ok(run('geometric') > honest - 0.03, `${run('geometric')} of ${honest}`);
});
