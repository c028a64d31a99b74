// Everything that a partner can say that is not so, one lie each, with the code by which the honest side names it.

import { createHash } from 'node:crypto';
import { tallyKinds } from '../protocol/coordinator-api.ts';
import { type MatchTerms, matchMessages } from '../protocol/match-terms.ts';
import { type Note, parametersHash } from '../protocol/transcript.ts';
import { type Frames, inJson, inPart, type Say, type Telling } from './crook.ts';
import type { ways } from './plan.ts';

type Way = (typeof ways)[number];
export type Lie = {
  readonly name: string;
  readonly by: 'initiator' | 'responder';
  /** In which ways of matching it can be told. */
  readonly fits: (way: Way) => boolean;
  readonly say: Say;
  readonly frames?: Frames;
  /** Codes by which the honest side ends, or tells its officers; undefined where a lie cannot be told from the truth. */
  readonly found: readonly string[] | undefined;
};

const points = ({ mode }: Way) => mode !== 'salted-hash';
const any = () => true;
type Signed = { note: Note; signature: string };
const notesOf = (value: { [name: string]: unknown }) => value.notes as Signed[];
const masked = inPart.bind(undefined, matchMessages.part);
const random = (bytes: Buffer) => createHash('shake256', { outputLength: bytes.length }).update(bytes).digest();

/** The first point of every masked list is another one. */
const point = (name: string, fill: (bytes: Buffer) => void, found: readonly string[]): Lie => ({
  name,
  by: 'responder',
  fits: points,
  say: masked((line, bytes) => {
    if (line.list !== 'masked' || bytes.length < 64) return undefined;
    fill(bytes);
    return { bytes };
  }),
  found,
});

/** Only one officer's approval is passed on. */
const oneOfficer = (kind: string, by: Lie['by']): Lie => ({
  name: `one officer of the ${by} alone`,
  by,
  fits: any,
  say: inJson(kind, (value, { sign }) => {
    const approvals = notesOf(value).filter(({ note }) => note.saying.kind === 'approval');
    const others = notesOf(value).filter(({ note }) => note.saying.kind !== 'approval');
    const left = [approvals[0]!, ...others].map(({ note }, n) => sign(note, { n }));
    return { ...value, notes: left };
  }),
  found: ['officers_missing'],
});

/** Terms as another version of the node would have them, approved as they stand. */
const otherTerms = (name: string, change: Partial<MatchTerms>, found: readonly string[], approved = true): Lie => ({
  name,
  by: 'initiator',
  fits: any,
  say: inJson(matchMessages.proposal, (value, { sign }) => {
    const terms = { ...(value.terms as MatchTerms), ...change };
    const parameters = parametersHash(terms);
    const notes = approved ? notesOf(value).map(({ note }) => sign(note, { parameters })) : value.notes;
    return { ...value, terms, notes };
  }),
  found,
});

const garbage = (kind: string, by: Lie['by'], fits: Lie['fits'], found: readonly string[]): Lie => ({
  name: `noise as ${kind}`,
  by,
  fits,
  say: (body, telling) => (telling.kind === kind ? random(body) : undefined),
  found,
});

const outcome = (result: 'done' | 'failed'): Say =>
  inJson(matchMessages.end, (value, { sign }: Telling) => ({
    ...value,
    notes: notesOf(value).map((one) =>
      one.note.saying.kind === 'outcome' ? sign(one.note, { saying: { kind: 'outcome', result, code: 'terms_refused' } }) : one,
    ),
  }));

