// A data folder of any size for benchmarks, built through the node's own recording: sealed, folded, identities resolved. Only
// HTTP is left out. It may be kept and used again, since ten million events take a while.

import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../app.ts';
import { readConfig } from '../core/config.ts';
import type { RecordBatch } from '../core/model/event.ts';
import { systemPorts } from '../core/ports.ts';
import { unlock } from '../core/vault/vault.ts';
import { initFolder } from '../lifecycle.ts';
import { migrations, openNode } from '../node.ts';
import { say } from './bench.ts';
import { passphrase } from './node.ts';
import { lives, type Told } from './population.ts';

export type Built = {
  folder: string;
  customers: number;
  events: number;
  /** Of the shop, whose customers are `customer-0` and so on. */
  writeKey: string;
  accessToken: string;
  buildS: number;
  databaseBytes: number;
  /** A record's id for each customer, by number. */
  idOf(customer: number): number;
};
type Facts = Pick<Built, 'customers' | 'events' | 'writeKey' | 'accessToken' | 'buildS'>;

/** Customers whose lives are told together: about as many records as the node keeps in memory, as in a live day. */
const customersAtOnce = 10_000;
/** Events of one call, and calls under way. */
const batchEvents = 1_000;
const batchesUnderWay = 6;

/** @param folder reused when it already holds as many customers, made otherwise */
export async function built(folder: string, customers: number): Promise<Built> {
  const known = factsOf(folder);
  if (known && known.customers !== customers) throw new Error(`${folder} holds ${known.customers} customers, not ${customers}`);
  const facts = known ?? (await build(folder, customers));
  const ids = new Int32Array(new Uint8Array(readFileSync(join(folder, 'ids.bin'))).buffer);
  const databaseBytes = statSync(join(folder, 'data', 'holdfast.db')).size;
  return { ...facts, folder, databaseBytes, idOf: (customer) => ids[customer]! };
}

function factsOf(folder: string): Facts | undefined {
  const file = join(folder, 'built.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Facts) : undefined;
}

async function build(folder: string, customers: number): Promise<Facts> {
  const data = join(folder, 'data');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'passphrase'), passphrase, { mode: 0o600 });
  const { accessToken } = await initFolder(data, { passphrase, config: { port: 0 } }, systemPorts);
  const store = await openStore(data, readConfig(data), systemPorts);
  await store.migrate(migrations);
  const root = await unlock(data, { passphrase });
  const node = await openNode({ store, root, ports: systemPorts, config: readConfig(data) });
  root.destroy();
  const shop = await node.sources.add({ name: 'shop', kind: 'server' });
  const register = await node.sources.add({ name: 'register', kind: 'server' });

  const startMs = performance.now();
  const ids = new Int32Array(customers);
  const events = await tell(node.recordBatch, { shop: shop.source.id, register: register.source.id }, ids);
  await node.close();
  await store.close();
  const buildS = (performance.now() - startMs) / 1000;
  writeFileSync(join(folder, 'ids.bin'), new Uint8Array(ids.buffer), { mode: 0o600 });
  const facts = { customers, events, writeKey: shop.writeKey, accessToken, buildS };
  writeFileSync(join(folder, 'built.json'), JSON.stringify(facts), { mode: 0o600 });
  return facts;
}

/** @returns how many events were told */
async function tell(record: RecordBatch, sourceIds: { shop: number; register: number }, ids: Int32Array): Promise<number> {
  const underWay = new Set<Promise<void>>();
  const startMs = performance.now();
  let events = 0;
  let saidAt = 0;
  for (let from = 0; from < ids.length; from += customersAtOnce) {
    const waiting: { [source in Told['from']]: Told[] } = { shop: [], register: [] };
    const send = async (source: Told['from']): Promise<void> => {
      const batch = waiting[source].splice(0);
      if (batch.length === 0) return;
      const sending = record(
        sourceIds[source],
        batch.map(({ event }) => event),
      ).then((outcomes) => {
        outcomes.forEach(({ person }, at) => {
          if (person === undefined) throw new Error('an event of the population was not recorded');
          ids[batch[at]!.customer] = person;
        });
        underWay.delete(sending);
      });
      underWay.add(sending);
      while (underWay.size >= batchesUnderWay) await Promise.race(underWay);
    };
    for (const visit of lives(from, Math.min(ids.length, from + customersAtOnce))) {
      for (const told of visit) {
        waiting[told.from].push(told);
        events += 1;
        if (waiting[told.from].length >= batchEvents) await send(told.from);
      }
    }
    await send('register');
    await send('shop');
    if (events - saidAt >= 500_000) {
      saidAt = events;
      say(`  ${events} events built, ${Math.round(events / ((performance.now() - startMs) / 1000))} a second`);
    }
  }
  await Promise.all(underWay);
  return events;
}
