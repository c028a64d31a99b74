// A rule through the form and back stays the rule that it was; cells of a file cannot be formulas.

/// <reference types="node" />
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QualityRule } from './ask.ts';
import { csvOf } from './csv.ts';
import { fromForm, toForm } from './rule-form.ts';

test('rules of every kind come back from the form', () => {
  const rules: QualityRule[] = [
    { id: 'phone-there', kind: 'completeness', field: 'traits.phone', kinds: ['identify'], threshold: 0.95 },
    { id: 'currency', kind: 'validity', field: 'properties.currency', oneOf: ['CNY', 5, true], threshold: 0.9 },
    { id: 'total', kind: 'validity', field: 'properties.total', as: 'number', min: 0, max: 1e6, threshold: 0.9, weight: 2 },
    { id: 'once', kind: 'uniqueness', field: 'properties.order_id', event: 'Order Completed', per: 'event', threshold: 0.9 },
    {
      id: 'discount',
      kind: 'consistency',
      field: 'properties.discount',
      is: 'at_most',
      other: 'properties.total',
      threshold: 0.9,
    },
    { id: 'paid', kind: 'consistency', field: 'properties.paid', is: 'at_least', value: 0, threshold: 0.9 },
    { id: 'soon', kind: 'timeliness', withinMinutes: 60, threshold: 0.8, step: 0.1 },
  ];
  for (const rule of rules) assert.deepEqual(fromForm(toForm(rule)), rule);
});

test('what belongs to another kind does not leave the form', () => {
  const form = { ...toForm({ id: 'a', kind: 'validity', field: 'traits.x', as: 'phone' }), kind: 'completeness' as const };
  assert.deepEqual(fromForm(form), { id: 'a', kind: 'completeness', field: 'traits.x', threshold: 0.9 });
});

test('a file of rows', () => {
  assert.equal(
    csvOf([
      ['a', null, 1.5],
      ['=1+1', 'say "hi", now', 'x\ny'],
    ]),
    'a,,1.5\r\n\'=1+1,"say ""hi"", now","x\ny"\r\n',
  );
});
