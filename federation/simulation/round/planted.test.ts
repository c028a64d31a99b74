// The simulation of rounds finds what it is for: each bug of planted.ts shows within a few seeds, and without them none of these seeds fails.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summary } from '../../../appliance/simulation/testing/rounds.ts';
import { faulty } from '../world.ts';
import { coordinatorLies } from './coordinator-lies.ts';
import { toldTo } from './lying.ts';
import { type PlantedInRound, plantedInRounds } from './planted.ts';
import { honestRound, planOf } from './stories.ts';

/** Seeds that a bug has to show in. */
const most = 40;
const first = 1_000;

async function tell({ shows, node, votes }: PlantedInRound, seed: number): Promise<void> {
  const plan = planOf(seed);
  const drawn = votes === undefined ? plan : { ...plan, gone: [], votes: plan.votes.map(() => votes) };
  if (shows === 'faults') await honestRound(seed, faulty, { plan: drawn, ...(node && { node }) });
  else await toldTo(coordinatorLies.find(({ name }) => name === shows)!, seed);
}

async function found(bug: PlantedInRound): Promise<{ seed: number; by: string } | undefined> {
  for (let seed = first; seed < first + most; seed += 1) {
    const remove = bug.plant();
    try {
      await tell(bug, seed);
    } catch (error) {
      const said = error instanceof Error ? error.message.split('\n')[0]! : `${error}`;
      return { seed: seed - first + 1, by: said.replace(/^HOLDFAST_SEED=\d+ replays it: /, '') };
    } finally {
      remove();
    }
  }
  return undefined;
}

for (const bug of plantedInRounds) {
  test(`found: ${bug.name}`, async () => {
    const { seed, by } = (await found(bug)) ?? {};
    assert.ok(seed !== undefined, `no seed of ${most} shows it`);
    summary('planted in rounds', { [`seeds show that ${bug.name} (${by?.slice(0, 90)})`]: seed });
  });
}
