// What rules are checked against and ordered by: names and types that are known, segments that ask for each other, and what a change concerns.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from '../../../core/errors.ts';
import { dependenciesOf, inOrder, ruleIndex } from './dependencies.ts';
import { parseRule } from './parse.ts';
import { print } from './print.ts';
import { validate } from './validate.ts';
import { knownComputed, nearest, vocabulary } from './vocabulary.ts';

/** As holdfast.json declares them. */
const declared = [
  { name: 'orders_90d', event: 'Order Completed', operation: 'count', windowDays: 90 },
  { name: 'spend_total', event: 'Order Completed', operation: 'sum' },
  { name: 'spend_30d', event: 'Order Completed', operation: 'sum', windowDays: 30 },
  { name: 'spend_90d', event: 'Order Completed', operation: 'sum', windowDays: 90 },
  { name: 'average_order', event: 'Order Completed', operation: 'average' },
  { name: 'favourite_category', event: 'Product Viewed', operation: 'mostFrequent' },
];
const names = vocabulary({
  computed: [
    ...declared.map((trait) => knownComputed(trait)),
    knownComputed(
      { name: 'visits_7d', event: 'page', operation: 'count', windowDays: 7 },
      { label: { en: 'weekly visits', zh: '周访问次数' } },
    ),
  ],
  events: [
    {
      name: 'Order Completed',
      properties: [
        { name: 'total', type: 'number' },
        { name: 'channel', type: 'text' },
      ],
    },
    { name: 'Product Viewed' },
  ],
  traits: [{ name: 'subscribed', type: 'boolean' }],
  segments: ['vip'],
  scores: ['churn'],
  purposes: [{ purpose: 'marketing', channels: ['email', 'sms'] }],
});
const found = (text: string) => validate(parseRule(text, names), names);

test('the computed traits that a node declares can be named, in either language where they have a label', () => {
  for (const { name } of declared)
    assert.deepEqual(parseRule(`${name} > 3`, names).when, {
      kind: 'value',
      of: { kind: 'computed', name },
      test: { op: '>', value: 3 },
    });
  const rule = parseRule('周访问次数 >= 3', names);
  assert.deepEqual(parseRule('weekly visits >= 3', names), rule);
  assert.equal(print(rule, names, 'zh'), '周访问次数 >= 3');
});

test('what is well has no findings', () => {
  for (const text of [
    'spend_30d > 500 and city = 上海 and in segment vip and score churn > 0.5',
    'did "Order Completed" at least 2 times in 30 days where (total > 100 and channel = store)',
    'may be used for marketing by sms and createdAt since 2026-01-01 and subscribed = yes and postalCode = 200000',
    'birthday since 1990-01-01 and birthday in 7 days and memberLevel >= "B" and has email',
  ])
    assert.deepEqual(found(text), [], text);
});

test('an unknown name is a warning with the nearest names; an unknown segment is an error', () => {
  const cases: [string, 'error' | 'warning', string, string[]][] = [
    ['emial contains x', 'warning', '/when', ['email']],
    ['age > 5 and spend_30 > 4', 'warning', '/when/of/1', ['spend_30d', 'spend_90d', 'spend_total']],
    ['not (did "Order Complete")', 'warning', '/when/of', ['Order Completed']],
    ['did "Order Completed" where totl > 4', 'warning', '/when/where/0', ['total']],
    ['score chrn > 0.5', 'warning', '/when', ['churn']],
    ['may be used for marketing by emial', 'warning', '/when', ['email']],
    ['in segment vipp', 'error', '/when', ['vip']],
  ];
  for (const [text, severity, path, near] of cases) {
    const [finding, ...more] = found(text);
    assert.deepEqual(more, [], text);
    assert.equal(finding?.severity, severity, text);
    assert.equal(finding?.path, path, text);
    assert.ok(near.every((name) => finding?.near.includes(name)) || finding?.near[0] === near[0], `${text}: ${finding?.near}`);
    assert.match(finding!.message.zh, /您是否想写/);
  }
  assert.deepEqual(nearest('zzzzzz', ['city', 'email']), []);
});

test('a comparison that can never hold is an error', () => {
  for (const text of [
    'spend_30d contains "5"',
    'spend_30d = gold',
    'age = yes',
    'createdAt > 5',
    'createdAt = soon',
    'points in 30 days',
    'subscribed > 3',
    'subscribed = often',
    'city > 5',
    'city between 1 and 2',
    'city = yes',
    'birthday this month',
    'did "Order Completed" where total = high',
    'in segment nobody',
  ])
    assert.equal(found(text)[0]?.severity, 'error', text);
  assert.equal(found('age between 5 and 3')[0]?.severity, 'warning');
  assert.equal(found('did X at least 0 times')[1]?.severity, 'warning');
});

const rules = (texts: readonly string[]) => texts.map((text) => parseRule(text, names));

test('segments are evaluated after those they ask for, and a circle is named', () => {
  const all = rules(['in segment b = a', 'in segment c or in segment d = b', 'age > 5 = c', 'age > 6']);
  assert.deepEqual(
    inOrder(all).map(({ name }) => name),
    ['c', 'b', 'a', undefined],
  );
  const circle = rules(['in segment b = a', 'not (age > 5 and in segment c) = b', 'in segment b = c']);
  assert.throws(
    () => inOrder(circle),
    (error: Fault) => error.code === 'segment_cycle' && error.where === 'b -> c -> b',
  );
  assert.throws(
    () => inOrder(rules(['in segment me = me'])),
    (error: Fault) => error.where === 'me -> me',
  );
  assert.throws(
    () => inOrder(rules(['age > 5 = a', 'age > 6 = a'])),
    (error: Fault) => error.code === 'segment_rule_invalid',
  );
  const long = rules(Array.from({ length: 2000 }, (_, at) => `in segment s${at + 1} = s${at}`));
  assert.equal(inOrder(long)[0]!.name, 's1999');
});

test('a change concerns the rules that name it, through computed traits, orders and other segments', () => {
  const all = rules([
    'in segment big and city = 上海 = local',
    'spend_30d > 500 = big',
    'did "Product Viewed" in 7 days',
    'active in 30 days',
    'score churn > 0.7',
    'spend in 30 days > 100',
    'open tickets >= 1',
    'may be used for marketing',
    'age > 18',
  ]);
  const index = ruleIndex(all, names);
  const by = (change: Parameters<typeof index.affectedBy>[0]) => index.affectedBy(change);
  assert.deepEqual(by({ events: ['Order Completed'] }), [1, 0, 3, 5]);
  assert.deepEqual(by({ events: ['Product Viewed'] }), [2, 3]);
  assert.deepEqual(by({ events: ['Complaint Filed'] }), [3, 6]);
  assert.deepEqual(by({ traits: ['city'] }), [0]);
  assert.deepEqual(by({ traits: ['birthday'] }), [8]);
  assert.deepEqual(by({ scores: ['churn'] }), [4]);
  assert.deepEqual(by({ purposes: ['marketing'] }), [7]);
  assert.deepEqual(by({}), []);
  const timed = all.map(({ when }) => dependenciesOf(when, names).time);
  assert.deepEqual(timed, [false, true, true, true, false, true, false, true, true]);
});
