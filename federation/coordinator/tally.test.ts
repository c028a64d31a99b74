import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tallyKinds } from '../protocol/coordinator-api.ts';
import { type MatchKind, matchLimits } from '../protocol/match-terms.ts';
import { checkSignature, decodeMessage } from '../protocol/message.ts';
import { readTallyPart, readTallyVerdict, type TallyFields, type TallyVerdict, writeTallyParts } from '../protocol/tally.ts';
import { seededRandom, type TestMember } from '../protocol/testing.ts';
import { type ProtocolCode, ProtocolFault } from '../protocol/words.ts';
import type { Coordinator } from './coordinator.ts';
import { tallyLimits } from './tally.ts';
import { Killed, Mortal, session, TestFederation } from './testing.ts';

const coded = (code: ProtocolCode) => (error: unknown) => error instanceof ProtocolFault && error.code === code;
const terms = 'ab'.repeat(32);
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);

/** Tokens by number, as different as hashes. */
function tokens(which: readonly number[]): Buffer {
  const list = Buffer.alloc(which.length * 32);
  for (const [at, number] of which.entries()) list.writeUInt32LE(number + 1, at * 32);
  return list;
}

type Lists = { readonly [kind in MatchKind]?: readonly number[] };

class Match {
  readonly federation: TestFederation;
  readonly coordinator: Coordinator;
  readonly a: TestMember;
  readonly b: TestMember;

  constructor(federation: TestFederation, coordinator: Coordinator) {
    this.federation = federation;
    this.coordinator = coordinator;
    [this.a, this.b] = federation.members as [TestMember, TestMember];
  }

  static async open(members = 2, role: 'coordinator' | 'both' = 'coordinator'): Promise<Match> {
    const federation = await TestFederation.make(members, role);
    return new Match(federation, await federation.open());
  }

  messages(
    from: TestMember,
    partner: TestMember,
    lists: Lists,
    more: Partial<TallyFields> = {},
    inSession = session,
  ): Uint8Array[] {
    const fields: TallyFields = { terms, partner: partner.id, least: 2, tell: 'verdict', ...more };
    const packed = Object.entries(lists).map(([kind, list]) => ({ kind: kind as MatchKind, tokens: tokens(list) }));
    const options = { session: inSession, kind: tallyKinds.list };
    return [...writeTallyParts(fields, packed)].map((body, seq) =>
      this.federation.message(from, this.federation.own, seq, body, options),
    );
  }

  async send(from: TestMember, messages: readonly Uint8Array[]): Promise<void> {
    for (const message of messages) await this.coordinator.forMember(from.id).send(message);
  }

  async verdicts(): Promise<(TallyVerdict | undefined)[]> {
    await this.coordinator.settle();
    const both = [];
    for (const member of [this.a, this.b]) {
      const deliveries = await this.coordinator.forMember(member.id).receive(0, 0);
      const message = deliveries[0] && decodeMessage(deliveries[0].message);
      if (message) {
        checkSignature(message, this.federation.own.descriptor.descriptor.signingKey);
        assert.deepEqual(
          [message.header.kind, message.header.from, message.header.seq],
          [tallyKinds.verdict, this.federation.own.id, 0],
        );
      }
      both.push(message && readTallyVerdict(message.body));
    }
    return both;
  }
}

const cases: [string, Lists, Lists, Partial<TallyFields>, Omit<TallyVerdict, 'v' | 'terms'>][] = [
  ['as many as asked for', { phone: numbers(0, 5) }, { phone: numbers(3, 9) }, {}, { verdict: 'enough' }],
  ['one too few', { phone: numbers(0, 5) }, { phone: numbers(4, 9) }, {}, { verdict: 'too-small' }],
  [
    'several kinds: the largest counts, and not their sum',
    { phone: [1, 2], email: [1, 2] },
    { phone: [1, 3], email: [1, 3] },
    { tell: 'count' },
    { verdict: 'too-small' },
  ],
  [
    'counts where both asked for them',
    { phone: [1, 2, 3], email: [1, 2] },
    { phone: [3, 2, 4], email: [2] },
    { tell: 'count' },
    {
      verdict: 'enough',
      counts: [
        { kind: 'phone', shared: 2 },
        { kind: 'email', shared: 1 },
      ],
    },
  ],
  ['an empty list', { phone: [] }, { phone: [1, 2] }, {}, { verdict: 'too-small' }],
  ['a token twice', { phone: [1, 1, 2] }, { phone: [1, 2] }, {}, { verdict: 'refused', reason: 'repeats' }],
  ['other kinds', { phone: [1, 2] }, { email: [1, 2] }, {}, { verdict: 'disagree' }],
];

