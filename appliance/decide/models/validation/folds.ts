// Folds and holdouts: which rows train a model and which test it, as plain data in shared memory. A row's fold follows from the seed and
// its key, not from where it stands, so that the same customers are tested together however the rows were read.

import { hasher } from '../numerics/chance.ts';
import { ascending, gather } from '../numerics/order.ts';

export type Rows = Uint32Array<SharedArrayBuffer>;

/** Row numbers, rising. What is in neither takes no part. */
export type Split = { readonly train: Rows; readonly test: Rows };

/** In no fold. */
export const outside = 0xffff;
export const foldLimits = { folds: 1000 } as const;

/** One entry a row: 0 to count - 1, or `outside`. */
export type Folds = { readonly count: number; readonly foldOf: Uint16Array };

export type FoldOptions = {
  readonly folds: number;
  readonly seed: number;
  /** Of each row, each one different; without them the row's number is its key and its place decides. */
  readonly keys?: ArrayLike<string | number>;
};

/** Each fold once as the test, all others as training. */
export function splitsOf({ count, foldOf }: Folds): Split[] {
  const sizes = new Uint32Array(count);
  let inside = 0;
  for (const fold of foldOf) {
    if (fold === outside) continue;
    sizes[fold]! += 1;
    inside += 1;
  }
  return Array.from(sizes, (size, test) => split(foldOf.length, inside - size, size, (row) => sideOf(foldOf[row]!, test)));
}

type Side = 'train' | 'test' | 'neither';
const sideOf = (fold: number, test: number): Side => (fold === outside ? 'neither' : fold === test ? 'test' : 'train');

/** Rows by their side, in rising order. */
export function split(rows: number, trains: number, tests: number, side: (row: number) => Side): Split {
  const train = sharedRows(trains);
  const test = sharedRows(tests);
  let [atTrain, atTest] = [0, 0];
  for (let row = 0; row < rows; row += 1) {
    const where = side(row);
    if (where === 'train') train[atTrain++] = row;
    else if (where === 'test') test[atTest++] = row;
  }
  return { train, test };
}

export function sharedRows(count: number): Rows {
  return new Uint32Array(new SharedArrayBuffer(count * 4));
}

/**
 * Folds that differ by at most one row, over all rows and in each stratum.
 * @param strata one number a row: the label, or `quantileStrata` of a number; the same everywhere for plain folds
 * @throws {RangeError} for fewer than 2 folds, more than 1,000 or than rows, NaN, or keys of another length
 */
export function stratifiedFolds(strata: ArrayLike<number>, options: FoldOptions): Folds {
  const { folds, seed, keys } = options;
  checkFolds(folds, strata.length);
  const foldOf = new Uint16Array(strata.length);
  // One count on through all strata, so that what is left over of one does not land in fold 0 every time.
  shuffledByStratum(strata, seed, keys).forEach((row, place) => {
    foldOf[row] = place % folds;
  });
  return { count: folds, foldOf };
}

/** Rows stratum by stratum, in each by the hash of their keys. */
function shuffledByStratum(strata: ArrayLike<number>, seed: number, keys: ArrayLike<string | number> | undefined): Uint32Array {
  if (keys && keys.length !== strata.length) throw new RangeError(`keys: expected ${strata.length}, got ${keys.length}`);
  const hash = hasher(seed);
  const hashes = new Float64Array(strata.length);
  for (let row = 0; row < strata.length; row += 1) hashes[row] = hash(keys ? keys[row]! : row);
  const shuffled = ascending(hashes);
  const inOrder = ascending(gather(strata, shuffled));
  return inOrder.map((place) => shuffled[place]!);
}

/** Numbers of equally filled strata by value, equal values together; NaN is a stratum of its own, the last. */
export function quantileStrata(values: ArrayLike<number>, strata = 10): Uint32Array {
  const filled = Float64Array.from(values, (value) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value));
  const order = ascending(filled);
  const stratumOf = new Uint32Array(values.length);
  let stratum = 0;
  order.forEach((row, place) => {
    if (place === 0 || filled[row] !== filled[order[place - 1]!]) stratum = Math.floor((place * strata) / order.length);
    stratumOf[row] = Number.isNaN(values[row]!) ? strata : stratum;
  });
  return stratumOf;
}

export type GroupOptions = {
  readonly folds: number;
  readonly seed: number;
  /** One number a row: folds are then alike in their mix of these too, as far as whole groups allow. */
  readonly strata?: ArrayLike<number>;
};

/**
 * Folds that no group is divided over: all rows of a customer, a household, a branch. Largest groups first, each to the fold where it
 * adds least to the squared shares of rows (and strata): greedy, so within a group's size of even.
 * @throws {RangeError} for fewer groups than folds, and as `stratifiedFolds`
 */
