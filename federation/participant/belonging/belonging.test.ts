import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { issueRevocationList, newCertificateKey, readRevocationList, requestLeaf } from '../../protocol/certificates.ts';
import { MemoryBook } from '../../protocol/durable.ts';
import { fingerprintOf } from '../../protocol/identity.ts';
import { readInvitation, writeInvitation } from '../../protocol/invitation.ts';
import { type ProtocolCode, ProtocolFault } from '../../protocol/words.ts';
import { dayMs } from '../testing.ts';
import { Belonging } from './belonging.ts';
import { Held } from './held.ts';
import type { KeptFederation } from './kept.ts';
import {
  address,
  codesOf,
  joinAs,
  kinds,
  type Node,
  name,
  newFederation,
  newNode,
  separateCoordinator,
  view,
} from './testing.ts';

const coded = (code: ProtocolCode) => (error: unknown) => error instanceof ProtocolFault && error.code === code;
const hourMs = 3_600_000;

test('founding, inviting, joining, comparing, admitting: both hold the same list', async () => {
  const { net, founder, federation, coordinator } = await newFederation();
  assert.deepEqual(view(founder, federation).problems, []);
  const invited = await founder.it.invite(federation, { role: 'participant', expiresInMs: dayMs });
  assert.deepEqual(kinds(invited.events), ['invited']);
  const node = await newNode(net, 'one');
  const asked = await node.it.join({ code: invited.code.toLowerCase(), name: name('One') });
  assert.deepEqual(kinds(asked.events), ['asked']);
  assert.equal(asked.founder.fingerprint, view(founder, federation).founderFingerprint);
  assert.deepEqual(asked.founder.name, name('The founder'));
  assert.equal(view(node, federation).state, 'waiting');
  assert.deepEqual(kinds(await node.it.chores()), []);
  assert.throws(() => node.it.identity(federation), coded('member_unknown'));
  assert.deepEqual(await founder.it.joinRequests(federation), []);
  assert.deepEqual(kinds(await founder.it.chores()), ['requested']);
  const [request] = await founder.it.joinRequests(federation);
  assert.equal(request?.fingerprint, asked.fingerprint);
  assert.deepEqual(request?.name, name('One'));

  const other = `${asked.fingerprint.slice(0, -1)}${asked.fingerprint.endsWith('0') ? '1' : '0'}`;
  for (const wrong of [other, '', asked.fingerprint.slice(0, -1), asked.founder.fingerprint]) {
    await assert.rejects(founder.it.admit(federation, invited.invitation, wrong), coded('fingerprint_differs'));
  }
  assert.equal(coordinator.statements.length, 1);
  const typed = asked.fingerprint.replaceAll(' ', ' - ');
  const admitted = await founder.it.admit(federation, invited.invitation, typed);
  assert.deepEqual(kinds(admitted.events), ['admitted', 'leafIssued']);
  assert.deepEqual(kinds((await founder.it.admit(federation, invited.invitation, typed)).events), []);
  assert.deepEqual(kinds(await node.it.chores()), ['admitted', 'logAdopted']);
  assert.equal(view(node, federation).state, 'member');
  assert.deepEqual(view(node, federation).members, view(founder, federation).members);
  assert.deepEqual(view(node, federation).problems, []);
  assert.equal((await founder.it.invitations(federation))[0]?.state, 'admitted');
  assert.deepEqual(kinds(await founder.it.chores()), []);
  assert.deepEqual(kinds(await node.it.chores()), []);
  await assert.rejects(node.it.join({ code: invited.code, name: name('One') }), coded('member_known'));

  const again = await Belonging.open(node.ports);
  assert.deepEqual(again.identity(federation), node.it.identity(federation));
  assert.deepEqual(again.federations(), node.it.federations());
  assert.deepEqual(again.wrapPrivateKey(federation), node.it.wrapPrivateKey(federation));
});

