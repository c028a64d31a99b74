// Reads an enrolment code: where the node is and the fingerprint of the TLS key that it must answer with. The node writes it
// (appliance/core/access/enrolment.ts); a test of both together keeps them of one mind. A slip of the fingers is found by its last four bytes.

import { createHash } from 'node:crypto';
import { codeLengthMax } from './ipc.ts';

export type Enrolment = {
  /** As it was typed, tidied: kept, and read again at the next start. */
  readonly code: string;
  /** Origins, the one to try first first. */
  readonly addresses: readonly string[];
  /** The first 128 bits of the SHA-256 of the key (SubjectPublicKeyInfo), in hexadecimal; undefined for plain HTTP on this machine. */
  readonly pin: string | undefined;
};
/** `mistyped`: a sign is wrong or missing. `newer`: of a node that knows more than this console. */
export type EnrolmentFault = 'code_mistyped' | 'code_newer';

const pinBytes = 16;
const checkBytes = 4;
const version = 1;

export function readEnrolment(text: string): Enrolment | EnrolmentFault {
  const bytes = text.length > codeLengthMax ? undefined : fromBase32(text);
  if (!bytes || bytes.length <= checkBytes) return 'code_mistyped';
  const [said, check] = [bytes.subarray(0, -checkBytes), bytes.subarray(-checkBytes)];
  if (!createHash('sha256').update(said).digest().subarray(0, checkBytes).equals(check)) return 'code_mistyped';
  const head = said[0]!;
  if (head >> 4 !== version || (head & 4) !== 0) return 'code_newer';
  const tls = (head & 8) !== 0;
  const reader = readerOf(said.subarray(1));
  const pin = tls ? reader.take(pinBytes)?.toString('hex') : undefined;
  const addresses: string[] = [];
  for (let at = 0; at <= (head & 3); at += 1) {
    const origin = readAddress(reader, tls);
    if (origin === undefined) return 'code_newer';
    addresses.push(origin);
  }
  if (reader.left() > 0 || (tls && pin === undefined)) return 'code_newer';
  // What the node never writes: without a key to know it by, only this machine is believed.
  if (!tls && !addresses.every((origin) => isLoopback(new URL(origin).hostname))) return 'code_newer';
  return { code: toGroups(text), addresses, pin };
}

export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);

type Reader = { take(bytes: number): Buffer | undefined; left(): number };

function readerOf(bytes: Buffer): Reader {
  let at = 0;
  return {
    take(count) {
      if (at + count > bytes.length) return undefined;
      at += count;
      return bytes.subarray(at - count, at);
    },
    left: () => bytes.length - at,
  };
}

/** Undefined for what a node of this version does not write. */
function readAddress(reader: Reader, tls: boolean): string | undefined {
  const head = reader.take(1)?.[0];
  if (head === undefined || (head & ~7) !== 0) return undefined;
  const port = (head & 4) === 0 ? 443 : reader.take(2)?.readUInt16BE();
  const host = port === undefined ? undefined : readHost(reader, head & 3);
  if (host === undefined) return undefined;
  const text = `${tls ? 'https' : 'http'}://${host}:${port}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url && url.hostname === host ? url.origin : undefined;
}

function readHost(reader: Reader, kind: number): string | undefined {
  if (kind === 0) return reader.take(4)?.join('.');
  if (kind === 1) {
    const bytes = reader.take(16);
    const groups = bytes && Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16));
    return groups && new URL(`http://[${groups.join(':')}]`).hostname;
  }
  const length = kind === 2 ? reader.take(1)?.[0] : undefined;
  return length === undefined ? undefined : reader.take(length)?.toString('ascii');
}

// Crockford's base32: no I, L, O or U; I and L are read as 1, O as 0, small and full-width signs as capitals; spaces and hyphens are for the eye.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

function tidy(text: string): string {
  return text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\-\u2010-\u2015\u2212]/g, '')
    .replaceAll(/[IL]/g, '1')
    .replaceAll('O', '0');
}

const toGroups = (text: string): string => tidy(text).replace(/.{5}(?=.)/g, '$&-');

function fromBase32(text: string): Buffer | undefined {
  const signs = tidy(text);
  const bytes = Buffer.alloc(Math.floor((signs.length * 5) / 8));
  if (Math.ceil((bytes.length * 8) / 5) !== signs.length) return undefined;
  let [held, bits, at] = [0, 0, 0];
  for (const sign of signs) {
    const value = alphabet.indexOf(sign);
    if (value < 0) return undefined;
    held = (held << 5) | value;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at] = held >>> bits;
    at += 1;
    held &= (1 << bits) - 1;
  }
  return held === 0 ? bytes : undefined;
}
