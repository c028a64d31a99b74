// Who is a member, as it follows from the membership log: a pure fold over signed statements, each chained to the one before. It refuses
// what does not follow, so that all who hold the same log hold the same list, and a log with two pasts is found out.

import { canonicalJson } from '../../crypto/canonical-json.ts';
import { descriptorHash, type MemberDescriptor, readDescriptor } from './identity.ts';
import { parseCanonical } from './signed.ts';
import {
  type Act,
  type LogEnd,
  noHash,
  readStatement,
  type SignedStatement,
  statementFits,
  statementHash,
  statementLimit,
} from './statements.ts';
import { type ProtocolCode, ProtocolFault } from './words.ts';

export type MemberStatus = 'member' | 'left' | 'removed' | 'revoked';

export type Member = {
  readonly descriptor: MemberDescriptor;
  readonly status: MemberStatus;
  readonly admittedAtMs: number;
  /** Since when and why it is none any more. */
  readonly ended?: { readonly atMs: number; readonly seq: number; readonly reason: string };
};

export type Membership = LogEnd & {
  readonly federation: string;
  readonly founder: string;
  /** descriptorHash of the founder's first description: what invitations and officers compare. */
  readonly foundedBy: string;
  /** The authority's certificate, DER in base64url. */
  readonly authority: string;
  readonly members: ReadonlyMap<string, Member>;
  /** Of all statements, in order: a fork is told from a replay by them. */
  readonly hashes: readonly string[];
  /** What must never be used twice: keys in base64url, invitations by id. */
  readonly usedKeys: ReadonlySet<string>;
  readonly usedInvitations: ReadonlySet<string>;
};

/** The same while folding. */
type Draft = {
  federation: string;
  founder: string;
  foundedBy: string;
  authority: string;
  members: Map<string, Member>;
  hashes: string[];
  lastAtMs: number;
  usedKeys: Set<string>;
  usedInvitations: Set<string>;
};

/**
 * Folds a whole log. Each statement is checked in order; the first that does not follow stops it.
 * @throws {ProtocolFault} with the number of the statement in `where`: malformed, log_gap, log_forked, log_replayed, log_time,
 *   federation_other, signature_wrong, not_allowed, member_known, member_unknown, member_ended, key_reused, invitation_used, version_wrong
 */
export function foldMembership(log: readonly unknown[]): Membership {
  return extend(undefined, log);
}

/** @param held what stands; it is not changed  @param more the statements after it */
function extend(held: Membership | undefined, more: readonly unknown[]): Membership {
  const draft: Draft = {
    federation: held?.federation ?? '',
    founder: held?.founder ?? '',
    foundedBy: held?.foundedBy ?? '',
    authority: held?.authority ?? '',
    members: new Map(held?.members),
    hashes: [...(held?.hashes ?? [])],
    lastAtMs: held?.lastAtMs ?? 0,
    usedKeys: new Set(held?.usedKeys),
    usedInvitations: new Set(held?.usedInvitations),
  };
  const start = draft.hashes.length;
  if (start + more.length === 0) throw new ProtocolFault('log_gap', '0');
  if (start + more.length > statementLimit) throw new ProtocolFault('too_large', `${statementLimit}`);
  for (const [at, value] of more.entries()) numbered(start + at, () => take(draft, readStatement(value)));
  return { ...draft, size: draft.hashes.length, head: draft.hashes.at(-1) ?? noHash };
}

/** Puts the statement's number into the `where` of a fault. */
function numbered<Result>(at: number, work: () => Result): Result {
  try {
    return work();
  } catch (fault) {
    if (!(fault instanceof ProtocolFault)) throw fault;
    throw new ProtocolFault(fault.code, fault.where === undefined ? `${at}` : `${at}: ${fault.where}`);
  }
}

/** One statement a line, each written canonically. */
export function writeLog(log: readonly SignedStatement[]): string {
  return log.map((signed) => `${canonicalJson(signed)}\n`).join('');
}

/** @throws {ProtocolFault} malformed, not_canonical, with the line's number from 0 */
export function readLog(text: string): SignedStatement[] {
  if (!text.endsWith('\n')) throw new ProtocolFault('malformed', 'end of the log');
  const lines = text.slice(0, -1).split('\n');
  return lines.map((line, at) => readStatement(parseCanonical(`${at}`, line)));
}

/**
 * Holds an offered log to the one held: it may only add to it. Only what it adds is folded; the rest is compared by its hashes.
 * @param offered the whole log
 * @throws {ProtocolFault} log_rolled_back, log_forked with the first number that differs, and what foldMembership throws
 */
export function adoptLog(held: Membership, offered: readonly unknown[]): Membership {
  for (const [at, hash] of held.hashes.entries()) {
    if (at >= offered.length) throw new ProtocolFault('log_rolled_back', `${at}`);
    const other = numbered(at, () => statementHash(readStatement(offered[at])));
    if (other !== hash) throw new ProtocolFault('log_forked', `${at}`);
  }
  return extend(held, offered.slice(held.size));
}

