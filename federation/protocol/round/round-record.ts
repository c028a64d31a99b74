// What the transcript of a round says once it was looked through (verify-round.ts): who took part and how long, who approved, what was spent and
// summed, how it ended, for whoever shows or reports it.

import { fingerprintOf, fingerprintOfHash } from '../identity.ts';
import type { Membership } from '../membership.ts';
import type { Known } from '../transcript-record.ts';
import type { Board, Ending } from './board.ts';
import { closersOf, type SignedClosing } from './closing.ts';
import { placeOf } from './opened-sums.ts';
import type { RoundTerms } from './round-terms.ts';
import type { Saying, SayingOf, SignedEntry } from './sayings.ts';
import { isVertical } from './vertical-terms.ts';

type Approval = { readonly officer: string; readonly reason: string; readonly atMs: number };

export type RoundMemberRecord = Known & {
  readonly approvals: readonly Approval[];
  readonly budget?: { readonly budget: string; readonly spent: number; readonly limit: number };
  /** Left out from then on; `sum`: the first whose sum it is not in. */
  readonly out?: { readonly line: number; readonly atMs: number; readonly sum?: number };
  /** What it said of the model. */
  readonly model?: Omit<SayingOf<'model'>, 'kind'>;
  readonly vote?: Omit<SayingOf<'vote'>, 'kind'> & { readonly atMs: number };
};

/** Sums of one kind together. */
export type SumsOf = { readonly about: string; readonly sums: number; readonly values: number };

export type Recomputation =
  /** The sums give the model that members said, byte for byte; another one; or what they give is not known, and why. */
  'same' | 'other' | 'no-code' | 'no-model' | 'sums-missing' | 'sums-refused';

export type RoundRecord = {
  readonly federation: string;
  readonly round: string;
  readonly terms: RoundTerms;
  readonly threshold: number;
  readonly founder: Known;
  readonly coordinator: Known;
  readonly custodian: Known & { readonly approvals: readonly Approval[] };
  readonly members: readonly RoundMemberRecord[];
  readonly beganAtMs: number;
  readonly endedAtMs: number;
  /** How many lines at the beginning of the board stand under a later signature, in this order and no other. */
  readonly heldLines: number;
  /** Who has signed the end of the board, by their ids; and of its parties and the coordinator who has not, in this copy. */
  readonly end: { readonly signed: readonly string[]; readonly missing: readonly string[] };
  readonly sums: {
    /** Asked for, opened, and in the file. */
    readonly asked: number;
    readonly opened: number;
    readonly given: number;
    readonly of: readonly SumsOf[];
    /** Members in the sum of the fewest. */
    readonly fewest?: number;
    /** So often a sum was of fewer members than the one before. */
    readonly changes: number;
  };
  /** Of a vertical round: questions that were answered. */
  readonly exchanges?: number;
  readonly ended?: Ending;
  /** SHA-256 of the model that members said, and its size where the file has it. */
  readonly model?: { readonly hash: string; readonly sizeBytes?: number };
  readonly recomputed: Recomputation;
};

/** What the verifier has taken of a transcript. */
export type VerifiedRound = {
  readonly federation: string;
  readonly round: string;
  readonly membership: Membership;
  readonly board: Board;
  /** Those that follow, in their order. */
  readonly entries: readonly SignedEntry[];
  readonly given: number;
  readonly modelBytes: number | undefined;
  readonly recomputed: Recomputation;
  readonly closings: readonly SignedClosing[];
};

export function roundRecordOf(verified: VerifiedRound): RoundRecord {
  const { federation, round, membership, board, entries, recomputed } = verified;
  const { terms } = board;
  const known = (member: string): Known => {
    const descriptor = membership.members.get(member)?.descriptor;
    return { member, name: descriptor?.name ?? { en: '', zh: '' }, fingerprint: descriptor ? fingerprintOf(descriptor) : '' };
  };
  const signed = verified.closings.map(({ closing }) => closing.by);
  const model = [...board.parties.values()].find((party) => party.model)?.model?.model;
  return {
    ...{ federation, round, terms, threshold: board.threshold, recomputed },
    founder: { ...known(membership.founder), fingerprint: fingerprintOfHash(membership.foundedBy) },
    coordinator: known(terms.coordinator),
    custodian: { ...known(terms.custodian), approvals: approvalsOf(entries, terms.custodian, ['custody']) },
    members: terms.members.map((member) => ({ ...known(member), ...memberOf(verified, member) })),
    beganAtMs: entries[0]!.entry.atMs,
    endedAtMs: entries.at(-1)!.entry.atMs,
    heldLines: heldLinesOf(verified),
    end: { signed, missing: closersOf(terms).filter((party) => !signed.includes(party)) },
    sums: sumsOf(verified),
    ...(isVertical(terms) && { exchanges: board.exchanges.answered }),
    ...(board.ended && { ended: board.ended }),
    ...(model !== undefined && {
      model: { hash: model, ...(verified.modelBytes !== undefined && { sizeBytes: verified.modelBytes }) },
    }),
  };
}

/** A word under the end holds all lines, but not the coordinator's, whose order it is. */
function heldLinesOf({ board, entries, closings }: VerifiedRound): number {
  if (closings.some(({ closing }) => closing.by !== board.terms.coordinator)) return entries.length;
  return entries.reduce((most, { entry }) => Math.max(most, entry.seen.lines), 0);
}

function approvalsOf(entries: readonly SignedEntry[], member: string, kinds: readonly Saying['kind'][]): Approval[] {
  return entries.flatMap(({ entry: { by, atMs, says } }) =>
    by === member && kinds.includes(says.kind) && 'approvals' in says
      ? says.approvals.map(({ officer, reason }) => ({ officer, reason, atMs }))
      : [],
  );
}

function memberOf({ board, entries }: VerifiedRound, member: string): Omit<RoundMemberRecord, keyof Known> {
  const { out, model, vote } = board.parties.get(member)!;
  const mine = entries.filter(({ entry }) => entry.by === member).map(({ entry }) => entry);
  const said = mine.map(({ says }) => says).find((says) => says.kind === 'proposal' || says.kind === 'acceptance');
  const votedAtMs = mine.findLast(({ says }) => says.kind === 'vote')?.atMs ?? 0;
  return {
    approvals: approvalsOf(entries, member, ['proposal', 'acceptance']),
    ...(said?.budget && { budget: said.budget }),
    ...(out && { out: { ...out, atMs: entries[out.line]!.entry.atMs } }),
    ...(model && { model: { model: model.model, metrics: model.metrics, rows: model.rows } }),
    ...(vote && { vote: { adopt: vote.adopt, officer: vote.officer, reason: vote.reason, atMs: votedAtMs } }),
  };
}

function sumsOf({ board, given }: VerifiedRound): RoundRecord['sums'] {
  const opened = board.sums.filter((sum) => sum.opened);
  const sizes = opened.map(({ survivors }) => survivors!.length);
  const groups = Map.groupBy(opened, (sum) => placeOf(sum).what);
  return {
    ...{ asked: board.sums.length, opened: opened.length, given },
    of: [...groups].map(([about, some]) => ({
      about,
      sums: some.length,
      values: some.reduce((all, { values }) => all + values, 0),
    })),
    ...(sizes.length > 0 && { fewest: Math.min(...sizes) }),
    changes: sizes.filter((size, at) => at > 0 && size < sizes[at - 1]!).length,
  };
}
