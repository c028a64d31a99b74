// What one more event of a name can do to an answer: most can only let somebody in, or only put them out, and then whoever is already where it
// leads need not be asked again.

import { dependenciesOf } from './dependencies.ts';
import { type Condition, type Leaf, leavesOf, type TimeWindow, type Where } from './rule.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Whether who is not a member can become one by it, and a member can cease to be. */
export type Direction = { readonly gains: boolean; readonly loses: boolean };

const both: Direction = { gains: true, loses: true };
const neither: Direction = { gains: false, loses: false };
const onlyGains: Direction = { gains: true, loses: false };

/**
 * What an event of this name can change, now and at any moment until which the answer before it holds: sound for any event, late ones and
 * ones ahead of the clock too. Of what it does not see through it says both.
 * @param timesKept of an event the latest so many are known by time, of the others only how many and the first. Up to so many none is missed in
 *   a window that has no end; beyond it a late event can make the others seem earlier
 */
export function directionOf(condition: Condition, event: string, vocabulary: Vocabulary, timesKept: number): Direction {
  switch (condition.kind) {
    case 'not': {
      const { gains, loses } = directionOf(condition.of, event, vocabulary, timesKept);
      return { gains: loses, loses: gains };
    }
    case 'and':
    case 'or': {
      const parts = condition.of.map((one) => directionOf(one, event, vocabulary, timesKept));
      return { gains: parts.some(({ gains }) => gains), loses: parts.some(({ loses }) => loses) };
    }
    default:
      return leafDirection(condition, event, vocabulary, timesKept);
  }
}

/**
 * What an event of this name must say to change anything: one of these lists of tests must hold. Undefined where it may say what it likes.
 */
export function wheresOn(condition: Condition, event: string, vocabulary: Vocabulary): readonly Where[] | undefined {
  const wheres: Where[] = [];
  for (const leaf of leavesOf(condition)) {
    const { events } = dependenciesOf(leaf, vocabulary);
    if (!events.has(event) && !events.has('*')) continue;
    const steps = leaf.kind === 'sequence' ? leaf.steps : leaf.kind === 'did' || leaf.kind === 'moment' ? [leaf] : [];
    if (steps.length === 0) return undefined;
    for (const step of steps) {
      if (step.event !== event && step.event !== '*') continue;
      if (!step.where) return undefined;
      wheres.push(step.where);
    }
  }
  return wheres;
}

function leafDirection(leaf: Leaf, event: string, vocabulary: Vocabulary, timesKept: number): Direction {
  const { events } = dependenciesOf(leaf, vocabulary);
  if (!events.has(event) && !events.has('*')) return neither;
  if (leaf.kind === 'did') {
    const { op, n } = leaf.times;
    if (op === 'exactly' || n >= timesKept || !isOpen(leaf.in)) return both;
    return op === 'atLeast' ? onlyGains : { gains: false, loses: true };
  }
  // The last can only come later, and has then left a window that reaches until now no sooner.
  if (leaf.kind === 'moment' && leaf.which === 'last' && leaf.test.op === 'during' && isOpen(leaf.test.in)) return onlyGains;
  return both;
}

/** Whether what happens later is in it too. */
function isOpen(window: TimeWindow | undefined): boolean {
  if (window === undefined || window.kind === 'last') return true;
  return window.kind === 'period' ? window.ago === 0 : !('to' in window && window.to !== undefined);
}
