// What a scoring model must satisfy before anybody scores with it: the shape by a schema, then the rules that tie its parts together.
// Models come from files and from other nodes, so each dimension is bounded and a mistake is answered with its place, never with its value.

import { Ajv } from 'ajv';
import { Type } from 'typebox';
import { Fault } from '../../../core/errors.ts';
import type { Calibration, Linear, ScoringModel, Tree, Trees } from '../../../core/model/scoring.ts';
import { plainText } from './features.ts';

export const scoringLimits = {
  inputs: 10_000,
  features: 50_000,
  levels: 1_000_000,
  nameLength: 1_000,
  trees: 20_000,
  nodes: 131_072,
  depth: 64,
  parts: 100,
  points: 100_000,
} as const;

const name = Type.String({ minLength: 1, maxLength: scoringLimits.nameLength });
const exact = { additionalProperties: false } as const;
const numbers = (maxItems: number) => Type.Array(Type.Number(), { maxItems });
const integers = Type.Array(Type.Integer(), { minItems: 1, maxItems: scoringLimits.nodes });
const tree = Type.Object(
  {
    feature: integers,
    threshold: numbers(scoringLimits.nodes),
    missingLeft: integers,
    left: integers,
    right: integers,
    value: numbers(scoringLimits.nodes),
    cover: numbers(scoringLimits.nodes),
  },
  exact,
);
const trees = Type.Object(
  { kind: Type.Literal('trees'), base: Type.Number(), trees: Type.Array(tree, { maxItems: scoringLimits.trees }) },
  exact,
);
const perFeature = numbers(scoringLimits.features);
const linear = Type.Object(
  { kind: Type.Literal('linear'), base: Type.Number(), weights: perFeature, centers: perFeature, scales: perFeature },
  exact,
);
const part = Type.Object({ weight: Type.Number(), of: Type.Union([trees, linear]) }, exact);
const blend = Type.Object(
  { kind: Type.Literal('blend'), parts: Type.Array(part, { minItems: 1, maxItems: scoringLimits.parts }) },
  exact,
);
const inputBase = { name, kind: Type.Union([Type.Literal('number'), Type.Literal('time')]) };
const category = {
  name,
  kind: Type.Literal('category'),
  levels: Type.Array(Type.String({ minLength: 1, maxLength: scoringLimits.nameLength }), { maxItems: scoringLimits.levels }),
  others: Type.Optional(Type.Literal('missing')),
};
const feature = { name, input: name };
const points = Type.Array(Type.Number(), { minItems: 1, maxItems: scoringLimits.points });
const schema = Type.Object(
  {
    format: Type.Literal(1),
    inputs: Type.Array(Type.Union([Type.Object(inputBase, exact), Type.Object(category, exact)]), {
      minItems: 1,
      maxItems: scoringLimits.inputs,
    }),
    features: Type.Array(
      Type.Union([
        Type.Object(
          {
            ...feature,
            how: Type.Union([Type.Literal('number'), Type.Literal('time'), Type.Literal('log'), Type.Literal('missing')]),
          },
          exact,
        ),
        Type.Object(
          { ...feature, how: Type.Literal('cut'), step: Type.Number(), low: Type.Number(), high: Type.Number() },
          exact,
        ),
        Type.Object({ ...feature, how: Type.Literal('is'), level: Type.String() }, exact),
        Type.Object(
          { ...feature, how: Type.Literal('coded'), codes: Type.Record(Type.String(), Type.Number()), other: Type.Number() },
          exact,
        ),
      ]),
      { minItems: 1, maxItems: scoringLimits.features },
    ),
    margin: Type.Union([trees, linear, blend]),
    calibration: Type.Union([
      Type.Object({ kind: Type.Literal('platt'), a: Type.Number(), b: Type.Number() }, exact),
      Type.Object({ kind: Type.Literal('isotonic'), margins: points, probabilities: points }, exact),
    ]),
  },
  exact,
);

