// One line of the list of erasures: which records are gone, as keyed hashes and numbers, signed by the node. It says nothing of anybody to
// whoever has no key of the node, and is all it takes to erase again what a restored backup brought back.

import { blindIndex } from '../../../crypto/blind-index.ts';
import type { Key } from '../../../crypto/keys.ts';
import { signBytes, verifySignature } from '../../../crypto/signing.ts';

/** A record: its number, a keyed hash of its key and the time it was made, and one of its key alone. */
export type ErasedRecord = { readonly record: number; readonly made: string; readonly id: string };
export type ErasureLine = {
  readonly version: 1;
  readonly erasure: string;
  readonly atMs: number;
  readonly records: readonly ErasedRecord[];
  /** Ed25519, hexadecimal. */
  readonly signature: string;
};

const context = 'holdfast erasure v1\n';

/** @param key the index key of erasures */
export function erasedRecord(
  key: Key<'index'>,
  { recordId, recordKey, createdAtMs }: { recordId: number; recordKey: Uint8Array; createdAtMs: number },
): ErasedRecord {
  const name = hex(recordKey);
  return {
    record: recordId,
    made: hex(blindIndex(key, 'erased record', `${recordId} ${name} ${createdAtMs}`)),
    id: erasedId(key, recordKey),
  };
}

/** What an erased record's key is known by. */
export function erasedId(key: Key<'index'>, recordKey: Uint8Array): string {
  return hex(blindIndex(key, 'erased id', hex(recordKey)));
}

export function signLine(key: Key<'signing'>, erasure: string, atMs: number, records: readonly ErasedRecord[]): ErasureLine {
  return { version: 1, erasure, atMs, records, signature: hex(signBytes(key, message(erasure, atMs, records))) };
}

export function isSignedLine(publicKey: Uint8Array, { erasure, atMs, records, signature }: ErasureLine): boolean {
  return verifySignature(publicKey, message(erasure, atMs, records), Buffer.from(signature, 'hex'));
}

function message(erasure: string, atMs: number, records: readonly ErasedRecord[]): Buffer {
  const rows = records.map(({ record, made, id }) => [record, made, id]);
  return Buffer.from(context + JSON.stringify([erasure, atMs, rows]), 'utf8');
}

const hexText = /^[0-9a-f]+$/;

/** @returns undefined for anything that is not the form of a line; whether it is signed is another question */
export function parseLine(text: string): ErasureLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { version, erasure, atMs, records, signature } = value as Partial<Record<keyof ErasureLine, unknown>>;
  if (version !== 1 || typeof erasure !== 'string' || !/^e[0-9a-f]{16}$/.test(erasure) || !isCount(atMs)) return undefined;
  if (!isHex(signature) || !Array.isArray(records)) return undefined;
  const read = records.map(readRecord);
  if (read.some((one) => one === undefined)) return undefined;
  return { version, erasure, atMs, records: read as ErasedRecord[], signature };
}

function readRecord(value: unknown): ErasedRecord | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { record, made, id } = value as Partial<Record<keyof ErasedRecord, unknown>>;
  return isCount(record) && isHex(made) && isHex(id) ? { record, made, id } : undefined;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isHex = (value: unknown): value is string => typeof value === 'string' && hexText.test(value);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
