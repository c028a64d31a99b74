// How long the room on the disk will last: from what was free on the days before, as the node measured it.

import type { Finding } from '../../core/store/store.ts';

/** What was free at the end of a day, or now. */
export type FreeRoom = { atMs: number; value: number };

const dayMs = 24 * 3_600_000;
/** Days that are looked back, and the fewest that say anything. */
export const forecastDays = 30;
const fewestDays = 3;
const warnDays = 30;
const graveDays = 7;

/**
 * The usual change of a day: the median of the slopes between all pairs (Theil-Sen), so that one day on which much was copied or removed does not decide.
 * @returns MB a day; negative where room goes
 */
export function dailyChange(points: readonly FreeRoom[]): number {
  const slopes: number[] = [];
  for (const [at, { atMs, value }] of points.entries())
    for (const later of points.slice(at + 1))
      if (later.atMs > atMs) slopes.push(((later.value - value) / (later.atMs - atMs)) * dayMs);
  slopes.sort((one, other) => one - other);
  const middle = slopes.length / 2;
  if (slopes.length === 0) return 0;
  return slopes.length % 2 === 1 ? slopes[Math.floor(middle)]! : (slopes[middle - 1]! + slopes[middle]!) / 2;
}

/** @param points of the days before, oldest first, one a day, in MB */
export function checkForecast(points: readonly FreeRoom[]): Finding[] {
  const said = { check: 'disk-forecast', name: { en: 'Disk, forecast', zh: '磁盘预测' } };
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || last.atMs - first.atMs < fewestDays * dayMs)
    return [
      {
        ...said,
        severity: 'ok',
        message: {
          en: `Not known yet: it takes ${fewestDays} days of measurements.`,
          zh: `尚不能预测：需要 ${fewestDays} 天的测量数据。`,
        },
      },
    ];
  const perDay = dailyChange(points);
  if (perDay >= 0) return [{ ...said, severity: 'ok', message: { en: 'Free room does not shrink.', zh: '可用空间没有减少。' } }];
  const days = Math.floor(last.value / -perDay);
  const mb = Math.max(1, Math.round(-perDay));
  const message = {
    en: `${mb} MB go each day; at this pace the disk is full in ${days} days.`,
    zh: `每天减少约 ${mb} MB；照此速度 ${days} 天后写满。`,
  };
  if (days >= warnDays) return [{ ...said, severity: 'ok', message }];
  return [
    {
      ...said,
      severity: days < graveDays ? 'error' : 'warning',
      message,
      next: {
        en: 'Add room before then, or keep less: rules of retention ("holdfast retention"), and copies on this disk that are not needed.',
        zh: '请在此之前扩容，或减少保存：保存期限规则（"holdfast retention"），以及此磁盘上不再需要的副本。',
      },
    },
  ];
}
