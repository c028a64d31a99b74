// What a member's side of a round is given: the node behind it, in functions. Data of customers never come through here, only sums' parts.

import type { Learning, RoundTerms } from '../../protocol/round/round-terms.ts';
import type { ParticipantPorts } from '../ports.ts';
import type { VerticalPorts } from './vertical/ports.ts';

/** Of one sum: who masked with whom, and of these, who gave. */
export type SumSet = { readonly members: readonly string[]; readonly survivors: readonly string[] };

/** Words of a sum that noise hides, and the square of how far one row, or one member, moves them at most (L2). Words of no part are public. */
export type NoisePart = { readonly from: number; readonly count: number; readonly sensitivity2: bigint };

export type AskOptions = {
  /** Wanted in rounds that promise privacy. */
  readonly noise?: NoisePart;
  /** What all sides have to hold alike by now: one that holds something else is found (sum_differs) before anything is opened. */
  readonly state?: string;
  /** Hears who gave before this side lets the sum be opened, and again after a kill. What it throws ends the round for all. */
  readonly look?: (set: SumSet) => void;
};

/**
 * Asks for the sum over all members of one vector.
 * @param about what it is, the same on all sides
 * @param values each |sum| at most sumBound; or what makes them once it is known who takes part, not called for a sum that was opened before
 */
export type AskSum = (
  about: string,
  values: Int32Array | ((members: readonly string[]) => Int32Array | Promise<Int32Array>),
  options?: AskOptions,
) => Promise<Int32Array>;

/** What a side's own computation comes to; all sides' `model` are the same bytes. */
export type Learned = {
  readonly model: Uint8Array;
  /** On the member's own holdout, by name; none where it has no rows for one. */
  readonly metrics: { readonly [name: string]: number };
  /** Rows of the holdout. */
  readonly rows: number;
};

/** Homomorphic encryption as a round uses it, in threads in the node (crypto/he). */
export type SumCrypto = {
  modulusOf(encryption: RoundTerms['encryption']): number;
  newKeys(encryption: RoundTerms['encryption']): Promise<{ readonly publicKey: Uint8Array; readonly secretKey: Uint8Array }>;
  encrypt(encryption: RoundTerms['encryption'], publicKey: Uint8Array, residues: Uint32Array): Promise<Uint8Array[]>;
  /** @throws {ProtocolFault} ciphertext_wrong */
  decrypt(
    encryption: RoundTerms['encryption'],
    secretKey: Uint8Array,
    ciphertexts: readonly Uint8Array[],
    values: number,
  ): Promise<Uint32Array>;
};

/** Cryptography of a round beside SumCrypto: agreeing and masking, sharing secrets, and sealing for the custodian and from it. */
export type RoundWork = 'masks' | 'shares' | 'seals';

export type RoundPorts = ParticipantPorts & {
  /** Comes back after a while; rejects once the side closes. */
  pause(ms: number): Promise<void>;
  readonly sums: SumCrypto;
  /** For who measures: does the work and notes how long it took. */
  timed?<Result>(what: RoundWork, work: () => Result): Result;
  /**
   * Computes on this side's own data what the terms say, from the sums alone beyond it; after a kill it begins anew, over the same data, and is
   * given the sums that were opened before.
   * @param source what our officers approved  @throws {ProtocolFault} schema_differs, rows_few, label_constant, value_out_of_range
   */
  learn(work: {
    readonly round: string;
    readonly me: string;
    readonly terms: RoundTerms;
    readonly source: unknown;
    readonly ask: AskSum;
    readonly signal: AbortSignal;
  }): Promise<Learned>;
  /** For rounds over columns of several sides; a side without them takes part in none. */
  readonly vertical?: VerticalPorts;
  /** Keeps the model of a round that was adopted; called again with the same after a kill. @param part of a vertical round: what this side has of it */
  adopt(round: string, terms: RoundTerms, model: Uint8Array, part?: Uint8Array): Promise<void>;
  tell(event: RoundEvent): Promise<void>;
};

export type RoundEvent = {
  /** shares: of the custodian's key, to be fetched. locked: it opens nothing before it is given enough of them. */
  readonly kind: 'asked' | 'proposed' | 'begun' | 'left-out' | 'vote' | 'failed' | 'ended' | 'shares' | 'locked' | 'unlocked';
  readonly round: string;
  readonly by?: string;
  readonly code?: string;
  /** For the node's own log. */
  readonly cause?: unknown;
};

export type { Learning };
