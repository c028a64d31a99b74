// Service tickets and complaints of one customer, gathered from the desk's events by ticket id.

import type { Event } from '../../../core/model/event.ts';
import { asText, dictionary, isLater, keepLatest, type Stamp, stampOf } from './stamp.ts';

/** Tickets kept, the latest ones; the counters go on. */
export const ticketLimits = { perRecord: 200 } as const;

export type Ticket = Stamp & {
  openedAtMs: number | null;
  resolvedAtMs: number | null;
  reopenedAtMs: number | null;
  replies: number;
  complaint: boolean;
  subject?: string;
  category?: string;
  priority?: string;
  /** Stamps of the words above, so that the latest given stays whatever the order of arrival. */
  wordsBy: Stamp;
};
export type TicketsState = { tickets: { [ticketId: string]: Ticket }; complaints: number };

const steps = new Set([
  'Ticket Created',
  'Ticket Replied',
  'Ticket Updated',
  'Ticket Resolved',
  'Ticket Closed',
  'Ticket Reopened',
  'Complaint Filed',
]);

export const tickets = {
  empty: (): TicketsState => ({ tickets: dictionary(), complaints: 0 }),

  fold(state: TicketsState, event: Event): void {
    if (event.name === undefined || !steps.has(event.name)) return;
    if (event.name === 'Complaint Filed') state.complaints += 1;
    const id = asText(event.properties?.ticket_id ?? event.properties?.ticketId ?? event.properties?.complaint_id);
    if (id === undefined) return;
    const mine = state.tickets[id];
    const step = ticketOf(event);
    state.tickets[id] = mine ? merged(mine, step) : step;
    keepLatest(state.tickets, ticketLimits.perRecord);
  },

  combine(left: TicketsState, right: TicketsState): TicketsState {
    const all = dictionary(left.tickets);
    for (const [id, theirs] of Object.entries(right.tickets)) {
      const mine = all[id];
      all[id] = mine ? merged(mine, theirs) : theirs;
    }
    keepLatest(all, ticketLimits.perRecord);
    return { tickets: all, complaints: left.complaints + right.complaints };
  },
};

function ticketOf(event: Event): Ticket {
  const stamp = stampOf(event);
  const subject = asText(event.properties?.subject);
  const category = asText(event.properties?.category);
  const priority = asText(event.properties?.priority);
  return {
    ...stamp,
    openedAtMs: event.name === 'Ticket Created' || event.name === 'Complaint Filed' ? event.occurredAtMs : null,
    resolvedAtMs: event.name === 'Ticket Resolved' || event.name === 'Ticket Closed' ? event.occurredAtMs : null,
    reopenedAtMs: event.name === 'Ticket Reopened' ? event.occurredAtMs : null,
    replies: event.name === 'Ticket Replied' ? 1 : 0,
    complaint: event.name === 'Complaint Filed',
    ...(subject !== undefined && { subject }),
    ...(category !== undefined && { category }),
    ...(priority !== undefined && { priority }),
    wordsBy: subject !== undefined || category !== undefined || priority !== undefined ? stamp : { atMs: 0, by: '' },
  };
}

function merged(a: Ticket, b: Ticket): Ticket {
  const latest = isLater(b, a) ? b : a;
  const words = isLater(b.wordsBy, a.wordsBy) ? b : a;
  return {
    atMs: latest.atMs,
    by: latest.by,
    openedAtMs: least(a.openedAtMs, b.openedAtMs),
    resolvedAtMs: most(a.resolvedAtMs, b.resolvedAtMs),
    reopenedAtMs: most(a.reopenedAtMs, b.reopenedAtMs),
    replies: a.replies + b.replies,
    complaint: a.complaint || b.complaint,
    ...(words.subject !== undefined && { subject: words.subject }),
    ...(words.category !== undefined && { category: words.category }),
    ...(words.priority !== undefined && { priority: words.priority }),
    wordsBy: words.wordsBy,
  };
}

export function isOpen(ticket: Ticket): boolean {
  return ticket.resolvedAtMs === null || (ticket.reopenedAtMs !== null && ticket.reopenedAtMs > ticket.resolvedAtMs);
}

function least(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}

function most(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}
