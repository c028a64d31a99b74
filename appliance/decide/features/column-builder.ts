// One column of a file as it grows: as a number or a time while all it says is one, else as a category. A few words among many numbers
// ("error", "unknown") are missing and said; a column in which numbers and words mix is read once more as a category, since "01" and "1"
// are one number and two texts.

import { type Column, type ColumnKind, categoryColumn, numberColumn } from '../../core/matrix/matrix.ts';
import { isNothing, numberIn, timeIn } from './cells.ts';

export const columnLimits = {
  /** Of the filled cells of a number or a time, at most so many may be words, of so few kinds: they count as missing. */
  strayShare: 0.01,
  strayKinds: 5,
} as const;

/** What is worth saying of a column as it was read. */
export type ColumnNote = {
  readonly missing: number;
  /** Cells that were no numbers in a column of numbers, and infinities: they count as missing. */
  readonly stray: number;
  readonly infinite: number;
};

type Reading = 'unread' | 'number' | 'time' | 'text';

export class ColumnBuilder {
  readonly name: string;
  #reading: Reading = 'unread';
  #values = new Float64Array(1024);
  #rows = 0;
  readonly #codes = new Map<string, number>();
  readonly #strays = new Set<string>();
  #missing = 0;
  #stray = 0;
  #infinite = 0;

  /** @param forced the kind that the reading before found, or the caller wants */
  constructor(name: string, forced?: ColumnKind) {
    this.name = name;
    if (forced) this.#reading = forced === 'category' ? 'text' : forced;
  }

  add(text: string): void {
    if (this.#rows === this.#values.length) {
      const more = new Float64Array(2 * this.#values.length);
      more.set(this.#values);
      this.#values = more;
    }
    this.#values[this.#rows] = this.#valueOf(text);
    this.#rows += 1;
  }

  #valueOf(text: string): number {
    if (isNothing(text)) {
      this.#missing += 1;
      return Number.NaN;
    }
    if (this.#reading === 'unread')
      this.#reading = numberIn(text) !== undefined ? 'number' : timeIn(text) !== undefined ? 'time' : 'text';
    if (this.#reading === 'text') return this.#codeOf(text);
    const value = this.#reading === 'number' ? numberIn(text) : timeIn(text);
    if (value === undefined) {
      this.#stray += 1;
      if (this.#strays.size <= columnLimits.strayKinds) this.#strays.add(text);
      return Number.NaN;
    }
    if (Number.isFinite(value)) return value;
    this.#infinite += 1;
    return Number.NaN;
  }

  #codeOf(text: string): number {
    const known = this.#codes.get(text);
    if (known !== undefined) return known;
    const code = this.#codes.size;
    this.#codes.set(text, code);
    return code;
  }

  /** Whether words and numbers mix, so that it has to be read as a category from its beginning. */
  get mixed(): boolean {
    if (this.#stray === 0) return false;
    const filled = this.#rows - this.#missing;
    return this.#stray > columnLimits.strayShare * filled || this.#strays.size > columnLimits.strayKinds;
  }

  done(): { column: Column; note: ColumnNote } {
    const values = this.#values.subarray(0, this.#rows);
    const note = { missing: this.#missing + this.#stray + this.#infinite, stray: this.#stray, infinite: this.#infinite };
    // A column without a single value says nothing of its kind.
    if (this.#reading === 'unread') return { column: numberColumn(this.name, values), note };
    if (this.#reading !== 'text') return { column: numberColumn(this.name, values, 'f64', this.#reading), note };
    const texts = [...this.#codes.keys()];
    return this.#numbersAfterAll(texts, values, note) ?? { column: this.#category(texts, values), note };
  }

  #category(texts: readonly string[], values: Float64Array): Column {
    const named = Array.from(values, (code) => (Number.isNaN(code) ? undefined : texts[code]!));
    return categoryColumn(this.name, named);
  }

  /** A column that began with a stray word is one of numbers all the same. */
  #numbersAfterAll(
    texts: readonly string[],
    codes: Float64Array,
    note: ColumnNote,
  ): { column: Column; note: ColumnNote } | undefined {
    const numbers = texts.map(numberIn);
    const strays = numbers.filter((value) => value === undefined).length;
    if (strays === 0 || strays > columnLimits.strayKinds || strays === texts.length) return undefined;
    let [stray, infinite] = [0, 0];
    const values = codes.map((code) => {
      if (Number.isNaN(code)) return Number.NaN;
      const value = numbers[code];
      if (value === undefined) stray += 1;
      else if (!Number.isFinite(value)) infinite += 1;
      else return value;
      return Number.NaN;
    });
    if (stray > columnLimits.strayShare * (codes.length - note.missing)) return undefined;
    return { column: numberColumn(this.name, values), note: { missing: note.missing + stray + infinite, stray, infinite } };
  }
}
