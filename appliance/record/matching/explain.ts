// The reasons of a decision: what each field adds to the log-odds that two records are one person, in bits. The bars of the
// waterfall are the prior, one per field, and what the fields say together beyond saying it one by one; they sum to the total.

import { bandBits, bandCount, bandMiddle, createScorer, type Estimate } from './em.ts';
import { type FieldKind, kinds, missingLevel } from './kinds.ts';
import type { FieldWeight } from './matching.ts';

export type Explained = { probability: number; bits: number; weights: FieldWeight[] };
export type ExplainedField = { name: string; kind: FieldKind; left?: string; right?: string };

/** Share of all pairs that are one person, in bits of log-odds. */
export function priorBits(estimate: Estimate): number {
  const same = estimate.shares.reduce((sum, share, c) => (estimate.classes[c]!.same ? sum + share : sum), 0);
  return Math.log2(same / (1 - same));
}

export const probabilityOf = (bits: number): number => 1 / (1 + 2 ** -bits);

/** @param cells one per field, as compared and banded */
export function explain(estimate: Estimate, cells: Uint8Array, fields: readonly ExplainedField[]): Explained {
  const scorer = createScorer(estimate.classes.length, fields.length);
  scorer.load(estimate);
  const bits = scorer.bits(cells, 0);
  const weights: FieldWeight[] = [{ field: 'prior', level: 'before any field', weightBits: priorBits(estimate) }];
  let sum = weights[0]!.weightBits;
  fields.forEach((field, f) => {
    const weight = fieldWeight(estimate, field, f, cells[f]!);
    sum += weight.weightBits;
    weights.push(weight);
  });
  weights.push({ field: 'circumstances', level: circumstance(estimate, scorer, cells), weightBits: bits - sum });
  return { probability: probabilityOf(bits), bits, weights };
}

function fieldWeight(estimate: Estimate, field: ExplainedField, f: number, cell: number): FieldWeight {
  const values = {
    ...(field.left === undefined ? {} : { left: field.left }),
    ...(field.right === undefined ? {} : { right: field.right }),
  };
  if (cell === missingLevel) return { field: field.name, level: 'no evidence', weightBits: 0, ...values };
  const level = Math.floor(cell / bandCount);
  const band = (cell % bandCount) - bandMiddle;
  const weightBits = Math.log2(estimate.sets.m[f]![level]! / estimate.sets.u[f]![level]!) - band * bandBits;
  return { field: field.name, level: kinds[field.kind].levels[level]!.name, weightBits, ...values };
}

// The relation that fits best, named when it is not simply "one person" or "strangers".
function circumstance(estimate: Estimate, scorer: ReturnType<typeof createScorer>, cells: Uint8Array): string {
  const chances = new Float64Array(estimate.classes.length);
  scorer.posterior(cells, 0, chances);
  let best = -1;
  for (let c = 0; c < chances.length; c++) if (c !== 1 && c !== 0 && (best < 0 || chances[c]! > chances[best]!)) best = c;
  return best >= 0 && chances[best]! > 0.05 ? estimate.classes[best]!.name : 'fields that move together';
}
