import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyFrom } from '../../../crypto/keys.ts';
import { Fault } from '../../core/errors.ts';
import type { Event } from '../../core/model/event.ts';
import { systemPorts } from '../../core/ports.ts';
import type { Store } from '../../core/store/store.ts';
import { openTestStore } from '../../core/store/testing.ts';
import { keyMigrations } from '../../core/vault/testing.ts';
import { openVault, type Vault } from '../../core/vault/vault.ts';
import { Quarantine, type QuarantineParts, type RecordAgain } from './quarantine.ts';
import { quarantineMigrations, quarantineSealedColumn } from './quarantine-store.ts';

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

const openTestVault = (store: Store): Promise<Vault> =>
  openVault({ store, root: keyFrom('root', new Uint8Array(32).fill(7)), ports: systemPorts });

async function withStore(
  use: (store: Store, open: (limits?: QuarantineParts['limits']) => Quarantine, vault: Vault) => Promise<void>,
) {
  const store = await openTestStore({ migrations: [...keyMigrations, ...quarantineMigrations] });
  const vault = await openTestVault(store);
  const open = (limits?: QuarantineParts['limits']) =>
    new Quarantine({
      store,
      vault,
      ports: { clock: { nowMs: () => 1000 } },
      hash: (text) => Buffer.from(`hash:${text}`),
      ...(limits && { limits }),
    });
  try {
    await use(store, open, vault);
  } finally {
    vault.close();
    await store.close();
  }
}
const put = (quarantine: Quarantine, source: number, ...ids: string[]): Promise<boolean[]> =>
  quarantine.keep(source, ids.map(broken));
const keyRows = async (store: Store) => Number((await store.select('SELECT COUNT(*) AS n FROM record_keys'))[0]!.n);

