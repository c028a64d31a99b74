// What the transcript of a match has to keep to beyond any session's: its terms are whole and those of its opening, each side approved them
// before anything of its lists left it, what was shown is what the terms allow, and the end follows from what was counted.

import { must } from './findings.ts';
import {
  checkTerms,
  learnsItems,
  type MatchRole,
  type MatchTerms,
  matchLimits,
  matchMessages,
  readTerms,
} from './match-terms.ts';
import { activeMember, type Membership } from './membership.ts';
import type { MessageHeader } from './message.ts';
import type { Note, Opening, Saying } from './transcript.ts';
import { ProtocolFault } from './words.ts';

/** What one party said and sent, in the order of the file. */
export type PartyLines = {
  readonly member: string;
  readonly notes: { readonly note: Note; readonly line: number }[];
  readonly messages: { readonly header: MessageHeader; readonly line: number }[];
};
type Subject = {
  readonly open: Opening;
  readonly membership: Membership;
  readonly parties: ReadonlyMap<string, PartyLines>;
  /** The line that what is missing is missing in. */
  readonly endLine: number;
  /** Runs a check and writes its fault down as a finding of that line. */
  check(line: number, work: () => void): void;
};
type Result = Extract<Saying, { kind: 'outcome' }>['result'];

/** One person under two spellings is one person. */
export const personOf = (officer: string) => officer.normalize('NFKC').trim().replace(/\s+/gu, ' ').toLowerCase();

/**
 * Whether so many people of the party had agreed when anything beyond its first message left it: that one carries the approvals.
 * @param from number of the first note that counts  @param before number of the first that does not
 */
export function enoughOfficers(party: PartyLines, least: number, from = 0, before = Number.POSITIVE_INFINITY): boolean {
  const secondAtMs = from > 0 ? undefined : party.messages[1]?.header.sentAtMs;
  const people = new Set<string>();
  for (const { note } of party.notes) {
    const { saying, n, atMs } = note;
    if (saying.kind !== 'approval' || n < from || n >= before) continue;
    if (secondAtMs === undefined || atMs <= secondAtMs) people.add(personOf(saying.officer));
  }
  return people.size >= least;
}

/** @returns the terms, where they can be read */
export function checkMatch(subject: Subject): MatchTerms | undefined {
  const { open, membership, check } = subject;
  let terms: MatchTerms | undefined;
  check(1, () => {
    terms = readTerms(open.parameters);
    checkOpening(terms, open, membership);
  });
  if (terms === undefined) return undefined;
  for (const role of ['initiator', 'responder'] as const) {
    const party = subject.parties.get(terms[role]);
    if (!party) continue;
    checkMessages(subject, terms, role, party);
    checkNotes(subject, terms, party);
    checkApprovals(subject, terms, party);
  }
  checkShown(subject, terms);
  checkCounted(subject, terms);
  return terms;
}

function checkOpening(terms: MatchTerms, open: Opening, membership: Membership): void {
  try {
    checkTerms(terms);
  } catch (fault) {
    // How identifiers were written then is no fault of a transcript that is read by a later program.
    if (!(fault instanceof ProtocolFault && fault.code === 'normalisation_differs')) throw fault;
  }
  must(open.parties.join() === [terms.initiator, terms.responder].join(), 'terms_wrong', 'parties');
  must(open.openedAtMs === terms.proposedAtMs, 'terms_wrong', 'proposedAtMs');
  must(membership.size === terms.log.size && membership.head === terms.log.head, 'log_forked', 'log');
  if (terms.counter !== undefined) {
    must(activeMember(membership, terms.counter).role !== 'participant', 'terms_wrong', 'counter');
  }
}

