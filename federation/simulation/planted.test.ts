// The simulation finds what it is for: each bug of planted.ts shows within a few seeds, and without them none of these seeds fails.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summary } from '../../appliance/simulation/testing/rounds.ts';
import { lies } from './lies.ts';
import { toldTo } from './lying.ts';
import { type Planted, plantedBugs } from './planted.ts';
import { cheating, honestRun, troubledRun } from './stories.ts';
import { faulty } from './world.ts';

/** Seeds that a bug has to show in. */
const most = 40;
const first = 1_000;

async function found({ plant, crook, shows }: Planted): Promise<{ seed: number; by: string } | undefined> {
  for (let seed = first; seed < first + most; seed += 1) {
    const remove = plant();
    try {
      if (shows === 'lies') await toldTo(lies.find(({ name }) => name.startsWith('terms that were exchanged'))!, seed);
      else if (shows === 'cheating') await troubledRun(seed, cheating);
      else await honestRun(seed, faulty, { ...(crook && { crook }) });
    } catch (error) {
      const said = error instanceof Error ? error.message.split('\n')[0]! : `${error}`;
      return { seed, by: said.replace(/^HOLDFAST_SEED=\d+ replays it: /, '') };
    } finally {
      remove();
    }
  }
  return undefined;
}

for (const bug of plantedBugs) {
  test(`found: ${bug.name}`, async () => {
    const { seed, by } = (await found(bug)) ?? {};
    assert.ok(seed !== undefined, `no seed of ${most} shows it`);
    summary('planted', { [`is the seed that shows that ${bug.name} (${by?.slice(0, 90)})`]: seed });
  });
}
