// The rows of what records say about consent tell the same as the states they were made from: after restarts and kills, after a rotation
// of keys, and where they are missing or of an older fold.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConsentRecord } from '../../core/model/consent.ts';
import { openTestStore } from '../../core/store/testing.ts';
import { consentsTable } from './migrations.ts';
import { sealedColumns } from './profiles.ts';
import { canonical, seeded } from './testing.ts';
import { identify, track } from './testing-cases.ts';
import { openWorld, type World } from './testing-world.ts';

const names = ['Consent Given', 'Consent Denied', 'Consent Withdrawn'];

async function everybody(world: World): Promise<ConsentRecord[]> {
  const all: ConsentRecord[] = [];
  for await (const _page of world.profiles.consentPages((records) => void all.push(...records)));
  return all.sort((a, b) => a.recordId - b.recordId);
}

/** Without what the gate does not judge by. */
const judgedBy = (records: readonly ConsentRecord[]) =>
  canonical(records.map(({ consents: { history: _history, ...consents }, ...record }) => ({ ...record, consents })));

async function compare(world: World, hint: string): Promise<void> {
  const fromStates: ConsentRecord[] = [];
  for await (const { personId } of world.profiles.persons()) fromStates.push(...(await world.profiles.consentsOf(personId)));
  fromStates.sort((a, b) => a.recordId - b.recordId);
  assert.equal(judgedBy(await everybody(world)), judgedBy(fromStates), hint);
}

async function rowsOf(world: World): Promise<{ record_id: number; version: number; silent: boolean }[]> {
  const rows = await world.store.select('SELECT record_id, version, body FROM consents ORDER BY record_id');
  return rows.map((row) => ({
    record_id: row.record_id as number,
    version: row.version as number,
    silent: row.body === null,
  }));
}

test('rows and states tell the same, whatever came between', async () => {
  const world = await openWorld(await openTestStore(), { cachedRecords: 6, statesPerWrite: 3, dirtyStates: 4 });
  const random = seeded(20261126);
  try {
    for (let step = 0; step < 60; step += 1) {
      const userId = `u${random.next(20)}`;
      const what = random.next(4);
      const purpose = `p${random.next(3)}`;
      if (what === 0) await world.profiles.record(1, [track(userId, names[random.next(3)]!, { purpose, channel: 'sms' })]);
      else if (what === 1) await world.profiles.record(1, [identify(userId, { birthday: `19${70 + random.next(30)}-01-02` })]);
      else if (what === 2) await world.profiles.record(1, [track(userId, 'Product Viewed', { product_id: 'x' })]);
      else if (step % 3 === 0) await world.restart(random.next(2) === 0 ? 'close' : 'kill');
      else await world.profiles.record(1, [identify(userId, { consents: { [purpose]: { status: 'given' } } })]);
      if (step % 10 === 9) await compare(world, `step ${step}`);
    }
    await world.restart('close');
    await compare(world, 'after a start, when nobody is in memory');
  } finally {
    await world.end();
  }
});

test('they are read instead of the states, rotated with the keys, and made again where they are missing or old', async () => {
  const world = await openWorld(await openTestStore());
  try {
    for (let at = 0; at < 40; at += 1) await world.profiles.record(1, [track(`u${at}`, 'Consent Given', { purpose: 'ads' })]);
    for (let at = 40; at < 80; at += 1) await world.profiles.record(1, [track(`u${at}`, 'visit')]);
    await world.restart('close');
    const states = () => [...world.store.seen.keys()].filter((sql) => sql.includes('FROM states'));
    world.store.seen.clear();
    assert.equal((await everybody(world)).length, 80);
    assert.deepEqual(states(), [], 'no state was read');
    const rows = await rowsOf(world);
    assert.deepEqual([rows.length, rows.filter(({ silent }) => silent).length], [80, 40]);

    await world.vault.rotateDataKeys(sealedColumns, undefined, { settled: () => world.profiles.settled() });
    await compare(world, 'after a rotation');

    const gone = rows.slice(0, 50).filter((_, at) => at % 2 === 0);
    await world.store.transact([
      { op: 'delete', table: consentsTable, keys: gone.map(({ record_id }) => ({ record_id })) },
      {
        op: 'upsert',
        table: consentsTable,
        rows: rows.slice(60).map(({ record_id }) => ({ record_id, version: 1, body: null })),
      },
    ]);
    await world.restart('kill');
    await compare(world, 'rows missing and old');
    assert.deepEqual(await rowsOf(world), rows, 'made again');
  } finally {
    await world.end();
  }
});
