// Whom a rule is asked about, as the rules see them: an interface that the caller fills from a profile, a row or a test. Rules read it and
// nothing else, so that evaluating is a pure function.

import type { Json } from '../../../core/model/event.ts';

/** One thing done, or `count` of them at one moment where only that is known. */
export type Occurrence = {
  readonly atMs: number;
  readonly count?: number;
  readonly properties?: { readonly [name: string]: Json };
};

/** An answer, and until when it holds if nothing new is heard; for good when absent. */
export type Held<T> = { readonly value: T; readonly untilMs?: number };

export type Subject = {
  /** The golden record's value. */
  trait(name: string): Json | undefined;
  /** The computed trait's value at that time; a window says until when, at the latest its next midnight. */
  computed(name: string, nowMs: number): Held<Json | undefined>;
  /**
   * Everything of that name that is known, the earliest first; `*`: all that the customer did. Complaints are `Complaint Filed`.
   * @param withProperties asked for by conditions on properties alone: they are dearer to read
   */
  events(name: string, withProperties?: boolean): readonly Occurrence[];
  /** Orders that were placed and not cancelled, the earliest first; amounts in the node's one currency. */
  orders(): readonly { readonly atMs: number; readonly total: number }[];
  openTickets(): number;
  /** Every source, channel, device or region that the customer is known by. */
  fact(name: 'source' | 'channel' | 'device' | 'region'): readonly string[];
  segment(name: string, nowMs: number): Held<boolean>;
  score(name: string): number | undefined;
  /** The consent gate's answer. @param channel undefined: any channel, as the gate understands it */
  consent(purpose: string, channel: string | undefined, nowMs: number): Held<boolean>;
};

/** Times of what was done, the earliest first; before them `earlier` more, of which only the first moment is known. */
export type Times = { readonly at: readonly number[]; readonly earlier: number; readonly earlierAtMs: number };

/** A subject whose events are at hand as plain times, for asking many rules about it. */
export type TimedSubject = Subject & {
  times(name: string): Times;
  /** The day of birth; undefined where none is known. */
  born(): number | undefined;
  /** As `consent`. @param key the same for the same purpose and channel, so that nobody puts it together again and again */
  allowed(key: string, purpose: string, channel: string | undefined, nowMs: number): Held<boolean>;
};

/** The event that a complaint is. */
export const complaintEvent = 'Complaint Filed';
