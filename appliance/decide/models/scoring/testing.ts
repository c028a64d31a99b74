// Random models and rows for property tests, with what breaks scorers: values equal to thresholds and next to them, infinities, denormals,
// levels nobody saw; and the slow twin of the scorer, written straight from core/model/scoring.ts.

import fc from 'fast-check';
import { categoryColumn, levelAt, type Matrix, numberAt, numberColumn, type Storage } from '../../../core/matrix/matrix.ts';
import type { Blend, Calibration, Feature, InputColumn, Linear, ScoringModel, Tree, Trees } from '../../../core/model/scoring.ts';
import type { Row } from './scoring.ts';

/** A generator of numbers 0 to 1 (mulberry32), for what a seed of fast-check should make. */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const extremes = [0, -0, 1, -1, 0.1, 1e-45, -1e-45, 1.1754944e-38, 3.4028234663852886e38, -3.4028234663852886e38, 16777217, 1e10];
const oddLevels = ['a', 'b', 'gold', '金', '__proto__', 'constructor', 'é', '�', ' ', 'NaN', '😀'];

export type Shape = {
  seed: number;
  numbers: number;
  times: number;
  categories: number;
  trees: number;
  depth: number;
  margin: 'trees' | 'linear' | 'blend';
  calibration: 'plain' | 'platt' | 'isotonic';
};

/** One with everything that a model may have, for tests that need any. */
export const blendShape: Shape = {
  seed: 7,
  numbers: 3,
  times: 1,
  categories: 2,
  trees: 10,
  depth: 5,
  margin: 'blend',
  calibration: 'isotonic',
};

export const shapes = fc.record<Shape>({
  seed: fc.integer(),
  numbers: fc.integer({ min: 1, max: 4 }),
  times: fc.integer({ min: 0, max: 2 }),
  categories: fc.integer({ min: 0, max: 3 }),
  trees: fc.integer({ min: 0, max: 12 }),
  depth: fc.integer({ min: 0, max: 7 }),
  margin: fc.constantFrom('trees', 'linear', 'blend'),
  calibration: fc.constantFrom('plain', 'platt', 'isotonic'),
});

