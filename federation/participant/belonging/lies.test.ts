import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeMember } from '../../protocol/identity.ts';
import { foldMembership } from '../../protocol/membership.ts';
import { nextStatement, type SignedStatement } from '../../protocol/statements.ts';
import { type ProtocolCode, ProtocolFault } from '../../protocol/words.ts';
import { dayMs, TestNet } from '../testing.ts';
import { address, codesOf, joinAs, kinds, name, newFederation, newNode, separateCoordinator, view } from './testing.ts';

const coded = (code: ProtocolCode) => (error: unknown) => error instanceof ProtocolFault && error.code === code;

/** Another history of the same length, which only the founder's key can write. */
function forkOf(founder: Awaited<ReturnType<typeof newFederation>>['founder'], federation: string, log: SignedStatement[]) {
  const base = log.slice(0, 1);
  const { v: _v, signingKey: _key, wrapKey, ...rest } = foldMembership(base).members.values().next().value!.descriptor;
  const fields = { ...rest, name: name('Forked'), version: 2, wrapKey: Buffer.from(wrapKey, 'base64url') };
  const key = founder.it.signingKey(federation);
  const descriptor = describeMember(key, fields);
  const act = { kind: 'rename', descriptor } as const;
  return [...base, nextStatement(key, federation, rest.member, foldMembership(base), act, log[0]!.statement.atMs)];
}

test('a forked log is told, kept as evidence and never adopted; nothing else stops', async () => {
  const { net, founder, federation, coordinator } = await newFederation();
  const node = await joinAs(net, founder, federation, 'one');
  const held = node.it.membership(federation);
  const fork = forkOf(founder, federation, coordinator.statements);
  coordinator.lies.log = (log, caller) => (caller === view(node, federation).member ? fork : log);
  assert.deepEqual(kinds(await node.it.chores()), ['problem']);
  assert.deepEqual(kinds(await node.it.chores()), []);
  assert.equal(node.it.membership(federation), held);
  const [evidence] = await node.it.evidence(federation);
  assert.deepEqual(evidence, { held: coordinator.statements[1], shown: fork[1] });
  await assert.rejects(node.it.rename(federation, name('New')), coded('log_forked'));
  net.clock.ms += 21 * dayMs;
  await founder.it.chores();
  for (let round = 0; round < 2; round += 1) for (const one of [node, founder]) await one.it.chores();
  await node.it.chores();
  assert.ok(view(node, federation).certificateEndsAtMs! > net.clock.ms + 20 * dayMs, 'the certificate was not renewed');
  // The truth is shown again: what was shown before stays told, across a restart too, until an officer has seen it.
  coordinator.lies = {};
  await node.it.chores();
  assert.deepEqual(codesOf(node, federation), ['log log_forked']);
  await node.it.rename(federation, name('New'));
  await node.it.dismissProblems(federation);
  await node.it.chores();
  assert.deepEqual(codesOf(node, federation), []);
});

test('a shortened log is told and never adopted; the founder gives a restored coordinator what it lacks', async () => {
  const { net, founder, federation, coordinator } = await newFederation();
  const node = await joinAs(net, founder, federation, 'one');
  await joinAs(net, founder, federation, 'two');
  await node.it.chores();
  const held = node.it.membership(federation);
  assert.equal(held.size, 3);
  coordinator.statements = coordinator.statements.slice(0, 2);
  assert.deepEqual(kinds(await node.it.chores()), ['problem']);
  assert.deepEqual(codesOf(node, federation), ['log log_rolled_back']);
  assert.equal(node.it.membership(federation).size, 3);
  assert.deepEqual(kinds(await founder.it.chores()), ['logPublished']);
  assert.equal(coordinator.statements.length, 3);
  await node.it.chores();
  assert.deepEqual(codesOf(node, federation), ['log log_rolled_back']);
  assert.deepEqual(node.it.membership(federation), held);
});

test('a log that does not hold together is not adopted', async () => {
  const { net, founder, federation, coordinator } = await newFederation();
  const node = await joinAs(net, founder, federation, 'one');
  await joinAs(net, founder, federation, 'two');
  const broken = [
    (log: SignedStatement[]) => log.with(2, { ...log[2]!, signature: log[1]!.signature }),
    (log: SignedStatement[]) => [...log, log[2]!],
    () => 'nothing' as unknown as SignedStatement[],
    () => [null, null, null] as unknown as SignedStatement[],
    () => [],
  ];
  for (const lie of broken) {
    coordinator.lies.log = (log) => lie(log);
    const events = await node.it.chores();
    assert.deepEqual(kinds(events), ['problem'], `${lie}`);
    assert.equal(node.it.membership(federation).size, 2);
    await node.it.dismissProblems(federation);
  }
  coordinator.lies = {};
  assert.deepEqual(kinds(await node.it.chores()), ['admitted', 'logAdopted']);
});

