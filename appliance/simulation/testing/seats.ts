// Three nodes over one PostgreSQL as processes of their own, each reaching it through a proxy that can part it: what tests of several nodes share.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../core/config.ts';
import type { TestPostgres } from '../../core/store/postgres/test-server.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { makePlace, type NodeProcess, type Place, startNode, temporaryFolder } from './process.ts';

export type Seat = { place: Place; proxy: FaultProxy; node: NodeProcess | undefined };
/** `database`: its address without a proxy. */
export type Table = { seats: Seat[]; home: string; database: string };

/** Long enough for a busy machine, on which a process may not have its turn for seconds. */
const leaseSeconds = 8;
/** What does not come to it in so many looks fails the test. */
const untilTries = 600;
const againMs = 100;
const startTries = 3;
/** The exit code of a node that was the lead and is not any more. */
const lostLease = 75;

/** One set of keys in three folders, each behind a proxy of its own. @param shared settings that all of them have */
export async function seatThree(postgres: TestPostgres, shared: Partial<Config> = {}): Promise<Table> {
  const home = temporaryFolder();
  const seats: Seat[] = [];
  const direct = await postgres.createDatabase();
  const database = new URL(direct);
  const socket = { path: `${database.searchParams.get('host')}/.s.PGSQL.5432` };
  const erasureLog = join(home, 'erasures.log');
  let first: Place | undefined;
  for (const name of ['a', 'b', 'c']) {
    const proxy = await startFaultProxy(socket);
    const store = `postgres://${database.username}@127.0.0.1:${proxy.port}${database.pathname}`;
    const config = { ...shared, store, erasureLog, cluster: { node: name, leaseSeconds } };
    const own = join(home, name);
    mkdirSync(own);
    if (first) {
      cpSync(join(home, 'a'), own, { recursive: true });
      writeFileSync(join(own, 'data', 'holdfast.json'), JSON.stringify(config));
    } else first = await makePlace(config, own);
    const place = { ...first, folder: join(own, 'data'), passphraseFile: join(own, 'passphrase') };
    seats.push({ place, proxy, node: undefined });
  }
  return { seats, home, database: direct };
}

export async function unseat({ seats, home }: Table): Promise<void> {
  for (const { node, proxy } of seats) {
    await node?.kill();
    await proxy.close();
  }
  rmSync(home, { recursive: true, force: true });
}

/** As a service manager does: a node that lost its lease while it began is started again. */
async function started(place: Place): Promise<NodeProcess> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await startNode(place);
    } catch (error) {
      if (tries === startTries || !String(error).includes(`ended with ${lostLease} `)) throw error;
    }
  }
}

export async function begin(seat: Seat, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const before = process.env.NODE_OPTIONS;
  if (env.NODE_OPTIONS) process.env.NODE_OPTIONS = env.NODE_OPTIONS;
  try {
    seat.node = await started(seat.place);
  } finally {
    if (before === undefined) delete process.env.NODE_OPTIONS;
    else process.env.NODE_OPTIONS = before;
  }
}

export async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < untilTries; tries += 1) {
    if (await holds().catch(() => false)) return;
    await sleep(againMs);
  }
  assert.fail('it did not come to it');
}

export async function leadOf(seats: readonly Seat[]): Promise<Seat> {
  let found: Seat | undefined;
  await until(async () => {
    for (const seat of seats) {
      if (!seat.node) continue;
      if ((await seat.node.client.send('GET', '/health/lead')).status === 200) found = seat;
    }
    return found !== undefined;
  });
  return found!;
}
