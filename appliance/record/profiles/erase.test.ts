import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Event } from '../../core/model/event.ts';
import { openPostgresStore } from '../../core/store/postgres/postgres.ts';
import { startTestPostgres, type TestPostgres } from '../../core/store/postgres/test-server.ts';
import { openTestStore } from '../../core/store/testing.ts';
import { rounds } from './testing.ts';
import { countOf, identify, personBy, track, within } from './testing-cases.ts';
import { convergesWithErasing } from './testing-erase.ts';
import { nowMs } from './testing-world.ts';

let server: TestPostgres;
before(async () => {
  server = await startTestPostgres({ fsync: 'off' });
});
after(() => server.stop());

test('erasing between arrivals, merges, unmerges, kills and faults shows what the facts that are left say', async () => {
  let erased = 0;
  for (let round = 0; round < rounds(8); round += 1) erased += await convergesWithErasing(await openTestStore(), 3_000 + round);
  assert.ok(erased > 0);
});

test('postgres: the same', async () => {
  for (let round = 0; round < rounds(2); round += 1)
    await convergesWithErasing(await openPostgresStore({ url: await server.createDatabase() }), 3_500 + round);
});

test('nothing is left of an erased record in any table, and its id makes a new one; a message that was erased stays known', () =>
  openTestStore().then((store) =>
    within(store, async (world) => {
      const first = identify('u1', { email: 'a@x.cn', name: '王小明' });
      await world.profiles.record(1, [first, track('u1', 'Order Completed')]);
      await world.profiles.record(1, [identify('u2', { email: 'b@x.cn' })]);
      const [id] = await world.profiles.recordsOf(await personBy(world, 'a@x.cn'));
      await world.profiles.erase(
        async () => [id!],
        async () => () => [],
      );
      for (const table of [
        'records',
        'record_keys',
        'states',
        'consents',
        'events',
        'timeline',
        'identifiers',
        'decision_records',
      ]) {
        const rows = await world.store.select(`SELECT count(*) AS n FROM ${table} WHERE record_id = :id`, { id: id! });
        assert.equal(Number(rows[0]!.n), 0, table);
      }
      assert.deepEqual(await world.profiles.find({ identifier: 'a@x.cn' }), []);
      const [again] = await world.profiles.record(1, [first]);
      assert.equal(again!.outcome, 'duplicate', 'a client that sends it once more does not bring it back');
      const [fresh] = await world.profiles.record(1, [identify('u1', { city: '上海' })]);
      assert.equal(fresh!.outcome, 'recorded');
      assert.notEqual(fresh!.person, id);
      const view = await world.profiles.profile(fresh!.person!);
      assert.equal(view.traits.email, undefined);
    }),
  ));

test('events that go are folded out: totals, identifiers and whom they joined', async () =>
  within(await openTestStore(), async (world) => {
    const old = nowMs - 900 * 86_400_000;
    const event = (given: Partial<Event>): Event => ({ ...track('u1', 'x'), ...given });
    await world.profiles.record(1, [
      { ...identify('u1', { phone: '+8613811112201' }), occurredAtMs: old },
      event({ name: 'Order Completed', properties: { order_id: 'o1', total: 10 }, occurredAtMs: old, messageId: 'm-old' }),
      event({ name: 'Order Completed', properties: { order_id: 'o2', total: 7 }, messageId: 'm-new' }),
    ]);
    await world.profiles.record(2, [identify('v1', { phone: '+8613811112201' })]);
    const person = await personBy(world, '+8613811112201');
    const records = await world.profiles.recordsOf(person);
    assert.equal(records.length, 2);
    const page = await world.profiles.eventsBefore(nowMs - 800 * 86_400_000, -1);
    assert.equal(page.length, 2);
    const { removed, neighbours } = await world.profiles.removeEvents(
      page[0]!.recordId,
      page.map(({ seq }) => seq),
      () => [],
    );
    assert.equal(removed, 2);
    await world.profiles.settleAfterErasing(neighbours, []);
    assert.deepEqual(await world.profiles.eventsBefore(nowMs - 800 * 86_400_000, -1), []);
    const mine = await world.profiles.profile(page[0]!.recordId);
    assert.equal(mine.totals.orders, 1);
    assert.equal(mine.totals.revenue, 7);
    assert.equal(mine.records.length, 1, 'the phone that joined them is claimed by one alone');
    assert.equal((await world.profiles.find({ identifier: '+8613811112201' })).length, 1);
    await world.restart('kill');
    assert.equal((await world.profiles.profile(page[0]!.recordId)).totals.revenue, 7);
    assert.equal(await countOf(world, 'events'), 2);
  }));
