// The worker side of lifetime models: groups customers, sums likelihoods over fixed blocks of groups, and scores groups. Every block is
// summed by itself, so the sums do not depend on who took which.

import { addLikelihood, type BgNbd, type Groups, groupsPerBlock } from './bgnbd.ts';
import { discountedPurchases, expectedPurchases, probabilityAlive } from './expect.ts';
import { addSpendLikelihood, type GammaGamma } from './gammagamma.ts';
import { type Grouped, groupEqual } from './groups.ts';

type Columns = readonly [Float64Array, Float64Array, Float64Array];

export function group({ columns }: { columns: Columns }): Grouped {
  return groupEqual(columns);
}

/** @returns five sums for each block, as `addLikelihood` writes them */
export function likelihood(task: { groups: Groups; from: number; to: number; model: BgNbd }): Float64Array {
  return overBlocks(task.groups, task.from, task.to, 5, (from, to, out, at) =>
    addLikelihood(task.groups, from, to, task.model, out, at),
  );
}

/** @returns four sums for each block, as `addSpendLikelihood` writes them */
export function spendLikelihood(task: { groups: Groups; from: number; to: number; model: GammaGamma }): Float64Array {
  return overBlocks(task.groups, task.from, task.to, 4, (from, to, out, at) =>
    addSpendLikelihood(task.groups, from, to, task.model, out, at),
  );
}

type Sum = (from: number, to: number, out: Float64Array, at: number) => void;

function overBlocks(groups: Groups, fromBlock: number, toBlock: number, sums: number, sum: Sum): Float64Array {
  const out = new Float64Array((toBlock - fromBlock) * sums);
  for (let block = fromBlock; block < toBlock; block += 1) {
    const from = block * groupsPerBlock;
    sum(from, Math.min(from + groupsPerBlock, groups.weight.length), out, (block - fromBlock) * sums);
  }
  return out;
}

export type Scores = {
  readonly alive: Float64Array<SharedArrayBuffer>;
  readonly expected: Float64Array<SharedArrayBuffer>;
  readonly discounted: Float64Array<SharedArrayBuffer>;
};

/** Writes the scores of the groups of some blocks where they belong. */
export function score(task: {
  groups: Groups;
  from: number;
  to: number;
  model: BgNbd;
  periods: number;
  discount: number;
  scores: Scores;
}): void {
  const { groups, model, periods, discount, scores } = task;
  const to = Math.min(task.to * groupsPerBlock, groups.weight.length);
  for (let at = task.from * groupsPerBlock; at < to; at += 1) {
    const customer = { frequency: groups.frequency[at]!, recency: groups.recency[at]!, age: groups.age[at]! };
    scores.alive[at] = probabilityAlive(model, customer);
    scores.expected[at] = expectedPurchases(model, customer, periods);
    scores.discounted[at] = discount === 0 ? scores.expected[at]! : discountedPurchases(model, customer, periods, discount);
  }
}
