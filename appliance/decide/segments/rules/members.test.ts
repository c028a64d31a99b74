// Set evaluation says of every row what the evaluator says of the customer behind it, or says that it does not know; over chunks, in threads,
// with what several rules share, and with any choice of columns.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { type Column, categoryColumn, type Matrix, numberColumn, type Storage } from '../../../core/matrix/matrix.ts';
import { Calendar } from './calendar.ts';
import { compile } from './compile.ts';
import { evaluate } from './evaluate.ts';
import { type ColumnCatalogue, columnCatalogue, keyOf, type Measure, measureOf } from './measure.ts';
import { findMembers, hasRow, type Members, rowsOf } from './members.ts';
import { decideOpen, MembersPool } from './members-pool.ts';
import { parseRule } from './parse.ts';
import { neighbour } from './plan.ts';
import { type Condition, leavesOf, type Rule } from './rule.ts';
import { conditions } from './testing-arbitraries.ts';
import { anyPerson, baseMs, type Person, peoplePalette, subjectOf, zones } from './testing-people.ts';
import { vocabulary } from './vocabulary.ts';

const runs = process.env.HOLDFAST_LONG === '1' ? 5_000 : 300;
const plain = vocabulary();
const pool = new MembersPool(2);
after(() => pool.close());

/** Every measure that could serve a condition. */
function measuresFor(when: Condition): Measure[] {
  const found: Measure[] = [{ kind: 'birthday' }, { kind: 'trait', name: 'age' }];
  for (const leaf of leavesOf(when)) {
    if (leaf.kind === 'value') {
      found.push(leaf.of);
      if (leaf.of.kind === 'complaints')
        found.push({ kind: 'times', event: 'Complaint Filed', ...(leaf.of.in && { in: leaf.of.in }) });
    }
    if (leaf.kind === 'segment') found.push(leaf);
    if (leaf.kind === 'consent') found.push(leaf);
    const events = leaf.kind === 'sequence' ? leaf.steps.map(({ event }) => event) : 'event' in leaf ? [leaf.event] : [];
    for (const event of events) {
      found.push({ kind: 'moment', which: 'first', event }, { kind: 'moment', which: 'last', event });
      if ('in' in leaf && leaf.in) found.push({ kind: 'times', event, in: leaf.in });
      else found.push({ kind: 'times', event });
    }
  }
  return [...new Map(found.map((measure) => [keyOf(measure), measure])).values()];
}

const isTime = ({ kind }: Measure) => kind === 'moment' || kind === 'order' || kind === 'birthday';
const wholeStorages: readonly Storage[] = ['f64', 'f32', 'i32', 'u16', 'u8'];

function columnOfPeople(name: string, measure: Measure, people: readonly Person[], calendar: Calendar, pick: number): Column {
  const values = people.map((person) => measureOf(measure, subjectOf(person), baseMs, calendar));
  const numbers = values.map((value) => (value === undefined ? Number.NaN : value));
  if (!numbers.every((value) => typeof value === 'number'))
    return categoryColumn(
      name,
      values.map((value) => (value === undefined ? undefined : String(value))),
    );
  if (isTime(measure)) return numberColumn(name, numbers, 'f64', 'time');
  const whole = numbers.every((value) => Number.isNaN(value) || (Number.isInteger(value) && value >= 0 && value < 200));
  return numberColumn(name, numbers, whole ? wholeStorages[pick % 5]! : 'f64');
}

function tableOf(
  people: readonly Person[],
  measures: readonly Measure[],
  calendar: Calendar,
): { matrix: Matrix; catalogue: ColumnCatalogue } {
  const entries = measures.map((measure, place) => ({ measure, column: `c${place}` }));
  return {
    matrix: {
      rows: people.length,
      columns: entries.map(({ measure, column }, place) => columnOfPeople(column, measure, people, calendar, place)),
    },
    catalogue: columnCatalogue(entries),
  };
}

