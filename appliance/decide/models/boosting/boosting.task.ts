// What the worker threads of boosting do, one exported function for each kind of task of the pool. Faults go back as data, because
// an error loses its class on the way between threads.

import type { MessagePort } from 'node:worker_threads';
import { Fault, type FaultCode } from '../../../core/errors.ts';
import { type AssignOrder, assignBins, type EdgesOrder, findEdges } from './binning.ts';
import { Stopped } from './crew.ts';
import { kernelOn, type SharedMemory } from './kernel.ts';
import { type PredictOrder, predictBlocks } from './predicting.ts';
import { type Order, type Trained, trainTrees } from './training.ts';

export type Answer<T> =
  | { readonly done: T }
  | { readonly fault: { code: FaultCode; where: string | undefined } }
  | { readonly stopped: true };

function answer<T>(work: () => T): Answer<T> {
  try {
    return { done: work() };
  } catch (error) {
    if (error instanceof Fault) return { fault: { code: error.code, where: error.where } };
    if (error instanceof Stopped) return { stopped: true };
    throw error;
  }
}

export function edges(order: EdgesOrder): Answer<void> {
  return answer(() => findEdges(order));
}

export function assign(order: AssignOrder): Answer<void> {
  return answer(() => assignBins(order));
}

export function predict(order: PredictOrder): Answer<void> {
  return answer(() => predictBlocks(order));
}

/** Leads a training. `port`: hears of every tree as it is grown, and null when there will be no more; undefined when nobody wants to. */
export function train({ order, port }: { order: Order; port: MessagePort | undefined }): Answer<Trained> {
  try {
    return answer(() => trainTrees(order, (grown) => port?.postMessage(grown)));
  } finally {
    port?.postMessage(null);
  }
}

/** Helps a training that another thread leads, until that is over. @param thread from 1 */
export function help({ memory, thread }: { memory: SharedMemory; thread: number }): Answer<void> {
  return answer(() => kernelOn(memory).help(thread));
}