test('40 days and more: certificates and lists are renewed by the chores alone', async () => {
  const { net, founder, federation } = await newFederation();
  const nodes = [await joinAs(net, founder, federation, 'one'), await joinAs(net, founder, federation, 'two')];
  const seen: Partial<Record<string, number>> = {};
  const first = nodes.map((node) => node.it.identity(federation).certificate);
  const endMs = net.clock.ms + 70 * dayMs;
  while (net.clock.ms < endMs) {
    net.clock.ms += 12 * hourMs;
    for (const node of [founder, ...nodes]) {
      for (const { kind } of await node.it.chores()) seen[kind] = (seen[kind] ?? 0) + 1;
    }
  }
  assert.deepEqual(
    nodes.map((node) => codesOf(node, federation)),
    [[], []],
  );
  // After 20, 40 and 60 days, for each of three; two leaves each time come from the founder's log of them.
  assert.equal(seen.leafRenewed, 9);
  assert.equal(seen.leafIssued, 6);
  assert.equal(seen.problem, undefined);
  assert.ok(seen.revocationsIssued! >= 69);
  for (const [at, node] of nodes.entries()) {
    assert.notEqual(node.it.identity(federation).certificate, first[at]);
    assert.ok(view(node, federation).certificateEndsAtMs! > endMs);
    assert.equal(view(node, federation).contactAtMs, endMs);
    assert.equal(node.it.identity(federation).revocationList, founder.it.identity(federation).revocationList);
  }
  const rows = await founder.ports.book.list('belonging-leaf');
  assert.ok(rows.length <= 4, `${rows.length} leaves kept`);
});

test('a new key is used only once its certificate has come', async () => {
  const { net, founder, federation } = await newFederation();
  const node = await joinAs(net, founder, federation, 'one');
  const before = node.it.identity(federation);
  net.clock.ms += 21 * dayMs;
  await founder.it.chores();
  await node.it.chores();
  assert.equal(node.it.identity(federation).privateKey, before.privateKey);
  await node.it.chores();
  assert.equal(node.it.identity(federation).privateKey, before.privateKey);
  const api = node.it.api(federation);
  assert.equal(node.it.api(federation), api);
  await founder.it.chores();
  assert.ok(kinds(await node.it.chores()).includes('leafRenewed'));
  assert.notEqual(node.it.identity(federation).privateKey, before.privateKey);
  assert.notEqual(node.it.api(federation), api);
  assert.deepEqual(await node.it.api(federation).log(2), []);
});

test('a certificate for another key than ours is not used, and asked for again', async () => {
  const { net, founder, federation, coordinator } = await newFederation();
  const node = await joinAs(net, founder, federation, 'one');
  const other = await joinAs(net, founder, federation, 'two');
  const [before, others] = [node.it.identity(federation), other.it.identity(federation)];
  net.clock.ms += 21 * dayMs;
  coordinator.lies.leaf = (leaf, caller) => (caller === before.member ? others.certificate : leaf);
  for (let round = 0; round < 3; round += 1) for (const one of [founder, node]) await one.it.chores();
  assert.deepEqual(codesOf(node, federation), ['leaf certificate_other_member']);
  assert.equal(node.it.identity(federation).certificate, before.certificate);
  // Of this member, for a key that it does not have.
  const strange = await requestLeaf({ federation, member: before.member }, await newCertificateKey());
  coordinator.leafRequests.set(before.member, strange);
  await founder.it.chores();
  const forged = coordinator.leaves.get(before.member);
  coordinator.lies.leaf = () => forged;
  await node.it.chores();
  assert.deepEqual(codesOf(node, federation), ['leaf certificate_other_member', 'leaf certificate_malformed']);
  assert.equal(node.it.identity(federation).certificate, before.certificate);
  coordinator.lies = {};
  net.clock.ms += hourMs;
  for (const one of [node, founder, node]) await one.it.chores();
  assert.deepEqual(codesOf(node, federation), []);
  assert.notEqual(node.it.identity(federation).certificate, before.certificate);
});

