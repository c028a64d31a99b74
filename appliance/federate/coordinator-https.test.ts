import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpsRequest } from 'node:https';
import { createServer, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { connect } from 'node:tls';
import type { Coordinator } from '../../federation/coordinator/coordinator.ts';
import { DoorLimit, doorLimits } from '../../federation/coordinator/door-limit.ts';
import { systemTimer } from '../../federation/coordinator/exclusive.ts';
import { httpsLimits, type Listening, listenHttps } from '../../federation/coordinator/https.ts';
import { session, TestFederation, takeAll } from '../../federation/coordinator/testing.ts';
import { httpsCoordinator, httpsDoor } from '../../federation/participant/https-client.ts';
import type { Identity } from '../../federation/participant/ports.ts';
import { type Authority, newAuthority, newCertificateKey, privateKeyPem } from '../../federation/protocol/certificates.ts';
import { checkLeaf } from '../../federation/protocol/check-leaf.ts';
import { Unreachable } from '../../federation/protocol/coordinator-api.ts';
import { checkFounder, newInvitation, requestToJoin } from '../../federation/protocol/invitation.ts';
import { foldMembership } from '../../federation/protocol/membership.ts';
import { encodeMessage, protocolVersion, writeMessage } from '../../federation/protocol/message.ts';
import { federationId, seededRandom, type TestMember, testMember } from '../../federation/protocol/testing.ts';
import { decodeDeliveries, encodeDeliveries, versionHeader, wirePaths } from '../../federation/protocol/wire.ts';
import { type ProtocolCode, ProtocolFault } from '../../federation/protocol/words.ts';

const coded = (code: ProtocolCode) => (error: unknown) => error instanceof ProtocolFault && error.code === code;
const dayMs = 86_400_000;
const open: { close(): unknown }[] = [];
after(async () => {
  for (const one of open.reverse()) await one.close();
});

/** A coordinator behind a real socket, by the machine's clock, as OpenSSL goes by it. */
class Served {
  readonly federation: TestFederation;
  coordinator!: Coordinator;
  https!: Listening;
  revocations!: string;
  readonly failures: unknown[] = [];

  private constructor(federation: TestFederation) {
    this.federation = federation;
  }

  static async start(): Promise<Served> {
    const served = new Served(await TestFederation.make(2, 'coordinator', Date.now()));
    await served.again();
    await served.publish([]);
    return served;
  }

  /** Starts, or starts again over the same book. */
  async again(port = 0): Promise<void> {
    const { federation } = this;
    this.coordinator = await federation.open({ timer: systemTimer });
    const { leaf, privateKey } = await federation.leaf(federation.own.id);
    this.https = await listenHttps({
      coordinator: this.coordinator,
      clock: federation.clock,
      leaf: { certificate: leaf, privateKey: await privateKeyPem(privateKey) },
      address: '127.0.0.1',
      port,
      failed: (error) => this.failures.push(error),
    });
    open.push({ close: () => this.stop() });
  }

  async stop(): Promise<void> {
    await this.coordinator.close();
    await this.https.close();
  }

  async publish(serials: readonly string[], nowMs?: number): Promise<void> {
    this.revocations = await this.federation.revocations(serials, nowMs);
    await this.coordinator.forMember(this.federation.founder.id).publishRevocations(this.revocations);
  }

  async identity(member: string, leafAtMs?: number, from?: Authority, named?: string): Promise<Identity> {
    const { leaf, privateKey } = await this.federation.leaf(member, leafAtMs, from, named);
    return {
      federation: federationId,
      member,
      address: `127.0.0.1:${this.https.port}`,
      coordinator: this.federation.own.id,
      certificate: leaf,
      privateKey: await privateKeyPem(privateKey),
      authority: this.federation.authorityPem,
      revocationList: this.revocations,
    };
  }

  client(identity: Identity) {
    const client = httpsCoordinator(identity, this.federation.clock);
    open.push(client);
    return client;
  }

  door() {
    const door = httpsDoor(`127.0.0.1:${this.https.port}`, this.federation.clock);
    open.push(door);
    return door;
  }
}

const two = (served: Served) => served.federation.members as [TestMember, TestMember];

test('a newcomer reads the log, joins and is a member; nobody gets the request who only shows the log', async () => {
  const served = await Served.start();
  const { federation } = served;
  const founder = served.client(await served.identity(federation.founder.id));
  const membership = foldMembership(federation.log);
  const fields = {
    federation: federationId,
    address: `127.0.0.1:${served.https.port}`,
    founder: membership.foundedBy,
    expiresAtMs: Date.now() + dayMs,
  };
  const { kept } = newInvitation(seededRandom('code'), fields);
  const invitation = { ...fields, secret: seededRandom('code').bytes(16) };
  const door = served.door();
  await assert.rejects(door.log(kept.id), coded('invitation_wrong'));
  await founder.publishInvitation(kept);
  const log = await door.log(kept.id);
  checkFounder(invitation, foldMembership(log));
  const newcomer = testMember(federationId, 'newcomer', 'participant');
  const { request, leaf, privateKey } = await federation.leaf(newcomer.id);
  const asked = requestToJoin(invitation, newcomer.key, newcomer.descriptor, request, Date.now());
  await door.join(asked);
  assert.deepEqual(await founder.joinRequests(), [asked]);
  assert.deepEqual(await door.outcome(kept.id), { state: 'waiting' });
  await founder.append(federation.admit(newcomer, kept.id));
  await founder.publishLeaf(newcomer.id, leaf);
  const outcome = await door.outcome(kept.id);
  assert.ok(outcome.state === 'admitted');
  const identity = {
    ...(await served.identity(newcomer.id)),
    certificate: outcome.leaf,
    privateKey: await privateKeyPem(privateKey),
  };
  const member = served.client({ ...identity, revocationList: outcome.revocations });
  assert.deepEqual(await member.log(0), federation.log);
  assert.equal(await member.leaf(), leaf);
  await assert.rejects(member.joinRequests(), coded('not_allowed'));

  // Another federation's coordinator at that address shows the true log: it can, as the log is no secret.
  const thief = await Served.start();
  Object.assign(thief.coordinator, { door: () => served.coordinator.door() });
  await thief.https.close();
  const stolen = await TestFederation.make(0, 'coordinator', Date.now());
  const own = await stolen.leaf(federation.own.id);
  const taken: unknown[] = [];
  const fake = await listenHttps({
    coordinator: Object.assign(await stolen.open(), {
      door: () => ({
        log: async () => federation.log,
        join: async (one: unknown) => void taken.push(one),
        outcome: async () => ({ state: 'refused' }),
      }),
    }) as Coordinator,
    clock: federation.clock,
    leaf: { certificate: own.leaf, privateKey: await privateKeyPem(own.privateKey) },
    address: '127.0.0.1',
    port: 0,
  });
  open.push(fake);
  const misled = httpsDoor(`127.0.0.1:${fake.port}`, federation.clock);
  open.push(misled);
  checkFounder(invitation, foldMembership(await misled.log(kept.id)));
  await assert.rejects(misled.join(asked), coded('certificate_issuer_unknown'));
  await assert.rejects(misled.outcome(kept.id), coded('certificate_issuer_unknown'));
  const vouched = httpsDoor(`127.0.0.1:${fake.port}`, federation.clock);
  open.push(vouched);
  vouched.verifyPeer(foldMembership(log));
  await assert.rejects(vouched.log(kept.id), coded('certificate_issuer_unknown'));
  assert.deepEqual(taken, []);
});

test('members send and receive over TLS, a wait ends with the message, and a restart keeps everything', async () => {
  const served = await Served.start();
  const { federation } = served;
  const [a, b] = two(served);
  const asA = served.client(await served.identity(a.id));
  const asB = served.client(await served.identity(b.id));
  const first = federation.message(a, b, 0, Buffer.alloc(3 * 1024 * 1024, 7));
  const waiting = asB.receive(0, 60_000);
  await asA.send(first);
  const [got] = await waiting;
  assert.deepEqual(Buffer.from(got!.message), first);
  const second = federation.message(a, b, 1);
  await asA.send(second);
  await assert.rejects(asA.send(federation.message(a, b, 1, 'another')), coded('sequence_conflict'));
  const { port } = served.https;
  const broken = assert.rejects(asB.receive(got!.number + 1, 60_000), Unreachable);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await served.stop();
  await broken;
  await assert.rejects(asA.send(second), Unreachable);
  await served.again(port);
  await asA.send(second);
  assert.deepEqual(
    (await takeAll(asB)).map((message) => Buffer.from(message)),
    [first, second],
  );
  await asA.send(first);
  assert.deepEqual(await takeAll(asB), []);
  assert.deepEqual(served.failures, []);
});

test('the largest message fits, and one byte more does not', async () => {
  const served = await Served.start();
  const { federation } = served;
  const [a, b] = two(served);
  const asA = served.client(await served.identity(a.id));
  const body = Buffer.alloc(16 * 1024 * 1024);
  await asA.send(federation.message(a, b, 0, body));
  const [delivery] = await served.client(await served.identity(b.id)).receive(0, 0);
  assert.ok(delivery!.message.length > body.length);
  await assert.rejects(asA.send(Buffer.alloc(17 * 1024 * 1024)), coded('too_large'));
});

test('no certificate, an expired one, one of another federation or authority, and one that was revoked are refused by their codes', async () => {
  const served = await Served.start();
  const { federation } = served;
  const [a] = two(served);
  const nowMs = Date.now();
  const other = await newAuthority(federationId, await newCertificateKey(), nowMs, federation.random);
  const good = await served.identity(a.id);
  const check = checkLeaf(good.certificate, served.coordinator.trust);
  assert.ok(check.ok);
  const member = served.client(good);
  assert.equal((await member.log(0)).length, federation.log.length);
  const cases: [Identity, ProtocolCode][] = [
    [await served.identity(a.id, nowMs - 40 * dayMs), 'certificate_expired'],
    [await served.identity(a.id, nowMs + dayMs), 'certificate_not_yet_valid'],
    [await served.identity(a.id, nowMs, federation.authority, '0f'.repeat(16)), 'certificate_other_federation'],
    [await served.identity(a.id, nowMs, other), 'certificate_issuer_unknown'],
    [await served.identity(testMember(federationId, 'stranger').id), 'member_unknown'],
  ];
  for (const [identity, code] of cases) await assert.rejects(served.client(identity).log(0), coded(code), code);
  const bare = await post(served.https.port, `${wirePaths.member}log`, { from: 0 });
  assert.deepEqual([bare.status, bare.value.code], [401, 'certificate_malformed']);

  // Over the connection that was let in: first its wait ends, then it is refused.
  const waiting = assert.rejects(member.receive(0, 60_000), coded('certificate_revoked'));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await served.publish([check.serial]);
  await waiting;
  await assert.rejects(member.log(0), coded('certificate_revoked'));
  const removed = served.client(await served.identity(two(served)[1].id));
  await removed.log(0);
  const removal = federation.say(federation.founder, { kind: 'remove', member: two(served)[1].id, how: 'removed', reason: 'x' });
  await served.coordinator.forMember(federation.founder.id).append(removal);
  await assert.rejects(removed.log(0), coded('member_ended'));
});

test('once the list has run out only the founder is let in, who brings a new one', async () => {
  const served = await Served.start();
  const { federation } = served;
  const [a] = two(served);
  const member = served.client(await served.identity(a.id));
  const founder = served.client(await served.identity(federation.founder.id));
  await member.log(0);
  federation.clock.atMs += 8 * dayMs;
  await assert.rejects(member.log(0), coded('revocation_list_old'));
  await founder.publishRevocations(await federation.revocations([]));
  await member.log(0);
});

test('a client does not speak with another member, or another federation, at the coordinator’s address', async () => {
  const served = await Served.start();
  const identity = await served.identity(two(served)[0].id);
  await assert.rejects(served.client({ ...identity, coordinator: 'ee'.repeat(16) }).log(0), coded('certificate_other_member'));
  const other = await newAuthority(federationId, await newCertificateKey(), Date.now(), served.federation.random);
  const { certificate: authority } = other;
  const revocationList = await served.federation.revocations([]);
  await assert.rejects(served.client({ ...identity, authority, revocationList }).log(0), coded('revocation_list_wrong'));
});

test('a renewed leaf is used for the next connection, without a restart', async () => {
  const served = await Served.start();
  const { federation } = served;
  const identity = await served.identity(two(served)[0].id);
  const expired = await federation.leaf(federation.own.id, Date.now() - 40 * dayMs);
  served.https.setLeaf({ certificate: expired.leaf, privateKey: await privateKeyPem(expired.privateKey) });
  await assert.rejects(served.client(identity).log(0), coded('certificate_expired'));
  const renewed = await federation.leaf(federation.own.id);
  served.https.setLeaf({ certificate: renewed.leaf, privateKey: await privateKeyPem(renewed.privateKey) });
  await served.client(identity).log(0);
  // Still asked for certificates after the change.
  assert.equal((await post(served.https.port, `${wirePaths.member}log`, { from: 0 })).status, 401);
});

type Reply = { status: number; value: { code?: string; newest?: number }; version: unknown };

/** A call as anybody may make it, without a certificate. */
async function post(
  port: number,
  path: string,
  given: unknown,
  more: object = {},
  version = `${protocolVersion}`,
): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const headers = { 'content-type': 'application/json', [versionHeader]: version };
  const request = httpsRequest({ host: '127.0.0.1', port, path, method: 'POST', rejectUnauthorized: false, headers, ...more });
  request.on('error', reject);
  request.on('response', async (response) => {
    const text = Buffer.concat(await response.toArray()).toString();
    resolve({ status: response.statusCode!, value: JSON.parse(text), version: response.headers[versionHeader] });
  });
  request.end(JSON.stringify(given));
  return promise;
}

