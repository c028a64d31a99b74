// A data folder of any size for benchmarks, built through the node's own recording: sealed, folded, identities resolved. Only
// HTTP is left out. Ten million events take a while, so it may be kept, used again, grown, and gone on with after a kill.

import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tuneCollector } from '../core/collector.ts';
import { readConfig } from '../core/config.ts';
import { systemPorts } from '../core/ports.ts';
import { unlock } from '../core/vault/vault.ts';
import { initFolder } from '../lifecycle.ts';
import { migrations, type OpenNode, openNode } from '../node.ts';
import { openStore } from '../open-store.ts';
import { say } from './bench.ts';
import { passphrase } from './node.ts';
import { habits, lives, type Told, userIdOf } from './population.ts';

/** What is known of a folder: `built.json` in it, written anew with each step. */
type Facts = { customers: number; events: number; buildS: number; sources: SourceIds; writeKey: string; accessToken: string };
type SourceIds = { [source in Told['from']]: number };
export type Built = Facts & {
  folder: string;
  /** Of SQLite; 0 where the node has another store. */
  databaseBytes: number;
  /** A record's id for each customer, by number; the customers' ids in the shop are `customer-0` and so on. */
  idOf(customer: number): number;
};

/** Customers whose lives are told together: about half as many records as the node keeps in memory. */
const customersPerStep = 10_000;
/** Events of one call, and calls under way. */
const batchEvents = 1_000;
const batchesUnderWay = 6;

/**
 * @param customers a multiple of 10,000; a folder that holds fewer is grown, one that holds more is refused
 * @param busyEvery which of them have many events, for customers that are built now
 * @param config of a folder that is made now
 */
export async function built(
  folder: string,
  customers: number,
  busyEvery: number = habits.busyEvery,
  config: object = {},
): Promise<Built> {
  if (customers % customersPerStep !== 0) throw new RangeError(`customers: expected a multiple of ${customersPerStep}`);
  const known = factsOf(folder) ?? (await makeFolder(folder, config));
  if (known.customers > customers) throw new Error(`${folder} holds ${known.customers} customers, more than ${customers}`);
  const facts = known.customers === customers ? known : await grow(folder, known, customers, busyEvery);
  const ids = new Int32Array(new Uint8Array(readFileSync(join(folder, 'ids.bin'))).buffer);
  const databaseBytes = statSync(join(folder, 'data', 'holdfast.db'), { throwIfNoEntry: false })?.size ?? 0;
  return { ...facts, folder, databaseBytes, idOf: (customer) => ids[customer]! };
}

function factsOf(folder: string): Facts | undefined {
  const file = join(folder, 'built.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Facts) : undefined;
}

function keepFacts(folder: string, facts: Facts): void {
  writeFileSync(join(folder, 'built.json'), JSON.stringify(facts), { mode: 0o600 });
}

async function makeFolder(folder: string, config: object): Promise<Facts> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'passphrase'), passphrase, { mode: 0o600 });
  writeFileSync(join(folder, 'ids.bin'), '', { mode: 0o600 });
  const { accessToken } = await initFolder(join(folder, 'data'), { passphrase, config: { port: 0, ...config } }, systemPorts);
  return withNode(folder, async ({ sources }) => {
    const shop = await sources.add({ name: 'shop', kind: 'server' });
    const register = await sources.add({ name: 'register', kind: 'server' });
    const ids = { shop: shop.source.id, register: register.source.id };
    const facts = { customers: 0, events: 0, buildS: 0, sources: ids, writeKey: shop.writeKey, accessToken };
    keepFacts(folder, facts);
    return facts;
  });
}

/** The node in this process, without HTTP. */
async function withNode<T>(folder: string, work: (node: OpenNode) => Promise<T>): Promise<T> {
  tuneCollector();
  const data = join(folder, 'data');
  const config = readConfig(data);
  const store = await openStore(data, config, systemPorts);
  try {
    await store.migrate(migrations);
    const root = await unlock(data, { passphrase });
    const node = await openNode({ store, root, ports: systemPorts, config });
    root.destroy();
    const done = await work(node);
    await node.close();
    return done;
  } finally {
    await store.close();
  }
}

function grow(folder: string, from: Facts, customers: number, busyEvery: number): Promise<Facts> {
  return withNode(folder, async (node) => {
    let facts = from;
    while (facts.customers < customers) {
      const startMs = performance.now();
      const until = facts.customers + customersPerStep;
      const { ids, events } = await tell(node, facts.sources, [facts.customers, until], busyEvery);
      // A kill between the two lines leaves ids that nobody asks for; they are written again.
      const kept = readFileSync(join(folder, 'ids.bin')).subarray(0, facts.customers * ids.BYTES_PER_ELEMENT);
      if (kept.length < statSync(join(folder, 'ids.bin')).size) writeFileSync(join(folder, 'ids.bin'), kept, { mode: 0o600 });
      appendFileSync(join(folder, 'ids.bin'), new Uint8Array(ids.buffer));
      const tookS = (performance.now() - startMs) / 1000;
      facts = { ...facts, customers: until, events: facts.events + events, buildS: facts.buildS + tookS };
      keepFacts(folder, facts);
      say(`  ${facts.events} events built, ${Math.round(events / tookS)} a second now`);
    }
    return facts;
  });
}

/** Tells the lives of some customers. Those of a step that was cut short are told again: what was recorded stays as it was. */
async function tell(
  node: OpenNode,
  sources: SourceIds,
  [from, until]: readonly [number, number],
  busyEvery: number,
): Promise<{ ids: Int32Array; events: number }> {
  const ids = new Int32Array(until - from);
  const underWay = new Set<Promise<void>>();
  const waiting: { [source in Told['from']]: Told[] } = { shop: [], register: [] };
  const send = async (source: Told['from']): Promise<void> => {
    const batch = waiting[source].splice(0);
    const events = batch.map(({ event }) => event);
    const sending = node.recordBatch(sources[source], events).then((outcomes) => {
      outcomes.forEach(({ person }, at) => {
        if (person !== undefined) ids[batch[at]!.customer - from] = person;
      });
      underWay.delete(sending);
    });
    underWay.add(sending);
    while (underWay.size >= batchesUnderWay) await Promise.race(underWay);
  };
  let events = 0;
  for (const told of lives(from, until, busyEvery)) {
    waiting[told.from].push(told);
    events += 1;
    if (waiting[told.from].length >= batchEvents) await send(told.from);
  }
  await send('register');
  await send('shop');
  await Promise.all(underWay);
  for (let at = 0; at < ids.length; at += 1) {
    const id = ids[at] || (await node.profiles.personOf(sources.shop, true, userIdOf(from + at)));
    if (id === undefined) throw new Error('a customer of the population was not recorded');
    ids[at] = id;
  }
  return { ids, events };
}
