import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson } from '../../crypto/canonical-json.ts';
import { clockSkewLimitMs, Inbox, openSessionLimit, type Receipt } from './inbox.ts';
import {
  bodyLimitBytes,
  decodeMessage,
  encodeMessage,
  type Message,
  protocolVersion,
  refusalOf,
  writeMessage,
} from './message.ts';
import { federationId, startMs, type TestMember, testFederation, testMember } from './testing.ts';
import { type ProtocolCode, ProtocolFault } from './words.ts';

const { founder, members, log } = testFederation(2);
const [one, two] = members as [TestMember, TestMember];
const membership = log.fold();
const sessions = ['a1'.repeat(16), 'b2'.repeat(16)] as const;
const nowMs = startMs + 60_000;
const body = (text: string) => new TextEncoder().encode(text);

function message(
  from: TestMember,
  session: string,
  seq: number,
  change: Partial<Parameters<typeof writeMessage>[1]> = {},
): Message {
  const fields = {
    federation: federationId,
    from: from.id,
    to: founder.id,
    session,
    kind: 'update',
    seq,
    sentAtMs: nowMs,
    ...change,
  };
  return writeMessage(from.key, fields, body(`${from.id} ${session} ${seq}`));
}

function openInbox(): Inbox {
  const inbox = new Inbox(federationId, founder.id);
  for (const session of sessions) inbox.openSession(session, [one.id, two.id]);
  return inbox;
}

const codeOf = (receipt: Receipt) => (receipt.outcome === 'refused' ? receipt.fault.code : receipt.outcome);

