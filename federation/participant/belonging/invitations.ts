// The founder's invitations and the requests that come by them: kept here with what the officer decided, told to the coordinator when it can
// be reached, and admitted only by the fingerprint that was read out.

import { canonicalJson } from '../../../crypto/canonical-json.ts';
import type { BookChange } from '../../protocol/durable.ts';
import { fingerprintOf, type MemberDescriptor } from '../../protocol/identity.ts';
import { type JoinRequest, newInvitation, takeJoinRequest } from '../../protocol/invitation.ts';
import { ProtocolFault } from '../../protocol/words.ts';
import type { Events } from './events.ts';
import type { Name } from './founding.ts';
import type { Held } from './held.ts';
import { belongingLimits, collections, type KeptInvitationRow, rowKey } from './kept.ts';
import { say } from './log-keeping.ts';

export type InvitationState = 'open' | 'requested' | 'admitted' | 'refused' | 'withdrawn' | 'expired';
export type InvitationView = {
  readonly id: string;
  readonly role: KeptInvitationRow['role'];
  readonly state: InvitationState;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  /** The coordinator knows of it as it stands. */
  readonly told: boolean;
};
export type WaitingRequest = {
  readonly invitation: string;
  readonly member: string;
  readonly name: Name;
  readonly role: MemberDescriptor['role'];
  readonly fingerprint: string;
  readonly takenAtMs: number;
};

export const putInvitation = (row: KeptInvitationRow): BookChange => ({
  put: [collections.invitation, rowKey(row.kept.federation, row.kept.id), row],
});

export async function invitationRows(held: Held): Promise<KeptInvitationRow[]> {
  const rows = await held.ports.book.list(collections.invitation, rowKey(held.federation, ''));
  return rows.map(({ value }) => value as KeptInvitationRow);
}

/** @throws {ProtocolFault} invitation_wrong where there is none */
async function rowOf(held: Held, id: string): Promise<KeptInvitationRow> {
  const row = await held.ports.book.read(collections.invitation, rowKey(held.federation, id));
  if (row === undefined) throw new ProtocolFault('invitation_wrong');
  return row as KeptInvitationRow;
}

export function stateOf(held: Held, row: KeptInvitationRow): InvitationState {
  if (held.membership.usedInvitations.has(row.kept.id)) return 'admitted';
  if (row.closed) return row.closed;
  if (row.request) return 'requested';
  return held.nowMs >= row.kept.expiresAtMs ? 'expired' : 'open';
}

export function viewInvitation(held: Held, row: KeptInvitationRow): InvitationView {
  const { id, expiresAtMs } = row.kept;
  const { role, createdAtMs } = row;
  return { id, role, state: stateOf(held, row), createdAtMs, expiresAtMs, told: row.untold === undefined };
}

/**
 * The code is shown once: what is kept makes no request.
 * @throws {ProtocolFault} not_allowed, malformed for a life out of limits, too_large beyond the number of open ones
 */
export async function invite(
  held: Held,
  { role, expiresInMs }: { readonly role: KeptInvitationRow['role']; readonly expiresInMs: number },
  events: Events,
): Promise<{ code: string; invitation: string; expiresAtMs: number }> {
  if (!held.isFounder) throw new ProtocolFault('not_allowed', 'founder');
  if (role === 'coordinator') checkCoordinatorPlace(held);
  const { least, most } = belongingLimits.invitationLifeMs;
  if (!Number.isSafeInteger(expiresInMs) || expiresInMs < least || expiresInMs > most)
    throw new ProtocolFault('malformed', 'expiresInMs');
  const open = (await invitationRows(held)).filter((row) => ['open', 'requested'].includes(stateOf(held, row)));
  if (open.length >= belongingLimits.openInvitations) {
    throw new ProtocolFault('too_large', `${belongingLimits.openInvitations} invitations`);
  }
  const { nowMs, federation, membership } = held;
  const expiresAtMs = nowMs + expiresInMs;
  const fields = { federation, address: held.kept.address, founder: membership.foundedBy, expiresAtMs };
  const { code, kept } = newInvitation(held.ports.random, fields);
  // A coordinator hears of its own invitation from nobody: there is none to tell yet.
  const row: KeptInvitationRow = {
    kept,
    role,
    createdAtMs: nowMs,
    ...(role === 'coordinator' ? {} : { untold: 'invitation' as const }),
  };
  await held.ports.book.write([putInvitation(row)]);
  events.push({ kind: 'invited', federation, invitation: kept.id, role, expiresAtMs });
  return { code, invitation: kept.id, expiresAtMs };
}

/** @throws {ProtocolFault} not_allowed while the federation has a coordinator, or is its own */
function checkCoordinatorPlace(held: Held): void {
  if (held.coordinator !== undefined) throw new ProtocolFault('not_allowed', 'coordinator');
}

/** Withdraws an invitation, or refuses the request that came by it. Once more is no fault. @throws {ProtocolFault} invitation_wrong, invitation_used */
export async function closeInvitation(held: Held, id: string, as: 'withdrawn' | 'refused', events: Events): Promise<void> {
  const row = await rowOf(held, id);
  if (row.closed === as) return;
  if (stateOf(held, row) === 'admitted') throw new ProtocolFault('invitation_used');
  if (as === 'refused' && row.request === undefined) throw new ProtocolFault('invitation_wrong', 'no request');
  const untold = row.role === 'coordinator' ? undefined : as === 'refused' ? 'refusal' : 'withdrawal';
  await held.ports.book.write([putInvitation({ ...row, closed: as, untold })]);
  events.push({ kind: as, federation: held.federation, invitation: id });
}

