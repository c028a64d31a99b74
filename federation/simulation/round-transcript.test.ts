// The verifier of rounds against transcripts that the engine made: every change is found in its line, and so is what parties who sign everything
// anew together could pretend.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson } from '../../crypto/canonical-json.ts';
import { fingerprintOf } from '../protocol/identity.ts';
import { foldMembership } from '../protocol/membership.ts';
import { saltedDigest } from '../protocol/round/blobs.ts';
import { blobDigest } from '../protocol/round/round-api.ts';
import type { Saying, SayingOf } from '../protocol/round/sayings.ts';
import { isRoundTranscript } from '../protocol/round/transcript-lines.ts';
import { verifyRound } from '../protocol/round/verify-round.ts';
import { nextStatement } from '../protocol/statements.ts';
import { federationId, startMs, testFederation } from '../protocol/testing.ts';
import { apart, changed, type RoundFile, together, withoutClosings, written } from './round-forging.ts';
import { until, vector } from './round-stories.ts';
import { wholeRound } from './round-whole.ts';
import { learnBy, officers, proposalOf, RoundWorld } from './round-world.ts';

const found = (file: string | Uint8Array, founder?: string) =>
  verifyRound(file, founder).findings.map(({ line, code }) => `${line} ${code}`);
const codes = (file: string | Uint8Array) => verifyRound(file).findings.map(({ code }) => code);
const put = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
const long = process.env.HOLDFAST_LONG === '1';
/** Of the lines, where all would take long. */
const every = long ? 1 : 4;
const budget = { budget: 'customers, epsilon', spent: 2, limit: 10 };

/** So many sums, and everybody votes for what comes out. */
const voted = (world: RoundWorld, sums: number, spent: Partial<typeof budget> = {}): Promise<string> =>
  wholeRound(world, {
    learn: (at) => learnBy((sum) => vector(at, sum), sums),
    budget: (at) => (at === 0 ? budget : at === 1 ? { ...budget, ...spent } : undefined),
  });

