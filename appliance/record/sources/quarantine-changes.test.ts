// Changes to an event in quarantine: what is named changes, everything else stays, and no path reaches outside the event.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../core/errors.ts';
import type { Event } from '../../core/model/event.ts';
import { changedEvent } from './quarantine-changes.ts';

const event: Event = {
  kind: 'track',
  messageId: 'm1',
  userId: 'u1',
  name: 'Order Completed',
  properties: { total: 'many', items: [{ sku: 'a' }, { sku: 'b' }] },
  context: { ip: '10.0.0.1' },
  occurredAtMs: 1,
  receivedAtMs: 2,
};

test('a field is set, made with what it stands in, and taken away; the event that was given stays', () => {
  const before = structuredClone(event);
  const changed = changedEvent(event, [
    { path: ['properties', 'total'], value: 12.5 },
    { path: ['traits', 'address', 'city'], value: '杭州' },
    { path: ['context', 'ip'] },
  ]);
  assert.deepEqual(changed, {
    ...before,
    properties: { ...before.properties, total: 12.5 },
    traits: { address: { city: '杭州' } },
    context: {},
  });
  assert.deepEqual(event, before);
});

test('lists are changed by place, grow at their end, and shrink', () => {
  const { properties } = changedEvent(event, [
    { path: ['properties', 'items', '0', 'sku'], value: 'c' },
    { path: ['properties', 'items', '2'], value: { sku: 'd' } },
    { path: ['properties', 'items', '1'] },
  ]);
  assert.deepEqual(properties?.items, [{ sku: 'c' }, { sku: 'd' }]);
});

test('what is no place in the event is refused by its path', () => {
  for (const path of [
    ['__proto__', 'polluted'],
    ['properties', 'constructor'],
    ['properties', '***0'],
    ['userId', 'inside'],
    ['properties', 'items', 'sku'],
    ['properties', 'items', '7', 'sku'],
    ['properties', 'items', '7'],
  ])
    assert.throws(
      () => changedEvent(event, [{ path, value: 1 }]),
      (error: unknown) => error instanceof Fault && error.code === 'bad_request',
      path.join('.'),
    );
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
});
