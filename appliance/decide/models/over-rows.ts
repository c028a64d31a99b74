// Work over all rows of a matrix in threads: how it is cut, and what its caller may say and hear.

import { rowsPerChunk } from '../../core/matrix/matrix.ts';

/** Rows a thread takes at a time: a divisor of a chunk, so that a stretch lies in one. Also how often a cancelled run looks up. */
export const stretchRows = rowsPerChunk / 4;

export type OverRows = {
  readonly signal?: AbortSignal | undefined;
  /** Hears how many rows are done. */
  readonly onProgress?: ((rows: number) => void) | undefined;
};