test('drops, doubles, reorders, tampering and restarts: the inbox does what a counter for each sender does', () => {
  const count = 5;
  const lanes = [one, two].flatMap((from) => sessions.map((session) => ({ from, session })));
  const sent = lanes.map(({ from, session }) =>
    Array.from({ length: count }, (_, seq) => encodeMessage(message(from, session, seq))),
  );
  const laneAt = fc.nat(lanes.length - 1);
  const seqAt = fc.nat(count - 1);
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('deliver' as const), lane: laneAt, seq: seqAt }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('next' as const), lane: laneAt }) },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('tamper' as const), lane: laneAt, seq: seqAt, at: fc.nat(10_000), bit: fc.nat(7) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('redate' as const), lane: laneAt, seq: seqAt }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let inbox = openInbox();
      const next = lanes.map(() => 0);
      const deliver = (lane: number, seq: number, bytes: Uint8Array) => {
        const receipt = inbox.receive(bytes, membership, nowMs);
        if (seq < next[lane]!) {
          assert.deepEqual([codeOf(receipt), 'answer' in receipt && receipt.answer], ['double', `answer ${lane} ${seq}`]);
        } else if (seq > next[lane]!) {
          assert.equal(codeOf(receipt), 'sequence_gap');
          assert.equal(receipt.outcome === 'refused' && receipt.fault.where, `${next[lane]}`);
        } else {
          assert.ok(receipt.outcome === 'taken');
          assert.equal(Buffer.from(receipt.message.body).toString(), `${lanes[lane]!.from.id} ${lanes[lane]!.session} ${seq}`);
          inbox.answered(receipt.message.header, `answer ${lane} ${seq}`);
          next[lane]! += 1;
        }
      };
      for (const one of steps) {
        if (one.do === 'deliver') deliver(one.lane, one.seq, sent[one.lane]![one.seq]!);
        else if (one.do === 'next' && next[one.lane]! < count)
          deliver(one.lane, next[one.lane]!, sent[one.lane]![next[one.lane]!]!);
        else if (one.do === 'restart') inbox = Inbox.fromState(JSON.parse(JSON.stringify(inbox.toState())));
        else if (one.do === 'redate') {
          const { from, session } = lanes[one.lane]!;
          const redated = encodeMessage(message(from, session, one.seq, { sentAtMs: nowMs + 1000 }));
          if (one.seq >= next[one.lane]!) continue;
          assert.equal(codeOf(inbox.receive(redated, membership, nowMs)), 'sequence_conflict');
        } else if (one.do === 'tamper') {
          const bytes = Buffer.from(sent[one.lane]![one.seq]!);
          bytes[one.at % bytes.length]! ^= 1 << one.bit;
          const before = canonicalJson(inbox.toState());
          assert.equal(inbox.receive(bytes, membership, nowMs).outcome, 'refused');
          assert.equal(canonicalJson(inbox.toState()), before);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('each reason to refuse has its code, and changes nothing', () => {
  const inbox = openInbox();
  const stranger = testMember(federationId, 'stranger');
  const foreign = testFederation(1, 'ab'.repeat(16), 'foreign ');
  const before = canonicalJson(inbox.toState());
  const cases: [ProtocolCode, Message, number?][] = [
    ['federation_other', message(one, sessions[0], 0, { federation: 'ab'.repeat(16) })],
    ['recipient_other', message(one, sessions[0], 0, { to: two.id })],
    ['member_unknown', message(stranger, sessions[0], 0)],
    ['member_unknown', message(foreign.members[0]!, sessions[0], 0)],
    ['signature_wrong', message({ ...one, key: two.key }, sessions[0], 0)],
    ['session_unknown', message(one, 'c3'.repeat(16), 0)],
    ['session_stranger', message(founder, sessions[0], 0)],
    ['sequence_gap', message(one, sessions[0], 1)],
    ['body_changed', { ...message(one, sessions[0], 0), body: body('other') }],
    ['clock_skew', message(one, sessions[0], 0), nowMs - clockSkewLimitMs - 1],
  ];
  for (const [code, sent, atMs] of cases) {
    assert.equal(codeOf(inbox.receive(encodeMessage(sent), membership, atMs ?? nowMs)), code);
  }
  assert.equal(canonicalJson(inbox.toState()), before);
  // A message waits with the coordinator until it is asked for, however long.
  for (const atMs of [nowMs - clockSkewLimitMs, nowMs + 1000 * clockSkewLimitMs]) {
    assert.equal(codeOf(openInbox().receive(encodeMessage(message(one, sessions[0], 0)), membership, atMs)), 'taken');
  }
});

test('a message replayed into another session, or after its session is closed, is refused', () => {
  const inbox = openInbox();
  const bytes = encodeMessage(message(one, sessions[0], 0));
  assert.equal(codeOf(inbox.receive(bytes, membership, nowMs)), 'taken');
  const moved = Buffer.from(bytes.toString('latin1').replace(sessions[0], sessions[1]), 'latin1');
  assert.equal(codeOf(inbox.receive(moved, membership, nowMs)), 'signature_wrong');
  inbox.closeSession(sessions[0]);
  assert.equal(codeOf(inbox.receive(bytes, membership, nowMs)), 'session_unknown');
});

test('one number for two messages is found; a double is known however late it comes, also from a restarted sender', () => {
  const inbox = openInbox();
  inbox.receive(encodeMessage(message(one, sessions[0], 0)), membership, nowMs);
  assert.equal(
    codeOf(inbox.receive(encodeMessage(message(one, sessions[0], 0, { kind: 'other' })), membership, nowMs)),
    'sequence_conflict',
  );
  const late = nowMs + 10 * clockSkewLimitMs;
  assert.equal(codeOf(inbox.receive(encodeMessage(message(one, sessions[0], 0)), membership, late)), 'double');
  const redated = encodeMessage(message(one, sessions[0], 0, { sentAtMs: late }));
  assert.equal(codeOf(inbox.receive(redated, membership, late)), 'sequence_conflict');
});

test('a member who was removed is heard no more', () => {
  const own = testFederation(1);
  const member = own.members[0]!;
  const inbox = new Inbox(federationId, own.founder.id);
  inbox.openSession(sessions[0], [member.id]);
  const send = (seq: number) => encodeMessage(message(member, sessions[0], seq, { to: own.founder.id }));
  assert.equal(codeOf(inbox.receive(send(0), own.log.fold(), nowMs)), 'taken');
  own.log.say(own.founder, { kind: 'remove', member: member.id, how: 'removed', reason: 'x' });
  assert.equal(codeOf(inbox.receive(send(1), own.log.fold(), nowMs)), 'member_ended');
  assert.equal(codeOf(inbox.receive(send(0), own.log.fold(), nowMs)), 'member_ended');
});

test('versions: the frame of another version is understood well enough to say so', () => {
  const frame = (header: object | number | null) => {
    const text = Buffer.from(canonicalJson(header));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    return Buffer.concat([length, text, Buffer.alloc(64), Buffer.from('whatever comes')]);
  };
  const inbox = openInbox();
  const newer = inbox.receive(frame({ v: protocolVersion + 1, anything: ['new'] }), membership, nowMs);
  assert.ok(newer.outcome === 'refused');
  assert.deepEqual(refusalOf(newer.fault), { code: 'version_newer', where: '2', oldest: 1, newest: 1 });
  assert.equal(codeOf(inbox.receive(frame({ v: 0 }), membership, nowMs)), 'version_older');
  for (const v of ['x', 1.5, null]) assert.equal(codeOf(inbox.receive(frame({ v }), membership, nowMs)), 'malformed');
  for (const header of [['v'], null, 7]) assert.equal(codeOf(inbox.receive(frame(header), membership, nowMs)), 'malformed');
});

test('bytes of any kind are refused and never throw; sizes have limits', () => {
  const inbox = openInbox();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      assert.equal(inbox.receive(bytes, membership, nowMs).outcome, 'refused');
    }),
  );
  const large = new Uint8Array(bodyLimitBytes + 4 + 64 + 2);
  large.set([0, 0, 0, 1, 0x31]);
  assert.equal(codeOf(inbox.receive(large, membership, nowMs)), 'too_large');
  assert.equal(codeOf(inbox.receive(Uint8Array.of(255, 255, 255, 255), membership, nowMs)), 'too_large');
  const { header } = message(one, sessions[0], 0);
  const over = new Uint8Array(bodyLimitBytes + 1);
  assert.throws(
    () => writeMessage(one.key, header, over),
    (fault) => fault instanceof ProtocolFault && fault.code === 'too_large',
  );
});

