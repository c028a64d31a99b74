// A signed head of the audit log: how many entries there were, the root over them, when, and the node's signature. Whoever keeps one
// elsewhere can tell later whether the log still begins with what it began with then.

import type { Key } from '../../../crypto/keys.ts';
import { merkleHashBytes } from '../../../crypto/merkle-log.ts';
import { publicKeyBytes, signatureBytes, signBytes, verifySignature } from '../../../crypto/signing.ts';

export type SignedHead = { size: number; atMs: number; root: Uint8Array; signature: Uint8Array };

/** As it stands in answers, exports and the second sink; bytes are hexadecimal. */
export type HeadText = { size: number; atMs: number; root: string; signature: string; publicKey: string };

const context = Buffer.from('holdfast audit head v1\n', 'utf8');

function message(size: number, atMs: number, root: Uint8Array): Buffer {
  const numbers = Buffer.alloc(16);
  numbers.writeBigInt64BE(BigInt(size), 0);
  numbers.writeBigInt64BE(BigInt(atMs), 8);
  return Buffer.concat([context, numbers, root]);
}

export function signHead(key: Key<'signing'>, size: number, atMs: number, root: Uint8Array): SignedHead {
  return { size, atMs, root, signature: signBytes(key, message(size, atMs, root)) };
}

export function isSignedBy(publicKey: Uint8Array, { size, atMs, root, signature }: SignedHead): boolean {
  return root.length === merkleHashBytes && verifySignature(publicKey, message(size, atMs, root), signature);
}

export function headText({ size, atMs, root, signature }: SignedHead, publicKey: Uint8Array): HeadText {
  return { size, atMs, root: hex(root), signature: hex(signature), publicKey: hex(publicKey) };
}

/** Reads what headText made; undefined for anything else. */
export function parseHead(value: unknown): (SignedHead & { publicKey: Uint8Array }) | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { size, atMs, root, signature, publicKey } = value as Partial<Record<keyof HeadText, unknown>>;
  const bytes = [bytesOf(root, merkleHashBytes), bytesOf(signature, signatureBytes), bytesOf(publicKey, publicKeyBytes)] as const;
  if (!isCount(size) || !isCount(atMs) || !bytes[0] || !bytes[1] || !bytes[2]) return undefined;
  return { size, atMs, root: bytes[0], signature: bytes[1], publicKey: bytes[2] };
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Bytes from hexadecimal of this length; undefined for anything else. */
export function bytesOf(text: unknown, length: number): Buffer | undefined {
  if (typeof text !== 'string' || text.length !== 2 * length || !/^[0-9a-f]*$/.test(text)) return undefined;
  return Buffer.from(text, 'hex');
}

export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
