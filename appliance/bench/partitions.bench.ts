// npm run bench:partitions: what partitions by hash (docs/postgres-partitions.sql) cost and bring on a PostgreSQL of this machine: the same customers and
// batches into a node over tables that are whole and into one over tables in partitions, in turn in the same run; customers read; and the table of
// keys written anew as erasing does, whole and one partition of it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { runOn, startTestPostgres } from '../core/store/postgres/test-server.ts';
import { median, quick, report, say, temporaryFolder } from './bench.ts';
import { type Built, built } from './build.ts';
import { Load, makeBatches, seeded } from './load.ts';
import { type BenchNode, restartNode } from './node.ts';
import { pageRows, Reads } from './reads.ts';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, json: { type: 'boolean' }, partitions: { type: 'string', default: '16' } },
});
const parts = Number(options.partitions);
const rounds = quick ? 2 : 5;
const roundMs = quick ? 3_000 : 8_000;
const customers = 10_000;
const keyRows = quick ? 200_000 : 2_000_000;
const readsPerS = 50;

const folder = temporaryFolder();
const postgres = await startTestPostgres({ shared_buffers: '256MB', max_wal_size: '2GB' });
const script = readFileSync(join(import.meta.dirname, '../../docs/postgres-partitions.sql'), 'utf8');

type Side = { name: string; data: Built; node: BenchNode; load: Load; rates: number[]; p50Ms: number[]; p99Ms: number[] };

async function open(name: string, partitioned: boolean): Promise<Side> {
  const store = await postgres.createDatabase();
  const own = join(folder.path, name);
  say(`${name}: ${customers} customers`);
  const data = await built(own, customers, undefined, { store });
  if (partitioned) await runOn(store, [`SET holdfast.partitions = ${parts}`, script]);
  else await runOn(store, ['ANALYZE']);
  const node = await restartNode(own, data.accessToken);
  const load = new Load(node.url, data.writeKey, 12);
  return { name, data, node, load, rates: [], p50Ms: [], p99Ms: [] };
}

async function round(side: Side, kept: boolean): Promise<void> {
  const { data, node, load } = side;
  const { eventsPerS } = await load.closed(makeBatches(100, 100, customers, data.writeKey), 12, roundMs);
  const random = seeded(rounds);
  const asked = Array.from({ length: (readsPerS * roundMs) / 1_000 }, () => {
    const id = data.idOf(Math.floor(random() * customers));
    return { id, path: `/api/profiles/p${id}?timeline=${pageRows}`, fullPage: false };
  });
  const read = await new Reads(node.url, node.accessToken).open(asked, readsPerS);
  if (!kept) return;
  side.rates.push(eventsPerS);
  side.p50Ms.push(read.p50Ms);
  side.p99Ms.push(read.p99Ms);
}

/** Seconds that the server takes to write a table of so many keys anew. */
async function rewritten(): Promise<{ wholeS: number; partS: number }> {
  const client = new pg.Client({ connectionString: await postgres.createDatabase() });
  await client.connect();
  const columns = 'record_id BIGINT NOT NULL, epoch BIGINT NOT NULL, wrap_epoch BIGINT NOT NULL, wrapped BYTEA NOT NULL';
  const rows = `SELECT g, 1, 1, decode(repeat(md5(g::text), 4), 'hex') FROM generate_series(1, ${keyRows}) AS g`;
  await client.query(`CREATE TABLE whole (${columns}, PRIMARY KEY (record_id, epoch)); INSERT INTO whole ${rows}`);
  await client.query(`CREATE TABLE apart (${columns}, PRIMARY KEY (record_id, epoch)) PARTITION BY HASH (record_id)`);
  for (let part = 0; part < parts; part += 1)
    await client.query(`CREATE TABLE apart_${part} PARTITION OF apart FOR VALUES WITH (MODULUS ${parts}, REMAINDER ${part})`);
  await client.query(`INSERT INTO apart ${rows}`);
  const timed = async (table: string) => {
    const times: number[] = [];
    for (let at = 0; at < 3; at += 1) {
      const beganMs = performance.now();
      await client.query(`VACUUM FULL ${table}`);
      times.push((performance.now() - beganMs) / 1_000);
    }
    return median(times);
  };
  const found = { wholeS: await timed('whole'), partS: await timed('apart_0') };
  await client.end();
  return found;
}

const sides = [await open('whole', false), await open('partitions', true)] as const;
say('warming up');
for (const side of sides) await round(side, false);
for (let at = 1; at <= rounds; at += 1) {
  for (const side of sides) await round(side, true);
  say(
    `round ${at}: ${sides.map(({ name, rates, p50Ms, p99Ms }) => `${name} ${Math.round(rates.at(-1)!)} events/s, read p50 ${p50Ms.at(-1)!.toFixed(1)} p99 ${p99Ms.at(-1)!.toFixed(1)} ms`).join('; ')}`,
  );
}
for (const { node, load } of sides) {
  load.close();
  await node.stop();
}
const keys = await rewritten();
const [whole, apart] = sides;
report(
  'partitions',
  {
    wholeEventsPerS: median(whole.rates),
    partitionsEventsPerS: median(apart.rates),
    wholeP50Ms: median(whole.p50Ms),
    partitionsP50Ms: median(apart.p50Ms),
    rewriteWholeS: keys.wholeS,
    rewritePartS: keys.partS,
  },
  {
    ingest: median(apart.rates) / median(whole.rates),
    p50: median(apart.p50Ms) / median(whole.p50Ms),
    p99: median(apart.p99Ms) / median(whole.p99Ms),
    rewrite: keys.partS / keys.wholeS,
  },
  [
    `${parts} partitions of each large table against whole tables, medians of ${rounds} rounds in turn, ${customers} customers`,
    ...sides.map(
      ({ name, rates, p50Ms, p99Ms }) =>
        `  ${name.padEnd(11)} ${Math.round(median(rates))} events/s; a customer read p50 ${median(p50Ms).toFixed(1)} ms, p99 ${median(p99Ms).toFixed(1)} ms`,
    ),
    `  ratio       ingest ${(median(apart.rates) / median(whole.rates)).toFixed(2)}, p50 ${(median(apart.p50Ms) / median(whole.p50Ms)).toFixed(2)}, p99 ${(median(apart.p99Ms) / median(whole.p99Ms)).toFixed(2)}`,
    `  ${keyRows} keys written anew: whole ${keys.wholeS.toFixed(2)} s, one partition ${keys.partS.toFixed(2)} s`,
  ],
);
await postgres.stop();
folder.remove();
