// npm run bench:sizing: what a customer and an event take, for the model of sizes (scripts/sizing/model.ts): bytes on disk by SQLite and by
// PostgreSQL, bytes of PostgreSQL's log and processor time an event, memory a customer while everybody is followed, and a start. Made from
// two populations, one of customers with few events and one with more, so that what a customer takes and what an event takes are told apart.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startTestPostgres } from '../core/store/postgres/test-server.ts';
import { quick, report, say, temporaryFolder } from './bench.ts';
import { type Built, built } from './build.ts';
import { asker, furnish, settled } from './console-world.ts';
import { restartNode } from './node.ts';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    json: { type: 'boolean' },
    customers: { type: 'string', default: quick ? '10000' : '100000' },
  },
});
const customers = Number(options.customers);
const fewCustomers = 10_000;
const moreCustomers = 10_000;
/** Nobody has many events; of those that come then, every fifth has 55. */
const none = Number.POSITIVE_INFINITY;
const someBusyEvery = 5;

const folder = temporaryFolder();

type Grown = { customers: number; events: number; bytes: number };
/** What one more customer and one more event take, from two growths in which they are mixed differently. */
function apart(first: Grown, second: Grown): { customer: number; event: number } {
  const determinant = first.customers * second.events - second.customers * first.events;
  return {
    customer: (first.bytes * second.events - second.bytes * first.events) / determinant,
    event: (first.customers * second.bytes - second.customers * first.bytes) / determinant,
  };
}
const grownBy = (before: Built | undefined, after: Built, bytes: number): Grown => ({
  customers: after.customers - (before?.customers ?? 0),
  events: after.events - (before?.events ?? 0),
  bytes,
});

/** With what this process used meanwhile, all threads together. */
async function timed<T>(work: () => Promise<T>): Promise<{ value: T; cpuUs: number }> {
  const before = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(before);
  return { value, cpuUs: user + system };
}

function residentMB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

/** A node that follows everybody: segments, a model that scores, the consent gate. */
async function followed(
  own: string,
  data: Built,
): Promise<{ residentMB: number; peakMB: number; startS: number; followS: number }> {
  const beganMs = performance.now();
  const node = await restartNode(own, data.accessToken);
  const startS = (performance.now() - beganMs) / 1000;
  await furnish(own, node, []);
  await settled(asker(node));
  const followS = (performance.now() - beganMs) / 1000 - startS;
  const found = { residentMB: residentMB(node.pid), peakMB: node.peakMemoryMB(), startS, followS };
  await node.stop();
  return found;
}

async function onSqlite() {
  const own = join(folder.path, 'sqlite');
  say(`SQLite: ${customers} customers with few events`);
  const few = await timed(() => built(own, customers, none));
  say('SQLite: more of them, some with many');
  const more = await timed(() => built(own, customers + moreCustomers, someBusyEvery));
  const memory = await followed(own, more.value);
  const derived = (await built(own, customers + moreCustomers)).databaseBytes - more.value.databaseBytes;
  const bytes = apart(
    grownBy(undefined, few.value, few.value.databaseBytes),
    grownBy(few.value, more.value, more.value.databaseBytes - few.value.databaseBytes),
  );
  return {
    bytes,
    memory,
    derivedOfCustomer: derived / more.value.customers,
    cpuUsOfEvent: (few.cpuUs + more.cpuUs) / more.value.events,
  };
}

async function onPostgres() {
  const postgres = await startTestPostgres({ shared_buffers: '256MB', max_wal_size: '2GB' });
  const url = await postgres.createDatabase();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const measured = async () => {
    const { rows } = await client.query(
      "SELECT pg_database_size(current_database())::float8 AS size, pg_current_wal_lsn() - '0/0'::pg_lsn AS wal",
    );
    const [{ size, wal }] = rows as [{ size: number; wal: string }];
    return { size, wal: Number(wal) };
  };
  const own = join(folder.path, 'postgres');
  const empty = await measured();
  say(`PostgreSQL: ${fewCustomers} customers with few events`);
  const few = await timed(() => built(own, fewCustomers, none, { store: url }));
  const atFew = await measured();
  say('PostgreSQL: more of them, some with many');
  const more = await timed(() => built(own, fewCustomers + moreCustomers, someBusyEvery));
  const atMore = await measured();
  await client.end();
  await postgres.stop();
  const bytes = apart(
    grownBy(undefined, few.value, atFew.size - empty.size),
    grownBy(few.value, more.value, atMore.size - atFew.size),
  );
  return {
    bytes,
    walOfEvent: (atMore.wal - atFew.wal) / (more.value.events - few.value.events),
    cpuUsOfEvent: (few.cpuUs + more.cpuUs) / more.value.events,
  };
}

const bare = join(folder.path, 'bare');
const empty = await followed(bare, await built(bare, 0));
const sqlite = await onSqlite();
const postgres = await onPostgres();
const memoryOfCustomer = ((sqlite.memory.residentMB - empty.residentMB) * 1024 ** 2) / (customers + moreCustomers);
const whole = (value: number) => Math.round(value).toLocaleString('en');
report(
  'sizing',
  {
    sqliteBytesOfCustomer: sqlite.bytes.customer,
    sqliteBytesOfEvent: sqlite.bytes.event,
    derivedBytesOfCustomer: sqlite.derivedOfCustomer,
    postgresBytesOfCustomer: postgres.bytes.customer,
    postgresBytesOfEvent: postgres.bytes.event,
    postgresWalOfEvent: postgres.walOfEvent,
    sqliteCpuUsOfEvent: sqlite.cpuUsOfEvent,
    postgresCpuUsOfEvent: postgres.cpuUsOfEvent,
    emptyMB: empty.residentMB,
    followedMB: sqlite.memory.residentMB,
    memoryOfCustomer,
    startS: sqlite.memory.startS,
    followS: sqlite.memory.followS,
  },
  { postgresOfSqliteEvent: postgres.bytes.event / sqlite.bytes.event },
  [
    'sizing: what one more of each takes',
    `  SQLite      ${whole(sqlite.bytes.customer)} bytes a customer (and ${whole(sqlite.derivedOfCustomer)} while they are followed), ${whole(sqlite.bytes.event)} an event; processor ${whole(sqlite.cpuUsOfEvent)} us an event, without HTTP`,
    `  PostgreSQL  ${whole(postgres.bytes.customer)} bytes a customer, ${whole(postgres.bytes.event)} an event, ${whole(postgres.walOfEvent)} of its log; processor ${whole(postgres.cpuUsOfEvent)} us an event in the node, without HTTP and the server`,
    `  memory      ${whole(empty.residentMB)} MB without customers, ${whole(sqlite.memory.residentMB)} MB (at most ${whole(sqlite.memory.peakMB)}) with ${customers + moreCustomers} whom segments and a model follow: ${whole(memoryOfCustomer)} bytes a customer`,
    `  start       ${sqlite.memory.startS.toFixed(1)} s until it serves, then ${sqlite.memory.followS.toFixed(1)} s until everybody is followed`,
  ],
);
folder.remove();