for (const [name, ofA, ofB, more, verdict] of cases) {
  test(`verdict: ${name}`, async () => {
    const match = await Match.open();
    await match.send(match.a, match.messages(match.a, match.b, ofA, more));
    if (verdict.verdict !== 'disagree') assert.deepEqual(await match.verdicts(), [undefined, undefined]);
    await match.send(match.b, match.messages(match.b, match.a, ofB, more));
    const expected = { v: 1, terms, ...verdict };
    assert.deepEqual(await match.verdicts(), [expected, expected]);
    for (const { id } of [match.a, match.b]) {
      for (const kind of ['phone', 'email']) {
        assert.deepEqual(await match.federation.spool.parts(`tally-${session}`, `${id}-${kind}`), []);
      }
    }
  });
}

test('sides that name other terms, another least, another tell or another partner disagree', async () => {
  const others: Partial<TallyFields>[] = [
    { terms: 'cd'.repeat(32) },
    { least: 3 },
    { tell: 'count' },
    { partner: 'dd'.repeat(16) },
  ];
  for (const other of others) {
    const match = await Match.open(3);
    const partner = other.partner === undefined ? match.a : match.federation.members[2]!;
    const { partner: _, ...more } = other;
    await match.send(match.a, match.messages(match.a, match.b, { phone: [1, 2] }));
    await match.send(match.b, match.messages(match.b, partner, { phone: [1, 2] }, more));
    assert.deepEqual(
      (await match.verdicts()).map((verdict) => verdict?.verdict),
      ['disagree', 'disagree'],
    );
  }
});

test('lists of many parts, sent in any order, with some of them twice', async () => {
  const match = await Match.open();
  const count = matchLimits.chunkTokens * 2 + 5;
  const ofA = match.messages(match.a, match.b, { phone: numbers(0, count) }, { least: count - 100, tell: 'count' });
  const ofB = match.messages(match.b, match.a, { phone: numbers(100, count + 100) }, { least: count - 100, tell: 'count' });
  assert.equal(ofA.length, 3);
  await match.send(match.b, [ofB[2]!, ofB[0]!, ofB[2]!]);
  await match.send(match.a, ofA);
  assert.deepEqual(await match.verdicts(), [undefined, undefined]);
  await match.send(match.b, [ofB[1]!]);
  const expected = { v: 1, terms, verdict: 'enough', counts: [{ kind: 'phone', shared: count - 100 }] };
  assert.deepEqual(await match.verdicts(), [expected, expected]);
  // Sent again after the end they are known; a new part of the same session is not taken.
  await match.send(match.a, ofA);
  const late = match.messages(match.a, match.b, { email: [1] }, {});
  const body = decodeMessage(late[0]!).body;
  const message = match.federation.message(match.a, match.federation.own, 9, body, { kind: tallyKinds.list });
  await assert.rejects(match.send(match.a, [message]), coded('session_unknown'));
});

test('nobody besides the two takes part, and one side tells one thing', async () => {
  const match = await Match.open(3);
  const third = match.federation.members[2]!;
  await match.send(match.a, match.messages(match.a, match.b, { phone: [1, 2], email: [1] }).slice(0, 1));
  await assert.rejects(match.send(third, match.messages(third, match.a, { phone: [1] })), coded('session_stranger'));
  const changed = match.messages(match.a, match.b, { phone: [1, 2], email: [1] }, { least: 5 });
  await assert.rejects(match.send(match.a, changed.slice(1)), coded('parameters_changed'));
  await assert.rejects(
    match.send(match.a, match.messages(match.a, match.a, { phone: [1] }, {}, 'cc'.repeat(16))),
    coded('malformed'),
  );
});

