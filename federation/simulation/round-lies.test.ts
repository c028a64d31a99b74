// A coordinator that lies to members of a round, and members that lie to it: what is asked for is refused, by whom and by what name, and
// nobody's values can be read.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoundDesk } from '../coordinator/rounds.ts';
import { Unreachable } from '../protocol/coordinator-api.ts';
import { MemoryBook } from '../protocol/durable.ts';
import { Board } from '../protocol/round/board.ts';
import type { News, RoundApi } from '../protocol/round/round-api.ts';
import { type Saying, type SignedEntry, signEntry } from '../protocol/round/sayings.ts';
import { federationId } from '../protocol/testing.ts';
import { ProtocolFault } from '../protocol/words.ts';
import { agreed, checkSums, toEnd, until } from './round-stories.ts';
import { type RoundMember, RoundWorld } from './round-world.ts';

const isKind = (kind: Saying['kind']) => (signed: SignedEntry) => signed.entry.says.kind === kind;

/** Shows a member other lines than there are. */
function showing(member: RoundMember, change: (news: News) => News): void {
  const { between } = member;
  member.between = (api) => {
    const inner = between(api);
    return { ...inner, news: async (seen, waitMs) => (await inner.news(seen, waitMs)).map(change) };
  };
}

/** What the coordinator would sign at that place. */
function forged(world: RoundWorld, like: SignedEntry, says: Saying): SignedEntry {
  return signEntry(world.coordinator.key, { ...like.entry, by: world.coordinator.id, says });
}

test('a set of survivors without somebody who has given is refused by whoever sees it', async () => {
  const world = await RoundWorld.open(5);
  try {
    const [victim] = world.members;
    showing(victim!, (news) => ({
      ...news,
      entries: news.entries.map((signed) => {
        const { says } = signed.entry;
        if (says.kind !== 'closed') return signed;
        return forged(world, signed, { ...says, survivors: says.survivors.slice(1) });
      }),
    }));
    const round = await agreed(world, 1, 'x25519');
    await until(() => victim!.rounds.get(round).state.forked !== undefined);
    const { state, board } = victim!.rounds.get(round);
    assert.equal(state.forked, 'survivors_wrong');
    assert.equal(state.reveals, undefined, 'it has revealed something');
    assert.equal(board.sums[0]!.survivors, undefined);
    // The others see that it says nothing more, and go on.
    await toEnd(world, round, world.members.slice(1));
    for (const member of world.members.slice(1)) await checkSums(world, round, member);
  } finally {
    await world.close();
  }
});

test('two boards: who is shown the other one is alone on it, and reveals nothing there', async () => {
  const world = await RoundWorld.open(4);
  try {
    const round = await agreed(world, 1, 'x25519');
    const victim = world.members[1]!;
    const last = world.members[3]!;
    // The contribution of one is withheld from another: the board that it sees ends before it.
    await until(() => (victim.rounds.get(round).board.sums[0]?.contributions.size ?? 0) > 0);
    await until(() => world.members[0]!.rounds.get(round).board.sums[0]?.survivors !== undefined);
    const { entries } = world.members[0]!.rounds.get(round);
    const contributions = entries.flatMap((signed, line) => (isKind('contribution')(signed) ? [line] : []));
    const shown = entries.slice(0, contributions.at(-1)!);
    const withheld = entries[contributions.at(-1)!]!.entry.by;
    const other = await secondDesk(world, shown);
    const fresh = world.members.find(({ who }) => who.id !== withheld && who.id !== last.who.id)!;
    await fresh.stop();
    // As if it had been away since then: it begins anew from the coordinator's word alone.
    fresh.book = new MemoryBook();
    fresh.between = () => other.forMember(fresh.who.id);
    await fresh.open(world);
    world.clock.atMs += 120_000;
    await other.tick();
    world.clock.atMs += 120_000;
    await other.tick();
    await until(() => fresh.rounds.list().length === 1);
    const board = fresh.rounds.get(round).board;
    assert.ok(board.sums[0] === undefined || board.sums[0].reveals.size === 0, 'somebody revealed on the second board');
    assert.equal(fresh.rounds.get(round).state.reveals, undefined);
    await other.close();
  } finally {
    await world.close();
  }
});

