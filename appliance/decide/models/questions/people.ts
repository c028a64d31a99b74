// Whom a training reads: persons by their numbers, those among them whose data may be used for it, and of many a sample that a seed decides. And the
// survey of what their past looks like, which chooses the days of a question.

import { setImmediate as turn } from 'node:timers/promises';
import { Fault } from '../../../core/errors.ts';
import type { PersonFacts } from '../../../record/profiles/profiles.ts';
import { hasher } from '../numerics/chance.ts';
import { dayMs } from '../scoring/scoring.ts';
import { knownUntil, type Survey } from './horizon.ts';
import type { Doings } from './questions.ts';

/** What is read of the record, a few persons at a time. */
export type PeopleSource = {
  /** Numbers of all persons, page by page; a number may come again. */
  persons(): AsyncIterable<readonly number[]>;
  /** Of these as they are now; to be read before the next await. */
  factsOf(persons: readonly number[]): Promise<ReadonlyMap<number, PersonFacts>>;
  /** Everybody who is wanted as they were known to be at moments, page by page, for each page the moments from the earliest on. */
  factsThrough(
    momentsMs: readonly number[],
    wanted: (personId: number) => boolean,
  ): AsyncIterable<{ readonly atMs: number; readonly facts: readonly PersonFacts[] }>;
};

export const readLimits = {
  /** Persons read before others have their turn. */
  persons: 25,
  /** Persons that a survey looks at. */
  surveyed: 20_000,
} as const;

/** Those whose data may be used, as of the moment they were asked for. */
export type Chosen = {
  readonly persons: ReadonlySet<number>;
  /** Persons that there are, and those of them who may be used. */
  readonly all: number;
  readonly allowed: number;
};

/**
 * @param most persons at most: of more, those whose numbers hash lowest, so that the same seed takes the same
 * @param mayUse what the consent gate says of each
 */
export async function choosePersons(
  source: PeopleSource,
  mayUse: (personId: number) => boolean,
  options: { readonly most: number; readonly seed: number; readonly signal?: AbortSignal },
): Promise<Chosen> {
  const all = new Set<number>();
  for await (const page of source.persons()) {
    options.signal?.throwIfAborted();
    for (const person of page) all.add(person);
    await turn();
  }
  const allowed = [...all].filter(mayUse);
  return { persons: sampleOf(allowed, options.most, options.seed), all: all.size, allowed: allowed.length };
}

export function sampleOf(persons: readonly number[], most: number, seed: number): Set<number> {
  if (persons.length <= most) return new Set(persons);
  const hash = hasher(seed);
  const ranked = persons.map((person) => ({ person, hash: hash(person) }));
  ranked.sort((a, b) => a.hash - b.hash || a.person - b.person);
  return new Set(ranked.slice(0, most).map(({ person }) => person));
}

/** Facts of some persons as they are now, in small steps. */
export async function* eachNow(
  source: PeopleSource,
  persons: Iterable<number>,
  signal?: AbortSignal,
): AsyncGenerator<readonly PersonFacts[]> {
  const all = [...persons];
  for (let from = 0; from < all.length; from += readLimits.persons) {
    signal?.throwIfAborted();
    yield [...(await source.factsOf(all.slice(from, from + readLimits.persons))).values()];
    await turn();
  }
}

/** @throws {Fault} `cannot_train` where nobody has done anything */
export async function surveyOf(
  source: PeopleSource,
  chosen: Chosen,
  doings: Doings,
  options: { readonly nowMs: number; readonly seed: number; readonly signal?: AbortSignal },
): Promise<Survey> {
  const { nowMs, seed, signal } = options;
  const gaps: number[] = [];
  const days = new Map<number, number>();
  let knownFromMs = Number.POSITIVE_INFINITY;
  const looked = sampleOf([...chosen.persons], readLimits.surveyed, seed);
  for await (const page of eachNow(source, looked, signal)) {
    for (const facts of page) {
      const orders = facts.orders().map(({ atMs }) => atMs);
      orders.forEach((atMs, at) => {
        if (at > 0) gaps.push((atMs - orders[at - 1]!) / dayMs);
      });
      for (const atMs of doings(facts)) {
        if (atMs > nowMs) continue;
        const day = Math.floor(atMs / dayMs);
        days.set(day, (days.get(day) ?? 0) + 1);
      }
      knownFromMs = Math.min(knownFromMs, facts.seenBetween()?.firstAtMs ?? knownFromMs);
    }
  }
  if (days.size === 0)
    throw new Fault('cannot_train', `${chosen.allowed} of ${chosen.all} customers may be used, and they did nothing`);
  return {
    persons: looked.size,
    gapsDays: Float64Array.from(gaps),
    knownFromMs,
    knownUntilMs: knownUntil(days, nowMs),
  };
}
