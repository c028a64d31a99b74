import 'reflect-metadata';
import assert from 'node:assert/strict';
import type { webcrypto } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { connect, createServer, type PeerCertificate, type TLSSocket } from 'node:tls';
import * as x509 from '@peculiar/x509';
import {
  type Authority,
  issueLeaf,
  issueRevocationList,
  leafLifeMs,
  leafUri,
  newAuthority,
  newCertificateKey,
  privateKeyFromPem,
  privateKeyPem,
  readRevocationList,
  requestLeaf,
} from './certificates.ts';
import { checkLeaf, type LeafTrust, memberIdentity, mutualTls } from './check-leaf.ts';
import { seededRandom } from './testing.ts';
import { type ProtocolCode, ProtocolFault } from './words.ts';

// OpenSSL goes by the machine's clock.
const nowMs = Date.now();
const dayMs = 86_400_000;
const random = seededRandom('certificates');
const federation = 'fe'.repeat(16);
const other = '0f'.repeat(16);
const skewMs = 5 * 60_000;
const coded = (code: ProtocolCode) => (error: unknown) => error instanceof ProtocolFault && error.code === code;

type Holder = { member: string; certificate: string; privateKey: string };
let authority: Authority;
let otherAuthority: Authority;
let list: string;
const holders: Record<'one' | 'two' | 'expired' | 'early' | 'revoked' | 'stranger' | 'forged', Holder> = {} as never;

async function holder(from: Authority, federationId: string, member: string, issuedAtMs: number): Promise<Holder> {
  const keys = await newCertificateKey();
  const name = { federation: federationId, member };
  const certificate = await issueLeaf(from, await requestLeaf(name, keys), name, issuedAtMs, random);
  return { member, certificate, privateKey: await privateKeyPem(keys.privateKey) };
}

before(async () => {
  authority = await newAuthority(federation, await newCertificateKey(), nowMs - 100 * dayMs, random);
  otherAuthority = await newAuthority(other, await newCertificateKey(), nowMs - 100 * dayMs, random);
  holders.one = await holder(authority, federation, '11'.repeat(16), nowMs);
  holders.two = await holder(authority, federation, '22'.repeat(16), nowMs);
  holders.expired = await holder(authority, federation, '33'.repeat(16), nowMs - 40 * dayMs);
  holders.early = await holder(authority, federation, '44'.repeat(16), nowMs + dayMs);
  holders.revoked = await holder(authority, federation, '55'.repeat(16), nowMs);
  holders.stranger = await holder(otherAuthority, other, '66'.repeat(16), nowMs);
  // Names our federation, yet another authority signed it.
  holders.forged = await holder(otherAuthority, federation, '77'.repeat(16), nowMs);
  const found = checkLeaf(holders.revoked.certificate, trust(new Set()));
  assert.ok(found.ok);
  list = await issueRevocationList(authority, [{ serial: found.serial, atMs: nowMs, compromised: true }], nowMs, 7 * dayMs);
});

const trust = (revoked: ReadonlySet<string>, atMs = nowMs): LeafTrust => ({
  federation,
  ca: authority.certificate,
  revoked,
  nowMs: atMs,
  skewMs,
});

test('each leaf gets its member or its reason; the edges of time are tolerant by the skew and no more', async () => {
  const { serials } = await readRevocationList(list, authority.certificate);
  const codeOf = (certificate: string | Uint8Array, atMs = nowMs) => {
    const found = checkLeaf(certificate, trust(serials, atMs));
    return found.ok ? 'ok' : found.code;
  };
  const one = checkLeaf(holders.one.certificate, trust(serials));
  assert.ok(one.ok);
  assert.equal(one.member, holders.one.member);
  const fromMs = Math.floor(nowMs / 1000) * 1000 - skewMs;
  const toMs = Math.floor((nowMs + leafLifeMs) / 1000) * 1000;
  assert.equal(one.notAfterMs, toMs);
  assert.equal(Math.round(one.renewAtMs), Math.round(fromMs + ((toMs - fromMs) * 2) / 3));
  assert.equal(codeOf(holders.one.certificate, toMs + skewMs), 'ok');
  assert.equal(codeOf(holders.one.certificate, toMs + skewMs + 1), 'certificate_expired');
  assert.equal(codeOf(holders.one.certificate, fromMs - skewMs), 'ok');
  assert.equal(codeOf(holders.one.certificate, fromMs - skewMs - 1), 'certificate_not_yet_valid');
  assert.equal(codeOf(holders.expired.certificate), 'certificate_expired');
  assert.equal(codeOf(holders.early.certificate), 'certificate_not_yet_valid');
  assert.equal(codeOf(holders.revoked.certificate), 'certificate_revoked');
  assert.equal(codeOf(holders.stranger.certificate), 'certificate_other_federation');
  assert.equal(codeOf(holders.forged.certificate), 'certificate_issuer_unknown');
  assert.equal(codeOf(authority.certificate), 'certificate_malformed');
  assert.equal(codeOf('nothing'), 'certificate_malformed');
});

