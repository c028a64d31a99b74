// Numbers as people read them, the same in both languages. What is not a number (NaN, null, absent) is a dash, so that a report with holes
// still makes a page.

export const dash = '–';
const minus = '−';
type Maybe = number | null | undefined;

const known = (value: Maybe): value is number => typeof value === 'number' && Number.isFinite(value);

const formats = new Map<string, Intl.NumberFormat>();

/** Making one takes longer than a thousand uses of it. */
function formatOf(least: number, most: number): Intl.NumberFormat {
  const key = `${least} ${most}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat('en-US', { minimumFractionDigits: least, maximumFractionDigits: most });
    formats.set(key, format);
  }
  return format;
}

function grouped(value: number, digits: number, least = digits): string {
  const text = formatOf(least, digits).format(Math.abs(value));
  return value < 0 && /[1-9]/.test(text) ? minus + text : text;
}

/** @returns `7,043` */
export const count = (value: Maybe): string => (known(value) ? grouped(Math.round(value), 0) : dash);
/** A seed, which is a name more than a number. @returns `20240` */
export const digits = (value: Maybe): string => (known(value) ? String(value) : dash);
/** @returns `0.846` */
export const decimal = (value: Maybe, places = 3): string => (known(value) ? grouped(value, places) : dash);
/** @returns `+0.012` */
export const signed = (value: Maybe, digits = 3): string => (known(value) && value >= 0 ? '+' : '') + decimal(value, digits);
/** @returns `26.5%` of 0.265 */
export const percent = (share: Maybe, digits = 1): string => (known(share) ? `${grouped(share * 100, digits)}%` : dash);
/** @returns `3.2×` */
export const times = (factor: Maybe, digits = 1): string => (known(factor) ? `${grouped(factor, digits)}×` : dash);

/** A value of a column: four figures that count, thousands apart. */
export function plain(value: Maybe): string {
  if (!known(value)) return dash;
  if (value === 0) return '0';
  const size = Math.floor(Math.log10(Math.abs(value)));
  if (size >= 15 || size < -6) return value.toExponential(2).replaceAll('-', minus);
  return grouped(value, Math.max(0, Math.min(9, 3 - size)), 0);
}

/** For the ticks of an axis: `1.5k`, `2M`. */
export function short(value: number): string {
  const size = Math.abs(value);
  for (const [unit, letter] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const)
    if (size >= unit) return grouped(value / unit, 1, 0) + letter;
  return plain(value);
}

/** @param atMs milliseconds since 1970; the day in UTC */
export function day(atMs: Maybe): string {
  if (!known(atMs) || Math.abs(atMs) > 8.64e15) return dash;
  return new Date(atMs).toISOString().slice(0, 10);
}

/** A share of 1 as a width, never wider than all. */
export const width = (share: Maybe): string => `${(known(share) ? Math.min(1, Math.max(0, share)) * 100 : 0).toFixed(2)}%`;
/** The number if it is one, else undefined: for comparisons that must not be true by accident. */
export const finite = (value: Maybe): number | undefined => (known(value) ? value : undefined);