test('a request that is sent again when its certificate has grown old gets a new one; both are revoked in the end', async () => {
  const { net, founder, federation, coordinator } = await newFederation();
  const node = await joinAs(net, founder, federation, 'one');
  const { member } = node.it.identity(federation);
  const request = await requestLeaf({ federation, member }, await newCertificateKey());
  const seen: string[] = [];
  for (const days of [0, 15, 6]) {
    net.clock.ms += days * dayMs;
    coordinator.leafRequests.set(member, request);
    await founder.it.chores();
    seen.push(coordinator.leaves.get(member)!);
  }
  assert.equal(seen[0], seen[1]);
  assert.notEqual(seen[1], seen[2]);
  await founder.it.remove(federation, member, 'removed', 'Done');
  const { authority, revocationList } = founder.it.identity(federation);
  const { serials } = await readRevocationList(revocationList, authority);
  for (const leaf of seen) assert.ok(serials.has(new X509Certificate(leaf).serialNumber.toLowerCase()));
});

/** A list of the time that the clock shows, signed by the founder's own authority. */
async function oldList(founder: Node, federation: string): Promise<string> {
  const held = await Held.load(founder.ports, (await founder.ports.book.read('belonging', federation)) as KeptFederation);
  return issueRevocationList(await held.issuing(), [], held.nowMs, 90 * dayMs);
}

test('a hundred invitations may be open; those that ran out long ago are forgotten', async () => {
  const { net, founder, federation } = await newFederation();
  const given = { role: 'participant', expiresInMs: dayMs } as const;
  for (let count = 0; count < 100; count += 1) await founder.it.invite(federation, given);
  await assert.rejects(founder.it.invite(federation, given), coded('too_large'));
  net.clock.ms += dayMs;
  await founder.it.invite(federation, given);
  assert.equal((await founder.it.invitations(federation)).length, 101);
  net.clock.ms += 90 * dayMs + 1;
  await founder.it.chores();
  assert.equal((await founder.it.invitations(federation)).length, 1);
});

test('a node that was off for six weeks cannot connect, and comes back by a file', async () => {
  const { net, founder, federation } = await newFederation();
  const node = await joinAs(net, founder, federation, 'one');
  const other = await joinAs(net, founder, federation, 'two');
  const old = await node.it.leafRequestFile(federation);
  for (let day = 0; day < 42; day += 1) {
    net.clock.ms += dayMs;
    for (const one of [founder, other]) await one.it.chores();
  }
  assert.deepEqual(kinds(await node.it.chores()), ['problem', 'problem', 'problem']);
  assert.ok(codesOf(node, federation).includes('log certificate_expired'));
  const { events: _, ...file } = await node.it.leafRequestFile(federation);
  const { events: _old, ...oldFile } = old;
  const refuses = (value: unknown, code: ProtocolCode) =>
    assert.rejects(founder.it.leafFromFile(federation, value), coded(code), code);
  await refuses(oldFile, 'certificate_request_wrong');
  await refuses({ ...file, atMs: file.atMs + 1 }, 'signature_wrong');
  await refuses({ ...file, member: view(other, federation).member }, 'signature_wrong');
  await refuses({ ...file, federation: 'ff'.repeat(16) }, 'federation_other');
  await refuses({}, 'malformed');
  await assert.rejects(other.it.leafFromFile(federation, file), coded('not_allowed'));
  await assert.rejects(founder.it.leafRequestFile(federation), coded('not_allowed'));
  const { events, ...answer } = await founder.it.leafFromFile(federation, file);
  assert.deepEqual(kinds(events), ['leafIssued']);
  assert.deepEqual(await founder.it.leafFromFile(federation, file), { ...answer, events: [] });
  await assert.rejects(other.it.takeLeafFile(federation, answer), ProtocolFault);
  const { revocationList } = node.it.identity(federation);
  await assert.rejects(node.it.takeLeafFile(federation, { ...answer, revocations: 'x' }), coded('revocation_list_wrong'));
  net.clock.ms -= 60 * dayMs;
  const older = await oldList(founder, federation);
  net.clock.ms += 60 * dayMs;
  await assert.rejects(node.it.takeLeafFile(federation, { ...answer, revocations: older }), coded('revocation_list_wrong'));
  assert.equal(node.it.identity(federation).revocationList, revocationList);
  assert.deepEqual(kinds((await node.it.takeLeafFile(federation, answer)).events), ['leafRenewed']);
  assert.deepEqual(kinds((await node.it.takeLeafFile(federation, answer)).events), []);
  await node.it.chores();
  assert.deepEqual(codesOf(node, federation), []);
  assert.deepEqual(view(node, federation).members, view(founder, federation).members);
});

