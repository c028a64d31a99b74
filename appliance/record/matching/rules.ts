// How two different values of a field compare, kind by kind: each rule answers a level of `kinds`. Rules are symmetric and see
// values, not rows.

import type { FieldData } from './encode.ts';
import type { Comparator } from './kinds.ts';
import { familiesPerName } from './nicknames.ts';
import { editDistance, jaroWinkler } from './strings.ts';

/** @returns a level for two different values of the field, by code */
export type Rule = (field: FieldData, a: number, b: number) => number;

const nameDifferent = 5;
const nameSimilar = 3;
const streetDifferent = 3;
const sameNamePart = 1;
const similarNamePart = 3;
const emailDifferent = 4;

const edits = (field: FieldData, a: number, b: number, most: number): number =>
  editDistance(field.text, field.start[a]!, field.start[a + 1]!, field.text, field.start[b]!, field.start[b + 1]!, most);

const winkler = (field: FieldData, a: number, b: number): number =>
  jaroWinkler(field.text, field.start[a]!, field.start[a + 1]!, field.text, field.start[b]!, field.start[b + 1]!);

const lengthOf = (field: FieldData, code: number): number => field.start[code + 1]! - field.start[code]!;

export function sameUnits(x: Uint16Array, xStart: number, xEnd: number, y: Uint16Array, yStart: number, yEnd: number): boolean {
  if (xEnd - xStart !== yEnd - yStart || xEnd === xStart) return false;
  for (let k = 0; k < xEnd - xStart; k++) if (x[xStart + k] !== y[yStart + k]) return false;
  return true;
}

export const sameAlt = (f: FieldData, a: number, g: FieldData, b: number): boolean =>
  sameUnits(f.alt, f.altStart[a]!, f.altStart[a + 1]!, g.alt, g.altStart[b]!, g.altStart[b + 1]!);

// Names: 0 exact, 1 equivalent (nickname, pinyin), 2 typing error, 3 similar, 4 part, 5 different (6, swapped, is set later).
function nameRule(field: FieldData, a: number, b: number): number {
  const bothHan = field.han[a]! + field.han[b]!;
  if (bothHan === 2) return hanNameRule(field, a, b);
  if (bothHan === 0 && farApart(field, a, b)) return shareFamily(field, a, b) ? 1 : partOrNone(field, a, b);
  if (sameAlt(field, a, field, b)) return bothHan === 1 ? 1 : 2;
  if (bothHan === 1) return mixedNameRule(field, a, b);
  if (shareFamily(field, a, b)) return 1;
  const short = Math.min(lengthOf(field, a), lengthOf(field, b));
  const long = Math.max(lengthOf(field, a), lengthOf(field, b));
  if (short === 1) return field.text[field.start[a]!] === field.text[field.start[b]!] ? 4 : nameDifferent;
  const distance = edits(field, a, b, 2);
  if (distance === 1 && long >= 4) return 2;
  const likeness = winkler(field, a, b);
  if (likeness >= 0.93 && distance <= 2) return 2;
  if (startsWith(field, a, b) && short >= 3) return 4;
  if (likeness >= 0.86 || (distance === 2 && long >= 6) || (distance === 1 && long === 3)) return nameSimilar;
  return partOrNone(field, a, b);
}

function partOrNone(field: FieldData, a: number, b: number): number {
  const short = Math.min(lengthOf(field, a), lengthOf(field, b));
  if (short === 1) return field.text[field.start[a]!] === field.text[field.start[b]!] ? 4 : nameDifferent;
  return (short >= 3 && startsWith(field, a, b)) || sharedWords(field, a, b) > 0 ? 4 : nameDifferent;
}

function hanNameRule(field: FieldData, a: number, b: number): number {
  if (sameAlt(field, a, field, b)) return 2;
  const m = lengthOf(field, a);
  const n = lengthOf(field, b);
  const shared = sharedUnits(field, a, b);
  if (m !== n) return shared === Math.min(m, n) ? 4 : nameDifferent;
  // Characters at their own places, or all of them in another order: 志明 and 明华 have no more in common than strangers.
  return m >= 2 && (inPlace(field, a, b) >= m - 1 || shared === m) ? nameSimilar : nameDifferent;
}

function inPlace(field: FieldData, a: number, b: number): number {
  let same = 0;
  for (let k = 0; k < lengthOf(field, a); k++) if (field.text[field.start[a]! + k] === field.text[field.start[b]! + k]) same++;
  return same;
}