export function groupFolds(groups: ArrayLike<string | number>, options: GroupOptions): Folds {
  const { folds, seed, strata } = options;
  checkFolds(folds, groups.length);
  const { members, groupOf } = numbered(groups);
  if (members.length < folds) throw new RangeError(`groups: expected at least ${folds}, got ${members.length}`);
  const { members: kinds, groupOf: kindOf } = strata
    ? numbered(strata)
    : { members: [0], groupOf: new Uint32Array(groups.length) };
  const counts = new Float64Array(members.length * kinds.length);
  const sizes = new Float64Array(members.length);
  const totals = new Float64Array(kinds.length);
  for (let row = 0; row < groups.length; row += 1) {
    counts[groupOf[row]! * kinds.length + kindOf[row]!]! += 1;
    sizes[groupOf[row]!]! -= 1;
    totals[kindOf[row]!]! += 1;
  }
  const hash = hasher(seed);
  const shuffled = ascending(members.map(hash));
  const largestFirst = ascending(gather(sizes, shuffled)).map((place) => shuffled[place]!);
  const foldOfGroup = assign(largestFirst, counts, totals, folds);
  return { count: folds, foldOf: Uint16Array.from(groupOf, (group) => foldOfGroup[group]!) };
}

function assign(groups: Uint32Array, counts: Float64Array, totals: Float64Array, folds: number): Uint16Array {
  const kinds = totals.length;
  const filled = new Float64Array(folds * kinds);
  const foldOf = new Uint16Array(groups.length);
  for (const group of groups) {
    let [best, least] = [0, Number.POSITIVE_INFINITY];
    for (let fold = 0; fold < folds; fold += 1) {
      let added = 0;
      for (let kind = 0; kind < kinds; kind += 1) {
        const more = counts[group * kinds + kind]!;
        added += (more * (2 * filled[fold * kinds + kind]! + more)) / (totals[kind]! * totals[kind]!);
      }
      if (added < least) [best, least] = [fold, added];
    }
    foldOf[group] = best;
    for (let kind = 0; kind < kinds; kind += 1) filled[best * kinds + kind]! += counts[group * kinds + kind]!;
  }
  return foldOf;
}

/** Distinct values in the order of the alphabet or of numbers, and which of them each row has. */
function numbered<T extends string | number>(values: ArrayLike<T>): { members: T[]; groupOf: Uint32Array } {
  const members = [...new Set(Array.from(values))].sort((one, other) => (one < other ? -1 : 1));
  const places = new Map(members.map((member, place) => [member, place]));
  const groupOf = new Uint32Array(values.length);
  for (let row = 0; row < values.length; row += 1) groupOf[row] = places.get(values[row]!)!;
  return { members, groupOf };
}

export type HoldoutOptions = {
  /** Of the rows, inside (0, 1), that become the test: of each stratum as nearly as whole rows allow. */
  readonly share: number;
  readonly seed: number;
  readonly keys?: ArrayLike<string | number>;
};

/** @throws {RangeError} for a share outside (0, 1) or one that leaves a side empty, and as `stratifiedFolds` */
export function holdout(strata: ArrayLike<number>, { share, seed, keys }: HoldoutOptions): Split {
  if (!(share > 0 && share < 1)) throw new RangeError(`share: expected inside (0, 1), got ${share}`);
  const tests = Math.round(share * strata.length);
  if (tests === 0 || tests === strata.length)
    throw new RangeError(`share: ${share} of ${strata.length} rows leaves a side empty`);
  const isTest = new Uint8Array(strata.length);
  // A row is in the test when the share of places up to it passes a whole number: spread evenly, so each stratum gets its part.
  shuffledByStratum(strata, seed, keys).forEach((row, place) => {
    const here = Math.floor(((place + 1) * tests) / strata.length) > Math.floor((place * tests) / strata.length);
    isTest[row] = here ? 1 : 0;
  });
  return split(strata.length, strata.length - tests, tests, (row) => (isTest[row] === 1 ? 'test' : 'train'));
}

/**
 * A holdout by the hash of the key alone: about the share, not exactly, yet a customer stays on its side when others come and go, so
 * that next month's model is not tested on who trained this month's.
 * @throws {RangeError} for a share outside (0, 1)
 */
export function steadyHoldout(keys: ArrayLike<string | number>, share: number, seed: number): Split {
  if (!(share > 0 && share < 1)) throw new RangeError(`share: expected inside (0, 1), got ${share}`);
  const hash = hasher(seed);
  const isTest = new Uint8Array(keys.length);
  let tests = 0;
  for (let row = 0; row < keys.length; row += 1) {
    isTest[row] = hash(keys[row]!) < share * 2 ** 53 ? 1 : 0;
    tests += isTest[row]!;
  }
  return split(keys.length, keys.length - tests, tests, (row) => (isTest[row] === 1 ? 'test' : 'train'));
}

function checkFolds(folds: number, rows: number): void {
  if (!(Number.isSafeInteger(folds) && folds >= 2 && folds <= foldLimits.folds))
    throw new RangeError(`folds: expected a whole number from 2 to ${foldLimits.folds}, got ${folds}`);
  if (folds > rows) throw new RangeError(`folds: expected at most ${rows}, one a row, got ${folds}`);
}
