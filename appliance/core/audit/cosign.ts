// Co-signatures: another node's signature that it saw this log at this size, and that the log only grew since it last looked. The message is
// that of C2SP tlog-cosignature ("cosignature/v1", https://c2sp.org/tlog-cosignature) over a C2SP tlog-checkpoint made of the head, so that
// others' tools can check it too.

import { createHash } from 'node:crypto';
import type { Key } from '../../../crypto/keys.ts';
import { signatureBytes, signBytes, verifySignature } from '../../../crypto/signing.ts';
import { bytesOf, hex, isCount } from './head.ts';

export type Cosignature = {
  /** Of the log that was seen. */
  size: number;
  /** Who saw it. */
  publicKey: Uint8Array;
  /** When, in seconds since 1970, as the note format has it. */
  timeS: number;
  signature: Uint8Array;
};
/** As it stands in answers and exports; bytes are hexadecimal. `note` is the line of a C2SP signed note. */
export type CosignatureText = { size: number; publicKey: string; timeS: number; signature: string; note: string };

/** What identifies a log to others: its key, since a node has no name that others could trust. */
export function originOf(logKey: Uint8Array): string {
  return `holdfast/audit/${hex(logKey)}`;
}

/** The body of a checkpoint (C2SP tlog-checkpoint): origin, size, root, each on a line. */
export function checkpointOf(logKey: Uint8Array, size: number, root: Uint8Array): string {
  return `${originOf(logKey)}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

const messageOf = (logKey: Uint8Array, size: number, root: Uint8Array, timeS: number): Buffer =>
  Buffer.from(`cosignature/v1\ntime ${timeS}\n${checkpointOf(logKey, size, root)}`, 'utf8');

export function cosign(
  key: Key<'signing'>,
  publicKey: Uint8Array,
  log: { publicKey: Uint8Array; size: number; root: Uint8Array },
  timeS: number,
): Cosignature {
  const signature = signBytes(key, messageOf(log.publicKey, log.size, log.root, timeS));
  return { size: log.size, publicKey, timeS, signature };
}

/** Whether it is over this root of this log. */
export function isCosigned(logKey: Uint8Array, root: Uint8Array, { size, publicKey, timeS, signature }: Cosignature): boolean {
  return verifySignature(publicKey, messageOf(logKey, size, root, timeS), signature);
}

const ed25519Cosignature = 4;

/** A line of a signed note: key id (the first four bytes of SHA-256 of name, line feed, 0x04, key), time and signature in base64. */
export function noteLine({ publicKey, timeS, signature }: Cosignature): string {
  const name = originOf(publicKey);
  const id = createHash('sha256')
    .update(Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([ed25519Cosignature]), publicKey]))
    .digest()
    .subarray(0, 4);
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(timeS));
  return `— ${name} ${Buffer.concat([id, time, signature]).toString('base64')}`;
}

export function cosignatureText(cosignature: Cosignature): CosignatureText {
  const { size, publicKey, timeS, signature } = cosignature;
  return { size, publicKey: hex(publicKey), timeS, signature: hex(signature), note: noteLine(cosignature) };
}

/** Reads what cosignatureText made; undefined for anything else. */
export function parseCosignature(value: unknown): Cosignature | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { size, publicKey, timeS, signature } = value as { [name: string]: unknown };
  const [key, signed] = [bytesOf(publicKey, 32), bytesOf(signature, signatureBytes)];
  return isCount(size) && isCount(timeS) && key && signed ? { size, publicKey: key, timeS, signature: signed } : undefined;
}
