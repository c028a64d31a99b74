// What a round's board holds: parties, batches of keys and shares, and sums, each as far as it has come.

import { ProtocolFault } from '../words.ts';
import type { RoundTerms } from './round-terms.ts';
import type { SayingOf } from './sayings.ts';

export type Out = { readonly line: number; readonly sum?: number };
export type Party = {
  accepted: boolean;
  /** Left out of every sum from that line on. */
  out: Out | undefined;
  model: SayingOf<'model'> | undefined;
  vote: SayingOf<'vote'> | undefined;
};

export type Batch = {
  readonly keys: Map<string, readonly string[]>;
  keyed: readonly string[] | undefined;
  readonly shares: Map<string, SayingOf<'shares'>['shares']>;
  members: readonly string[] | undefined;
};

export type Contribution = { readonly ciphertexts: readonly string[] };
export type Sum = {
  readonly sum: number;
  readonly about: string;
  readonly values: number;
  /** Who masks with whom. */
  readonly members: readonly string[];
  readonly contributions: Map<string, Contribution>;
  survivors: readonly string[] | undefined;
  /** Their sum, by digest. */
  ciphertexts: readonly string[] | undefined;
  /** Line of `closed`. */
  closedAt: number | undefined;
  readonly confirmed: Set<string>;
  readonly reveals: Map<string, string>;
  missing: readonly string[] | undefined;
  readonly recoveries: Map<string, string>;
  opened: SayingOf<'opened'> | undefined;
};

export type Ending = {
  readonly result: 'adopted' | 'rejected' | 'stopped';
  readonly by?: string;
  readonly code?: string;
  readonly reason?: string;
};

export function need(holds: boolean, what: string): void {
  if (!holds) throw new ProtocolFault('round_phase', what);
}

export function sameSet(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && new Set([...some, ...others]).size === some.length;
}

/**
 * Who can open this sum and later ones: the custodian takes another secret once somebody is left out who has the one before.
 * @param readers who has that  @throws {ProtocolFault} survivors_wrong
 */
export function readersOf(
  { secrets }: Pick<SayingOf<'opened'>, 'secrets'>,
  readers: readonly string[],
  active: readonly string[],
): readonly string[] {
  if (!secrets && readers.every((member) => active.includes(member))) return readers;
  if (!secrets || !sameSet(Object.keys(secrets), active)) throw new ProtocolFault('survivors_wrong', 'opened');
  return [...active];
}

export function checkOfficers(approvals: readonly { readonly officer: string }[], { officers }: RoundTerms): void {
  if (new Set(approvals.map(({ officer }) => officer)).size < officers)
    throw new ProtocolFault('officers_missing', `${officers}`);
}
