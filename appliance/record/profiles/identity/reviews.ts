// The review queue: pairs of persons the matcher finds likely but not sure. Someone looks at both side by side with the
// weights and says same or different; either way it becomes a decision with their name.

import { openEnvelope, sealEnvelope } from '../../../../crypto/envelope.ts';
import { Fault } from '../../../core/errors.ts';
import type { Change } from '../../../core/store/store.ts';
import { namedRecords } from '../erase.ts';
import { type FieldWeight, type Memory, places } from '../memory.ts';
import { blob, int, openReviews, reviewById, reviewsTable } from '../store.ts';
import { personId } from '../view.ts';
import { type Actor, type Decided, declareDifferent, merge } from './decide.ts';

export const reviewLimits = { page: 200 } as const;

export type Suggestion = { leftRecord: number; rightRecord: number; probability: number; weights: FieldWeight[] };
export type Review = {
  reviewId: number;
  left: string;
  right: string;
  leftRecord: number;
  rightRecord: number;
  probability: number;
  weights: FieldWeight[];
  madeAtMs: number;
};

export interface ReviewQueue {
  /** Open pairs, the surest first within a page, oldest pages first. */
  list(after?: number, limit?: number): Promise<Review[]>;
  get(reviewId: number): Promise<Review>;
  decide(reviewId: number, verdict: 'same' | 'different', by: Actor): Promise<Decided>;
  /** Adds pairs; a pair that was ever in the queue is not asked again. @returns how many were new */
  add(suggestions: readonly Suggestion[]): Promise<number>;
}

type Body = Pick<Suggestion, 'probability' | 'weights'>;
type Exclusive = <T>(work: () => Promise<T>) => Promise<T>;

export function reviewQueue(memory: Memory, exclusive: Exclusive): ReviewQueue {
  return {
    list: (after = -1, limit = reviewLimits.page) => list(memory, after, Math.min(limit, reviewLimits.page)),
    get: (reviewId) => get(memory, reviewId),
    decide: (reviewId, verdict, by) => exclusive(() => decide(memory, reviewId, verdict, by)),
    add: (suggestions) => exclusive(() => add(memory, suggestions)),
  };
}

async function list(memory: Memory, after: number, limit: number): Promise<Review[]> {
  const rows = await openReviews(memory.store, after, limit);
  const reviews = rows.map((row) => reviewOf(memory, row));
  return reviews.filter((review) => review.left !== review.right).sort((a, b) => b.probability - a.probability);
}

async function get(memory: Memory, reviewId: number): Promise<Review> {
  const row = await reviewById(memory.store, reviewId);
  if (!row) throw new Fault('not_found', 'the review');
  return reviewOf(memory, row);
}

function reviewOf(memory: Memory, row: Awaited<ReturnType<typeof openReviews>>[number]): Review {
  const reviewId = int(row.review_id);
  const body = JSON.parse(
    openEnvelope(memory.vault.derivedKey(), places.review, reviewId, blob(row.body)).toString('utf8'),
  ) as Body;
  return {
    reviewId,
    left: personId(int(row.left_person)),
    right: personId(int(row.right_person)),
    leftRecord: int(row.left_record),
    rightRecord: int(row.right_record),
    madeAtMs: int(row.made_at_ms),
    ...body,
  };
}

async function decide(memory: Memory, reviewId: number, verdict: 'same' | 'different', by: Actor): Promise<Decided> {
  const row = await reviewById(memory.store, reviewId);
  if (!row || row.closed_at_ms !== null) throw new Fault('not_found', 'an open review of this number');
  const [left, right] = [int(row.left_record), int(row.right_record)];
  // One transaction with the decision: a review left open after it could never be decided again.
  const closing: Change = {
    op: 'run',
    sql: 'UPDATE reviews SET closed_at_ms = :now WHERE review_id = :reviewId',
    params: { now: memory.ports.clock.nowMs(), reviewId },
  };
  return verdict === 'same'
    ? merge(memory, left, right, by, undefined, [closing])
    : declareDifferent(memory, left, right, by, [closing]);
}

async function add(memory: Memory, suggestions: readonly Suggestion[]): Promise<number> {
  const known = await knownPairs(memory, suggestions);
  // Comparing everybody takes minutes: some may be erased by now.
  const named = await namedRecords(
    memory.store,
    suggestions.flatMap((one) => [one.leftRecord, one.rightRecord]),
  );
  const there = new Set(named.map(({ recordId }) => recordId));
  const fresh = suggestions.filter(
    ({ leftRecord, rightRecord }) =>
      there.has(leftRecord) && there.has(rightRecord) && !known.has(`${leftRecord} ${rightRecord}`),
  );
  if (fresh.length === 0) return 0;
  const first = await memory.sequences.take('reviews', fresh.length);
  const nowMs = memory.ports.clock.nowMs();
  const change: Change = {
    op: 'insert',
    table: reviewsTable,
    rows: fresh.map((one, at) => {
      const body: Body = { probability: one.probability, weights: one.weights };
      const sealed = sealEnvelope(
        memory.vault.derivedKey(),
        memory.vault.derivedEpoch,
        places.review,
        first + at,
        Buffer.from(JSON.stringify(body), 'utf8'),
      );
      return {
        review_id: first + at,
        left_record: one.leftRecord,
        right_record: one.rightRecord,
        made_at_ms: nowMs,
        closed_at_ms: null,
        body: sealed,
      };
    }),
    onConflict: 'ignore',
  };
  await memory.store.transact([change]);
  return fresh.length;
}

async function knownPairs(memory: Memory, suggestions: readonly Suggestion[]): Promise<Set<string>> {
  const rows = await memory.store.select('SELECT left_record, right_record FROM reviews WHERE left_record IN (:ids)', {
    ids: suggestions.map((one) => one.leftRecord),
  });
  return new Set(rows.map((row) => `${int(row.left_record)} ${int(row.right_record)}`));
}
