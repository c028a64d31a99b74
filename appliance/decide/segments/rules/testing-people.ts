// Random people for the tests of meaning, and a slow twin of the evaluator that knows nothing of spans: it counts, from the definitions, with the
// runtime's own calendar.

import fc from 'fast-check';
import type { Json, JsonObject } from '../../../core/model/event.ts';
import { predicateOf } from './compare.ts';
import type { Condition, Duration, Quantity, TimeTest, TimeWindow, Where } from './rule.ts';
import type { Held, Occurrence, Subject } from './subject.ts';
import { eventNames, type Palette, valueTests } from './testing-arbitraries.ts';

export const zones = ['UTC', 'Asia/Shanghai', 'America/New_York'] as const;
export const baseMs = Date.parse('2026-03-07T15:30:00Z');
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export type Person = {
  traits: { [name: string]: Json };
  events: { [name: string]: Occurrence[] };
  orders: { atMs: number; total: number }[];
  openTickets: number;
  facts: { [name: string]: string[] };
  scores: { [name: string]: number };
  /** In the segment, or allowed, from one moment to before another. */
  spans: { [name: string]: [number, number] };
};

/** Times that crowd where windows begin and end. */
const anyTime = fc
  .tuple(
    fc.constantFrom(0, 0, 1, 1, 2, 3, 7, 14, 28, 30, 31, 36, 59, 60, 90, 365, -1, -5),
    fc.constantFrom(0, 0, 1, -1, hourMs, -hourMs, 8 * hourMs, 15.5 * hourMs, 15.5 * hourMs + 1, 20 * hourMs),
  )
  .map(([days, ms]) => baseMs - days * dayMs - ms);
const byTime = (all: Occurrence[]) => all.sort((a, b) => a.atMs - b.atMs);
const anyOccurrence: fc.Arbitrary<Occurrence> = fc
  .record({
    atMs: anyTime,
    count: fc.constantFrom(undefined, undefined, 2),
    properties: fc.constantFrom<(JsonObject | undefined)[]>(
      undefined,
      { total: 5 },
      { total: '30' },
      { total: 5, plan: 'Gold' },
      { plan: ['gold', 'vip'] },
    ),
  })
  .map(({ atMs, count, properties }) => ({ atMs, ...(count && { count }), ...(properties && { properties }) }));
const anyDay = fc.oneof(
  fc.constantFrom('1990-03-08', '1990-03-07', '1995-03-07', '2000-02-29', '1985-03-01', '2008-03-07', '1960-12-31'),
  fc.integer({ min: 0, max: 20_000 }).map((day) => new Date(day * dayMs).toISOString().slice(0, 10)),
);
const texts = ['上海', 'shanghai', 'Beijing', 'gold', '5', '30'];

export const anyPerson: fc.Arbitrary<Person> = fc.record({
  traits: fc.record(
    {
      city: fc.constantFrom<Json>(...texts, ['shanghai', 'gold'], ''),
      visits: fc.constantFrom<Json>(0, 5, 30, '30', true),
      birthday: anyDay,
      createdAt: fc.oneof<fc.Arbitrary<Json>[]>(
        anyTime,
        anyTime.map((ms) => new Date(ms).toISOString()),
        anyDay,
        fc.constantFrom('2026-03-31', '2026-04-30', 'soon'),
      ),
    },
    { requiredKeys: [], noNullPrototype: true },
  ),
  events: fc.record(Object.fromEntries(eventNames.map((name) => [name, fc.array(anyOccurrence, { maxLength: 5 }).map(byTime)])), {
    noNullPrototype: true,
  }),
  orders: fc
    .array(fc.record({ atMs: anyTime, total: fc.constantFrom(5, 30, 0.1, 100.2) }), { maxLength: 5 })
    .map((all) => all.sort((a, b) => a.atMs - b.atMs)),
  openTickets: fc.nat(2),
  facts: fc.record({
    source: fc.subarray(['gold', 'shanghai']),
    channel: fc.subarray(['5', 'Beijing']),
    device: fc.constant([]),
    region: fc.constant(['上海']),
  }),
  scores: fc.record({ churn: fc.constantFrom(0, 0.5, 5, 30) }, { requiredKeys: [] }),
  spans: fc.record({ vip: fc.tuple(anyTime, anyTime), marketing: fc.tuple(anyTime, anyTime) }),
}) as fc.Arbitrary<Person>;

