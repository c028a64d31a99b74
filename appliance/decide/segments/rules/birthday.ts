// Birthdays and ages in whole days of the node's time zone. Who was born on 29 February has the birthday on 1 March in other years, as the
// consent gate counts it too.

import { dayMs, dayNumber } from './calendar.ts';

/** The day somebody was born, out of a trait. @returns its number, undefined when it tells no day */
export function bornOn(value: unknown): number | undefined {
  const date = typeof value === 'string' ? /^\d{4}-\d{2}-\d{2}(?=$|T)/.exec(value)?.[0] : undefined;
  const day = date === undefined ? Number.NaN : dayNumber(date);
  return Number.isNaN(day) ? undefined : day;
}

/** The day's anniversary so many years on. */
export function anniversary(day: number, years: number): number {
  const born = new Date(day * dayMs);
  return Date.UTC(born.getUTCFullYear() + years, born.getUTCMonth(), born.getUTCDate()) / dayMs;
}

const yearOf = (day: number) => new Date(day * dayMs).getUTCFullYear();

/** Whole years on a day; undefined before birth. */
export function ageOn(born: number, day: number): number | undefined {
  const years = yearOf(day) - yearOf(born);
  const age = anniversary(born, years) <= day ? years : years - 1;
  return age < 0 ? undefined : age;
}

/** Whether a birthday lies on the day or at most so many days after it. */
export function hasBirthdayWithin(born: number, day: number, days: number): boolean {
  const years = yearOf(day) - yearOf(born);
  return [years, years + 1].some((one) => {
    const next = anniversary(born, one);
    return next >= day && next <= day + days;
  });
}

/** Days after this one on which the answer of `hasBirthdayWithin` may change, in order; what follows repeats itself. */
export function birthdayEdges(born: number, day: number, days: number): number[] {
  const years = yearOf(day) - yearOf(born);
  const edges = [years - 1, years, years + 1, years + 2, years + 3].flatMap((one) => {
    const next = anniversary(born, one);
    return [next - days, next + 1];
  });
  return edges.filter((edge) => edge > day).sort((a, b) => a - b);
}
