// The gate against slow twins: differences of sets, budgets in any window, and which sets are too near; and what it keeps over a restart.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keyFrom } from '../../crypto/keys.ts';
import type { MatchTerms } from '../../federation/protocol/match-terms.ts';
import { parseConfig } from '../core/config.ts';
import { defaultMatchSettings, type MatchSettings, matchSettings } from '../core/model/federation-config.ts';
import type { Raised } from '../oversee/alarms/alarms.ts';
import { gateLimits, MatchGate, matchAlarmOrigin, type Starting } from './gate.ts';
import { areNearSizes, budgetOf, gateWords, judgeSizes, judgeTerms, nearBelow, nearLimits, sizeOf } from './gate-rules.ts';
import { sessionOf } from './session-of.ts';
import { differenceOf, readSketch, sketchLimits, sketchOf, writeSketch } from './sketch.ts';
import { dayMs, testTerms, testWorld } from './testing.ts';

const partner = 'b'.repeat(32);
const small: MatchSettings = { ...defaultMatchSettings, minSize: 1, minIntersection: 1, nearSets: 0.1 };
const terms: MatchTerms = { ...testTerms, minSize: 1, minIntersection: 1 };

function open(settings = small, world = testWorld()) {
  const raised: Raised[] = [];
  const { book, spool, ports, clock } = world;
  const gate = new MatchGate({ book, spool, ports, settings, raise: (one) => raised.push(one) });
  return { gate, raised, book, spool, clock, world };
}

const bring = (match: string, numbers: readonly number[], to = partner): Starting => ({
  ...{ match, partner: to, terms },
  lists: [
    {
      kind: 'phone',
      items: numbers.map((number) => `phone:${number}`),
      report: { given: numbers.length, taken: new Set(numbers).size, refused: {}, repeats: 0 },
    },
  ],
});
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);

const sets = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 200 });

test('sketches differ by as many as the sets do, in whatever order they come, also out of parts', async () => {
  const key = keyFrom('index', new Uint8Array(32).fill(7));
  await fc.assert(
    fc.asyncProperty(sets, sets, async (left, right) => {
      const [a, b] = [new Set(left.map(String)), new Set(right.map(String))];
      const both = [await sketchOf(key, [left.map(String)]), await sketchOf(key, [right.map(String).reverse(), []])] as const;
      const apart = [...a, ...b].filter((one) => a.has(one) !== b.has(one));
      assert.equal(differenceOf(...both), apart.length);
      assert.deepEqual(readSketch([...writeSketch(both[0])]), both[0]);
      assert.equal(both[0].length, a.size);
    }),
    { numRuns: 100 },
  );
});

test('large sketches are sorted, each hash once, and cut into parts', async () => {
  const key = keyFrom('index', new Uint8Array(32).fill(7));
  const items = range(0, 120_000).map((at) => `phone:${at}`);
  const sketch = await sketchOf(key, [items, items]);
  assert.equal(sketch.length, items.length);
  assert.ok(sketch.every((hash, at) => at === 0 || hash > sketch[at - 1]!));
  const long = new Float64Array(sketchLimits.partHashes + 3).map((_, at) => at);
  const parts = [...writeSketch(long)];
  assert.deepEqual(
    parts.map(({ length }) => length),
    [8 * sketchLimits.partHashes, 24],
  );
  assert.equal(differenceOf(readSketch(parts), long), 0);
});

test('a budget never gives more than its matches in any window, and says when the next is free', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 12 * 24 }), { maxLength: 60 });
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 40 }), (hours, matches, days) => {
      const settings = { ...small, perPartner: { matches, days } };
      const starts: number[] = [];
      let nowMs = 1e12;
      for (const gap of hours) {
        nowMs += gap * 3_600_000;
        const budget = budgetOf(settings, starts, nowMs);
        assert.equal(budget.spent, starts.filter((atMs) => nowMs - atMs < days * dayMs).length);
        if (budget.spent < budget.limit) {
          assert.equal(budget.freeAtMs, undefined);
          starts.push(nowMs);
        } else {
          assert.ok(budgetOf(settings, starts, budget.freeAtMs!).spent < budget.limit);
          assert.equal(budgetOf(settings, starts, budget.freeAtMs! - 1).spent, budget.limit);
        }
      }
      for (const atMs of starts)
        assert.ok(starts.filter((other) => other >= atMs && other - atMs < days * dayMs).length <= matches);
    }),
  );
});