const ajv = new Ajv({ strict: false });
// One branch of a union is told by its word, so that a mistake is not answered with all the branches it is not.
const check = ajv.compile(schema);

/**
 * Checks a model that was read from JSON.
 * @throws {Fault} `model_invalid`; `where` says the place and what is expected there
 */
export function parseScoringModel(json: unknown): ScoringModel {
  if (!check(json)) {
    const errors = (check.errors ?? []).filter(({ keyword }) => keyword !== 'anyOf');
    // The mistake that lies deepest belongs to the branch that was meant.
    const depth = (path: string) => path.split('/').length;
    const branches = (keyword: string) => (keyword === 'const' ? 1 : 0);
    const [first] = errors.sort(
      (a, b) => depth(b.instancePath) - depth(a.instancePath) || branches(a.keyword) - branches(b.keyword),
    );
    refuse(first?.instancePath.slice(1).replaceAll('/', '.') || 'model', first?.message ?? 'is not valid');
  }
  const model = json as ScoringModel;
  checkInputs(model);
  checkFeatures(model);
  const { margin } = model;
  if (margin.kind === 'blend') {
    const sum = margin.parts.reduce((total, { weight }) => total + weight, 0);
    if (!(Math.abs(sum - 1) <= 1e-9)) refuse('margin.parts', 'weights must sum to 1');
    for (const [at, { of }] of margin.parts.entries()) checkPart(of, model.features.length, `margin.parts.${at}.of`);
  } else checkPart(margin, model.features.length, 'margin');
  checkCalibration(model.calibration);
  return model;
}

function refuse(where: string, what: string): never {
  throw new Fault('model_invalid', `${where}: ${what}`);
}

const plain = 'must be well-formed text without NUL';

function checkInputs({ inputs }: ScoringModel): void {
  const names = new Set<string>();
  inputs.forEach((input, at) => {
    if (names.has(input.name)) refuse(`inputs.${at}.name`, 'must not name a column twice');
    if (plainText(input.name) !== input.name) refuse(`inputs.${at}.name`, plain);
    names.add(input.name);
    if (input.kind !== 'category') return;
    if (new Set(input.levels).size !== input.levels.length) refuse(`inputs.${at}.levels`, 'must not name a level twice');
    if (!input.levels.every((level) => plainText(level) === level)) refuse(`inputs.${at}.levels`, plain);
  });
}

function checkFeatures({ inputs, features }: ScoringModel): void {
  const columns = new Map(inputs.map((input) => [input.name, input]));
  const levels = new Map(inputs.map((input) => [input.name, new Set(input.kind === 'category' ? input.levels : [])]));
  const names = new Set<string>();
  for (const [at, one] of features.entries()) {
    const column = columns.get(one.input);
    if (!column) refuse(`features.${at}.input`, 'must be the name of one of the inputs');
    if (names.has(one.name)) refuse(`features.${at}.name`, 'must not name a feature twice');
    names.add(one.name);
    const kinds = {
      number: 'number',
      log: 'number',
      cut: 'number',
      time: 'time',
      is: 'category',
      coded: 'category',
      missing: column.kind,
    } as const;
    const kind = kinds[one.how];
    if (kind !== column.kind) refuse(`features.${at}.how`, `must be made of a column of kind ${kind}`);
    const known = levels.get(one.input)!;
    if (one.how === 'is' && !known.has(one.level)) refuse(`features.${at}.level`, 'must be a level of the input');
    if (one.how === 'cut' && !(one.step > 0 && one.step < Number.POSITIVE_INFINITY && one.low <= one.high))
      refuse(`features.${at}.step`, 'must be above 0, and low at most high');
    if (one.how !== 'coded') continue;
    if (!Object.keys(one.codes).every((level) => known.has(level)))
      refuse(`features.${at}.codes`, 'must be for levels of the input');
    if (![one.other, ...Object.values(one.codes)].every(Number.isFinite))
      refuse(`features.${at}.codes`, 'must be finite numbers');
  }
}

