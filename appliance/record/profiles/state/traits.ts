// Traits of one record: every value its source ever gave, with how often and when, so that survivorship can choose later
// and say what lost.

import type { Event, Json, JsonObject } from '../../../core/model/event.ts';
import { standardTrait } from '../../../core/values/standard-traits.ts';
import { dictionary, isLater, keepLatest, keepLeast, type Stamp } from './stamp.ts';

/**
 * Distinct values kept of one trait, the latest ones; traits kept of one record, standard ones first; and the longest value,
 * in characters of JSON. What is beyond stays in the timeline.
 */
export const traitLimits = { valuesPerTrait: 24, traitsPerRecord: 400, valueLength: 8_192 } as const;

/**
 * `firstAtMs` and the stamp are times of occurrence. Once a trait has had more values than are kept, only each value's
 * latest time is known: `count` is 0 for all of them, and `firstAtMs` is the latest time too.
 */
export type TraitValue = Stamp & { value: Json; count: number; firstAtMs: number };
type Values = { [encodedValue: string]: TraitValue };
export type TraitsState = { [trait: string]: Values };

export const traits = {
  empty: (): TraitsState => dictionary(),

  fold(state: TraitsState, event: Event, stamp: Stamp): void {
    if (event.kind === 'identify' && event.traits) foldTraits(state, event.traits, stamp);
    const inContext = event.context?.traits;
    if (inContext && typeof inContext === 'object' && !Array.isArray(inContext)) foldTraits(state, inContext, stamp);
  },

  combine(left: TraitsState, right: TraitsState): TraitsState {
    const all = dictionary<Values>();
    for (const side of [left, right]) {
      for (const [trait, values] of Object.entries(side)) {
        all[trait] ??= dictionary();
        for (const [encoded, value] of Object.entries(values)) put(all[trait], encoded, value);
        bound(all[trait]);
      }
    }
    keepLeast(all, traitLimits.traitsPerRecord, rankOf);
    return all;
  },
};

function foldTraits(state: TraitsState, given: JsonObject, stamp: Stamp): void {
  for (const trait of Object.keys(given)) {
    const value = given[trait];
    // An explicit null or an empty text says "no longer known"; it takes its turn in time like any value.
    if (value === undefined) continue;
    const encoded = typeof value === 'string' ? `"${value}` : JSON.stringify(value);
    if (encoded.length > traitLimits.valueLength) continue;
    let values = state[trait];
    if (!values) {
      values = dictionary();
      state[trait] = values;
      // What leaves was never among the first by rank in any order of arrival.
      keepLeast(state, traitLimits.traitsPerRecord, rankOf);
    }
    put(values, encoded, { ...stamp, value, count: 1, firstAtMs: stamp.atMs });
    bound(values);
  }
}

function put(values: Values, encoded: string, next: TraitValue): void {
  const mine = values[encoded];
  values[encoded] = mine ? merged(mine, next) : next;
}

/** Drops the oldest values beyond the limit; of a trait that ever had more, counts are given up for all, in every order. */
function bound(values: Values): void {
  const dropped = keepLatest(values, traitLimits.valuesPerTrait);
  if (!dropped && !Object.values(values).some((value) => value.count === 0)) return;
  for (const [encoded, value] of Object.entries(values))
    if (value.count !== 0) values[encoded] = { ...value, count: 0, firstAtMs: value.atMs };
}

function merged(a: TraitValue, b: TraitValue): TraitValue {
  const later = isLater(b, a) ? b : a;
  const counted = a.count !== 0 && b.count !== 0;
  return {
    value: later.value,
    count: counted ? a.count + b.count : 0,
    firstAtMs: counted ? Math.min(a.firstAtMs, b.firstAtMs) : later.atMs,
    atMs: later.atMs,
    by: later.by,
  };
}

function rankOf(trait: string): string {
  return trait === 'consents' || standardTrait(trait) ? `0${trait}` : `1${trait}`;
}
