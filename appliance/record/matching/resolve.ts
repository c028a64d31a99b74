// The whole course of a resolution: choose pairs, estimate, score, cluster, and once more with persons counted instead of records.

import { blockingLimits, choosePasses, cutPasses, type Pass, type PassKeys, pairBudget, possiblePasses } from './blocking.ts';
import { pairClasses } from './classes.ts';
import { type ClusterRules, clusterLinks } from './cluster.ts';
import { createScorer, type EmInput, type Estimate, estimate, type Patterns } from './em.ts';
import { type EncodedTable, encodeTable } from './encode.ts';
import { countFrequencies, createBander, type Frequencies } from './frequency.ts';
import { createComparer } from './compare.ts';
import { kinds } from './kinds.ts';
import type { PersonTable } from './matching.ts';
import { startThreads, type Threads } from './threads.ts';
import { createPatternCounter, type ScoredPairs } from './work.ts';
import { mix } from './strings.ts';

export type ResolveOptions = { linkOnly?: boolean; threads?: number; onProgress?: (stage: string, share: number) => void; debug?: boolean };
export type Resolution = { clusters: Int32Array; links: ScoredPairs; encoded: EncodedTable; estimate: Estimate };

const randomPairs = 600_000;
const collectedPairs = 2_000_000;
const seed = 20240611;
const floorBits = -7;

export async function resolveTable(table: PersonTable, options: ResolveOptions = {}): Promise<Resolution> {
  const encoded = encodeTable(table, options);
  const threads = startThreads(encoded.rowCount < 4000 ? 1 : (options.threads ?? 2));
  try {
    return await resolveEncoded(encoded, threads, options);
  } finally {
    await threads.close();
  }
}

export async function trainModel(): Promise<void> {}

async function resolveEncoded(encoded: EncodedTable, threads: Threads, options: ResolveOptions): Promise<Resolution> {
  const t0 = performance.now();
  const log = (what: string) => options.debug && console.error(`${((performance.now() - t0) / 1000).toFixed(2)}s ${what}`);
  const kindsOf = encoded.fields.map((field) => field.kind);
  const classes = pairClasses(kindsOf);
  const totalPairs = countPairs(encoded);
  let frequencies = countFrequencies(encoded, new Int32Array(0));
  await threads.set({ table: encoded, frequencies });
  let random = await sampleRandom(encoded, threads);
  log('random');
  const base = (mixed: boolean): Omit<EmInput, 'patterns'> => ({
    fields: kindsOf,
    classes,
    totalPairs,
    random,
    exact: frequencies.fields.map((field) => field.agreement),
    exactIsPure: frequencies.fields.map((field) => field.weighed),
    randomIsMixed: mixed,
  });
  const passes = await preparePasses(encoded, threads, base(true));
  log(`passes ${passes.length} pairs ${passes.reduce((s, p) => s + p.pairs, 0)}`);
  await threads.set({ passes });
  let fitted = await fit(encoded, threads, passes, base(true));
  log(`em ${fitted.iterations}`);
  await threads.set({ estimate: fitted });
  let links = await scoreAll(threads, passes);
  log(`scored ${links.compared}, kept ${links.bits.length}`);
  let personOf = clusterLinks(encoded.rowCount, links, clusterRules(encoded, frequencies, fitted));
  const rounds = 2;
  for (let round = 1; round < rounds; round++) {
    frequencies = countFrequencies(encoded, personOf);
    await threads.set({ frequencies });
    random = await sampleRandom(encoded, threads);
    fitted = await fit(encoded, threads, passes, { ...base(false), start: fitted });
    await threads.set({ estimate: fitted });
    links = await scoreAll(threads, passes);
    personOf = clusterLinks(encoded.rowCount, links, clusterRules(encoded, frequencies, fitted));
    log(`round ${round}: em ${fitted.iterations} kept ${links.bits.length}`);
  }
  const clusters = new Int32Array(encoded.rowCount);
  for (let i = 0; i < clusters.length; i++) clusters[encoded.rowOf[i]!] = personOf[i]!;
  return { clusters, links, encoded, estimate: fitted };
}

function clusterRules(table: EncodedTable, frequencies: Frequencies, fitted: Estimate): ClusterRules {
  const comparer = createComparer(table);
  const bander = createBander(table, frequencies);
  const scorer = createScorer(fitted.classes.length, table.fields.length);
  scorer.load(fitted);
  const cells = new Uint8Array(table.fields.length);
  const same = fitted.shares.reduce((sum, share, c) => (fitted.classes[c]!.same ? sum + share : sum), 0);
  return {
    mergeBits: 0,
    priorBits: Math.log2(same / (1 - same)),
    pairBits(left, right) {
      comparer.compare(left, right, cells, 0);
      bander(left, right, cells, 0);
      return scorer.bits(cells, 0);
    },
    
  };
}