test('a changed byte of a leaf is never taken', () => {
  const der = Buffer.from(holders.one.certificate.replaceAll(/-----.*?-----|\s/g, ''), 'base64');
  assert.ok(checkLeaf(der, trust(new Set())).ok);
  for (let at = 0; at < der.length; at += 1) {
    const changed = Buffer.from(der);
    changed[at]! ^= 1;
    assert.ok(!checkLeaf(changed, trust(new Set())).ok, `byte ${at}`);
  }
});

test('a request is for one member, and signed by the key it asks for', async () => {
  const keys = await newCertificateKey();
  const name = { federation, member: '11'.repeat(16) };
  const request = await requestLeaf(name, keys);
  const wrong = coded('certificate_request_wrong');
  await assert.rejects(issueLeaf(authority, request, { ...name, member: '22'.repeat(16) }, nowMs, random), wrong);
  await assert.rejects(issueLeaf(authority, request, { ...name, federation: other }, nowMs, random), wrong);
  await assert.rejects(issueLeaf(authority, 'nothing', name, nowMs, random), wrong);
  const body = Buffer.from(request.replaceAll(/-----.*?-----|\s/g, ''), 'base64');
  // Of the last bytes, which are the signature.
  body[body.length - 5]! ^= 1;
  const changed = `-----BEGIN CERTIFICATE REQUEST-----\n${body.toString('base64')}\n-----END CERTIFICATE REQUEST-----`;
  await assert.rejects(issueLeaf(authority, changed, name, nowMs, random), wrong);
  const again = await privateKeyFromPem(await privateKeyPem(keys.privateKey));
  assert.equal(await privateKeyPem(again), await privateKeyPem(keys.privateKey));
  await assert.rejects(privateKeyFromPem('x'), coded('certificate_malformed'));
});

test('a list of another authority, or changed, is refused', async () => {
  const read = await readRevocationList(list, authority.certificate);
  assert.equal(read.serials.size, 1);
  assert.equal(read.nextUpdateMs, Math.floor((nowMs + 7 * dayMs) / 1000) * 1000);
  const wrong = coded('revocation_list_wrong');
  await assert.rejects(readRevocationList(list, otherAuthority.certificate), wrong);
  await assert.rejects(readRevocationList('x', authority.certificate), wrong);
  const body = Buffer.from(list.replaceAll(/-----.*?-----|\s/g, ''), 'base64');
  for (const at of [80, 120, body.length - 3]) {
    const changed = Buffer.from(body);
    changed[at]! ^= 1;
    const text = `-----BEGIN X509 CRL-----\n${changed.toString('base64')}\n-----END X509 CRL-----`;
    await assert.rejects(readRevocationList(text, authority.certificate), wrong, `byte ${at}`);
  }
});

test('a request for another kind of key, or with more than one name, is refused', async () => {
  const name = { federation, member: '11'.repeat(16) };
  const uri = { type: 'url' as const, value: leafUri(name) };
  const ask = async (keys: webcrypto.CryptoKeyPair, hash: string, names: { type: 'url' | 'dns'; value: string }[]) => {
    const signingAlgorithm = { ...keys.privateKey.algorithm, hash };
    const extensions = [new x509.SubjectAlternativeNameExtension(names)];
    const request = await x509.Pkcs10CertificateRequestGenerator.create({ name: 'CN=x', keys, signingAlgorithm, extensions });
    return issueLeaf(authority, request.toString('pem'), name, nowMs, random);
  };
  const wrong = coded('certificate_request_wrong');
  const other384 = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, true, ['sign', 'verify']);
  const edwards = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  assert.ok('privateKey' in edwards);
  const right = await newCertificateKey();
  assert.ok(await ask(right, 'SHA-256', [uri]));
  await assert.rejects(ask(other384, 'SHA-384', [uri]), wrong);
  await assert.rejects(ask(edwards, 'SHA-512', [uri]), wrong);
  await assert.rejects(ask(right, 'SHA-256', [uri, { type: 'dns', value: 'example.org' }]), wrong);
  await assert.rejects(ask(right, 'SHA-256', [{ type: 'dns', value: uri.value }]), wrong);
});

test("a client's check of who answers: the code of what is wrong", () => {
  const identity = (member: string, peer: Holder, revoked: ReadonlySet<string> = new Set()) => {
    const raw = Buffer.from(peer.certificate.replaceAll(/-----.*?-----|\s/g, ''), 'base64');
    const error = memberIdentity({ federation, member }, () => trust(revoked))('any.host', { raw } as PeerCertificate);
    return error instanceof ProtocolFault ? error.code : error;
  };
  const { one, expired } = holders;
  assert.equal(identity(one.member, one), undefined);
  assert.equal(identity('99'.repeat(16), one), 'certificate_other_member');
  assert.equal(identity(expired.member, expired), 'certificate_expired');
  assert.throws(() => checkLeaf(one.certificate, { ...trust(new Set()), ca: one.certificate }), RangeError);
  assert.throws(() => checkLeaf(one.certificate, { ...trust(new Set()), ca: 'x' }), RangeError);
});

const options = (own: Holder) =>
  mutualTls({ certificate: own.certificate, privateKey: own.privateKey, authority: authority.certificate, revocationList: list });
