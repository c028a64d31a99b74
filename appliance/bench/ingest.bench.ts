// npm run bench:ingest: batches of 100 events of about 1 KB over HTTP, through identity and profile, sealed and fsynced
// before the answer; against the bare ceiling on the same machine, in turn, in the same run.

import { join } from 'node:path';
import { median, quick, report, say, start, temporaryFolder } from './bench.ts';
import { Load, makeBatches } from './load.ts';
import { startNode } from './node.ts';

const rounds = quick ? 2 : 5;
const durationMs = quick ? 4_000 : 10_000;
const connections = 16;
const customers = 20_000;

const folder = temporaryFolder();
const node = await startNode(folder.path);
const ceiling = await start([new URL('./ceiling.ts', import.meta.url).pathname, join(folder.path, 'ceiling.db')]);
const ceilingUrl = (JSON.parse(ceiling.firstLine) as { url: string }).url;
const batches = makeBatches(200, 100, customers, node.writeKey);
const eventBytes = batches[0]!.body.length / 100;

const toNode = new Load(node.url, node.writeKey, connections);
const toCeiling = new Load(ceilingUrl, node.writeKey, connections);
say(`warming up; events of ${Math.round(eventBytes)} bytes, ${customers} customers, ${connections} connections`);
await toNode.closed(batches, connections, durationMs / 2);
await toCeiling.closed(batches, connections, durationMs / 2);

const nodeRates: number[] = [];
const ceilingRates: number[] = [];
for (let round = 1; round <= rounds; round += 1) {
  const mine = await toNode.closed(batches, connections, durationMs);
  const bare = await toCeiling.closed(batches, connections, durationMs);
  nodeRates.push(mine.eventsPerS);
  ceilingRates.push(bare.eventsPerS);
  say(
    `round ${round}: node ${Math.round(mine.eventsPerS)} events/s (p99 ${mine.p99Ms.toFixed(0)} ms), ceiling ${Math.round(bare.eventsPerS)} (p99 ${bare.p99Ms.toFixed(0)} ms)`,
  );
}
const full = median(nodeRates);
const half: number[] = [];
for (let round = 1; round <= rounds; round += 1) half.push((await toNode.open(batches, full / 2, durationMs)).p99Ms);

const ratio = median(nodeRates.map((rate, at) => rate / ceilingRates[at]!));
const p99Ms = median(half);
const memoryMB = node.peakMemoryMB();
report(
  'ingest',
  { eventsPerS: full, ceilingEventsPerS: median(ceilingRates), p99HalfLoadMs: p99Ms, peakMemoryMB: memoryMB },
  { ofCeiling: ratio, ofRudderStackPublished: full / 1_700 },
  [
    `ingest, median of ${rounds} rounds of ${durationMs / 1000} s`,
    `  node     ${Math.round(full)} events/s: identity, profile, exactly once, sealed, fsynced`,
    `  ceiling  ${Math.round(median(ceilingRates))} events/s: the same HTTP, sealing and durability, nothing else`,
    `  ratio    ${ratio.toFixed(2)} of the ceiling; ${(full / 1_700).toFixed(1)} times what RudderStack publishes for 2 cores (1,700/s)`,
    `  p99 at half load ${p99Ms.toFixed(0)} ms; peak resident ${memoryMB.toFixed(0)} MB`,
  ],
);
toNode.close();
toCeiling.close();
await node.stop();
await ceiling.stop();
folder.remove();