test('every row is what the evaluator says, or open and between the bounds', () => {
  const batch = fc.record({
    whens: fc.array(conditions(peoplePalette, 2), { minLength: 1, maxLength: 3 }),
    people: fc.array(anyPerson, { minLength: 1, maxLength: 40 }),
    zone: fc.constantFrom(...zones),
    without: fc.array(fc.nat(15), { maxLength: 10 }),
  });
  let decided = 0;
  let open = 0;
  fc.assert(
    fc.property(batch, ({ whens, people, zone, without }) => {
      const calendar = new Calendar(zone);
      const all = whens.flatMap(measuresFor);
      const kept = all.filter((_, place) => !without.includes(place));
      const { matrix, catalogue } = tableOf(people, kept, calendar);
      const rules: Rule[] = whens.map((when) => ({ when }));
      const plan = compile(rules, catalogue, { matrix, nowMs: baseMs, calendar });
      const found = findMembers(plan, matrix);
      for (const [place, rule] of rules.entries()) {
        const { members, undecided, count, undecidedCount } = found[place]!;
        assert.equal([...rowsOf(members)].length, count);
        assert.equal(undecided ? [...rowsOf(undecided)].length : 0, undecidedCount);
        if (undecidedCount > 0) assert.ok(plan.unanswered[place]!.length > 0);
        for (const [row, person] of people.entries()) {
          if (undecided && hasRow(undecided, row)) {
            open += 1;
            assert.ok(!hasRow(members, row));
            continue;
          }
          decided += 1;
          const { member } = evaluate(rule, subjectOf(person), baseMs, calendar);
          assert.equal(hasRow(members, row), member, `row ${row}: ${JSON.stringify(person)}`);
        }
      }
    }),
    { numRuns: runs },
  );
  assert.ok(decided > open, `${decided} decided, ${open} open`);
});

test('ages by the day of birth, on the day itself', () => {
  const days = ['1990-03-06', '1990-03-07', '1990-03-08', '1989-03-07', '1989-03-08', '2000-02-29', undefined, '2026-03-08'];
  const values = days.map((day) => (day === undefined ? Number.NaN : Date.parse(day)));
  const matrix: Matrix = { rows: days.length, columns: [numberColumn('born', values, 'f64', 'time')] };
  const catalogue = columnCatalogue([{ measure: { kind: 'birthday' }, column: 'born' }]);
  const rules = ['age = 36', 'age = 35', 'age between 26 and 35', 'age > 36', 'age < 200', 'birthday in 1 day'].map((text) =>
    parseRule(text, plain),
  );
  const found = findMembers(compile(rules, catalogue, options(matrix)), matrix);
  assert.deepEqual(
    found.map(({ members }) => [...rowsOf(members)]),
    [[0, 1, 4], [2], [2, 5], [3], [0, 1, 2, 3, 4, 5], [1, 2, 3, 4, 7]],
  );
  // Who has no birthday may have an age.
  assert.deepEqual([...rowsOf(found[0]!.undecided!)], [6]);
});

test('what a last time alone says of a window that has ended', () => {
  const times = ['2026-03-02', '2026-02-10', '2026-01-10'].map((day) => Date.parse(day));
  const matrix: Matrix = { rows: 3, columns: [numberColumn('last', times, 'f64', 'time')] };
  const catalogue = columnCatalogue([{ measure: { kind: 'moment', which: 'last', event: 'X' }, column: 'last' }]);
  const rules = ['did X last month', 'did X at least 2 times last month', 'did not X last month'].map((text) =>
    parseRule(text, plain),
  );
  const found = findMembers(compile(rules, catalogue, options(matrix)), matrix);
  assert.deepEqual(
    found.map(({ members }) => [...rowsOf(members)]),
    [[1], [], [2]],
  );
  assert.deepEqual(
    found.map(({ undecided }) => [...rowsOf(undecided!)]),
    [[0], [0, 1], [0]],
  );
});

/** People by a rule of thumb, over more than one chunk, with what is missing here and there. */
function crowd(rows: number): { matrix: Matrix; catalogue: ColumnCatalogue } {
  const of = (make: (row: number) => number) => Float64Array.from({ length: rows }, (_, row) => make(row));
  const cities = ['上海', 'Beijing', 'Guangzhou'];
  const columns: [Measure, Column][] = [
    [
      { kind: 'orders', measure: 'spend', in: { kind: 'last', n: 30, unit: 'day' } },
      numberColumn(
        'spend',
        of((row) => (row * 7919) % 10_007),
        'i32',
      ),
    ],
    [
      { kind: 'moment', which: 'last', event: '*' },
      numberColumn(
        'active',
        of((row) => (row % 9 === 0 ? Number.NaN : baseMs - ((row * 31) % 90) * 86_400_000)),
        'f64',
        'time',
      ),
    ],
    [
      { kind: 'trait', name: 'city' },
      categoryColumn(
        'city',
        Array.from({ length: rows }, (_, row) => cities[row % 4]),
      ),
    ],
    [
      { kind: 'score', name: 'churn' },
      numberColumn(
        'churn',
        of((row) => (row % 100) / 100),
        'f32',
      ),
    ],
  ];
  return {
    matrix: { rows, columns: columns.map(([, column]) => column) },
    catalogue: columnCatalogue(columns.map(([measure, { name }]) => ({ measure, column: name }))),
  };
}

