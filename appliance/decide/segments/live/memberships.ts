// Who is in which segment now: each change of a customer is asked of the rules that it can concern and of no others, in an order in which a rule
// comes after those whose segments it asks for. In memory alone; ledger.ts keeps what changes.

import { activityLimits, activityName, type PersonFacts } from '../../../record/profiles/profiles.ts';
import type { Calendar } from '../rules/calendar.ts';
import { dependenciesOf, inOrder } from '../rules/dependencies.ts';
import { type Direction, directionOf, wheresOn } from '../rules/direction.ts';
import { satisfies } from '../rules/evaluate.ts';
import { type PreparedRule, prepareRule } from '../rules/prepare.ts';
import { type Condition, leavesOf, type Where } from '../rules/rule.ts';
import type { Vocabulary } from '../rules/vocabulary.ts';
import { type Gate, type History, LivePerson, type Surroundings } from './person.ts';
import { foreverStep, type MemberBits, momentOfStep, Untils } from './rows.ts';

/** A segment as it is evaluated. */
export type LiveSegment = {
  readonly id: number;
  readonly name: string;
  /** The rule, and that the data may be used for the segment's purpose. */
  readonly when: Condition;
  readonly bits: MemberBits;
};

export type Flip = { readonly segment: number; readonly member: boolean };
/** What is new of a customer, by name. */
export type News = {
  readonly events: readonly string[];
  readonly traits: readonly string[];
  readonly scores?: readonly string[];
  /** Events of names that somebody `looksInto`, as they are; undefined where they are not known. */
  readonly lookedInto?: History;
};

export type MembershipsParts = {
  calendar: Calendar;
  gate: Gate;
  score(name: string, personId: number): number | undefined;
  /** False while a score is there that nobody has been given yet: who was in by it stays, until it is known. */
  isScored(name: string): boolean;
};

type Place = LiveSegment & {
  readonly rule: PreparedRule;
  readonly untils: Untils;
  /** Places of those that ask for this one. */
  readonly asking: number[];
  /** Scores that it asks for. */
  readonly scores: readonly string[];
  /** Names whose events it, or who asks for it, must see with properties. */
  readonly history: ReadonlySet<string>;
};

/** A place that something new concerns, and what that can do to its answer. */
type Waiting = Direction & { readonly at: number; readonly wheres?: readonly Where[] };

/** What tells of consent, as record/profiles folds it: by these the gate's answer may be another. */
const consentEvents = /^(Consent .*|Unsubscribed)$/;
const consentTraits = new Set(['consents', 'birthday']);

export class Memberships {
  readonly #parts: MembershipsParts;
  readonly #around: Surroundings;
  #places: readonly Place[] = [];
  #byId = new Map<number, number>();
  #byName = new Map<string, number>();
  #byKey = new Map<string, readonly Waiting[]>();
  #looked: ReadonlySet<string> = new Set();
  /** Places to be asked for the change at hand: a bit each, so that the next one is found without looking at those that are not. */
  #marked = new Uint32Array(0);
  #asked = new Uint32Array(0);
  #all = new Uint32Array(0);
  #hasHistory = false;
  /** The soonest end of anything at a row, exact or a little too soon. */
  #untilOf = new Float64Array(0);

  constructor(parts: MembershipsParts) {
    this.#parts = parts;
    const { gate, score } = parts;
    this.#around = { gate, score, isMember: (name, row) => this.isMember(name, row) };
  }

