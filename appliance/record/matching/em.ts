// Estimates by expectation maximisation how often each level of agreement occurs among records of one person, among
// strangers, and in the relations between (see classes). Works on counted patterns of levels, so its cost does not grow with pairs.

import type { PairClass, Source } from './classes.ts';
import { type FieldKind, kinds, missingLevel } from './kinds.ts';

/** A cell of a pattern: the level in the upper three bits, the frequency band in the lower five; `missingLevel` when missing. */
export const bandCount = 32;
export const bandMiddle = 16;
export const bandBits = 0.75;
export const cellOf = (level: number, band: number): number => level * bandCount + band;

/** Patterns seen, each `fieldCount` cells long, with how many pairs each stands for. */
export type Patterns = { fieldCount: number; cells: Uint8Array; weights: Float64Array };

export type Distribution = number[];
/** Chances of the levels of every field, by source. */
export type LevelSets = Record<Source, Distribution[]>;
export type Estimate = {
  classes: PairClass[];
  /** Share of each class among all pairs. */
  shares: number[];
  sets: LevelSets;
  iterations: number;
  converged: boolean;
};

export type EmInput = {
  fields: readonly FieldKind[];
  classes: PairClass[];
  patterns: Patterns;
  /** All pairs there are, looked at or not. Those not looked at are taken for strangers. */
  totalPairs: number;
  /** Levels among pairs drawn at random (or all), counts per field. */
  random: readonly Float64Array[];
  /** Chance that two records agree exactly, per field, from the counts of all values: more precise than any sample. */
  exact: readonly number[];
  /** Fields whose chance of exact agreement is already freed of pairs of one person (counted by persons, not records). */
  exactIsPure: readonly boolean[];
  /** Whether `random` still holds pairs of one person in their natural share. */
  randomIsMixed: boolean;
  start?: Estimate;
  /** Whether the relations between strangers (families, namesakes) stay as in `start`: their pairs are not all in `patterns`. */
  keepRelations?: boolean;
};

export const emLimits = { iterations: 200, patterns: 4_000_000 } as const;
const tolerance = 1e-5;
const lookAgainEvery = 10;
const doubtful = 1e-6;
const strengthM = 24;
const strengthShared = 8;
const strengthU = 3000;
/** The last of a name's levels that two people of one home share no oftener than strangers. */
const typingError = 2;

/** Runs EM to a fixed point, at most `emLimits.iterations` rounds. Deterministic. */
export function estimate(input: EmInput): Estimate {
  const { classes, patterns } = input;
  let current = input.start ?? startingPoint(input);
  const scorer = createScorer(classes.length, patterns.fieldCount);
  let active: Int32Array = Int32Array.from(patterns.weights, (_, p) => p);
  for (let iteration = 1; iteration <= emLimits.iterations; iteration++) {
    scorer.load(current);
    // Most patterns are strangers beyond doubt; they are looked at again only now and then.
    if (iteration % lookAgainEvery === 0) active = Int32Array.from(patterns.weights, (_, p) => p);
    const totals = expect(input, scorer, active);
    if (iteration % lookAgainEvery === 0 || iteration === 1) active = totals.active;
    const next = maximise(input, totals, current, iteration);
    const moved = distance(current, next);
    current = next;
    if (moved < tolerance && iteration > 3) return { ...current, converged: true };
  }
  return current;
}

const priorM = (kind: FieldKind): Distribution => kinds[kind].levels.map((level) => level.m);
const priorU = (kind: FieldKind): Distribution => kinds[kind].levels.map((level) => level.u);

function startingPoint(input: EmInput): Estimate {
  const m = input.fields.map(priorM);
  const u = input.fields.map((kind, f) => randomShare(input, kind, f));
  const same = Math.min(0.05, Math.max(2, Math.sqrt(input.totalPairs) / 3) / input.totalPairs);
  const shares = input.classes.map((pairClass, c) =>
    c === 0 ? same : c === 1 ? 1 - 2 * same : pairClass.same ? same / 20 : Math.min(same / 20, same * pairClass.atMost),
  );
  const sets: LevelSets = { m, u, place: m, household: m, twin: m, kin: u, namesake: m, work: m };
  return { classes: input.classes, shares, sets, iterations: 0, converged: false };
}

function randomShare(input: EmInput, kind: FieldKind, f: number): Distribution {
  const counts = input.random[f]!;
  const prior = priorU(kind);
  const exact = input.exact[f]!;
  let total = 0;
  for (let level = 1; level < prior.length; level++) total += counts[level]!;
  return prior.map((chance, level) =>
    level === 0 ? exact : ((1 - exact) * (counts[level]! + (strengthU * chance) / (1 - prior[0]!))) / (total + strengthU),
  );
}

type Totals = { byClass: Float64Array; sets: Record<Source, Float64Array[]>; active: Int32Array };

