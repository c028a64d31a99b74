// A prepared rule answers as the evaluator does, to the millisecond until which it holds: random rules, people and moments.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bornOn } from './birthday.ts';
import { Calendar } from './calendar.ts';
import { evaluate } from './evaluate.ts';
import { prepareRule } from './prepare.ts';
import type { Occurrence, Subject, TimedSubject } from './subject.ts';
import { conditions } from './testing-arbitraries.ts';
import { anyPerson, baseMs, peoplePalette, subjectOf, zones } from './testing-people.ts';

const calendars = zones.map((zone) => new Calendar(zone));

/** Of the times of a name the first few are known only as so many since the first. */
function timed(subject: Subject, folded: number): TimedSubject {
  const foldedOf = (name: string): Occurrence[] => {
    const all = subject.events(name).flatMap(({ atMs, count = 1 }) => Array.from({ length: count }, () => atMs));
    const earlier = Math.min(folded, Math.max(0, all.length - 1));
    const kept = all.slice(earlier).map((atMs) => ({ atMs }));
    return earlier === 0 ? kept : [{ atMs: all[0]!, count: earlier }, ...kept];
  };
  return {
    ...subject,
    events: (name, withProperties) => (withProperties ? subject.events(name) : foldedOf(name)),
    born: () => bornOn(subject.trait('birthday')),
    allowed: (_key, purpose, channel, nowMs) => subject.consent(purpose, channel, nowMs),
    times(name) {
      const all = foldedOf(name);
      const [first] = all;
      const earlier = first?.count ?? 0;
      return {
        at: all.slice(earlier > 0 ? 1 : 0).map(({ atMs }) => atMs),
        earlier,
        earlierAtMs: first?.atMs ?? 0,
      };
    },
  };
}

test('a prepared rule answers as the evaluator does, and until the same moment', () => {
  const hourMs = 3_600_000;
  fc.assert(
    fc.property(
      conditions(peoplePalette, 2),
      anyPerson,
      fc.nat(2),
      fc.nat(3),
      fc.constantFrom(0, 1, -1, 26 * hourMs, 24 * hourMs * 30, -24 * hourMs * 5),
      (when, person, zone, folded, shiftMs) => {
        const nowMs = baseMs + shiftMs;
        const subject = timed(subjectOf(person), folded);
        const slow = evaluate({ when }, subject, nowMs, calendars[zone]!);
        const prepared = prepareRule(when, calendars[zone]!);
        const member = prepared.member(subject, nowMs);
        assert.deepEqual(
          { member, untilMs: prepared.untilMs() },
          { member: slow.member, untilMs: slow.untilMs ?? Number.POSITIVE_INFINITY },
        );
      },
    ),
    { numRuns: Number(process.env.HOLDFAST_LONG ? 200_000 : 8_000) },
  );
});
