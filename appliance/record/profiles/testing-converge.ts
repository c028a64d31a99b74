// One seeded run of the model-based test: random arrivals, decisions, restarts, kills and faults against a real store, and
// the twin's word on what must come of it.

import assert from 'node:assert/strict';
import { Fault } from '../../core/errors.ts';
import type { Event, JsonObject } from '../../core/model/event.ts';
import type { Store } from '../../core/store/store.ts';
import { seeded } from './testing.ts';
import { actor, nowMs, openWorld, Twin, type World } from './testing-world.ts';

type Random = ReturnType<typeof seeded>;
type Sent = { source: number; event: Event };

const dayMs = 86_400_000;
const phones = ['+8613811112201', '+8613811112202', '13811112203'];

/** Few ids and values, so that records meet, share, contradict each other and come late. */
export function anyFacts(random: Random, count: number): Sent[] {
  const pick = <T>(...values: T[]): T => values[random.next(values.length)]!;
  const [users, devices, emails] = [3 + random.next(20), 2 + random.next(10), 3 + random.next(20)];
  return Array.from({ length: count }, (_, at): Sent => {
    const source = 1 + random.next(3);
    const occurredAtMs = nowMs - random.next(60) * dayMs - random.next(3);
    const ids = pick<Partial<Event>>(
      { userId: `u${random.next(users)}` },
      { anonymousId: `a${random.next(devices)}` },
      { userId: `u${random.next(users)}`, anonymousId: `a${random.next(devices)}` },
    );
    const common = { messageId: `m${at}`, ...ids, occurredAtMs, receivedAtMs: nowMs };
    const traits: JsonObject = {};
    if (random.next(2)) traits.email = `e${random.next(emails)}@x.cn`;
    if (random.next(4) === 0) traits.phone = pick(...phones);
    if (random.next(6) === 0) traits.unionId = `oU${random.next(4)}`;
    if (random.next(10) === 0) traits.nationalId = pick('11010519491231002X', '440524188001010014');
    if (random.next(2)) traits.city = pick<string | null>('上海', '北京', null);
    if (random.next(2)) traits.name = pick('王小明', 'Wang', '李芳', '');
    const device = random.next(5) === 0 ? { context: { device: { id: `d${random.next(2)}` } } } : {};
    const properties = {
      order_id: `o${random.next(4)}`,
      product_id: `p${random.next(3)}`,
      total: random.next(100) / 10,
      quantity: 1,
    };
    switch (random.next(8)) {
      case 0:
      case 1:
      case 2:
        return { source, event: { kind: 'identify', ...common, ...device, traits } };
      case 3:
        return {
          source,
          event: { kind: 'page', ...common, ...device, name: 'Home', properties: { path: `/${random.next(3)}` } },
        };
      case 4:
        if (random.next(3) > 0 || !common.userId) return { source, event: { kind: 'page', ...common, name: 'Home' } };
        return { source, event: { kind: 'alias', ...common, previousId: pick('u0', 'u7', 'a1', 'null') } };
      default: {
        const name = pick(
          'Order Completed',
          'Order Refunded',
          'Product Added',
          'Product Viewed',
          'Unsubscribed',
          'Consent Given',
        );
        return {
          source,
          event: { kind: 'track', ...common, ...device, name, properties: { ...properties, purpose: 'marketing' } },
        };
      }
    }
  });
}

export async function converges(inner: Store, seed: number): Promise<void> {
  const random = seeded(seed);
  // Small limits now and then, so that states are written behind, records leave memory and groups are split.
  const small = { statesPerWrite: 1 + random.next(3), dirtyStates: 1 + random.next(12), groupEvents: 1 + random.next(9) };
  const world = await openWorld(inner, random.next(4) === 0 ? {} : { ...small, cachedRecords: 1 + random.next(10) });
  const twin = new Twin();
  const facts = anyFacts(random, 40 + random.next(40));
  const waiting = random.shuffle(facts);
  const hint = `seed ${seed}`;
  try {
    for (let step = 0; waiting.length > 0 || step < 12; step += 1) {
      const what = random.next(10);
      const at = `${hint}, step ${step}`;
      if (what < 4) await arrive(world, twin, random, waiting.splice(0, 1 + random.next(12)), facts);
      else if (what < 8) await decide(world, twin, random);
      else if (what === 8) await world.restart(random.next(2) ? 'close' : 'kill');
      else await twin.compare(world, at);
    }
    await twin.compare(world, `${hint}, at the end`);
    await world.restart('kill');
    await twin.compare(world, `${hint}, after a kill`);
    await world.profiles.flush();
    await world.restart('close');
    await twin.compare(world, `${hint}, after all states were written`);
  } catch (error) {
    if (error instanceof Error) error.message += ` (${hint})`;
    throw error;
  } finally {
    await world.end();
  }
}

