// The reasons of a decision: what each field adds to the log-odds that two records are one person, in bits. The bars of the
// waterfall are the prior, one per field, and what the fields say together beyond saying it one by one; they sum to the total.

import type { Source } from './classes.ts';
import { bandBits, bandCount, bandMiddle, createScorer, type Estimate, type Scorer } from './em.ts';
import { type FieldKind, kinds, missingLevel } from './kinds.ts';
import type { FieldWeight } from './matching.ts';

export type Explained = { probability: number; bits: number; weights: FieldWeight[] };
export type ExplainedField = { name: string; kind: FieldKind; left?: string; right?: string };

/** Share of all pairs that are one person, in bits of log-odds. */
export function priorBits(estimate: Estimate): number {
  const same = estimate.shares.reduce((sum, share, c) => (estimate.classes[c]!.same ? sum + share : sum), 0);
  return boundedBits(Math.log2(same / (1 - same)));
}

/** Beyond, nobody can be surer. Where everybody or nobody is the same, odds have no end, which no text of numbers can hold. */
const mostBits = 100;
export const boundedBits = (bits: number): number => (Number.isNaN(bits) ? 0 : Math.max(-mostBits, Math.min(mostBits, bits)));

export const probabilityOf = (bits: number): number => 1 / (1 + 2 ** -bits);

/**
 * The bars of the fields set the better reading as one person (for one who moved, another address weighs nothing) against two
 * strangers. The last bar is what the other readings take away: how well a household or namesakes would explain the same.
 * @param cells one per field, as compared and banded
 */
export function explain(estimate: Estimate, cells: Uint8Array, fields: readonly ExplainedField[]): Explained {
  const scorer = createScorer(estimate.classes.length, fields.length);
  scorer.load(estimate);
  const bits = boundedBits(scorer.bits(cells, 0));
  const { same, other } = bestReadings(estimate, scorer, cells);
  const weights: FieldWeight[] = [{ field: 'prior', level: 'before any field', weightBits: priorBits(estimate) }];
  let sum = weights[0]!.weightBits;
  fields.forEach((field, f) => {
    const weight = fieldWeight(
      estimate,
      field,
      f,
      cells[f]!,
      estimate.classes[same]!.sources[f]!,
      estimate.classes[other]!.sources[f]!,
    );
    sum += weight.weightBits;
    weights.push(weight);
  });
  const level = `${estimate.classes[same]!.name}, or ${estimate.classes[other]!.name}`;
  weights.push({ field: 'circumstances', level, weightBits: bits - sum });
  return { probability: probabilityOf(bits), bits, weights };
}

function fieldWeight(
  estimate: Estimate,
  field: ExplainedField,
  f: number,
  cell: number,
  same: Source,
  _other: Source,
): FieldWeight {
  const values = {
    ...(field.left === undefined ? {} : { left: field.left }),
    ...(field.right === undefined ? {} : { right: field.right }),
  };
  if (cell === missingLevel) return { field: field.name, level: 'no evidence', weightBits: 0, ...values };
  const level = Math.floor(cell / bandCount);
  const band = ((cell % bandCount) - bandMiddle) * bandBits;
  const chance = (source: Source) => Math.log2(estimate.sets[source][f]![level]!) + (source === 'u' ? band : 0);
  return {
    field: field.name,
    level: kinds[field.kind].levels[level]!.name,
    weightBits: boundedBits(chance(same) - chance('u')),
    ...values,
  };
}

function bestReadings(estimate: Estimate, scorer: Scorer, cells: Uint8Array): { same: number; other: number } {
  const chances = new Float64Array(estimate.classes.length);
  scorer.posterior(cells, 0, chances);
  let same = 0;
  let other = 1;
  estimate.classes.forEach((pairClass, c) => {
    if (pairClass.same && chances[c]! > chances[same]!) same = c;
    if (!pairClass.same && chances[c]! > chances[other]!) other = c;
  });
  return { same, other };
}
