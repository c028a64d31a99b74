// Checks a transcript offline, from its own text and, best, the founder's fingerprint that came another way: who took part, what they
// signed, in which order, by which parameters and budgets. It says what is wrong and in which line, and goes on to find the rest.
// Keys are those that the membership log held when the session was opened: who renews its key begins a new session.
// What only a match has to keep to is in verify-match.ts.

import Type from 'typebox';
import { canonicalJson } from '../../crypto/canonical-json.ts';
import { digitsOf, type Finding, type Found, foundIn, linesOf, must, attempt as tried } from './findings.ts';
import { fingerprintOfHash } from './identity.ts';
import type { MatchTerms } from './match-terms.ts';
import { activeMember, foldMembership, type Membership } from './membership.ts';
import { checkSignature } from './message.ts';
import { parseCanonical, readerOf } from './signed.ts';
import { noHash } from './statements.ts';
import {
  type Entry,
  entryHash,
  entrySchema,
  type Head,
  headFits,
  headSchema,
  type Item,
  inOrder,
  type Note,
  noteFits,
  parametersHash,
  transcriptEntryLimit,
} from './transcript.ts';
import { recordOf, type Spent, type TranscriptRecord } from './transcript-record.ts';
import { checkMatch, enoughOfficers, type PartyLines } from './verify-match.ts';
import { ProtocolFault } from './words.ts';

export type { Finding } from './findings.ts';

export type Verdict = Found & {
  readonly entries: number;
  readonly head: string;
  /** Whether the founder was compared with a fingerprint that came another way. */
  readonly founderCompared: boolean;
  /** undefined where there is no opening to go by. */
  readonly record?: TranscriptRecord;
};

/** The entries, and a head of each of at most 200 parties. */
const lineLimit = transcriptEntryLimit + 200;
const readLine = readerOf('line', Type.Union([entrySchema, headSchema]));

type Open = Extract<Entry, { entry: 'open' }>;
type State = {
  readonly findings: Finding[];
  open: Open | undefined;
  membership: Membership | undefined;
  /** Signing keys of the parties, base64url. */
  keys: Map<string, string>;
  parties: Map<string, PartyLines>;
  parameters: string;
  head: string;
  entries: number;
  /** Of what follows the entry before it, for the check of the order. */
  items: { item: Item; line: number }[];
  /** Next number of each lane, and spent and limit of each budget. */
  next: Map<string, number>;
  budgets: Map<string, Spent>;
  counted: string | undefined;
  outcome: string | undefined;
  /** In the order of the file, and those among them that fit the whole. */
  heads: Map<string, Head>;
  signed: Set<string>;
};

/**
 * @param file its bytes, or its text  @param founder the founder's fingerprint as officers compared it; without it the log vouches for itself alone
 * @returns no finding when all is right; otherwise the findings by line, at most 20
 */
export function verifyTranscript(file: string | Uint8Array, founder?: string): Verdict {
  const state: State = {
    findings: [],
    open: undefined,
    membership: undefined,
    keys: new Map(),
    parties: new Map(),
    parameters: '',
    head: noHash,
    entries: 0,
    items: [],
    next: new Map(),
    budgets: new Map(),
    counted: undefined,
    outcome: undefined,
    heads: new Map(),
    signed: new Set(),
  };
  const lines = linesOf(file, lineLimit, state.findings);
  for (const [at, line] of lines.entries()) {
    attempt(state, at + 1, () => {
      const value = readLine(parseCanonical('line', line));
      if (value.entry === 'head') takeHead(state, value);
      else takeEntry(state, at + 1, value, founder);
    });
  }
  checkOrder(state);
  const terms = checkEnd(state, lines.length + 1);
  const { findings, entries, head } = state;
  const { open, membership } = state;
  const record = open && membership && recordOf({ ...state, open, membership }, terms);
  return {
    ...foundIn(findings),
    entries,
    head,
    founderCompared: founder !== undefined,
    ...(record && { record }),
  };
}

const attempt = (state: State, line: number, check: () => void) => tried(state.findings, line, check);

function takeEntry(state: State, line: number, entry: Entry, founder: string | undefined): void {
  const { seq, previous } = entry;
  const follows = seq === state.entries && previous === state.head && state.heads.size === 0;
  // From here the chain is taken as it stands, so that one change is one finding and not one for each line after it.
  state.entries = seq + 1;
  state.head = entryHash(entry);
  attempt(state, line, () => must(follows, 'transcript_chain'));
  if (entry.entry === 'open') {
    must(state.open === undefined && line === 1, 'transcript_order');
    state.open = entry;
    takeOpening(state, entry, founder);
    return;
  }
  must(state.open !== undefined, 'transcript_order', 'open');
  const { federation, session } = entry.entry === 'message' ? entry.header : entry.note;
  must(federation === state.open?.federation, 'federation_other');
  must(session === state.open?.session, 'session_unknown');
  if (entry.entry === 'message') {
    const { header, signature } = entry;
    must(state.keys.has(header.to) && header.to !== header.from, 'party_unknown', header.to);
    checkSignature({ header, signature }, keyOf(state, header.from));
    if (follows) state.items.push({ item: { header, signature }, line });
    state.parties.get(header.from)?.messages.push({ header, line });
    number(state, `${header.from} message ${header.to}`, header.seq);
  } else {
    const { note, signature } = entry;
    must(noteFits(note, signature, keyOf(state, note.by)), 'signature_wrong');
    if (follows) state.items.push({ item: { note, signature }, line });
    const party = state.parties.get(note.by);
    const said = party?.notes.some((one) => one.note.saying.kind === 'outcome') === true;
    party?.notes.push({ note, line });
    number(state, `${note.by} note`, note.n);
    // How it ended is a party's last word: whatever it says of the session later was not so while it ran.
    attempt(state, line, () => must(!said, 'transcript_order', 'after the outcome'));
    takeNote(state, note);
  }
}

