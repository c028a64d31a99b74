// The custodian's key in shares: rounds stand still while it is locked and go on when enough people gave theirs, nobody is left out for it, and who
// was left out for another reason opens nothing that came later. And everybody who is there signs the end.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addPacks, roundCrypto } from '../../../appliance/federate/rounds/round-crypto.ts';
import { rounds, summary } from '../../../appliance/simulation/testing/rounds.ts';
import { isLocked } from '../../participant/round/custodian-keys.ts';
import { readersOf } from '../../protocol/round/board-state.ts';
import { drawsOf } from '../draws.ts';
import { faulty, nothing } from '../world.ts';
import { checkSums } from './invariants.ts';
import { quietPlan } from './plan.ts';
import { checkLeftOut } from './readers.ts';
import type { RoundRun } from './run.ts';
import { honestRound, planOf, prepared } from './stories.ts';

const split = { shares: 3, needed: 2 };
const runs = rounds(4, 1_000);

function splitPlan(seed: number, sums: number) {
  const plan = planOf(seed);
  return { ...plan, vectors: plan.vectors.slice(0, sums), split: seed % 2 === 1 ? split : (plan.split ?? split) };
}

test('a custodian that is killed again and again opens sums only when its people give their shares', async () => {
  let [locked, tried] = [0, 0];
  for (let seed = 50_001; seed <= 50_000 + runs; seed += 1) {
    const run = await honestRound(seed, faulty, { plan: splitPlan(seed, 3) });
    locked += run.locked;
    tried += await checkLeftOut(run);
  }
  assert.ok(locked > 0);
  summary('rounds with a split key', { rounds: runs, 'shares given to a locked key': locked, 'sums that stayed shut': tried });
});

test('seeds that failed once', async () => {
  // Killed in the middle of its first word: what it sealed by afterwards was another secret than the one that stood on the board.
  for (const seed of [70_052, 70_225]) await honestRound(seed, faulty, { plan: splitPlan(seed, 4) });
});

test('a member that is left out in the middle opens no later sum, and the others do', async () => {
  const base = quietPlan(drawsOf(31, 'left out'), 5, 4);
  const run = await prepared(31, nothing, base);
  const [gone, other] = [run.world.members[2]!, run.world.members[0]!];
  try {
    await until(run, () => other.session?.board.sums[0]?.opened !== undefined);
    gone.gone = true;
    gone.life.end();
    assert.ok(await run.run(6000));
    const { board } = other.session!;
    assert.equal(board.ended!.result, 'adopted');
    assert.ok(board.parties.get(gone.id)!.out);
    assert.ok(!board.readers.includes(gone.id) && board.readers.length === 4);
    assert.equal(board.sums.filter(({ opened }) => opened?.secrets).length, 1, 'one new secret for one who is gone');
    assert.ok((await checkLeftOut(run)) >= 2);
  } finally {
    await run.world.close();
  }
});

test('a board wants another secret once somebody who has the one before is left out, for all others and nobody else', () => {
  const opened = {};
  const of = (...members: string[]) => ({ secrets: Object.fromEntries(members.map((member) => [member, ''])) });
  const refused = { code: 'survivors_wrong' };
  const all = ['a', 'b', 'c', 'd'];
  const left = ['a', 'b', 'd'];
  assert.deepEqual(readersOf(opened, all, all), all);
  assert.deepEqual(readersOf(of(...all), all, all), all, 'a custodian may take another one at any time');
  assert.throws(() => readersOf(opened, all, left), refused);
  assert.throws(() => readersOf(of(...all), all, left), refused);
  assert.throws(() => readersOf(of('a', 'b'), all, left), refused);
  assert.deepEqual(readersOf(of(...left), all, left), left);
  assert.deepEqual(readersOf(opened, left, left), left);
});

/** Somebody is given the chance to act in every step, as in a run, but time does not pass members by. */
async function until(run: RoundRun, holds: () => boolean): Promise<void> {
  for (let step = 0; step < 4000 && !holds(); step += 1) await run.step();
  assert.ok(holds());
}

