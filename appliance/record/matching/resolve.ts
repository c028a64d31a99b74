// The whole course of a resolution: choose the pairs worth looking at, estimate, score, cluster; then once more with persons
// counted instead of records, because what is rare among persons is what tells them apart.

import { Fault } from '../../core/errors.ts';
import { cutPasses, type Pass } from './blocking.ts';
import { pairClasses } from './classes.ts';
import { type ClusterRules, clusterLinks } from './cluster.ts';
import { createComparer } from './compare.ts';
import { createScorer, type EmInput, type Estimate, estimate } from './em.ts';
import { type EncodedTable, encodeTable, valueText } from './encode.ts';
import { explain, priorBits, probabilityOf } from './explain.ts';
import { countFrequencies, createBander, type Frequencies } from './frequency.ts';
import { createGroupScorer } from './groups.ts';
import { type FieldKind, kinds } from './kinds.ts';
import type { FieldWeight, PersonTable, ScoredPair } from './matching.ts';
import { type MatchModel, makeModel } from './model.ts';
import { preparePasses, scoreAll } from './passes.ts';
import { startThreads, type Threads } from './threads.ts';
import { chooseThresholds, type Expected, type Thresholds } from './thresholds.ts';
import { createPatternCounter, type ScoredPairs } from './work.ts';

/** What is being done, for a progress bar: `share` of the whole, 0 to 1. */
export type Stage = 'encode' | 'block' | 'estimate' | 'score' | 'cluster';
export type Progress = (stage: Stage, share: number) => void;
export type ResolveOptions = {
  /** Compare only rows of different sources. */
  linkOnly?: boolean;
  /** Worker threads; 1 works in the calling thread. The answer is the same for any number. */
  threads?: number;
  onProgress?: Progress;
  signal?: AbortSignal;
};

export type Parameters = {
  fields: { name: string; kind: FieldKind; levels: { name: string; m: number; u: number }[] }[];
  relations: { name: string; pairs: number }[];
  priorBits: number;
  possiblePairs: number;
  comparedPairs: number;
  passes: string[];
  expected: Expected;
};

export type Resolution = {
  /** For each row, the smallest row of its person. */
  clusters: Int32Array;
  /** Pairs at or above the review threshold, surest first. */
  pairs: ScoredPair[];
  thresholds: Thresholds;
  parameters: Parameters;
  model: MatchModel;
  /** The waterfall of any two rows. */
  reasons(left: number, right: number): FieldWeight[];
  /** Log-odds in bits that two groups of rows are one person, each taken as a whole. */
  groupBits(left: readonly number[], right: readonly number[]): number;
};

export const resolveLimits = {
  /** Pairs drawn at random to learn what strangers share. */
  randomPairs: 400_000,
  /** Pairs that the estimation looks at; beyond, a sample. */
  estimatedPairs: 2_000_000,
  /** Tables smaller than this are done in the calling thread. */
  threadedRows: 4000,
} as const;

const seed = 20240611;
const rounds = 2;

/**
 * Says who is who in a table of persons.
 * @throws {Fault} `bad_request` when no column can tell persons apart, `limit_reached` beyond the named limits
 */
export async function resolveTable(table: PersonTable, options: ResolveOptions = {}): Promise<Resolution> {
  options.onProgress?.('encode', 0);
  const encoded = encodeTable(table, options);
  if (encoded.fields.length === 0) return nobody(table.rowCount);
  const threads = startThreads(encoded.rowCount < resolveLimits.threadedRows ? 1 : (options.threads ?? 2));
  try {
    return await new Run(encoded, threads, options).all();
  } finally {
    await threads.close();
  }
}

/** Learns from a table what `scorePair` needs. @throws {Fault} as `resolveTable` */
export async function trainModel(table: PersonTable, options: ResolveOptions = {}): Promise<MatchModel> {
  return (await resolveTable(table, options)).model;
}