test("a coordinator that puts another description, or another's, into a request is told, and nobody is asked about it", async () => {
  const { net, founder, federation, coordinator } = await newFederation();
  const stranger = await newFederation(new TestNet(), 'stranger');
  const invited = await founder.it.invite(federation, { role: 'participant', expiresInMs: dayMs });
  const node = await newNode(net, 'one');
  const { fingerprint } = await node.it.join({ code: invited.code, name: name('One') });
  const { signingKey, wrapKey, v: _v, ...rest } = coordinator.joins.get(invited.invitation)!.request.descriptor.descriptor;
  const own = stranger.founder.it.signingKey(stranger.federation);
  const swapped = describeMember(own, { ...rest, wrapKey: Buffer.from(wrapKey, 'base64url') });
  assert.notEqual(swapped.descriptor.signingKey, signingKey);
  coordinator.lies.joinRequests = (requests) => requests.map((one) => ({ ...one, descriptor: swapped }));
  assert.deepEqual(kinds(await founder.it.chores()), ['problem']);
  assert.deepEqual(codesOf(founder, federation), ['requests invitation_wrong']);
  assert.deepEqual(await founder.it.joinRequests(federation), []);
  await assert.rejects(founder.it.admit(federation, invited.invitation, fingerprint), coded('invitation_wrong'));
  for (const lie of [[null], ['x'], [{}], [{ invitation: 'ff'.repeat(32) }]]) {
    coordinator.lies.joinRequests = () => lie as never;
    await founder.it.chores();
    assert.deepEqual(await founder.it.joinRequests(federation), []);
  }
  coordinator.lies = {};
  assert.deepEqual(kinds(await founder.it.chores()), ['requested']);
  assert.deepEqual(codesOf(founder, federation), []);
  assert.equal((await founder.it.joinRequests(federation))[0]?.fingerprint, fingerprint);
});

test('an older list of revoked certificates, or one of somebody else, is not taken', async () => {
  const { net, founder, federation, coordinator } = await newFederation();
  const stranger = await newFederation(new TestNet(), 'stranger');
  const node = await joinAs(net, founder, federation, 'one');
  const first = coordinator.list;
  net.clock.ms += 2 * dayMs;
  await founder.it.chores();
  await node.it.chores();
  const held = node.it.identity(federation).revocationList;
  assert.notEqual(held, first);
  for (const lie of [first, stranger.coordinator.list, 'x']) {
    coordinator.lies.revocations = () => lie;
    await node.it.chores();
    assert.deepEqual(codesOf(node, federation), ['revocations revocation_list_wrong']);
    assert.equal(node.it.identity(federation).revocationList, held);
  }
});

test('a coordinator that is away: told once, with the time of the last contact, and over when it is back', async () => {
  const { net, founder, federation, coordinator } = await newFederation();
  const node = await joinAs(net, founder, federation, 'one');
  net.clock.ms += 60_000;
  await node.it.chores();
  const contactAtMs = net.clock.ms;
  coordinator.away = true;
  net.clock.ms += dayMs;
  assert.deepEqual(kinds(await node.it.chores()), ['problem']);
  net.clock.ms += dayMs;
  assert.deepEqual(kinds(await node.it.chores()), []);
  assert.equal(view(node, federation).contactAtMs, contactAtMs);
  const [problem] = view(node, federation).problems;
  assert.deepEqual([problem?.code, problem!.lastMs - problem!.sinceMs], ['unreachable', dayMs]);
  const invited = await founder.it.invite(federation, { role: 'participant', expiresInMs: dayMs });
  assert.equal((await founder.it.invitations(federation)).find(({ id }) => id === invited.invitation)?.told, false);
  coordinator.away = false;
  await node.it.chores();
  await founder.it.chores();
  assert.deepEqual([codesOf(node, federation), codesOf(founder, federation)], [[], []]);
  assert.ok(coordinator.invitations.has(invited.invitation));
});

test('a separate coordinator: its request comes as a file, and it begins with the answer', async () => {
  const net = new TestNet();
  const founder = await newNode(net, 'founder');
  const { federation } = await founder.it.found({ name: name('Founder'), address, coordinator: 'separate' });
  assert.throws(() => founder.it.welcome(federation), coded('not_allowed'));
  assert.throws(() => founder.it.api(federation), coded('member_unknown'));
  assert.deepEqual(kinds(await founder.it.chores()), []);
  const { code } = await founder.it.invite(federation, { role: 'coordinator', expiresInMs: dayMs });
  const { request, fingerprint, member } = await separateCoordinator(net, code);
  const waiting = await founder.it.takeRequestFile(federation, request);
  assert.equal(waiting.fingerprint, fingerprint);
  await assert.rejects(founder.it.admitFromFile(federation, request, '1'), coded('fingerprint_differs'));
  await assert.rejects(
    founder.it.admitFromFile(federation, { ...request, proof: request.signature }, fingerprint),
    coded('invitation_wrong'),
  );
  const { events, ...welcome } = await founder.it.admitFromFile(federation, request, fingerprint);
  assert.deepEqual(kinds(events), ['admitted', 'leafIssued']);
  const again = await founder.it.admitFromFile(federation, request, fingerprint);
  assert.deepEqual(again, { ...welcome, events: [] });
  assert.equal(view(founder, federation).coordinator, member);
  await assert.rejects(founder.it.invite(federation, { role: 'coordinator', expiresInMs: dayMs }), coded('not_allowed'));

  assert.deepEqual(kinds(await founder.it.chores()), ['problem']);
  const coordinator = net.begin(address, member, welcome);
  await founder.it.chores();
  assert.deepEqual(codesOf(founder, federation), []);
  assert.equal(coordinator.leaves.get(member), welcome.leaf);
  const node = await joinAs(net, founder, federation, 'one');
  assert.equal(node.it.identity(federation).coordinator, member);
  assert.equal(coordinator.statements.length, 3);
});
