// The sample's time: eighteen months that end on a fixed date, the year's seasons as a retailer in China feels them, and the
// hours at which people shop. China has one zone and no clock changes, so local time is UTC plus eight hours.

import type { Rng } from './random.ts';

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
export const weekMs = 7 * dayMs;
const zoneMs = 8 * hourMs;

/** 2026-11-01T00:00:00+08:00. Nothing in the sample happens or arrives at or after it. */
export const sampleEndMs = Date.UTC(2026, 9, 31, 16);
/** 78 weeks, eighteen months: the longest that a person's history goes back. */
export const sampleWeeks = 78;
export const sampleStartMs = sampleEndMs - sampleWeeks * weekMs;

export function weekStartMs(week: number): number {
  return sampleStartMs + week * weekMs;
}

/** The local date of a moment: `2026-03-09`. */
export function localDate(ms: number): string {
  return new Date(ms + zoneMs).toISOString().slice(0, 10);
}

/** Local time as tills and clerks write it: `2026-03-09 14:05:09`. */
export function localTime(ms: number): string {
  return new Date(ms + zoneMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** Local midnight at or before a moment. */
export function localMidnightMs(ms: number): number {
  return Math.floor((ms + zoneMs) / dayMs) * dayMs - zoneMs;
}

// From and to (month * 100 + day, both included), how much more people buy online, and in a store.
const seasons: readonly (readonly [from: number, to: number, shop: number, store: number])[] = [
  [601, 620, 1.9, 1.1],
  [801, 831, 0.85, 0.85],
  [928, 1007, 1.1, 1.5],
  [1021, 1031, 1.3, 1],
  [1101, 1113, 2.3, 1.2],
  [1208, 1213, 1.4, 1.1],
  [1220, 1231, 1.2, 1.3],
];
// The days of the Spring Festival in the sample's years: two weeks of buying before it, a week of quiet after.
const springFestivals = [Date.UTC(2026, 1, 17) - zoneMs];

/** How busy a moment is beside an ordinary week, 1 being ordinary. */
export function season(ms: number, where: 'shop' | 'store'): number {
  for (const festival of springFestivals) {
    const days = (ms - festival) / dayMs;
    if (days >= -16 && days < -2) return where === 'shop' ? 1.5 : 1.8;
    if (days >= -2 && days < 6) return where === 'shop' ? 0.5 : 0.6;
  }
  const date = new Date(ms + zoneMs);
  const monthAndDay = (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
  const found = seasons.find(([from, to]) => monthAndDay >= from && monthAndDay <= to);
  return found ? found[where === 'shop' ? 2 : 3] : 1;
}

// Share of a day's visits by local hour.
const shopHours = [4, 2, 1, 1, 1, 1, 3, 6, 8, 9, 10, 11, 14, 12, 9, 9, 9, 9, 10, 13, 18, 20, 17, 9];
const storeHours = [0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 6, 8, 8, 7, 7, 8, 9, 11, 14, 13, 9, 4, 0, 0];
const officeHours = [0, 0, 0, 0, 0, 0, 0, 0, 2, 12, 14, 11, 4, 6, 12, 13, 12, 8, 3, 2, 1, 0, 0, 0];
const hours = { shop: shopHours, store: storeHours, office: officeHours } as const;
const hourEntries = Object.fromEntries(
  Object.entries(hours).map(([where, shares]) => [where, shares.map((share, hour) => [hour, share] as const)]),
) as Record<keyof typeof hours, (readonly [number, number])[]>;
// Local days of the week that the sample's weeks start on: Sunday first, as 2026-11-01 is one.
const shopDays = [1.3, 0.9, 0.9, 0.9, 0.9, 1, 1.2].map((share, day) => [day, share] as const);
const storeDays = [1.9, 0.7, 0.7, 0.7, 0.8, 1, 1.8].map((share, day) => [day, share] as const);
const officeDays = [0.3, 1.3, 1.1, 1.1, 1, 1, 0.4].map((share, day) => [day, share] as const);
const days = { shop: shopDays, store: storeDays, office: officeDays } as const;

/** A likely moment within a week: weekday and hour by habit, the rest by chance. */
export function momentIn(rng: Rng, week: number, where: keyof typeof hours): number {
  const within = rng.weighted(hourEntries[where]) * hourMs + rng.below(hourMs);
  return weekStartMs(week) + rng.weighted(days[where]) * dayMs + within;
}
