import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { systemTimer } from '../../federation/coordinator/exclusive.ts';
import { ManualTimer, TestFederation } from '../../federation/coordinator/testing.ts';
import { httpsCoordinator } from '../../federation/participant/https-client.ts';
import { issueLeaf, newCertificateKey, privateKeyPem, requestLeaf } from '../../federation/protocol/certificates.ts';
import { checkLeaf } from '../../federation/protocol/check-leaf.ts';
import { federationId, type TestMember } from '../../federation/protocol/testing.ts';
import { ProtocolFault } from '../../federation/protocol/words.ts';
import { type OpenCoordinatorOptions, openCoordinator } from './coordinate.ts';

const dayMs = 86_400_000;
const open: { close(): unknown }[] = [];
after(async () => {
  for (const one of open.reverse()) await one.close();
});

async function prepared(nowMs?: number) {
  const federation = await TestFederation.make(1, 'coordinator', nowMs);
  const name = { federation: federationId, member: federation.own.id };
  const keys = await newCertificateKey();
  const certify = async (request: string) =>
    issueLeaf(federation.authority, request, name, federation.clock.nowMs(), federation.random);
  const leaf = { certificate: await certify(await requestLeaf(name, keys)), privateKey: await privateKeyPem(keys.privateKey) };
  const options: OpenCoordinatorOptions = {
    ...federation.options,
    identity: {
      ...name,
      signingKey: federation.own.key,
      log: federation.log,
      leaf,
      revocations: await federation.revocations([]),
    },
  };
  return { federation, certify, options };
}

test('inside a process nobody listens, and everything is done by function calls', async () => {
  const { federation, options } = await prepared();
  const opened = await openCoordinator(options);
  open.push(opened);
  assert.equal(opened.port, undefined);
  const [member] = federation.members as [TestMember];
  assert.equal((await opened.forMember(member.id).log(0)).length, federation.log.length);
  assert.equal(await opened.forMember(member.id).revocations(), options.identity.revocations);
  assert.ok(federation.timer.waiting.size > 0, 'the next tick is waited for');
  await opened.close();
  assert.equal(federation.timer.waiting.size, 0);
});

test('it asks for a new certificate in time, once, and takes it without a restart; over a restart too', async () => {
  const nowMs = Date.now();
  const { federation, certify, options } = await prepared(nowMs);
  const timer = new ManualTimer();
  const opened = await openCoordinator({ ...options, timer, listen: { address: '127.0.0.1', port: 0 } });
  open.push(opened);
  const founder = opened.forMember(federation.founder.id);
  await opened.tick();
  assert.deepEqual(await founder.leafRequests(), []);
  federation.clock.atMs = nowMs + 21 * dayMs;
  await opened.tick();
  const [asked, ...more] = await founder.leafRequests();
  assert.equal(asked?.member, federation.own.id);
  assert.deepEqual(more, []);
  await opened.tick();
  assert.deepEqual(await founder.leafRequests(), [asked]);
  const renewed = await certify(asked!.request);
  // OpenSSL goes by the machine's clock, by which the renewed one is not valid yet: what it says shows which one is served.
  const served = async (port: number | undefined) => {
    const { leaf, privateKey } = await federation.leaf(federation.founder.id, nowMs);
    const client = httpsCoordinator(
      {
        federation: federationId,
        member: federation.founder.id,
        address: `127.0.0.1:${port}`,
        coordinator: federation.own.id,
        certificate: leaf,
        privateKey: await privateKeyPem(privateKey),
        authority: federation.authorityPem,
        revocationList: options.identity.revocations!,
      },
      federation.clock,
    );
    open.push(client);
    return client.log(0).then(
      () => 'first',
      (fault) => (fault instanceof ProtocolFault ? fault.code : fault),
    );
  };
  assert.equal(await served(opened.port), 'first');
  await founder.publishLeaf(federation.own.id, renewed);
  await opened.tick();
  assert.equal(await served(opened.port), 'certificate_not_yet_valid');
  await opened.tick();
  assert.deepEqual(await founder.leafRequests(), []);
  await opened.close();
  const again = await openCoordinator({ ...options, timer: systemTimer, listen: { address: '127.0.0.1', port: 0 } });
  open.push(again);
  assert.equal(await served(again.port), 'certificate_not_yet_valid');
});

test('a leaf for another key, or of before, is not taken', async () => {
  const { federation, options } = await prepared();
  const opened = await openCoordinator(options);
  open.push(opened);
  const founder = opened.forMember(federation.founder.id);
  federation.clock.atMs += 21 * dayMs;
  await founder.publishLeaf(federation.own.id, (await federation.leaf(federation.own.id)).leaf);
  await opened.tick();
  assert.equal((await founder.leafRequests()).length, 1, 'it goes on asking');
  const check = checkLeaf(options.identity.leaf.certificate, opened.coordinator.trust);
  assert.ok(check.ok);
});
