// The meaning of rules: against a twin that knows the definitions and nothing else, now and at every moment up to the one at which the answer may change.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Calendar } from './calendar.ts';
import { evaluate } from './evaluate.ts';
import { explain, explainedLine } from './explain.ts';
import { parseRule } from './parse.ts';
import type { Duration } from './rule.ts';
import { conditions } from './testing-arbitraries.ts';
import { anyPerson, baseMs, type Person, peoplePalette, subjectOf, Twin, zones } from './testing-people.ts';
import { vocabulary } from './vocabulary.ts';

const plain = vocabulary();
const runs = process.env.HOLDFAST_LONG === '1' ? 10_000 : 1_500;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const calendars = new Map(zones.map((zone) => [zone, new Calendar(zone)]));

/** Moments at which anything could change: what happened and every distance from it that rules can name, and each midnight for a while. */
function edges(person: Person, zone: string, text: string): number[] {
  const times = [...Object.values(person.events).flat(), ...person.orders].map(({ atMs }) => atMs);
  const created = person.traits.createdAt;
  if (typeof created === 'number') times.push(created);
  if (typeof created === 'string' && created.length > 10) times.push(Date.parse(created));
  times.push(...Object.values(person.spans).flat());
  const unit = { hour: hourMs, day: dayMs, week: 7 * dayMs, month: 0 };
  const durations = [...text.matchAll(/"n":(\d+),"unit":"(\w+)"/g)].map(
    ([, n, name]) => Number(n) * unit[name as Duration['unit']],
  );
  const found = new Set(times.flatMap((at) => [0, ...durations].map((distance) => at + distance)));
  for (let day = -1; day < 400; day += 1) {
    const utc = Math.floor(baseMs / dayMs + day) * dayMs;
    found.add(utc);
    if (zone === 'Asia/Shanghai') found.add(utc - 8 * hourMs);
    if (zone === 'America/New_York') found.add(utc + 4 * hourMs).add(utc + 5 * hourMs);
  }
  return [...found]
    .flatMap((at) => [at - 1, at])
    .filter((at) => at > baseMs)
    .sort((a, b) => a - b);
}

test('what the evaluator says is what the definitions say, now, until it may change, and then', () => {
  fc.assert(
    fc.property(conditions(peoplePalette, 2), anyPerson, fc.constantFrom(...zones), (when, person, zone) => {
      const calendar = calendars.get(zone)!;
      const subject = subjectOf(person);
      const twin = new Twin(person, zone);
      const { member, untilMs } = evaluate({ when }, subject, baseMs, calendar);
      assert.equal(member, twin.holds(when, baseMs));
      const all = edges(person, zone, JSON.stringify(when));
      for (const at of all.filter((at) => at < (untilMs ?? Number.POSITIVE_INFINITY)).slice(0, 150))
        assert.equal(twin.holds(when, at), member, `changed at ${new Date(at).toISOString()}, before ${untilMs}`);
      if (untilMs === undefined) return;
      assert.ok(untilMs > baseMs);
      assert.equal(evaluate({ when }, subject, untilMs, calendar).member, twin.holds(when, untilMs));
    }),
    { numRuns: runs },
  );
});

test('of one condition the answer changes exactly when it says', () => {
  fc.assert(
    fc.property(conditions(peoplePalette, 0), anyPerson, fc.constantFrom(...zones), (when, person, zone) => {
      const { member, untilMs } = evaluate({ when }, subjectOf(person), baseMs, calendars.get(zone)!);
      // Only who gives a computed trait's, a segment's or a consent's answer knows whether it changes when it may.
      if (
        untilMs === undefined ||
        when.kind === 'segment' ||
        when.kind === 'consent' ||
        (when.kind === 'value' && when.of.kind === 'computed')
      )
        return;
      assert.notEqual(new Twin(person, zone).holds(when, untilMs), member);
    }),
    { numRuns: runs },
  );
});

test('active in 30 days ends at its own millisecond', () => {
  const rule = parseRule('active in 30 days', plain);
  const person: Person = {
    traits: {},
    events: { page: [{ atMs: baseMs - 5 * dayMs }] },
    orders: [],
    openTickets: 0,
    facts: {},
    scores: {},
    spans: {},
  };
  const answer = evaluate(rule, subjectOf(person), baseMs, new Calendar('UTC'));
  assert.deepEqual([answer.member, answer.untilMs], [true, baseMs + 25 * dayMs]);
  assert.equal(evaluate(rule, subjectOf(person), baseMs + 25 * dayMs - 1, new Calendar('UTC')).member, true);
  const out = evaluate(rule, subjectOf(person), baseMs + 25 * dayMs, new Calendar('UTC'));
  assert.deepEqual([out.member, out.untilMs], [false, undefined]);
});

