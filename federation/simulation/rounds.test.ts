// A round between honest members, from proposal to adoption: the sum is the sum, and nobody but the members has it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutClosings } from './round-forging.ts';
import { agreed, total, until } from './round-stories.ts';
import { RoundWorld } from './round-world.ts';

test('members agree, add, arrive at one model and adopt it', async () => {
  const world = await RoundWorld.open(4);
  try {
    const round = await agreed(world, 3);
    const boards = world.members.map((member) => member.rounds.get(round).board);
    await until(() => world.members.every(({ events }) => events.some(({ kind }) => kind === 'vote')));
    for (const [at, member] of world.members.entries())
      await member.rounds.vote(round, at !== 0, { officer: 'wang', reason: 'good' });
    await until(() => world.members.every((member) => member.rounds.get(round).state.over === true));
    assert.deepEqual(boards[0]!.ended, { result: 'adopted' });
    for (const member of world.members) {
      assert.deepEqual(JSON.parse(Buffer.from(member.adopted.get(round)!).toString()), total([0, 1, 2, 3], 3));
      assert.equal(member.rounds.get(round).board.head, boards[0]!.head);
      assert.deepEqual(
        member.events.filter(({ cause }) => cause !== undefined),
        [],
      );
    }
    const [one, other] = [await world.members[0]!.rounds.transcript(round), await world.members[1]!.rounds.transcript(round)];
    assert.equal(withoutClosings(one), withoutClosings(other));
  } finally {
    await world.close();
  }
});
