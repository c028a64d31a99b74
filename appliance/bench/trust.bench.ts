// npm run bench:trust: what it costs that every read is asked for, masked and logged: whole customers (the view with 50 rows of timeline)
// by the operator and by an agent who signed in, against the same routes on the same node without door, masks and log; in turn, in the
// same run. And the consent gate over everybody.

import { join } from 'node:path';
import { App } from '../app.ts';
import { readConfig } from '../core/config.ts';
import { createHttp } from '../core/http/http.ts';
import type { Principal } from '../core/model/principal.ts';
import { systemPorts } from '../core/ports.ts';
import { profileRoutes } from '../record/profiles/routes.ts';
import { version } from '../version.ts';
import { median, quantile, quick, report, say, temporaryFolder } from './bench.ts';
import { built } from './build.ts';
import { seeded } from './load.ts';
import { passphrase } from './node.ts';
import { pageRows, Reads } from './reads.ts';

const customers = quick ? 20_000 : 100_000;
const rounds = quick ? 5 : 11;
const readers = [1, 8] as const;
const customersARound = quick ? 200 : 500;

const temporary = temporaryFolder();
say(`building ${customers} customers`);
const data = await built(temporary.path, customers);
const folder = join(temporary.path, 'data');
const agent: Principal = { actor: 'person 1', kind: 'person', id: 1, roles: ['agent'] };
const agentToken = 'agent';
const app = await App.create({
  folder,
  config: readConfig(folder),
  ports: systemPorts,
  accessToken: data.accessToken,
  loopDelayMs: () => 0,
  ways: [(request) => (request.headers.authorization === `Bearer ${agentToken}` ? agent : undefined)],
});
await app.unseal({ passphrase });
const node = app.node();
const url = await app.http.listen({ host: '127.0.0.1', port: 0 });

/** The same routes of the same node; nobody is asked, nothing masked or logged. */
const bareHttp = createHttp({ ports: systemPorts, version, isSealed: () => false, loopDelayMs: () => 0 });
bareHttp.decorateRequest('auditSubjects', async () => undefined);
await bareHttp.register((scope) =>
  profileRoutes(scope, { profiles: () => node.profiles, matchPersons: () => node.matchPersons(), actorOf: () => 'bench' }),
);
const bareUrl = await bareHttp.listen({ host: '127.0.0.1', port: 0 });

const ways = {
  bare: new Reads(bareUrl),
  operator: new Reads(url, data.accessToken),
  agent: new Reads(url, agentToken, { 'x-purpose': 'customer_service' }),
};
type Way = keyof typeof ways;
const random = seeded(20261126);

/** All three read customers drawn evenly from all, most of whom are not in memory. */
async function readRound(way: Way, atOnce: number): Promise<{ p50Ms: number; p99Ms: number; perS: number }> {
  const tookMs: number[] = [];
  let left = customersARound;
  const startMs = performance.now();
  const reader = async () => {
    while (left > 0) {
      left -= 1;
      const id = data.idOf(Math.floor(random() * customers));
      const beganMs = performance.now();
      if ((await ways[way].get(`/api/profiles/p${id}?timeline=${pageRows}`)) === undefined) throw new Error('refused');
      tookMs.push(performance.now() - beganMs);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, reader));
  const perS = customersARound / ((performance.now() - startMs) / 1000);
  return { p50Ms: median(tookMs), p99Ms: quantile(tookMs, 0.99), perS };
}

const figures: { [name: string]: number } = {};
const ratios: { [name: string]: number } = {};
const words: string[] = [`whole customers out of ${customers}, median of ${rounds} rounds of ${customersARound}`];
for (const atOnce of readers) {
  const all: { [way in Way]: { p50Ms: number; p99Ms: number; perS: number }[] } = { bare: [], operator: [], agent: [] };
  for (let round = -1; round < rounds; round += 1) {
    for (const way of Object.keys(ways) as Way[]) {
      const one = await readRound(way, atOnce);
      // The first warms up.
      if (round >= 0) all[way].push(one);
    }
  }
  for (const way of Object.keys(ways) as Way[]) {
    const [p50Ms, p99Ms] = [median(all[way].map((one) => one.p50Ms)), median(all[way].map((one) => one.p99Ms))];
    const perS = median(all[way].map((one) => one.perS));
    Object.assign(figures, {
      [`${way}${atOnce}_p50Ms`]: p50Ms,
      [`${way}${atOnce}_p99Ms`]: p99Ms,
      [`${way}${atOnce}_perS`]: perS,
    });
    // What a read costs: what one reader waits for, and, where many read at once, how many fewer are read in a second.
    const ratio = median(all[way].map((one, at) => one.p50Ms / all.bare[at]!.p50Ms));
    const cost = median(all[way].map((one, at) => all.bare[at]!.perS / one.perS));
    if (way !== 'bare') Object.assign(ratios, { [`${way}_${atOnce}`]: ratio, [`${way}_${atOnce}_cost`]: cost });
    const times = way === 'bare' ? '' : `; ${ratio.toFixed(2)} times the bare p50, ${cost.toFixed(2)} times the bare cost`;
    words.push(
      `  ${atOnce} at once, ${way.padEnd(8)} p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms, ${perS.toFixed(0)} a second${times}`,
    );
  }
}
const firstMs = performance.now();
await node.consent.ready();
figures.gateFirstS = (performance.now() - firstMs) / 1000;
const gateMs: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  const beganMs = performance.now();
  await node.consent.mayUseAll('marketing', 'email', Date.now());
  gateMs.push(performance.now() - beganMs);
}
figures.gateMs = median(gateMs);
words.push(
  `  the gate over everybody: ${figures.gateMs.toFixed(1)} ms; ${figures.gateFirstS.toFixed(1)} s for the first answer after a start`,
);
report('trust', figures, ratios, words);
for (const reads of Object.values(ways)) reads.close();
await bareHttp.close();
await app.close();
temporary.remove();
