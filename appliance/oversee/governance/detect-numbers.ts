// Numbers that tell of a person, by their shapes, ranges and check digits: telephones, identity numbers, cards, devices, dates of birth; whole, with
// a word before them, or masked as screens show them.

import { normaliseDate } from '../../core/values/date.ts';
import { parseNationalId } from '../../core/values/national-id.ts';
import { parsePhone } from '../../core/values/phone.ts';
import { bitOf } from './marks.ts';

const chineseMobile = /^(?:\(?(?:\+|00)?86\)?[-. ]?)?1[3-9]\d[-. ]?\d{4}[-. ]?\d{4}$/;
/** Numbers that businesses pay for, in mainland China. */
const serviceNumber = /^[48]00(?:[ -]?\d){7}$/;
const digitsAndMarks = /^[+(]?[\d\s\-().·]+(?:(?:转|分机|ext\.?|x|#)\s*\d{1,6})?$/i;
/** A country code in brackets without its plus: those that mainlanders write so. */
const bracketed = /^\(\+?(852|853|886)\)\s?/;
const between = /\s*[/、,;]\s*/;
/** A word that says what the number is. */
const label = /^(?:\p{L}{1,12}\s?:\s*|(?:联系)?(?:电话|手机)号?码?\s*|tel\.?\s*|phone\s*|mobile\s*)(?=[+(\d])/iu;

const cardShape = /^\d(?:[ -]?\d){12,18}$/;
const imeiShape = /^(?:\d{15}|\d{2}-\d{6}-\d{6}-\d)$/;
const monthName = '(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\\.?';
const ordinal = '\\d{1,2}(?:st|nd|rd|th)?';
const startsWithDate = new RegExp(
  '^(?:\\d{4}[-/.年]\\d{1,2}[-/.月]\\d{1,2}日?|(?:19|20)\\d{6}|\\d{1,2}[-/.]\\d{1,2}[-/.]\\d{4}' +
    `|${ordinal}[ -]${monthName},?[ -]\\d{4}|${monthName} ${ordinal},? \\d{4})` +
    '(?:[T ]00:00(?::00(?:\\.0+)?)?(?:Z|[+-]\\d{2}:?\\d{2})?)?$',
  'i',
);
const dateInWords = /^[〇零○一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}[日号]$/u;
const yearMs = 365.2425 * 86_400_000;

/** @param digits how many there are, at least five  @returns bits of `bitOf` */
export function numberBits(value: string, digits: number, region: string, nowMs: number): number {
  const text = value.replace(label, '');
  let found = 0;
  if (isNationalId(text, digits)) found |= bitOf.national_id;
  else if (digits === 15 && imeiShape.test(text) && luhn(text.replaceAll('-', ''))) found |= bitOf.device_shape;
  if (digits >= 13 && digits <= 19 && cardShape.test(text) && isBankCard(text.replace(/[ -]/g, ''))) found |= bitOf.bank_card;
  if (digits >= 7 && (isPhone(text, region) || isSeveral(text, region))) found |= bitOf.phone;
  if (startsWithDate.test(text)) found |= dateBits(text, region, nowMs);
  return found;
}

/** 一九九〇年三月七日 */
export function wordDateBits(value: string, region: string, nowMs: number): number {
  return dateInWords.test(value) ? dateBits(value, region, nowMs) : 0;
}

/** Bare digits are a number of anything, unless they are a Chinese mobile's; separators or a leading + make the rest worth a look. */
function isPhone(value: string, region: string): boolean {
  if (chineseMobile.test(value)) return region === 'CN' || /^(?:\(?\+|00)/.test(value);
  if (region === 'CN' && serviceNumber.test(value)) return true;
  const text = value.replace(bracketed, '+$1 ');
  if (!digitsAndMarks.test(text) || startsWithDate.test(text)) return false;
  const bare = text.replace(/[\s().-]/g, '');
  if (bare.length < 7 || bare.length > 24) return false;
  const written = text.startsWith('+') || /^00[1-9]/.test(text) || /^\(?0\d{1,3}\)?[\s-]/.test(text) || /^\(\d{3,4}\)/.test(text);
  // Elsewhere numbers of the country itself are read by its plan; short ones only where they are grouped as a number to call is.
  const national = region !== 'CN' && (/^0?\d{9,10}$/.test(bare) || /^\d{1,4}[ .-]\d{2,4}(?:[ .-]\d{3,4})*(?:$|#)/.test(text));
  return (written || national || (region === 'CN' && /^0\d{9,11}$/.test(text))) && parsePhone(text, { region }).ok;
}

/** Two or three numbers in one field. */
function isSeveral(value: string, region: string): boolean {
  const parts = value.split(between);
  return parts.length > 1 && parts.length <= 3 && parts.every((part) => isPhone(part, region));
}

const hongKongId = /^([A-Z]{1,2})(\d{6})\(([\dA])\)$/;
const taiwanId = /^[A-Z][12]\d{8}$/;

function isNationalId(text: string, digits: number): boolean {
  if (digits === 18 || digits === 17 || digits === 15) return parseNationalId(text).ok;
  if (digits === 9) return taiwanId.test(text) && isTaiwanId(text);
  const parts = digits === 6 || digits === 7 ? hongKongId.exec(text) : null;
  return parts !== null && hongKongCheck(parts[1]!, parts[2]!) === parts[3];
}

/** Weights 9 to 2 over letters and digits, modulo 11; a single letter stands after a space, which counts 36. */
function hongKongCheck(letters: string, digits: string): string {
  const values = [...letters.padStart(2, ' ')].map((letter) => (letter === ' ' ? 36 : letter.charCodeAt(0) - 55));
  const sum = [...values, ...[...digits].map(Number)].reduce((total, value, at) => total + value * (9 - at), 0);
  const check = (11 - (sum % 11)) % 11;
  return check === 10 ? 'A' : String(check);
}

/** Places in this order count 10, 11, 12 …; weights 1, 9 for them and 8 to 1, 1 for the digits, modulo 10. */
const taiwanLetters = 'ABCDEFGHJKLMNPQRSTUVXYWZIO';
function isTaiwanId(text: string): boolean {
  const letter = taiwanLetters.indexOf(text[0]!) + 10;
  const sum = [...text.slice(1)].reduce(
    (total, digit, at) => total + Number(digit) * Math.max(1, 8 - at),
    Math.floor(letter / 10),
  );
  return (sum + (letter % 10) * 9) % 10 === 0;
}

/**
 * Issuer prefixes of ISO/IEC 7812 with their lengths: UnionPay, Visa, Mastercard, American Express, JCB, Discover, Diners, Mir, Maestro, Dankort.
 */
const issuers = new RegExp(
  '^(?:62\\d{14,17}|81\\d{14,17}|4\\d{12}(?:\\d{3}){0,2}|5[1-5]\\d{14}|2(?:2[2-9]|[3-6]\\d|7[01])\\d{13}|2720\\d{12}|3[47]\\d{13}' +
    '|35(?:2[89]|[3-8]\\d)\\d{12}|6(?:011|5\\d\\d|4[4-9]\\d)\\d{12}|3(?:0[0-5]|[68]\\d)\\d{11}|220[0-4]\\d{12}' +
    '|(?:5018|5020|5038|5893|6304|6759|676[1-3])\\d{12,15}|5019\\d{12})$',
);

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

const creditCodeLetters = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** A unified social credit code (GB 32100-2015): of an organisation, and not the device that its letters look like. */
export function isCreditCode(value: string): boolean {
  if (value.length !== 18) return false;
  let [sum, weight] = [0, 1];
  for (const letter of value.slice(0, 17)) {
    const at = creditCodeLetters.indexOf(letter);
    if (at < 0) return false;
    sum += at * weight;
    weight = (weight * 3) % 31;
  }
  return creditCodeLetters[(31 - (sum % 31)) % 31] === value[17];
}

function dateBits(value: string, region: string, nowMs: number): number {
  const date = normaliseDate(value, { region });
  if (!date.ok) return 0;
  const years = (nowMs - Date.parse(date.value)) / yearMs;
  if (years < 5 || years > 100) return 0;
  return bitOf.birth_date | (years > 20 ? bitOf.long_ago : 0);
}

const mobileMask = /^(?:\+?86)?1[3-9]\d(?:[*xX•]{4,6}\d{2,4}|\d*[*•]{2,6}\d*)$/;
const landlineMask = /^0\d{2,3}\d{0,4}[*•]{3,5}\d{0,4}$/;
const runMask = /^(\d{1,10})[*•]{4,16}(\d{0,6}[\dXx])?$/;
/** The first digits of a region of GB/T 2260. */
const region = /^(?:[1-6]|[1-6]\d{1,9}|8[1-3]\d{0,8}|91\d{0,8})$/;

/** Numbers as screens show them, with a run of stars: what is left tells the length and both ends. */
export function maskedBits(value: string): number {
  const bare = value.replace(label, '').replace(/[\s-]/g, '');
  if (mobileMask.test(bare) && bare.replace(/^\+?86/, '').length === 11) return bitOf.phone;
  if (landlineMask.test(bare) && bare.length >= 10 && bare.length <= 12) return bitOf.phone;
  const parts = runMask.exec(bare);
  if (!parts) return 0;
  const [, head = '', tail = ''] = parts;
  if ((bare.length === 18 || bare.length === 15) && tail !== '' && region.test(head)) return bitOf.national_id;
  return head.length >= 4 && /^[2-6]/.test(head) && /^\d{3,4}$/.test(tail) && bare.length >= 12 && bare.length <= 19
    ? bitOf.bank_card
    : 0;
}
