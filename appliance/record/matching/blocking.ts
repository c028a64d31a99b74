// Which pairs are worth looking at. A pass groups rows by one key, or by two keys of different fields; only rows of one
// group are paired. Passes are chosen by what they cost on this very data and by the likely matches they would have found.

import type { EncodedTable } from './encode.ts';
import { sharedInt32 } from './encode.ts';
import { mix } from './strings.ts';

/** A pass: one or two (field, key) indices. An empty list puts all rows into one group. */
export type PassKeys = readonly (readonly [field: number, key: number])[];

/** A pass made ready. Rows of one group stand together in `order`; `group` is -1 for rows that the pass leaves out. */
export type Pass = {
  keys: PassKeys;
  group: Int32Array;
  order: Int32Array;
  /** For each place in `order`, where its group ends. */
  end: Int32Array;
  pairs: number;
};

export const blockingLimits = {
  /** Up to this many rows every pair is looked at. */
  allPairsRows: 1500,
  /** Passes in use at once. */
  passes: 28,
  /** Rows of one group. */
  groupRows: 2000,
  /** Pairs in all, whatever the table. */
  pairs: 60_000_000,
} as const;

/** Pairs that may be looked at in a table of so many rows: fewer per row as it grows, never above the limit. */
export function pairBudget(rowCount: number): number {
  const perRow = Math.max(14, Math.min(400, 4e6 / rowCount));
  return Math.min(blockingLimits.pairs, Math.round(perRow * rowCount));
}

/** Every pass that could be taken: each key alone, and two keys of different fields together. */
export function possiblePasses(table: EncodedTable): PassKeys[] {
  const passes: PassKeys[] = [];
  const keys = table.fields.flatMap((field, f) =>
    field.keys.map((key, k) => ({ f, k, loose: key.loose, only: field.keys.length === 1 })),
  );
  for (const { f, k } of keys) passes.push([[f, k]]);
  for (const a of keys) {
    for (const b of keys) {
      if (a.f < b.f && (a.loose || a.only) && (b.loose || b.only)) {
        passes.push([
          [a.f, a.k],
          [b.f, b.k],
        ]);
      }
    }
  }
  return passes;
}

/** The key of every row under a pass, 0 where a part is missing. */
export function passHashes(table: EncodedTable, keys: PassKeys): Int32Array {
  const hashes = new Int32Array(table.rowCount);
  const [first, second] = keys.map(([f, k]) => ({ codes: table.fields[f]!.codes, hashes: table.fields[f]!.keys[k]!.hashes }));
  for (let row = 0; row < hashes.length; row++) {
    const a = first!.codes[row]!;
    const hash = a < 0 ? 0 : first!.hashes[a]!;
    if (hash === 0) continue;
    if (!second) {
      hashes[row] = hash;
      continue;
    }
    const b = second.codes[row]!;
    const other = b < 0 ? 0 : second.hashes[b]!;
    if (other !== 0) hashes[row] = mix(Math.imul(hash, 0x9e3779b1) + other) | 0 || 1;
  }
  return hashes;
}

type Groups = { groupOf: Int32Array; sizes: Int32Array; count: number };

// Numbers the distinct keys by open addressing; -1 for rows without one.
function groupByHash(hashes: Int32Array): Groups {
  let room = 16;
  while (room < hashes.length * 2) room *= 2;
  const slots = new Int32Array(room).fill(-1);
  const keys = new Int32Array(hashes.length);
  const sizes = new Int32Array(hashes.length);
  const groupOf = new Int32Array(hashes.length).fill(-1);
  let count = 0;
  for (let row = 0; row < hashes.length; row++) {
    const hash = hashes[row]!;
    if (hash === 0) continue;
    let slot = mix(hash) & (room - 1);
    while (slots[slot] !== -1 && keys[slots[slot]!] !== hash) slot = (slot + 1) & (room - 1);
    if (slots[slot] === -1) {
      keys[count] = hash;
      slots[slot] = count++;
    }
    groupOf[row] = slots[slot]!;
    sizes[slots[slot]!]!++;
  }
  return { groupOf, sizes, count };
}

// The largest group size with which a pass stays within its share of the budget.
function sizeWithin(groups: Groups, most: number): { size: number; pairs: number } {
  const bySize = new Float64Array(blockingLimits.groupRows + 1);
  for (let g = 0; g < groups.count; g++) {
    const size = groups.sizes[g]!;
    if (size <= blockingLimits.groupRows) bySize[size]!++;
  }
  let pairs = 0;
  for (let size = 2; size < bySize.length; size++) {
    const more = (bySize[size]! * size * (size - 1)) / 2;
    if (pairs + more > most) return { size: size - 1, pairs };
    pairs += more;
  }
  return { size: blockingLimits.groupRows, pairs };
}

/**
 * What a pass costs and, for sample pairs, whether it would have brought them together (1 or 0 each). In a large table the cost
 * is that of one key in eight, times eight: groups of a key are counted whole or not at all.
 */
export function measurePass(
  table: EncodedTable,
  keys: PassKeys,
  most: number,
  lefts: Int32Array,
  rights: Int32Array,
): { pairs: number; finds: Uint8Array } {
  const hashes = passHashes(table, keys);
  const oneIn = hashes.length > wholeRows ? 8 : 1;
  const counted = oneIn === 1 ? hashes : hashes.filter((hash) => hash !== 0 && mix(hash + 1) % oneIn === 0);
  const { size, pairs } = sizeWithin(groupByHash(counted), most / oneIn);
  const finds = new Uint8Array(lefts.length);
  const sizes = new Map<number, number>();
  for (let i = 0; i < lefts.length; i++) {
    const hash = hashes[lefts[i]!]!;
    if (hash === 0 || hash !== hashes[rights[i]!]) continue;
    finds[i] = 1;
    sizes.set(hash, 0);
  }
  if (sizes.size > 0) {
    countKeys(hashes, sizes);
    for (let i = 0; i < lefts.length; i++) if (finds[i] === 1 && sizes.get(hashes[lefts[i]!]!)! > size) finds[i] = 0;
  }
  return { pairs: pairs * oneIn, finds };
}

