// What answers about federations, matches and budgets are made of, for the OpenAPI document: programs and the console take their types from here.
// Properties that are not named here still go out, so that an older description never hides a newer answer.

import { matchKinds } from '../../federation/protocol/match-terms.ts';

export type Properties = { readonly [name: string]: object };
/** @param always in every answer; `sometimes` where there is something to say */
export const shape = (always: Properties, sometimes: Properties = {}) => ({
  type: 'object' as const,
  additionalProperties: true,
  required: Object.keys(always),
  properties: { ...always, ...sometimes },
});
export const listOf = (items: object) => ({ type: 'array' as const, items });
export const text = { type: 'string' } as const;
export const yes = { type: 'boolean' } as const;
export const number = { type: 'number' } as const;
export const count = { type: 'integer', minimum: 0 } as const;
export const atMs = { type: 'integer', description: 'Milliseconds since 1970.' } as const;
export const exampleId = '0123456789abcdef0123456789abcdef';
export const id = { type: 'string', pattern: '^[0-9a-f]{32}$', examples: [exampleId] } as const;
export const invitationId = { type: 'string', pattern: '^[0-9a-f]{64}$', examples: [exampleId + exampleId] } as const;
export const words = shape({ en: text, zh: text });
export const open = { type: 'object', additionalProperties: true } as const;
export const one = (...of: string[]) => ({ type: 'string' as const, enum: of });
/** Numbers by name. */
export const numbers = (of: object = number) => ({ type: 'object' as const, additionalProperties: of });
export const fingerprint = {
  type: 'string',
  description: 'Eight groups of five digits, to be compared by telephone.',
} as const;

export const officers = listOf(shape({ officer: text, reason: text, atMs }));
const status = one('member', 'left', 'removed', 'revoked');
const member = shape(
  { member: id, name: words, role: text, status, fingerprint, sinceMs: atMs },
  { ended: shape({ atMs, reason: text }) },
);
const problem = shape(
  {
    part: text,
    code: text,
    sinceMs: atMs,
    lastMs: atMs,
    lasting: { ...yes, description: 'Stays until somebody has dismissed it.' },
  },
  { where: text, message: words, next: words },
);
export const federation = shape(
  {
    federation: id,
    name: words,
    address: text,
    member: id,
    state: one('waiting', 'refused', 'member', 'left', 'removed', 'revoked'),
    role: text,
    founder: yes,
    fingerprint,
    founderFingerprint: fingerprint,
    coordinatorInNode: yes,
    members: listOf(member),
    logSize: count,
    problems: listOf(problem),
  },
  {
    coordinator: { ...id, description: 'Absent while a separate coordinator is not there yet.' },
    certificateEndsAtMs: { ...atMs, description: 'It is renewed by itself in time.' },
    pending: { ...text, description: 'Said, and not yet taken by the coordinator.' },
    contactAtMs: { ...atMs, description: 'When the coordinator answered last.' },
  },
);
export const exampleFingerprint = '12345 67890 12345 67890 12345 67890 12345 67890';
export const exampleFederation = {
  federation: exampleId,
  name: { en: 'North Retail', zh: '北方零售' },
  address: 'federation.example.org:7443',
  member: exampleId,
  state: 'member',
  role: 'both',
  founder: true,
  fingerprint: exampleFingerprint,
  founderFingerprint: exampleFingerprint,
  coordinatorInNode: true,
  members: [],
  logSize: 1,
  problems: [],
};
export const invitation = shape({
  id: invitationId,
  role: text,
  state: one('open', 'requested', 'admitted', 'refused', 'withdrawn', 'expired'),
  createdAtMs: atMs,
  expiresAtMs: atMs,
  told: { ...yes, description: 'The coordinator knows of it as it stands.' },
});
export const joinRequest = shape(
  { invitation: invitationId, name: words, fingerprint },
  { member: id, role: text, takenAtMs: atMs },
);

