import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { openTestStore } from '../../core/store/testing.ts';
import { type Held, RecordCache } from './cache.ts';
import { seeded } from './testing.ts';
import { identify, personBy, track, within } from './testing-cases.ts';

test('a reader that waits is shown what leaves memory meanwhile, and nothing once it has gone', () => {
  const cache = new RecordCache(1);
  const held = (recordId: number) =>
    ({ recordId, recordKey: Buffer.from([recordId]), dirtyFromSeq: undefined }) as unknown as Held;
  cache.put(held(1), 'a');
  const left = cache.watch();
  cache.put(held(2), 'b');
  cache.evict((id) => id === 2);
  assert.deepEqual([...left.keys()], [1]);
  assert.equal(cache.peek(1), undefined);
  cache.unwatch(left);
  cache.put(held(3), 'c');
  cache.evict((id) => id === 3);
  assert.deepEqual([...left.keys()], [1]);
});

test('readers see every acknowledged event while records come into memory, are written and leave it', async () => {
  const seed = Number(process.env.HOLDFAST_SEED ?? 7);
  const random = seeded(seed);
  const customers = 24;
  const limits = { cachedRecords: 3, dirtyStates: 2, statesPerWrite: 2, groupEvents: 1, eventsBehind: 3 };
  await within(
    await openTestStore(),
    async (world) => {
      await world.profiles.record(
        1,
        Array.from({ length: customers }, (_, at) => identify(`u${at}`, { email: `u${at}@x.cn` })),
      );
      const ids = await Promise.all(Array.from({ length: customers }, (_, at) => personBy(world, `u${at}@x.cn`)));
      const told = ids.map(() => 1);
      const { transact } = world.store;
      // A slow disk, so that others read while states are on their way to it.
      world.store.transact = async (changes) => {
        await setTimeout(15);
        await transact.call(world.store, changes);
      };
      const lately = [0];
      let writing = true;
      const stop = () => {
        writing = false;
      };
      const read = async () => {
        while (writing) {
          const at = lately[random.next(lately.length)]!;
          const before = told[at]!;
          const { events } = await world.profiles.profile(ids[at]!);
          assert.ok(events.count >= before, `seed ${seed}: ${events.count} events shown of ${before} acknowledged`);
          const page = await world.profiles.timeline(ids[at]!, { limit: 200 });
          assert.ok(page.events.length >= before, `seed ${seed}: ${page.events.length} rows of ${before} acknowledged`);
        }
      };
      const write = async () => {
        for (let round = 0; round < 40 && writing; round += 1) {
          const at = random.next(customers);
          await world.profiles.record(1, [track(`u${at}`, 'Seen')]);
          told[at]! += 1;
          lately.push(at);
          if (lately.length > 8) lately.shift();
        }
      };
      const done = await Promise.allSettled([
        ...[1, 2, 3, 4].map(() => read().finally(stop)),
        Promise.all([write(), write(), write()]).finally(stop),
      ]);
      for (const one of done) if (one.status === 'rejected') throw one.reason;
    },
    limits,
  );
});

test('a whole customer costs two looks at the store, and so does a page of the timeline', async () => {
  await within(await openTestStore(), async (world) => {
    await world.profiles.record(1, [identify('u', { phone: '13916220457' }), track('u', 'Seen')]);
    await world.profiles.record(2, [identify('v', { phone: '13916220457' })]);
    const id = await personBy(world, '13916220457');
    await world.restart('close');
    let looks = 0;
    const { selectMany, select } = world.store;
    // What is known of messages may be read behind, at any time.
    const count = (sql: string) => {
      if (!/FROM messages/.test(sql)) looks += 1;
    };
    world.store.selectMany = (queries) => {
      count(queries[0]!.sql);
      return selectMany.call(world.store, queries);
    };
    world.store.select = (sql, params) => {
      count(sql);
      return select.call(world.store, sql, params);
    };
    assert.equal((await world.profiles.profile(id)).events.count, 3);
    assert.equal(looks, 2);
    assert.equal((await world.profiles.timeline(id, {})).events.length, 3);
    assert.equal(looks, 4);
  });
});
