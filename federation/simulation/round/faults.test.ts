// Rounds of honest parties over a network and machines that fail in every way, from a seed: each comes to its end, and what is opened on the way
// are sums of those whose values are in them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstSeed, rounds, summary } from '../../../appliance/simulation/testing/rounds.ts';
import { faulty } from '../world.ts';
import { honestRound } from './stories.ts';
import { added, type Tally, tallyOf } from './tally.ts';

/** Ten thousand are `npm run seeds`. */
const runs = rounds(30, 2000);

test(`${runs} rounds of honest parties over faults of every kind`, async () => {
  const seed = firstSeed();
  let tally: Tally = {};
  for (let at = 0; at < runs; at += 1) tally = added(tally, tallyOf(await honestRound(seed + at, faulty)));
  summary('federated rounds', { ...tally, seed });
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
  // Whoever would have proposed was gone before anybody heard: nothing was agreed on, and that is looked at too.
  await honestRound(100_039, faulty);
  // Whoever was refused what had been decided meanwhile, and got no news for two seconds, stopped the round for all.
  await honestRound(5049, faulty);
});
