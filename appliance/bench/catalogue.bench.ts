// npm run bench:catalogue: what the catalogue and the quality rules cost. A whole node records batches as fast as it can, with them and
// without, in turn, in the same run; without HTTP and JSON, so that their share is the largest it can be. Then the bare cost for one event
// at 50,000 a second: of one that is passed over and looked at as it comes, and of writing behind.

import { join } from 'node:path';
import { App } from '../app.ts';
import { defaultConfig } from '../core/config.ts';
import type { Event, Outcome } from '../core/model/event.ts';
import { systemPorts } from '../core/ports.ts';
import { initFolder } from '../lifecycle.ts';
import { median, quick, report, say, temporaryFolder } from './bench.ts';
import { makeBatches } from './load.ts';

const rounds = quick ? 5 : 11;
const batchesARound = quick ? 150 : 400;
const underWay = 16;
const eventsPerS = 50_000;
const secondsAlone = quick ? 10 : 30;

type Message = { type: 'track'; userId: string; anonymousId: string; event: string; properties: object; context: object };
const templates = makeBatches(200, 100, 20_000, 'none').map(({ body }) =>
  (JSON.parse(body.toString('utf8')) as { batch: Message[] }).batch.map(
    ({ userId, anonymousId, event, properties, context }) =>
      ({ kind: 'track', userId, anonymousId, name: event, properties, context }) as Omit<
        Event,
        'messageId' | 'occurredAtMs' | 'receivedAtMs'
      >,
  ),
);
let stamped = 0;
/** Fresh message ids, as a new batch has them. */
function batchOf(at: number, nowMs: number): Event[] {
  return templates[at % templates.length]!.map((template) => {
    stamped += 1;
    return { ...template, messageId: `m${stamped}`, occurredAtMs: nowMs, receivedAtMs: nowMs };
  });
}

const folder = join(temporaryFolder().path, 'data');
const passphrase = 'a passphrase for benchmarks';
const { accessToken } = await initFolder(folder, { passphrase }, systemPorts);
const app = await App.create({ folder, config: defaultConfig, ports: systemPorts, accessToken, loopDelayMs: () => 0 });
await app.unseal({ passphrase });
const node = app.node();
const { source } = await node.sources.add({ name: 'bench', kind: 'server' });
const { governance } = node;
const observed = governance.observed.bind(governance);

async function round(withIt: boolean): Promise<number> {
  governance.observed = withIt ? observed : () => undefined;
  const nowMs = systemPorts.clock.nowMs();
  const batches = Array.from({ length: batchesARound }, (_, at) => batchOf(at, nowMs));
  const beganMs = performance.now();
  let next = 0;
  const worker = async () => {
    while (next < batches.length) {
      const batch = batches[next]!;
      next += 1;
      await node.recordBatch(source.id, batch);
    }
  };
  await Promise.all(Array.from({ length: underWay }, worker));
  return (batchesARound * 100 * 1000) / (performance.now() - beganMs);
}

say('warming up');
await round(true);
await round(false);
const rates = { with: [] as number[], without: [] as number[] };
for (let at = 1; at <= rounds; at += 1) {
  // Whichever goes first has the colder caches.
  for (const withIt of at % 2 === 0 ? [true, false] : [false, true]) rates[withIt ? 'with' : 'without'].push(await round(withIt));
  say(`round ${at}: ${Math.round(rates.with.at(-1)!)} events/s with, ${Math.round(rates.without.at(-1)!)} without`);
}

// Alone, at the rate that it is made for: the clock goes as fast as batches of 100 at 50,000 a second, and writing behind comes when it is due.
const { document } = await node.dictionaries.of(source.id);
const dictionary = { document } as never;
const outcomes = Array.from({ length: 100 }, (_, at): Outcome => ({ messageId: `m${at}`, outcome: 'recorded', person: at }));
const realNow = systemPorts.clock.nowMs;
let nowMs = realNow() + 60_000;
systemPorts.clock.nowMs = () => nowMs;
let observingMs = 0;
let writingMs = 0;
const batches = Array.from({ length: 200 }, (_, at) => batchOf(at, nowMs));
const perTick = 100 / (eventsPerS / 1000);
const ticks = (secondsAlone * 1000) / perTick;
for (let tick = 0; tick < ticks; tick += 1) {
  nowMs += perTick;
  const events = batches[tick % batches.length]!;
  const beganMs = performance.now();
  observed({ source: source.id, dictionary, events, made: events, outcomes });
  observingMs += performance.now() - beganMs;
  if (tick % (5_000 / perTick) === 0) {
    const startMs = performance.now();
    const writing = governance.write();
    // What it keeps this thread for; the rest of the writing is waiting for the disk.
    writingMs += performance.now() - startMs;
    await writing;
  }
}
systemPorts.clock.nowMs = realNow;
const observeUs = (observingMs * 1000) / (ticks * 100);
const share = (observingMs + writingMs) / (secondsAlone * 1000);
const ratio = median(rates.with.map((rate, at) => rate / rates.without[at]!));
report(
  'catalogue',
  { eventsPerSWith: median(rates.with), eventsPerSWithout: median(rates.without), observeUs, shareOfThreadAt50k: share },
  { withOfWithout: ratio },
  [
    `recording batches of 100 events of about 1 KB, ${underWay} under way, medians of ${rounds} rounds:`,
    `  with the catalogue and quality rules     ${Math.round(median(rates.with))} events/s`,
    `  without them                             ${Math.round(median(rates.without))} events/s`,
    `  ratio                                    ${ratio.toFixed(3)}`,
    `alone, at ${eventsPerS} events a second: ${observeUs.toFixed(2)} µs for an event; ${(share * 100).toFixed(1)} % of one thread, writing behind included`,
  ],
);
await app.close();