const { proposal, acceptance, ready, part, release, key, total, sum, end } = matchMessages;
/** What a role sends by these terms: the first of them opens the match, the last ends it. */
function kindsOf({ mode, countFirst }: MatchTerms, role: MatchRole): readonly string[] {
  const again = countFirst ? [release] : [];
  if (role === 'initiator') return [proposal, ready, part, ...again, ...(mode === 'sums' ? [total] : []), end];
  return [acceptance, part, ...again, ...(mode === 'sums' ? [key, sum] : []), end];
}
const once: readonly string[] = [proposal, acceptance, ready, release, key, total, sum, end];

function checkMessages({ check, endLine }: Subject, terms: MatchTerms, role: MatchRole, { member, messages }: PartyLines): void {
  const kinds = kindsOf(terms, role);
  const seen = new Set<string>();
  for (const [at, { header, line }] of messages.entries()) {
    const { kind } = header;
    const opens = kind === kinds[0];
    const declines = role === 'responder' && kind === end && messages.length === 1;
    check(line, () => {
      must(kinds.includes(kind) && !(once.includes(kind) && seen.has(kind)), 'transcript_order', kind);
      must(opens === (at === 0) || declines, 'transcript_order', kind);
      must(!seen.has(end), 'transcript_order', 'after the end');
    });
    seen.add(kind);
  }
  check(endLine, () => must(seen.has(end), 'sequence_gap', `${member} ${end}`));
}

const saidOnce: readonly Saying['kind'][] = ['sizes', 'counted', 'outcome'];

function checkNotes({ check }: Subject, terms: MatchTerms, { member, notes, messages }: PartyLines): void {
  const seen = new Set<string>();
  const sized = numberOfSizes(notes);
  const secondAtMs = messages[1]?.header.sentAtMs ?? Number.POSITIVE_INFINITY;
  for (const { note, line } of notes) {
    const { saying } = note;
    check(line, () => {
      must(!(saidOnce.includes(saying.kind) && seen.has(saying.kind)), 'transcript_order', saying.kind);
      if (saying.kind === 'sizes') checkSizes(terms, saying.lists, member);
      if (saying.kind === 'budget') {
        // One match spends one budget once, and before anything is shown.
        must(!seen.has(`budget ${saying.budget}`), 'budget_exceeded', saying.budget);
        must(note.n < sized && note.atMs <= secondAtMs, 'transcript_order', 'budget');
        seen.add(`budget ${saying.budget}`);
      }
    });
    seen.add(saying.kind);
  }
}

const numberOfSizes = (notes: PartyLines['notes']) =>
  notes.find(({ note }) => note.saying.kind === 'sizes')?.note.n ?? Number.POSITIVE_INFINITY;

function checkSizes(terms: MatchTerms, lists: { readonly [kind: string]: number }, member: string): void {
  must(Object.keys(lists).sort().join() === [...terms.kinds].sort().join(), 'list_wrong', 'sizes');
  const longest = Math.max(...Object.values(lists));
  must(longest >= terms.minSize, 'set_too_small', member);
  must(longest <= terms.maxSize, 'set_too_large', member);
}

const resultOf = (party: PartyLines | undefined): Result | undefined => saidBy(party, 'outcome')?.result;

function saidBy<Kind extends Saying['kind']>(party: PartyLines | undefined, kind: Kind) {
  const said = party?.notes.map(({ note }) => note.saying).find((saying) => saying.kind === kind);
  return said as Extract<Saying, { kind: Kind }> | undefined;
}

/** Whether it got as far as comparing. */
const compared = (result: Result | undefined) => result === 'done' || result === 'too-small';

function checkApprovals(subject: Subject, terms: MatchTerms, party: PartyLines): void {
  const { check, endLine } = subject;
  const { notes, messages, member } = party;
  const result = resultOf(party);
  // Who ended it by its only message has approved nothing, and shown nothing.
  const declined = !compared(result) && messages.every(({ header }) => header.kind === end);
  const sized = numberOfSizes(notes);
  check(endLine, () => must(declined || enoughOfficers(party, terms.officers, 0, sized), 'approval_missing', member));
  if (!terms.countFirst) return;
  const released = messages.some(({ header }) => header.kind === release);
  const again = enoughOfficers(party, terms.officers, sized + 1);
  check(endLine, () => must(released ? again : result !== 'done', 'approval_missing', `${member} ${release}`));
}

