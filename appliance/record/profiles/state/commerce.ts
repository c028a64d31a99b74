// Orders, refunds and the open cart, by the field's usual event names. The cart is what was added and not taken out since
// the last order or clearing; it is kept as the operations themselves, so that late ones find their place.

import type { Event, JsonObject } from '../../../core/model/event.ts';
import { addMicros, type Micros, toMicros } from './micros.ts';
import { asNumber, asText, dictionary, isLater, keepLatest, type Stamp, stampOf } from './stamp.ts';

/** Orders and cart operations kept of one record, the latest ones. `totals` never forgets. */
export const commerceLimits = { orders: 200, cartOperations: 200, productsPerOrder: 100 } as const;

export type Line = { product: string; name?: string; quantity: number; price?: number };
export type Order = Stamp & {
  placedAtMs: number | null;
  cancelledAtMs: number | null;
  total: Micros;
  currency?: string;
  channel?: string;
  lines: Line[];
  /** Stamp of the words above. */
  wordsBy: Stamp;
  refunds: { [messageId: string]: { atMs: number; amount: Micros | null } };
};
export type CartOperation = Stamp & { product: string; name?: string; quantity: number; price?: number };
export type CommerceState = {
  orders: { [orderId: string]: Order };
  cart: { [messageId: string]: CartOperation };
  cartClearedAtMs: number | null;
  totals: { orders: number; revenue: Micros; refunds: number; refunded: Micros };
};

export const commerce = {
  empty: (): CommerceState => ({
    orders: dictionary(),
    cart: dictionary(),
    cartClearedAtMs: null,
    totals: { orders: 0, revenue: '0', refunds: 0, refunded: '0' },
  }),

  fold(state: CommerceState, event: Event): void {
    const properties = event.properties ?? {};
    switch (event.name) {
      case 'Product Added':
      case 'Product Removed':
        foldCart(state, event, properties);
        break;
      case 'Cart Cleared':
        clearCart(state, event.occurredAtMs);
        break;
      case 'Order Completed':
      case 'Order Updated':
      case 'Order Cancelled':
      case 'Order Refunded':
        foldOrder(state, event, properties);
        break;
    }
  },

  combine(left: CommerceState, right: CommerceState): CommerceState {
    const orders = dictionary(left.orders);
    for (const [id, theirs] of Object.entries(right.orders)) {
      const mine = orders[id];
      orders[id] = mine ? mergedOrder(mine, theirs) : theirs;
    }
    keepLatest(orders, commerceLimits.orders);
    const combined: CommerceState = {
      orders,
      cart: dictionary({ ...left.cart, ...right.cart }),
      cartClearedAtMs: left.cartClearedAtMs,
      totals: {
        orders: left.totals.orders + right.totals.orders,
        revenue: addMicros(left.totals.revenue, right.totals.revenue),
        refunds: left.totals.refunds + right.totals.refunds,
        refunded: addMicros(left.totals.refunded, right.totals.refunded),
      },
    };
    if (right.cartClearedAtMs !== null) clearCart(combined, right.cartClearedAtMs);
    else dropCleared(combined);
    return combined;
  },
};

/** What lies in the cart now: product to line, removals subtracted. */
export function openCart(state: CommerceState): Line[] {
  const lines = dictionary<Line & Stamp>();
  const operations = Object.values(state.cart).sort((a, b) => (isLater(a, b) ? 1 : -1));
  for (const operation of operations) {
    const line = lines[operation.product];
    const quantity = Math.max(0, (line?.quantity ?? 0) + operation.quantity);
    const name = operation.name ?? line?.name;
    const price = operation.price ?? line?.price;
    lines[operation.product] = {
      product: operation.product,
      quantity,
      atMs: operation.atMs,
      by: operation.by,
      ...(name !== undefined && { name }),
      ...(price !== undefined && { price }),
    };
  }
  return Object.values(lines)
    .filter((line) => line.quantity > 0)
    .map(({ atMs: _at, by: _by, ...line }) => line);
}

function foldCart(state: CommerceState, event: Event, properties: JsonObject): void {
  const product = asText(properties.product_id ?? properties.sku);
  if (product === undefined || (state.cartClearedAtMs !== null && event.occurredAtMs <= state.cartClearedAtMs)) return;
  const quantity = asNumber(properties.quantity) ?? 1;
  const name = asText(properties.name);
  const price = asNumber(properties.price);
  state.cart[event.messageId] = {
    ...stampOf(event),
    product,
    quantity: event.name === 'Product Added' ? quantity : -quantity,
    ...(name !== undefined && { name }),
    ...(price !== undefined && { price }),
  };
  keepLatest(state.cart, commerceLimits.cartOperations);
}

