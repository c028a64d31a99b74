// Whether a score is a reason for an alarm: it is below what the rule asks for, or it fell by more than a step and by more than its own
// history explains. The second is the modified z-score of Iglewicz and Hoaglin ("How to Detect and Handle Outliers", ASQC 1993; NIST/SEMATECH
// e-Handbook of Statistical Methods, 1.3.5.17): median and median absolute deviation, which a few bad hours of the past do not move.

export const alarmLimits = {
  /** Events checked in an hour, below which a score says nothing. */
  checked: 20,
  /** Hours of history that are looked at, and below which it says nothing. */
  history: 168,
  leastHistory: 12,
  /** The cut that Iglewicz and Hoaglin recommend. */
  modifiedZ: 3.5,
} as const;

export type AlarmReason = 'below_threshold' | 'fell';
export type Judged = { reason: AlarmReason; score: number; expected: number };

/**
 * @param history scores of earlier hours, the newest first
 * @returns undefined when all is well
 */
export function judgeScore(
  score: number,
  checked: number,
  { threshold, step }: { threshold: number; step: number },
  history: readonly number[],
): Judged | undefined {
  if (checked < alarmLimits.checked) return undefined;
  if (score < threshold) return { reason: 'below_threshold', score, expected: threshold };
  const past = history.slice(0, alarmLimits.history);
  if (past.length < alarmLimits.leastHistory) return undefined;
  const middle = median(past);
  const deviation = median(past.map((one) => Math.abs(one - middle)));
  const fall = middle - score;
  // Without any spread each fall would be beyond it: the step is what is left to ask.
  const explained = deviation === 0 ? 0 : (alarmLimits.modifiedZ * deviation) / 0.6745;
  return fall > step && fall > explained ? { reason: 'fell', score, expected: middle } : undefined;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