test('a coordinator counts for no match that it takes part in', async () => {
  const match = await Match.open(2, 'both');
  const { own } = match.federation;
  await assert.rejects(match.send(match.a, match.messages(match.a, own, { phone: [1] })), coded('not_allowed'));
  await assert.rejects(match.send(own, match.messages(own, match.a, { phone: [1] })), coded('not_allowed'));
  // Its own message under the verdict's number: no verdict could follow.
  await match.coordinator.forMember(own.id).send(match.federation.message(own, match.b, 0));
  await assert.rejects(match.send(match.a, match.messages(match.a, match.b, { phone: [1] })), coded('session_unknown'));
});

test('so many tallies at once and no more; one that stands still ends, and gives its place', async () => {
  const match = await Match.open(3);
  const sessions = numbers(0, tallyLimits.open + 1).map((at) => `${at}`.padStart(32, '0'));
  const of = (at: number, from = match.a, partner = match.b) =>
    match.messages(from, partner, { phone: [1, 2] }, {}, sessions[at]!);
  const { openOfMember } = tallyLimits;
  for (let at = 0; at < openOfMember; at += 1) await match.send(match.a, of(at));
  await assert.rejects(match.send(match.a, of(openOfMember)), coded('session_full'));
  for (let at = openOfMember; at < tallyLimits.open; at += 1) await match.send(match.b, of(at, match.b, match.a));
  const third = match.federation.members[2]!;
  await assert.rejects(match.send(third, of(tallyLimits.open, third)), coded('session_full'));
  match.federation.clock.atMs += tallyLimits.idleMs;
  await match.coordinator.tick();
  const expected = { v: 1, terms, verdict: 'refused', reason: 'expired' };
  assert.deepEqual(await match.verdicts(), [expected, expected]);
  await match.send(third, of(tallyLimits.open, third));
});

test('what was complete when the process died is counted when it starts again', async () => {
  const federation = await TestFederation.make();
  const match = new Match(federation, await federation.open({ countShared: () => Promise.reject(new Error('died')) }));
  await match.send(match.a, match.messages(match.a, match.b, { phone: [1, 2] }));
  await match.send(match.b, match.messages(match.b, match.a, { phone: [1, 2] }));
  assert.deepEqual(await match.verdicts(), [undefined, undefined]);
  const again = new Match(federation, await federation.open());
  assert.deepEqual((await again.verdicts())[0]?.verdict, 'enough');
});

test('a list that was put down as the process died is found, and goes with its tally', async () => {
  const federation = await TestFederation.make();
  await federation.open();
  const first = new Mortal(2, false);
  const { book, spool } = federation;
  const match = new Match(federation, await federation.open({ book: first.book(book), spool: first.spool(spool) }));
  const list = () => spool.parts(`tally-${session}`, `${match.a.id}-phone`);
  await assert.rejects(match.send(match.a, match.messages(match.a, match.b, { phone: [1, 2] })), Killed);
  assert.deepEqual(await list(), [0]);
  const again = await federation.open();
  federation.clock.atMs += tallyLimits.idleMs;
  await again.tick();
  assert.deepEqual(await list(), []);
});

test('a body is read as it was written, and no other', () => {
  const fields: TallyFields = { terms, partner: 'aa'.repeat(16), least: 1, tell: 'count' };
  const list = Buffer.from(seededRandom('tally').bytes(32 * 3));
  const [body] = [...writeTallyParts(fields, [{ kind: 'card', tokens: list }])];
  const { part, tokens: read } = readTallyPart(body!);
  assert.deepEqual(Buffer.from(read), list);
  assert.deepEqual(part, { ...fields, v: 1, kinds: [{ kind: 'card', tokens: 3 }], kind: 'card', part: 0, parts: 1 });
  const line = (text: string) => Buffer.concat([Buffer.from(text), body!.subarray(body!.indexOf(10))]);
  const text = body!.subarray(0, body!.indexOf(10)).toString();
  const malformed = [
    body!.subarray(0, -1),
    body!.subarray(0, 10),
    Buffer.concat([body!, Buffer.alloc(32)]),
    line(text.replace('"tokens":3', '"tokens":4')),
    line(text.replace('"parts":1', '"parts":2')),
    line(text.replace('"kind":"card","kinds"', '"kind":"phone","kinds"')),
  ];
  for (const wrong of malformed) assert.throws(() => readTallyPart(wrong), coded('malformed'));
  assert.throws(() => readTallyPart(line(` ${text}`)), coded('not_canonical'));
});
