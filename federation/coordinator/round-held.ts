// What a round's desk holds of a round in memory: its board, what lies beside it, and what waits for its turn.

import type { Board } from '../protocol/round/board.ts';
import type { SignedEntry } from '../protocol/round/sayings.ts';

export type Held = {
  readonly board: Board;
  readonly entries: SignedEntry[];
  /** What lies here, by its digest. */
  readonly blobs: Map<string, Blob>;
  /** What is being written down. */
  readonly coming: Set<Blob>;
  /** Of what exchanges need no more, how much is gone; of this start alone. */
  spent: number;
  /** Since when something is waited for, and since when nothing was said; of this start alone. */
  waiting: { readonly what: string; readonly sinceMs: number };
  quiet: { readonly lines: number; readonly sinceMs: number };
};
export type Blob = { readonly by: string; readonly bytes: number };
/** An entry that waits for its turn. */
export type Posted = {
  readonly by: string;
  readonly signed: SignedEntry;
  readonly resolve: () => void;
  readonly reject: (fault: unknown) => void;
};
