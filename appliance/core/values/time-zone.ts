// Wall-clock time in a named zone (IANA) to milliseconds since 1970 and back, by the tables the runtime carries.

export type WallClock = {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
};

/** The zone meant when a time names none and nobody configured one. */
export function defaultTimeZone(region: string): string {
  return region === 'CN' ? 'Asia/Shanghai' : 'UTC';
}

const formats = new Map<string, Intl.DateTimeFormat>();
const formatsLimit = 64;

/** @throws {RangeError} on a zone the runtime does not know */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US-u-ca-iso8601-hc-h23', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  if (formats.size >= formatsLimit) formats.clear();
  formats.set(timeZone, format);
  return format;
}

export function isTimeZone(timeZone: string): boolean {
  try {
    formatOf(timeZone);
    return true;
  } catch {
    return false;
  }
}

export function utcMs(at: WallClock): number {
  // Date.UTC reads years 0 to 99 as 1900 and later; setUTCFullYear does not.
  const date = new Date(0);
  date.setUTCFullYear(at.year, at.month - 1, at.day);
  date.setUTCHours(at.hour, at.minute, at.second, at.millisecond);
  return date.getTime();
}

export function wallClockIn(ms: number, timeZone: string): WallClock {
  const parts: Record<string, number> = {};
  for (const part of formatOf(timeZone).formatToParts(ms)) parts[part.type] = Number(part.value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return { year, month, day, hour, minute, second, millisecond: ((ms % 1000) + 1000) % 1000 };
}

/** A time that a clock change skips is read as if the clock had not changed; one that occurs twice as the first. */
export function zonedMs(at: WallClock, timeZone: string): number {
  const asUtc = utcMs(at);
  if (timeZone === 'UTC') return asUtc;
  const offsetAt = (ms: number): number => utcMs(wallClockIn(ms, timeZone)) - ms;
  const before = offsetAt(asUtc - 86_400_000);
  if (offsetAt(asUtc - before) === before) return asUtc - before;
  const after = offsetAt(asUtc + 86_400_000);
  return offsetAt(asUtc - after) === after ? asUtc - after : asUtc - before;
}
