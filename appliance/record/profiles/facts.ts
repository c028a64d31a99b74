// One person as rules, features and scores ask for them: put together from the records' states, and nothing of it before it is asked for,
// since most questions are about a few parts and are asked of many people.

import type { ConsentRecord } from '../../core/model/consent.ts';
import type { Json } from '../../core/model/event.ts';
import type { Held } from './cache.ts';
import type { RecordConfig } from './config.ts';
import { consentRecordOf } from './consent-record.ts';
import { goldenRecord, type Sources, traitOf } from './golden.ts';
import { claimName } from './identity/partition.ts';
import { type ActivityState, activity, isDoing, seenOf, timesOf } from './state/activity.ts';
import { claimList } from './state/claims.ts';
import { type CommerceState, commerce, ordersOf } from './state/commerce.ts';
import { combineComputed, computedUntilMs, readComputed } from './state/computed.ts';
import { addMicros, fromMicros } from './state/micros.ts';
import { isOpen, type Ticket, type TicketsState, tickets, ticketsOf } from './state/tickets.ts';

/** What facts are made of: a record with its state. */
export type FactsRecord = Pick<Held, 'recordId' | 'personId' | 'sourceId' | 'known' | 'createdAtMs' | 'state'>;
/** Placed and not cancelled; amounts in the node's one currency. */
export type OrderFact = { atMs: number; total: number; refunded: number; items: number; channel?: string };
/** `times` are the latest, the earliest of them first; all of them when as many as `count`. */
export type DidFact = { count: number; firstAtMs: number; times: readonly number[] };
export type TicketFact = Ticket & { open: boolean };

export class PersonFacts {
  readonly records: readonly FactsRecord[];
  readonly #config: RecordConfig;
  readonly #sources: Sources;
  readonly #traits = new Map<string, Json | undefined>();
  readonly #did = new Map<string, DidFact | undefined>();
  #activity: ActivityState | undefined;
  #doings: number[] | undefined;
  #commerce: CommerceState | undefined;
  #orders: OrderFact[] | undefined;
  #tickets: TicketsState | undefined;
  #computed: FactsRecord['state']['computed'] | undefined;

  /** @param records all of one person, at least one, ordered by id */
  constructor(records: readonly FactsRecord[], config: RecordConfig, sources: Sources) {
    this.records = records;
    this.#config = config;
    this.#sources = sources;
  }

  get personId(): number {
    return this.records[0]!.personId;
  }

  /** The golden record's value. */
  trait(name: string): Json | undefined {
    if (!this.#traits.has(name))
      this.#traits.set(name, traitOf(this.records, this.#config.survivorship, this.#sources, name)?.value);
    return this.#traits.get(name);
  }

