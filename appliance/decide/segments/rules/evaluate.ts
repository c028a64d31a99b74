// Whether one customer is in a segment now, why, and until when that holds if nothing new is heard. Pure: the same subject at the same time gives
// the same answer, and before `untilMs` time alone cannot change it, so that nobody has to ask again and again.

import type { Json } from '../../../core/model/event.ts';
import { ageOn, anniversary, birthdayEdges, bornOn, hasBirthdayWithin } from './birthday.ts';
import { type Calendar, intersect, momentOf, passedMs, type Span, spanIn, spanOf } from './calendar.ts';
import { predicateOf } from './compare.ts';
import type { Condition, Leaf, Quantity, Rule, TimeTest, ValueTest, Where } from './rule.ts';
import { complaintEvent, type Held, type Occurrence, type Subject } from './subject.ts';

/** One condition's answer, and of what is made of others theirs. `found` is the customer's own value: who shows it masks it. */
export type Because = {
  readonly condition: Condition;
  readonly member: boolean;
  readonly untilMs?: number;
  /** What the condition looked at: the value, the sum, how many times, the moment in milliseconds; undefined when nothing is known. */
  readonly found?: Json;
  readonly of?: readonly Because[];
};
export type Answer = { readonly member: boolean; readonly untilMs?: number; readonly because: Because };

/** @param calendar of the node's time zone */
export function evaluate(rule: Rule, subject: Subject, nowMs: number, calendar: Calendar): Answer {
  const because = answerOf(rule.when, { subject, nowMs, calendar });
  return { member: because.member, ...(because.untilMs !== undefined && { untilMs: because.untilMs }), because };
}

export type Asked = { subject: Subject; nowMs: number; calendar: Calendar };
/** Times are Infinity for good. */
export type Found = { member: boolean; untilMs: number; found?: Json | undefined };

const forever = Number.POSITIVE_INFINITY;

function answerOf(condition: Condition, asked: Asked): Because {
  switch (condition.kind) {
    case 'not': {
      const of = answerOf(condition.of, asked);
      return because(condition, { member: !of.member, untilMs: of.untilMs ?? forever }, [of]);
    }
    case 'and':
    case 'or': {
      const of = condition.of.map((one) => answerOf(one, asked));
      return because(condition, joined(of, condition.kind === 'and'), of);
    }
    default:
      return because(condition, leafAnswer(condition, asked));
  }
}

function because(condition: Condition, { member, untilMs, found }: Found, of?: readonly Because[]): Because {
  return {
    condition,
    member,
    ...(untilMs !== forever && { untilMs }),
    ...(found !== undefined && { found }),
    ...(of && { of }),
  };
}

/** All of them hold (`every`), or one does. While one that decides stays as it is, the others may do as they like: so the last of these to change counts. */
function joined(of: readonly Because[], every: boolean): Found {
  const deciding = of.filter(({ member }) => member !== every);
  const untils = (deciding.length > 0 ? deciding : of).map(({ untilMs = forever }) => untilMs);
  return deciding.length > 0 ? { member: !every, untilMs: Math.max(...untils) } : { member: every, untilMs: Math.min(...untils) };
}

/** One condition that is not made of others. */
export function leafAnswer(leaf: Leaf, asked: Asked): Found {
  const { subject, nowMs, calendar } = asked;
  switch (leaf.kind) {
    case 'value':
      return valueAnswer(leaf.of, leaf.test, asked);
    case 'did': {
      const counts = matching(subject, leaf).map(({ atMs, count = 1 }) => ({ span: spanIn(calendar, leaf.in, atMs), count }));
      const { op, n } = leaf.times;
      return counted(counts, nowMs, (times) => (op === 'atLeast' ? times >= n : op === 'atMost' ? times <= n : times === n));
    }
    case 'moment':
      return momentAnswer(matching(subject, leaf), leaf.which, leaf.test, asked);
    case 'sequence': {
      const lists = leaf.steps.map((step) => matching(subject, step));
      const within = (atMs: number) => passedMs(calendar, leaf.within, atMs);
      const chains = lists[0]!.map((first) => chainFrom(first, lists, within)).filter((chain) => chain !== undefined);
      const spans = chains.map((chain) => chain.map(({ atMs }) => spanIn(calendar, leaf.in, atMs)).reduce(intersect));
      return counted(
        spans.map((span) => ({ span, count: 1 })),
        nowMs,
        (times) => times > 0,
      );
    }
    case 'segment':
      return held(subject.segment(leaf.name, nowMs));
    case 'consent':
      return held(subject.consent(leaf.purpose, leaf.channel, nowMs));
    case 'birthday': {
      const born = bornOn(subject.trait('birthday'));
      if (born === undefined) return { member: false, untilMs: forever };
      const today = calendar.dayOf(nowMs);
      const holds = (day: number) => hasBirthdayWithin(born, day, leaf.days);
      const change = firstChange(birthdayEdges(born, today, leaf.days), holds(today), holds);
      const untilMs = change === forever ? forever : calendar.startOf(change);
      return { member: holds(today), untilMs, found: subject.trait('birthday') };
    }
  }
}