/** Sends events as clients do: in batches side by side, some of them twice, again and again until all are taken. */
export async function arrive(
  world: World,
  twin: Twin,
  random: Random,
  fresh: readonly Sent[],
  facts: readonly Sent[],
): Promise<void> {
  const again = fresh.flatMap((sent) => (random.next(4) === 0 ? [sent] : []));
  const [old] = twin.records.size > 0 ? random.shuffle(facts).filter(({ source, event }) => twin.has(source, event)) : [];
  const all = random.shuffle([...fresh, ...again, ...(old ? [old] : [])]);
  if (random.next(3) === 0) {
    const code = random.next(2) ? 'disk_full' : 'store_unavailable';
    world.store.failures.push({ skip: random.next(3), when: random.next(2) ? 'before' : 'after', code });
  }
  if (random.next(6) === 0) world.store.failReads = 1 + random.next(4);
  let batches: Sent[][] = [];
  for (const [, ofSource] of Map.groupBy(all, (sent) => sent.source)) {
    while (ofSource.length > 0) batches.push(ofSource.splice(0, 1 + random.next(5)));
  }
  for (let attempt = 0; batches.length > 0; attempt += 1) {
    assert.ok(attempt < 20, 'a store that works again takes events again');
    const results = await Promise.allSettled(
      random.shuffle(batches).map(async (batch) => {
        if (random.next(2)) await new Promise((resolve) => setImmediate(resolve));
        const outcomes = await world.profiles
          .record(
            batch[0]!.source,
            batch.map((sent) => sent.event),
          )
          .catch((fault: unknown) => {
            assert.ok(fault instanceof Fault, String(fault));
            return undefined;
          });
        if (!outcomes) return batch;
        assert.deepEqual(
          outcomes.map((one) => one.messageId),
          batch.map((sent) => sent.event.messageId),
        );
        for (const { source, event } of batch) twin.arrive(source, event);
        return undefined;
      }),
    );
    batches = results.flatMap((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value ? [result.value] : [];
    });
    if (batches.length > 0 && random.next(3) === 0) await world.restart('kill');
  }
  world.store.failures = [];
  world.store.failReads = 0;
}

export async function decide(world: World, twin: Twin, random: Random): Promise<void> {
  const ids = await twin.idsIn(world);
  const names = new Map([...ids].map(([name, id]) => [id, name]));
  const persons = random.shuffle([...twin.persons(world, ids).values()]);
  const [one, other] = persons;
  if (!one) return;
  const namesOf = (records: readonly { recordId: number }[]): string[] => records.map(({ recordId }) => names.get(recordId)!);
  const madeAtMs = nowMs + 1 + twin.decisions.length;
  const anyOf = (records: typeof one): number => records[random.next(records.length)]!.recordId;
  const what = random.next(4);
  if (what < 2 && other) {
    twin.decide({ verdict: 'same', left: namesOf(one), right: namesOf(other), madeAtMs, madeBy: 'person' });
    await world.profiles.merge(anyOf(one), anyOf(other), actor);
  } else if (what === 2 && one.length > 1) {
    const split = random.shuffle(one).slice(0, 1 + random.next(one.length - 1));
    const rest = one.filter((record) => !split.includes(record));
    twin.decide({ verdict: 'different', left: namesOf(split), right: namesOf(rest), madeAtMs, madeBy: 'person' });
    await world.profiles.unmerge(
      anyOf(one),
      actor,
      split.map((record) => record.recordId),
    );
  } else {
    const mine = new Set(namesOf(one));
    const merges = twin.decisions
      .filter((decision) => !decision.retracted && decision.verdict === 'same')
      .filter(({ left, right }) => left.some((name) => mine.has(name)) && right.some((name) => mine.has(name)))
      .sort((a, b) => b.madeAtMs - a.madeAtMs);
    // Which of several aliases is the latest is the clients' word; only people's order is certain here.
    if (merges[0]?.madeBy === 'alias' && merges.length > 1) return;
    if (!merges[0]) {
      await assert.rejects(
        world.profiles.unmerge(anyOf(one), actor),
        (fault) => fault instanceof Fault && fault.code === 'conflict',
      );
      return;
    }
    merges[0].retracted = true;
    await world.profiles.unmerge(anyOf(one), actor);
  }
}
