// What an event can do to an answer: random rules, people and one more event, late or ahead of the clock, against the evaluator.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../../../core/model/event.ts';
import { Calendar } from './calendar.ts';
import { directionOf, wheresOn } from './direction.ts';
import { evaluate, satisfies } from './evaluate.ts';
import { parseRule } from './parse.ts';
import { conditions, eventNames } from './testing-arbitraries.ts';
import { anyPerson, baseMs, type Person, peoplePalette, subjectOf } from './testing-people.ts';
import { vocabulary } from './vocabulary.ts';

const calendar = new Calendar('Asia/Shanghai');
const words = vocabulary({ events: eventNames.map((name) => ({ name })), traits: [{ name: 'city' }] });
const dayMs = 86_400_000;

function withOneMore(person: Person, name: string, days: number, properties: JsonObject | undefined): Person {
  const event = { atMs: baseMs + days * dayMs, ...(properties && { properties }) };
  const all = [...(person.events[name] ?? []), event].sort((a, b) => a.atMs - b.atMs);
  return { ...person, events: { ...person.events, [name]: all } };
}

test('who is where an event can only lead stays there for as long as the answer without it held', () => {
  let said = 0;
  fc.assert(
    fc.property(
      conditions(peoplePalette, 2),
      anyPerson,
      fc.constantFrom(...eventNames),
      fc.constantFrom(-400, -91, -31, -30, -7, -1, -0.1, 0, 0.5, 3),
      fc.constantFrom({ total: 5 }, { total: '30' }, undefined),
      (when, person, name, days, properties) => {
        const before = evaluate({ when }, subjectOf(person), baseMs, calendar);
        const { gains, loses } = directionOf(when, name, words, 100);
        if (before.member ? loses : gains) return;
        said += 1;
        const after = subjectOf(withOneMore(person, name, days, properties));
        const untilMs = before.untilMs ?? baseMs + 800 * dayMs;
        for (const share of [0, 0.3, 0.7, 0.999]) {
          const atMs = Math.floor(baseMs + share * (untilMs - baseMs));
          assert.equal(evaluate({ when }, after, atMs, calendar).member, before.member, `after ${share} of the time`);
        }
      },
    ),
    { numRuns: 20_000, seed: 11 },
  );
  assert.ok(said > 2_000, `${said} of the cases said something`);
});

test('an event that says nothing that is asked for changes nothing', () => {
  let said = 0;
  fc.assert(
    fc.property(
      conditions(peoplePalette, 2),
      anyPerson,
      fc.constantFrom(...eventNames),
      fc.constantFrom(-31, -7, -1, 0, 3),
      fc.constantFrom<(JsonObject | undefined)[]>({ total: 5 }, { total: '30' }, { plan: ['gold'] }, undefined),
      (when, person, name, days, properties) => {
        const wheres = wheresOn(when, name, words);
        if (!wheres || wheres.some((where) => satisfies(properties, where))) return;
        said += Number(wheres.length > 0);
        const [before, after] = [person, withOneMore(person, name, days, properties)].map((one) =>
          evaluate({ when }, subjectOf(one), baseMs, calendar),
        ) as [ReturnType<typeof evaluate>, ReturnType<typeof evaluate>];
        assert.deepEqual([after.member, after.untilMs], [before.member, before.untilMs]);
      },
    ),
    { numRuns: 20_000, seed: 12 },
  );
  assert.ok(said > 300, `${said} of the cases said something`);
});

test('the rules that most people write say where an event leads', () => {
  const direction = (text: string, event: string) => directionOf(parseRule(text, words, 'en').when, event, words, 100);
  assert.deepEqual(direction('active in 30 days', 'Signed In'), { gains: true, loses: false });
  assert.deepEqual(direction('not active in 30 days', 'Signed In'), { gains: false, loses: true });
  const [first, second] = eventNames;
  assert.deepEqual(direction(`did "${first}" at least 2 times in 7 days and city = 上海`, first), { gains: true, loses: false });
  assert.deepEqual(direction(`did "${first}" at least 2 times in 7 days`, second), { gains: false, loses: false });
  assert.deepEqual(direction(`did "${first}" exactly 2 times`, first), { gains: true, loses: true });
  assert.deepEqual(direction(`did "${first}" at least 500 times`, first), { gains: true, loses: true });
});
