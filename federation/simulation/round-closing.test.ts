// The end of a board as its parties sign it: transcripts carry what came, the last lines stand in no other order then, and what does not hold is found.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { canonicalJson } from '../../crypto/canonical-json.ts';
import { Unreachable } from '../protocol/coordinator-api.ts';
import { type SignedClosing, signClosing } from '../protocol/round/closing.ts';
import { writeRoundVerdict } from '../protocol/round/round-verdict-words.ts';
import { verifyRound } from '../protocol/round/verify-round.ts';
import { startMs } from '../protocol/testing.ts';
import { withoutClosings } from './round-forging.ts';
import { until, vector } from './round-stories.ts';
import { wholeRound } from './round-whole.ts';
import { learnBy, RoundWorld } from './round-world.ts';

const closingsIn = (text: string) => text.split('\n').filter((line) => line.startsWith('{"closing":'));
const codes = (file: string) => verifyRound(file).findings.map(({ code }) => code);
const lineOf = (signed: SignedClosing) => `${canonicalJson({ entry: 'closing', ...signed })}\n`;

describe('the end of a board', () => {
  let world: RoundWorld;
  let round: string;
  let text: string;
  const transcript = (at: number) => world.members[at]!.rounds.transcript(round);

  before(async () => {
    world = await RoundWorld.open(3);
    // One is away when it ends, and signs when it is there again.
    const late = world.members[2]!;
    let away = true;
    late.between = (api) => ({
      ...api,
      close: (closing) => (away ? Promise.reject(new Unreachable('away')) : api.close(closing)),
    });
    round = await wholeRound(world, { learn: (at) => learnBy((sum) => vector(at, sum), 2) });
    await waited(async () => closingsIn(await transcript(0)).length === 4);
    const copy = await transcript(0);
    const { end, heldLines } = verifyRound(copy).record!;
    assert.deepEqual(end.missing, [late.who.id]);
    assert.equal(heldLines, verifyRound(copy).entries);
    away = false;
    late.rounds.chores();
    await waited(async () => closingsIn(await transcript(0)).length === 5);
    text = await transcript(0);
    await waited(async () => (await transcript(1)) === text && (await transcript(2)) === text);
  });
  after(() => world.close());

  async function waited(holds: () => Promise<boolean>): Promise<void> {
    let held = false;
    for (let turn = 0; turn < 6_000 && !held; turn += 1) {
      held = await holds();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.ok(held, 'waited too long');
  }

  test('all five have signed it, and every line is held', () => {
    const verdict = verifyRound(text);
    assert.deepEqual(verdict.findings, []);
    const { end, heldLines } = verdict.record!;
    assert.equal(end.signed.length, 5);
    assert.deepEqual(end.missing, []);
    assert.equal(heldLines, verdict.entries);
    assert.match(writeRoundVerdict(verdict, 'en'), /The end of the board is signed by /);
    assert.match(writeRoundVerdict(verdict, 'zh'), /已签署公告板终点/);
  });

  test('without any the transcript holds, and says who has not signed', () => {
    const verdict = verifyRound(withoutClosings(text));
    assert.deepEqual(verdict.findings, []);
    assert.equal(verdict.record!.end.missing.length, 5);
    assert.ok(verdict.record!.heldLines < verdict.entries);
    assert.match(writeRoundVerdict(verdict, 'en'), /Not signed, in this copy: .*Organisation/);
    assert.match(writeRoundVerdict(verdict, 'zh'), /此副本中未签署/);
  });

  test("the coordinator's own signature holds no order that is its own", () => {
    const own = closingsIn(text).find((line) => line.includes(`"by":"${world.coordinator.id}"`))!;
    const { record, entries } = verifyRound(`${withoutClosings(text)}${own}\n`);
    assert.deepEqual(record!.end.signed, [world.coordinator.id]);
    assert.ok(record!.heldLines < entries);
  });

  test('the last votes exchanged, a changed signature, one twice, a stranger’s, and one in another place are found', () => {
    const lines = text.trimEnd().split('\n');
    const votes = lines.flatMap((line, at) => (line.includes('"kind":"vote"') ? [at] : []));
    const [one, other] = votes.slice(-2) as [number, number];
    const exchanged = lines.with(one, lines[other]!).with(other, lines[one]!);
    assert.ok(codes(`${exchanged.join('\n')}\n`).includes('board_forked'), 'with closings the order of the last votes is held');

    const last = lines.at(-1)!;
    const at = last.indexOf('"signature":"') + 20;
    const digit = last[at] === 'A' ? 'B' : 'A';
    assert.deepEqual(codes(`${lines.with(-1, last.slice(0, at) + digit + last.slice(at + 1)).join('\n')}\n`), [
      'signature_wrong',
    ]);
    assert.deepEqual(codes(`${text}${last}\n`), ['transcript_order']);
    const { board } = world.members[0]!.rounds.get(round);
    const strange = signClosing(world.founder.key, world.founder.id, board, startMs);
    assert.deepEqual(codes(`${text}${lineOf(strange)}`), ['round_stranger']);
    const sumAt = lines.findIndex((line) => line.includes('"entry":"sum"'));
    const moved = lines.toSpliced(-1, 1).toSpliced(sumAt, 0, last);
    assert.ok(codes(`${moved.join('\n')}\n`).includes('transcript_order'));
  });

  test('a signature under another end of the same round is evidence of two boards', async () => {
    const member = world.members[1]!;
    const { board } = member.rounds.get(round);
    const shorter = { federation: board.federation, round, lines: board.lines, head: '0'.repeat(64) } as typeof board;
    const signed = signClosing(member.who.key, member.who.id, shorter, startMs);
    assert.deepEqual(codes(`${withoutClosings(text)}${lineOf(signed)}`), ['board_forked']);
    await assert.rejects(world.desk.forMember(member.who.id).close(signed), { code: 'board_forked' });
    const foreign = signClosing(member.who.key, world.members[0]!.who.id, board, startMs);
    await assert.rejects(world.desk.forMember(member.who.id).close(foreign), { code: 'not_allowed' });
  });

  test('a node that starts again has them, and one that asks as before there were any is told nothing new', async () => {
    const [first] = world.members;
    await first!.stop();
    await first!.open(world);
    assert.equal(await first!.rounds.transcript(round), text);
    const { lines } = first!.rounds.get(round).board;
    assert.deepEqual(await world.desk.forMember(first!.who.id).news({ [round]: lines }, 0), []);
    await until(() => first!.rounds.get(round).state.signed === true);
  });
});
