import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson } from '../../crypto/canonical-json.ts';
import { fingerprintOf } from './identity.ts';
import { writeMessage } from './message.ts';
import { federationId, startMs, type TestMember, testFederation } from './testing.ts';
import {
  buildTranscript,
  type Entry,
  entryHash,
  type Head,
  type Item,
  type Opening,
  parametersHash,
  type Saying,
  signHead,
  writeNote,
  writeTranscript,
} from './transcript.ts';
import { verifyTranscript } from './verify-transcript.ts';
import { type ProtocolCode, protocolWords } from './words.ts';

const { founder, members, log } = testFederation(2);
const [one, two] = members as [TestMember, TestMember];
const session = 'a1'.repeat(16);
const opening: Opening = {
  federation: federationId,
  session,
  parties: [one.id, two.id],
  openedAtMs: startMs,
  parameters: { epsilon: 1.5, purpose: 'campaign', columns: ['age', 'city'] },
  log: log.statements,
};
const fingerprint = fingerprintOf(founder.descriptor.descriptor);

function sent(from: TestMember, to: TestMember, seq: number, atMs: number, of = session): Item {
  const fields = {
    federation: federationId,
    from: from.id,
    to: to.id,
    session: of,
    kind: 'update',
    seq,
    sentAtMs: startMs + atMs,
  };
  const { header, signature } = writeMessage(from.key, fields, new TextEncoder().encode(`secret body ${seq}`));
  return { header, signature };
}

function said(by: TestMember, n: number, atMs: number, saying: Saying, parameters = opening.parameters): Item {
  const fields = { federation: federationId, session, by: by.id, n, atMs: startMs + atMs, saying };
  return writeNote(by.key, { ...fields, parameters: parametersHash(parameters) });
}

const approval = (officer: string): Saying => ({ kind: 'approval', officer, reason: 'Agreed' });
const budget = (spent: number, limit = 1.5): Saying => ({ kind: 'budget', budget: 'epsilon', spent, limit });
const done: Saying = { kind: 'outcome', result: 'done', resultHash: 'c'.repeat(64) };

const items: Item[] = [
  said(one, 0, 0, approval('Li')),
  said(two, 0, 1, approval('Wang')),
  sent(one, two, 0, 10),
  sent(two, one, 0, 20),
  said(one, 1, 25, budget(0.5)),
  // A clock that was put back between two messages.
  sent(one, two, 1, 5),
  said(one, 2, 35, budget(1)),
  sent(two, one, 1, 40),
  said(one, 3, 50, done),
  said(two, 1, 50, done),
];

const heads = (transcript: ReturnType<typeof buildTranscript>) => [
  signHead(one.key, one.id, opening, transcript),
  signHead(two.key, two.id, opening, transcript),
];
const whole = buildTranscript(opening, items);
const text = writeTranscript(whole, heads(whole));

test('both sides arrive at the same chain, in whatever order they saw things, and it verifies offline', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(items, { minLength: items.length }), (shuffled) => {
      assert.equal(buildTranscript(opening, shuffled).head, whole.head);
    }),
    { numRuns: 50 },
  );
  const { findings, entries, head, record } = verifyTranscript(text, fingerprint);
  assert.deepEqual({ findings, entries, head }, { findings: [], entries: 11, head: whole.head });
  assert.deepEqual(
    record?.parties.map(({ member, approvals, budgets, messages, signed, outcome }) => [
      member,
      approvals.map(({ officer }) => officer),
      budgets,
      messages,
      signed,
      outcome?.result,
    ]),
    [
      [one.id, ['Li'], [{ budget: 'epsilon', spent: 1.5, limit: 1.5 }], 2, true, 'done'],
      [two.id, ['Wang'], [], 2, true, 'done'],
    ],
  );
  assert.equal(record.founder.fingerprint, fingerprint);
  assert.ok(!text.includes('secret body'));
});

/** Chains entries anew, as one who tampers with skill would, keeping the signatures there are. */
function rechained(change: (entries: Entry[]) => Entry[], signers: Head[] = heads(whole)): string {
  let head = '0'.repeat(64);
  const entries = change(structuredClone(whole.entries) as Entry[]).map((entry, seq) => {
    const next = { ...entry, seq, previous: head };
    head = entryHash(next);
    return next;
  });
  return writeTranscript({ entries, head }, signers);
}