const held = ({ value, untilMs = forever }: Held<boolean>): Found => ({ member: value, untilMs });

/** Where the answer first differs from the one now. @param edges in order */
function firstChange(edges: Iterable<number>, now: boolean, holds: (at: number) => boolean): number {
  for (const edge of edges) if (holds(edge) !== now) return edge;
  return forever;
}

const holdsAt = ([fromMs, toMs]: Span, atMs: number) => fromMs <= atMs && atMs < toMs;

/** Edges of spans that lie ahead, in order. */
function edgesAfter(spans: readonly Span[], nowMs: number): number[] {
  const ahead = spans
    .filter(([fromMs, toMs]) => fromMs < toMs)
    .flatMap((span) => span.filter((at) => at > nowMs && at !== forever));
  return ahead.sort((a, b) => a - b);
}

/** How many hold now, and when the answer about their number changes. */
function counted(all: readonly { span: Span; count: number }[], nowMs: number, holds: (times: number) => boolean): Found {
  let times = 0;
  const changes: [atMs: number, by: number][] = [];
  for (const { span, count } of all) {
    const [fromMs, toMs] = span;
    if (fromMs >= toMs || toMs <= nowMs) continue;
    if (fromMs <= nowMs) times += count;
    else changes.push([fromMs, count]);
    if (toMs !== forever) changes.push([toMs, -count]);
  }
  changes.sort(([a], [b]) => a - b);
  const member = holds(times);
  let later = times;
  for (const [index, [atMs, by]] of changes.entries()) {
    later += by;
    // What happens at one moment happens at once.
    if (changes[index + 1]?.[0] !== atMs && holds(later) !== member) return { member, untilMs: atMs, found: times };
  }
  return { member, untilMs: forever, found: times };
}

/** Occurrences of a step, by its properties. */
function matching(subject: Subject, { event, where }: { event: string; where?: Where }): readonly Occurrence[] {
  const all = subject.events(event, where !== undefined);
  return where ? all.filter(({ properties }) => satisfies(properties, where)) : all;
}

/** Whether an event's properties pass all of the tests. */
export function satisfies(properties: Occurrence['properties'], where: Where): boolean {
  return where.every(({ property, test }) => predicateOf(test)(propertyAt(properties, property)));
}

/** Dots go into objects, as in computed traits. */
function propertyAt(properties: Occurrence['properties'], path: string): Json | undefined {
  let at: Json | undefined = properties as Json | undefined;
  for (const step of path.split('.')) {
    if (typeof at !== 'object' || at === null || Array.isArray(at) || !Object.hasOwn(at, step)) return undefined;
    at = at[step];
  }
  return at;
}

/** The soonest end of a sequence that begins so: a later one leaves every window no later and enters none sooner. */
function chainFrom(
  first: Occurrence,
  lists: readonly (readonly Occurrence[])[],
  within: (atMs: number) => number,
): Occurrence[] | undefined {
  const chain = [first];
  const endMs = within(first.atMs);
  for (const list of lists.slice(1)) {
    const next = firstAfter(list, chain.at(-1)!.atMs);
    if (!next || next.atMs >= endMs) return undefined;
    chain.push(next);
  }
  return chain;
}

function firstAfter(list: readonly Occurrence[], atMs: number): Occurrence | undefined {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle]!.atMs > atMs) high = middle;
    else low = middle + 1;
  }
  return list[low];
}

function momentAnswer(all: readonly { atMs: number }[], which: 'first' | 'last', test: TimeTest, asked: Asked): Found {
  const { nowMs, calendar } = asked;
  // The first stays the first; the last is the one that happened by then.
  const past = all.filter(({ atMs }) => atMs <= nowMs);
  const relevant = which === 'first' ? all.slice(0, 1) : [...past.slice(-1), ...all.slice(past.length)];
  const spans = relevant.map(({ atMs }) => spanOf(calendar, test, atMs));
  const holds = (at: number) => {
    const index = relevant.findLastIndex(({ atMs }) => atMs <= at);
    return index >= 0 && holdsAt(spans[index]!, at);
  };
  const edges = [...edgesAfter(spans, nowMs), ...relevant.map(({ atMs }) => atMs).filter((at) => at > nowMs)].sort(
    (a, b) => a - b,
  );
  const member = holds(nowMs);
  const found = (which === 'first' ? past[0] : past.at(-1))?.atMs;
  return { member, untilMs: firstChange(edges, member, holds), found };
}

