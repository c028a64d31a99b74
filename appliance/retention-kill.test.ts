// A run of retention that is cut short at each of its writes: the next start goes on with it as of the moment at which
// it began, and in the end exactly what was previewed is gone, once, and counted once.

import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { keyFrom } from '../crypto/keys.ts';
import { verifyLog } from './core/audit/audit.ts';
import { defaultConfig } from './core/config.ts';
import { Fault } from './core/errors.ts';
import type { Event } from './core/model/event.ts';
import { type Ports, systemPorts } from './core/ports.ts';
import { openSqliteStore } from './core/store/sqlite/sqlite.ts';
import type { Store } from './core/store/store.ts';
import { mortal } from './core/vault/testing.ts';
import { migrations, type OpenNode, openNode } from './node.ts';
import type { Preview, RetentionRun } from './oversee/subjects/subjects.ts';
import { long } from './simulation/testing/rounds.ts';

const dayMs = 86_400_000;
const beganMs = 1_790_000_000_000;
let nowMs = beganMs;
const ports: Ports = { ...systemPorts, clock: { nowMs: () => nowMs } };
const config = {
  ...defaultConfig,
  retention: [
    { name: 'pages', events: { kinds: ['page' as const], olderThanDays: 30 } },
    { name: 'silent', records: { inactiveDays: 365 } },
  ],
};
/** As approvals number their acts. */
const [by, order] = ['person 1', 7];

const folder = mkdtempSync(join(tmpdir(), 'holdfast-retention-'));
const filled = join(folder, 'filled.db');
const root = () => keyFrom('root', new Uint8Array(32).fill(9));
const stores: Store[] = [];
async function openStore(file: string): Promise<Store> {
  const store = await openSqliteStore({ file, clock: ports.clock, readers: 1 });
  stores.push(store);
  return store;
}
const open = (store: Store, erasureLog: string): Promise<OpenNode> =>
  openNode({ store, root: root(), ports, config, erasureLog });
after(async () => {
  await Promise.all(stores.map((store) => store.close()));
  rmSync(folder, { recursive: true, force: true });
});

let messages = 0;
const said = (userId: string, given: Partial<Event> = {}): Event => {
  messages += 1;
  const times = { occurredAtMs: nowMs, receivedAtMs: nowMs };
  return { kind: 'track', name: 'Ordered', userId, messageId: `m${messages}`, ...times, ...given };
};
const identified = (userId: string, traits: Event['traits']) => said(userId, { kind: 'identify', traits: traits! });
const looked = (userId: string) => said(userId, { kind: 'page', name: 'Home' });

const users = ['silent', 'silentPages', 'shares', 'active', 'lookedOn', 'held', 'soon'] as const;
type User = (typeof users)[number];
/** Numbers of the records, and what the run is to do with them. */
let records: Map<User, number>;
let preview: Preview;
const going: readonly User[] = ['silent', 'silentPages'];

before(async () => {
  const store = await openStore(filled);
  await store.migrate(migrations);
  const node = await open(store, join(folder, 'filled.log'));
  const { id } = (await node.sources.add({ name: 'shop', kind: 'server' })).source;
  await node.recordBatch(id, [
    identified('silent', { email: 'silent@x.cn', phone: '+8613811112201' }),
    identified('silentPages', { email: 'pages@x.cn' }),
    looked('silentPages'),
    // One person with somebody who is silent, as long as both have the phone.
    identified('shares', { phone: '+8613811112201' }),
    identified('active', { email: 'active@x.cn' }),
    looked('active'),
    looked('active'),
    identified('lookedOn', { email: 'looked@x.cn' }),
    identified('held', { email: 'held@x.cn' }),
  ]);
  nowMs = beganMs + 36 * dayMs;
  await node.recordBatch(id, [identified('soon', { email: 'soon@x.cn' })]);
  // Heard of since, by what is kept for a month alone.
  nowMs = beganMs + 300 * dayMs;
  await node.recordBatch(id, [looked('lookedOn')]);
  nowMs = beganMs + 390 * dayMs;
  await node.recordBatch(id, [said('active'), said('shares')]);
  nowMs = beganMs + 400 * dayMs;
  const numbers = users.map(async (user) => [user, (await node.profiles.personOf(id, true, user))!] as const);
  const persons = new Map(await Promise.all(numbers));
  const held = await node.subjects.requests.open({ person: persons.get('held')!, kind: 'access' }, 'test');
  await node.subjects.requests.hold(held.request, 'tax law', 'test');
  await node.profiles.flush();
  records = new Map();
  for (const user of users) {
    const page = await node.profiles.eventsBefore(Number.MAX_SAFE_INTEGER, -1);
    records.set(user, page.find(({ event }) => event.userId === user)!.recordId);
  }
  preview = await node.subjects.retention.preview();
  await node.close();
  await stores.pop()!.close();
});

