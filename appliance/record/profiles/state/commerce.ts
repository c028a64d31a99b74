// Orders, refunds and the open cart, by the field's usual event names. Both are kept as the steps themselves and put
// together when read, so that late ones find their place. The cart is what was added and not taken out since the last
// order or clearing.

import type { Event, JsonObject } from '../../../core/model/event.ts';
import { fieldsOf, insertLine, type Lines, mergeLines, timeOf } from './lines.ts';
import { addMicros, type Micros, toMicros } from './micros.ts';
import { asNumber, asText, dictionary, insertLatest, mergeLatest, type Stamp } from './stamp.ts';

/** Order steps and cart operations kept of one record, the latest ones. `totals` never forgets. */
export const commerceLimits = { orderSteps: 200, cartOperations: 200, productsPerOrder: 100 } as const;

export type Line = { product: string; name?: string; quantity: number; price?: number };
type OrderStepName = 'placed' | 'updated' | 'cancelled' | 'refunded';
export type OrderStep = Stamp & {
  orderId: string;
  step: OrderStepName;
  amount?: Micros;
  currency?: string;
  channel?: string;
  lines?: Line[];
};
/** Lists are latest first. */
export type CommerceState = {
  orders: OrderStep[];
  /** Lines of product, quantity (negative when taken out), name and price. */
  cart: Lines;
  cartClearedAtMs: number | null;
  totals: { orders: number; revenue: Micros; refunds: number; refunded: Micros };
};

export type Order = {
  orderId: string;
  lastAtMs: number;
  placedAtMs: number | null;
  cancelledAtMs: number | null;
  total: Micros;
  currency?: string;
  channel?: string;
  lines: Line[];
  /** Latest first; an amount is null when the event gave none. */
  refunds: { atMs: number; amount: Micros | null }[];
};

const stepNames = new Map<string, OrderStepName>([
  ['Order Completed', 'placed'],
  ['Order Updated', 'updated'],
  ['Order Cancelled', 'cancelled'],
  ['Order Refunded', 'refunded'],
]);

export const commerce = {
  empty: (): CommerceState => ({
    orders: [],
    cart: [],
    cartClearedAtMs: null,
    totals: { orders: 0, revenue: '0', refunds: 0, refunded: '0' },
  }),

  fold(state: CommerceState, event: Event, stamp: Stamp): void {
    const properties = event.properties ?? {};
    const step = event.name === undefined ? undefined : stepNames.get(event.name);
    if (step) foldOrder(state, step, properties, stamp);
    else if (event.name === 'Product Added') foldCart(state, 1, properties, stamp);
    else if (event.name === 'Product Removed') foldCart(state, -1, properties, stamp);
    else if (event.name === 'Cart Cleared') clearCart(state, stamp.atMs);
  },

  combine(left: CommerceState, right: CommerceState): CommerceState {
    const combined: CommerceState = {
      orders: mergeLatest(left.orders, right.orders, commerceLimits.orderSteps),
      cart: mergeLines(left.cart, right.cart, commerceLimits.cartOperations),
      cartClearedAtMs: null,
      totals: {
        orders: left.totals.orders + right.totals.orders,
        revenue: addMicros(left.totals.revenue, right.totals.revenue),
        refunds: left.totals.refunds + right.totals.refunds,
        refunded: addMicros(left.totals.refunded, right.totals.refunded),
      },
    };
    for (const side of [left, right]) if (side.cartClearedAtMs !== null) clearCart(combined, side.cartClearedAtMs);
    return combined;
  },
};

/** What lies in the cart now, removals subtracted; a product that was never there cannot go below nothing. */
export function openCart(state: CommerceState): Line[] {
  const lines = dictionary<Line>();
  for (const operation of [...state.cart].reverse()) {
    const [product = '', change, newName, newPrice] = fieldsOf(operation);
    const line = lines[product];
    const quantity = Math.max(0, (line?.quantity ?? 0) + Number(change));
    const name = newName ?? line?.name;
    const price = newPrice === undefined ? line?.price : Number(newPrice);
    lines[product] = {
      product,
      quantity,
      ...(name !== undefined && { name }),
      ...(price !== undefined && { price }),
    };
  }
  return Object.values(lines).filter((line) => line.quantity > 0);
}