function clearCart(state: CommerceState, atMs: number): void {
  if (state.cartClearedAtMs === null || atMs > state.cartClearedAtMs) state.cartClearedAtMs = atMs;
  dropCleared(state);
}

function dropCleared(state: CommerceState): void {
  const clearedAtMs = state.cartClearedAtMs;
  if (clearedAtMs !== null) {
    for (const [id, operation] of Object.entries(state.cart)) if (operation.atMs <= clearedAtMs) delete state.cart[id];
  }
  keepLatest(state.cart, commerceLimits.cartOperations);
}

function foldOrder(state: CommerceState, event: Event, properties: JsonObject): void {
  const amount = toMicros(properties.total ?? properties.revenue ?? properties.value);
  if (event.name === 'Order Completed') {
    state.totals.orders += 1;
    state.totals.revenue = addMicros(state.totals.revenue, amount ?? '0');
    // An order in a store says nothing of the cart in the shop.
    if (properties.channel !== 'store') clearCart(state, event.occurredAtMs);
  } else if (event.name === 'Order Refunded') {
    state.totals.refunds += 1;
    state.totals.refunded = addMicros(state.totals.refunded, amount ?? '0');
  }
  const id = asText(properties.order_id ?? properties.orderId);
  if (id === undefined) return;
  const step = orderOf(event, properties, amount);
  const mine = state.orders[id];
  state.orders[id] = mine ? mergedOrder(mine, step) : step;
  keepLatest(state.orders, commerceLimits.orders);
}

function orderOf(event: Event, properties: JsonObject, amount: Micros | undefined): Order {
  const stamp = stampOf(event);
  const tells = event.name === 'Order Completed' || event.name === 'Order Updated';
  const currency = asText(properties.currency);
  const channel = asText(properties.channel);
  return {
    ...stamp,
    placedAtMs: event.name === 'Order Completed' ? event.occurredAtMs : null,
    cancelledAtMs: event.name === 'Order Cancelled' ? event.occurredAtMs : null,
    total: tells ? (amount ?? '0') : '0',
    ...(tells && currency !== undefined && { currency }),
    ...(tells && channel !== undefined && { channel }),
    lines: tells ? linesOf(properties) : [],
    wordsBy: tells ? stamp : { atMs: 0, by: '' },
    refunds:
      event.name === 'Order Refunded'
        ? dictionary({ [event.messageId]: { atMs: stamp.atMs, amount: amount ?? null } })
        : dictionary(),
  };
}

function mergedOrder(a: Order, b: Order): Order {
  const latest = isLater(b, a) ? b : a;
  const words = isLater(b.wordsBy, a.wordsBy) ? b : a;
  return {
    atMs: latest.atMs,
    by: latest.by,
    placedAtMs:
      a.placedAtMs === null ? b.placedAtMs : b.placedAtMs === null ? a.placedAtMs : Math.min(a.placedAtMs, b.placedAtMs),
    cancelledAtMs:
      a.cancelledAtMs === null
        ? b.cancelledAtMs
        : b.cancelledAtMs === null
          ? a.cancelledAtMs
          : Math.min(a.cancelledAtMs, b.cancelledAtMs),
    total: words.total,
    ...(words.currency !== undefined && { currency: words.currency }),
    ...(words.channel !== undefined && { channel: words.channel }),
    lines: words.lines,
    wordsBy: words.wordsBy,
    refunds: dictionary({ ...a.refunds, ...b.refunds }),
  };
}

function linesOf(properties: JsonObject): Line[] {
  const products = Array.isArray(properties.products) ? properties.products : [];
  const lines: Line[] = [];
  for (const item of products.slice(0, commerceLimits.productsPerOrder)) {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) continue;
    const product = asText(item.product_id ?? item.sku);
    if (product === undefined) continue;
    const name = asText(item.name);
    const price = asNumber(item.price);
    lines.push({
      product,
      quantity: asNumber(item.quantity) ?? 1,
      ...(name !== undefined && { name }),
      ...(price !== undefined && { price }),
    });
  }
  return lines;
}