const open: { close(): void }[] = [];
after(() => {
  for (const one of open) one.close();
});

type Seen = {
  server: string;
  client: string;
  protocol?: string | null;
  serverSays?: string | undefined;
  clientSays?: string | undefined;
};
const closing = (socket: TLSSocket) => new Promise((resolve) => socket.once('close', resolve));

/** What each side says of a real connection: the member it saw, or `refused`. */
async function meet(server: Holder, client: Holder, called = server.member) {
  const { serials } = await readRevocationList(list, authority.certificate);
  const listener = createServer(options(server));
  open.push(listener);
  const seen: Seen = { server: 'refused', client: 'refused' };
  listener.on('tlsClientError', (_error, socket) => {
    // Node ends the handshake, then hangs up; the reason stands at the socket.
    seen.serverSays = String(socket.authorizationError);
  });
  listener.on('secureConnection', (socket: TLSSocket) => {
    const found = checkLeaf(socket.getPeerCertificate().raw, trust(serials));
    if (found.ok) seen.server = found.member;
    socket.on('error', () => {});
    socket.end(found.ok ? 'hello' : '');
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const checkServerIdentity = memberIdentity({ federation, member: called }, () => trust(serials));
  const socket = connect({ ...options(client), host: '127.0.0.1', port, checkServerIdentity });
  let text = '';
  socket.on('data', (data) => {
    text += data.toString();
    seen.client = called;
    seen.protocol = socket.getProtocol();
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    seen.clientSays = error.code;
  });
  await closing(socket);
  const closed = once(listener, 'close');
  listener.close();
  await closed;
  assert.equal(text, seen.client === 'refused' ? '' : 'hello');
  return seen;
}

test('two members meet over a real connection by mutual TLS 1.3, and each knows who the other is', async () => {
  const seen = await meet(holders.one, holders.two);
  assert.deepEqual(seen, { server: holders.two.member, client: holders.one.member, protocol: 'TLSv1.3' });
});

const reasons = {
  expired: 'CERT_HAS_EXPIRED',
  early: 'CERT_NOT_YET_VALID',
  revoked: 'CERT_REVOKED',
  stranger: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  forged: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
} as const;
for (const kind of ['expired', 'early', 'revoked', 'stranger', 'forged'] as const) {
  test(`a certificate that is ${kind} is refused, by the server and by the client`, async () => {
    const asClient = await meet(holders.one, holders[kind]);
    assert.equal(asClient.server, 'refused');
    assert.equal(asClient.client, 'refused');
    assert.equal(asClient.serverSays, reasons[kind]);
    const asServer = await meet(holders[kind], holders.one);
    assert.equal(asServer.client, 'refused');
    assert.equal(asServer.clientSays, reasons[kind]);
  });
}

test('a member who answers at the address of another is refused', async () => {
  const seen = await meet(holders.one, holders.two, '99'.repeat(16));
  assert.equal(seen.client, 'refused');
  assert.match(String(seen.clientSays), /^certificate_other_member$/);
});

test('an empty list of revocations works as well', async () => {
  const empty = await issueRevocationList(authority, [], nowMs, dayMs);
  assert.equal((await readRevocationList(empty, authority.certificate)).serials.size, 0);
  createServer({ ...options(holders.one), crl: empty }).close();
});

test('revoked between two connections: a server that took the new list refuses, and no kept session helps', async () => {
  const before = await issueRevocationList(authority, [], nowMs, dayMs);
  const listener = createServer({ ...options(holders.one), crl: before });
  open.push(listener);
  const seen: string[] = [];
  listener.on('tlsClientError', (_error, socket) => seen.push(String(socket.authorizationError)));
  listener.on('secureConnection', (socket) => {
    socket.on('error', () => {});
    seen.push(socket.isSessionReused() ? 'resumed' : 'full');
    socket.end('hello');
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  let session: Buffer | undefined;
  const again = async () => {
    const offered = { ...options(holders.revoked), crl: before, ...(session ? { session } : {}) };
    const socket = connect({ ...offered, host: '127.0.0.1', port, checkServerIdentity: () => undefined });
    socket.on('session', (kept) => {
      session = kept;
    });
    socket.on('error', () => {});
    socket.resume();
    await closing(socket);
  };
  await again();
  assert.ok(session, 'the client kept no session to try again with');
  await again();
  listener.setSecureContext(options(holders.one));
  await again();
  listener.close();
  assert.deepEqual(seen, ['full', 'full', 'CERT_REVOKED']);
});

test('no certificate, or an older TLS: no connection', async () => {
  const listener = createServer(options(holders.one));
  open.push(listener);
  let connections = 0;
  listener.on('tlsClientError', () => {});
  listener.on('secureConnection', () => {
    connections += 1;
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const { cert: _cert, key: _key, ...bare } = options(holders.two);
  for (const offered of [bare, { ...options(holders.two), minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const]) {
    const socket = connect({ ...offered, host: '127.0.0.1', port, checkServerIdentity: () => undefined });
    socket.on('error', () => {});
    socket.resume();
    await closing(socket);
  }
  listener.close();
  assert.equal(connections, 0);
});