async function secondDesk(world: RoundWorld, lines: readonly SignedEntry[]): Promise<RoundDesk> {
  const book = new MemoryBook();
  for (const { key, value } of await world.book.list('round-blob')) await book.write([{ put: ['round-blob', key, value] }]);
  for (const [line, signed] of lines.entries()) {
    await book.write([{ put: ['round-line', `${signed.entry.round}/${`${line}`.padStart(7, '0')}`, signed] }]);
  }
  return world.newDesk(book);
}

test('both secrets of one member: the board has no place for the second question', async () => {
  const world = await RoundWorld.open(5);
  try {
    const gone = world.members[2]!;
    const round = await agreed(world, 2, 'x25519');
    gone.between = withoutContribution;
    const stay = world.members.filter((member) => member !== gone);
    await toEnd(world, round, stay);
    const { entries, board } = stay[0]!.rounds.get(round);
    const [sum] = board.sums;
    assert.equal(sum!.survivors!.length, 4);
    assert.ok(!sum!.survivors!.includes(gone.who.id));
    const reveal = entries.findIndex(isKind('reveal'));
    // An auditor's board up to the first reveal: every way to ask for the other secret of the same member is refused there.
    const asked: Saying[] = [
      { kind: 'missing', sum: 0, members: [gone.who.id] },
      { kind: 'closed', sum: 0, survivors: board.terms.members, ciphertexts: sum!.ciphertexts!.slice() },
      { kind: 'missing', sum: 0, members: [...sum!.survivors!] },
    ];
    for (const says of asked) {
      const keyOf = (member: string) => world.membership.members.get(member)?.descriptor.signingKey;
      const auditor = new Board(federationId, round, keyOf);
      for (const signed of entries.slice(0, reveal + 1)) auditor.take(signed);
      const n = auditor.nextOf(world.coordinator.id);
      const entry = { ...entries[reveal]!.entry, by: world.coordinator.id, n, seen: auditor.seen, says };
      assert.throws(
        () => auditor.take(signEntry(world.coordinator.key, entry)),
        (fault) => fault instanceof ProtocolFault && ['survivors_wrong', 'survivors_few', 'round_phase'].includes(fault.code),
        says.kind,
      );
    }
  } finally {
    await world.close();
  }
});

function withoutContribution(api: RoundApi): RoundApi {
  return {
    ...api,
    post: async (signed) => {
      if (signed.entry.says.kind === 'contribution') throw new Unreachable('gone');
      await api.post(signed);
    },
  };
}

test('what another has signed cannot be said again, elsewhere or changed', async () => {
  const world = await RoundWorld.open(3);
  try {
    const round = await agreed(world, 1, 'x25519');
    await until(() => world.members.every(({ events }) => events.some(({ kind }) => kind === 'vote')));
    const { entries } = world.members[0]!.rounds.get(round);
    const contribution = entries.find(isKind('contribution'))!;
    const author = world.all.find(({ who }) => who.id === contribution.entry.by)!;
    const stranger = world.all.find(({ who }) => who.id !== contribution.entry.by)!;
    const code = (wanted: string) => (fault: unknown) => fault instanceof ProtocolFault && fault.code === wanted;
    await assert.rejects(world.desk.forMember(stranger.who.id).post(contribution), code('not_allowed'));
    // The same once more is no fault, and is there once.
    await world.desk.forMember(author.who.id).post(contribution);
    const changed = { ...contribution, entry: { ...contribution.entry, atMs: contribution.entry.atMs + 1 } };
    const n = entries.filter(({ entry }) => entry.by === author.who.id).length;
    await assert.rejects(
      world.desk.forMember(author.who.id).post({ ...changed, entry: { ...changed.entry, n } }),
      code('signature_wrong'),
    );
    const elsewhere = { ...contribution, entry: { ...contribution.entry, round: 'ab'.repeat(16) } };
    await assert.rejects(world.desk.forMember(author.who.id).post(elsewhere), code('round_unknown'));
    assert.equal(world.members[0]!.rounds.get(round).entries.filter(isKind('contribution')).length, 3);
  } finally {
    await world.close();
  }
});
