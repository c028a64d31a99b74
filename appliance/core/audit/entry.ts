// An entry of the audit log: what it says, how it is sealed, and the bytes that are hashed. The hash is over the sealed bytes, so that the
// log can be verified without any key, and still can when the key of a subject is destroyed.

import { envelopeEpoch, openEnvelope, place, SealBroken, sealEnvelope } from '../../../crypto/envelope.ts';
import type { Key } from '../../../crypto/keys.ts';
import { leafHash } from '../../../crypto/merkle-log.ts';

/** Who did what to whom. Nothing here holds a customer's data but `fields` and `subject`, which go with the subject's key. */
export type AuditEntry = {
  /** Who: a person's name behind a token, or a job of the node. */
  actor: string;
  /** Such as `profile.read`, `identity.merge`. */
  action: string;
  /** `allowed` before a read; `attempted` before a change and `done` or `failed:CODE` after it. */
  outcome: string;
  /** The number of a record, or of the person it belongs to. */
  subject?: number;
  /** Which parts of the subject were read or changed. */
  fields?: readonly string[];
  /** What the action was about when that is no customer: `source 3`. */
  target?: string;
  /** A name of a purpose, never a sentence. */
  purpose?: string;
  /** The id of the request; it stands in the answer and in the node's own log too. */
  correlationId?: string;
  /** The rule that allowed it. */
  policy?: string;
  /** One entry for several tries that were refused, so that nobody can fill the disk with them; `sinceMs` is when the first of them was. */
  times?: number;
  sinceMs?: number;
};

/** A row as it is stored, exported and hashed. */
export type StoredEntry = {
  seq: number;
  atMs: number;
  /** null where the entry is about nobody the node knows. */
  recordId: number | null;
  body: Uint8Array;
  /** Sealed with the subject's audit key. */
  subject: Uint8Array | null;
  leafHash: Uint8Array;
};

/** An entry as a person reads it. */
export type AuditView = Omit<AuditEntry, 'subject'> & {
  seq: number;
  atMs: number;
  /** `p` and the number that was asked for. */
  person?: string;
  /** The subject was erased: which parts were read cannot be opened any more. */
  erased?: true;
  /** It does not open at all: `holdfast audit verify` tells whether it was changed. */
  unreadable?: true;
};

const bodyPlace = place('audit_entries', 'body');
const subjectPlace = place('audit_entries', 'subject');
const leafVersion = 1;
const nobodyKnown = 'nobody known here';

/** RFC 9162 leaf: everything of the row but the hash itself, each part with its length, so that no two rows give the same bytes. */
export const hashOf = (entry: Omit<StoredEntry, 'leafHash'>): Buffer => leafHash(leafOf(entry));

/** The leaf itself: version 1, number and time (8 bytes each, big endian), record or none, body, the subject's part or none. */
export function leafOf(entry: Omit<StoredEntry, 'leafHash'>): Buffer {
  const { body, subject } = entry;
  const bytes = Buffer.alloc(1 + 8 + 8 + 9 + 4 + body.length + 5 + (subject?.length ?? 0));
  let at = bytes.writeUInt8(leafVersion, 0);
  at = bytes.writeBigInt64BE(BigInt(entry.seq), at);
  at = bytes.writeBigInt64BE(BigInt(entry.atMs), at);
  at = bytes.writeUInt8(entry.recordId === null ? 0 : 1, at);
  at = bytes.writeBigInt64BE(BigInt(entry.recordId ?? 0), at);
  at = bytes.writeUInt32BE(body.length, at);
  bytes.set(body, at);
  at = bytes.writeUInt8(subject === null ? 0 : 1, at + body.length);
  at = bytes.writeUInt32BE(subject?.length ?? 0, at);
  if (subject) bytes.set(subject, at);
  return bytes;
}

/** @param subjectKey undefined where no record ever had the subject's number: then neither it nor fields are kept */
export function sealEntry(
  entry: AuditEntry,
  seq: number,
  atMs: number,
  node: { key: Key<'data'>; epoch: number },
  subjectKey: { key: Key<'data'>; epoch: number } | undefined,
): StoredEntry {
  const { subject, fields, ...rest } = entry;
  const about = subject !== undefined && subjectKey !== undefined;
  const body = { ...rest, ...(subject === undefined ? fields && { fields } : about ? {} : { target: nobodyKnown }) };
  const sealed = { seq, atMs, recordId: about ? subject : null };
  const written = {
    ...sealed,
    body: sealEnvelope(node.key, node.epoch, bodyPlace, seq, toBytes(body)),
    subject: about
      ? sealEnvelope(subjectKey.key, subjectKey.epoch, subjectPlace, seq, toBytes({ record: subject, fields }))
      : null,
  };
  return { ...written, leafHash: hashOf(written) };
}

/** An entry that was just written, as it will be read while its subject is there. */
export function viewOf({ subject, ...entry }: AuditEntry, { seq, atMs, recordId }: StoredEntry): AuditView {
  if (subject === undefined) return { seq, atMs, ...entry };
  if (recordId !== null) return { seq, atMs, person: `p${recordId}`, ...entry };
  const { fields: _fields, ...rest } = entry;
  return { seq, atMs, ...rest, target: nobodyKnown };
}

/** Which key opens it; undefined when it is no envelope at all. */
export function generationOf(subject: Uint8Array): number | undefined {
  try {
    return envelopeEpoch(subject);
  } catch (error) {
    if (error instanceof SealBroken) return undefined;
    throw error;
  }
}

/** @param subjectKey of a record and a generation; undefined once it is destroyed */
export function openEntry(
  stored: StoredEntry,
  nodeKey: Key<'data'>,
  subjectKey: (recordId: number, generation: number) => Key<'data'> | undefined,
): AuditView {
  const { seq, atMs, recordId } = stored;
  const person = recordId === null ? {} : { person: `p${recordId}` };
  try {
    const body = fromBytes(openEnvelope(nodeKey, bodyPlace, seq, stored.body)) as Omit<AuditEntry, 'subject'>;
    if (stored.subject === null || recordId === null) return { seq, atMs, ...body };
    const key = subjectKey(recordId, envelopeEpoch(stored.subject));
    if (key === undefined) return { seq, atMs, ...person, ...body, erased: true };
    const { fields } = fromBytes(openEnvelope(key, subjectPlace, seq, stored.subject)) as { fields?: string[] };
    return { seq, atMs, ...person, ...body, ...(fields && { fields }) };
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    return { seq, atMs, ...person, actor: '', action: '', outcome: '', unreadable: true };
  }
}

const toBytes = (value: object): Buffer => Buffer.from(JSON.stringify(value), 'utf8');
const fromBytes = (bytes: Buffer): unknown => JSON.parse(bytes.toString('utf8'));
