// Reading a rule's text from left to right: words of the language, numbers, dates, quoted and bare text. It remembers the farthest place at
// which something was missing and what, because that is where the writer went wrong, wherever the grammar gave up.

import { type Expectation, nameBreaks, valueBreaks, type Word, words } from './words.ts';

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const wordEnd = /[A-Za-z0-9_]$/;

/** One pattern for all forms of a word, longest first; a Latin one ends where the word ends. */
function patternOf(all: readonly string[]): RegExp {
  const alternatives = [...all]
    .sort((a, b) => b.length - a.length)
    .map((form) => form.split(' ').map(escaped).join('\\s+') + (wordEnd.test(form) ? '(?![A-Za-z0-9_])' : ''));
  return new RegExp(alternatives.join('|'), 'iuy');
}

const patterns = Object.fromEntries(Object.entries(words).map(([key, { en, zh }]) => [key, patternOf([...en, ...zh])])) as Record<
  Word,
  RegExp
>;

const spaces = /[\s\u3000]*/uy;
const number = /[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,16})(?:\.\d{1,40})?(?:e[+-]?\d{1,3})?(?![A-Za-z0-9_.])/iuy;
const plainNumber = /[+-]?\d{1,16}(?:\.\d{1,40})?(?:e[+-]?\d{1,3})?(?![A-Za-z0-9_.])/iuy;
const whole = /\d{1,9}(?![\d.])/uy;
const date = /(\d{4})-(\d{1,2})-(\d{1,2})(?![\d:T])|(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日/uy;
/** Letters, digits, `_`, `.`, `-`; not starting with a digit, and ending before a Chinese word of the language. */
const bareUntil = (breaks: readonly string[]) =>
  new RegExp(`[\\p{L}_][\\p{L}\\p{N}_.-]*?(?=$|[^\\p{L}\\p{N}_.-]|${breaks.map(escaped).join('|')})`, 'uy');
const bare = { name: bareUntil(nameBreaks), value: bareUntil(valueBreaks) };
const quotes: { readonly [open: string]: string } = { "'": "'", '“': '”', '‘': '’', '「': '」', '『': '』' };

export class Reader {
  readonly text: string;
  at = 0;
  farthest = 0;
  readonly expected = new Set<Expectation>();
  /** Set where a quotation begins that never ends. */
  unclosed: number | undefined;

  constructor(text: string) {
    this.text = text;
  }

  skip(): void {
    spaces.lastIndex = this.at;
    spaces.exec(this.text);
    this.at = spaces.lastIndex;
  }

  get ended(): boolean {
    this.skip();
    return this.at >= this.text.length;
  }

  /** Says that something of this kind would be right here. @returns undefined, so that it can be the answer of who found nothing */
  missing(what: Expectation): undefined {
    this.skip();
    if (this.at < this.farthest) return undefined;
    if (this.at > this.farthest) {
      this.farthest = this.at;
      this.expected.clear();
    }
    this.expected.add(what);
    return undefined;
  }

  match(pattern: RegExp): RegExpExecArray | undefined {
    this.skip();
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found || found[0] === '') return undefined;
    this.at += found[0].length;
    return found;
  }

  word(key: Word): boolean {
    return this.match(patterns[key]) !== undefined;
  }

  oneOf<const Key extends Word>(keys: readonly Key[]): Key | undefined {
    const begin = this.at;
    let best: { key: Key; at: number } | undefined;
    for (const key of keys) {
      this.at = begin;
      if (this.word(key) && (!best || this.at > best.at)) best = { key, at: this.at };
    }
    this.at = best?.at ?? begin;
    return best?.key;
  }

  /** Tries one reading; where it finds nothing, nothing was read. */
  attempt<T>(read: () => T | undefined): T | undefined {
    const begin = this.at;
    const found = read();
    if (found === undefined) this.at = begin;
    return found;
  }

  /** @param inList commas part the items of a list, so there they do not part thousands */
  number(inList = false): number | undefined {
    const found = this.match(inList ? plainNumber : number);
    if (!found) return undefined;
    // Without a minus zero, which prints as 0 and would not come back.
    return Number(found[0].replaceAll(',', '')) + 0;
  }

  whole(): number | undefined {
    const found = this.match(whole);
    return found ? Number(found[0]) : undefined;
  }

  /** A day as `yyyy-mm-dd`. */
  date(): string | undefined {
    const found = this.match(date);
    if (!found) return undefined;
    const [year, month, day] = found[1] === undefined ? found.slice(4) : found.slice(1);
    return `${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}`;
  }

  /** Text in quotation marks: `"` with the escapes of JSON, the others as written. */
  quoted(): string | undefined {
    this.skip();
    const begin = this.at;
    const open = this.text[begin];
    if (open === '"') {
      let end = begin + 1;
      while (end < this.text.length && this.text[end] !== '"') end += this.text[end] === '\\' ? 2 : 1;
      if (end >= this.text.length) {
        this.unclosed ??= begin;
        return undefined;
      }
      this.at = end + 1;
      return unescaped(this.text.slice(begin, end + 1));
    }
    const close = open === undefined ? undefined : quotes[open];
    if (close === undefined) return undefined;
    const end = this.text.indexOf(close, begin + 1);
    if (end < 0) {
      this.unclosed ??= begin;
      return undefined;
    }
    this.at = end + 1;
    return this.text.slice(begin + 1, end);
  }

  bare(what: 'name' | 'value'): string | undefined {
    const begin = this.at;
    // A connective is no text, whatever could stand here.
    if (this.oneOf(['and', 'or', 'not', 'open', 'close']) !== undefined) {
      this.at = begin;
      return undefined;
    }
    return this.match(bare[what])?.[0];
  }
}

function unescaped(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    return text.slice(1, -1);
  }
}
