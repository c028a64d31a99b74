// Measures: what a column can hold for a rule, as one value for each customer at the time the matrix was filled. The catalogue says which column
// holds which; whoever fills columns asks `measureOf` for the value, so that a column and the evaluator cannot mean different things.

import type { Json } from '../../../core/model/event.ts';
import { ageOn, bornOn } from './birthday.ts';
import { type Calendar, dayMs, type Span, spanIn } from './calendar.ts';
import { measured } from './evaluate.ts';
import type { Quantity, TimeWindow } from './rule.ts';
import { complaintEvent, type Subject } from './subject.ts';

/**
 * - a quantity of a rule: its value; a window is as of the time of filling;
 * - `times`: how often something was done; `moment`: when first or last, a column of times;
 * - `segment`, `consent`: 1 or 0;
 * - `birthday`: a column of times, midnight in UTC of the day of birth. It serves ages too.
 */
export type Measure =
  | Quantity
  | { kind: 'times'; event: string; in?: TimeWindow }
  | { kind: 'moment'; which: 'first' | 'last'; event: string }
  | { kind: 'segment'; name: string }
  | { kind: 'consent'; purpose: string; channel?: string }
  | { kind: 'birthday' };

/** Which column of a matrix holds a measure. */
export type ColumnCatalogue = { columnFor(measure: Measure): string | undefined };

/** @param entries the later wins */
export function columnCatalogue(entries: Iterable<{ measure: Measure; column: string }>): ColumnCatalogue {
  const columns = new Map<string, string>();
  for (const { measure, column } of entries) columns.set(keyOf(measure), column);
  return { columnFor: (measure) => columns.get(keyOf(measure)) };
}

/** The same for the same value, in whatever order its properties were written. */
export function keyOf(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}

/** Parts the items of a level that stands for several at once, such as the sources of one customer. */
const itemSeparator = '\u001f';

export function levelOf(items: readonly string[]): string | undefined {
  return items.length === 0 ? undefined : items.join(itemSeparator);
}

/** A level as the value that tests are asked about. */
export function valueOfLevel(level: string): Json {
  return level.includes(itemSeparator) ? level.split(itemSeparator) : level;
}

/** @returns a number or moment for columns of numbers and times, text for categories; undefined where nothing is known */
export function measureOf(measure: Measure, subject: Subject, nowMs: number, calendar: Calendar): number | string | undefined {
  const holds = ([fromMs, toMs]: Span) => fromMs <= nowMs && nowMs < toMs;
  const timesOf = (event: string, window: TimeWindow | undefined) =>
    subject
      .events(event)
      .filter(({ atMs }) => holds(spanIn(calendar, window, atMs)))
      .reduce((sum, { count = 1 }) => sum + count, 0);
  const momentIn = (all: readonly { atMs: number }[], which: 'first' | 'last') => {
    const past = all.filter(({ atMs }) => atMs <= nowMs);
    return (which === 'first' ? past[0] : past.at(-1))?.atMs;
  };
  switch (measure.kind) {
    case 'trait':
      return plain(subject.trait(measure.name));
    case 'computed':
      return plain(subject.computed(measure.name, nowMs).value);
    case 'score':
      return subject.score(measure.name);
    case 'orders':
      return measured(
        measure.measure,
        subject.orders().filter(({ atMs }) => holds(spanIn(calendar, measure.in, atMs))),
      );
    case 'order':
      return momentIn(subject.orders(), measure.which);
    case 'complaints':
      return timesOf(complaintEvent, measure.in);
    case 'openTickets':
      return subject.openTickets();
    case 'age': {
      const born = bornOn(subject.trait('birthday'));
      const age = born === undefined ? plain(subject.trait('age')) : ageOn(born, calendar.dayOf(nowMs));
      return typeof age === 'number' ? age : undefined;
    }
    case 'birthday': {
      const born = bornOn(subject.trait('birthday'));
      return born === undefined ? undefined : born * dayMs;
    }
    case 'times':
      return timesOf(measure.event, measure.in);
    case 'moment':
      return momentIn(subject.events(measure.event), measure.which);
    case 'segment':
      return Number(subject.segment(measure.name, nowMs).value);
    case 'consent':
      return Number(subject.consent(measure.purpose, measure.channel, nowMs).value);
    default:
      return levelOf(subject.fact(measure.kind));
  }
}

function plain(value: Json | undefined): number | string | undefined {
  if (typeof value === 'number') return value;
  if (Array.isArray(value)) return levelOf(value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))));
  if (value === undefined || value === null || value === '') return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
