// Random rules, names and people for the property tests of the rules: every form that the JSON form allows, names that look like words of the
// language, and people whose events crowd around the edges of windows.

import fc from 'fast-check';
import { dayMs } from './calendar.ts';
import {
  type Condition,
  type Duration,
  fits,
  type Quantity,
  type Rule,
  type Test,
  type TimeTest,
  type TimeWindow,
  type ValueTest,
  type Where,
} from './rule.ts';
import { vocabulary } from './vocabulary.ts';

export const testVocabulary = vocabulary({
  traits: [
    { name: 'plan', type: 'text', label: { en: 'plan', zh: '套餐' } },
    { name: 'spend in', type: 'text' },
    { name: '客户等级', type: 'text' },
    { name: 'visits', type: 'number', aliases: ['number of visits', '到访次数'] },
    { name: 'active', type: 'boolean' },
  ],
  computed: [
    {
      name: 'spend_30d',
      type: 'number',
      event: 'Order Completed',
      windowDays: 30,
      label: { en: 'spend lately', zh: '本月消费' },
    },
    { name: 'orders', type: 'number', event: 'Order Completed', label: { en: 'orders', zh: '订单数' } },
    { name: 'favourite', type: 'text', event: 'Product Viewed', aliases: ['活跃度', 'not often', 'city in'] },
    { name: 'city', type: 'text', event: 'page' },
  ],
  events: [
    { name: 'Order Completed', label: { en: 'ordered', zh: '下单' } },
    { name: 'Product Viewed', label: { en: 'then', zh: '浏览商品' } },
    { name: 'at least', label: { en: 'x', zh: '至少' } },
  ],
  segments: ['vip', 'new'],
  scores: ['churn'],
  purposes: [{ purpose: 'marketing', channels: ['email', 'sms'] }],
});

export const eventNames = ['Order Completed', 'Product Viewed', 'Complaint Filed', 'page'] as const;
const oddNames = [
  'spend',
  '活跃',
  '30天内',
  'in',
  'or',
  'not',
  'yes',
  '是',
  'a"b',
  'a\\b',
  '上海',
  'New York',
  '且',
  '= x',
  '',
  'x.y',
  '*',
];
const odd = fc.constantFrom(...oddNames.filter((name) => name !== ''));
export const anyName = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'city',
      'plan',
      'birthday',
      'createdAt',
      'memberLevel',
      'visits',
      'spend_30d',
      'orders',
      'favourite',
    ),
  },
  { weight: 2, arbitrary: odd },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }) },
);
const eventName = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...eventNames, '*') }, { weight: 1, arbitrary: anyName });
const anyText = fc.oneof(fc.constantFrom(...oddNames), fc.string({ unit: 'grapheme', maxLength: 12 }));
const plainNumber = fc.oneof(
  fc.integer({ min: -5, max: 200 }),
  fc.double({ min: -1e15, max: 1e15, noNaN: true }).map((value) => value + 0),
);

export const anyDuration: fc.Arbitrary<Duration> = fc.record({
  n: fc.integer({ min: 1, max: 60 }),
  unit: fc.constantFrom('hour', 'day', 'week', 'month'),
});
const anyDate = fc.integer({ min: 19_000, max: 21_500 }).map((day) => new Date(day * dayMs).toISOString().slice(0, 10));
export const anyWindow: fc.Arbitrary<TimeWindow> = fc.oneof(
  anyDuration.map((duration): TimeWindow => ({ kind: 'last', ...duration })),
  fc.record({
    kind: fc.constant('period' as const),
    unit: fc.constantFrom('day', 'week', 'month', 'quarter', 'year'),
    ago: fc.constantFrom(0, 1),
  }),
  anyDate.map((from): TimeWindow => ({ kind: 'dates', from })),
  anyDate.map((to): TimeWindow => ({ kind: 'dates', to })),
  fc
    .tuple(anyDate, anyDate)
    .map(([a, b]): TimeWindow => ({ kind: 'dates', ...(a < b ? { from: a, to: b } : { from: b, to: a }) })),
);
export const anyTimeTest: fc.Arbitrary<TimeTest> = fc.oneof(
  anyWindow.map((window): TimeTest => ({ op: 'during', in: window })),
  anyDuration.map((moreThan): TimeTest => ({ op: 'ago', moreThan })),
);

/** @param texts and numbers that the test compares with */
export function valueTests(texts: fc.Arbitrary<string>, numbers: fc.Arbitrary<number>): fc.Arbitrary<ValueTest> {
  const nonEmpty = texts.filter((text) => text !== '');
  return fc.oneof(
    fc.record({ op: fc.constantFrom('=', '!='), value: fc.oneof(texts, numbers, fc.boolean()) }),
    fc.record({ op: fc.constantFrom('<', '<=', '>', '>='), value: fc.oneof(numbers, texts) }),
    fc.record({ op: fc.constant('between' as const), from: numbers, to: numbers }),
    fc.record({ op: fc.constant('in' as const), values: fc.array(fc.oneof(texts, numbers), { minLength: 1, maxLength: 4 }) }),
    fc.record({ op: fc.constantFrom('contains', 'startsWith', 'endsWith'), value: nonEmpty }),
    fc.constant({ op: 'exists' as const }),
  );
}

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
/** Without the properties that are undefined: the schema knows a property or none. */
const bare = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;