test('while it is locked nothing is opened and nobody is left out, however long it takes; wrong shares are refused by name', async () => {
  const run = await prepared(32, nothing, { ...quietPlan(drawsOf(32, 'locked'), 3, 3), split });
  const { custodian, members } = run.world;
  try {
    await until(run, () => members[0]!.session?.board.sums[0]?.opened !== undefined);
    const shares = [...run.shares];
    assert.equal(shares.length, 3);
    custodian.life.end();
    custodian.bury();
    await custodian.open();
    assert.ok(isLocked(custodian.session!));
    // Its people are away for longer than patience, many times.
    run.shares.splice(0, 3);
    const before = members[0]!.session!.board.sums.filter(({ opened }) => opened).length;
    for (let times = 0; times < 20; times += 1) {
      for (let step = 0; step < 20; step += 1) await run.world.step();
      run.world.nowMs += 4 * run.world.plan.patienceMs;
    }
    const { board } = members[0]!.session!;
    assert.equal(board.active.length, 3);
    assert.equal(board.ended, undefined);
    assert.ok(board.sums.filter(({ opened }) => opened).length <= before + 1);
    assert.deepEqual(custodian.events.filter(({ kind }) => kind === 'locked').length, 1);

    const give = (...given: string[]) => custodian.rounds!.unlock(run.round, given);
    const wrong = (where: RegExp) => (error: { code?: string; where?: string }) =>
      error.code === 'key_share_wrong' && where.test(error.where ?? '');
    await assert.rejects(give('nothing like it'), wrong(/begins with HF/));
    await assert.rejects(give(`${shares[0]!.slice(0, -1)}${shares[0]!.endsWith('0') ? '1' : '0'}`), wrong(/typing error/));
    const foreign = await prepared(33, nothing, { ...quietPlan(drawsOf(33, 'locked'), 3, 1), split });
    await until(foreign, () => foreign.shares.length === 3);
    await foreign.world.close();
    await assert.rejects(give(foreign.shares[0]!), wrong(/share 1 belongs to another key/));
    assert.equal(await give(shares[2]!), false);
    assert.equal(await give(shares[2]!), false, 'the same once more is none more');
    assert.equal(await give(shares[0]!), true);
    await assert.rejects(give(shares[1]!), { code: 'round_phase' });
    assert.ok(await run.run(6000));
    assert.deepEqual(members[0]!.session!.board.ended, { result: 'adopted' });
    assert.equal(members[0]!.session!.board.sums.length, 3);
    assert.equal(custodian.session!.custodyKey.secret, undefined, 'the key stays in memory');
  } finally {
    await run.world.close();
  }
});

test('under the real encryption: the key comes out of its shares after a start as it went in', async () => {
  const plan = { ...quietPlan(drawsOf(35, 'encrypted'), 3, 3), split };
  const run = await prepared(35, nothing, plan, { sums: roundCrypto, add: addPacks });
  const { custodian, members } = run.world;
  try {
    await until(run, () => members[0]!.session?.board.sums[0]?.opened !== undefined);
    custodian.life.end();
    custodian.bury();
    await custodian.open();
    assert.ok(isLocked(custodian.session!));
    assert.ok(await run.run(6000));
    assert.ok(run.locked >= 2);
    const { ended, sums } = members[0]!.session!.board;
    assert.deepEqual([ended, sums.length], [{ result: 'adopted' }, 3]);
    assert.ok(
      sums.some(({ opened }) => opened!.secrets),
      'after a start it takes another secret for sums',
    );
    for (const node of members) assert.equal(await checkSums(run, node), 3);
  } finally {
    await run.world.close();
  }
});

test('each share is for another person, and none is there before the key is, nor after', async () => {
  const run = await prepared(34, nothing, { ...quietPlan(drawsOf(34, 'shares'), 3, 1), split });
  const { custodian, members } = run.world;
  const share = (person: string) => custodian.rounds!.share(run.round, person);
  try {
    await until(run, () => run.shares.length === 1);
    const first = await custodian.rounds!.share(run.round, 'li');
    assert.deepEqual([first.number, first.of, first.needed], [2, 3, 2]);
    await assert.rejects(share('li'), { code: 'key_share_taken' });
    assert.equal(members[0]!.session!.board.custody, undefined, 'published before all shares are in hands');
    await share('wang');
    await assert.rejects(share('chen'), { code: 'key_share_none' });
    assert.ok(await run.run(6000));
    await assert.rejects(share('chen'), { code: 'key_share_none' });
  } finally {
    await run.world.close();
  }
});