test('TLS 1.2 is refused; other versions of the protocol are told which one is spoken here', async () => {
  const served = await Served.start();
  const { port } = served.https;
  const path = `${wirePaths.door}log`;
  const given = { invitation: '0'.repeat(64), from: 0 };
  await assert.rejects(post(port, path, given, { maxVersion: 'TLSv1.2' }), /protocol version/i);
  const said = async (version: string) => {
    const { value, status, version: answered } = await post(port, path, given, {}, version);
    assert.equal(answered, `${protocolVersion}`);
    return [status, value.code, value.newest];
  };
  assert.deepEqual(await said(`${protocolVersion}`), [400, 'invitation_wrong', protocolVersion]);
  assert.deepEqual(await said(`${protocolVersion + 1}`), [426, 'version_newer', protocolVersion]);
  assert.deepEqual(await said('0'), [400, 'malformed', protocolVersion]);
  assert.deepEqual(await said('x'), [400, 'malformed', protocolVersion]);
});

test('who fills the connections without a certificate keeps no member out', async () => {
  const served = await Served.start();
  const { port } = served.https;
  const sockets = Array.from({ length: httpsLimits.strangers + 1 }, () => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
    open.push({ close: () => socket.destroy() });
    return socket;
  });
  const closed = await Promise.race(sockets.map(async (socket) => once(socket, 'close')));
  assert.ok(closed);
  assert.equal((await served.client(await served.identity(two(served)[0].id)).log(0)).length, served.federation.log.length);
});

