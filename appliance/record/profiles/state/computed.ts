// Computed traits: declared in the configuration, kept current by the fold, read at any time without touching events.
// Windows are whole days in UTC ending now, so a value falls out of its window by itself.

import type { Event, Json } from '../../../core/model/event.ts';
import { addMicros, fromMicros, type Micros, toMicros } from './micros.ts';
import { dictionary, isLater, keepLeast, type Stamp } from './stamp.ts';

export type Operation = 'count' | 'sum' | 'average' | 'min' | 'max' | 'first' | 'last' | 'mostFrequent' | 'distinct';

export type ComputedTrait = {
  name: string;
  /** The event's name, or `*` for every track event; `page`, `screen` and `identify` stand for those kinds. */
  event: string;
  operation: Operation;
  /** Property the operation looks at; dots go into objects. Not needed for count. */
  property?: string;
  /** Only events whose properties equal these. */
  where?: { [property: string]: Json };
  /** Ever, when absent. */
  windowDays?: number;
};

/**
 * Distinct values remembered per trait and bucket, and the longest, in characters of JSON; beyond them `distinct` and
 * `mostFrequent` say at least.
 */
export const computedLimits = { distinctValues: 1000, valueLength: 1000, windowDays: 730 } as const;

const dayMs = 86_400_000;

type Pick = Stamp & { value: Json };
/** `ever` is the bucket of traits without a window. */
export type Bucket = {
  count: number;
  numbers: number;
  sum: Micros;
  min: number | null;
  max: number | null;
  first: Pick | null;
  last: Pick | null;
  values: { [encoded: string]: number } | null;
  valuesFull: boolean;
};
type Buckets = { lastDay: number; windowDays: number | null; buckets: { [dayOrEver: string]: Bucket } };
export type ComputedState = { [trait: string]: Buckets };

export const computed = {
  empty: (): ComputedState => dictionary(),

  fold(state: ComputedState, event: Event, stamp: Stamp, declared: readonly ComputedTrait[]): void {
    for (const trait of declared) {
      if (!concerns(trait, event)) continue;
      // A date after its arrival is a clock gone wrong; it must not push the real days out of the window.
      const day = Math.floor(Math.min(event.occurredAtMs, event.receivedAtMs) / dayMs);
      let mine = state[trait.name];
      if (!mine) {
        mine = { lastDay: day, windowDays: trait.windowDays ?? null, buckets: dictionary() };
        state[trait.name] = mine;
      }
      const key = trait.windowDays === undefined ? 'ever' : String(day);
      const bucket = mine.buckets[key] ?? emptyBucket();
      foldBucket(bucket, trait, event, stamp);
      mine.buckets[key] = bucket;
      if (day > mine.lastDay) mine.lastDay = day;
      dropOld(mine);
    }
  },

  combine(left: ComputedState, right: ComputedState): ComputedState {
    const all = dictionary(left);
    for (const [name, theirs] of Object.entries(right)) {
      const mine = all[name];
      if (!mine) {
        all[name] = theirs;
        continue;
      }
      const buckets = dictionary(mine.buckets);
      for (const [key, bucket] of Object.entries(theirs.buckets))
        buckets[key] = buckets[key] ? mergedBucket(buckets[key], bucket) : bucket;
      all[name] = { lastDay: Math.max(mine.lastDay, theirs.lastDay), windowDays: mine.windowDays, buckets };
      dropOld(all[name]);
    }
    return all;
  },
};

/** The computed traits of several records as one. */
export function combineComputed(states: readonly ComputedState[]): ComputedState {
  return states.length === 1 ? states[0]! : states.reduce((left, right) => computed.combine(left, right), computed.empty());
}

/** When the window lets go of a day, or one comes into it, next; undefined when time alone changes nothing. */
export function computedUntilMs(state: ComputedState, { name, windowDays }: ComputedTrait, nowMs: number): number | undefined {
  if (windowDays === undefined) return undefined;
  const today = Math.floor(nowMs / dayMs);
  let until = Number.POSITIVE_INFINITY;
  for (const key of Object.keys(state[name]?.buckets ?? {})) {
    const day = Number(key);
    if (day > today) until = Math.min(until, day);
    else if (day > today - windowDays) until = Math.min(until, day + windowDays);
  }
  return Number.isFinite(until) ? until * dayMs : undefined;
}

