// Whole rounds of a seed, with what has to hold at their end.

import assert from 'node:assert/strict';
import { drawsOf } from '../draws.ts';
import { named } from '../stories.ts';
import type { Hazards } from '../world.ts';
import {
  checkAdopted,
  checkEnding,
  checkMaskedOnce,
  checkOneBoard,
  checkOneSecret,
  checkOneSet,
  checkSums,
  checkTidy,
} from './invariants.ts';
import type { RoundNode } from './node.ts';
import { drawPlan, type Plan } from './plan.ts';
import { checkClosings, checkLeftOut, checkSplit } from './readers.ts';
import { RoundRun } from './run.ts';
import { type Encryption, RoundWorld } from './world.ts';

/** A round of honest parties has ended by then, whatever the network does. */
export const stepLimit = 12_000;

export const planOf = (seed: number): Plan => drawPlan(drawsOf(seed, 'round plan'));

export async function prepared(seed: number, hazards: Hazards, plan = planOf(seed), encryption?: Encryption): Promise<RoundRun> {
  return new RoundRun(await RoundWorld.open(seed, hazards, plan, encryption));
}

export type More = { readonly plan?: Plan; readonly encryption?: Encryption; readonly node?: (node: RoundNode) => void };

/** Nobody lies: it ends, and rightly; also where some are gone for good. */
export function honestRound(seed: number, hazards: Hazards, more: More = {}): Promise<RoundRun> {
  return named(seed, async () => {
    const run = await prepared(seed, hazards, more.plan, more.encryption);
    if (more.node) run.world.nodes.forEach(more.node);
    try {
      const ended = await run.run(stepLimit);
      if (ended) await run.world.calmDown();
      await checkAlways(run);
      assert.ok(ended, `it did not end in ${stepLimit} steps`);
      if (run.here.every(({ session }) => session === undefined)) return run;
      checkEnding(run);
      await checkClosings(run);
      for (const node of run.here) await checkTidy(run, node);
      return run;
    } finally {
      await run.world.close();
    }
  });
}

/** What holds at any time, also over the disks of those who are gone. */
export async function checkAlways(run: RoundRun): Promise<void> {
  checkMaskedOnce(run);
  await checkOneBoard(run);
  await checkOneSecret(run);
  await checkOneSet(run);
  await checkLeftOut(run);
  await checkSplit(run);
  for (const node of run.world.nodes) {
    await checkSums(run, node);
    await checkAdopted(run, node);
  }
}