test('which sets are too near to one brought before', async () => {
  const changes = fc.record({ removed: fc.integer({ min: 0, max: 30 }), added: fc.integer({ min: 0, max: 30 }) });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 31, max: 400 }), changes, async (size, { removed, added }) => {
      const { gate, raised } = open();
      assert.ok((await gate.start(bring('m1', range(0, size)))).allowed);
      const second = await gate.start(bring('m2', [...range(removed, size), ...range(1000, 1000 + added)]));
      const larger = Math.max(size, size - removed + added);
      const near = removed + added < nearBelow(small, larger);
      assert.equal(second.allowed, !near);
      assert.equal(raised.length, near ? 1 : 0);
      if (near) {
        const code = removed + added === 0 ? 'repeated_set' : 'near_set';
        assert.deepEqual(second.refusals, [{ code, got: removed + added }]);
        assert.deepEqual([raised[0]!.kind, raised[0]!.reason, raised[0]!.severity], ['match_enumeration', code, 'high']);
      }
      assert.equal(second.budget.spent, near ? 1 : 2);
    }),
    { numRuns: 60 },
  );
});

test('the least counts for small sets: nine of a hundred differ too little', async () => {
  const settings = { ...small, nearSets: 0 };
  const { gate } = open(settings);
  await gate.start(bring('m1', range(0, 100)));
  assert.equal((await gate.start(bring('m2', range(0, 109)))).allowed, false);
  assert.equal((await gate.start(bring('m3', range(0, 110)))).allowed, true);
});

test('an earlier set is remembered however many came between, up to six, and only for its partner', async () => {
  const { gate, clock, spool, book } = open({ ...small, perPartner: { matches: 1000, days: 1 } });
  const far = (at: number) => range(at * 1000, at * 1000 + 200);
  for (let at = 0; at < nearLimits.compared; at += 1) {
    clock.ms += 1000;
    assert.ok((await gate.start(bring(`m${at}`, far(at)))).allowed, String(at));
  }
  assert.equal((await gate.start(bring('again', far(0)))).alarms[0]!.like, 'm0');
  assert.ok((await gate.start(bring('elsewhere', far(0), 'c'.repeat(32)))).allowed);
  clock.ms += 1000;
  assert.ok((await gate.start(bring('m6', far(6)))).allowed);
  assert.ok((await gate.start(bring('again2', far(0)))).allowed);
  // What it is not compared with any more is not kept.
  assert.deepEqual(await spool.parts(sessionOf('sketches', partner), 'm0'), []);
  assert.equal((await book.list('match-sketches', partner)).length, nearLimits.compared);
});

test('a compliance officer lets one match go on, and no other', async () => {
  const { gate, raised } = open();
  await gate.start(bring('m1', range(0, 100)));
  assert.equal((await gate.start(bring('m2', range(0, 100)))).allowed, false);
  await gate.override('m2', 'person 4', 'the partner lost the answer');
  const again = await gate.start(bring('m2', range(0, 100)));
  assert.ok(again.allowed);
  assert.equal(again.alarms.length, 1);
  assert.equal((await gate.overrideOf('m2'))?.by, 'person 4');
  assert.equal((await gate.start(bring('m3', range(0, 100)))).allowed, false);
  // m3 is the same as both of those that went before; m2 was told once.
  assert.equal(raised.length, 3);
});

