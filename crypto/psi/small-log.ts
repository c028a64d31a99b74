// Which multiple of the base point a point is, when it is a small one: baby steps and giant steps (Shanks 1971) both ways from zero. The time
// goes with the square root of the bound. Coordinates are affine, of edwards25519 (RFC 8032 section 5.1), as BigInt: what is looked for is a sum
// that is about to be told, no secret.
//
// With S the giant step, k S is added to the point and taken from it at once: both need d x1 x2 y1 y2, and only the y of the two is asked for,
// as P and -P have the same. So one entry of the baby steps stands for two numbers, and one giant step for two tries.

import { ed25519 } from '@noble/curves/ed25519.js';
import { fieldPrime, invertAll } from './field.ts';

const { Point } = ed25519;
const { d } = Point.CURVE();
const base: Affine = { x: Point.BASE.x, y: Point.BASE.y };
const p = fieldPrime;
/** Giant steps that are tried in one go. */
const block = 1024;
/** Beyond it the tables would take more than some hundred megabytes. */
export const smallLogMax = 2 ** 40;

type Affine = { readonly x: bigint; readonly y: bigint };

/** @returns the number whose multiple of the base point it is, undefined when that is beyond the bound  @throws for what is no point */
export type SmallLog = (point: Uint8Array) => number | undefined;

/** @param bound the largest number, above or below zero, that is found: a whole one up to 2^40 */
export function smallLog(bound: number): SmallLog {
  if (!Number.isInteger(bound) || bound < 0 || bound > smallLogMax) {
    throw new RangeError(`bound: expected 0 to ${smallLogMax}, got ${bound}`);
  }
  const babies = Math.max(16, Math.ceil(Math.sqrt(bound / 2)));
  const giant = 2 * babies + 1;
  const babyOf = new Map<bigint, number>([[1n, 0]]);
  for (const [index, { y }] of multiples(base, babies).entries()) babyOf.set(y, index + 1);
  const giants = multiples(multipleOfBase(giant), Math.floor(bound / giant) + 1);
  return (bytes) => {
    const { x, y } = Point.fromBytes(Uint8Array.from(bytes)).toAffine();
    const same = (number: number) => Point.fromBytes(Uint8Array.from(bytes)).equals(signed(number));
    const answer = (...candidates: readonly number[]) => candidates.find((number) => Math.abs(number) <= bound && same(number));
    const near = babyOf.get(y);
    if (near !== undefined) return answer(near, -near);
    for (let from = 0; from < giants.length; from += block) {
      const hit = search({ x, y }, giants.slice(from, from + block), babyOf);
      if (!hit) continue;
      const middle = (from + hit.giants) * giant * hit.sign;
      return answer(middle + hit.baby, middle - hit.baby);
    }
    return undefined;
  };
}

const signed = (number: number) => {
  if (number === 0) return Point.ZERO;
  const point = Point.BASE.multiplyUnsafe(BigInt(Math.abs(number)));
  return number < 0 ? point.negate() : point;
};
const multipleOfBase = (number: number): Affine => Point.BASE.multiplyUnsafe(BigInt(number)).toAffine();

type Hit = {
  /** How many giant steps, counted within the block from 1, and on which side of zero the number then is. */
  readonly giants: number;
  readonly sign: 1 | -1;
  readonly baby: number;
};

function search({ x, y }: Affine, giants: readonly Affine[], babyOf: ReadonlyMap<bigint, number>): Hit | undefined {
  const parts = giants.map((step) => {
    const [xx, yy] = [(x * step.x) % p, (y * step.y) % p];
    return { xx, yy, t: (d * ((xx * yy) % p)) % p };
  });
  // (1 - t)(1 + t) is never zero, as d is no square.
  const inverses = invertAll(parts.map(({ t }) => (p + 1n - ((t * t) % p)) % p));
  for (const [index, { xx, yy, t }] of parts.entries()) {
    const inverse = inverses[index]!;
    const [plus, minus] = [(inverse * (1n + t)) % p, (inverse * (p + 1n - t)) % p];
    // The point less the giant steps is a baby step: the number is above zero.
    const below = babyOf.get(((yy + p - xx) * minus) % p);
    if (below !== undefined) return { giants: index + 1, sign: 1, baby: below };
    const above = babyOf.get(((yy + xx) * plus) % p);
    if (above !== undefined) return { giants: index + 1, sign: -1, baby: above };
  }
  return undefined;
}

/** The first multiples of a point, from once on: what is there is added to its last, which doubles it, with one inversion each time. */
function multiples(of: Affine, count: number): Affine[] {
  const all = [of];
  while (all.length < count) {
    const last = all.at(-1)!;
    all.push(...addToAll(last, all.slice(0, Math.min(all.length, count - all.length, 4 * block))));
  }
  return all;
}

function addToAll(point: Affine, others: readonly Affine[]): Affine[] {
  const parts = others.map(({ x, y }) => {
    const [xx, yy] = [(point.x * x) % p, (point.y * y) % p];
    return { xx, yy, cross: point.x * y + point.y * x, t: (d * ((xx * yy) % p)) % p };
  });
  const inverses = invertAll(parts.map(({ t }) => (p + 1n - ((t * t) % p)) % p));
  return parts.map(({ xx, yy, cross, t }, index) => {
    const inverse = inverses[index]!;
    return {
      x: ((cross % p) * ((inverse * (p + 1n - t)) % p)) % p,
      y: ((yy + xx) * ((inverse * (1n + t)) % p)) % p,
    };
  });
}
