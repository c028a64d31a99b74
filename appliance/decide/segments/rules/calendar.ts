// Time as rules mean it: days, weeks, months and midnights in the node's time zone, and for something that happened at one moment the span of
// time in which a window holds it. Every condition about time is made of such spans, so that when it flips is known and never polled for.

import { utcMs, wallClockIn, zonedMs } from '../../../core/values/time-zone.ts';
import type { Duration, PeriodUnit, TimeTest, TimeWindow } from './rule.ts';

/** From the first millisecond on to the one before the second; `from >= to` is never. Infinity: for good. */
export type Span = readonly [fromMs: number, toMs: number];

export const dayMs = 86_400_000;
const never: Span = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
const fixedMs = { hour: 3_600_000, day: dayMs, week: 7 * dayMs } as const;
/** Clock changes lie on quarters of an hour. */
const offsetStepMs = 900_000;
const offsetsLimit = 50_000;

/** A day as its number since 1970-01-01; a calendar knows which one a moment lies in, and where it begins. */
export class Calendar {
  readonly timeZone: string;
  readonly #offsets = new Map<number, number>();
  readonly #starts = new Map<number, number>();

  /** @throws {RangeError} on a zone that the runtime does not know */
  constructor(timeZone: string) {
    this.timeZone = timeZone;
    wallClockIn(0, timeZone);
  }

