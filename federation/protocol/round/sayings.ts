// What can be said on the board of a round, and by whom it is signed: the entries that make up the round's transcript, word for word the same
// for everybody. Long things (public keys, sealed shares, ciphertexts, sums) are not in them: an entry holds them by their SHA-256.

import Type, { type Static } from 'typebox';
import type { Key } from '../../../crypto/keys.ts';
import {
  checkVersion,
  closed,
  digestOf,
  hashSchema,
  idSchema,
  readerOf,
  signatureFits,
  signatureSchema,
  signValue,
  timeSchema,
} from '../signed.ts';
import { noHash } from '../statements.ts';
import { roundLimits, roundTermsSchema } from './round-terms.ts';

const entryWords = 'holdfast federation round entry 1';
const lineWords = 'holdfast federation round line 1';

export const boardLimits = {
  lines: 200_000,
  /** An entry as canonical JSON: the terms of many features are the longest. */
  entryBytes: 1_000_000,
  /** A thing that an entry holds by its hash. */
  blobBytes: 16 * 1024 * 1024,
} as const;

const text = Type.String({ minLength: 1, maxLength: 500 });
const sum = Type.Integer({ minimum: 0, maximum: roundLimits.sums - 1 });
const batch = Type.Integer({ minimum: 0, maximum: roundLimits.sums - 1 });
const members = Type.Array(idSchema, { maxItems: roundLimits.membersMax, uniqueItems: true });
const approvals = Type.Array(Type.Object({ officer: text, reason: text }, closed), { minItems: 1, maxItems: 8 });
const amount = Type.Number({ minimum: 0, maximum: 1e15 });
const budget = Type.Optional(Type.Object({ budget: text, spent: amount, limit: amount }, closed));
const digests = Type.Array(hashSchema, { minItems: 1, maxItems: 4096 });
const metrics = Type.Record(Type.String({ minLength: 1, maxLength: 40 }), Type.Number());

export const sayingSchema = Type.Union([
  Type.Object({ kind: Type.Literal('proposal'), terms: roundTermsSchema, approvals, budget }, closed),
  Type.Object({ kind: Type.Literal('acceptance'), approvals, budget }, closed),
  /** The custodian: its public key, and for each member the secret that sums are sealed by, wrapped for it. */
  Type.Object(
    { kind: Type.Literal('custody'), publicKey: digests, secrets: Type.Record(idSchema, hashSchema), approvals },
    closed,
  ),
  /** Public keys and commitments of the sums of a batch (`batchSums`). */
  Type.Object({ kind: Type.Literal('keys'), batch, keys: digests }, closed),
  /** The coordinator: these have given keys. */
  Type.Object({ kind: Type.Literal('keyed'), batch, members }, closed),
  /** To each other member that was keyed its shares of them, sealed; and what pair seeds are agreed with. */
  Type.Object({ kind: Type.Literal('shares'), batch, shares: Type.Record(idSchema, digests) }, closed),
  /** The coordinator: these have given shares too; sums of the batch are theirs. */
  Type.Object({ kind: Type.Literal('batched'), batch, members }, closed),
  /** A member's values, masked and encrypted. `about`: which sum of the computation it is. */
  Type.Object(
    {
      kind: Type.Literal('contribution'),
      sum,
      about: Type.String({ minLength: 1, maxLength: 200 }),
      values: Type.Integer({ minimum: 1, maximum: roundLimits.values }),
      ciphertexts: digests,
    },
    closed,
  ),
  /** The coordinator: whose contributions are added. */
  Type.Object({ kind: Type.Literal('closed'), sum, survivors: members, ciphertexts: digests }, closed),
  /** A survivor has seen the board up to there, with that set of survivors. */
  Type.Object({ kind: Type.Literal('confirmation'), sum }, closed),
  /** To the custodian: its own seed, and shares of the masks of those who gave nothing. */
  Type.Object({ kind: Type.Literal('reveal'), sum, sealed: hashSchema }, closed),
  /** The coordinator: these have confirmed or contributed and not revealed; shares of their seeds are asked for. */
  Type.Object({ kind: Type.Literal('missing'), sum, members }, closed),
  /** To the custodian: shares of the seeds of those. */
  Type.Object({ kind: Type.Literal('recovery'), sum, sealed: hashSchema }, closed),
  /**
   * The custodian: the sum, sealed for the members. `salted`: SHA-256 of a salt and the values, which tells who has not the salt nothing.
   * `secrets`: a new secret that this sum and later ones are sealed by, wrapped for each of those who still take part.
   */
  Type.Object(
    {
      kind: Type.Literal('opened'),
      sum,
      salted: hashSchema,
      sealed: digests,
      secrets: Type.Optional(Type.Record(idSchema, hashSchema)),
    },
    closed,
  ),
  /** The coordinator: these have not said how the model does, or have not voted, in time. */
  Type.Object({ kind: Type.Literal('absent'), members }, closed),
  /** Of a vertical round: the owner of the labels asks a partner, or it answers. The bytes, in parts, are sealed for whom it is to. */
  Type.Object(
    {
      kind: Type.Literal('exchange'),
      to: idSchema,
      /** From 0 for each partner; an answer has the number of its question. */
      number: Type.Integer({ minimum: 0, maximum: boardLimits.lines }),
      about: Type.String({ minLength: 1, maxLength: 40 }),
      digests,
    },
    closed,
  ),
  /** What came out, by its hash, and how it does on the member's own holdout. */
  Type.Object(
    { kind: Type.Literal('model'), model: hashSchema, metrics, rows: Type.Integer({ minimum: 0, maximum: 1e9 }) },
    closed,
  ),
  Type.Object({ kind: Type.Literal('vote'), adopt: Type.Boolean(), officer: text, reason: text }, closed),
  /** An officer says no, or a node cannot go on. */
  Type.Object(
    { kind: Type.Literal('stop'), code: Type.String({ pattern: '^[a-z_]{1,60}$' }), reason: Type.Optional(text) },
    closed,
  ),
  /** The coordinator: time has run out. */
  Type.Object({ kind: Type.Literal('expired') }, closed),
]);
export type Saying = Static<typeof sayingSchema>;
export type SayingOf<Kind extends Saying['kind']> = Extract<Saying, { kind: Kind }>;

