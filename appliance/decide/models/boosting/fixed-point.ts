// The fixed point that histograms are summed in: scales, the least hessian in steps, and sums that do not depend on who adds what first.
//
// Cells. A cell of 64 bits holds the sum of gradients in its high half (signed) and of hessians in its low half. With n rows, M = mostSum and
// scales sg = (M - n) / sum|g| and sh = (M - n) / sum(h), a row's gradient becomes floor(g sg + 1/2), which is at most |g| sg + 1/2 in size, its
// hessian at most h sh + 1/2. Whatever rows a cell, a left side or a node sums, the halves stay within
//     |sum| <= sg sum|g| + n/2 <= M - n/2   and   0 <= sum <= sh sum(h) + n/2 <= M - n/2,
// and the n/2 that are left are far more than the rounding of the two sums and scales in double precision (relative 2^-53 for each row added).
// So no half overflows and nothing is borrowed or carried between them: sums are exact whatever their order. M is below 2^31, so that both halves
// are signed numbers of 32 bits, and below half of every modulus above 4,294,000,000, so that sums under such a modulus are exact too.
//
// Scales. sum|g| and sum(h) are themselves sums of many rows. Of the log-loss without weights |g| <= 1 and h <= 1/4; each row's is rounded up to a
// whole number of 2^-24 before it is added, at most 2^24 of them. All 2^26 rows sum to 2^50 at most, below 2^53: every partial sum is a whole
// number that double precision holds exactly, so the sum is the same for any order and for any cut of the rows into parties. It is rounded up,
// not to the nearest, so that it is never less than the true sum and the bounds above hold. Losses, at most 64 a row in steps of 2^-20, likewise:
// 2^26 x 2^26 = 2^52.

/** No sum of gradients or hessians in steps is larger. */
export const mostSum = 2_147_000_000;

/** Scales of the fixed point. @param rows of the sample, of all parties together */
export function scalesOf(rows: number, gradientSum: number, hessianSum: number): { gradientScale: number; hessianScale: number } {
  const scale = (sum: number) => Math.min((mostSum - rows) / Math.max(sum, 1e-30), 1e30);
  // A whole number, where it loses next to nothing by that: equal hessians then sum without error, and so many rows are exactly so much.
  const hessianScale = scale(hessianSum);
  return { gradientScale: scale(gradientSum), hessianScale: hessianScale >= 64 ? Math.floor(hessianScale) : hessianScale };
}

/** In steps, at least 1, so that no child is empty; rounding of its rows may not refuse a child that has just enough. */
export function leastHessianOf(minChildHessian: number, hessianScale: number): number {
  return Math.min(0xffffffff, Math.max(1, Math.ceil(minChildHessian * hessianScale * (1 - 1e-6))));
}

const wordSteps = 2 ** 24;
export const wordsPerSum = 3;

/** A whole number below 2^53 as words of 24 bits, the lowest first: words of 127 parties add up in 31 bits. */
export function toWords(sum: number): [number, number, number] {
  const high = Math.floor(sum / wordSteps ** 2);
  const middle = Math.floor(sum / wordSteps) % wordSteps;
  return [sum % wordSteps, middle, high];
}

/** The number that words stand for, each of them the sum of such words. */
export function fromWords([low = 0, middle = 0, high = 0]: ArrayLike<number> & Iterable<number>): number {
  return low + middle * wordSteps + high * wordSteps ** 2;
}
