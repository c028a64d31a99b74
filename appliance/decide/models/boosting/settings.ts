// What a training is asked to do: the settings of gradient-boosted trees with their defaults and bounds, and the tables it works on.

import { Fault } from '../../../core/errors.ts';
import type { Tree } from '../../../core/model/scoring.ts';

/** Columns of single-precision numbers in shared memory, all of `rows` cells; NaN is missing. */
export type FeatureTable = { readonly rows: number; readonly columns: readonly Float32Array<SharedArrayBuffer>[] };

/**
 * A table in bins, for as many trainings as wanted. `bins` is row-major, `stride` bytes a row (columns rounded up to 4). A number's bin is that
 * of the first edge not below it; above all edges is one more; the bin after that one is for missing. Edges rise strictly.
 */
export type BinnedTable = {
  readonly rows: number;
  readonly stride: number;
  readonly edges: readonly Float32Array[];
  readonly bins: Uint8Array<SharedArrayBuffer>;
};

export type Objective = 'logistic' | 'squared';
/** Depth-wise: level by level to `maxDepth`. Leaf-wise: always the leaf that gains most, up to `maxLeaves`. */
export type Growth = 'depth' | 'leaf';

export type Settings = {
  readonly objective: Objective;
  /** Trees at most. */
  readonly trees: number;
  /** What each leaf is multiplied by; eta of XGBoost. */
  readonly learningRate: number;
  readonly growth: Growth;
  readonly maxDepth: number;
  readonly maxLeaves: number;
  /** Least sum of hessians in a child: min_child_weight of XGBoost. */
  readonly minChildHessian: number;
  /** L2 on leaf weights. */
  readonly lambda: number;
  /** L1 on leaf weights. */
  readonly alpha: number;
  /** A split must gain more than this: min_split_loss of XGBoost, here asked before the split and not by pruning after. */
  readonly gamma: number;
  /** Share of rows and of columns that each tree sees, in (0, 1]. */
  readonly rowSample: number;
  readonly columnSample: number;
  /** Of both samples; 32 bits. */
  readonly seed: number;
  /** For each column 1 (margin never falls as it rises), -1 (never rises) or 0. */
  readonly monotone: readonly (-1 | 0 | 1)[] | undefined;
  /** Stops after so many trees without a better validation loss, and keeps those up to the best. 0: never. */
  readonly earlyStoppingTrees: number;
};

export const defaults: Settings = {
  objective: 'logistic',
  trees: 100,
  learningRate: 0.1,
  growth: 'depth',
  maxDepth: 6,
  maxLeaves: 31,
  minChildHessian: 1,
  lambda: 1,
  alpha: 0,
  gamma: 0,
  rowSample: 1,
  columnSample: 1,
  seed: 0,
  monotone: undefined,
  earlyStoppingTrees: 0,
};

/** Depth of leaf-wise trees when nobody says. */
const leafWiseDepth = 16;

export const limits = {
  /** Fixed point: each row may add half a step, and 2^26 of them leave five bits for what they sum to at the very least. */
  rows: 2 ** 26,
  columns: 16_384,
  trees: 10_000,
  maxDepth: 16,
  maxLeaves: 4096,
  bins: 256,
  threads: 64,
} as const;

/** A gain below this is noise of the last bits; kRtEps of XGBoost. */
export const leastGain = 1e-6;

/**
 * Fills in defaults.
 * @throws {Fault} `bad_request` names the setting that is out of bounds
 */
export function settingsOf(given: Partial<Settings>, columns: number): Settings {
  const depth = given.growth === 'leaf' ? { maxDepth: leafWiseDepth } : {};
  const settings = { ...defaults, ...depth, ...given };
  const whole = (name: 'trees' | 'maxDepth' | 'maxLeaves' | 'earlyStoppingTrees' | 'seed', from: number, to: number) => {
    const value = settings[name];
    if (!Number.isInteger(value) || value < from || value > to) refuse(name, `a whole number from ${from} to ${to}`, value);
  };
  const between = (name: keyof Settings, holds: (value: number) => boolean, expected: string) => {
    const value = settings[name];
    if (typeof value !== 'number' || !Number.isFinite(value) || !holds(value)) refuse(name, expected, value);
  };
  if (settings.objective !== 'logistic' && settings.objective !== 'squared') refuse('objective', 'logistic or squared');
  if (settings.growth !== 'depth' && settings.growth !== 'leaf') refuse('growth', 'depth or leaf');
  whole('trees', 1, limits.trees);
  whole('maxDepth', 1, limits.maxDepth);
  whole('maxLeaves', 2, limits.maxLeaves);
  whole('earlyStoppingTrees', 0, limits.trees);
  whole('seed', 0, 0xffffffff);
  between('learningRate', (value) => value > 0 && value <= 1, 'above 0, at most 1');
  for (const name of ['minChildHessian', 'lambda', 'alpha', 'gamma'] as const)
    between(name, (value) => value >= 0 && value <= 1e12, '0 or more');
  for (const name of ['rowSample', 'columnSample'] as const)
    between(name, (value) => value > 0 && value <= 1, 'above 0, at most 1');
  const { monotone } = settings;
  if (monotone && (monotone.length !== columns || monotone.some((way) => way !== 0 && way !== 1 && way !== -1)))
    refuse('monotone', `-1, 0 or 1 for each of ${columns} columns`);
  return settings;
}

function refuse(name: string, expected: string, value?: unknown): never {
  throw new Fault('bad_request', `settings.${name}: expected ${expected}${typeof value === 'number' ? `, got ${value}` : ''}`);
}

/** What a training goes on from: the trees so far and how they did. */
export type Checkpoint = { readonly base: number; readonly trees: readonly Tree[]; readonly validationLoss: readonly number[] };

/** Log-loss or mean squared error on the validation rows after each tree; empty without any. */
export type History = { readonly validationLoss: readonly number[]; readonly bestTrees: number };
