// What every engine must hold to, case by case: exactly once, read your writes, faults before and after a write is applied,
// and decisions that can be undone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../core/errors.ts';
import type { Event, JsonObject } from '../../core/model/event.ts';
import type { Store } from '../../core/store/store.ts';
import type { ProfilesParts } from './profiles.ts';
import { actor, nowMs, openWorld, Twin, type World } from './testing-world.ts';

let made = 0;
export function identify(userId: string, traits: JsonObject, rest: Partial<Event> = {}): Event {
  made += 1;
  return { kind: 'identify', messageId: `i${made}`, userId, traits, occurredAtMs: nowMs - 1000, receivedAtMs: nowMs, ...rest };
}
export function track(userId: string, name: string, properties: JsonObject = {}, rest: Partial<Event> = {}): Event {
  made += 1;
  const common = { messageId: `t${made}`, userId, occurredAtMs: nowMs - 500, receivedAtMs: nowMs };
  return { kind: 'track', name, properties, ...common, ...rest };
}
export const isFault =
  (...codes: string[]) =>
  (error: unknown): boolean =>
    error instanceof Fault && codes.includes(error.code);

export async function within(
  store: Store,
  body: (world: World) => Promise<void>,
  limits: ProfilesParts['limits'] = {},
): Promise<void> {
  const world = await openWorld(store, limits);
  try {
    await body(world);
  } finally {
    await world.end();
  }
}
export async function personBy(world: World, identifier: string): Promise<number> {
  const [id, ...others] = await world.profiles.find({ identifier });
  assert.ok(id !== undefined, `nobody has ${identifier}`);
  assert.deepEqual(others, []);
  return id;
}
export async function countOf(world: World, table: string): Promise<number> {
  return Number((await world.store.select(`SELECT count(*) AS n FROM ${table}`))[0]!.n);
}

