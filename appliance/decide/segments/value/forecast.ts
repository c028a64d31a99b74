// What customers were worth and are expected to be: orders as days and amounts become what the lifetime models are fitted to, and what these say of
// each customer becomes figures of all of them, tenth by tenth.

import { PurchaseLog } from '../files/purchases.ts';

/** Orders, one place each: whose (a number from 0), on which day since 1970, for how much. */
export type Orders = { customer: Int32Array; day: Int32Array; amount: Float64Array };

export type Table = {
  repeats: Float64Array;
  recencyDays: Float64Array;
  ageDays: Float64Array;
  total: Float64Array;
  meanRepeat: Float64Array;
  /** Days with an order after the last that is observed. */
  later: Float64Array;
};

/** @param untilDay the last that is observed */
export function tableOf({ orders, untilDay }: { orders: Orders; untilDay: number }): Table {
  const log = new PurchaseLog();
  for (let at = 0; at < orders.day.length; at += 1) log.add(String(orders.customer[at]!), orders.day[at]!, orders.amount[at]!);
  const { repeats, recencyDays, ageDays, total, meanRepeat, later } = log.customers(untilDay);
  return { repeats, recencyDays, ageDays, total, meanRepeat, later };
}

export type Week = { day: number; orders: number; customers: number; spend: number };

/** What was bought week by week, the last ending with the day given. */
export function weeksOf({ orders, lastDay, weeks }: { orders: Orders; lastDay: number; weeks: number }): Week[] {
  const first = lastDay - weeks * 7 + 1;
  const told = Array.from({ length: weeks }, (_, week) => ({
    day: first + week * 7,
    orders: 0,
    spend: 0,
    buyers: new Set<number>(),
  }));
  for (let at = 0; at < orders.day.length; at += 1) {
    const week = told[Math.floor((orders.day[at]! - first) / 7)];
    if (!week) continue;
    week.orders += 1;
    week.spend += orders.amount[at]!;
    week.buyers.add(orders.customer[at]!);
  }
  return told.map(({ buyers, ...week }) => ({ ...week, customers: buyers.size }));
}

export type Tenth = {
  /** From 1, the most valuable. */
  tenth: number;
  customers: number;
  /** Of all that is expected. */
  share: number;
  value: number;
  alive: number;
  expected: number;
  /** What these have spent so far, on average. */
  spent: number;
};

/** Customers by what they are expected to be worth, in ten parts; who has no value counts as 0. */
export function tenthsOf(task: {
  value: Float64Array;
  alive: Float64Array;
  expected: Float64Array;
  total: Float64Array;
}): Tenth[] {
  const { alive, expected, total } = task;
  const value = task.value.map((one) => (Number.isFinite(one) ? one : 0));
  const order = Uint32Array.from(value.keys()).sort((a, b) => value[b]! - value[a]!);
  const whole = value.reduce((sum, one) => sum + one, 0);
  const parts = Math.min(10, order.length);
  return Array.from({ length: parts }, (_, part) => {
    const own = order.subarray(Math.floor((part * order.length) / parts), Math.floor(((part + 1) * order.length) / parts));
    const mean = (values: Float64Array) => own.reduce((sum, row) => sum + values[row]!, 0) / own.length;
    const sum = own.reduce((so, row) => so + value[row]!, 0);
    return {
      tenth: part + 1,
      customers: own.length,
      share: whole === 0 ? 0 : sum / whole,
      value: mean(value),
      alive: mean(alive),
      expected: mean(expected),
      spent: mean(total),
    };
  });
}
