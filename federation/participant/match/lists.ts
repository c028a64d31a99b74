// Our own lists of a match: read from the node once, each item once and in a secret order, encoded, and kept until the match is over. What
// a place in a list leads back to (owners) never leaves this side.

import { hkdfSync } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { inverse, permutation, type Stretch, valueMax } from '../../../crypto/psi/psi.ts';
import type { Spool } from '../../protocol/durable.ts';
import { type MatchKind, type MatchTerms, matchLimits } from '../../protocol/match-terms.ts';
import { fromBase64 } from '../../protocol/signed.ts';
import { ProtocolFault } from '../../protocol/words.ts';
import type { Dataset, DatasetList } from '../ports.ts';
import { saveList, spoolName } from './parts.ts';
import { Held, type MatchSession } from './session.ts';
import type { Sizes } from './state.ts';

const bytesInPart = 512 * 1024;
/** scrypt as salted hashes use it, beside the N of the terms. */
const stretchOf = (log2N: number): Stretch => ({ cost: 2 ** log2N, blockSize: 8, parallelization: 1 });

/** 32 bytes for one use, from the match's seed. */
export function seedFor(session: MatchSession, use: string): Buffer {
  const seed = fromBase64(session.state.secrets?.seed ?? '', 32);
  if (!seed) throw new RangeError('secrets: expected those of an open match');
  return Buffer.from(hkdfSync('sha256', seed, Buffer.from(session.session, 'hex'), `holdfast match order ${use}`, 32));
}

/**
 * The list's items once each, in the order in which they are sent, and the customers of each: `rows` from `starts[place]` to `starts[place + 1]`.
 * As numbers, since a million small arrays are more than the rest of the match together.
 */
export type Prepared = {
  readonly items: readonly string[];
  readonly starts: Uint32Array;
  readonly rows: Uint32Array;
  readonly values?: Float64Array;
};

/** Steps before others have their turn. */
const stepsATurn = 50_000;
const none = 0xffffffff;

/**
 * @param seed of the order  @param once each customer brings its first item alone, so that nobody's value is counted twice
 * @param values one a customer; an item that several have stands for all of theirs together
 */
export async function prepareList(
  list: DatasetList,
  seed: Uint8Array,
  once = false,
  values?: readonly number[],
): Promise<Prepared> {
  const { slots, items } = await distinct(list, once);
  const order = permutation(items.length, seed);
  const placeOf = inverse(order);
  const starts = new Uint32Array(items.length + 1);
  for (const slot of slots) if (slot !== none) starts[placeOf[slot]! + 1]! += 1;
  for (let place = 0; place < items.length; place += 1) starts[place + 1]! += starts[place]!;
  const next = starts.slice();
  const rows = new Uint32Array(starts.at(-1)!);
  for (const [at, slot] of slots.entries()) {
    if (slot === none) continue;
    const place = placeOf[slot]!;
    rows[next[place]!] = list.owners[at]!;
    next[place]! += 1;
  }
  const summed =
    values && Float64Array.from(items, (_, place) => sumOf(rows.subarray(starts[place]!, starts[place + 1]!), values));
  return { items: Array.from(order, (slot) => items[slot]!), starts, rows, ...(summed && { values: summed }) };
}

const sumOf = (rows: Uint32Array, values: readonly number[]) => rows.reduce((sum, row) => sum + values[row]!, 0);

/** For each item of the list the number of its text; `none` for one that does not count: a customer's further one, or its own once more. */
async function distinct({ items, owners }: DatasetList, once: boolean): Promise<{ slots: Uint32Array; items: string[] }> {
  const slots = new Uint32Array(items.length).fill(none);
  const known = new Map<string, number>();
  const seen = once ? new Set<number>() : undefined;
  /** The latest customer of each text: one that brings it twice does so in a row. */
  const latest = new Uint32Array(items.length).fill(none);
  for (const [at, item] of items.entries()) {
    if (at % stepsATurn === stepsATurn - 1) await turn();
    const owner = owners[at]!;
    if (seen?.has(owner)) continue;
    seen?.add(owner);
    const slot = known.get(item) ?? known.size;
    if (slot === known.size) known.set(item, slot);
    else if (latest[slot] === owner) continue;
    latest[slot] = owner;
    slots[at] = slot;
  }
  return { slots, items: [...known.keys()] };
}