/** @throws {ProtocolFault} member_unknown, or member_ended with since when (ISO 8601) */
export function activeMember(membership: Membership, id: string): MemberDescriptor {
  const member = membership.members.get(id);
  if (member === undefined) throw new ProtocolFault('member_unknown');
  if (member.ended) throw new ProtocolFault('member_ended', `${member.status} ${new Date(member.ended.atMs).toISOString()}`);
  return member.descriptor;
}

function take(draft: Draft, signed: SignedStatement): void {
  const { statement } = signed;
  const hash = statementHash(signed);
  checkPlace(draft, signed, hash);
  if (statement.act.kind === 'found') found(draft, signed, statement.act);
  else {
    const author = draft.members.get(statement.by);
    if (author === undefined) throw new ProtocolFault('member_unknown');
    if (author.ended) throw new ProtocolFault('member_ended');
    if (!statementFits(signed, author.descriptor.signingKey)) throw new ProtocolFault('signature_wrong');
    apply(draft, signed, statement.act, author);
  }
  draft.hashes.push(hash);
  draft.lastAtMs = statement.atMs;
}

/** Does it follow what is there? What is refused here was not looked at any further. */
function checkPlace(draft: Draft, { statement }: SignedStatement, hash: string): void {
  const size = draft.hashes.length;
  if (statement.seq < size) throw new ProtocolFault(draft.hashes[statement.seq] === hash ? 'log_replayed' : 'log_forked');
  if (statement.seq > size) throw new ProtocolFault('log_gap');
  if (statement.previous !== (draft.hashes.at(-1) ?? noHash)) throw new ProtocolFault('log_forked');
  if (statement.atMs < draft.lastAtMs) throw new ProtocolFault('log_time');
  if (size > 0 && statement.federation !== draft.federation) throw new ProtocolFault('federation_other');
  if ((statement.act.kind === 'found') !== (size === 0)) throw new ProtocolFault(size === 0 ? 'log_gap' : 'not_allowed');
}

type ActOf<Kind extends Act['kind']> = Extract<Act, { kind: Kind }>;

function found(draft: Draft, signed: SignedStatement, act: ActOf<'found'>): void {
  const { statement } = signed;
  const { descriptor } = readDescriptor(act.descriptor);
  if (descriptor.federation !== statement.federation) throw new ProtocolFault('federation_other');
  must(descriptor.member === statement.by && descriptor.role !== 'participant', 'not_allowed');
  must(descriptor.version === 1, 'version_wrong');
  if (!statementFits(signed, descriptor.signingKey)) throw new ProtocolFault('signature_wrong');
  draft.federation = descriptor.federation;
  draft.founder = descriptor.member;
  draft.foundedBy = descriptorHash(descriptor);
  draft.authority = act.authority;
  enter(draft, descriptor, statement.atMs);
}

function apply(draft: Draft, { statement }: SignedStatement, act: Exclude<Act, { kind: 'found' }>, author: Member): void {
  const byFounder = statement.by === draft.founder;
  if (act.kind === 'remove') {
    const member = draft.members.get(act.member);
    if (member === undefined) throw new ProtocolFault('member_unknown');
    must(!member.ended, 'member_ended');
    // The founder's key issues certificates and admits: without it there is no federation to leave.
    must(act.member !== draft.founder && (act.how === 'left' ? act.member === statement.by : byFounder), 'not_allowed');
    const ended = { atMs: statement.atMs, seq: statement.seq, reason: act.reason };
    draft.members.set(act.member, { ...member, status: act.how, ended });
    return;
  }
  const { descriptor } = readDescriptor(act.descriptor);
  must(descriptor.federation === draft.federation, 'federation_other');
  if (act.kind === 'admit') {
    must(byFounder, 'not_allowed');
    must(!draft.members.has(descriptor.member), 'member_known');
    must(descriptor.version === 1, 'version_wrong');
    must(!draft.usedInvitations.has(act.invitation), 'invitation_used');
    draft.usedInvitations.add(act.invitation);
    enter(draft, descriptor, statement.atMs);
    return;
  }
  const before = author.descriptor;
  must(descriptor.member === statement.by && descriptor.role === before.role, 'not_allowed');
  must(descriptor.version === before.version + 1, 'version_wrong');
  const sameKeys = descriptor.signingKey === before.signingKey && descriptor.wrapKey === before.wrapKey;
  if (act.kind === 'rename') must(sameKeys, 'not_allowed');
  else useKeys(draft, descriptor);
  draft.members.set(descriptor.member, { ...author, descriptor });
}

function enter(draft: Draft, descriptor: MemberDescriptor, atMs: number): void {
  useKeys(draft, descriptor);
  draft.members.set(descriptor.member, { descriptor, status: 'member', admittedAtMs: atMs });
}

/** A key belongs to one member once: one that was given up may be in other hands. */
function useKeys(draft: Draft, descriptor: MemberDescriptor): void {
  for (const key of [descriptor.signingKey, descriptor.wrapKey]) {
    must(!draft.usedKeys.has(key), 'key_reused');
    draft.usedKeys.add(key);
  }
}

function must(holds: boolean, code: ProtocolCode): void {
  if (!holds) throw new ProtocolFault(code);
}
