// The fixed point: whatever is summed, no half of a cell overflows, and rounding does not turn exact counts into fewer.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromWords, leastHessianOf, mostSum, scalesOf, toWords } from './fixed-point.ts';

const size = fc.double({ min: 1e-12, max: 1e12, noNaN: true });

test('no choice of rows overflows either half', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(size, fc.boolean(), size), { minLength: 1, maxLength: 400 }),
      fc.integer({ min: 0, max: 20 }),
      (rows, doublings) => {
        // Each row stands for many equal ones, so that tables of hundreds of millions of rows are meant as well.
        const many = Math.min(2 ** doublings, Math.floor(2 ** 26 / rows.length));
        const gradients = rows.map(([gradient, negative]) => Math.fround(negative ? -gradient : gradient));
        const hessians = rows.map(([, , hessian]) => Math.fround(hessian));
        const total = (values: number[]) => values.reduce((sum, value) => sum + Math.abs(value), 0) * many;
        const { gradientScale, hessianScale } = scalesOf(rows.length * many, total(gradients), total(hessians));
        const g = gradients.map((gradient) => Math.floor(gradient * gradientScale + 0.5));
        const h = hessians.map((hessian) => Math.floor(hessian * hessianScale + 0.5));
        // The sets of rows with the largest and the least sums; all others lie between.
        const most = g.filter((one) => one > 0).reduce((sum, one) => sum + one, 0) * many;
        const least = g.filter((one) => one < 0).reduce((sum, one) => sum + one, 0) * many;
        assert.ok(most <= mostSum && least >= -mostSum, `${least} to ${most}`);
        assert.ok(Math.min(...h) >= 0 && h.reduce((sum, one) => sum + one, 0) * many <= mostSum);
      },
    ),
  );
});

test('equal hessians sum to exactly so many: a child of just enough rows is not refused', () => {
  for (const rows of [20, 1000, 999_983, 2 ** 24]) {
    const { hessianScale } = scalesOf(rows, rows, rows);
    const row = Math.floor(hessianScale + 0.5);
    for (const wanted of [1, 5, 17]) {
      const least = leastHessianOf(wanted, hessianScale);
      assert.ok(wanted * row >= least, `${wanted} of ${rows}`);
      assert.ok((wanted - 1) * row < least, `${wanted - 1} of ${rows}`);
    }
  }
});

test('sums of whole steps are exact in any order, up to the most rows', () => {
  const step = fc.float({ min: 0, max: 1, noNaN: true }).map((size) => Math.ceil(size * 2 ** 24));
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 200 }), fc.integer({ min: 1, max: 2 ** 18 }), (steps, many) => {
      const sum = (values: readonly number[]) => values.reduce((all, value) => all + (value / 2 ** 24) * many, 0);
      const exact = steps.reduce((all, value) => all + BigInt(value) * BigInt(many), 0n);
      assert.equal(BigInt(sum(steps) * 2 ** 24), exact);
      assert.equal(sum(steps.toReversed()), sum(steps));
    }),
  );
});

test('words of many parties add up to the sum', () => {
  const sums = fc.array(fc.integer({ min: 0, max: Math.floor((2 ** 53 - 1) / 127) }), { minLength: 1, maxLength: 127 });
  fc.assert(
    fc.property(sums, (each) => {
      const words = each
        .map((sum): number[] => toWords(sum))
        .reduce((all, one) => all.map((word, at) => word + one[at]!), [0, 0, 0]);
      assert.ok(words.every((word) => word <= mostSum));
      assert.equal(
        fromWords(words),
        each.reduce((all, one) => all + one),
      );
    }),
  );
});
