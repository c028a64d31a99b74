// The online shop and its app: visits without and with a sign-in, what is looked at, carts left behind, orders, deliveries that
// come on time or late, refunds.

import type { JsonObject } from '../../core/model/event.ts';
import { dayMs, hourMs, localDate, season } from '../calendar.ts';
import { churn } from '../churn.ts';
import { type Life, later, recordIn } from '../life.ts';
import { type Drives, valueAt } from '../people.ts';
import { uuidFrom } from '../random.ts';
import type { SampleRecord } from '../records.ts';
import { alias, identify, page, type Scribe, track, type Who } from '../scribe.ts';
import { drawArticle, drawBasket, type Line, orderedOf, productOf, searchWords, subtotalOf, yuan } from './baskets.ts';
import { contact } from './desk.ts';
import { contextOf, type Device, deviceRates } from './devices.ts';

export const shopRates = {
  /** Of the orders, those delivered late: on ordinary days and in the busy weeks. */
  late: 0.2,
  lateWhenBusy: 0.35,
  refund: 0.06,
  refundAfterLate: 0.14,
  /** Of the visits without an order, those that leave a cart behind. */
  cartLeft: 0.22,
  /** Of the visits of someone signed in, those where the client has forgotten it. */
  signInForgotten: 0.15,
} as const;

/** What browsing asks of a life; strangers have no more. */
type Browser = { readonly scribe: Scribe; readonly drives: Drives };
type Visit = Browser & { readonly device: Device; readonly campaign: string | undefined; who: Who; atMs: number };

/** One visit. @param purpose what is already settled: to register, or a campaign that was clicked */
export function visitShop(
  life: Life,
  tablet: Device | undefined,
  atMs: number,
  purpose: { register?: boolean; campaign?: string } = {},
): void {
  const { rng } = life.scribe;
  const record = recordIn(life, 'shop', atMs);
  const device = deviceFor(life, tablet, purpose.register === true);
  if (device.path === 'web' && !device.shared && rng.chance(deviceRates.cookieCleared)) {
    device.anonymousId = uuidFrom(rng);
    device.signedInAs = undefined;
  }
  const visit: Visit = {
    scribe: life.scribe,
    drives: life.person.drives,
    device,
    campaign: purpose.campaign,
    who: { anonymousId: device.anonymousId },
    atMs,
  };
  const buys =
    record !== undefined && !device.neverLogsIn && rng.chance(buyingChance(life, atMs, purpose.campaign !== undefined));
  settleWho(life, visit, record, buys || purpose.register === true);
  const lines = browse(visit, buys);
  if (buys && record !== undefined) {
    signIn(life, visit, record);
    order(life, visit, lines);
  } else {
    leaveCart(visit, lines);
  }
}

function deviceFor(life: Life, tablet: Device | undefined, register: boolean): Device {
  const { rng } = life.scribe;
  if (tablet && !register && rng.chance(deviceRates.onTablet)) return tablet;
  return rng.chance(0.7) || register ? life.devices[0]! : rng.pick(life.devices);
}

function buyingChance(life: Life, atMs: number, fromCampaign: boolean): number {
  const mood = Math.exp(-0.4 * life.grief) * (fromCampaign ? 1.4 : 1);
  return Math.min(0.85, life.person.drives.buying * Math.sqrt(season(atMs, 'shop')) * mood);
}

/** Whether the visit starts signed in, and when the person first does so on this device. */
function settleWho(life: Life, visit: Visit, record: SampleRecord | undefined, must: boolean): void {
  const { device } = visit;
  if (record === undefined || device.neverLogsIn) return;
  if (device.signedInAs === record.userId) {
    if (!life.scribe.rng.chance(shopRates.signInForgotten))
      visit.who = { anonymousId: device.anonymousId, userId: record.userId };
    return;
  }
  if (must) return;
  if (device.visitsBeforeLogin > 0) device.visitsBeforeLogin -= 1;
  else if (life.scribe.rng.chance(0.6)) signIn(life, visit, record);
}