/** Conditions that such people can satisfy or not. */
export const peoplePalette: Palette = {
  names: fc.constantFrom('city', 'visits', 'createdAt', 'churn', 'recent', 'marketing'),
  events: fc.constantFrom(...eventNames, '*'),
  segments: fc.constantFrom('vip', 'nobody'),
  tests: valueTests(fc.constantFrom(...texts), fc.constantFrom(0, 1, 2, 3, 5, 30, 35, 0.1)),
  properties: fc.constantFrom('total', 'plan'),
  durations: fc.constantFrom<Duration[]>(
    { n: 1, unit: 'day' },
    { n: 2, unit: 'day' },
    { n: 24, unit: 'hour' },
    { n: 1, unit: 'week' },
    { n: 30, unit: 'day' },
    { n: 1, unit: 'month' },
  ),
  windows: fc.oneof<fc.Arbitrary<TimeWindow>[]>(
    fc.record({ kind: fc.constant('last' as const), n: fc.constantFrom(1, 2, 7, 24, 30), unit: fc.constantFrom('hour', 'day') }),
    fc.record({ kind: fc.constant('last' as const), n: fc.constantFrom(1, 2, 12), unit: fc.constantFrom('week', 'month') }),
    fc.record({
      kind: fc.constant('period' as const),
      unit: fc.constantFrom('day', 'week', 'month', 'quarter', 'year'),
      ago: fc.constantFrom(0, 1),
    }),
    fc.constantFrom<TimeWindow[]>(
      { kind: 'dates', from: '2026-03-01' },
      { kind: 'dates', to: '2026-03-08' },
      { kind: 'dates', from: '2026-02-05', to: '2026-03-31' },
    ),
  ),
};

function eventsOf(person: Person, name: string): Occurrence[] {
  return name === '*' ? byTime(Object.values(person.events).flat()) : (person.events[name] ?? []);
}

/** What the evaluator is given. The computed trait `recent` counts pages of the last 3 days in UTC, today's included. */
export function subjectOf(person: Person): Subject {
  const span = (name: string, nowMs: number): Held<boolean> => {
    const [fromMs, toMs] = person.spans[name] ?? [0, 0];
    const untilMs = Math.min(...[fromMs, toMs].filter((at) => at > nowMs));
    return { value: fromMs <= nowMs && nowMs < toMs, ...(untilMs !== Number.POSITIVE_INFINITY && { untilMs }) };
  };
  return {
    trait: (name) => person.traits[name],
    computed: (name, nowMs) => ({
      value: computedOf(person, name, nowMs),
      ...(name === 'recent' && { untilMs: (Math.floor(nowMs / dayMs) + 1) * dayMs }),
    }),
    events: (name) => eventsOf(person, name),
    orders: () => person.orders,
    openTickets: () => person.openTickets,
    fact: (name) => person.facts[name] ?? [],
    segment: (name, nowMs) => span(name, nowMs),
    score: (name) => person.scores[name],
    consent: (purpose, _channel, nowMs) => span(purpose, nowMs),
  };
}

function computedOf(person: Person, name: string, nowMs: number): Json | undefined {
  if (name !== 'recent') return undefined;
  const today = Math.floor(nowMs / dayMs);
  return person.events.page!.filter(({ atMs }) => Math.floor(atMs / dayMs) > today - 3 && Math.floor(atMs / dayMs) <= today)
    .length;
}

const dayFormats = new Map<string, Intl.DateTimeFormat>();
/** `yyyy-mm-dd` of a moment in the zone. */
export function localDay(ms: number, timeZone: string): string {
  const format =
    dayFormats.get(timeZone) ?? new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  dayFormats.set(timeZone, format);
  return format.format(ms);
}

