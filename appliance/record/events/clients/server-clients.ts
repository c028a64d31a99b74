// The client packages that run in Node, used as their documentation shows, with nothing changed but host and key.

import { createRequire } from 'node:module';
import { jitsuAnalytics } from '@jitsu/js';
import { Analytics as SegmentNode } from '@segment/analytics-node';
import { type Deliver, type Expected, sampleContent, type Target } from './harness.ts';

const require = createRequire(import.meta.url);

type Message = { [key: string]: unknown };
type Call = (message: Message, done?: (error?: unknown) => void) => unknown;
/** The interface that the older clients share; neither ships types that fit it. */
type Classic = {
  identify: Call;
  track: Call;
  page: Call;
  screen: Call;
  group: Call;
  alias: Call;
  flush(done?: (error?: unknown) => void): Promise<unknown>;
};
type ClassicClass = new (writeKey: string, options: Message) => Classic;

/** The six calls of one round, as all Segment-like server clients take them, and what they must become. */
function round(
  at: number,
): { call: 'identify' | 'track' | 'page' | 'screen' | 'group' | 'alias'; message: Message; expected: Expected }[] {
  const userId = `user-${at}`;
  const content = (marker: string) => ({ ...sampleContent, marker });
  const timestamp = new Date(1_700_000_000_000 + at * 1000);
  return [
    {
      call: 'identify',
      message: { userId, traits: content(`identify-${at}`), context: { ip: '192.0.2.7' } },
      expected: { kind: 'identify', marker: `identify-${at}`, userId, content: content(`identify-${at}`) },
    },
    {
      call: 'track',
      message: { userId, event: 'Order Completed', properties: content(`track-${at}`), timestamp },
      expected: { kind: 'track', marker: `track-${at}`, userId, name: 'Order Completed', content: content(`track-${at}`) },
    },
    {
      call: 'page',
      message: { anonymousId: `anon-${at}`, name: 'Basket', category: 'Shop', properties: content(`page-${at}`) },
      expected: {
        kind: 'page',
        marker: `page-${at}`,
        anonymousId: `anon-${at}`,
        name: 'Basket',
        content: { ...content(`page-${at}`), category: 'Shop' },
      },
    },
    {
      call: 'screen',
      message: { userId, anonymousId: `anon-${at}`, name: 'Home', properties: content(`screen-${at}`) },
      expected: { kind: 'screen', marker: `screen-${at}`, userId, name: 'Home', content: content(`screen-${at}`) },
    },
    {
      call: 'group',
      message: { userId, groupId: `group-${at}`, traits: content(`group-${at}`) },
      expected: { kind: 'group', marker: `group-${at}`, userId, groupId: `group-${at}`, content: content(`group-${at}`) },
    },
    {
      call: 'alias',
      message: { previousId: `alias-${at}`, userId },
      expected: { kind: 'alias', marker: `alias-${at}`, previousId: `alias-${at}`, userId },
    },
  ];
}

const rounds = (count: number) => Array.from({ length: count }, (_, at) => round(at)).flat();

/** `@segment/analytics-node`. */
export const deliverBySegmentNode: Deliver = async (target, count) => {
  const client = new SegmentNode({ host: target.url, writeKey: target.writeKey, flushAt: 20, flushInterval: 200 });
  const errors: unknown[] = [];
  client.on('error', (error) => errors.push(error));
  const calls = rounds(count);
  for (const { call, message } of calls) (client[call] as Call).call(client, message);
  await client.closeAndFlush({ timeout: 20_000 });
  if (errors.length > 0) throw new Error('the client gave up', { cause: errors[0] });
  return calls.map(({ expected }) => expected);
};

async function deliverByClassic(client: Classic, errors: unknown[], count: number): Promise<Expected[]> {
  const calls = rounds(count);
  const answered = calls.map(({ call, message }) => new Promise<void>((resolve) => client[call](message, () => resolve())));
  // A flush takes one batch only; the clients' own timer would take the next after ten seconds.
  for (let batch = 0; batch < Math.ceil(calls.length / 20) + 1; batch++) await client.flush();
  await Promise.all(answered);
  if (errors.length > 0) throw new Error('the client gave up', { cause: errors[0] });
  return calls.map(({ expected }) => expected);
}

