// How this node becomes a member of another's federation: it reads the code, makes sure of the founder, asks with keys of its own, and takes
// its certificate when the founder has admitted it.

import { newCertificateKey, privateKeyPem, requestLeaf } from '../../protocol/certificates.ts';
import { describeMember, fingerprintOf, fingerprintOfHash } from '../../protocol/identity.ts';
import { checkFounder, readInvitation, requestToJoin } from '../../protocol/invitation.ts';
import { activeMember, foldMembership } from '../../protocol/membership.ts';
import { newId } from '../../protocol/signed.ts';
import { ProtocolFault } from '../../protocol/words.ts';
import type { ParticipantPorts } from '../ports.ts';
import type { Events } from './events.ts';
import { type Name, newKeys } from './founding.ts';
import { Held } from './held.ts';

export type Asked = {
  readonly federation: string;
  /** Of this node, to be read out to the founder. */
  readonly fingerprint: string;
  /** As the code named it, to be read out by the founder. */
  readonly founder: { readonly name: Name; readonly fingerprint: string };
};

/**
 * Prepares to ask; nothing is sent yet.
 * @param held what this node holds of the federation already: the same code goes on with it
 * @returns `begin` keeps it in place of what was held
 * @throws {ProtocolFault} invitation_unreadable, version_newer, invitation_expired, name_unreadable, founder_differs, member_known while it is
 *   a member already, what DoorApi.log and foldMembership throw
 */
export async function prepareJoin(
  ports: ParticipantPorts,
  { code, name }: { readonly code: string; readonly name: Name },
  heldOf: (federation: string) => Held | undefined,
): Promise<{ federation: string; held: Held | undefined; begin(): Promise<Held> }> {
  const invitation = readInvitation(code);
  const { federation, address } = invitation;
  const nowMs = ports.clock.nowMs();
  const member = newId(ports.random);
  const { signingKey, wrapKey, keys } = await newKeys(ports.random);
  const fields = { federation, member, name, role: 'participant' as const, wrapKey, createdAtMs: nowMs, version: 1 };
  const pair = await newCertificateKey();
  const leafRequest = await requestLeaf({ federation, member }, pair);
  const request = requestToJoin(invitation, signingKey, describeMember(signingKey, fields), leafRequest, nowMs);
  signingKey.destroy();
  const held = heldOf(federation);
  if (held?.state === 'member') throw new ProtocolFault('member_known');
  if (held?.state === 'waiting' && held.kept.join?.request.invitation === request.invitation)
    return { federation, held, begin: async () => held };
  const statements = await ports.knock(address).log(request.invitation);
  const membership = foldMembership(statements);
  checkFounder(invitation, membership);
  const certificateKey = await privateKeyPem(pair.privateKey);
  const kept = {
    v: 1,
    federation,
    member,
    phase: 'asking',
    address,
    keys,
    certificateKey,
    join: { request },
    problems: [],
  } as const;
  return { federation, held: undefined, begin: () => Held.begin(ports, kept, { statements, membership }) };
}

/** Sends the request, as often as it takes. @throws {ProtocolFault} what takeJoinRequest throws */
export async function sendRequest(held: Held, events: Events): Promise<void> {
  const { phase, join, address } = held.kept;
  if (phase !== 'asking' || join === undefined) return;
  await held.ports.knock(address).join(join.request);
  await held.save({ phase: 'waiting' });
  events.push({ kind: 'asked', federation: held.federation, fingerprint: fingerprintOf(held.descriptor) });
}

export function asked(held: Held): Asked {
  const { federation, membership, descriptor } = held;
  return {
    federation,
    fingerprint: fingerprintOf(descriptor),
    founder: {
      name: activeMember(membership, membership.founder).name,
      fingerprint: fingerprintOfHash(membership.foundedBy),
    },
  };
}

/** What became of the request. @throws {ProtocolFault} what Held.checkOwnLeaf throws */
export async function takeOutcome(held: Held, events: Events): Promise<void> {
  const { phase, join, address } = held.kept;
  if (phase !== 'waiting' || join === undefined) return;
  const { invitation } = join.request;
  const outcome = await held.ports.knock(address).outcome(invitation);
  if (outcome.state === 'refused') {
    await held.save({ phase: 'refused' });
    events.push({ kind: 'refused', federation: held.federation, invitation });
  }
  if (outcome.state !== 'admitted') return;
  const { leaf, revocations } = outcome;
  await held.checkOwnLeaf(leaf, held.kept.certificateKey, revocations);
  await held.save({ phase: 'joined', leaf, revocations });
}