const modes = one('ecdh', 'salted-hash', 'count', 'sums');
const learning = one('initiator', 'responder', 'both', 'neither');
const uses = one('overlap', 'suppression', 'known-elsewhere');
const kinds = listOf(one(...matchKinds));
export const matchTerms = {
  ...shape(
    {
      mode: modes,
      learns: learning,
      responder: id,
      use: uses,
      purpose: text,
      reason: text,
      kinds,
      minSize: count,
      maxSize: count,
      minIntersection: count,
      officers: count,
      countFirst: yes,
    },
    { initiator: id, counter: id, stretch: count, sumOf: text, proposedAtMs: atMs },
  ),
  description: 'What both sides approve.',
};
const sizes = numbers(count);
export const match = shape(
  {
    session: { ...id, description: 'The match.' },
    federation: id,
    partner: shape({ member: id, name: words }),
    role: one('initiator', 'responder'),
    phase: {
      ...one('proposed', 'asked', 'running', 'counted', 'ending', 'ended'),
      description: 'asked: your officers have to decide. counted: officers look at the count. ending: both sign the transcript.',
    },
    terms: matchTerms,
    released: shape({ mine: yes, theirs: yes }),
    progress: shape(
      { done: number, total: number },
      { etaMs: number, waitingFor: one('partner', 'counter', 'officers', 'coordinator') },
    ),
    officers: shape({ ours: officers, theirs: officers }),
    createdAtMs: atMs,
  },
  {
    mine: { ...sizes, description: 'How many items of each kind we brought.' },
    theirs: { ...sizes, description: 'How many they brought.' },
    customers: count,
    begunAtMs: atMs,
    endedAtMs: atMs,
    counted: shape({ verdict: text }, { counts: sizes }),
    outcome: shape({ result: one('done', 'too-small', 'stopped', 'failed') }, { code: text, where: text, reason: text }),
    learned: shape({}, { items: sizes, customers: count, sum: text }),
    why: shape({ message: words, next: words }),
    taken: shape({ customers: count, leftOut: sizes }, { withoutConsent: count, withoutValue: count }),
    alarms: listOf(shape({ reason: text, like: id }, { difference: number, atMs })),
    override: shape({ by: text, note: text, atMs }),
  },
);
export const exampleTerms = {
  mode: 'ecdh',
  learns: 'initiator',
  responder: exampleId,
  use: 'overlap',
  purpose: 'marketing',
  reason: 'whom we both know',
  kinds: ['phone', 'email'],
  minSize: 1000,
  maxSize: 1_000_000,
  minIntersection: 100,
  officers: 2,
  countFirst: false,
};
export const exampleMatch = {
  session: exampleId,
  federation: exampleId,
  partner: { member: exampleId, name: { en: 'South Bank', zh: '南方银行' } },
  role: 'initiator',
  phase: 'running',
  terms: exampleTerms,
  released: { mine: false, theirs: false },
  mine: { phone: 98_000, email: 64_000 },
  theirs: { phone: 240_000, email: 120_000 },
  progress: { done: 180_000, total: 522_000, etaMs: 21_000 },
  officers: { ours: [], theirs: [] },
  createdAtMs: 1790000000000,
};
export const refusals = listOf(shape({ code: text, message: words }, { got: number, need: number }));
export const matchBudget = shape({ spent: count, limit: count, days: count }, { freeAtMs: atMs });

const option = shape({ mode: modes, learns: learning, countFirst: yes, counter: yes });
const texts = listOf(words);
const parties = shape({ initiator: words, responder: words, coordinator: words });
export const optionDescription = shape({
  option,
  name: words,
  statement: {
    ...shape({ receives: parties, learns: parties, minimum: words, collusion: texts, limits: texts }),
    description: 'What is revealed to whom, also where two tell each other everything, and what it does not protect from.',
  },
  cost: shape({ seconds: shape({ initiator: number, responder: number }), words: texts }),
  trial: { ...texts, description: 'How long a partner would need who tries every mobile number; only where it can.' },
  postQuantum: texts,
});
export const recommendation = shape({ option, why: texts, butNote: texts });

const resultSometimes = { matched: count, count: number, sum: number, idColumn: text, erased: count };
const resultAlways = { match: id, partner: id, use: uses, purpose: text, mode: modes, kinds: sizes, atMs };
export const result = shape(resultAlways, resultSometimes);
/** What masks may put a text in the place of is not held to be a number. */
const masked = {};
const foundKind = one(...matchKinds);
export const resultPage = shape(
  { ...resultAlways, kinds: masked, source: one('customers', 'file'), found: listOf(shape({ id: text, kind: foundKind })) },
  { ...resultSometimes, count: masked, sum: masked, erased: masked, next: count },
);
export const standing = shape({ match: id, partner: id, purpose: text, kind: foundKind, atMs });
export const file = shape(
  {
    id,
    name: text,
    by: text,
    rows: count,
    taken: count,
    rejected: { ...numbers(count), description: 'Rows that were not taken, by code.' },
    rejects: { ...listOf(shape({ line: count, code: text })), description: 'The first of them: line and code, never a value.' },
  },
  {
    state: one('arriving', 'checking', 'ready'),
    sizeBytes: count,
    parts: count,
    kinds: open,
    match: id,
    untilMs: { ...atMs, description: 'Until when it is kept.' },
  },
);
export const exampleFile = {
  id: exampleId,
  name: 'members.csv',
  by: 'person 4',
  rows: 1200,
  taken: 1190,
  rejected: { id_missing: 10 },
  rejects: [],
  untilMs: 1790000000000,
};

export const ledger = shape({
  dataset: text,
  partner: id,
  name: words,
  budget: shape({ epsilon: number, delta: number, count }),
  spent: shape({ epsilon: number, delta: number, count, entries: numbers(count) }),
  left: shape({ epsilon: number, rho: number, count }),
  words,
  entries: listOf(shape({ words })),
});

export const verdict = shape({
  of: one('match', 'round'),
  holds: yes,
  findings: listOf(shape({ line: count, code: text, message: words }, { where: text })),
  more: { ...count, description: 'Findings beyond those that are named.' },
  blocks: listOf(shape({ heading: words, lines: listOf(words) })),
});