test('what has no form is refused, and the door is slow', async () => {
  const served = await Served.start();
  const { port } = served.https;
  const refused = async (path: string, given: unknown) => (await post(port, path, given)).value.code;
  assert.equal(await refused(`${wirePaths.door}log`, { invitation: 'x', from: 0 }), 'malformed');
  assert.equal(await refused(`${wirePaths.door}join`, { request: 'x'.repeat(70_000) }), 'too_large');
  assert.equal(await refused(`${wirePaths.door}join`, {}), 'malformed');
  assert.equal(await refused(`${wirePaths.door}join`, { request: null }), 'malformed');
  assert.equal(await refused('/elsewhere', {}), 'malformed');
  assert.deepEqual(served.failures, []);
  let status = 0;
  for (let call = 0; call <= doorLimits.perAddress; call += 1) ({ status } = await post(port, `${wirePaths.door}outcome`, {}));
  assert.equal(status, 429);
  await assert.rejects(served.door().log('0'.repeat(64)), Unreachable);
  const clock = { atMs: 0, nowMs: () => clock.atMs };
  const limit = new DoorLimit(clock);
  const takes = (count: number, address: (at: number) => string) =>
    Array.from({ length: count }, (_, at) => limit.take(address(at))).filter(Boolean).length;
  assert.equal(
    takes(1000, () => 'one'),
    doorLimits.perAddress,
  );
  assert.equal(
    takes(10_000, (at) => `${at}`),
    doorLimits.together - doorLimits.perAddress,
  );
  clock.atMs += 60_000;
  assert.ok(limit.take('one'));
});

