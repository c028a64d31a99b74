// What the founder's authority signs: leaves for members, each once for a request, and the list of those revoked, which follows from who has
// ended and what was issued to them.

import { createHash, X509Certificate } from 'node:crypto';
import { issueLeaf, issueRevocationList, leafLifeMs, plainSerial, readRevocationList } from '../../protocol/certificates.ts';
import type { BookChange } from '../../protocol/durable.ts';
import type { JoinRequest } from '../../protocol/invitation.ts';
import { takeLeafRequest } from '../../protocol/leaf-request.ts';
import { activeMember } from '../../protocol/membership.ts';
import { ProtocolFault } from '../../protocol/words.ts';
import type { Events } from './events.ts';
import type { Held } from './held.ts';
import { invitationRows, putInvitation } from './invitations.ts';
import { belongingLimits, collections, dayMs, type KeptLeafRow, listLifeMs, listRenewedAfterMs, rowKey } from './kept.ts';
import type { LeafFile } from './leaves.ts';

async function leafRows(held: Held): Promise<{ key: string; row: KeptLeafRow }[]> {
  const rows = await held.ports.book.list(collections.leaf, rowKey(held.federation, ''));
  return rows.map(({ key, value }) => ({ key, row: value as KeptLeafRow }));
}

/**
 * One leaf for one request, however often it is asked: what was issued once is given again, until it is time for a new one.
 * @param rows that change with it
 */
async function issue(held: Held, member: string, request: string, events: Events, rows: readonly BookChange[] = []) {
  activeMember(held.membership, member);
  const key = keyOf(held, member, request);
  const before = (await held.ports.book.read(collections.leaf, key)) as KeptLeafRow | undefined;
  const { nowMs } = held;
  if (before && nowMs < before.notAfterMs - leafLifeMs / 3) return before;
  const current = (await leafRows(held)).filter(({ row }) => row.member === member && row.notAfterMs > nowMs);
  if (current.length >= belongingLimits.leavesOfMember) throw new ProtocolFault('too_large', `${current.length} certificates`);
  const name = { federation: held.federation, member };
  const leaf = await issueLeaf(await held.issuing(), request, name, nowMs, held.ports.random);
  const { serialNumber, validToDate } = new X509Certificate(leaf);
  const row: KeptLeafRow = { member, serial: plainSerial(serialNumber), notAfterMs: validToDate.getTime(), leaf, told: false };
  // The one before stays good for a while, and has to be revoked with the rest.
  const kept: BookChange[] = before ? [{ put: [collections.leaf, `${key}-${before.serial}`, { ...before, told: true }] }] : [];
  await held.ports.book.write([{ put: [collections.leaf, key, row] }, ...kept, ...rows]);
  events.push({ kind: 'leafIssued', federation: held.federation, member });
  return row;
}

/** The first leaf of each whom the log admits by an invitation of this node. */
export async function issueAdmitted(held: Held, events: Events): Promise<void> {
  for (const row of await invitationRows(held)) {
    const { kept, request, leafIssued } = row;
    if (leafIssued || request === undefined || !held.membership.usedInvitations.has(kept.id)) continue;
    const { member } = request.descriptor.descriptor;
    if (held.membership.members.get(member)?.status !== 'member') continue;
    await issue(held, member, request.leafRequest, events, [putInvitation({ ...row, leafIssued: true })]);
  }
}

/** The leaf that was issued for a request to join. @throws {ProtocolFault} certificate_expired once it is forgotten */
export async function issuedFor(held: Held, { descriptor, leafRequest }: JoinRequest): Promise<string> {
  const row = await held.ports.book.read(collections.leaf, keyOf(held, descriptor.descriptor.member, leafRequest));
  if (row === undefined) throw new ProtocolFault('certificate_expired');
  return (row as KeptLeafRow).leaf;
}

