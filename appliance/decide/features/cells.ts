// What a cell of a file says: nothing, a number, a time or a text. One rule for each, so that a column is the same wherever it is read.

import { normaliseTimestamp } from '../../core/values/date.ts';

const nothing = new Set(['', 'na', 'n/a', '#n/a', 'nan', 'null', 'none', 'nil', '-', '--', '?', '\\n', '无', '空', '缺失']);

export function isNothing(text: string): boolean {
  return text.length <= 4 && nothing.has(text.toLowerCase());
}

// 007 and 0371 are codes, not numbers; so is +86138. A number may group its thousands, name a currency or be a percentage.
const plain = /^-?(?:0|[1-9]\d*)(?:\.\d*)?(?:e[+-]?\d+)?$|^-?\.\d+$/i;
const grouped = /^-?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/;
const infinite = /^[+-]?inf(?:inity)?$/i;

/** @returns undefined when it is no number; an infinity stays one */
export function numberIn(text: string): number | undefined {
  if (plain.test(text)) return Number(text);
  if (infinite.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const bare = /^[¥￥$€£]?\s?(-?[\d,.]+)\s?(%?)$/.exec(text);
  if (!bare) return undefined;
  const digits = grouped.test(bare[1]!) ? bare[1]!.replaceAll(',', '') : bare[1]!;
  if (!plain.test(digits)) return undefined;
  return bare[2] === '%' ? Number(digits) / 100 : Number(digits);
}

const dateLike = /^\d{4}[-/.年]\d{1,2}(?:[-/.月]\d{1,2})?|^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}/;

/** A date or a time as milliseconds since 1970 (UTC where it names no zone); undefined when it is none. */
export function timeIn(text: string): number | undefined {
  if (!dateLike.test(text)) return undefined;
  const read = normaliseTimestamp(text, { timeZone: 'UTC' });
  return read.ok ? read.value : undefined;
}
