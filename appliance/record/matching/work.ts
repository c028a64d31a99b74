// What a thread does for the matcher: pure functions of shared arrays, a stretch of work each. The main thread runs the same
// functions when there is only one thread, and merges results in the order of the stretches, so threads never show.

import { buildPass, eachPair, measurePass, type Pass, type PassKeys, type Stretch } from './blocking.ts';
import { createComparer, type PairComparer } from './compare.ts';
import { createScorer, type Estimate, type Patterns, type Scorer } from './em.ts';
import type { EncodedTable } from './encode.ts';
import { createBander, type Frequencies } from './frequency.ts';
import { kinds, missingLevel } from './kinds.ts';
import { mix } from './strings.ts';

/** What all stretches share. Arrays inside live in shared memory or are copied once to each thread. */
export type Context = { table?: EncodedTable; frequencies?: Frequencies; passes?: Pass[]; estimate?: Estimate };

export type Work =
  | { kind: 'measure'; keys: PassKeys; most: number; lefts: Int32Array; rights: Int32Array }
  | { kind: 'build'; keys: PassKeys; most: number }
  | { kind: 'random'; from: number; to: number; seed: number }
  | { kind: 'collect'; stretch: Stretch; keepOneIn: number }
  | { kind: 'score'; stretch: Stretch; leastBits: number }
  | { kind: 'all'; stretch: Stretch }
  | { kind: 'cells'; left: Int32Array; right: Int32Array };

export type ScoredPairs = { left: Int32Array; right: Int32Array; bits: Float32Array; compared: number };
export type Done = {
  measure: { pairs: number; finds: Uint8Array };
  build: Pass;
  random: Float64Array[];
  collect: Patterns;
  score: ScoredPairs;
  /** Every pair of a stretch with its pattern. */
  all: { left: Int32Array; right: Int32Array; cells: Uint8Array };
  /** The patterns of given pairs, one after the other. */
  cells: Uint8Array;
};

export type Worker = { set(context: Context): void; run<K extends Work['kind']>(work: Extract<Work, { kind: K }>): Done[K] };

export function createWorker(): Worker {
  let context: Context = {};
  let comparer: PairComparer;
  let bander: ReturnType<typeof createBander>;
  let scorer: Scorer;
  const need = () => ({ table: context.table!, passes: context.passes!, frequencies: context.frequencies! });
  const doWork = (work: Work): Done[Work['kind']] => {
    const { table, passes, frequencies } = need();
    switch (work.kind) {
      case 'measure':
        return measurePass(table, work.keys, work.most, work.lefts, work.rights);
      case 'build':
        return buildPass(table, work.keys, work.most);
      case 'random':
        return randomLevels(table, comparer, frequencies, work.from, work.to, work.seed);
      case 'collect':
        return collect(table, passes, comparer, bander, work.stretch, work.keepOneIn);
      case 'score':
        return score(table, passes, comparer, bander, scorer, work.stretch, work.leastBits);
      case 'all': {
        const { left, right } = pairsOf(table, passes, work.stretch);
        return { left, right, cells: cellsOfPairs(comparer, bander, left, right) };
      }
      case 'cells':
        return cellsOfPairs(comparer, bander, work.left, work.right);
    }
  };
  return {
    set(more) {
      context = { ...context, ...more };
      if (more.table) comparer = createComparer(more.table);
      if (more.frequencies) bander = createBander(context.table!, more.frequencies);
      if (more.estimate) {
        scorer = createScorer(more.estimate.classes.length, context.table!.fields.length);
        scorer.load(more.estimate);
      }
    },
    run: doWork as Worker['run'],
  };
}

// Levels among pairs drawn at random: the k-th pair depends on k and the seed alone.
function randomLevels(
  table: EncodedTable,
  comparer: PairComparer,
  frequencies: Frequencies,
  from: number,
  to: number,
  seed: number,
): Float64Array[] {
  const counts = table.fields.map((field) => new Float64Array(kinds[field.kind].levels.length));
  const out = new Uint8Array(comparer.fieldCount);
  const { personOf } = frequencies;
  const { sources, rowCount } = table;
  for (let k = from; k < to; k++) {
    const left = mix(k * 2 + seed) % rowCount;
    const right = mix(Math.imul(k, 0x9e3779b1) + seed * 31 + 17) % rowCount;
    if (left === right || (sources.length > 0 && sources[left] === sources[right])) continue;
    if (personOf.length > 0 && personOf[left] === personOf[right]) continue;
    comparer.compare(left, right, out, 0);
    for (let f = 0; f < out.length; f++) if (out[f] !== missingLevel) counts[f]![out[f]!]!++;
  }
  return counts;
}

