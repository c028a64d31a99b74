// npm run bench:audit: what an audited read costs: whole customers read over HTTP, by one reader and by many at once, with the entry on disk
// before each answer, against the same reads on the same node with the log taken out; in turn, in the same run. Then verification.

import { join } from 'node:path';
import { App } from '../app.ts';
import { itemsOf, verifyLog } from '../core/audit/audit.ts';
import { defaultConfig } from '../core/config.ts';
import type { Event } from '../core/model/event.ts';
import { systemPorts } from '../core/ports.ts';
import { initFolder } from '../lifecycle.ts';
import { median, quantile, quick, report, say, temporaryFolder } from './bench.ts';
import { Reads } from './reads.ts';

const customers = 500;
const eventsEach = 40;
const rounds = quick ? 5 : 15;
const readers = [1, 32] as const;
const readsARound = { 1: quick ? 300 : 600, 32: quick ? 2_000 : 4_000 } as const;

const folder = join(temporaryFolder().path, 'data');
const passphrase = 'a passphrase for benchmarks';
const { accessToken } = await initFolder(folder, { passphrase }, systemPorts);
const app = await App.create({ folder, config: defaultConfig, ports: systemPorts, accessToken, loopDelayMs: () => 0 });
await app.unseal({ passphrase });
const node = app.node();
const { source } = await node.sources.add({ name: 'bench', kind: 'server' });
const persons: number[] = [];
for (let customer = 0; customer < customers; customer += 10) {
  const events = Array.from({ length: 10 * eventsEach }, (_, at): Event => {
    const userId = `customer-${customer + Math.floor(at / eventsEach)}`;
    const occurredAtMs = 1_790_000_000_000 + at * 60_000;
    const common = { messageId: `${userId} ${at}`, userId, occurredAtMs, receivedAtMs: occurredAtMs };
    if (at % eventsEach === 0) return { kind: 'identify', ...common, traits: { name: `Somebody ${userId}`, city: 'Changsha' } };
    return { kind: 'track', ...common, name: 'Product Viewed', properties: { product_id: `p-${at}`, price: at } };
  });
  for (const { person } of await node.recordBatch(source.id, events)) if (person !== undefined) persons.push(person);
}
const ids = [...new Set(persons)];
const url = await app.http.listen({ host: '127.0.0.1', port: 0 });
const reads = new Reads(url, accessToken);
const append = node.audit.append.bind(node.audit);

type Round = { p50Ms: number; p99Ms: number; perS: number };

async function readRound(atOnce: 1 | 32, audited: boolean): Promise<Round> {
  node.audit.append = audited ? append : () => Promise.resolve(0);
  const tookMs: number[] = [];
  let left = readsARound[atOnce];
  const begun = performance.now();
  const reader = async () => {
    while (left > 0) {
      left -= 1;
      const startMs = performance.now();
      if ((await reads.get(`/api/profiles/p${ids[left % ids.length]}`)) === undefined) throw new Error('refused');
      tookMs.push(performance.now() - startMs);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, reader));
  const perS = (tookMs.length * 1000) / (performance.now() - begun);
  return { p50Ms: median(tookMs), p99Ms: quantile(tookMs, 0.99), perS };
}

const figures: { [name: string]: number } = {};
const ratios: { [name: string]: number } = {};
const words: string[] = [];
for (const atOnce of readers) {
  const all: { audited: Round[]; bare: Round[] } = { audited: [], bare: [] };
  for (let round = -1; round < rounds; round += 1) {
    const [bare, audited] = [await readRound(atOnce, false), await readRound(atOnce, true)];
    // The first warms up.
    if (round < 0) continue;
    all.bare.push(bare);
    all.audited.push(audited);
  }
  const of = (rows: readonly Round[], what: keyof Round) => median(rows.map((row) => row[what]));
  for (const what of ['p50Ms', 'p99Ms', 'perS'] as const) {
    figures[`audited${atOnce}_${what}`] = of(all.audited, what);
    figures[`bare${atOnce}_${what}`] = of(all.bare, what);
  }
  ratios[`p50_${atOnce}`] = median(all.audited.map((row, at) => row.p50Ms / all.bare[at]!.p50Ms));
  ratios[`perS_${atOnce}`] = median(all.audited.map((row, at) => row.perS / all.bare[at]!.perS));
  words.push(
    `${atOnce} at once: audited p50 ${of(all.audited, 'p50Ms').toFixed(2)} ms, p99 ${of(all.audited, 'p99Ms').toFixed(2)} ms, ` +
      `${of(all.audited, 'perS').toFixed(0)}/s; bare p50 ${of(all.bare, 'p50Ms').toFixed(2)} ms, p99 ${of(all.bare, 'p99Ms').toFixed(2)} ms, ` +
      `${of(all.bare, 'perS').toFixed(0)}/s; ${ratios[`p50_${atOnce}`]!.toFixed(2)} times p50`,
  );
  say(words.at(-1)!);
}
node.audit.append = append;
const begunMs = performance.now();
const verdict = await verifyLog(itemsOf(node.audit.lines()));
if (!verdict.ok) throw new Error('the log does not verify');
figures.verifiedPerS = (verdict.entries * 1000) / (performance.now() - begunMs);
figures.entries = verdict.entries;
reads.close();
await app.close();
words.push(`${verdict.entries} entries verified at ${figures.verifiedPerS.toFixed(0)} a second`);
report('audit', figures, ratios, words);
