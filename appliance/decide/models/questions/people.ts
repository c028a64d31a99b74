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
  /** Numbers of persons looked at before others have their turn. */
  numbers: 10_000,
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
  const allowed: number[] = [];
  for await (const page of inTurns(all)) for (const person of page) if (mayUse(person)) allowed.push(person);
  return { persons: await sampleOf(allowed, options.most, options.seed), all: all.size, allowed: allowed.length };
}

async function* inTurns(persons: Iterable<number>): AsyncGenerator<number[]> {
  let page: number[] = [];
  for (const person of persons) {
    page.push(person);
    if (page.length < readLimits.numbers) continue;
    yield page;
    page = [];
    await turn();
  }
  yield page;
}

/** Of a hash's 53 bits: persons are told apart by these first, so that few have to be sorted. */
const [firstBits, otherBits] = [16, 37];

/** Those whose numbers hash lowest, of equals the lower number; a million beside everything else that the node does. */
export async function sampleOf(persons: readonly number[], most: number, seed: number): Promise<Set<number>> {
  if (persons.length <= most) return new Set(persons);
  const hash = hasher(seed);
  const hashes = new Float64Array(persons.length);
  const counts = new Uint32Array(2 ** firstBits);
  const first = (at: number) => Math.floor(hashes[at]! / 2 ** otherBits);
  let at = 0;
  for await (const page of inTurns(persons)) {
    for (const person of page) {
      hashes[at] = hash(person);
      counts[first(at)]! += 1;
      at += 1;
    }
  }
  let [last, below] = [0, 0];
  while (below + counts[last]! < most) below += counts[last++]!;
  const [taken, tied] = [new Set<number>(), [] as number[]];
  at = 0;
  for await (const page of inTurns(persons)) {
    for (const person of page) {
      if (first(at) < last) taken.add(person);
      else if (first(at) === last) tied.push(at);
      at += 1;
    }
  }
  tied.sort((a, b) => hashes[a]! - hashes[b]! || persons[a]! - persons[b]!);
  for (const place of tied.slice(0, most - below)) taken.add(persons[place]!);
  return taken;
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
  const looked = await sampleOf([...chosen.persons], readLimits.surveyed, seed);
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