test('months end at midnights of the zone, and on the last day where the month is short', () => {
  const of = (text: string, now: string, at: string) => {
    const person = {
      traits: {},
      events: { page: [{ atMs: Date.parse(at) }] },
      orders: [],
      openTickets: 0,
      facts: {},
      scores: {},
      spans: {},
    };
    return evaluate(parseRule(text, plain), subjectOf(person), Date.parse(now), new Calendar('Asia/Shanghai'));
  };
  const answer = of('active in 1 month', '2026-02-27T00:00:00Z', '2026-01-31T05:00:00Z');
  assert.deepEqual([answer.member, answer.untilMs], [true, Date.parse('2026-03-01T00:00:00+08:00')]);
  assert.equal(
    of('active in 1 month', '2026-02-27T00:00:00Z', '2026-01-30T05:00:00Z').untilMs,
    Date.parse('2026-03-01T00:00:00+08:00'),
  );
  assert.equal(of('active this month', '2026-01-31T16:00:00Z', '2026-01-31T15:59:59Z').member, false);
  assert.equal(
    of('active last month', '2026-01-31T16:00:00Z', '2026-01-31T15:59:59Z').untilMs,
    Date.parse('2026-03-01T00:00:00+08:00'),
  );
});

test('a sequence ends before its time is up', () => {
  const within = (ms: number) => {
    const events = { page: [{ atMs: baseMs - 3 * dayMs }], 'Product Viewed': [{ atMs: baseMs - 3 * dayMs + ms }] };
    const person = { traits: {}, events, orders: [], openTickets: 0, facts: {}, scores: {}, spans: {} };
    const rule = parseRule('did page then "Product Viewed" within 2 days', plain);
    return evaluate(rule, subjectOf(person), baseMs, new Calendar('UTC')).member;
  };
  assert.deepEqual([0, 1, 2 * dayMs - 1, 2 * dayMs].map(within), [false, true, true, false]);
});

test('while one that decides holds, the others do not matter', () => {
  const person = {
    traits: {},
    events: { page: [{ atMs: baseMs }] },
    orders: [],
    openTickets: 0,
    facts: {},
    scores: {},
    spans: {},
  };
  const untilOf = (text: string) =>
    evaluate(parseRule(text, plain), subjectOf(person), baseMs, new Calendar('UTC')).untilMs! - baseMs;
  assert.equal(untilOf('active in 7 days or active in 30 days'), 30 * dayMs);
  assert.equal(untilOf('active in 7 days and active in 30 days'), 7 * dayMs);
  assert.equal(untilOf('not active in 7 days and not active in 30 days'), 30 * dayMs);
});

test('why, in words, in both languages', () => {
  const rule = parseRule('spend in 30 days > 50 and (city = shanghai or not active in 7 days)', plain);
  const person: Person = {
    traits: { city: '上海' },
    events: { page: [{ atMs: baseMs - dayMs }] },
    orders: [{ atMs: baseMs - 29 * dayMs, total: 62.5 }],
    openTickets: 0,
    facts: {},
    scores: {},
    spans: {},
  };
  const { because } = evaluate(rule, subjectOf(person), baseMs, new Calendar('Asia/Shanghai'));
  const told = (language: 'en' | 'zh') =>
    explain(because, { vocabulary: plain, language, timeZone: 'Asia/Shanghai' }).map((line) => explainedLine(line, language));
  assert.deepEqual(told('en'), [
    'no  all of these (so until 2026-03-13 23:30)',
    '  yes spend in 30 days > 50 (it is 62.5, so until 2026-03-08 23:30)',
    '  no  at least one of these (so until 2026-03-13 23:30)',
    '    no  city = "shanghai" (it is 上海)',
    '    no  not this (so until 2026-03-13 23:30)',
    '      yes active in 7 days (it is once, so until 2026-03-13 23:30)',
  ]);
  assert.equal(told('zh')[1], '  是  30天内消费 > 50（实为 62.5，在 2026-03-08 23:30 之前不变）');
  assert.equal(told('zh')[3], '    否  城市 = "shanghai"（实为 上海）');
});
