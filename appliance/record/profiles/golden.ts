// The golden record: one value for each trait of a person, chosen by survivorship from what all its records say, with the
// lineage that shows which source won, when, by which criterion, and what lost.

import type { Json } from '../../core/model/event.ts';
import type { Held } from './cache.ts';
import { type Candidate, type Criterion, defaultRule, type Rule, survive } from './survivorship.ts';

/** What is known of sources when a person is read: names by id, and which of them is people typing values in. */
export type Sources = { nameOf(id: number): string; isByHand(id: number): boolean };

export type Lineage = {
  value: Json;
  source: string;
  recordId: number;
  observedAtMs: number;
  decidedBy: Criterion | 'onlyOne';
  others: { value: Json; source: string; recordId: number; observedAtMs: number; times: number; lostBy: Criterion }[];
};
export type GoldenRecord = { [trait: string]: Lineage };

/** Losing values shown of one trait. */
export const goldenLimits = { others: 20 } as const;

type Rules = { readonly [trait: string]: Rule };
type Told = Pick<Held, 'recordId' | 'sourceId' | 'state'>;

export function goldenRecord(records: readonly Told[], rules: Rules, sources: Sources): GoldenRecord {
  const names = new Set(records.flatMap(({ state }) => Object.keys(state.traits)));
  const golden: GoldenRecord = Object.create(null) as GoldenRecord;
  for (const trait of [...names].sort()) {
    const lineage = traitOf(records, rules, sources, trait);
    if (lineage) golden[trait] = lineage;
  }
  return golden;
}

/** One trait of it; undefined when nobody says anything. */
export function traitOf(records: readonly Told[], rules: Rules, sources: Sources, trait: string): Lineage | undefined {
  if (trait === 'consents') return undefined;
  const candidates: Candidate[] = [];
  for (const record of records) {
    const told = record.state.traits[trait];
    if (!told) continue;
    const values = Object.values(told);
    const forgottenAtMs = lastForgotten(values);
    for (const value of values) {
      if (isNothing(value.value) || value.atMs < forgottenAtMs) continue;
      candidates.push({
        value: value.value,
        recordId: record.recordId,
        sourceId: record.sourceId,
        source: sources.nameOf(record.sourceId),
        observedAtMs: value.atMs,
        by: value.by,
        firstAtMs: value.firstAtMs,
        // A trait with more values than are kept has given up counting.
        count: Math.max(1, value.count),
        setByHand: sources.isByHand(record.sourceId),
      });
    }
  }
  if (candidates.length === 0) return undefined;
  return lineageOf(survive(Object.hasOwn(rules, trait) ? rules[trait]! : (rules['*'] ?? defaultRule), candidates));
}

function lineageOf(survival: ReturnType<typeof survive>): Lineage {
  const { winner, decidedBy, losers } = survival;
  return {
    value: winner.value,
    source: winner.source,
    recordId: winner.recordId,
    observedAtMs: winner.observedAtMs,
    decidedBy,
    others: losers.slice(0, goldenLimits.others).map(({ candidate, lostBy }) => ({
      value: candidate.value,
      source: candidate.source,
      recordId: candidate.recordId,
      observedAtMs: candidate.observedAtMs,
      times: candidate.count,
      lostBy,
    })),
  };
}

/** An empty value from a source takes back what that source said before. */
function lastForgotten(values: readonly { value: Json; atMs: number }[]): number {
  let atMs = Number.NEGATIVE_INFINITY;
  for (const value of values) if (isNothing(value.value) && value.atMs > atMs) atMs = value.atMs;
  return atMs;
}

function isNothing(value: Json): boolean {
  return value === null || value === '';
}
