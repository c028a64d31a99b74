// The enrolment code of the desktop console: where the node is and whose TLS key it answers with, in signs that a person can read aloud and
// type. Nothing of it is secret; who alters it on the way would send consoles elsewhere, so it is handed over like a key. What it means is
// written down in docs/console.md, and admin-console/main/enrolment.ts reads it.

import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { toBase32 } from '../../../crypto/base32.ts';
import { Fault } from '../errors.ts';

export type EnrolmentParts = {
  publicUrl?: string;
  /** The certificate that `publicUrl` answers with, in PEM: `publicCertificate` of the configuration, as a path. */
  publicCertificate?: string;
  /** Where the node itself listens; undefined while it does not. */
  listening(): string | undefined;
};
export type Enrolment = {
  readonly code: string;
  readonly addresses: readonly string[];
  readonly plain: boolean;
  readonly fingerprint?: string;
  readonly expiresAtMs?: number;
};

/** Bits of the fingerprint that stand in the code: a second key with the same ones takes 2^128 tries. */
const pinBytes = 16;
const checkBytes = 4;
const version = 1;
const kinds = { ipv4: 0, ipv6: 1, name: 2 } as const;

/**
 * @returns undefined where the node is not reached at any address
 * @throws {Fault} `bad_request` for an address or a certificate that is none; `conflict` where https has no certificate
 */
export function enrolmentOf(
  parts: EnrolmentParts,
  wanted: { addresses?: readonly string[]; certificate?: string },
): Enrolment | undefined {
  const own = parts.publicUrl ?? parts.listening();
  const given = wanted.addresses ?? (own === undefined ? [] : [own]);
  if (given.length === 0) return undefined;
  const addresses = given.map((address) => readAddress(address));
  const plain = addresses[0]!.protocol === 'http:';
  if (addresses.some(({ protocol }) => (protocol === 'http:') !== plain))
    throw new Fault('bad_request', 'addresses: all with TLS or none');
  const origins = addresses.map(({ origin }) => origin);
  if (plain) return { code: encode(addresses, undefined), addresses: origins, plain };
  const certificate = wanted.certificate ?? readCertificate(parts.publicCertificate);
  const { publicKey, validToDate } = parseCertificate(certificate);
  const pin = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
  return {
    code: encode(addresses, pin.subarray(0, pinBytes)),
    addresses: origins,
    plain,
    fingerprint: pin.toString('hex'),
    expiresAtMs: validToDate.getTime(),
  };
}

/** @throws {Fault} `bad_request` */
function readAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw new Fault('bad_request', 'addresses: an http or https address');
  if (url.username || url.password || url.pathname !== '/' || url.search || url.hash)
    throw new Fault('bad_request', 'addresses: nothing after the host and port');
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw new Fault('bad_request', 'addresses: plain http on this machine only, put TLS in front of the node');
  return url;
}

const isLoopback = (hostname: string) => hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);

/** @throws {Fault} `conflict`, `unreadable_file` */
function readCertificate(path: string | undefined): string {
  if (path === undefined)
    throw new Fault('conflict', 'publicCertificate: the code needs the certificate that the address answers with');
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Fault('unreadable_file', 'publicCertificate', { cause: error });
  }
}

/** The first of a chain is the server's own. @throws {Fault} `bad_request` */
function parseCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new Fault('bad_request', 'certificate: PEM', { cause: error });
  }
}

/** One byte of version, TLS and how many; the pin; the addresses; four bytes of SHA-256 over all of it, against typing errors. */
function encode(addresses: readonly URL[], pin: Uint8Array | undefined): string {
  const head = (version << 4) | (pin ? 8 : 0) | (addresses.length - 1);
  const bytes = Buffer.concat([Buffer.of(head), pin ?? Buffer.alloc(0), ...addresses.map(encodeAddress)]);
  const check = createHash('sha256').update(bytes).digest().subarray(0, checkBytes);
  return toBase32(Buffer.concat([bytes, check]))
    .match(/.{1,5}/g)!
    .join('-');
}

/** One byte of kind and whether a port follows; the port; the host, a name behind its length. */
function encodeAddress({ hostname, port, protocol }: URL): Buffer {
  const host = hostname.replace(/^\[|\]$/g, '');
  const kind = ({ 4: 'ipv4', 6: 'ipv6' } as const)[isIP(host)] ?? 'name';
  const number = port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port);
  const withPort = number !== 443;
  const portBytes = Buffer.alloc(withPort ? 2 : 0);
  if (withPort) portBytes.writeUInt16BE(number);
  return Buffer.concat([Buffer.of(kinds[kind] | (withPort ? 4 : 0)), portBytes, encodeHost(kind, host)]);
}

function encodeHost(kind: keyof typeof kinds, host: string): Buffer {
  if (kind === 'ipv4') return Buffer.from(host.split('.').map(Number));
  if (kind === 'ipv6') return ipv6Bytes(host);
  const name = Buffer.from(host, 'ascii');
  return Buffer.concat([Buffer.of(name.length), name]);
}

/** As URL writes it: no dotted quad in it, at most one `::`. */
function ipv6Bytes(host: string): Buffer {
  const [before = '', after] = host.split('::');
  const groups = (text: string | undefined) => (text ? text.split(':').map((group) => Number.parseInt(group, 16)) : []);
  const [left, right] = [groups(before), groups(after)];
  const all = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
  const bytes = Buffer.alloc(16);
  for (const [at, group] of all.entries()) bytes.writeUInt16BE(group, at * 2);
  return bytes;
}
