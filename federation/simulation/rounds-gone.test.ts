// Rounds in which a member is gone for good at each step, or killed at each step and back: the sum is the sum of those who gave. Batches of secrets
// are small here, as each of some twenty rounds would spend most of its time on those that it does not use.

import './round/small-batches.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Unreachable } from '../protocol/coordinator-api.ts';
import { agreed, checkSums, toEnd, until } from './round-stories.ts';
import { RoundWorld } from './round-world.ts';

test('who is gone for good at any step is left out, and the others go on with sums of those who gave', async () => {
  let [withAll, without] = [0, 0];
  for (let calls = 1; calls <= 40; calls += 9) {
    const world = await RoundWorld.open(5);
    try {
      const gone = world.members[2]!;
      const round = await agreed(world, 3, 'x25519');
      await until(() => gone.rounds.get(round).board.agreed);
      let left = calls;
      gone.between = (api) =>
        new Proxy(api, {
          get: (target, name) => {
            const method = Reflect.get(target, name) as (...given: unknown[]) => Promise<unknown>;
            return (...given: unknown[]) => {
              if (name !== 'news') left -= 1;
              if (left < 0) throw new Unreachable('gone');
              return Reflect.apply(method, target, given);
            };
          },
        });
      const stay = world.members.filter((member) => member !== gone);
      await toEnd(world, round, stay);
      const { board } = stay[0]!.rounds.get(round);
      assert.deepEqual(board.ended, { result: 'adopted' }, `after ${calls} calls`);
      for (const member of stay) await checkSums(world, round, member);
      const counts = board.sums.map(({ survivors }) => survivors!.length);
      withAll += counts.filter((count) => count === 5).length;
      without += counts.filter((count) => count === 4).length;
    } finally {
      await world.close();
    }
  }
  assert.ok(withAll > 2 && without > 2, `${withAll} sums with, ${without} without`);
});

test('whoever is killed at any step goes on where it was: the same sums, and nothing twice under one mask', async () => {
  for (let calls = 1; calls <= 60; calls += 4) {
    const world = await RoundWorld.open(3);
    try {
      const killed = [world.members[1]!, world.custodian, world.members[0]!][calls % 3]!;
      const round = await agreed(world, 3, 'x25519');
      let left = calls;
      const between: typeof killed.between = (api) =>
        new Proxy(api, {
          get: (target, name) => {
            const method = Reflect.get(target, name) as (...given: unknown[]) => Promise<unknown>;
            return async (...given: unknown[]) => {
              left -= 1;
              if (left >= 0) return Reflect.apply(method, target, given);
              // Half of the time the call arrives and its answer is lost.
              if (calls % 2 === 0) await Reflect.apply(method, target, given);
              killed.between = (again) => again;
              setImmediate(() => void killed.stop().then(() => killed.open(world)));
              throw new Unreachable('killed');
            };
          },
        });
      killed.between = between;
      await toEnd(world, round, world.all);
      const boards = world.all.map((member) => member.rounds.get(round).board);
      assert.deepEqual(new Set(boards.map(({ head }) => head)).size, 1);
      assert.deepEqual(boards[0]!.ended, { result: 'adopted' }, `after ${calls} calls`);
      assert.deepEqual(
        boards[0]!.sums.map(({ survivors }) => survivors!.length),
        [3, 3, 3],
      );
      for (const member of world.members) await checkSums(world, round, member);
    } finally {
      await world.close();
    }
  }
});