/** Reads and encodes our customers; after a kill only what was not kept yet. @throws {ProtocolFault} set_too_small, set_too_large, data_unreadable */
export async function prepareLists(session: MatchSession): Promise<void> {
  const { state, ports } = session;
  if (state.mine) return;
  const dataset = await readDataset(session);
  const sizes: { [kind in MatchKind]?: number } = {};
  const sums = state.terms.mode === 'sums';
  for (const kind of state.terms.kinds) {
    const list = dataset.lists.find((one) => one.kind === kind) ?? emptyList(kind);
    const summed = sums && state.role === 'responder' ? dataset.values : undefined;
    const prepared = await prepareList(list, seedFor(session, `own ${kind}`), sums, summed);
    checkLength(prepared.items.length);
    sizes[kind] = prepared.items.length;
    await saveList(ports.spool, session.session, spoolName('points', kind), await encodeItems(session, kind, prepared.items));
    await saveOwners(ports.spool, session.session, kind, prepared);
    if (prepared.values) {
      checkValues(prepared.values);
      const amounts = Buffer.from(prepared.values.buffer);
      await saveList(ports.spool, session.session, spoolName('amounts', kind), amounts, 8);
    }
  }
  await saveBytes(ports.spool, session.session, 'ids', Buffer.from(JSON.stringify(dataset.ids)));
  state.reports = Object.fromEntries(dataset.lists.map(({ kind, report }) => [kind, report]));
  state.customers = dataset.ids.length;
  state.datasetDigest = dataset.digest;
  checkSizes(sizes, state.terms, 'ours');
  state.mine = sizes;
  await session.save();
}

const emptyList = (kind: MatchKind): DatasetList => ({
  kind,
  items: [],
  owners: new Uint32Array(0),
  report: { given: 0, taken: 0, refused: {}, repeats: 0 },
});

async function readDataset({ state, ports }: MatchSession): Promise<Dataset> {
  try {
    return await ports.dataset(state.source, state.terms, state.session);
  } catch (error) {
    if (error instanceof ProtocolFault || error instanceof Held) throw error;
    // The partner is told that it did not work, and not why: the reason is about our data.
    throw new ProtocolFault('data_unreadable', undefined, error);
  }
}

function checkLength(length: number): void {
  if (length > matchLimits.items) throw new ProtocolFault('set_too_large', `${matchLimits.items}`);
}

/** One item may stand for several customers: together they can be more than a sum takes. @throws {ProtocolFault} data_unreadable */
function checkValues(values: Float64Array): void {
  if (values.some((value) => !Number.isInteger(value) || Math.abs(value) > valueMax)) {
    throw new ProtocolFault('data_unreadable', 'values');
  }
}

/** @param whose for the message  @throws {ProtocolFault} set_too_small, set_too_large */
export function checkSizes(sizes: Sizes, terms: MatchTerms, whose: 'ours' | 'theirs'): void {
  const longest = Math.max(0, ...Object.values(sizes));
  // The limits are the terms'; how many there are is not said, as the message goes to both.
  if (longest < terms.minSize) throw new ProtocolFault('set_too_small', `${whose}, ${terms.minSize}`);
  if (longest > terms.maxSize) throw new ProtocolFault('set_too_large', `${whose}, ${terms.maxSize}`);
}

function encodeItems(session: MatchSession, kind: MatchKind, items: readonly string[]): Promise<Uint8Array> {
  const { terms } = session.state;
  if (terms.mode !== 'salted-hash') return session.ports.encode(items, `holdfast/match/1/${session.session}/${kind}`);
  const stretch = terms.stretch === undefined ? undefined : stretchOf(terms.stretch);
  return session.ports.hash(items, session.channel!.hashKey(), stretch);
}

async function saveOwners(spool: Spool, session: string, kind: MatchKind, { starts, rows }: Prepared): Promise<void> {
  await saveBytes(spool, session, spoolName('owner-starts', kind), Buffer.from(starts.buffer));
  await saveBytes(spool, session, spoolName('owner-rows', kind), Buffer.from(rows.buffer));
}

/** For each place in our list the customers who have the item, as places in ids. */
export async function loadOwners(spool: Spool, session: string, kind: MatchKind): Promise<(place: number) => Uint32Array> {
  const starts = asWords(await loadBytes(spool, session, spoolName('owner-starts', kind)));
  const rows = asWords(await loadBytes(spool, session, spoolName('owner-rows', kind)));
  return (place) => rows.subarray(starts[place]!, starts[place + 1]!);
}

const asWords = (bytes: Buffer) => new Uint32Array(Uint8Array.from(bytes).buffer);

async function saveBytes(spool: Spool, session: string, name: string, bytes: Uint8Array): Promise<void> {
  for (let part = 0; part * bytesInPart < Math.max(1, bytes.length); part += 1) {
    await spool.put(session, name, part, bytes.subarray(part * bytesInPart, (part + 1) * bytesInPart));
  }
}

export async function loadBytes(spool: Spool, session: string, name: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (const part of await spool.parts(session, name)) parts.push((await spool.get(session, name, part))!);
  return Buffer.concat(parts);
}
