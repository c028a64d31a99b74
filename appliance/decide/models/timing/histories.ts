// Purchase histories in columns: for each customer the days on which they bought, in order. What a forecast may know at a day is cut out here, and
// nowhere else, so that no forecast sees a purchase that came after it.

import { Fault } from '../../../core/errors.ts';

/** Customer c bought on `days[starts[c]]` to `days[starts[c + 1] - 1]`, rising strictly; days since 1970. */
export type Histories = {
  readonly ids: readonly string[];
  readonly starts: Int32Array;
  readonly days: Int32Array;
  /** NaN where the amount is not known. */
  readonly amounts: Float64Array;
};

/** As the BG/NBD sees a customer: repeat purchases, weeks from the first to the last, weeks from the first to now. */
export type Customer = { readonly frequency: number; readonly recency: number; readonly age: number };

export const week = 7;

/** @throws {Fault} `bad_request` naming the customer whose days do not rise, or the column whose length is wrong */
export function checkHistories({ ids, starts, days, amounts }: Histories): void {
  if (starts.length !== ids.length + 1 || starts[0] !== 0 || starts.at(-1) !== days.length || amounts.length !== days.length)
    throw new Fault('bad_request', 'histories: starts, days and amounts do not fit each other');
  for (let customer = 0; customer < ids.length; customer += 1) {
    if (starts[customer + 1]! <= starts[customer]!) throw new Fault('bad_request', `customer ${customer}: expected a purchase`);
    for (let at = starts[customer]! + 1; at < starts[customer + 1]!; at += 1)
      if (days[at]! <= days[at - 1]!) throw new Fault('bad_request', `customer ${customer}: expected days that rise`);
  }
}

/** Customers who had bought by a day, with what they had bought by then. @returns `from`: their numbers in what was given */
export function upTo(histories: Histories, day: number): Histories & { readonly from: Int32Array } {
  const from: number[] = [];
  const starts = [0];
  const kept: number[] = [];
  for (let customer = 0; customer < histories.ids.length; customer += 1) {
    const before = kept.length;
    for (let at = histories.starts[customer]!; at < histories.starts[customer + 1]! && histories.days[at]! <= day; at += 1)
      kept.push(at);
    if (kept.length === before) continue;
    from.push(customer);
    starts.push(kept.length);
  }
  return {
    ids: from.map((customer) => histories.ids[customer]!),
    starts: Int32Array.from(starts),
    days: Int32Array.from(kept, (at) => histories.days[at]!),
    amounts: Float64Array.from(kept, (at) => histories.amounts[at]!),
    from: Int32Array.from(from),
  };
}

/** @param day the last that is observed: no purchase lies after it */
export function customersAt({ ids, starts, days }: Histories, day: number): Customer[] {
  return ids.map((_, customer) => {
    const [first, last] = [days[starts[customer]!]!, days[starts[customer + 1]! - 1]!];
    return {
      frequency: starts[customer + 1]! - starts[customer]! - 1,
      recency: (last - first) / week,
      age: (day - first) / week,
    };
  });
}

/** Days from a day to the first purchase after it; Infinity where there is none. */
export function daysUntilNext({ starts, days }: Histories, customer: number, day: number): number {
  for (let at = starts[customer]!; at < starts[customer + 1]!; at += 1) if (days[at]! > day) return days[at]! - day;
  return Number.POSITIVE_INFINITY;
}
