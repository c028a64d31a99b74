// Detectors: which classes of data one value could be of, as bits. Cheap looks at the shape come first, the normalisers and checksums
// only where the shape lets them. One value decides nothing: verdict.ts asks for shares of many.

import { isIP } from 'node:net';
import { normaliseAddress, parseAddress } from '../../core/values/address.ts';
import { normaliseDate } from '../../core/values/date.ts';
import { normaliseEmail } from '../../core/values/email.ts';
import { isNobody } from '../../core/values/name.ts';
import { parseNationalId } from '../../core/values/national-id.ts';
import { parsePhone } from '../../core/values/phone.ts';
import { compoundSurnames, isPinyin, isPinyinSurname, singleSurnames } from '../../core/values/surnames.ts';
import { simplifyHan } from '../../core/values/text.ts';
import { givenNames } from './given-names.ts';

/** What a value can show. Beside classes there are marks that only count together with others. */
export const marks = [
  'phone',
  'national_id',
  'bank_card',
  'email',
  'address',
  'han_name',
  'western_name',
  /** Letters in the shape of a name, whether or not any is known. */
  'name_shape',
  /** A day between 5 and 100 years ago; and one more than 20 years ago. */
  'birth_date',
  'long_ago',
  'ip_address',
  /** UUID, MAC address, IMEI, hexadecimal of 16 and more. */
  'device_shape',
  /** One word with digits in it, as ids are. */
  'token',
  'free_text',
] as const;
export type Mark = (typeof marks)[number];
export const bitOf = Object.fromEntries(marks.map((mark, at) => [mark, 1 << at])) as { readonly [mark in Mark]: number };

export const detectorLimits = {
  /** Longer values are free text. */
  length: 512,
} as const;

export type DetectorOptions = { readonly region?: string; readonly nowMs: number };

