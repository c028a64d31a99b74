// The customers of a soak and what they send: pasts as of `population.ts`, ended today, and new events of anybody who is not about to be erased. Each customer's messages
// are numbered from 0, so that what has to be in the record at the end is one number a customer.

import type { Event } from '../../core/model/event.ts';
import { seeded } from '../load.ts';
import { lives, userIdOf } from '../population.ts';

const dayMs = 86_400_000;
/** When the pasts of population.ts end. */
const pastsEndMs = Date.UTC(2026, 6, 1);
/** One in so many new events is the first of a new customer. */
const newEvery = 400;
const events = [
  'Product Viewed',
  'Product Viewed',
  'Product Added',
  'Cart Viewed',
  'Signed In',
  'Email Opened',
  'Order Completed',
];
const cities = ['Shanghai', 'Beijing', 'Guangzhou', 'Shenzhen', 'Chengdu', 'Hangzhou'];

export type Message = { readonly customer: number; readonly at: number; readonly body: object };

export class People {
  readonly random: () => number;
  /** By customer: messages made. All of them have to be there at the end. */
  readonly made: number[] = [];
  readonly erased = new Set<number>();
  /** Set aside: they send nothing any more, and nobody asks for them. */
  readonly #reserved = new Set<number>();
  readonly nowMs: () => number;
  #nextErased: number;

  constructor(seed: number, nowMs: () => number) {
    this.random = seeded(seed);
    this.nowMs = nowMs;
    this.#nextErased = 0;
  }

  get count(): number {
    return this.made.length;
  }

  /** The pasts of so many customers, in the order in which they happened. */
  *pasts(count: number): Generator<Message> {
    const shiftMs = this.nowMs() - pastsEndMs - dayMs;
    while (this.made.length < count) this.made.push(0);
    for (const { customer, event } of lives(0, count)) {
      // What another source says of them, and devices that nobody signed in on, are not looked for at the end.
      if (event.userId === userIdOf(customer)) yield this.#message(customer, told(event, shiftMs));
    }
  }

  /** Sets a customer aside who will be erased next. They keep silent from now on. */
  reserve(): number {
    const customer = this.#nextErased;
    this.#nextErased += 7;
    if (customer >= this.made.length) throw new Error('more erasures than customers: take more --people');
    this.#reserved.add(customer);
    return customer;
  }

  /** Somebody who may be asked for. */
  anybody(): number {
    for (;;) {
      const customer = Math.floor(this.random() * this.made.length);
      if (!this.#reserved.has(customer)) return customer;
    }
  }

  next(): Message {
    if (this.random() * newEvery < 1) {
      this.made.push(0);
      const customer = this.made.length - 1;
      const traits = { email: `new${customer}@mail.example`, city: this.#one(cities), consents: { analytics: true } };
      return this.#message(customer, { type: 'identify', traits, timestamp: this.#now() });
    }
    const event = this.#one(events);
    const total = Math.round(this.random() ** 2 * 2_000);
    const properties =
      event === 'Order Completed'
        ? { order_id: `o-${this.random()}`, total, currency: 'CNY' }
        : {
            product_id: `sku-${total}`,
            name: `Product number ${total}`,
            price: total,
            description: 'What the customer saw. '.repeat(12),
          };
    return this.#message(this.anybody(), { type: 'track', event, properties, timestamp: this.#now() });
  }

  #message(customer: number, body: object): Message {
    const at = this.made[customer]!;
    this.made[customer] = at + 1;
    return { customer, at, body: { ...body, userId: userIdOf(customer), messageId: messageId(customer, at) } };
  }

  #now(): string {
    return new Date(this.nowMs()).toISOString();
  }

  #one<T>(from: readonly T[]): T {
    return from[Math.floor(this.random() * from.length)]!;
  }
}

export const messageId = (customer: number, at: number): string => `soak-${customer}-${at}`;

function told({ kind, name, occurredAtMs, traits, properties, context }: Event, shiftMs: number): object {
  return {
    type: kind,
    timestamp: new Date(occurredAtMs + shiftMs).toISOString(),
    ...(kind === 'track' && { event: name }),
    ...(kind === 'page' && { name }),
    ...(traits && { traits }),
    ...(properties && { properties }),
    ...(context && { context }),
  };
}
