// Text as people type it, made safe and alike: width folding that leaves Chinese punctuation alone, invisible characters
// and NUL removed, lone surrogates replaced. The comparison form goes further and is never shown to a person.

import { Converter } from 'opencc-js/t2cn';
import { type Normal, normal, refuse } from './normal.ts';

export const textLimits = { length: 64 * 1024 } as const;

const han = /[\p{Script=Han}\u3040-\u30ff]/u;
const hanOnly = /\p{Script=Han}/u;
// Zero-width space and joiners' kin, soft hyphen, byte order mark, direction controls: seen in pasted names, meant by nobody.
// The two joiners U+200C/U+200D stay: Persian and emoji need them.
const invisible = /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;
const wide = /[\uff01-\uff5e\uff61-\uff9f\uffa0-\uffdc\uffe0-\uffe6\u3000]/g;
const spaces = /[\s\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+/g;
const sentenceMarks = new Set('，！？：；（）［］｛｝～＂＇');
const marks = /[\u0300-\u036f]/g;
const ascii = /^[\x20-\x7e]*$/;
const plain = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;

/** Lone surrogates become U+FFFD; NUL, other control characters (tab and line breaks stay) and invisible ones go. */
export function cleanText(raw: string): string {
  return raw.toWellFormed().replace(control, '').replace(invisible, '');
}

/**
 * Full-width letters, digits and spaces become half-width, half-width kana full-width (Unicode's Halfwidth and Fullwidth
 * Forms block through NFKC). In a text that holds Han or kana, sentence marks such as `，（）` stay as written.
 */
export function foldWidth(text: string): string {
  const keepMarks = han.test(text);
  return text.replace(wide, (c) => (keepMarks && sentenceMarks.has(c) ? c : c.normalize('NFKC'))).normalize('NFC');
}

/** Runs of any white space become one space; none at the ends. */
export function collapseSpaces(text: string): string {
  return text.replace(spaces, ' ').trim();
}

/**
 * The form that is stored and shown.
 * @returns the cleaned text, or a refusal when nothing is left or it is longer than `textLimits.length` characters
 */
export function normaliseText(raw: unknown): Normal<string> {
  const given = asText(raw);
  if (given === undefined) return refuse('not text');
  if (given.length > textLimits.length) return refuse('text longer than 65536 characters');
  if (plain.test(given)) return normal(given);
  const value = settle(given, (text) => collapseSpaces(foldWidth(cleanText(text))));
  return value === '' ? refuse('empty') : normal(value);
}

const simplify = Converter({ from: 't', to: 'cn' });

/** Traditional to simplified characters by OpenCC's tables: for comparison only, a name is never rewritten. */
export function simplifyHan(text: string): string {
  return hanOnly.test(text) ? simplify(text) : text;
}

/** The form two texts are compared in: NFKC, lower case, no accents on letters, simplified characters, single spaces. */
export function comparisonText(text: string): string {
  if (ascii.test(text)) return text.toLowerCase().replace(/ {2,}/g, ' ').trim();
  return settle(text, (given) => {
    const bare = cleanText(given)
      .replace(/[\u200c\u200d]/g, '')
      .normalize('NFKD')
      .replace(marks, '')
      .normalize('NFKC');
    return collapseSpaces(simplifyHan(bare.toLowerCase()));
  });
}

/** Text out of what a field may hold: strings as they are, finite numbers, bigints and booleans as written. */
export function asText(raw: unknown): string | undefined {
  if (typeof raw === 'string') return raw;
  if (typeof raw === 'number') return Number.isFinite(raw) ? wholeText(raw) : undefined;
  return typeof raw === 'bigint' || typeof raw === 'boolean' ? String(raw) : undefined;
}

// A phone number that a spreadsheet made 1.38e10 comes as a number; String() would write 1e21 and above with an exponent.
function wholeText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) >= 1e21 ? BigInt(value).toString() : String(value);
}

// A step can uncover work for an earlier one (a removed mark joins two letters); three rounds settle all but contrived input.
function settle(text: string, step: (text: string) => string): string {
  let current = step(text);
  for (let round = 0; round < 4; round++) {
    const next = step(current);
    if (next === current) return current;
    current = next;
  }
  return current;
}
