// What a round promises by noise (differential privacy): to whom, how much, and from what noise that follows. Officers approve it with the rest of
// the terms, and every side works the figures out again: terms that promise more than their noise gives are refused when they are proposed.

import Type, { type Static } from 'typebox';
import { thresholdOf } from '../../../crypto/masks/masks.ts';
import { epsilonOfRho, positiveRational, type Rational, rhoOf, shareOfNoise } from '../../../crypto/privacy/privacy.ts';
import { closed } from '../signed.ts';
import { ProtocolFault } from '../words.ts';
import { columnCount, type Feature, type Learning, type LearningOf } from './learning-terms.ts';

/** Sums of counts that edges of bins follow from (protocol/trees/edges.ts). */
const edgeSums = 4;
/** Deeper levels may have more nodes than one step splits (64), and so more sums than one for a level. */
const depthMost = 8;
/** Below it a sum of shares is not quite one Gaussian, word for word (docs/decisions/differential-privacy.md: tau). */
const leastShare = 4n;
const membersLeast = 3;
/** Ledgers convert on a grid of orders, which gives a little more than all orders would. */
const aboveLeast = 1.002;

export const privacySchema = Type.Object(
  {
    /** Neighbours differ in one row that is learned from, or in everything that one member sends. */
    unit: Type.Union([Type.Literal('row'), Type.Literal('member')]),
    epsilon: Type.Number({ exclusiveMinimum: 0, maximum: 1000 }),
    delta: Type.Number({ exclusiveMinimum: 0, maximum: 0.01 }),
    /** Of every sum: variance over the squared sensitivity, as a fraction, so that all draw from the same distribution to the last bit. */
    noise: Type.Object(
      { numerator: Type.Integer({ minimum: 1, maximum: 2 ** 40 }), denominator: Type.Integer({ minimum: 1, maximum: 2 ** 20 }) },
      closed,
    ),
    /**
     * Members that stay in every sum and tell nobody their noise: these alone have all of it. Fewer than the threshold, since every reader of a
     * sum is a member and knows its own.
     */
    honest: Type.Integer({ minimum: 1, maximum: 99 }),
  },
  closed,
);
export type Privacy = Static<typeof privacySchema>;
export type PrivacyUnit = Privacy['unit'];

type Given = {
  readonly members: readonly string[];
  readonly against: 'malicious' | 'semi-honest';
  readonly schema: { readonly features: readonly Feature[] };
  readonly learn: Learning;
  readonly privacy?: Privacy;
};

/** Whom noise can protect, by what is learned. */
export const unitOf: { readonly [kind in Learning['kind']]: PrivacyUnit | undefined } = {
  trees: 'row',
  averaging: 'member',
  // Gradient and curvature with noise would need bounds that Newton's method has not.
  logistic: undefined,
  // Sums go to the owner of the labels alone, who knows the gradients; noise in them is not worked out.
  'vertical-trees': undefined,
};

/** Sums that one row, or member, is part of, at most; each has noise of its own. */
export function releasesOf(learn: Learning): number {
  if (learn.kind === 'trees') return edgeSums + 1 + learn.trees * learn.maxDepth;
  if (learn.kind === 'vertical-trees') return learn.trees * learn.maxDepth;
  return learn.kind === 'averaging' ? learn.rounds : learn.iterations + 1;
}

/** Of zCDP: each release costs half the squared sensitivity over the variance. */
export function rhoOfTerms({ learn, privacy }: { readonly learn: Learning; readonly privacy: Privacy }): number {
  const { numerator, denominator } = privacy.noise;
  return (releasesOf(learn) * denominator) / (2 * numerator);
}

/** What the noise of these terms gives at their delta. */
export function epsilonOfTerms(terms: { readonly learn: Learning; readonly privacy: Privacy }): number {
  return epsilonOfRho(rhoOfTerms(terms), terms.privacy.delta);
}

/** Members that have to go on together, and so the most that `honest` can be and one. */
const stayOf = ({ members, against }: Pick<Given, 'members' | 'against'>): number =>
  Math.max(membersLeast, thresholdOf(members.length, against));

