// The shapes a date is written in, each a pattern and what its parts mean. Whether such a day exists is asked elsewhere.

import { cleanText } from './text.ts';

export type Written = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour?: number;
  readonly minute?: number;
  readonly second?: number;
  readonly millisecond?: number;
  /** Minutes east of UTC; absent when none is written. */
  readonly offsetMinutes?: number | undefined;
};

type Order = 'dmy' | 'mdy';
type Time = Omit<Written, 'year' | 'month' | 'day'>;
type Shape = { readonly pattern: RegExp; read(parts: RegExpExecArray, order: Order): Written | string };

const months = new Map<string, number>(
  'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ').map((name, index) => [name, index + 1]),
);
const monthName = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?';
const weekday = '(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\\.?,?\\s+)?';
// What may follow a date: a time, a half of the day in English or Chinese, an offset.
const timeTail =
  '(?:(?:\\s*t\\s*|\\s+|:|,\\s*)?((?:上午|下午|晚上|中午|凌晨|am|pm)?\\s*\\d{1,2}(?:[:时時点點]\\d{1,2}(?:[:分](?:\\d{1,2}(?:[.,]\\d{1,9})?秒?)?)?|[时時点點])\\s*(?:am|pm|a\\.m\\.|p\\.m\\.)?)\\s*(z|utc|gmt|[+-]\\d{2}(?::?\\d{2})?|(?:utc|gmt)[+-]\\d{1,2}(?::?\\d{2})?)?(?:\\s*\\([^)]*\\)|\\[[\\w/+-]+\\])?)?$';

const shape = (head: string, read: (parts: RegExpExecArray, order: Order) => Written | string): Shape => ({
  pattern: new RegExp(`^${head}${timeTail}`, 'i'),
  read(parts, order) {
    const day = read(parts, order);
    if (typeof day === 'string') return day;
    const time = readTime(parts.at(-2), parts.at(-1));
    return typeof time === 'string' ? time : { ...day, ...time };
  },
});

const shapes: readonly Shape[] = [
  shape('(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})', (p) => ({ year: num(p[1]), month: num(p[3]), day: num(p[4]) })),
  shape('(\\d{4})(\\d{2})(\\d{2})', (p) => ({ year: num(p[1]), month: num(p[2]), day: num(p[3]) })),
  shape('(民国|民國)?(\\d{1,4})年(\\d{1,2})月(\\d{1,2})[日号號]?', (p) => {
    const year = num(p[2]);
    // The calendar of the Republic counts from 1912 as its first year.
    return { year: p[1] ? year + 1911 : fullYear(year, p[2]!.length), month: num(p[3]), day: num(p[4]) };
  }),
  shape('(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4}|\\d{2})', (p, order) => {
    const [first, second] = [num(p[1]), num(p[3])];
    const dayFirst = first > 12 || (second <= 12 && order === 'dmy');
    return { year: fullYear(num(p[4]), p[4]!.length), month: dayFirst ? second : first, day: dayFirst ? first : second };
  }),
  shape(`${weekday}(\\d{1,2})(?:st|nd|rd|th)?[\\s/-]+${monthName}[\\s/,-]*(\\d{4}|\\d{2})`, (p) => ({
    year: fullYear(num(p[3]), p[3]!.length),
    month: months.get(p[2]!.toLowerCase())!,
    day: num(p[1]),
  })),
  shape(`${weekday}${monthName}\\s*(\\d{1,2})(?:st|nd|rd|th)?,?\\s+(\\d{4})`, (p) => ({
    year: num(p[3]),
    month: months.get(p[1]!.toLowerCase())!,
    day: num(p[2]),
  })),
  // 20240305102233 and JavaScript's own Date.toString(), whose time precedes nothing but a bracketed zone.
  {
    pattern: /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/,
    read: (p) => ({ year: num(p[1]), month: num(p[2]), day: num(p[3]), hour: num(p[4]), minute: num(p[5]), second: num(p[6]) }),
  },
];

