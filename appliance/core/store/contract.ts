// What every engine behind the store port must do, sentence by sentence. Run by sqlite.test.ts and postgres.test.ts; its
// parts stand in the files contract-*.ts beside it.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chainTests } from './contract-chains.ts';
import { contractMigrations, type Engine, type Fresh, isFault, type Place, pairs, thing, things } from './contract-fixtures.ts';
import { lifeTests, migrationTests } from './contract-life.ts';
import { misuseTests } from './contract-misuse.ts';
import { modelTest } from './contract-model.ts';
import { changeTests, selectTests, valueTests } from './contract-rows.ts';
import { sealingTests } from './contract-sealing.ts';
import type { Store } from './store.ts';

/** Registers the whole suite for one engine. */
export function storeContract(engine: Engine): void {
  describe(`store contract on ${engine.name}`, () => {
    let place: Place;
    let store: Store;
    before(async () => {
      place = await engine.newPlace();
      store = await place.open();
      await store.migrate(contractMigrations);
    });
    after(async () => {
      await store?.close();
      await place?.remove();
    });
    const clear = async () => {
      await store.transact(['things', 'pairs', 'labels'].map((table) => ({ op: 'run', sql: `DELETE FROM ${table}` })));
    };
    const fresh = (name: string, body: (store: Store) => Promise<void>) =>
      test(name, async () => {
        await clear();
        await body(store);
      });

    valueTests(fresh);
    changeTests(fresh);
    selectTests(fresh);
    sealingTests(fresh);
    chainTests(fresh);
    togetherTests(fresh);
    misuseTests(fresh);
  });
  lifeTests(engine);
  migrationTests(engine);
  modelTest(engine);
}

function togetherTests(fresh: Fresh): void {
  fresh('a read after an answered change sees it, every time', async (store) => {
    for (let id = 0; id < 50; id++) {
      await store.transact([{ op: 'upsert', table: things, rows: [thing(1, `${id}`)] }]);
      const reads = await Promise.all([
        store.select('SELECT label FROM things'),
        store.select('SELECT label FROM things WHERE id = 1'),
      ]);
      for (const rows of reads) assert.deepEqual(rows, [{ label: `${id}` }]);
    }
  });

  fresh('change sets that wait together keep their own outcomes and their order', async (store) => {
    await store.transact([{ op: 'insert', table: things, rows: [thing(0, 'taken')] }]);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 200 }, (_, i) =>
        store.transact([
          { op: 'insert', table: things, rows: [thing(i + 1, `set ${i}`)] },
          { op: 'upsert', table: things, rows: [thing(1000, `set ${i}`)] },
          // Every third set meets a row that is there.
          { op: 'insert', table: things, rows: [thing(i % 3 === 0 ? 0 : 2000 + i)] },
        ]),
      ),
    );
    for (const [i, outcome] of outcomes.entries()) {
      assert.equal(outcome.status, i % 3 === 0 ? 'rejected' : 'fulfilled', `set ${i}`);
      if (outcome.status === 'rejected') isFault('conflict', 'things')(outcome.reason);
    }
    const rows = await store.select('SELECT id FROM things WHERE id > 0 AND id <= 200');
    assert.deepEqual(
      new Set(rows.map((row) => row.id)),
      new Set(Array.from({ length: 200 }, (_, i) => i + 1).filter((id) => (id - 1) % 3 !== 0)),
    );
    assert.deepEqual(await store.select('SELECT label FROM things WHERE id = 1000'), [{ label: 'set 199' }]);
  });

  fresh('selectMany reads one snapshot while others write', async (store) => {
    await store.transact([
      {
        op: 'insert',
        table: things,
        rows: [
          { ...thing(1), weight: 100 },
          { ...thing(2), weight: 0 },
        ],
      },
    ]);
    let writing = true;
    const writer = (async () => {
      for (let i = 0; i < 60; i++) {
        await store.transact([
          { op: 'run', sql: 'UPDATE things SET weight = weight - 1 WHERE id = 1' },
          { op: 'run', sql: 'UPDATE things SET weight = weight + 1 WHERE id = 2' },
        ]);
      }
      writing = false;
    })();
    let reads = 0;
    while (writing) {
      const one = 'SELECT weight FROM things WHERE id = :id';
      const [a, b] = await store.selectMany([
        { sql: one, params: { id: 1 } },
        { sql: one, params: { id: 2 } },
      ]);
      assert.equal(Number(a![0]!.weight) + Number(b![0]!.weight), 100);
      reads++;
    }
    await writer;
    assert.ok(reads > 0);
  });

  fresh('sequences give each number once, also when many ask at once', async (store) => {
    const [first, , other] = await Promise.all([
      store.allocate('contract', 3),
      store.allocate('contract', 1),
      store.allocate('another', 1),
    ]);
    assert.equal(first, 1);
    assert.equal(other, 1);
    const starts = await Promise.all(Array.from({ length: 50 }, (_, i) => store.allocate('contract', i + 1)));
    const taken = starts.flatMap((start, i) => Array.from({ length: i + 1 }, (_, k) => start + k));
    assert.equal(new Set(taken).size, taken.length);
    assert.ok(Math.min(...taken) > 4);
    for (const count of [0, -1, 1.5, Number.NaN]) await assert.rejects(store.allocate('contract', count), RangeError);
    await assert.rejects(store.allocate('contract', 2_000_000), isFault('limit_reached'));
  });

  fresh('scrub and check leave the data as it is and find no fault', async (store) => {
    await store.transact([{ op: 'insert', table: things, rows: [thing(1), thing(2)] }]);
    await store.transact([{ op: 'delete', table: things, keys: [{ id: 1 }] }]);
    assert.deepEqual(await store.scrub([things, pairs]), []);
    assert.deepEqual(await store.emptyLog(), []);
    for (const deep of [false, true]) {
      const findings = [...(await store.check()), ...(await store.checkStructure(deep))];
      assert.ok(findings.length > 3);
      assert.ok(findings.some(({ check }) => check === 'integrity'));
      // A full or small disk of the machine that runs the tests is not the store's fault.
      assert.deepEqual(
        findings.filter((finding) => finding.severity !== 'ok' && finding.check !== 'free-disk'),
        [],
      );
    }
    const looks = [store.checkStructure(false), store.checkStructure(true)];
    assert.deepEqual(await store.scrub([things, pairs]), [], 'a look does not keep what is deleted on the disk');
    assert.deepEqual(
      (await Promise.all(looks)).flat().filter(({ severity }) => severity !== 'ok'),
      [],
    );
    assert.deepEqual(await store.select('SELECT id FROM things'), [{ id: 2 }]);
  });
}
