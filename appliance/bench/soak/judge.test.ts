// The verdict of a soak can fail: a leak of a few megabytes a minute is found under trainings' peaks, and a flat line as noisy is not called one.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seeded } from '../load.ts';
import { judgeFlat, judgeKind, judgeMost, judgeNone, type Series, trendOf } from './judge.ts';

const untilS = 1800;
const seeds = Array.from({ length: 40 }, (_, at) => at + 1);
const bound = { name: 'memory', unit: 'MB', perHour: 60, why: 'for the test' };

/** Samples every five seconds: caches that fill in the first minutes, saw teeth of the collector, a peak every four minutes, noise. */
function memory(seed: number, leakPerMinute: number): Series {
  const random = seeded(seed);
  return Array.from({ length: untilS / 5 }, (_, at) => {
    const atS = at * 5;
    const filled = 300 * (1 - Math.exp(-atS / 120));
    const teeth = (atS % 40) * 2;
    const peak = atS % 240 < 30 ? 250 : 0;
    return { atS, value: 400 + filled + teeth + peak + random() * 60 + (leakPerMinute * atS) / 60 };
  });
}

describe('a line over time', () => {
  test('a leak of three megabytes a minute is found under every seed, and its size is about right', () => {
    for (const seed of seeds) {
      const verdict = judgeFlat(memory(seed, 3), untilS, bound);
      assert.equal(verdict.ok, false, `seed ${seed}: ${verdict.found}`);
      const { perHour } = trendOf(memory(seed, 3), untilS)!;
      assert.ok(perHour > 100 && perHour < 260, `seed ${seed}: ${perHour}`);
    }
  });

  test('a flat line with the same noise is not called a leak, nor one that falls', () => {
    for (const seed of seeds)
      for (const leak of [0, -3]) {
        const verdict = judgeFlat(memory(seed, leak), untilS, bound);
        assert.equal(verdict.ok, true, `seed ${seed}: ${verdict.found}`);
      }
  });

  test('one descriptor a minute is found among those that come and go', () => {
    const handles = { name: 'descriptors', unit: '', perHour: 12, why: 'for the test' };
    for (const seed of seeds) {
      const random = seeded(seed);
      const line = (perMinute: number) =>
        Array.from({ length: untilS / 5 }, (_, at) => ({
          atS: at * 5,
          value: 80 + Math.floor(random() * 12) + Math.floor((perMinute * at * 5) / 60),
        }));
      assert.equal(judgeFlat(line(1), untilS, handles).ok, false, `seed ${seed}`);
      assert.equal(judgeFlat(line(0), untilS, handles).ok, true, `seed ${seed}`);
    }
  });

  test('what fills itself in the warm-up alone is no rise; a step in the middle of the run is one', () => {
    const step = (atStep: number): Series =>
      Array.from({ length: 360 }, (_, at) => ({ atS: at * 5, value: at * 5 < atStep ? 100 : 400 }));
    assert.equal(judgeFlat(step(500), untilS, bound).ok, true);
    assert.equal(judgeFlat(step(1200), untilS, bound).ok, false);
  });

  test('a run that is too short says so, and one without samples fails', () => {
    assert.match(judgeFlat(memory(1, 100), 180, bound).found, /not judged/);
    assert.equal(judgeFlat([], untilS, bound).ok, false);
  });
});

describe('counts and times', () => {
  const counted = (tookMs: number[], refused = 0) => ({ kind: 'reads', tookMs, refused, p99Ms: 100, why: '' });

  test('a slow hundredth fails, and so does work that was never done', () => {
    const most = Array.from({ length: 980 }, () => 5);
    assert.equal(judgeKind(counted([...most, ...Array.from({ length: 5 }, () => 900)]))[0]!.ok, true);
    assert.equal(judgeKind(counted([...most, ...Array.from({ length: 20 }, () => 900)]))[0]!.ok, false);
    assert.equal(judgeKind(counted([]))[0]!.ok, false);
  });

  test('a few refusals pass, more than a hundredth do not', () => {
    const done = Array.from({ length: 200 }, () => 5);
    assert.ok(judgeKind(counted(done, 2)).every(({ ok }) => ok));
    assert.equal(judgeKind(counted(done, 3)).filter(({ ok }) => !ok).length, 1);
  });

  test('one above the most, or one where there may be none, fails; so does nothing sampled at all', () => {
    assert.equal(judgeMost('log', 'MB', [1, 2, 3], 3).ok, true);
    assert.equal(judgeMost('log', 'MB', [1, 4, 3], 3).ok, false);
    assert.equal(judgeMost('log', 'MB', [], 3).ok, false);
    assert.equal(judgeNone('errors', 0).ok, true);
    assert.equal(judgeNone('errors', 1, 'GET /x 500').ok, false);
  });
});
