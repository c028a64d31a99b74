import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { generateKey } from '../../crypto/keys.ts';
import { checkLeaf } from '../protocol/check-leaf.ts';
import { type CoordinatorApi, mailboxLimitBytes } from '../protocol/coordinator-api.ts';
import { MemorySpool, type Spool } from '../protocol/durable.ts';
import { checkFounder, newInvitation, readInvitation, requestToJoin } from '../protocol/invitation.ts';
import { foldMembership } from '../protocol/membership.ts';
import { decodeMessage, encodeMessage, writeMessage } from '../protocol/message.ts';
import { federationId, testMember } from '../protocol/testing.ts';
import { type ProtocolCode, ProtocolFault } from '../protocol/words.ts';
import { Coordinator } from './coordinator.ts';
import { senderShare } from './mailboxes.ts';
import { sessionIdleMs } from './sessions.ts';
import { session, TestFederation, takeAll } from './testing.ts';

const coded = (code: ProtocolCode) => (error: unknown) => error instanceof ProtocolFault && error.code === code;
const texts = (messages: readonly Uint8Array[]) => messages.map((bytes) => Buffer.from(decodeMessage(bytes).body).toString());

async function opened(prepare?: (federation: TestFederation) => void) {
  const federation = await TestFederation.make(2);
  prepare?.(federation);
  const coordinator = await federation.open();
  const [a, b] = federation.members as [(typeof federation.members)[0], (typeof federation.members)[0]];
  return { federation, coordinator, a, b, asA: coordinator.forMember(a.id), asB: coordinator.forMember(b.id) };
}

test('a message arrives once, to the byte, in the order of sending, and the same again does not arrive a second time', async () => {
  const { federation, coordinator, a, b, asA, asB } = await opened();
  const messages = [0, 1, 2].map((seq) => federation.message(a, b, seq));
  for (const message of [messages[0]!, messages[0]!, messages[1]!, messages[2]!, messages[1]!]) await asA.send(message);
  assert.deepEqual(
    (await asB.receive(0, 0)).map(({ message }) => message),
    messages,
  );
  assert.deepEqual(await asA.receive(0, 0), []);
  const [first] = await asB.receive(0, 0);
  await asB.acknowledge(first!.number);
  assert.deepEqual((await asB.receive(0, 0)).length, 2);
  await asA.send(messages[0]!);
  assert.deepEqual(texts(await takeAll(asB)), ['body 1', 'body 2']);
  for (const message of messages) await asA.send(message);
  assert.deepEqual(await takeAll(asB), []);
  // Numbers never run back, not over a restart either.
  const again = await federation.open();
  await again.forMember(a.id).send(federation.message(a, b, 3));
  assert.ok((await again.forMember(b.id).receive(0, 0))[0]!.number > first!.number + 2);
  await coordinator.close();
});

test('two messages of one number are told apart, also after the first was acknowledged', async () => {
  const { federation, a, b, asA, asB } = await opened();
  await asA.send(federation.message(a, b, 0));
  await assert.rejects(asA.send(federation.message(a, b, 0, 'another')), coded('sequence_conflict'));
  await takeAll(asB);
  await assert.rejects(asA.send(federation.message(a, b, 0, 'another')), coded('sequence_conflict'));
  // The other way, and another session, are other lanes.
  await asB.send(federation.message(b, a, 0));
  await asA.send(federation.message(a, b, 0, 'another', { session: 'bb'.repeat(16) }));
  assert.deepEqual(texts(await takeAll(asB)), ['another']);
});

test('what is not the caller’s, not signed, not whole or not for a member never reaches a mailbox', async () => {
  const { federation, a, b, asA, asB } = await opened();
  const good = federation.message(a, b, 0);
  const stranger = testMember(federationId, 'stranger');
  const changedBody = Buffer.from(good);
  changedBody[changedBody.length - 1]! ^= 1;
  const changedSignature = Buffer.from(good);
  changedSignature[changedSignature.length - 10]! ^= 1;
  const forged = federation.message({ ...stranger, id: a.id }, b, 0);
  const elsewhere = { federation: '0f'.repeat(16), from: a.id, to: b.id, session, kind: 'test', seq: 0, sentAtMs: 1 };
  const otherFederation = encodeMessage(writeMessage(a.key, elsewhere, Buffer.of(1)));
  const cases: [Promise<void>, ProtocolCode][] = [
    [asB.send(good), 'not_allowed'],
    [asA.send(changedBody), 'body_changed'],
    [asA.send(changedSignature), 'signature_wrong'],
    [asA.send(forged), 'signature_wrong'],
    [asA.send(otherFederation), 'federation_other'],
    [asA.send(federation.message(a, stranger, 0)), 'member_unknown'],
    [asA.send(federation.message(a, federation.own, 0)), 'recipient_other'],
    [asA.send(federation.message(a, b, 0, 'x', { sentAtMs: federation.clock.nowMs() + 301_000 })), 'clock_skew'],
    [asA.send(good.subarray(0, 20)), 'malformed'],
  ];
  for (const [sent, code] of cases) await assert.rejects(sent, coded(code), code);
  assert.deepEqual(await takeAll(asB), []);
  await asA.send(good);
  assert.equal((await takeAll(asB)).length, 1);
});