test('a node that was put back to before it renewed its keys says so, and adopts nothing', async () => {
  const { net, founder, federation } = await newFederation();
  const node = await joinAs(net, founder, federation, 'one');
  const before = await node.ports.book.read('belonging', federation);
  await node.it.renewKeys(federation, () => true);
  await node.ports.book.write([{ put: ['belonging', federation, before] }, { remove: ['belonging-log', `${federation}/00002`] }]);
  const restored = { ...node, it: await Belonging.open(node.ports) };
  assert.deepEqual(kinds(await restored.it.chores()), ['problem']);
  assert.deepEqual(codesOf(restored, federation), ['log member_known']);
  assert.equal(restored.it.membership(federation).size, 2);
});

test('the founder is away for nine days: nobody loses anything, and a request that came in time is good', async () => {
  const { net, founder, federation } = await newFederation();
  const node = await joinAs(net, founder, federation, 'one');
  net.clock.ms += 18 * dayMs;
  await founder.it.chores();
  const { code } = await founder.it.invite(federation, { role: 'participant', expiresInMs: 20 * dayMs });
  const late = await newNode(net, 'late');
  const { fingerprint } = await late.it.join({ code, name: name('Late') });
  for (let day = 0; day < 9; day += 1) {
    net.clock.ms += dayMs;
    await node.it.chores();
    await late.it.chores();
  }
  assert.deepEqual(codesOf(node, federation), []);
  await founder.it.chores();
  assert.ok(kinds(await node.it.chores()).includes('leafRenewed'));
  net.clock.ms += 60 * dayMs;
  // Seen in time: from then on it does not run out.
  const [request] = await founder.it.joinRequests(federation);
  await founder.it.chores();
  assert.deepEqual(codesOf(founder, federation), []);
  await founder.it.admit(federation, request!.invitation, fingerprint);
  await late.it.chores();
  assert.equal(view(late, federation).state, 'member');
});

test('who was removed is refused, and its certificates are revoked', async () => {
  const { net, founder, federation, coordinator } = await newFederation();
  const node = await joinAs(net, founder, federation, 'one');
  const other = await joinAs(net, founder, federation, 'two');
  const { member, certificate } = node.it.identity(federation);
  await assert.rejects(other.it.remove(federation, member, 'removed', 'No'), coded('not_allowed'));
  await assert.rejects(founder.it.remove(federation, member, 'removed', ''), coded('malformed'));
  net.clock.ms += hourMs;
  const removed = await founder.it.remove(federation, member, 'revoked', 'Its keys were stolen');
  assert.deepEqual(kinds(removed.events), ['removed', 'revocationsIssued']);
  await assert.rejects(founder.it.remove(federation, member, 'removed', 'Again'), coded('member_ended'));
  const events = await node.it.chores();
  assert.deepEqual(kinds(events), ['problem', 'problem']);
  assert.ok(codesOf(node, federation).includes('log certificate_revoked'));
  assert.deepEqual(kinds(await node.it.chores()), []);
  assert.deepEqual(kinds(await other.it.chores()), ['removed', 'logAdopted']);
  const ended = view(other, federation).members.find((one) => one.member === member)!;
  assert.equal(ended.status, 'revoked');
  assert.equal(ended.ended?.reason, 'Its keys were stolen');
  const serial = new X509Certificate(certificate).serialNumber.toLowerCase();
  const { revocationList, authority } = other.it.identity(federation);
  assert.ok((await readRevocationList(revocationList, authority)).serials.has(serial));
  assert.equal(coordinator.list, revocationList);
  await node.it.forget(federation);
  assert.deepEqual(node.it.federations(), []);
  assert.deepEqual(await node.ports.book.list('belonging-log'), []);
});

