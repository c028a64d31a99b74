// One lie told to an honest member in a world of a seed, and what has to hold then.

import assert from 'node:assert/strict';
import { crookOf } from './crook.ts';
import { checkEnd, checkLearned } from './invariants.ts';
import type { Lie } from './lies.ts';
import type { MatchRun } from './match-run.ts';
import { named, planWhere, prepared } from './stories.ts';
import { faulty, nothing } from './world.ts';

/** @throws where the honest side is harmed, or does not name the lie */
export function toldTo(lie: Lie, seed: number): Promise<MatchRun> {
  return named(seed, () => told(lie, seed));
}

async function told(lie: Lie, seed: number): Promise<MatchRun> {
  const plan = planWhere(seed, lie.fits);
  const run = await prepared(seed, seed % 2 === 0 ? nothing : { ...faulty, skewMs: 0 }, plan);
  const liar = lie.by === 'initiator' ? run.initiator : run.responder;
  const honest = run.sides.find(({ member }) => member !== liar)!;
  liar.crook = crookOf(run.world.federation, lie.say, lie.frames);
  liar.liesOn = true;
  for (let step = 0; step < 400 && !run.ended; step += 1) await run.step();
  await run.world.calmDown();
  for (let days = 0; days < 40 && run.viewOf(honest.member)?.phase !== 'ended'; days += 10) await run.world.days(10);
  const codes = [run.viewOf(honest.member)?.outcome?.code, ...honest.member.events.map(({ code }) => code)];
  if (lie.found)
    assert.ok(
      codes.some((code) => lie.found!.includes(code ?? '')),
      `${lie.name}: found as ${codes}`,
    );
  if (run.viewOf(honest.member)) {
    checkLearned(run, honest, false);
    await checkEnd(run, honest);
  }
  await run.world.close();
  return run;
}
