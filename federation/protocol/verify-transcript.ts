// Checks a transcript offline, from its own text and, best, the founder's fingerprint that came another way: who took part, what they
// signed, in which order, by which parameters and budgets. It says what is wrong and in which line, and goes on to find the rest.
// Keys are those that the membership log held when the session was opened: who renews its key begins a new session.

import Type from 'typebox';
import { canonicalJson } from '../../crypto/canonical-json.ts';
import { fingerprintOfHash } from './identity.ts';
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
import { type ProtocolCode, ProtocolFault } from './words.ts';

/** `line` counts from 1. */
export type Finding = { readonly line: number; readonly code: ProtocolCode; readonly where?: string };
export type Verdict = { readonly findings: readonly Finding[]; readonly entries: number; readonly head: string };

const findingLimit = 20;
/** The entries, and a head of each of at most 200 parties. */
const lineLimit = transcriptEntryLimit + 200;
const readLine = readerOf('line', Type.Union([entrySchema, headSchema]));

type Open = Extract<Entry, { entry: 'open' }>;
type State = {
  readonly findings: Finding[];
  open: Open | undefined;
  /** Signing keys of the parties, base64url. */
  keys: Map<string, string>;
  parameters: string;
  head: string;
  entries: number;
  /** Of what follows the entry before it, for the check of the order. */
  items: { item: Item; line: number }[];
  /** Next number of each lane, and spent and limit of each budget. */
  next: Map<string, number>;
  budgets: Map<string, { spent: number; limit: number }>;
  /** Officers of each party who approved. */
  approved: Map<string, Set<string>>;
  /** Messages of each party. */
  sent: Map<string, number>;
  /** How many of each the parameters ask for. */
  officers: number;
  counted: string | undefined;
  outcome: string | undefined;
  heads: Map<string, Head>;
};

/**
 * @param text the file  @param founder the founder's fingerprint as officers compared it; without it the log vouches for itself alone
 * @returns no finding when all is right; otherwise the findings by line, at most 20
 */
export function verifyTranscript(text: string, founder?: string): Verdict {
  const state: State = {
    findings: [],
    open: undefined,
    keys: new Map(),
    parameters: '',
    head: noHash,
    entries: 0,
    items: [],
    next: new Map(),
    budgets: new Map(),
    approved: new Map(),
    sent: new Map(),
    officers: 1,
    counted: undefined,
    outcome: undefined,
    heads: new Map(),
  };
  const lines = text.split('\n');
  // The last line ends like every other: a file that was cut in its middle shows.
  if (lines.pop() !== '') state.findings.push({ line: lines.length + 1, code: 'malformed', where: 'end of the file' });
  if (lines.length > lineLimit) {
    state.findings.push({ line: lineLimit + 1, code: 'too_large', where: `${lineLimit} lines` });
    lines.length = lineLimit;
  }
  for (const [at, line] of lines.entries()) {
    attempt(state, at + 1, () => {
      const value = readLine(parseCanonical('line', line));
      if (value.entry === 'head') takeHead(state, value);
      else takeEntry(state, at + 1, value, founder);
    });
  }
  checkOrder(state);
  checkEnd(state, lines.length);
  const findings = state.findings.sort((a, b) => a.line - b.line).slice(0, findingLimit);
  return { findings, entries: state.entries, head: state.head };
}

function attempt(state: State, line: number, check: () => void): void {
  try {
    check();
  } catch (fault) {
    if (!(fault instanceof ProtocolFault)) throw fault;
    state.findings.push({ line, code: fault.code, ...(fault.where === undefined ? {} : { where: fault.where }) });
  }
}

function must(holds: boolean, code: ProtocolCode, where?: string): void {
  if (!holds) throw new ProtocolFault(code, where);
}

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
    state.sent.set(header.from, (state.sent.get(header.from) ?? 0) + 1);
    number(state, `${header.from} message ${header.to}`, header.seq);
  } else {
    const { note, signature } = entry;
    must(noteFits(note, signature, keyOf(state, note.by)), 'signature_wrong');
    if (follows) state.items.push({ item: { note, signature }, line });
    number(state, `${note.by} note`, note.n);
    takeNote(state, note);
  }
}

function takeOpening(state: State, open: Open, founder: string | undefined): void {
  const membership: Membership = foldMembership(open.log);
  must(membership.federation === open.federation, 'federation_other');
  for (const party of open.parties) state.keys.set(party, activeMember(membership, party).signingKey);
  must(state.keys.size === open.parties.length, 'party_unknown', 'parties');
  state.parameters = parametersHash(open.parameters);
  const { officers } = open.parameters;
  if (typeof officers === 'number') state.officers = officers;
  if (founder !== undefined) must(fingerprintOfHash(membership.foundedBy) === founder.trim(), 'founder_differs');
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
  if (saying.kind === 'approval') state.approved.set(by, (state.approved.get(by) ?? new Set<string>()).add(saying.officer));
  else if (saying.kind === 'counted') {
    const counted = canonicalJson(saying);
    const agrees = state.counted === undefined || state.counted === counted;
    state.counted = counted;
    must(agrees, 'outcome_differs', 'counted');
  } else if (saying.kind === 'budget') {
    const name = `${by} ${saying.budget}`;
    const before = state.budgets.get(name) ?? { spent: 0, limit: saying.limit };
    const spent = before.spent + saying.spent;
    state.budgets.set(name, { spent, limit: before.limit });
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
  must(!state.heads.has(head.by), 'transcript_order', head.by);
  state.heads.set(head.by, head);
  must(state.open !== undefined && headFits(state.open, head, key), 'signature_wrong', head.by);
  must(head.head === state.head && head.entries === state.entries, 'heads_differ', head.by);
}

function checkOrder(state: State): void {
  const right = inOrder(state.items.map(({ item }) => item));
  const wrong = state.items.find(({ item }, at) => item !== right[at]);
  if (wrong) state.findings.push({ line: wrong.line, code: 'transcript_order' });
}

/** What is missing is missing at the end. */
function checkEnd(state: State, lines: number): void {
  const line = lines + 1;
  if (state.open === undefined) state.findings.push({ line: 1, code: 'transcript_order', where: 'open' });
  for (const party of state.keys.keys()) {
    // Who said no by its first and only message has approved nothing, and shown nothing.
    const declined = state.outcome?.startsWith('stopped') === true && (state.sent.get(party) ?? 0) <= 1;
    const approvals = state.approved.get(party)?.size ?? 0;
    attempt(state, line, () => must(declined || approvals >= state.officers, 'approval_missing', party));
    attempt(state, line, () => must(state.heads.has(party), 'head_missing', party));
  }
  attempt(state, line, () => must(state.outcome !== undefined, 'outcome_missing'));
}
