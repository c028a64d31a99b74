// From what went into a node to what must not be found on its disk: every text in the ways in which a program might write it, and
// the judgement of what was found.
//
// What is left out, and why:
// - Anything under four bytes: in megabytes of ciphertext every such string occurs by chance.
// - Under six bytes in UTF-16 or two digits to a byte: such patterns are what the structure of database pages is made of.
// - Under six digits in UTF-16: PostgreSQL's log lists the rows of a page by numbers of two bytes, and 49, 50, 53, 54 read as 1256.
// - Times of events as numbers: they stand in the clear by design. Times written as text are looked for.
// - A string that an empty node's file has already is not held against that same file (words of the schema in the database, event
//   names that the operator declared in holdfast.json); in every other file it is.
// - Strings of four to six bytes occur in ciphertext by chance, about once in 4 GB, 1 TB and 280 TB for each. They may do so as often as chance
//   allows, with a probability under one in a million of a wrong alarm, and no more; copies of one place count once, for chance writes a page once
//   and a database's log copies it. Texts so short are looked for in quotes too, as JSON and SQL would
//   write them; of those none may be found.

import type { Hits, Needles, Searched } from './search.ts';

const escaped = (text: string) =>
  JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(/[^\x20-\x7e]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
const quotedUpToBytes = 8;

/** The headers and pointers of a database's pages repeat short patterns of bytes, more often than chance would: so no shorter than this. */
const shortestBinary = 6;
function addBinary(needles: Needles, bytes: Buffer, what: string): void {
  if (bytes.length >= shortestBinary) needles.add(bytes, what);
}

/** One text in UTF-8, UTF-16, escaped, lower case; short ones also in quotes; phones in their other forms. */
export function addText(needles: Needles, text: string, what = text): void {
  if (text === '') return;
  const forms = new Set([text, text.toLowerCase(), text.normalize('NFC'), JSON.stringify(text).slice(1, -1), escaped(text)]);
  for (const form of forms) {
    const utf8 = Buffer.from(form, 'utf8');
    needles.add(utf8, what);
    if (!/^\d{1,5}$/.test(form)) addBinary(needles, Buffer.from(form, 'utf16le'), `${what} in UTF-16`);
    if (utf8.length <= quotedUpToBytes)
      for (const quote of [`"`, `'`]) needles.add(Buffer.from(quote + form + quote), `${what} in quotes`);
  }
  if (/^[+(]?\d[\d\s()./-]{6,20}$/.test(text)) addPhone(needles, text, what);
}

/** Base64 and hexadecimal too: for the few strings that a test made up to be found. */
export function addCanary(needles: Needles, text: string): void {
  addText(needles, text);
  const bytes = Buffer.from(text, 'utf8');
  needles.add(Buffer.from(bytes.toString('hex')), `${text} in hexadecimal`);
  // The middle of base64 depends on where the text begins among three bytes.
  for (const before of [0, 1, 2]) {
    const base64 = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    needles.add(Buffer.from(base64.slice(before === 0 ? 0 : 4, -4)), `${text} in base64`);
  }
}

/** Digits alone, without the country, packed two to a byte, and as the integers of SQLite and PostgreSQL. */
function addPhone(needles: Needles, text: string, what: string): void {
  const digits = text.replaceAll(/\D/g, '');
  for (const number of new Set([digits, digits.replace(/^(00)?86/, ''), digits.replace(/^0/, '')])) {
    // A placeholder of nothing but zeros is, packed, what every free page is full of.
    if (number.length < 7 || /^0+$/.test(number)) continue;
    for (const form of [number, `+${number}`, `+86${number}`]) {
      needles.add(Buffer.from(form), `${what} as digits`);
      needles.add(Buffer.from(form, 'utf16le'), `${what} as digits in UTF-16`);
    }
    const packed = Buffer.from(number.padEnd(number.length + (number.length % 2), 'f'), 'hex');
    addBinary(needles, packed.subarray(0, Math.floor(number.length / 2)), `${what} packed`);
    if (number.length < 10 || number.length > 15) continue;
    const integer = Buffer.alloc(8);
    integer.writeBigInt64BE(BigInt(number));
    needles.add(integer.subarray(2), `${what} as a 48-bit integer`);
    needles.add(Buffer.from(integer).reverse(), `${what} as a 64-bit integer`);
  }
}

/** Broken numbers as a double and as text; whole ones as text. */
export function addNumber(needles: Needles, value: number): void {
  addText(needles, String(value), `number ${value}`);
  if (Number.isInteger(value)) return;
  const double = Buffer.alloc(8);
  double.writeDoubleBE(value);
  // Halves and quarters end in zeros, and zeros stand everywhere.
  if (double.subarray(4).every((byte) => byte === 0)) return;
  needles.add(double, `number ${value} as a double`);
  needles.add(Buffer.from(double).reverse(), `number ${value} as a double`);
}

/** Everything inside a value: keys, texts, numbers. */
export function addValue(needles: Needles, value: unknown, skip: ReadonlySet<string> = new Set()): void {
  if (typeof value === 'string') addText(needles, value);
  else if (typeof value === 'number') addNumber(needles, value);
  else if (Array.isArray(value)) for (const inner of value) addValue(needles, inner, skip);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      if (skip.has(key)) continue;
      addText(needles, key);
      addValue(needles, inner, skip);
    }
  }
}

/** Chance of a wrong alarm for a whole search. */
const wrongAlarm = 1e-6;

/** The most hits that chance allows where `mean` are expected. */
export function allowedByChance(mean: number, trials: number): number {
  let term = Math.exp(-mean);
  let sum = term;
  let hits = 0;
  while ((1 - sum) * trials > wrongAlarm && hits < 10_000) {
    hits += 1;
    term *= mean / hits;
    sum += term;
    // Beyond what a double can tell from 1 the terms themselves bound what is left.
    if (term * 2 * trials < wrongAlarm && hits > mean) break;
  }
  return hits;
}

/** What was found that neither the empty node had nor chance explains; `byChance` counts the rest. */
export function judge(needles: Needles, found: Searched, empty: Searched): { leaks: Hits[]; byChance: number; excused: number } {
  const fresh = [...found.hits].filter(([key]) => !empty.hits.has(key)).map(([, hits]) => hits);
  const byLength = Map.groupBy(fresh, (hits) => hits.needle.bytes.length);
  const leaks: Hits[] = [];
  let byChance = 0;
  for (const [length, hits] of byLength) {
    const count = needles.counts.get(length)!;
    const meanEach = found.bytes / 256 ** length;
    const inAll = hits.reduce((sum, hit) => sum + hit.count, 0);
    const tooMany = inAll > allowedByChance(meanEach * count, 1);
    const most = allowedByChance(meanEach, count);
    for (const hit of hits) {
      if (tooMany || hit.count > most) leaks.push(hit);
      else byChance += hit.count;
    }
  }
  return { leaks, byChance, excused: found.hits.size - fresh.length };
}
