// What two members tell the coordinator as the neutral counter of their match, and what it says to both: bodies of the messages of
// tallyKinds. A list's body is a line of canonical JSON, a line end, and the tokens packed; a verdict's is canonical JSON.

import Type, { type Static } from 'typebox';
import { canonicalJson } from '../../crypto/canonical-json.ts';
import { type MatchKind, matchKinds, matchLimits } from './match-terms.ts';
import { closed, hashSchema, idSchema, parseCanonical, readerOf } from './signed.ts';
import { ProtocolFault } from './words.ts';

const tokenBytes = 32;
const lineLimitBytes = 2048;
const kindSchema = Type.Enum(matchKinds);
const countSchema = Type.Integer({ minimum: 0, maximum: matchLimits.items });

const partSchema = Type.Object(
  {
    v: Type.Literal(1),
    /** parametersHash of the terms that both approved. */
    terms: hashSchema,
    /** Whose list this one is counted against. */
    partner: idSchema,
    /** Every kind that the sender has a list of, in the order of the terms, with its number of tokens: the same in all parts. */
    kinds: Type.Array(Type.Object({ kind: kindSchema, tokens: countSchema }, closed), {
      minItems: 1,
      maxItems: matchLimits.kinds,
    }),
    kind: kindSchema,
    /** From 0. All parts but the last are full (matchLimits.chunkTokens); an empty list has one, without tokens. */
    part: Type.Integer({ minimum: 0, maximum: Math.ceil(matchLimits.items / matchLimits.chunkTokens) }),
    parts: Type.Integer({ minimum: 1, maximum: Math.ceil(matchLimits.items / matchLimits.chunkTokens) }),
    least: Type.Integer({ minimum: 1, maximum: matchLimits.items }),
    /** Whether the verdict says how many, or only whether there are enough. */
    tell: Type.Union([Type.Literal('verdict'), Type.Literal('count')]),
  },
  closed,
);
export type TallyPart = Static<typeof partSchema>;
export type TallyFields = Omit<TallyPart, 'v' | 'kinds' | 'kind' | 'part' | 'parts'>;

const verdictSchema = Type.Object(
  {
    v: Type.Literal(1),
    terms: hashSchema,
    /** `disagree`: the two sides told different terms. `refused`: nothing was counted; `reason` says why. */
    verdict: Type.Union([Type.Literal('enough'), Type.Literal('too-small'), Type.Literal('disagree'), Type.Literal('refused')]),
    /** `repeats`: a token stands in one list twice. `expired`: a side did not send all of its parts in time. */
    reason: Type.Optional(Type.Union([Type.Literal('repeats'), Type.Literal('expired')])),
    /** Shared tokens of each kind, only for `enough` where both asked for the count. */
    counts: Type.Optional(Type.Array(Type.Object({ kind: kindSchema, shared: countSchema }, closed))),
  },
  closed,
);
export type TallyVerdict = Static<typeof verdictSchema>;

const readPart = readerOf('tally', partSchema);
const readVerdict = readerOf('verdict', verdictSchema);

/** Parts of a list of so many tokens. */
export const tallyPartsOf = (tokens: number) => Math.max(1, Math.ceil(tokens / matchLimits.chunkTokens));
/** Tokens in one part of it. */
const tokensIn = (tokens: number, part: number) => Math.min(matchLimits.chunkTokens, tokens - part * matchLimits.chunkTokens);

/**
 * A side's lists as bodies of messages, one after the other.
 * @param lists n x 32 bytes for each kind, in the order of the terms  @throws {ProtocolFault} malformed
 */
export function* writeTallyParts(
  fields: TallyFields,
  lists: readonly { readonly kind: MatchKind; readonly tokens: Uint8Array }[],
): Generator<Buffer> {
  const kinds = lists.map(({ kind, tokens }) => ({ kind, tokens: tokens.length / tokenBytes }));
  for (const [at, { kind, tokens }] of lists.entries()) {
    const count = kinds[at]!.tokens;
    const parts = tallyPartsOf(count);
    for (let part = 0; part < parts; part += 1) {
      const line = canonicalJson(checked({ ...fields, v: 1, kinds, kind, part, parts }));
      const from = part * matchLimits.chunkTokens * tokenBytes;
      yield Buffer.concat([Buffer.from(`${line}\n`), tokens.subarray(from, from + tokensIn(count, part) * tokenBytes)]);
    }
  }
}

/** @throws {ProtocolFault} malformed, not_canonical: also where the parts do not make up the list that they announce */
export function readTallyPart(body: Uint8Array): { part: TallyPart; tokens: Uint8Array } {
  const end = body.subarray(0, lineLimitBytes).indexOf(10);
  if (end < 0) throw new ProtocolFault('malformed', 'tally');
  const part = checked(parseCanonical('tally', Buffer.from(body.subarray(0, end)).toString('utf8')));
  const tokens = body.subarray(end + 1);
  const announced = part.kinds.find(({ kind }) => kind === part.kind)!;
  if (tokens.length !== tokensIn(announced.tokens, part.part) * tokenBytes) throw new ProtocolFault('malformed', 'tally/tokens');
  return { part, tokens };
}

function checked(value: unknown): TallyPart {
  const part = readPart(value);
  const announced = part.kinds.filter(({ kind }) => kind === part.kind);
  if (announced.length !== 1 || new Set(part.kinds.map(({ kind }) => kind)).size !== part.kinds.length) {
    throw new ProtocolFault('malformed', 'tally/kinds');
  }
  if (part.parts !== tallyPartsOf(announced[0]!.tokens) || part.part >= part.parts) {
    throw new ProtocolFault('malformed', 'tally/parts');
  }
  return part;
}

export function writeTallyVerdict(verdict: Omit<TallyVerdict, 'v'>): Buffer {
  return Buffer.from(canonicalJson(readVerdict({ ...verdict, v: 1 })), 'utf8');
}

/** @throws {ProtocolFault} malformed, not_canonical */
export function readTallyVerdict(body: Uint8Array): TallyVerdict {
  return readVerdict(parseCanonical('verdict', Buffer.from(body).toString('utf8')));
}
