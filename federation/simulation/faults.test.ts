// Honest members over a network and machines that fail in every way, from a seed: the match always comes to its end, and to the right one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstSeed, rounds, summary } from '../../appliance/simulation/testing/rounds.ts';
import { honestRun } from './stories.ts';
import { faulty } from './world.ts';

const runs = rounds(30, 3_000);

test(`${runs} matches between honest members over faults of every kind`, async () => {
  const seed = firstSeed();
  let [steps, deaths] = [0, 0];
  for (let at = 0; at < runs; at += 1) {
    const done = await honestRun(seed + at, faulty);
    steps += done.world.steps;
    deaths += done.world.coordinator.deaths + done.world.members.reduce((sum, member) => sum + member.deaths, 0);
  }
  summary('matches', { matches: runs, steps, deaths, seed });
});

test('a seed gives the same run again, call by call', async () => {
  for (const seed of [11, 12, 13]) {
    const [one, other] = [await honestRun(seed, faulty), await honestRun(seed, faulty)];
    assert.ok(one.world.network.trace.length > 50);
    assert.deepEqual(one.world.network.trace, other.world.network.trace);
    assert.equal(one.world.steps, other.world.steps);
  }
});