function takeOpening(state: State, open: Open, founder: string | undefined): void {
  state.parameters = parametersHash(open.parameters);
  const membership = foldMembership(open.log);
  state.membership = membership;
  attempt(state, 1, () => must(membership.federation === open.federation, 'federation_other'));
  for (const party of open.parties) {
    attempt(state, 1, () => {
      state.keys.set(party, activeMember(membership, party).signingKey);
      state.parties.set(party, { member: party, notes: [], messages: [] });
    });
  }
  const known = open.parties.length === state.keys.size || state.findings.some(({ line }) => line === 1);
  attempt(state, 1, () => must(known, 'party_unknown', 'parties'));
  const fingerprint = fingerprintOfHash(membership.foundedBy);
  if (founder !== undefined) must(digitsOf(fingerprint) === digitsOf(founder), 'founder_differs');
}

function keyOf(state: State, member: string): string {
  const key = state.keys.get(member);
  if (key === undefined) throw new ProtocolFault('party_unknown', member);
  return key;
}

/** A sender's numbers run on from 0 without a gap. */
function number(state: State, lane: string, given: number): void {
  const next = state.next.get(lane) ?? 0;
  state.next.set(lane, given + 1);
  must(given === next, given > next ? 'sequence_gap' : 'sequence_conflict', `${next}`);
}

function takeNote(state: State, { by, parameters, saying }: Note): void {
  must(parameters === state.parameters, 'parameters_changed');
  if (saying.kind === 'counted') {
    const counted = canonicalJson(saying);
    const agrees = state.counted === undefined || state.counted === counted;
    state.counted = counted;
    must(agrees, 'outcome_differs', 'counted');
  } else if (saying.kind === 'budget') {
    const name = `${by} ${saying.budget}`;
    const before = state.budgets.get(name) ?? { by, budget: saying.budget, spent: 0, limit: saying.limit };
    const spent = before.spent + saying.spent;
    state.budgets.set(name, { ...before, spent });
    // Sums of fractions may miss the limit by their last bit.
    must(saying.limit === before.limit && spent <= saying.limit * (1 + 1e-12), 'budget_exceeded', saying.budget);
  } else if (saying.kind === 'outcome') {
    const outcome = `${saying.result} ${saying.resultHash ?? ''}`;
    const agrees = state.outcome === undefined || state.outcome === outcome;
    state.outcome = outcome;
    must(agrees, 'outcome_differs');
  }
}

function takeHead(state: State, head: Head): void {
  const key = keyOf(state, head.by);
  const last = [...state.heads.keys()].at(-1);
  must(last === undefined || last < head.by, 'transcript_order', head.by);
  state.heads.set(head.by, head);
  must(state.open !== undefined && headFits(state.open, head, key), 'signature_wrong', head.by);
  must(head.head === state.head && head.entries === state.entries, 'heads_differ', head.by);
  state.signed.add(head.by);
}

function checkOrder(state: State): void {
  const right = inOrder(state.items.map(({ item }) => item));
  const wrong = state.items.find(({ item }, at) => item !== right[at]);
  if (wrong) state.findings.push({ line: wrong.line, code: 'transcript_order' });
}

/** What is missing is missing at the end. @returns the terms of a match */
function checkEnd(state: State, line: number): MatchTerms | undefined {
  const { open, membership, parties } = state;
  if (open === undefined) state.findings.push({ line: 1, code: 'transcript_order', where: 'open' });
  const isMatch = open?.parameters.kind === 'match';
  for (const [member, party] of parties) {
    const outcome = party.notes.some(({ note }) => note.saying.kind === 'outcome');
    attempt(state, line, () => must(isMatch || agreed(state, party), 'approval_missing', member));
    attempt(state, line, () => must(outcome, 'outcome_missing', member));
    attempt(state, line, () => must(state.heads.has(member), 'head_missing', member));
  }
  if (parties.size === 0) state.findings.push({ line, code: 'outcome_missing' });
  if (!isMatch || !membership) return undefined;
  return checkMatch({ open, membership, parties, endLine: line, check: (at, work) => attempt(state, at, work) });
}

/** As many officers as the parameters ask for; one where they do not say. Who said no by its only message has approved nothing, and shown nothing. */
function agreed({ open, outcome }: State, party: PartyLines): boolean {
  const { officers } = open?.parameters ?? {};
  const least = typeof officers === 'number' && officers > 1 ? officers : 1;
  const declined = outcome?.startsWith('stopped') === true && party.messages.length <= 1;
  return declined || enoughOfficers(party, least);
}
