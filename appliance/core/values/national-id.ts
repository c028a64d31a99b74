// Resident identity numbers of China (GB 11643-1999): the 18-digit form with its check character (ISO 7064 MOD 11-2), the
// old 15-digit form brought up to it, and what the number itself says: region, birth date, gender.

import { type Normal, normal, refuse } from './normal.ts';
import { asText, cleanText } from './text.ts';

export type NationalId = {
  /** 18 characters, the last may be `X`. */
  readonly number: string;
  /** `yyyy-mm-dd` */
  readonly birthDate: string;
  readonly gender: 'male' | 'female';
  /** The first six digits (GB/T 2260). */
  readonly regionCode: string;
};

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const checkCharacters = '10X98765432';
// GB/T 2260 by its first two digits; 81-83 are residence permits for Hong Kong, Macao and Taiwan, 9 foreign residents.
const provinces = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91'.split(' '),
);

/** The check character of the first 17 digits. */
export function nationalIdCheck(digits: string): string {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += (digits.charCodeAt(i) - 48) * weights[i]!;
  return checkCharacters[sum % 11]!;
}

/** @returns the 18-character form, or why the number cannot be one */
export function normaliseNationalId(raw: unknown): Normal<string> {
  const parsed = parseNationalId(raw);
  return parsed.ok ? normal(parsed.value.number) : parsed;
}

export function parseNationalId(raw: unknown): Normal<NationalId> {
  const given = asText(raw);
  if (given === undefined || given.length > 64) return refuse('not an identity number: not text of 15 or 18 characters');
  const text = cleanText(given)
    .normalize('NFKC')
    .replace(/[\s\-.]/g, '')
    .toUpperCase();
  if (/^\d{15}$/.test(text)) return fromOldForm(text);
  if (!/^\d{17}[\dX]$/.test(text)) return refuse('not an identity number: not 18 digits (the last may be X)');
  if (nationalIdCheck(text) !== text[17]) return refuse('not an identity number: the check digit is wrong');
  return read(text);
}

function fromOldForm(text: string): Normal<NationalId> {
  const digits = `${text.slice(0, 6)}19${text.slice(6)}`;
  return read(digits + nationalIdCheck(digits));
}

function read(number: string): Normal<NationalId> {
  if (!provinces.has(number.slice(0, 2))) return refuse('not an identity number: no such region');
  const year = Number(number.slice(6, 10));
  const month = Number(number.slice(10, 12));
  const day = Number(number.slice(12, 14));
  const days = month >= 1 && month <= 12 ? new Date(Date.UTC(year, month, 0)).getUTCDate() : 0;
  if (year < 1850 || year > 2199 || day < 1 || day > days) return refuse('not an identity number: no such birth date');
  return normal({
    number,
    birthDate: `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`,
    gender: Number(number[16]) % 2 === 1 ? 'male' : 'female',
    regionCode: number.slice(0, 6),
  });
}