test('who does not answer, or answers nonsense, is unreachable', async () => {
  const served = await Served.start();
  const identity = await served.identity(two(served)[0].id);
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => {
    sockets.add(socket);
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\nhello'));
  });
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  open.push(silent);
  const { port } = silent.address() as { port: number };
  await assert.rejects(served.client({ ...identity, address: `127.0.0.1:${port}` }).log(0), Unreachable);
  await assert.rejects(served.client({ ...identity, address: '127.0.0.1:1' }).log(0), Unreachable);
  assert.throws(() => served.client({ ...identity, address: 'nowhere' }), coded('malformed'));
});

test('deliveries are read as they were written', () => {
  const message = encodeMessage(
    writeMessage(
      testMember(federationId, 'x').key,
      { federation: federationId, from: federationId, to: federationId, session, kind: 'x', seq: 0, sentAtMs: 1 },
      Buffer.of(1),
    ),
  );
  const deliveries = [
    { number: 1, message: Uint8Array.from(message) },
    { number: 2 ** 40, message: new Uint8Array(0) },
  ];
  const bytes = encodeDeliveries(deliveries);
  assert.deepEqual(decodeDeliveries(bytes), deliveries);
  assert.deepEqual(decodeDeliveries(Buffer.alloc(0)), []);
  for (const cut of [1, 11, bytes.length - 13])
    assert.throws(() => decodeDeliveries(bytes.subarray(0, -cut)), coded('malformed'));
});
