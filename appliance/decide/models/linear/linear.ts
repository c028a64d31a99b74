// Linear models, the front of this folder: logistic and linear regression with elastic net, trained in this thread or by blocks in others,
// to a `Linear` of scoring.ts; and the margins that one gives.

import type { Linear } from '../../../core/model/scoring.ts';
import { blocksOf, checkDesign, type Design, rowsOf } from './design.ts';
import { type Pass, runBlocks, sumsOf, total } from './passes.ts';
import { type FitOptions, fitPath, type LinearFit, type Passes } from './solver.ts';

export type { Design, Family } from './design.ts';
export type { FitOptions, LinearFit } from './solver.ts';

/**
 * Trains one model for each strength, in this thread. The gradient of the loss is exact over all rows; see `FitOptions` for when it ends.
 * @param between called before each pass over the rows; what it throws ends the training
 * @throws {RangeError} for data or options that are refused
 */
export function fitLinear(design: Design, options: FitOptions, between?: () => void): LinearFit[] {
  const solving = begin(design, options);
  const blocks = blocksOf(design);
  let step = solving.next();
  while (!step.done) {
    between?.();
    const length = sumsOf(step.value, design.features.length);
    const sums = new Float64Array(blocks * length);
    runBlocks(design, step.value, 0, blocks, sums);
    step = solving.next(total(sums, length));
  }
  return step.value;
}

/** A range of blocks for a thread, which runs `runBlocks` with it. All of it can be posted; `sums` is shared. */
export type BlockWork = {
  readonly design: Design;
  readonly pass: Pass;
  readonly from: number;
  readonly to: number;
  readonly sums: Float64Array<SharedArrayBuffer>;
};

/** Ranges of one pass for each thread: a few, so that a thread that is held up does not hold up all. */
const rangesOfThread = 4;

/**
 * The same, digit for digit, by other threads.
 * @param design over shared memory, or it is copied each time
 * @param run does one range of blocks; `blocks.task.ts` is it for a thread
 * @param signal between two passes it ends the training with its reason
 */
export async function fitLinearIn(
  design: Design,
  options: FitOptions,
  threads: number,
  run: (work: BlockWork) => Promise<void>,
  signal?: AbortSignal,
): Promise<LinearFit[]> {
  const solving = begin(design, options);
  const blocks = blocksOf(design);
  let step = solving.next();
  while (!step.done) {
    signal?.throwIfAborted();
    const pass = step.value;
    const length = sumsOf(pass, design.features.length);
    const sums = new Float64Array(new SharedArrayBuffer(blocks * length * 8));
    const size = Math.max(1, Math.ceil(blocks / (threads * rangesOfThread)));
    const starts = Array.from({ length: Math.ceil(blocks / size) }, (_, index) => index * size);
    await Promise.all(starts.map((from) => run({ design, pass, from, to: Math.min(blocks, from + size), sums })));
    step = solving.next(total(sums, length));
  }
  return step.value;
}

function begin(design: Design, options: FitOptions): Passes<LinearFit[]> {
  checkDesign(design, options.family);
  return fitPath(design.features.length, rowsOf(design), options);
}

/**
 * Margins of rows, in their order: log-odds of a logistic model, the number itself of a Gaussian one.
 * @param rows row numbers; without them all rows of the features
 * @throws {RangeError} for another number of features than the model has
 */
export function linearMargins(linear: Linear, features: readonly Float32Array[], rows?: Uint32Array): Float64Array {
  if (features.length !== linear.weights.length)
    throw new RangeError(`features: expected ${linear.weights.length}, got ${features.length}`);
  const margins = new Float64Array(rows ? rows.length : (features[0]?.length ?? 0)).fill(linear.base);
  features.forEach((column, feature) => {
    const weight = linear.weights[feature]!;
    if (weight === 0) return;
    const center = linear.centers[feature]!;
    const scale = linear.scales[feature]!;
    for (let place = 0; place < margins.length; place += 1) {
      const added = (weight * (column[rows ? rows[place]! : place]! - center)) / scale;
      if (!Number.isNaN(added)) margins[place]! += added;
    }
  });
  return margins;
}