function checkPart(of: Trees | Linear, features: number, where: string): void {
  if (!Number.isFinite(of.base)) refuse(`${where}.base`, 'must be a finite number');
  if (of.kind === 'trees') {
    for (const [at, one] of of.trees.entries()) checkTree(one, features, `${where}.trees.${at}`);
    return;
  }
  for (const key of ['weights', 'centers', 'scales'] as const) {
    if (of[key].length !== features) refuse(`${where}.${key}`, `must be as many as features, ${features}`);
    const bad = of[key].findIndex((value) => !Number.isFinite(value) || (key === 'scales' && value <= 0));
    if (bad >= 0)
      refuse(`${where}.${key}.${bad}`, key === 'scales' ? 'must be a finite number above 0' : 'must be a finite number');
  }
}

function checkTree(one: Tree, features: number, where: string): void {
  const nodes = one.feature.length;
  for (const [key, values] of Object.entries(one) as [keyof Tree, readonly number[]][]) {
    if (values.length !== nodes) refuse(`${where}.${key}`, `must be as many as nodes, ${nodes}`);
    const bad = values.findIndex((value) => !Number.isFinite(value) || (key === 'cover' && value < 0));
    if (bad >= 0) refuse(`${where}.${key}.${bad}`, 'must be a finite number, a cover at least 0');
  }
  const seen = new Uint8Array(nodes);
  const open = [{ node: 0, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, depth } = next;
    if (seen[node]) refuse(`${where}.left.${node}`, 'must lead to each node once');
    seen[node] = 1;
    if (depth > scoringLimits.depth) refuse(where, `must be at most ${scoringLimits.depth} deep`);
    const asked = one.feature[node]!;
    if (!Number.isInteger(asked) || asked < -1 || asked >= features)
      refuse(`${where}.feature.${node}`, 'must be a feature, or -1 for a leaf');
    if (asked < 0) {
      if (!Number.isFinite(Math.fround(one.value[node]!))) refuse(`${where}.value.${node}`, 'must fit single precision');
      continue;
    }
    if (one.missingLeft[node] !== 0 && one.missingLeft[node] !== 1) refuse(`${where}.missingLeft.${node}`, 'must be 0 or 1');
    for (const key of ['left', 'right'] as const) {
      const child = one[key][node]!;
      if (!(child > 0 && child < nodes)) refuse(`${where}.${key}.${node}`, 'must be another node');
      open.push({ node: child, depth: depth + 1 });
    }
  }
  const apart = seen.indexOf(0);
  if (apart >= 0) refuse(`${where}.left`, `must lead to each node, not to node ${apart}`);
  checkCovers(one, where);
}

/** Explanations weigh branches by covers. They were summed in single precision perhaps, hence the tolerance. */
function checkCovers(one: Tree, where: string): void {
  one.feature.forEach((feature, node) => {
    if (feature < 0) return;
    const below = one.cover[one.left[node]!]! + one.cover[one.right[node]!]!;
    const cover = one.cover[node]!;
    if (!(cover > 0 && Math.abs(below - cover) <= 0.01 * cover))
      refuse(`${where}.cover.${node}`, 'must be above 0 and the sum of its children');
  });
}

function checkCalibration(calibration: Calibration): void {
  if (calibration.kind === 'platt') {
    if (![calibration.a, calibration.b].every(Number.isFinite)) refuse('calibration', 'must be finite numbers');
    return;
  }
  const { margins, probabilities } = calibration;
  if (margins.length !== probabilities.length) refuse('calibration.probabilities', 'must be as many as margins');
  margins.forEach((margin, at) => {
    if (!Number.isFinite(margin) || (at > 0 && margin <= margins[at - 1]!)) refuse(`calibration.margins.${at}`, 'must rise');
    const probability = probabilities[at]!;
    if (!(probability >= 0 && probability <= 1)) refuse(`calibration.probabilities.${at}`, 'must be 0 to 1');
    if (at > 0 && probability < probabilities[at - 1]!) refuse(`calibration.probabilities.${at}`, 'must not fall');
  });
}
