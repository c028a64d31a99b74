// The worker thread: receives shared context and stretches of work, answers with plain arrays. Holds no state of its own
// but what `work.ts` keeps for speed.

import { parentPort } from 'node:worker_threads';
import { type Context, createWorker, type Work } from './work.ts';

export type Order = { id: number; context: Context } | { id: number; work: Work };
export type Answer = { id: number; result?: unknown; error?: string };

const worker = createWorker();
parentPort!.on('message', (order: Order) => {
  try {
    if ('context' in order) {
      worker.set(order.context);
      parentPort!.postMessage({ id: order.id } satisfies Answer);
    } else {
      parentPort!.postMessage({ id: order.id, result: worker.run(order.work) } satisfies Answer);
    }
  } catch (error) {
    parentPort!.postMessage({
      id: order.id,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    } satisfies Answer);
  }
});