const maskedPhone = /^(?:\+?86[- ]?)?1[3-9]\d[*xX•]{4,6}\d{2,4}$/;
const chineseMobile = /^(?:(?:\+|00)?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}$/;
const digitsAndMarks = /^[+(（]?[\d\s\-().（）·]+(?:(?:转|分机|ext\.?|x|#)\s*\d{1,6})?$/i;
const cardShape = /^\d(?:[ -]?\d){12,18}$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const mac = /^(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i;
const hexadecimal = /^(?=.*\d)(?=.*[a-f])[0-9a-f]{16,64}$/i;
/** Letters and digits, or eight digits and more; no amounts, versions or times. */
const token =
  /^(?=.*\d)(?:[A-Za-z0-9]*[A-Za-z][A-Za-z0-9_.:/+=-]{2,127}|[A-Za-z0-9][A-Za-z0-9_-]*\d{8}[A-Za-z0-9_-]{0,100}|\d{8,128})$/;
const moment = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}|$)|^\d{8}T\d{6}/;
const hanWord = /^\p{Script=Han}{2,4}$/u;
const hanDotted = /^\p{Script=Han}{2,8}·\p{Script=Han}{2,8}$/u;
const maskedName = /^\p{Script=Han}[*＊]{1,2}\p{Script=Han}?$/u;
/** What words for things and places end in, and given names hardly ever do. */
const wordEnds = /[色市省区县镇州路街店厂司酒茶菜机车鞋卡券码号员级类型款件品部门组式币用点线器具房屋室院]$/u;
const latinWord = /^(?:\p{Lu}[\p{L}]*(?:['’-]\p{L}+)*|\p{Lu}\.|\p{Lu}{2,})$/u;
const startsWithDate =
  /^(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|(?:19|20)\d{6}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?$/;
const addressWords =
  /[省市区县镇乡村路街道巷弄号栋幢室楼]|\b(?:st|street|rd|road|ave|avenue|lane|ln|drive|dr|blvd|way|court|ct|place|pl|square|terrace|close|strasse|straße|str)\b/iu;
const yearMs = 365.2425 * 86_400_000;

/** @returns bits of `bitOf`; 0 when it looks like nothing in particular */
export function detect(raw: string, { region = 'CN', nowMs }: DetectorOptions): number {
  const value = raw.trim();
  const { length } = value;
  if (length < 2) return 0;
  if (length > detectorLimits.length) return bitOf.free_text;
  let digits = 0;
  let han = 0;
  let spaces = 0;
  for (let at = 0; at < length; at += 1) {
    const unit = value.charCodeAt(at);
    if (unit >= 48 && unit <= 57) digits += 1;
    else if (unit >= 0x4e00 && unit <= 0x9fff) han += 1;
    else if (unit === 32) spaces += 1;
  }
  let found = 0;
  if (value.includes('@')) {
    if (spaces === 0 && normaliseEmail(value).ok) return bitOf.email;
  } else if (digits >= 6) found |= numeric(value, digits, region, nowMs);
  if (value.includes('.') || value.includes(':')) if (isIP(value) !== 0) return found | bitOf.ip_address;
  if (digits > 0 && han === 0 && spaces === 0) {
    if (uuid.test(value) || mac.test(value) || hexadecimal.test(value)) found |= bitOf.device_shape;
    if (token.test(value) && !moment.test(value)) found |= bitOf.token;
  }
  if (length >= 6 && digits <= length / 2 && addressWords.test(value) && isAddress(value, han)) found |= bitOf.address;
  if (digits === 0 && length <= 40) found |= nameBits(value, han);
  if (found === 0 && isProse(length, han, spaces)) found = bitOf.free_text;
  return found;
}

function isProse(length: number, han: number, spaces: number): boolean {
  return length > 60 || han >= 16 || (spaces >= 5 && length >= 24);
}

function numeric(value: string, digits: number, region: string, nowMs: number): number {
  let found = 0;
  if (digits === 18 || digits === 17 || digits === 15) {
    if (parseNationalId(value).ok) found |= bitOf.national_id;
    else if (digits === 15 && /^\d{15}$/.test(value) && luhn(value)) found |= bitOf.device_shape;
  }
  if (digits >= 13 && digits <= 19 && cardShape.test(value) && isBankCard(value.replace(/[ -]/g, ''))) found |= bitOf.bank_card;
  if (maskedPhone.test(value) || (digits >= 7 && digits <= 19 && isPhone(value, region))) found |= bitOf.phone;
  if (startsWithDate.test(value)) found |= dateBits(value, region, nowMs);
  return found;
}

/** Bare digits are a number of anything, unless they are a Chinese mobile's; separators or a leading + make the rest worth a look. */
function isPhone(value: string, region: string): boolean {
  if (chineseMobile.test(value)) return region === 'CN' || /^(?:\+|00)/.test(value);
  if (!digitsAndMarks.test(value) || startsWithDate.test(value)) return false;
  const written =
    value.startsWith('+') || /^00[1-9]/.test(value) || /^[(（]?0\d{1,3}[)）]?[\s-]/.test(value) || /^\(\d{3}\)/.test(value);
  const national = region !== 'CN' && /^0?\d{9,10}$/.test(value.replace(/[\s().-]/g, ''));
  return (written || national || (region === 'CN' && /^0\d{9,11}$/.test(value))) && parsePhone(value, { region }).ok;
}

/** Issuer prefixes of ISO/IEC 7812 with their lengths: UnionPay, Visa, Mastercard, American Express, JCB, Discover, Diners. */
const issuers =
  /^(?:62\d{14,17}|81\d{14,17}|4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[01])\d{13}|2720\d{12}|3[47]\d{13}|35(?:2[89]|[3-8]\d)\d{12}|6(?:011|5\d\d|4[4-9]\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11})$/;

export function isBankCard(digits: string): boolean {
  return issuers.test(digits) && luhn(digits);
}

/** ISO/IEC 7812-1, annex B. */
export function luhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - at) - 48;
    sum += at % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}

function dateBits(value: string, region: string, nowMs: number): number {
  const date = normaliseDate(value, { region });
  if (!date.ok) return 0;
  const years = (nowMs - Date.parse(date.value)) / yearMs;
  if (years < 5 || years > 100) return 0;
  return bitOf.birth_date | (years > 20 ? bitOf.long_ago : 0);
}

function isAddress(value: string, han: number): boolean {
  const parsed = parseAddress(value);
  if (!parsed.ok || !normaliseAddress(value).ok) return false;
  const { province, city, district, street, number, unit, postcode } = parsed.value;
  const parts = [province ?? city, district, street, number, unit, postcode].filter((part) => part !== undefined).length;
  return han > 0 ? parts >= 3 || (street !== undefined && number !== undefined) : street !== undefined && number !== undefined;
}

function nameBits(value: string, han: number): number {
  if (han > 0) {
    if (maskedName.test(value)) return isSurname(value) ? bitOf.han_name | bitOf.name_shape : 0;
    if (hanDotted.test(value)) return bitOf.han_name | bitOf.name_shape;
    const bare = value.replace(/(?:先生|女士|小姐)$/u, '').replace(/\s/g, '');
    if (!hanWord.test(bare) && !(value !== bare && /^\p{Script=Han}$/u.test(bare))) return 0;
    if (wordEnds.test(bare) || isNobody(bare)) return bitOf.name_shape;
    return bitOf.name_shape | (isSurname(bare) ? bitOf.han_name : 0);
  }
  const words = value.split(/[\s,]+/).filter((word) => word !== '');
  if (words.length < 2 || words.length > 4 || !words.every((word) => latinWord.test(word))) return 0;
  const plain = words.map((word) => word.toLowerCase().replace(/[^\p{L}]/gu, ''));
  const known = plain.some((word) => givenNames.has(word)) || isPinyinName(plain);
  return bitOf.name_shape | (known ? bitOf.western_name : 0);
}

function isSurname(value: string): boolean {
  if (singleSurnames.has(value[0]!) || compoundSurnames.has(value.slice(0, 2))) return true;
  // 陳 is 陈; few words get as far as this.
  return singleSurnames.has(simplifyHan(value[0]!));
}

function isPinyinName(words: readonly string[]): boolean {
  if (words.length > 3 || !words.every(isPinyin)) return false;
  return isPinyinSurname(words[0]!) || isPinyinSurname(words.at(-1)!);
}
