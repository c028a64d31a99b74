// Heavy work waits for its turn, is taken out, loses patience, and is held back while answers are late.

import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Turns, turnLimits, usualAtOnce } from './turns.ts';

test('half of the processors, and one at least', () => {
  assert.deepEqual([1, 2, 3, 4, 16].map(usualAtOnce), [1, 1, 1, 2, 8]);
});

test('they begin in the order in which they came, as many at once as may', async () => {
  const turns = new Turns({ atOnce: 2 });
  const places = Array.from({ length: 4 }, () => turns.want());
  const waits = () => places.map((one) => one.waits);
  assert.deepEqual(waits(), [false, false, true, true]);
  assert.deepEqual(turns.counts, { running: 2, waiting: 2, atOnce: 2 });
  places[1]!.leave();
  places[1]!.leave();
  await places[2]!.begun;
  assert.deepEqual(waits(), [false, false, false, true]);
  places[0]!.leave();
  places[2]!.leave();
  await places[3]!.begun;
  places[3]!.leave();
  assert.deepEqual(turns.counts, { running: 0, waiting: 0, atOnce: 2 });
});

test('one that waits can be taken out, and the next has its turn', async () => {
  const turns = new Turns({ atOnce: 1 });
  const first = turns.want();
  const gone = new AbortController();
  const second = turns.want({ signal: gone.signal });
  const third = turns.want();
  gone.abort(new Error('not wanted any more'));
  await assert.rejects(second.begun, /not wanted/);
  assert.deepEqual([second.waits, third.waits], [false, true]);
  first.leave();
  await third.begun;
  third.leave();
  await assert.rejects(turns.want({ signal: gone.signal }).begun, /not wanted/);
  assert.deepEqual(turns.counts, { running: 0, waiting: 0, atOnce: 1 });
});

test('what fails gives its place back', async () => {
  const turns = new Turns({ atOnce: 1 });
  const fails = () => Promise.reject(new Error('it failed'));
  await assert.rejects(turns.inTurn({}, fails), /it failed/);
  assert.equal(await turns.inTurn({}, async () => 7), 7);
});

test('what is urgent begins at once and is waited for; what is impatient runs beside the others after a while', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const turns = new Turns({ atOnce: 1 });
    turns.want();
    const urgent = turns.want({ patienceMs: 0 });
    const impatient = turns.want({ patienceMs: 1_000 });
    const patient = turns.want();
    assert.deepEqual([urgent.waits, impatient.waits, patient.waits], [false, true, true]);
    mock.timers.tick(1_000);
    assert.deepEqual([impatient.waits, patient.waits], [false, true]);
    assert.equal(turns.counts.running, 3);
  } finally {
    mock.timers.reset();
  }
});

test('while answers are late none begins, for a minute at most, and what runs stops for breath', async () => {
  let delayMs: number = turnLimits.lateMs + 1;
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const turns = new Turns({ atOnce: 2, loopDelayMs: () => delayMs });
    const place = turns.want();
    mock.timers.tick(turnLimits.lookMs);
    assert.equal(place.waits, true);
    delayMs = 0;
    mock.timers.tick(turnLimits.lookMs);
    assert.equal(place.waits, false);
    await turns.breathe();
    delayMs = turnLimits.lateMs + 1;
    let breathed = false;
    const breath = turns.breathe().then(() => {
      breathed = true;
    });
    const late = turns.want();
    for (let ms = 0; ms < turnLimits.lateAtMostMs - turnLimits.lookMs; ms += turnLimits.lookMs) {
      assert.equal(late.waits, true);
      mock.timers.tick(turnLimits.lookMs);
    }
    mock.timers.tick(turnLimits.lookMs);
    assert.equal(late.waits, false);
    await breath;
    assert.equal(breathed, true);
  } finally {
    mock.timers.reset();
  }
});
