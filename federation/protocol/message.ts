// One message between two members as bytes: a signed header, and a body that the header holds by its hash. Bytes: the header's length
// (4, big endian), the header as canonical JSON, the signature (64), the body. The frame and the field `v` stay the same in all
// versions, so that an older node can tell a newer message and say so.

import { hash } from 'node:crypto';
import Type, { type Static } from 'typebox';
import { canonicalJson } from '../../crypto/canonical-json.ts';
import type { Key } from '../../crypto/keys.ts';
import { signatureBytes } from '../../crypto/signing.ts';
import {
  closed,
  digestOf,
  hashSchema,
  idSchema,
  parseCanonical,
  readerOf,
  signatureFits,
  signValue,
  timeSchema,
  toBase64,
} from './signed.ts';
import { type ProtocolCode, ProtocolFault } from './words.ts';

export const protocolVersion = 1;
export const bodyLimitBytes = 16 * 1024 * 1024;
const headerLimitBytes = 2048;
/** Messages of one sender in one session. */
export const sessionMessageLimit = 10_000;

const words = 'holdfast federation message 1';

export const headerSchema = Type.Object(
  {
    v: Type.Literal(protocolVersion),
    federation: idSchema,
    from: idSchema,
    to: idSchema,
    session: idSchema,
    kind: Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$' }),
    /** From 0 for each sender, receiver and session. */
    seq: Type.Integer({ minimum: 0, maximum: sessionMessageLimit - 1 }),
    sentAtMs: timeSchema,
    bodyHash: hashSchema,
    bodyBytes: Type.Integer({ minimum: 0, maximum: bodyLimitBytes }),
  },
  closed,
);
export type MessageHeader = Static<typeof headerSchema>;
export type Message = { readonly header: MessageHeader; readonly signature: string; readonly body: Uint8Array };

const readHeader = readerOf('header', headerSchema);
const bodyHashOf = (body: Uint8Array) => hash('sha256', body, 'hex');

/** @throws {ProtocolFault} too_large, malformed */
export function writeMessage(
  key: Key<'signing'>,
  fields: Omit<MessageHeader, 'v' | 'bodyHash' | 'bodyBytes'>,
  body: Uint8Array,
): Message {
  if (body.length > bodyLimitBytes) throw new ProtocolFault('too_large', `${bodyLimitBytes}`);
  const header = readHeader({ ...fields, v: protocolVersion, bodyHash: bodyHashOf(body), bodyBytes: body.length });
  return { header, signature: signValue(key, words, header), body };
}

export function encodeMessage({ header, signature, body }: Message): Buffer {
  const text = Buffer.from(canonicalJson(header), 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text, Buffer.from(signature, 'base64url'), body]);
}

/**
 * Reads the frame and the header; neither signature nor body are checked yet (checkSignature, checkBody).
 * @throws {ProtocolFault} malformed, not_canonical, too_large, version_newer, version_older
 */
export function decodeMessage(bytes: Uint8Array): Message {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (buffer.length < 4) throw new ProtocolFault('malformed', 'frame');
  const headerBytes = buffer.readUInt32BE();
  if (headerBytes > headerLimitBytes) throw new ProtocolFault('too_large', `header, ${headerLimitBytes}`);
  const bodyAt = 4 + headerBytes + signatureBytes;
  if (buffer.length < bodyAt) throw new ProtocolFault('malformed', 'frame');
  if (buffer.length - bodyAt > bodyLimitBytes) throw new ProtocolFault('too_large', `${bodyLimitBytes}`);
  const value = parseCanonical('header', buffer.toString('utf8', 4, 4 + headerBytes));
  checkVersion(value);
  return {
    header: readHeader(value),
    signature: toBase64(buffer.subarray(4 + headerBytes, bodyAt)),
    body: Uint8Array.from(buffer.subarray(bodyAt)),
  };
}

function checkVersion(value: unknown): void {
  const v = typeof value === 'object' && value !== null && 'v' in value ? value.v : undefined;
  if (typeof v !== 'number' || !Number.isInteger(v)) throw new ProtocolFault('malformed', 'header/v');
  if (v > protocolVersion) throw new ProtocolFault('version_newer', `${v}`);
  if (v < protocolVersion) throw new ProtocolFault('version_older', `${v}`);
}

/** @param signingKey the sender's, base64url  @throws {ProtocolFault} signature_wrong */
export function checkSignature(message: Pick<Message, 'header' | 'signature'>, signingKey: string): void {
  if (!signatureFits(signingKey, words, message.header, message.signature)) throw new ProtocolFault('signature_wrong');
}

/** @throws {ProtocolFault} body_changed */
export function checkBody({ header, body }: Message): void {
  if (body.length !== header.bodyBytes || bodyHashOf(body) !== header.bodyHash) throw new ProtocolFault('body_changed');
}

/** What makes two messages the same: the whole header, time of sending included, as transcripts hold it. */
export function messageDigest(header: MessageHeader): string {
  return digestOf(words, header);
}

export type Refusal = { readonly code: ProtocolCode; readonly where?: string; readonly oldest: number; readonly newest: number };

/**
 * How a message is refused, in JSON that every version reads: the code, and the versions that this node takes. A reader that does not know
 * the code shows it as it is.
 */
export function refusalOf(fault: ProtocolFault): Refusal {
  const { code, where } = fault;
  return { code, ...(where === undefined ? {} : { where }), oldest: protocolVersion, newest: protocolVersion };
}