test('a match is spent when it begins, once, also over a restart and whatever becomes of it', async () => {
  const settings = { ...small, perPartner: { matches: 2, days: 30 } };
  const { gate, world, clock } = open(settings);
  assert.deepEqual((await gate.start(bring('m1', range(0, 50)))).budget, { spent: 1, limit: 2, days: 30 });
  const { gate: after } = open(settings, world);
  const again = await after.start(bring('m1', range(0, 50)));
  assert.ok(again.allowed);
  assert.equal(again.budget.spent, 1);
  assert.equal((await after.start(bring('m2', range(0, 50)))).allowed, false, 'the sketch and its key are kept');
  // Two at once, and one left.
  const two = await Promise.all([bring('m3', range(100, 200)), bring('m4', range(300, 400))].map((one) => after.start(one)));
  assert.deepEqual(two.map(({ allowed }) => allowed).sort(), [false, true]);
  const refused = two.find(({ allowed }) => !allowed)!;
  assert.deepEqual(refused.refusals, [{ code: 'budget_spent', got: 2, need: 2 }]);
  assert.ok((await after.start(bring('m1', range(0, 50)))).allowed, 'one that has begun goes on');
  assert.equal(refused.budget.freeAtMs, clock.ms + 30 * dayMs);
  assert.equal((await after.judge(terms, partner)).allowed, false);
  assert.ok((await after.judge(terms, 'c'.repeat(32))).allowed);
  clock.ms += 30 * dayMs;
  assert.ok((await after.judge(terms, partner)).allowed);
});

test('a kill between keeping the set and beginning is no repeated question', async () => {
  const { gate, book, raised } = open();
  await gate.start(bring('m1', range(0, 50)));
  await book.write([{ remove: ['match-starts', `${partner}-m1`] }]);
  assert.ok((await gate.start(bring('m1', range(0, 50)))).allowed);
  assert.equal(raised.length, 0);
});

test('sizes of a partner that moved by a few raise an alarm, and the match goes on', async () => {
  const { gate, raised, clock } = open({ ...small, nearSets: 0.001 });
  const said = (match: string, phone: number, email?: number) =>
    gate.partnerSizes({ match, partner, terms, sizes: { phone, ...(email !== undefined && { email }) } });
  assert.deepEqual((await said('m1', 50_000)).alarms, []);
  assert.deepEqual((await said('m2', 50_060)).alarms, []);
  const near = await said('m3', 50_001);
  assert.ok(near.allowed);
  assert.equal(near.alarms[0]!.reason, 'near_sizes');
  assert.equal(raised.length, 1);
  assert.equal(raised[0]!.severity, 'medium');
  clock.ms += 1000;
  assert.equal((await said('m3', 50_001)).alarms[0]!.like, 'm1', 'a match is not compared with itself');
  assert.equal(raised.length, 1, 'told once for each match');
  assert.deepEqual(
    (await gate.partnerSizes({ match: 'm4', partner: 'c'.repeat(32), terms, sizes: { phone: 50_001 } })).alarms,
    [],
  );
  assert.equal((await said('m5', 9_999_999)).refusals[0]!.code, 'partner_too_large');
});

test('near sizes are near in every kind that both have', () => {
  const near = (now: object, before: object) => areNearSizes(defaultMatchSettings, now, before);
  assert.ok(near({ phone: 1000 }, { phone: 1000 }));
  assert.ok(near({ phone: 1000 }, { phone: 1009 }));
  assert.ok(!near({ phone: 1000 }, { phone: 1010 }));
  assert.ok(!near({ phone: 1000, email: 10 }, { phone: 1000, email: 500 }));
  assert.ok(near({ phone: 1000 }, { phone: 1001, email: 500 }));
  assert.ok(!near({ phone: 1000 }, { email: 1000 }));
});

