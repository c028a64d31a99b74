// The part of the store contract about columns that the engine seals on their way to the disk.

import assert from 'node:assert/strict';
import { envelopeEpoch, openEnvelope, place } from '../../../crypto/envelope.ts';
import { generateKey } from '../../../crypto/keys.ts';
import { type Fresh, isFault, labels, thing, things } from './contract-fixtures.ts';
import type { Sealing, SealingCell } from './sealing.ts';
import type { Change, Row } from './store.ts';

const where = place('things', 'body');
const keys = Array.from({ length: 5 }, () => generateKey('data'));
const withoutBody = (id: number): Row => ({ id, weight: null, label: null });
const cell = (id: number, content: string | object): SealingCell => ({ key: keys[id % 5]!, epoch: id, content });
const seal = (cells: readonly SealingCell[]): Sealing => ({ column: 'body', where, rowId: 'id', cells });
const opened = (row: Row): string => {
  const id = row.id as number;
  assert.equal(envelopeEpoch(row.body as Uint8Array), id);
  return openEnvelope(keys[id % 5]!, where, id, row.body as Uint8Array).toString('utf8');
};

export function sealingTests(fresh: Fresh): void {
  fresh('a text to seal is found as an envelope of its row, its key and its epoch', async (store) => {
    const texts = ['', 'a', '王小明 👩‍👩‍👧', 'x'.repeat(70_000), JSON.stringify({ a: '\u0000\ud800' })];
    for (const op of ['insert', 'upsert'] as const) {
      const cells = texts.map((text, id) => cell(id, `${op} ${text}`));
      await store.transact([{ op, table: things, rows: texts.map((_, id) => withoutBody(id)), seal: seal(cells) }]);
      const rows = await store.select('SELECT id, body FROM things ORDER BY id');
      assert.deepEqual(
        rows.map(opened),
        texts.map((text) => `${op} ${text}`),
      );
    }
  });

  fresh('an object is sealed as its JSON as it is at the call, and sets of every kind go together', async (store) => {
    const event = { name: '看', at: 1 };
    const changes: Change[] = [
      { op: 'insert', table: things, rows: [withoutBody(7)], seal: seal([cell(7, event)]) },
      { op: 'insert', table: labels, rows: [{ id: 1, label: 'beside' }] },
      { op: 'insert', table: things, rows: [thing(9, 'plain')] },
      { op: 'insert', table: things, rows: [], seal: seal([]) },
      { op: 'insert', table: things, rows: [withoutBody(8), withoutBody(6)], seal: seal([cell(8, 'eight'), cell(6, 'six')]) },
    ];
    const done = store.transact(changes);
    event.at = 2;
    await done;
    const rows = await store.select('SELECT id, body FROM things WHERE body IS NOT NULL ORDER BY id');
    assert.deepEqual(rows.map(opened), ['six', '{"name":"看","at":1}', 'eight']);
    assert.deepEqual(await store.select('SELECT label FROM labels'), [{ label: 'beside' }]);
  });

  fresh('of change sets that wait together and partly fail, those that hold are sealed once', async (store) => {
    await store.transact([{ op: 'insert', table: things, rows: [thing(3, 'taken')] }]);
    const set = (id: number) =>
      store.transact([{ op: 'insert', table: things, rows: [withoutBody(id)], seal: seal([cell(id, `text ${id}`)]) }]);
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(set));
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
    );
    const rows = await store.select('SELECT id, body FROM things WHERE body IS NOT NULL ORDER BY id');
    assert.deepEqual(rows.map(opened), ['text 1', 'text 2', 'text 4']);
  });

  fresh('cells that do not belong to the rows, and a destroyed key, are refused before anything is sent', async (store) => {
    const rows = [withoutBody(1)];
    await assert.rejects(
      store.transact([{ op: 'insert', table: things, rows, seal: seal([]) }]),
      /body: expected 1 cells to seal, got 0/,
    );
    const given = store.transact([{ op: 'insert', table: things, rows: [thing(1)], seal: seal([cell(1, 'x')]) }]);
    await assert.rejects(given, /body: is to be sealed, and is given/);
    const destroyed = generateKey('data');
    destroyed.destroy();
    const cells = [{ key: destroyed, epoch: 1, content: 'x' }];
    await assert.rejects(store.transact([{ op: 'insert', table: things, rows, seal: seal(cells) }]), /destroyed/);
    const tooLarge = [{ key: keys[0]!, epoch: 1, content: 'x'.repeat(257 * 1024 * 1024) }];
    await assert.rejects(store.transact([{ op: 'insert', table: things, rows, seal: seal(tooLarge) }]), isFault('limit_reached'));
    assert.deepEqual(await store.select('SELECT id FROM things'), []);
  });
}
