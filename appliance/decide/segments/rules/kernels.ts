// The innermost loops of set evaluation: one chunk's cells against one test, 32 rows to a word. Each storage has a function of its own, as a loop that
// sees one kind of array is compiled for it; and none branches on a cell, as wrong guesses would cost more than all the comparing.
// Every one: of the rows in `mask` those that hold, into `out` (which may be `mask`). It returns 0 when none does.

import type { Cells } from '../../../core/matrix/matrix.ts';

/** Rows of a chunk as bits. */
export type Words = Int32Array;

export function rangeF64(cells: Float64Array, low: number, high: number, mask: Words, out: Words): number {
  let any = 0;
  for (let word = 0, at = 0; word < mask.length; word += 1, at += 32) {
    const wanted = mask[word]!;
    let found = 0;
    if (wanted !== 0) {
      for (let bit = 0; bit < 32; bit += 1) {
        const cell = cells[at + bit]!;
        found |= (Number(cell >= low) & Number(cell <= high)) << bit;
      }
      found &= wanted;
    }
    out[word] = found;
    any |= found;
  }
  return any;
}

export function rangeF32(cells: Float32Array, low: number, high: number, mask: Words, out: Words): number {
  let any = 0;
  for (let word = 0, at = 0; word < mask.length; word += 1, at += 32) {
    const wanted = mask[word]!;
    let found = 0;
    if (wanted !== 0) {
      for (let bit = 0; bit < 32; bit += 1) {
        const cell = cells[at + bit]!;
        found |= (Number(cell >= low) & Number(cell <= high)) << bit;
      }
      found &= wanted;
    }
    out[word] = found;
    any |= found;
  }
  return any;
}

export function rangeI32(cells: Int32Array, low: number, high: number, mask: Words, out: Words): number {
  let any = 0;
  for (let word = 0, at = 0; word < mask.length; word += 1, at += 32) {
    const wanted = mask[word]!;
    let found = 0;
    if (wanted !== 0) {
      for (let bit = 0; bit < 32; bit += 1) {
        const cell = cells[at + bit]!;
        found |= (Number(cell >= low) & Number(cell <= high)) << bit;
      }
      found &= wanted;
    }
    out[word] = found;
    any |= found;
  }
  return any;
}

export function rangeU16(cells: Uint16Array, low: number, high: number, mask: Words, out: Words): number {
  let any = 0;
  for (let word = 0, at = 0; word < mask.length; word += 1, at += 32) {
    const wanted = mask[word]!;
    let found = 0;
    if (wanted !== 0) {
      for (let bit = 0; bit < 32; bit += 1) {
        const cell = cells[at + bit]!;
        found |= (Number(cell >= low) & Number(cell <= high)) << bit;
      }
      found &= wanted;
    }
    out[word] = found;
    any |= found;
  }
  return any;
}

export function rangeU8(cells: Uint8Array, low: number, high: number, mask: Words, out: Words): number {
  let any = 0;
  for (let word = 0, at = 0; word < mask.length; word += 1, at += 32) {
    const wanted = mask[word]!;
    let found = 0;
    if (wanted !== 0) {
      for (let bit = 0; bit < 32; bit += 1) {
        const cell = cells[at + bit]!;
        found |= (Number(cell >= low) & Number(cell <= high)) << bit;
      }
      found &= wanted;
    }
    out[word] = found;
    any |= found;
  }
  return any;
}

/** @param table of 256 codes, 0 or 1 each; missing among the zeros */
export function levelsU8(cells: Uint8Array, table: Uint8Array, mask: Words, out: Words): number {
  let any = 0;
  for (let word = 0, at = 0; word < mask.length; word += 1, at += 32) {
    const wanted = mask[word]!;
    let found = 0;
    if (wanted !== 0) {
      for (let bit = 0; bit < 32; bit += 1) found |= table[cells[at + bit]!]! << bit;
      found &= wanted;
    }
    out[word] = found;
    any |= found;
  }
  return any;
}

/** @param table of 65,536 codes */
export function levelsU16(cells: Uint16Array, table: Uint8Array, mask: Words, out: Words): number {
  let any = 0;
  for (let word = 0, at = 0; word < mask.length; word += 1, at += 32) {
    const wanted = mask[word]!;
    let found = 0;
    if (wanted !== 0) {
      for (let bit = 0; bit < 32; bit += 1) found |= table[cells[at + bit]!]! << bit;
      found &= wanted;
    }
    out[word] = found;
    any |= found;
  }
  return any;
}

/** Codes outside the table are none of its levels: seen as unsigned, what is missing is far outside. */
export function levelsI32(cells: Int32Array, table: Uint8Array, mask: Words, out: Words): number {
  let any = 0;
  for (let word = 0, at = 0; word < mask.length; word += 1, at += 32) {
    const wanted = mask[word]!;
    let found = 0;
    if (wanted !== 0) {
      for (let bit = 0; bit < 32; bit += 1) {
        const code = cells[at + bit]! >>> 0;
        if (code < table.length) found |= table[code]! << bit;
      }
      found &= wanted;
    }
    out[word] = found;
    any |= found;
  }
  return any;
}

const msPerDay = 86_400_000;

/** Times by their day (UTC); days outside the table are none of it. Birthdays are few of all conditions, so one loop does for every storage. */
export function daysOf(cells: Cells, firstDay: number, table: Uint8Array, missing: number, mask: Words, out: Words): number {
  let any = 0;
  for (let word = 0, at = 0; word < mask.length; word += 1, at += 32) {
    let left = mask[word]!;
    let found = 0;
    while (left !== 0) {
      const lowest = left & -left;
      const cell = cells[at + 31 - Math.clz32(lowest)]!;
      const place = Math.floor(cell / msPerDay) - firstDay;
      // What is missing as NaN is in no place.
      if (cell !== missing && place >= 0 && place < table.length && table[place] === 1) found |= lowest;
      left ^= lowest;
    }
    out[word] = found;
    any |= found;
  }
  return any;
}

/** Bits that are set. */
export function countOf(words: Words): number {
  let count = 0;
  for (let word = 0; word < words.length; word += 1) {
    let bits = words[word]!;
    bits -= (bits >>> 1) & 0x55555555;
    bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
    count += Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}