test('terms outside of what the node allows are refused, each by its code', () => {
  const codes = (change: Partial<MatchTerms>) =>
    judgeTerms(defaultMatchSettings, { ...testTerms, ...change }).map(({ code }) => code);
  assert.deepEqual(codes({}), []);
  assert.deepEqual(codes({ minSize: 999 }), ['min_size_low']);
  assert.deepEqual(codes({ maxSize: 1_000_001 }), ['max_size_high']);
  assert.deepEqual(codes({ minIntersection: 99 }), ['min_intersection_low']);
  assert.deepEqual(codes({ minSize: 5000, maxSize: 4000 }), ['sizes_crossed']);
  assert.deepEqual(codes({ normalisation: 'another' }), ['normalisation_other']);
  const sizes = (phone: number) => judgeSizes(testTerms, { phone, email: 5 }, 'own').map(({ code }) => code);
  assert.deepEqual(sizes(999), ['own_too_small']);
  assert.deepEqual(sizes(1000), []);
  assert.deepEqual(sizes(1_000_001), ['own_too_large']);
  assert.equal(sizeOf({}), 0);
  for (const words of Object.values(gateWords)) assert.ok(words.en.length > 10 && words.zh.length > 4);
});

test('what is refused spends nothing and leaves nothing', async () => {
  const { gate, book, raised } = open({ ...small, minSize: 60 });
  const refused = await gate.start(bring('m1', range(0, 50)));
  assert.deepEqual(
    refused.refusals.map(({ code }) => code),
    ['min_size_low'],
  );
  assert.equal(refused.budget.spent, 0);
  assert.deepEqual(await book.list('match-sketches'), []);
  assert.equal(raised.length, 0);
});

test('alarms are given to who asks again after a kill, and old things are swept away', async () => {
  const { gate, clock, book, spool } = open();
  await gate.start(bring('m1', range(0, 50)));
  await gate.start(bring('m2', range(0, 50)));
  const origin = matchAlarmOrigin(gate);
  assert.deepEqual(
    (await origin.standing()).map(({ number, partner: who }) => [number, who]),
    [[1, partner]],
  );
  assert.deepEqual(await origin.unsettled([1]), new Set([1]));
  clock.ms += gateLimits.sketchesKeptMs + 1;
  await gate.sweep();
  assert.deepEqual(await book.list('match-sketches'), []);
  assert.deepEqual(await spool.parts(sessionOf('sketches', partner), 'm1'), []);
  assert.equal((await book.list('match-starts')).length, 1);
  clock.ms += gateLimits.startsKeptMs;
  await gate.sweep();
  assert.deepEqual(await book.list('match-starts'), []);
});

test('nothing in the book or the spool can be read back as a value', async () => {
  const { gate, book, spool } = open();
  await gate.start(bring('m1', range(123_456_700, 123_456_750)));
  const bytes = Buffer.from((await spool.get(sessionOf('sketches', partner), 'm1', 0))!);
  const text = JSON.stringify(
    await Promise.all(['match-sketches', 'match-starts', 'match-alarms'].map((name) => book.list(name))),
  );
  assert.ok(!bytes.includes('1234567') && !text.includes('1234567'));
  assert.equal(bytes.length, 50 * 8);
});

test('the configuration is checked', () => {
  assert.deepEqual(matchSettings(parseConfig({}).federation), defaultMatchSettings);
  const set = { federation: { match: { minSize: 5, perPartner: { matches: 1, days: 7 } } } };
  assert.deepEqual(matchSettings(parseConfig(set).federation), {
    ...defaultMatchSettings,
    ...{ minSize: 5, perPartner: { matches: 1, days: 7 } },
  });
  const wrong = [
    { minSize: 0 },
    { minSize: 2_000_000 },
    { maxSize: 6_000_000 },
    { minIntersection: 2_000_000 },
    { perPartner: { matches: 1 } },
    { nearSets: 0.6 },
    { nearset: 0.1 },
  ];
  for (const match of wrong)
    assert.throws(() => parseConfig({ federation: { match } }), { code: 'config_invalid' }, JSON.stringify(match));
});