const faultOf = (error: unknown): true => {
  if (!(error instanceof Fault)) throw error;
  return true;
};

async function leftOf(store: Store): Promise<User[]> {
  const there = new Set((await store.select('SELECT record_id FROM records')).map((row) => Number(row.record_id)));
  return users.filter((user) => there.has(records.get(user)!));
}

async function ended(node: OpenNode): Promise<RetentionRun[]> {
  for (;;) {
    const runs = await node.subjects.retention.runs();
    if (runs.every(({ endedAtMs }) => endedAtMs !== undefined)) return runs;
    await sleep(5);
  }
}

/** Whatever was done before the kill: in the end all of it, once. */
async function assertDone(node: OpenNode, store: Store, where: string): Promise<void> {
  assert.deepEqual(
    await leftOf(store),
    users.filter((user) => !going.includes(user)),
    where,
  );
  const { erasures } = await node.subjects.erasures.list();
  assert.deepEqual([...new Set(erasures.map(({ state, reason }) => `${state} ${reason}`))], ['done retention'], where);
  assert.equal(
    erasures.reduce((sum, one) => sum + one.records, 0),
    going.length,
    `${where}: each once`,
  );
  const left = await node.profiles.eventsBefore(Number.MAX_SAFE_INTEGER, -1);
  assert.deepEqual(
    left.map(({ event }) => `${event.userId} ${event.kind}`).sort(),
    ['active identify', 'active track', 'held identify', 'lookedOn identify', 'shares identify', 'shares track', 'soon identify'],
    where,
  );
  const shares = await node.profiles.recordsOf(records.get('shares')!);
  assert.deepEqual(shares, [records.get('shares')!], `${where}: whom they shared a phone with is somebody by themselves`);
  const { entries } = await node.audit.list({ action: 'retention.run' });
  const outcomes = entries.map(({ outcome }) => outcome);
  assert.ok(outcomes.includes('attempted') && outcomes.includes('done'), `${where}: ${outcomes}`);
  assert.ok(entries.every(({ actor }) => actor === by));
  assert.equal((await verifyLog(node.audit.items())).flaw, undefined, where);
}

/** On the disk, dying before a write is dying after the one before it; whoever asked hears the same. */
const moments = long ? (['after', 'before'] as const) : (['after'] as const);

test('killed at each write: the next start goes on with it', async () => {
  assert.deepEqual(preview.rules, [
    { rule: 'pages', events: 4, records: 0, held: 0 },
    { rule: 'silent', events: 0, records: going.length, held: 1 },
  ]);
  let killings = 0;
  for (const when of moments) {
    for (let at = 1; ; at += 1) {
      nowMs = beganMs + 400 * dayMs;
      const where = `${when} write ${at}`;
      const [file, log] = [join(folder, `${when}-${at}.db`), join(folder, `${when}-${at}.log`)];
      copyFileSync(filled, file);
      const store = await openStore(file);
      const first = await open(
        mortal(store, at, when, (words) => new Fault('store_unavailable', words)),
        log,
      ).catch((error: unknown) => {
        faultOf(error);
        return undefined;
      });
      const killed = first === undefined || (await first.subjects.retention.run(by, order).then(() => false, faultOf));

      // A day later: somebody else would be due by now, and is none of this run's.
      nowMs += 2 * dayMs;
      const next = await open(store, log);
      const runs = await ended(next);
      if (runs.length === 0) assert.deepEqual(await leftOf(store), users, `${where}: nothing was promised yet`);
      else {
        assert.equal(runs.length, 1, where);
        assert.deepEqual(runs[0]!.rules, preview.rules, where);
        assert.equal(runs[0]!.beganAtMs, beganMs + 400 * dayMs);
        await assertDone(next, store, where);
        // Its approval is run again after a kill: it is the same run.
        assert.deepEqual(await next.subjects.retention.run(by, order), runs[0], where);
        assert.equal((await next.subjects.retention.runs()).length, 1, where);
      }
      await next.close();
      await stores.pop()!.close();
      if (!killed) break;
      killings += 1;
      assert.ok(at < 80, 'a run of this size is some dozen writes');
    }
  }
  assert.ok(killings > 15, `${killings}`);
});
