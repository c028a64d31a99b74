// How features, segments and scores follow the record: one feed tells them, a customer at a time, that facts changed or that a moment came at
// which time alone changes something. They say until when what they made of it holds, so that nobody is asked again and again.

import type { Event } from './event.ts';

/** What made the feed tell. `time`: nothing is new but the clock. */
export type ChangeCause = 'event' | 'time' | 'all';

/** @typeParam Facts what the record knows of one person */
export type CustomerChange<Facts> = {
  personId: number;
  /** Of the matrix; it stays the same for as long as the person is there. */
  row: number;
  /** To be read before the next await: they go on changing. */
  facts: Facts;
  nowMs: number;
  cause: ChangeCause;
  /** With `event`: names of what was done and traits that were told. Anything may have changed with `all`. */
  events: readonly string[];
  traits: readonly string[];
  /** With `event`: those of the names that somebody looks into, as they are. Undefined when there were too many to keep. */
  lookedInto?: readonly CustomerEvent[];
  /** Events of the names asked for by `history`, with properties, the earliest first. */
  history: readonly CustomerEvent[];
};
export type CustomerEvent = Pick<Event, 'name' | 'kind' | 'occurredAtMs' | 'properties'>;

export type CustomerListener<Facts> = {
  /** Whether it wants to see events of this name as they are. */
  looksInto?(name: string): boolean;
  /** Names of events whose properties it needs with this change; none for most. */
  history?(change: CustomerChange<Facts>): readonly string[];
  /** @returns until when its answers hold if nothing is heard; Infinity for good */
  changed(change: CustomerChange<Facts>): number;
  /** The person is no more: erased, or part of another (`into`). The row may be another's soon. */
  gone(personId: number, row: number, into: number | undefined): void;
  /** Everybody has been told once since the start, or since what was told before could not be trusted. */
  caughtUp?(): void;
};
