// The federation's X.509 certificates for mutual TLS 1.3: the founder's authority signs short-lived leaves for keys that the members make
// themselves, and the list of those revoked. A leaf names its member in a URI, and nothing else of it counts.
//
// ECDSA on P-256 with SHA-256: every TLS 1.3 library has to take it (RFC 8446, section 9.1), which Ed25519 is not sure of. Key and
// signatures take the machine's own randomness: OpenSSL has no other, and nobody needs to replay them.

// It stands first: the library asks for it while it loads.
import 'reflect-metadata';
import { createPublicKey, type webcrypto, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { ProtocolFault } from './words.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 86_400_000;
export const leafLifeMs = 30 * dayMs;
const authorityLifeMs = 3650 * dayMs;
/** A leaf is valid from this long ago, so that a clock that lags behind takes it. */
const backdatedMs = 5 * 60_000;

type Random = { bytes(length: number): Uint8Array };
/** Hexadecimal SHA-256 ids, see identity.ts. */
export type LeafName = { readonly federation: string; readonly member: string };
export type Authority = { readonly certificate: string; readonly privateKey: webcrypto.CryptoKey };

export function leafUri({ federation, member }: LeafName): string {
  return `holdfast:federation/${federation}/member/${member}`;
}

/** A P-256 pair; the private key never leaves who made it. */
export async function newCertificateKey(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

/** PKCS #8 as PEM, for node:tls and for sealing at rest. */
export async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

/** @throws {ProtocolFault} certificate_malformed */
export async function privateKeyFromPem(pem: string): Promise<webcrypto.CryptoKey> {
  try {
    return await crypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem), algorithm, true, ['sign']);
  } catch {
    throw new ProtocolFault('certificate_malformed', 'private key');
  }
}

/** Both halves, for a further request with the same key. @throws {ProtocolFault} certificate_malformed */
export async function certificateKeyFromPem(pem: string): Promise<webcrypto.CryptoKeyPair> {
  const privateKey = await privateKeyFromPem(pem);
  const spki = Buffer.from(publicKeyOfPem(pem), 'base64url');
  return { privateKey, publicKey: await crypto.subtle.importKey('spki', spki, algorithm, true, ['verify']) };
}

/** @param pem a private key  @returns its public half, as requestedKey writes it */
export function publicKeyOfPem(pem: string): string {
  return createPublicKey(pem).export({ format: 'der', type: 'spki' }).toString('base64url');
}

/** 16 bytes, positive and without a zero in front (RFC 5280, section 4.1.2.2). */
function newSerial(random: Random): string {
  const bytes = Buffer.from(random.bytes(16));
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes.toString('hex');
}

const uriName = (uri: string) => new x509.SubjectAlternativeNameExtension([{ type: 'url', value: uri }]);

/** The founder's authority: self-signed, for ten years, of leaves only. */
export async function newAuthority(
  federation: string,
  keys: webcrypto.CryptoKeyPair,
  nowMs: number,
  random: Random,
): Promise<Authority> {
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(random),
    name: [{ CN: [`Holdfast federation ${federation}`] }],
    notBefore: new Date(nowMs - backdatedMs),
    notAfter: new Date(nowMs + authorityLifeMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: certificate.toString('pem'), privateKey: keys.privateKey };
}

/** What a member sends for a leaf (PKCS #10, RFC 2986), as PEM: its name, signed by the key that the leaf is for. */
export async function requestLeaf(name: LeafName, keys: webcrypto.CryptoKeyPair): Promise<string> {
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [name.member] }],
    keys,
    signingAlgorithm: algorithm,
    extensions: [uriName(leafUri(name))],
  });
  return request.toString('pem');
}

/**
 * Issues a leaf for 30 days. Only the request's key is taken over; the caller has made sure that the request comes from this member, by the
 * signed message or the join request that carried it.
 * @param name whom the leaf is for; the request has to name the same
 * @returns the leaf as PEM  @throws {ProtocolFault} certificate_request_wrong
 */
export async function issueLeaf(
  authority: Authority,
  request: string,
  name: LeafName,
  nowMs: number,
  random: Random,
): Promise<string> {
  const read = await readRequest(request);
  if (read === undefined || read.uri !== leafUri(name)) throw new ProtocolFault('certificate_request_wrong');
  const issuer = new x509.X509Certificate(authority.certificate);
  const leaf = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(random),
    subject: [{ CN: [name.member] }],
    issuer: issuer.subjectName,
    notBefore: new Date(nowMs - backdatedMs),
    notAfter: new Date(nowMs + leafLifeMs),
    publicKey: read.publicKey,
    signingKey: authority.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      uriName(leafUri(name)),
    ],
  });
  return leaf.toString('pem');
}

