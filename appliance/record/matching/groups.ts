// Two persons of several records each, compared as wholes: what any record of the one shares with any of the other speaks for
// them, once. A pair of records alone may be silent about the very field in which the persons differ.

import { bandBits, bandCount, bandMiddle, createScorer, type Estimate } from './em.ts';
import { type FieldKind, kinds, missingLevel } from './kinds.ts';

export const groupLimits = {
  /** Records of one side that are looked at; one person hardly says anything new beyond. */
  rows: 40,
} as const;

/**
 * The log-odds in bits that two groups of rows are one person. Each field counts by the pair of values that agree best, since a
 * person has old telephones and slips of the pen; where both come from, by the pair that speaks against it most.
 * @param cellsOf compared and banded cells of two rows; may be overwritten by the next call
 */
export function createGroupScorer(
  estimate: Estimate,
  fields: readonly FieldKind[],
  cellsOf: (left: number, right: number) => Uint8Array,
): (left: readonly number[], right: readonly number[]) => number {
  const scorer = createScorer(estimate.classes.length, fields.length);
  scorer.load(estimate);
  const weights = fields.map((_, f) => cellWeights(estimate, f));
  const sign = fields.map((kind) => (kind === 'source' ? -1 : 1));
  const again = fields.map((kind, f) => slipWeights(estimate, kind, f));
  return (left, right) => {
    const best = new Uint8Array(fields.length).fill(missingLevel);
    const voices = fields.map(() => ({ left: new Set<number>(), right: new Set<number>() }));
    for (const a of left.slice(0, groupLimits.rows)) {
      for (const b of right.slice(0, groupLimits.rows)) {
        cellsOf(a, b).forEach((cell, f) => {
          if (cell === missingLevel) return;
          voices[f]!.left.add(a);
          voices[f]!.right.add(b);
          const known = best[f]!;
          if (known === missingLevel || (weights[f]![cell]! - weights[f]![known]!) * sign[f]! > 0) best[f] = cell;
        });
      }
    }
    let bits = scorer.bits(best, 0);
    best.forEach((cell, f) => {
      if (cell === missingLevel) return;
      const repeats = Math.min(voices[f]!.left.size, voices[f]!.right.size) - 1;
      bits += repeats * again[f]![Math.floor(cell / bandCount)]!;
    });
    return bits;
  };
}

/**
 * What it costs, in bits, that the slip behind a level was made once more. Records of one person spell a name in one way and hold
 * one date of birth, but for slips; where several records on both sides each keep to their own, the slip was made in each.
 */
function slipWeights(estimate: Estimate, kind: FieldKind, f: number): Float64Array {
  const { levels, comparator, sphere } = kinds[kind];
  const slips = (name: string): boolean =>
    comparator === 'name' ? name === 'typing error' || name === 'similar' : sphere === 'self' && name !== 'exact';
  return Float64Array.from(levels, ({ name }, level) => (slips(name) ? Math.log2(estimate.sets.m[f]![level]!) : 0));
}

/** How far each cell of a field speaks for one person against two strangers. */
function cellWeights(estimate: Estimate, f: number): Float64Array {
  const weights = new Float64Array(256);
  const { m, u } = estimate.sets;
  for (let cell = 0; cell < missingLevel; cell++) {
    const level = Math.floor(cell / bandCount);
    if (level >= m[f]!.length) break;
    weights[cell] = Math.log2(m[f]![level]! / u[f]![level]!) - ((cell % bandCount) - bandMiddle) * bandBits;
  }
  return weights;
}
