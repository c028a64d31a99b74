// Who a member is: a description of itself that it signs with its own key, and the fingerprint by which two officers make sure over the
// telephone that both hold the same one. The signature alone proves only that the description is whole; the comparison proves whose it is.

import Type, { type Static } from 'typebox';
import { wrapPublicKeyBytes } from '../../crypto/hpke.ts';
import type { Key } from '../../crypto/keys.ts';
import { publicKeyBytes, publicKeyOf } from '../../crypto/signing.ts';
import {
  closed,
  digestOf,
  fromBase64,
  idSchema,
  readerOf,
  signatureFits,
  signatureSchema,
  signValue,
  timeSchema,
  toBase64,
} from './signed.ts';
import { ProtocolFault } from './words.ts';

const words = 'holdfast federation descriptor 1';
const nameSchema = Type.String({ maxLength: 200 });

export const descriptorSchema = Type.Object(
  {
    v: Type.Literal(1),
    federation: idSchema,
    member: idSchema,
    /** The organisation's name; one of the two may be empty. */
    name: Type.Object({ en: nameSchema, zh: nameSchema }, closed),
    /** Ed25519, 32 bytes in base64url. */
    signingKey: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
    /** X-Wing, 1216 bytes in base64url. */
    wrapKey: Type.String({ pattern: '^[A-Za-z0-9_-]{1622}$' }),
    role: Type.Union([Type.Literal('coordinator'), Type.Literal('participant'), Type.Literal('both')]),
    createdAtMs: timeSchema,
    /** 1 at first, one more with each new key or name. */
    version: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  },
  closed,
);
export const signedDescriptorSchema = Type.Object({ descriptor: descriptorSchema, signature: signatureSchema }, closed);

export type MemberDescriptor = Static<typeof descriptorSchema>;
export type SignedDescriptor = Static<typeof signedDescriptorSchema>;

const read = readerOf('descriptor', signedDescriptorSchema);

/** Signs that turn a name into another before the eye: controls, marks of direction, invisible spaces, line ends. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/**
 * Describes the member whose signing key this is.
 * @param fields everything but the signing key, which follows from `key`; `wrapKey` as its 1216 bytes
 */
export function describeMember(
  key: Key<'signing'>,
  fields: Omit<MemberDescriptor, 'v' | 'signingKey' | 'wrapKey'> & { wrapKey: Uint8Array },
): SignedDescriptor {
  const descriptor: MemberDescriptor = {
    ...fields,
    v: 1,
    signingKey: toBase64(publicKeyOf(key)),
    wrapKey: toBase64(fields.wrapKey),
  };
  return readDescriptor({ descriptor, signature: signValue(key, words, descriptor) });
}

/**
 * Reads a signed description and holds it to its own signature.
 * @throws {ProtocolFault} malformed, name_unreadable, signature_wrong
 */
export function readDescriptor(value: unknown): SignedDescriptor {
  const signed = read(value);
  const { descriptor, signature } = signed;
  const { en, zh } = descriptor.name;
  if ((en + zh).trim() === '' || unseen.test(en + zh)) throw new ProtocolFault('name_unreadable');
  if (fromBase64(descriptor.signingKey, publicKeyBytes) === undefined) throw new ProtocolFault('malformed', 'signingKey');
  if (fromBase64(descriptor.wrapKey, wrapPublicKeyBytes) === undefined) throw new ProtocolFault('malformed', 'wrapKey');
  if (!signatureFits(descriptor.signingKey, words, descriptor, signature)) {
    throw new ProtocolFault('signature_wrong', 'descriptor');
  }
  return signed;
}

/** SHA-256 over the description, in hexadecimal: what invitations carry. */
export function descriptorHash(descriptor: MemberDescriptor): string {
  return digestOf(words, descriptor);
}

const groups = 8;
const groupDigits = 5;
const fingerprintSize = 10n ** BigInt(groups * groupDigits);

/**
 * Eight groups of five digits, the same in every language: the hash modulo 10^40, which keeps 132.8 of its bits. Whoever wants another
 * description with the same fingerprint has to try 2^132 of them.
 */
export function fingerprintOf(descriptor: MemberDescriptor): string {
  return fingerprintOfHash(descriptorHash(descriptor));
}

/** @param hash as descriptorHash gives it */
export function fingerprintOfHash(hash: string): string {
  const digits = (BigInt(`0x${hash}`) % fingerprintSize).toString().padStart(groups * groupDigits, '0');
  return Array.from({ length: groups }, (_, at) => digits.slice(at * groupDigits, (at + 1) * groupDigits)).join(' ');
}