test('who was removed neither sends nor receives, its mail is gone and its wait ends', async () => {
  const { federation, coordinator, a, b, asA, asB } = await opened();
  await asA.send(federation.message(a, b, 0));
  await asB.send(federation.message(b, a, 0));
  const waits = asB.receive(1000, 60_000);
  const ended = assert.rejects(waits, coded('member_ended'));
  await new Promise(setImmediate);
  const removal = federation.say(federation.founder, { kind: 'remove', member: b.id, how: 'removed', reason: 'test' });
  await assert.rejects(coordinator.forMember(a.id).append({ ...removal, signature: 'A'.repeat(86) }), coded('signature_wrong'));
  await coordinator.forMember(federation.founder.id).append(removal);
  await ended;
  await assert.rejects(asB.send(federation.message(b, a, 1)), coded('member_ended'));
  await assert.rejects(asB.receive(0, 0), coded('member_ended'));
  await assert.rejects(asB.log(0), coded('member_ended'));
  await assert.rejects(asA.send(federation.message(a, b, 1)), coded('member_ended'));
  assert.deepEqual(await federation.spool.parts(`mail-${b.id}`, 'body'), []);
  // What it sent while it was a member still arrives.
  assert.deepEqual(texts(await takeAll(asA)), ['body 0']);
});

test('a wait ends with the first message, with its time, and with the coordinator', async () => {
  const { federation, coordinator, a, b, asA, asB } = await opened();
  const first = asB.receive(0, 1000);
  await new Promise(setImmediate);
  assert.equal(federation.timer.waiting.size, 1);
  await asA.send(federation.message(a, b, 0));
  assert.equal((await first).length, 1);
  assert.equal(federation.timer.waiting.size, 0);
  const second = asB.receive(1, 1000);
  await new Promise(setImmediate);
  federation.timer.fire();
  assert.deepEqual(await second, []);
  // A fifth wait ends the first: its connection is most likely gone.
  const waits = Array.from({ length: 5 }, () => asB.receive(1, 1000));
  await new Promise(setImmediate);
  assert.deepEqual(await waits[0], []);
  assert.equal(federation.timer.waiting.size, 4);
  const ends = waits.slice(1).map((wait) => assert.rejects(wait, { name: 'Unreachable' }));
  await coordinator.close();
  await Promise.all(ends);
  await assert.rejects(asA.log(0), { name: 'Unreachable' });
});

test('a mailbox has an end, and room again once its owner has fetched', async () => {
  const body = Buffer.alloc(16 * 1024 * 1024);
  // Keeps the bodies' sizes alone: a gigabyte is more than a test should hold.
  const { federation, coordinator, a, b, asA, asB } = await opened((made) => {
    const sizes = new MemorySpool();
    const kept =
      (put: Spool['put']): Spool['put'] =>
      (at, name, index, bytes) =>
        put(at, name, index, bytes.subarray(0, 1));
    made.spool = Object.assign(Object.create(sizes), {
      put: kept((...all) => sizes.put(...all)),
      get: async () => body,
      parts: (at: string, name: string) => sizes.parts(at, name),
      remove: (at: string, name: string, index: number) => sizes.remove(at, name, index),
    });
  });
  const { founder } = federation;
  const asFounder = coordinator.forMember(founder.id);
  const count = (mailboxLimitBytes * senderShare) / body.length;
  for (let seq = 0; seq < count; seq += 1) await asA.send(federation.message(a, b, seq, body));
  await assert.rejects(asA.send(federation.message(a, b, count, 'x')), coded('mailbox_full'));
  for (let seq = 0; seq < count; seq += 1) await asFounder.send(federation.message(founder, b, seq, body));
  await assert.rejects(asFounder.send(federation.message(founder, b, count, 'x')), coded('mailbox_full'));
  // The other way is another mailbox; what is full stays so over a restart.
  await asB.send(federation.message(b, a, 0, body));
  const again = await federation.open();
  await assert.rejects(again.forMember(a.id).send(federation.message(a, b, count, 'x')), coded('mailbox_full'));
  const [first, ...rest] = await asB.receive(0, 0);
  assert.equal(rest.length, 0);
  await asB.acknowledge(first!.number);
  await asA.send(federation.message(a, b, count, 'x'));
});

