// What a session was, as both sides write it down: headers and hashes of the messages, never a body, with approvals, budgets and the
// outcome, each signed by who said it. Both arrive at the same chain from the same items in whatever order they came, and sign its head.
//
// The file: JSON a line. First `open` with all that is needed to check the rest offline, then `message` and `note`, last a `head` of each party.

import Type, { type Static } from 'typebox';
import { canonicalJson } from '../../crypto/canonical-json.ts';
import type { Key } from '../../crypto/keys.ts';
import { headerSchema, type Message } from './message.ts';
import {
  closed,
  digestOf,
  hashSchema,
  idSchema,
  readerOf,
  signatureFits,
  signatureSchema,
  signValue,
  timeSchema,
} from './signed.ts';
import { noHash, type SignedStatement, signedStatementSchema, statementLimit } from './statements.ts';

const noteWords = 'holdfast federation note 1';
const headWords = 'holdfast federation transcript head 1';
const entryWords = 'holdfast federation transcript entry 1';
const parametersWords = 'holdfast federation parameters 1';

export const transcriptEntryLimit = 100_000;
const short = Type.String({ minLength: 1, maxLength: 500 });
const amount = Type.Number({ minimum: 0, maximum: 1e15 });

const sayingSchema = Type.Union([
  /** An officer of the party agrees to the parameters. */
  Type.Object({ kind: Type.Literal('approval'), officer: short, reason: short }, closed),
  /** `spent` of a budget by this step, such as an epsilon; the party's sum stays within `limit`. */
  Type.Object({ kind: Type.Literal('budget'), budget: short, spent: amount, limit: amount }, closed),
  /** How many items of each kind the party brings. */
  Type.Object({ kind: Type.Literal('sizes'), lists: Type.Record(short, Type.Integer({ minimum: 0, maximum: 1e9 })) }, closed),
  /** What a neutral third member counted and told both: the parties have to say the same. `counts` by kind, where it told them. */
  Type.Object(
    {
      kind: Type.Literal('counted'),
      counter: idSchema,
      verdict: short,
      counts: Type.Optional(Type.Record(short, Type.Integer({ minimum: 0, maximum: 1e9 }))),
    },
    closed,
  ),
  /** `resultHash`: SHA-256 of what came out, where something did. */
  Type.Object(
    {
      kind: Type.Literal('outcome'),
      result: Type.Union([Type.Literal('done'), Type.Literal('too-small'), Type.Literal('stopped'), Type.Literal('failed')]),
      /** The protocol's code of why it did not come to an end, and a reason in an officer's words. */
      code: Type.Optional(short),
      reason: Type.Optional(short),
      resultHash: Type.Optional(hashSchema),
    },
    closed,
  ),
]);
const noteSchema = Type.Object(
  {
    v: Type.Literal(1),
    federation: idSchema,
    session: idSchema,
    by: idSchema,
    /** From 0 for each party. */
    n: Type.Integer({ minimum: 0, maximum: transcriptEntryLimit }),
    atMs: timeSchema,
    /** parametersHash of what the party goes by. */
    parameters: hashSchema,
    saying: sayingSchema,
  },
  closed,
);
export const signedNoteSchema = Type.Object({ note: noteSchema, signature: signatureSchema }, closed);
const place = { seq: Type.Integer({ minimum: 0, maximum: transcriptEntryLimit }), previous: hashSchema };
const openSchema = Type.Object(
  {
    entry: Type.Literal('open'),
    ...place,
    federation: idSchema,
    session: idSchema,
    parties: Type.Array(idSchema, { minItems: 2, maxItems: 200 }),
    openedAtMs: timeSchema,
    parameters: Type.Record(Type.String(), Type.Unknown()),
    log: Type.Array(signedStatementSchema, { minItems: 1, maxItems: statementLimit }),
  },
  closed,
);
export const entrySchema = Type.Union([
  openSchema,
  Type.Object({ entry: Type.Literal('message'), ...place, header: headerSchema, signature: signatureSchema }, closed),
  Type.Object({ entry: Type.Literal('note'), ...place, note: noteSchema, signature: signatureSchema }, closed),
]);
export const headSchema = Type.Object(
  {
    entry: Type.Literal('head'),
    by: idSchema,
    entries: Type.Integer({ minimum: 1 }),
    head: hashSchema,
    signature: signatureSchema,
  },
  closed,
);

