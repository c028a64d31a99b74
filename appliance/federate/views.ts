// Federations and matches as people are shown them: names beside ids, times, progress; never a secret, never a customer.

import type { FederationView } from '../../federation/participant/belonging/belonging.ts';
import type { MatchView } from '../../federation/participant/match/match.ts';
import { protocolWords } from '../../federation/protocol/words.ts';
import type { Words } from '../core/errors.ts';
import type { Federate } from './federate.ts';

export type MatchShown = Omit<MatchView, 'notes' | 'heads' | 'posted' | 'endSeq' | 'v' | 'partner'> & {
  readonly federation: string;
  readonly partner: { readonly member: string; readonly name: Words };
  readonly officers: { readonly ours: readonly Said[]; readonly theirs: readonly Said[] };
  /** What the code of the outcome means. */
  readonly why?: { readonly message: Words; readonly next: Words };
  /** Of one match alone. */
  readonly alarms?: readonly unknown[];
};
type Said = { readonly officer: string; readonly reason: string; readonly atMs: number };

export function federationView(view: FederationView) {
  const problems = view.problems.map((problem) => ({ ...problem, ...wordsOf(problem.code) }));
  return { ...view, problems };
}

export function matchView(federate: Federate, federation: string, view: MatchView): MatchShown {
  const { notes, heads: _heads, posted: _posted, endSeq: _endSeq, v: _v, partner, ...rest } = view;
  const member = federate.belonging
    .federations()
    .find((one) => one.federation === federation)
    ?.members.find((one) => one.member === partner);
  const said = (ours: boolean): Said[] =>
    notes.flatMap(({ note }) =>
      note.saying.kind === 'approval' && (note.by !== partner) === ours
        ? [{ officer: note.saying.officer, reason: note.saying.reason, atMs: note.atMs }]
        : [],
    );
  const why = wordsOf(view.outcome?.code);
  return {
    ...rest,
    federation,
    partner: { member: partner, name: member?.name ?? { en: partner, zh: partner } },
    officers: { ours: said(true), theirs: said(false) },
    ...(why && { why }),
  };
}

function wordsOf(code: string | undefined): { message: Words; next: Words } | undefined {
  return code !== undefined && Object.hasOwn(protocolWords, code) ? protocolWords[code as keyof typeof protocolWords] : undefined;
}
