// The days of a question, its cut-offs, samples of persons, and times as spans: what needs no record to be asked.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columnOf, type Matrix, numberAt, numberColumn } from '../../../core/matrix/matrix.ts';
import { hasher } from '../numerics/chance.ts';
import { cutOffsOf, horizonOf, knownUntil, type Survey } from './horizon.ts';
import { sampleOf } from './people.ts';
import { filled, questionOf, questions } from './questions.ts';
import { relativeInTurns, relativeMatrix, rowReader } from './relative.ts';
import { enough } from './table.ts';

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 10, 1);
const churn = questionOf('churn')!;

function surveyOf(gaps: readonly number[], historyDays: number): Survey {
  return { persons: 100, gapsDays: Float64Array.from(gaps), knownFromMs: nowMs - historyDays * dayMs, knownUntilMs: nowMs };
}
const even = <T>(count: number, of: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => of(at));

test('the horizon is that within which nine of ten orders follow, in whole weeks', () => {
  // 1 to 100 days, evenly: nine of ten are no longer than 90, and 13 weeks hold them.
  assert.deepEqual(
    horizonOf(
      churn,
      surveyOf(
        even(1000, (at) => 1 + (at % 100)),
        1000,
      ),
    ),
    { horizonDays: 91, activeDays: 91 },
  );
  assert.equal(
    horizonOf(
      churn,
      surveyOf(
        even(1000, () => 2),
        1000,
      ),
    ).horizonDays,
    28,
    'not below four weeks',
  );
  assert.equal(
    horizonOf(
      churn,
      surveyOf(
        even(1000, () => 300),
        5000,
      ),
    ).horizonDays,
    182,
    'not above half a year',
  );
  assert.equal(horizonOf(churn, surveyOf([], 1000)).horizonDays, 91, 'the usual one where there are no gaps');
  assert.equal(
    horizonOf(
      churn,
      surveyOf(
        even(1000, () => 150),
        400,
      ),
    ).horizonDays,
    98,
    'a short history has room for a few cut-offs',
  );
  assert.deepEqual(horizonOf(churn, surveyOf([], 1000), { horizonDays: 30 }), { horizonDays: 30, activeDays: 30 });
  assert.deepEqual(horizonOf(questionOf('purchase_7d')!, surveyOf([], 1000)), { horizonDays: 7, activeDays: 180 });
});

test('the latest cut-off leaves the whole horizon known, the others lie a horizon apart', () => {
  const cutOffs = cutOffsOf(churn, { horizonDays: 90, activeDays: 90 }, surveyOf([], 1000));
  assert.deepEqual(
    cutOffs.map((ms) => (nowMs - ms) / dayMs),
    [360, 270, 180, 90],
  );
  assert.equal(cutOffsOf(churn, { horizonDays: 90, activeDays: 90 }, surveyOf([], 300)).length, 2);
  assert.throws(
    () => cutOffsOf(churn, { horizonDays: 90, activeDays: 90 }, surveyOf([], 100)),
    (error: { code?: string; where?: string }) =>
      error.code === 'cannot_train' && error.where === 'churn: 100 days of history; at least 180 are needed',
  );
});

test('a few events of today do not make the weeks before a time of silence', () => {
  const today = Math.floor(nowMs / dayMs);
  const days = new Map(even(60, (at): [number, number] => [today - 90 + at, 40]));
  assert.equal(knownUntil(days, nowMs), (today - 30) * dayMs);
  days.set(today, 1);
  assert.equal(knownUntil(days, nowMs), (today - 30) * dayMs);
  days.set(today, 40);
  assert.equal(knownUntil(days, nowMs + 1000), nowMs + 1000, 'never after now');
});

test('a sample is the same for a seed, whoever else is there: those whose numbers hash lowest', async () => {
  const all = even(25_000, (at) => at * 3);
  const some = await sampleOf(all, 100, 7);
  assert.equal(some.size, 100);
  assert.deepEqual(await sampleOf([...all].reverse(), 100, 7), some);
  assert.notDeepEqual(await sampleOf(all, 100, 8), some);
  assert.equal((await sampleOf(all, 50_000, 7)).size, 25_000);
  const hash = hasher(7);
  const ranked = [...all].sort((a, b) => hash(a) - hash(b));
  for (const most of [1, 100, 9999, 24_999])
    assert.deepEqual(await sampleOf(all, most, 7), new Set(ranked.slice(0, most)), `${most}`);
});

test('too few rows are refused with what there is and what is needed', () => {
  const answers = even(300, (at) => at < 12);
  assert.throws(
    () => enough(churn, answers),
    (error: { where?: string }) =>
      error.where === 'churn: 300 rows, 12 with the answer yes and 288 with no; at least 200, and 40 of each, are needed',
  );
  enough(
    churn,
    even(300, (at) => at < 50),
  );
});

test('questions say in both languages what they ask', () => {
  for (const { label, population, title, outcome } of questions) {
    for (const words of [label, population, title, outcome]) assert.match(words.zh, /[一-鿿]/);
    const { en, zh } = filled(label, { horizonDays: 14, activeDays: 180 });
    assert.match(en, /14 days/);
    assert.doesNotMatch(en + zh, /\{/);
  }
});

test('times become spans, and one row reads as the whole table does', async () => {
  const at = nowMs + 3_600_000;
  const matrix: Matrix = {
    rows: 3,
    columns: [
      numberColumn('last_order', [nowMs - 94 * dayMs, Number.NaN, nowMs], 'f64', 'time'),
      numberColumn('birthday', [Date.UTC(1990, 0, 1), Number.NaN, Number.NaN], 'f64', 'time'),
      numberColumn('orders', [3, 0, 1], 'f32'),
    ],
  };
  const relative = relativeMatrix(matrix, at);
  assert.deepEqual(
    relative.columns.map(({ name, kind }) => `${name} ${kind}`),
    ['last_order_days_ago number', 'age_years number', 'orders number'],
  );
  const read = rowReader(
    relative.columns.map(({ name, kind }) => ({ name, kind })),
    matrix.columns,
  );
  assert.ok(typeof read === 'function');
  for (let row = 0; row < 3; row += 1)
    for (const { name } of relative.columns)
      assert.deepEqual(read(matrix, row, at)[name] ?? Number.NaN, numberAt(columnOf(relative, name)!, row));
  assert.equal(Math.floor(read(matrix, 0, at).last_order_days_ago as number), 94);
  assert.equal(Math.floor(read(matrix, 0, at).age_years as number), 36);
  assert.deepEqual(rowReader([{ name: 'spend', kind: 'number' }], matrix.columns), { missing: 'spend' });
  assert.deepEqual(rowReader([{ name: 'orders', kind: 'category' }], matrix.columns), { missing: 'orders' });
  const inTurns = await relativeInTurns(matrix, at, new Set(['last_order', 'age_years']));
  assert.deepEqual(
    inTurns.columns.map(({ name }) => name),
    ['last_order', 'age_years'],
  );
  assert.deepEqual(columnOf(inTurns, 'age_years'), columnOf(relative, 'age_years'));
});
