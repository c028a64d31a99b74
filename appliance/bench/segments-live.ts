// The second part of npm run bench:segments: a node that follows 200 segments while events arrive at a set rate, against one with the same
// customers and without segments, in turn.

import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { median, quantile, quick, say, temporaryFolder } from './bench.ts';
import { Load, makeBatches, seeded, stampFrom } from './load.ts';
import { type BenchNode, restartNode, startNode } from './node.ts';

const customers = quick ? 4_000 : 20_000;
const segmentCount = 200;
const manySegments = 1_000;
const rate = 1_000;
const batchEvents = 10;
const measureMs = quick ? 8_000 : 15_000;
const rounds = quick ? 1 : 5;
/** Clock ticks a second of /proc. */
const ticks = 100;

const cities = ['上海', '北京', '杭州', '长沙', '广州', '深圳'];
const events = [
  'Product Viewed',
  'Product Added',
  'Cart Viewed',
  'Checkout Started',
  'Order Completed',
  'Email Opened',
  'Signed In',
];

/** Mixed as people would: of traits, orders, activity, sequences, properties, other segments, consent. */
function ruleOf(at: number): string {
  const n = 1 + Math.floor(at / 20);
  const city = cities[at % cities.length];
  const rules = [
    `city = ${city} and spend in 90 days > ${100 * n}`,
    `active in ${5 + n} days and age > ${20 + n}`,
    `did "Product Viewed" at least ${n} times in ${n} days`,
    `spend > ${200 * n} and not active in ${10 + n} days`,
    `did "Cart Viewed" in ${n} days and not (last order in ${n} days)`,
    `memberLevel = gold and city in (${city}, 北京)`,
    `orders in ${30 * n} days >= 2`,
    `last order more than ${10 * n} days ago`,
    `birthday in ${n} days`,
    `points > ${100 * n} and has email`,
    `did "Product Viewed" then "Order Completed" within ${n} days`,
    `average order in ${n} months > ${20 * n}`,
    `gender = female and did "Signed In" in ${n} weeks`,
    `did not "Email Opened" in ${10 * n} days and points between 10 and ${500 * n}`,
    `did "Order Completed" in ${30 * n} days where total > ${50 * n}`,
    `may be used for marketing by email and city = ${city}`,
    `did "Checkout Started" exactly ${n % 4} times this month`,
    `first order in ${10 * n} days or points > ${900 * n}`,
    at >= 20 ? `in segment s${at - 20} and city != ${city}` : 'open tickets >= 1',
    `complaints in ${n} months >= 1 or memberLevel = platinum`,
  ];
  return rules[at % rules.length]!;
}

async function populate(load: Node): Promise<void> {
  const random = seeded(7);
  const messages: object[] = [];
  const nowMs = Date.now();
  for (let at = 0; at < customers; at += 1) {
    const userId = `customer-${at}`;
    messages.push({
      type: 'identify',
      userId,
      timestamp: new Date(nowMs - random() * 300 * 86_400_000).toISOString(),
      traits: {
        email: `customer-${at}@example.cn`,
        city: cities[Math.floor(random() * cities.length)],
        gender: random() < 0.5 ? 'female' : 'male',
        birthday: `19${60 + Math.floor(random() * 40)}-0${1 + Math.floor(random() * 9)}-1${Math.floor(random() * 9)}`,
        memberLevel: ['basic', 'silver', 'gold', 'platinum'][Math.floor(random() ** 2 * 4)],
        points: Math.floor(random() ** 3 * 20_000),
        consents: { marketing: random() < 0.6 },
      },
    });
    for (let times = Math.floor(random() ** 2 * 8); times > 0; times -= 1)
      messages.push(eventOf(random, userId, nowMs - random() * 90 * 86_400_000));
  }
  for (let at = 0; at < messages.length; at += 500) await load.batch(messages.slice(at, at + 500));
}

function eventOf(random: () => number, userId: string, atMs: number): object {
  const event = events[Math.floor(random() ** 1.5 * events.length)]!;
  const total = Math.round(random() ** 2 * 2_000);
  const properties =
    event === 'Order Completed' ? { order_id: `o-${random()}`, total } : { product_id: `sku-${total}`, price: total };
  return { type: 'track', event, userId, timestamp: new Date(atMs).toISOString(), properties };
}

