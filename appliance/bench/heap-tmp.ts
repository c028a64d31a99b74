import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemPorts } from '../core/ports.ts';
import { App } from '../app.ts';
import { defaultConfig } from '../core/config.ts';
import { tuneCollector } from '../core/collector.ts';
import { initFolder } from '../lifecycle.ts';
import { temporaryFolder } from './bench.ts';
import { People } from './soak/people.ts';

tuneCollector();
const customers = Number(process.argv[2] ?? 10000);
const folder = join(temporaryFolder().path, 'data');
const passphrase = 'a passphrase for benchmarks';
const { accessToken } = await initFolder(folder, { passphrase }, systemPorts);
const app = await App.create({ folder, config: defaultConfig, ports: systemPorts, accessToken, loopDelayMs: () => 0 });
await app.unseal({ passphrase });
const { writeKey } = await app.node().sources.add({ name: 'bench', kind: 'server' });
const authorization = `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`;
const people = new People(1, () => systemPorts.clock.nowMs());
async function send(batch: object[]) {
  const { statusCode } = await app.http.inject({ method: 'POST', url: '/v1/batch', headers: { authorization }, payload: { batch } });
  if (statusCode !== 200) throw new Error(`refused: ${statusCode}`);
}
let batch: object[] = [];
for (const m of people.pasts(customers)) { batch.push(m.body); if (batch.length === 400) { await send(batch); batch = []; } }
await send(batch);
await app.node().profiles.settled();
if (process.argv[3] === 'all') {
  const ask = (method: 'GET' | 'POST', url: string, payload?: object) => app.http.inject({ method, url, headers: { authorization: `Bearer ${accessToken}` }, ...(payload && { payload }) });
  await ask('POST', '/api/segments', { name: 'gold', text: 'active in 7 days', purpose: 'analytics' });
}
const show = (what: string) => {
  globalThis.gc!(); globalThis.gc!();
  const m = process.memoryUsage();
  console.log(what.padEnd(20), `heap ${(m.heapUsed / 1048576).toFixed(0)} external ${(m.external / 1048576).toFixed(0)} buffers ${(m.arrayBuffers / 1048576).toFixed(0)} rss ${(m.rss / 1048576).toFixed(0)}`);
};
show('pasts');
for (let round = 1; round <= 10; round += 1) {
  for (let at = 0; at < 100; at += 1) await send(Array.from({ length: 400 }, () => people.next().body));
  await app.node().profiles.settled();
  await new Promise((r) => setTimeout(r, 1500));
  show(`${round * 40}k events`);
}
await app.close();
process.exit(0);
