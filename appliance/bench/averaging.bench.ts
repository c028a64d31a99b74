// npm run bench:averaging: five organisations that differ train together, beside one that had all rows and beside each alone: area under the curve
// and log-loss on held-out folds, sums and words that it takes. With HOLDFAST_DATA the telco churn set, otherwise seeded rows.

import {
  adaptiveDefaults,
  newtonWords,
  type ServerRule,
  type Standardiser,
} from '../../federation/protocol/averaging/averaging.ts';
import { type AveragedModel, initialWeights, predict } from '../decide/models/averaging/averaging.ts';
import { localUpdate } from '../decide/models/averaging/local-update.ts';
import { prepare, standardise } from '../decide/models/averaging/prepare.ts';
import type { Table } from '../decide/models/averaging/shapes.ts';
import { auc } from '../decide/models/metrics/curves.ts';
import { logLoss } from '../decide/models/metrics/probability.ts';
import { rank } from '../decide/models/metrics/scored.ts';
import {
  type AveragingPlan,
  averageOver,
  averageUntil,
  type Federation,
  gather,
  newtonOver,
} from '../federate/testing-averaging.ts';
import { benchRows, deal } from './averaging-data.ts';
import { quick, report, say } from './bench.ts';

const organisations = 5;
const folds = quick ? 1 : 5;
const local = { batchSize: 32, learningRate: 0.05, lambda: 1e-3 } as const;
const lambda = 1e-3;
const epochs = 2;
const rounds = 30;
/** With a stop: rounds at most, and rounds without a lower loss on the rows kept out. */
const mostRounds = 100;
const patience = 10;
const mu = 0.1;
/** Epochs of one organisation with all rows: as many as each member has over all rounds. */
const pooledEpochs = epochs * rounds;
const average: ServerRule = { kind: 'average', learningRate: 1 };
const rules: { [name: string]: { rule: ServerRule; mu: number } } = {
  FedAvg: { rule: average, mu: 0 },
  FedProx: { rule: average, mu },
  FedAdam: { rule: { kind: 'adam', ...adaptiveDefaults }, mu: 0 },
  FedYogi: { rule: { kind: 'yogi', ...adaptiveDefaults }, mu: 0 },
  FedAdagrad: { rule: { kind: 'adagrad', ...adaptiveDefaults, learningRate: 0.1 }, mu: 0 },
};

const { name, source, folds: foldOf, kinds } = benchRows();
const sums: { [figure: string]: number[] } = {};
const note = (figure: string, value: number) => {
  sums[figure] ??= [];
  sums[figure].push(value);
};

type Skew = { readonly skew: string; readonly classOf: (row: number) => string };
const skews: Skew[] = [
  { skew: 'by label', classOf: (row) => String(source.labels[row]) },
  { skew: 'by kind', classOf: (row) => kinds[row]! },
];

function judge(figure: string, model: AveragedModel, weights: Float64Array, held: Table): void {
  const scores = predict(model, weights, held);
  note(`${figure} AUC`, auc(rank({ scores, labels: held.labels })));
  note(`${figure} log-loss`, logLoss({ scores, labels: held.labels }));
}

const networkOf = (inputs: number): AveragedModel => ({ kind: 'perceptron', inputs, hidden: [16], activation: 'tanh' });
const logisticOf = (inputs: number): AveragedModel => ({ kind: 'logistic', inputs });

function pooled(standardiser: Standardiser, train: Uint32Array, held: Table): void {
  const table = standardise(prepare({ ...source, rows: train }), standardiser);
  const one = gather([{ ...source, rows: train }]);
  judge('logistic, all rows', logisticOf(held.width), newtonOver(one, { lambda }).weights, held);
  const model = networkOf(held.width);
  const start = initialWeights(model, 1);
  const { delta } = localUpdate({ ...local, model, weights: start, table, epochs: pooledEpochs, seed: 1 });
  judge(
    'perceptron, all rows',
    model,
    start.map((each, at) => each + delta[at]!),
    held,
  );
}

