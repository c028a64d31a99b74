// A training in a thread of its own, so that who asks goes on serving: the same bytes as `train` and `artifactsOf` give here. What comes back is
// small or handed over; a thread that dies is replaced and goes on from what was last kept.

import type { Worker } from 'node:worker_threads';
import { Fault } from '../../../core/errors.ts';
import { handOver } from '../../../core/matrix/matrix.ts';
import { type Died, startPool } from '../../../core/pool/pool.ts';
import type { Artifacts } from './artifacts.ts';
import type { Report } from './report.ts';
import type { TrainRequest } from './train.ts';
import type * as tasks from './trainer.task.ts';
import type { Told, TrainerOrder } from './trainer.task.ts';

/** By how much a training gives way to what serves people. */
export const trainerNiceness = 10;

export type TrainerRequest = TrainRequest & {
  /** Of the card. */
  readonly language: 'en' | 'zh';
};

export type TrainerOptions = {
  /** Of the trainer's thread and the threads it starts. Default `trainerNiceness`. */
  readonly niceness?: number;
  /** Of the trainer's JavaScript heap; tables lie outside. */
  readonly heapMB?: number;
};

export type TrainedInThread = { readonly report: Report; readonly artifacts: Artifacts };

export type Trainer = {
  /** Those that are alive now, for tests that end one. */
  readonly workers: readonly Worker[];
  /** One at a time; others wait. `threads` of the request are those of the kernels. @throws {Fault} as `train` does, and `model_invalid` */
  train(request: TrainerRequest): Promise<TrainedInThread>;
  close(): Promise<void>;
};

/** The thread starts with the first training. */
export function startTrainer({ niceness = trainerNiceness, heapMB }: TrainerOptions = {}): Trainer {
  let heard: ((died: Died) => void) | undefined;
  const pool = startPool<typeof tasks>(new URL('./trainer.task.ts', import.meta.url), {
    threads: 1,
    niceness,
    heapMB,
    onRestart: (died) => heard?.(died),
  });
  let last: Promise<unknown> = Promise.resolve();
  return {
    get workers() {
      return pool.workers;
    },
    train(request) {
      const turn = last.then(() => {
        heard = request.onRestart;
        return trainIn(pool, request);
      });
      last = turn.catch(() => undefined);
      return turn;
    },
    close: () => pool.close(),
  };
}

/** One training in a thread that ends with it. @throws {Fault} as `Trainer.train` */
export async function trainInThread(request: TrainerRequest, options: TrainerOptions = {}): Promise<TrainedInThread> {
  const trainer = startTrainer(options);
  try {
    return await trainer.train(request);
  } finally {
    await trainer.close();
  }
}

async function trainIn(pool: ReturnType<typeof startPool<typeof tasks>>, request: TrainerRequest): Promise<TrainedInThread> {
  const { matrix, folds, signal, progress, checkpoint, onRestart, ...plain } = request;
  let kept = request.resumeFrom;
  let artifacts: Artifacts | undefined;
  const onMessage = (message: unknown) => {
    const told = message as Told;
    if ('progress' in told) progress?.(told.progress);
    else if ('died' in told) onRestart?.(told.died);
    else if ('artifacts' in told) artifacts = told.artifacts;
    else {
      kept = told.checkpoint;
      checkpoint?.(told.checkpoint);
    }
  };
  try {
    signal?.throwIfAborted();
    const handed = { matrix: await handOver(matrix), ...(folds && { folds: await handOver(folds) }) };
    const report = await pool.twice(() => {
      const order: TrainerOrder = { ...plain, ...handed, resumeFrom: kept, checkpoints: true };
      return pool.run('trainWhole', order, { signal, onMessage, again: false });
    });
    return { report, artifacts: artifacts! };
  } catch (error) {
    if (signal?.aborted) throw new Fault('cancelled', 'training');
    throw error;
  }
}
