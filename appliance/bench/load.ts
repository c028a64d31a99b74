// Load on a tracking endpoint from this process: batches made beforehand and only stamped with fresh message ids, so that
// the generator costs little of the machine it shares with what it measures.

import { Agent, request } from 'node:http';
import { quantile } from './bench.ts';

export type Batches = { body: Buffer; idAt: number[] }[];

/** Width of a message id in a prepared body. */
const idWidth = 16;

/** Small seeded generator (mulberry32), so that every run sends the same customers. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Batches of `events` track events of about 1 KB, each of a customer drawn evenly from `customers`. */
export function makeBatches(count: number, events: number, customers: number, writeKey: string, seed = 1): Batches {
  const random = seeded(seed);
  return Array.from({ length: count }, () => {
    const batch = Array.from({ length: events }, () => {
      const customer = Math.floor(random() * customers);
      const product = Math.floor(random() * 5000);
      return {
        type: 'track',
        messageId: '#'.repeat(idWidth),
        userId: `customer-${customer}`,
        anonymousId: `device-${customer}-${Math.floor(random() * 2)}`,
        event: random() < 0.9 ? 'Product Viewed' : 'Product Added',
        timestamp: new Date(1_790_000_000_000 + Math.floor(random() * 86_400_000)).toISOString(),
        properties: {
          product_id: `sku-${product}`,
          name: `Product number ${product}`,
          category: `category ${product % 40}`,
          price: product / 10,
          quantity: 1 + (product % 3),
          url: `https://shop.example/products/${product}?ref=${Math.floor(random() * 1e9)}`,
          description: 'What the customer saw on the page when the event was sent. '.repeat(5),
        },
        context: {
          library: { name: 'analytics-node', version: '3.1.0' },
          page: { path: `/products/${product}`, title: `Product number ${product}`, referrer: 'https://shop.example/' },
          userAgent: 'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
          locale: 'zh-CN',
        },
      };
    });
    const body = Buffer.from(JSON.stringify({ batch, writeKey }), 'utf8');
    const idAt: number[] = [];
    const marker = Buffer.from('#'.repeat(idWidth));
    for (let at = body.indexOf(marker); at !== -1; at = body.indexOf(marker, at + idWidth)) idAt.push(at);
    return { body, idAt };
  });
}

/** The next message ids written into a copy of the body. */
let nextId = 0;
/** For a data folder that has had load before: ids that earlier runs used would be duplicates. */
export function stampFrom(first: number): void {
  nextId = first;
}
function stamped(batch: Batches[number]): Buffer {
  const body = Buffer.from(batch.body);
  for (const at of batch.idAt) {
    nextId += 1;
    body.write(nextId.toString(36).padStart(idWidth, '0'), at, 'latin1');
  }
  return body;
}

export type LoadResult = { eventsPerS: number; p50Ms: number; p99Ms: number; sent: number; refused: number };

export class Load {
  readonly #url: URL;
  readonly #agent: Agent;
  readonly #authorization: string;

  constructor(url: string, writeKey: string, connections: number) {
    this.#url = new URL('/v1/batch', url);
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
    this.#authorization = `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`;
  }

  /** As fast as `connections` allow, each with one batch under way, for `durationMs`. */
  async closed(batches: Batches, connections: number, durationMs: number): Promise<LoadResult> {
    const latencies: number[] = [];
    const start = performance.now();
    let sent = 0;
    let refused = 0;
    let next = 0;
    await Promise.all(
      Array.from({ length: connections }, async () => {
        while (performance.now() - start < durationMs) {
          const batch = batches[next++ % batches.length]!;
          const began = performance.now();
          const status = await this.#send(stamped(batch));
          latencies.push(performance.now() - began);
          if (status === 200) sent += batch.idAt.length;
          else refused += batch.idAt.length;
        }
      }),
    );
    const seconds = (performance.now() - start) / 1000;
    return { eventsPerS: sent / seconds, p50Ms: quantile(latencies, 0.5), p99Ms: quantile(latencies, 0.99), sent, refused };
  }

  /** At a set rate whatever the answers take (open loop): latency counts from when a batch was due. */
  async open(batches: Batches, eventsPerS: number, durationMs: number): Promise<LoadResult> {
    const latencies: number[] = [];
    const events = batches[0]!.idAt.length;
    const intervalMs = (events / eventsPerS) * 1000;
    const total = Math.floor(durationMs / intervalMs);
    const start = performance.now();
    let sent = 0;
    let refused = 0;
    const under: Promise<void>[] = [];
    for (let at = 0; at < total; at += 1) {
      const dueMs = start + at * intervalMs;
      const waitMs = dueMs - performance.now();
      if (waitMs > 1) await new Promise((resolve) => setTimeout(resolve, waitMs));
      under.push(
        this.#send(stamped(batches[at % batches.length]!)).then((status) => {
          latencies.push(performance.now() - dueMs);
          if (status === 200) sent += events;
          else refused += events;
        }),
      );
    }
    await Promise.all(under);
    const seconds = (performance.now() - start) / 1000;
    return { eventsPerS: sent / seconds, p50Ms: quantile(latencies, 0.5), p99Ms: quantile(latencies, 0.99), sent, refused };
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(body: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      const sending = request(
        this.#url,
        {
          method: 'POST',
          agent: this.#agent,
          headers: { 'content-type': 'application/json', 'content-length': body.length, authorization: this.#authorization },
        },
        (response) => {
          if (response.statusCode !== 200 && process.env.HOLDFAST_DEBUG) response.once('data', (d) => console.error(String(d)));
          response.resume();
          response.once('end', () => resolve(response.statusCode ?? 0));
        },
      );
      sending.once('error', reject);
      sending.end(body);
    });
  }
}