/** The transcript of other items, signed by both: what two who agree to lie, or a faulty program, could write. */
function written(other: Item[], opened: Opening = opening): string {
  const transcript = buildTranscript(opened, other);
  const both = [signHead(one.key, one.id, opened, transcript), signHead(two.key, two.id, opened, transcript)];
  return writeTranscript(transcript, both);
}
const lines = text.trimEnd().split('\n');
const put = (changed: string[]) => `${changed.join('\n')}\n`;
const edited = (line: number, from: string | RegExp, to: string) => {
  assert.match(lines[line - 1]!, typeof from === 'string' ? new RegExp(from) : from);
  return put(lines.with(line - 1, lines[line - 1]!.replace(from, to)));
};

const note = (by: TestMember, change: { session?: string; federation?: string }): Item => {
  const fields = { federation: federationId, session, by: by.id, n: 0, atMs: startMs, saying: approval('Li'), ...change };
  return writeNote(by.key, { ...fields, parameters: parametersHash(opening.parameters) });
};
/** Signed by its owner, over the right head and a wrong count. */
const miscounted = signHead(two.key, two.id, opening, { entries: whole.entries.slice(1), head: whole.head });

const asksNobody: Opening = { ...opening, parameters: { officers: 0 } };
const nobodyAsked = written(
  [one, two].map((by) => said(by, 0, 0, done, asksNobody.parameters)),
  asksNobody,
);

