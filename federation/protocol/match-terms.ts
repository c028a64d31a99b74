// What two members agree on before they match, and the messages by which they do it. The terms are the parameters of the session's
// transcript: an officer approves them as they stand, and every later message is held to them.

import Type, { type Static } from 'typebox';
import { closed, hashSchema, idSchema, readerOf, timeSchema } from './signed.ts';
import { statementLimit } from './statements.ts';
import { ProtocolFault } from './words.ts';

export const matchLimits = {
  /** Different items of one kind on one side: memory holds a few lists of this length, 32 bytes an item. */
  items: 5_000_000,
  /** Tokens in one message, 512 KB of list. */
  chunkTokens: 16_384,
  kinds: 3,
  /** A proposal that nobody answered, and a match that nobody goes on with, end. */
  openMs: 14 * 86_400_000,
} as const;

/** In the order of the waterfall: who is found by the first is not looked for by the next. */
export const matchKinds = ['phone', 'email', 'card'] as const;
export type MatchKind = (typeof matchKinds)[number];
export const kindSchema = Type.Union([Type.Literal('phone'), Type.Literal('email'), Type.Literal('card')]);

/** How each kind is written before it is encoded: both sides have to have the same, or equal customers would not be found. */
export const normalisation = 'holdfast normal 1';

const size = Type.Integer({ minimum: 1, maximum: matchLimits.items });

export const termsSchema = Type.Object(
  {
    v: Type.Literal(1),
    kind: Type.Literal('match'),
    mode: Type.Union([Type.Literal('salted-hash'), Type.Literal('ecdh'), Type.Literal('count'), Type.Literal('sums')]),
    /** Who learns which of its own customers are shared; in count and sums the initiator learns, and no items. */
    learns: Type.Union([Type.Literal('initiator'), Type.Literal('responder'), Type.Literal('both'), Type.Literal('neither')]),
    initiator: idSchema,
    responder: idSchema,
    /** The member that counts before anything is shown; absent where no third one is there, and each side's own node keeps to the minimum. */
    counter: Type.Optional(idSchema),
    /** What the result is for. */
    use: Type.Union([Type.Literal('overlap'), Type.Literal('suppression'), Type.Literal('known-elsewhere')]),
    /** As the initiator's node calls it; the responder's officer is shown it and names their own. */
    purpose: Type.String({ pattern: '^[a-z][a-z0-9_.-]{0,63}$' }),
    /** In a sentence, for the officers: why. */
    reason: Type.String({ minLength: 1, maxLength: 500 }),
    kinds: Type.Array(kindSchema, {
      minItems: 1,
      maxItems: matchLimits.kinds,
      uniqueItems: true,
    }),
    normalisation: Type.String({ minLength: 1, maxLength: 100 }),
    /** Each side's customers, that is the longest of its lists. */
    minSize: size,
    maxSize: size,
    /** Below it nobody learns more than that it is too small. */
    minIntersection: size,
    /** How many different people of each side have approved, at least. */
    officers: Type.Integer({ minimum: 1, maximum: 5 }),
    /** scrypt's log2 N for salted hashes, as the keyed hash takes it (stretchLimits); absent without. */
    stretch: Type.Optional(Type.Integer({ minimum: 4, maximum: 20 })),
    /** What the responder's values are called, for `sums`. */
    sumOf: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    /** The counter's count is shown to the officers, who approve once more before anybody learns who. */
    countFirst: Type.Boolean(),
    proposedAtMs: timeSchema,
    /** The membership log that both go by, as far as the initiator had it. */
    log: Type.Object({ size: Type.Integer({ minimum: 1, maximum: statementLimit }), head: hashSchema }, closed),
  },
  closed,
);
export type MatchTerms = Static<typeof termsSchema>;
/** @throws {ProtocolFault} malformed */
export const readTerms = readerOf('terms', termsSchema);

export type MatchRole = 'initiator' | 'responder';

/**
 * What a schema cannot say of terms.
 * @throws {ProtocolFault} terms_wrong, normalisation_differs; `where` names the term
 */
export function checkTerms(terms: MatchTerms): void {
  const wrong = (where: string) => new ProtocolFault('terms_wrong', where);
  const { mode, learns, kinds, counter } = terms;
  if (terms.initiator === terms.responder) throw wrong('responder');
  if (counter === terms.initiator || counter === terms.responder) throw wrong('counter');
  if (terms.minSize > terms.maxSize) throw wrong('minSize');
  if (terms.minIntersection > terms.maxSize) throw wrong('minIntersection');
  if ((mode === 'count' || mode === 'sums') && learns !== 'initiator') throw wrong('learns');
  if (mode === 'sums' && kinds.length !== 1) throw wrong('kinds');
  if ((mode === 'sums') !== (terms.sumOf !== undefined)) throw wrong('sumOf');
  if (terms.stretch !== undefined && mode !== 'salted-hash') throw wrong('stretch');
  if (counter === undefined && (learns === 'neither' || terms.countFirst)) throw wrong('counter');
  const order = kinds.map((kind) => matchKinds.indexOf(kind));
  if (order.some((place, at) => at > 0 && place < order[at - 1]!)) throw wrong('kinds');
  if (terms.normalisation !== normalisation) throw new ProtocolFault('normalisation_differs', terms.normalisation);
}

export function learnsItems(terms: MatchTerms, role: MatchRole): boolean {
  return (terms.mode === 'ecdh' || terms.mode === 'salted-hash') && (terms.learns === role || terms.learns === 'both');
}

/** Kinds of messages between the two, in their order. Bodies of all but the first are sealed (match/channel.ts). */
export const matchMessages = {
  /** Terms, the initiator's key share wrapped for the responder, and the initiator's approvals. */
  proposal: 'match-proposal',
  /** The responder's key share wrapped for the initiator, its approvals, and the sizes of its lists. */
  acceptance: 'match-acceptance',
  /** Sizes of the initiator's lists. */
  ready: 'match-ready',
  /** A part of a list. */
  part: 'match-part',
  /** A side's officers have seen the count and agree to go on. */
  release: 'match-release',
  /** The key that the responder's values are encrypted under. */
  key: 'match-key',
  /** The encrypted total of the shared customers' values, for who can open it; and what it is. */
  total: 'match-total',
  sum: 'match-sum',
  /** A side says how it ended for it: done, too small, or a reason to stop. */
  end: 'match-end',
  /** A side's signature under the whole transcript. */
  head: 'match-head',
} as const;
