import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestStore } from '../../core/store/testing.ts';
import type { RecordDeclaration } from './config.ts';
import { emptyDeclaration } from './config.ts';
import { sealedColumns } from './profiles.ts';
import { rounds } from './testing.ts';
import { countOf, identify, personBy, track, within } from './testing-cases.ts';
import { custom, indexOf, reindexes } from './testing-reindex.ts';
import { declaration, nowMs, type World } from './testing-world.ts';

const metered: RecordDeclaration = { ...declaration, identifiers: [custom('custom:meter')] };
const limits = { recordsPerStep: 3, pauseMs: 0, retryMs: 5 };
const check = (name: string, body: (world: World) => Promise<void>, more = {}) =>
  test(name, async () => within(await openTestStore(), body, { ...limits, ...more }));

test('after a change of kinds or region, with facts, faults and kills meanwhile, all is as if declared from the start', async () => {
  for (let round = 0; round < rounds(8); round += 1) await reindexes(openTestStore, 900 + round);
});

check('a kind declared later finds and joins the records of before, and leaves with its declaration', async (world) => {
  await world.profiles.record(1, [identify('a', { meter: 'M-1', email: 'a@x.cn' }), identify('c', { meter: 'M-2' })]);
  await world.profiles.record(2, [identify('b', { meter: 'M-1', phone: '13811112201' })]);
  const [a, b] = [await personBy(world, 'a@x.cn'), await personBy(world, '13811112201')];
  assert.notEqual(a, b);
  const before = await indexOf(world);

  await world.restart('close', metered);
  await world.profiles.reindexed();
  assert.equal(await personBy(world, 'M-1'), Math.min(a, b));
  assert.equal((await world.profiles.profile(b)).records.length, 2);
  assert.equal((await world.profiles.find({ identifier: 'M-2', kind: 'custom:meter' })).length, 1);
  assert.deepEqual(world.profiles.reindexing, { state: 'done', done: 6, total: 6 });

  await world.restart('close', declaration);
  await world.profiles.reindexed();
  assert.deepEqual(await indexOf(world), before);
});

check('rules that come back before their change is through are walked again', async (world) => {
  for (let at = 0; at < 30; at += 1) await world.profiles.record(1, [identify(`u${at}`, { meter: `M-${at % 7}` })]);
  await world.profiles.flush();
  const before = await indexOf(world);
  await world.restart('close', metered);
  for (let turn = 0; (await indexOf(world)).rows.length === before.rows.length; turn += 1)
    assert.ok(turn < 10_000, 'the walk has begun');
  await world.restart('kill', declaration);
  assert.equal(world.profiles.reindexing.state, 'running');
  await world.profiles.reindexed();
  assert.deepEqual(await indexOf(world), before);
});

check('computed traits alone do not set it going, nor does an empty record', async (world) => {
  assert.deepEqual(world.profiles.reindexing, { state: 'done', done: 0, total: 0 });
  await world.restart('close', metered);
  assert.equal(world.profiles.reindexing.total, 0);
  await world.profiles.record(1, [identify('a', { meter: 'M-1' })]);
  await world.restart('close', { ...metered, computedTraits: [] });
  assert.equal(world.profiles.reindexing.state, 'done');
});

check('states folded by other rules are stored anew, so that reading folds no events', async (world) => {
  for (let from = 0; from < 300; from += 50)
    await world.profiles.record(
      1,
      Array.from({ length: 50 }, (_, at) => identify(`u${from + at}`, { meter: `M-${from + at}` })),
    );
  await world.restart('close', metered);
  await world.profiles.reindexed();
  world.store.seen.clear();
  await world.profiles.profile((await world.profiles.find({ identifier: 'M-7' }))[0]!);
  assert.deepEqual(
    [...world.store.seen.keys()].filter((sql) => sql.includes('FROM events')),
    [],
  );
  assert.equal(await countOf(world, 'states'), 300);
});

