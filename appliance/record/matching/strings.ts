// How alike two texts are, computed on UTF-16 units in flat arrays so that millions of comparisons make no garbage.
// Every function is symmetric; the scratch space belongs to one thread (each worker loads this module for itself).

/** Texts longer than this are compared by their first units only. */
export const comparedUnitsLimit = 128;

const taken = new Uint8Array(comparedUnitsLimit);
const matchedA = new Uint16Array(comparedUnitsLimit);
const matchedB = new Uint16Array(comparedUnitsLimit);
let rowBefore = new Uint8Array(comparedUnitsLimit + 1);
let rowAbove = new Uint8Array(comparedUnitsLimit + 1);
let row = new Uint8Array(comparedUnitsLimit + 1);

/**
 * Jaro-Winkler similarity: Jaro's with Winkler's bonus of 0.1 per common leading unit, at most 4 of them, given only
 * when Jaro is above 0.7 (Winkler, "String Comparator Metrics", 1990, as in the Census Bureau's strcmp95 without its
 * look-alike table).
 * @returns 0 (nothing alike) to 1 (equal); 1 for two empty texts
 */
export function jaroWinkler(a: Uint16Array, aStart: number, aEnd: number, b: Uint16Array, bStart: number, bEnd: number): number {
  const m = Math.min(aEnd - aStart, comparedUnitsLimit);
  const n = Math.min(bEnd - bStart, comparedUnitsLimit);
  if (m === 0 && n === 0) return 1;
  if (m === 0 || n === 0) return 0;
  const common = commonUnits(a, aStart, m, b, bStart, n);
  if (common === 0) return 0;
  let moved = 0;
  for (let k = 0; k < common; k++) if (matchedA[k] !== matchedB[k]) moved++;
  const jaro = (common / m + common / n + (common - moved / 2) / common) / 3;
  if (jaro <= 0.7) return jaro;
  let prefix = 0;
  while (prefix < 4 && prefix < m && prefix < n && a[aStart + prefix] === b[bStart + prefix]) prefix++;
  return jaro + prefix * 0.1 * (1 - jaro);
}

// Fills matchedA and matchedB with the units that have a partner within the window, in each text's own order. The
// greedy choice depends on which text comes first, so the shorter (then the smaller) always does: that makes it symmetric.
function commonUnits(a: Uint16Array, aStart: number, m: number, b: Uint16Array, bStart: number, n: number): number {
  if (m > n || (m === n && comesAfter(a, aStart, b, bStart, m))) return commonUnits(b, bStart, n, a, aStart, m);
  const window = Math.max(0, (Math.max(m, n) >> 1) - 1);
  taken.fill(0, 0, n);
  let common = 0;
  for (let i = 0; i < m; i++) {
    const unit = a[aStart + i]!;
    const last = Math.min(n - 1, i + window);
    for (let j = Math.max(0, i - window); j <= last; j++) {
      if (taken[j] === 0 && b[bStart + j] === unit) {
        taken[j] = 1;
        matchedA[common++] = unit;
        break;
      }
    }
  }
  for (let j = 0, k = 0; k < common; j++) if (taken[j] === 1) matchedB[k++] = b[bStart + j]!;
  return common;
}

function comesAfter(a: Uint16Array, aStart: number, b: Uint16Array, bStart: number, length: number): boolean {
  for (let k = 0; k < length; k++) {
    const difference = a[aStart + k]! - b[bStart + k]!;
    if (difference !== 0) return difference > 0;
  }
  return false;
}

/**
 * Damerau-Levenshtein distance in its restricted form (optimal string alignment: insert, delete, replace, swap of
 * neighbours, each once), given up early.
 * @param most the largest distance of interest, 0 to 100
 * @returns the distance, or `most + 1` when it is larger
 */
export function editDistance(
  a: Uint16Array,
  aStart: number,
  aEnd: number,
  b: Uint16Array,
  bStart: number,
  bEnd: number,
  most: number,
): number {
  while (aStart < aEnd && bStart < bEnd && a[aStart] === b[bStart]) {
    aStart++;
    bStart++;
  }
  while (aStart < aEnd && bStart < bEnd && a[aEnd - 1] === b[bEnd - 1]) {
    aEnd--;
    bEnd--;
  }
  const m = Math.min(aEnd - aStart, comparedUnitsLimit);
  const n = Math.min(bEnd - bStart, comparedUnitsLimit);
  if (m === 0 || n === 0) return Math.min(Math.max(m, n), most + 1);
  if (Math.abs(m - n) > most) return most + 1;
  for (let j = 0; j <= n; j++) rowAbove[j] = j;
  for (let i = 1; i <= m; i++) {
    const unit = a[aStart + i - 1];
    let least = i;
    row[0] = i;
    for (let j = 1; j <= n; j++) {
      const other = b[bStart + j - 1];
      let cost = rowAbove[j - 1]! + (unit === other ? 0 : 1);
      if (rowAbove[j]! + 1 < cost) cost = rowAbove[j]! + 1;
      if (row[j - 1]! + 1 < cost) cost = row[j - 1]! + 1;
      if (i > 1 && j > 1 && unit === b[bStart + j - 2] && a[aStart + i - 2] === other) {
        if (rowBefore[j - 2]! + 1 < cost) cost = rowBefore[j - 2]! + 1;
      }
      row[j] = cost;
      if (cost < least) least = cost;
    }
    if (least > most) return most + 1;
    const spare = rowBefore;
    rowBefore = rowAbove;
    rowAbove = row;
    row = spare;
  }
  return Math.min(rowAbove[n]!, most + 1);
}

const units = (text: string): Uint16Array => Uint16Array.from(text, (c) => c.charCodeAt(0));

/** Jaro-Winkler of two strings; see `jaroWinkler`. */
export function jaroWinklerText(a: string, b: string): number {
  return jaroWinkler(units(a), 0, a.length, units(b), 0, b.length);
}

/** Damerau-Levenshtein of two strings; see `editDistance`. */
export function editDistanceText(a: string, b: string, most = 100): number {
  return editDistance(units(a), 0, a.length, units(b), 0, b.length, most);
}

/** FNV-1a over UTF-16 units, with a final mix (Murmur3's), 32 bits unsigned. The same text gives the same number anywhere. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash);
}

/** Murmur3's finaliser: a bijection of 32-bit numbers whose every bit depends on every other. */
export function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
