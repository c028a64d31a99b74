import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Event } from '../../../core/model/event.ts';
import { anyEvent, numbered, rounds } from '../testing.ts';
import { activity, activityLimits, activityName, seenOf, timesOf } from './activity.ts';

const fold = (events: readonly Event[]) => {
  const state = activity.empty();
  for (const event of events) activity.fold(state, event);
  return state;
};

test('what was done is what counting the events would say', () => {
  const events = fc.array(anyEvent, { maxLength: 60, size: 'max' }).map(numbered);
  fc.assert(
    fc.property(events, (list) => {
      const { did } = fold(list);
      const byName = Map.groupBy(list, activityName);
      assert.deepEqual(Object.keys(did).sort(), [...byName.keys()].sort());
      for (const [name, all] of byName) {
        const times = all.map(({ occurredAtMs }) => occurredAtMs).sort((a, b) => a - b);
        assert.equal(did[name]!.count, all.length);
        assert.equal(did[name]!.firstAtMs, times[0]);
        assert.deepEqual(timesOf(did[name]!), times.slice(-activityLimits.times));
      }
    }),
    { numRuns: rounds(100) },
  );
});

test('channels and devices are told by what events say of them', () => {
  const event = (rest: Partial<Event>): Event => ({
    kind: 'track',
    messageId: 'm',
    userId: 'u',
    occurredAtMs: 1_790_000_000_000,
    receivedAtMs: 1_790_000_000_000,
    ...rest,
  });
  const state = fold([
    event({ kind: 'page' }),
    event({ name: 'Email Opened' }),
    event({ name: 'Order Completed', properties: { channel: 'store' } }),
    event({ name: 'Push Notification Received', context: { device: { type: 'iOS' } } }),
    event({ name: 'Order Completed', context: { userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)' } }),
    event({ name: 'Emailed', context: { userAgent: 'Mozilla/5.0 (Linux; Android 14) Mobile' } }),
  ]);
  assert.deepEqual(seenOf(state, 'channel'), ['email', 'push', 'store', 'web']);
  assert.deepEqual(seenOf(state, 'device'), ['android', 'desktop', 'ios']);
});