/** With ordinary prototypes, as JSON has them. */
const asJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** How random conditions are made: tests of text and structure take any name, tests of meaning only what their people have. */
export type Palette = {
  names: fc.Arbitrary<string>;
  events: fc.Arbitrary<string>;
  segments: fc.Arbitrary<string>;
  tests: fc.Arbitrary<ValueTest>;
  properties: fc.Arbitrary<string>;
  windows: fc.Arbitrary<TimeWindow>;
  durations: fc.Arbitrary<Duration>;
};
export const wildPalette: Palette = {
  names: anyName,
  events: eventName,
  segments: anyName,
  tests: valueTests(anyText, plainNumber),
  properties: anyName,
  windows: anyWindow,
  durations: anyDuration,
};

function anyLeaf(palette: Palette): fc.Arbitrary<Condition> {
  const { names, events, segments, tests, properties, windows, durations } = palette;
  const timeTest: fc.Arbitrary<TimeTest> = fc.oneof(
    windows.map((window): TimeTest => ({ op: 'during', in: window })),
    durations.map((moreThan): TimeTest => ({ op: 'ago', moreThan })),
  );
  const where: fc.Arbitrary<Where | undefined> = fc.option(
    fc.array(fc.record({ property: properties, test: tests }), { minLength: 1, maxLength: 2 }),
    { nil: undefined, freq: 2 },
  );
  const step = fc.record({ event: events, where }).map(bare);
  const quantity: fc.Arbitrary<Quantity> = fc.oneof(
    fc.record({ kind: fc.constantFrom('trait', 'computed', 'score'), name: names }),
    fc
      .record({
        kind: fc.constant('orders' as const),
        measure: fc.constantFrom('spend', 'count', 'average', 'largest'),
        in: optional(windows),
      })
      .map(bare) as fc.Arbitrary<Quantity>,
    fc.record({ kind: fc.constant('order' as const), which: fc.constantFrom('first', 'last') }),
    fc.record({ kind: fc.constant('complaints' as const), in: optional(windows) }).map(bare) as fc.Arbitrary<Quantity>,
    fc.constantFrom<Quantity>(
      { kind: 'openTickets' },
      { kind: 'age' },
      { kind: 'source' },
      { kind: 'channel' },
      { kind: 'device' },
    ),
  );
  const times = fc.record({ op: fc.constantFrom('atLeast', 'atMost', 'exactly'), n: fc.integer({ min: 0, max: 4 }) });
  return fc.oneof(
    {
      weight: 3,
      arbitrary: fc
        .record({ kind: fc.constant('value' as const), of: quantity, test: fc.oneof<fc.Arbitrary<Test>[]>(tests, timeTest) })
        .filter(({ of, test }) => fits(of, test)),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('did' as const), event: events, times, in: optional(windows), where }).map(bare),
    },
    fc
      .record({
        kind: fc.constant('moment' as const),
        which: fc.constantFrom('first', 'last'),
        event: events,
        where,
        test: timeTest,
      })
      .map(bare),
    fc
      .record({
        kind: fc.constant('sequence' as const),
        steps: fc.array(step, { minLength: 2, maxLength: 3 }),
        within: durations,
        in: optional(windows),
      })
      .map(bare),
    segments.map((name) => ({ kind: 'segment' as const, name })),
    fc.record({ kind: fc.constant('consent' as const), purpose: names, channel: optional(names) }).map(bare),
    fc.integer({ min: 0, max: 365 }).map((days) => ({ kind: 'birthday' as const, days })),
  ) as fc.Arbitrary<Condition>;
}

export function conditions(palette: Palette = wildPalette, depth = 3): fc.Arbitrary<Condition> {
  const leaf = anyLeaf(palette);
  if (depth === 0) return leaf;
  const inner = conditions(palette, depth - 1);
  const many = fc.array(inner, { minLength: 2, maxLength: 3 });
  return fc.oneof(
    { weight: 3, arbitrary: leaf },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('and', 'or'), of: many }) as fc.Arbitrary<Condition> },
    { weight: 1, arbitrary: inner.map((of): Condition => ({ kind: 'not', of })) },
  );
}

export const anyRule: fc.Arbitrary<Rule> = (
  fc
    .record({
      name: optional(fc.oneof(anyName, fc.constantFrom('platinum', '铂金 会员', 'gold and silver'))),
      when: conditions(),
    })
    .map(bare) as fc.Arbitrary<Rule>
).map(asJson);
