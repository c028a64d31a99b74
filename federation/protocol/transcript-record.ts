// What a transcript says once it was looked through (verify-transcript.ts): who took part, who approved, what each brought and spent, and how it
// ended, for whoever shows or reports it.

import { fingerprintOf, fingerprintOfHash, type MemberDescriptor } from './identity.ts';
import type { MatchTerms } from './match-terms.ts';
import type { Membership } from './membership.ts';
import type { Note, Opening, Saying } from './transcript.ts';
import type { PartyLines } from './verify-match.ts';

/** Who somebody is, as the membership log in the transcript has it. */
export type Known = { readonly member: string; readonly name: MemberDescriptor['name']; readonly fingerprint: string };

type SayingOf<Kind extends Saying['kind']> = Omit<Extract<Saying, { kind: Kind }>, 'kind'>;
export type PartyRecord = Known & {
  /** In the order in which they were said. */
  readonly approvals: readonly (SayingOf<'approval'> & { readonly atMs: number })[];
  /** Spent in all, of each. */
  readonly budgets: readonly SayingOf<'budget'>[];
  /** Items by kind. */
  readonly sizes?: { readonly [kind: string]: number };
  readonly counted?: SayingOf<'counted'>;
  readonly outcome?: SayingOf<'outcome'> & { readonly atMs: number };
  /** Sent by it, with the bytes of their bodies. */
  readonly messages: number;
  readonly sentBytes: number;
  /** It signed the whole of these entries. */
  readonly signed: boolean;
};

/** What a transcript says, of lines alone whose signatures hold. */
export type TranscriptRecord = {
  readonly federation: string;
  readonly session: string;
  readonly openedAtMs: number;
  readonly parameters: { readonly [name: string]: unknown };
  /** The parameters, where the session is a match and they are whole. */
  readonly terms?: MatchTerms;
  readonly founder: Known;
  readonly parties: readonly PartyRecord[];
  /** The counter of a match. */
  readonly counter?: Known;
};

/** Of one budget of one party, in all. */
export type Spent = { readonly by: string; readonly budget: string; readonly spent: number; readonly limit: number };
/** What the verifier has taken of a transcript. */
type Verified = {
  readonly open: Opening;
  readonly membership: Membership;
  readonly parties: ReadonlyMap<string, PartyLines>;
  readonly budgets: ReadonlyMap<string, Spent>;
  /** Who signed the whole. */
  readonly signed: ReadonlySet<string>;
};

export function recordOf(state: Verified, terms: MatchTerms | undefined): TranscriptRecord {
  const { open, membership } = state;
  const { federation, session, openedAtMs, parameters } = open;
  const known = (member: string): Known => {
    const { descriptor } = membership.members.get(member)!;
    return { member, name: descriptor.name, fingerprint: fingerprintOf(descriptor) };
  };
  const counter = terms?.counter !== undefined && membership.members.has(terms.counter) ? known(terms.counter) : undefined;
  return {
    federation,
    session,
    openedAtMs,
    parameters,
    ...(terms && { terms }),
    founder: { ...known(membership.founder), fingerprint: fingerprintOfHash(membership.foundedBy) },
    parties: [...state.parties.values()].map((party) => ({ ...known(party.member), ...partyRecord(state, party) })),
    ...(counter && { counter }),
  };
}

function partyRecord(state: Verified, { member, notes, messages }: PartyLines): Omit<PartyRecord, keyof Known> {
  const lastOf = <Kind extends Saying['kind']>(wanted: Kind) =>
    notes
      .map(({ note }) => note)
      .findLast((note): note is Note & { saying: Extract<Saying, { kind: Kind }> } => {
        return note.saying.kind === wanted;
      });
  const [sizes, counted, outcome] = [lastOf('sizes'), lastOf('counted'), lastOf('outcome')];
  const budgets = [...state.budgets.values()].filter(({ by }) => by === member);
  return {
    approvals: notes.flatMap(({ note: { saying, atMs } }) =>
      saying.kind === 'approval' ? [{ officer: saying.officer, reason: saying.reason, atMs }] : [],
    ),
    budgets: budgets.map(({ budget, spent, limit }) => ({ budget, spent, limit })),
    ...(sizes && { sizes: sizes.saying.lists }),
    ...(counted && { counted: withoutKind(counted.saying) }),
    ...(outcome && { outcome: { ...withoutKind(outcome.saying), atMs: outcome.atMs } }),
    messages: messages.length,
    sentBytes: messages.reduce((sum, { header }) => sum + header.bodyBytes, 0),
    signed: state.signed.has(member),
  };
}

function withoutKind<Said extends Saying>({ kind: _kind, ...rest }: Said): Omit<Said, 'kind'> {
  return rest;
}
