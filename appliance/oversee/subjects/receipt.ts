// A receipt for an erasure: what was destroyed and when, that the audit log has an entry of it, and the node's signature over all of that.
// Pure: whoever has the receipt and the node's public key checks it, on any machine and without the node.

import { canonicalJson } from '../../../crypto/canonical-json.ts';
import type { Key } from '../../../crypto/keys.ts';
import { verifyInclusion } from '../../../crypto/merkle-log.ts';
import { publicKeyBytes, publicKeyOf, signatureBytes, signBytes, verifySignature } from '../../../crypto/signing.ts';
import { type HeadText, isSignedHead } from '../../core/audit/audit.ts';

export type ReceiptFacts = {
  erasure: string;
  begunAtMs: number;
  erasedAtMs: number;
  /** One of `erasureReasons`. */
  reason: string;
  request?: number;
  /** Whose data keys and audit keys were destroyed. */
  records: number;
  /** Rows that other parts of the node kept of them, such as quarantined events. */
  elsewhere: number;
  /**
   * What may hold those keys, wrapped, on the disk of the database's server even so, by the name of a setting, a right or what was found; empty when
   * nothing was found. Absent in receipts of versions that did not look.
   */
  leftovers?: readonly string[];
  /** Keyed hashes, as in the list of erasures: the node can tell later whether a record is one of them, and nobody else. */
  erased: readonly string[];
  /** Systems that are told. */
  downstream: readonly string[];
  audit: { entry: number; size: number; leafHash: string; root: string; proof: readonly string[]; head: HeadText };
};
export type Receipt = { type: 'holdfast erasure receipt'; version: 1 } & ReceiptFacts & { publicKey: string; signature: string };

export type ReceiptFlaw = 'not_a_receipt' | 'wrong_key' | 'signature' | 'head_signature' | 'inclusion';
export type ReceiptVerdict = { ok: boolean; publicKey: string; pinned: boolean; flaw?: ReceiptFlaw; receipt?: Receipt };

const context = 'holdfast erasure receipt v1\n';
const receiptType = 'holdfast erasure receipt';

export function makeReceipt(key: Key<'signing'>, facts: ReceiptFacts): Receipt {
  const unsigned = { type: receiptType, version: 1, ...facts, publicKey: hex(publicKeyOf(key)) } as const;
  return { ...unsigned, signature: hex(signBytes(key, message(unsigned))) };
}

/** @param publicKey the node's, hexadecimal, got another way; without it only that the receipt is whole can be said */
export function verifyReceipt(value: unknown, publicKey?: string): ReceiptVerdict {
  const receipt = readReceipt(value);
  const verdict = { publicKey: receipt?.publicKey ?? '', pinned: publicKey !== undefined };
  if (!receipt) return { ...verdict, ok: false, flaw: 'not_a_receipt' };
  const flaw = flawOf(receipt, publicKey?.toLowerCase());
  return { ...verdict, ok: flaw === undefined, receipt, ...(flaw && { flaw }) };
}

function flawOf(receipt: Receipt, pinned: string | undefined): ReceiptFlaw | undefined {
  if (pinned !== undefined && pinned !== receipt.publicKey) return 'wrong_key';
  const key = Buffer.from(receipt.publicKey, 'hex');
  const { signature, ...unsigned } = receipt;
  if (!verifySignature(key, message(unsigned), Buffer.from(signature, 'hex'))) return 'signature';
  const { entry, size, leafHash, root, proof, head } = receipt.audit;
  if (head.publicKey !== receipt.publicKey || head.size !== size || head.root !== root || !isSignedHead(head))
    return 'head_signature';
  const hashes = proof.map((one) => Buffer.from(one, 'hex'));
  return verifyInclusion(Buffer.from(leafHash, 'hex'), entry, size, hashes, Buffer.from(root, 'hex')) ? undefined : 'inclusion';
}

function message(unsigned: object): Buffer {
  return Buffer.from(context + canonicalJson(unsigned), 'utf8');
}

function readReceipt(value: unknown): Receipt | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const receipt = value as Receipt;
  if (receipt.type !== receiptType || receipt.version !== 1) return undefined;
  if (!isHex(receipt.publicKey, publicKeyBytes) || !isHex(receipt.signature, signatureBytes)) return undefined;
  const { audit } = receipt as { audit?: Receipt['audit'] };
  if (typeof audit !== 'object' || audit === null || typeof audit.head !== 'object' || audit.head === null) return undefined;
  if (!Array.isArray(audit.proof) || ![audit.leafHash, audit.root, ...audit.proof].every((one) => isHex(one, 32)))
    return undefined;
  return [audit.entry, audit.size].every(Number.isSafeInteger) ? receipt : undefined;
}

const isHex = (value: unknown, bytes: number): value is string =>
  typeof value === 'string' && value.length === 2 * bytes && /^[0-9a-f]*$/.test(value);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