test('encoding is stable: what was encoded decodes to the same and encodes to the same bytes', () => {
  const sent = message(one, sessions[0], 3);
  const bytes = encodeMessage(sent);
  const read = decodeMessage(bytes);
  assert.deepEqual({ ...read, body: Buffer.from(read.body) }, { ...sent, body: Buffer.from(sent.body) });
  assert.deepEqual(encodeMessage(read), bytes);
  const shuffled = { ...sent, header: Object.fromEntries(Object.entries(sent.header).reverse()) as typeof sent.header };
  assert.deepEqual(encodeMessage(shuffled), bytes);
});

test('sessions and answers have limits, and an open session is not opened anew', () => {
  const inbox = new Inbox(federationId, founder.id);
  for (let count = 0; count < openSessionLimit; count += 1) inbox.openSession(`${count}`.padStart(32, '0'), []);
  assert.throws(
    () => inbox.openSession(sessions[0], []),
    (fault) => fault instanceof ProtocolFault && fault.code === 'session_full',
  );
  const other = openInbox();
  assert.throws(() => other.openSession(sessions[0], []), RangeError);
  const { header } = message(one, sessions[0], 0);
  assert.throws(() => other.answered(header, 'x'), RangeError);
  other.receive(encodeMessage(message(one, sessions[0], 0)), membership, nowMs);
  assert.throws(() => other.answered(header, 'x'.repeat(4097)), RangeError);
  assert.throws(() => other.answered({ ...header, from: founder.id }, 'x'), RangeError);
  assert.throws(() => Inbox.fromState({ ...other.toState(), v: 2 }), ProtocolFault);
});

test('a frame that ends too soon is malformed, wherever it ends', () => {
  const bytes = encodeMessage(message(one, sessions[0], 0));
  const headerEnd = 4 + bytes.readUInt32BE();
  for (const length of [0, 3, 4, 20, headerEnd, headerEnd + 63]) {
    assert.equal(codeOf(openInbox().receive(bytes.subarray(0, length), membership, nowMs)), 'malformed', `${length}`);
  }
  assert.equal(codeOf(openInbox().receive(bytes.subarray(0, headerEnd + 64), membership, nowMs)), 'body_changed');
});
