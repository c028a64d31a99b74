import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertIndexed } from '../../core/store/plan.ts';
import { openTestStore } from '../../core/store/testing.ts';
import { loadRecords } from './store.ts';
import { seeded } from './testing.ts';
import { personBy, within } from './testing-cases.ts';
import { anyFacts } from './testing-converge.ts';
import { actor } from './testing-world.ts';

test('what is kept of a record in memory keeps nothing else of the answer that it came in', async () => {
  await within(await openTestStore(), async (world) => {
    for (const { source, event } of anyFacts(seeded(5), 50)) await world.profiles.record(source, [event]);
    const ids = (await world.store.select('SELECT record_id FROM records')).map(({ record_id }) => Number(record_id));
    assert.ok(ids.length > 2);
    const { records, states } = await loadRecords(world.store, ids);
    assert.equal(records.length, ids.length);
    for (const { recordKey } of records) assert.equal(recordKey.buffer.byteLength, recordKey.byteLength);
    // As they come from the store they do: the assertion above is not true by itself.
    assert.ok(states.every(({ body }) => body.buffer.byteLength > body.byteLength));
  });
});

test('every query of the record finds its rows by a key or an index', async () => {
  await within(await openTestStore(), async (world) => {
    const facts = anyFacts(seeded(5), 200);
    for (const { source, event } of facts) await world.profiles.record(source, [event]);
    const id = await personBy(world, 'e1@x.cn').catch(async () => (await world.profiles.find({ identifier: 'e1@x.cn' }))[0]!);
    await world.profiles.timeline(id, {});
    await world.profiles.timeline(id, { kinds: ['track'] });
    await world.profiles.explain(id);
    await world.profiles.reviews.list();
    await world.profiles.reviews.add([{ leftRecord: 1, rightRecord: 2, probability: 0.7, weights: [] }]);
    await world.profiles.reviews.list();
    const persons: number[] = [];
    for await (const { personId } of world.profiles.persons()) persons.push(personId);
    const { decisionId } = await world.profiles.merge(persons[0]!, persons[1]!, actor);
    await world.profiles.retract(decisionId, actor);
    const ofStart = [...world.store.seen];
    await world.restart('kill');
    for (const { personId } of [{ personId: id }]) await world.profiles.profile(personId);
    const all = new Map([...ofStart, ...world.store.seen]);
    assert.ok(all.size >= 15, `only ${all.size} queries were seen`);
    for (const [sql, params] of all) {
      // A handful of keys of the node, read once at its start.
      if (/FROM (node_keys|wrapping_keys)/.test(sql)) continue;
      await assertIndexed(world.store, sql, params, { sorts: /IN \(|person_id = \(|DISTINCT/.test(sql) });
    }
  });
});