function countPairs(table: EncodedTable): number {
  const all = (table.rowCount * (table.rowCount - 1)) / 2;
  const bySource = new Map<number, number>();
  for (const source of table.sources) bySource.set(source, (bySource.get(source) ?? 0) + 1);
  let within = 0;
  for (const size of bySource.values()) within += (size * (size - 1)) / 2;
  return Math.max(1, all - within);
}

async function sampleRandom(table: EncodedTable, threads: Threads): Promise<Float64Array[]> {
  const step = 50_000;
  const work = Array.from({ length: randomPairs / step }, (_, k) => ({ kind: 'random' as const, from: k * step, to: (k + 1) * step, seed }));
  const parts = await threads.run(work);
  return table.fields.map((field, f) => {
    const sum = new Float64Array(kinds[field.kind].levels.length);
    for (const part of parts) part[f]!.forEach((count, level) => {
      sum[level]! += count;
    });
    return sum;
  });
}

async function preparePasses(table: EncodedTable, threads: Threads, input: Omit<EmInput, 'patterns'>): Promise<Pass[]> {
  if (table.rowCount <= blockingLimits.allPairsRows) return threads.run([{ kind: 'build' as const, keys: [], most: Number.POSITIVE_INFINITY }]);
  const budget = pairBudget(table.rowCount);
  const most = budget / 5;
  const possible = possiblePasses(table);
  const none = new Int32Array(0);
  const costs = await threads.run(possible.map((keys) => ({ kind: 'measure' as const, keys, most, lefts: none, rights: none })));
  const first = cheapest(possible, costs.map((cost) => cost.pairs), table.rowCount);
  const firstPasses = await threads.run(first.map((p) => ({ kind: 'build' as const, keys: possible[p]!, most })));
  const rough = estimate({ ...input, patterns: { fieldCount: table.fields.length, cells: new Uint8Array(0), weights: new Float64Array(0) } });
  await threads.set({ passes: firstPasses, estimate: rough });
  const likely = await scoreAll(threads, firstPasses, 4);
  const sample = takeSample(likely, 20_000);
  const measured = await threads.run(possible.map((keys) => ({ kind: 'measure' as const, keys, most, ...sample })));
  const chosen = choosePasses(measured, budget, blockingLimits.passes);
  return threads.run(chosen.map((p) => ({ kind: 'build' as const, keys: possible[p]!, most })));
}

function cheapest(possible: readonly PassKeys[], costs: readonly number[], rowCount: number): number[] {
  const used = new Map<string, number>();
  const chosen: number[] = [];
  const byCost = costs.map((_, p) => p).sort((a, b) => costs[a]! - costs[b]! || a - b);
  for (const p of byCost) {
    if (costs[p]! < rowCount * 0.01 || costs[p]! > rowCount * 5 || chosen.length >= 14) continue;
    const names = possible[p]!.map(([f, k]) => `${f}.${k}`);
    if (names.some((name) => (used.get(name) ?? 0) >= 2)) continue;
    for (const name of names) used.set(name, (used.get(name) ?? 0) + 1);
    chosen.push(p);
  }
  return chosen;
}

function takeSample(pairs: ScoredPairs, most: number): { lefts: Int32Array; rights: Int32Array } {
  const order = Array.from(pairs.left, (left, i) => ({ i, key: mix(Math.imul(left, 0x9e3779b1) ^ pairs.right[i]!) }));
  order.sort((a, b) => a.key - b.key || a.i - b.i);
  const taken = order.slice(0, most);
  return { lefts: Int32Array.from(taken, ({ i }) => pairs.left[i]!), rights: Int32Array.from(taken, ({ i }) => pairs.right[i]!) };
}

const pairsPerStretch = 100_000;

async function fit(table: EncodedTable, threads: Threads, passes: Pass[], input: Omit<EmInput, 'patterns'>): Promise<Estimate> {
  const pairs = passes.reduce((sum, pass) => sum + pass.pairs, 0);
  const keepOneIn = Math.max(1, Math.ceil(pairs / collectedPairs));
  const parts = await threads.run(cutPasses(passes, pairsPerStretch).map((stretch) => ({ kind: 'collect' as const, stretch, keepOneIn })));
  const counter = createPatternCounter(table.fields.length);
  for (const part of parts) part.weights.forEach((weight, p) => {
    counter.add(part.cells, p * part.fieldCount, weight);
  });
  const patterns: Patterns = counter.patterns();
  return estimate({ ...input, patterns });
}

async function scoreAll(threads: Threads, passes: Pass[], leastBits = floorBits): Promise<ScoredPairs> {
  const parts = await threads.run(cutPasses(passes, pairsPerStretch).map((stretch) => ({ kind: 'score' as const, stretch, leastBits })));
  const total = parts.reduce((sum, part) => sum + part.bits.length, 0);
  const all: ScoredPairs = { left: new Int32Array(total), right: new Int32Array(total), bits: new Float32Array(total), compared: 0 };
  let at = 0;
  for (const part of parts) {
    all.left.set(part.left, at);
    all.right.set(part.right, at);
    all.bits.set(part.bits, at);
    all.compared += part.compared;
    at += part.bits.length;
  }
  return all;
}