function mixedNameRule(field: FieldData, a: number, b: number): number {
  const m = field.altStart[a + 1]! - field.altStart[a]!;
  const n = field.altStart[b + 1]! - field.altStart[b]!;
  const distance = editDistance(
    field.alt,
    field.altStart[a]!,
    field.altStart[a + 1]!,
    field.alt,
    field.altStart[b]!,
    field.altStart[b + 1]!,
    1,
  );
  if (distance === 1 && Math.max(m, n) >= 5) return 2;
  const likeness = jaroWinkler(
    field.alt,
    field.altStart[a]!,
    field.altStart[a + 1]!,
    field.alt,
    field.altStart[b]!,
    field.altStart[b + 1]!,
  );
  if (likeness >= 0.9) return nameSimilar;
  const short = Math.min(m, n);
  for (let k = 0; k < short; k++) {
    if (field.alt[field.altStart[a]! + k] !== field.alt[field.altStart[b]! + k]) return nameDifferent;
  }
  return 4;
}

function sharedUnits(field: FieldData, a: number, b: number): number {
  let shared = 0;
  for (let i = field.start[a]!; i < field.start[a + 1]!; i++) {
    for (let j = field.start[b]!; j < field.start[b + 1]!; j++) {
      if (field.text[i] === field.text[j]) {
        shared++;
        break;
      }
    }
  }
  return shared;
}

function shareFamily(field: FieldData, a: number, b: number): boolean {
  for (let i = a * familiesPerName; i < (a + 1) * familiesPerName && field.families[i] !== 0; i++) {
    for (let j = b * familiesPerName; j < (b + 1) * familiesPerName && field.families[j] !== 0; j++) {
      if (field.families[i] === field.families[j]) return true;
    }
  }
  return false;
}

function startsWith(field: FieldData, a: number, b: number): boolean {
  const short = Math.min(lengthOf(field, a), lengthOf(field, b));
  for (let k = 0; k < short; k++) if (field.text[field.start[a]! + k] !== field.text[field.start[b]! + k]) return false;
  return true;
}

// Sets of letters that differ by more than six letters belong to texts that are neither two edits nor a high Jaro-Winkler apart.
const farApart = (field: FieldData, a: number, b: number): boolean => bitsSet(field.letters[a]! ^ field.letters[b]!) > 6;