/** The orders, the one with the latest news first. Each word is the latest that a completed or updated order gave. */
export function ordersOf(state: CommerceState): Order[] {
  const all = new Map<string, Order & { counted: boolean; listed: boolean }>();
  for (const step of state.orders) {
    const { orderId, atMs } = step;
    const mine = all.get(orderId) ?? { ...emptyOrder(orderId, atMs), counted: false, listed: false };
    all.set(orderId, mine);
    // Steps come latest first: the last one written here is the earliest.
    if (step.step === 'placed') mine.placedAtMs = atMs;
    if (step.step === 'cancelled') mine.cancelledAtMs = atMs;
    if (step.step === 'refunded') mine.refunds.push({ atMs, amount: step.amount ?? null });
    if (step.step !== 'placed' && step.step !== 'updated') continue;
    if (step.amount !== undefined && !mine.counted) {
      mine.total = step.amount;
      mine.counted = true;
    }
    if (step.lines !== undefined && !mine.listed) {
      mine.lines = step.lines;
      mine.listed = true;
    }
    if (step.currency !== undefined) mine.currency ??= step.currency;
    if (step.channel !== undefined) mine.channel ??= step.channel;
  }
  return [...all.values()].map(({ counted: _counted, listed: _listed, ...order }) => order);
}

function emptyOrder(orderId: string, lastAtMs: number): Order {
  return { orderId, lastAtMs, placedAtMs: null, cancelledAtMs: null, total: '0', lines: [], refunds: [] };
}

function foldCart(state: CommerceState, sign: 1 | -1, properties: JsonObject, stamp: Stamp): void {
  if (state.cartClearedAtMs !== null && stamp.atMs <= state.cartClearedAtMs) return;
  const line = lineOf(properties);
  if (!line) return;
  const { product, quantity, name, price } = line;
  insertLine(state.cart, stamp, [product, sign * quantity, name, price], commerceLimits.cartOperations);
}

function clearCart(state: CommerceState, atMs: number): void {
  const clearedAtMs = Math.max(state.cartClearedAtMs ?? atMs, atMs);
  state.cartClearedAtMs = clearedAtMs;
  state.cart = state.cart.filter((operation) => timeOf(operation) > clearedAtMs);
}

function foldOrder(state: CommerceState, step: OrderStepName, properties: JsonObject, stamp: Stamp): void {
  const amount = toMicros(properties.total ?? properties.revenue ?? properties.value);
  if (step === 'placed') {
    state.totals.orders += 1;
    state.totals.revenue = addMicros(state.totals.revenue, amount ?? '0');
    // An order in a store says nothing of the cart in the shop.
    if (properties.channel !== 'store') clearCart(state, stamp.atMs);
  } else if (step === 'refunded') {
    state.totals.refunds += 1;
    state.totals.refunded = addMicros(state.totals.refunded, amount ?? '0');
  }
  const orderId = asText(properties.order_id ?? properties.orderId);
  if (orderId === undefined) return;
  const currency = asText(properties.currency);
  const channel = asText(properties.channel);
  const lines = Array.isArray(properties.products) ? linesOf(properties.products) : undefined;
  const entry: OrderStep = {
    ...stamp,
    orderId,
    step,
    ...(amount !== undefined && { amount }),
    ...(currency !== undefined && { currency }),
    ...(channel !== undefined && { channel }),
    ...(lines !== undefined && (step === 'placed' || step === 'updated') && { lines }),
  };
  insertLatest(state.orders, entry, commerceLimits.orderSteps);
}

function linesOf(products: readonly unknown[]): Line[] {
  return products.slice(0, commerceLimits.productsPerOrder).flatMap((item) => {
    const object = typeof item === 'object' && item !== null && !Array.isArray(item) ? (item as JsonObject) : {};
    return lineOf(object) ?? [];
  });
}

function lineOf(item: JsonObject): Line | undefined {
  const product = asText(item.product_id ?? item.sku);
  if (product === undefined) return undefined;
  const name = asText(item.name);
  const price = asNumber(item.price);
  return {
    product,
    quantity: asNumber(item.quantity) ?? 1,
    ...(name !== undefined && { name }),
    ...(price !== undefined && { price }),
  };
}