test('the log takes only what follows; the founder’s acts are the founder’s', async () => {
  const { federation, coordinator, a, asA } = await opened();
  const newcomer = testMember(federationId, 'newcomer');
  const before = coordinator.membership.size;
  const admission = federation.admit(newcomer);
  federation.log.pop();
  const other = federation.admit(testMember(federationId, 'other'));
  const founder = coordinator.forMember(federation.founder.id);
  await founder.append(admission);
  await founder.append(admission);
  await assert.rejects(founder.append(other), coded('log_forked'));
  assert.deepEqual(await coordinator.forMember(newcomer.id).log(before), [admission]);
  for (const call of founderCalls(asA, a.id)) await assert.rejects(call(), coded('not_allowed'));
  const reopened = await Coordinator.open(federation.options);
  assert.equal(reopened.membership.head, coordinator.membership.head);
  await assert.rejects(Coordinator.open({ ...federation.options, log: [...federation.log] }), coded('log_forked'));
});

const founderCalls = (api: CoordinatorApi, member: string) => [
  () => api.publishInvitation({ id: '0'.repeat(64), federation: federationId, proofKey: 'A'.repeat(43), expiresAtMs: 1 }),
  () => api.withdrawInvitation('0'.repeat(64)),
  () => api.joinRequests(),
  () => api.refuseJoin('0'.repeat(64)),
  () => api.leafRequests(),
  () => api.publishLeaf(member, 'x'),
  () => api.publishRevocations('x'),
];

test('a newcomer joins through the door, and nobody without the code', async () => {
  const { federation, coordinator } = await opened();
  const { clock, random, founder } = federation;
  const asFounder = coordinator.forMember(founder.id);
  const door = coordinator.door();
  const membership = foldMembership(federation.log);
  const { code, kept } = newInvitation(random, {
    federation: federationId,
    address: 'coordinator.example:7443',
    founder: membership.foundedBy,
    expiresAtMs: clock.nowMs() + 1000,
  });
  await assert.rejects(door.log(kept.id), coded('invitation_wrong'));
  await asFounder.publishInvitation(kept);
  const invitation = readInvitation(code);
  checkFounder(invitation, foldMembership(await door.log(kept.id)));
  const newcomer = testMember(federationId, 'newcomer', 'participant');
  const { request, leaf } = await federation.leaf(newcomer.id);
  const asked = requestToJoin(invitation, newcomer.key, newcomer.descriptor, request, clock.nowMs());
  await assert.rejects(door.outcome(kept.id), coded('invitation_wrong'));
  await assert.rejects(door.join({ ...asked, proof: 'A'.repeat(86) }), coded('invitation_wrong'));
  await door.join(asked);
  clock.atMs += 2000;
  await door.join(asked);
  const late = testMember(federationId, 'late');
  const lateAsked = requestToJoin(
    { ...invitation, expiresAtMs: clock.nowMs() + 1 },
    late.key,
    late.descriptor,
    request,
    clock.nowMs(),
  );
  await assert.rejects(door.join(lateAsked), coded('invitation_expired'));
  assert.deepEqual(await door.outcome(kept.id), { state: 'waiting' });
  assert.deepEqual(await asFounder.joinRequests(), [asked]);
  const revocations = await federation.revocations([]);
  await asFounder.publishRevocations(revocations);
  await asFounder.append(federation.admit(newcomer, kept.id));
  assert.deepEqual(await asFounder.joinRequests(), []);
  assert.deepEqual(await door.outcome(kept.id), { state: 'waiting' });
  await asFounder.publishLeaf(newcomer.id, leaf);
  const reopened = await federation.open();
  assert.deepEqual(await reopened.door().outcome(kept.id), { state: 'admitted', leaf, revocations });
  assert.equal(await reopened.forMember(newcomer.id).leaf(), leaf);
});

test('a refused newcomer is told so, and its invitation is spent', async () => {
  const { federation, coordinator } = await opened();
  const { clock, random, founder } = federation;
  const fields = { federation: federationId, address: 'x', founder: '0'.repeat(64), expiresAtMs: clock.nowMs() + 1000 };
  const { code, kept } = newInvitation(random, fields);
  const asFounder = coordinator.forMember(founder.id);
  await asFounder.publishInvitation(kept);
  const newcomer = testMember(federationId, 'newcomer');
  const asked = async () =>
    requestToJoin(
      readInvitation(code),
      newcomer.key,
      newcomer.descriptor,
      (await federation.leaf(newcomer.id)).request,
      clock.nowMs(),
    );
  await coordinator.door().join(await asked());
  await asFounder.refuseJoin(kept.id);
  assert.deepEqual(await coordinator.door().outcome(kept.id), { state: 'refused' });
  assert.deepEqual(await asFounder.joinRequests(), []);
  await assert.rejects(coordinator.door().join(await asked()), coded('invitation_used'));
  await asFounder.withdrawInvitation(kept.id);
  await assert.rejects(coordinator.door().log(kept.id), coded('invitation_wrong'));
});

