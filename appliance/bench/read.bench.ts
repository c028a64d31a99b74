// npm run bench:read: whole customers read over HTTP (view and 50 rows of timeline) out of a million with ten million events,
// while 1,000 events a second arrive; against the bare ceiling on the same file, in turn, in the same run. `--keep FOLDER`
// builds the database there once and uses it again.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median, quick, report, say, start, temporaryFolder } from './bench.ts';
import { built } from './build.ts';
import { Load, makeBatches, seeded, stampFrom } from './load.ts';
import { restartNode } from './node.ts';
import { habits } from './population.ts';
import { type Asked, pageRows, Reads } from './reads.ts';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    json: { type: 'boolean' },
    keep: { type: 'string' },
    customers: { type: 'string', default: quick ? '20000' : '1000000' },
    rate: { type: 'string', default: '50' },
  },
});
const customers = Number(options.customers);
const readsPerS = Number(options.rate);
const eventsPerS = 1_000;
const rounds = quick ? 2 : 5;
const roundS = quick ? 4 : 15;

const temporary = options.keep === undefined ? temporaryFolder() : undefined;
const folder = options.keep ?? temporary!.path;
say(`building ${customers} customers (unless kept)`);
const data = await built(folder, customers);
const megabytes = (sizeBytes: number): string => `${Math.round(sizeBytes / 1024 ** 2)} MB`;
say(`${data.events} events, built in ${data.buildS.toFixed(0)} s; database ${megabytes(data.databaseBytes)}`);

const ceiling = await start([new URL('./read-ceiling.ts', import.meta.url).pathname, join(folder, 'data')]);
const toCeiling = new Reads((JSON.parse(ceiling.firstLine) as { url: string }).url);
const startsS: number[] = [];
async function timedStart() {
  const beganMs = performance.now();
  const started = await restartNode(folder, data.accessToken);
  startsS.push((performance.now() - beganMs) / 1000);
  say(`start ${startsS.length}: ${startsS.at(-1)!.toFixed(2)} s from command to serving, unsealed`);
  return started;
}
await (await timedStart()).stop();
const node = await timedStart();
const toNode = new Reads(node.url, node.accessToken);
const load = new Load(node.url, data.writeKey, 16);
const batches = makeBatches(200, 100, customers, data.writeKey);
// Message ids of this run must not be those of an earlier run on a kept folder.
stampFrom(Math.floor(performance.timeOrigin) * 1_000);

const random = seeded(Math.floor(performance.timeOrigin));
/** Customers drawn evenly from all; @param pathOf the request that reads one. */
function draw(count: number, pathOf: (id: number) => string): Asked[] {
  return Array.from({ length: count }, () => {
    const customer = Math.floor(random() * customers);
    const id = data.idOf(customer);
    return { id, path: pathOf(id), fullPage: customer % habits.busyEvery === 0 };
  });
}
const readNode = (durationS: number) =>
  toNode.open(
    draw(readsPerS * durationS, (id) => `/api/profiles/p${id}?timeline=${pageRows}`),
    readsPerS,
  );
async function readCeiling(durationS: number) {
  const asked = draw(readsPerS * durationS, (id) => `/whole/${id}`);
  await toCeiling.post('/prepare', { ids: asked.map(({ id }) => id) });
  return toCeiling.open(asked, readsPerS);
}
/** The same arrivals under both, so that both share the machine and the file with them. */
async function whileEventsArrive<Result>(work: Promise<Result>): Promise<Result> {
  const arriving = load.open(batches, eventsPerS, roundS * 1000);
  const [result, arrived] = await Promise.all([work, arriving]);
  ingestP99s.push(arrived.p99Ms);
  refused += arrived.refused;
  return result;
}

const ingestP99s: number[] = [];
let refused = 0;
let refusedReads = 0;
let walBytes = 0;
const nodeResults: Awaited<ReturnType<typeof readNode>>[] = [];
const ceilingResults: typeof nodeResults = [];
say(`warming up; ${readsPerS} customers read a second while ${eventsPerS} events arrive`);
await whileEventsArrive(readNode(roundS));
for (let round = 1; round <= rounds; round += 1) {
  const mine = await whileEventsArrive(readNode(roundS));
  const bare = await whileEventsArrive(readCeiling(roundS));
  nodeResults.push(mine);
  refusedReads += mine.refused;
  ceilingResults.push(bare);
  walBytes = Math.max(walBytes, statSync(join(folder, 'data', 'holdfast.db-wal'), { throwIfNoEntry: false })?.size ?? 0);
  const words = ({ p50Ms, p99Ms, fullPageP99Ms }: typeof mine) =>
    `p50 ${p50Ms.toFixed(1)}, p99 ${p99Ms.toFixed(1)} ms (full pages ${fullPageP99Ms.toFixed(1)})`;
  say(`round ${round}: node ${words(mine)}; ceiling ${words(bare)}`);
}

const over = (results: typeof nodeResults, name: 'p50Ms' | 'p99Ms' | 'fullPageP99Ms') =>
  median(results.map((result) => result[name]));
const [p50Ms, p99Ms, fullPageP99Ms] = [
  over(nodeResults, 'p50Ms'),
  over(nodeResults, 'p99Ms'),
  over(nodeResults, 'fullPageP99Ms'),
];
const [bareP50Ms, bareP99Ms] = [over(ceilingResults, 'p50Ms'), over(ceilingResults, 'p99Ms')];
const maxMs = Math.max(...nodeResults.map((result) => result.maxMs));
const memoryMB = node.peakMemoryMB();
const ms = (value: number): string => value.toFixed(1);
report(
  'read',
  {
    customers,
    events: data.events,
    buildS: data.buildS,
    databaseMB: data.databaseBytes / 1024 ** 2,
    startS: startsS.at(-1)!,
    p50Ms,
    p99Ms,
    fullPageP99Ms,
    maxMs,
    ceilingP50Ms: bareP50Ms,
    ceilingP99Ms: bareP99Ms,
    ingestP99Ms: median(ingestP99s),
    refused,
    refusedReads,
    peakMemoryMB: memoryMB,
    walMB: walBytes / 1024 ** 2,
  },
  { p50OfCeiling: p50Ms / bareP50Ms, p99OfCeiling: p99Ms / bareP99Ms },
  [
    `read, ${customers} customers with ${data.events} events (${megabytes(data.databaseBytes)}), median of ${rounds} rounds of ${roundS} s`,
    `  ${readsPerS} customers a second, drawn evenly, view and first ${pageRows} rows of timeline, while ${eventsPerS} events a second arrive`,
    `  node     p50 ${ms(p50Ms)} ms, p99 ${ms(p99Ms)} ms, longest ${ms(maxMs)} ms; p99 of those with a full page ${ms(fullPageP99Ms)} ms; ${refusedReads} refused`,
    `  ceiling  p50 ${ms(bareP50Ms)} ms, p99 ${ms(bareP99Ms)} ms: the same rows by primary key, the same AEAD and HTTP, nothing else`,
    `  ratio    ${(p50Ms / bareP50Ms).toFixed(1)} times the ceiling at p50, ${(p99Ms / bareP99Ms).toFixed(1)} at p99`,
    `  arrivals p99 ${ms(median(ingestP99s))} ms, ${refused} refused; start ${startsS.map((s) => s.toFixed(2)).join(', then ')} s`,
    `  peak resident ${memoryMB.toFixed(0)} MB, write-ahead log at most ${megabytes(walBytes)}; built in ${data.buildS.toFixed(0)} s`,
  ],
);
toNode.close();
toCeiling.close();
load.close();
await node.stop();
await ceiling.stop();
temporary?.remove();
