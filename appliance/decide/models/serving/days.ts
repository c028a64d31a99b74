// How scores of one version were spread over everybody, day by day: what tells later whether those who are scored still look as they did. Counts of
// customers, sealed; no score of a single one.

import type { Store } from '../../../core/store/store.ts';
import { daysTable, type Seals } from '../registry/store.ts';

export const dayLimits = { bins: 100, days: 400 } as const;

export type ScoreDay = {
  readonly dayAtMs: number;
  readonly customers: number;
  readonly mean: number;
  /** Customers by hundredths of the score; of scores that are no shares, by hundredths of their range that day. */
  readonly counts: readonly number[];
  readonly from: number;
  readonly to: number;
  /** How far scores and features were from those of the newest rows the version learned from: population stability indices. */
  readonly drift?: { readonly score: number; readonly columns: readonly { readonly column: string; readonly index: number }[] };
};

/** @param scores NaN: not scored */
export function spreadOf(scores: ArrayLike<number>, isProbability: boolean): Omit<ScoreDay, 'dayAtMs'> {
  let [customers, sum, least, most] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let row = 0; row < scores.length; row += 1) {
    const score = scores[row]!;
    if (Number.isNaN(score)) continue;
    customers += 1;
    sum += score;
    least = Math.min(least, score);
    most = Math.max(most, score);
  }
  const [from, to] = isProbability || customers === 0 ? [0, 1] : [least, most];
  const counts = new Array<number>(dayLimits.bins).fill(0);
  const width = to - from || 1;
  for (let row = 0; row < scores.length; row += 1) {
    const score = scores[row]!;
    if (Number.isNaN(score)) continue;
    counts[Math.min(dayLimits.bins - 1, Math.floor(((score - from) / width) * dayLimits.bins))]! += 1;
  }
  return { customers, mean: customers === 0 ? 0 : sum / customers, counts, from, to };
}

const rowOf = (version: number, dayAtMs: number) => `${version} ${dayAtMs}`;

/** In place of what was kept of the same day; what is too old goes. */
export async function keepDay(store: Store, seals: Seals, version: number, day: ScoreDay): Promise<void> {
  const { dayAtMs } = day;
  const body = seals.sealText(daysTable.name, 'body', rowOf(version, dayAtMs), JSON.stringify(day));
  await store.transact([
    { op: 'upsert', table: daysTable, rows: [{ version_id: version, day_at_ms: dayAtMs, body }] },
    {
      op: 'run',
      sql: 'DELETE FROM model_days WHERE version_id = :version AND day_at_ms < :before',
      params: { version, before: dayAtMs - dayLimits.days * 86_400_000 },
    },
  ]);
}

/** The latest first. */
export async function readDays(store: Store, seals: Seals, version: number, limit: number): Promise<ScoreDay[]> {
  const sql = 'SELECT day_at_ms, body FROM model_days WHERE version_id = :version ORDER BY day_at_ms DESC LIMIT :limit';
  const rows = await store.select(sql, { version, limit });
  return rows.map(
    ({ day_at_ms, body }) =>
      JSON.parse(seals.openText(daysTable.name, 'body', rowOf(version, Number(day_at_ms)), body as Uint8Array)) as ScoreDay,
  );
}
