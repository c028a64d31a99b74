// The detectors alone: each fires when it should and not a step before, whatever an actor did is remembered within bounds, and the threshold of
// somebody's own is not moved by a few wild days.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { AuditView } from '../../core/audit/audit.ts';
import { accessReviewSettings } from '../../core/model/access-review.ts';
import { type Actor, actorLimits, type Circumstances, detect, newActor } from './detect.ts';
import { familyNameIn, sameFamilyName } from './family-names.ts';
import { isWithinHours } from './hours.ts';
import { median, threshold } from './threshold.ts';

const startMs = Date.UTC(2026, 4, 4, 2);
const nothingKnown: Circumstances = { isHoney: false, hasOwnFamilyName: false, hasOpenCase: undefined };
const settings = accessReviewSettings({ manyProfiles: { least: 5, most: 20 } });
let seq = 0;
const look = (customer: number, atMs = startMs, extra: Partial<AuditView> = {}): AuditView => ({
  seq: seq++,
  atMs,
  actor: 'person 3',
  action: 'profile.read',
  outcome: 'allowed',
  person: `p${customer}`,
  ...extra,
});
const kindsOf = (actor: Actor, entry: AuditView, known: Partial<Circumstances> = {}, given = settings) =>
  detect(actor, entry, given, { ...nothingKnown, ...known }).map(({ kind }) => kind);

describe('many customers in a short time', () => {
  test('without a history the absolute number decides, and the finding names every look that led there', () => {
    const actor = newActor();
    const first = seq;
    for (let customer = 0; customer < 19; customer += 1) assert.deepEqual(kindsOf(actor, look(customer, startMs + customer)), []);
    const [signal] = detect(actor, look(19, startMs + 19), settings, nothingKnown);
    assert.equal(signal?.kind, 'many_profiles');
    assert.equal(signal?.severity, 'high');
    assert.deepEqual(
      signal?.entries,
      Array.from({ length: 20 }, (_, at) => first + at),
    );
    const [more] = detect(actor, look(20, startMs + 20), settings, nothingKnown);
    assert.equal(more?.entries.length, 1);
  });

  test('the same customer again and again is one customer; what is out of the window is forgotten', () => {
    const actor = newActor();
    for (let at = 0; at < 100; at += 1) assert.deepEqual(kindsOf(actor, look(at % 3, startMs + at)), []);
    for (let at = 0; at < 100; at += 1) assert.deepEqual(kindsOf(actor, look(at, startMs + at * 3_600_000)), []);
    assert.ok(actor.seen.size <= 1);
  });

  test('somebody who looks at three a day is told from somebody who looks at fifteen', () => {
    const days = (a: Actor, perDay: number) => {
      for (let day = 0; day < 10; day += 1)
        for (let customer = 0; customer < perDay; customer += 1)
          detect(a, look(customer, startMs + day * 86_400_000), settings, nothingKnown);
    };
    const [quiet, busy] = [newActor(), newActor()];
    days(quiet, 3);
    days(busy, 15);
    const today = startMs + 10 * 86_400_000;
    const firstOf = (a: Actor) => {
      for (let customer = 1; customer < 40; customer += 1) if (kindsOf(a, look(customer, today)).length > 0) return customer;
      return undefined;
    };
    assert.equal(firstOf(quiet), 10, 'three and 3.5 deviations of the root of three, rounded up');
    assert.equal(firstOf(busy), 20, 'the absolute number');
  });

  test('the node itself and customers at their own page do not count', () => {
    const actor = newActor();
    for (let customer = 0; customer < 100; customer += 1)
      for (const name of ['system', 'customer']) assert.deepEqual(kindsOf(actor, look(customer, startMs, { actor: name })), []);
  });
});

