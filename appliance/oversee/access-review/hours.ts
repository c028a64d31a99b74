// Working hours as an organisation declares them, in its own time zone.

import type { WorkingHours } from '../../core/model/access-review.ts';
import { utcMs, wallClockIn } from '../../core/values/time-zone.ts';

const dayMs = 86_400_000;

export function isWithinHours(hours: WorkingHours, atMs: number): boolean {
  const { year, month, day, hour, minute } = wallClockIn(atMs, hours.timeZone);
  const dayStartMs = utcMs({ year, month, day, hour: 0, minute: 0, second: 0, millisecond: 0 });
  const now = hour * 60 + minute;
  const [from, to] = [minutesOf(hours.from), minutesOf(hours.to)];
  if (from < to) return isWorkday(hours, dayStartMs) && now >= from && now < to;
  // Over midnight: the early hours belong to the shift of the day before.
  return (isWorkday(hours, dayStartMs) && now >= from) || (isWorkday(hours, dayStartMs - dayMs) && now < to);
}

/** The day that was asked for last: entries come one after the other, and telling the day takes as long as judging one. */
let latest = { minute: Number.NaN, timeZone: '', day: '' };

/** The day of a time, as `yyyy-mm-dd` where the organisation is. */
export function dayOf(atMs: number, timeZone: string): string {
  const minute = Math.floor(atMs / 60_000);
  if (latest.minute === minute && latest.timeZone === timeZone) return latest.day;
  const { year, month, day } = wallClockIn(atMs, timeZone);
  latest = { minute, timeZone, day: `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}` };
  return latest.day;
}

/** @param dayStartMs midnight of the day as if it were UTC */
function isWorkday({ days, holidays }: WorkingHours, dayStartMs: number): boolean {
  const date = new Date(dayStartMs);
  const weekday = date.getUTCDay() || 7;
  return days.includes(weekday) && !(holidays?.includes(date.toISOString().slice(0, 10)) ?? false);
}

function minutesOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}