test('an event is kept once, sealed, with its reason; listed in pages', () =>
  withStore(async (store, open) => {
    const quarantine = open();
    await put(quarantine, 1, 'a', 'b');
    await put(quarantine, 1, 'a', 'c');
    await put(quarantine, 2, 'a');
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
          .includes('"userId"'),
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
  withStore(async (store, open) => {
    const quarantine = open();
    await put(quarantine, 1, 'a', 'b');
    await put(quarantine, 2, 'c');
    const [a, b, c] = (await quarantine.list()).rows.map((row) => row.id) as [number, number, number];
    const fixed = await quarantine.fix(a, event('a', { traits: { phone: '+8613800138001' } }));
    assert.deepEqual(
      [fixed.fixedAtMs, fixed.event.traits, fixed.reason],
      [1000, { phone: '+8613800138001' }, 'required and missing'],
    );
    const recorded: [number, string][] = [];
    const again: RecordAgain = async (source, events) =>
      events.map(({ messageId, traits }) => {
        if (traits?.phone === undefined) return { outcome: 'quarantined', reason: 'not there', where: 'traits.cell' };
        recorded.push([source, messageId]);
        return { outcome: 'recorded' };
      });
    const still = { outcome: 'quarantined', reason: 'not there', where: 'traits.cell' } as const;
    assert.deepEqual(await quarantine.replay([c, b, a, 999_999], again), [
      { id: a, outcome: 'recorded' },
      { id: b, ...still },
      { id: c, ...still },
    ]);
    assert.deepEqual(recorded, [[1, 'a']]);
    assert.deepEqual(
      (await quarantine.list()).rows.map((row) => [row.id, row.reason, row.where, row.fixedAtMs]),
      [
        [b, 'not there', 'traits.cell', undefined],
        [c, 'not there', 'traits.cell', undefined],
      ],
    );
    assert.equal(await keyRows(store), 2, 'a row goes with its key');
    // A node that is busy changes nothing.
    await assert.rejects(
      quarantine.replay([b], async () => Promise.reject(new Fault('too_busy'))),
      Fault,
    );
    assert.equal((await quarantine.list()).rows.length, 2);
    assert.equal(await quarantine.discard([b, 999_999]), 1);
    assert.deepEqual(await quarantine.forget((one, source) => source === 2 && one.userId === 'u-c'), [c]);
    assert.deepEqual(await quarantine.counts(), []);
    assert.equal(await keyRows(store), 0);
  }));

test('a fix keeps the message and the shape of an event', () =>
  withStore(async (_store, open) => {
    const quarantine = open();
    await put(quarantine, 1, 'a');
    const { id } = (await quarantine.list()).rows[0]!;
    const { userId: _, ...nobody } = event('a');
    const bad: [unknown, RegExp][] = [
      [event('other'), /messageId/],
      [{ ...event('a'), kind: 'sing' }, /kind/],
      [{ ...event('a'), extra: 1 }, /extra/],
      [nobody, /userId/],
      [event('a', { userId: 'u\0' }), /userId/],
      [event('a', { kind: 'track' }), /name/],
      [{ ...event('a'), traits: [] }, /traits/],
      [{ ...event('a'), occurredAtMs: 'now' }, /occurredAtMs/],
      [event('a', { traits: { x: 'y'.repeat(40_000) } }), /event/],
      [null, /event/],
    ];
    for (const [patched, where] of bad)
      await assert.rejects(quarantine.fix(id, patched as Event), (e) => e instanceof Fault && where.test(e.where ?? ''));
    await assert.rejects(quarantine.fix(999_999, event('a')), (e) => e instanceof Fault && e.code === 'not_found');
  }));

test('a source that fills its quarantine keeps no more, and others are not touched', () =>
  withStore(async (_store, open) => {
    const quarantine = open({ rows: 3 });
    assert.deepEqual(await put(quarantine, 1, 'a', 'b'), [true, true]);
    assert.deepEqual(await put(quarantine, 1, 'c', 'd'), [true, false]);
    assert.deepEqual(await put(quarantine, 2, 'a'), [true]);
    assert.deepEqual(await put(open({ rows: 3 }), 1, 'e'), [false], 'also after a restart');
    await quarantine.discard([(await quarantine.list({ source: 1 })).rows[0]!.id]);
    assert.deepEqual(await put(quarantine, 1, 'e'), [true]);
    assert.deepEqual(await put(open({ bytes: 300 }), 3, 'a', 'b', 'c'), [true, false, false]);
  }));

test('the same message sent at the same moment, or twice in a batch, takes one place', () =>
  withStore(async (store, open) => {
    const quarantine = open({ rows: 3 });
    const kept = await Promise.all([
      put(quarantine, 1, 'a', 'a', 'b'),
      put(quarantine, 1, 'b', 'c'),
      put(quarantine, 1, 'a', 'd'),
    ]);
    assert.deepEqual(kept, [
      [true, true, true],
      [true, true],
      [true, false],
    ]);
    // What is there counts as kept also when nothing more is taken, and repeating it takes no room.
    for (let round = 0; round < 5; round += 1) assert.deepEqual(await put(quarantine, 1, 'c'), [true]);
    assert.equal((await quarantine.counts())[0]!.rows, 3);
    assert.equal(await keyRows(store), 3);
  }));

test('a fix that is waiting for a replay is not lost, and a store that fails keeps the room as it was', () =>
  withStore(async (store, open) => {
    const quarantine = open({ rows: 2 });
    await put(quarantine, 1, 'a');
    const id = (await quarantine.list()).rows[0]!.id;
    const replaying = quarantine.replay([id], async () => [{ outcome: 'recorded' }]);
    await assert.rejects(quarantine.fix(id, event('a')), (e) => e instanceof Fault && e.code === 'not_found');
    assert.deepEqual(await replaying, [{ id, outcome: 'recorded' }]);
    const transact = store.transact.bind(store);
    store.transact = async () => Promise.reject(new Fault('disk_full'));
    await assert.rejects(put(quarantine, 1, 'b', 'c'), Fault);
    store.transact = transact;
    assert.deepEqual(await put(quarantine, 1, 'b', 'c'), [true, true]);
  }));

test('keys rotate under quarantined events, also while they are fixed', () =>
  withStore(async (store, open, vault) => {
    const quarantine = open();
    const names = Array.from({ length: 80 }, (_, at) => `m${at}`);
    await put(quarantine, 1, ...names);
    const ids = (await quarantine.list({ limit: 100 })).rows.map((row) => row.id);
    const before = await store.select('SELECT body FROM quarantine ORDER BY quarantine_id');
    const rotating = vault.rotateDataKeys([quarantineSealedColumn], undefined, { settled: () => quarantine.settled() });
    await Promise.all(
      ids.map((id, at) => (at % 3 === 0 ? quarantine.fix(id, event(`m${at}`, { userId: 'fixed' })) : quarantine.get(id))),
    );
    await rotating;
    await vault.rotateWrappingKey();
    vault.close();
    const reopened = await openTestVault(store);
    const later = new Quarantine({ store, vault: reopened, ports: systemPorts, hash: (text) => Buffer.from(text) });
    const { rows } = await later.list({ limit: 100 });
    assert.deepEqual(
      rows.map((row) => row.event.userId),
      names.map((name, at) => (at % 3 === 0 ? 'fixed' : `u-${name}`)),
    );
    assert.equal(await keyRows(store), names.length, 'one key each: the old ones are gone');
    const after = await store.select('SELECT body FROM quarantine ORDER BY quarantine_id');
    for (const [at, row] of after.entries()) assert.notDeepEqual(row.body, before[at]!.body);
    reopened.close();
  }));