test('leaves and lists are held to the authority, and an older list is refused', async () => {
  const { federation, coordinator, a, b, asA } = await opened();
  const founder = coordinator.forMember(federation.founder.id);
  const first = await federation.leaf(a.id);
  await assert.rejects(asA.requestLeaf((await federation.leaf(b.id)).request), coded('certificate_request_wrong'));
  await asA.requestLeaf(first.request);
  assert.deepEqual(await founder.leafRequests(), [{ member: a.id, request: first.request }]);
  await assert.rejects(founder.publishLeaf(b.id, first.leaf), coded('certificate_other_member'));
  // A leaf of another key than the one asked for leaves the request standing.
  const second = await federation.leaf(a.id);
  await founder.publishLeaf(a.id, second.leaf);
  assert.equal((await founder.leafRequests()).length, 1);
  await founder.publishLeaf(a.id, first.leaf);
  assert.deepEqual(await founder.leafRequests(), []);
  assert.equal(await asA.leaf(), first.leaf);
  await asA.requestLeaf(first.request);
  assert.deepEqual(await founder.leafRequests(), []);
  const check = checkLeaf(first.leaf, coordinator.trust);
  assert.ok(check.ok);
  const list = await federation.revocations([check.serial]);
  const older = await federation.revocations([], federation.clock.nowMs() - 5000);
  await founder.publishRevocations(older);
  await founder.publishRevocations(list);
  await founder.publishRevocations(list);
  const wrong = coded('revocation_list_wrong');
  await assert.rejects(founder.publishRevocations(older), wrong);
  await assert.rejects(founder.publishRevocations(await federation.revocations([])), wrong);
  await assert.rejects(founder.publishRevocations('x'), wrong);
  assert.equal(await asA.revocations(), list);
  assert.deepEqual(checkLeaf(first.leaf, (await federation.open()).trust), { ok: false, code: 'certificate_revoked' });
  await assert.rejects(founder.publishLeaf(a.id, first.leaf), coded('certificate_revoked'));
});

test('an idle session is forgotten, and no other', async () => {
  const { federation, coordinator, a, b, asA, asB } = await opened();
  const kept = 'bb'.repeat(16);
  await asA.send(federation.message(a, b, 0));
  await asA.send(federation.message(a, b, 0, 'x', { session: kept }));
  federation.clock.atMs += sessionIdleMs / 2;
  await asA.send(federation.message(a, b, 1, 'y', { session: kept }));
  federation.clock.atMs += sessionIdleMs / 2;
  await coordinator.tick();
  const sent = (await federation.book.list('sent')).map(({ key }) => key.slice(0, 32));
  assert.deepEqual(new Set(sent), new Set([kept]));
  assert.notEqual(session, kept);
  assert.equal((await takeAll(asB)).length, 3);
});

test('whatever a member sends, it is refused by a code, and what was before goes on', async () => {
  const { federation, coordinator, a, b, asA, asB } = await opened();
  const good = federation.message(a, b, 0);
  const foreign = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    // A good one with a few bytes changed.
    fc.array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 3 }).map((flips) => {
      const bytes = Buffer.from(good);
      for (const [at, flip] of flips) bytes[at]! ^= flip;
      return bytes.equals(good) ? bytes.subarray(1) : bytes;
    }),
  );
  await fc.assert(
    fc.asyncProperty(foreign, fc.jsonValue(), async (bytes, value) => {
      await assert.rejects(asA.send(bytes), ProtocolFault);
      await assert.rejects(coordinator.door().join(value as never), ProtocolFault);
      await assert.rejects(coordinator.forMember(federation.founder.id).append(value as never), ProtocolFault);
    }),
    { numRuns: 200 },
  );
  await asA.send(good);
  assert.equal((await takeAll(asB)).length, 1);
});

test('only a member that coordinates is opened as a coordinator', async () => {
  const federation = await TestFederation.make(0);
  const participant = testMember(federationId, 'participant', 'participant');
  federation.admit(participant);
  const options = { ...federation.options, log: federation.log, member: participant.id, signingKey: participant.key };
  await assert.rejects(Coordinator.open(options), coded('not_allowed'));
  const random = { bytes: (length: number) => federation.random.bytes(length) };
  const stranger = { ...options, member: 'ee'.repeat(16), signingKey: generateKey('signing', random) };
  await assert.rejects(Coordinator.open(stranger), coded('member_unknown'));
});
