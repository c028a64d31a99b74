// The node's own authority and the certificate that it gives to its server. The authority is bound to the node's names (RFC 5280, name
// constraints): who steals its key can pretend to be this node and nobody else. ECDSA on P-256, which every client takes; key and signatures
// take the machine's own randomness, as OpenSSL has no other.

// It stands first: the library asks for it while it loads.
import 'reflect-metadata';
import { type X509Certificate as Certificate, createPublicKey, type webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 86_400_000;
const authorityLifeMs = 3650 * dayMs;
export const serverLifeMs = 90 * dayMs;
/** Valid from this long ago, so that a client whose clock lags takes it. */
const backdatedMs = 3_600_000;

export type Pair = { certificate: string; key: string };

const exportKey = async (key: webcrypto.CryptoKey) =>
  x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');

async function readKey(pem: string): Promise<webcrypto.CryptoKeyPair> {
  const spki = createPublicKey(pem).export({ format: 'der', type: 'spki' });
  return {
    privateKey: await crypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem), algorithm, true, ['sign']),
    publicKey: await crypto.subtle.importKey('spki', new Uint8Array(spki), algorithm, true, ['verify']),
  };
}

export async function newServerKey(): Promise<string> {
  const { privateKey } = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  return exportKey(privateKey);
}

const der = (tag: number, ...content: Uint8Array[]): Buffer => {
  const body = Buffer.concat(content);
  const { length } = body;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
};

export function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  const [before = '', after] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string | undefined) => (text ? text.split(':').map((group) => Number.parseInt(group, 16)) : []);
  const [left, right] = [groups(before), groups(after)];
  const all = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

/** A dNSName, or an iPAddress with a full mask. */
function subtreeOf(name: string): Buffer {
  if (isIP(name) === 0) return der(0x30, der(0x82, Buffer.from(name, 'ascii')));
  const bytes = addressBytes(name);
  return der(0x30, der(0x87, bytes, Buffer.alloc(bytes.length, 0xff)));
}

const namesExtension = (names: readonly string[]) =>
  new x509.SubjectAlternativeNameExtension(names.map((name) => ({ type: isIP(name) === 0 ? 'dns' : 'ip', value: name })));

/** permittedSubtrees: only these names and addresses. */
const constrainedTo = (names: readonly string[]) =>
  new x509.Extension('2.5.29.30', true, new Uint8Array(der(0x30, der(0xa0, ...names.map(subtreeOf)))));

/** @param random 16 bytes, made positive and without a zero in front (RFC 5280, section 4.1.2.2) */
function serialOf(random: Uint8Array): string {
  const bytes = Buffer.from(random);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes.toString('hex');
}

export type Making = { nowMs: number; random: { bytes(length: number): Uint8Array } };

/** For ten years. Its name tells it apart from one that was made before. */
export async function newAuthority(names: readonly string[], { nowMs, random }: Making): Promise<Pair> {
  const keys = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const serialNumber = serialOf(random.bytes(16));
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber,
    name: [{ CN: [`Holdfast ${(names[0] ?? '').slice(0, 40)} ${serialNumber.slice(0, 8)}`] }],
    notBefore: new Date(nowMs - backdatedMs),
    notAfter: new Date(nowMs + authorityLifeMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      constrainedTo(names),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await exportKey(keys.privateKey) };
}

/** @param key the server's, which stays: consoles know the node by it */
export async function newServerCertificate(
  authority: Pair,
  key: string,
  names: readonly string[],
  { nowMs, random }: Making,
): Promise<string> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const { publicKey } = await readKey(key);
  const until = Math.min(nowMs + serverLifeMs, issuer.notAfter.getTime());
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialOf(random.bytes(16)),
    subject: [{ CN: [(names[0] ?? 'holdfast').slice(0, 64)] }],
    issuer: issuer.subjectName,
    notBefore: new Date(nowMs - backdatedMs),
    notAfter: new Date(until),
    publicKey,
    signingKey: (await readKey(authority.key)).privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      namesExtension(names),
    ],
  });
  return certificate.toString('pem');
}

/** Signed by its own key: what a node answers with until an authority has given it one. Known by its name, and soon over. */
export async function newPlaceholder(key: string, names: readonly string[], { nowMs, random }: Making): Promise<string> {
  const keys = await readKey(key);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialOf(random.bytes(16)),
    name: [{ CN: [placeholderName] }],
    notBefore: new Date(nowMs - backdatedMs),
    notAfter: new Date(nowMs + dayMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [new x509.BasicConstraintsExtension(false, undefined, true), namesExtension(names)],
  });
  return certificate.toString('pem');
}

const placeholderName = 'Holdfast without a certificate';
export const isPlaceholder = ({ subject }: Certificate): boolean => subject === `CN=${placeholderName}`;

/** Answers an authority's question (RFC 8737, section 3): for one name, with the digest of what it expects. */
export async function newQuestionCertificate(name: string, digest: Uint8Array, { nowMs, random }: Making): Promise<Pair> {
  const keys = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialOf(random.bytes(16)),
    name: [{ CN: ['ACME challenge'] }],
    notBefore: new Date(nowMs - backdatedMs),
    notAfter: new Date(nowMs + dayMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [namesExtension([name]), new x509.Extension('1.3.6.1.5.5.7.1.31', true, new Uint8Array(der(0x04, digest)))],
  });
  return { certificate: certificate.toString('pem'), key: await exportKey(keys.privateKey) };
}

/** PKCS #10, DER. */
export async function newRequest(key: string, names: readonly string[]): Promise<Uint8Array> {
  const chief = names.find((name) => isIP(name) === 0 && name.length <= 64);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    ...(chief !== undefined && { name: [{ CN: [chief] }] }),
    keys: await readKey(key),
    signingAlgorithm: algorithm,
    extensions: [namesExtension(names)],
  });
  return new Uint8Array(request.rawData);
}

/** Whether a certificate is for all of these names. */
export function isFor(certificate: Certificate, names: readonly string[]): boolean {
  return names.every((name) => (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined);
}

/** Whether an authority may certify all of these names: each stands among its constraints. */
export function isBoundTo(authority: string, names: readonly string[]): boolean {
  const bound = new x509.X509Certificate(authority).getExtension('2.5.29.30');
  if (!bound) return false;
  const value = Buffer.from(bound.value);
  return names.every((name) => value.includes(subtreeOf(name)));
}