function signIn(life: Life, visit: Visit, record: SampleRecord): void {
  const { device } = visit;
  if (visit.who.userId === record.userId) return;
  const first = !life.announced.has(record.userId);
  visit.who = { anonymousId: device.anonymousId, userId: record.userId };
  device.signedInAs = record.userId;
  life.announced.add(record.userId);
  if (first && life.scribe.rng.chance(0.3))
    alias(life.scribe, 'shop', record.userId, device.anonymousId, visit.atMs, device.path);
  // A sign-in repeats what the account says now; the first one says all.
  const said: JsonObject = {};
  for (const version of record.versions) if (version.atMs <= visit.atMs) Object.assign(said, version.traits);
  identify(life.scribe, 'shop', visit.who, said, tick(visit, 2), device.path, contextOf(device));
}

/** The moment, moved on by a believable pause. */
function tick(visit: Visit, atLeastS: number): number {
  visit.atMs += (atLeastS + visit.scribe.rng.exponential(25)) * 1000;
  return visit.atMs;
}

function say(visit: Visit, name: string, properties: JsonObject, atLeastS = 4): void {
  track(visit.scribe, 'shop', visit.who, name, properties, tick(visit, atLeastS), visit.device.path, contextOf(visit.device));
}

/** Looking around. Whoever means to buy looks longer. @returns what lies in the cart */
function browse(visit: Visit, buys: boolean): Line[] {
  const { drives } = visit;
  const { rng } = visit.scribe;
  openPage(visit, visit.campaign === undefined ? pageNames.home : pageNames.campaign);
  if (rng.chance(buys ? 0.25 : 0.12)) say(visit, 'Products Searched', { query: rng.pick(searchWords) });
  let seen = drawArticle(rng, drives);
  const views = (rng.chance(buys ? 0.95 : 0.75) ? 1 : 0) + rng.poisson(buys ? 0.9 : 0.35);
  for (let i = 0; i < views; i++) {
    if (i > 0) seen = drawArticle(rng, drives);
    const { quantity: _, ...viewed } = productOf({ article: seen, quantity: 1 });
    say(visit, 'Product Viewed', { ...viewed, currency: 'CNY' });
  }
  if (!buys && !rng.chance(shopRates.cartLeft)) return [];
  const lines = buys ? drawBasket(rng, drives, seen) : [{ article: seen, quantity: 1 + rng.poisson(0.2) }];
  for (const line of lines) say(visit, 'Product Added', { ...productOf(line), currency: 'CNY' });
  if (lines.length > 1 && rng.chance(0.08)) say(visit, 'Product Removed', productOf(lines.pop()!));
  return lines;
}

const pageNames = { home: ['/', '首页'], campaign: ['/sale', '活动专场'] } as const;

function openPage(visit: Visit, [path, title]: readonly [string, string]): void {
  const context = contextOf(visit.device, { path, title, campaign: visit.campaign });
  page(visit.scribe, visit.who, title, { path, title }, visit.atMs, visit.device.path, context);
}

function leaveCart(visit: Visit, lines: readonly Line[]): void {
  if (lines.length === 0) return;
  const { rng } = visit.scribe;
  if (rng.chance(0.45)) say(visit, 'Cart Viewed', { products: lines.map(orderedOf), currency: 'CNY' });
  if (visit.who.userId !== undefined && rng.chance(0.25))
    say(visit, 'Checkout Started', { value: subtotalOf(lines), currency: 'CNY', products: lines.map(orderedOf) });
}