  dayOf(ms: number): number {
    return Math.floor((ms + this.#offsetAt(ms)) / dayMs);
  }

  /** The first moment of a day: midnight, or the end of a gap that swallowed it. */
  startOf(day: number): number {
    const known = this.#starts.get(day);
    if (known !== undefined) return known;
    const date = new Date(day * dayMs);
    const ms = zonedMs(
      {
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
        hour: 0,
        minute: 0,
        second: 0,
        millisecond: 0,
      },
      this.timeZone,
    );
    if (this.#starts.size >= offsetsLimit) this.#starts.clear();
    this.#starts.set(day, ms);
    return ms;
  }

  #offsetAt(ms: number): number {
    if (this.timeZone === 'UTC') return 0;
    const step = Math.floor(ms / offsetStepMs);
    const known = this.#offsets.get(step);
    if (known !== undefined) return known;
    const at = step * offsetStepMs;
    const offset = utcMs(wallClockIn(at, this.timeZone)) - at;
    if (this.#offsets.size >= offsetsLimit) this.#offsets.clear();
    this.#offsets.set(step, offset);
    return offset;
  }
}

/** The number of a day `yyyy-mm-dd`; NaN when it is none. */
export function dayNumber(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / dayMs;
}

/** The day so many calendar months away; one that its month does not have becomes the month's last. */
export function plusMonths(day: number, months: number): number {
  const date = new Date(day * dayMs);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
  const last = new Date(first);
  last.setUTCMonth(last.getUTCMonth() + 1, 0);
  return first / dayMs + Math.min(date.getUTCDate(), last.getUTCDate()) - 1;
}

/** The first day of the day's week (Monday), month, quarter or year, or of one so many before or after. */
export function periodStart(unit: PeriodUnit, day: number, shift = 0): number {
  if (unit === 'day') return day + shift;
  if (unit === 'week') return day - ((((day + 3) % 7) + 7) % 7) + 7 * shift;
  const date = new Date(day * dayMs);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  if (unit === 'month') return Date.UTC(year, month + shift, 1) / dayMs;
  if (unit === 'quarter') return Date.UTC(year, month - (month % 3) + 3 * shift, 1) / dayMs;
  return Date.UTC(year + shift, 0, 1) / dayMs;
}

/** From when on something that happened then is longer ago than the duration: months end at midnights, all else at the moment itself. */
export function passedMs(calendar: Calendar, { n, unit }: Duration, atMs: number): number {
  if (unit !== 'month') return atMs + n * fixedMs[unit];
  // The first day whose day n months before lies after the day of the moment.
  const after = calendar.dayOf(atMs) + 1;
  const day = plusMonths(after, n);
  return calendar.startOf(plusMonths(day, -n) < after ? day + 1 : day);
}

/**
 * When a window holds something that happened at a moment.
 * @param planned the moment may lie ahead, as a trait's date may: then dates and calendar periods hold it before it has come
 */
export function spanIn(calendar: Calendar, window: TimeWindow | undefined, atMs: number, planned = false): Span {
  if (window === undefined) return [atMs, Number.POSITIVE_INFINITY];
  if (window.kind === 'last') return [atMs, passedMs(calendar, window, atMs)];
  const earliestMs = planned ? Number.NEGATIVE_INFINITY : atMs;
  const day = calendar.dayOf(atMs);
  if (window.kind === 'period') {
    const begins = calendar.startOf(periodStart(window.unit, day, window.ago));
    return [Math.max(earliestMs, begins), calendar.startOf(periodStart(window.unit, day, window.ago + 1))];
  }
  const { from, to } = window as { from?: string; to?: string };
  const inside = (from === undefined || dayNumber(from) <= day) && (to === undefined || day <= dayNumber(to));
  return inside ? [earliestMs, Number.POSITIVE_INFINITY] : never;
}

/** When a test of a moment holds. */
export function spanOf(calendar: Calendar, test: TimeTest, atMs: number, planned = false): Span {
  return test.op === 'during'
    ? spanIn(calendar, test.in, atMs, planned)
    : [passedMs(calendar, test.moreThan, atMs), Number.POSITIVE_INFINITY];
}

export function intersect(a: Span, b: Span): Span {
  return [Math.max(a[0], b[0]), Math.min(a[1], b[1])];
}

/** Moments, as [from, to), that lie in the window now: what a column of times is compared with. */
export function momentsIn(calendar: Calendar, window: TimeWindow, nowMs: number, planned = false): Span {
  if (window.kind === 'last') return [beforeMs(calendar, window, nowMs), nowMs + 1];
  const latestMs = planned ? Number.POSITIVE_INFINITY : nowMs + 1;
  if (window.kind === 'period') {
    const today = calendar.dayOf(nowMs);
    const start = calendar.startOf(periodStart(window.unit, today, -window.ago));
    return [start, Math.min(latestMs, calendar.startOf(periodStart(window.unit, today, 1 - window.ago)))];
  }
  const { from, to } = window as { from?: string; to?: string };
  return [
    from === undefined ? Number.NEGATIVE_INFINITY : calendar.startOf(dayNumber(from)),
    to === undefined ? latestMs : Math.min(latestMs, calendar.startOf(dayNumber(to) + 1)),
  ];
}

/** Moments that satisfy the test now. */
export function momentsOf(calendar: Calendar, test: TimeTest, nowMs: number, planned = false): Span {
  return test.op === 'during'
    ? momentsIn(calendar, test.in, nowMs, planned)
    : [Number.NEGATIVE_INFINITY, beforeMs(calendar, test.moreThan, nowMs)];
}

/** The first moment that is not yet longer ago than the duration. */
function beforeMs(calendar: Calendar, { n, unit }: Duration, nowMs: number): number {
  if (unit === 'month') return calendar.startOf(plusMonths(calendar.dayOf(nowMs), -n));
  return nowMs - n * fixedMs[unit] + 1;
}

/** Numbers below this (April 1970) are amounts, not moments. */
export const leastMomentMs = 1e10;

/** A moment out of a trait: ISO 8601 text, a bare day as its midnight, or milliseconds. @returns undefined when it is none */
export function momentOf(calendar: Calendar, value: unknown): number | undefined {
  if (typeof value === 'number') return value >= leastMomentMs ? value : undefined;
  if (typeof value !== 'string') return undefined;
  if (/^\d{11,15}$/.test(value)) return Number(value);
  const parts = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s*(Z|[+-]\d{2}:?\d{2})?)?$/.exec(value.trim());
  if (!parts) return undefined;
  const [, day, time, zone] = parts;
  const dayNo = dayNumber(day!);
  if (Number.isNaN(dayNo)) return undefined;
  if (time === undefined) return calendar.startOf(dayNo);
  const ms = Date.parse(`${day}T${time}${zone === undefined ? 'Z' : zone}`);
  if (Number.isNaN(ms)) return undefined;
  return zone === undefined ? calendar.startOf(dayNo) + (ms - dayNo * dayMs) : ms;
}