function expect(input: EmInput, scorer: Scorer, visited: Int32Array): Totals {
  const { classes, fields, patterns } = input;
  const { fieldCount, cells, weights } = patterns;
  const byClass = new Float64Array(classes.length);
  const counts = classes.map(() => new Float64Array(fieldCount * 8));
  const posterior = new Float64Array(classes.length);
  const active = new Int32Array(visited.length);
  let activeCount = 0;
  for (const p of visited) {
    scorer.posterior(cells, p * fieldCount, posterior);
    const weight = weights[p]!;
    if (1 - posterior[1]! > doubtful) active[activeCount++] = p;
    for (let c = 0; c < classes.length; c++) {
      if (c === 1) continue;
      const share = posterior[c]! * weight;
      if (share < 1e-9) continue;
      byClass[c]! += share;
      const target = counts[c]!;
      for (let f = 0; f < fieldCount; f++) {
        const cell = cells[p * fieldCount + f]!;
        if (cell !== missingLevel) target[f * 8 + (cell >> 5)]! += share;
      }
    }
  }
  const sets = emptySets(fields);
  classes.forEach((pairClass, c) => {
    for (let f = 0; f < fieldCount; f++) {
      const target = sets[pairClass.sources[f]!][f]!;
      for (let level = 0; level < target.length; level++) target[level]! += counts[c]![f * 8 + level]!;
    }
  });
  return { byClass, sets, active: active.slice(0, activeCount) };
}

function emptySets(fields: readonly FieldKind[]): Record<Source, Float64Array[]> {
  const empty = () => fields.map((kind) => new Float64Array(kinds[kind].levels.length));
  return {
    m: empty(),
    u: empty(),
    place: empty(),
    household: empty(),
    twin: empty(),
    kin: empty(),
    namesake: empty(),
    work: empty(),
  };
}

function maximise(input: EmInput, totals: Totals, before: Estimate, iteration: number): Estimate {
  const { fields, classes, totalPairs } = input;
  const m = fields.map((kind, f) =>
    capped(smoothed(totals.sets.m[f]!, priorM(kind), strengthM), kinds[kind].differsAtMost, kind),
  );
  const shared = (source: Source): Distribution[] =>
    fields.map((kind, f) => smoothed(totals.sets[source][f]!, priorM(kind), strengthShared));
  const kept = input.keepRelations ? input.start : undefined;
  const shares = classes.map((pairClass, c) =>
    kept && !pairClass.same ? kept.shares[c]! : (totals.byClass[c]! + (c === 0 ? 0.3 : 0.02)) / totalPairs,
  );
  classes.forEach((pairClass, c) => {
    if (c > 1) shares[c] = Math.min(shares[c]!, shares[0]! * pairClass.atMost);
  });
  const known = shares.reduce((sum, share, c) => (c === 1 ? sum : sum + share), 0);
  shares[1] = Math.max(1e-6, 1 - known);
  const sameShare = shares.reduce((sum, share, c) => (classes[c]!.same ? sum + share : sum), 0);
  const u = fields.map((kind, f) => strangers(input, kind, f, sameShare, before.sets.m[f]!));
  const twin = fields.map((kind, f) => (kind === 'birthDate' ? priorM(kind) : shared('twin')[f]!));
  const sets: LevelSets = {
    m,
    u,
    place: shared('place'),
    household: shared('household'),
    twin,
    kin: kin(totals.sets.kin, u),
    namesake: namesakes(shared('namesake'), u, fields),
    work: shared('work'),
  };
  return { classes, shares, sets: kept ? { ...kept.sets, m, u } : sets, iterations: iteration, converged: false };
}

// Who lives together is given names apart, but names that go together: a character of the generation, one initial. How often is
// estimated; that two of a home have one name is as rare as among strangers, or a household could explain any match.
function kin(counts: readonly Float64Array[], u: readonly Distribution[]): Distribution[] {
  return counts.map((seen, f) => {
    const chances = u[f]!;
    const apart = chances.map((chance, level) => (level <= typingError ? 0 : chance));
    const rest = apart.reduce((sum, chance) => sum + chance, 0);
    const found = smoothed(
      seen.map((count, level) => (level <= typingError ? 0 : count)),
      apart.map((chance) => chance / rest),
      strengthShared,
    );
    return chances.map((chance, level) => (level <= typingError ? chance : found[level]! * rest));
  });
}

// Namesakes choose similar mail addresses, never the same one.
function namesakes(levels: Distribution[], u: Distribution[], fields: readonly FieldKind[]): Distribution[] {
  return levels.map((chances, f) => {
    if (fields[f] !== 'email') return chances;
    const exact = u[f]![0]!;
    return chances.map((chance, level) => (level === 0 ? exact : (chance * (1 - exact)) / (1 - chances[0]!)));
  });
}