function valueAnswer(of: Quantity, test: ValueTest | TimeTest, asked: Asked): Found {
  const { subject, nowMs } = asked;
  if (of.kind === 'order') {
    const orders = subject.orders();
    if (test.op !== 'exists') return momentAnswer(orders, of.which, test as TimeTest, asked);
    const placed = orders.map(({ atMs }) => ({ span: [atMs, forever] as const, count: 1 }));
    return counted(placed, nowMs, (times) => times > 0);
  }
  const { value, untilMs = forever }: Held<Json | undefined> =
    of.kind === 'computed'
      ? subject.computed(of.name, nowMs)
      : { value: of.kind === 'trait' ? subject.trait(of.name) : undefined };
  if (test.op === 'during' || test.op === 'ago') return plannedAnswer(value, untilMs, test, asked);
  const holds = predicateOf(test);
  switch (of.kind) {
    case 'trait':
    case 'computed':
      return { member: holds(value), untilMs, found: value };
    case 'score': {
      const score = subject.score(of.name);
      return { member: holds(score), untilMs: forever, found: score };
    }
    case 'openTickets':
      return { member: holds(subject.openTickets()), untilMs: forever, found: subject.openTickets() };
    case 'age':
      return ageAnswer(holds, asked);
    case 'complaints': {
      const all = subject.events(complaintEvent);
      const counts = all.map(({ atMs, count = 1 }) => ({ span: spanIn(asked.calendar, of.in, atMs), count }));
      return counted(counts, nowMs, holds);
    }
    case 'orders':
      return ordersAnswer(of, holds, asked);
    default: {
      const facts = [...subject.fact(of.kind)];
      return { member: holds(facts), untilMs: forever, ...(facts.length > 0 && { found: facts }) };
    }
  }
}

/** A trait's date may lie ahead, and there may be several. */
function plannedAnswer(value: Json | undefined, valueUntilMs: number, test: TimeTest, { nowMs, calendar }: Asked): Found {
  const moments = (Array.isArray(value) ? value : [value])
    .map((one) => momentOf(calendar, one))
    .filter((one) => one !== undefined);
  const spans = moments.map((atMs) => spanOf(calendar, test, atMs, true));
  const holds = (at: number) => spans.some((span) => holdsAt(span, at));
  const member = holds(nowMs);
  const untilMs = Math.min(valueUntilMs, firstChange(edgesAfter(spans, nowMs), member, holds));
  return { member, untilMs, found: value };
}

/** Nobody's age is asked about beyond this. */
const oldestYears = 150;

function ageAnswer(holds: (age: Json | undefined) => boolean, { subject, nowMs, calendar }: Asked): Found {
  const born = bornOn(subject.trait('birthday'));
  if (born === undefined) {
    const age = subject.trait('age');
    return { member: holds(age), untilMs: forever, found: age };
  }
  const today = calendar.dayOf(nowMs);
  const age = ageOn(born, today);
  const member = holds(age);
  for (let years = (age ?? -1) + 1; years <= oldestYears; years += 1)
    if (holds(years) !== member) return { member, untilMs: calendar.startOf(anniversary(born, years)), found: age };
  return { member, untilMs: forever, found: age };
}

type Orders = Extract<Quantity, { kind: 'orders' }>;

function ordersAnswer(of: Orders, holds: (value: Json | undefined) => boolean, { subject, nowMs, calendar }: Asked): Found {
  // What has left the window neither counts nor comes back.
  const all = subject
    .orders()
    .map(({ atMs, total }) => ({ span: spanIn(calendar, of.in, atMs), total }))
    .filter(({ span }) => span[1] > nowMs);
  if (of.measure === 'count')
    return counted(
      all.map(({ span }) => ({ span, count: 1 })),
      nowMs,
      holds,
    );
  const valueAt = (at: number) =>
    measured(
      of.measure,
      all.filter(({ span }) => holdsAt(span, at)),
    );
  const found = valueAt(nowMs);
  const member = holds(found);
  const edges = edgesAfter(
    all.map(({ span }) => span),
    nowMs,
  );
  return { member, untilMs: firstChange(edges, member, (at) => holds(valueAt(at))), found };
}

/** Added in the order of time, so that everybody gets the same sum of the same orders. @returns undefined where there is nothing to say */
export function measured(measure: Orders['measure'], orders: readonly { total: number }[]): number | undefined {
  const sum = orders.reduce((all, { total }) => all + total, 0);
  if (measure === 'count') return orders.length;
  if (measure === 'spend') return sum;
  if (orders.length === 0) return undefined;
  return measure === 'average' ? sum / orders.length : Math.max(...orders.map(({ total }) => total));
}
