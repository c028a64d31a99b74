// One lie told in a round of a seed, and what has to hold then.

import assert from 'node:assert/strict';
import { drawsOf } from '../draws.ts';
import { named } from '../stories.ts';
import { faulty, nothing } from '../world.ts';
import type { Lie } from './coordinator-lies.ts';
import { checkAdopted, checkMaskedOnce, checkOneSecret, checkOneSet, checkSums, checkTidy } from './invariants.ts';
import type { RoundNode } from './node.ts';
import { quietPlan } from './plan.ts';
import type { RoundRun } from './run.ts';
import { prepared } from './stories.ts';

/** So many members that one can be lied to, and the others go on. */
const members = 4;

/** @throws where an honest party is harmed, or nobody names the lie */
export function toldTo(lie: Lie, seed: number): Promise<RoundRun> {
  return named(seed, async () => {
    const plan = quietPlan(drawsOf(seed, 'lied to'), members, 1 + (seed % 3 === 0 ? 1 : 0));
    const run = await prepared(seed, seed % 2 === 0 ? nothing : { ...faulty, skewMs: 0 }, plan);
    try {
      const liars = lie.tell(run);
      const ended = await run.run(6000);
      await run.world.calmDown();
      const honest = run.world.nodes.filter((node) => !liars.includes(node));
      await checkHonest(run, honest, liars, lie);
      assert.ok(ended, `${lie.name}: it does not end`);
      return run;
    } finally {
      await run.world.close();
    }
  });
}

export function codesOf({ session, events }: RoundNode): string[] {
  return [session?.state.forked, session?.board.ended?.code, ...events.map(({ code }) => code)].filter(
    (code) => code !== undefined,
  );
}

async function checkHonest(run: RoundRun, honest: readonly RoundNode[], liars: readonly RoundNode[], lie: Lie): Promise<void> {
  // A liar may say what it likes twice; nobody else has masked anything twice.
  if (liars.length === 0) checkMaskedOnce(run);
  await checkOneSecret(
    run,
    liars.map(({ id }) => id),
  );
  await checkOneSet(run, honest);
  const codes = honest.flatMap(codesOf);
  if (lie.found)
    assert.ok(
      codes.some((code) => lie.found!.includes(code)),
      `${lie.name}: found as ${[...new Set(codes)]}`,
    );
  else assert.deepEqual(codes, [], `${lie.name}: cannot be found, and is`);
  for (const node of honest) {
    if (!lie.spoils) await checkSums(run, node);
    await checkAdopted(run, node, !lie.spoils);
    await checkTidy(run, node);
  }
}
