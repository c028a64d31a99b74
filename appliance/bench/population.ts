// A made-up clientele for benchmarks of a full node: customers seen through a shop's site, its devices and a customer
// register, with the lives that fill a 360° view: visits, orders, returns, tickets, consents, open carts. Seeded by customer.

import type { Event, JsonObject } from '../core/model/event.ts';
import { seeded } from './load.ts';

/** One event and the source that tells it. */
export type Told = { from: 'shop' | 'register'; customer: number; event: Event };

/** Ten events a customer on average: every tenth has 55, enough for a timeline page of 50 rows; the others have 5. */
export const habits = { busyEvery: 10, busyVisits: 11, quietVisits: 1, eventsPerVisit: 5 } as const;
/** The years the visits lie in. */
const years = { fromMs: Date.UTC(2024, 6, 1), untilMs: Date.UTC(2026, 6, 1) } as const;

const surnames = ['Wang', 'Li', 'Zhang', 'Liu', 'Chen', 'Yang', 'Huang', 'Zhao', 'Wu', 'Zhou', 'Xu', 'Sun', 'Ma', 'Zhu', 'Hu'];
const syllables = ['ming', 'hua', 'xia', 'jun', 'fang', 'wei', 'na', 'lei', 'yan', 'jie', 'tao', 'mei', 'ping', 'gang', 'yu'];
const cities = ['Shanghai', 'Beijing', 'Guangzhou', 'Shenzhen', 'Chengdu', 'Hangzhou', 'Wuhan', 'Nanjing'];
const categories = ['coats', 'shoes', 'kitchen', 'toys', 'books', 'garden', 'sound', 'light'];

type Random = () => number;
const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

export const userIdOf = (customer: number): string => `customer-${customer}`;
const deviceOf = (customer: number, device: number): string => `device-${customer}-${device}`;
/** Every twentieth customer uses the telephone of the one before: a household. */
const phoneOf = (customer: number): string => {
  const owner = customer % 20 === 19 ? customer - 1 : customer;
  return `13${String(100_000_000 + ((owner * 7_919) % 900_000_000)).slice(0, 9)}`;
};
const emailOf = (customer: number): string => `c${customer}.${(customer * 31) % 997}@mail.example`;

/**
 * The events of customers `from` to `until`, visit by visit in the order of their times, so that no customer's lie together.
 * @param busyEvery which of them have many events
 */
export function* lives(from: number, until: number, busyEvery: number = habits.busyEvery): Generator<Told> {
  const visits: { atMs: number; customer: number; visit: number }[] = [];
  for (let customer = from; customer < until; customer += 1) {
    const random = seeded(customer * 2 + 1);
    const count = customer % busyEvery === 0 ? habits.busyVisits : habits.quietVisits;
    const times = Array.from({ length: count }, () => years.fromMs + Math.floor(random() * (years.untilMs - years.fromMs)));
    times.sort((a, b) => a - b);
    visits.push(...times.map((atMs, visit) => ({ atMs, customer, visit })));
  }
  visits.sort((a, b) => a.atMs - b.atMs);
  for (const { atMs, customer, visit } of visits) yield* visitOf(customer, visit, atMs);
}

/** The first visit registers the customer; in three of ten another record speaks of them too: a device, or the register. */
function visitOf(customer: number, visit: number, startMs: number): Told[] {
  const random = seeded((customer * 64 + visit) * 2);
  const ids = { userId: userIdOf(customer), anonymousId: deviceOf(customer, 0) };
  const told: Told[] = [];
  const tell = (from: Told['from'], event: Omit<Event, 'messageId' | 'occurredAtMs' | 'receivedAtMs'>): void => {
    const occurredAtMs = startMs + told.length * 45_000 + Math.floor(random() * 30_000);
    const messageId = `m-${customer}-${visit}-${told.length}`;
    const context = from === 'shop' && event.kind !== 'identify' ? { context: shopContext(random) } : {};
    told.push({ from, customer, event: { ...event, ...context, messageId, occurredAtMs, receivedAtMs: occurredAtMs + 800 } });
  };
  if (visit === 0) {
    const other = customer % 10;
    if (other < 2) tell('shop', { kind: 'page', anonymousId: ids.anonymousId, name: 'Home', properties: pageOf(random) });
    else if (other === 2) tell('register', { kind: 'identify', userId: `r${customer}`, traits: traitsOf(customer, random) });
    tell('shop', { kind: 'identify', ...ids, traits: { ...traitsOf(customer, random), consents: consentsOf(random) } });
  }
  while (told.length < habits.eventsPerVisit) tell('shop', { kind: 'track', ...ids, ...actionOf(customer, visit, random) });
  return told;
}

