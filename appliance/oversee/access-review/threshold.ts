// How many customers in one window are too many for somebody, told by what they themselves did on other days. Median and median absolute
// deviation, which a few wild days do not move (Iglewicz and Hoaglin, 1993: deviations of 3.5 and more are outliers).

/** Days before the actor's own history says anything. */
const daysNeeded = 5;
/** Makes the median absolute deviation of a normal distribution its standard deviation. */
const normal = 1.4826;

/** @param peaks the most customers in one window, of each day before  @returns as many as this are unusual */
export function threshold(
  peaks: readonly number[],
  { most, least, deviations }: { most: number; least: number; deviations: number },
): number {
  if (peaks.length < daysNeeded) return most;
  const middle = median(peaks);
  const spread = normal * median(peaks.map((peak) => Math.abs(peak - middle)));
  // Counts scatter by the root of their mean even where every day so far was alike.
  const deviation = Math.max(spread, Math.sqrt(middle), 1);
  return Math.max(least, Math.ceil(middle + deviations * deviation));
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
