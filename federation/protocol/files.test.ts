import 'reflect-metadata';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Authority,
  issueLeaf,
  issueRevocationList,
  newAuthority,
  newCertificateKey,
  privateKeyPem,
  publicKeyOfPem,
  requestLeaf,
} from './certificates.ts';
import { readJoinFile, readWelcome, type Welcome, writeJoinFile, writeWelcome } from './files.ts';
import { newInvitation, readInvitation, requestToJoin, takeJoinRequest } from './invitation.ts';
import { foldMembership } from './membership.ts';
import { foundingStatement, nextStatement } from './statements.ts';
import { federationId as federation, seededRandom, startMs, testMember } from './testing.ts';
import { type ProtocolCode, ProtocolFault } from './words.ts';

const coded = (code: ProtocolCode) => (error: unknown) => error instanceof ProtocolFault && error.code === code;
const random = seededRandom('files');
const nowMs = startMs + 1000;
const founder = testMember(federation, 'founder');
const newcomer = testMember(federation, 'newcomer', 'coordinator');

async function leafOf(member: string, authority: Authority, keys?: Awaited<ReturnType<typeof newCertificateKey>>) {
  const pair = keys ?? (await newCertificateKey());
  const name = { federation, member };
  return issueLeaf(authority, await requestLeaf(name, pair), name, nowMs, random);
}

async function world() {
  const authority = await newAuthority(federation, await newCertificateKey(), startMs, random);
  const der = Buffer.from(authority.certificate.replaceAll(/-----.*?-----|\s/g, ''), 'base64');
  const first = foundingStatement(founder.key, founder.descriptor, der, startMs);
  const admitted = (descriptor = newcomer.descriptor) => [
    first,
    nextStatement(
      founder.key,
      federation,
      founder.id,
      foldMembership([first]),
      { kind: 'admit', descriptor, invitation: '1'.repeat(64) },
      nowMs,
    ),
  ];
  const keys = await newCertificateKey();
  const revocations = await issueRevocationList(authority, [], nowMs, 86_400_000);
  const welcome: Omit<Welcome, 'v'> = { log: admitted(), leaf: await leafOf(newcomer.id, authority, keys), revocations };
  const publicKey = publicKeyOfPem(await privateKeyPem(keys.privateKey));
  const foundedBy = foldMembership([first]).foundedBy;
  const own = { descriptor: newcomer.descriptor.descriptor, foundedBy, publicKey };
  return { authority, admitted, keys, welcome, own };
}

test('a request goes to the founder and is taken as over the wire', async () => {
  const fields = { federation, address: 'x:1', founder: '0'.repeat(64), expiresAtMs: nowMs + 1000 };
  const { code, kept } = newInvitation(random, fields);
  const leafRequest = await requestLeaf({ federation, member: newcomer.id }, await newCertificateKey());
  const request = requestToJoin(readInvitation(code), newcomer.key, newcomer.descriptor, leafRequest, nowMs);
  const text = writeJoinFile(request);
  for (const copied of [text, text.trimEnd(), text.replace('\n', '\r\n')]) {
    assert.deepEqual(takeJoinRequest(kept, readJoinFile(copied), nowMs).descriptor, newcomer.descriptor);
  }
  assert.throws(() => readJoinFile(` ${text}`), coded('not_canonical'));
  assert.throws(() => readJoinFile(text.slice(1)), coded('malformed'));
  assert.throws(() => readJoinFile('{}'), coded('malformed'));
  assert.throws(() => readJoinFile(' '.repeat(70_000)), coded('too_large'));
});

test('a welcome is read by who it is for', async () => {
  const { welcome, own } = await world();
  const read = await readWelcome(writeWelcome(welcome), own, nowMs);
  assert.deepEqual({ log: read.log, leaf: read.leaf, revocations: read.revocations }, welcome);
  assert.ok(read.membership.members.has(newcomer.id));
});

test('a welcome by another founder, for another member or key, or with another authority’s papers is refused', async () => {
  const { welcome, own, admitted, authority, keys } = await world();
  const other = await newAuthority(federation, await newCertificateKey(), startMs, random);
  const stranger = testMember(federation, 'stranger', 'coordinator');
  const { descriptor } = own;
  const cases: [Partial<Omit<Welcome, 'v'>>, Partial<typeof own>, ProtocolCode][] = [
    [{}, { foundedBy: '0'.repeat(64) }, 'founder_differs'],
    [{}, { descriptor: { ...descriptor, federation: '0f'.repeat(16) } }, 'founder_differs'],
    [{ log: admitted(stranger.descriptor) }, {}, 'member_unknown'],
    [{}, { descriptor: { ...descriptor, createdAtMs: 1 } }, 'key_reused'],
    [{ leaf: await leafOf(newcomer.id, other, keys) }, {}, 'certificate_issuer_unknown'],
    [{ leaf: await leafOf(stranger.id, authority, keys) }, {}, 'certificate_other_member'],
    [{ leaf: await leafOf(newcomer.id, authority) }, {}, 'certificate_request_wrong'],
    [{ revocations: await issueRevocationList(other, [], nowMs, 1000) }, {}, 'revocation_list_wrong'],
  ];
  for (const [changed, changedOwn, code] of cases) {
    await assert.rejects(
      readWelcome(writeWelcome({ ...welcome, ...changed }), { ...own, ...changedOwn }, nowMs),
      coded(code),
      code,
    );
  }
  await assert.rejects(readWelcome(writeWelcome(welcome), own, nowMs + 40 * 86_400_000), coded('certificate_expired'));
  const [first, second] = welcome.log;
  await assert.rejects(readWelcome(writeWelcome({ ...welcome, log: [second!, first!] }), own, nowMs), coded('log_gap'));
});
