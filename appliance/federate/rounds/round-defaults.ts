// Terms of a round that a person need not say: settings by what is learned, and the limit of a number where anything but trees is.

import { learningOf } from '../rehearsal/settings.ts';

/** What can be asked for by one word. */
export const roundModels = ['trees', 'logistic', 'fedavg', 'fedprox', 'fedadam'] as const;
export type RoundModelName = (typeof roundModels)[number];

/** Of `roundModels` those whose numbers need a limit. */
export const wantsLimits = (model: RoundModelName): boolean => model !== 'trees';

const usual = { epochs: 2, hidden: [] } as const;

/**
 * Settings as they were asked for, with the usual ones where nothing was said. Nothing at all is trees.
 * @param given a part of what the terms say of `learn`; a neural model is asked for by its hidden layers
 * @param noisy with noise what is usual is less of everything, as each sum costs
 */
export function learnWith(given: unknown, noisy: boolean): object {
  const asked = { ...usual, ...(noisy ? { epsilon: 1 } : { rounds: 30 }) };
  const said = (given ?? {}) as { [name: string]: unknown };
  const { kind = 'trees', optimiser, hidden } = said;
  if (kind === 'trees' || kind === 'logistic') return { ...learningOf({ ...asked, model: kind }), ...said };
  if (kind !== 'averaging') return said;
  const layers = Array.isArray(hidden) ? (hidden as number[]) : [];
  const model = roundModels.find((one) => one === optimiser) ?? 'fedavg';
  return { ...learningOf({ ...asked, model, hidden: layers }), ...said };
}

/** Of the values one in two hundred may lie beyond the limit, and is cut to it. */
const beyondShare = 0.005;

/**
 * The power of two that nearly all values lie within. It goes to the others with the schema: they learn between which two powers of two the largest of this
 * node's values lie, the very largest left out, and nothing else of them.
 * @returns 1 where there is no value but 0
 */
export function limitFor(values: Iterable<number>): number {
  // By the power of two that each lies within: nothing has to be sorted.
  const counts = new Map<number, number>();
  let all = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    const power = value === 0 ? Number.NEGATIVE_INFINITY : powerOver(Math.abs(value));
    counts.set(power, (counts.get(power) ?? 0) + 1);
    all += 1;
  }
  let left = Math.ceil(all * (1 - beyondShare));
  for (const [power, count] of [...counts].sort(([a], [b]) => a - b)) {
    left -= count;
    if (left <= 0) return power === Number.NEGATIVE_INFINITY ? 1 : 2 ** Math.max(-64, Math.min(64, power));
  }
  return 1;
}

/** The least whole number by whose power of two it is not exceeded. */
function powerOver(size: number): number {
  const power = Math.round(Math.log2(size));
  return size > 2 ** power ? power + 1 : size <= 2 ** (power - 1) ? power - 1 : power;
}
