// Survivorship: which source's value a trait shows, and why the others lost.
// A pure fold: the same values in any order give the same winner (property test), so merge and unmerge need no history of their own.

import { Fault } from '../../core/errors.ts';
import type { Json } from '../../core/model/event.ts';

export type Candidate = {
  value: Json;
  recordId: number;
  sourceId: number;
  source: string;
  /** When this source last said so, and the message that did. */
  observedAtMs: number;
  by: string;
  firstAtMs: number;
  /** How often this source said so. */
  count: number;
  setByHand: boolean;
};

export type Criterion = 'setByHand' | 'sourcePriority' | 'mostRecent' | 'mostFrequent' | 'mostComplete';
/** Criteria are asked in order until one of them tells the candidates apart. */
export type Rule = { criteria: readonly Criterion[]; sources?: readonly string[] };

export const defaultRule: Rule = { criteria: ['setByHand', 'mostRecent'] };

export type Survival = {
  winner: Candidate;
  decidedBy: Criterion | 'onlyOne';
  losers: { candidate: Candidate; lostBy: Criterion }[];
};

/**
 * Picks the value a golden record shows for one trait.
 * @param candidates every value seen, in any order, at least one
 * @returns the winner and the losers, each with the criterion that decided
 * @throws {Fault} `bad_request` when candidates is empty
 */
export function survive(rule: Rule, candidates: readonly Candidate[]): Survival {
  const first = candidates[0];
  if (!first) throw new Fault('bad_request', 'a trait without a value');
  const comparisons = comparisonsOf(rule, candidates);
  const ranked = [...candidates].sort((a, b) => compareBy(comparisons, a, b).order);
  const winner = ranked[0]!;
  const losers = ranked.slice(1).map((candidate) => ({ candidate, lostBy: compareBy(comparisons, winner, candidate).by }));
  const rival = losers.find((loser) => JSON.stringify(loser.candidate.value) !== JSON.stringify(winner.value));
  return { winner, decidedBy: rival ? rival.lostBy : losers[0] ? losers[0].lostBy : 'onlyOne', losers };
}

type Comparison = { by: Criterion; compare(a: Candidate, b: Candidate): number };

function comparisonsOf(rule: Rule, candidates: readonly Candidate[]): Comparison[] {
  const given = rule.criteria.map((by) => ({ by, compare: comparisonOf(by, rule, candidates) }));
  // What the rule leaves open is settled by time and then by text, so that no order of arrival shows through.
  return [...given, { by: 'mostRecent', compare: byTime }];
}

function comparisonOf(by: Criterion, rule: Rule, candidates: readonly Candidate[]): Comparison['compare'] {
  switch (by) {
    case 'setByHand':
      return (a, b) => Number(b.setByHand) - Number(a.setByHand);
    case 'sourcePriority': {
      const priority = (candidate: Candidate) => {
        const place = (rule.sources ?? []).indexOf(candidate.source);
        return place === -1 ? Number.MAX_SAFE_INTEGER : place;
      };
      return (a, b) => priority(a) - priority(b);
    }
    case 'mostRecent':
      return (a, b) => b.observedAtMs - a.observedAtMs;
    case 'mostFrequent': {
      const counts = new Map<string, number>();
      for (const candidate of candidates) {
        const name = JSON.stringify(candidate.value);
        counts.set(name, (counts.get(name) ?? 0) + candidate.count);
      }
      return (a, b) => counts.get(JSON.stringify(b.value))! - counts.get(JSON.stringify(a.value))!;
    }
    case 'mostComplete':
      return (a, b) => completeness(b.value) - completeness(a.value);
  }
}

function compareBy(comparisons: readonly Comparison[], a: Candidate, b: Candidate): { order: number; by: Criterion } {
  for (const { by, compare } of comparisons) {
    const order = compare(a, b);
    if (order !== 0) return { order, by };
  }
  return { order: 0, by: 'mostRecent' };
}

function byTime(a: Candidate, b: Candidate): number {
  if (a.observedAtMs !== b.observedAtMs) return b.observedAtMs - a.observedAtMs;
  if (a.by !== b.by) return a.by < b.by ? 1 : -1;
  const left = JSON.stringify([a.value, a.source]);
  const right = JSON.stringify([b.value, b.source]);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** How much a value says: filled fields of an object, characters of a text. */
function completeness(value: Json): number {
  if (value === null || value === '') return 0;
  if (typeof value === 'string') return value.length;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + completeness(item), 0);
  if (typeof value === 'object') return Object.values(value).reduce<number>((sum, item) => sum + 1 + completeness(item), 0);
  return 1;
}
