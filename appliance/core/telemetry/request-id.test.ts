import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemPorts } from '../ports.ts';
import { currentRequestId, portableContext, within } from './context.ts';
import { parentOf, requestIdOf } from './request-id.ts';

const made = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const idFor = (headers: { [name: string]: string }) => requestIdOf(headers, systemPorts);

test("a caller's id is taken where it is plainly one, and nothing that could be somebody's", () => {
  const uuid = '5f0c2a9b-e1d3-4a8a-9c2e-0f1e2d3c4b5a';
  assert.equal(idFor({ 'x-request-id': uuid }), uuid);
  assert.equal(idFor({ 'x-request-id': uuid.toUpperCase() }), uuid);
  assert.equal(idFor({ 'x-request-id': 'ab'.repeat(16) }), 'ab'.repeat(16));
  for (const other of [
    'wang.xiaoming@example.com',
    '13800138000',
    '11010519491231002X',
    '6222021234567890123',
    '13800138000138001380001380013800',
    '王小明',
    `${uuid}\r\nx: y`,
    'a'.repeat(33),
    'a'.repeat(10_000),
    '',
  ])
    assert.match(idFor({ 'x-request-id': other }), made, other.slice(0, 40));
});

test('traceparent is read by the rules of W3C Trace Context, and ignored as a whole where it breaks one', () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const spanId = '00f067aa0ba902b7';
  assert.deepEqual(parentOf({ traceparent: `00-${traceId}-${spanId}-01` }), { traceId, spanId, sampled: true });
  assert.deepEqual(parentOf({ traceparent: `00-${traceId}-${spanId}-00` }), { traceId, spanId, sampled: false });
  assert.deepEqual(parentOf({ traceparent: `cc-${traceId}-${spanId}-01-what-comes-later` }), { traceId, spanId, sampled: true });
  assert.equal(idFor({ traceparent: `00-${traceId}-${spanId}-01` }), traceId);
  for (const broken of [
    `ff-${traceId}-${spanId}-01`,
    `00-${traceId}-${spanId}-01-more`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${traceId}-${spanId}`,
  ]) {
    assert.equal(parentOf({ traceparent: broken }), undefined, broken);
    assert.match(idFor({ traceparent: broken }), made);
  }
});

test('new ids sort by time', () => {
  let nowMs = 1_790_000_000_000;
  const ports = { clock: { nowMs: () => nowMs++ }, random: systemPorts.random };
  const ids = Array.from({ length: 50 }, () => requestIdOf({}, ports));
  assert.deepEqual(ids.toSorted(), ids);
  assert.equal(new Set(ids).size, 50);
});

test('work under way knows its request, over awaits, and what crosses to a thread is the id alone', async () => {
  const seen = await Promise.all(
    ['a', 'b'].map((requestId) =>
      within({ requestId }, async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return [currentRequestId(), portableContext()];
      }),
    ),
  );
  assert.deepEqual(seen, [
    ['a', { requestId: 'a' }],
    ['b', { requestId: 'b' }],
  ]);
  assert.equal(currentRequestId(), undefined);
});
