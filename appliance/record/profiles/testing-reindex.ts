// One seeded run of a changed declaration: facts under the old one, a restart with the new one, late facts, decisions, faults
// and kills while the index is rebuilt; then the twin's word, and that of a fresh node fed the same events under the new one.

import assert from 'node:assert/strict';
import type { IdentifierPolicy } from '../../core/model/identifier.ts';
import { defaultPolicies } from '../../core/model/identifier.ts';
import type { Store } from '../../core/store/store.ts';
import type { RecordDeclaration } from './config.ts';
import { seeded } from './testing.ts';
import { anyFacts, arrive, decide } from './testing-converge.ts';
import { declaration, openWorld, Twin, type World } from './testing-world.ts';

export const custom = (kind: `custom:${string}`, rest: Partial<IdentifierPolicy> = {}): IdentifierPolicy => ({
  kind,
  unique: false,
  joins: true,
  maxPeople: 1,
  perSource: false,
  household: true,
  blocked: [],
  ...rest,
});

const changes: readonly Partial<RecordDeclaration>[] = [
  { identifiers: [] },
  { identifiers: [custom('custom:city', { maxPeople: 2 })] },
  { identifiers: [{ ...defaultPolicies.email, maxPeople: 3 }, custom('custom:city', { joins: false, unique: true })] },
  { identifiers: [{ ...defaultPolicies.phone, joins: false }], region: 'US' },
  {
    identifiers: [
      { ...defaultPolicies.union_id, perSource: true, unique: false },
      { ...defaultPolicies.device, maxPeople: 9 },
    ],
  },
  { identifiers: [{ ...defaultPolicies.email, blocked: ['e0@x.cn', 'e1@x.cn'] }], computedTraits: [] },
  { identifiers: [custom('custom:city', { perSource: true, maxPeople: 4 })], region: 'CN' },
];

/** Every index row and every person, by what is the same in every world: the keys of records and identifiers. */
export async function indexOf(world: World): Promise<{ rows: string[]; persons: string[] }> {
  const hex = (key: unknown): string => Buffer.from(key as Uint8Array).toString('hex');
  const rows = await world.store.select(
    'SELECT i.identifier_key, r.record_key FROM identifiers i JOIN records r ON r.record_id = i.record_id',
  );
  const records = await world.store.select('SELECT record_key, person_id FROM records');
  const persons = [...Map.groupBy(records, (row) => row.person_id).values()];
  return {
    rows: rows.map((row) => `${hex(row.identifier_key)} ${hex(row.record_key)}`).sort(),
    persons: persons
      .map((own) =>
        own
          .map((row) => hex(row.record_key))
          .sort()
          .join(' '),
      )
      .sort(),
  };
}

/** @param open an empty store each time */
export async function reindexes(open: () => Promise<Store>, seed: number): Promise<void> {
  const random = seeded(seed);
  const hint = `seed ${seed}`;
  const other = (): RecordDeclaration => ({ ...declaration, ...changes[random.next(changes.length)]! });
  const limits = {
    statesPerWrite: 1 + random.next(3),
    dirtyStates: 1 + random.next(12),
    groupEvents: 1 + random.next(9),
    cachedRecords: random.next(3) === 0 ? 10_000 : 1 + random.next(20),
    recordsPerStep: 1 + random.next(6),
    pauseMs: 0,
    pauseWhenBusyMs: 0,
    retryMs: 5,
  };
  let declared = other();
  const world = await openWorld(await open(), limits, declared);
  const twin = new Twin(declared);
  const facts = random.shuffle(anyFacts(random, 60 + random.next(60)));
  const all = [...facts];
  const decisions = random.next(2) === 0;
  try {
    while (facts.length > all.length / 2) {
      await arrive(world, twin, random, facts.splice(0, 1 + random.next(12)), all);
      if (decisions && random.next(3) === 0) await decide(world, twin, random);
    }
    do {
      declared = other();
      twin.declare(declared);
      await world.restart(random.next(2) ? 'close' : 'kill', declared);
      // Some facts come while the walks are under way; a kill in between, and it goes on.
      for (let step = random.next(6); step > 0; step -= 1) {
        await arrive(world, twin, random, facts.splice(0, random.next(6)), all);
        if (random.next(4) === 0) await world.restart('kill');
        for (let turn = random.next(40); turn > 0; turn -= 1) await new Promise((resolve) => setImmediate(resolve));
      }
    } while (random.next(3) === 0);
    await world.profiles.reindexed();
    assert.equal(world.profiles.reindexing.state, 'done', hint);
    await twin.compare(world, `${hint}, when it was done`);
    await arrive(world, twin, random, facts.splice(0), all);
    await twin.compare(world, `${hint}, after more facts`);
    await world.restart('kill');
    assert.equal(world.profiles.reindexing.total, 0, 'what is done is not done again');
    await twin.compare(world, `${hint}, after a kill`);
    if (!decisions) await sameAsFresh(world, await open(), twin, declared, hint);
  } catch (error) {
    if (error instanceof Error) error.message += ` (${hint})`;
    throw error;
  } finally {
    await world.end();
  }
}

async function sameAsFresh(world: World, store: Store, twin: Twin, declared: RecordDeclaration, hint: string): Promise<void> {
  const fresh = await openWorld(store, {}, declared);
  try {
    for (const record of twin.records.values()) await fresh.profiles.record(record.source, record.events);
    assert.deepEqual(await indexOf(world), await indexOf(fresh), `as a fresh node, ${hint}`);
  } finally {
    await fresh.end();
  }
}
