// The five server packages, unmodified: everything they send arrives once, also when the node is busy or the network hangs up.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../../core/errors.ts';
import { assertDelivered, type Deliver, type Mishap, openFaultyProxy, openMemoryTarget, waitFor } from './harness.ts';
import {
  deliverByAnalyticsNode,
  deliverByDittofeed,
  deliverByJitsu,
  deliverByRudderNode,
  deliverBySegmentNode,
} from './server-clients.ts';

const clients: { name: string; deliver: Deliver; retries: boolean }[] = [
  { name: '@segment/analytics-node', deliver: deliverBySegmentNode, retries: true },
  { name: 'analytics-node', deliver: deliverByAnalyticsNode, retries: true },
  { name: '@rudderstack/rudder-sdk-node', deliver: deliverByRudderNode, retries: true },
  { name: '@dittofeed/sdk-node', deliver: deliverByDittofeed, retries: false },
  { name: '@jitsu/js', deliver: deliverByJitsu, retries: false },
];
const rounds = 50;
const arrivalLimitMs = 60_000;

for (const { name, deliver, retries } of clients) {
  test(`${name} delivers everything once`, async (t) => {
    const target = await openMemoryTarget();
    t.after(() => target.close());
    const expected = await deliver(target, rounds);
    await waitFor(() => target.events.length >= expected.length, arrivalLimitMs);
    assert.ok(expected.length >= rounds * 4);
    assertDelivered(target.events, expected);
  });

  if (!retries) continue;

  test(`${name} delivers everything once to a node that is busy and then cannot write`, async (t) => {
    const faults = [new Fault('too_busy', undefined, { retryAfterS: 1 }), new Fault('disk_full', undefined, { retryAfterS: 1 })];
    const target = await openMemoryTarget((batch) => faults[batch]);
    t.after(() => target.close());
    const expected = await deliver(target, 20);
    await waitFor(() => target.events.length >= expected.length, arrivalLimitMs);
    assertDelivered(target.events, expected);
  });

  test(`${name} delivers everything once over a network that hangs up`, async (t) => {
    const target = await openMemoryTarget();
    const plan: Mishap[] = [
      'answer lost after it was recorded',
      'lost before it arrives',
      'none',
      'broken off in the middle',
      503,
    ];
    const proxy = await openFaultyProxy(target, (post) => plan[post] ?? 'none');
    t.after(async () => {
      await proxy.close();
      await target.close();
    });
    const expected = await deliver(proxy, 20);
    await waitFor(() => target.events.length >= expected.length, arrivalLimitMs);
    assertDelivered(target.events, expected);
    assert.ok(proxy.mishaps() >= 3, 'the network did not hang up');
    assert.ok(target.duplicates() > 0, 'no batch was sent twice, so nothing was shown about duplicates');
  });
}

test('@jitsu/js tells its caller that the node is busy, and the same call goes through afterwards', async (t) => {
  const target = await openMemoryTarget((batch) => (batch === 0 ? new Fault('too_busy') : undefined));
  t.after(() => target.close());
  await assert.rejects(deliverByJitsu(target, 1), /429/);
  const before = target.events.length;
  const expected = await deliverByJitsu(target, 5);
  assertDelivered(target.events.slice(before), expected);
});