export type Saying = Static<typeof sayingSchema>;
export type Note = Static<typeof noteSchema>;
export type Opening = Omit<Static<typeof openSchema>, 'entry' | 'seq' | 'previous' | 'log'> & { log: SignedStatement[] };
export type Entry = Static<typeof entrySchema>;
export type Head = Static<typeof headSchema>;
export type Item =
  | { readonly header: Message['header']; readonly signature: string }
  | { readonly note: Note; readonly signature: string };
export type Transcript = { readonly entries: readonly Entry[]; readonly head: string };

const readEntry = readerOf('entry', entrySchema);

export function parametersHash(parameters: Opening['parameters']): string {
  return digestOf(parametersWords, parameters);
}

/** A party's own words in a session; the other gets them and puts the same into its transcript. */
export function writeNote(key: Key<'signing'>, fields: Omit<Note, 'v'>): { note: Note; signature: string } {
  const note: Note = { ...fields, v: 1 };
  return { note, signature: signValue(key, noteWords, note) };
}

export function noteFits(note: Note, signature: string, signingKey: string): boolean {
  return signatureFits(signingKey, noteWords, note, signature);
}

/**
 * The one order of a session's items, from what is signed in them alone: by time, where no sender's time runs back; then by sender,
 * messages before notes, and number.
 */
export function inOrder(items: readonly Item[]): Item[] {
  const keyed = items.map((item) => ({ item, ...orderKey(item) }));
  const lanes = Map.groupBy(keyed, ({ lane }) => lane);
  for (const lane of lanes.values()) {
    lane.sort((a, b) => a.number - b.number);
    let latest = 0;
    for (const one of lane) {
      latest = Math.max(latest, one.atMs);
      one.atMs = latest;
    }
  }
  keyed.sort((a, b) => a.atMs - b.atMs || (a.lane < b.lane ? -1 : a.lane > b.lane ? 1 : a.number - b.number));
  return keyed.map(({ item }) => item);
}

/** A lane is what one sender numbers by itself. */
function orderKey(item: Item): { atMs: number; lane: string; number: number } {
  if ('note' in item) return { atMs: item.note.atMs, lane: `${item.note.by} note`, number: item.note.n };
  const { sentAtMs, from, to, seq } = item.header;
  return { atMs: sentAtMs, lane: `${from} message ${to}`, number: seq };
}

export function entryHash(entry: Entry): string {
  return digestOf(entryWords, entry);
}

/** Chains opening and items. @throws {ProtocolFault} malformed */
export function buildTranscript(opening: Opening, items: readonly Item[]): Transcript {
  const entries: Entry[] = [];
  let head = noHash;
  const contents = [{ entry: 'open', ...opening }, ...inOrder(items).map(entryOf)];
  for (const [seq, content] of contents.entries()) {
    const entry = readEntry({ ...content, seq, previous: head });
    entries.push(entry);
    head = entryHash(entry);
  }
  return { entries, head };
}

function entryOf(item: Item) {
  const { signature } = item;
  return 'note' in item ? { entry: 'note', note: item.note, signature } : { entry: 'message', header: item.header, signature };
}

const headOf = (opening: { federation: string; session: string }, head: Omit<Head, 'entry' | 'signature'>) => ({
  federation: opening.federation,
  session: opening.session,
  by: head.by,
  entries: head.entries,
  head: head.head,
});

/** A party's signature under the whole chain. */
export function signHead(key: Key<'signing'>, by: string, opening: Opening, { entries, head }: Transcript): Head {
  const unsigned = { by, entries: entries.length, head };
  return { entry: 'head', ...unsigned, signature: signValue(key, headWords, headOf(opening, unsigned)) };
}

export function headFits(opening: { federation: string; session: string }, head: Head, signingKey: string): boolean {
  return signatureFits(signingKey, headWords, headOf(opening, head), head.signature);
}

/** The file, heads in the order of their members' ids. */
export function writeTranscript(transcript: Transcript, heads: readonly Head[]): string {
  const last = [...heads].sort((a, b) => (a.by < b.by ? -1 : 1));
  return [...transcript.entries, ...last].map((line) => `${canonicalJson(line)}\n`).join('');
}