check('while the store is away it waits, and goes on when it is back', async (world) => {
  for (let at = 0; at < 60; at += 1) await world.profiles.record(1, [identify(`u${at}`, { meter: `M-${at % 7}` })]);
  await world.restart('close', metered);
  world.store.down = true;
  for (let turn = 0; world.profiles.reindexing.state !== 'waiting'; turn += 1) {
    assert.ok(turn < 10_000);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assert.equal(world.profiles.reindexing.code, 'store_unavailable');
  world.store.down = false;
  await world.profiles.reindexed();
  assert.equal(world.profiles.reindexing.state, 'done');
  assert.equal((await world.profiles.find({ identifier: 'M-6' })).length, 8);
});

check('what is broken stops it; begun again it goes on where it stopped, and only then', async (world) => {
  for (let at = 0; at < 60; at += 1) await world.profiles.record(1, [identify(`u${at}`, { meter: `M-${at % 7}` })]);
  await world.restart('close', metered);
  assert.throws(() => world.profiles.reindexAgain(), /has not failed/);
  world.store.failures.push({ skip: 2, when: 'before', code: 'store_corrupt' });
  await world.profiles.reindexed();
  const { state, code, done } = world.profiles.reindexing;
  assert.deepEqual([state, code, done > 0], ['failed', 'store_corrupt', true]);
  world.profiles.reindexAgain();
  assert.deepEqual(world.profiles.reindexing.state, 'running');
  await world.profiles.reindexed();
  assert.equal(world.profiles.reindexing.state, 'done');
  assert.equal((await world.profiles.find({ identifier: 'M-6' })).length, 8);
  assert.throws(() => world.profiles.reindexAgain(), /has not failed/);
});

check('a thousand events are taken while the walks are under way', async (world) => {
  for (let from = 0; from < 600; from += 50)
    await world.profiles.record(
      1,
      Array.from({ length: 50 }, (_, at) => identify(`u${from + at}`, { meter: `M-${(from + at) % 90}` })),
    );
  await world.restart('close', metered);
  const late = Array.from({ length: 1000 }, (_, at) => track(`u${at % 700}`, 'late'));
  for (let at = 0; at < late.length; at += 10) await world.profiles.record(1, late.slice(at, at + 10));
  assert.equal(world.profiles.reindexing.state, 'running', 'events did not wait for its end');
  await world.profiles.reindexed();
});

check('data keys may rotate meanwhile', async (world) => {
  for (let at = 0; at < 120; at += 1) await world.profiles.record(1, [identify(`u${at}`, { meter: `M-${at % 50}` })]);
  await world.restart('close', metered);
  await world.vault.rotateDataKeys(sealedColumns, undefined, { settled: () => world.profiles.settled() });
  await world.profiles.reindexed();
  assert.equal(world.profiles.reindexing.state, 'done');
  await world.restart('close');
  for (let at = 0; at < 50; at += 1)
    for (const id of await world.profiles.find({ identifier: `M-${at}` })) await world.profiles.profile(id);
});

check(
  'events that come while a long history is folded ahead are in its state, wherever in time they lie',
  async (world) => {
    const total = 1200;
    const visit = (at: number) => track('big', 'visit', {}, { occurredAtMs: nowMs - total + at });
    await world.profiles.record(
      1,
      Array.from({ length: total }, (_, at) => visit(at)),
    );
    for (let round = 0; round < 6; round += 1) {
      await world.restart('close', round % 2 === 0 ? metered : declaration);
      // Others in between, so that the record leaves memory again and is the walk's to store.
      for (const at of [-round, total + round]) {
        await world.profiles.record(1, [visit(at)]);
        for (let other = 0; other < 4; other += 1) await world.profiles.record(1, [track(`u${other}`, 'x')]);
      }
      await world.profiles.reindexed();
      await world.restart('close');
      const id = (await world.profiles.personOf(1, true, 'big'))!;
      assert.equal((await world.profiles.profile(id)).events.count, total + 2 * (round + 1));
    }
  },
  { cachedRecords: 1, dirtyStates: 1, statesPerWrite: 5 },
);

test('a record from before there was such a job is walked once', async () => {
  await within(await openTestStore(), async (world) => {
    await world.profiles.record(1, [identify('a', { email: 'a@x.cn' })]);
    await world.store.transact([
      { op: 'run', sql: 'DELETE FROM index_rules' },
      { op: 'run', sql: 'DELETE FROM identifiers' },
    ]);
    await world.restart('close', emptyDeclaration);
    await world.profiles.reindexed();
    await personBy(world, 'a@x.cn');
  });
});
