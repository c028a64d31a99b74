// The text form: what people write is read as meant, what is printed is read back as it was, and a mistake is told with its place and a way out.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fault } from '../../../core/errors.ts';
import { parse, parseRule } from './parse.ts';
import { print } from './print.ts';
import { type Condition, checkRule, type Rule } from './rule.ts';
import { describeSyntaxError } from './syntax-error.ts';
import { anyRule, testVocabulary } from './testing-arbitraries.ts';
import { vocabulary } from './vocabulary.ts';

const plain = vocabulary();
const runs = process.env.HOLDFAST_LONG === '1' ? 20_000 : 1_500;
const whenOf = (text: string): Condition => parseRule(text, plain).when;
const errorOf = (text: string) => {
  const parsed = parse(text, testVocabulary);
  assert.ok(!parsed.ok, `${text} was read`);
  return parsed.error;
};

const spend30: Condition = {
  kind: 'value',
  of: { kind: 'orders', measure: 'spend', in: { kind: 'last', n: 30, unit: 'day' } },
  test: { op: '>', value: 5000 },
};
const active30: Condition = { kind: 'did', event: '*', times: { op: 'atLeast', n: 1 }, in: { kind: 'last', n: 30, unit: 'day' } };

test('one line says a whole segment, in either language', () => {
  const rule: Rule = { name: 'platinum', when: { kind: 'and', of: [spend30, active30] } };
  assert.deepEqual(parseRule('monthly spend > 5000 and active in 30 days = platinum', plain), rule);
  assert.deepEqual(parseRule('月消费 > 5000 且 30天内活跃 = 铂金', plain), { ...rule, name: '铂金' });
  assert.deepEqual(parseRule('月消费>5,000元且近30天活跃=platinum', plain), rule);
  assert.deepEqual(parseRule('Spend in the last 30 days > ¥5,000 且 active within 30 days = "platinum"', plain), rule);
  assert.equal(print(rule, plain), 'spend in 30 days > 5000 and active in 30 days = platinum');
  assert.equal(print(rule, plain, 'zh'), '30天内消费 > 5000 且 30天内活跃 = platinum');
});

test('the same condition in many words', () => {
  const pairs: [Condition, string[]][] = [
    [
      { kind: 'value', of: { kind: 'trait', name: 'city' }, test: { op: 'in', values: ['上海', 'New York'] } },
      ['city in (上海, "New York")', 'City is one of ("上海", “New York”)', '城市属于（上海，"New York"）'],
    ],
    [
      { kind: 'did', event: 'X', times: { op: 'atLeast', n: 3 }, in: { kind: 'last', n: 2, unit: 'week' } },
      [
        'did X at least 3 times in 2 weeks',
        'did "X" in the last 2 weeks more than 2 times',
        '近2周做过X至少3次',
        '2周内做过 "X" 不少于3次',
      ],
    ],
    [
      { kind: 'not', of: { kind: 'did', event: 'X', times: { op: 'atLeast', n: 1 } } },
      ['did not X', 'never did X', 'not did X', 'not (did X)', '没做过 X', '从未做过X'],
    ],
    [
      { kind: 'value', of: { kind: 'order', which: 'last' }, test: { op: 'ago', moreThan: { n: 3, unit: 'month' } } },
      ['last order more than 3 months ago', '最近订单在3个月以前', '最近下单 在3个月前'],
    ],
    [
      {
        kind: 'value',
        of: { kind: 'trait', name: 'createdAt' },
        test: { op: 'during', in: { kind: 'dates', to: '2025-12-31' } },
      },
      [
        'createdAt before 2026-01-01',
        'createdAt < 2026-01-01',
        'created_at until 2025-12-31',
        '注册时间早于2026年1月1日',
        '注册时间在2026-01-01之前',
      ],
    ],
    [
      { kind: 'value', of: { kind: 'score', name: 'churn' }, test: { op: '>', value: 0.7 } },
      ['score churn > 0.7', 'score churn above 70%', '评分churn大于70%'],
    ],
    [{ kind: 'birthday', days: 7 }, ['birthday within 7 days', 'birthday in 1 week', '生日在7天内', '7天内生日', '7天内过生日']],
    [
      { kind: 'consent', purpose: 'marketing', channel: 'email' },
      ['may be used for marketing by email', '可用于 marketing 经 email', '可用于"marketing"通过"email"'],
    ],
    [
      { kind: 'value', of: { kind: 'age' }, test: { op: 'between', from: 18, to: 30 } },
      ['age between 18 and 30', '年龄介于18到30之间'],
    ],
  ];
  for (const [condition, texts] of pairs) for (const text of texts) assert.deepEqual(whenOf(text), condition, text);
});

test('not binds tighter than and, and than or; brackets are kept where they matter', () => {
  const [a, b, c] = ['A', 'B', 'C'].map((event): Condition => ({ kind: 'did', event, times: { op: 'atLeast', n: 1 } }));
  assert.deepEqual(whenOf('did A or not did B and did C'), {
    kind: 'or',
    of: [a, { kind: 'and', of: [{ kind: 'not', of: b }, c] }],
  });
  assert.deepEqual(whenOf('(did A or did B) and did C'), { kind: 'and', of: [{ kind: 'or', of: [a, b] }, c] });
  assert.deepEqual(whenOf('did A and did B and did C'), { kind: 'and', of: [a, b, c] });
  assert.deepEqual(whenOf('did A and (did B and did C)'), { kind: 'and', of: [a, { kind: 'and', of: [b, c] }] });
});

