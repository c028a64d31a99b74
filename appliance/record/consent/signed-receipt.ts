// The node's signature over a consent receipt: what the ledger held when it was given, so that a third party can tell it from a receipt that
// somebody made or changed. Pure: whoever has the receipt and the node's public key checks it, on any machine and without the node.
//
// Evidence is signed by a salted hash of it. It is the one member that some readers are not shown, and a receipt without it still verifies.

import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../crypto/canonical-json.ts';
import type { Key } from '../../../crypto/keys.ts';
import { publicKeyBytes, publicKeyOf, signatureBytes, signBytes, verifySignature } from '../../../crypto/signing.ts';
import type { Random } from '../../core/ports.ts';
import type { Receipt } from './receipt.ts';

const context = 'holdfast consent receipt v1\n';
const proofType = 'holdfast consent receipt v1, Ed25519';
const saltBytes = 16;

export type ReceiptProof = { type: typeof proofType; public_key: string; signature: string };
export type SignedReceipt = Receipt & { proof: ReceiptProof };
export type ConsentReceiptFlaw = 'not_a_receipt' | 'unsigned' | 'wrong_key' | 'signature' | 'evidence';
export type ConsentReceiptVerdict = { ok: boolean; flaw?: ConsentReceiptFlaw; receipt?: SignedReceipt };

type Tree = { readonly [name: string]: unknown };
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

export function signReceipt(key: Key<'signing'>, random: Random, receipt: Receipt): SignedReceipt {
  const sealed = withEvents(receipt, (event) => {
    if (typeof event.evidence !== 'string') return event;
    const salt = hex(random.bytes(saltBytes));
    return { ...event, evidence_salt: salt, evidence_digest: digestOf(event.evidence, salt) };
  });
  const proof = { type: proofType, public_key: hex(publicKeyOf(key)) } as const;
  return { ...sealed, proof: { ...proof, signature: hex(signBytes(key, message(sealed, proof))) } };
}

/** @param publicKey the node's, hexadecimal, got another way: one that came with the receipt proves nothing */
export function verifyConsentReceipt(value: unknown, publicKey: string): ConsentReceiptVerdict {
  if (!isTree(value) || value['@type'] !== 'dpv:ConsentReceipt' || !isTree(value.consent_record))
    return { ok: false, flaw: 'not_a_receipt' };
  const { proof } = value;
  if (proof === undefined) return { ok: false, flaw: 'unsigned' };
  if (!isProof(proof)) return { ok: false, flaw: 'not_a_receipt' };
  const receipt = value as SignedReceipt;
  const { signature, ...rest } = proof;
  if (rest.public_key !== publicKey.toLowerCase()) return { ok: false, flaw: 'wrong_key' };
  const signed = verifySignature(Buffer.from(rest.public_key, 'hex'), message(receipt, rest), Buffer.from(signature, 'hex'));
  if (!signed) return { ok: false, flaw: 'signature' };
  if (!eventsOf(receipt).every(isEvidenceWhole)) return { ok: false, flaw: 'evidence' };
  return { ok: true, receipt };
}

/** Everything but the signature itself and, in place of evidence and salt, the hash of them. */
function message(receipt: Receipt, proof: Omit<ReceiptProof, 'signature'>): Buffer {
  const bare = withEvents(receipt, ({ evidence: _evidence, evidence_salt: _salt, ...event }) => event);
  return Buffer.from(context + canonicalJson({ ...bare, proof }), 'utf8');
}

/** Without evidence there is nothing to be whole; with it, it is what was signed. */
function isEvidenceWhole({ evidence, evidence_salt: salt, evidence_digest: digest }: Tree): boolean {
  if (evidence === undefined) return true;
  return typeof evidence === 'string' && typeof salt === 'string' && digestOf(evidence, salt) === digest;
}

function digestOf(evidence: string, salt: string): string {
  return createHash('sha256').update(Buffer.from(salt, 'hex')).update(evidence, 'utf8').digest('hex');
}

function withEvents(receipt: Receipt, change: (event: Tree) => Tree): Receipt {
  const record = receipt.consent_record;
  if (!isTree(record) || !Array.isArray(record.events)) return receipt;
  return {
    ...receipt,
    consent_record: { ...record, events: record.events.map((event) => (isTree(event) ? change(event) : event)) },
  };
}

function eventsOf({ consent_record: record }: Receipt): Tree[] {
  return isTree(record) && Array.isArray(record.events) ? record.events.filter(isTree) : [];
}

function isProof(proof: unknown): proof is ReceiptProof {
  if (!isTree(proof) || proof.type !== proofType) return false;
  return isHex(proof.public_key, publicKeyBytes) && isHex(proof.signature, signatureBytes);
}

const isHex = (value: unknown, bytes: number): value is string =>
  typeof value === 'string' && value.length === 2 * bytes && /^[0-9a-f]*$/.test(value);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