export function recordCases(engine: string, open: () => Promise<Store>): void {
  const check = (name: string, body: (world: World) => Promise<void>, limits: ProfilesParts['limits'] = {}) =>
    test(`${engine}: ${name}`, async () => within(await open(), body, limits));

  check('a message counts once: in a batch, side by side, later, after a restart and after a kill', async (world) => {
    const event = track('u', 'Order Completed', { order_id: 'o', total: 5 });
    const outcomes = async () => (await world.profiles.record(1, [event])).map((one) => one.outcome);
    assert.deepEqual(
      (await world.profiles.record(1, [event, event])).map((one) => one.outcome),
      ['recorded', 'duplicate'],
    );
    assert.deepEqual(await outcomes(), ['duplicate']);
    const other = { ...event, messageId: 'side by side' };
    const together = await Promise.all(Array.from({ length: 6 }, () => world.profiles.record(1, [other, other])));
    assert.equal(together.flat().filter((one) => one.outcome === 'recorded').length, 1);
    await world.restart('kill');
    assert.deepEqual(await outcomes(), ['duplicate']);
    await world.restart('close');
    assert.deepEqual(await outcomes(), ['duplicate']);
    const id = (await world.profiles.personOf(1, true, 'u'))!;
    const { totals, events } = await world.profiles.profile(id);
    assert.deepEqual([events.count, totals.orders, totals.revenue], [2, 2, 10]);
    assert.deepEqual((await world.profiles.record(2, [event]))[0]?.outcome, 'recorded', 'another source numbers for itself');
  });

  check('what is acknowledged is shown by the next read', async (world) => {
    for (let at = 1; at <= 40; at += 1) {
      const event = track('u', `thing ${at}`, {}, { occurredAtMs: nowMs - 1000 + at });
      await world.profiles.record(1, at % 3 === 0 ? [event, identify('u', { email: `u${at}@x.cn` })] : [event]);
      const id = at < 3 ? (await world.profiles.personOf(1, true, 'u'))! : await personBy(world, `u${at - (at % 3)}@x.cn`);
      const view = await world.profiles.profile(id);
      assert.equal(view.events.count, at + Math.floor(at / 3));
      const { events } = await world.profiles.timeline(id, { limit: 2 });
      assert.ok(events.some((one) => one.messageId === event.messageId));
    }
  });

  for (const when of ['before', 'after'] as const) {
    for (const skip of [0, 1, 2]) {
      check(
        `a write that fails ${when} it is applied, the ${skip + 1}. of several under way, loses and doubles nothing`,
        async (world) => {
          const twin = new Twin();
          const send = async (events: Event[]): Promise<Event[]> => {
            const taken = await world.profiles.record(1, events).then(
              () => true,
              (fault: unknown) => {
                assert.ok(isFault('disk_full')(fault), String(fault));
                return false;
              },
            );
            if (taken) for (const event of events) twin.arrive(1, event);
            return taken ? [] : events;
          };
          await send([identify('u0', { email: 'shared@x.cn', phone: '13811112201' })]);
          world.store.failures.push({ skip, when, code: 'disk_full' });
          const batches = Array.from({ length: 8 }, (_, at) => [
            track(`u${at % 3}`, 'Order Completed', { order_id: `o${at}`, total: at }),
            identify(`u${at % 3}`, { email: 'shared@x.cn', city: `c${at}` }),
          ]);
          const failed = (await Promise.all(batches.map(send))).filter((events) => events.length > 0);
          assert.ok(failed.length > 0, 'the fault was met');
          if (when === 'before') await twin.compare(world, 'after the fault');
          for (const events of failed) assert.deepEqual(await send(events), []);
          await twin.compare(world, 'when all was sent again');
          await world.restart('kill');
          await twin.compare(world, 'after a kill');
        },
        { groupEvents: 2, statesPerWrite: 1, dirtyStates: 2 },
      );
    }
  }

  check(
    'while the store is away reads fail rather than forget; when it is back all that was acknowledged is there',
    async (world) => {
      await world.profiles.record(1, [identify('u', { email: 'u@x.cn' })]);
      const id = await personBy(world, 'u@x.cn');
      world.store.down = true;
      const lost = track('u', 'never');
      await assert.rejects(world.profiles.record(1, [lost]), isFault('store_unavailable'));
      for (let attempt = 0; attempt < 3; attempt += 1) {
        await assert.rejects(world.profiles.profile(id), isFault('store_unavailable'));
        await assert.rejects(world.profiles.merge(id, id + 1, actor), isFault('store_unavailable'));
      }
      world.store.down = false;
      // The very first read afterwards, while memory may still be on its way back.
      assert.equal((await world.profiles.profile(id)).events.count, 1);
      assert.deepEqual((await world.profiles.record(1, [lost]))[0]?.outcome, 'recorded');
      assert.equal((await world.profiles.profile(id)).events.count, 2);
    },
  );

  for (const verdict of ['same', 'different'] as const) {
    for (const [when, skip] of [
      ['before', 0],
      ['after', 0],
      ['before', 1],
    ] as const) {
      check(
        `a review decided ${verdict} is closed with its decision, whichever write fails (${when}, ${skip})`,
        async (world) => {
          await world.profiles.record(1, [identify('a', { email: 'a@x.cn' }), identify('b', { email: 'b@x.cn' })]);
          const [a, b] = [await personBy(world, 'a@x.cn'), await personBy(world, 'b@x.cn')];
          await world.profiles.reviews.add([{ leftRecord: a, rightRecord: b, probability: 0.7, weights: [] }]);
          const [review] = await world.profiles.reviews.list();
          world.store.failures.push({ skip, when, code: 'store_unavailable' });
          await world.profiles.reviews.decide(review!.reviewId, verdict, actor).catch((fault: unknown) => {
            assert.ok(isFault('store_unavailable')(fault), String(fault));
          });
          world.store.failures = [];
          await world.restart('kill');
          const closed = await world.store.select('SELECT 1 AS closed FROM reviews WHERE closed_at_ms IS NOT NULL');
          assert.equal(closed.length, await countOf(world, 'decisions'));
          // Whoever was told of the failure decides once more, and finds it open or done; never stuck between the two.
          if (closed.length === 0) await world.profiles.reviews.decide(review!.reviewId, verdict, actor);
          await assert.rejects(world.profiles.reviews.decide(review!.reviewId, verdict, actor), isFault('not_found'));
          assert.equal(await countOf(world, 'decisions'), 1);
          assert.equal((await world.profiles.profile(b)).id === `p${a}`, verdict === 'same');
        },
      );
    }
  }

  check('unmerge and retract give back exactly the two that were', async (world) => {
    await world.profiles.record(1, [
      identify('a', { email: 'a@x.cn', city: '上海' }, { anonymousId: 'device a' }),
      track('a', 'Order Completed', { order_id: 'o1', total: 3 }),
      { ...track('', 'Product Added', { product_id: 'tea' }), kind: 'track', anonymousId: 'device a' },
    ]);
    await world.profiles.record(2, [identify('b', { phone: '13811112201', city: '北京' }), track('b', 'Unsubscribed')]);
    await world.profiles.record(3, [identify('b2', { phone: '13811112201' })]);
    const ids = [await personBy(world, 'a@x.cn'), await personBy(world, '13811112201')] as const;
    const both = () =>
      Promise.all(ids.map(async (id) => [await world.profiles.profile(id), await world.profiles.timeline(id, {})]));
    const before = await both();
    for (const undo of ['unmerge', 'retract'] as const) {
      const { decisionId, persons } = await world.profiles.merge(ids[1], ids[0], actor);
      assert.deepEqual(persons, [Math.min(...ids)]);
      const one = await world.profiles.profile(ids[1]);
      assert.equal(one.events.count, 6);
      assert.deepEqual(one, await world.profiles.profile(ids[0]), 'either number leads to the one person');
      await assert.rejects(world.profiles.merge(ids[0], ids[1], actor), isFault('conflict'));
      if (undo === 'retract') await world.restart('kill');
      const undone =
        undo === 'unmerge' ? await world.profiles.unmerge(ids[0], actor) : await world.profiles.retract(decisionId, actor);
      assert.deepEqual([undone.decisionId, undone.persons], [decisionId, [...ids].sort((a, b) => a - b)]);
      assert.deepEqual(await both(), before);
      await assert.rejects(world.profiles.retract(decisionId, actor), isFault('not_found'));
    }
  });

  for (const when of ['before', 'after'] as const) {
    check(`a decision whose write fails ${when} it is applied is there wholly or not at all`, async (world) => {
      await world.profiles.record(1, [identify('a', { email: 'a@x.cn' }), identify('b', { email: 'b@x.cn' })]);
      const [a, b] = [await personBy(world, 'a@x.cn'), await personBy(world, 'b@x.cn')];
      const together = async (): Promise<boolean> =>
        (await world.profiles.profile(a)).id === (await world.profiles.profile(b)).id;
      const failing = async (decide: () => Promise<unknown>): Promise<void> => {
        world.store.failures.push({ skip: 0, when, code: 'store_unavailable' });
        await assert.rejects(decide(), isFault('store_unavailable'));
      };
      await failing(() => world.profiles.merge(a, b, actor));
      assert.equal(await together(), when === 'after');
      if (when === 'before') await world.profiles.merge(a, b, actor);
      else await assert.rejects(world.profiles.merge(a, b, actor), isFault('conflict'));
      await failing(() => world.profiles.unmerge(a, actor));
      assert.equal(await together(), when === 'before');
      if (when === 'before') await world.profiles.unmerge(a, actor);
      await world.profiles.record(1, [track('a', 'x'), track('b', 'x')]);
      assert.equal(await together(), false);
    });
  }
}
