// Rotation against a real store: killed at every transaction, under writers, beside erasure.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { place, sealEnvelope } from '../../../crypto/envelope.ts';
import { Fault } from '../errors.ts';
import type { Change, Store } from '../store/store.ts';
import { openTestStore } from '../store/testing.ts';
import { columns, fill, Killed, keyRows, migration, mortal, notes, open, readAll, settled, states } from './testing.ts';
import { recordKeys, type Vault, vaultMigrations } from './vault.ts';

async function killEverywhere(
  records: number,
  rotate: (vault: Vault) => Promise<void>,
  finished: (store: Store) => Promise<void>,
): Promise<void> {
  // On disk, dead after one transaction is the same as dead before the next; the long run shows it.
  const moments = process.env.HOLDFAST_LONG ? (['before', 'after'] as const) : (['before'] as const);
  for (const when of moments) {
    let survived = false;
    for (let at = 1; !survived; at += 1) {
      assert.ok(at < 200, 'the rotation ends');
      const store = await openTestStore({ migrations: [...vaultMigrations, migration], readers: 1 });
      await fill(store, records);
      const vault = await open(mortal(store, at, when));
      survived = await rotate(vault).then(
        () => true,
        (error) => {
          assert.ok(error instanceof Killed, `killed ${when} ${at}: ${inspect(error)}`);
          return false;
        },
      );
      vault.close();
      await readAll(store);
      const again = await open(store);
      const begun = at > 1 || when === 'after';
      if (!begun || (await again.unfinishedRotations()).length > 0) await rotate(again);
      assert.deepEqual(await again.unfinishedRotations(), []);
      again.close();
      try {
        await finished(store);
      } catch (error) {
        throw new Error(`killed ${when} transaction ${at}`, { cause: error });
      }
      await store.close();
      if (survived) assert.ok(at > 4, 'it was killed somewhere');
    }
  }
}

test('data keys: killed at every transaction, then resumed', async () => {
  await killEverywhere(
    40,
    (vault) => vault.rotateDataKeys(columns, undefined, { settled }),
    async (store) => {
      assert.deepEqual([...(await readAll(store)).keys()], [2]);
      const rows = await keyRows(store);
      assert.equal(rows.length, 40);
      assert.ok(rows.every((row) => row.epoch === 2));
    },
  );
});

test('wrapping key: killed at every transaction, then resumed', async () => {
  await killEverywhere(
    1100,
    (vault) => vault.rotateWrappingKey(),
    async (store) => {
      await readAll(store);
      const rows = await keyRows(store);
      assert.equal(rows.length, 1100);
      assert.ok(rows.every((row) => row.wrap_epoch === 2 && row.epoch === 1));
      assert.deepEqual(await store.select('SELECT epoch FROM wrapping_keys'), [{ epoch: 2 }]);
    },
  );
});

async function withStore(records: number, run: (store: Store) => Promise<void>): Promise<void> {
  const store = await openTestStore({ migrations: [...vaultMigrations, migration] });
  await fill(store, records);
  await run(store);
  await store.close();
}

test('progress goes from nothing to all, and only one rotation runs at a time', () =>
  withStore(40, async (store) => {
    const vault = await open(store);
    const steps: string[] = [];
    const first = vault.rotateDataKeys(columns, ({ done, total }) => steps.push(`${done}/${total}`), { settled });
    await assert.rejects(vault.rotateWrappingKey(), (error) => error instanceof Fault && error.code === 'conflict');
    await first;
    assert.deepEqual(steps, ['0/40', '32/40', '40/40']);
    steps.length = 0;
    await vault.rotateWrappingKey(({ done, total }) => steps.push(`${done}/${total}`), { settled });
    assert.deepEqual(steps, ['0/40', '40/40']);
    vault.close();
    await readAll(store);
  }));

test('old keys are gone from the disk’s tables: an old copy of the wrapped key does not open any more', () =>
  withStore(3, async (store) => {
    const stolen = await store.select('SELECT * FROM record_keys');
    const vault = await open(store);
    await vault.rotateWrappingKey(undefined, { settled });
    const fresh = await open(store);
    assert.throws(
      () => fresh.openRecordKeys(stolen),
      (error) => error instanceof Fault && error.code === 'seal_broken',
    );
    fresh.close();
    vault.close();
  }));