// Columns that say the same of everybody, or nothing, leave every row a person of its own.
function nobody(rowCount: number): Resolution {
  const table: EncodedTable = { rowCount, fields: [], rowOf: new Int32Array(0), sources: new Int32Array(0) };
  const classes = pairClasses([]);
  const empty: Estimate = {
    classes,
    shares: [1e-9, 1 - 1e-9],
    sets: { m: [], u: [], place: [], household: [], twin: [], kin: [], namesake: [], work: [] },
    iterations: 0,
    converged: true,
  };
  const thresholds = { merge: 0.5, review: 0.05 };
  return {
    clusters: Int32Array.from({ length: rowCount }, (_, row) => row),
    pairs: [],
    thresholds,
    parameters: {
      fields: [],
      relations: [],
      priorBits: priorBits(empty),
      possiblePairs: (rowCount * (rowCount - 1)) / 2,
      comparedPairs: 0,
      passes: [],
      expected: { matches: 0, precision: 1, recall: 1, f1: 1 },
    },
    model: makeModel(table, { fields: [], personOf: new Int32Array(0) }, empty, thresholds),
    reasons: () => [],
    groupBits: () => Number.NEGATIVE_INFINITY,
  };
}

class Run {
  readonly #table: EncodedTable;
  readonly #threads: Threads;
  readonly #options: ResolveOptions;
  readonly #kinds: FieldKind[];
  readonly #possiblePairs: number;
  #frequencies: Frequencies;
  #passes: Pass[] = [];

  constructor(table: EncodedTable, threads: Threads, options: ResolveOptions) {
    this.#table = table;
    this.#threads = threads;
    this.#options = options;
    this.#kinds = table.fields.map((field) => field.kind);
    this.#possiblePairs = countPairs(table);
    this.#frequencies = countFrequencies(table, new Int32Array(0));
  }