function actionOf(customer: number, visit: number, random: Random): { name: string; properties: JsonObject } {
  const chance = random();
  const order = `o-${customer}-${visit}`;
  if (chance < 0.55) return { name: 'Product Viewed', properties: productOf(random) };
  if (chance < 0.7) return { name: 'Product Added', properties: productOf(random) };
  if (chance < 0.8)
    return {
      name: 'Order Completed',
      properties: {
        order_id: order,
        currency: 'CNY',
        total: Math.round(random() * 200_000) / 100,
        products: Array.from({ length: 1 + Math.floor(random() * 3) }, () => lineOf(random)),
      },
    };
  if (chance < 0.82)
    return { name: 'Order Refunded', properties: { order_id: order, total: Math.round(random() * 20_000) / 100 } };
  if (chance < 0.86)
    return {
      name: pick(random, ['Ticket Created', 'Ticket Replied', 'Ticket Resolved']),
      properties: {
        ticket_id: `t-${customer}-${visit}`,
        subject: 'Where is my parcel?',
        category: 'delivery',
        priority: 'normal',
      },
    };
  return {
    name: pick(random, ['Email Delivered', 'Email Opened', 'Email Link Clicked']),
    properties: { campaign: `campaign ${Math.floor(random() * 40)}`, subject: 'What is new for you this week' },
  };
}

function traitsOf(customer: number, random: Random): JsonObject {
  const given = `${pick(random, syllables)}${pick(random, syllables)}`;
  return {
    // Two tellings of a customer agree on the name's first draw only when they are drawn alike, so it depends on nothing else.
    name: `${surnames[customer % surnames.length]} ${syllables[customer % 7]}${syllables[customer % 11]}`,
    nickname: given,
    email: emailOf(customer),
    phone: phoneOf(customer),
    gender: random() < 0.5 ? 'female' : 'male',
    birthday: new Date(Date.UTC(1950 + (customer % 55), customer % 12, 1 + (customer % 28))).toISOString().slice(0, 10),
    address: { country: 'CN', city: pick(random, cities), street: `${1 + (customer % 900)} Nanjing Road`, postalCode: '200000' },
    tier: pick(random, ['blue', 'silver', 'gold']),
  };
}

function consentsOf(random: Random): JsonObject {
  return { marketing: { email: random() < 0.7, sms: random() < 0.4 }, analytics: random() < 0.8 };
}

function lineOf(random: Random): JsonObject {
  const product = Math.floor(random() * 5_000);
  return { product_id: `sku-${product}`, name: `Product number ${product}`, quantity: 1 + (product % 3), price: product / 10 };
}

function productOf(random: Random): JsonObject {
  return {
    ...lineOf(random),
    category: pick(random, categories),
    url: `https://shop.example/products?ref=${Math.floor(random() * 1e9)}`,
    description: 'What the customer saw on the page when the event was sent. '.repeat(4),
  };
}

function pageOf(random: Random): JsonObject {
  const path = `/${pick(random, categories)}`;
  return { path, title: `All ${path.slice(1)}`, url: `https://shop.example${path}`, referrer: 'https://search.example/' };
}

function shopContext(random: Random): JsonObject {
  return {
    library: { name: 'analytics-node', version: '3.1.0' },
    page: pageOf(random),
    userAgent: 'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
    locale: 'zh-CN',
  };
}
