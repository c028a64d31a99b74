// What a worker thread scores through ONNX: a stretch of rows, a few thousand at a time so that the graph's values stay in the cache. The
// session of a run stays until a stretch of another run comes.

import type { Stretch } from '../../../core/pool/pool.ts';
import type { Scores } from '../scoring/scoring.ts';
import { outputNames } from './export-inputs.ts';
import { type BoundFeed, feedOfStretch, readLevels } from './feeds.ts';
import type { InferenceSession } from './library.ts';
import { openSession } from './session.ts';

/** Rows of one call of the runtime. A divisor of the rows of a chunk. */
export const rowsPerCall = 2048;

export type OnnxOrder = {
  /** Tells runs apart: a thread keeps the session of one. */
  readonly run: number;
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly feeds: readonly BoundFeed[];
  readonly stretch: Stretch;
  readonly scores: Scores;
};

type Open = { readonly run: number; readonly session: InferenceSession; readonly levels: readonly (string[] | undefined)[] };
let open: Open | undefined;

async function openFor({ run, bytes, feeds }: OnnxOrder): Promise<Open> {
  if (open?.run === run) return open;
  await open?.session.release();
  open = undefined;
  const levels = feeds.map(({ of }) => (typeof of === 'object' ? readLevels(of) : undefined));
  open = { run, session: await openSession(Uint8Array.from(bytes)), levels };
  return open;
}

export async function score(order: OnnxOrder): Promise<void> {
  const { session, levels } = await openFor(order);
  const { feeds, stretch, scores } = order;
  for (let from = stretch.from; from < stretch.to; from += rowsPerCall) {
    const to = Math.min(from + rowsPerCall, stretch.to);
    const tensors = Object.fromEntries(feeds.map((feed, at) => [feed.name, feedOfStretch(feed, from, to, levels[at])]));
    const { probability, margin } = await session.run(tensors, [outputNames.probability, outputNames.margin]);
    scores.probability.set(probability!.data as Float32Array, from);
    scores.margin.set(margin!.data as Float64Array, from);
  }
}
