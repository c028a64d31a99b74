// Small things that a member's part in sums is made of: numbers of a batch, what is fetched once, and refusals by name.

import { AgreementRefused } from '../../../crypto/masks/masks.ts';
import type { Sum } from '../../protocol/round/board.ts';
import { roundLimits } from '../../protocol/round/round-terms.ts';
import { ProtocolFault } from '../../protocol/words.ts';

/** The others go on without us. */
export class LeftOut extends Error {
  override readonly name = 'LeftOut';
}

/** @throws {ProtocolFault} sum_differs */
export function checkSame({ sum, about, values }: Sum, ours: string, length: number): void {
  if (about !== ours || values !== length) throw new ProtocolFault('sum_differs', `${sum}: ${about}, ${ours}`);
}

/** What is fetched once; and again where that failed. */
export function once<Value>(held: Map<number, Promise<Value>>, at: number, fetched: () => Promise<Value>): Promise<Value> {
  const known = held.get(at) ?? fetched();
  held.set(at, known);
  known.catch(() => held.delete(at));
  return known;
}

export const sumsOf = (batch: number): number[] =>
  Array.from({ length: roundLimits.batchSums }, (_, at) => batch * roundLimits.batchSums + at);

/** @throws {ProtocolFault} share_wrong naming the peer */
export function refusing<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof AgreementRefused) throw new ProtocolFault('share_wrong', error.peer);
    throw error;
  }
}