export const lies: readonly Lie[] = [
  {
    name: 'sizes that are not those it signed',
    by: 'responder',
    fits: any,
    say: inJson(matchMessages.acceptance, (value) => {
      const sizes = value.sizes as { [kind: string]: number };
      return { ...value, sizes: Object.fromEntries(Object.entries(sizes).map(([kind, size]) => [kind, size + 1])) };
    }),
    found: ['list_wrong'],
  },
  {
    name: 'parts of a longer list than announced',
    by: 'responder',
    fits: points,
    say: masked((line, bytes) =>
      line.list === 'masked'
        ? { line: { ...line, tokens: (line.tokens as number) + 1 }, bytes: Buffer.concat([bytes, bytes.subarray(0, 32)]) }
        : undefined,
    ),
    found: ['list_wrong'],
  },
  {
    name: 'fewer tokens in a part than it says',
    by: 'initiator',
    fits: points,
    say: masked((line, bytes) => (line.list === 'masked' ? { bytes: bytes.subarray(32) } : undefined)),
    found: ['list_wrong'],
  },
  point('one item twice', (bytes) => void bytes.copy(bytes, 32, 0, 32), ['point_refused']),
  point('a point of small order', (bytes) => void bytes.fill(0, 0, 32), ['point_refused']),
  point('a point that is not reduced', (bytes) => void bytes.fill(0xff, 0, 31).fill(0x7f, 31, 32), ['point_refused']),
  {
    name: 'our list back with repeats',
    by: 'responder',
    fits: ({ mode, learns }) =>
      mode === 'count' || mode === 'sums' || (mode === 'ecdh' && (learns === 'initiator' || learns === 'both')),
    say: masked((line, bytes) => {
      if (line.list !== 'doubled' || bytes.length < 64) return undefined;
      bytes.copy(bytes, 32, 0, 32);
      return { bytes };
    }),
    found: ['point_refused'],
  },
  {
    name: 'our list back as noise',
    by: 'responder',
    fits: ({ mode, learns }) => mode === 'ecdh' && learns === 'both',
    say: masked((line, bytes) => (line.list === 'doubled' ? { bytes: random(bytes) } : undefined)),
    found: undefined,
  },
  otherTerms('terms that were exchanged after the approval', { minIntersection: 3 }, ['parameters_changed'], false),
  otherTerms('another way to write identifiers', { normalisation: 'holdfast normal 2' }, ['normalisation_differs']),
  otherTerms('another log', { log: { size: 2, head: 'ab'.repeat(32) } }, ['log_forked']),
  otherTerms('terms against themselves', { minSize: 900, maxSize: 800 }, ['terms_wrong']),
  oneOfficer(matchMessages.proposal, 'initiator'),
  oneOfficer(matchMessages.acceptance, 'responder'),
  {
    name: 'another list for the counter',
    by: 'responder',
    fits: ({ counted, mode, learns }) => counted && mode === 'ecdh' && learns === 'both',
    say: inPart(tallyKinds.list, (_line, bytes) => ({ bytes: random(bytes) })),
    found: ['intersection_too_small'],
  },
  {
    name: 'other terms for the counter',
    by: 'initiator',
    fits: ({ counted }) => counted,
    say: inPart(tallyKinds.list, (line) => ({ line: { ...line, terms: 'cd'.repeat(32) } })),
    found: ['counter_disagrees', 'parameters_changed'],
  },
  {
    name: 'failed, when it was done',
    by: 'responder',
    fits: any,
    say: outcome('failed'),
    found: ['heads_differ', 'terms_refused'],
  },
  {
    name: 'a signature under another chain',
    by: 'responder',
    fits: any,
    say: inJson(matchMessages.head, (value) => ({ ...value, head: { ...(value.head as object), head: 'ef'.repeat(32) } })),
    found: ['heads_differ'],
  },
  {
    name: 'a key for values that is none',
    by: 'responder',
    fits: ({ mode }) => mode === 'sums',
    say: (body, { kind }) => (kind === matchMessages.key ? body.subarray(1) : undefined),
    found: ['malformed'],
  },
  {
    name: 'a sum beyond what there can be',
    by: 'responder',
    fits: ({ mode }) => mode === 'sums',
    say: inJson(matchMessages.sum, (value) => ({ ...value, sum: '4611686018427387904' })),
    found: ['point_refused'],
  },
  garbage(matchMessages.acceptance, 'responder', any, ['malformed']),
  garbage(matchMessages.ready, 'initiator', any, ['malformed']),
  garbage(matchMessages.part, 'responder', points, ['malformed']),
  garbage(matchMessages.key, 'responder', ({ mode }) => mode === 'sums', ['point_refused']),
  garbage(matchMessages.total, 'initiator', ({ mode }) => mode === 'sums', ['point_refused']),
  garbage(matchMessages.sum, 'responder', ({ mode }) => mode === 'sums', ['malformed']),
  garbage(matchMessages.release, 'responder', ({ countFirst }) => countFirst, ['malformed']),
  garbage(matchMessages.end, 'responder', any, ['malformed', 'heads_differ']),
  garbage(matchMessages.head, 'responder', any, ['head_missing']),
  {
    name: 'its proposal once more under another session',
    by: 'initiator',
    fits: any,
    say: () => undefined,
    frames: (bytes, { header, body }, resign) =>
      header.kind === matchMessages.proposal ? [bytes, bytes, resign({ session: '12'.repeat(16) }, body)] : [bytes],
    found: ['seal_broken'],
  },
  {
    name: 'a share of the keys that opens nothing',
    by: 'responder',
    fits: any,
    say: () => undefined,
    frames: (bytes, { header, body }, resign) => {
      if (header.kind !== matchMessages.acceptance) return [bytes];
      const broken = Uint8Array.from(body);
      broken[40] = broken[40]! ^ 1;
      return [resign({}, broken)];
    },
    found: ['seal_broken'],
  },
  {
    name: 'two messages of one number',
    by: 'responder',
    fits: any,
    say: () => undefined,
    // The coordinator keeps the first and refuses the second: the crook's own node fails.
    frames: (bytes, { header, body }, resign) =>
      header.kind === matchMessages.acceptance ? [bytes, resign({ sentAtMs: header.sentAtMs + 1 }, body)] : [bytes],
    found: undefined,
  },
];