/** `analytics-node`, Segment's client of before 2022. */
export const deliverByAnalyticsNode: Deliver = (target, count) => {
  const AnalyticsNode = require('analytics-node') as ClassicClass;
  const errors: unknown[] = [];
  const errorHandler = (error: unknown) => errors.push(error);
  const client = new AnalyticsNode(target.writeKey, { host: target.url, flushAt: 20, errorHandler });
  return deliverByClassic(client, errors, count);
};

/** `@rudderstack/rudder-sdk-node`, with gzip as it comes. */
export const deliverByRudderNode: Deliver = (target, count) => {
  const RudderNode = require('@rudderstack/rudder-sdk-node') as ClassicClass;
  const errors: unknown[] = [];
  const errorHandler = (error: unknown) => errors.push(error);
  const client = new RudderNode(target.writeKey, { dataPlaneUrl: target.url, flushAt: 20, errorHandler, logLevel: 'none' });
  return deliverByClassic(client, errors, count);
};

type Dittofeed = {
  instance: unknown;
  init(options: { writeKey: string; host: string }): Promise<unknown>;
  identify: Call;
  track: Call;
  page: Call;
  screen: Call;
  flush(): Promise<void>;
};

/** `@dittofeed/sdk-node`: identify, track, page and screen; it does not retry. */
export const deliverByDittofeed: Deliver = async (target, count) => {
  const { DittofeedSdk } = require('@dittofeed/sdk-node') as { DittofeedSdk: Dittofeed };
  // The package keeps one client per process; a second target needs a new one.
  DittofeedSdk.instance = null;
  await DittofeedSdk.init({ writeKey: `Basic ${Buffer.from(`${target.writeKey}:`).toString('base64')}`, host: target.url });
  const calls = rounds(count).filter(({ call }) => call !== 'group' && call !== 'alias');
  for (const { call, message } of calls) {
    const { category: _unknownToDittofeed, ...known } = message;
    DittofeedSdk[call as 'track'](known);
  }
  await DittofeedSdk.flush();
  return calls.map(({ call, expected }) => {
    if (call !== 'page') return expected;
    const { category: _notSent, ...content } = expected.content ?? {};
    return { ...expected, content };
  });
};

/** `@jitsu/js` between servers: identify, track, page and group; it keeps the user of the last identify and does not retry. */
export const deliverByJitsu: Deliver = async (target: Target, count) => {
  // By default the package writes a failed call to the console and goes on.
  const errors: string[] = [];
  const errorPolicy = (message: string) => void errors.push(message);
  const client = jitsuAnalytics({ host: target.url, writeKey: target.writeKey, s2s: true, errorPolicy });
  const expected: Expected[] = [];
  for (let at = 0; at < count; at++) {
    const userId = `user-${at}`;
    const content = (marker: string) => ({ ...sampleContent, marker });
    await client.identify(userId, content(`identify-${at}`));
    expected.push({ kind: 'identify', marker: `identify-${at}`, userId, content: content(`identify-${at}`) });
    await client.track('Order Completed', content(`track-${at}`));
    expected.push({ kind: 'track', marker: `track-${at}`, userId, name: 'Order Completed', content: content(`track-${at}`) });
    await client.page({ ...content(`page-${at}`), name: 'Basket', url: 'https://shop.example/basket' });
    expected.push({ kind: 'page', marker: `page-${at}`, userId, content: content(`page-${at}`) });
    await client.group(`group-${at}`, content(`group-${at}`));
    expected.push({ kind: 'group', marker: `group-${at}`, userId, groupId: `group-${at}`, content: content(`group-${at}`) });
  }
  if (errors.length > 0) throw new Error(`${errors.length} calls failed: ${errors[0]}`);
  return expected;
};