/** Each organisation by itself, with its own standardiser; those that have one class only, or too few rows for any column, cannot. */
function alone(skew: string, parts: readonly Uint32Array[], rows: Uint32Array): void {
  const areas: number[] = [];
  for (const part of parts) {
    const positives = part.reduce((sum, row) => sum + source.labels[row]!, 0);
    if (positives === 0 || positives === part.length) {
      areas.push(0.5);
      continue;
    }
    const own = gather([{ ...source, rows: part }], 1);
    const table = standardise(prepare({ ...source, rows }), own.standardiser);
    const scores = predict(logisticOf(table.width), newtonOver(own, { lambda }).weights, table);
    areas.push(auc(rank({ scores, labels: table.labels })));
  }
  note(`logistic, alone, mean, ${skew} AUC`, areas.reduce((sum, area) => sum + area, 0) / areas.length);
  note(`logistic, alone, worst, ${skew} AUC`, Math.min(...areas));
}

function planOf(model: AveragedModel, { rule, mu }: { rule: ServerRule; mu: number }): AveragingPlan {
  return {
    model,
    rule,
    rounds,
    start: initialWeights(model, 1),
    local: { ...local, epochs, mu },
    terms: { clip: 5, weighting: { by: 'rows', rowsCap: 5000 } },
  };
}

function together(skew: string, federation: Federation, held: Table): void {
  const { weights, sums: taken } = newtonOver(federation, { lambda });
  judge(`logistic, Newton, ${skew}`, logisticOf(held.width), weights, held);
  note('sums of Newton', taken);
  note('words of a sum of Newton', newtonWords(held.width));
  for (const [kind, modelOf] of [
    ['logistic', logisticOf],
    ['perceptron', networkOf],
  ] as const) {
    const model = modelOf(held.width);
    for (const [rule, plan] of Object.entries(rules)) {
      judge(`${kind}, ${rule}, ${skew}`, model, averageOver(federation, planOf(model, plan)), held);
    }
  }
}

/** Perceptrons, each member keeping a tenth of its rows out to see when to stop. */
function stopped(skew: string, parts: readonly Uint32Array[], rows: Uint32Array): void {
  const some = (tenth: boolean) =>
    parts.map((part) => ({ ...source, rows: part.filter((_, place) => (place % 10 === 9) === tenth) }));
  const federation = gather(some(false));
  const held = standardise(prepare({ ...source, rows }), federation.standardiser);
  const model = networkOf(held.width);
  for (const [rule, plan] of Object.entries(rules)) {
    const asked = { ...planOf(model, plan), rounds: mostRounds };
    const { weights, rounds: taken } = averageUntil(federation, asked, some(true), patience);
    judge(`perceptron, ${rule} stopped, ${skew}`, model, weights, held);
    note(`rounds, perceptron, ${rule} stopped, ${skew}`, taken);
  }
}

for (let fold = 0; fold < folds; fold += 1) {
  say(`fold ${fold + 1} of ${folds}`);
  const all = Uint32Array.from(foldOf, (_, row) => row);
  const train = all.filter((row) => foldOf[row] !== fold);
  const rows = all.filter((row) => foldOf[row] === fold);
  for (const [place, { skew, classOf }] of skews.entries()) {
    const parts = deal(train, classOf, organisations, 10 * fold + place);
    say(
      `  ${skew}: ${parts.map((part) => `${part.length} rows, ${part.filter((row) => source.labels[row] === 1).length} positive`).join('; ')}`,
    );
    const federation = gather(parts.map((part) => ({ ...source, rows: part })));
    const held = standardise(prepare({ ...source, rows }), federation.standardiser);
    if (place === 0) pooled(federation.standardiser, train, held);
    alone(skew, parts, rows);
    together(skew, federation, held);
    stopped(skew, parts, rows);
  }
}

const figures = Object.fromEntries(
  Object.entries(sums).map(([figure, values]) => [figure, values.reduce((sum, value) => sum + value, 0) / values.length]),
);
const ratios = Object.fromEntries(
  Object.entries(figures)
    .filter(([figure]) => /AUC$/.test(figure))
    .map(([figure, value]) => [figure, value / figures[`${figure.split(',')[0]}, all rows AUC`]!]),
);
const lines = Object.entries(figures).map(
  ([figure, value]) => `  ${figure.padEnd(52)} ${value.toFixed(/^(words|sums|rounds)/.test(figure) ? 1 : 4)}`,
);
report('averaging', figures, ratios, [`${name}, ${source.labels.length} rows, mean of ${folds} held-out folds:`, ...lines]);
