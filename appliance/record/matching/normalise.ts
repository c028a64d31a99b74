// From a cell as typed to the form that is compared, kind by kind. Lossy on purpose and never shown to a person:
// what differs only in case, width, accents, spacing, script or house style becomes equal here.

import { comparisonText } from '../../core/values/text.ts';
import { isHanName, type NameParts, soundsLikeSurname, splitHanName } from './chinesenames.ts';
import type { FieldKind } from './kinds.ts';

/** What is known about a whole column before one of its values is read. */
export type ColumnHints = { dayFirst: boolean; hanNames: boolean };

/** Cells longer than this are cut before they are compared. */
export const cellUnitsLimit = 512;

const blanks = new Set([
  '',
  '-',
  '--',
  '.',
  '?',
  'n/a',
  'na',
  'nan',
  'null',
  'none',
  'nil',
  'unknown',
  'undefined',
  'not known',
  'not available',
  'missing',
  'tbc',
  'tba',
  '无',
  '未知',
  '不详',
  '空',
  '暂无',
  '没有',
  '未填',
  '未填写',
  '无名',
  '匿名',
]);
const ascii = /^[\x20-\x7e]*$/;

/** Case, width, accents and script folded; null for what stands for "nothing here". */
export function foldCell(raw: string | null): string | null {
  if (raw === null) return null;
  const cut = raw.length > cellUnitsLimit ? raw.slice(0, cellUnitsLimit) : raw;
  const text = ascii.test(cut) ? cut.trim().toLowerCase() : comparisonText(cut);
  return blanks.has(text) ? null : text;
}

/** The compared form of a folded cell, or null when nothing of its kind is left in it. */
export function normaliseValue(kind: FieldKind, text: string, hints: ColumnHints): string | null {
  const value = byKind[kind](text, hints);
  return value === '' ? null : value;
}

const titles = /^(?:(?:mr|mrs|ms|miss|dr|prof|sir|lady|rev|mx)\.? )+/;
const suffixes = /,? (?:jr|sr|ii|iii|iv|phd|md|esq)\.?$/;

