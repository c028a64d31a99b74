// Reads the cells of tables: days, amounts and numbers, fast where they are written plainly and by the node's own readers where not.

import { normaliseDate } from '../../../core/values/date.ts';
import { normaliseMoney } from '../../../core/values/money.ts';

const dayMs = 86_400_000;
const rememberedDays = 100_000;

export type CellReader = {
  /** Days since 1970-01-01 of a calendar date; a time of day is cut off. @returns the reason where it cannot be read */
  day(text: string): number | string;
};

/** @param order of day and month where a date leaves it open */
export function cellReader(order: 'dmy' | 'mdy' | undefined): CellReader {
  const remembered = new Map<string, number | string>();
  const options = order === undefined ? {} : { order };
  return {
    day(text) {
      const known = remembered.get(text);
      if (known !== undefined) return known;
      const read = normaliseDate(text, options);
      const day = read.ok ? Date.parse(`${read.value}T00:00:00Z`) / dayMs : `date: ${read.reason}`;
      if (remembered.size >= rememberedDays) remembered.clear();
      remembered.set(text, day);
      return day;
    },
  };
}

/** An amount in units of its currency. @returns the reason where it cannot be read */
export function amountOf(text: string): number | string {
  if (/^-?\d{1,12}(\.\d{1,6})?$/.test(text)) return Number(text);
  const read = normaliseMoney(text);
  return read.ok ? Number(read.value.micros) / 1e6 : `amount: ${read.reason}`;
}

/** A plain number; NaN for an empty cell or a word for nothing. @returns the reason where it cannot be read */
export function numberOf(text: string, name: string): number | string {
  if (/^(|na|n\/a|nan|null|none|-|无|空)$/i.test(text)) return Number.NaN;
  const value = Number(text.replaceAll(',', ''));
  return Number.isFinite(value) ? value : `${name}: not a number`;
}

/** `yyyy-mm-dd`. @param day since 1970 */
export function dayText(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}