test('leaving, by oneself; then joining again as somebody new', async () => {
  const { net, founder, federation } = await newFederation();
  const node = await joinAs(net, founder, federation, 'one');
  const { member } = node.it.identity(federation);
  await assert.rejects(founder.it.leave(federation, 'No'), coded('not_allowed'));
  await assert.rejects(node.it.forget(federation), coded('not_allowed'));
  assert.deepEqual(kinds((await node.it.leave(federation, 'Merged')).events), ['removed']);
  assert.equal(view(node, federation).state, 'left');
  assert.deepEqual(kinds(await node.it.chores()), []);
  assert.deepEqual(kinds(await founder.it.chores()), ['removed', 'logAdopted', 'revocationsIssued']);
  const { code } = await founder.it.invite(federation, { role: 'participant', expiresInMs: dayMs });
  const { fingerprint } = await node.it.join({ code, name: name('Again') });
  await founder.it.chores();
  const [request] = await founder.it.joinRequests(federation);
  await founder.it.admit(federation, request!.invitation, fingerprint);
  await node.it.chores();
  assert.equal(view(node, federation).state, 'member');
  assert.notEqual(node.it.identity(federation).member, member);
});

test('names and keys: a member changes its own, and the invitation still names the founder', async () => {
  const { net, founder, federation } = await newFederation();
  const node = await joinAs(net, founder, federation, 'one');
  const old = Buffer.from(node.it.signingKey(federation).reveal());
  const oldWrap = node.it.wrapPrivateKey(federation);
  await assert.rejects(
    node.it.renewKeys(federation, () => false),
    coded('keys_in_use'),
  );
  assert.deepEqual(Buffer.from(node.it.signingKey(federation).reveal()), old);
  const renewed = await node.it.renewKeys(federation, () => true);
  assert.deepEqual(kinds(renewed.events), ['renewed']);
  assert.notDeepEqual(Buffer.from(node.it.signingKey(federation).reveal()), old);
  assert.notDeepEqual(node.it.wrapPrivateKey(federation), oldWrap);
  await assert.rejects(node.it.rename(federation, name('\u202eFalse')), coded('name_unreadable'));
  await node.it.rename(federation, name('Another'));
  const founderFingerprint = view(founder, federation).fingerprint;
  await founder.it.renewKeys(federation, async () => true);
  await node.it.chores();
  assert.deepEqual(view(node, federation).members, view(founder, federation).members);
  const own = node.it.membership(federation).members.get(node.it.identity(federation).member)!;
  assert.equal(own.descriptor.version, 3);
  assert.equal(own.descriptor.name.en, 'Another');
  assert.equal(fingerprintOf(own.descriptor), view(node, federation).fingerprint);
  assert.equal(view(node, federation).founderFingerprint, founderFingerprint);
  assert.notEqual(view(founder, federation).fingerprint, founderFingerprint);
  await joinAs(net, founder, federation, 'two');
});

test('two say something at once: both stand', async () => {
  const { net, founder, federation, coordinator } = await newFederation();
  const one = await joinAs(net, founder, federation, 'one');
  const two = await joinAs(net, founder, federation, 'two');
  await Promise.all([one, two, founder].map((node, at) => node.it.rename(federation, name(`New ${at}`))));
  for (const node of [one, two, founder]) await node.it.chores();
  assert.equal(coordinator.statements.length, 6);
  assert.deepEqual(view(one, federation).members, view(founder, federation).members);
  assert.deepEqual(view(one, federation).members, view(two, federation).members);
});

