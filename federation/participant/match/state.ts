// What a side keeps of a match from the first word to the last: enough to go on after a kill at any point, and to tell officers where it
// stands. Long lists are in the spool; the transcript's items in rows of their own (lanes.ts).

import type { MatchKind, MatchRole, MatchTerms } from '../../protocol/match-terms.ts';
import type { Head, Note } from '../../protocol/transcript.ts';
import type { NormalisationReport } from '../ports.ts';

export type Officer = { readonly officer: string; readonly reason: string };
export type SignedNote = { readonly note: Note; readonly signature: string };
/** Different items by kind. */
export type Sizes = { readonly [kind in MatchKind]?: number };

/**
 * `proposed` and `asked`: the responder's officers have not decided. `counted`: officers look at the count. `ending`: the outcome stands and
 * the two sides sign the transcript.
 */
export type MatchPhase = 'proposed' | 'asked' | 'running' | 'counted' | 'ending' | 'ended';
export type Outcome = {
  readonly result: 'done' | 'too-small' | 'stopped' | 'failed';
  readonly code?: string;
  readonly where?: string;
  readonly reason?: string;
};
export type Counted = { readonly verdict: string; readonly counts?: Sizes };

/** Secrets of this match alone, base64url; overwritten when it ends. */
export type Secrets = {
  readonly share: string;
  readonly theirShare?: string;
  readonly scalar: string;
  /** Of the order in which our items are sent, the order for the counter, and that for a partner who only counts. */
  readonly seed: string;
};

export type MatchState = {
  readonly v: 1;
  readonly session: string;
  readonly partner: string;
  readonly role: MatchRole;
  readonly terms: MatchTerms;
  phase: MatchPhase;
  /** Both shares of the keys count from here on. */
  accepted?: boolean;
  /** What the node reads our customers from, once approved. */
  source?: unknown;
  secrets?: Secrets;
  readonly createdAtMs: number;
  begunAtMs?: number;
  endedAtMs?: number;
  /** Ours and theirs. */
  notes: SignedNote[];
  mine?: Sizes;
  theirs?: Sizes;
  reports?: { readonly [kind in MatchKind]?: NormalisationReport };
  /** Our customers, and those without any identifier of the kinds. */
  customers?: number;
  datasetDigest?: string;
  counted?: Counted;
  /** Officers of both sides agreed to go on after the count. */
  released: { mine: boolean; theirs: boolean };
  /** Number of our message that says how it ended: what was being sent when that was decided stands before it. */
  endSeq?: number;
  decidedAtMs?: number;
  /** The partner is no member any more, or says nothing: our own word ends it. */
  alone?: true;
  outcome?: Outcome;
  theirOutcome?: Outcome;
  /** What was learned, in numbers. */
  learned?: { readonly items?: Sizes; readonly customers?: number /** Decimal: up to 2^62. */; readonly sum?: string };
  /** What the responder says the sum is, before it is checked. */
  theirSum?: string;
  heads: { mine?: Head; theirs?: Head };
  /** Messages given to the coordinator, by recipient: how many. */
  posted: { [recipient: string]: number };
};

/** For officers: how far it is. Steps are parts of lists multiplied or hashed. */
export type Progress = {
  readonly done: number;
  readonly total: number;
  /** From this start on, at the rate so far; absent before anything is known. */
  readonly etaMs?: number;
  readonly waitingFor?: 'partner' | 'counter' | 'officers' | 'coordinator';
};

export const matchCollection = 'match';

/** A fresh copy to show: without secrets. */
export function shown(state: MatchState): Omit<MatchState, 'secrets'> {
  const { secrets: _secrets, ...rest } = state;
  return structuredClone(rest);
}
