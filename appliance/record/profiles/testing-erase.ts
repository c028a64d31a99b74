// One seeded run in which customers are erased between arrivals, decisions, restarts, kills and faults: in the end everything shows what
// the facts that are left say, as if the erased ones had never been told.

import { Fault } from '../../core/errors.ts';
import type { Store } from '../../core/store/store.ts';
import { seeded } from './testing.ts';
import { anyFacts, arrive, decide } from './testing-converge.ts';
import { openWorld, Twin, type World } from './testing-world.ts';

type Random = ReturnType<typeof seeded>;

export async function convergesWithErasing(inner: Store, seed: number): Promise<number> {
  const random = seeded(seed);
  const small = { statesPerWrite: 1 + random.next(3), dirtyStates: 1 + random.next(12), groupEvents: 1 + random.next(9) };
  const world = await openWorld(inner, random.next(3) === 0 ? {} : { ...small, cachedRecords: 1 + random.next(10) });
  const twin = new Twin();
  const facts = anyFacts(random, 40 + random.next(40));
  const waiting = random.shuffle(facts);
  const hint = `seed ${seed}`;
  let erased = 0;
  try {
    for (let step = 0; waiting.length > 0 || step < 14; step += 1) {
      const what = random.next(10);
      if (what < 4) await arrive(world, twin, random, waiting.splice(0, 1 + random.next(12)), facts);
      else if (what < 5) await decide(world, twin, random);
      else if (what < 6) await forgetEvents(world, twin, random);
      else if (what < 8) erased += await eraseOne(world, twin, random);
      else if (what === 8) await world.restart(random.next(2) ? 'close' : 'kill');
      else await twin.compare(world, `${hint}, step ${step}`);
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
  return erased;
}

/** Some events of a record, as retention does. */
async function forgetEvents(world: World, twin: Twin, random: Random): Promise<void> {
  await world.profiles.flush();
  const all = await world.profiles.eventsBefore(Number.MAX_SAFE_INTEGER, -1);
  const [one] = random.shuffle(all);
  if (!one) return;
  const some = all.filter(({ recordId }) => recordId === one.recordId && random.next(2) === 0);
  const names = new Map([...(await twin.idsIn(world))].map(([name, id]) => [id, name]));
  if (random.next(3) === 0)
    world.store.failures.push({ skip: random.next(2), when: random.next(2) ? 'before' : 'after', code: 'store_unavailable' });
  let neighbours: readonly number[] = [];
  for (;;) {
    try {
      await world.profiles.removeEvents(
        one.recordId,
        some.map(({ seq }) => seq),
        // What the run of retention keeps in the transaction that removes.
        (found) => {
          neighbours = found;
          return [];
        },
      );
      await world.profiles.settleAfterErasing(neighbours, []);
      break;
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      if (random.next(2)) await world.restart('kill');
    }
  }
  world.store.failures = [];
  twin.forget(
    names.get(one.recordId)!,
    some.map(({ event }) => event.messageId),
  );
}

/** A person, or some of their records, with a store that fails now and then; done again until it is done, as an erasure is. */
async function eraseOne(world: World, twin: Twin, random: Random): Promise<number> {
  const ids = await twin.idsIn(world);
  const [person] = random.shuffle([...twin.persons(world, ids).values()]);
  if (!person) return 0;
  const some = random.next(3) === 0 ? random.shuffle(person).slice(0, 1 + random.next(person.length)) : person;
  const records = some.map(({ recordId }) => recordId);
  if (random.next(3) === 0)
    world.store.failures.push({ skip: random.next(2), when: random.next(2) ? 'before' : 'after', code: 'store_unavailable' });
  let neighbours: number[] | undefined;
  for (;;) {
    try {
      // What the erasure's row keeps in the transaction that destroys.
      await world.profiles.erase(
        async () => records,
        async () => (found) => {
          if (found.length > 0 || neighbours === undefined) neighbours = [...found];
          return [];
        },
      );
      await world.profiles.settleAfterErasing(neighbours!, []);
      break;
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      if (random.next(2)) await world.restart('kill');
    }
  }
  world.store.failures = [];
  const names = [...ids].flatMap(([name, id]) => (records.includes(id) ? [name] : []));
  twin.erase(names);
  return records.length;
}
