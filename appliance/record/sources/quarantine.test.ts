import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEnvelope, sealEnvelope } from '../../../crypto/envelope.ts';
import { keyFrom } from '../../../crypto/keys.ts';
import { Fault } from '../../core/errors.ts';
import type { Event, RecordBatch } from '../../core/model/event.ts';
import type { Store } from '../../core/store/store.ts';
import { openTestStore } from '../../core/store/testing.ts';
import { Quarantine, type QuarantineParts, quarantineMigrations } from './quarantine.ts';

const key = keyFrom('data', new Uint8Array(32).fill(7));
const event = (id: string, rest: Partial<Event> = {}): Event => ({
  kind: 'identify',
  messageId: id,
  userId: `u-${id}`,
  traits: { name: '王小明' },
  occurredAtMs: 1,
  receivedAtMs: 2,
  ...rest,
});
const broken = (id: string) => ({ event: event(id), reason: 'required and missing', where: 'traits.phone' });

function parts(store: Store, limits?: QuarantineParts['limits']): QuarantineParts {
  return {
    store,
    ports: { clock: { nowMs: () => 1000 } },
    seal: (where, row, bytes) => sealEnvelope(key, 1, where, row, bytes),
    open: (where, row, sealed) => openEnvelope(key, where, row, sealed),
    hash: (text) => Buffer.from(`hash:${text}`),
    ...(limits && { limits }),
  };
}
async function withStore(use: (store: Store) => Promise<void>): Promise<void> {
  const store = await openTestStore({ migrations: quarantineMigrations });
  await use(store).finally(() => store.close());
}
const put = async (store: Store, quarantine: Quarantine, source: number, ...ids: string[]): Promise<boolean[]> => {
  const { changes, kept } = await quarantine.quarantineRows(source, ids.map(broken));
  await store.transact(changes);
  return kept;
};

test('an event is kept once, sealed, with its reason; listed in pages', () =>
  withStore(async (store) => {
    const quarantine = new Quarantine(parts(store));
    await put(store, quarantine, 1, 'a', 'b');
    await put(store, quarantine, 1, 'a', 'c');
    await put(store, quarantine, 2, 'a');
    const first = await quarantine.list({ source: 1, limit: 2 });
    assert.deepEqual(
      first.rows.map((row) => [row.event.messageId, row.reason, row.where, row.quarantinedAtMs]),
      [
        ['a', 'required and missing', 'traits.phone', 1000],
        ['b', 'required and missing', 'traits.phone', 1000],
      ],
    );
    assert.deepEqual(
      (await quarantine.list({ source: 1, after: first.next! })).rows.map((row) => row.event.messageId),
      ['c'],
    );
    assert.deepEqual(
      (await quarantine.counts()).map(({ source, rows }) => [source, rows]),
      [
        [1, 3],
        [2, 1],
      ],
    );
    for (const row of await store.select('SELECT * FROM quarantine')) {
      assert.ok(
        !Buffer.from(row.body as Uint8Array)
          .toString('latin1')
          .includes('u-'),
        'the body is sealed',
      );
    }
    // A body moved to another row does not open.
    await store.transact([
      { op: 'run', sql: 'UPDATE quarantine SET body = (SELECT body FROM quarantine WHERE source_id = 2) WHERE source_id = 1' },
    ]);
    await assert.rejects(quarantine.list({ source: 1 }));
  }));

test('fixed and replayed, an event is recorded once and leaves; one that is still broken stays', () =>
  withStore(async (store) => {
    const quarantine = new Quarantine(parts(store));
    await put(store, quarantine, 1, 'a', 'b');
    await put(store, quarantine, 2, 'c');
    const [a, b, c] = (await quarantine.list()).rows.map((row) => row.id) as [number, number, number];
    await quarantine.fix(a, event('a', { traits: { phone: '+8613800138001' } }));
    assert.equal((await quarantine.get(a)).fixedAtMs, 1000);
    const recorded: [number, string][] = [];
    const recordBatch: RecordBatch = async (source, events) =>
      events.map(({ messageId, traits }) => {
        if (traits?.phone === undefined) return { messageId, outcome: 'quarantined', reason: 'required and missing' };
        recorded.push([source, messageId]);
        return { messageId, outcome: 'recorded' };
      });
    assert.deepEqual(await quarantine.replay([c, b, a, 999], recordBatch), [
      { id: a, outcome: 'recorded' },
      { id: b, outcome: 'quarantined', reason: 'required and missing' },
      { id: c, outcome: 'quarantined', reason: 'required and missing' },
    ]);
    assert.deepEqual(recorded, [[1, 'a']]);
    assert.deepEqual(
      (await quarantine.list()).rows.map((row) => row.id),
      [b, c],
    );
    // A node that is busy changes nothing.
    await assert.rejects(
      quarantine.replay([b], async () => Promise.reject(new Fault('too_busy'))),
      Fault,
    );
    assert.equal((await quarantine.list()).rows.length, 2);
    assert.equal(await quarantine.discard([b, 999]), 1);
    assert.equal(await quarantine.forget((one, source) => source === 2 && one.userId === 'u-c'), 1);
    assert.deepEqual(await quarantine.counts(), []);
  }));

test('a fix keeps the message and the shape of an event', () =>
  withStore(async (store) => {
    const quarantine = new Quarantine(parts(store));
    await put(store, quarantine, 1, 'a');
    const { id } = (await quarantine.list()).rows[0]!;
    const { userId: _, ...nobody } = event('a');
    const bad: [unknown, RegExp][] = [
      [event('other'), /messageId/],
      [{ ...event('a'), kind: 'sing' }, /kind/],
      [{ ...event('a'), extra: 1 }, /extra/],
      [nobody, /userId/],
      [{ ...event('a'), traits: [] }, /traits/],
      [{ ...event('a'), occurredAtMs: 'now' }, /occurredAtMs/],
      [event('a', { traits: { x: 'y'.repeat(40_000) } }), /event/],
      [null, /event/],
    ];
    for (const [patched, where] of bad)
      await assert.rejects(quarantine.fix(id, patched as Event), (e) => e instanceof Fault && where.test(e.where ?? ''));
    await assert.rejects(quarantine.fix(999, event('a')), (e) => e instanceof Fault && e.code === 'not_found');
  }));

test('a source that fills its quarantine keeps no more, and others are not touched', () =>
  withStore(async (store) => {
    const quarantine = new Quarantine(parts(store, { rows: 3 }));
    assert.deepEqual(await put(store, quarantine, 1, 'a', 'b'), [true, true]);
    assert.deepEqual(await put(store, quarantine, 1, 'c', 'd'), [true, false]);
    assert.deepEqual(await put(store, quarantine, 2, 'a'), [true]);
    assert.deepEqual(await put(store, new Quarantine(parts(store, { rows: 3 })), 1, 'e'), [false], 'also after a restart');
    await quarantine.discard([1]);
    assert.deepEqual(await put(store, quarantine, 1, 'e'), [true]);
    assert.deepEqual(await put(store, new Quarantine(parts(store, { bytes: 300 })), 3, 'a', 'b', 'c'), [true, false, false]);
  }));
