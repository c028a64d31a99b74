// What the thread of averaging does: prepares columns, standardises, descends over its own rows, and sums for a Newton step or for
// the loss on rows kept out.

import type { Work } from '../../../core/pool/pool.ts';
import { type HeldLoss, type HeldOrder, heldLoss } from './held-loss.ts';
import { type LocalUpdate, localUpdate, type UpdateOrder } from './local-update.ts';
import { logisticSums, type SumsOrder } from './logistic-sums.ts';
import { prepare, standardise } from './prepare.ts';
import type { LogisticSums, Prepared, Source, Standardiser, Table } from './shapes.ts';

/** Told no more often than each hundredth. */
export type Told = { readonly share: number };

function betweenOf(work: Work): (share: number) => void {
  let told = -1;
  return (share) => {
    work.throwIfCancelled();
    const hundredth = Math.floor(share * 100);
    if (hundredth <= told) return;
    told = hundredth;
    work.tell({ share } satisfies Told);
  };
}

export function prepareRows(source: Source, work: Work): Prepared {
  return prepare(source, work.cancelled);
}

export function standardiseRows({ prepared, standardiser }: { prepared: Prepared; standardiser: Standardiser }): Table {
  return standardise(prepared, standardiser);
}

export function update(order: UpdateOrder, work: Work): LocalUpdate {
  return localUpdate(order, betweenOf(work));
}

export function sums(order: SumsOrder, work: Work): LogisticSums {
  return logisticSums(order, betweenOf(work));
}

export function held(order: HeldOrder, work: Work): HeldLoss {
  return heldLoss(order, betweenOf(work));
}
