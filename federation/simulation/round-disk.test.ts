// Rounds whose disks fail or are slow: nothing is said that rests on what was not kept, nothing that was answered for is lost, and what comes
// while a disk is busy is written at once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Unreachable } from '../protocol/coordinator-api.ts';
import type { Book } from '../protocol/durable.ts';
import { ProtocolFault } from '../protocol/words.ts';
import { agreed, checkSums, toEnd } from './round-stories.ts';
import { type RoundMember, RoundWorld } from './round-world.ts';

/** A book whose writes go through `write`. */
const bookBy = (book: Book, write: (changes: Parameters<Book['write']>[0]) => Promise<void>): Book => ({
  write,
  read: (...given) => book.read(...given),
  list: (...given) => book.list(...given),
});

/** What fails at the coordinator says nothing about the call, as over HTTPS. */
function throughHttps(member: RoundMember): void {
  member.between = (api) =>
    new Proxy(api, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as (...given: unknown[]) => Promise<unknown>;
        return (...given: unknown[]) =>
          Reflect.apply(method, target, given).catch((error: unknown) => {
            throw error instanceof ProtocolFault ? error : new Unreachable('503');
          });
      },
    });
}

test('a coordinator whose disk fails and who starts anew again and again loses no entry and no long thing', async () => {
  for (const every of [3, 8]) {
    const world = await RoundWorld.open(4);
    try {
      for (const member of world.all) throughHttps(member);
      let [writes, failed] = [0, 0];
      const failing = bookBy(world.book, async (changes) => {
        writes += 1;
        if (writes % every === 0) {
          failed += 1;
          throw new Error('disk');
        }
        await world.book.write(changes);
      });
      // The first half: all that was put down is known to this start alone. Then another start has to find it.
      let gives = 0;
      const { between } = world.members[0]!;
      world.members[0]!.between = (api) => {
        const inner = between(api);
        return new Proxy(inner, {
          get: (target, name) => {
            const method = Reflect.get(target, name) as (...given: unknown[]) => Promise<unknown>;
            if (name !== 'give') return method.bind(target);
            return async (...given: unknown[]) => {
              await Reflect.apply(method, target, given);
              gives += 1;
              world.desk = world.newDesk(failing);
            };
          },
        });
      };
      const round = await agreed(world, 3, 'x25519');
      await toEnd(world, round, world.members);
      const { board } = world.members[0]!.rounds.get(round);
      assert.deepEqual(board.ended, { result: 'adopted' });
      assert.equal(board.sums.length, 3);
      for (const sum of board.sums) assert.equal(sum.survivors!.length, 4);
      for (const member of world.members) await checkSums(world, round, member);
      assert.ok(failed > 5 && gives > 5, `${failed} failed, ${gives} starts`);
    } finally {
      await world.close();
    }
  }
});

test('a member whose disk fails says nothing before it has kept what that rests on', async () => {
  const world = await RoundWorld.open(3);
  const member = world.members[1]!;
  try {
    const { book } = member;
    const round = await agreed(world, 3, 'x25519');
    await member.stop();
    let writes = 0;
    let kept = (await book.list('round-line')).length;
    member.book = bookBy(book, async (changes) => {
      // What officers decide is answered for at once: whoever asks sees the fault.
      if (!changes.some((change) => 'put' in change && change.put[0] === 'round')) writes += 1;
      if (writes % 3 === 2) {
        writes += 1;
        throw new Unreachable('disk');
      }
      await book.write(changes);
      kept = (await book.list('round-line')).length;
    });
    member.between = (api) => ({
      ...api,
      post: async (entry) => {
        assert.ok(entry.entry.seen.lines <= kept, `${entry.entry.says.kind}: saw ${entry.entry.seen.lines}, kept ${kept}`);
        await api.post(entry);
      },
    });
    await member.open(world);
    const again = setInterval(() => member.rounds.chores(), 5);
    await toEnd(world, round, world.members).finally(() => clearInterval(again));
    const { board } = member.rounds.get(round);
    assert.deepEqual(board.ended, { result: 'adopted' });
    await checkSums(world, round, member);
    assert.equal((await book.list('round-line')).length, board.lines);
    assert.ok(writes > 20);
  } finally {
    await world.close();
  }
});

test('entries that come while the coordinator writes are one write, and one answer', async () => {
  const world = await RoundWorld.open(5);
  try {
    let writes = 0;
    world.desk = world.newDesk(
      bookBy(world.book, async (changes) => {
        if (changes.some((change) => 'put' in change && change.put[0] === 'round-line')) writes += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
        await world.book.write(changes);
      }),
    );
    const round = await agreed(world, 4, 'x25519');
    await toEnd(world, round, world.members);
    const { board } = world.members[0]!.rounds.get(round);
    assert.deepEqual(board.ended, { result: 'adopted' });
    assert.ok(writes < 0.75 * board.lines, `${writes} writes of ${board.lines} lines`);
  } finally {
    await world.close();
  }
});