function order(life: Life, visit: Visit, lines: readonly Line[]): void {
  const { rng } = visit.scribe;
  const products = lines.map(orderedOf);
  const subtotal = subtotalOf(lines);
  if (rng.chance(0.4)) say(visit, 'Cart Viewed', { products, currency: 'CNY' });
  say(visit, 'Checkout Started', { value: subtotal, currency: 'CNY', products }, 8);
  const discount = rng.chance(visit.campaign === undefined ? 0.2 : 0.7) ? yuan(subtotal * rng.pick([0.05, 0.1, 0.12])) : 0;
  const shipping = subtotal >= 99 ? 0 : 10;
  const total = yuan(subtotal - discount + shipping);
  const orderId = `S${localDate(visit.atMs).replaceAll('-', '')}${rng.digits(9)}`;
  say(
    visit,
    'Order Completed',
    {
      order_id: orderId,
      channel: visit.device.path,
      subtotal,
      discount,
      shipping,
      total,
      currency: 'CNY',
      payment_method: rng.weighted(payments),
      ship_city: valueAt(life.person.addresses, visit.atMs).city,
      ...(visit.campaign !== undefined && { coupon: visit.campaign }),
      products,
    },
    15,
  );
  arrangeDelivery(life, { orderId, total, orderedAtMs: visit.atMs, userId: visit.who.userId!, products });
}

const payments = [
  ['alipay', 45],
  ['wechat_pay', 38],
  ['morninglight_card', 12],
  ['union_pay', 5],
] as const;

type Placed = { orderId: string; total: number; orderedAtMs: number; userId: string; products: JsonObject[] };

function arrangeDelivery(life: Life, placed: Placed): void {
  const { rng } = life.scribe;
  const promisedAtMs = placed.orderedAtMs + 3 * dayMs;
  const busy = season(placed.orderedAtMs, 'shop') > 1.4;
  const daysLate = rng.chance(busy ? shopRates.lateWhenBusy : shopRates.late) ? 1 + rng.poisson(2) : 0;
  const atMs = promisedAtMs + (daysLate > 0 ? daysLate * dayMs : -rng.between(0, 48) * hourMs) + rng.below(dayMs / 6);
  later(life, atMs, () => {
    const properties = {
      order_id: placed.orderId,
      carrier: rng.pick(carriers),
      promised_at: localDate(promisedAtMs),
      late: daysLate > 0,
      days_late: daysLate,
    };
    track(life.scribe, 'shop', { userId: placed.userId }, 'Order Delivered', properties, atMs, 'server');
    if (daysLate > 0) {
      life.grief += churn.grief.lateDelivery + churn.grief.perDayLate * Math.min(6, daysLate);
      const callsAtMs = atMs + rng.between(1, 30) * hourMs;
      if (rng.chance(0.2 + 0.5 * life.person.drives.voice))
        later(life, callsAtMs, () => contact(life, callsAtMs, 'delivery', placed.orderId));
    }
    if (rng.chance(daysLate > 0 ? shopRates.refundAfterLate : shopRates.refund)) arrangeRefund(life, placed, atMs);
  });
}

const carriers = ['顺丰速运', '中通快递', '京东物流', '圆通速递'] as const;
const refundReasons = ['质量问题', '尺码不合适', '与描述不符', '不想要了', '配送太慢'] as const;

function arrangeRefund(life: Life, placed: Placed, deliveredAtMs: number): void {
  const { rng } = life.scribe;
  const atMs = deliveredAtMs + rng.between(20, 200) * hourMs;
  later(life, atMs, () => {
    const part = placed.products.length > 1 && rng.chance(0.6) ? [rng.pick(placed.products)] : placed.products;
    const paid =
      part === placed.products ? placed.total : yuan(Math.min(placed.total, Number(part[0]!.price) * Number(part[0]!.quantity)));
    const properties = {
      order_id: placed.orderId,
      total: paid,
      currency: 'CNY',
      reason: rng.pick(refundReasons),
      products: part,
    };
    track(life.scribe, 'shop', { userId: placed.userId }, 'Order Refunded', properties, atMs, 'server');
    life.grief += churn.grief.refund;
    if (rng.chance(0.35)) later(life, atMs + dayMs, () => contact(life, atMs + dayMs, 'refund', placed.orderId));
  });
}

/** A visitor who is none of the known people and never says who they are. */
export function visitAsStranger(scribe: Scribe, device: Device, drives: Drives, atMs: number): void {
  const visit: Visit = { scribe, drives, device, campaign: undefined, who: { anonymousId: device.anonymousId }, atMs };
  leaveCart(visit, browse(visit, false));
}
