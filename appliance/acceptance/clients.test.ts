// The seven real clients against a whole node, in a process of its own with its own disk: all they sent is found exactly once
// in the timelines, what they told of their customers stands on the golden records, and aliases and devices lead to them.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BrowserWait, deliverByRudderBrowser, deliverBySegmentBrowser } from '../record/events/clients/browser-clients.ts';
import { browserTest } from '../record/events/clients/browser-suite.ts';
import { assertDelivered, type Deliver, type Expected, sampleContent } from '../record/events/clients/harness.ts';
import {
  deliverByAnalyticsNode,
  deliverByDittofeed,
  deliverByJitsu,
  deliverByRudderNode,
  deliverBySegmentNode,
} from '../record/events/clients/server-clients.ts';
import type { ProfileView } from '../record/profiles/profiles.ts';
import { makePlace, type NodeProcess, type Place, startNode } from '../simulation/testing/process.ts';
import { everythingOf, findProfiles } from './testing.ts';

const rounds = 15;
const arrivalLimitMs = 60_000;

let place: Place;
let node: NodeProcess;
before(async () => {
  place = await makePlace();
  node = await startNode(place);
});
after(async () => {
  await node?.stop();
  place?.remove();
});

/** A minute and a half in all. */
const arrivalTries = 450;
const arrivalPauseMs = 200;

const serverClients: { name: string; deliver: Deliver }[] = [
  { name: '@segment/analytics-node', deliver: deliverBySegmentNode },
  { name: 'analytics-node', deliver: deliverByAnalyticsNode },
  { name: '@rudderstack/rudder-sdk-node', deliver: deliverByRudderNode },
  { name: '@dittofeed/sdk-node', deliver: deliverByDittofeed },
  { name: '@jitsu/js', deliver: deliverByJitsu },
];

/** Delivers to a source of its own and compares what the API shows with what was sent. */
async function deliverAndCompare(name: string, deliver: Deliver): Promise<Expected[]> {
  const writeKey = await node.client.addSource(name);
  const expected = await deliver({ url: node.url, writeKey }, rounds);
  assertDelivered(await arrivedOf(name, expected), expected);
  await assertGoldenRecords(name, expected);
  return expected;
}

/** What has arrived once there is as much of it as was sent: some clients say that they are done before their last request is. */
async function arrivedOf(name: string, expected: readonly Expected[]): ReturnType<typeof everythingOf> {
  for (let tries = 0; ; tries += 1) {
    const arrived = await everythingOf(node.client, name, idsIn(expected)).catch((error: unknown) => {
      if (tries >= arrivalTries) throw error;
      return [];
    });
    if (arrived.length >= expected.length || tries >= arrivalTries) return arrived;
    await new Promise((resolve) => setTimeout(resolve, arrivalPauseMs));
  }
}

function idsIn(expected: readonly Expected[]): string[] {
  const ids = new Set<string>();
  for (const one of expected) for (const id of [one.userId, one.anonymousId, one.previousId]) if (id !== undefined) ids.add(id);
  return [...ids];
}

/** Traits of each identify are the person's; the page of its device and the id before its alias lead to the same person. */
async function assertGoldenRecords(source: string, expected: readonly Expected[]): Promise<void> {
  for (const identify of expected.filter(({ kind }) => kind === 'identify')) {
    const profile = await onePerson(source, identify.userId!);
    assert.equal(profile.traits.marker?.value, identify.marker);
    assert.equal(profile.traits.title?.value, sampleContent.title);
    assert.deepEqual(profile.traits.nested?.value, sampleContent.nested);
    assert.equal(profile.traits.marker?.source, source);
  }
  for (const alias of expected.filter(({ kind }) => kind === 'alias')) {
    const [before, now] = [await onePerson(source, alias.previousId!), await onePerson(source, alias.userId!)];
    assert.equal(before.id, now.id, `${alias.marker} leads to its user`);
  }
  const told = expected.filter(({ anonymousId, userId }) => anonymousId !== undefined && userId !== undefined);
  for (const { anonymousId, userId, marker } of told) {
    const [device, user] = [await onePerson(source, anonymousId!), await onePerson(source, userId!)];
    assert.equal(device.id, user.id, `the device of ${marker} is its user's`);
  }
}

