// Numbers as residues and back: a real is rounded to steps of 1/stepsPerUnit, and a negative one wraps around the modulus. The sum of all members
// must come back from the modulus as what it was, so that members times bound has to stay below half of it: checked once, when the form is made.
//
// Known ways to misuse it: the bound is a promise about every member's values. A member that breaks it wraps the sum, and nobody sees it.

import { maskLimits } from './labels.ts';
import { checkModulus, checkResidues } from './stream.ts';

export type FixedPoint = {
  readonly modulus: number;
  /** How many values a sum adds up at most. */
  readonly members: number;
  /** Values are from -bound to bound. */
  readonly bound: number;
  /** 1 for integers. Rounding is to the nearest step, so a sum of n values is off by n/2 steps at most. */
  readonly stepsPerUnit: number;
};

/** @throws {RangeError} when a sum might not fit: members x bound x stepsPerUnit has to be below modulus / 2 */
export function fixedPoint({ modulus, members, bound, stepsPerUnit }: FixedPoint): FixedPoint {
  checkModulus(modulus);
  if (!Number.isInteger(members) || members < 1 || members > maskLimits.membersMax) {
    throw new RangeError(`members: expected an integer from 1 to ${maskLimits.membersMax}, got ${members}`);
  }
  for (const [name, value] of Object.entries({ bound, stepsPerUnit })) {
    if (!Number.isFinite(value) || value <= 0) throw new RangeError(`${name}: expected a number above 0, got ${value}`);
  }
  const sumMax = members * Math.round(bound * stepsPerUnit);
  if (sumMax >= modulus / 2) {
    throw new RangeError(`members x bound x stepsPerUnit: expected less than half the modulus, ${modulus / 2}, got ${sumMax}`);
  }
  return { modulus, members, bound, stepsPerUnit };
}

/** @returns one residue each @throws {RangeError} naming the first value that is no number, or beyond the bound: nothing is clipped here */
export function toResidues(values: ArrayLike<number>, form: FixedPoint): Uint32Array {
  const { modulus, bound, stepsPerUnit } = fixedPoint(form);
  const residues = new Uint32Array(values.length);
  for (let at = 0; at < residues.length; at += 1) {
    const value = values[at]!;
    // Comparing is false for NaN.
    if (typeof value !== 'number' || !(Math.abs(value) <= bound)) {
      throw new RangeError(`values[${at}]: expected a number from ${-bound} to ${bound}`);
    }
    const steps = Math.round(value * stepsPerUnit);
    residues[at] = steps < 0 ? steps + modulus : steps;
  }
  return residues;
}

/** @param residues of a sum, or of one vector @returns the numbers, from -members x bound to members x bound */
export function fromResidues(residues: Uint32Array, form: FixedPoint): Float64Array {
  const { modulus, stepsPerUnit } = fixedPoint(form);
  checkResidues('residues', residues, modulus);
  const half = modulus / 2;
  const values = new Float64Array(residues.length);
  for (let at = 0; at < values.length; at += 1) {
    const residue = residues[at]!;
    values[at] = (residue >= half ? residue - modulus : residue) / stepsPerUnit;
  }
  return values;
}

/**
 * Values beyond the bound set to it, and how many they were: the caller says so, as a clipped sum is another sum.
 * @throws {RangeError} naming the first value that is no number; infinities are clipped
 */
export function clip(values: ArrayLike<number>, bound: number): { values: Float64Array; clippedCount: number } {
  if (!Number.isFinite(bound) || bound <= 0) throw new RangeError(`bound: expected a number above 0, got ${bound}`);
  let clippedCount = 0;
  const clipped = Float64Array.from({ length: values.length }, (_, at) => {
    const value = values[at]!;
    if (typeof value !== 'number' || Number.isNaN(value)) throw new RangeError(`values[${at}]: expected a number`);
    if (Math.abs(value) <= bound) return value;
    clippedCount += 1;
    return Math.sign(value) * bound;
  });
  return { values: clipped, clippedCount };
}