/**
 * Is it a request of this member? What a coordinator may ask, which cannot issue.
 * @returns the public key that it asks for, DER in base64url  @throws {ProtocolFault} certificate_request_wrong
 */
export async function requestedKey(request: string, name: LeafName): Promise<string> {
  const read = await readRequest(request);
  if (read === undefined || read.uri !== leafUri(name)) throw new ProtocolFault('certificate_request_wrong');
  return Buffer.from(read.publicKey.rawData).toString('base64url');
}

/** @returns the key of a certificate, as requestedKey writes it */
export function certifiedKey(leaf: string): string {
  return new X509Certificate(leaf).publicKey.export({ format: 'der', type: 'spki' }).toString('base64url');
}

/** As the founding statement holds the authority: DER in base64url. @returns PEM */
export function authorityPem(authority: string): string {
  return x509.PemConverter.encode(Buffer.from(authority, 'base64url'), 'CERTIFICATE');
}

/** undefined unless it is a request for a P-256 key, signed by that key, with one name. */
async function readRequest(pem: string): Promise<{ uri: string; publicKey: x509.PublicKey } | undefined> {
  try {
    const request = new x509.Pkcs10CertificateRequest(pem);
    const extension = request.getExtension('2.5.29.17');
    const names = extension instanceof x509.SubjectAlternativeNameExtension ? extension.names.items : [];
    const key: { name: string; namedCurve?: string } = request.publicKey.algorithm;
    if (key.name !== algorithm.name || key.namedCurve !== algorithm.namedCurve) return undefined;
    if (names.length !== 1 || names[0]?.type !== 'url' || !(await request.verify())) return undefined;
    return { uri: names[0].value, publicKey: request.publicKey };
  } catch {
    return undefined;
  }
}

export type Revoked = {
  /** Serial numbers in lower-case hexadecimal, as checkLeaf compares them. */
  readonly serials: ReadonlySet<string>;
  readonly thisUpdateMs: number;
  /** After this a newer list has to be fetched; TLS takes no connection by an older one. */
  readonly nextUpdateMs: number;
};

/** The signed list (RFC 5280, section 5) as PEM, which node:tls takes as `crl`. */
export async function issueRevocationList(
  authority: Authority,
  revoked: readonly { serial: string; atMs: number; compromised: boolean }[],
  nowMs: number,
  lifeMs: number,
): Promise<string> {
  const list = await x509.X509CrlGenerator.create({
    issuer: new x509.X509Certificate(authority.certificate).subjectName,
    thisUpdate: new Date(nowMs - backdatedMs),
    nextUpdate: new Date(nowMs + lifeMs),
    signingAlgorithm: algorithm,
    signingKey: authority.privateKey,
    entries: revoked.map(({ serial, atMs, compromised }) => ({
      serialNumber: serial,
      revocationDate: new Date(atMs),
      reason: compromised ? x509.X509CrlReason.keyCompromise : x509.X509CrlReason.cessationOfOperation,
    })),
  });
  // The library's own PEM says CRL, which OpenSSL does not read (RFC 7468, section 6: X509 CRL).
  return x509.PemConverter.encode(list.rawData, 'X509 CRL');
}

/** @param authority the authority's certificate, PEM  @throws {ProtocolFault} revocation_list_wrong */
export async function readRevocationList(list: string, authority: string): Promise<Revoked> {
  try {
    const read = new x509.X509Crl(list);
    const issuer = new x509.X509Certificate(authority);
    if (
      read.issuer === issuer.subject &&
      read.nextUpdate &&
      (await read.verify({ publicKey: await issuer.publicKey.export() }))
    ) {
      const serials = new Set(read.entries.map(({ serialNumber }) => plainSerial(serialNumber)));
      return { serials, thisUpdateMs: read.thisUpdate.getTime(), nextUpdateMs: read.nextUpdate.getTime() };
    }
  } catch {
    // Not a list, or cut off: the same answer as for one of somebody else.
  }
  throw new ProtocolFault('revocation_list_wrong');
}

/** Lower case without zeros in front, as one library writes them and another does not. */
export function plainSerial(serial: string): string {
  return serial.toLowerCase().replace(/^0+(?=.)/, '');
}