async function onePerson(source: string, identifier: string): Promise<ProfileView> {
  const profiles = await findProfiles(node.client, { identifier, source });
  assert.equal(profiles.length, 1, `${identifier} of ${source} is one person`);
  return profiles[0]!;
}

for (const { name, deliver } of serverClients) {
  test(`${name}: everything once, in timelines and on golden records`, async () => {
    const expected = await deliverAndCompare(name, deliver);
    assert.ok(expected.length >= rounds * 4);
  });
}

/** Waits until a source has as many events as a page sent; its users are user-0 and on. */
const arrivedAt =
  (source: string): BrowserWait =>
  async (count) => {
    const ids = Array.from({ length: rounds }, (_, at) => [`user-${at}`, `user-${at}-new`]).flat();
    for (let waitedMs = 0; waitedMs < arrivalLimitMs; waitedMs += 250) {
      if ((await everythingOf(node.client, source, ids)).length >= count) return;
      await sleep(250);
    }
  };

const browserClients: { name: string; by: (arrived: BrowserWait) => Deliver }[] = [
  { name: '@segment/analytics-next', by: (arrived) => deliverBySegmentBrowser(arrived) },
  { name: '@rudderstack/analytics-js', by: (arrived) => deliverByRudderBrowser(arrived) },
];
for (const { name, by } of browserClients) {
  browserTest(`${name}: everything once, in timelines and on golden records`, async () => {
    await deliverAndCompare(name, by(arrivedAt(name)));
  });
}

describe('a visitor who signs in later', () => {
  const { Analytics } = createRequire(import.meta.url)('@segment/analytics-node') as typeof import('@segment/analytics-node');

  test('is a person of their own until then, and afterwards the customer, visits included', async () => {
    const writeKey = await node.client.addSource('shop');
    const client = new Analytics({ host: node.url, writeKey, flushAt: 1 });
    const anonymousId = 'visitor-1';
    client.track({ anonymousId, event: 'Product Viewed', properties: { sku: 'tea' } });
    client.page({ anonymousId, name: 'Basket' });
    await client.flush();
    const before = await onePerson('shop', anonymousId);
    assert.deepEqual(
      before.records.map(({ known }) => known),
      [false],
    );

    client.identify({ userId: 'wang', anonymousId, traits: { name: '王小明', phone: '13907312846' } });
    await client.closeAndFlush();
    const visitor = await onePerson('shop', anonymousId);
    const customer = await onePerson('shop', 'wang');
    assert.equal(visitor.id, customer.id);
    assert.equal(customer.traits.name?.value, '王小明');
    assert.deepEqual(customer.records.map(({ known }) => known).sort(), [false, true]);
    const timeline = await everythingOf(node.client, 'shop', ['wang']);
    assert.deepEqual(timeline.map(({ kind, name }) => name ?? kind).sort(), ['Basket', 'Product Viewed', 'identify']);
    assert.equal((await findProfiles(node.client, { identifier: '+86 139 0731 2846' }))[0]?.id, customer.id);
  });

  test('on a device that two customers use, the visits belong to neither', async () => {
    const writeKey = await node.client.addSource('kiosk');
    const client = new Analytics({ host: node.url, writeKey });
    const anonymousId = 'kiosk-1';
    client.page({ anonymousId, name: 'Start' });
    client.identify({ userId: 'li', anonymousId, traits: { name: '李芳' } });
    client.identify({ userId: 'zhao', anonymousId, traits: { name: '赵磊' } });
    await client.closeAndFlush();
    const [li, zhao] = [await onePerson('kiosk', 'li'), await onePerson('kiosk', 'zhao')];
    assert.notEqual(li.id, zhao.id);
    for (const profile of [li, zhao]) assert.ok(profile.records.every(({ known }) => known));
    const all = await everythingOf(node.client, 'kiosk', [anonymousId]);
    assert.equal(all.length, 3, 'the id leads to the visits and to both customers');
  });
});
