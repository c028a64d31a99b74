// How the protocol writes what it signs: canonical JSON after words of its own, so that no signature passes for another kind of thing.
// One text for one value: what is not written so is refused, and no byte of a signed text can change unseen.

import { hash } from 'node:crypto';
import type { Static, TSchema } from 'typebox';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { canonicalJson } from '../../crypto/canonical-json.ts';
import type { Key } from '../../crypto/keys.ts';
import { publicKeyBytes, signatureBytes, signBytes, verifySignature } from '../../crypto/signing.ts';
import { ProtocolFault } from './words.ts';

/** What is signed or hashed, in words that stand before it. A new form of any of them gets a new number. */
export type SignedWords =
  | 'holdfast federation descriptor 1'
  | 'holdfast federation statement 1'
  | 'holdfast federation join request 1'
  | 'holdfast federation join proof 1'
  | 'holdfast federation leaf request 1'
  | 'holdfast federation message 1'
  | 'holdfast federation parameters 1'
  | 'holdfast federation note 1'
  | 'holdfast federation transcript entry 1'
  | 'holdfast federation transcript head 1'
  | 'holdfast federation round entry 1'
  | 'holdfast federation round line 1'
  | 'holdfast federation round closing 1';

export const closed = { additionalProperties: false } as const;
/** 16 random bytes in hexadecimal: federations, members, sessions. */
export const idSchema = Type.String({ pattern: '^[0-9a-f]{32}$' });
/** SHA-256 in hexadecimal. */
export const hashSchema = Type.String({ pattern: '^[0-9a-f]{64}$' });
/** Milliseconds since 1970, up to the year 2255. */
export const timeSchema = Type.Integer({ minimum: 0, maximum: 9e12 });
export const signatureSchema = Type.String({ pattern: '^[A-Za-z0-9_-]{86}$' });

/** 32 hexadecimal signs; `random` is the node's port. */
export function newId(random: { bytes(length: number): Uint8Array }): string {
  return Buffer.from(random.bytes(16)).toString('hex');
}

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

/** Exactly `length` bytes of base64url (RFC 4648, section 5), or undefined: spare bits must be zero, as other texts would give the same bytes. */
export function fromBase64(text: string, length: number): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length === length && bytes.toString('base64url') === text ? bytes : undefined;
}

const signedBytes = (words: SignedWords, value: object) => Buffer.from(`${words}\n${canonicalJson(value)}`, 'utf8');

/** @returns the Ed25519 signature over the words and the value, base64url */
export function signValue(key: Key<'signing'>, words: SignedWords, value: object): string {
  return toBase64(signBytes(key, signedBytes(words, value)));
}

/** @param publicKey 32 bytes in base64url  @returns false for anything that is not this signature written in the one way */
export function signatureFits(publicKey: string, words: SignedWords, value: object, signature: string): boolean {
  const key = fromBase64(publicKey, publicKeyBytes);
  const bytes = fromBase64(signature, signatureBytes);
  return key !== undefined && bytes !== undefined && verifySignature(key, signedBytes(words, value), bytes);
}

/** SHA-256 over the words and the value, in hexadecimal. */
export function digestOf(words: SignedWords, value: object): string {
  return hash('sha256', signedBytes(words, value), 'hex');
}

/**
 * A reader of one kind of value.
 * @param name what a fault names
 * @returns reads a value of unknown form  @throws {ProtocolFault} malformed, with the first field that is wrong
 */
export function readerOf<Schema extends TSchema>(name: string, schema: Schema): (value: unknown) => Static<Schema> {
  const compiled = Compile(schema);
  return (value) => {
    if (compiled.Check(value)) return value as Static<Schema>;
    const path = [...compiled.Errors(value)][0]?.instancePath ?? '';
    throw new ProtocolFault('malformed', `${name}${path}`);
  };
}

/** Of a value whose form has a number, before its form is looked at. @throws {ProtocolFault} version_newer, version_older */
export function checkVersion(value: unknown, version: number): void {
  const given = typeof value === 'object' && value !== null && 'v' in value ? value.v : undefined;
  if (!Number.isSafeInteger(given) || given === version) return;
  throw new ProtocolFault((given as number) > version ? 'version_newer' : 'version_older', `${given}`);
}

/** Reads JSON that must be written the one way. @throws {ProtocolFault} malformed or not_canonical, with `name` */
export function parseCanonical(name: string, text: string): unknown {
  let value: unknown;
  let again: string;
  try {
    value = JSON.parse(text);
    again = canonicalJson(value);
  } catch {
    // Not JSON, or nested deeper than the stack.
    throw new ProtocolFault('malformed', name);
  }
  if (again !== text) throw new ProtocolFault('not_canonical', name);
  return value;
}