describe('what else is unusual', () => {
  test('honey and the own family name are about the customer; looking at the log is no look at them', () => {
    const actor = newActor();
    assert.deepEqual(kindsOf(actor, look(7), { isHoney: true, hasOwnFamilyName: true }), ['honey', 'own_family_name']);
    assert.deepEqual(kindsOf(actor, look(7, startMs, { outcome: 'attempted', action: 'traits.set' }), { isHoney: true }), [
      'honey',
    ]);
    for (const other of [
      { action: 'audit.who' },
      { action: 'access-review.honey.add' },
      { outcome: 'done' },
      { outcome: 'refused' },
    ])
      assert.deepEqual(kindsOf(actor, look(7, startMs, other), { isHoney: true }), [], JSON.stringify(other));
  });

  test('no open case, where it is asked for', () => {
    assert.deepEqual(kindsOf(newActor(), look(1), { hasOpenCase: false }), ['no_open_case']);
    assert.deepEqual(kindsOf(newActor(), look(1), { hasOpenCase: true }), []);
  });

  test('refusals within the window, those that one entry stands for included', () => {
    const actor = newActor();
    const refused = (atMs: number, extra: Partial<AuditView> = {}) => look(1, atMs, { outcome: 'refused', ...extra });
    for (let at = 0; at < 4; at += 1) assert.deepEqual(kindsOf(actor, refused(startMs + at)), []);
    assert.deepEqual(kindsOf(actor, refused(startMs + 3_600_000)), [], 'the others are out of the window');
    const [signal] = detect(
      actor,
      refused(startMs + 3_600_001, { times: 4, outcome: 'failed:wrong_passphrase' }),
      settings,
      nothingKnown,
    );
    assert.deepEqual([signal?.kind, signal?.count, signal?.entries.length], ['refusals', 5, 2]);
  });

  test('break-glass, by its action and by the policy that allows a look', () => {
    assert.deepEqual(kindsOf(newActor(), look(1, startMs, { action: 'access.break-glass', outcome: 'attempted' })), [
      'break_glass',
    ]);
    assert.deepEqual(kindsOf(newActor(), look(1, startMs, { policy: 'break-glass' })), ['break_glass']);
  });

  test('outside working hours, for people; programs work at night', () => {
    const hours = { timeZone: 'Asia/Shanghai', days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' };
    const strict = accessReviewSettings({ hours });
    const night = Date.UTC(2026, 4, 4, 15);
    assert.deepEqual(kindsOf(newActor(), look(1, night), {}, strict), ['outside_hours']);
    assert.deepEqual(kindsOf(newActor(), look(1, night, { actor: 'operator' }), {}, strict), ['outside_hours']);
    assert.deepEqual(kindsOf(newActor(), look(1, night, { actor: 'key 7' }), {}, strict), []);
    assert.deepEqual(kindsOf(newActor(), look(1, startMs), {}, strict), []);
  });
});

test('working hours: weekends, holidays, shifts over midnight, and the change of clocks', () => {
  const at = (text: string) => Date.parse(text);
  const day = { timeZone: 'Europe/Berlin', days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00', holidays: ['2026-05-01'] };
  assert.equal(isWithinHours(day, at('2026-05-04T06:00:00Z')), true, '8 in summer');
  assert.equal(isWithinHours(day, at('2026-05-04T05:59:00Z')), false);
  assert.equal(isWithinHours(day, at('2026-01-05T07:00:00Z')), true, '8 in winter');
  assert.equal(isWithinHours(day, at('2026-01-05T06:59:00Z')), false);
  assert.equal(isWithinHours(day, at('2026-05-04T16:00:00Z')), false, '18:00 is after work');
  assert.equal(isWithinHours(day, at('2026-05-02T10:00:00Z')), false, 'a Saturday');
  assert.equal(isWithinHours(day, at('2026-05-01T10:00:00Z')), false, 'a holiday');
  const night = { timeZone: 'Asia/Shanghai', days: [5], from: '22:00', to: '06:00' };
  assert.equal(isWithinHours(night, at('2026-05-08T15:00:00Z')), true, 'Friday 23:00');
  assert.equal(isWithinHours(night, at('2026-05-08T21:00:00Z')), true, 'Saturday 05:00');
  assert.equal(isWithinHours(night, at('2026-05-07T21:00:00Z')), false, 'Friday 05:00 belongs to Thursday');
  assert.equal(isWithinHours(night, at('2026-05-08T22:00:00Z')), false, 'Saturday 06:00');
});

test('family names are the same across scripts and spellings, and different where they only sound alike', () => {
  for (const [a, b] of [
    ['王', 'Wang'],
    ['歐陽', 'Ouyang'],
    ['欧阳', '歐陽'],
    ['MÜLLER', 'Müller'],
    ["O'Neil", 'ONeil'],
    ['吕', 'Lyu'],
    ['吕', 'Lü'],
    ['单', 'Shan'],
  ] as const)
    assert.ok(sameFamilyName(a, b), `${a} ${b}`);
  for (const [a, b] of [
    ['张', '章'],
    ['王', '黄'],
    ['Smith', 'Smythe'],
    ['', ''],
    ['王', ''],
  ] as const)
    assert.ok(!sameFamilyName(a, b), `${a} ${b}`);
  assert.equal(familyNameIn('王小明'), '王');
  assert.equal(familyNameIn('Xiaoming Wang'), 'Wang');
});

test('the threshold is never moved by a minority of wild days, and never below what is declared', () => {
  const declared = { most: 2_000, least: 1, deviations: 3.5 };
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 11, maxLength: 60 }),
      fc.array(fc.integer({ min: 1_000, max: 2_000 }), { maxLength: 5 }),
      (usual, wild) => {
        const limit = threshold([...usual, ...wild], declared);
        assert.ok(limit > median([...usual, ...wild]));
        // The median of deviations is one of the usual days': at most the span of those.
        assert.ok(limit <= 50 + Math.ceil(3.5 * Math.max(1.4826 * 49, Math.sqrt(50))), String(limit));
      },
    ),
  );
  assert.equal(threshold([], declared), 2_000);
  assert.equal(threshold([1, 1, 1, 1, 1], { ...declared, least: 30 }), 30);
});

test('whatever comes, what is remembered of an actor is bounded, and order of time is kept', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ customer: fc.nat(3_000), step: fc.nat(5_000), refused: fc.boolean() }), {
        maxLength: 4_000,
        size: 'max',
      }),
      (steps) => {
        const actor = newActor();
        let atMs = startMs;
        let lookedAtMs = startMs;
        for (const { customer, step, refused } of steps) {
          atMs += step;
          if (!refused) lookedAtMs = atMs;
          detect(actor, look(customer, atMs, refused ? { outcome: 'refused' } : {}), settings, nothingKnown);
        }
        assert.ok(actor.seen.size <= actorLimits.seen && actor.refusals.length <= actorLimits.refusals);
        assert.ok(actor.peaks.length <= actorLimits.peaks);
        const times = [...actor.seen.values()].map((one) => one.atMs);
        assert.deepEqual(
          times,
          times.toSorted((a, b) => a - b),
        );
        assert.ok(times.every((time) => time > lookedAtMs - 3_600_000));
      },
    ),
    { numRuns: 20 },
  );
});