function smoothed(counts: Float64Array, prior: Distribution, strength: number): Distribution {
  let total = 0;
  for (const count of counts) total += count;
  return prior.map((chance, level) => (counts[level]! + strength * chance) / (total + strength));
}

// The share of outright disagreement among records of one person has a ceiling; what is above is spread over the rest.
function capped(chances: Distribution, most: number, kind: FieldKind): Distribution {
  const at = kinds[kind].levels.findIndex((level) => level.name === 'different');
  const differs = chances[at]!;
  if (differs <= most) return chances;
  return chances.map((chance, level) => (level === at ? most : (chance * (1 - most)) / (1 - differs)));
}

// What random pairs show, less the share of them that are one person (u = (p - share m) / (1 - share)).
function strangers(input: EmInput, kind: FieldKind, f: number, sameShare: number, m: Distribution): Distribution {
  const mixed = randomShare(input, kind, f);
  const prior = priorU(kind);
  const pure = mixed.map((chance, level) => {
    if (!input.randomIsMixed || (level === 0 && input.exactIsPure[f])) return chance;
    const least = Math.min(chance, Math.max(0.02 * chance, Math.min(prior[level]!, 2 / input.totalPairs)));
    return Math.max(least, chance - sameShare * m[level]!);
  });
  const total = pure.reduce((sum, chance) => sum + chance, 0);
  return pure.map((chance) => chance / total);
}

function distance(a: Estimate, b: Estimate): number {
  let most = 0;
  a.shares.forEach((share, c) => {
    if (c !== 1) most = Math.max(most, Math.abs(share - b.shares[c]!) / (a.shares[0]! + b.shares[0]!));
  });
  a.sets.m.forEach((levels, f) => {
    levels.forEach((chance, level) => {
      most = Math.max(most, Math.abs(chance - b.sets.m[f]![level]!));
    });
  });
  return most;
}

export type Scorer = {
  load(estimate: Estimate): void;
  /** Writes the chance of every class, given the pattern at `at`. */
  posterior(cells: Uint8Array, at: number, out: Float64Array): void;
  /** Log-odds in bits that the pattern is one person. */
  bits(cells: Uint8Array, at: number): number;
};

/** Turns patterns into chances by table look-up. */
export function createScorer(classCount: number, fieldCount: number): Scorer {
  const logs = Array.from({ length: classCount }, () => new Float64Array(fieldCount * 256));
  const same = new Uint8Array(classCount);
  const base = new Float64Array(classCount);
  const chances = new Float64Array(classCount);
  return {
    load(estimate) {
      estimate.classes.forEach((pairClass, c) => {
        same[c] = pairClass.same ? 1 : 0;
        base[c] = Math.log(Math.max(estimate.shares[c]!, 1e-15));
        const table = logs[c]!;
        for (let f = 0; f < fieldCount; f++) {
          const source = pairClass.sources[f]!;
          const levels = estimate.sets[source][f]!;
          for (let level = 0; level < levels.length; level++) {
            for (let band = 0; band < bandCount; band++) {
              const frequency = source === 'u' || source === 'kin' ? (band - bandMiddle) * bandBits * Math.LN2 : 0;
              table[f * 256 + cellOf(level, band)] = Math.log(Math.max(levels[level]!, 1e-12)) + frequency;
            }
          }
          table[f * 256 + missingLevel] = 0;
        }
      });
    },
    posterior(cells, at, out) {
      let most = Number.NEGATIVE_INFINITY;
      for (let c = 0; c < classCount; c++) {
        const table = logs[c]!;
        let sum = base[c]!;
        for (let f = 0; f < fieldCount; f++) sum += table[f * 256 + cells[at + f]!]!;
        out[c] = sum;
        if (sum > most) most = sum;
      }
      let total = 0;
      for (let c = 0; c < classCount; c++) {
        out[c] = Math.exp(out[c]! - most);
        total += out[c]!;
      }
      for (let c = 0; c < classCount; c++) out[c]! /= total;
    },
    bits(cells, at) {
      let mostSame = Number.NEGATIVE_INFINITY;
      let mostOther = Number.NEGATIVE_INFINITY;
      for (let c = 0; c < classCount; c++) {
        const table = logs[c]!;
        let sum = base[c]!;
        for (let f = 0; f < fieldCount; f++) sum += table[f * 256 + cells[at + f]!]!;
        chances[c] = sum;
        if (same[c] === 1) mostSame = Math.max(mostSame, sum);
        else mostOther = Math.max(mostOther, sum);
      }
      let forSame = 0;
      let forOther = 0;
      for (let c = 0; c < classCount; c++) {
        if (same[c] === 1) forSame += Math.exp(chances[c]! - mostSame);
        else forOther += Math.exp(chances[c]! - mostOther);
      }
      return (mostSame + Math.log(forSame) - mostOther - Math.log(forOther)) / Math.LN2;
    },
  };
}
