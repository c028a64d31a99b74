// Traits of one record: every value its source ever gave, with how often and when, so that survivorship can choose later
// and say what lost.

import type { Event, Json, JsonObject } from '../../../core/model/event.ts';
import { dictionary, isLater, keepLatest, type Stamp, stampOf } from './stamp.ts';

/** Distinct values kept of one trait, the latest ones; and traits kept of one record. */
export const traitLimits = { valuesPerTrait: 24, traitsPerRecord: 400 } as const;

/** `firstAtMs` and the stamp are times of occurrence. */
export type TraitValue = Stamp & { value: Json; count: number; firstAtMs: number };
export type TraitsState = { [trait: string]: { [encodedValue: string]: TraitValue } };

export const traits = {
  empty: (): TraitsState => dictionary(),

  fold(state: TraitsState, event: Event): void {
    if (event.kind === 'identify' && event.traits) foldTraits(state, event.traits, event);
    const inContext = event.context?.traits;
    if (inContext && typeof inContext === 'object' && !Array.isArray(inContext)) foldTraits(state, inContext, event);
  },

  combine(left: TraitsState, right: TraitsState): TraitsState {
    const all = dictionary<{ [encodedValue: string]: TraitValue }>();
    for (const side of [left, right]) {
      for (const [trait, values] of Object.entries(side)) {
        all[trait] ??= dictionary();
        for (const [encoded, value] of Object.entries(values)) {
          const mine = all[trait][encoded];
          all[trait][encoded] = mine ? merged(mine, value) : { ...value };
        }
        keepLatest(all[trait], traitLimits.valuesPerTrait);
      }
    }
    return all;
  },
};

function foldTraits(state: TraitsState, given: JsonObject, event: Event): void {
  const stamp = stampOf(event);
  for (const trait of Object.keys(given)) {
    const value = given[trait];
    // An explicit null or an empty text says "no longer known"; it takes its turn in time like any value.
    if (value === undefined) continue;
    let values = state[trait];
    if (!values) {
      if (Object.keys(state).length >= traitLimits.traitsPerRecord) continue;
      values = dictionary();
      state[trait] = values;
    }
    const encoded = typeof value === 'string' ? `"${value}` : JSON.stringify(value);
    const next: TraitValue = { ...stamp, value, count: 1, firstAtMs: stamp.atMs };
    const mine = values[encoded];
    values[encoded] = mine ? merged(mine, next) : next;
    keepLatest(values, traitLimits.valuesPerTrait);
  }
}

function merged(a: TraitValue, b: TraitValue): TraitValue {
  const later = isLater(b, a) ? b : a;
  return {
    value: later.value,
    count: a.count + b.count,
    firstAtMs: Math.min(a.firstAtMs, b.firstAtMs),
    atMs: later.atMs,
    by: later.by,
  };
}
