// Whether a match may be proposed, accepted or begun, as pure functions of the settings and of what happened before. Each refusal is a code with words
// for people; what is compared is numbers, never a customer.

import { type MatchKind, type MatchTerms, matchKinds, normalisation } from '../../federation/protocol/match-terms.ts';
import type { Words } from '../core/errors.ts';
import type { MatchSettings } from '../core/model/federation-config.ts';

export const nearLimits = {
  /** Two sets that differ by fewer are near, however small they are. */
  least: 10,
  /** Matches with one partner that a new one is compared with. */
  compared: 6,
} as const;

const say = (en: string, zh: string): Words => ({ en, zh });
export const gateWords = {
  normalisation_other: say('Values are written in another way than this node writes them.', '标准化方式与本节点不同。'),
  sizes_crossed: say('The smallest size is above the largest.', '最小规模大于最大规模。'),
  min_size_low: say('The smallest size is below what this node asks for.', '最小规模低于本节点的要求。'),
  max_size_high: say('The largest size is above what this node allows.', '最大规模超过本节点的上限。'),
  min_intersection_low: say(
    'The smallest number of shared customers is below what this node asks for.',
    '最小交集低于本节点的要求。',
  ),
  officers_low: say('Fewer people of each side approve than this node asks for.', '每一方的批准人数少于本节点的要求。'),
  own_too_small: say('This node brings fewer customers than the terms ask for.', '本方客户数少于条款要求。'),
  own_too_large: say('This node brings more customers than the terms allow.', '本方客户数超过条款上限。'),
  partner_too_small: say('The partner brings fewer customers than the terms ask for.', '对方客户数少于条款要求。'),
  partner_too_large: say('The partner brings more customers than the terms allow.', '对方客户数超过条款上限。'),
  budget_spent: say('The matches with this partner are used up for now.', '与该合作方的比对次数已用完。'),
  repeated_set: say(
    'These customers were brought to this partner before, without a change.',
    '此前已向该合作方提交过相同的客户集合。',
  ),
  near_set: say(
    'These customers differ by a few from those brought to this partner before: the difference of the answers would tell of single ones.',
    '与此前向该合作方提交的客户集合仅有少数差异，两次结果之差可能暴露个别客户。',
  ),
} as const;
export type GateCode = keyof typeof gateWords;
export type Refusal = { readonly code: GateCode; readonly got?: number; readonly need?: number };

/** Whether these terms are within what this node allows, whoever proposes them. */
export function judgeTerms(settings: MatchSettings, terms: MatchTerms): Refusal[] {
  const { minSize, maxSize, minIntersection } = terms;
  const refusals: Refusal[] = [];
  if (terms.normalisation !== normalisation) refusals.push({ code: 'normalisation_other' });
  if (minSize > maxSize) refusals.push({ code: 'sizes_crossed', got: minSize, need: maxSize });
  if (minSize < settings.minSize) refusals.push({ code: 'min_size_low', got: minSize, need: settings.minSize });
  if (maxSize > settings.maxSize) refusals.push({ code: 'max_size_high', got: maxSize, need: settings.maxSize });
  if (minIntersection < settings.minIntersection)
    refusals.push({ code: 'min_intersection_low', got: minIntersection, need: settings.minIntersection });
  if (terms.officers < settings.officers) refusals.push({ code: 'officers_low', got: terms.officers, need: settings.officers });
  return refusals;
}

/** Different items by kind; a kind that is not there has none. */
export type Sizes = { readonly [kind in MatchKind]?: number };

/** A side's customers: the longest of its lists. */
export function sizeOf(sizes: Sizes): number {
  return Math.max(0, ...matchKinds.map((kind) => sizes[kind] ?? 0));
}

export function judgeSizes(terms: MatchTerms, sizes: Sizes, whose: 'own' | 'partner'): Refusal[] {
  const got = sizeOf(sizes);
  if (got < terms.minSize) return [{ code: `${whose}_too_small`, got, need: terms.minSize }];
  if (got > terms.maxSize) return [{ code: `${whose}_too_large`, got, need: terms.maxSize }];
  return [];
}

/** What of a partner's budget is used up, for the transcript too. */
export type Budget = {
  readonly spent: number;
  readonly limit: number;
  readonly days: number;
  /** When the next match is free, where none is now. */
  readonly freeAtMs?: number;
};

/** @param startsMs when matches with the partner began, however they ended */
export function budgetOf({ perPartner }: MatchSettings, startsMs: readonly number[], nowMs: number): Budget {
  const { matches: limit, days } = perPartner;
  const spanMs = days * 86_400_000;
  const within = startsMs.filter((atMs) => atMs > nowMs - spanMs).sort((a, b) => a - b);
  const spent = within.length;
  // So many of the oldest have to be past before there is room for one.
  return { spent, limit, days, ...(spent >= limit && { freeAtMs: within[spent - limit]! + spanMs }) };
}

/** Fewer different items than this make two sets near. */
export function nearBelow({ nearSets }: MatchSettings, size: number): number {
  return Math.max(nearLimits.least, nearSets * size);
}

/** What a set is to one that was brought before. @param difference items that are in one of them only */
export function setAlarm(settings: MatchSettings, difference: number, size: number): 'repeated_set' | 'near_set' | undefined {
  if (difference === 0) return 'repeated_set';
  return difference < nearBelow(settings, size) ? 'near_set' : undefined;
}

/** Whether a partner's announced sizes are those of an earlier match but for a few. */
export function areNearSizes(settings: MatchSettings, now: Sizes, before: Sizes): boolean {
  const kinds = matchKinds.filter((kind) => now[kind] !== undefined && before[kind] !== undefined);
  if (kinds.length === 0) return false;
  return kinds.every((kind) => {
    const [a, b] = [now[kind]!, before[kind]!];
    return Math.abs(a - b) < nearBelow(settings, Math.max(a, b));
  });
}
