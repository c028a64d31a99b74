// Numbers, sizes, durations and times as people read them in what officers approve and what compliance keeps: the same figures in English and
// in Simplified Chinese, so that the two texts of one report can be laid side by side.

import type { Words } from './words.ts';

export const say = (en: string, zh: string): Words => ({ en, zh });
/** What is written alike in both languages: figures, names of methods, fingerprints. */
export const same = (text: string): Words => ({ en: text, zh: text });

const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** What somebody else wrote, as it may stand in a line: signs that break it, steer a terminal or hide are replaced. */
export function lineOf(text: string): string {
  return text.replace(unseen, '\ufffd');
}

/** Digits in groups of three. @param value a decimal where it may be larger than a float keeps */
export function numberOf(value: number | string): string {
  const [whole, fraction] = `${value}`.split('.');
  const grouped = whole!.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Two digits that count below ten, whole numbers above. */
function rounded(value: number): string {
  return value < 10 ? `${Number(value.toPrecision(2))}` : numberOf(Math.round(value));
}

const byteUnits = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const;
const largestUnit = byteUnits.length - 1;

/** In powers of 1000. */
export function bytesOf(bytes: number): Words {
  let unit = 0;
  let value = bytes;
  while (value >= 1000 && unit < largestUnit) {
    value /= 1000;
    unit += 1;
  }
  const figure = rounded(value);
  return unit === 0 ? say(`${figure} bytes`, `${figure} 字节`) : same(`${figure} ${byteUnits[unit]}`);
}

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365.25 * day;
const spans: readonly { readonly upToS: number; readonly unitS: number; readonly en: string; readonly zh: string }[] = [
  { upToS: 90, unitS: 1, en: 'second', zh: '秒' },
  { upToS: 90 * minute, unitS: minute, en: 'minute', zh: '分钟' },
  { upToS: 36 * hour, unitS: hour, en: 'hour', zh: '小时' },
  { upToS: 2 * year, unitS: day, en: 'day', zh: '天' },
  { upToS: Number.POSITIVE_INFINITY, unitS: year, en: 'year', zh: '年' },
];

/** How long, as one says it. */
export function durationOf(seconds: number): Words {
  if (seconds < 1) return say('less than a second', '不到 1 秒');
  if (seconds > 10_000 * year) return say('more than 10,000 years', '超过 10,000 年');
  const span = spans.find(({ upToS }) => seconds < upToS)!;
  const figure = rounded(seconds / span.unitS);
  return say(`${figure} ${span.en}${figure === '1' ? '' : 's'}`, `${figure} ${span.zh}`);
}

/**
 * ISO 8601 to the second, with how far the zone is from UTC.
 * @param zone an IANA name, such as Asia/Shanghai  @throws {RangeError} for a zone that there is none
 */
export function timeOf(atMs: number, zone: string): string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'longOffset',
  });
  const part = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
  const offset = part.timeZoneName!.replace('GMT', '') || 'Z';
  return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}:${part.second}${offset}`;
}

/** One after the other, with a word before the last. */
export function joined(items: readonly Words[]): Words {
  const write = (texts: readonly string[], comma: string, last: string) =>
    texts.length < 2 ? (texts[0] ?? '') : `${texts.slice(0, -1).join(comma)}${last}${texts.at(-1)}`;
  return say(
    write(
      items.map(({ en }) => en),
      ', ',
      ' and ',
    ),
    write(
      items.map(({ zh }) => zh),
      '、',
      '和',
    ),
  );
}