  /** All traits of the golden record. */
  traits(): { [name: string]: Json } {
    const golden = goldenRecord(this.records, this.#config.survivorship, this.#sources);
    return Object.fromEntries(Object.entries(golden).map(([name, { value }]) => [name, value]));
  }

  /** A declared computed trait, and until when it stays so if nothing new is heard. */
  computed(name: string, nowMs: number): { value: Json | undefined; untilMs?: number } {
    const trait = this.#config.fold.computed.find((one) => one.name === name);
    if (!trait) return { value: undefined };
    this.#computed ??= combineComputed(this.records.map(({ state }) => state.computed));
    const value = readComputed(this.#computed, trait, nowMs)?.value;
    const untilMs = computedUntilMs(this.#computed, trait, nowMs);
    return { value, ...(untilMs !== undefined && { untilMs }) };
  }

  /** What they did of that name; undefined when never. Page views are `page`, screens `screen`. */
  did(name: string): DidFact | undefined {
    if (!this.#did.has(name)) {
      const did = this.#activityState().did[name];
      this.#did.set(name, did && { count: did.count, firstAtMs: did.firstAtMs, times: timesOf(did) });
    }
    return this.#did.get(name);
  }

  /** Times of what they did themselves, the earliest first. */
  doings(): readonly number[] {
    if (this.#doings) return this.#doings;
    const all: number[] = [];
    for (const name in this.#activityState().did) if (isDoing(name)) all.push(...this.did(name)!.times);
    this.#doings = all.sort((a, b) => a - b);
    return all;
  }

  /** Names of all that they did. */
  didNames(): string[] {
    return Object.keys(this.#activityState().did).sort();
  }

  channels(): string[] {
    return seenOf(this.#activityState(), 'channel');
  }

  devices(): string[] {
    return seenOf(this.#activityState(), 'device');
  }

  /** What any of the records claims of these kinds, each once; with a source where the kind is each source's own. */
  identifiers(kinds: ReadonlySet<string>): { kind: string; value: string; source?: number }[] {
    const found = new Map<string, { kind: string; value: string; source?: number }>();
    for (const { state } of this.records)
      for (const claim of claimList(state.claims)) {
        if (!kinds.has(claim.kind)) continue;
        const { kind, value, source } = claim;
        found.set(claimName(claim), { kind, value, ...(source !== undefined && { source }) });
      }
    return [...found.values()];
  }

  /** Names of the sources that know them. */
  sources(): string[] {
    return [...new Set(this.records.map(({ sourceId }) => this.#sources.nameOf(sourceId)))].sort();
  }

  /** The earliest first. */
  orders(): readonly OrderFact[] {
    this.#orders ??= ordersOf(this.#commerceState())
      .flatMap(({ placedAtMs, cancelledAtMs, total, refunds, lines, channel }): OrderFact[] => {
        if (placedAtMs === null || cancelledAtMs !== null) return [];
        const refunded = refunds.reduce((sum, { amount }) => addMicros(sum, amount ?? '0'), '0');
        const items = lines.reduce((sum, { quantity }) => sum + quantity, 0);
        const amounts = { total: fromMicros(total), refunded: fromMicros(refunded), items };
        return [{ atMs: placedAtMs, ...amounts, ...(channel !== undefined && { channel }) }];
      })
      .sort((a, b) => a.atMs - b.atMs);
    return this.#orders;
  }

  /** Moments at which something came back, the earliest first. */
  returns(): number[] {
    return ordersOf(this.#commerceState())
      .flatMap(({ refunds }) => refunds.map(({ atMs }) => atMs))
      .sort((a, b) => a - b);
  }

  /** The earliest first. */
  tickets(): TicketFact[] {
    return ticketsOf(this.#ticketsState())
      .map((ticket) => ({ ...ticket, open: isOpen(ticket) }))
      .sort((a, b) => (a.openedAtMs ?? a.lastAtMs) - (b.openedAtMs ?? b.lastAtMs));
  }

  /** How often something was sent, delivered, opened: `email opened` and the like. */
  messages(step: string): number {
    return this.records.reduce((sum, { state }) => sum + (state.messages.counts[step] ?? 0), 0);
  }

  get pageViews(): number {
    return this.records.reduce((sum, { state }) => sum + state.browsing.pageViews, 0);
  }

  /** Times of the first and latest event; undefined when there is none. */
  seenBetween(): { firstAtMs: number; lastAtMs: number; events: number } | undefined {
    let firstAtMs = Number.POSITIVE_INFINITY;
    let lastAtMs = Number.NEGATIVE_INFINITY;
    let events = 0;
    for (const { state } of this.records) {
      events += state.events.count;
      firstAtMs = Math.min(firstAtMs, state.events.firstAtMs ?? firstAtMs);
      lastAtMs = Math.max(lastAtMs, state.events.lastAtMs ?? lastAtMs);
    }
    return events === 0 ? undefined : { firstAtMs, lastAtMs, events };
  }

  /** For the consent gate. */
  consents(): ConsentRecord[] {
    return this.records.map(consentRecordOf);
  }

  #activityState(): ActivityState {
    this.#activity ??= this.records.map(({ state }) => state.activity).reduce(either(activity.combine));
    return this.#activity;
  }

  #commerceState(): CommerceState {
    this.#commerce ??= this.records.map(({ state }) => state.commerce).reduce(either(commerce.combine));
    return this.#commerce;
  }

  #ticketsState(): TicketsState {
    this.#tickets ??= this.records.map(({ state }) => state.tickets).reduce(either(tickets.combine));
    return this.#tickets;
  }
}

/** Without the index that `reduce` would pass along. */
function either<T>(combine: (left: T, right: T) => T): (left: T, right: T) => T {
  return (left, right) => combine(left, right);
}
