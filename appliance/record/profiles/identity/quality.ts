// How well it is decided who is who, by what was decided: merges, reviews and decisions taken back by day, and how often people agreed with the
// matcher. Read from the latest decisions and reviews backwards, never over all people; what lies before the limit is said to be left out.

import { openEnvelope } from '../../../../crypto/envelope.ts';
import type { Row } from '../../../core/store/store.ts';
import { type Memory, places, type StoredDecision } from '../memory.ts';
import {
  blob,
  closedReviews,
  decisionOf,
  decisionsBefore,
  int,
  openReviewCount,
  personsOfRecords,
  reviewsMadeSince,
} from '../store.ts';

/** Rows read for one answer, in pages; counting what waits ends there too. */
export const qualityLimits = { decisions: 4_000, reviews: 4_000, page: 500, waiting: 10_000, days: 365 } as const;
const dayMs = 86_400_000;

export type QualityDay = {
  /** When the day began where the reader is. */
  beganAtMs: number;
  byPerson: number;
  byModel: number;
  byAlias: number;
  /** Declared different, and decisions taken back. */
  apart: number;
  retracted: number;
  /** Pairs that came into the queue, and pairs decided. */
  queued: number;
  reviewed: number;
};
export type Band = { from: number; to: number; expected: number; same: number; different: number };
export type Quality = {
  sinceMs: number;
  /** False where more was decided than is read: what is older than the limit is left out. */
  whole: boolean;
  /** Pairs that wait; at most `qualityLimits.waiting`. */
  waiting: number;
  days: QualityDay[];
  /** Reviewed pairs by the probability that the matcher gave: how many people took for one. */
  bands: Band[];
  /** Merges of the matcher alone, and how many of them still stand. */
  model: { merges: number; standing: number };
  /** Merges that people made of pairs which the matcher had not proposed, and that stand. */
  missed: number;
  precision?: number;
  recall?: number;
};

export async function qualityOf(memory: Memory, days: number, offsetMs: number): Promise<Quality> {
  const nowMs = memory.ports.clock.nowMs();
  const startOf = (atMs: number) => Math.floor((atMs + offsetMs) / dayMs) * dayMs - offsetMs;
  const sinceMs = startOf(nowMs) - (days - 1) * dayMs;
  const byDay = new Map<number, QualityDay>();
  const dayOf = (atMs: number): QualityDay | undefined => {
    if (atMs < sinceMs) return undefined;
    const beganAtMs = startOf(atMs);
    const day = byDay.get(beganAtMs) ?? { ...emptyDay, beganAtMs };
    byDay.set(beganAtMs, day);
    return day;
  };
  const { decisions, whole } = await decisionsSince(memory, sinceMs);
  for (const decision of decisions) count(decision, dayOf);
  const closed = await closedReviews(memory.store, sinceMs, qualityLimits.reviews);
  for (const row of closed) bump(dayOf(int(row.closed_at_ms)), 'reviewed');
  const made = await reviewsMadeSince(memory.store, sinceMs, qualityLimits.reviews);
  for (const atMs of made) bump(dayOf(atMs), 'queued');
  const waiting = await openReviewCount(memory.store, qualityLimits.waiting);
  return {
    sinceMs,
    whole: whole && closed.length < qualityLimits.reviews && made.length < qualityLimits.reviews,
    waiting,
    days: [...byDay.values()].sort((a, b) => a.beganAtMs - b.beganAtMs),
    ...(await judged(memory, decisions, closed)),
  };
}

const emptyDay = { byPerson: 0, byModel: 0, byAlias: 0, apart: 0, retracted: 0, queued: 0, reviewed: 0 } as const;
type Counted = keyof typeof emptyDay;
const ofMaker = { person: 'byPerson', model: 'byModel', alias: 'byAlias' } as const;

function bump(day: QualityDay | undefined, what: Counted): void {
  if (day) day[what] += 1;
}

function count(
  { verdict, madeBy, madeAtMs, retractedAtMs }: StoredDecision,
  dayOf: (atMs: number) => QualityDay | undefined,
): void {
  bump(dayOf(madeAtMs), verdict === 'same' ? ofMaker[madeBy] : 'apart');
  if (retractedAtMs !== undefined) bump(dayOf(retractedAtMs), 'retracted');
}

/** Backwards by number; numbers follow time, but for aliases, which count when they were said. */
async function decisionsSince(memory: Memory, sinceMs: number): Promise<{ decisions: StoredDecision[]; whole: boolean }> {
  const decisions: StoredDecision[] = [];
  let before = Number.MAX_SAFE_INTEGER;
  for (let read = 0; read < qualityLimits.decisions; ) {
    const page = await decisionsBefore(memory.store, before, qualityLimits.page);
    const last = page.at(-1);
    if (!last) return { decisions, whole: true };
    before = int(last.decision_id);
    read += page.length;
    decisions.push(...(await memory.openDecisions(page.map(decisionOf))));
    if (page.every((row) => int(row.made_at_ms) < sinceMs)) return { decisions, whole: true };
  }
  return { decisions, whole: false };
}

async function judged(
  memory: Memory,
  decisions: readonly StoredDecision[],
  closed: readonly Row[],
): Promise<Pick<Quality, 'bands' | 'model' | 'missed' | 'precision' | 'recall'>> {
  const merges = decisions.filter(({ verdict }) => verdict === 'same');
  const firsts = merges.flatMap(({ left, right }) => [left[0]!, right[0]!]);
  const personOf = await personsOfRecords(memory.store, [...new Set(firsts)]);
  const stands = ({ left, right, retractedAtMs }: StoredDecision): boolean => {
    const person = personOf.get(left[0]!);
    return retractedAtMs === undefined && person !== undefined && person === personOf.get(right[0]!);
  };
  const byModel = merges.filter(({ madeBy }) => madeBy === 'model');
  const standing = byModel.filter(stands).length;
  const reviews = closed.map((row) => ({
    pair: new Set([int(row.left_record), int(row.right_record)]),
    probability: probabilityOf(memory, row),
    same: row.left_person === row.right_person,
  }));
  const proposed = new Set(reviews.flatMap(({ pair }) => [...pair]));
  const wasProposed = ({ left, right }: StoredDecision): boolean =>
    left.some((id) => proposed.has(id)) && right.some((id) => proposed.has(id));
  const missed = merges.filter((one) => one.madeBy === 'person' && stands(one) && !wasProposed(one)).length;
  const reviewedSame = reviews.filter(({ same }) => same).length;
  const found = standing + reviewedSame;
  return {
    bands: bandsOf(reviews),
    model: { merges: byModel.length, standing },
    missed,
    ...(byModel.length > 0 && { precision: standing / byModel.length }),
    ...(found + missed > 0 && { recall: found / (found + missed) }),
  };
}

function probabilityOf(memory: Memory, row: Row): number {
  const body = blob(row.body);
  const text = openEnvelope(memory.vault.derivedKey(), places.review, int(row.review_id), body).toString('utf8');
  return (JSON.parse(text) as { probability: number }).probability;
}

function bandsOf(reviews: readonly { probability: number; same: boolean }[]): Band[] {
  const tenths = Map.groupBy(reviews, ({ probability }) => Math.min(9, Math.floor(probability * 10)));
  return [...tenths]
    .sort(([a], [b]) => a - b)
    .map(([tenth, own]) => {
      const same = own.filter((one) => one.same).length;
      const expected = own.reduce((sum, { probability }) => sum + probability, 0) / own.length;
      return { from: tenth / 10, to: (tenth + 1) / 10, expected, same, different: own.length - same };
    });
}
