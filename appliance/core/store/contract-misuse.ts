// The part of the store contract that says what is refused: values that an engine would change, or that another engine
// could not hold. An error names the table and column, never the value.

import assert from 'node:assert/strict';
import { Fault } from '../errors.ts';
import { type Fresh, isFault, thing, things } from './contract-fixtures.ts';
import type { Row, Store } from './store.ts';

const secret = 'a-value-that-no-error-may-show';

/** The error names `place` and does not show the value. */
const refused =
  (kind: typeof TypeError | typeof Fault, place: string) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof kind, `expected ${kind.name}, got ${error}`);
    assert.ok(error.message.includes(place), `${error.message} should name ${place}`);
    assert.ok(!error.message.includes(secret));
    return true;
  };

export function misuseTests(fresh: Fresh): void {
  const insert = (store: Store, row: object) =>
    store.transact([{ op: 'insert', table: things, rows: [thing(1), { ...thing(2), ...row } as Row] }]);

  fresh('values of a wrong type are refused before anything is written', async (store) => {
    const wrong: [string, unknown][] = [
      ['id', 1.5],
      ['id', 2 ** 53],
      ['id', Number.NaN],
      ['id', '2'],
      ['id', 2n],
      ['id', true],
      ['id', undefined],
      ['weight', Number.NaN],
      ['weight', Number.POSITIVE_INFINITY],
      ['weight', secret],
      ['label', 5],
      ['label', Buffer.from(secret)],
      ['label', { toString: () => secret }],
      ['label', undefined],
      ['body', secret],
      ['body', [1, 2, 3]],
      ['body', new ArrayBuffer(3)],
      ['body', new Date(0)],
    ];
    for (const [column, value] of wrong) {
      await assert.rejects(
        insert(store, { [column]: value }),
        refused(TypeError, `things.${column}`),
        `${column} ${typeof value}`,
      );
    }
    assert.deepEqual(await store.select('SELECT id FROM things'), []);
  });

  fresh('text that not every engine can keep is a bad request', async (store) => {
    for (const label of [`${secret}\0`, `${secret}\ud800`, '\udc00x']) {
      await assert.rejects(insert(store, { label }), refused(Fault, 'things.label'));
      await assert.rejects(insert(store, { label }), isFault('bad_request'));
      await assert.rejects(store.select('SELECT id FROM things WHERE label = :label', { label }), isFault('bad_request'));
      await assert.rejects(
        store.select('SELECT id FROM things WHERE label IN (:set)', { set: ['a', label] }),
        isFault('bad_request'),
      );
    }
  });

  fresh('a column that the table lacks, or a row without one it has, is refused', async (store) => {
    await assert.rejects(
      store.transact([{ op: 'insert', table: things, rows: [{ ...thing(1), extra: 1 }] }]),
      refused(TypeError, 'things.extra'),
    );
    await assert.rejects(
      store.transact([{ op: 'insert', table: things, rows: [{ id: 1, weight: 0, label: null }] }]),
      refused(TypeError, 'things.body'),
    );
    await assert.rejects(store.transact([{ op: 'delete', table: things, keys: [thing(1)] }]), TypeError);
  });

  fresh('parameters that are missing, misspelt, or a set in the wrong place are refused', async (store) => {
    const sql = 'SELECT id FROM things WHERE id = :id';
    await assert.rejects(store.select(sql), refused(TypeError, ':id'));
    await assert.rejects(store.select(sql, { id: 1, di: secret }), refused(TypeError, ':di'));
    await assert.rejects(store.select(sql, { id: [1] }), refused(TypeError, ':id'));
    await assert.rejects(
      store.select('SELECT id FROM things WHERE id IN (:ids) OR id = :ids', { ids: 1 }),
      refused(TypeError, ':ids'),
    );
    for (const value of [2 ** 53, Number.NaN, true, 2n, undefined, new Date(0)]) {
      await assert.rejects(store.select(sql, { id: value as never }), TypeError);
    }
    for (const set of [[1, 'a'], [1, null], [0.5], [Buffer.from('a'), 1], [true]]) {
      await assert.rejects(store.select('SELECT id FROM things WHERE id IN (:set)', { set: set as never }), TypeError);
    }
    await assert.rejects(store.transact([{ op: 'run', sql: 'DELETE FROM things WHERE id = :id' }]), refused(TypeError, ':id'));
  });

  fresh('a set, a round of queries or a change set beyond its limit is refused', async (store) => {
    const set = new Array(1_000_001).fill(1);
    await assert.rejects(store.select('SELECT id FROM things WHERE id IN (:set)', { set }), isFault('limit_reached'));
    const queries = new Array(1001).fill({ sql: 'SELECT 1 AS one' });
    await assert.rejects(store.selectMany(queries), isFault('limit_reached'));
    const row = { ...thing(1), body: Buffer.alloc(1024 * 1024) };
    await assert.rejects(
      store.transact([{ op: 'insert', table: things, rows: new Array(300).fill(row) }]),
      isFault('limit_reached'),
    );
  });
}
