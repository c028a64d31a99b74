// A customer as the API gives one: values come masked as policies say, and a value that is hidden is not there at all.

import { useQuery } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client.ts';
import type { Words } from '../../words/words.ts';

export type Golden = {
  value: unknown;
  source: string;
  recordId: number;
  observedAtMs: number;
  decidedBy: string;
  others?: { value: unknown; source: string; recordId: number; observedAtMs: number; lostBy: string; times: number }[];
};
export type Line = { product: string; quantity: number; name?: string; price?: number };
export type Order = {
  orderId: string;
  placedAtMs: number | null;
  cancelledAtMs: number | null;
  total: number;
  currency?: string;
  channel?: string;
  lines: Line[];
};
export type Ticket = {
  ticketId: string;
  open: boolean;
  openedAtMs: number | null;
  subject?: string;
  category?: string;
  complaint: boolean;
};
export type Happening = { kind: string; name?: string; messageId: string; occurredAtMs: number; source: string };

export type Profile = {
  id: string;
  records: { recordId: number; source: string; known: boolean; createdAtMs: number; events: number }[];
  traits: { [name: string]: Golden };
  computed: { [name: string]: { value: unknown } };
  identifiers: { kind: string; value: string; source?: string; lastAtMs: number; records: number[] }[];
  consents: { purpose: string; channel: string; status: string; atMs: number }[];
  orders: Order[];
  cart: Line[];
  tickets: Ticket[];
  totals: { orders: number; revenue: number; refunds: number; refunded: number; complaints: number };
  events: { count: number; firstAtMs: number; lastAtMs: number };
  households: { personId: string; via: { kind: string; value: string }[] }[];
  scores?: { score: string; value: number; version: string; atMs: number; reasons: Words[] }[];
  segments?: { segment: string; sinceMs: number }[];
  timeline?: { events: Happening[]; next?: string };
};

export const useFound = (identifier: string) =>
  useQuery({
    queryKey: ['profiles', 'search', identifier],
    // In the body: an address stands in logs and histories.
    queryFn: async () =>
      (await unwrap(api.POST('/api/profiles/search', { body: { identifier } }))) as unknown as { profiles: Profile[] },
    enabled: identifier !== '',
  });

export const useProfile = (id: string) =>
  useQuery({
    queryKey: ['profiles', id],
    queryFn: async () =>
      (await unwrap(api.GET('/api/profiles/{id}', { params: { path: { id }, query: { timeline: 50 } } }))) as unknown as Profile,
  });

/** Whether policies show it with signs in place of most of it. */
export const isMasked = (value: unknown): boolean => JSON.stringify(value ?? null).includes('**');

/** A value as people read one. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (Array.isArray(value)) return value.map(shown).join(', ');
  if (typeof value === 'object') return Object.values(value).map(shown).join(' ');
  return String(value);
}

export const nameOf = ({ traits, id }: Pick<Profile, 'traits' | 'id'>): string =>
  traits.name
    ? shown(traits.name.value)
    : [traits.last_name, traits.first_name]
        .filter(Boolean)
        .map((part) => shown(part!.value))
        .join(' ') || id;
