// The record where several nodes share it, through one of them: the same cases and the same twin as on a store of its own, but every
// group has a turn under locks and memory keeps nothing. And what other nodes change is not told over what this one told later.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ConsentRecord } from '../../core/model/consent.ts';
import { openPostgresStore } from '../../core/store/postgres/postgres.ts';
import { startTestPostgres, type TestPostgres } from '../../core/store/postgres/test-server.ts';
import type { Store } from '../../core/store/store.ts';
import { keyMigrations } from '../../core/vault/testing.ts';
import { recordMigrations } from './profiles.ts';
import { rounds } from './testing.ts';
import { recordCases } from './testing-cases.ts';
import { converges } from './testing-converge.ts';
import { declaration, openWorld } from './testing-world.ts';

let server: TestPostgres;
before(async () => {
  server = await startTestPostgres({ fsync: 'off' });
});
const opened: Store[] = [];
// Also after a failure: heartbeats would keep the process.
after(async () => {
  await Promise.all(opened.map((store) => store.close()));
  await server.stop();
});

async function open(): Promise<Store> {
  const store = await openPostgresStore({ url: await server.createDatabase(), cluster: { name: 'a', leaseMs: 60_000 } });
  opened.push(store);
  await store.migrate([...keyMigrations, ...recordMigrations]);
  const nothing = () => undefined;
  await store.cluster!.begin(Buffer.from('declared'), { elected: nothing, fenced: nothing, rejoined: nothing, word: nothing });
  return store;
}

recordCases('cluster', open);

test('one of several: arrivals, decisions, restarts and faults in any order show what the facts say', async () => {
  for (let round = 0; round < rounds(2); round += 1) await converges(await open(), 700 + round);
});

test('what another node changed is not told after what was recorded here later', async () => {
  const told: string[] = [];
  const says = ({ consents }: ConsentRecord) =>
    Object.values(consents.words)
      .map(({ status }) => status)
      .join();
  const world = await openWorld(await open(), {}, declaration, {
    changed: (records) => {
      const rows = records.map(says);
      return () => void told.push(...rows);
    },
    lost: () => undefined,
  });
  const consent = (messageId: string, name: string, atMs: number) => ({
    ...{ kind: 'track' as const, name, messageId, userId: 'u1', properties: { purpose: 'marketing' } },
    ...{ occurredAtMs: atMs, receivedAtMs: atMs },
  });
  await world.profiles.record(1, [consent('m1', 'Consent Given', 1)]);
  const [{ record_id: recordId }] = (await world.store.select('SELECT record_id FROM records')) as [{ record_id: number }];
  const answered = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  world.store.afterRead = () => {
    world.store.afterRead = undefined;
    answered.resolve();
    return goOn.promise;
  };
  const word = world.profiles.changedElsewhere([recordId]);
  await answered.promise;
  const withdrawn = world.profiles.record(1, [consent('m2', 'Consent Withdrawn', 2)]);
  // Were it not to wait for the word, it would be recorded long before this.
  await Promise.race([withdrawn, new Promise((resolve) => setTimeout(resolve, 1_000))]);
  goOn.resolve();
  await Promise.all([word, withdrawn]);
  assert.equal(told.at(-1), 'withdrawn', told.join(' '));
  await world.end();
});
