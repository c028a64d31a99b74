// When to stop: the loss on rows that every member keeps out of training, summed over all, and the best weights by it. Everybody stops at the same
// round and keeps the same weights, since all of it follows from opened sums.

import { checkLength, checkPositive, checkWhole } from './arithmetic.ts';
import { pairAt, putPair } from './digits.ts';
import { momentLimits } from './moments.ts';

/** A row's loss is at most 16 nats, in whole steps of 2^-15: so 2^27 rows stay within 2^46 steps, and sums do not depend on who holds a row. */
export const heldLimits = { mostNats: 16, stepsOfNat: 0x8000, rows: momentLimits.rows } as const;
export const heldWords = 4;

/** `steps`: the losses of these rows, each rounded, summed. */
export type HeldLoss = { readonly rows: number; readonly steps: number };

/** @throws {RangeError} outside `heldLimits` */
export function encodeHeldLoss({ rows, steps }: HeldLoss): Int32Array {
  checkWhole('rows', rows, 0, heldLimits.rows);
  checkWhole('steps', steps, 0, rows * heldLimits.mostNats * heldLimits.stepsOfNat);
  const words = new Int32Array(heldWords);
  putPair('rows', rows, words, 0);
  putPair('steps', steps, words, 2);
  return words;
}

/** @returns the mean loss over all members' rows, in nats  @throws {RangeError} for no rows, and for a loss that no rows have */
export function decodeHeldLoss(words: Int32Array): { readonly rows: number; readonly mean: number } {
  checkLength('words', words, heldWords);
  const rows = pairAt(words, 0);
  const steps = pairAt(words, 2);
  checkPositive('rows', rows);
  if (!(steps >= 0 && steps <= rows * heldLimits.mostNats * heldLimits.stepsOfNat))
    throw new RangeError(`steps: expected at most ${heldLimits.mostNats} nats a row, got ${steps} for ${rows} rows`);
  return { rows, mean: steps / heldLimits.stepsOfNat / rows };
}

/** Plain data. */
export type Watch = {
  /** Those with the least loss so far. */
  readonly best: Float64Array;
  /** Mean loss of `best`. */
  readonly mean: number;
  /** Rounds since then. */
  readonly since: number;
  readonly stop: boolean;
};

/**
 * What is known after one more round.
 * @param before undefined at first  @param patience rounds without a lower loss after which it stops
 */
export function watch(before: Watch | undefined, weights: Float64Array, mean: number, patience: number): Watch {
  checkWhole('patience', patience, 1, 10_000);
  if (!before || mean < before.mean) return { best: weights, mean, since: 0, stop: false };
  const since = before.since + 1;
  return { ...before, since, stop: since >= patience };
}