const entrySchema = Type.Object(
  {
    v: Type.Literal(1),
    federation: idSchema,
    round: idSchema,
    by: idSchema,
    /** From 0 for each author. */
    n: Type.Integer({ minimum: 0, maximum: boardLimits.lines }),
    /** Lines of the board that its author had seen, and the head of the last of them. */
    seen: Type.Object({ lines: Type.Integer({ minimum: 0, maximum: boardLimits.lines }), head: hashSchema }, closed),
    atMs: timeSchema,
    says: sayingSchema,
  },
  closed,
);
export const signedEntrySchema = Type.Object({ entry: entrySchema, signature: signatureSchema }, closed);
export type Entry = Static<typeof entrySchema>;
export type SignedEntry = Static<typeof signedEntrySchema>;

const readForm = readerOf('entry', signedEntrySchema);

/** @throws {ProtocolFault} malformed, version_newer, version_older */
export function readEntry(value: unknown): SignedEntry {
  if (typeof value === 'object' && value !== null && 'entry' in value) checkVersion(value.entry, 1);
  return readForm(value);
}

export function signEntry(key: Key<'signing'>, entry: Omit<Entry, 'v'>): SignedEntry {
  const whole: Entry = { ...entry, v: 1 };
  return { entry: whole, signature: signValue(key, entryWords, whole) };
}

/** @param signingKey base64url */
export function entryFits({ entry, signature }: SignedEntry, signingKey: string): boolean {
  return signatureFits(signingKey, entryWords, entry, signature);
}

/** The head of a board after one more line: it holds all that stands before it. */
export function nextHead(head: string, line: number, signed: SignedEntry): string {
  return digestOf(lineWords, { line, previous: head, entry: signed });
}

export const emptyBoard = { lines: 0, head: noHash } as const;

/** Digests of the long things that somebody put down for an entry. Those of `closed` are the coordinator's own. */
export function namedBy(says: Saying): readonly string[] {
  switch (says.kind) {
    case 'custody':
      return [...says.publicKey, ...Object.values(says.secrets)];
    case 'keys':
      return says.keys;
    case 'shares':
      return Object.values(says.shares).flat();
    case 'contribution':
    case 'closed':
      return says.ciphertexts;
    case 'reveal':
    case 'recovery':
      return [says.sealed];
    case 'opened':
      return [...says.sealed, ...Object.values(says.secrets ?? {})];
    case 'exchange':
      return says.digests;
    default:
      return [];
  }
}
