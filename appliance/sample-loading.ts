// Loads the sample organisation into a node: its five sources, then everything that happened, in the order in which it
// arrived. Message ids come from the seed, so a load that was cut short is simply done again.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './core/config.ts';
import { Fault } from './core/errors.ts';
import type { Event } from './core/model/event.ts';
import type { OpenNode } from './node.ts';
import type { ProfileView } from './record/profiles/profiles.ts';
import type { SourceKind } from './record/sources/sources.ts';
import { defaultSample, sampleConfig, sampleEvents, sampleSources, sampleTruth } from './sample/sample.ts';

export const sampleOptions = { seed: defaultSample.seed, people: defaultSample.people } as const;

/** Events recorded at once, and batches under way at once. */
const batchEvents = 500;
const batchesUnderWay = 6;
/** In the data folder once everything is in: which seed, and someone worth looking at. */
const markFile = 'sample.json';

const kindOf: { readonly [kind: string]: SourceKind } = {
  web: 'website',
  crm: 'connector',
  pos: 'connector',
  service: 'connector',
  email: 'connector',
};

/** What the sample organisation would write into its holdfast.json. */
export const sampleConfiguration = {
  region: sampleConfig.region,
  computedTraits: sampleConfig.computedTraits,
  survivorship: sampleConfig.survivorship,
  identifiers: sampleConfig.identifierPolicies,
  consent: sampleConfig.consent,
} as unknown as Partial<Config>;

/** `example` is a profile id: the file is in the clear, so it names nobody. */
export type SampleMark = { seed: number; people: number; events: number; example: string };

export function readSampleMark(folder: string): SampleMark | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, markFile), 'utf8')) as SampleMark;
  } catch {
    return undefined;
  }
}

export async function loadSample(
  node: OpenNode,
  folder: string,
  options: { onProgress?(done: number, total: number | undefined): void; signal?: AbortSignal; people?: number } = {},
): Promise<SampleMark> {
  const wanted = { ...sampleOptions, ...(options.people !== undefined && { people: options.people }) };
  await node.audit.append({ actor: 'operator', action: 'sample.load', outcome: 'attempted' });
  const sourceIds = await addSources(node);
  const waiting = new Map<number, Event[]>();
  const underWay = new Set<Promise<void>>();
  let failure: unknown;
  let done = 0;
  const expected = expectedEvents(wanted.people);
  const send = async (source: number, events: Event[]) => {
    const sending: Promise<void> = node.recordBatch(source, events).then(
      () => {
        done += events.length;
        options.onProgress?.(done, Math.max(expected, done));
      },
      (error) => {
        failure ??= error;
      },
    );
    const tracked = sending.finally(() => underWay.delete(tracked));
    underWay.add(tracked);
    if (underWay.size >= batchesUnderWay) await Promise.race(underWay);
    if (failure !== undefined) throw failure;
  };
  for (const { source, event } of sampleEvents(wanted)) {
    options.signal?.throwIfAborted();
    const id = sourceIds.get(source)!;
    const events = waiting.get(id) ?? [];
    events.push(event);
    waiting.set(id, events);
    if (events.length < batchEvents) continue;
    waiting.delete(id);
    await send(id, events);
  }
  for (const [id, events] of waiting) await send(id, events);
  await Promise.all(underWay);
  if (failure !== undefined) throw failure;
  await node.profiles.flush();
  const mark: SampleMark = { ...wanted, events: done, example: await someoneWorthLookingAt(node, wanted) };
  writeFileSync(join(folder, markFile), `${JSON.stringify(mark)}\n`, { mode: 0o600 });
  return mark;
}

async function addSources(node: OpenNode): Promise<Map<string, number>> {
  const ids = new Map((await node.sources.list()).map((source) => [source.name, source.id]));
  for (const { name, kind } of sampleSources) {
    if (ids.has(name)) continue;
    const sourceKind = kindOf[kind];
    if (sourceKind === undefined) throw new Fault('internal', `sample source kind ${kind}`);
    ids.set(name, (await node.sources.add({ name, kind: sourceKind })).source.id);
  }
  return ids;
}

/** Points from which on somebody is worth looking at first, and no better one is looked for. */
const enoughPoints = 12;

/** Somebody seen by many systems under more than one name, with orders and a ticket, whom the node has not mixed up with another. */
async function someoneWorthLookingAt(node: OpenNode, sample: { seed: number; people: number }): Promise<string> {
  const trueIds = new Map<string, string>();
  for (const { source, recordKey, personId } of sampleTruth(sample)) trueIds.set(`${source} ${recordKey.value}`, personId);
  let best = { id: '', points: -1 };
  for await (const { personId, records } of node.profiles.persons()) {
    if (new Set(records.map((record) => record.sourceId)).size < 4 && best.points >= 0) continue;
    const profile = await node.profiles.profile(personId);
    const ids = profile.identifiers.filter(({ kind }) => kind === 'user_id');
    if (new Set(ids.map(({ source, value }) => trueIds.get(`${source} ${value}`))).size > 1) continue;
    const points = interestIn(profile);
    if (points > best.points) best = { id: profile.id, points };
    if (points >= enoughPoints) break;
  }
  return best.id;
}

function interestIn(profile: ProfileView): number {
  const { records, traits, orders, tickets, cart, identifiers } = profile;
  const spellings = new Set([traits.name?.value, ...(traits.name?.others.map(({ value }) => value) ?? [])]);
  return (
    new Set(records.map(({ source }) => source)).size +
    (orders.length > 0 ? 2 : 0) +
    (tickets.length > 0 ? 2 : 0) +
    (spellings.size > 1 ? 2 : 0) +
    (records.some(({ known }) => !known) ? 1 : 0) +
    (cart.length > 0 ? 1 : 0) +
    (identifiers.some(({ kind }) => kind === 'phone') ? 1 : 0)
  );
}

/** For the progress bar only: about how many events a population makes. */
function expectedEvents(people: number): number {
  return people * 33.5;
}