function keyOf({ federation }: Held, member: string, request: string): string {
  return rowKey(federation, createHash('sha256').update(`${member}\n${request}`).digest('hex'));
}

/** Answers a member's file. The same file gives the same answer. @throws {ProtocolFault} not_allowed, what takeLeafRequest and issueLeaf say */
export async function leafFromFile(held: Held, value: unknown, events: Events): Promise<LeafFile> {
  if (!held.isFounder) throw new ProtocolFault('not_allowed', 'founder');
  const { member, request } = takeLeafRequest(held.membership, value, held.nowMs);
  const { leaf } = await issue(held, member, request, events);
  return { leaf, revocations: held.kept.revocations! };
}

/** Leaves for members that ask anew. The first request that does not hold good is thrown at the end. */
export async function issueRequested(held: Held, events: Events): Promise<void> {
  if (held.coordinator === undefined) return;
  const shown: unknown = await held.api().leafRequests();
  if (!Array.isArray(shown)) throw new ProtocolFault('malformed', 'requests');
  const faults: ProtocolFault[] = [];
  for (const value of shown.slice(0, belongingLimits.requests)) {
    const { member, request } = (value ?? {}) as { member?: unknown; request?: unknown };
    try {
      if (typeof member !== 'string' || typeof request !== 'string') throw new ProtocolFault('malformed', 'request');
      const row = await issue(held, member, request, events);
      // Asked again although it was published: the coordinator has lost it.
      if (row.told && row.notAfterMs > held.nowMs) await held.api().publishLeaf(row.member, row.leaf);
    } catch (error) {
      if (!(error instanceof ProtocolFault)) throw error;
      faults.push(error);
    }
  }
  if (faults[0]) throw faults[0];
}

/** Gives the coordinator what it has not got; forgets what has run out. */
export async function tellLeaves(held: Held): Promise<void> {
  const { book } = held.ports;
  for (const { key, row } of await leafRows(held)) {
    // A day longer than it is good, as a revoked one stands on the list as long.
    if (row.notAfterMs + dayMs < held.nowMs) await book.write([{ remove: [collections.leaf, key] }]);
    else if (!row.told && held.coordinator !== undefined && row.notAfterMs > held.nowMs) {
      const ended = held.membership.members.get(row.member)?.ended;
      if (!ended) await held.api().publishLeaf(row.member, row.leaf);
      await book.write([{ put: [collections.leaf, key, { ...row, told: true }] }]);
    }
  }
}

/** A new list each day, and as soon as somebody has ended. */
export async function renewRevocations(held: Held, events: Events): Promise<void> {
  const { founded, revocations } = held.kept;
  if (founded === undefined || revocations === undefined) return;
  const { nowMs } = held;
  const { serials } = await readRevocationList(revocations, held.authority);
  const revoked = (await leafRows(held)).flatMap(({ row }) => {
    const member = held.membership.members.get(row.member);
    if (member?.ended === undefined || row.notAfterMs + dayMs < nowMs) return [];
    return [{ serial: row.serial, atMs: member.ended.atMs, compromised: member.status === 'revoked' }];
  });
  const due = nowMs >= founded.listIssuedAtMs + listRenewedAfterMs;
  if (!due && revoked.every(({ serial }) => serials.has(serial))) return;
  const list = await issueRevocationList(await held.issuing(), revoked, nowMs, listLifeMs);
  await held.save({ revocations: list, founded: { ...founded, listIssuedAtMs: nowMs, listTold: false } });
  const endsAtMs = nowMs + listLifeMs;
  events.push({ kind: 'revocationsIssued', federation: held.federation, revoked: revoked.length, endsAtMs });
}

export async function tellRevocations(held: Held): Promise<void> {
  const { founded, revocations } = held.kept;
  if (founded === undefined || founded.listTold || revocations === undefined || held.coordinator === undefined) return;
  await held.api().publishRevocations(revocations);
  await held.save({ founded: { ...founded, listTold: true } });
}
