// Person-period rows (Allison 1982; Singer and Willett 1993): one for each customer and week, with what was known at its beginning, and whether the
// customer bought in it. A model of these is a hazard in discrete time.

import { type Column, categoryColumn, type Matrix, numberColumn } from '../../../core/matrix/matrix.ts';
import { type Histories, week } from './histories.ts';

const numbers = [
  'weeks since last',
  'purchases',
  'tenure weeks',
  'mean gap',
  'gap deviation',
  'last gap',
  'since last over mean gap',
  'last over tenure',
  'purchases per week',
  'mean amount',
  'last amount',
  'weekend share',
] as const;
const weekday = 'weekday of last';
const answer = 'bought';

/** 1970-01-01 was a Thursday. */
const weekdayOf = (day: number) => (((day + 3) % 7) + 7) % 7;
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

/** What has been bought so far, as sums that a purchase is added to. */
class Past {
  #first = 0;
  #last = 0;
  #count = 0;
  #gaps = 0;
  #squares = 0;
  #lastGap = Number.NaN;
  #amounts = 0;
  #lastAmount = Number.NaN;
  #weekends = 0;

  add(day: number, amount: number): void {
    if (this.#count === 0) this.#first = day;
    else {
      this.#lastGap = (day - this.#last) / week;
      this.#gaps += this.#lastGap;
      this.#squares += this.#lastGap ** 2;
    }
    this.#last = day;
    this.#count += 1;
    this.#amounts += amount;
    this.#lastAmount = amount;
    if (weekdayOf(day) >= 5) this.#weekends += 1;
  }

  get weekday(): string {
    return weekdays[weekdayOf(this.#last)]!;
  }

  /** In the order of `numbers`. @param day at the end of which is looked ahead */
  at(day: number): readonly number[] {
    const repeats = this.#count - 1;
    const since = (day - this.#last) / week;
    const tenure = (day - this.#first) / week;
    const mean = repeats > 0 ? this.#gaps / repeats : Number.NaN;
    const spread = repeats > 1 ? Math.sqrt(Math.max(0, (this.#squares - repeats * mean ** 2) / (repeats - 1))) : Number.NaN;
    return [
      since,
      this.#count,
      tenure,
      mean,
      spread,
      this.#lastGap,
      since / mean,
      tenure > 0 ? (this.#last - this.#first) / week / tenure : 0,
      // With a week of everybody's, so that a new customer is not infinitely fast.
      repeats / (tenure + 1),
      this.#amounts / this.#count,
      this.#lastAmount,
      this.#weekends / this.#count,
    ];
  }
}

class RowBuilder {
  readonly #columns = numbers.map((): number[] => []);
  readonly #weekdays: string[] = [];
  readonly answers: (0 | 1)[] = [];

  add(past: Past, day: number): void {
    past.at(day).forEach((value, column) => void this.#columns[column]!.push(value));
    this.#weekdays.push(past.weekday);
  }

  get rows(): number {
    return this.#weekdays.length;
  }

  done(): Matrix {
    const columns: Column[] = numbers.map((name, at) => numberColumn(name, this.#columns[at]!));
    columns.push(categoryColumn(weekday, this.#weekdays));
    return { rows: this.rows, columns };
  }
}

export const periodLimits = {
  /** Person-period rows of a training; beyond, every so many customers only. */
  rows: 400_000,
} as const;

export type Periods = { readonly matrix: Matrix; readonly answers: Uint8Array; readonly answer: string };

/**
 * Whole weeks counted back from a day, each customer's from their first purchase on.
 * @param day the last that is observed
 */
export function personPeriods(histories: Histories, day: number): Periods {
  const { ids, starts, days, amounts } = histories;
  let all = 0;
  for (let customer = 0; customer < ids.length; customer += 1) all += Math.floor((day - days[starts[customer]!]!) / week);
  const step = Math.max(1, Math.ceil(all / periodLimits.rows));
  const builder = new RowBuilder();
  for (let customer = 0; customer < ids.length; customer += step) {
    const past = new Past();
    let at = starts[customer]!;
    const weeks = Math.floor((day - days[at]!) / week);
    for (let left = weeks; left > 0; left -= 1) {
      const now = day - left * week;
      for (; at < starts[customer + 1]! && days[at]! <= now; at += 1) past.add(days[at]!, amounts[at]!);
      builder.add(past, now);
      builder.answers.push(at < starts[customer + 1]! && days[at]! <= now + week ? 1 : 0);
    }
  }
  return { matrix: builder.done(), answers: Uint8Array.from(builder.answers), answer };
}

/** The weeks after a day for customers who go on not buying: `weeks` rows for each of them, one after the other. */
export function weeksAhead(histories: Histories, customers: { from: number; to: number }, day: number, weeks: number): Matrix {
  const { starts, days, amounts } = histories;
  const builder = new RowBuilder();
  for (let customer = customers.from; customer < customers.to; customer += 1) {
    const past = new Past();
    for (let at = starts[customer]!; at < starts[customer + 1]!; at += 1) past.add(days[at]!, amounts[at]!);
    for (let ahead = 0; ahead < weeks; ahead += 1) builder.add(past, day + ahead * week);
  }
  return builder.done();
}
