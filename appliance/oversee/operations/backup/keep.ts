// Which snapshots are kept: the newest ones, and the newest of each of the latest days, weeks and months (UTC, weeks from Monday).

export type KeepRules = { last: number; daily: number; weekly: number; monthly: number };

export const defaultKeep: KeepRules = { last: 24, daily: 14, weekly: 8, monthly: 12 };

const dayMs = 86_400_000;
/** 1970-01-05 was a Monday. */
const mondayMs = 4 * dayMs;

const periods = {
  daily: (atMs: number) => Math.floor(atMs / dayMs),
  weekly: (atMs: number) => Math.floor((atMs - mondayMs) / (7 * dayMs)),
  monthly: (atMs: number) => {
    const date = new Date(atMs);
    return date.getUTCFullYear() * 12 + date.getUTCMonth();
  },
} as const;

/** The newest is always kept. @returns ids of those that are */
export function kept(snapshots: readonly { id: string; atMs: number }[], rules: KeepRules): Set<string> {
  const newestFirst = [...snapshots].sort((a, b) => b.atMs - a.atMs || (a.id < b.id ? 1 : -1));
  const ids = new Set(newestFirst.slice(0, Math.max(1, rules.last)).map(({ id }) => id));
  for (const [rule, periodOf] of Object.entries(periods)) {
    const seen = new Set<number>();
    for (const { id, atMs } of newestFirst) {
      if (seen.size === rules[rule as keyof typeof periods]) break;
      const period = periodOf(atMs);
      if (seen.has(period)) continue;
      seen.add(period);
      ids.add(id);
    }
  }
  return ids;
}
