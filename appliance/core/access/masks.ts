// Masks: what is left of a value when only its shape may be seen. A masked text is never longer than the value, is the same for the same
// value, and is made of places that are shown and of stars: what is hidden does not change it, but for how many stars there are.

import { parseAddress } from '../values/address.ts';
import { comparisonText } from '../values/text.ts';
import type { DataClass } from './classes.ts';

/** For a value of which nothing is shown. */
export const nothingShown = '***';

type Mask = (value: string) => string;

const masks: { readonly [name in DataClass]: Mask } = {
  name: maskName,
  phone: maskPhone,
  email: maskEmail,
  address: maskAddress,
  'national-id': (value) => keepEnds(value, 2, 2, 12),
  'bank-card': (value) => keepEnds(value, 0, 4, 8),
  'birth-date': (value) => (/^(\d{4})-\d{2}-\d{2}/.test(value) ? `${value.slice(0, 4)}-**-**` : stars(value)),
  device: maskDevice,
  'free-text': stars,
  other: stars,
};

/** 138****5678, 王*明, w***@example.com. @param value as people write it or as the node keeps it */
export function mask(value: string, dataClass: DataClass): string {
  return value === '' ? '' : masks[dataClass](value);
}

function stars(value: string): string {
  return nothingShown.slice(0, value.length);
}

const lastOf = (value: string, count: number) => [...value].slice(-count).join('');

/** Most are long hexadecimal numbers, and an answer has many: only others are taken apart into characters. */
function maskDevice(value: string): string {
  if (ascii.test(value)) return value.length >= 12 ? `****${value.slice(-4)}` : stars(value);
  return [...value].length >= 12 ? `****${lastOf(value, 4)}` : stars(value);
}

/** @param atLeast letters and digits; a shorter value is hidden whole, as what is shown would be too much of it */
function keepEnds(value: string, head: number, tail: number, atLeast: number): string {
  const letters = [...value].filter((letter) => /[\p{L}\p{N}]/u.test(letter));
  if (letters.length < atLeast) return stars(value);
  const hidden = letters.length - head - tail;
  return letters.slice(0, head).join('') + '*'.repeat(hidden) + letters.slice(letters.length - tail).join('');
}

function maskPhone(value: string): string {
  const digits = value.normalize('NFKC').replace(/\D/g, '');
  // Without +86, as a Chinese mobile is read out.
  const national = /^(?:0086|86)1\d{10}$/.test(digits) ? digits.slice(-11) : digits;
  if (national.length < 7) return stars(value);
  if (national.length < 11) return '*'.repeat(national.length - 2) + national.slice(-2);
  return `${national.slice(0, 3)}${'*'.repeat(national.length - 7)}${national.slice(-4)}`;
}

function maskEmail(value: string): string {
  const at = value.lastIndexOf('@');
  if (at < 1 || at === value.length - 1) return stars(value);
  const [first = ''] = value;
  const rest = at - first.length;
  const shown = rest === 0 ? '*' : first + '*'.repeat(Math.min(3, rest));
  return shown + value.slice(at);
}

/** What most values outside China are: a letter is a place, and nothing need be taken apart. */
const ascii = /^[\x20-\x7e]*$/;

/** Of a word in ASCII. */
function initialOf(word: string): string {
  const hidden = '*'.repeat(word.length - 1);
  return word.length > 1 && /[A-Za-z]/.test(word[0]!) ? word[0] + hidden : `*${hidden}`;
}

const han = /\p{Script=Han}/u;

function maskName(value: string): string {
  const text = value.trim();
  if (text === '') return stars(value);
  if (ascii.test(text)) return text.split(/\s+/).map(initialOf).join(' ');
  const letters = [...text];
  // Names that are written without spaces show their first and last character, others the first letter of each word.
  if (han.test(text) && !/\s/.test(text)) {
    if (letters.length === 1) return '*';
    if (letters.length === 2) return `${letters[0]}*`;
    return `${letters[0]}${'*'.repeat(letters.length - 2)}${letters.at(-1)}`;
  }
  return text
    .split(/\s+/)
    .map((word) => {
      const [first = '', ...rest] = [...word];
      return rest.length === 0 || !/\p{L}/u.test(first) ? '*'.repeat(rest.length + 1) : first + '*'.repeat(rest.length);
    })
    .join(' ');
}

/** Down to the city. */
function maskAddress(value: string): string {
  const parsed = parseAddress(value);
  if (!parsed.ok) return stars(value);
  const { province = '', city = '' } = parsed.value;
  const chinese = han.test(value);
  const known = (chinese && province !== city ? [province, city] : [city]).filter((part) => part !== '' && !/\d/.test(part));
  // The parts are in the form they are compared in; what they are shown as must stand in the value.
  const whole = comparisonText(value).replace(/\s+/g, '');
  if (known.length === 0 || known.some((part) => !whole.includes(comparisonText(part).replace(/\s+/g, '')))) return stars(value);
  const shown = `${known.join('')}${nothingShown}`;
  return shown.length <= value.length ? shown : stars(value);
}