test('a declared name wins where it is longer, and never takes a word of the language away', () => {
  const of = (text: string) => (parseRule(text, testVocabulary).when as { of?: unknown }).of;
  assert.deepEqual(of('本月消费 > 3'), { kind: 'computed', name: 'spend_30d' });
  assert.deepEqual(of('本月 消费 > 3'), { kind: 'orders', measure: 'spend', in: { kind: 'period', unit: 'month', ago: 0 } });
  assert.deepEqual(of('活跃度 = 3'), { kind: 'computed', name: 'favourite' });
  assert.deepEqual(of('orders > 3'), { kind: 'orders', measure: 'count' });
  assert.deepEqual(of('computed orders > 3'), { kind: 'computed', name: 'orders' });
  assert.deepEqual(of('市场 = 3'), { kind: 'trait', name: '市场' });
  assert.deepEqual(of('消费能力 = 3'), { kind: 'trait', name: '消费能力' });
});

test('what is printed is read back as the same rule, in both languages, and prints the same again', () => {
  fc.assert(
    fc.property(
      anyRule,
      fc.constantFrom('en' as const, 'zh' as const),
      fc.constantFrom(plain, testVocabulary),
      (rule, language, names) => {
        checkRule(rule);
        const text = print(rule, names, language);
        const parsed = parse(text, names);
        assert.ok(parsed.ok, parsed.ok ? '' : `${text}\n${describeSyntaxError(parsed.error).en}`);
        assert.deepEqual(parsed.rule, rule, text);
        assert.equal(print(parsed.rule, names, language), text);
      },
    ),
    { numRuns: runs },
  );
});

test('any text is a rule or an error at a place within it; nothing else comes out, and soon', () => {
  const pieces = fc.constantFrom(
    'spend',
    '消费',
    '30',
    '天内',
    ' ',
    '(',
    ')',
    'and',
    '或',
    '=',
    '> 5',
    '"',
    '近',
    'did',
    'in',
    '2026-01-01',
    'x',
    '非',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ maxLength: 60 }),
        fc.array(pieces, { maxLength: 30 }).map((all) => all.join('')),
      ),
      (text) => {
        try {
          const parsed = parse(text, testVocabulary);
          if (parsed.ok) checkRule(parsed.rule);
          else {
            assert.ok(parsed.error.offset >= 0 && parsed.error.offset <= text.length);
            assert.ok(parsed.error.expected.length > 0);
          }
        } catch (error) {
          assert.ok(error instanceof Fault && error.code === 'segment_rule_invalid', String(error));
        }
      },
    ),
    { numRuns: runs },
  );
});

test('errors say the place, what was expected, and how to put it right', () => {
  const cases: [string, number, RegExp, RegExp][] = [
    ['active in 30', 13, /hours, days, weeks or months/, /Say the unit/],
    ['did "Order', 5, /closing quotation mark/, /never closed/],
    ['(age > 5', 9, /\)/, /still open/],
    ['age > 5)', 8, /the end/, /too many/],
    ['age => 5', 6, /a value/, /Write >=/],
    ['monthly spnd > 4', 9, /comparison/, /monthly spend/],
    ['did Ordr Completed', 10, /the end/, /Order Completed/],
    ['age > 5 age > 6', 9, /the end/, /Join conditions/],
    ['age > 5 and', 12, /condition/, /./],
    ['city = New York', 12, /the end/, /quotation marks/],
  ];
  for (const [text, column, expected, hint] of cases) {
    const error = errorOf(text);
    const said = describeSyntaxError(error);
    assert.equal(error.column, column, `${text}: ${said.en}`);
    assert.match(said.en, expected);
    if (hint.source !== '.') assert.match(said.en, hint);
    assert.match(said.zh, /^第 1 行第 \d+ 列：此处应为/);
  }
  assert.equal(errorOf('age > 5\n  and 年龄 ?').line, 2);
  assert.throws(
    () => parseRule('city = "secret', plain),
    (error: Fault) => error.code === 'segment_rule_syntax' && !error.message.includes('secret'),
  );
});

test('a rule is bounded', () => {
  const deep = `${'('.repeat(50)}age > 5${')'.repeat(50)}`;
  for (const text of [
    deep,
    `${'not '.repeat(60)}age > 5`,
    'x'.repeat(30_000),
    Array(300).fill('age > 5').join(' and '),
    'active in 9999 days',
  ])
    assert.throws(
      () => parse(text, plain),
      (error: Fault) => error.code === 'segment_rule_invalid',
      text.slice(0, 40),
    );
  for (const json of [null, {}, { when: { kind: 'and', of: [] } }, { when: { kind: 'segment' } }, { when: active30, more: 1 }])
    assert.throws(
      () => checkRule(json),
      (error: Fault) => error.code === 'segment_rule_invalid',
    );
  let nested: unknown = active30;
  for (let depth = 0; depth < 5_000; depth += 1) nested = { kind: 'not', of: nested };
  assert.throws(
    () => checkRule({ when: nested }),
    (error: Fault) => error.code === 'segment_rule_invalid',
  );
});