/** @returns what is written, or in a few words why it cannot be read */
export function readWritten(raw: string, order: Order): Written | string {
  const text = chineseDigits(cleanText(raw).normalize('NFKC').trim())
    .replace(/\s+/g, ' ')
    .replace(/\s+(?=[年月日])|(?<=[年月])\s+/g, '');
  if (text === '') return 'empty';
  if (/^[+-]?\d{5,6}-\d{2}-\d{2}/.test(text)) return 'the year is outside 1850 to 2199';
  for (const { pattern, read } of shapes) {
    const parts = pattern.exec(text);
    if (parts) return read(parts, order);
  }
  return /^-?\d{9,19}(?:\.\d{1,9})?$/.test(text) ? readEpoch(text) : 'no known way to write a date';
}

/** Seconds, milli-, micro- or nanoseconds since 1970, told apart by size: seconds stay below 1e11 until the year 5138. */
function readEpoch(text: string): Written | string {
  const value = Number(text);
  const size = Math.abs(value);
  const ms = Math.round(size < 1e11 ? value * 1000 : size < 1e14 ? value : size < 1e17 ? value / 1000 : value / 1e6);
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return 'the number is no time';
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    millisecond: date.getUTCMilliseconds(),
    offsetMinutes: 0,
  };
}

function readTime(text: string | undefined, zone: string | undefined): Time | string {
  if (text === undefined) return {};
  const parts = /(\d{1,2})(?:\D(\d{1,2}))?(?:\D(\d{1,2})(?:[.,](\d{1,9}))?)?/.exec(text);
  if (!parts) return 'no known way to write a time';
  const half = /下午|晚上|中午|p\.?m/i.test(text) ? 'pm' : /上午|凌晨|a\.?m/i.test(text) ? 'am' : undefined;
  const written = num(parts[1]);
  if (half && written > 12 && !/[上下晚中凌]/.test(text)) return 'no such time of day';
  const hour = half === 'pm' && written < 12 ? written + 12 : half === 'am' && written === 12 ? 0 : written;
  return {
    hour,
    minute: num(parts[2]),
    second: num(parts[3]),
    millisecond: Math.floor(Number(`0.${parts[4] ?? '0'}`) * 1000),
    offsetMinutes: readOffset(zone),
  };
}

function readOffset(zone: string | undefined): number | undefined {
  if (!zone) return undefined;
  const parts = /([+-])(\d{1,2}):?(\d{2})?$/.exec(zone);
  if (!parts) return 0;
  const minutes = num(parts[2]) * 60 + num(parts[3]);
  return parts[1] === '-' ? -minutes : minutes;
}

const num = (text: string | undefined): number => (text === undefined ? 0 : Number(text));

// Two-digit years: 00 to 29 are this century. POSIX takes 68 as its border, which would make a customer born in 1950 unborn.
function fullYear(year: number, digits: number): number {
  return digits > 2 ? year : year < 30 ? 2000 + year : 1900 + year;
}

const digitOf = new Map(
  [...'〇一二三四五六七八九']
    .map((c, i) => [c, i] as const)
    .concat([
      ['零', 0],
      ['○', 0],
    ]),
);

/** 一九九〇年三月二十五日 becomes 1990年3月25日; text without Chinese numerals comes back as it is. */
function chineseDigits(text: string): string {
  if (!/[〇零○一二三四五六七八九十]/.test(text) || !/[年月日]/.test(text)) return text;
  return text.replace(/[〇零○一二三四五六七八九十]+/g, (run) => {
    if (!run.includes('十')) return [...run].map((c) => digitOf.get(c)).join('');
    const [tens, ones] = run.split('十');
    return String((tens ? (digitOf.get(tens) ?? 0) : 1) * 10 + (ones ? (digitOf.get(ones) ?? 0) : 0));
  });
}
