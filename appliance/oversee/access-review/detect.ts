// The detectors: what one more entry of the audit log makes unusual, given what its actor did before. Pure; what is remembered of an actor is
// bounded, so that the log need never be read again.

import type { AuditView } from '../../core/audit/audit.ts';
import type { AccessReviewSettings } from '../../core/model/access-review.ts';
import { dayOf, isWithinHours } from './hours.ts';
import { threshold } from './threshold.ts';

export const kinds = [
  'honey',
  'own_family_name',
  'many_profiles',
  'outside_hours',
  'no_open_case',
  'refusals',
  'break_glass',
] as const;
export type Kind = (typeof kinds)[number];
export type Severity = 'low' | 'medium' | 'high';

/** Something unusual. Signals of one actor, day and key are one finding. */
export type Signal = {
  kind: Kind;
  severity: Severity;
  /** The customer, where it is about one. */
  about?: number;
  /** Entries of the log. */
  entries: number[];
  /** How many there were, and how many are usual. */
  count?: number;
  usual?: number;
};

/** What is known beyond the log when an entry is judged. */
export type Circumstances = {
  isHoney: boolean;
  hasOwnFamilyName: boolean;
  /** undefined where nobody asked. */
  hasOpenCase: boolean | undefined;
};

/** What is remembered of one actor. */
export type Actor = {
  /** Customers within the window, in the order of the last look at each: number, time, entry. */
  seen: Map<number, { atMs: number; seq: number }>;
  day: string;
  /** The most customers within one window today, and on days before, the latest last. */
  peak: number;
  peaks: number[];
  refusals: { atMs: number; seq: number; times: number }[];
  /** Findings of today by key. */
  open: { [key: string]: number };
};

export const actorLimits = {
  /** Days that the usual is told by. */
  peaks: 60,
  /** Customers and refusals remembered at once; the settings stay below. */
  seen: 2_000,
  refusals: 1_000,
  /** Entries named in one finding. */
  entries: 200,
} as const;

export const newActor = (): Actor => ({ seen: new Map(), day: '', peak: 0, peaks: [], refusals: [], open: {} });

const timeZoneWithoutHours = 'UTC';
/** Looking at the log and at findings is no look at a customer. */
const overseeing = /^(audit|access-review)\./;
const refused =
  /^(refused$|failed:(forbidden|unauthenticated|wrong_|sign_in_failed|too_many_attempts|not_proven|cross_site|link_invalid|step_up_needed|approval_needed))/;
const breakGlass = /break-?glass/;

export const isPerson = (actor: string): boolean => actor.startsWith('person ');
/** People, and whoever holds the access token: those who ought to keep to working hours. */
const keepsHours = (actor: string): boolean => isPerson(actor) || actor === 'operator';
/** The node itself, and customers who look after their own consents. */
const isNobody = (actor: string): boolean => actor === 'system' || actor === 'customer' || actor === 'unknown';

/** The customer whom an entry says was read or changed. */
export function touched(entry: AuditView): number | undefined {
  if (entry.person === undefined || entry.unreadable || overseeing.test(entry.action)) return undefined;
  if (entry.outcome !== 'allowed' && entry.outcome !== 'attempted') return undefined;
  return Number(entry.person.slice(1));
}

/** Adds the entry to what is remembered of its actor. */
export function detect(actor: Actor, entry: AuditView, settings: AccessReviewSettings, known: Circumstances): Signal[] {
  if (entry.actor === 'system') return [];
  beginDay(actor, dayOf(entry.atMs, settings.hours?.timeZone ?? timeZoneWithoutHours));
  const about = touched(entry);
  const entries = [entry.seq];
  const signals: Signal[] = [];
  if (about !== undefined && known.isHoney) signals.push({ kind: 'honey', severity: 'high', about, entries });
  if (about !== undefined && known.hasOwnFamilyName)
    signals.push({ kind: 'own_family_name', severity: 'medium', about, entries });
  if (about !== undefined && !isNobody(entry.actor)) signals.push(...manyProfiles(actor, entry, about, settings));
  if (about !== undefined && settings.hours && keepsHours(entry.actor) && !isWithinHours(settings.hours, entry.atMs))
    signals.push({ kind: 'outside_hours', severity: 'medium', entries, count: 1 });
  if (about !== undefined && known.hasOpenCase === false)
    signals.push({ kind: 'no_open_case', severity: 'low', entries, count: 1 });
  if (refused.test(entry.outcome)) signals.push(...refusals(actor, entry, settings));
  else if (breakGlass.test(entry.action) || breakGlass.test(entry.policy ?? ''))
    signals.push({ kind: 'break_glass', severity: 'high', entries, count: 1 });
  return signals;
}

function beginDay(actor: Actor, day: string): void {
  if (actor.day === day) return;
  if (actor.peak > 0) actor.peaks = [...actor.peaks, actor.peak].slice(-actorLimits.peaks);
  actor.day = day;
  actor.peak = 0;
  actor.open = {};
}

function manyProfiles(actor: Actor, { atMs, seq }: AuditView, about: number, settings: AccessReviewSettings): Signal[] {
  const { windowMinutes, most } = settings.manyProfiles;
  const { seen } = actor;
  const before = seen.size;
  seen.delete(about);
  seen.set(about, { atMs, seq });
  for (const [customer, look] of seen) {
    if (look.atMs > atMs - windowMinutes * 60_000 && seen.size <= actorLimits.seen) break;
    seen.delete(customer);
  }
  actor.peak = Math.max(actor.peak, seen.size);
  const usual = threshold(actor.peaks, settings.manyProfiles);
  if (seen.size < Math.min(usual, most)) return [];
  // The look that goes beyond names all that led there; each further one itself.
  const entries = before < seen.size && before < Math.min(usual, most) ? [...seen.values()].map((look) => look.seq) : [seq];
  const severity = seen.size >= most ? 'high' : 'medium';
  return [{ kind: 'many_profiles', severity, entries, count: seen.size, usual: Math.min(usual, most) }];
}

function refusals(actor: Actor, { atMs, seq, times = 1 }: AuditView, settings: AccessReviewSettings): Signal[] {
  const { windowMinutes, most } = settings.refusals;
  actor.refusals = [...actor.refusals.filter((one) => one.atMs > atMs - windowMinutes * 60_000), { atMs, seq, times }];
  actor.refusals = actor.refusals.slice(-actorLimits.refusals);
  const count = actor.refusals.reduce((sum, one) => sum + one.times, 0);
  if (count < most) return [];
  const entries = count - times < most ? actor.refusals.map((one) => one.seq) : [seq];
  return [{ kind: 'refusals', severity: 'medium', entries, count, usual: most }];
}