test('an invitation that ran out, was withdrawn, is of another role, or leads to another federation', async () => {
  const { net, founder, federation } = await newFederation();
  const node = await newNode(net, 'one');
  const run = await founder.it.invite(federation, { role: 'participant', expiresInMs: hourMs });
  const taken = await founder.it.invite(federation, { role: 'participant', expiresInMs: dayMs });
  net.clock.ms += hourMs;
  await assert.rejects(node.it.join({ code: run.code, name: name('One') }), coded('invitation_expired'));
  assert.deepEqual(kinds((await founder.it.withdraw(federation, taken.invitation)).events), ['withdrawn']);
  await assert.rejects(node.it.join({ code: taken.code, name: name('One') }), coded('invitation_wrong'));
  const role = await founder.it.invite(federation, { role: 'participant', expiresInMs: hourMs });
  const { request } = await separateCoordinator(net, role.code);
  await assert.rejects(founder.it.takeRequestFile(federation, request), coded('not_allowed'));
  await founder.it.withdraw(federation, role.invitation);
  const states = (await founder.it.invitations(federation)).map(({ state }) => state).sort();
  assert.deepEqual(states, ['expired', 'withdrawn', 'withdrawn']);
  await assert.rejects(founder.it.invite(federation, { role: 'coordinator', expiresInMs: dayMs }), coded('not_allowed'));
  await assert.rejects(founder.it.invite(federation, { role: 'participant', expiresInMs: 5 }), coded('malformed'));
  await assert.rejects(node.it.invite(federation, { role: 'participant', expiresInMs: dayMs }), coded('federation_unknown'));

  const second = await newFederation(net, 'second', 'second.example.org:7443');
  const { code } = await founder.it.invite(federation, { role: 'participant', expiresInMs: dayMs });
  // The code leads to the other federation's coordinator, which knows no such invitation.
  const led = writeInvitation({ ...readInvitation(code), address: 'second.example.org:7443' });
  await assert.rejects(node.it.join({ code: led, name: name('One') }), coded('invitation_wrong'));
  // It knows it and shows its own log.
  for (const [id, kept] of net.at(address).invitations) second.coordinator.invitations.set(id, kept);
  await assert.rejects(node.it.join({ code: led, name: name('One') }), coded('founder_differs'));
  const posing = writeInvitation({ ...readInvitation(code), federation: second.federation });
  await assert.rejects(node.it.join({ code: posing, name: name('One') }), coded('founder_differs'));
  assert.deepEqual(node.it.federations(), []);
  await assert.rejects(node.it.join({ code, name: { en: ' ', zh: '' } }), coded('name_unreadable'));
  await assert.rejects(node.it.join({ code: `${code}A`, name: name('One') }), coded('invitation_unreadable'));
});

test('a node in two federations, as member and as founder; sixteen are the most', async () => {
  const { net, founder, federation } = await newFederation();
  const second = await newFederation(net, 'second', 'second.example.org:7443');
  const { code } = await second.founder.it.invite(second.federation, { role: 'participant', expiresInMs: dayMs });
  const { fingerprint } = await founder.it.join({ code, name: name('Founder elsewhere') });
  await second.founder.it.chores();
  const [request] = await second.founder.it.joinRequests(second.federation);
  await second.founder.it.admit(second.federation, request!.invitation, fingerprint);
  await founder.it.chores();
  assert.deepEqual(
    founder.it.federations().map((one) => [one.state, one.founder]),
    [
      ['member', true],
      ['member', false],
    ],
  );
  assert.notEqual(founder.it.identity(federation).member, founder.it.identity(second.federation).member);
  const many = await Belonging.open({ ...founder.ports, book: new MemoryBook() });
  for (let at = 0; at < 16; at += 1) await many.found({ name: name('Many'), address, coordinator: 'separate' });
  await assert.rejects(many.found({ name: name('Many'), address, coordinator: 'own' }), coded('federations_full'));
});

test('a refused request, and a second try with another code', async () => {
  const { net, founder, federation } = await newFederation();
  const node = await newNode(net, 'one');
  const first = await founder.it.invite(federation, { role: 'participant', expiresInMs: dayMs });
  await node.it.join({ code: first.code, name: name('One') });
  await assert.rejects(founder.it.refuse(federation, first.invitation), coded('invitation_wrong'));
  await founder.it.chores();
  assert.deepEqual(kinds((await founder.it.refuse(federation, first.invitation)).events), ['refused']);
  assert.deepEqual(kinds((await founder.it.refuse(federation, first.invitation)).events), []);
  const [{ fingerprint }] = [view(node, federation)];
  await assert.rejects(founder.it.admit(federation, first.invitation, fingerprint), coded('not_allowed'));
  assert.deepEqual(kinds(await node.it.chores()), ['refused']);
  assert.equal(view(node, federation).state, 'refused');
  await assert.rejects(node.it.join({ code: first.code, name: name('One') }), coded('invitation_used'));
  const second = await founder.it.invite(federation, { role: 'participant', expiresInMs: dayMs });
  await node.it.join({ code: second.code, name: name('One') });
  assert.equal(view(node, federation).state, 'waiting');
});
