// One person's standing with Morninglight as the weeks pass: which records they act under, what they have agreed to, what
// grieves them, what is due to happen to them. The systems read and change it; behaviour.ts moves it on.

import { sampleStartMs, sampleWeeks, weekMs, weekStartMs } from './calendar.ts';
import type { Person } from './people.ts';
import type { SampleRecord } from './records.ts';
import type { Scribe } from './scribe.ts';
import type { SampleSource } from './sources.ts';
import type { Device } from './systems/devices.ts';

export type Purpose = 'marketing_email' | 'marketing_sms' | 'profiling' | 'analytics';

export type Life = {
  readonly seed: number;
  readonly person: Person;
  readonly scribe: Scribe;
  /** All records, the desk's joining at the first call. In order of creation within a system. */
  readonly records: SampleRecord[];
  /** Records already told to the node. */
  readonly announced: Set<string>;
  readonly devices: Device[];
  /** Purposes agreed to, with the source that was told, and since when. */
  readonly consents: Map<Purpose, { source: SampleSource; sinceMs: number }>;
  /** What is due, in no order; looked through once a week. */
  agenda: { atMs: number; run: () => void }[];
  grief: number;
  /** The moment of the last visit, once the decision to leave has fallen. */
  leavesAtMs: number | undefined;
  decidedAtMs: number | undefined;
  readonly bank: { creditCard: boolean; loanUntilMs: number; open: boolean };
};

export function hasLeft(life: Life, atMs: number): boolean {
  return life.leavesAtMs !== undefined && atMs >= life.leavesAtMs;
}

/** Puts off until its week; what lies beyond the sample's end is forgotten. */
export function later(life: Life, atMs: number, run: () => void): void {
  if (weekOf(atMs) < sampleWeeks) life.agenda.push({ atMs, run });
}

/** Lets everything happen that is due by the week's end, and what comes of it within the week. */
export function runAgenda(life: Life, week: number): void {
  const endMs = weekStartMs(week + 1);
  for (;;) {
    const due = life.agenda.filter((item) => item.atMs < endMs);
    if (due.length === 0) return;
    life.agenda = life.agenda.filter((item) => item.atMs >= endMs);
    for (const item of due.sort((a, b) => a.atMs - b.atMs)) item.run();
  }
}

export function agreesTo(life: Life, purpose: Purpose, atMs: number): boolean {
  const consent = life.consents.get(purpose);
  return consent !== undefined && consent.sinceMs <= atMs;
}

/** The record that a person acts under in a system at a moment: the newer one, if there are two. */
export function recordIn(life: Life, source: SampleSource, atMs: number): SampleRecord | undefined {
  let found: SampleRecord | undefined;
  for (const record of life.records) if (record.source === source && record.createdAtMs <= atMs) found = record;
  return found;
}

export function weekOf(atMs: number): number {
  return Math.floor((atMs - sampleStartMs) / weekMs);
}