/** Counts equal patterns by open addressing; grows as needed. */
export function createPatternCounter(fieldCount: number) {
  let room = 1 << 12;
  let cells = new Uint8Array(room * fieldCount);
  let weights = new Float64Array(room);
  let slots = new Int32Array(room * 2).fill(-1);
  let count = 0;

  const hashAt = (source: Uint8Array, at: number): number => {
    let hash = 0x811c9dc5;
    for (let f = 0; f < fieldCount; f++) hash = Math.imul(hash ^ source[at + f]!, 0x01000193);
    return mix(hash);
  };
  const find = (source: Uint8Array, at: number): number => {
    let slot = hashAt(source, at) & (slots.length - 1);
    for (;;) {
      const known = slots[slot]!;
      if (known < 0) return ~slot;
      let same = true;
      for (let f = 0; f < fieldCount && same; f++) same = cells[known * fieldCount + f] === source[at + f];
      if (same) return known;
      slot = (slot + 1) & (slots.length - 1);
    }
  };
  const grow = () => {
    room *= 2;
    const moreCells = new Uint8Array(room * fieldCount);
    moreCells.set(cells);
    cells = moreCells;
    const moreWeights = new Float64Array(room);
    moreWeights.set(weights);
    weights = moreWeights;
    slots = new Int32Array(room * 2).fill(-1);
    for (let p = 0; p < count; p++) slots[~find(cells, p * fieldCount)] = p;
  };
  return {
    add(source: Uint8Array, at: number, weight: number) {
      let place = find(source, at);
      if (place < 0) {
        if (count === room) {
          grow();
          place = find(source, at);
        }
        for (let f = 0; f < fieldCount; f++) cells[count * fieldCount + f] = source[at + f]!;
        slots[~place] = count;
        place = count++;
      }
      weights[place]! += weight;
    },
    patterns(): Patterns {
      return { fieldCount, cells: cells.slice(0, count * fieldCount), weights: weights.slice(0, count) };
    },
  };
}

type Bander = ReturnType<typeof createBander>;

function collect(
  table: EncodedTable,
  passes: Pass[],
  comparer: PairComparer,
  bander: Bander,
  stretch: Stretch,
  keepOneIn: number,
): Patterns {
  const counter = createPatternCounter(comparer.fieldCount);
  const out = new Uint8Array(comparer.fieldCount);
  eachPair(table, passes, stretch.pass, stretch.from, stretch.to, (left, right) => {
    if (keepOneIn > 1 && mix(Math.imul(Math.min(left, right), 0x85ebca6b) ^ Math.max(left, right)) % keepOneIn !== 0) return;
    comparer.compare(left, right, out, 0);
    bander(left, right, out, 0);
    counter.add(out, 0, keepOneIn);
  });
  return counter.patterns();
}

function pairsOf(table: EncodedTable, passes: Pass[], stretch: Stretch): { left: Int32Array; right: Int32Array } {
  const left: number[] = [];
  const right: number[] = [];
  eachPair(table, passes, stretch.pass, stretch.from, stretch.to, (a, b) => {
    left.push(Math.min(a, b));
    right.push(Math.max(a, b));
  });
  return { left: Int32Array.from(left), right: Int32Array.from(right) };
}

function cellsOfPairs(comparer: PairComparer, bander: Bander, left: Int32Array, right: Int32Array): Uint8Array {
  const cells = new Uint8Array(left.length * comparer.fieldCount);
  for (let i = 0; i < left.length; i++) {
    comparer.compare(left[i]!, right[i]!, cells, i * comparer.fieldCount);
    bander(left[i]!, right[i]!, cells, i * comparer.fieldCount);
  }
  return cells;
}

function score(
  table: EncodedTable,
  passes: Pass[],
  comparer: PairComparer,
  bander: Bander,
  scorer: Scorer,
  stretch: Stretch,
  leastBits: number,
): ScoredPairs {
  const left: number[] = [];
  const right: number[] = [];
  const bits: number[] = [];
  const out = new Uint8Array(comparer.fieldCount);
  let compared = 0;
  eachPair(table, passes, stretch.pass, stretch.from, stretch.to, (a, b) => {
    compared++;
    comparer.compare(a, b, out, 0);
    bander(a, b, out, 0);
    const logOdds = scorer.bits(out, 0);
    if (logOdds < leastBits) return;
    left.push(Math.min(a, b));
    right.push(Math.max(a, b));
    bits.push(logOdds);
  });
  return { left: Int32Array.from(left), right: Int32Array.from(right), bits: Float32Array.from(bits), compared };
}
