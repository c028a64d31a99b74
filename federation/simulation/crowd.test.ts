// More than one match at a time, and lists of more than one part: what a single small match does not show.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstSeed } from '../../appliance/simulation/testing/rounds.ts';
import { tallyLimits } from '../coordinator/tally.ts';
import { drawsOf } from './draws.ts';
import { checkEnd, checkLearned, checkOutcome, checkTranscripts } from './invariants.ts';
import { MatchRun } from './match-run.ts';
import type { Member } from './member.ts';
import { type Brought, datasetFor, type Plan } from './plan.ts';
import { named, planWhere, stepLimit } from './stories.ts';
import { faulty, World } from './world.ts';

const matches = 7;

test(`${matches} matches at a time between three members, more than the counter takes at once`, async (context) => {
  const seed = firstSeed();
  const { open } = tallyLimits;
  Object.assign(tallyLimits, { open: 1 });
  context.after(() => void Object.assign(tallyLimits, { open }));
  await named(seed, async () => {
    const world = await World.open(seed, { ...faulty, coordinatorDies: 5 });
    const plan = planWhere(seed, ({ mode, learns, countFirst }) => mode === 'ecdh' && learns === 'both' && !countFirst);
    const draws = drawsOf(seed, 'crowd');
    for (const member of world.members) member.dataset = datasetFor(plan.initiator, false);
    const [first] = world.members as [Member];
    const all = () => world.members.flatMap((member) => (member.dead ? [] : member.matches.list()));
    const officers = async () => {
      const member = draws.pick(world.members);
      if (member.dead) return;
      if (member === first && member.matches.list().length < matches) {
        const { counted: _counted, ...terms } = plan.terms;
        const responder = draws.pick(world.members.slice(1)).id;
        const wanted = { ...terms, responder, counter: world.coordinatorId };
        await member.act(() => member.matches.propose(wanted, {}, plan.officers.initiator));
      }
      // All are proposed first, so that they run at the same time.
      if (first.dead || first.matches.list().length < matches) return;
      for (const { phase, session, outcome } of member.matches.list()) {
        if (phase === 'asked' && !outcome) await member.act(() => member.matches.accept(session, {}, plan.officers.responder));
      }
    };
    const done = () => all().length === 2 * matches && all().every(({ phase }) => phase === 'ended');
    for (let step = 0; step < 2 * stepLimit && !done(); step += 1) await world.step(step % 5 === 0 ? officers : undefined);
    assert.ok(done(), JSON.stringify(all().map(({ phase, outcome, progress }) => [phase, outcome, progress.waitingFor])));
    for (const view of all()) assert.deepEqual(view.outcome, { result: 'done' });
    for (const member of world.members) assert.ok(!member.matches.busy);
    await world.close();
  });
});

/** The responder's customers are the first of the initiator's, and one that it does not have. */
function longPlan(seed: number): Plan {
  const plan = planWhere(seed, ({ mode, learns, counted }) => mode === 'ecdh' && learns === 'both' && counted);
  const phone = (n: number) => `+86130${String(n).padStart(8, '0')}`;
  const side = (name: string, numbers: readonly number[]): Brought => ({
    ids: numbers.map((n) => `${name}${n}`),
    rows: { phone: numbers.map((n) => [phone(n)]) },
  });
  const count = 16_384 + 500;
  const initiator = side(
    'a',
    Array.from({ length: count }, (_, at) => at),
  );
  const responder = side('b', [0, 1, 2, count - 1, count]);
  return { ...plan, terms: { ...plan.terms, kinds: ['phone'], maxSize: 20_000 }, initiator, responder };
}

test('lists of more than one part', async () => {
  const seed = firstSeed();
  await named(seed, async () => {
    const world = await World.open(seed, { ...faulty, memberDies: 10 });
    const run = new MatchRun(world, longPlan(seed));
    await run.run(stepLimit);
    await world.calmDown();
    checkOutcome(run);
    await checkTranscripts(run);
    for (const side of run.sides) {
      checkLearned(run, side, true);
      await checkEnd(run, side);
    }
    await world.close();
  });
});
