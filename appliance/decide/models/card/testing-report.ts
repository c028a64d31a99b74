// A training's report as a telco's churn would give it, by a seed: twenty columns, five folds, and everything that a card can show. And a
// few reports that are nothing like it.

import type { Figures, GroupFigures, Report } from '../training/report.ts';
import type { Text } from './markup.ts';

/** Mulberry32: small, seeded, the same everywhere. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const telcoTitles: ReadonlyMap<string, Text> = new Map([
  ['Churn', { en: 'Left last quarter', zh: '上季度流失' }],
  ['Contract', { en: 'Contract', zh: '合约类型' }],
  ['tenure', { en: 'Months as a customer', zh: '在网月数' }],
  ['MonthlyCharges', { en: 'Monthly charges', zh: '月费' }],
  ['TotalCharges', { en: 'Total charges', zh: '累计费用' }],
  ['InternetService', { en: 'Internet service', zh: '宽带类型' }],
  ['PaymentMethod', { en: 'Payment method', zh: '支付方式' }],
  ['gender', { en: 'Gender', zh: '性别' }],
  ['SeniorCitizen', { en: 'Senior citizen', zh: '是否老年' }],
  ['LastContactAt', { en: 'Last contact', zh: '最近联系' }],
]);

const columns = [
  'Contract',
  'tenure',
  'InternetService',
  'MonthlyCharges',
  'PaymentMethod',
  'TotalCharges',
  'LastContactAt',
  'OnlineSecurity',
  'TechSupport',
  'PaperlessBilling',
  'MultipleLines',
  'SeniorCitizen',
  'StreamingMovies',
  'OnlineBackup',
  'Dependents',
  'StreamingTV',
  'DeviceProtection',
  'Partner',
  'gender',
  'PhoneService',
];

type Customer = { score: number; label: 0 | 1; fold: number; senior: boolean; female: boolean };

const sigmoid = (margin: number) => 1 / (1 + Math.exp(-margin));

function customersOf(rows: number, random: () => number): Customer[] {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Array.from({ length: rows }, (_, at) => {
    const senior = random() < 0.16;
    const margin = -1.75 + 1.75 * normal() + (senior ? 0.7 : 0);
    const score = sigmoid(margin);
    return { score, label: random() < score ? 1 : 0, fold: at % 5, senior, female: random() < 0.5 };
  });
}

function aucOf(customers: readonly Customer[]): number {
  const sorted = [...customers].sort((a, b) => a.score - b.score);
  let [below, pairs] = [0, 0];
  for (const { label } of sorted) {
    if (label === 0) below += 1;
    else pairs += below;
  }
  return pairs / (below * (customers.length - below));
}

function figuresOf(customers: readonly Customer[]): Figures {
  const mean = (of: (customer: Customer) => number) =>
    customers.reduce((sum, customer) => sum + of(customer), 0) / customers.length;
  return {
    rocAuc: aucOf(customers),
    logLoss: mean(({ score, label }) => -Math.log(label ? score : 1 - score)),
    brier: mean(({ score, label }) => (score - label) ** 2),
    averagePrecision: 0.655 + (aucOf(customers) - 0.85),
    calibrationError: 0.011 + Math.abs(mean(({ score, label }) => score - label)),
  };
}

function curvesOf(customers: readonly Customer[]): Report['curves'] {
  const sorted = [...customers].sort((a, b) => b.score - a.score);
  const positives = sorted.filter(({ label }) => label === 1).length;
  const negatives = sorted.length - positives;
  let [hits, misses] = [0, 0];
  const roc = [{ x: 0, y: 0, threshold: 1 }];
  const precisionRecall: { x: number; y: number; threshold: number }[] = [];
  sorted.forEach(({ label, score: threshold }, at) => {
    if (label) hits += 1;
    else misses += 1;
    if (at % 12 !== 11 && at !== sorted.length - 1) return;
    roc.push({ x: misses / negatives, y: hits / positives, threshold });
    precisionRecall.push({ x: hits / positives, y: hits / (hits + misses), threshold });
  });
  const tenth = sorted.length / 10;
  let found = 0;
  const lift = Array.from({ length: 10 }, (_, at) => {
    const part = sorted.slice(Math.round(at * tenth), Math.round((at + 1) * tenth));
    const right = part.filter(({ label }) => label === 1).length;
    found += right;
    const share = right / part.length / (positives / sorted.length);
    return { decile: at + 1, rows: part.length, positives: right, lift: share, gain: found / positives };
  });
  const calibration = Array.from({ length: 10 }, (_, at) => {
    const part = sorted.filter(({ score }) => Math.min(9, Math.floor(score * 10)) === at);
    const mean = (of: (customer: Customer) => number) => part.reduce((sum, customer) => sum + of(customer), 0) / part.length;
    const meanScore = mean(({ score }) => score);
    return { from: at / 10, to: (at + 1) / 10, rows: part.length, meanScore, positiveRate: mean(({ label }) => label) };
  });
  return { roc, precisionRecall, calibration, lift };
}

function confusionOf(customers: readonly Customer[], threshold: number): Report['decision']['confusion'] {
  const of = (called: boolean, label: 0 | 1) =>
    customers.filter((customer) => customer.score >= threshold === called && customer.label === label).length;
  const [truePositives, falsePositives, falseNegatives] = [of(true, 1), of(true, 0), of(false, 1)];
  const precision = truePositives / (truePositives + falsePositives);
  const recall = truePositives / (truePositives + falseNegatives);
  const f1 = (2 * precision * recall) / (precision + recall);
  return { threshold, truePositives, falsePositives, falseNegatives, trueNegatives: of(false, 0), precision, recall, f1 };
}

function groupOf(group: string, part: readonly Customer[], threshold: number): GroupFigures {
  const share = (of: (customer: Customer) => number) => part.reduce((sum, customer) => sum + of(customer), 0) / part.length;
  const { recall } = confusionOf(part, threshold);
  const selectedRate = share(({ score }) => (score >= threshold ? 1 : 0));
  const meanScore = share(({ score }) => score);
  return {
    group,
    rows: part.length,
    positiveRate: share(({ label }) => label),
    meanScore,
    selectedRate,
    recall,
    rocAuc: aucOf(part),
  };
}

function fairnessOf(customers: readonly Customer[], threshold: number): Report['fairness'] {
  const of = (column: string, groups: GroupFigures[]) => {
    const rates = groups.map(({ selectedRate }) => selectedRate);
    return { column, groups, selectedRatio: Math.min(...rates) / Math.max(...rates) };
  };
  const part = (group: string, is: (customer: Customer) => boolean) => groupOf(group, customers.filter(is), threshold);
  return [
    of('gender', [part('Female', ({ female }) => female), part('Male', ({ female }) => !female)]),
    of('SeniorCitizen', [part('0', ({ senior }) => !senior), part('1', ({ senior }) => senior)]),
  ];
}

const dependence: Report['partialDependence'] = [
  {
    column: 'Contract',
    kind: 'category',
    points: [
      { value: 'Month-to-month', mean: 0.352, rows: 3875 },
      { value: 'One year', mean: 0.205, rows: 1473 },
      { value: 'Two year', mean: 0.118, rows: 1695 },
    ],
  },
  {
    column: 'tenure',
    kind: 'number',
    points: Array.from({ length: 24 }, (_, at) => ({
      value: at * 3 + 1,
      mean: 0.18 + 0.27 * Math.exp(-at / 4.5),
      rows: Math.round(150 + 700 * Math.exp(-at / 2) + (at > 20 ? 220 : 0)),
    })),
  },
  {
    column: 'InternetService',
    kind: 'category',
    points: [
      { value: 'DSL', mean: 0.212, rows: 2421 },
      { value: 'Fiber optic', mean: 0.341, rows: 3096 },
      { value: 'No', mean: 0.165, rows: 1526 },
    ],
  },
  {
    column: 'MonthlyCharges',
    kind: 'number',
    points: Array.from({ length: 20 }, (_, at) => ({
      value: 18.25 + at * 5.3,
      mean: 0.2 + 0.12 * sigmoid((at - 11) / 1.4),
      rows: Math.round(at < 2 ? 780 : 140 + 90 * Math.sin(at / 2) ** 2 + at * 14),
    })),
  },
  {
    column: 'TotalCharges',
    kind: 'number',
    points: Array.from({ length: 16 }, (_, at) => ({
      value: 18.8 + at ** 2 * 38.6,
      mean: 0.31 - 0.09 * (1 - Math.exp(-at / 3)),
      rows: Math.round(620 - at * 25),
    })),
  },
  {
    column: 'LastContactAt',
    kind: 'time',
    points: Array.from({ length: 13 }, (_, at) => ({
      value: Date.UTC(2024, at, 1),
      mean: 0.24 + 0.05 * Math.sin(at / 2),
      rows: 300 + at * 30,
    })),
  },
];

const examples: Report['examples'] = [
  {
    row: 2141,
    score: 0.872,
    label: 1,
    reasons: [
      { column: 'Contract', value: 'Month-to-month', shap: 0.74 },
      { column: 'tenure', value: 1, shap: 0.69 },
      { column: 'InternetService', value: 'Fiber optic', shap: 0.52 },
      { column: 'TotalCharges', value: null, shap: -0.18 },
    ],
  },
  {
    row: 518,
    score: 0.641,
    label: 0,
    reasons: [
      { column: 'PaymentMethod', value: 'Electronic check', shap: 0.41 },
      { column: 'MonthlyCharges', value: 94.4, shap: 0.37 },
      { column: 'tenure', value: 38, shap: -0.33 },
      { column: 'LastContactAt', value: Date.UTC(2024, 10, 18), shap: 0.16 },
    ],
  },
  {
    row: 6020,
    score: 0.287,
    label: 0,
    reasons: [
      { column: 'Contract', value: 'One year', shap: -0.49 },
      { column: 'InternetService', value: 'Fiber optic', shap: 0.44 },
      { column: 'TotalCharges', value: 4512.65, shap: -0.2 },
    ],
  },
  {
    row: 77,
    score: 0.018,
    label: 0,
    reasons: [
      { column: 'Contract', value: 'Two year', shap: -1.32 },
      { column: 'tenure', value: 71, shap: -0.91 },
      { column: 'InternetService', value: 'No', shap: -0.58 },
    ],
  },
];

function importanceOf(random: () => number): Report['importance'] {
  const sizes = columns.map((_, at) => 0.62 * Math.exp(-at / 4) * (0.85 + 0.3 * random()));
  const all = sizes.reduce((sum, size) => sum + size, 0);
  return [...sizes]
    .sort((a, b) => b - a)
    .map((size, at) => ({
      column: columns[at]!,
      meanAbsShap: size,
      share: size / all,
      ranks: {
        best: Math.max(1, at - Math.floor(random() * 2)),
        worst: at + 1 + Math.floor(random() * (at === 4 ? 0 : 3)) + (at === 4 ? 5 : 0),
      },
    }));
}

export function telcoReport(seed = 20_240): Report {
  const random = randomOf(seed);
  const customers = customersOf(7043, random);
  const folds = [0, 1, 2, 3, 4].map((fold) => customers.filter((customer) => customer.fold === fold));
  const positivesOf = (part: readonly Customer[]) => part.filter(({ label }) => label === 1).length;
  const figures = figuresOf(customers);
  const rate = positivesOf(customers) / customers.length;
  const threshold = 0.1671;
  const prior = -(rate * Math.log(rate) + (1 - rate) * Math.log(1 - rate));
  return {
    format: 1,
    data: {
      name: 'telco-customers.csv',
      rows: 7054,
      rejectedRows: 3,
      unlabelledRows: 11,
      label: { column: 'Churn', positive: 'Yes', negative: ['No'] },
      positives: positivesOf(customers),
    },
    columns: {
      used: columns,
      dropped: [
        { column: 'customerID', reason: 'identifier' },
        { column: 'Country', reason: 'constant' },
        { column: 'ChargesPerMonth', reason: 'duplicate', of: 'MonthlyCharges' },
        { column: 'CancellationReason', reason: 'leak', auc: 0.9987 },
        { column: 'PostalCode', reason: 'asked' },
      ],
      suspects: [{ column: 'LastContactAt', auc: 0.957 }],
    },
    split: { kind: 'stratified', folds: 5, seed: 20_240 },
    crossValidation: {
      ...figures,
      rocAucDeviation: 0.0091,
      folds: folds.map((part) => ({ ...figuresOf(part), rows: part.length, positives: positivesOf(part) })),
    },
    baseline: {
      logistic: {
        rocAuc: figures.rocAuc - 0.0163,
        logLoss: figures.logLoss + 0.012,
        calibrationError: 0.019,
        averagePrecision: figures.averagePrecision - 0.021,
        brier: figures.brier + 0.004,
      },
      prior: { logLoss: prior },
    },
    curves: curvesOf(customers),
    decision: { costs: { falsePositive: 1, falseNegative: 5 }, confusion: confusionOf(customers, threshold) },
    importance: importanceOf(random),
    partialDependence: dependence,
    examples,
    fairness: fairnessOf(customers, threshold),
    model: {
      features: 46,
      members: [
        {
          kind: 'trees',
          weight: 0.68,
          trees: 412,
          settings: { learningRate: 0.035, maxLeaves: 24, minChildWeight: 18.5, l2: 3.2 },
        },
        { kind: 'linear', weight: 0.32, settings: { l2: 0.0148, penalty: 'elastic-net', l1Ratio: 0.2 } },
      ],
      calibration: 'isotonic',
    },
    settings: { seed: 7, tries: 60, innerFolds: 4 },
  };
}

/** Everything that a number can be missing as. What came through JSON has null where NaN was. */
export function withHoles(report: Report, hole: number | null): Report {
  const empty = (value: unknown): unknown => {
    if (typeof value === 'number') return hole;
    if (Array.isArray(value)) return value.map(empty);
    if (value !== null && typeof value === 'object')
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, empty(inner)]));
    return value;
  };
  return empty(report) as Report;
}

