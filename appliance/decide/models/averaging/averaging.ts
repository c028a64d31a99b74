// The node's side of training together by sums, the front of this folder: a thread that prepares columns, descends over them and sums for Newton's
// steps, so that the node goes on serving. What is done with the sums is the federation protocol's; docs/averaging.md says how they go together.

import { startPool } from '../../../core/pool/pool.ts';
import type * as tasks from './averaging.task.ts';
import type { Told } from './averaging.task.ts';
import type { HeldLoss, HeldOrder } from './held-loss.ts';
import type { LocalUpdate, UpdateOrder } from './local-update.ts';
import type { SumsOrder } from './logistic-sums.ts';
import type { LogisticSums, Prepared, Source, Standardiser, Table } from './shapes.ts';

export type { HeldLoss, HeldOrder } from './held-loss.ts';
export type { LocalUpdate, UpdateOrder } from './local-update.ts';
export { type LinearParts, linearOf, type SumsOrder } from './logistic-sums.ts';
export { type AveragedModel, initialWeights, networkLimits, parametersOf, predict } from './network.ts';
export { tableLimits } from './prepare.ts';
export type { LogisticSums, Moments, Prepared, Source, StandardColumn, Standardiser, Table } from './shapes.ts';

export type AveragingOptions = {
  readonly signal?: AbortSignal | undefined;
  /** Hears what share is done, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
};

/** All of them throw the signal's reason when it aborts, and what they throw without a thread. The same bits as without one. */
export type Averaging = {
  /** Clamped columns with their moments. Keep features in shared memory, or they are copied. */
  prepare(source: Source, options?: AveragingOptions): Promise<Prepared>;
  standardise(prepared: Prepared, standardiser: Standardiser, options?: AveragingOptions): Promise<Table>;
  localUpdate(order: UpdateOrder, options?: AveragingOptions): Promise<LocalUpdate>;
  logisticSums(order: SumsOrder, options?: AveragingOptions): Promise<LogisticSums>;
  heldLoss(order: HeldOrder, options?: AveragingOptions): Promise<HeldLoss>;
  close(): Promise<void>;
};

/** By how much the thread gives way to what serves people. */
const averagingNiceness = 10;

/** The thread starts with the first order, and ends when it has had none for a while. */
export function startAveraging({ niceness = averagingNiceness }: { readonly niceness?: number } = {}): Averaging {
  const pool = startPool<typeof tasks>(new URL('./averaging.task.ts', import.meta.url), { threads: 1, niceness });
  const heard = ({ signal, onProgress }: AveragingOptions = {}) => ({
    signal,
    ...(onProgress && { onMessage: (told: unknown) => onProgress((told as Told).share) }),
  });
  return {
    prepare: (source, options) => pool.run('prepareRows', source, heard(options)),
    standardise: (prepared, standardiser, options) => pool.run('standardiseRows', { prepared, standardiser }, heard(options)),
    localUpdate: (order, options) => pool.run('update', order, heard(options)),
    logisticSums: (order, options) => pool.run('sums', order, heard(options)),
    heldLoss: (order, options) => pool.run('held', order, heard(options)),
    close: () => pool.close(),
  };
}