const rulesOf = (...texts: string[]) => texts.map((text) => parseRule(text, plain));
const options = (matrix: Matrix) => ({ matrix, nowMs: baseMs, calendar: new Calendar('UTC') });

test('threads over shared chunks give what one thread gives, and what a loop by hand gives', async () => {
  const rows = 200_003;
  const { matrix, catalogue } = crowd(rows);
  const rules = rulesOf(
    'spend in 30 days > 5000 and active in 30 days = platinum',
    'in segment platinum and city = 上海',
    'not active in 30 days or city in (beijing, guangzhou) and not (score churn > 0.5)',
    'not in segment platinum',
  );
  const plan = compile(rules, catalogue, options(matrix));
  const alone = findMembers(plan, matrix);
  const together = await pool.find(plan, matrix);
  const counts = [0, 0, 0, 0];
  for (let row = 0; row < rows; row += 1) {
    const active = row % 9 !== 0 && (row * 31) % 90 < 30;
    const platinum = (row * 7919) % 10_007 > 5000 && active;
    const city = row % 4;
    const expected = [
      platinum,
      platinum && city === 0,
      !active || ((city === 1 || city === 2) && Math.fround((row % 100) / 100) <= 0.5),
      !platinum,
    ];
    for (const [rule, member] of expected.entries()) {
      if (member) counts[rule]! += 1;
      if (hasRow(alone[rule]!.members, row) !== member) assert.fail(`rule ${rule}, row ${row}`);
    }
  }
  assert.deepEqual(
    alone.map(({ count }) => count),
    counts,
  );
  assert.deepEqual(together, alone);
  assert.equal(plan.operations.filter(({ op }) => op === 'range').length, 3);
});

test('what no column answers is bounded by what one does, and the rest is asked row by row', async () => {
  const rows = 1000;
  const { matrix, catalogue } = crowd(rows);
  const rules = rulesOf('did anything at least 2 times in 30 days and spend in 30 days > 9000', 'city = 上海 and did X');
  const plan = compile(rules, catalogue, options(matrix));
  assert.deepEqual(plan.unanswered, [['did anything at least 2 times in 30 days'], ['did "X"']]);
  const found = findMembers(plan, matrix);
  assert.deepEqual(
    found.map(({ count }) => count),
    [0, 0],
  );
  assert.ok(found[0]!.undecidedCount > 0 && found[0]!.undecidedCount < 100, 'only who was active and spent');
  assert.equal(found[1]!.undecidedCount, 250);
  const asked: [number, number][] = [];
  await decideOpen(found, (rule, row) => {
    asked.push([rule, row]);
    return row % 8 === 0;
  });
  assert.equal(found[1]!.count, 125);
  assert.ok(asked.every(([rule, row]) => rule === 0 || row % 4 === 0));
  assert.deepEqual(
    found.map(({ undecidedCount }) => undecidedCount),
    [0, 0],
  );
});

test('a job stops between chunks when its signal says so', async () => {
  const { matrix, catalogue } = crowd(100);
  const plan = compile(rulesOf('city = 上海'), catalogue, options(matrix));
  const reason = new Error('enough');
  await assert.rejects(pool.find(plan, matrix, { signal: AbortSignal.abort(reason) }), reason);
});

test('a matrix of other storages is refused, and one without rows has no members', () => {
  const { matrix, catalogue } = crowd(100);
  const plan = compile(rulesOf('spend in 30 days > 1'), catalogue, options(matrix));
  const other = { ...matrix, columns: matrix.columns.map((column) => ({ ...column, storage: 'u8' as const })) };
  assert.throws(() => findMembers(plan, other), /expected storage i32, got u8/);
  const empty = crowd(0);
  const none: Members[] = findMembers(compile(rulesOf('not (city = x)'), empty.catalogue, options(empty.matrix)), empty.matrix);
  assert.equal(none[0]!.count, 0);
});

test('the neighbours of a number are next to it', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      assert.ok(neighbour(value, true) > value && neighbour(value, false) < value);
      if (value !== 0 && Math.abs(value) < 1e300) assert.equal(neighbour(neighbour(value, true), false), value);
    }),
  );
});
