// One learner over the inner folds of a training: which size serves rows it did not learn from best, and what it says of each of them.

import type { Fit, Learner, Rows, Table } from './learner.ts';

/** A table for the training rows of a split: what is learned of levels must not know the held rows. */
export type TableOf = (train: Rows) => Table;
export type Split = { readonly train: Rows; readonly held: Rows };

export type CrossFit = {
  readonly learner: Learner;
  /** Trees, or the place on the path of penalties. */
  readonly size: number;
  /** One entry a row of the matrix; only rows held in some split are filled. */
  readonly margins: Float64Array;
};

/** @param run starts a training when a thread is free. @param told hears about how much is done, 0 to 1 */
export async function crossFit(
  learner: Learner,
  splits: readonly Split[],
  tableOf: TableOf,
  labels: Uint8Array,
  run: <T>(work: () => Promise<T>) => Promise<T>,
  signal?: AbortSignal,
  told?: (share: number) => void,
): Promise<CrossFit> {
  const shares = splits.map(() => 0);
  const tell = (at: number, share: number) => {
    shares[at] = share;
    told?.(shares.reduce((sum, one) => sum + one, 0) / splits.length);
  };
  const fits = await Promise.all(
    splits.map(({ train, held }, at) =>
      run(async () => {
        const task = { table: tableOf(train), labels, train, held };
        const fit = await learner.fit(task, signal, told && ((share) => tell(at, share)));
        tell(at, 1);
        return fit;
      }),
    ),
  );
  const size = bestSize(fits, splits);
  const margins = new Float64Array(labels.length);
  for (const [at, fit] of fits.entries()) {
    const { held } = splits[at]!;
    const own = await fit.marginsAt(Math.min(size, fit.losses.length));
    held.forEach((row, place) => {
      margins[row] = own[place]!;
    });
  }
  return { learner, size, margins };
}

/** The size with the least loss over all held rows; a fit that stopped early stays at its last. Sizes count from 1. */
function bestSize(fits: readonly Fit[], splits: readonly Split[]): number {
  const most = Math.max(...fits.map(({ losses }) => losses.length));
  let [best, least] = [1, Number.POSITIVE_INFINITY];
  for (let size = 1; size <= most; size += 1) {
    let sum = 0;
    fits.forEach(({ losses }, at) => {
      sum += losses[Math.min(size, losses.length) - 1]! * splits[at]!.held.length;
    });
    if (sum < least) [best, least] = [size, sum];
  }
  return best;
}
