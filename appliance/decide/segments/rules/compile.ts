// Rules made into a plan over the columns of a matrix, for one moment: windows become ranges of times, tests of text become tables over levels.
// A condition without a column bounds its answer instead (a third purchase needs a first), so that few are left to be asked one by one.

import { type Column, columnOf, type Matrix } from '../../../core/matrix/matrix.ts';
import { ageOn, hasBirthdayWithin } from './birthday.ts';
import { type Calendar, dayMs, leastMomentMs, momentOf, momentsIn, momentsOf, type Span } from './calendar.ts';
import { predicateOf } from './compare.ts';
import { inOrder } from './dependencies.ts';
import { type ColumnCatalogue, keyOf, type Measure, valueOfLevel } from './measure.ts';
import { rangesOf } from './number-ranges.ts';
import { neighbour, type Plan, PlanBuilder, type Root } from './plan.ts';
import { printCondition } from './print.ts';
import type { Condition, Leaf, Quantity, Rule, TimeTest, TimeWindow, ValueTest } from './rule.ts';
import { complaintEvent } from './subject.ts';
import { vocabulary } from './vocabulary.ts';

export type CompileOptions = { matrix: Matrix; nowMs: number; calendar: Calendar };

/**
 * One plan for all the rules, its roots in their order. Windows of columns are taken to be as of `nowMs`. `in segment` uses its column, or else
 * the rule of that name among these.
 * @throws {Fault} `segment_cycle` when rules ask for each other in a circle
 */
export function compile(rules: readonly Rule[], catalogue: ColumnCatalogue, options: CompileOptions): Plan {
  const compiler = new Compiler(catalogue, options);
  const roots = new Map<Rule, Root>();
  for (const rule of inOrder(rules)) roots.set(rule, compiler.rule(rule));
  return compiler.builder.plan(
    rules.map((rule) => roots.get(rule)!),
    rules.map((rule) => compiler.unansweredOf(rule)),
  );
}

/** Ages that a birthday is asked about; nobody is older. */
const oldestYears = 200;
/** Years of birth that the table of birthdays covers. */
const birthdayYears = { first: 1750, last: 2200 } as const;

/** Tables of tests over the levels of a category live as long as the levels do: text is compared once for each level, not for each plan. */
const tablesOf = new WeakMap<readonly string[], Map<string, Uint8Array>>();
const tablesKept = 500;
const plainWords = vocabulary();

class Compiler {
  readonly builder = new PlanBuilder();
  readonly #catalogue: ColumnCatalogue;
  readonly #matrix: Matrix;
  readonly #nowMs: number;
  readonly #calendar: Calendar;
  readonly #named = new Map<string, Root>();
  readonly #unanswered = new Map<Rule, Set<string>>();
  #current: Set<string> = new Set();

  constructor(catalogue: ColumnCatalogue, { matrix, nowMs, calendar }: CompileOptions) {
    this.#catalogue = catalogue;
    this.#matrix = matrix;
    this.#nowMs = nowMs;
    this.#calendar = calendar;
  }

  rule(rule: Rule): Root {
    this.#current = new Set();
    this.#unanswered.set(rule, this.#current);
    const root = this.#condition(rule.when);
    if (rule.name !== undefined) this.#named.set(rule.name, root);
    return root;
  }

  unansweredOf(rule: Rule): string[] {
    return [...(this.#unanswered.get(rule) ?? [])];
  }

  #condition(condition: Condition): Root {
    if (condition.kind === 'not') return this.#not(this.#condition(condition.of));
    if (condition.kind === 'and' || condition.kind === 'or') {
      const parts = condition.of.map((one) => this.#condition(one));
      return condition.kind === 'and' ? this.#and(parts) : this.#or(parts);
    }
    const root = this.#leaf(condition);
    if (root.sure !== root.possible) this.#current.add(printCondition(condition, plainWords, 'en'));
    return root;
  }

  #exact(place: number): Root {
    return { sure: place, possible: place };
  }

  #unknown(): Root {
    return { sure: this.builder.none, possible: this.builder.all };
  }

