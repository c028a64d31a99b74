// A request for a certificate that travels as a file: for a member that was away until its own had run out, and for a coordinator, which
// nobody can reach without one. The member's signature stands for the connection that would say who asks.

import Type, { type Static } from 'typebox';
import type { Key } from '../../crypto/keys.ts';
import type { LeafName } from './certificates.ts';
import { activeMember, type Membership } from './membership.ts';
import { closed, idSchema, readerOf, signatureFits, signatureSchema, signValue, timeSchema } from './signed.ts';
import { ProtocolFault } from './words.ts';

const words = 'holdfast federation leaf request 1';
/** Both ways: an old file may ask for a key that is in other hands by now. */
export const leafRequestGoodForMs = 7 * 86_400_000;

const schema = Type.Object(
  {
    v: Type.Literal(1),
    federation: idSchema,
    member: idSchema,
    atMs: timeSchema,
    /** PKCS #10 as PEM. */
    request: Type.String({ minLength: 1, maxLength: 4000 }),
    signature: signatureSchema,
  },
  closed,
);
export type SignedLeafRequest = Static<typeof schema>;
const read = readerOf('leafRequest', schema);

/** @param request as requestLeaf gives it */
export function signLeafRequest(key: Key<'signing'>, name: LeafName, request: string, nowMs: number): SignedLeafRequest {
  const asked = { v: 1 as const, federation: name.federation, member: name.member, atMs: nowMs, request };
  return { ...asked, signature: signValue(key, words, asked) };
}

/**
 * The founder's check: does a member that is active ask, with the key that the log names, not long ago?
 * @throws {ProtocolFault} malformed, federation_other, member_unknown, member_ended, signature_wrong, certificate_request_wrong for an old one
 */
export function takeLeafRequest(membership: Membership, value: unknown, nowMs: number): SignedLeafRequest {
  const signed = read(value);
  const { signature, ...asked } = signed;
  if (asked.federation !== membership.federation) throw new ProtocolFault('federation_other');
  const { signingKey } = activeMember(membership, asked.member);
  if (!signatureFits(signingKey, words, asked, signature)) throw new ProtocolFault('signature_wrong', 'leafRequest');
  if (Math.abs(nowMs - asked.atMs) > leafRequestGoodForMs) throw new ProtocolFault('certificate_request_wrong', 'too old');
  return signed;
}
