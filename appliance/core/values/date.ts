// Dates and times as files and forms write them: ISO 8601, compact digits, day/month orders by region, Chinese, month
// names, epochs. A date that does not exist, or lies outside the years named here, is refused with the reason.

import { readWritten, type Written } from './date-shapes.ts';
import { defaultRegion, type Normal, normal, type Region, refuse } from './normal.ts';
import { asText } from './text.ts';
import { defaultTimeZone, isTimeZone, utcMs, type WallClock, wallClockIn, zonedMs } from './time-zone.ts';

export type DateOptions = {
  /** Decides 3/5/1990 (US: month first, elsewhere day first) and the default zone. Default CN. */
  readonly region?: Region;
  /** Overrides the region's order of day and month. */
  readonly order?: 'dmy' | 'mdy';
  /** IANA name for times that carry no offset. Default Asia/Shanghai in CN, UTC elsewhere. */
  readonly timeZone?: string;
};

/** Years accepted; beyond them a value is a typing error or an attack (ECMAScript dates end in 275760). */
export const dateLimits = { firstYear: 1850, lastYear: 2199, length: 64 } as const;

const monthFirst = new Set(['US', 'PH', 'PW', 'FM', 'MH', 'CA']);

/** A calendar date, such as a birthday. @returns `yyyy-mm-dd` */
export function normaliseDate(raw: unknown, options: DateOptions = {}): Normal<string> {
  const read = readDate(raw, options);
  if (!read.ok) return read;
  const { at, offsetMinutes } = read.value;
  const midnight = at.hour === 0 && at.minute === 0 && at.second === 0 && at.millisecond === 0;
  // 1990-03-04T16:00:00Z is a Chinese midnight that some program turned into UTC; 1990-03-05T00:00:00Z means the fifth.
  const shown = offsetMinutes === undefined || midnight ? at : wallClockIn(utcMs(at) - offsetMinutes * 60_000, zoneOf(options));
  return normal(`${pad(shown.year, 4)}-${pad(shown.month, 2)}-${pad(shown.day, 2)}`);
}

/** A moment. @returns milliseconds since 1970-01-01T00:00:00Z */
export function normaliseTimestamp(raw: unknown, options: DateOptions = {}): Normal<number> {
  const read = readDate(raw, options);
  if (!read.ok) return read;
  const { at, offsetMinutes } = read.value;
  if (offsetMinutes !== undefined) return normal(utcMs(at) - offsetMinutes * 60_000);
  const zone = zoneOf(options);
  return isTimeZone(zone) ? normal(zonedMs(at, zone)) : refuse('not a time: unknown time zone');
}

/** A moment as ISO 8601 in UTC, for traits. */
export function normaliseMoment(raw: unknown, options: DateOptions = {}): Normal<string> {
  const ms = normaliseTimestamp(raw, options);
  return ms.ok ? normal(new Date(ms.value).toISOString()) : ms;
}

function zoneOf(options: DateOptions): string {
  return options.timeZone ?? defaultTimeZone((options.region ?? defaultRegion).toUpperCase());
}

type Read = { readonly at: WallClock; readonly offsetMinutes: number | undefined };

function readDate(raw: unknown, options: DateOptions): Normal<Read> {
  const given = typeof raw === 'boolean' ? undefined : asText(raw);
  if (given === undefined) return refuse('not a date: not text or a number');
  if (given.length > dateLimits.length) return refuse('not a date: too long');
  const order = options.order ?? (monthFirst.has((options.region ?? defaultRegion).toUpperCase()) ? 'mdy' : 'dmy');
  const written = readWritten(given, order);
  if (typeof written === 'string') return refuse(`not a date: ${written}`);
  return check(written);
}

function check(written: Written): Normal<Read> {
  const { year, month, day, hour = 0, minute = 0, second = 0, millisecond = 0, offsetMinutes } = written;
  if (year < dateLimits.firstYear || year > dateLimits.lastYear) {
    return refuse(`not a date: the year is outside ${dateLimits.firstYear} to ${dateLimits.lastYear}`);
  }
  if (month < 1 || month > 12) return refuse('not a date: no such month');
  if (day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return refuse('not a date: no such day in that month');
  // 24:00 ends a day and :60 is a leap second in ISO 8601; both are read as the next moment by the arithmetic.
  const endOfDay = hour === 24 && minute === 0 && second === 0 && millisecond === 0;
  if ((hour > 23 && !endOfDay) || minute > 59 || second > 60) return refuse('not a date: no such time of day');
  if (offsetMinutes !== undefined && Math.abs(offsetMinutes) > 14 * 60) return refuse('not a date: no such offset from UTC');
  return normal({ at: { year, month, day, hour, minute, second, millisecond }, offsetMinutes });
}

const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');
