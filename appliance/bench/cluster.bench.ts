// npm run bench:cluster: the same batches into one SQLite node, one node that has a PostgreSQL alone, one of a cluster and three of a
// cluster, in turn in the same run. PostgreSQL is a throw-away one on this machine, with fsync on: it shares the processors with the nodes.

import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { startTestPostgres } from '../core/store/postgres/test-server.ts';
import { median, quick, report, say, temporaryFolder } from './bench.ts';
import { Load, makeBatches } from './load.ts';
import { type BenchNode, restartNode, startNode } from './node.ts';

const rounds = quick ? 2 : 5;
const durationMs = quick ? 3_000 : 10_000;
const connections = 12;
const customers = 20_000;
const eventsOfBatch = 100;
const nodesOfCluster = 3;

const folder = temporaryFolder();
const postgres = await startTestPostgres({ shared_buffers: '256MB', max_wal_size: '2GB' });

/** Nodes of one system, with the ways that its load takes. */
type System = { name: string; nodes: BenchNode[]; loads: Load[]; rates: number[]; p99Ms: number[] };

function home(name: string): string {
  const path = join(folder.path, name);
  mkdirSync(path);
  return path;
}

async function systemOf(name: string, count: number, config?: object): Promise<System> {
  const first = await startNode(home(`${name}-1`), config);
  const nodes = [first];
  for (let at = 2; at <= count; at += 1) {
    const own = join(folder.path, `${name}-${at}`);
    cpSync(join(folder.path, `${name}-1`), own, { recursive: true });
    writeFileSync(join(own, 'data', 'holdfast.json'), JSON.stringify({ port: 0, ...config, cluster: { node: `n${at}` } }));
    nodes.push(await restartNode(own, first.accessToken));
  }
  const loads = nodes.map(({ url }) => new Load(url, first.writeKey, connections));
  return { name, nodes, loads, rates: [], p99Ms: [] };
}

async function measure(system: System, forMs: number, kept: boolean): Promise<void> {
  const own = batchesOf.get(system)!;
  const each = connections / system.loads.length;
  const results = await Promise.all(system.loads.map((load) => load.closed(own, each, forMs)));
  if (!kept) return;
  system.rates.push(results.reduce((sum, { eventsPerS }) => sum + eventsPerS, 0));
  system.p99Ms.push(Math.max(...results.map(({ p99Ms }) => p99Ms)));
}

const shared = async (name: string) => ({
  store: await postgres.createDatabase(),
  erasureLog: join(folder.path, `${name}.erasures.log`),
  cluster: { node: 'n1' },
});
const systems = [
  await systemOf('SQLite', 1),
  await systemOf('PostgreSQL alone', 1, { store: await postgres.createDatabase() }),
  await systemOf('one of a cluster', 1, await shared('one')),
  await systemOf('three of a cluster', nodesOfCluster, await shared('three')),
];
const batchesOf = new Map(
  systems.map((system) => [system, makeBatches(200, eventsOfBatch, customers, system.nodes[0]!.writeKey)] as const),
);
say(
  `warming up; ${customers} customers, ${connections} connections in all, ${availableParallelism()} processors for nodes, database and load`,
);
for (const system of systems) await measure(system, durationMs, false);
for (let round = 1; round <= rounds; round += 1) {
  for (const system of systems) await measure(system, durationMs, true);
  say(`round ${round}: ${systems.map(({ name, rates }) => `${name} ${Math.round(rates.at(-1)!)}`).join(', ')} events/s`);
}
const [sqlite, alone, one, three] = systems.map(({ rates }) => median(rates)) as [number, number, number, number];
report(
  'cluster',
  { sqliteEventsPerS: sqlite, postgresEventsPerS: alone, oneEventsPerS: one, threeEventsPerS: three },
  { postgresOfSqlite: alone / sqlite, oneOfPostgres: one / alone, threeOfOne: three / one, threeOfSqlite: three / sqlite },
  [
    `ingest, medians of ${rounds} rounds of ${durationMs / 1000} s, batches of ${eventsOfBatch}, ${availableParallelism()} processors for all of it`,
    ...systems.map(
      ({ name, rates, p99Ms }) =>
        `  ${name.padEnd(20)} ${Math.round(median(rates))} events/s, p99 ${median(p99Ms).toFixed(0)} ms`,
    ),
    `  three of a cluster: ${(three / one).toFixed(2)} of one of a cluster, ${(three / sqlite).toFixed(2)} of SQLite`,
  ],
);
for (const { nodes, loads } of systems) {
  for (const load of loads) load.close();
  for (const node of nodes) await node.stop();
}
await postgres.stop();
folder.remove();