function bitsSet(value: number): number {
  let bits = value - ((value >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

const wordsOf = (field: FieldData, code: number): number => field.wordStart[code + 1]! - field.wordStart[code]!;

// Words of two letters or more that both have.
function sharedWords(field: FieldData, a: number, b: number): number {
  let shared = 0;
  for (let i = field.wordStart[a]!; i < field.wordStart[a + 1]!; i++) {
    const word = field.words[i]!;
    if (word === 0) continue;
    for (let j = field.wordStart[b]!; j < field.wordStart[b + 1]!; j++) {
      if (field.words[j] === word) {
        shared++;
        break;
      }
    }
  }
  return shared;
}

// Dates: 0 exact, 1 day and month swapped, 2 one digit or two neighbours changed, 3 two of three parts or within 40 days,
// 4 the same year or within 400 days, 5 different.
function dateRule(field: FieldData, a: number, b: number): number {
  const x = field.numbers[a]!;
  const y = field.numbers[b]!;
  const xDay = x % 100;
  const yDay = y % 100;
  const xMonth = Math.floor(x / 100) % 100;
  const yMonth = Math.floor(y / 100) % 100;
  const sameYear = Math.floor(x / 10000) === Math.floor(y / 10000);
  if (sameYear && xDay === yMonth && xMonth === yDay) return 1;
  if (oneSlip(field, a, b)) return 2;
  const parts = (sameYear ? 1 : 0) + (xMonth === yMonth ? 1 : 0) + (xDay === yDay ? 1 : 0);
  if (parts === 2) return 3;
  const days = Math.abs(dayNumber(x) - dayNumber(y));
  if (days <= 40) return 3;
  return sameYear || days <= 400 ? 4 : 5;
}

// Eight digits against eight: one replaced, or two neighbours exchanged.
function oneSlip(field: FieldData, a: number, b: number): boolean {
  if (lengthOf(field, a) !== 8 || lengthOf(field, b) !== 8) return edits(field, a, b, 1) === 1;
  const x = field.start[a]!;
  const y = field.start[b]!;
  let k = 0;
  while (field.text[x + k] === field.text[y + k]) k++;
  const exchanged = k < 7 && field.text[x + k] === field.text[y + k + 1] && field.text[x + k + 1] === field.text[y + k];
  for (let rest = k + (exchanged ? 2 : 1); rest < 8; rest++) if (field.text[x + rest] !== field.text[y + rest]) return false;
  return true;
}

// Days, near enough: impossible dates (month 13) have one too.
const dayNumber = (date: number): number =>
  Math.floor(date / 10000) * 365.25 + (Math.floor(date / 100) % 100) * 30.44 + (date % 100);

// Codes (postcode, house number, national id): 0 exact, 1 typing error, 2 similar, 3 different.
function codeRule(field: FieldData, a: number, b: number): number {
  const long = Math.max(lengthOf(field, a), lengthOf(field, b));
  const distance = edits(field, a, b, long >= 6 ? 2 : 1);
  if (distance === 1) return long >= 3 ? 1 : 2;
  if (distance === 2 && long >= 6) return 2;
  return Math.min(lengthOf(field, a), lengthOf(field, b)) >= 3 && long <= 8 && startsWith(field, a, b) ? 2 : 3;
}

// Phones: 0 exact, 1 same ending, 2 typing error, 3 different.
function phoneRule(field: FieldData, a: number, b: number): number {
  const short = Math.min(lengthOf(field, a), lengthOf(field, b));
  let same = 0;
  while (same < short && field.text[field.start[a + 1]! - 1 - same] === field.text[field.start[b + 1]! - 1 - same]) same++;
  if (same >= 7 || (same === short && short >= 6)) return 1;
  return edits(field, a, b, 2) <= (short >= 9 ? 2 : 1) ? 2 : 3;
}

// Emails: 0 exact, 1 same name part, 2 typing error, 3 similar name part, 4 different.
const at = 64;
function emailRule(field: FieldData, a: number, b: number): number {
  const names = field.keys[1]!.hashes;
  if (names[a] === names[b]) return 1;
  if (bitsSet(field.letters[a]! ^ field.letters[b]!) > 9) return emailDifferent;
  const aEnd = endOfName(field, a);
  const bEnd = endOfName(field, b);
  const aStart = field.start[a]!;
  const bStart = field.start[b]!;
  const short = Math.min(aEnd - aStart, bEnd - bStart);
  const alike = sameLetters(field.text, aStart, aEnd, bStart, bEnd);
  // Names that differ in digits alone are two people's or two accounts as often as a slip; one digit may be a slip.
  const most = alike || short < 8 ? (short >= 4 ? 1 : 0) : 2;
  const nameEdits = editDistance(field.text, aStart, aEnd, field.text, bStart, bEnd, most);
  if (nameEdits <= most && edits(field, a, b, 4) <= nameEdits + 2) return 2;
  if (alike) return similarNamePart;
  const likeness = jaroWinkler(field.text, aStart, aEnd, field.text, bStart, bEnd);
  if (likeness >= 0.85 && short >= 6 && winkler(field, a, b) >= 0.92 && edits(field, a, b, 5) <= 4) return 2;
  return likeness >= 0.92 ? similarNamePart : emailDifferent;
}

// People with one name choose like addresses: once both names agree, a name part that is similar, or the same without a
// digit but at another domain, says nothing more.
export function saysNoMore(field: FieldData, row: number, level: number): boolean {
  if (level === similarNamePart) return true;
  if (level !== sameNamePart) return false;
  const code = field.codes[row]!;
  for (let k = field.start[code]!; k < endOfName(field, code); k++)
    if (field.text[k]! >= 48 && field.text[k]! <= 57) return false;
  return true;
}

function endOfName(field: FieldData, code: number): number {
  for (let k = field.start[code]!; k < field.start[code + 1]!; k++) if (field.text[k] === at) return k;
  return field.start[code + 1]!;
}

// Equal once digits and dots are left out, with at least five letters.
function sameLetters(text: Uint16Array, aStart: number, aEnd: number, bStart: number, bEnd: number): boolean {
  let i = aStart;
  let j = bStart;
  let letters = 0;
  for (;;) {
    while (i < aEnd && !isLetter(text[i]!)) i++;
    while (j < bEnd && !isLetter(text[j]!)) j++;
    if (i >= aEnd || j >= bEnd) return i >= aEnd && j >= bEnd && letters >= 5;
    if (text[i++] !== text[j++]) return false;
    letters++;
  }
}

const isLetter = (unit: number): boolean => unit > 96 && unit < 123;

// Streets, cities, companies, other text: 0 exact, 1 typing error, 2 similar, 3 different (4, swapped, is set later).
function streetRule(field: FieldData, a: number, b: number): number {
  if (sameAlt(field, a, field, b)) return 1;
  const long = Math.max(lengthOf(field, a), lengthOf(field, b));
  const short = Math.min(lengthOf(field, a), lengthOf(field, b));
  const far = farApart(field, a, b);
  if (!far) {
    const most = long >= 12 ? 3 : long >= 7 ? 2 : 1;
    const [x, xEnd, y, yEnd] = [field.altStart[a]!, field.altStart[a + 1]!, field.altStart[b]!, field.altStart[b + 1]!];
    if (short >= 3 && editDistance(field.alt, x, xEnd, field.alt, y, yEnd, most) <= most) return 1;
  }
  if (long <= 3) return streetDifferent;
  const shared = sharedWords(field, a, b);
  const fewer = Math.min(wordsOf(field, a), wordsOf(field, b));
  if (shared > 0 && shared === fewer) return fewer === Math.max(wordsOf(field, a), wordsOf(field, b)) ? 1 : 2;
  if (field.han[a] === 1 && field.han[b] === 1) return sharedUnits(field, a, b) * 2 >= long && short >= 2 ? 2 : streetDifferent;
  return !far && winkler(field, a, b) >= 0.88 ? 2 : streetDifferent;
}

// Whole addresses: 0 exact, 1 same numbers and much alike, 2 alike, 3 partly alike, 4 different.
function addressRule(field: FieldData, a: number, b: number): number {
  const likeness = bigramLikeness(field, a, b);
  if (likeness < 0.45) return 4;
  const numbers = numberLikeness(field, a, b);
  if (numbers === 1 && likeness >= 0.6) return 1;
  if (likeness >= 0.8) return numbers >= 0.5 ? 1 : 2;
  return likeness >= 0.65 || numbers === 1 ? 2 : 3;
}

// Dice's coefficient over distinct pairs of neighbouring units, spaces left out.
function bigramLikeness(field: FieldData, a: number, b: number): number {
  const { words } = field;
  let i = field.wordStart[a]!;
  let j = field.wordStart[b]!;
  const iEnd = field.wordStart[a + 1]!;
  const jEnd = field.wordStart[b + 1]!;
  const size = iEnd - i + jEnd - j;
  let shared = 0;
  while (i < iEnd && j < jEnd) {
    const x = words[i]!;
    const y = words[j]!;
    if (x === y) shared++;
    if (x <= y) i++;
    if (y <= x) j++;
  }
  return size === 0 ? 0 : (2 * shared) / size;
}

// Share of the runs of digits that both addresses have, counted against the address with fewer; -1 when one has none.
function numberLikeness(field: FieldData, a: number, b: number): number {
  const x = digitRuns(field, a);
  const y = digitRuns(field, b);
  if (x.length === 0 || y.length === 0) return -1;
  let shared = 0;
  const [few, many] = x.length <= y.length ? [x, y] : [y, x];
  for (const run of few) if (many.includes(run)) shared++;
  return shared / few.length;
}

function digitRuns(field: FieldData, code: number): number[] {
  const runs: number[] = [];
  let run = -1;
  for (let k = field.start[code]!; k <= field.start[code + 1]!; k++) {
    const unit = k < field.start[code + 1]! ? field.text[k]! : 0;
    if (unit >= 48 && unit <= 57) run = (run < 0 ? 0 : run * 10) + unit - 48;
    else if (run >= 0) {
      runs.push(run);
      run = -1;
    }
  }
  return runs;
}

function amountRule(field: FieldData, a: number, b: number): number {
  const x = field.numbers[a]!;
  const y = field.numbers[b]!;
  return Math.abs(x - y) <= Math.max(1, 0.02 * Math.min(Math.abs(x), Math.abs(y))) ? 1 : 2;
}

export const rules: Readonly<Record<Comparator, Rule>> = {
  name: nameRule,
  date: dateRule,
  code: codeRule,
  phone: phoneRule,
  email: emailRule,
  street: streetRule,
  address: addressRule,
  choice: () => 1,
  amount: amountRule,
};
