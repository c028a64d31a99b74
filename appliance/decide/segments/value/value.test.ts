// The pure parts of what customers are worth: a field's rule and its bounds, directions of a plane, weeks and tenths, and the days of a segment.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MemberChange } from '../live/ledger.ts';
import { Tally } from '../live/tally.ts';
import { tenthsOf, weeksOf } from './forecast.ts';
import { ruleOfField } from './grid.ts';
import { principal } from './plane.ts';

const never = Number.POSITIVE_INFINITY;
const bounds = { recencyDays: [20, 60, 120, 240], frequency: [2, 3, never, never], monetary: [1, 2, 3, 4] } as const;

test('the rule of a field keeps to its bounds, and leaves out those that are none', () => {
  const last = { kind: 'order', which: 'last' };
  const orders = { kind: 'orders', measure: 'count' };
  assert.deepEqual(ruleOfField(bounds, 5, 1), {
    kind: 'and',
    of: [
      { kind: 'value', of: last, test: { op: 'during', in: { kind: 'last', n: 20, unit: 'day' } } },
      { kind: 'value', of: orders, test: { op: '>=', value: 1 } },
      { kind: 'value', of: orders, test: { op: '<', value: 2 } },
    ],
  });
  assert.deepEqual(ruleOfField(bounds, 1, 3), {
    kind: 'and',
    of: [
      { kind: 'value', of: last, test: { op: 'ago', moreThan: { n: 240, unit: 'day' } } },
      { kind: 'value', of: orders, test: { op: '>=', value: 3 } },
    ],
  });
});

test('principal components: along the line on which points lie, then across it', () => {
  const cells = Float32Array.from([-2, -2, -1, -1.1, 0, 0.1, 1, 1, 2, 2]);
  const [first, second] = principal(cells, 2) as [Float64Array, Float64Array];
  assert.ok(Math.abs(first[0]! - first[1]!) < 0.05 && first[0]! > 0, String(first));
  assert.ok(Math.abs(first[0]! * second[0]! + first[1]! * second[1]!) < 1e-9, 'at right angles');
  assert.deepEqual([...principal(Float32Array.from([1, -1]), 1)[1]!], [0], 'one feature has no second direction');
});

test('weeks hold what was bought in them and no other, tenths what is expected from the most on', () => {
  const orders = {
    customer: Int32Array.of(0, 0, 1, 1),
    day: Int32Array.of(86, 93, 100, 101),
    amount: Float64Array.of(1, 2, 4, 8),
  };
  assert.deepEqual(weeksOf({ orders, lastDay: 100, weeks: 2 }), [
    { day: 87, orders: 1, spend: 2, customers: 1 },
    { day: 94, orders: 1, spend: 4, customers: 1 },
  ]);
  const value = Float64Array.of(1, Number.NaN, 3);
  const same = Float64Array.of(1, 1, 1);
  const tenths = tenthsOf({ value, alive: same, expected: same, total: same });
  assert.deepEqual(
    tenths.map((one) => [one.customers, one.value, one.share]),
    [
      [1, 3, 0.75],
      [1, 1, 0.25],
      [1, 0, 0],
    ],
  );
});

const change = (seq: number, day: number, kind: 'entered' | 'left'): MemberChange => ({
  seq,
  atMs: day * 10,
  person: 1,
  segment: 3,
  change: kind,
  cause: 'event',
});

test('days of a segment go back from now; what is heard while the past is read counts once', async () => {
  const past = [change(1, 5, 'entered'), change(2, 6, 'entered'), change(3, 6, 'left')];
  let hear: (changes: readonly MemberChange[]) => void = () => undefined;
  const tally = new Tally(
    {
      listen: (listener) => {
        hear = listener;
        return () => undefined;
      },
      changes: async (after) => {
        if (after < 0) hear([past[2]!, change(4, 7, 'left')]);
        return { changes: past.filter(({ seq }) => seq > after).slice(0, 2), next: after < 0 ? 2 : 3, more: after < 0 };
      },
    },
    (ms) => Math.floor(ms / 10),
  );
  const now = { members: 9, madeAtMs: 50, nowMs: 75 };
  assert.deepEqual(await tally.days(3, now, 30), [
    { day: 5, entered: 1, left: 0, members: 10 },
    { day: 6, entered: 1, left: 1, members: 10 },
    { day: 7, entered: 0, left: 1, members: 9 },
  ]);
  hear([change(5, 7, 'entered')]);
  assert.deepEqual((await tally.days(3, { ...now, members: 10 }, 1)).at(-1), { day: 7, entered: 1, left: 1, members: 10 });
});
