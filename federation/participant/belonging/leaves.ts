// Certificates: every member renews its own in time, with a key that is used only once its leaf has come; the founder issues them, and keeps
// the list of those revoked, which follows from who has ended and what was issued to them.

import { createHash, X509Certificate } from 'node:crypto';
import {
  issueLeaf,
  issueRevocationList,
  leafLifeMs,
  newCertificateKey,
  plainSerial,
  privateKeyPem,
  readRevocationList,
  requestLeaf,
} from '../../protocol/certificates.ts';
import type { BookChange } from '../../protocol/durable.ts';
import type { JoinRequest } from '../../protocol/invitation.ts';
import { activeMember } from '../../protocol/membership.ts';
import { ProtocolFault } from '../../protocol/words.ts';
import type { Events } from './events.ts';
import type { Held } from './held.ts';
import { invitationRows, putInvitation } from './invitations.ts';
import {
  askAgainMs,
  belongingLimits,
  collections,
  dayMs,
  type KeptLeafRow,
  listLifeMs,
  listRenewedAfterMs,
  rowKey,
} from './kept.ts';

/** Renews the own leaf after two thirds of its life. @throws {ProtocolFault} what checkLeaf says of the leaf held or the one that came */
export async function renewOwnLeaf(held: Held, events: Events): Promise<void> {
  const { leaf, certificateKey, revocations, nextLeaf } = held.kept;
  if (leaf === undefined || revocations === undefined) return;
  let fault: unknown;
  const check = await held.checkOwnLeaf(leaf, certificateKey, revocations).catch((error: unknown) => {
    fault = error;
    return undefined;
  });
  if (check && held.nowMs < check.renewAtMs && nextLeaf === undefined) return;
  const { federation, member } = held;
  const name = { federation, member };
  if (held.isFounder) {
    const pair = await newCertificateKey();
    const issued = await issueLeaf(await held.issuing(), await requestLeaf(name, pair), name, held.nowMs, held.ports.random);
    await useLeaf(held, issued, await privateKeyPem(pair.privateKey), events);
    return;
  }
  await askForLeaf(held, events);
  // The coordinator may still take one whose time it judges otherwise; if not, it is told why.
  if (fault) throw fault;
}

async function askForLeaf(held: Held, events: Events): Promise<void> {
  const { federation, member, nowMs } = held;
  if (held.kept.nextLeaf === undefined) {
    const pair = await newCertificateKey();
    const request = await requestLeaf({ federation, member }, pair);
    await held.save({ nextLeaf: { privateKey: await privateKeyPem(pair.privateKey), request } });
  }
  const { privateKey, request, askedAtMs } = held.kept.nextLeaf!;
  let fault: ProtocolFault | undefined;
  if (askedAtMs !== undefined) {
    const came = await held.api().leaf();
    try {
      if (came !== undefined && came !== held.kept.leaf) return await useLeaf(held, came, privateKey, events);
    } catch (error) {
      if (!(error instanceof ProtocolFault)) throw error;
      fault = error;
    }
  }
  if (askedAtMs === undefined || nowMs >= askedAtMs + askAgainMs) {
    await held.api().requestLeaf(request);
    await held.save({ nextLeaf: { privateKey, request, askedAtMs: nowMs } });
  }
  if (fault) throw fault;
}

async function useLeaf(held: Held, leaf: string, certificateKey: string, events: Events): Promise<void> {
  const check = await held.checkOwnLeaf(leaf, certificateKey, held.kept.revocations!);
  await held.save({ leaf, certificateKey, nextLeaf: undefined });
  events.push({ kind: 'leafRenewed', federation: held.federation, endsAtMs: check.notAfterMs });
}

/** Takes the coordinator's list, if it is not older than the one held. @throws {ProtocolFault} revocation_list_wrong, with why */
export async function adoptRevocations(held: Held): Promise<void> {
  const before = await readRevocationList(held.kept.revocations!, held.authority);
  const list = await held.api().revocations();
  if (list !== undefined && list !== held.kept.revocations) {
    const read = await readRevocationList(list, held.authority);
    const older = read.thisUpdateMs < before.thisUpdateMs;
    const fewer = read.thisUpdateMs === before.thisUpdateMs && [...before.serials].some((one) => !read.serials.has(one));
    if (older || fewer) throw new ProtocolFault('revocation_list_wrong', 'older');
    await held.save({ revocations: list });
  } else if (held.nowMs > before.nextUpdateMs) throw new ProtocolFault('revocation_list_wrong', 'run out');
}

// The founder's:

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
