// Whole runs of a seed, with what has to hold at their end.

import { answerOf } from './answer.ts';
import { drawsOf } from './draws.ts';
import {
  checkApproved,
  checkCoordinator,
  checkEnd,
  checkLearned,
  checkOrders,
  checkOutcome,
  checkPeace,
  checkTranscripts,
} from './invariants.ts';
import { MatchRun, type Trouble } from './match-run.ts';
import type { Crook } from './member.ts';
import { drawPlan, type Plan, ways } from './plan.ts';
import { faulty, type Hazards, World } from './world.ts';

/** A match of honest members has ended by then, whatever the network does: one of thousands takes more than 2,500. */
export const stepLimit = 10_000;

/** Names the seed of what failed. */
export async function named<Result>(seed: number, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw new Error(`HOLDFAST_SEED=${seed} replays it: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

export const planOf = (seed: number): Plan => drawPlan(drawsOf(seed, 'plan'), ways[seed % ways.length]!);

/** A plan of a way that fits, whose match would end as done for both, over lists that are worth lying about. */
export function planWhere(seed: number, fits: (way: (typeof ways)[number]) => boolean): Plan {
  const fitting = ways.filter(fits);
  for (let at = 0; ; at += 1) {
    const draws = drawsOf(seed, `plan ${at}`);
    const plan = drawPlan(draws, draws.pick(fitting));
    const { refused, enough, shared } = answerOf(plan);
    const long = Object.values(shared).every((items) => items.length >= 2);
    if (!refused && enough && long && plan.terms.officers > 1) return plan;
  }
}

/** A match in a world of its own, before its first step. */
export async function prepared(seed: number, hazards: Hazards, plan = planOf(seed), trouble?: Trouble): Promise<MatchRun> {
  const world = await World.open(seed, hazards);
  const run = new MatchRun(world, plan, trouble);
  world.learned = async (member, session, result) => {
    if (!member.liesOn) await checkApproved(run, member, session, result);
  };
  return run;
}

/** Nobody lies and nobody says no: it ends by itself, and rightly. */
export function honestRun(seed: number, hazards: Hazards, more: { plan?: Plan; crook?: Crook } = {}): Promise<MatchRun> {
  return named(seed, async () => {
    const run = await prepared(seed, hazards, more.plan);
    for (const member of run.world.members) member.crook = more.crook;
    await endRightly(run);
    return run;
  });
}

/** Runs it to its end, and looks at all that has to hold then. */
export async function endRightly(run: MatchRun): Promise<void> {
  await run.run(stepLimit);
  await run.world.calmDown();
  checkOutcome(run);
  await checkTranscripts(run);
  for (const side of run.sides) {
    checkLearned(run, side, true);
    await checkEnd(run, side);
  }
  checkCoordinator(run);
  checkOrders(run);
  await run.world.close();
}

export const cheating: Hazards = { ...faulty, malice: { changed: 30, forgotten: 30, repeated: 100, reordered: 200 } };

/** Somebody says no, is removed, or a coordinator cheats: whatever is learned is right and allowed, and all ends within two terms of days. */
export function troubledRun(seed: number, hazards: Hazards, trouble?: Trouble, plan = planOf(seed)): Promise<MatchRun> {
  return named(seed, async () => {
    const run = await prepared(seed, hazards, plan, trouble);
    for (let step = 0; step < troubledSteps && !run.ended; step += 1) await run.step();
    await run.world.calmDown();
    // Officers who see that nothing comes any more say so on one side or on none; the other waits for its days to pass.
    const [side] = drawsOf(seed, 'patience').shuffle([...run.sides, undefined]);
    if (side && run.viewOf(side.member)) {
      await side.member.act(() => side.member.matches.stop(run.session, { officer: 'Officer Late', reason: 'nothing comes' }));
    }
    for (let days = 0; days < 40 && !over(run); days += 10) await run.world.days(10);
    for (const side of run.sides) {
      if (!run.viewOf(side.member)) continue;
      checkLearned(run, side, true);
      await checkEnd(run, side);
    }
    await checkPeace(run);
    checkCoordinator(run);
    checkOrders(run);
    return run;
  });
}

/** So long what was set off by trouble may go on before days pass. */
const troubledSteps = 500;

const over = (run: MatchRun) => run.sides.every(({ member }) => [undefined, 'ended'].includes(run.viewOf(member)?.phase));
