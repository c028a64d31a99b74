// One process killed once, at each of its writes and calls in turn, before or after it took effect: the match comes to the same end.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstSeed, rounds, summary } from '../../appliance/simulation/testing/rounds.ts';
import { endRightly, named, planWhere, prepared } from './stories.ts';
import { nothing } from './world.ts';

/** All places by and by: a run of the suite takes every so many, from a place of its own. */
const stride = rounds(11, 1);

for (const who of ['initiator', 'responder', 'coordinator'] as const) {
  for (const mode of ['ecdh', 'sums'] as const) {
    test(`the ${who} is killed at each of its writes and calls, in ${mode}`, async () => {
      const seed = firstSeed();
      const plan = planWhere(seed, (way) => way.mode === mode && way.learns !== 'neither' && way.counted);
      let places = 0;
      for (let at = 1 + (seed % stride), killed = true; killed && at < 2_000; at += stride) {
        const after = (at + seed) % 2 === 0;
        await named(seed, async () => {
          const run = await prepared(seed, nothing, plan);
          const process = who === 'coordinator' ? run.world.coordinator : run[who];
          process.life.endAt(at, after);
          await endRightly(run).catch((error: unknown) => {
            throw new Error(`killed ${after ? 'after' : 'before'} step ${at}: ${error}`, { cause: error });
          });
          killed = process.opened > 1;
          places += Number(killed);
        });
      }
      assert.ok(places * stride > 20, `only ${places} places`);
      summary('everywhere', { [`places to kill the ${who} at, in ${mode}`]: places, seed });
    });
  }
}
