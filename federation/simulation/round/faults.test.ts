// Rounds of honest parties over a network and machines that fail in every way, from a seed: each comes to its end, and what is opened on the way
// are sums of those whose values are in them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstSeed, rounds, summary } from '../../../appliance/simulation/testing/rounds.ts';
import { faulty } from '../world.ts';
import { honestRound, planOf } from './stories.ts';

const runs = rounds(6, 10_000);
/** In a short run no round needs a second batch of secrets, which takes as long as twenty others. */
const sums = rounds(4, 100);
const planFor = (seed: number) => ({ ...planOf(seed), vectors: planOf(seed).vectors.slice(0, sums) });

test(`${runs} rounds of honest parties over faults of every kind`, async () => {
  const seed = firstSeed();
  let [steps, deaths, opened, left] = [0, 0, 0, 0];
  const endings = { adopted: 0, rejected: 0, stopped: 0 };
  for (let at = 0; at < runs; at += 1) {
    const { world, here } = await honestRound(seed + at, faulty, { plan: planFor(seed + at) });
    steps += world.steps;
    deaths += world.desk.deaths + world.nodes.reduce((sum, node) => sum + node.deaths, 0);
    const board = here[0]?.rounds?.list()[0]?.board;
    if (!board?.ended) continue;
    endings[board.ended.result] += 1;
    opened += board.sums.filter((sum) => sum.opened).length;
    left += board.terms.members.length - board.active.length;
  }
  summary('federated rounds', { rounds: runs, sums: opened, 'members left out': left, ...endings, steps, deaths, seed });
});

test('a seed gives the same round again, call by call', async () => {
  for (const seed of [24]) {
    const [one, other] = [await honestRound(seed, faulty), await honestRound(seed, faulty)];
    assert.ok(one.world.network.trace.length > 100);
    assert.deepEqual(one.world.network.trace, other.world.network.trace);
    assert.equal(one.world.steps, other.world.steps);
  }
});

test('seeds that failed once', async () => {
  // Whoever was refused what had been decided meanwhile, and got no news for two seconds, stopped the round for all.
  await honestRound(5049, faulty);
});
