// Officers who say no at any moment, members who are removed in the middle, and a coordinator that changes, forgets and repeats what it
// carries: nothing wrong is ever learned, and every match ends, if need be alone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rounds, summary } from '../../appliance/simulation/testing/rounds.ts';
import { drawsOf } from './draws.ts';
import type { MatchRun, Trouble } from './match-run.ts';
import type { Member } from './member.ts';
import { cheating, firstSeed, named, troubledRun } from './stories.ts';
import { faulty, nothing } from './world.ts';

const runs = rounds(20, 2_000);

async function seeds(name: string, story: (seed: number) => Promise<MatchRun>, look?: (run: MatchRun) => Promise<void> | void) {
  const seed = firstSeed();
  const ends = new Map<string, number>();
  for (let at = 0; at < runs; at += 1) {
    const run = await story(seed + at);
    await named(seed + at, async () => look?.(run));
    for (const { member } of run.sides) {
      const { code, result } = run.viewOf(member)?.outcome ?? { result: 'never asked' };
      ends.set(code ?? result, (ends.get(code ?? result) ?? 0) + 1);
    }
    await run.world.close();
  }
  summary(name, { matches: runs, ...Object.fromEntries([...ends].sort()), seed });
}

/** An officer of either side says no at some step. */
function stopping(seed: number): Trouble {
  const draws = drawsOf(seed, 'trouble');
  const who = draws.pick(['initiator', 'responder'] as const);
  return {
    atStep: draws.next(seed % 2 === 0 ? 150 : 60),
    act: async (run) => {
      const member = run[who];
      if (!run.viewOf(member)) return;
      await member.act(() => member.matches.stop(run.session, { officer: 'Officer No', reason: 'canary no' }));
    },
  };
}

test('officers say no at any moment, and both sides tell the same story', () =>
  seeds(
    'stopped',
    (seed) => troubledRun(seed, seed % 2 === 0 ? faulty : { ...nothing, slow: 300 }, stopping(seed)),
    async (run) => {
      const alone = run.sides.some(({ member }) => !run.viewOf(member)?.heads.theirs);
      if (alone) assert.equal(run.viewOf(run.responder), undefined, `one side is left alone: ${run.where()}`);
    },
  ));

/** The founder removes one of the two, or the two's partner leaves. */
function removing(seed: number): Trouble {
  const draws = drawsOf(seed, 'trouble');
  const how = draws.pick(['removed', 'revoked', 'left'] as const);
  return {
    atStep: draws.next(120),
    act: async ({ world, initiator, responder }) => {
      const [founder] = world.members as [Member];
      const gone = draws.shuffle([initiator, responder]).find((member) => member !== founder)!;
      const { federation } = world;
      const acting = how === 'left' ? gone : founder;
      await acting.act(() =>
        how === 'left'
          ? gone.belonging.leave(federation, 'enough')
          : founder.belonging.remove(federation, gone.id, how, 'a breach'),
      );
    },
  };
}

test('a member is removed in the middle: the other ends alone, and keeps nothing that is not right', () =>
  seeds('removed', (seed) => troubledRun(seed, seed % 2 === 0 ? faulty : nothing, removing(seed))));

test('a coordinator that changes, forgets, repeats and reorders: never a wrong answer, and an end', () =>
  seeds('cheated', (seed) => troubledRun(seed, cheating)));