  /** Takes the place of the segments before; of those that stay as they are, answers stay. */
  use(segments: readonly LiveSegment[], vocabulary: Vocabulary): void {
    const before = new Map(this.#places.map((place) => [place.id, place]));
    const byName = new Map(segments.map((segment) => [segment.name, segment]));
    const ordered = inOrder(segments.map(({ name, when }) => ({ name, when }))).map(({ name }) => byName.get(name!)!);
    const asking = ordered.map((): number[] => []);
    const scored = ordered.map((): string[] => []);
    const placeOf = new Map(ordered.map(({ name }, at) => [name, at]));
    const keys = new Map<string, Waiting[]>();
    const looked = new Set<string>();
    const wait = (kind: string, names: Iterable<string>, at: number, when?: Condition) => {
      for (const name of names) {
        const { gains, loses } = when ? directionOf(when, name, vocabulary, activityLimits.times) : { gains: true, loses: true };
        const wheres = when && name !== '*' ? wheresOn(when, name, vocabulary) : undefined;
        const one = { at, gains, loses, ...(wheres && { wheres }) };
        if (wheres) looked.add(name);
        const places = keys.get(`${kind} ${name}`);
        if (places) places.push(one);
        else keys.set(`${kind} ${name}`, [one]);
      }
    };
    ordered.forEach(({ when }, at) => {
      const { events, traits, scores, purposes, segments: asked } = dependenciesOf(when, vocabulary);
      wait('event', events, at, when);
      wait('trait', traits, at);
      wait('score', scores, at);
      scored[at]!.push(...scores);
      if (purposes.size > 0) wait('consent', ['any'], at);
      for (const name of asked) {
        const of = placeOf.get(name);
        if (of !== undefined) asking[of]!.push(at);
      }
    });
    const history = historyNames(ordered, asking);
    this.#places = ordered.map((segment, at): Place => {
      const known = before.get(segment.id);
      const same = known?.when === segment.when;
      return {
        ...segment,
        rule: same ? known.rule : prepareRule(segment.when, this.#parts.calendar),
        untils: same ? known.untils : new Untils(),
        asking: asking[at]!,
        scores: scored[at]!,
        history: history[at]!,
      };
    });
    this.#byKey = keys;
    this.#looked = looked;
    this.#byId = new Map(ordered.map(({ id }, at) => [id, at]));
    this.#byName = placeOf;
    this.#marked = new Uint32Array(Math.ceil(ordered.length / 32));
    this.#asked = new Uint32Array(this.#marked.length);
    this.#all = new Uint32Array(this.#marked.length);
    for (let at = 0; at < ordered.length; at += 1) setBit(this.#all, at);
    this.#hasHistory = history.some((names) => names.size > 0);
  }

  /**
   * Marks those whose answer the news can change and those whose time has come; what they said of this row before must be right but for the news.
   * @returns whether there are any
   */
  begin(row: number, nowMs: number, news: News): boolean {
    this.#marked.fill(0);
    let any = false;
    const { events, traits, scores = [], lookedInto } = news;
    const mark = (key: string, name?: string) => {
      for (const { at, gains, loses, wheres } of this.#byKey.get(key) ?? []) {
        if (!(this.#places[at]!.bits.has(row) ? loses : gains)) continue;
        if (wheres && name !== undefined && lookedInto && !passesAny(lookedInto, name, wheres)) continue;
        any = true;
        setBit(this.#marked, at);
      }
    };
    if (events.length > 0) mark('event *');
    let consent = false;
    for (const name of events) {
      mark(`event ${name}`, name);
      consent ||= consentEvents.test(name);
    }
    for (const name of traits) {
      mark(`trait ${name}`);
      consent ||= consentTraits.has(name);
    }
    if (consent) mark('consent any');
    for (const name of scores) mark(`score ${name}`);
    if (row < this.#untilOf.length && this.#untilOf[row]! <= nowMs) {
      for (let at = 0; at < this.#places.length; at += 1) {
        if (momentOfStep(this.#places[at]!.untils.step(row)) > nowMs) continue;
        setBit(this.#marked, at);
        any = true;
      }
    }
    return any;
  }

  /** Whether what events of this name say tells whom they concern. */
  looksInto(name: string): boolean {
    return this.#looked.has(name);
  }

  /** Marks all of them. */
  beginAll(): void {
    this.#marked.set(this.#all);
  }

  /** Marks these. */
  beginThese(ids: Iterable<number>): void {
    this.#marked.fill(0);
    for (const id of ids) {
      const at = this.#byId.get(id);
      if (at !== undefined) setBit(this.#marked, at);
    }
  }

  /** Names of events that what is marked must see with properties, of those the customer did. */
  historyWanted(facts: PersonFacts): string[] {
    if (!this.#hasHistory) return [];
    const names = new Set<string>();
    for (let at = 0; at < this.#places.length; at += 1)
      if (hasBit(this.#marked, at))
        for (const name of this.#places[at]!.history) if (name === '*' || facts.did(name)) names.add(name);
    return [...names];
  }

  /** Asks what is marked, and what asks for those that change. @returns what became different; the row's end is `untilOf` then */
  ask(row: number, facts: PersonFacts, history: History, nowMs: number): Flip[] {
    const subject = this.subjectOf(row, facts, history);
    const flips: Flip[] = [];
    const before = this.untilOf(row);
    let soonest = Number.POSITIVE_INFINITY;
    // Whether the soonest end of the row was of one that is asked now: then the others' have to be looked at again.
    let lost = before <= nowMs;
    this.#asked.fill(0);
    for (let word = 0; word < this.#marked.length; word += 1) {
      // Whoever asks for a segment comes after it in this order, maybe in the same word.
      for (let left = this.#marked[word]!; left !== 0; left = this.#marked[word]!) {
        const bit = left & -left;
        this.#marked[word]! ^= bit;
        this.#asked[word]! |= bit;
        const place = this.#places[word * 32 + 31 - Math.clz32(bit)]!;
        if (place.scores.length > 0 && !place.scores.every((name) => this.#parts.isScored(name))) continue;
        if (!lost && place.untils.get(row) <= before) lost = true;
        const member = place.rule.member(subject, nowMs);
        const untilMs = place.rule.untilMs();
        place.untils.set(row, untilMs);
        if (untilMs < soonest) soonest = untilMs;
        if (!place.bits.set(row, member)) continue;
        flips.push({ segment: place.id, member });
        for (const asking of place.asking) setBit(this.#marked, asking);
      }
    }
    this.#hold(row, lost ? this.#soonest(row, soonest) : Math.min(before, soonest));
    return flips;
  }

  /** The soonest end of any. @param exact of those that were asked now; of the others what is kept, which is a little too soon */
  #soonest(row: number, exact: number): number {
    let soonest = foreverStep;
    for (let at = 0; at < this.#places.length; at += 1) {
      if (hasBit(this.#asked, at)) continue;
      const step = this.#places[at]!.untils.step(row);
      if (step < soonest) soonest = step;
    }
    return Math.min(exact, momentOfStep(soonest));
  }

  untilOf(row: number): number {
    return row < this.#untilOf.length ? this.#untilOf[row]! : Number.POSITIVE_INFINITY;
  }

  isMember(name: string, row: number): boolean {
    const at = this.#byName.get(name);
    return at !== undefined && this.#places[at]!.bits.has(row);
  }

  /** Numbers of the segments that the row is in. */
  segmentsOf(row: number): number[] {
    return this.#places.flatMap(({ id, bits }) => (bits.has(row) ? [id] : []));
  }

  /** As it was kept; whether it is so still is asked with everything else. */
  restore(row: number, ids: Iterable<number>): void {
    for (const id of ids) {
      const at = this.#byId.get(id);
      if (at !== undefined) this.#places[at]!.bits.set(row, true);
    }
  }

  /** The row is nobody's. @returns what they were in */
  clear(row: number): number[] {
    const were: number[] = [];
    for (const { id, bits, untils } of this.#places) {
      if (bits.set(row, false)) were.push(id);
      if (untils.any) untils.set(row, Number.POSITIVE_INFINITY);
    }
    this.#hold(row, Number.POSITIVE_INFINITY);
    return were;
  }

  /** For asking why. */
  subjectOf(row: number, facts: PersonFacts, history: History): LivePerson {
    return new LivePerson(facts, row, history, this.#around);
  }

  #hold(row: number, untilMs: number): void {
    if (row >= this.#untilOf.length) {
      if (untilMs === Number.POSITIVE_INFINITY) return;
      const grown = new Float64Array(Math.max(1024, Math.ceil((row + 1) * 1.5))).fill(Number.POSITIVE_INFINITY);
      grown.set(this.#untilOf);
      this.#untilOf = grown;
    }
    this.#untilOf[row] = untilMs;
  }
}

function passesAny(events: History, name: string, wheres: readonly Where[]): boolean {
  return events.some((event) => activityName(event) === name && wheres.some((where) => satisfies(event.properties, where)));
}

const setBit = (bits: Uint32Array, at: number): void => {
  bits[at >>> 5]! |= 1 << (at & 31);
};
const hasBit = (bits: Uint32Array, at: number): boolean => ((bits[at >>> 5]! >>> (at & 31)) & 1) === 1;

/** Names whose events a rule's conditions look into. */
export function propertyNames(when: Condition): string[] {
  return [...leavesOf(when)].flatMap((leaf) => {
    if (leaf.kind === 'sequence') return leaf.steps.flatMap(({ event, where }) => (where ? [event] : []));
    return (leaf.kind === 'did' || leaf.kind === 'moment') && leaf.where ? [leaf.event] : [];
  });
}

/** From the last to the first: whoever asks for a segment comes after it. */
function historyNames(ordered: readonly LiveSegment[], asking: readonly (readonly number[])[]): Set<string>[] {
  const names = ordered.map(({ when }) => new Set(propertyNames(when)));
  for (let at = ordered.length - 1; at >= 0; at -= 1)
    for (const other of asking[at]!) for (const name of names[other]!) names[at]!.add(name);
  return names;
}
