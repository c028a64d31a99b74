// From two rows to one level of agreement per field. Levels are numbered as in `kinds`; 255 means a value is missing.
// Deterministic and symmetric; remembers the comparisons of text it has made, because names repeat.

import type { EncodedTable, FieldData } from './encode.ts';
import { kinds, missingLevel } from './kinds.ts';
import { rules, sameAlt, saysNoMore } from './rules.ts';
import { editDistance, mix } from './strings.ts';

const memoSlots = 1 << 15;
const nameSwapped = 6;
const nameDifferent = 5;
const nameSimilar = 3;
const streetSwapped = 4;
const streetDifferent = 3;

export type PairComparer = {
  readonly fieldCount: number;
  /** Writes one level per field to `out[at...]`. Rows are encoded rows. */
  compare(left: number, right: number, out: Uint8Array, at: number): void;
};

export function createComparer(table: Pick<EncodedTable, 'fields'>): PairComparer {
  const { fields } = table;
  const compareField = fields.map((field) => fieldRule(field));
  const swaps: [number, number, 'name' | 'street'][] = [];
  fields.forEach((field, f) => {
    if (field.swapWith > f) swaps.push([f, field.swapWith, kinds[field.kind].comparator === 'name' ? 'name' : 'street']);
  });
  const indexOf = (kind: string): number => fields.findIndex((field) => field.kind === kind);
  const [email, given, surname] = [indexOf('email'), indexOf('givenName'), indexOf('surname')];
  const namesAgree = (out: Uint8Array, at: number): boolean =>
    out[at + given]! <= nameSimilar && out[at + surname]! <= nameSimilar;
  return {
    fieldCount: fields.length,
    compare(left, right, out, at) {
      for (let f = 0; f < fields.length; f++) {
        const codes = fields[f]!.codes;
        const a = codes[left]!;
        const b = codes[right]!;
        out[at + f] = a < 0 || b < 0 ? missingLevel : a === b ? 0 : compareField[f]!(a, b);
      }
      if (email >= 0 && given >= 0 && surname >= 0 && namesAgree(out, at) && saysNoMore(fields[email]!, left, out[at + email]!)) {
        out[at + email] = missingLevel;
      }
      for (const [f, g, comparator] of swaps) markSwap(fields[f]!, fields[g]!, f, g, comparator, left, right, out, at);
    },
  };
}

const remembered = new Set(['name', 'street', 'address']);

// Names and places repeat, so their comparisons are remembered; codes and addresses of one person hardly do.
function fieldRule(field: FieldData): (a: number, b: number) => number {
  const { comparator } = kinds[field.kind];
  const rule = rules[comparator];
  if (!remembered.has(comparator) || field.valueCount > memoSlots) {
    return (a, b) => (a < b ? rule(field, a, b) : rule(field, b, a));
  }
  const lefts = new Int32Array(memoSlots).fill(-1);
  const rights = new Int32Array(memoSlots);
  const levels = new Uint8Array(memoSlots);
  return (a, b) => {
    const low = Math.min(a, b);
    const high = Math.max(a, b);
    const slot = mix(Math.imul(low, 0x9e3779b1) ^ high) & (memoSlots - 1);
    if (lefts[slot] === low && rights[slot] === high) return levels[slot]!;
    const result = rule(field, low, high);
    lefts[slot] = low;
    rights[slot] = high;
    levels[slot] = result;
    return result;
  };
}

// Two fields that changed places: the pair's evidence goes to the first as one level, the second is left out, so that
// one accident is counted once.
function markSwap(
  f: FieldData,
  g: FieldData,
  fAt: number,
  gAt: number,
  comparator: 'name' | 'street',
  left: number,
  right: number,
  out: Uint8Array,
  at: number,
): void {
  const different = comparator === 'name' ? nameDifferent : streetDifferent;
  const fLevel = out[at + fAt]!;
  const gLevel = out[at + gAt]!;
  if (
    fLevel < different - 1 ||
    gLevel < different - 1 ||
    (fLevel === missingLevel && gLevel === missingLevel && !crossable(f, g, left, right))
  )
    return;
  const [fl, gl, fr, gr] = [f.codes[left]!, g.codes[left]!, f.codes[right]!, g.codes[right]!];
  const first = fl >= 0 && gr >= 0 ? crossAlike(f, fl, g, gr) : -1;
  const second = gl >= 0 && fr >= 0 ? crossAlike(f, fr, g, gl) : -1;
  const swapped =
    (first === 1 && second !== 0) ||
    (second === 1 && first !== 0) ||
    (first === 2 && second >= 1) ||
    (second === 2 && first >= 1);
  if (!swapped) return;
  out[at + fAt] = comparator === 'name' ? nameSwapped : streetSwapped;
  out[at + gAt] = missingLevel;
}

const crossable = (f: FieldData, g: FieldData, left: number, right: number): boolean =>
  (f.codes[left]! >= 0 && g.codes[right]! >= 0) || (g.codes[left]! >= 0 && f.codes[right]! >= 0);

// 1 when the value of the one field reads the same as the value of the other, 2 when it is nearly so, 0 when not.
function crossAlike(f: FieldData, a: number, g: FieldData, b: number): number {
  const xStart = f.altStart[a]!;
  const yStart = g.altStart[b]!;
  if (sameAlt(f, a, g, b)) return 1;
  const shortest = Math.min(f.altStart[a + 1]! - xStart, g.altStart[b + 1]! - yStart);
  if (shortest < 4 || f.alt[xStart] !== g.alt[yStart]) return 0;
  return editDistance(f.alt, xStart, f.altStart[a + 1]!, g.alt, yStart, g.altStart[b + 1]!, 1) === 1 ? 2 : 0;
}
