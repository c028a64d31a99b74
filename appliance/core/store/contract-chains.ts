// The part of the store contract about change sets that stand on each other.

import assert from 'node:assert/strict';
import { newChain } from './chains.ts';
import { type Fresh, isFault, thing, things } from './contract-fixtures.ts';
import type { Store } from './store.ts';

const insert = (store: Store, id: number, chain?: number) =>
  store.transact([{ op: 'insert', table: things, rows: [thing(id)] }], chain);
const idsIn = async (store: Store) => (await store.select('SELECT id FROM things ORDER BY id')).map(({ id }) => id);

export function chainTests(fresh: Fresh): void {
  fresh('of a chain nothing is applied after one that failed, whether it waited already or comes later', async (store) => {
    await insert(store, 3);
    const chain = newChain();
    const other = newChain();
    const given = [
      insert(store, 1, chain),
      insert(store, 2, chain),
      insert(store, 3, chain),
      insert(store, 4, chain),
      insert(store, 5, other),
      insert(store, 6),
    ];
    const outcomes = await Promise.allSettled(given);
    assert.deepEqual(
      outcomes.map(({ status }) => status === 'fulfilled'),
      [true, true, false, false, true, true],
    );
    await assert.rejects(insert(store, 7, chain), isFault('store_unavailable'));
    await insert(store, 8, newChain());
    assert.deepEqual(await idsIn(store), [1, 2, 3, 5, 6, 8]);
  });

  fresh('one by one, a chain breaks where it broke', async (store) => {
    const chain = newChain();
    await insert(store, 1, chain);
    await assert.rejects(insert(store, 1, chain));
    await assert.rejects(insert(store, 2, chain), isFault('store_unavailable'));
    assert.deepEqual(await idsIn(store), [1]);
  });
}
