// How an organisation is invited: a code that is pasted once, and the request to join that it allows. The code carries a secret from which
// both sides derive a signing key; the founder keeps its public half alone, so that a stolen list of invitations lets nobody in, and who
// stands between cannot put a description of its own into a request.

import { hash } from 'node:crypto';
import Type, { type Static } from 'typebox';
import { fromBase32, toBase32 } from '../../crypto/base32.ts';
import { type Key, keyFrom } from '../../crypto/keys.ts';
import { publicKeyOf } from '../../crypto/signing.ts';
import { descriptorHash, readDescriptor, type SignedDescriptor, signedDescriptorSchema } from './identity.ts';
import { closed, hashSchema, readerOf, signatureFits, signatureSchema, signValue, toBase64 } from './signed.ts';
import { ProtocolFault } from './words.ts';

export type Invitation = {
  readonly federation: string;
  /** Where the coordinator is reached, such as `federation.example.org:7443`. 1 to 200 bytes of ASCII. */
  readonly address: string;
  /** descriptorHash of the founder's first description, as in the founding statement: it stays when the founder renews its keys. */
  readonly founder: string;
  readonly expiresAtMs: number;
  /** 16 bytes. */
  readonly secret: Uint8Array;
};

/** What the founder keeps: nothing of it makes a request. */
export type KeptInvitation = {
  /** SHA-256 of the secret, in hexadecimal; requests and admissions name the invitation by it. */
  readonly id: string;
  readonly federation: string;
  /** The public key that requests of this invitation are signed with, base64url. */
  readonly proofKey: string;
  readonly expiresAtMs: number;
  /** descriptorHash of who used it. */
  readonly usedBy?: string;
};

export const joinRequestSchema = Type.Object(
  {
    v: Type.Literal(1),
    invitation: hashSchema,
    descriptor: signedDescriptorSchema,
    /** PKCS #10 as PEM, for the first certificate: a newcomer has none to send it by. */
    leafRequest: Type.String({ minLength: 1, maxLength: 4000 }),
    /** By the member's own key: whoever has the code and a member's description cannot put a key of its own beside it. */
    signature: signatureSchema,
    /** By the key of the invitation. */
    proof: signatureSchema,
  },
  closed,
);
export type JoinRequest = Static<typeof joinRequestSchema>;
/** Its form; takeJoinRequest checks the rest. @throws {ProtocolFault} malformed */
export const readJoinRequest = readerOf('request', joinRequestSchema);

const version = 1;
const secretBytes = 16;
const checkBytes = 5;
const fixedBytes = 1 + 16 + 32 + 6 + secretBytes;
const addressLimit = 200;
const words = 'holdfast federation join request 1';
const proofWords = 'holdfast federation join proof 1';

const sha256 = (prefix: string, bytes: Uint8Array) => hash('sha256', Buffer.concat([Buffer.from(prefix), bytes]), 'buffer');
const checkSum = (bytes: Uint8Array) => sha256('holdfast invitation check 1\n', bytes).subarray(0, checkBytes);
const idOf = (secret: Uint8Array) => sha256('holdfast invitation id 1\n', secret).toString('hex');
const proofKeyOf = (secret: Uint8Array) => keyFrom('signing', sha256('holdfast invitation key 1\n', secret));

/** @param random the node's port, for the secret  @throws {ProtocolFault} malformed for an address that does not fit */
export function newInvitation(
  random: { bytes(length: number): Uint8Array },
  fields: Omit<Invitation, 'secret'>,
): { code: string; kept: KeptInvitation } {
  const secret = random.bytes(secretBytes);
  const key = proofKeyOf(secret);
  const { federation, expiresAtMs } = fields;
  const kept = { id: idOf(secret), federation, proofKey: toBase64(publicKeyOf(key)), expiresAtMs };
  key.destroy();
  return { code: writeInvitation({ ...fields, secret }), kept };
}

/**
 * The code to paste: base32 in groups of five, with 40 bits of check sum. Bytes: version 1, federation 16, founder 32, time 6, secret 16,
 * address, check sum 5.
 */