const wholeRows = 100_000;

// Counts how many rows have each of the given keys. A small filter by the low bits spares most rows the look-up.
function countKeys(hashes: Int32Array, sizes: Map<number, number>): void {
  const filter = new Uint8Array(1 << 20);
  for (const hash of sizes.keys()) filter[hash & 0xfffff] = 1;
  for (let row = 0; row < hashes.length; row++) {
    const hash = hashes[row]!;
    if (filter[hash & 0xfffff] === 0) continue;
    const size = sizes.get(hash);
    if (size !== undefined) sizes.set(hash, size + 1);
  }
}

/** Makes a pass ready. @param most pairs it may bring; larger groups are left to other passes */
export function buildPass(table: EncodedTable, keys: PassKeys, most: number): Pass {
  if (keys.length === 0) return allPairs(table.rowCount);
  const groups = groupByHash(passHashes(table, keys));
  const { size, pairs } = sizeWithin(groups, most);
  const group = sharedInt32(table.rowCount);
  const place = new Int32Array(groups.count);
  let kept = 0;
  for (let g = 0; g < groups.count; g++) {
    place[g] = kept;
    if (groups.sizes[g]! >= 2 && groups.sizes[g]! <= size) kept += groups.sizes[g]!;
    else place[g] = -1;
  }
  const order = sharedInt32(kept);
  const end = sharedInt32(kept);
  const filled = new Int32Array(groups.count);
  for (let row = 0; row < group.length; row++) {
    const g = groups.groupOf[row]!;
    if (g < 0 || place[g]! < 0) {
      group[row] = -1;
      continue;
    }
    group[row] = g;
    const at = place[g]! + filled[g]!++;
    order[at] = row;
    end[at] = place[g]! + groups.sizes[g]!;
  }
  return { keys, group, order, end, pairs };
}

function allPairs(rowCount: number): Pass {
  const order = sharedInt32(rowCount);
  const end = sharedInt32(rowCount);
  for (let row = 0; row < rowCount; row++) {
    order[row] = row;
    end[row] = rowCount;
  }
  return { keys: [], group: sharedInt32(rowCount), order, end, pairs: (rowCount * (rowCount - 1)) / 2 };
}

/**
 * Chooses passes one by one: each time the one that finds the most of the sample pairs not yet found often enough, for
 * its cost. A pair found once still counts half, twice a quarter: what is found once by luck here is missed once there.
 * @param budget pairs in all
 */
export function choosePasses(measured: readonly { pairs: number; finds: Uint8Array }[], budget: number, most: number): number[] {
  const sampled = measured[0]?.finds.length ?? 0;
  const worth = new Float64Array(sampled).fill(1);
  const chosen: number[] = [];
  let left = budget;
  while (chosen.length < most) {
    let best = -1;
    let bestValue = 0;
    for (let p = 0; p < measured.length; p++) {
      const { pairs, finds } = measured[p]!;
      if (pairs === 0 || pairs > left || chosen.includes(p)) continue;
      let gain = 0;
      for (let i = 0; i < sampled; i++) if (finds[i] === 1) gain += worth[i]!;
      const value = gain / (pairs + budget / most);
      if (gain > sampled * 1e-4 && value > bestValue) {
        best = p;
        bestValue = value;
      }
    }
    if (best < 0) break;
    chosen.push(best);
    left -= measured[best]!.pairs;
    for (let i = 0; i < sampled; i++) if (measured[best]!.finds[i] === 1) worth[i]! *= 0.4;
  }
  return chosen;
}

/** Visits every pair of a stretch of a pass that no earlier pass has brought together, and that may be compared at all. */
export function eachPair(
  table: EncodedTable,
  passes: readonly Pass[],
  pass: number,
  from: number,
  to: number,
  visit: (left: number, right: number) => void,
): void {
  const { order, end } = passes[pass]!;
  const { sources } = table;
  const earlier = passes.slice(0, pass).map((one) => one.group);
  const groups = new Int32Array(earlier.length);
  for (let x = from; x < to; x++) {
    const left = order[x]!;
    const last = end[x]!;
    for (let p = 0; p < earlier.length; p++) groups[p] = earlier[p]![left]!;
    for (let y = x + 1; y < last; y++) {
      const right = order[y]!;
      if (sources.length > 0 && sources[left] === sources[right]) continue;
      let seen = false;
      for (let p = 0; p < earlier.length; p++) {
        if (groups[p]! >= 0 && groups[p] === earlier[p]![right]) {
          seen = true;
          break;
        }
      }
      if (!seen) visit(left, right);
    }
  }
}

export type Stretch = { pass: number; from: number; to: number };

/** Cuts passes into stretches of about equal work, in a fixed order. */
export function cutPasses(passes: readonly Pass[], pairsPerStretch = 100_000): Stretch[] {
  const stretches: Stretch[] = [];
  passes.forEach((pass, p) => {
    let from = 0;
    let pairs = 0;
    for (let x = 0; x < pass.order.length; x++) {
      pairs += pass.end[x]! - x - 1;
      if (pairs >= pairsPerStretch) {
        stretches.push({ pass: p, from, to: x + 1 });
        from = x + 1;
        pairs = 0;
      }
    }
    if (from < pass.order.length) stretches.push({ pass: p, from, to: pass.order.length });
  });
  return stretches;
}