  #not({ sure, possible }: Root): Root {
    return { sure: this.builder.not(possible), possible: this.builder.not(sure) };
  }

  #and(parts: readonly Root[]): Root {
    const { builder } = this;
    return { sure: builder.and(parts.map(({ sure }) => sure)), possible: builder.and(parts.map(({ possible }) => possible)) };
  }

  #or(parts: readonly Root[]): Root {
    const { builder } = this;
    return { sure: builder.or(parts.map(({ sure }) => sure)), possible: builder.or(parts.map(({ possible }) => possible)) };
  }

  #column(measure: Measure): { column: Column; place: number } | undefined {
    const name = this.#catalogue.columnFor(measure);
    const column = name === undefined ? undefined : columnOf(this.#matrix, name);
    return column && { column, place: this.builder.column(column.name, column.storage) };
  }

  #leaf(leaf: Leaf): Root {
    switch (leaf.kind) {
      case 'value':
        return this.#value(leaf.of, leaf.test);
      case 'did':
        return this.#did(leaf);
      case 'moment': {
        const found = leaf.where ? undefined : this.#column({ kind: 'moment', which: leaf.which, event: leaf.event });
        if (found) return this.#span(found.place, momentsOf(this.#calendar, leaf.test, this.#nowMs));
        return { sure: this.builder.none, possible: this.#atLeast(leaf.event, 1, undefined).possible };
      }
      case 'sequence': {
        // Each of its steps was done in the window, or it was not.
        const steps = [...new Set(leaf.steps.map(({ event }) => event))];
        const possible = this.builder.and(steps.map((event) => this.#atLeast(event, 1, leaf.in).possible));
        return { sure: this.builder.none, possible };
      }
      case 'segment':
        return this.#flag({ kind: 'segment', name: leaf.name }) ?? this.#named.get(leaf.name) ?? this.#unknown();
      case 'consent': {
        const { purpose, channel } = leaf;
        return this.#flag({ kind: 'consent', purpose, ...(channel !== undefined && { channel }) }) ?? this.#unknown();
      }
      case 'birthday':
        return this.#birthday(leaf.days);
    }
  }

  #flag(measure: Measure): Root | undefined {
    const found = this.#column(measure);
    return found && this.#exact(this.builder.range(found.place, 1, 1));
  }

  /** Times within a span that ends before its second moment. */
  #span(place: number, [fromMs, toMs]: Span): Root {
    return this.#exact(this.builder.range(place, fromMs, neighbour(toMs, false)));
  }

  #present(place: number, column: Column): number {
    if (column.kind !== 'category') return this.builder.range(place, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    return this.builder.levels(place, new Uint8Array(column.levels?.length ?? 0).fill(1));
  }

  #did(leaf: Extract<Leaf, { kind: 'did' }>): Root {
    const { event, times, in: window, where } = leaf;
    const atLeast = (n: number): Root => {
      const root = this.#atLeast(event, n, window);
      // With properties there can be fewer, never more.
      return where && n > 0 ? { sure: this.builder.none, possible: root.possible } : root;
    };
    if (times.op === 'atLeast') return atLeast(times.n);
    const noMore = this.#not(atLeast(times.n + 1));
    return times.op === 'atMost' ? noMore : this.#and([atLeast(times.n), noMore]);
  }

  #atLeast(event: string, n: number, window: TimeWindow | undefined): Root {
    const { builder } = this;
    if (n === 0) return this.#exact(builder.all);
    const counted = this.#column({ kind: 'times', event, ...(window && { in: window }) });
    if (counted) return this.#exact(builder.range(counted.place, n, Number.POSITIVE_INFINITY));
    const last = this.#column({ kind: 'moment', which: 'last', event });
    if (!last) return this.#unknown();
    const present = this.#nowMs + 1;
    const [fromMs, toMs] = window ? momentsIn(this.#calendar, window, this.#nowMs) : [Number.NEGATIVE_INFINITY, present];
    const lastInside = this.#span(last.place, [fromMs, toMs]).sure;
    // Whoever was last there before the window was not in it; after a window that has ended the last time says nothing more.
    const open = toMs >= present;
    const lastSince = open ? lastInside : builder.range(last.place, fromMs, Number.POSITIVE_INFINITY);
    if (n > 1) return { sure: builder.none, possible: lastSince };
    if (open) return this.#exact(lastInside);
    const first = this.#column({ kind: 'moment', which: 'first', event });
    if (!first) return { sure: lastInside, possible: lastSince };
    const firstInside = this.#span(first.place, [fromMs, toMs]).sure;
    const firstBy = builder.range(first.place, Number.NEGATIVE_INFINITY, neighbour(toMs, false));
    return { sure: builder.or([lastInside, firstInside]), possible: builder.and([lastSince, firstBy]) };
  }

  #birthday(days: number): Root {
    const found = this.#column({ kind: 'birthday' });
    if (!found) return this.#unknown();
    const { firstDay, table } = birthdayTable(this.#calendar.dayOf(this.#nowMs), days);
    return this.#exact(this.builder.days(found.place, firstDay, table));
  }

  #value(of: Quantity, test: ValueTest | TimeTest): Root {
    if (of.kind === 'age') return this.#age(test as ValueTest);
    const found = this.#column(of) ?? (of.kind === 'complaints' ? this.#complaints(of.in) : undefined);
    if (found) return this.#tested(of, test, found.column, found.place);
    return this.#unknown();
  }

  #complaints(window: TimeWindow | undefined) {
    return this.#column({ kind: 'times', event: complaintEvent, ...(window && { in: window }) });
  }

  #tested(of: Quantity, test: ValueTest | TimeTest, column: Column, place: number): Root {
    // The opposite of `=`, also where nothing is known.
    if (test.op === '!=') return this.#not(this.#tested(of, { op: '=', value: test.value }, column, place));
    if (test.op === 'exists') return this.#exact(this.#present(place, column));
    const planned = of.kind !== 'order';
    if (column.kind === 'category') return this.#exact(this.#levels(test, column, place));
    if (test.op === 'during' || test.op === 'ago') {
      const [fromMs, toMs] = momentsOf(this.#calendar, test, this.#nowMs, planned);
      return this.#span(place, [column.kind === 'number' ? Math.max(fromMs, leastMomentMs) : fromMs, toMs]);
    }
    // A time was text to the evaluator; what it was is not in the column.
    const ranges = column.kind === 'time' ? undefined : rangesOf(test);
    if (!ranges) return { sure: this.builder.none, possible: this.#present(place, column) };
    return this.#exact(this.builder.or(ranges.map(([low, high]) => this.builder.range(place, low, high))));
  }

  #levels(test: Exclude<ValueTest | TimeTest, { op: '!=' }>, { levels = [] }: Column, place: number): number {
    const timed = test.op === 'during' || test.op === 'ago';
    const span = timed ? momentsOf(this.#calendar, test, this.#nowMs, true) : undefined;
    const key = keyOf([test, span, timed && this.#calendar.timeZone]);
    const tables = tablesOf.get(levels) ?? new Map<string, Uint8Array>();
    tablesOf.set(levels, tables);
    let table = tables.get(key);
    if (!table) {
      const holds = timed ? this.#momentIn(span!) : predicateOf(test);
      table = Uint8Array.from(levels, (level) => Number(holds(valueOfLevel(level))));
      if (tables.size >= tablesKept) tables.clear();
      tables.set(key, table);
    }
    return this.builder.levels(place, table);
  }

  #momentIn([fromMs, toMs]: Span): (value: unknown) => boolean {
    return (value) =>
      (Array.isArray(value) ? value : [value]).some((one) => {
        const atMs = momentOf(this.#calendar, one);
        return atMs !== undefined && fromMs <= atMs && atMs < toMs;
      });
  }

  #age(test: ValueTest): Root {
    const { builder } = this;
    if (test.op === '!=') return this.#not(this.#age({ op: '=', value: test.value }));
    const direct = this.#column({ kind: 'age' });
    if (direct) return this.#tested({ kind: 'age' }, test, direct.column, direct.place);
    const birthday = this.#column({ kind: 'birthday' });
    if (!birthday) return this.#unknown();
    const born = this.#exact(this.#bornFor(test, birthday.place));
    const known = builder.range(birthday.place, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    const told = this.#column({ kind: 'trait', name: 'age' });
    const otherwise = told ? this.#tested({ kind: 'trait', name: 'age' }, test, told.column, told.place) : this.#unknown();
    return this.#or([born, this.#and([this.#exact(builder.not(known)), otherwise])]);
  }

  /** Days of birth, as ranges, that make people of the right age today. */
  #bornFor(test: ValueTest, place: number): number {
    const { builder } = this;
    const today = this.#calendar.dayOf(this.#nowMs);
    const holds = predicateOf(test);
    const ranges: number[] = [];
    for (let age = 0; age <= oldestYears; age += 1) {
      if (!holds(age)) continue;
      const youngest = age;
      while (age < oldestYears && holds(age + 1)) age += 1;
      const low = age === oldestYears ? Number.NEGATIVE_INFINITY : (lastBornFor(age + 1, today) + 1) * dayMs;
      ranges.push(builder.range(place, low, lastBornFor(youngest, today) * dayMs));
    }
    return builder.or(ranges);
  }
}

/** For each day of birth whether its birthday comes soon. That depends on month and day alone, so one leap year is asked and laid under all. */
function birthdayTable(today: number, days: number): { firstDay: number; table: Uint8Array } {
  const startOf = (year: number) => Date.UTC(year, 0, 1) / dayMs;
  const leap = Uint8Array.from({ length: 366 }, (_, day) => Number(hasBirthdayWithin(startOf(2000) + day, today, days)));
  const leapDay = 31 + 28;
  const common = Uint8Array.from([...leap.subarray(0, leapDay), ...leap.subarray(leapDay + 1)]);
  const firstDay = startOf(birthdayYears.first);
  const table = new Uint8Array(startOf(birthdayYears.last + 1) - firstDay);
  for (let year = birthdayYears.first; year <= birthdayYears.last; year += 1) {
    const begins = startOf(year);
    table.set(startOf(year + 1) - begins === 366 ? leap : common, begins - firstDay);
  }
  return { firstDay, table };
}

/** The latest day of birth that makes somebody at least so old today. */
function lastBornFor(age: number, today: number): number {
  let low = today - 366 * (age + 1) - 1;
  let high = today;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((ageOn(middle, today) ?? -1) >= age) low = middle;
    else high = middle - 1;
  }
  return low;
}