describe('the transcript of a round', () => {
  let world: RoundWorld;
  let text: string;
  let lines: string[];
  let file: RoundFile;
  /** Line in the file of the n-th entry that says this. */
  const lineOf = (kind: Saying['kind'], nth = 0) =>
    file.entries.flatMap(({ entry }, at) => (entry.says.kind === kind ? [at + 2] : []))[nth]!;
  const only =
    <Kind extends Saying['kind']>(kind: Kind, change: (says: SayingOf<Kind>) => SayingOf<Kind>, nth = 0) =>
    (says: Saying, entry: object): Saying =>
      says.kind === kind && entry === file.entries[lineOf(kind, nth) - 2]!.entry ? change(says as SayingOf<Kind>) : says;

  before(async () => {
    world = await RoundWorld.open(4);
    const round = await voted(world, 3);
    text = withoutClosings(await world.members[0]!.rounds.transcript(round));
    assert.equal(text, withoutClosings(await world.members[1]!.rounds.transcript(round)));
    lines = text.trimEnd().split('\n');
    file = apart(text);
    assert.equal(written(file), text);
  });
  after(() => world.close());

  test('of honest parties: nothing is found, and the record says who, what and how it ended', () => {
    assert.ok(isRoundTranscript(text) && isRoundTranscript(Buffer.from(text)));
    const founder = fingerprintOf(world.founder.descriptor.descriptor);
    assert.deepEqual(found(text, founder), []);
    assert.deepEqual(found(Buffer.from(text)), []);
    const { record, entries, head, founderCompared, more } = verifyRound(text, ` ${founder.replaceAll(' ', '')}\n`);
    assert.deepEqual([more, founderCompared, entries], [0, true, file.entries.length]);
    assert.equal(head, world.members[0]!.rounds.list()[0]!.board.head);
    assert.equal(record!.founder.fingerprint, founder);
    assert.deepEqual(record!.ended, { result: 'adopted' });
    assert.equal(record!.members.length, 4);
    assert.ok(record!.members.every(({ approvals, vote, out }) => approvals.length === 2 && vote?.adopt && !out));
    assert.deepEqual(record!.members.map(({ budget: spent }) => spent).filter(Boolean), [budget, budget]);
    assert.deepEqual(record!.sums, {
      ...{ asked: 3, opened: 3, given: 3, fewest: 4, changes: 0 },
      of: [{ about: 'sum', sums: 3, values: 15 }],
    });
    assert.equal(record!.recomputed, 'no-code');
    assert.deepEqual(record!.model, { hash: blobDigest(file.model!), sizeBytes: file.model!.length });
    assert.ok(record!.heldLines >= file.entries.length - 4, 'only votes stand behind the last line that somebody saw');
  });

  test('with a digit changed in any entry: its line', () => {
    for (const [at, { entry, signature }] of file.entries.entries()) {
      if (at % every !== 0) continue;
      const later = canonicalJson({ entry: { ...entry, atMs: entry.atMs + 1 }, signature });
      assert.deepEqual(found(put(lines.with(at + 1, later))), [`${at + 2} signature_wrong`]);
    }
  });

  test('with a line removed or doubled: at the line, or at the next that rests on it', () => {
    for (const [at, line] of lines.entries()) {
      if (at % every !== 0 && at < lines.length - 3) continue;
      const [first] = verifyRound(put(lines.toSpliced(at, 1))).findings;
      assert.ok(first && first.line >= Math.min(at + 1, lines.length), `without line ${at + 1}`);
      const twice = verifyRound(put(lines.toSpliced(at, 0, line))).findings[0];
      assert.equal(twice?.line, at + 2, `line ${at + 1} twice`);
      assert.notDeepEqual(found(put(lines.slice(0, at))), [], `cut before line ${at + 1}`);
    }
  });

  test('with lines exchanged: wherever a later signature holds their order', () => {
    const { heldLines } = verifyRound(text).record!;
    for (let at = 0; at < lines.length; at += every) {
      for (const other of new Set([at + 1, at + 4, lines.length - 1])) {
        if (other >= lines.length || other <= at) continue;
        const free = at > heldLines && other <= file.entries.length;
        const codesOf = codes(put(lines.with(at, lines[other]!).with(other, lines[at]!)));
        assert.ok(free || codesOf.length > 0, `lines ${at + 1} and ${other + 1} exchanged`);
      }
    }
  });

  test("with another member's signature, or another's words", () => {
    const line = lineOf('acceptance');
    const [one, other] = [file.entries[line - 2]!, file.entries[lineOf('acceptance', 1) - 2]!];
    assert.deepEqual(found(put(lines.with(line - 1, canonicalJson({ ...one, signature: other.signature })))), [
      `${line} signature_wrong`,
    ]);
    const said = canonicalJson({ ...one, entry: { ...one.entry, by: other.entry.by } });
    assert.deepEqual(found(put(lines.with(line - 1, said))), [`${line} signature_wrong`]);
    const stranger = canonicalJson({ ...one, entry: { ...one.entry, by: world.founder.id } });
    assert.deepEqual(found(put(lines.with(line - 1, stranger))), [`${line} round_stranger`]);
  });

  test('with a sum changed, missing, in another place or unasked: its line', () => {
    const at = file.entries.length + 1;
    const bytes = Buffer.from(file.sums[1]!.bytes);
    bytes[40]! ^= 1;
    const wrong = file.sums.with(1, { sum: 1, bytes });
    assert.deepEqual(found(written({ ...file, sums: wrong })), [`${at + 2} sum_wrong`]);
    assert.deepEqual(found(put(lines.toSpliced(at + 1, 1))), [`${at + 2} sum_missing`]);
    assert.deepEqual(verifyRound(written({ ...file, sums: [] })).findings, [
      { line: at + 1, code: 'sum_missing', where: 'sum 0 - 2' },
    ]);
    assert.deepEqual(found(put(lines.with(at, lines[at + 1]!).with(at + 1, lines[at]!))), [`${at + 2} transcript_order`]);
    assert.deepEqual(found(written({ ...file, sums: [...file.sums, { sum: 3, bytes }] })), [`${at + 4} sum_wrong`]);
    const short = file.sums.with(2, { sum: 2, bytes: file.sums[2]!.bytes.subarray(0, -4) });
    assert.deepEqual(found(written({ ...file, sums: short })), [`${at + 3} sum_wrong`]);
  });

  test('with the model changed or missing', () => {
    const model = Buffer.from(file.model!);
    model[3]! ^= 1;
    assert.deepEqual(found(written({ ...file, model })), [`${lines.length} model_changed`]);
    assert.deepEqual(found(written({ ...file, model: undefined })), [`${lines.length} model_missing`]);
  });

  test('with survivors forged by the coordinator alone, or with everybody signing on', () => {
    const forge = only('closed', (says) => ({ ...says, survivors: says.survivors.slice(1) }), 1);
    const line = lineOf('closed', 1);
    assert.deepEqual(found(written(changed(world, file, forge))), [`${line} survivors_wrong`]);
    assert.deepEqual(found(written(together(world, file, forge))), [`${line} survivors_wrong`]);
  });

  test('signed anew by all, with a budget overspent, an officer short, or one officer under two spellings', () => {
    const over = only('acceptance', (says) => ({ ...says, budget: { ...budget, spent: 11 } }));
    assert.deepEqual(found(written(together(world, file, over))), [`${lineOf('acceptance')} budget_exceeded`]);
    const alone = only('custody', (says) => ({ ...says, approvals: says.approvals.slice(1) }));
    assert.deepEqual(found(written(together(world, file, alone))), [`${lineOf('custody')} officers_missing`]);
    const twice = [
      { officer: 'Wang Fang', reason: 'because' },
      { officer: 'wang  fang ', reason: 'because' },
    ];
    const same = only('proposal', (says) => ({ ...says, approvals: twice }));
    assert.deepEqual(found(written(together(world, file, same))), ['2 officers_missing']);
  });

  test('signed anew by all, with another sum: that is theirs to say, and the model has to follow from it', () => {
    const bytes = Buffer.from(file.sums[1]!.bytes);
    bytes[40]! ^= 1;
    const sums = file.sums.with(1, { sum: 1, bytes });
    const opened = only('opened', (says) => ({ ...says, salted: saltedDigest(bytes) }), 1);
    const forged = together(world, { ...file, sums }, opened);
    assert.deepEqual(found(written(forged)), []);
    assert.equal(verifyRound(written(forged)).record!.recomputed, 'no-code', 'it says so that nobody takes it for checked');
  });

  test('under a log that is another federation’s, shorter, or with somebody who had left', () => {
    const other = testFederation(3, 'ab'.repeat(16), 'other ');
    const log = other.log.statements;
    assert.deepEqual(found(written({ ...file, opening: { ...file.opening, log } })), ['1 federation_other']);
    const shorter = file.opening.log.slice(0, -1);
    const short = verifyRound(written({ ...file, opening: { ...file.opening, log: shorter } })).findings;
    assert.ok(short.some(({ line, code }) => line === 1 && code === 'log_forked'));
    const founder = fingerprintOf(other.founder.descriptor.descriptor);
    assert.deepEqual(found(text, founder), ['1 founder_differs']);
    const federation = 'ab'.repeat(16);
    const codesOf = codes(written({ ...file, opening: { ...file.opening, federation } }));
    assert.ok(codesOf.length > 0 && codesOf.every((code) => code === 'federation_other'));
    const gone = file.opening.log.length;
    const act = { kind: 'remove', member: world.members[3]!.who.id, how: 'removed', reason: 'over' } as const;
    const last = nextStatement(world.founder.key, federationId, world.founder.id, world.membership, act, startMs);
    const later = { ...file, opening: { ...file.opening, log: [...file.opening.log, last] } };
    const { head, size } = foldMembership(later.opening.log);
    assert.equal(size, gone + 1);
    const under = only('proposal', (says) => ({ ...says, terms: { ...says.terms, log: { size, head } } }));
    assert.deepEqual(found(written(together(world, later, under))), ['2 member_ended']);
    const elsewhere = verifyRound(written({ ...file, opening: { ...file.opening, round: federation } })).findings;
    assert.deepEqual([elsewhere[0]!.line, elsewhere[0]!.code], [2, 'round_unknown']);
  });

  test('with several things wrong: each is found', () => {
    const bytes = Buffer.from(file.sums[0]!.bytes);
    bytes[33]! ^= 1;
    const several = written({ ...file, sums: file.sums.with(0, { sum: 0, bytes }), model: Buffer.from('[]') }).split('\n');
    const line = lineOf('keys');
    const { entry, signature } = file.entries[line]!;
    several[line + 1] = canonicalJson({ entry: { ...entry, atMs: entry.atMs + 1 }, signature });
    const at = file.entries.length + 1;
    assert.deepEqual(found(several.join('\n')), [
      `${line + 2} signature_wrong`,
      `${at + 1} sum_wrong`,
      `${lines.length} model_changed`,
    ]);
  });

  test('in any byte: another one, one less, one more', () => {
    const bytes = Buffer.from(text);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.constantFrom('set', 'remove', 'insert'), (at, value, how) => {
        const other = Buffer.concat([
          bytes.subarray(0, at),
          how === 'remove' ? Buffer.alloc(0) : Buffer.of(value),
          bytes.subarray(how === 'insert' ? at : at + 1),
        ]);
        if (!other.equals(bytes)) assert.notDeepEqual(codes(other), []);
      }),
      { numRuns: long ? 5_000 : 120, ...(long ? {} : { seed: 20_261_126 }) },
    );
  });

  test('in its encoding alone, or that is none', () => {
    assert.equal(codes(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]))[0], 'malformed');
    assert.equal(codes(Buffer.from([...Buffer.from(text), 0xff]))[0], 'malformed');
    assert.notDeepEqual(codes(text.replaceAll('\n', '\r\n')), []);
    for (const none of ['', '\n', '{}\n', 'null\n', '[]\n', '{"entry":"round"}\n', `${'x'.repeat(1000)}\n`])
      assert.notDeepEqual(codes(none), [], none);
  });
});

