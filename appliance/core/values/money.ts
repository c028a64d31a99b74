// Money as whole millionths of a currency unit in a bigint: sums of it are exact, which sums of 0.1 are not.

import { type Normal, normal, refuse } from './normal.ts';
import { asText, cleanText } from './text.ts';

export type Money = {
  /** Millionths of the currency unit. */
  readonly micros: bigint;
  /** ISO 4217, when the text names one. */
  readonly currency?: string;
};
export type MoneyOptions = {
  /** The decimal mark when a text with one mark could be read both ways (1.234). Default '.'. */
  readonly decimal?: '.' | ',';
  /** ISO 4217 for amounts that name none. */
  readonly currency?: string;
};

export const moneyLimits = { length: 64, integerDigits: 15 } as const;

// `¥` is the yuan here and the yen where a source says so; `$` alone is the US dollar.
const signs: readonly (readonly [RegExp, string])[] = [
  [/US\$|USD|\$(?!.*[A-Z]{3})/i, 'USD'],
  [/HK\$|HKD|港币|港元/i, 'HKD'],
  [/NT\$|TWD|新台币/i, 'TWD'],
  [/EUR|€|欧元/i, 'EUR'],
  [/GBP|£|英镑/i, 'GBP'],
  [/JPY|円|日元/i, 'JPY'],
  [/CNY|RMB|[¥￥]|人民币|元|圆|块/i, 'CNY'],
];
const scales: readonly (readonly [RegExp, bigint])[] = [
  [/亿/, 100_000_000n],
  [/万/, 10_000n],
];

/** @returns the amount; `(12.50)` and a trailing minus are negative, as in accounting */
export function normaliseMoney(raw: unknown, options: MoneyOptions = {}): Normal<Money> {
  const given = typeof raw === 'boolean' ? undefined : asText(raw);
  if (given === undefined) return refuse('not an amount: not text or a number');
  if (given.length > moneyLimits.length) return refuse('not an amount: too long');
  const text = cleanText(given)
    .normalize('NFKC')
    .replace(/[\u2212\ufe63]/g, '-')
    .replace(/萬/g, '万')
    .replace(/億/g, '亿')
    .trim();
  const currency = signs.find(([sign]) => sign.test(text))?.[1] ?? /\b[A-Z]{3}\b/.exec(text)?.[0] ?? options.currency;
  const parts =
    /^(\(|-|\+)?\s*[^\d\s().,+-]{0,6}\$?\s*(-|\+)?\s*((?:\d[\d.,' ]*|\.\d+)(?:e[+-]?\d{1,2})?)\s*([^\d.,()-]{0,8})\s*(\)|-)?$/i.exec(
      text,
    );
  if (!parts) return refuse('not an amount: no number in a known form');
  const negative = parts[1] === '(' || parts[1] === '-' || parts[2] === '-' || parts[5] === '-';
  if (parts[1] && parts[1] !== '(' && parts[2]) return refuse('not an amount: two signs');
  if ((parts[1] === '(') !== (parts[5] === ')')) return refuse('not an amount: unbalanced bracket');
  const micros = toMicros(parts[3]!.trim(), options.decimal ?? '.');
  if (typeof micros === 'string') return refuse(`not an amount: ${micros}`);
  const scale = scales.find(([word]) => word.test(parts[4] ?? ''))?.[1] ?? 1n;
  const signed = (negative ? -micros : micros) * scale;
  return normal(currency ? { micros: signed, currency } : { micros: signed });
}

/** The shortest decimal text of an amount, without currency: `-12.5`. */
export function moneyText(micros: bigint): string {
  const size = micros < 0n ? -micros : micros;
  const fraction = (size % 1_000_000n).toString().padStart(6, '0').replace(/0+$/, '');
  return `${micros < 0n ? '-' : ''}${size / 1_000_000n}${fraction === '' ? '' : `.${fraction}`}`;
}

function toMicros(text: string, decimal: '.' | ','): bigint | string {
  const [mantissa, exponent] = text.toLowerCase().split('e');
  const plain = mantissa!.replace(/[' ]/g, '');
  const mark = decimalMark(plain, decimal);
  const at = mark === undefined ? -1 : plain.lastIndexOf(mark);
  const whole = (at < 0 ? plain : plain.slice(0, at)).replace(/[.,]/g, '');
  const fraction = at < 0 ? '' : plain.slice(at + 1);
  if (!/^\d*$/.test(fraction) || whole + fraction === '') return 'no number in a known form';
  const shift = Number(exponent ?? 0);
  if (Math.abs(shift) > 20) return 'the exponent is too large';
  return place(whole, fraction, shift);
}

function place(whole: string, fraction: string, shift: number): bigint | string {
  const digits = whole + fraction;
  const point = whole.length + shift;
  const integer = (point > 0 ? digits.slice(0, point).padEnd(point, '0') : '').replace(/^0+/, '');
  if (integer.length > moneyLimits.integerDigits) return `more than ${moneyLimits.integerDigits} digits before the decimal mark`;
  const rest = point >= 0 ? digits.slice(point) : '0'.repeat(-point) + digits;
  const kept = rest.slice(0, 6).padEnd(6, '0');
  const half = (rest[6] ?? '0') >= '5' ? 1n : 0n;
  return BigInt(integer || '0') * 1_000_000n + BigInt(kept) + half;
}

/** With both marks the last one is the decimal mark; one mark before exactly three digits groups thousands, unless told. */
function decimalMark(text: string, usual: '.' | ','): '.' | ',' | undefined {
  const comma = text.lastIndexOf(',');
  const dot = text.lastIndexOf('.');
  if (comma < 0 && dot < 0) return undefined;
  if (comma >= 0 && dot >= 0) return comma > dot ? ',' : '.';
  const mark = comma >= 0 ? ',' : '.';
  const at = Math.max(comma, dot);
  if (text.indexOf(mark) !== at) return undefined;
  if (mark === usual) return mark;
  return text.length - at - 1 === 3 && at > 0 ? undefined : mark;
}
