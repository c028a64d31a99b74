// What the organisations of a round agree on before anything is computed: the parameters that every officer approves as they stand, and that
// every later entry of the round's board is held to.

import Type, { type Static } from 'typebox';
import { canonicalJson } from '../../../crypto/canonical-json.ts';
import { thresholdOf as sharesThreshold } from '../../../crypto/masks/masks.ts';
import { checkVersion, closed, hashSchema, idSchema, readerOf, timeSchema } from '../signed.ts';
import { statementLimit } from '../statements.ts';
import { ProtocolFault } from '../words.ts';
import { learningFault, learningSchema } from './learning-terms.ts';
import { checkPrivacy, privacySchema } from './privacy-terms.ts';
import { isVertical, verticalLimits } from './vertical-terms.ts';

export { columnCount, groupCount, type Learning, type LearningOf, parameterCount, updateTermsOf } from './learning-terms.ts';
export { type Privacy, type PrivacyUnit, privacyFor } from './privacy-terms.ts';

export const roundLimits = {
  /** Fewer would let two see the third's data in the sum. Of a vertical round, which sums nobody's vectors, verticalLimits has its own. */
  membersMin: 3,
  membersMax: 100,
  features: 1_000,
  levels: 1_000,
  /** Of one member, and of all together. */
  rows: 8_000_000,
  rowsOfAll: 67_108_864,
  /** Sums of one round. */
  sums: 10_000,
  /** Sums that keys and shares are given out for at a time: fewer messages, and secrets that lie for longer. */
  batchSums: 32,
  /** Numbers in one sum. */
  values: 1_048_576,
  /** A proposal that not all have answered ends. */
  openMs: 14 * 86_400_000,
} as const;

/** Largest absolute value of a sum over all members: below half of the modulus that sums are taken by. */
export const sumBound = 2_147_000_000;

const text = Type.String({ minLength: 1, maxLength: 500 });
const name = Type.String({ minLength: 1, maxLength: 200 });

const featureSchema = Type.Object(
  {
    name,
    kind: Type.Union([Type.Literal('number'), Type.Literal('category')]),
    /** Of a category: the values that all know; another one counts as missing. */
    levels: Type.Optional(Type.Array(name, { minItems: 1, maxItems: roundLimits.levels, uniqueItems: true })),
    /** Of a number, where anything but trees is learned: a power of two that values are cut to, and whose 2^26th part they are rounded to. */
    limit: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    /** Of a vertical round: whose column it is. */
    of: Type.Optional(idSchema),
  },
  closed,
);

const schemaSchema = Type.Object(
  {
    label: Type.Object({ name, positive: name }, closed),
    /** Of nodes that make rows of their own customers: which ready-made question the label answers, over how many days. */
    question: Type.Optional(
      Type.Object(
        {
          name: Type.String({ pattern: '^[a-z][a-z0-9_]{0,63}$' }),
          horizonDays: Type.Integer({ minimum: 1, maximum: 3650 }),
          activeDays: Type.Integer({ minimum: 1, maximum: 3650 }),
        },
        closed,
      ),
    ),
    features: Type.Array(featureSchema, { minItems: 1, maxItems: roundLimits.features }),
  },
  closed,
);

export const roundTermsSchema = Type.Object(
  {
    v: Type.Literal(1),
    kind: Type.Literal('round'),
    /** In the order of their ids; the proposer is one of them. */
    members: Type.Array(idSchema, { minItems: verticalLimits.membersMin, maxItems: roundLimits.membersMax, uniqueItems: true }),
    /** Orders the board and adds what it cannot read. It is no member of the round. */
    coordinator: idSchema,
    /** Has the key that opens sums; it may be a member of the round, and is never the coordinator. */
    custodian: idSchema,
    purpose: Type.String({ pattern: '^[a-z][a-z0-9_.-]{0,63}$' }),
    reason: text,
    schema: schemaSchema,
    learn: learningSchema,
    /** Noise in every sum, and what it promises; without it sums are exact. */
    privacy: Type.Optional(privacySchema),
    /** Against whom masks hold: a coordinator that lies, or one that follows the protocol and looks. */
    against: Type.Union([Type.Literal('malicious'), Type.Literal('semi-honest')]),
    /** What pair seeds are agreed by. */
    agreement: Type.Union([Type.Literal('x-wing'), Type.Literal('x25519')]),
    /** Of homomorphic encryption, by the name in its table. */
    encryption: Type.Union([Type.Literal('bfv-4096'), Type.Literal('bfv-8192')]),
    /** Who gives nothing for so long is left out of the sum, and of all that follow. */
    patienceMs: Type.Integer({ minimum: 1_000, maximum: 30 * 86_400_000 }),
    /** Different people of each organisation who have approved, at least. */
    officers: Type.Integer({ minimum: 1, maximum: 5 }),
    /** Rows that a member brings at least; who has fewer does not take part. */
    minRows: Type.Integer({ minimum: 1, maximum: 1e9 }),
    proposedAtMs: timeSchema,
    /** The membership log that it is proposed under. */
    log: Type.Object({ size: Type.Integer({ minimum: 1, maximum: statementLimit }), head: hashSchema }, closed),
  },
  closed,
);
export type RoundTerms = Static<typeof roundTermsSchema>;
export type RoundSchema = RoundTerms['schema'];
export type Feature = RoundSchema['features'][number];

const read = readerOf('terms', roundTermsSchema);

/**
 * Members that a round goes on with at least. Their shares open what a member that is gone has hidden: more than any coalition that a round holds out
 * against (Bonawitz et al. 2017, section 6), and never fewer than three. A vertical round needs everybody's columns.
 */
export function goingOn(terms: Pick<RoundTerms, 'members' | 'against' | 'learn'>): number {
  return isVertical(terms) ? terms.members.length : Math.max(roundLimits.membersMin, thresholdOf(terms));
}

export function thresholdOf({ members, against }: Pick<RoundTerms, 'members' | 'against'>): number {
  return sharesThreshold(members.length, against);
}

/** Rows that one member brings at most, so that sums of all stay exact. */
export const rowsMost = ({ members }: Pick<RoundTerms, 'members'>): number =>
  Math.min(roundLimits.rows, Math.floor(roundLimits.rowsOfAll / members.length));

/** @throws {ProtocolFault} malformed, version_newer, version_older, privacy_unsupported, terms_wrong naming what does not fit together */
export function readRoundTerms(value: unknown): RoundTerms {
  checkVersion(value, 1);
  const terms = read(value);
  const wrong = (where: string) => new ProtocolFault('terms_wrong', where);
  const { members, coordinator, custodian, schema } = terms;
  if (members.some((member, at) => at > 0 && member <= members[at - 1]!)) throw wrong('members');
  if (members.includes(coordinator)) throw wrong('coordinator');
  if (custodian === coordinator) throw wrong('custodian');
  // Two sides of a vertical round may call a column the same.
  const names = schema.features.map(({ name, of }) => canonicalJson([name, of ?? '']));
  const isLabel = schema.features.some((feature) => feature.name === schema.label.name);
  if (new Set(names).size !== names.length || isLabel) throw wrong('schema');
  if (schema.features.some(({ kind, levels }) => (kind === 'category') !== (levels !== undefined))) throw wrong('schema/levels');
  const fault = learningFault(terms, roundLimits.values);
  if (fault !== undefined) throw wrong(fault);
  checkPrivacy(terms);
  return terms;
}