export function writeInvitation(invitation: Invitation): string {
  if (!/^[!-~]{1,200}$/.test(invitation.address)) throw new ProtocolFault('malformed', 'address');
  const time = Buffer.alloc(6);
  time.writeUIntBE(invitation.expiresAtMs, 0, 6);
  const body = Buffer.concat([
    Buffer.of(version),
    Buffer.from(invitation.federation, 'hex'),
    Buffer.from(invitation.founder, 'hex'),
    time,
    invitation.secret,
    Buffer.from(invitation.address, 'ascii'),
  ]);
  return toBase32(Buffer.concat([body, checkSum(body)])).replaceAll(/.{5}(?=.)/g, '$&-');
}

/** Spaces, hyphens and small letters do not matter. @throws {ProtocolFault} invitation_unreadable, version_newer */
export function readInvitation(code: string): Invitation {
  const limit = Math.ceil(((fixedBytes + addressLimit + checkBytes) * 8) / 5) * 4;
  const decoded = code.length <= limit ? fromBase32(code) : undefined;
  if (decoded === undefined || decoded.length <= fixedBytes + checkBytes) throw new ProtocolFault('invitation_unreadable');
  const bytes = Buffer.from(decoded);
  const body = bytes.subarray(0, bytes.length - checkBytes);
  if (!checkSum(body).equals(bytes.subarray(body.length))) throw new ProtocolFault('invitation_unreadable');
  if (body[0] !== version) throw new ProtocolFault('version_newer', 'invitation');
  return {
    federation: body.toString('hex', 1, 17),
    founder: body.toString('hex', 17, 49),
    expiresAtMs: body.readUIntBE(49, 6),
    secret: Uint8Array.from(body.subarray(55, fixedBytes)),
    address: body.toString('ascii', fixedBytes),
  };
}

/**
 * Before joining: is the federation whose log the address gave the one that the code names?
 * @param membership folded from the whole log  @throws {ProtocolFault} founder_differs
 */
export function checkFounder(
  invitation: Pick<Invitation, 'federation' | 'founder'>,
  membership: { federation: string; foundedBy: string },
): void {
  if (membership.federation !== invitation.federation || membership.foundedBy !== invitation.founder) {
    throw new ProtocolFault('founder_differs');
  }
}

/**
 * What the invited organisation sends.
 * @param key the member's own  @param leafRequest as requestLeaf gives it
 * @throws {ProtocolFault} federation_other, invitation_expired
 */
export function requestToJoin(
  invitation: Invitation,
  key: Key<'signing'>,
  descriptor: SignedDescriptor,
  leafRequest: string,
  nowMs: number,
): JoinRequest {
  if (descriptor.descriptor.federation !== invitation.federation) throw new ProtocolFault('federation_other');
  if (nowMs >= invitation.expiresAtMs) throw new ProtocolFault('invitation_expired');
  const asked = { v: 1 as const, invitation: idOf(invitation.secret), descriptor, leafRequest };
  const proofKey = proofKeyOf(invitation.secret);
  try {
    return { ...asked, signature: signValue(key, words, asked), proof: signValue(proofKey, proofWords, asked) };
  } finally {
    proofKey.destroy();
  }
}

/**
 * The founder's check of a request, before the officer compares fingerprints. The same member may send it twice.
 * @returns what to keep from now on: the invitation is used up
 * @throws {ProtocolFault} malformed, invitation_wrong, invitation_expired, invitation_used, federation_other, signature_wrong, name_unreadable
 */
export function takeJoinRequest(
  kept: KeptInvitation,
  value: unknown,
  nowMs: number,
): { kept: KeptInvitation; descriptor: SignedDescriptor; leafRequest: string } {
  const { signature, proof, ...asked } = readJoinRequest(value);
  if (asked.invitation !== kept.id || !signatureFits(kept.proofKey, proofWords, asked, proof)) {
    throw new ProtocolFault('invitation_wrong');
  }
  if (nowMs >= kept.expiresAtMs) throw new ProtocolFault('invitation_expired');
  const descriptor = readDescriptor(asked.descriptor);
  if (!signatureFits(descriptor.descriptor.signingKey, words, asked, signature)) {
    throw new ProtocolFault('signature_wrong', 'request');
  }
  if (descriptor.descriptor.federation !== kept.federation) throw new ProtocolFault('federation_other');
  const usedBy = descriptorHash(descriptor.descriptor);
  if (kept.usedBy !== undefined && kept.usedBy !== usedBy) throw new ProtocolFault('invitation_used');
  return { kept: { ...kept, usedBy }, descriptor, leafRequest: asked.leafRequest };
}