export const honestMost = (terms: Pick<Given, 'members' | 'against'>): number => stayOf(terms) - 1;

/** @throws {ProtocolFault} privacy_unsupported, terms_wrong naming what does not fit together */
export function checkPrivacy({ privacy, ...terms }: Given): void {
  if (!privacy) return;
  const { learn } = terms;
  const unit = unitOf[learn.kind];
  if (unit !== privacy.unit) throw new ProtocolFault('privacy_unsupported', `${learn.kind}: ${unit ?? '-'}`);
  const wrong = (where: string) => new ProtocolFault('terms_wrong', where);
  if (learn.kind === 'trees' && (learn.growth !== 'depth' || learn.maxDepth > depthMost)) throw wrong('learn/maxDepth');
  if (learn.kind === 'averaging' && learn.weighting.by !== 'equal') throw wrong('learn/weighting');
  if (learn.kind === 'averaging' && learn.robust) throw wrong('learn/robust');
  if (privacy.honest > honestMost(terms)) throw wrong('privacy/honest');
  // Within the last bits of the formulas.
  if (!(epsilonOfTerms({ learn, privacy }) <= privacy.epsilon * (1 + 1e-9))) throw wrong('privacy/epsilon');
}

/**
 * What each member draws with, for words that one row or member moves by an L2 distance of at most the root of `sensitivity2`. Where units are so
 * coarse that the share is below 4 it is 4: more noise than was promised.
 */
export function shareFor({ noise, honest }: Privacy, sensitivity2: bigint): Rational {
  const sigma2 = { numerator: BigInt(noise.numerator) * sensitivity2, denominator: BigInt(noise.denominator) };
  const share = shareOfNoise(sigma2, honest);
  return share.numerator < leastShare * share.denominator
    ? positiveRational({ numerator: leastShare, denominator: 1n }, 'share')
    : share;
}

/** Noise over sensitivity in a sum of so many members, all of them. */
export function multiplierIn({ noise, honest }: Privacy, members: number): number {
  return Math.sqrt((noise.numerator / noise.denominator) * (members / honest));
}

/** Noise that keeps a promise, rounded upwards; for whoever proposes. @throws {ProtocolFault} privacy_unsupported */
export function privacyFor(
  terms: Pick<Given, 'members' | 'against' | 'learn'>,
  wanted: { readonly epsilon: number; readonly delta: number; readonly unit?: PrivacyUnit },
): Privacy {
  const { epsilon, delta } = wanted;
  const unit = unitOf[terms.learn.kind];
  if (unit === undefined || (wanted.unit ?? unit) !== unit)
    throw new ProtocolFault('privacy_unsupported', `${terms.learn.kind}: ${unit ?? '-'}`);
  const denominator = 1024;
  const numerator = Math.ceil((releasesOf(terms.learn) / (2 * rhoOf({ epsilon, delta }))) * denominator * aboveLeast);
  return { unit, epsilon, delta, noise: { numerator, denominator }, honest: honestMost(terms) };
}

/** Of rounds of trees: what noisy counts and histograms are read by, alike for all. */
export type TreeNoise = {
  /** Counts below it are taken for empty: noise of three deviations. */
  readonly cutoff: number;
  /** Rows' worth of room for noise in the fixed point. */
  readonly headroom: number;
};

export function treeNoiseOf(terms: Given & { readonly privacy: Privacy }): TreeNoise {
  const { bins } = terms.learn as LearningOf<'trees'>;
  const deviation = multiplierIn(terms.privacy, terms.members.length) * Math.sqrt(columnCount(terms.schema.features));
  return { cutoff: Math.ceil(3 * deviation), headroom: 64 + Math.ceil((32 + 4 * bins) * deviation) };
}

/** Steps of a word that updates leave free for noise of a dozen deviations. @param bound of a word of one member */
export function reserveFor({ noise, honest }: Privacy, bound: number): number {
  const share = 13 * Math.sqrt(noise.numerator / noise.denominator / honest);
  return Math.ceil(bound * (share / (1 + share)));
}