const tampering: [name: string, text: string, code: ProtocolCode, line: number][] = [
  ['a header changed', edited(4, '"seq":0', '"seq":1'), 'signature_wrong', 4],
  ["a message's hash of the body changed", edited(4, /"bodyHash":"../, '"bodyHash":"zz'), 'malformed', 4],
  ['an entry removed', put(lines.toSpliced(4, 1)), 'transcript_chain', 5],
  ['an entry doubled', put(lines.toSpliced(4, 0, lines[4]!)), 'transcript_chain', 6],
  ['two entries swapped', put(lines.with(3, lines[4]!).with(4, lines[3]!)), 'transcript_chain', 4],
  ['an entry removed and the chain made anew', rechained((entries) => entries.toSpliced(-1, 1)), 'heads_differ', 11],
  [
    'two entries swapped and the chain made anew',
    rechained((entries) => entries.with(1, entries[2]!).with(2, entries[1]!)),
    'transcript_order',
    2,
  ],
  ['the parameters changed', edited(1, '1.5', '2.5'), 'transcript_chain', 2],
  [
    'the parameters changed and the chain made anew',
    rechained((entries) => entries.map((entry) => (entry.entry === 'open' ? { ...entry, parameters: { epsilon: 9 } } : entry))),
    'parameters_changed',
    2,
  ],
  ['an approval by other parameters', written(items.with(1, said(two, 0, 1, approval('Wang'), {}))), 'parameters_changed', 3],
  ['no approval of a party', written(items.filter((item) => item !== items[1]).slice(0, -1)), 'approval_missing', 12],
  ['a message by somebody else', written([...items, sent(founder, two, 0, 60)]), 'party_unknown', 12],
  ['a note by somebody else', written([...items, said(founder, 0, 60, approval('Li'))]), 'party_unknown', 12],
  ['a message to somebody else', written([...items, sent(one, founder, 0, 60)]), 'party_unknown', 12],
  [
    'a signature of another party',
    written(items.with(2, { ...sent(one, two, 0, 10), signature: items[3]!.signature })),
    'signature_wrong',
    4,
  ],
  ['more spent than the budget', written(items.with(6, said(one, 2, 35, budget(1.1)))), 'budget_exceeded', 8],
  ['a budget that grew', written(items.with(6, said(one, 2, 35, budget(1, 3)))), 'budget_exceeded', 8],
  [
    'outcomes that differ',
    written(items.with(9, said(two, 1, 50, { kind: 'outcome', result: 'failed' }))),
    'outcome_differs',
    11,
  ],
  ['no outcome', written(items.slice(0, 8)), 'outcome_missing', 12],
  ['a message left out before signing', written(items.filter((item) => item !== items[2])), 'sequence_gap', 4],
  ["a party's head missing", put(lines.slice(0, -1)), 'head_missing', 13],
  [
    "a party's head of another transcript",
    writeTranscript(whole, [heads(whole)[0]!, heads(buildTranscript(opening, items.slice(0, 8)))[1]!]),
    'heads_differ',
    one.id < two.id ? 13 : 12,
  ],
  [
    'a head signed by the other party',
    writeTranscript(whole, [heads(whole)[0]!, { ...heads(whole)[0]!, by: two.id }]),
    'signature_wrong',
    one.id < two.id ? 13 : 12,
  ],
  ['a statement of the log removed', written(items, { ...opening, log: log.statements.toSpliced(1, 1) }), 'log_gap', 1],
  ['a party who is no member', written(items, { ...opening, parties: [one.id, two.id, 'ff'.repeat(16)] }), 'member_unknown', 1],
  ['a second opening', rechained((entries) => entries.toSpliced(1, 0, entries[0]!)), 'transcript_order', 2],
  [
    'a note with the signature of another',
    written(items.with(0, { ...said(one, 0, 0, approval('Li')), signature: items[1]!.signature })),
    'signature_wrong',
    2,
  ],
  ['a note of another session', written(items.with(0, note(one, { session: 'b2'.repeat(16) }))), 'session_unknown', 2],
  ['a note of another federation', written(items.with(0, note(one, { federation: 'ab'.repeat(16) }))), 'federation_other', 2],
  [
    'the opening names another federation than its log',
    written(items, { ...opening, federation: 'ab'.repeat(16) }),
    'federation_other',
    1,
  ],
  ['a party twice', written(items, { ...opening, parties: [one.id, two.id, two.id] }), 'party_unknown', 1],
  ['the heads in another order', put(lines.with(-1, lines.at(-2)!).with(-2, lines.at(-1)!)), 'transcript_order', 13],
  ['a message of another session', written(items.with(2, sent(one, two, 0, 10, 'b2'.repeat(16)))), 'session_unknown', 4],
  ['an outcome of one party alone', written(items.slice(0, -1)), 'outcome_missing', 13],
  ['a word after the outcome', written([...items, said(two, 2, 60, budget(0))]), 'transcript_order', 12],
  [
    'approved when more than the first message had gone',
    written(items.with(1, said(two, 0, 45, approval('Wang')))),
    'approval_missing',
    14,
  ],
  ['parameters that ask for no officer at all', nobodyAsked, 'approval_missing', 6],
  ['a head twice', put([...lines, lines.at(-1)!]), 'transcript_order', 14],
  ['an entry after the heads', put([...lines, lines[9]!]), 'transcript_chain', 14],
  [
    'a head that counts other entries',
    writeTranscript(whole, [heads(whole)[0]!, miscounted]),
    'heads_differ',
    one.id < two.id ? 13 : 12,
  ],
  ['spaces put in', edited(3, '{', '{ '), 'not_canonical', 3],
  ['the file cut off', text.slice(0, -5), 'malformed', 13],
  ['the opening removed', put(lines.slice(1)), 'transcript_chain', 1],
  ['nothing at all', '', 'transcript_order', 1],
];

for (const [name, changed, code, line] of tampering) {
  test(`tampering is named: ${name}`, () => {
    const first = verifyTranscript(changed, fingerprint).findings;
    assert.deepEqual([first[0]?.line, first[0]?.code], [line, code], canonicalJson(first));
    assert.ok(first.every((finding) => finding.code in protocolWords));
  });
}

test('a whole federation made up by somebody else shows by the fingerprint of its founder alone', () => {
  const other = testFederation(1, federationId, 'other ');
  const foreign = fingerprintOf(other.founder.descriptor.descriptor);
  assert.equal(verifyTranscript(text, foreign).findings[0]?.code, 'founder_differs');
  assert.deepEqual(verifyTranscript(text).findings, []);
});

test('any single changed byte is found', () => {
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom(...'09aAzZ-_"{},:\n '), (at, sign) => {
      const changed = text.slice(0, at) + sign + text.slice(at + 1);
      if (changed !== text) assert.notEqual(verifyTranscript(changed).findings.length, 0);
    }),
    { numRuns: 200 },
  );
});
