// Splits by time: train on what came before, test on what came after, as the model will be used. A gap between the two keeps rows out
// whose outcome was not known yet when the test begins.

import { ascending } from '../numerics/order.ts';
import { type Split, split } from './folds.ts';

export type TimeSplitOptions = {
  readonly splits: number;
  /** Training rows lie more than this before the test's first moment: the length of the window in which an outcome is waited for. */
  readonly gapMs: number;
  /** Length of each test; without it the tests hold as nearly equal numbers of rows as times allow. */
  readonly testMs?: number;
  /** Training goes back so far and no further; without it to the beginning. */
  readonly trainMs?: number;
};

export type TimeSplit = Split & {
  /** Tests hold times from this one on, up to but without `testToMs`. */
  readonly testFromMs: number;
  readonly testToMs: number;
  /** Training rows lie before this: `testFromMs` less the gap. */
  readonly trainToMs: number;
};

/**
 * Splits from the earliest test to the latest, tests one after the other, the last up to the end. Equal times are never divided.
 * @param times milliseconds, one a row in any order; NaN takes no part
 * @throws {RangeError} for lengths below 0, and when a test or its training would be empty
 */
export function timeSplits(times: ArrayLike<number>, options: TimeSplitOptions): TimeSplit[] {
  const { splits, gapMs, testMs, trainMs } = options;
  if (!(Number.isSafeInteger(splits) && splits >= 1))
    throw new RangeError(`splits: expected a whole number above 0, got ${splits}`);
  if (!(gapMs >= 0)) throw new RangeError(`gapMs: expected at least 0, got ${gapMs}`);
  if (testMs !== undefined && !(testMs > 0)) throw new RangeError(`testMs: expected more than 0, got ${testMs}`);
  if (trainMs !== undefined && !(trainMs > 0)) throw new RangeError(`trainMs: expected more than 0, got ${trainMs}`);
  const known = Float64Array.from(times).filter((time) => !Number.isNaN(time));
  const order = ascending(known);
  if (order.length === 0) throw new RangeError('times: expected some, got none');
  const end = known[order.at(-1)!]!;
  const starts = Array.from({ length: splits }, (_, index) =>
    testMs === undefined
      ? known[order[Math.floor((order.length * (index + 1)) / (splits + 1))]!]!
      : end - testMs * (splits - index) + 1,
  );
  return starts.map((testFromMs, index) => {
    const testToMs = starts[index + 1] ?? end + 1;
    const trainToMs = testFromMs - gapMs;
    const trainFromMs = trainMs === undefined ? Number.NEGATIVE_INFINITY : trainToMs - trainMs;
    const isTrain = (time: number) => time >= trainFromMs && time < trainToMs;
    const isTest = (time: number) => time >= testFromMs && time < testToMs;
    const count = (is: (time: number) => boolean) => known.reduce((sum, time) => sum + (is(time) ? 1 : 0), 0);
    const [trains, tests] = [count(isTrain), count(isTest)];
    if (trains === 0 || tests === 0)
      throw new RangeError(
        `splits: split ${index + 1} has ${trains} training and ${tests} test rows; fewer splits or a shorter gap`,
      );
    const side = (row: number) => (isTest(times[row]!) ? 'test' : isTrain(times[row]!) ? 'train' : 'neither');
    return { ...split(times.length, trains, tests, side), testFromMs, testToMs, trainToMs };
  });
}