function nameText(text: string): string {
  const bare = text.replace(titles, '').replace(suffixes, '');
  return bare
    .replace(/['’`.]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** Splits a full name as written in English or Chinese; "Surname, Given" is understood. */
export function splitFullName(text: string, hints: ColumnHints): NameParts {
  const together = text.replace(/\s+/g, '');
  if (isHanName(together)) return splitHanName(together);
  const bare = text.replace(titles, '').replace(suffixes, '');
  const comma = bare.indexOf(',');
  if (comma > 0) return { surname: nameText(bare.slice(0, comma)) || null, given: nameText(bare.slice(comma + 1)) || null };
  const words = nameText(bare).split(' ');
  if (words.length === 1) return { surname: null, given: words[0]! };
  const last = words[words.length - 1]!;
  const first = words[0]!;
  if (hints.hanNames && soundsLikeSurname(first) && (words.length > 2 || !soundsLikeSurname(last))) {
    return { surname: first, given: words.slice(1).join('') };
  }
  return { surname: last, given: words.slice(0, -1).join(hints.hanNames && soundsLikeSurname(last) ? '' : ' ') };
}

const abbreviations: Record<string, string> = {
  st: 'street',
  str: 'street',
  rd: 'road',
  ave: 'avenue',
  av: 'avenue',
  blvd: 'boulevard',
  dr: 'drive',
  ln: 'lane',
  ct: 'court',
  crt: 'court',
  pl: 'place',
  sq: 'square',
  cres: 'crescent',
  cr: 'crescent',
  cct: 'circuit',
  hwy: 'highway',
  pde: 'parade',
  tce: 'terrace',
  ter: 'terrace',
  apt: 'apartment',
  mt: 'mount',
  nth: 'north',
  sth: 'south',
};

function words(text: string): string {
  return text
    .replace(/['’`.]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

function streetText(text: string): string {
  return words(text)
    .split(' ')
    .map((word, at) => (at > 0 ? (abbreviations[word] ?? word) : word))
    .join(' ');
}

const companyForms =
  /(?:\b(?:ltd|limited|inc|incorporated|llc|plc|corp|corporation|co|company|gmbh|pty|group|holdings)\b|股份有限公司|有限责任公司|有限公司|公司|集团)/gu;
const genders: Record<string, string> = {
  m: 'm',
  male: 'm',
  man: 'm',
  boy: 'm',
  '1': 'm',
  男: 'm',
  男性: 'm',
  先生: 'm',
  mr: 'm',
  f: 'f',
  female: 'f',
  woman: 'f',
  girl: 'f',
  '2': 'f',
  '0': 'f',
  女: 'f',
  女性: 'f',
  女士: 'f',
  小姐: 'f',
  mrs: 'f',
  ms: 'f',
  miss: 'f',
  w: 'f',
};

const code = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, '');

function phoneText(text: string): string {
  const digits = text.replace(/(?:ext|x|转)\.?\s*\d{1,5}$/, '').replace(/\D+/g, '');
  if (digits.length < 5 || /^(\d)\1+$/.test(digits)) return '';
  return digits.length > 10 ? digits.slice(-10) : digits;
}

function emailText(text: string): string {
  const bare = text.replace(/^mailto:/, '').replace(/\s+/g, '');
  return bare.includes('@') ? bare.replace(/^<|>$/g, '') : '';
}

const plainName = (text: string): string => {
  const together = text.replace(/\s+/g, '');
  return isHanName(together) ? together : nameText(text);
};

const byKind: Record<FieldKind, (text: string, hints: ColumnHints) => string> = {
  givenName: plainName,
  surname: plainName,
  fullName: plainName,
  birthDate: (text, hints) => dateText(text, hints.dayFirst),
  phone: phoneText,
  email: emailText,
  street: streetText,
  houseNumber: (text) =>
    code(text)
      .replace(/[号弄室栋]$/u, '')
      .replace(/^0+(?=\d)/, ''),
  addressLine2: streetText,
  address: streetText,
  city: (text) => words(text).replace(/^(.{2,})市$/u, '$1'),
  postcode: code,
  state: (text) => words(text).replace(/^(.{2,}?)(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区)$/u, '$1'),
  nationalId: code,
  identifier: code,
  gender: (text) => genders[text.replace(/\.$/, '')] ?? text,
  company: (text) => words(text.replace(companyForms, ' ')) || words(text),
  text: words,
  source: (text) => text,
  number: (text) =>
    Number.isFinite(Number(text.replace(/[,\s￥$£€%]/g, ''))) ? String(Number(text.replace(/[,\s￥$£€%]/g, ''))) : '',
};

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const two = (n: number): string => String(n).padStart(2, '0');

/**
 * A date as eight digits, year month day. A date that cannot be (month 13) is kept as it stands: it is a typing error of
 * one that can. Two-digit years are 1930 to 2029.
 * @returns '' when the text is no date
 */
export function dateText(text: string, dayFirst: boolean): string {
  const bare = text.replace(/[t ]\d{1,2}:\d{2}.*$/, '');
  if (/^\d{8}$/.test(bare))
    return /^(?:1[6-9]|20)/.test(bare)
      ? bare
      : bare.slice(4) + (dayFirst ? bare.slice(2, 4) + bare.slice(0, 2) : bare.slice(0, 4));
  const worded = bare.replace(/[a-z]{3,9}/g, (word) => {
    const month = months.indexOf(word.slice(0, 3));
    return month < 0 ? '' : ` m${month + 1} `;
  });
  const parts = worded.match(/m?\d+/g);
  if (parts?.length !== 3 || parts.some((part) => part.length > 4)) return '';
  let [a, b, c] = parts as [string, string, string];
  if (a.length === 4) return a + two(Number(b.replace('m', ''))) + two(Number(c));
  if (a.startsWith('m')) [a, b] = [b, a];
  const monthAt = b.startsWith('m') ? b.slice(1) : dayFirst || Number(a) > 12 ? b : a;
  const day = b.startsWith('m') || dayFirst || Number(a) > 12 ? a : b;
  const year = c.length === 4 ? Number(c) : Number(c) + (Number(c) < 30 ? 2000 : 1900);
  if (!(year > 0)) return '';
  return String(year).padStart(4, '0') + two(Number(monthAt)) + two(Number(day));
}

/** Whether a column writes the day before the month: true unless more values can only be read month first. */
export function writesDayFirst(values: readonly (string | null)[], most: number): boolean {
  let day = 0;
  let month = 0;
  for (let i = 0, seen = 0; i < values.length && seen < most; i++) {
    const match = values[i]?.match(/^(\d{1,2})\D(\d{1,2})\D\d{2,4}/);
    if (!match) continue;
    seen++;
    if (Number(match[1]) > 12) day++;
    if (Number(match[2]) > 12) month++;
  }
  return day >= month;
}
