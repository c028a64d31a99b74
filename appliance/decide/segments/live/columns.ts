// Which columns of the customers' matrix hold what a rule asks. Only those that mean the same to the letter: of texts none, as a trait may be a
// number or a list, and a column of levels says neither.

import type { ColumnCatalogue, Measure } from '../rules/measure.ts';
import { columnCatalogue } from '../rules/measure.ts';

const last = (n: number) => ({ kind: 'last', n, unit: 'day' }) as const;
const days = [30, 90, 365] as const;

const entries: readonly { measure: Measure; column: string }[] = [
  { measure: { kind: 'order', which: 'first' }, column: 'first_order' },
  { measure: { kind: 'order', which: 'last' }, column: 'last_order' },
  { measure: { kind: 'orders', measure: 'count' }, column: 'orders' },
  { measure: { kind: 'orders', measure: 'spend' }, column: 'spend' },
  { measure: { kind: 'orders', measure: 'average' }, column: 'average_order' },
  { measure: { kind: 'orders', measure: 'largest' }, column: 'largest_order' },
  ...days.flatMap((n) => [
    { measure: { kind: 'orders', measure: 'count', in: last(n) } as const, column: `orders_${n}d` },
    { measure: { kind: 'orders', measure: 'spend', in: last(n) } as const, column: `spend_${n}d` },
  ]),
  { measure: { kind: 'moment', which: 'last', event: '*' }, column: 'last_active' },
  { measure: { kind: 'moment', which: 'last', event: 'Product Viewed' }, column: 'last_viewed' },
  { measure: { kind: 'times', event: 'Product Viewed', in: last(30) }, column: 'products_viewed_30d' },
  { measure: { kind: 'times', event: 'Product Added', in: last(30) }, column: 'carts_30d' },
  { measure: { kind: 'times', event: 'Checkout Started', in: last(30) }, column: 'checkouts_30d' },
  { measure: { kind: 'times', event: 'Products Searched', in: last(90) }, column: 'searches_90d' },
  { measure: { kind: 'times', event: 'Email Link Clicked', in: last(90) }, column: 'message_clicks_90d' },
  { measure: { kind: 'complaints' }, column: 'complaints' },
  { measure: { kind: 'complaints', in: last(90) }, column: 'complaints_90d' },
  { measure: { kind: 'moment', which: 'last', event: 'Complaint Filed' }, column: 'last_complaint' },
  { measure: { kind: 'openTickets' }, column: 'open_tickets' },
  { measure: { kind: 'birthday' }, column: 'birthday' },
];

const numbers = new Set(['count', 'sum', 'average', 'distinct']);

/** @param computed the node's declared computed traits */
export function customerColumns(computed: readonly { readonly name: string; readonly operation: string }[]): ColumnCatalogue {
  const own = computed.flatMap(({ name, operation }) =>
    numbers.has(operation) ? [{ measure: { kind: 'computed', name } as const, column: `computed_${name}` }] : [],
  );
  return columnCatalogue([...entries, ...own]);
}

/** The column of a segment or of the gate's answer, laid beside the matrix for one question. */
export const flagColumn = (of: { segment: string } | { purpose: string; channel?: string }): string =>
  'segment' in of ? `in segment ${of.segment}` : `may be used for ${of.purpose} ${of.channel ?? '*'}`;
