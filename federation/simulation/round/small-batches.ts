// Batches of secrets in simulated rounds: small ones. Of thirty-two sums that keys and shares are given out for a round here asks for four, and most of
// its time would go into the others; and with small ones many rounds come to the edge between two batches, which otherwise hardly any did. Has to be
// imported before what takes part in rounds; the world looks that it was.

import assert from 'node:assert/strict';
import { roundLimits } from '../../protocol/round/round-terms.ts';

/** Sums that secrets are given out for at a time. */
export const simulatedBatch = 4;

(roundLimits as { batchSums: number }).batchSums = simulatedBatch;

/** @param sums of a batch as the parties know them */
export function checkSmall(sums: number): void {
  assert.equal(sums, simulatedBatch, 'batches are of another size: small-batches.ts was imported too late');
}