const shift = (day: string, days: number) => new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);
const monday = (day: string) => shift(day, -((new Date(day).getUTCDay() + 6) % 7));
function monthsBefore(day: string, n: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  for (let tried = date; ; tried -= 1) {
    const found = new Date(Date.UTC(year, month - 1 - n, tried));
    if (found.getUTCDate() === tried) return found.toISOString().slice(0, 10);
  }
}
function periodKey(unit: string, day: string): string {
  if (unit === 'day') return day;
  if (unit === 'week') return monday(day);
  if (unit === 'month') return day.slice(0, 7);
  if (unit === 'year') return day.slice(0, 4);
  return `${day.slice(0, 4)} ${Math.floor((Number(day.slice(5, 7)) - 1) / 3)}`;
}
function dayOfLastPeriod(unit: string, today: string): string {
  if (unit === 'day') return shift(today, -1);
  if (unit === 'week') return shift(today, -7);
  const first = unit === 'month' ? `${today.slice(0, 7)}-01` : unit === 'year' ? `${today.slice(0, 4)}-01-01` : undefined;
  return first ? shift(first, -1) : monthsBefore(`${today.slice(0, 7)}-01`, 3);
}

const fixed = { hour: hourMs, day: dayMs, week: 7 * dayMs } as const;

/** The twin: every definition as docs/segments.md has it, and nothing remembered. */
export class Twin {
  readonly person: Person;
  readonly timeZone: string;
  constructor(person: Person, timeZone: string) {
    this.person = person;
    this.timeZone = timeZone;
  }

  passed({ n, unit }: Duration, atMs: number, nowMs: number): boolean {
    if (unit !== 'month') return nowMs - atMs >= n * fixed[unit];
    return localDay(atMs, this.timeZone) < monthsBefore(localDay(nowMs, this.timeZone), n);
  }

  inside(window: TimeWindow | undefined, atMs: number, nowMs: number, planned = false): boolean {
    if (!planned && atMs > nowMs) return false;
    if (window === undefined) return true;
    if (window.kind === 'last') return atMs <= nowMs && !this.passed(window, atMs, nowMs);
    const day = localDay(atMs, this.timeZone);
    if (window.kind === 'dates') {
      const { from = '', to = '9' } = window as { from?: string; to?: string };
      return from <= day && day <= to;
    }
    const today = localDay(nowMs, this.timeZone);
    return periodKey(window.unit, day) === periodKey(window.unit, window.ago === 0 ? today : dayOfLastPeriod(window.unit, today));
  }

  tested(test: TimeTest, atMs: number, nowMs: number, planned = false): boolean {
    if (test.op === 'during') return this.inside(test.in, atMs, nowMs, planned);
    return atMs <= nowMs && this.passed(test.moreThan, atMs, nowMs);
  }

  matching({ event, where = [] }: { event: string; where?: Where }): Occurrence[] {
    return eventsOf(this.person, event).filter(({ properties }) =>
      where.every(({ property, test }) => predicateOf(test)(properties?.[property])),
    );
  }

  holds(condition: Condition, nowMs: number): boolean {
    const { person } = this;
    switch (condition.kind) {
      case 'and':
        return condition.of.every((one) => this.holds(one, nowMs));
      case 'or':
        return condition.of.some((one) => this.holds(one, nowMs));
      case 'not':
        return !this.holds(condition.of, nowMs);
      case 'segment':
      case 'consent': {
        const [fromMs, toMs] = person.spans[condition.kind === 'segment' ? condition.name : condition.purpose] ?? [0, 0];
        return fromMs <= nowMs && nowMs < toMs;
      }
      case 'did': {
        const times = this.matching(condition)
          .filter(({ atMs }) => this.inside(condition.in, atMs, nowMs))
          .reduce((sum, { count = 1 }) => sum + count, 0);
        const { op, n } = condition.times;
        return op === 'atLeast' ? times >= n : op === 'atMost' ? times <= n : times === n;
      }
      case 'moment':
        return this.moment(this.matching(condition), condition.which, condition.test, nowMs);
      case 'sequence': {
        const go = (step: number, first: number, after: number): boolean =>
          step === condition.steps.length ||
          this.matching(condition.steps[step]!).some(
            ({ atMs }) =>
              atMs > after &&
              this.inside(condition.in, atMs, nowMs) &&
              (step === 0 || !this.passed(condition.within, first, atMs)) &&
              go(step + 1, step === 0 ? atMs : first, atMs),
          );
        return go(0, 0, Number.NEGATIVE_INFINITY);
      }
      case 'birthday': {
        const born = person.traits.birthday as string | undefined;
        if (born === undefined) return false;
        const today = localDay(nowMs, this.timeZone);
        return Array.from({ length: condition.days + 1 }, (_, days) => shift(today, days)).some((day) => isBirthday(born, day));
      }
      case 'value':
        return this.value(condition.of, condition.test, nowMs);
    }
  }

