// The 360° view: everything the node knows of one person, put together from its records' states when it is asked for.

import type { ConsentFact } from '../../core/model/consent.ts';
import type { CustomerDecisions } from '../../core/model/customer-decisions.ts';
import type { Json } from '../../core/model/event.ts';
import type { Held } from './cache.ts';
import type { RecordConfig } from './config.ts';
import { type GoldenRecord, goldenRecord, type Sources } from './golden.ts';
import { nameKind } from './identity/names.ts';
import { claimName } from './identity/partition.ts';
import { type Viewed, viewedOf } from './state/browsing.ts';
import { type ClaimSeen, claimList } from './state/claims.ts';
import { type Line, openCart, ordersOf } from './state/commerce.ts';
import { readComputed } from './state/computed.ts';
import { addMicros, fromMicros } from './state/micros.ts';
import { dictionary } from './state/stamp.ts';
import { combineStates, type RecordState } from './state/state.ts';
import { isOpen, ticketsOf } from './state/tickets.ts';

export type IdentifierView = {
  kind: string;
  value: string;
  source?: string;
  firstAtMs: number;
  lastAtMs: number;
  records: number[];
};
export type Household = { personId: string; via: { kind: string; value: string }[] };
export type ProfileView = {
  id: string;
  records: { recordId: number; source: string; known: boolean; createdAtMs: number; events: number }[];
  traits: GoldenRecord;
  computed: { [name: string]: { value: Json; atLeast?: true } };
  identifiers: IdentifierView[];
  consents: Omit<ConsentFact, 'by'>[];
  orders: OrderView[];
  returns: { orderId: string; atMs: number; amount: number | null }[];
  cart: Line[];
  tickets: TicketView[];
  messages: { counts: { [name: string]: number }; recent: { atMs: number; channel: string; step: string; campaign?: string }[] };
  browsing: { pageViews: number; pages: Viewed[]; products: Viewed[] };
  totals: { orders: number; revenue: number; refunds: number; refunded: number; complaints: number };
  events: RecordState['events'];
  households: Household[];
} & CustomerDecisions;
export type OrderView = {
  orderId: string;
  placedAtMs: number | null;
  cancelledAtMs: number | null;
  total: number;
  currency?: string;
  channel?: string;
  lines: Line[];
  refunded: number;
};
export type TicketView = {
  ticketId: string;
  open: boolean;
  openedAtMs: number | null;
  resolvedAtMs: number | null;
  replies: number;
  complaint: boolean;
  subject?: string;
  category?: string;
  priority?: string;
};

/** Rows of each list in one view; the timeline has the rest. */
export const viewLimits = { orders: 50, tickets: 50, messages: 50 } as const;

export function personId(id: number): string {
  return `p${id}`;
}

/** @returns undefined when the text is not a person's or record's id */
export function parsePersonId(text: string): number | undefined {
  const digits = /^p?(\d{1,15})$/.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** @param records all records of one person, at least one, ordered by id */
export function profileView(
  records: readonly Held[],
  config: RecordConfig,
  sources: Sources,
  beside: { households: Household[]; decided: CustomerDecisions },
  nowMs: number,
): ProfileView {
  const state = combineStates(
    records.map((record) => record.state),
    config.fold.fingerprint,
  );
  return {
    id: personId(records[0]!.personId),
    records: records.map((record) => ({
      recordId: record.recordId,
      source: sources.nameOf(record.sourceId),
      known: record.known,
      createdAtMs: record.createdAtMs,
      events: record.state.events.count,
    })),
    traits: goldenRecord(records, config.survivorship, sources),
    computed: computedOf(state, config, nowMs),
    identifiers: identifiersOf(records, sources),
    consents: Object.values(state.consents.words)
      .map(({ by: _by, ...consent }) => consent)
      .sort((a, b) => byText(a.purpose, b.purpose) || byText(a.channel, b.channel)),
    ...commerceOf(state.commerce),
    tickets: ticketViews(state.tickets),
    messages: {
      counts: { ...state.messages.counts },
      recent: state.messages.recent.slice(0, viewLimits.messages).map(({ by: _by, ...message }) => message),
    },
    browsing: {
      pageViews: state.browsing.pageViews,
      pages: viewedOf(state.browsing.pages),
      products: viewedOf(state.browsing.products),
    },
    totals: {
      orders: state.commerce.totals.orders,
      revenue: fromMicros(state.commerce.totals.revenue),
      refunds: state.commerce.totals.refunds,
      refunded: fromMicros(state.commerce.totals.refunded),
      complaints: state.tickets.complaints,
    },
    events: state.events,
    households: beside.households,
    ...beside.decided,
  };
}

function computedOf(state: Pick<RecordState, 'computed'>, config: RecordConfig, nowMs: number): ProfileView['computed'] {
  const values: ProfileView['computed'] = dictionary();
  for (const trait of config.fold.computed) {
    const value = readComputed(state.computed, trait, nowMs);
    if (value !== undefined) values[trait.name] = value;
  }
  return values;
}

/** @param wanted leaves out the others */
export function identifiersOf(
  records: readonly Held[],
  sources: Sources,
  wanted: (claim: ClaimSeen) => boolean = () => true,
): IdentifierView[] {
  const all = new Map<string, IdentifierView>();
  for (const record of records) {
    for (const claim of claimList(record.state.claims)) {
      if (claim.kind === nameKind || !wanted(claim)) continue;
      const mine = all.get(claimName(claim));
      if (mine) {
        mine.firstAtMs = Math.min(mine.firstAtMs, claim.firstAtMs);
        mine.lastAtMs = Math.max(mine.lastAtMs, claim.lastAtMs);
        mine.records.push(record.recordId);
      } else {
        const { kind, value, source, firstAtMs, lastAtMs } = claim;
        const name = source === undefined ? undefined : sources.nameOf(source);
        all.set(claimName(claim), {
          kind,
          value,
          ...(name !== undefined && { source: name }),
          firstAtMs,
          lastAtMs,
          records: [record.recordId],
        });
      }
    }
  }
  return [...all.entries()].sort(([a], [b]) => byText(a, b)).map(([, identifier]) => identifier);
}

function commerceOf(commerce: RecordState['commerce']): Pick<ProfileView, 'orders' | 'returns' | 'cart'> {
  const all = ordersOf(commerce);
  const orders = all
    .filter((order) => order.placedAtMs !== null || order.cancelledAtMs !== null)
    .sort((a, b) => (b.placedAtMs ?? b.lastAtMs) - (a.placedAtMs ?? a.lastAtMs) || byText(a.orderId, b.orderId))
    .slice(0, viewLimits.orders)
    .map(({ lastAtMs: _last, refunds, total, ...order }): OrderView => {
      const refunded = refunds.reduce((sum, refund) => addMicros(sum, refund.amount ?? '0'), '0');
      return { ...order, total: fromMicros(total), refunded: fromMicros(refunded) };
    });
  const returns = all
    .flatMap(({ orderId, refunds }) =>
      refunds.map(({ atMs, amount }) => ({ orderId, atMs, amount: amount === null ? null : fromMicros(amount) })),
    )
    .sort((a, b) => b.atMs - a.atMs || byText(a.orderId, b.orderId));
  return { orders, returns, cart: openCart(commerce) };
}

function ticketViews(tickets: RecordState['tickets']): TicketView[] {
  return ticketsOf(tickets)
    .slice(0, viewLimits.tickets)
    .map((ticket) => {
      const { lastAtMs: _last, reopenedAtMs: _reopened, ticketId, ...rest } = ticket;
      return { ticketId, open: isOpen(ticket), ...rest };
    });
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