class Node {
  readonly node: BenchNode;
  readonly writeKey: string;
  constructor(node: BenchNode, writeKey: string) {
    this.node = node;
    this.writeKey = writeKey;
  }

  async batch(batch: object[]): Promise<void> {
    const authorization = `Basic ${Buffer.from(`${this.writeKey}:`).toString('base64')}`;
    const headers = { 'content-type': 'application/json', authorization };
    const answer = await fetch(new URL('/v1/batch', this.node.url), { method: 'POST', headers, body: JSON.stringify({ batch }) });
    if (!answer.ok) throw new Error(`the node answered ${answer.status}: ${await answer.text()}`);
    await answer.arrayBuffer();
  }

  async ask<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(new URL(path, this.node.url), {
      method,
      headers: { authorization: `Bearer ${this.node.accessToken}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async addSegments(from: number, to: number): Promise<void> {
    for (let at = from; at < to; at += 1)
      await this.ask('POST', '/api/segments', { name: `s${at}`, text: ruleOf(at), purpose: 'customer_service' });
  }

  /** @returns seconds until all of them live */
  async alive(): Promise<number> {
    const startMs = performance.now();
    for (;;) {
      const { segments } = await this.ask<{ segments: { state: string }[] }>('GET', '/api/segments');
      if (segments.every(({ state }) => state === 'live')) return (performance.now() - startMs) / 1000;
      await pause(500);
    }
  }

  /** Of the whole process, its writer's thread included. */
  processorMs(): number {
    const fields = readFileSync(`/proc/${this.node.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return ((Number(fields[11]) + Number(fields[12])) / ticks) * 1000;
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

type Measured = { usPerEvent: number; p99Ms: number; eventsPerS: number };

/** As many events a second as the issue asks for, whatever the answers take. */
async function measure(node: Node, seed: number): Promise<Measured> {
  const random = seeded(seed);
  const load = new Load(node.node.url, node.writeKey, 16);
  const batches = makeBatches(400, batchEvents, customers, node.writeKey, seed);
  // Of the shape of makeBatches, but of all kinds of events, and now.
  const text = (at: number) =>
    JSON.parse(batches[at]!.body.toString('utf8')) as { batch: { [key: string]: unknown }[]; writeKey: string };
  const mixed = batches.map((_, at) => {
    const { batch, writeKey } = text(at);
    const told = batch.map((one) => ({ ...one, ...eventOf(random, String(one.userId), Date.now()), messageId: '#'.repeat(16) }));
    for (const one of told) delete (one as { anonymousId?: string }).anonymousId;
    const body = Buffer.from(JSON.stringify({ batch: told, writeKey }), 'utf8');
    const idAt: number[] = [];
    for (let found = body.indexOf('#'.repeat(16)); found !== -1; found = body.indexOf('#'.repeat(16), found + 16))
      idAt.push(found);
    return { body, idAt };
  });
  await load.open(mixed, rate, 2_000);
  const before = node.processorMs();
  const result = await load.open(mixed, rate, measureMs);
  // What is behind belongs to it.
  await pause(1_500);
  const usPerEvent = ((node.processorMs() - before) * 1000) / result.sent;
  load.close();
  return { usPerEvent, p99Ms: result.p99Ms, eventsPerS: result.eventsPerS };
}

/** From the answer of an event to the change of membership that it makes, by the live stream. */
async function followed(node: Node): Promise<number[]> {
  await node.ask('POST', '/api/segments', { name: 'beacon', text: 'did "Beacon"', purpose: 'customer_service' });
  await node.alive();
  const abort = new AbortController();
  const stream = await fetch(new URL('/api/segments/live', node.node.url), {
    headers: { authorization: `Bearer ${node.node.accessToken}` },
    signal: abort.signal,
  });
  const seen = { count: 0 };
  const reading = (async () => {
    for await (const chunk of stream.body!) if (Buffer.from(chunk).includes('"beacon"')) seen.count += 1;
  })().catch(() => undefined);
  const times: number[] = [];
  for (let at = 0; at < 40; at += 1) {
    const before = seen.count;
    await node.batch([{ type: 'track', event: 'Beacon', userId: `customer-${at * 7}` }]);
    const answered = performance.now();
    while (seen.count === before) {
      if (performance.now() - answered > 30_000) throw new Error('the change was not told');
      await pause(1);
    }
    times.push(performance.now() - answered);
  }
  abort.abort();
  await reading;
  return times;
}

export type LiveReport = { figures: { [name: string]: number }; ratios: { [name: string]: number }; words: string[] };

/** Two nodes with the same customers take turns, one of them without segments: what the machine does meanwhile concerns both. */
export async function measureLive(): Promise<LiveReport> {
  const folder = temporaryFolder();
  const plainFolder = temporaryFolder();
  try {
    const plainStarted = await startNode(plainFolder.path);
    let started = await startNode(folder.path);
    const { writeKey, accessToken } = started;
    const plain = new Node(plainStarted, plainStarted.writeKey);
    let node = new Node(started, writeKey);
    say(`recording ${customers} customers, twice`);
    await populate(plain);
    await populate(node);
    say(`${segmentCount} segments`);
    await node.addSegments(0, segmentCount);
    const prepareS = await node.alive();
    const without: Measured[] = [];
    const withSegments: Measured[] = [];
    stampFrom(1);
    for (let round = 0; round < rounds; round += 1) {
      without.push(await measure(plain, 11 + round));
      withSegments.push(await measure(node, 11 + round));
      say(
        `round ${round + 1}: ${without.at(-1)!.usPerEvent.toFixed(0)} us, with segments ${withSegments.at(-1)!.usPerEvent.toFixed(0)}`,
      );
    }
    await plainStarted.stop();
    const times = await followed(node);
    say(`${manySegments} segments`);
    await node.addSegments(segmentCount, manySegments - 1);
    const manyPrepareS = await node.alive();
    const many = await measure(node, 91);
    await started.stop();
    started = await restartNode(folder.path, accessToken);
    node = new Node(started, writeKey);
    const restartS = await node.alive();
    await started.stop();
    const withUs = median(withSegments.map(({ usPerEvent }) => usPerEvent));
    const withoutUs = median(without.map(({ usPerEvent }) => usPerEvent));
    // Of each round, as what slows the machine down seldom lasts for one of the two alone.
    const liveOfPlain = median(withSegments.map(({ usPerEvent }, at) => usPerEvent / without[at]!.usPerEvent));
    const [withP99Ms, withoutP99Ms] = [withSegments, without].map((all) => median(all.map(({ p99Ms }) => p99Ms))) as [
      number,
      number,
    ];
    const [followMs, followP99Ms] = [median(times), quantile(times, 0.99)];
    const manyUs = many.usPerEvent;
    const us = (value: number) => value.toFixed(0).padStart(5);
    return {
      figures: {
        ...{ customers, liveSegments: segmentCount, withUs, withoutUs, withP99Ms, withoutP99Ms, followMs, followP99Ms },
        ...{ prepareS, manySegments, manyUs, manyPrepareS, restartS },
      },
      ratios: { liveOfPlain, manyOfPlain: manyUs / withoutUs },
      words: [
        `${rate} events/s at a node of ${customers} customers, processor time an event (all threads), medians of ${rounds} rounds:`,
        `  without segments           ${us(withoutUs)} us, p99 of the answer ${withoutP99Ms.toFixed(1)} ms`,
        `  with ${segmentCount} live segments     ${us(withUs)} us, p99 of the answer ${withP99Ms.toFixed(1)} ms: ${liveOfPlain.toFixed(2)} times`,
        `  with ${manySegments} live segments    ${us(manyUs)} us: ${(manyUs / withoutUs).toFixed(2)} times`,
        `  from an answer to the change of membership that it makes, told: ${followMs.toFixed(0)} ms, p99 ${followP99Ms.toFixed(0)} ms`,
        `  ${segmentCount} new segments answered over everybody in ${prepareS.toFixed(1)} s, ${manySegments - segmentCount} more in ${manyPrepareS.toFixed(1)} s; all right again ${restartS.toFixed(1)} s after a start`,
      ],
    };
  } finally {
    folder.remove();
    plainFolder.remove();
  }
}