/** Nothing of what may be absent is there. */
export function bareReport(): Report {
  const full = telcoReport();
  return {
    ...full,
    columns: { used: ['tenure'], dropped: [], suspects: [] },
    crossValidation: { ...full.crossValidation, rocAucDeviation: Number.NaN, folds: [] },
    curves: { roc: [], precisionRecall: [], calibration: [], lift: [] },
    importance: [{ column: 'tenure', meanAbsShap: 0, share: Number.NaN, ranks: { best: 1, worst: 1 } }],
    partialDependence: [{ column: 'tenure', kind: 'number', points: [{ value: 1, mean: 0.2, rows: 10 }] }],
    examples: [],
    fairness: [],
    model: { features: 0, members: [], calibration: 'none' },
  };
}

/** Far more of everything than a screen has room for. */
export function crowdedReport(): Report {
  const full = telcoReport();
  const names = Array.from({ length: 200 }, (_, at) => `${'a_very_long_column_name_without_any_space_'.repeat(3)}${at}`);
  return {
    ...full,
    data: { ...full.data, name: 'x'.repeat(400), label: { column: names[0]!, positive: 'Y'.repeat(300), negative: names } },
    columns: {
      used: names,
      dropped: names.map((column) => ({ column, reason: 'duplicate', of: names[0]! })),
      suspects: names.slice(0, 30).map((column) => ({ column, value: 'v'.repeat(200), rows: 123_456 })),
    },
    importance: names.map((column, at) => ({ column, meanAbsShap: 1e-9, share: 0.005, ranks: { best: 1, worst: 200 - at } })),
    partialDependence: names.map((column, at) => ({
      column,
      kind: at % 2 === 0 ? 'category' : 'number',
      points: names.map((value, row) => ({ value: at % 2 === 0 ? value : row * 1e12, mean: 0.999, rows: 1e9 })),
    })),
    examples: names.map((column, row) => ({
      row,
      score: 1,
      label: 1,
      reasons: names.map((value) => ({ column, value, shap: 40 })),
    })),
    fairness: [
      {
        column: names[1]!,
        selectedRatio: 0,
        groups: names.map((group) => ({ ...full.fairness[0]!.groups[0]!, group, rocAuc: null })),
      },
    ],
  };
}
