// What a coordinator does for members and for who wants to become one, whoever carries the call: HTTPS in the field, a function call in
// simulations and where the coordinator runs inside a member's node. Who calls is known from the connection: an object of this kind is one
// member's. Every method may throw a ProtocolFault, and Unreachable where the coordinator could not be asked.

import type { JoinRequest, KeptInvitation } from './invitation.ts';
import type { RoundApi } from './round/round-api.ts';
import type { SignedStatement } from './statements.ts';

/** The coordinator does not answer: try again later. It says nothing about what was asked. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** A message in the caller's mailbox. Numbers grow, with gaps. */
export type Delivery = { readonly number: number; readonly message: Uint8Array };
export type LeafRequest = { readonly member: string; readonly request: string };

/** Messages that wait for one member, all together; beyond it senders are refused until some are acknowledged. */
export const mailboxLimitBytes = 1024 * 1024 * 1024;
export const mailboxLimitMessages = 100_000;

export interface CoordinatorApi {
  /** Statements of the membership log from number `from` on, 0-based. */
  log(from: number): Promise<SignedStatement[]>;
  /** Appends one that follows; the same once more is no fault. @throws {ProtocolFault} what foldMembership throws */
  append(statement: SignedStatement): Promise<void>;
  /** The newest list of revoked certificates, PEM. */
  revocations(): Promise<string | undefined>;
  /** The newest leaf that was issued for the caller, PEM. */
  leaf(): Promise<string | undefined>;
  /** Asks for a new one (PKCS #10, PEM). */
  requestLeaf(request: string): Promise<void>;

  /** Gives a message to the coordinator, to be kept until its recipient has acknowledged it. The same once more is no fault. */
  send(message: Uint8Array): Promise<void>;
  /** The oldest messages for the caller with numbers above `after`, up to about 16 MiB; waits up to `waitMs` for the first. */
  receive(after: number, waitMs: number): Promise<Delivery[]>;
  /** The caller has kept all up to this number: they are forgotten. */
  acknowledge(upTo: number): Promise<void>;

  /** Boards of rounds, and what they hold. */
  readonly rounds: RoundApi;

  // The founder's own:
  publishInvitation(invitation: KeptInvitation): Promise<void>;
  withdrawInvitation(id: string): Promise<void>;
  /** Requests that were neither admitted nor refused. */
  joinRequests(): Promise<JoinRequest[]>;
  /** @param invitation its id */
  refuseJoin(invitation: string): Promise<void>;
  /** Requests for leaves that no leaf was published for. */
  leafRequests(): Promise<LeafRequest[]>;
  publishLeaf(member: string, leaf: string): Promise<void>;
  publishRevocations(list: string): Promise<void>;
}

/** The founder's answer to a request. `leaf` is PEM. */
export type JoinOutcome =
  | { readonly state: 'waiting' | 'refused' }
  | { readonly state: 'admitted'; readonly leaf: string; readonly revocations: string };

/** For who holds an invitation and no certificate. */
export interface DoorApi {
  /** The whole log, to check the founder by; only with the id of an invitation that stands. */
  log(invitation: string): Promise<SignedStatement[]>;
  join(request: JoinRequest): Promise<void>;
  outcome(invitation: string): Promise<JoinOutcome>;
}

/**
 * Kinds of messages that are for the coordinator itself, as the neutral counter of a match (tally.ts of the coordinator), and what it says
 * to both sides.
 */
export const tallyKinds = { list: 'tally-list', verdict: 'tally-verdict' } as const;