test('a round that was stopped, one that goes on, and the custodian’s copy', async () => {
  const world = await RoundWorld.open(3);
  try {
    for (const member of world.members) member.learn = () => new Promise(() => undefined);
    const proposal = { ...proposalOf(world), agreement: 'x25519' as const };
    const [first, second] = world.members;
    const round = await first!.rounds.propose(proposal, world.coordinator.id, {}, officers('first'));
    await until(() => second!.rounds.list().some((one) => one.board.begun));
    const open = verifyRound(await first!.rounds.transcript(round));
    assert.deepEqual(
      open.findings.map(({ code }) => code),
      ['outcome_missing'],
    );
    await second!.rounds.stop(round, { officer: 'li', reason: 'not now' });
    await until(() => first!.rounds.get(round).state.over === true);
    const text = await first!.rounds.transcript(round);
    assert.deepEqual(found(text), []);
    const { record } = verifyRound(text);
    assert.equal(record!.ended?.code, 'declined');
    assert.equal(record!.recomputed, 'no-model');
    const model = written({ ...apart(text), model: Buffer.from('[]') });
    assert.deepEqual(codes(model), ['transcript_order']);
  } finally {
    await world.close();
  }
});

test('an overspent budget that everybody let pass; and a copy without sums says what it lacks', async () => {
  const world = await RoundWorld.open(3);
  try {
    const round = await voted(world, 2, { spent: 12 });
    assert.deepEqual(codes(await world.members[0]!.rounds.transcript(round)), ['budget_exceeded']);
    const custodians = await world.custodian.rounds.transcript(round);
    assert.deepEqual(codes(custodians), ['budget_exceeded', 'sum_missing', 'model_missing']);
  } finally {
    await world.close();
  }
});
