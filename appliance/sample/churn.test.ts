// The planted reason for leaving can be found again, from events alone and by very simple means.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayMs, sampleEndMs, sampleStartMs, sampleWeeks, weekMs } from './calendar.ts';
import { churn, leaveChance } from './churn.ts';
import { history } from './history.ts';
import { sampleLeavers } from './sample.ts';

const options = { seed: 20261101, people: 2000 };
type Seen = { atMs: number; bad: boolean; visit: boolean };
const lives = new Map<string, Seen[]>();
const leftAtMs = new Map<string, number>();
const decidedAtMs = new Map<string, number>();
for (const _ of history(options, {
  seen(_source, event, personId) {
    if (event.kind === 'identify' || event.kind === 'alias' || /^(Consent|SMS|Email (Delivered|Bounced))/.test(event.name ?? ''))
      return;
    const bad =
      event.name === 'Complaint Filed' ||
      event.name === 'Order Refunded' ||
      (event.name === 'Order Delivered' && event.properties?.late === true);
    const visit = event.kind === 'page' || event.kind === 'screen' || event.name === 'Order Completed';
    const seen = lives.get(personId) ?? [];
    seen.push({ atMs: event.occurredAtMs, bad, visit });
    lives.set(personId, seen);
  },
  left(personId, decided, leaves) {
    decidedAtMs.set(personId, decided);
    leftAtMs.set(personId, leaves);
  },
}));

/** At four dates: those seen in the half year before and not gone; what was bad in twenty weeks; whether gone 13 weeks on. */
function rows(): { bad: number; visits: number; gone: boolean }[] {
  const found = [];
  for (const week of [26, 39, 52, 65]) {
    const cutMs = sampleStartMs + week * weekMs;
    for (const [personId, seen] of lives) {
      const leaves = leftAtMs.get(personId) ?? Infinity;
      const past = seen.filter(({ atMs }) => atMs < cutMs && atMs >= cutMs - 26 * weekMs);
      if (past.length === 0 || leaves <= cutMs || personId.startsWith('V')) continue;
      const bad = past.filter((one) => one.bad && one.atMs >= cutMs - 20 * weekMs).length;
      found.push({ bad, visits: past.filter((one) => one.visit).length, gone: leaves <= cutMs + 13 * weekMs });
    }
  }
  return found;
}

test('between a tenth and a quarter leave', () => {
  const gone = [...leftAtMs.values()].filter((atMs) => atMs < sampleEndMs).length / options.people;
  assert.ok(gone > 0.1 && gone < 0.25, `${gone} left`);
  assert.deepEqual(
    [...sampleLeavers(options)].map(({ personId }) => personId),
    [...leftAtMs.keys()],
  );
});

test('grief drives people away, the more the surer', () => {
  const all = rows();
  const share = (low: number, high: number) => {
    const group = all.filter(({ bad }) => bad >= low && bad <= high);
    return group.filter(({ gone }) => gone).length / group.length;
  };
  const [none, one, more] = [share(0, 0), share(1, 1), share(2, 99)];
  assert.ok(one > 2.5 * none, `gone: ${one} of those with one mishap, ${none} of those without`);
  assert.ok(more > 1.5 * one, `gone: ${more} of those with more, ${one} with one`);
});

test('a two-number score ranks leavers above stayers (AUC over 0.62)', () => {
  const scored = rows().map(({ bad, visits, gone }) => ({
    score: 1.3 * bad + churn.habit * Math.min(1, visits / 26 / churn.habitVisitsPerWeek),
    gone,
  }));
  const stayers = scored.filter(({ gone }) => !gone).map(({ score }) => score);
  const leavers = scored.filter(({ gone }) => gone).map(({ score }) => score);
  let wins = 0;
  for (const a of leavers) for (const b of stayers) wins += a > b ? 1 : a === b ? 0.5 : 0;
  const auc = wins / leavers.length / stayers.length;
  assert.ok(auc > 0.62, `AUC ${auc}`);
});

test('who has decided comes less, who has left comes no more', () => {
  let [beforeVisits, beforeWeeks, fadingVisits, fadingWeeks] = [0, 0, 0, 0];
  for (const [personId, decided] of decidedAtMs) {
    const leaves = leftAtMs.get(personId)!;
    const visits = (lives.get(personId) ?? []).filter((one) => one.visit);
    assert.equal(visits.filter(({ atMs }) => atMs > leaves + dayMs).length, 0, `${personId} came back`);
    if (decided < sampleStartMs + 26 * weekMs || leaves > sampleEndMs) continue;
    beforeVisits += visits.filter(({ atMs }) => atMs < decided && atMs >= decided - 26 * weekMs).length;
    beforeWeeks += 26;
    fadingVisits += visits.filter(({ atMs }) => atMs >= decided && atMs < leaves).length;
    fadingWeeks += (leaves - decided) / weekMs;
  }
  const [before, fading] = [beforeVisits / beforeWeeks, fadingVisits / fadingWeeks];
  assert.ok(fading < 0.65 * before, `${before} visits a week before, ${fading} after the decision`);
});

test('the chance to leave follows its formula', () => {
  const plain = { grief: 0, tenureDays: 1000, banks: false, visitsPerWeek: 0 };
  const chance = leaveChance(plain);
  assert.ok(chance > 0 && chance < 0.01);
  assert.ok(leaveChance({ ...plain, grief: 1 }) > 10 * chance);
  assert.ok(leaveChance({ ...plain, tenureDays: 10 }) > chance);
  assert.ok(leaveChance({ ...plain, banks: true }) < chance);
  assert.ok(leaveChance({ ...plain, visitsPerWeek: 1 }) < chance / 5);
  assert.equal(leaveChance({ ...plain, visitsPerWeek: 1 }), leaveChance({ ...plain, visitsPerWeek: churn.habitVisitsPerWeek }));
  assert.ok(sampleWeeks * chance < 1);
});