/** Tells the coordinator of invitations and of what became of them. */
export async function tellInvitations(held: Held): Promise<void> {
  if (held.coordinator === undefined) return;
  for (const row of await invitationRows(held)) {
    if (row.untold === undefined) continue;
    const api = held.api();
    if (row.untold === 'invitation') await api.publishInvitation(row.kept);
    else if (row.untold === 'withdrawal') await api.withdrawInvitation(row.kept.id);
    else await api.refuseJoin(row.kept.id).catch(unlessUnknown);
    await held.ports.book.write([putInvitation({ ...row, untold: undefined })]);
  }
}

/** A coordinator that knows no such request has nothing to refuse. */
function unlessUnknown(error: unknown): void {
  if (!(error instanceof ProtocolFault && error.code === 'invitation_wrong')) throw error;
}

/** Fetches requests and keeps those that hold good. The first that does not is thrown at the end. */
export async function collectRequests(held: Held, events: Events): Promise<void> {
  if (held.coordinator === undefined) return;
  const shown: unknown = await held.api().joinRequests();
  if (!Array.isArray(shown)) throw new ProtocolFault('malformed', 'requests');
  const faults: ProtocolFault[] = [];
  for (const value of shown.slice(0, belongingLimits.requests)) {
    try {
      await takeRequest(held, value, events);
    } catch (error) {
      if (!(error instanceof ProtocolFault)) throw error;
      faults.push(error);
    }
  }
  if (faults[0]) throw faults[0];
}

/**
 * Holds a request to its invitation and keeps it. From then on the invitation does not run out.
 * @throws {ProtocolFault} invitation_wrong, not_allowed for another role than invited, what takeJoinRequest throws
 */
export async function takeRequest(held: Held, value: unknown, events: Events): Promise<KeptInvitationRow> {
  const named = (value as { invitation?: unknown } | null)?.invitation;
  if (typeof named !== 'string' || !/^[0-9a-f]{64}$/.test(named)) throw new ProtocolFault('malformed', 'request');
  const row = await rowOf(held, named);
  if (row.request && canonicalJson(row.request) === canonicalJson(value)) return row;
  if (row.closed) return row;
  const { kept, descriptor } = takeJoinRequest(row.kept, value, held.nowMs);
  if (descriptor.descriptor.role !== row.role) throw new ProtocolFault('not_allowed', 'role');
  // The same member with another request for a certificate: the first one stands.
  if (row.request) return row;
  const taken = { ...row, kept, request: value as JoinRequest, takenAtMs: held.nowMs };
  await held.ports.book.write([putInvitation(taken)]);
  const fingerprint = fingerprintOf(descriptor.descriptor);
  events.push({ kind: 'requested', federation: held.federation, invitation: named, fingerprint });
  return taken;
}

export async function waitingRequests(held: Held): Promise<WaitingRequest[]> {
  const rows = (await invitationRows(held)).filter((row) => stateOf(held, row) === 'requested');
  return rows.map(viewRequest);
}

export function viewRequest({ kept, request, takenAtMs }: KeptInvitationRow): WaitingRequest {
  const { descriptor } = request!.descriptor;
  const { member, name, role } = descriptor;
  return { invitation: kept.id, member, name, role, fingerprint: fingerprintOf(descriptor), takenAtMs: takenAtMs! };
}

/**
 * Says in the log that the member is admitted; its certificate follows (leaves.ts). Once more is no fault.
 * @param fingerprint as the officer typed what was read out; only its digits count
 * @throws {ProtocolFault} invitation_wrong, fingerprint_differs, not_allowed for a closed invitation, what say() throws
 */
export async function admit(held: Held, id: string, fingerprint: string, events: Events): Promise<KeptInvitationRow> {
  const row = await rowOf(held, id);
  if (row.request === undefined) throw new ProtocolFault('invitation_wrong', 'no request');
  const { descriptor } = row.request;
  if (digits(fingerprint) !== digits(fingerprintOf(descriptor.descriptor))) throw new ProtocolFault('fingerprint_differs');
  if (stateOf(held, row) === 'admitted') return row;
  if (row.closed) throw new ProtocolFault('not_allowed', row.closed);
  if (row.role === 'coordinator') checkCoordinatorPlace(held);
  const make = () => ({ kind: 'admit' as const, descriptor, invitation: id });
  await say(held, { make, begun: (act) => act.kind === 'admit' && act.invitation === id }, events);
  return row;
}

/** Digits of any script that an input method may write; all else between them is spacing. */
function digits(text: string): string {
  return text.normalize('NFKC').replaceAll(/[^0-9]/g, '');
}

/** Forgets invitations that ran out long ago. */
export async function sweepInvitations(held: Held): Promise<void> {
  const beforeMs = held.nowMs - belongingLimits.invitationKeptMs;
  const old = (await invitationRows(held)).filter(
    (row) => row.kept.expiresAtMs < beforeMs && row.untold === undefined && stateOf(held, row) !== 'requested',
  );
  if (old.length === 0) return;
  await held.ports.book.write(old.map(({ kept }) => ({ remove: [collections.invitation, rowKey(held.federation, kept.id)] })));
}
