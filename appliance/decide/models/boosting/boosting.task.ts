// What the worker threads of boosting do, one exported function for each kind of task of the pool.

import type { Work } from '../../../core/pool/pool.ts';
import { type AssignOrder, assignBins, type EdgesOrder, findEdges } from './binning.ts';
import { kernelOn, type SharedMemory } from './kernel.ts';
import { type PredictOrder, predictBlocks } from './predicting.ts';
import { type CountOrder, countColumns } from './shared-edges.ts';
import { type Order, type Trained, trainTrees } from './training.ts';
import { type BitsOrder, type MarginsOrder, ownerMargins, partnerBits } from './vertical/predict.ts';

export function edges(order: EdgesOrder, work: Work): void {
  findEdges(order, work.cancelled);
}

export function count(order: CountOrder, work: Work): void {
  countColumns(order, work.cancelled);
}

export function assign(order: AssignOrder, work: Work): void {
  assignBins(order, work.cancelled);
}

export function predict(order: PredictOrder, work: Work): void {
  predictBlocks(order, work.cancelled);
}

export function splitBits({ part, features, rows }: BitsOrder): Uint8Array[] {
  return partnerBits(part, features, rows);
}

export function partMargins({ part, features, bits, rows }: MarginsOrder): Float64Array {
  return ownerMargins(part, features, bits, rows);
}

/** Leads a training, and tells of every tree as it is grown. */
export function train(order: Order, work: Work): Trained {
  return trainTrees(order, work);
}

/** Helps a training that another thread leads, until that is over. @param thread from 1 */
export function help({ memory, thread }: { memory: SharedMemory; thread: number }): void {
  kernelOn(memory).help(thread);
}