type Dice = { next(): number; below(limit: number): number; pick<T>(from: readonly T[]): T };
function dice(seed: number): Dice {
  const next = seeded(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  return { next, below, pick: (from) => from[below(from.length)]! };
}

/** The same model for the same shape. */
export function randomModel(shape: Shape): ScoringModel {
  const roll = dice(shape.seed);
  const inputs: InputColumn[] = [];
  for (let at = 0; at < shape.numbers; at += 1) inputs.push({ name: `number ${at}`, kind: 'number' });
  for (let at = 0; at < shape.times; at += 1) inputs.push({ name: `time ${at}`, kind: 'time' });
  for (let at = 0; at < shape.categories; at += 1) {
    const levels = oddLevels.filter(() => roll.next() < 0.6);
    inputs.push({ name: `类别 ${at}`, kind: 'category', levels, ...(roll.next() < 0.3 && { others: 'missing' }) });
  }
  const features = inputs.flatMap((input) => featuresOf(input, roll));
  if (roll.next() < 0.3) features.reverse();
  const trees = (): Trees => ({
    kind: 'trees',
    base: roll.next() * 2 - 1,
    trees: Array.from({ length: shape.trees }, () => randomTree(features, shape.depth, roll)),
  });
  const linear = (): Linear => ({
    kind: 'linear',
    base: roll.next() - 0.5,
    weights: features.map(() => (roll.next() < 0.1 ? 0 : roll.next() * 2 - 1)),
    centers: features.map(({ how }) => (how === 'time' ? 19_000 : roll.next())),
    scales: features.map(() => 0.1 + roll.next()),
  });
  const blend = (): Blend => ({
    kind: 'blend',
    parts: [
      { weight: 0.5, of: trees() },
      { weight: 0.125, of: linear() },
      { weight: 0.375, of: trees() },
    ],
  });
  const margin = shape.margin === 'trees' ? trees() : shape.margin === 'linear' ? linear() : blend();
  return { format: 1, inputs, features, margin, calibration: randomCalibration(shape.calibration, roll) };
}

function featuresOf(input: InputColumn, roll: Dice): Feature[] {
  const missing: Feature[] = roll.next() < 0.4 ? [{ name: `${input.name} missing`, input: input.name, how: 'missing' }] : [];
  if (input.kind !== 'category') {
    const log: Feature[] =
      input.kind === 'number' && roll.next() < 0.4 ? [{ name: `${input.name} log`, input: input.name, how: 'log' }] : [];
    const [step, low] = [2 ** -roll.below(30), roll.next() - 0.7];
    const cut: Feature[] =
      input.kind === 'number' && roll.next() < 0.4
        ? [{ name: `${input.name} cut`, input: input.name, how: 'cut', step, low, high: low + roll.next() }]
        : [];
    return [{ name: input.name, input: input.name, how: input.kind }, ...log, ...cut, ...missing];
  }
  const coded: Feature = {
    name: `${input.name} coded`,
    input: input.name,
    how: 'coded',
    codes: Object.fromEntries(input.levels.filter(() => roll.next() < 0.7).map((level) => [level, roll.next() * 4 - 2])),
    other: roll.next(),
  };
  const is = input.levels
    .slice(0, 3)
    .map((level): Feature => ({ name: `${input.name} = ${level}`, input: input.name, how: 'is', level }));
  return [coded, ...is, ...missing];
}

function randomTree(features: readonly Feature[], depth: number, roll: Dice): Tree {
  const nodes: {
    feature: number;
    threshold: number;
    missingLeft: 0 | 1;
    left: number;
    right: number;
    value: number;
    cover: number;
  }[] = [];
  const grow = (left: number, cover: number): number => {
    const at = nodes.length;
    const leaf = { feature: -1, threshold: 0, missingLeft: 0 as const, left: 0, right: 0, value: 0, cover };
    nodes.push({ ...leaf, value: Math.fround(roll.next() - 0.5) });
    if (left === 0 || roll.next() < 0.15) return at;
    const feature = roll.below(features.length);
    const share = 0.05 + 0.9 * roll.next();
    const missingLeft = roll.next() < 0.5 ? 1 : 0;
    nodes[at] = { ...leaf, feature, threshold: randomThreshold(features[feature]!, roll), missingLeft };
    nodes[at].left = grow(left - 1, cover * share);
    nodes[at].right = grow(left - 1, cover * (1 - share));
    return at;
  };
  grow(depth, 1000);
  const column = <K extends keyof Tree>(key: K) => nodes.map((node) => node[key]) as unknown as Tree[K];
  return {
    feature: column('feature'),
    threshold: column('threshold'),
    missingLeft: column('missingLeft'),
    left: column('left'),
    right: column('right'),
    value: column('value'),
    cover: column('cover'),
  };
}

function randomThreshold(feature: Feature, roll: Dice): number {
  if (feature.how === 'time') return 19_000 + roll.below(20) / 2;
  if (feature.how !== 'number') return roll.pick([0, 0.5, 1, roll.next()]);
  return roll.next() < 0.3 ? roll.pick(extremes) : roll.below(8) / 10;
}

function randomCalibration(kind: Shape['calibration'], roll: Dice): Calibration {
  if (kind === 'plain') return { kind: 'platt', a: 1, b: 0 };
  if (kind === 'platt') return { kind: 'platt', a: 0.2 + roll.next() * 3, b: roll.next() - 0.5 };
  const points = 1 + roll.below(12);
  const rising = (step: () => number, from: number) => {
    let at = from;
    return Array.from({ length: points }, () => {
      at += step();
      return at;
    });
  };
  return {
    kind: 'isotonic',
    margins: rising(() => (roll.next() < 0.3 ? 1e-7 : 0.01 + roll.next() / 2), -2),
    probabilities: rising(() => (roll.next() < 0.3 ? 0 : roll.next() / points), 0),
  };
}

/** Rows that suit a model and hurt it. */
export function randomRows(model: ScoringModel, rows: number, seed: number): Row[] {
  const roll = dice(seed);
  const thresholds = thresholdsOf(model);
  return Array.from({ length: rows }, () => {
    const row: { [input: string]: number | string | undefined } = {};
    for (const input of model.inputs) {
      if (roll.next() < 0.15)
        row[input.name] = input.kind === 'category' ? roll.pick(['', undefined]) : roll.pick([Number.NaN, undefined]);
      else if (input.kind === 'category') row[input.name] = roll.pick([...oddLevels, 'never seen', '\ud800', 'a\0b', 'A']);
      else if (input.kind === 'time') row[input.name] = 86_400_000 * (19_000 + roll.below(21) / 2) + roll.pick([0, 0, 1, -1]);
      else row[input.name] = randomNumber(thresholds.get(input.name) ?? [0], roll);
    }
    return row;
  });
}

function randomNumber(thresholds: readonly number[], roll: Dice): number {
  const chance = roll.next();
  if (chance < 0.35) return roll.pick(thresholds);
  if (chance < 0.5) return Math.fround(roll.pick(thresholds)) * (1 + roll.pick([1, -1, 2]) * 2 ** -24);
  if (chance < 0.7) return roll.pick([...extremes, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300]);
  return roll.next() * 2 - 0.5;
}

function thresholdsOf(model: ScoringModel): Map<string, number[]> {
  const found = new Map<string, number[]>();
  const parts = model.margin.kind === 'blend' ? model.margin.parts.map(({ of }) => of) : [model.margin];
  for (const part of parts) {
    for (const tree of part.kind === 'trees' ? part.trees : []) {
      tree.feature.forEach((feature, node) => {
        if (feature < 0) return;
        const { input } = model.features[feature]!;
        found.set(input, [...(found.get(input) ?? []), tree.threshold[node]!]);
      });
    }
  }
  return found;
}

/** The rows as a matrix; numbers in single precision where the storage says so. */
export function matrixOf(model: ScoringModel, rows: readonly Row[], storage: Storage = 'f64'): Matrix {
  const columns = model.inputs.map((input) => {
    const values = rows.map((row) => row[input.name]);
    if (input.kind === 'category') return categoryColumn(input.name, values as (string | undefined)[]);
    const numbers = values.map((value) => (value as number | undefined) ?? Number.NaN);
    return numberColumn(input.name, numbers, input.kind === 'time' ? 'f64' : storage, input.kind);
  });
  return { rows: rows.length, columns };
}

/** The slow twin: one row of a matrix, word for word. */
export function naiveMargin(model: ScoringModel, matrix: Matrix, row: number): number {
  const features = model.features.map((feature): number => {
    const column = matrix.columns.find(({ name }) => name === feature.input)!;
    if (column.kind !== 'category') {
      const value = numberAt(column, row);
      if (feature.how === 'missing') return Number.isNaN(value) ? 1 : 0;
      if (feature.how === 'log') {
        const single = Math.fround(value);
        return Math.fround((single < 0 ? -1 : 1) * Math.log(1 + Math.abs(single)));
      }
      if (feature.how === 'cut') {
        const whole = Math.floor(Math.fround(value) / feature.step + 0.5) * feature.step;
        return Math.fround(whole < feature.low ? feature.low : Math.min(whole, feature.high));
      }
      return Math.fround(feature.how === 'time' ? value / 86_400_000 : value);
    }
    const input = model.inputs.find(({ name }) => name === feature.input) as Extract<InputColumn, { kind: 'category' }>;
    const told = levelAt(column, row) || undefined;
    const seen = told !== undefined && input.levels.includes(told.toWellFormed().replace(/\0/g, '\ufffd'));
    const level = input.others && !seen ? undefined : told;
    if (feature.how === 'missing') return level === undefined ? 1 : 0;
    if (level === undefined) return Number.NaN;
    const known = level.toWellFormed().replace(/\0/g, '\ufffd');
    if (feature.how === 'is') return known === feature.level ? 1 : 0;
    if (feature.how !== 'coded') throw new Error('not of a category');
    return Math.fround(new Map(Object.entries(feature.codes)).get(known) ?? feature.other);
  });
  const { margin } = model;
  if (margin.kind !== 'blend') return naivePart(margin, features);
  return margin.parts.reduce((sum, { weight, of }) => sum + weight * naivePart(of, features), 0);
}

export function naivePart(of: Trees | Linear, features: ArrayLike<number>): number {
  if (of.kind === 'linear') {
    return of.weights.reduce((sum, weight, at) => {
      const value = features[at]!;
      return Number.isNaN(value) ? sum : sum + (weight * (value - of.centers[at]!)) / of.scales[at]!;
    }, of.base);
  }
  return of.trees.reduce((sum, tree) => {
    let node = 0;
    while (tree.feature[node]! >= 0) {
      const value = features[tree.feature[node]!]!;
      const left = Number.isNaN(value) ? tree.missingLeft[node] === 1 : value <= Math.fround(tree.threshold[node]!);
      node = left ? tree.left[node]! : tree.right[node]!;
    }
    return sum + Math.fround(tree.value[node]!);
  }, of.base);
}
