// Officers who say no at any moment, members who are removed in the middle, and a coordinator that changes, forgets and repeats what it
// carries: nothing wrong is ever learned, and every match ends, if need be alone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstSeed, rounds, summary } from '../../appliance/simulation/testing/rounds.ts';
import type { MatchRun } from './match-run.ts';
import { cheating, named, troubledRun } from './stories.ts';
import { removing, stopping } from './troubles.ts';
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

test('officers say no at any moment, and both sides tell the same story', () =>
  seeds(
    'stopped',
    (seed) => troubledRun(seed, seed % 2 === 0 ? faulty : { ...nothing, slow: 300 }, stopping(seed)),
    async (run) => {
      const alone = run.sides.some(({ member }) => !run.viewOf(member)?.heads.theirs);
      if (alone) assert.equal(run.viewOf(run.responder), undefined, `one side is left alone: ${run.where()}`);
    },
  ));

test('a member is removed in the middle: the other ends alone, and keeps nothing that is not right', () =>
  seeds('removed', (seed) => troubledRun(seed, seed % 2 === 0 ? faulty : nothing, removing(seed))));

test('a coordinator that changes, forgets, repeats and reorders: never a wrong answer, and an end', () =>
  seeds('cheated', (seed) => troubledRun(seed, cheating)));
