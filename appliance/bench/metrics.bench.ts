// npm run bench:metrics: what it costs to count each request and event, and to follow each request by its id: the same events into a node that does, one that
// does neither, and one that also sends traces; in turn, in the same run. As single events, where it weighs most, and in batches of 100.

import { join } from 'node:path';
import { App } from '../app.ts';
import { type Config, defaultConfig } from '../core/config.ts';
import { systemPorts } from '../core/ports.ts';
import { initFolder } from '../lifecycle.ts';
import { openCollector } from '../testing-collector.ts';
import { median, quantile, quick, report, temporaryFolder } from './bench.ts';

const rounds = quick ? 5 : 21;
const sizes = [1, 100] as const;
const batches = { 1: quick ? 300 : 2_000, 100: quick ? 20 : 100 } as const;
const atOnce = 16;

type Kind = 'unwatched' | 'watched' | 'traced';
type Node = { app: App; authorization: string; sent: number };

const collector = await openCollector();

async function open(kind: Kind): Promise<Node> {
  const folder = join(temporaryFolder().path, 'data');
  const passphrase = 'a passphrase for benchmarks';
  const { accessToken } = await initFolder(folder, { passphrase }, systemPorts);
  const config: Config = { ...defaultConfig, ...(kind === 'traced' && { tracing: { endpoint: collector.url } }) };
  const parts = { folder, config, ports: systemPorts, accessToken, loopDelayMs: () => 0 };
  const app = await App.create({ ...parts, ...(kind === 'unwatched' && { unwatched: true as const }) });
  await app.unseal({ passphrase });
  const { writeKey } = await app.node().sources.add({ name: 'bench', kind: 'server' });
  return { app, authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`, sent: 0 };
}

/** Microseconds an event: by the wall, which also has the disk and what else the machine does, and of processor. */
type Took = { wallUs: number; cpuUs: number };

async function round(node: Node, size: 1 | 100): Promise<Took> {
  // What the round before left to be written belongs to it.
  await node.app.node().profiles.settled();
  let left: number = batches[size];
  const sender = async () => {
    while (left > 0) {
      left -= 1;
      const batch = Array.from({ length: size }, () => {
        const at = node.sent++;
        return {
          type: 'track',
          event: 'Product Viewed',
          userId: `customer-${at % 500}`,
          messageId: `m${at}`,
          properties: { at },
        };
      });
      const { statusCode } = await node.app.http.inject({
        method: 'POST',
        url: '/v1/batch',
        headers: { authorization: node.authorization },
        payload: { batch },
      });
      if (statusCode !== 200) throw new Error(`refused: ${statusCode}`);
    }
  };
  const events = batches[size] * size;
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await Promise.all(Array.from({ length: atOnce }, sender));
  await node.app.node().profiles.settled();
  const wallUs = ((performance.now() - begun) * 1_000) / events;
  const { user, system } = process.cpuUsage(cpu);
  collector.spans.length = 0;
  collector.bodies.length = 0;
  return { wallUs, cpuUs: (user + system) / events };
}

const kinds: readonly Kind[] = ['unwatched', 'watched', 'traced'];
const nodes = new Map<Kind, Node>();
for (const kind of kinds) nodes.set(kind, await open(kind));
const figures: { [name: string]: number } = {};
const ratios: { [name: string]: number } = {};
const words: string[] = [];
for (const size of sizes) {
  const took: { [kind in Kind]: Took[] } = { unwatched: [], watched: [], traced: [] };
  for (let at = 0; at <= rounds; at += 1)
    // Whoever comes first differs by round; the first round warms up.
    for (let turn = 0; turn < kinds.length; turn += 1) {
      const kind = kinds[(at + turn) % kinds.length]!;
      const one = await round(nodes.get(kind)!, size);
      if (at > 0) took[kind].push(one);
    }
  words.push(`${size} to a request, microseconds an event (medians of ${rounds} rounds):`);
  for (const kind of kinds) {
    const line: string[] = [];
    for (const by of ['cpuUs', 'wallUs'] as const) {
      const us = median(took[kind].map((one) => one[by]));
      figures[`${kind}_${size}_${by}`] = us;
      line.push(`${by === 'cpuUs' ? 'processor' : 'wall'} ${us.toFixed(1)}`);
      if (kind === 'unwatched') continue;
      // Of rounds beside each other, with the middle half of them: what the machine did besides shows there.
      const each = took[kind].map((one, at) => one[by] / took.unwatched[at]![by]);
      ratios[`${kind}_${size}_${by}`] = median(each);
      line.push(`ratio ${median(each).toFixed(3)} (${quantile(each, 0.25).toFixed(2)} to ${quantile(each, 0.75).toFixed(2)})`);
    }
    words.push(`  ${kind}: ${line.join(', ')}`);
  }
}
for (const { app } of nodes.values()) await app.close();
await collector.close();
report('metrics', figures, ratios, words);
