// A federation as its officers see it: who is in it by which fingerprint, how this node stands in it, and what is wrong.

import { X509Certificate } from 'node:crypto';
import { fingerprintOf, fingerprintOfHash, type MemberDescriptor } from '../../protocol/identity.ts';
import type { MemberStatus } from '../../protocol/membership.ts';
import type { Name } from './founding.ts';
import type { Held, OwnState } from './held.ts';
import type { Problem } from './kept.ts';

export type MemberView = {
  readonly member: string;
  readonly name: Name;
  readonly role: MemberDescriptor['role'];
  readonly status: MemberStatus;
  readonly fingerprint: string;
  readonly sinceMs: number;
  readonly ended?: { readonly atMs: number; readonly reason: string } | undefined;
};

export type FederationView = {
  readonly federation: string;
  /** The founder's name. */
  readonly name: Name;
  readonly address: string;
  readonly member: string;
  readonly state: OwnState;
  readonly role: MemberDescriptor['role'];
  readonly founder: boolean;
  /** Of this node's description. */
  readonly fingerprint: string;
  /** Of the founder's first description, as invitations carry it; it stays. */
  readonly founderFingerprint: string;
  /** Member id; undefined while a separate coordinator is not there yet. */
  readonly coordinator: string | undefined;
  /** Whether the coordinator runs in this node. */
  readonly coordinatorInNode: boolean;
  readonly members: readonly MemberView[];
  readonly logSize: number;
  readonly certificateEndsAtMs: number | undefined;
  /** Something was said that the coordinator has not taken yet. */
  readonly pending: string | undefined;
  readonly contactAtMs: number | undefined;
  readonly problems: readonly Problem[];
};

export function viewFederation(held: Held): FederationView {
  const { kept, membership, descriptor } = held;
  const members = [...membership.members].map(([member, one]): MemberView => {
    const { name, role } = one.descriptor;
    const ended = one.ended && { atMs: one.ended.atMs, reason: one.ended.reason };
    return {
      member,
      name,
      role,
      status: one.status,
      fingerprint: fingerprintOf(one.descriptor),
      sinceMs: one.admittedAtMs,
      ended,
    };
  });
  return {
    federation: held.federation,
    name: membership.members.get(membership.founder)!.descriptor.name,
    address: kept.address,
    member: held.member,
    state: held.state,
    role: descriptor.role,
    founder: held.isFounder,
    fingerprint: fingerprintOf(descriptor),
    founderFingerprint: fingerprintOfHash(membership.foundedBy),
    coordinator: held.coordinator,
    coordinatorInNode: held.isFounder && held.coordinator === held.member,
    members,
    logSize: membership.size,
    certificateEndsAtMs: kept.leaf === undefined ? undefined : new X509Certificate(kept.leaf).validToDate.getTime(),
    pending: kept.pending?.statement.statement.act.kind,
    contactAtMs: kept.contactAtMs,
    problems: kept.problems,
  };
}
