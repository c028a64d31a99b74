// One customer as the rules ask for them: facts of the record, read when they are first asked for and kept for all the rules that are asked
// about the same change.

import type { ConsentRecord } from '../../../core/model/consent.ts';
import type { Event, Json } from '../../../core/model/event.ts';
import { activityName, isDoing, type PersonFacts } from '../../../record/profiles/profiles.ts';
import { bornOn } from '../rules/birthday.ts';
import type { Held, Occurrence, TimedSubject, Times } from '../rules/subject.ts';

/** The consent gate, for who has the records at hand. */
export type Gate = (
  records: readonly ConsentRecord[],
  purpose: string,
  channel: string,
  nowMs: number,
) => { allowed: boolean; untilMs?: number };

export type Surroundings = {
  gate: Gate;
  /** The latest score of a model in use; undefined where there is none. */
  score(name: string, personId: number): number | undefined;
  /** Whether they are in another segment, as it is stored. */
  isMember(segment: string, row: number): boolean;
};

/** What they did in full, of the names whose conditions look at properties. */
export type History = readonly Pick<Event, 'name' | 'kind' | 'occurredAtMs' | 'properties'>[];

const noTimes: Times = { at: [], earlier: 0, earlierAtMs: 0 };

export class LivePerson implements TimedSubject {
  readonly #facts: PersonFacts;
  readonly #row: number;
  readonly #history: History;
  readonly #around: Surroundings;
  readonly #times = new Map<string, Times>();
  #occurrences: Map<string, readonly Occurrence[]> | undefined;
  #consents: readonly ConsentRecord[] | undefined;
  #answers: Map<string, Held<boolean>> | undefined;
  #openTickets: number | undefined;
  #born: number | undefined | null = null;

  constructor(facts: PersonFacts, row: number, history: History, around: Surroundings) {
    this.#facts = facts;
    this.#row = row;
    this.#history = history;
    this.#around = around;
  }

  trait(name: string): Json | undefined {
    return this.#facts.trait(name);
  }

  computed(name: string, nowMs: number): Held<Json | undefined> {
    return this.#facts.computed(name, nowMs);
  }

  times(name: string): Times {
    let times = this.#times.get(name);
    if (!times) {
      times = name === '*' ? this.#allTimes() : timesOf(this.#facts, name);
      this.#times.set(name, times);
    }
    return times;
  }

  events(name: string, withProperties = false): readonly Occurrence[] {
    const key = `${withProperties} ${name}`;
    this.#occurrences ??= new Map();
    let found = this.#occurrences.get(key);
    if (!found) {
      found = withProperties ? this.#fromHistory(name) : occurrencesOf(this.times(name));
      this.#occurrences.set(key, found);
    }
    return found;
  }

  orders(): readonly { atMs: number; total: number }[] {
    return this.#facts.orders();
  }

  openTickets(): number {
    this.#openTickets ??= this.#facts.tickets().reduce((count, { open }) => count + Number(open), 0);
    return this.#openTickets;
  }

  born(): number | undefined {
    if (this.#born === null) this.#born = bornOn(this.#facts.trait('birthday'));
    return this.#born;
  }

  fact(name: 'source' | 'channel' | 'device' | 'region'): readonly string[] {
    if (name === 'source') return this.#facts.sources();
    if (name === 'channel') return this.#facts.channels();
    if (name === 'device') return this.#facts.devices();
    return ['province', 'city'].flatMap((trait) => {
      const value = this.#facts.trait(trait);
      return typeof value === 'string' && value !== '' ? [value] : [];
    });
  }

  segment(name: string): Held<boolean> {
    return { value: this.#around.isMember(name, this.#row) };
  }

  score(name: string): number | undefined {
    return this.#around.score(name, this.#facts.personId);
  }

  consent(purpose: string, channel: string | undefined, nowMs: number): Held<boolean> {
    return this.allowed(`${purpose} ${channel ?? '*'}`, purpose, channel, nowMs);
  }

  allowed(key: string, purpose: string, channel: string | undefined, nowMs: number): Held<boolean> {
    this.#answers ??= new Map();
    let held = this.#answers.get(key);
    if (!held) {
      this.#consents ??= this.#facts.consents();
      const { allowed, untilMs } = this.#around.gate(this.#consents, purpose, channel ?? '*', nowMs);
      held = { value: allowed, ...(untilMs !== undefined && { untilMs }) };
      this.#answers.set(key, held);
    }
    return held;
  }

  /** Of all that they did themselves. Of events that were done more often than times are kept, the rest counts at its first. */
  #allTimes(): Times {
    const facts = this.#facts;
    let earlier = 0;
    let earlierAtMs = Number.POSITIVE_INFINITY;
    for (const name of facts.didNames()) {
      const did = isDoing(name) ? facts.did(name) : undefined;
      if (!did || did.count <= did.times.length) continue;
      earlier += did.count - did.times.length;
      earlierAtMs = Math.min(earlierAtMs, did.firstAtMs);
    }
    return earlier === 0 ? { ...noTimes, at: facts.doings() } : { at: facts.doings(), earlier, earlierAtMs };
  }

  #fromHistory(name: string): Occurrence[] {
    return this.#history.flatMap((event) => {
      const done = activityName(event);
      if (name === '*' ? !isDoing(done) : done !== name) return [];
      const { occurredAtMs: atMs, properties } = event;
      return [{ atMs, ...(properties && { properties }) }];
    });
  }
}

function timesOf(facts: PersonFacts, name: string): Times {
  const did = facts.did(name);
  if (!did) return noTimes;
  return { at: did.times, earlier: Math.max(0, did.count - did.times.length), earlierAtMs: did.firstAtMs };
}

function occurrencesOf({ at, earlier, earlierAtMs }: Times): Occurrence[] {
  const kept = at.map((atMs) => ({ atMs }));
  if (earlier === 0) return kept;
  return [{ atMs: earlierAtMs, count: earlier }, ...kept].sort((a, b) => a.atMs - b.atMs);
}
