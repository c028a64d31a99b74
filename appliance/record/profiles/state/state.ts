// A record's state: what the events of one record add up to. Each part is a commutative monoid (empty, fold, combine), so
// late events and merges give what they would have given in order; property tests hold every part to it.

import type { ConsentState } from '../../../core/model/consent.ts';
import type { Event } from '../../../core/model/event.ts';
import type { Claim } from '../identity/partition.ts';
import { type ActivityState, activity } from './activity.ts';
import { type BrowsingState, browsing } from './browsing.ts';
import { type ClaimsState, claims } from './claims.ts';
import { type CommerceState, commerce } from './commerce.ts';
import { type ComputedState, type ComputedTrait, computed } from './computed.ts';
import { consents } from './consents.ts';
import { type MessagesState, messages } from './messages.ts';
import { stampOf } from './stamp.ts';
import { type TicketsState, tickets } from './tickets.ts';
import { type TraitsState, traits } from './traits.ts';

/** Written into every stored state; a state of another version or configuration is folded again from its events. */
export const stateVersion = 5;

export type RecordState = {
  version: number;
  /** Fingerprint of the declared computed traits the state was folded with. */
  fingerprint: string;
  events: Tally;
  traits: TraitsState;
  claims: ClaimsState;
  consents: ConsentState;
  commerce: CommerceState;
  tickets: TicketsState;
  messages: MessagesState;
  browsing: BrowsingState;
  activity: ActivityState;
  computed: ComputedState;
};

/** How many events, and between which times. An empty tally has firstAtMs = Infinity, kept as null in JSON. */
export type Tally = { count: number; firstAtMs: number | null; lastAtMs: number | null };

export type FoldConfig = { computed: readonly ComputedTrait[]; fingerprint: string };

export function emptyState(fingerprint: string): RecordState {
  return {
    version: stateVersion,
    fingerprint,
    events: { count: 0, firstAtMs: null, lastAtMs: null },
    traits: traits.empty(),
    claims: claims.empty(),
    consents: consents.empty(),
    commerce: commerce.empty(),
    tickets: tickets.empty(),
    messages: messages.empty(),
    browsing: browsing.empty(),
    activity: activity.empty(),
    computed: computed.empty(),
  };
}

/** Folds one event of a source into a state in place. The caller has dropped duplicates: the same event twice would count twice. */
export function foldEvent(state: RecordState, source: number, event: Event, found: readonly Claim[], config: FoldConfig): void {
  const stamp = stampOf(source, event);
  tally(state.events, event.occurredAtMs);
  claims.fold(state.claims, found, event);
  traits.fold(state.traits, event, stamp);
  consents.fold(state.consents, event, stamp);
  if (event.kind === 'track') {
    commerce.fold(state.commerce, event, stamp);
    tickets.fold(state.tickets, event, stamp);
    messages.fold(state.messages, event, stamp);
  }
  browsing.fold(state.browsing, event, stamp);
  activity.fold(state.activity, event);
  computed.fold(state.computed, event, stamp, config.computed);
}

/** The states of one person's records as one state. Survivorship of traits needs their sources, so it is done apart. */
export function combineStates(states: readonly RecordState[], fingerprint: string): Omit<RecordState, 'traits' | 'claims'> {
  const events: Tally = { count: 0, firstAtMs: null, lastAtMs: null };
  for (const state of states) {
    events.count += state.events.count;
    if (state.events.firstAtMs !== null) widen(events, state.events.firstAtMs);
    if (state.events.lastAtMs !== null) widen(events, state.events.lastAtMs);
  }
  return {
    version: stateVersion,
    fingerprint,
    events,
    consents: states.map((state) => state.consents).reduce(consents.combine, consents.empty()),
    commerce: states.map((state) => state.commerce).reduce(commerce.combine, commerce.empty()),
    tickets: states.map((state) => state.tickets).reduce(tickets.combine, tickets.empty()),
    messages: states.map((state) => state.messages).reduce(messages.combine, messages.empty()),
    browsing: states.map((state) => state.browsing).reduce(browsing.combine, browsing.empty()),
    activity: states.map((state) => state.activity).reduce(activity.combine, activity.empty()),
    computed: states.map((state) => state.computed).reduce(computed.combine, computed.empty()),
  };
}

/** State as it is stored, sealed in UTF-8. */
export function encodeState(state: RecordState): string {
  return JSON.stringify(state);
}

/** @returns the state, or undefined when it was folded by other rules and must be folded again from its events */
export function decodeState(bytes: Uint8Array, fingerprint: string): RecordState | undefined {
  const state = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')) as RecordState;
  if (state.version !== stateVersion || state.fingerprint !== fingerprint) return undefined;
  // Parsed JSON gives dictionaries a prototype, and a trait named `constructor` would be found there.
  Object.setPrototypeOf(state.traits, null);
  Object.setPrototypeOf(state.computed, null);
  Object.setPrototypeOf(state.activity.did, null);
  Object.setPrototypeOf(state.activity.seen.channel, null);
  Object.setPrototypeOf(state.activity.seen.device, null);
  return state;
}

function tally(events: Tally, atMs: number): void {
  events.count += 1;
  widen(events, atMs);
}

function widen(events: Tally, atMs: number): void {
  if (events.firstAtMs === null || atMs < events.firstAtMs) events.firstAtMs = atMs;
  if (events.lastAtMs === null || atMs > events.lastAtMs) events.lastAtMs = atMs;
}