/** The trait's value now; undefined when no event has anything to say. `atLeast` marks a count that outgrew its limit. */
export function readComputed(
  state: ComputedState,
  trait: ComputedTrait,
  nowMs: number,
): { value: Json; atLeast?: true } | undefined {
  const mine = state[trait.name];
  const today = Math.floor(nowMs / dayMs);
  const buckets = Object.entries(mine?.buckets ?? {})
    .filter(
      ([key]) =>
        key === 'ever' || trait.windowDays === undefined || (Number(key) > today - trait.windowDays && Number(key) <= today),
    )
    .map(([, bucket]) => bucket);
  if (buckets.length === 0)
    return trait.operation === 'count' || trait.operation === 'distinct'
      ? { value: 0 }
      : trait.operation === 'sum'
        ? { value: 0 }
        : undefined;
  const bucket = emptyBucket();
  for (const one of buckets) absorb(bucket, one);
  switch (trait.operation) {
    case 'count':
      return { value: bucket.count };
    case 'sum':
      return { value: fromMicros(bucket.sum) };
    case 'average':
      return bucket.numbers === 0 ? undefined : { value: fromMicros(bucket.sum) / bucket.numbers };
    case 'min':
      return bucket.min === null ? undefined : { value: bucket.min };
    case 'max':
      return bucket.max === null ? undefined : { value: bucket.max };
    case 'first':
      return bucket.first === null ? undefined : { value: bucket.first.value };
    case 'last':
      return bucket.last === null ? undefined : { value: bucket.last.value };
    case 'distinct':
      return { value: Object.keys(bucket.values ?? {}).length, ...(bucket.valuesFull && { atLeast: true as const }) };
    case 'mostFrequent':
      return mostFrequent(bucket);
  }
}

function mostFrequent(bucket: Bucket): { value: Json; atLeast?: true } | undefined {
  const entries = Object.entries(bucket.values ?? {}).sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const best = entries[0];
  if (!best) return undefined;
  return { value: JSON.parse(best[0]) as Json, ...(bucket.valuesFull && { atLeast: true as const }) };
}

export function concerns(trait: ComputedTrait, event: Event): boolean {
  const named = event.kind === 'track' ? trait.event === '*' || trait.event === event.name : trait.event === event.kind;
  if (!named) return false;
  if (!trait.where) return true;
  return Object.entries(trait.where).every(
    ([property, wanted]) => JSON.stringify(propertyOf(event, property)) === JSON.stringify(wanted),
  );
}

function propertyOf(event: Event, path: string): Json | undefined {
  let at: Json | undefined = event.kind === 'identify' ? event.traits : event.properties;
  for (const step of path.split('.')) {
    if (typeof at !== 'object' || at === null || Array.isArray(at) || !Object.hasOwn(at, step)) return undefined;
    at = at[step];
  }
  return at;
}

function emptyBucket(): Bucket {
  return { count: 0, numbers: 0, sum: '0', min: null, max: null, first: null, last: null, values: null, valuesFull: false };
}

function foldBucket(bucket: Bucket, trait: ComputedTrait, event: Event, stamp: Stamp): void {
  bucket.count += 1;
  if (trait.property === undefined) return;
  const value = propertyOf(event, trait.property);
  if (value === undefined || value === null) return;
  const { operation } = trait;
  if (operation === 'first' && (!bucket.first || isLater(bucket.first, stamp))) bucket.first = { ...stamp, value };
  if (operation === 'last' && (!bucket.last || isLater(stamp, bucket.last))) bucket.last = { ...stamp, value };
  if (operation === 'distinct' || operation === 'mostFrequent') {
    const encoded = JSON.stringify(value);
    if (encoded.length > computedLimits.valueLength) bucket.valuesFull = true;
    else addValue(bucket, encoded, 1);
    boundValues(bucket);
  }
  if (operation === 'sum' || operation === 'average' || operation === 'min' || operation === 'max') {
    const micros = toMicros(value);
    if (micros === undefined) return;
    const number = Number(value);
    bucket.numbers += 1;
    bucket.sum = addMicros(bucket.sum, micros);
    if (bucket.min === null || number < bucket.min) bucket.min = number;
    if (bucket.max === null || number > bucket.max) bucket.max = number;
  }
}

function addValue(bucket: Bucket, encoded: string, times: number): void {
  bucket.values ??= dictionary();
  bucket.values[encoded] = (Object.hasOwn(bucket.values, encoded) ? bucket.values[encoded]! : 0) + times;
}

/** Which values are forgotten must not depend on the order: the greatest texts go. */
function boundValues(bucket: Bucket): void {
  if (bucket.values && keepLeast(bucket.values, computedLimits.distinctValues)) bucket.valuesFull = true;
}

/** Adds what `from` knows to `into`, in place. */
function absorb(into: Bucket, from: Bucket): void {
  into.count += from.count;
  into.numbers += from.numbers;
  into.sum = addMicros(into.sum, from.sum);
  if (from.min !== null && (into.min === null || from.min < into.min)) into.min = from.min;
  if (from.max !== null && (into.max === null || from.max > into.max)) into.max = from.max;
  if (from.first && (!into.first || isLater(into.first, from.first))) into.first = from.first;
  if (from.last && (!into.last || isLater(from.last, into.last))) into.last = from.last;
  if (from.valuesFull) into.valuesFull = true;
  for (const [encoded, times] of Object.entries(from.values ?? {})) addValue(into, encoded, times);
  boundValues(into);
}

function mergedBucket(a: Bucket, b: Bucket): Bucket {
  const merged = emptyBucket();
  absorb(merged, a);
  absorb(merged, b);
  return merged;
}

function dropOld(mine: Buckets): void {
  if (mine.windowDays === null) return;
  for (const key of Object.keys(mine.buckets)) if (Number(key) <= mine.lastDay - mine.windowDays) delete mine.buckets[key];
}
