// The two files by which an organisation joins whose coordinator is not there yet, as it is to be the coordinator itself: its request to
// join, carried to the founder, and the founder's welcome, carried back. What the wire checks on the way is checked here on reading.

import Type, { type Static } from 'typebox';
import { canonicalJson } from '../../crypto/canonical-json.ts';
import { authorityPem, certifiedKey, readRevocationList } from './certificates.ts';
import { checkLeaf } from './check-leaf.ts';
import { descriptorHash, type MemberDescriptor } from './identity.ts';
import { clockSkewLimitMs } from './inbox.ts';
import { checkFounder, type JoinRequest, readJoinRequest } from './invitation.ts';
import { activeMember, foldMembership, type Membership } from './membership.ts';
import { closed, parseCanonical, readerOf } from './signed.ts';
import { signedStatementSchema, statementLimit } from './statements.ts';
import { ProtocolFault } from './words.ts';

/** The longest log that there can be, with a certificate and a list. */
export const welcomeLimitBytes = 128 * 1024 * 1024;
const joinLimitBytes = 64 * 1024;
const pem = Type.String({ minLength: 1, maxLength: 1_000_000 });

const welcomeSchema = Type.Object(
  {
    v: Type.Literal(1),
    log: Type.Array(signedStatementSchema, { minItems: 2, maxItems: statementLimit }),
    leaf: pem,
    revocations: pem,
  },
  closed,
);
export type Welcome = Static<typeof welcomeSchema>;

const readFields = readerOf('welcome', welcomeSchema);

export function writeJoinFile(request: JoinRequest): string {
  return `${canonicalJson(readJoinRequest(request))}\n`;
}

/** Its form only: takeJoinRequest holds it to the invitation. @throws {ProtocolFault} malformed, not_canonical, too_large */
export function readJoinFile(text: string): JoinRequest {
  return readJoinRequest(parseFile('request', text, joinLimitBytes));
}

export function writeWelcome(welcome: Omit<Welcome, 'v'>): string {
  return `${canonicalJson(readFields({ ...welcome, v: 1 }))}\n`;
}

export type Welcomed = Welcome & { readonly membership: Membership };

/**
 * Is it for this member, by the founder that invited it?
 * @param own.foundedBy as in the invitation  @param own.publicKey of the certificate's key, as requestedKey writes it
 * @throws {ProtocolFault} malformed, not_canonical, too_large, founder_differs, member_unknown, member_ended, key_reused where another
 *   description was admitted than the one asked for, certificate_other_member, certificate_request_wrong for a leaf of another key,
 *   revocation_list_wrong, and the codes of foldMembership and checkLeaf
 */
export async function readWelcome(
  text: string,
  own: { readonly descriptor: MemberDescriptor; readonly foundedBy: string; readonly publicKey: string },
  nowMs: number,
): Promise<Welcomed> {
  const welcome = readFields(parseFile('welcome', text, welcomeLimitBytes));
  const membership = foldMembership(welcome.log);
  const { federation, member } = own.descriptor;
  checkFounder({ federation, founder: own.foundedBy }, membership);
  activeMember(membership, member);
  const hash = descriptorHash(own.descriptor);
  const admitted = welcome.log.some(
    ({ statement: { act } }) => act.kind === 'admit' && descriptorHash(act.descriptor.descriptor) === hash,
  );
  if (!admitted) throw new ProtocolFault('key_reused', 'descriptor');
  const ca = authorityPem(membership.authority);
  const { serials } = await readRevocationList(welcome.revocations, ca);
  const check = checkLeaf(welcome.leaf, { federation, ca, revoked: serials, nowMs, skewMs: clockSkewLimitMs });
  if (!check.ok) throw new ProtocolFault(check.code);
  if (check.member !== member) throw new ProtocolFault('certificate_other_member');
  if (certifiedKey(welcome.leaf) !== own.publicKey) throw new ProtocolFault('certificate_request_wrong', 'key');
  return { ...welcome, membership };
}

function parseFile(name: string, text: string, limit: number): unknown {
  if (text.length > limit) throw new ProtocolFault('too_large', `${limit}`);
  // A line end may have been lost or changed where the text was copied.
  return parseCanonical(name, text.replace(/\r?\n$/, ''));
}
