// The part of the grammar that speaks of time: windows such as `in 30 days`, `30天内`, `this month`, `since 2026-01-01`, and tests of one moment.

import { dayMs, dayNumber } from './calendar.ts';
import type { Reader } from './reader.ts';
import { type Duration, isDay, type PeriodUnit, type TimeTest, type TimeWindow } from './rule.ts';
import type { Word } from './words.ts';

const periods = {
  today: ['day', 0],
  yesterday: ['day', 1],
  thisWeek: ['week', 0],
  lastWeek: ['week', 1],
  thisMonth: ['month', 0],
  lastMonth: ['month', 1],
  thisQuarter: ['quarter', 0],
  lastQuarter: ['quarter', 1],
  thisYear: ['year', 0],
  lastYear: ['year', 1],
} as const satisfies { readonly [word in Word]?: readonly [PeriodUnit, 0 | 1] };
export type PeriodWord = keyof typeof periods;
const periodWords = Object.keys(periods) as PeriodWord[];

/** The word that says a calendar period. */
export function periodWord(unit: PeriodUnit, ago: 0 | 1): PeriodWord {
  return periodWords.find((word) => periods[word][0] === unit && periods[word][1] === ago)!;
}

/** `30 days`, `30天`. */
export function readDuration(reader: Reader): Duration | undefined {
  const n = reader.whole();
  if (n === undefined || n === 0) return reader.missing('whole');
  const unit = reader.oneOf(['hour', 'day', 'week', 'month']);
  return unit === undefined ? reader.missing('unit') : { n, unit };
}

/** A window, before or after what it bounds. */
export function readWindow(reader: Reader): TimeWindow | undefined {
  return reader.attempt(() => {
    const led = reader.oneOf(['within', 'on']) !== undefined;
    const period = reader.oneOf(periodWords);
    if (period) {
      reader.word('inside');
      const [unit, ago] = periods[period];
      return { kind: 'period', unit, ago };
    }
    return readLast(reader, led) ?? readDates(reader, led) ?? reader.missing('window');
  });
}

/** `in [the last] 30 days`, `近30天`, `30天内`: something before or after has to say that it is a window. */
function readLast(reader: Reader, led: boolean): TimeWindow | undefined {
  return reader.attempt(() => {
    const past = reader.word('past');
    if (!led && !past && !/^[1-9]/.test(reader.text.slice(reader.at))) return undefined;
    const duration = readDuration(reader);
    if (!duration) return undefined;
    return reader.word('inside') || led || past ? { kind: 'last', ...duration } : reader.missing('window');
  });
}

const shifted = (date: string, days: number) => new Date((dayNumber(date) + days) * dayMs).toISOString().slice(0, 10);

function readDates(reader: Reader, led: boolean): TimeWindow | undefined {
  return reader.attempt(() => {
    const lead = reader.oneOf(['since', 'until', 'before', 'after']);
    if (lead === undefined && !led && !/^\d{4}/.test(reader.text.slice(reader.at))) return undefined;
    const date = readDate(reader);
    if (date === undefined) return undefined;
    if (lead === 'before') return { kind: 'dates', to: shifted(date, -1) };
    if (lead === 'after') return { kind: 'dates', from: shifted(date, 1) };
    if (lead === 'until') {
      reader.word('untilEnd');
      return { kind: 'dates', to: date };
    }
    if (lead === 'since') {
      reader.word('sinceEnd');
      const to = reader.attempt(() => (reader.word('until') ? readDate(reader) : undefined));
      if (to === undefined) return { kind: 'dates', from: date };
      reader.word('untilEnd');
      return { kind: 'dates', from: date, to };
    }
    const end = reader.oneOf(['beforeEnd', 'afterEnd', 'sinceEnd']);
    if (end === 'beforeEnd') return { kind: 'dates', to: shifted(date, -1) };
    if (end === 'afterEnd') return { kind: 'dates', from: shifted(date, 1) };
    if (end === 'sinceEnd') return { kind: 'dates', from: date };
    return led ? { kind: 'dates', from: date, to: date } : undefined;
  });
}

/** A day that the calendar has. */
export function readDate(reader: Reader): string | undefined {
  return reader.attempt(() => {
    const begin = reader.at;
    const date = reader.date();
    if (date !== undefined && isDay(date) && /^(19|20)/.test(date)) return date;
    reader.at = begin;
    return reader.missing('date');
  });
}

/** A date after a comparison: `>= 2026-01-01` is a window like any other. */
export function windowCompared(op: '=' | '<' | '<=' | '>' | '>=', date: string): TimeWindow {
  switch (op) {
    case '=':
      return { kind: 'dates', from: date, to: date };
    case '<':
      return { kind: 'dates', to: shifted(date, -1) };
    case '<=':
      return { kind: 'dates', to: date };
    case '>':
      return { kind: 'dates', from: shifted(date, 1) };
    case '>=':
      return { kind: 'dates', from: date };
  }
}

/** A test of one moment: `more than 30 days ago`, `在30天以前`, or a window. */
export function readTimeTest(reader: Reader): TimeTest | undefined {
  const ago = reader.attempt((): TimeTest | undefined => {
    const led = reader.oneOf(['moreThan', 'within', 'on']) !== undefined;
    if (!led && !/^\s*\d/.test(reader.text.slice(reader.at))) return undefined;
    const duration = readDuration(reader);
    return duration && reader.word('ago') ? { op: 'ago', moreThan: duration } : undefined;
  });
  if (ago) return ago;
  const window = readWindow(reader);
  return window && { op: 'during', in: window };
}
