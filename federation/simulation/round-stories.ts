// Rounds from proposal to end, for the tests: officers who agree, and somebody who votes.

import assert from 'node:assert/strict';
import { decodeSum } from '../protocol/round/blobs.ts';
import { learnBy, officers, proposalOf, type RoundMember, type RoundWorld } from './round-world.ts';

export const vector = (member: number, sum: number) =>
  Int32Array.from({ length: 5 }, (_, at) => (member + 1) * (sum + 1) * (at - 2) * 1000);
export const total = (members: readonly number[], sums: number) =>
  Array.from({ length: sums }, (_, sum) => sum).flatMap((sum) =>
    [...vector(0, sum)].map((_, at) => members.reduce((all, member) => all + vector(member, sum)[at]!, 0)),
  );

export async function until(holds: () => boolean, ms = 20_000): Promise<void> {
  const end = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > end) throw new Error('waited too long');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export async function agreed(world: RoundWorld, sums: number, agreement: 'x25519' | 'x-wing' = 'x-wing'): Promise<string> {
  for (const [at, member] of world.members.entries()) member.learn = learnBy((sum) => vector(at, sum), sums);
  const [first, ...others] = world.members;
  const round = await first!.rounds.propose({ ...proposalOf(world), agreement }, world.coordinator.id, {}, officers('first'));
  for (const [at, member] of others.entries()) {
    await until(() => member.rounds.list().some((one) => one.board.begun));
    await member.rounds.accept(round, {}, officers(`other ${at}`));
  }
  await until(() => world.custodian.rounds.list().some((one) => one.board.begun));
  await world.custodian.rounds.keepKey(round, officers('custodian'));
  return round;
}

/** Each sum is that of those whose contributions the board has. */
export async function checkSums(world: RoundWorld, round: string, of: RoundMember): Promise<void> {
  const { board } = of.rounds.get(round);
  for (const { sum, survivors, opened } of board.sums) {
    if (!opened) continue;
    const bytes = await of.spool.get(round, 'sum', sum);
    const members = world.members.flatMap(({ who }, at) => (survivors!.includes(who.id) ? [at] : []));
    const expected = vector(0, sum).map((_, at) => members.reduce((all, member) => all + vector(member, sum)[at]!, 0));
    assert.deepEqual([...decodeSum(bytes!, 5, 'sum')], [...expected], `sum ${sum} of ${members.length}`);
  }
}

/** Without a new line, some 2 ms each. */
const quietLooks = 250;

export async function toEnd(world: RoundWorld, round: string, members: readonly RoundMember[]): Promise<void> {
  const voted = new Set<object>();
  let [lines, quiet] = [0, 0];
  await until(() => {
    // Whoever keeps the board waiting is given up. Looks are counted and no time: a machine that stands still gives nobody up.
    const now = members[0]!.rounds.list()[0]?.board.lines ?? 0;
    quiet = now === lines ? quiet + 1 : 0;
    lines = now;
    if (quiet === quietLooks) [quiet, world.clock.atMs] = [0, world.clock.atMs + 61_000];
    for (const member of members) {
      const session = member.rounds.list()[0];
      const asked = member.events.some(({ kind }) => kind === 'vote');
      if (session && asked && !session.state.vote && !session.board.ended && !voted.has(member.rounds)) {
        voted.add(member.rounds);
        void member.rounds.vote(round, true, { officer: 'wang', reason: 'good' });
      }
    }
    return members.every((member) => member.rounds.list()[0]?.state.over === true);
  }, 60_000);
}