  async all(): Promise<Resolution> {
    const threads = this.#threads;
    const table = this.#table;
    await threads.set({ table, frequencies: this.#frequencies });
    let input = await this.#input(true);
    this.#tell('block', 0.05);
    this.#passes = await preparePasses(table, threads, input);
    await threads.set({ passes: this.#passes });
    this.#tell('estimate', 0.2);
    const pairs = this.#passes.reduce((sum, pass) => sum + pass.pairs, 0);
    const first = pairs <= resolveLimits.estimatedPairs ? await this.#fitAll(input) : await this.#fitSample(input, pairs);
    const { links } = first;
    let { fitted } = first;
    this.#tell('cluster', 0.75);
    let chosen = chooseThresholds(Float64Array.from(links.bits, probabilityOf));
    let personOf = clusterLinks(table.rowCount, links, this.#clusterRules(fitted, chosen.thresholds));
    for (let round = 1; round < rounds; round++) {
      this.#tell('estimate', 0.8);
      this.#frequencies = countFrequencies(table, personOf);
      await threads.set({ frequencies: this.#frequencies });
      input = await this.#input(false);
      fitted = await this.#refine({ ...input, start: fitted, keepRelations: true }, links);
      this.#tell('cluster', 0.9);
      chosen = chooseThresholds(Float64Array.from(links.bits, probabilityOf));
      personOf = clusterLinks(table.rowCount, links, this.#clusterRules(fitted, chosen.thresholds));
    }
    this.#tell('cluster', 1);
    return this.#answer(fitted, links, personOf, chosen);
  }

  #tell(stage: Stage, share: number): void {
    if (this.#options.signal?.aborted) throw new Fault('stopping');
    this.#options.onProgress?.(stage, share);
  }

  async #input(mixed: boolean): Promise<Omit<EmInput, 'patterns'>> {
    const { fields } = this.#frequencies;
    return {
      fields: this.#kinds,
      classes: pairClasses(this.#kinds),
      totalPairs: this.#possiblePairs,
      random: await this.#random(),
      exact: fields.map((field) => field.agreement),
      exactIsPure: fields.map((field) => field.weighed),
      randomIsMixed: mixed,
    };
  }

  async #random(): Promise<Float64Array[]> {
    const step = 50_000;
    const wanted = Math.min(resolveLimits.randomPairs, 2 * this.#possiblePairs);
    const work = [];
    for (let from = 0; from < wanted; from += step)
      work.push({ kind: 'random' as const, from, to: Math.min(wanted, from + step), seed });
    const parts = await this.#threads.run(work);
    return this.#table.fields.map((field, f) => {
      const sum = new Float64Array(kinds[field.kind].levels.length);
      for (const part of parts) for (let level = 0; level < sum.length; level++) sum[level]! += part[f]![level]!;
      return sum;
    });
  }

  // Few pairs: all are compared once, estimated from and scored.
  async #fitAll(input: Omit<EmInput, 'patterns'>): Promise<{ fitted: Estimate; links: ScoredPairs }> {
    const fieldCount = this.#table.fields.length;
    const work = cutPasses(this.#passes).map((stretch) => ({ kind: 'all' as const, stretch }));
    const parts = await this.#threads.run(work, (done) => this.#tell('estimate', 0.2 + (0.4 * done) / work.length));
    const counter = createPatternCounter(fieldCount);
    for (const { cells } of parts) for (let at = 0; at < cells.length; at += fieldCount) counter.add(cells, at, 1);
    const fitted = estimate({ ...input, patterns: counter.patterns() });
    const scorer = createScorer(fitted.classes.length, fieldCount);
    scorer.load(fitted);
    const kept: { left: number; right: number; bits: number }[] = [];
    let compared = 0;
    for (const { left, right, cells } of parts) {
      compared += left.length;
      for (let k = 0; k < left.length; k++) {
        const bits = scorer.bits(cells, k * fieldCount);
        if (bits >= floorBits) kept.push({ left: left[k]!, right: right[k]!, bits });
      }
    }
    const links = {
      left: Int32Array.from(kept, ({ left }) => left),
      right: Int32Array.from(kept, ({ right }) => right),
      bits: Float32Array.from(kept, ({ bits }) => bits),
      compared,
    };
    return { fitted, links };
  }

  // Many pairs: estimated from a sample, then compared and scored in the threads, which keep only what may matter.
  async #fitSample(input: Omit<EmInput, 'patterns'>, pairs: number): Promise<{ fitted: Estimate; links: ScoredPairs }> {
    const keepOneIn = Math.ceil(pairs / resolveLimits.estimatedPairs);
    const work = cutPasses(this.#passes).map((stretch) => ({ kind: 'collect' as const, stretch, keepOneIn }));
    const parts = await this.#threads.run(work, (done) => this.#tell('estimate', 0.2 + (0.15 * done) / work.length));
    const counter = createPatternCounter(this.#table.fields.length);
    for (const part of parts) {
      for (let p = 0; p < part.weights.length; p++) counter.add(part.cells, p * part.fieldCount, part.weights[p]!);
    }
    const fitted = estimate({ ...input, patterns: counter.patterns() });
    await this.#threads.set({ estimate: fitted });
    const links = await scoreAll(this.#threads, this.#passes, floorBits, (share) => this.#tell('score', 0.35 + 0.4 * share));
    return { fitted, links };
  }

  // Estimates anew from the pairs that may matter, and scores them again in place.
  async #refine(input: Omit<EmInput, 'patterns'>, links: ScoredPairs): Promise<Estimate> {
    const fieldCount = this.#table.fields.length;
    const step = 50_000;
    const work = [];
    for (let from = 0; from < links.bits.length; from += step) {
      work.push({
        kind: 'cells' as const,
        left: links.left.slice(from, from + step),
        right: links.right.slice(from, from + step),
      });
    }
    const parts = await this.#threads.run(work);
    const counter = createPatternCounter(fieldCount);
    for (const cells of parts) for (let at = 0; at < cells.length; at += fieldCount) counter.add(cells, at, 1);
    const fitted = estimate({ ...input, patterns: counter.patterns() });
    const scorer = createScorer(fitted.classes.length, fieldCount);
    scorer.load(fitted);
    parts.forEach((cells, part) => {
      for (let k = 0; k * fieldCount < cells.length; k++) links.bits[part * step + k] = scorer.bits(cells, k * fieldCount);
    });
    return fitted;
  }

  #clusterRules(fitted: Estimate, { merge }: Thresholds): ClusterRules {
    const cellsOf = cellReader(this.#table, this.#frequencies);
    const scorer = createScorer(fitted.classes.length, this.#table.fields.length);
    scorer.load(fitted);
    return {
      mergeBits: Math.log2(merge / (1 - merge)),
      priorBits: priorBits(fitted),
      pairBits: (left, right) => scorer.bits(cellsOf(left, right), 0),
    };
  }

  #answer(
    fitted: Estimate,
    links: ScoredPairs,
    personOf: Int32Array,
    chosen: { thresholds: Thresholds; expected: Expected },
  ): Resolution {
    const table = this.#table;
    const { rowOf } = table;
    const { thresholds } = chosen;
    const cellsOf = cellReader(table, this.#frequencies);
    const encodedRow = new Int32Array(table.rowCount);
    for (let i = 0; i < rowOf.length; i++) encodedRow[rowOf[i]!] = i;
    const scoreGroups = createGroupScorer(fitted, this.#kinds, cellsOf);
    return {
      clusters: clustersByRow(personOf, rowOf),
      pairs: pairsByRow(links, rowOf, thresholds.review),
      thresholds,
      parameters: this.#parameters(fitted, links.compared, chosen.expected),
      model: makeModel(table, this.#frequencies, fitted, thresholds),
      reasons(left, right) {
        const [a, b] = [encodedRow[left]!, encodedRow[right]!];
        const shown = table.fields.map(({ name, kind, codes }, f) => ({
          name,
          kind,
          ...(codes[a]! < 0 ? {} : { left: valueText(table.fields[f]!, codes[a]!) }),
          ...(codes[b]! < 0 ? {} : { right: valueText(table.fields[f]!, codes[b]!) }),
        }));
        return explain(fitted, cellsOf(a, b), shown).weights;
      },
      groupBits: (left, right) =>
        scoreGroups(
          left.map((row) => encodedRow[row]!),
          right.map((row) => encodedRow[row]!),
        ),
    };
  }

  #parameters(fitted: Estimate, comparedPairs: number, expected: Expected): Parameters {
    const { fields } = this.#table;
    return {
      fields: fields.map(({ name, kind }, f) => ({
        name,
        kind,
        levels: kinds[kind].levels.map((level, at) => ({
          name: level.name,
          m: fitted.sets.m[f]![at]!,
          u: fitted.sets.u[f]![at]!,
        })),
      })),
      relations: fitted.classes.map(({ name }, c) => ({ name, pairs: fitted.shares[c]! * this.#possiblePairs })),
      priorBits: priorBits(fitted),
      possiblePairs: this.#possiblePairs,
      comparedPairs,
      passes: this.#passes.map(
        ({ keys }) => keys.map(([f, k]) => `${fields[f]!.name}: ${fields[f]!.keys[k]!.name}`).join(' + ') || 'all pairs',
      ),
      expected,
    };
  }
}

// Pairs less likely than 1 in 4,096 are dropped as soon as they are scored.
const floorBits = -12;

function cellReader(table: EncodedTable, frequencies: Frequencies): (left: number, right: number) => Uint8Array {
  const comparer = createComparer(table);
  const bander = createBander(table, frequencies);
  const cells = new Uint8Array(table.fields.length);
  return (left, right) => {
    comparer.compare(left, right, cells, 0);
    bander(left, right, cells, 0);
    return cells;
  };
}

function clustersByRow(personOf: Int32Array, rowOf: Int32Array): Int32Array {
  const least = new Int32Array(personOf.length).fill(personOf.length);
  for (let i = 0; i < personOf.length; i++) least[personOf[i]!] = Math.min(least[personOf[i]!]!, rowOf[i]!);
  const clusters = new Int32Array(personOf.length);
  for (let i = 0; i < personOf.length; i++) clusters[rowOf[i]!] = least[personOf[i]!]!;
  return clusters;
}

function pairsByRow(links: ScoredPairs, rowOf: Int32Array, review: number): ScoredPair[] {
  const pairs: ScoredPair[] = [];
  for (let i = 0; i < links.bits.length; i++) {
    const probability = probabilityOf(links.bits[i]!);
    if (probability < review) continue;
    const a = rowOf[links.left[i]!]!;
    const b = rowOf[links.right[i]!]!;
    pairs.push({ left: Math.min(a, b), right: Math.max(a, b), probability });
  }
  return pairs.sort((x, y) => y.probability - x.probability || x.left - y.left || x.right - y.right);
}

function countPairs(table: EncodedTable): number {
  const bySource = new Map<number, number>();
  for (const source of table.sources) bySource.set(source, (bySource.get(source) ?? 0) + 1);
  let within = 0;
  for (const size of bySource.values()) within += (size * (size - 1)) / 2;
  return Math.max(1, (table.rowCount * (table.rowCount - 1)) / 2 - within);
}
