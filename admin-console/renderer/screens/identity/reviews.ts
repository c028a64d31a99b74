// The review queue as the API gives it.

import { api, unwrap } from '../../api/client.ts';
import { useQuery } from '../../parts/ask.ts';

const readReview = (reviewId: number) => unwrap(api.GET('/api/identity/reviews/{reviewId}', { params: { path: { reviewId } } }));
export type Review = Awaited<ReturnType<typeof readReview>>;

export const reviewKey = (reviewId: number) => ['identity', 'review', reviewId] as const;

/** Pairs that are taken from the queue together. */
const pageRows = 100;

export const useReviews = () =>
  useQuery({
    queryKey: ['identity', 'reviews'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/identity/reviews', { params: { query: { limit: pageRows } }, signal })),
    // Somebody is at work on this page of the queue: it changes when they are through.
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

export const useReview = (reviewId: number) =>
  useQuery({ queryKey: reviewKey(reviewId), queryFn: () => readReview(reviewId), staleTime: 30_000 });
