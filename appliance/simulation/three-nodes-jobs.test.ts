// Of three nodes work in the background is done once, whoever is the lead: a training whose lead is killed in the middle, one whose lead
// stands still for longer than its lease and then wakes, and a run of retention that is killed while it deletes.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startTestPostgres } from '../core/store/postgres/test-server.ts';
import { asked, dayMs, history, type Job } from '../testing-models.ts';
import { cli } from './testing/process.ts';
import { long } from './testing/rounds.ts';
import { begin, leadOf, type Seat, seatThree, unseat, until } from './testing/seats.ts';

const postgres = await startTestPostgres({ fsync: 'off' });
after(() => postgres.stop());

type Run = { run: number; endedAtMs?: number; rules: { rule: string; events: number }[] };
const retention = [{ name: 'pages', events: { kinds: ['page' as const], olderThanDays: 30 } }];
const oldPages = 40;

test('a training and a run of retention are done once, though the lead is killed in the middle of both', async () => {
  const table = await seatThree(postgres, { retention });
  const { seats } = table;
  try {
    await Promise.all(seats.map((seat) => begin(seat)));
    let lead = await leadOf(seats);
    const writeKey = await lead.node!.client.addSource('shop');
    const nowMs = performance.timeOrigin;
    const all = [...history(track, nowMs), ...pages(nowMs)];
    for (let from = 0; from < all.length; from += 400) {
      const part = all.slice(from, from + 400);
      // By all of them in turn: what the lead trains on came by others too.
      const by = seats[(from / 400) % seats.length]!;
      await until(async () => (await by.node!.client.track(writeKey, part)).status === 200);
    }
    const first = await askTraining(lead);
    await until(async () => (await jobOf(lead, first)).stage === 'training');
    await inRetention(table.database, lead, () => lead.node!.kill());
    lead.node = undefined;
    lead = await leadOf(seats);
    assert.deepEqual(await endOf(lead, first), { state: 'done', version: 1 });

    const whileItStands = async () => {
      const id = await askTraining(lead);
      await until(async () => (await jobOf(lead, id)).stage === 'training');
      const still = lead;
      process.kill(still.node!.pid, 'SIGSTOP');
      lead = await leadOf(seats.filter((seat) => seat !== still));
      assert.deepEqual(await endOf(lead, id), { state: 'done', version: 2 });
      process.kill(still.node!.pid, 'SIGCONT');
      // It finds that it is not the lead, and ends.
      await until(async () => (await still.node!.client.send('GET', '/health/lead').catch(() => undefined)) === undefined);
      still.node = undefined;
      return id;
    };
    const second = long ? await whileItStands() : undefined;
    if (!long) process.stdout.write('three-nodes-jobs: a lead that stands still only with HOLDFAST_LONG=1\n');

    const { client } = lead.node!;
    const { jobs } = await client.ask<{ jobs: Job[] }>('GET', '/api/model-jobs');
    assert.deepEqual(
      jobs.map(({ id, state }) => [id, state]),
      [...(second === undefined ? [] : [[second, 'done']]), [first, 'done']],
    );
    const { versions } = await client.ask<{ versions: { number: number }[] }>('GET', '/api/models/churn');
    assert.deepEqual(versions.map(({ number }) => number).sort(), second === undefined ? [1] : [1, 2]);
    let runs: Run[] = [];
    await until(async () => {
      ({ runs } = await client.ask<{ runs: Run[] }>('GET', '/api/retention'));
      return runs.every(({ endedAtMs }) => endedAtMs !== undefined);
    });
    assert.deepEqual(
      runs.map(({ rules }) => rules.map(({ rule, events }) => [rule, events])),
      [[['pages', oldPages]]],
    );
    const verified = await cli(['--data', lead.place.folder, '--json', 'audit', 'verify']);
    assert.equal(verified.code, 0, verified.err);
  } finally {
    for (const { node } of seats) if (node) process.kill(node.pid, 'SIGCONT');
    await unseat(table);
  }
});

let made = 0;
function track(userId: string, event: string, atMs: number, properties: object): object {
  made += 1;
  return { type: 'track', messageId: `m${made}`, userId, event, timestamp: new Date(atMs).toISOString(), properties };
}

function pages(nowMs: number): object[] {
  const timestamp = new Date(nowMs - 100 * dayMs).toISOString();
  return Array.from({ length: oldPages }, (_, at) => ({
    type: 'page',
    messageId: `p${at}`,
    userId: `u${at}`,
    name: 'Home',
    timestamp,
  }));
}

/** Begins a run of retention, and does something when it stands before what it wants to delete. */
async function inRetention(database: string, { node }: Seat, work: () => Promise<void>): Promise<void> {
  const other = new pg.Client({ connectionString: database });
  await other.connect();
  try {
    await other.query('BEGIN; LOCK TABLE events IN EXCLUSIVE MODE');
    const run = node!.client.send('POST', '/api/retention/run').catch(() => undefined);
    const waits = "SELECT 1 FROM pg_locks WHERE relation = 'events'::regclass AND NOT granted";
    await until(async () => (await other.query(waits)).rowCount === 1);
    await work();
    await run;
    await other.query('COMMIT');
  } finally {
    await other.end();
  }
}

async function askTraining({ node }: Seat): Promise<number> {
  return (await node!.client.ask<Job>('POST', '/api/models/train', asked)).id;
}

const jobOf = ({ node }: Seat, id: number) => node!.client.ask<Job>('GET', `/api/model-jobs/${id}`);

async function endOf(seat: Seat, id: number): Promise<Pick<Job, 'state' | 'version'>> {
  for (;;) {
    const { state, version, code } = await jobOf(seat, id);
    if (state !== 'waiting' && state !== 'running')
      return { state, ...(version !== undefined && { version }), ...(code !== undefined && { code }) };
    await sleep(100);
  }
}
