// Chooses the blocking passes for a table by trying them: first the cheap ones, whose likely matches then show which of all
// passes find matches at what cost. Also runs a scoring over all passes.

import { blockingLimits, choosePasses, cutPasses, type Pass, type PassKeys, pairBudget, possiblePasses } from './blocking.ts';
import { type EmInput, estimate } from './em.ts';
import type { EncodedTable } from './encode.ts';
import { mix } from './strings.ts';
import type { Threads } from './threads.ts';
import type { ScoredPairs } from './work.ts';

const trial = { passes: 14, rowsEach: 5, sample: 20_000, likelyBits: 4 } as const;

/** Passes made ready, within the pair budget. Tables of up to `blockingLimits.allPairsRows` rows get all pairs. */
export async function preparePasses(table: EncodedTable, threads: Threads, input: Omit<EmInput, 'patterns'>): Promise<Pass[]> {
  if (table.rowCount <= blockingLimits.allPairsRows)
    return threads.run([{ kind: 'build' as const, keys: [], most: Number.POSITIVE_INFINITY }]);
  const budget = pairBudget(table.rowCount);
  const most = budget / 5;
  const possible = possiblePasses(table);
  const none = new Int32Array(0);
  const costs = await threads.run(possible.map((keys) => ({ kind: 'measure' as const, keys, most, lefts: none, rights: none })));
  const first = cheapest(
    possible,
    costs.map((cost) => cost.pairs),
    table.rowCount,
  );
  const firstPasses = await threads.run(first.map((p) => ({ kind: 'build' as const, keys: possible[p]!, most })));
  const nothingSeen = { fieldCount: table.fields.length, cells: new Uint8Array(0), weights: new Float64Array(0) };
  await threads.set({ passes: firstPasses, estimate: estimate({ ...input, patterns: nothingSeen }) });
  const sample = takeSample(await scoreAll(threads, firstPasses, trial.likelyBits), trial.sample);
  const measured = await threads.run(possible.map((keys) => ({ kind: 'measure' as const, keys, most, ...sample })));
  const chosen = choosePasses(measured, budget, blockingLimits.passes);
  if (chosen.length === 0) return firstPasses;
  return threads.run(chosen.map((p) => ({ kind: 'build' as const, keys: possible[p]!, most })));
}

// Cheap passes, each key in at most two of them, so that they do not all fail on the same mistyped field.
function cheapest(possible: readonly PassKeys[], costs: readonly number[], rowCount: number): number[] {
  const used = new Map<string, number>();
  const chosen: number[] = [];
  const byCost = costs.map((_, p) => p).sort((a, b) => costs[a]! - costs[b]! || a - b);
  for (const p of byCost) {
    if (costs[p]! < rowCount * 0.01 || costs[p]! > rowCount * trial.rowsEach || chosen.length >= trial.passes) continue;
    const names = possible[p]!.map(([f, k]) => `${f}.${k}`);
    if (names.some((name) => (used.get(name) ?? 0) >= 2)) continue;
    for (const name of names) used.set(name, (used.get(name) ?? 0) + 1);
    chosen.push(p);
  }
  return chosen;
}

function takeSample(pairs: ScoredPairs, most: number): { lefts: Int32Array; rights: Int32Array } {
  const order = Array.from(pairs.left, (left, i) => ({ i, key: mix(Math.imul(left, 0x9e3779b1) ^ pairs.right[i]!) }));
  order.sort((a, b) => a.key - b.key || a.i - b.i);
  const taken = order.slice(0, most);
  return { lefts: Int32Array.from(taken, ({ i }) => pairs.left[i]!), rights: Int32Array.from(taken, ({ i }) => pairs.right[i]!) };
}

/** Scores every pair of the passes and keeps those of at least so many bits. */
export async function scoreAll(
  threads: Threads,
  passes: readonly Pass[],
  leastBits: number,
  onShare?: (share: number) => void,
): Promise<ScoredPairs> {
  const work = cutPasses(passes).map((stretch) => ({ kind: 'score' as const, stretch, leastBits }));
  const parts = await threads.run(work, (done) => onShare?.(done / work.length));
  const total = parts.reduce((sum, part) => sum + part.bits.length, 0);
  const all: ScoredPairs = {
    left: new Int32Array(total),
    right: new Int32Array(total),
    bits: new Float32Array(total),
    compared: 0,
  };
  let at = 0;
  for (const part of parts) {
    all.left.set(part.left, at);
    all.right.set(part.right, at);
    all.bits.set(part.bits, at);
    all.compared += part.compared;
    at += part.bits.length;
  }
  return all;
}