/** Parts of lists that the terms have this role send when all goes well. */
function partsOf(terms: MatchTerms, role: MatchRole, own: Lists, theirs: Lists): number {
  const parts = (lists: Lists) =>
    Object.values(lists).reduce((count, tokens) => count + Math.ceil(tokens / matchLimits.chunkTokens), 0);
  const otherLearns = learnsItems(terms, role === 'initiator' ? 'responder' : 'initiator');
  if (terms.mode === 'salted-hash') return otherLearns ? parts(own) : 0;
  if (terms.mode === 'ecdh') return parts(own) + (otherLearns ? parts(theirs) : 0);
  if (role === 'initiator') return parts(own);
  return parts(own) * (terms.mode === 'sums' ? 2 : 1) + parts(theirs);
}
type Lists = { readonly [kind: string]: number };

/** No side may have been shown more than the terms allow, and who says that it is done was shown all of it. */
function checkShown({ parties, check, endLine }: Subject, terms: MatchTerms): void {
  for (const role of ['initiator', 'responder'] as const) {
    const party = parties.get(terms[role]);
    const other = parties.get(terms[role === 'initiator' ? 'responder' : 'initiator']);
    if (!party || !other) continue;
    const [own, theirs] = [saidBy(party, 'sizes')?.lists, saidBy(other, 'sizes')?.lists];
    const sent = party.messages.filter(({ header }) => header.kind === part).length;
    const isDone = resultOf(party) === 'done';
    check(endLine, () => must(!compared(resultOf(party)) || own !== undefined, 'list_wrong', `${party.member} sizes`));
    if (!own || !theirs) {
      check(endLine, () => must(sent === 0, 'list_wrong', `${party.member} ${part}`));
      continue;
    }
    const most = partsOf(terms, role, own, theirs);
    check(endLine, () => must(isDone ? sent === most : sent <= most, 'list_wrong', `${party.member} ${part}`));
  }
}

/** What the counter said is what the terms had it say, and the end follows from it. */
function checkCounted({ parties, check, endLine }: Subject, terms: MatchTerms): void {
  const sides = [parties.get(terms.initiator), parties.get(terms.responder)];
  const told = terms.countFirst || terms.learns === 'neither';
  const sizes = sides.map((side) => saidBy(side, 'sizes')?.lists);
  for (const side of sides) {
    const line = side?.notes.find(({ note }) => note.saying.kind === 'counted')?.line ?? endLine;
    const said = saidBy(side, 'counted');
    if (!said) continue;
    const counts = Object.entries(said.counts ?? {});
    check(line, () => {
      must(said.counter === terms.counter, 'parameters_changed', 'counter');
      must(counts.length === 0 || told, 'parameters_changed', 'counts');
      const possible = ([kind, count]: [string, number]) => sizes.every((lists) => count <= (lists?.[kind] ?? -1));
      must(counts.every(possible), 'outcome_differs', 'counts');
      const enough = said.verdict === 'enough';
      const most = Math.max(...counts.map(([, count]) => count));
      must(!enough || !told || most >= terms.minIntersection, 'outcome_differs', 'counts');
      must(enough || resultOf(side) !== 'done', 'outcome_differs', 'counted');
    });
  }
  if (terms.counter === undefined) return;
  // A side that learns nothing anyway may hear of the end before it hears of the count.
  const heard = sides.map((side) => saidBy(side, 'counted') !== undefined);
  const isDone = sides.some((side) => resultOf(side) === 'done');
  const holds = terms.learns === 'neither' ? heard.some(Boolean) : heard.every(Boolean);
  check(endLine, () => must(!isDone || holds, 'outcome_differs', 'counted'));
}