test('a record erased in the middle of either rotation stays erased', () =>
  withStore(40, async (store) => {
    for (const kind of ['data', 'wrapping'] as const) {
      const gone = kind === 'data' ? 7 : 8;
      const before = (await keyRows(store)).length;
      let calls = 0;
      const racing = new Proxy(store, {
        get(target, name) {
          if (name === 'transact') {
            return async (changes: readonly Change[]) => {
              calls += 1;
              if (calls === 2) await target.transact([{ op: 'run', sql: `DELETE FROM record_keys WHERE record_id = ${gone}` }]);
              return target.transact(changes);
            };
          }
          const value = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
      const vault = await open(racing);
      if (kind === 'data') await vault.rotateDataKeys(columns, undefined, { settled });
      else await vault.rotateWrappingKey(undefined, { settled });
      vault.close();
      const rows = await keyRows(store);
      assert.equal(rows.length, before - 1);
      assert.ok(rows.every((row) => row.record_id !== gone));
      const erased = [`DELETE FROM notes WHERE record_id = ${gone}`, `DELETE FROM states WHERE record_id = ${gone}`];
      await store.transact(erased.map((sql) => ({ op: 'run', sql })));
    }
    await readAll(store);
  }));

test('writers go on during both rotations and lose nothing', () =>
  withStore(60, async (store) => {
    const vault = await open(store);
    const inFlight = new Set<Promise<void>>();
    const allSettled = async () => {
      await Promise.allSettled([...inFlight]);
    };
    let seq = 1000;
    let newRecord = 500;
    let seed = 12345;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      return seed % below;
    };
    const write = async () => {
      const id = 1 + random(60);
      const keys = (await vault.loadRecordKeys([id])).get(id)!;
      const { key, epoch } = keys.current;
      seq += 1;
      const body = sealEnvelope(key, epoch, place('notes', 'body'), `${id}/${seq}`, Buffer.from(`body ${id} ${seq}`));
      const state = sealEnvelope(key, epoch, place('states', 'state'), `s${id}`, Buffer.from(`state ${id} ${seq}`));
      newRecord += 1;
      const made = vault.newRecordKey(newRecord);
      const own = sealEnvelope(made.key, 1, place('states', 'state'), `s${newRecord}`, Buffer.from(`state ${newRecord}`));
      await store.transact([
        { op: 'insert', table: recordKeys, rows: [made.row] },
        { op: 'insert', table: notes, rows: [{ record_id: id, seq, body, extra: null }] },
        { op: 'upsert', table: states, rows: [{ id: `s${id}`, record_id: id, state }] },
        { op: 'insert', table: states, rows: [{ id: `s${newRecord}`, record_id: newRecord, state: own }] },
      ]);
    };
    let stop = false;
    let written = 0;
    const writer = async () => {
      while (!stop) {
        const one = write();
        inFlight.add(one);
        await one.finally(() => inFlight.delete(one));
        written += 1;
      }
    };
    const writers = [writer(), writer(), writer()];
    await vault.rotateDataKeys(columns, undefined, { settled: allSettled });
    await vault.rotateWrappingKey(undefined, { settled: allSettled });
    await vault.rotateDataKeys(columns, undefined, { settled: allSettled });
    stop = true;
    await Promise.all(writers);
    vault.close();
    assert.ok(written > 10, `only ${written} writes`);
    await readAll(store);
    const old = (await keyRows(store)).filter((row) => Number(row.record_id) <= 60 && row.epoch !== 3);
    assert.deepEqual(old, []);
    const rows = await store.select('SELECT count(*) AS n FROM notes WHERE seq > 1000');
    assert.equal(rows[0]?.n, written);
  }));

test('a sealed row that does not open stops the rotation with its place, and nothing is lost', () =>
  withStore(3, async (store) => {
    await store.transact([{ op: 'run', sql: "UPDATE states SET id = 'moved' WHERE id = 's2'" }]);
    const vault = await open(store);
    await assert.rejects(vault.rotateDataKeys(columns, undefined, { settled }), (error: unknown) => {
      assert.ok(error instanceof Fault);
      assert.equal(error.code, 'seal_broken');
      assert.match(error.where ?? '', /^states\.state of record 2/);
      return true;
    });
    await store.transact([{ op: 'run', sql: "UPDATE states SET id = 's2' WHERE id = 'moved'" }]);
    await readAll(store);
    assert.deepEqual(await vault.unfinishedRotations(), ['data']);
    await vault.rotateDataKeys(columns, undefined, { settled });
    vault.close();
    assert.deepEqual([...(await readAll(store)).keys()], [2]);
  }));
