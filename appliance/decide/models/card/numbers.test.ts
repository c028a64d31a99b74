// Numbers as people read them, and a dash for what is none.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count, day, decimal, percent, plain, short, signed, times, width } from './numbers.ts';

test('thousands, percentages, signs', () => {
  assert.deepEqual([count(7043), count(999.6), count(-1200), count(-0.2)], ['7,043', '1,000', '−1,200', '0']);
  assert.deepEqual([percent(0.2654), percent(0.2654, 0), percent(1)], ['26.5%', '27%', '100.0%']);
  assert.deepEqual([decimal(0.84612), signed(0.0123), signed(-0.0123), times(3.14)], ['0.846', '+0.012', '−0.012', '3.1×']);
  assert.deepEqual([0, 94.4, 4512.65, 0.00123456, 1234567, -3, 1e18].map(plain), [
    '0',
    '94.4',
    '4,513',
    '0.001235',
    '1,234,567',
    '−3',
    '1.00e+18',
  ]);
  assert.deepEqual([950, 1500, 2_000_000, -3000, 0.25].map(short), ['950', '1.5k', '2M', '−3k', '0.25']);
  assert.equal(day(Date.UTC(2024, 1, 29, 23, 59)), '2024-02-29');
});

test('what is no number is a dash, and no width', () => {
  for (const hole of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
    for (const format of [count, decimal, percent, signed, times, plain, day]) assert.equal(format(hole), '–');
    assert.equal(width(hole), '0.00%');
  }
  assert.deepEqual([width(2), width(-1), day(9e15)], ['100.00%', '0.00%', '–']);
});
