// What the configuration says of matches with other organisations: how small and how large they may be, how often a partner may ask, and from when
// on two questions are so alike that their difference would tell of single customers.

import { type ListenDeclaration, listenSchema } from './listen-config.ts';

export type FederationDeclaration = {
  /** Where a coordinator in this node listens for the other members, for a federation that this node founded with one of its own. */
  listen?: ListenDeclaration;
  match?: {
    /** Customers that each side has at least. */
    minSize?: number;
    maxSize?: number;
    /** Shared customers below which nobody learns more than that there are too few. */
    minIntersection?: number;
    /** Matches with one partner in so many days. */
    perPartner?: { matches: number; days: number };
    /** How many different people of each side approve a match. */
    officers?: number;
    /** Part of a list: two that differ by less are one question asked twice. */
    nearSets?: number;
  };
  /** What each partner may be told about each dataset, over matches and rounds together. */
  privacy?: {
    /** Of answers with noise. */
    epsilon?: number;
    delta?: number;
    /** Answers without noise: matches, and rounds of exact sums. */
    answers?: number;
  };
};

export type PrivacySettings = { readonly epsilon: number; readonly delta: number; readonly answers: number };

export const defaultPrivacySettings: PrivacySettings = { epsilon: 10, delta: 1e-6, answers: 200 };

export const privacySettings = (declaration: FederationDeclaration = {}): PrivacySettings => ({
  ...defaultPrivacySettings,
  ...declaration.privacy,
});

export type MatchSettings = {
  readonly minSize: number;
  readonly maxSize: number;
  readonly minIntersection: number;
  readonly perPartner: { readonly matches: number; readonly days: number };
  readonly officers: number;
  readonly nearSets: number;
};

/** As many as a match can hold (federation/protocol/match-terms.ts). */
const sizeMost = 5_000_000;

export const defaultMatchSettings: MatchSettings = {
  minSize: 1_000,
  maxSize: 1_000_000,
  minIntersection: 100,
  perPartner: { matches: 6, days: 30 },
  officers: 2,
  nearSets: 0.001,
};

/** @throws {Error} for numbers that leave no match possible */
export function matchSettings(declaration: FederationDeclaration = {}): MatchSettings {
  const settings = { ...defaultMatchSettings, ...declaration.match };
  const { minSize, maxSize, minIntersection } = settings;
  if (minSize > maxSize) throw new Error(`minSize ${minSize} is above maxSize ${maxSize}`);
  if (minIntersection > maxSize) throw new Error(`minIntersection ${minIntersection} is above maxSize ${maxSize}`);
  return settings;
}

const size = { type: 'integer', minimum: 1, maximum: sizeMost } as const;

export const federationSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    listen: listenSchema(1),
    match: {
      type: 'object',
      additionalProperties: false,
      properties: {
        minSize: size,
        maxSize: size,
        minIntersection: size,
        perPartner: {
          type: 'object',
          additionalProperties: false,
          required: ['matches', 'days'],
          properties: {
            matches: { type: 'integer', minimum: 1, maximum: 1_000 },
            days: { type: 'integer', minimum: 1, maximum: 366 },
          },
        },
        officers: { type: 'integer', minimum: 1, maximum: 2 },
        nearSets: { type: 'number', minimum: 0, maximum: 0.5 },
      },
    },
    privacy: {
      type: 'object',
      additionalProperties: false,
      properties: {
        epsilon: { type: 'number', minimum: 0, maximum: 1_000 },
        delta: { type: 'number', exclusiveMinimum: 0, maximum: 0.01 },
        answers: { type: 'integer', minimum: 0, maximum: 1_000_000 },
      },
    },
  },
} as const;
