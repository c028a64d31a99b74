// Over which days a question is asked, where the organisation's own rhythm says so: nine of ten orders follow the one before within the horizon, so
// that who places none for so long does what hardly any customer does who stays. And the past moments that rows are made at.

import { Fault } from '../../../core/errors.ts';
import { dayMs } from '../scoring/scoring.ts';
import type { Question } from './questions.ts';

export const horizonLimits = {
  /** Of the gaps between orders that follow each other: this share is no longer than the horizon. */
  gapShare: 0.9,
  /** Gaps from which on they say something of everybody. */
  gaps: 100,
  shortestDays: 28,
  longestDays: 182,
  /** Without enough gaps. */
  usualDays: 90,
  /** Cut-offs that the history should have room for, each a horizon before the next. */
  roomFor: 3,
} as const;

export type Horizon = { readonly horizonDays: number; readonly activeDays: number };

/** What everybody's past says, before anything is asked. */
export type Survey = {
  readonly persons: number;
  /** Days between orders that follow each other, in any order. */
  readonly gapsDays: Float64Array;
  /** The first moment that anything is known of, and the last up to which the record is as full as it usually is. */
  readonly knownFromMs: number;
  readonly knownUntilMs: number;
};

/** @param asked what somebody set by hand, in days */
export function horizonOf(question: Question, survey: Survey, asked: Partial<Horizon> = {}): Horizon {
  const own = () => ownDays(survey);
  const horizonDays = asked.horizonDays ?? (question.horizonDays === 'own' ? own() : question.horizonDays);
  const activeDays = asked.activeDays ?? (question.activeDays === 'own' ? horizonDays : question.activeDays);
  return { horizonDays, activeDays };
}

/** In whole weeks, since days of the week differ, and no longer than leaves room for a few cut-offs. */
function ownDays({ gapsDays, knownFromMs, knownUntilMs }: Survey): number {
  const { gapShare, gaps, shortestDays, longestDays, usualDays, roomFor } = horizonLimits;
  const sorted = gapsDays.slice().sort();
  const days = sorted.length < gaps ? usualDays : sorted[Math.ceil(sorted.length * gapShare) - 1]!;
  const room = (knownUntilMs - knownFromMs) / dayMs / (roomFor + 1);
  const weeks = Math.min(Math.ceil(days / 7), Math.floor(Math.max(room, shortestDays) / 7));
  return Math.min(longestDays, Math.max(shortestDays, 7 * weeks));
}

/**
 * Moments at which rows are made, the earliest first: the latest such that the whole horizon after it is known, the others a horizon before the
 * next, so that no moment counts for two answers. Each has the days behind it by which it is told of whom the question is asked.
 * @throws {Fault} `cannot_train` when the history is too short for one
 */
export function cutOffsOf(question: Question, { horizonDays, activeDays }: Horizon, survey: Survey): number[] {
  const { knownFromMs, knownUntilMs } = survey;
  const found: number[] = [];
  for (let back = 1; back <= question.cutOffs; back += 1) {
    const cutOffMs = knownUntilMs - back * horizonDays * dayMs;
    if (cutOffMs - Math.min(activeDays, horizonDays) * dayMs < knownFromMs) break;
    found.unshift(cutOffMs);
  }
  if (found.length === 0) {
    const days = Math.max(0, Math.floor((knownUntilMs - knownFromMs) / dayMs));
    const needed = horizonDays + Math.min(activeDays, horizonDays);
    throw new Fault('cannot_train', `${question.name}: ${days} days of history; at least ${needed} are needed`);
  }
  return found;
}

/**
 * The last moment up to which the record is as full as it usually is: behind the last day with at least a tenth of what a day with anything has.
 * A few events of today do not make the weeks before it a time in which everybody was silent.
 * @param days how much was done on each day, by number since 1970
 */
export function knownUntil(days: ReadonlyMap<number, number>, nowMs: number): number {
  const counts = [...days.values()].filter((count) => count > 0).sort((a, b) => a - b);
  const usual = counts[Math.floor(counts.length / 2)] ?? 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const [day, count] of days) if (count * 10 >= usual && count > 0) last = Math.max(last, day);
  return Math.min(nowMs, (last + 1) * dayMs);
}
