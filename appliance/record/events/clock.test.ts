import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { occurredAt, readTime } from './clock.ts';

const receivedAtMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const iso = (ms: number) => new Date(ms).toISOString();
const none = { originalTimestamp: undefined, timestamp: undefined, sentAt: undefined };
const at = (times: object) => occurredAt({ ...none, ...times }, receivedAtMs);

test('the forms of time that clients send', () => {
  const ms = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  const forms: [unknown, number | undefined][] = [
    ['2026-01-02T03:04:05.678Z', ms],
    ['2026-01-02T03:04:05.678123Z', ms],
    ['2026-01-02T03:04:05.678123456z', ms],
    ['2026-01-02 03:04:05,678', ms],
    ['2026-01-02T03:04:05.678', ms],
    ['2026-01-02T11:04:05.678+08:00', ms],
    ['2026-01-02T11:04:05.678+0800', ms],
    ['2026-01-02T03:04Z', ms - 5678],
    ['2026-01-02', Date.UTC(2026, 0, 2)],
    [ms, ms],
    [ms / 1000, ms],
    ['+275760-09-13T00:00:00.000Z', 8.64e15],
    ['+275760-09-13T00:00:00.001Z', undefined],
    ['2026-13-02T03:04:05Z', undefined],
    ['2026-01-02T25:04:05Z', undefined],
    ['1', undefined],
    ['yesterday', undefined],
    ['Fri, 02 Jan 2026 03:04:05 GMT', undefined],
    [`2026-01-02${' '.repeat(100)}`, undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [9e15, undefined],
    [true, undefined],
    [{}, undefined],
    [[2026], undefined],
  ];
  for (const [form, expected] of forms) assert.equal(readTime(form), expected, String(form));
});

test('a wrong client clock cancels out', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -2e12, max: 2e12 }),
      fc.integer({ min: 0, max: 1e9 }),
      fc.integer({ min: 0, max: 5000 }),
      (skewMs, ageMs, travelMs) => {
        const sentAt = iso(receivedAtMs - travelMs + skewMs);
        const timestamp = iso(receivedAtMs - travelMs - ageMs + skewMs);
        // Off by no more than the journey, which nobody can know.
        assert.deepEqual(at({ timestamp, sentAt }), { occurredAtMs: receivedAtMs - ageMs });
        assert.deepEqual(at({ originalTimestamp: timestamp, sentAt }), { occurredAtMs: receivedAtMs - ageMs });
      },
    ),
  );
});

test('which of the times counts', () => {
  const hour = 3_600_000;
  assert.deepEqual(at({}), { occurredAtMs: receivedAtMs });
  assert.deepEqual(at({ timestamp: '', originalTimestamp: null }), { occurredAtMs: receivedAtMs });
  assert.deepEqual(at({ timestamp: iso(receivedAtMs - hour) }), { occurredAtMs: receivedAtMs - hour });
  assert.deepEqual(at({ timestamp: iso(receivedAtMs - hour), sentAt: 'nonsense' }), { occurredAtMs: receivedAtMs - hour });
  // Both: the timestamp was corrected or set on purpose, sentAt no longer has to do with it.
  const both = { originalTimestamp: iso(5), timestamp: iso(receivedAtMs - 2 * hour), sentAt: iso(receivedAtMs + hour) };
  assert.deepEqual(at(both), { occurredAtMs: receivedAtMs - 2 * hour });
  // The future becomes now.
  assert.deepEqual(at({ timestamp: iso(receivedAtMs + hour) }), { occurredAtMs: receivedAtMs });
  assert.deepEqual(at({ timestamp: '+275760-09-13T00:00:00.000Z' }), { occurredAtMs: receivedAtMs });
  // A sentAt that would lead before 1970 is nonsense.
  const absurd = { timestamp: iso(receivedAtMs - hour), sentAt: '+275760-09-13T00:00:00.000Z' };
  assert.deepEqual(at(absurd), { occurredAtMs: receivedAtMs - hour });
  assert.deepEqual(at({ timestamp: '1969-12-31T23:59:59Z' }), { reason: 'timestamp is before 1970' });
  assert.deepEqual(at({ timestamp: 'tomorrow' }), { reason: 'timestamp is not an ISO 8601 time' });
  assert.deepEqual(at({ originalTimestamp: 'tomorrow' }), { reason: 'originalTimestamp is not an ISO 8601 time' });
});

test('whatever comes, the answer is a reason or a time between 1970 and now', () => {
  fc.assert(
    fc.property(fc.anything(), fc.anything(), fc.anything(), (originalTimestamp, timestamp, sentAt) => {
      const answer = occurredAt({ originalTimestamp, timestamp, sentAt }, receivedAtMs);
      if ('reason' in answer) return;
      assert.ok(Number.isSafeInteger(answer.occurredAtMs));
      assert.ok(answer.occurredAtMs >= 0 && answer.occurredAtMs <= receivedAtMs);
    }),
  );
});
