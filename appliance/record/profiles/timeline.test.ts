import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestStore } from '../../core/store/testing.ts';
import { vaultMigrations } from '../../core/vault/vault.ts';
import { recordMigrations } from './profiles.ts';
import { seeded } from './testing.ts';
import { personBy, track, within } from './testing-cases.ts';

test('events of a database from before the timeline had a table of its own are in it after the upgrade', async () => {
  const store = await openTestStore({
    migrations: [...vaultMigrations, ...recordMigrations.filter(({ version }) => version < 201)],
  });
  const random = seeded(3);
  const rows = Array.from({ length: 500 }, (_, seq) => ({ seq, record: random.next(9), atMs: random.next(50) }));
  for (const { seq, record, atMs } of rows) {
    const params = { seq, record, atMs, key: Buffer.alloc(16, seq % 200), body: Buffer.alloc(1) };
    await store.transact([{ op: 'run', sql: 'INSERT INTO events VALUES (:seq, :record, :atMs, 0, :key, :body)', params }]);
  }
  await store.migrate([...vaultMigrations, ...recordMigrations]);
  const found = await store.select(
    'SELECT record_id AS record, occurred_at_ms AS "atMs", event_seq AS seq FROM timeline ORDER BY event_seq',
  );
  assert.deepEqual(
    found,
    rows.map(({ seq, record, atMs }) => ({ record, atMs, seq })),
  );
  assert.deepEqual(await store.select("SELECT name FROM sqlite_master WHERE name = 'events_by_record'"), []);
  await store.close();
});

test('pages are the same whether the index has an event, will have it, or has just got it', async () => {
  const limits = { eventsBehind: 40, statesPerWrite: 2, idleFlushMs: 60_000 };
  await within(
    await openTestStore(),
    async (world) => {
      const random = seeded(11);
      const events = Array.from({ length: 120 }, (_, at) => ({
        ...track('u1', 'Seen', { at }),
        occurredAtMs: 1_000 + random.next(40),
      }));
      const expected = () =>
        told
          .map((event, seq) => ({ ...event, seq }))
          .sort((a, b) => b.occurredAtMs - a.occurredAtMs || b.seq - a.seq)
          .map(({ messageId }) => messageId);
      const told: (typeof events)[number][] = [];
      for (const event of events) {
        await world.profiles.record(1, [event]);
        told.push(event);
        if (told.length % 10 !== 0) continue;
        const id = await personBy(world, 'u1');
        const read: string[] = [];
        for (let cursor: string | undefined; ; ) {
          const page = await world.profiles.timeline(id, { limit: 7, ...(cursor !== undefined && { cursor }) });
          read.push(...page.events.map(({ messageId }) => messageId));
          cursor = page.next;
          if (cursor === undefined) break;
        }
        assert.deepEqual(read, expected());
        if (told.length % 40 === 0) await world.restart(told.length % 80 === 0 ? 'close' : 'kill');
      }
      const indexed = await world.store.select('SELECT count(*) AS n FROM timeline');
      assert.ok(
        Number(indexed[0]!.n) > 0 && Number(indexed[0]!.n) < 120,
        `${indexed[0]!.n} of 120 are indexed: both ways were to be seen`,
      );
    },
    limits,
  );
});
