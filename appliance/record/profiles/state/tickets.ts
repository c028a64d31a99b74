// Service tickets and complaints of one customer: what the desk's events said, step by step, put together by ticket id when
// it is read, so that no order of arrival and no limit makes two nodes tell a ticket differently.

import type { Event } from '../../../core/model/event.ts';
import { asText, insertLatest, mergeLatest, type Stamp } from './stamp.ts';

/** Steps kept, the latest ones; `complaints` counts all. */
export const ticketLimits = { steps: 200 } as const;

const stepNames = {
  'Ticket Created': 'opened',
  'Ticket Replied': 'replied',
  'Ticket Updated': 'updated',
  'Ticket Resolved': 'resolved',
  'Ticket Closed': 'resolved',
  'Ticket Reopened': 'reopened',
  'Complaint Filed': 'complained',
} as const;
const stepOf = new Map<string, TicketStep['step']>(Object.entries(stepNames));

type Words = { subject?: string; category?: string; priority?: string };
export type TicketStep = Stamp & Words & { ticketId: string; step: (typeof stepNames)[keyof typeof stepNames] };
/** `steps` latest first. */
export type TicketsState = { steps: TicketStep[]; complaints: number };

export type Ticket = Words & {
  ticketId: string;
  lastAtMs: number;
  openedAtMs: number | null;
  resolvedAtMs: number | null;
  reopenedAtMs: number | null;
  replies: number;
  complaint: boolean;
};

export const tickets = {
  empty: (): TicketsState => ({ steps: [], complaints: 0 }),

  fold(state: TicketsState, event: Event, stamp: Stamp): void {
    const step = event.name === undefined ? undefined : stepOf.get(event.name);
    if (step === undefined) return;
    if (step === 'complained') state.complaints += 1;
    const ticketId = asText(event.properties?.ticket_id ?? event.properties?.ticketId ?? event.properties?.complaint_id);
    if (ticketId === undefined) return;
    insertLatest(state.steps, { ...stamp, ticketId, step, ...wordsOf(event) }, ticketLimits.steps);
  },

  combine: (left: TicketsState, right: TicketsState): TicketsState => ({
    steps: mergeLatest(left.steps, right.steps, ticketLimits.steps),
    complaints: left.complaints + right.complaints,
  }),
};

/** The tickets, the one with the latest news first. Each word is the latest given. */
export function ticketsOf(state: TicketsState): Ticket[] {
  const all = new Map<string, Ticket>();
  for (const step of state.steps) {
    const mine = all.get(step.ticketId) ?? emptyTicket(step);
    all.set(step.ticketId, mine);
    const { atMs } = step;
    // Steps come latest first: the first one that says something is the latest, the last one the earliest.
    if (step.step === 'opened' || step.step === 'complained') mine.openedAtMs = atMs;
    if (step.step === 'resolved') mine.resolvedAtMs ??= atMs;
    if (step.step === 'reopened') mine.reopenedAtMs ??= atMs;
    if (step.step === 'replied') mine.replies += 1;
    if (step.step === 'complained') mine.complaint = true;
    if (step.subject !== undefined) mine.subject ??= step.subject;
    if (step.category !== undefined) mine.category ??= step.category;
    if (step.priority !== undefined) mine.priority ??= step.priority;
  }
  return [...all.values()];
}

export function isOpen(ticket: Ticket): boolean {
  return ticket.resolvedAtMs === null || (ticket.reopenedAtMs !== null && ticket.reopenedAtMs > ticket.resolvedAtMs);
}

function emptyTicket(step: TicketStep): Ticket {
  return {
    ticketId: step.ticketId,
    lastAtMs: step.atMs,
    openedAtMs: null,
    resolvedAtMs: null,
    reopenedAtMs: null,
    replies: 0,
    complaint: false,
  };
}

function wordsOf(event: Event): Words {
  const subject = asText(event.properties?.subject);
  const category = asText(event.properties?.category);
  const priority = asText(event.properties?.priority);
  return {
    ...(subject !== undefined && { subject }),
    ...(category !== undefined && { category }),
    ...(priority !== undefined && { priority }),
  };
}