  moment(all: readonly { atMs: number }[], which: 'first' | 'last', test: TimeTest, nowMs: number): boolean {
    const past = all.filter(({ atMs }) => atMs <= nowMs);
    const chosen = which === 'first' ? past[0] : past.at(-1);
    return chosen !== undefined && this.tested(test, chosen.atMs, nowMs);
  }

  value(of: Quantity, test: Extract<Condition, { kind: 'value' }>['test'], nowMs: number): boolean {
    const { person } = this;
    if (of.kind === 'order' && test.op !== 'exists') return this.moment(person.orders, of.which, test as TimeTest, nowMs);
    const value = this.valueOf(of, nowMs);
    if (test.op !== 'during' && test.op !== 'ago') return predicateOf(test)(value);
    if (typeof value === 'number') return value >= 1e10 && this.tested(test, value, nowMs, true);
    if (typeof value !== 'string' || !/^\d{4}-/.test(value)) return false;
    // A bare day: what holds of its noon holds of it in windows of dates; the first moment of it is found the slow way.
    return this.tested(test, value.length === 10 ? firstMomentOf(value, this.timeZone) : Date.parse(value), nowMs, true);
  }

  valueOf(of: Quantity, nowMs: number): Json | undefined {
    const { person } = this;
    const orders = person.orders.filter(({ atMs }) => this.inside('in' in of ? of.in : undefined, atMs, nowMs));
    const totals = orders.map(({ total }) => total);
    switch (of.kind) {
      case 'trait':
        return person.traits[of.name];
      case 'computed':
        return computedOf(person, of.name, nowMs);
      case 'score':
        return person.scores[of.name];
      case 'openTickets':
        return person.openTickets;
      case 'order':
        return orders.length > 0 ? 1 : undefined;
      case 'age': {
        const born = person.traits.birthday as string | undefined;
        if (born === undefined) return person.traits.age;
        let age = -1;
        const today = localDay(nowMs, this.timeZone);
        for (let year = Number(born.slice(0, 4)); year <= 2200; year += 1) if (birthdayIn(born, year) <= today) age += 1;
        return age < 0 ? undefined : age;
      }
      case 'complaints':
        return eventsOf(person, 'Complaint Filed')
          .filter(({ atMs }) => this.inside(of.in, atMs, nowMs))
          .reduce((sum, { count = 1 }) => sum + count, 0);
      case 'orders':
        if (of.measure === 'count') return totals.length;
        if (of.measure === 'spend') return totals.reduce((sum, total) => sum + total, 0);
        if (totals.length === 0) return undefined;
        return of.measure === 'largest' ? Math.max(...totals) : totals.reduce((sum, total) => sum + total, 0) / totals.length;
      default:
        return person.facts[of.kind] ?? [];
    }
  }
}

function birthdayIn(born: string, year: number): string {
  const leap = new Date(Date.UTC(year, 1, 29)).getUTCDate() === 29;
  const day = born.slice(5);
  return `${year}-${day === '02-29' && !leap ? '03-01' : day}`;
}
const isBirthday = (born: string, day: string) => birthdayIn(born, Number(day.slice(0, 4))) === day;

function firstMomentOf(day: string, timeZone: string): number {
  let ms = Date.parse(day) - 15 * hourMs;
  while (localDay(ms, timeZone) < day) ms += hourMs / 2;
  return ms;
}
