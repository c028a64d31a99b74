// A side's customers as they are gathered for a match, one after another, and settled into lists at the end: what too many share goes, repeats are
// counted, and a digest is taken. A million customers are held as flat texts and numbers, nothing else.

import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { Dataset, DatasetList } from '../../federation/participant/ports.ts';
import { type MatchKind, matchLimits } from '../../federation/protocol/match-terms.ts';
import { Fault } from '../core/errors.ts';
import { amountLimits } from './amounts.ts';
import { flat, Normalised, type Normaliser } from './normalise.ts';

export const gatherLimits = {
  /** Customers who may share a value. Beyond, it is a shop's own telephone or what somebody types for everybody. */
  shared: 10,
  /** Steps of the settling before others have their turn. */
  stepsATurn: 20_000,
} as const;

export type Raw = { readonly kind: MatchKind; readonly raw: unknown };
/** Why a customer is not brought. */
export type LeftOut = 'no_identifier' | 'value_range';

/** Numbers that grow, four bytes each. */
class Places {
  #held = new Uint32Array(1024);
  length = 0;

  push(place: number): void {
    if (this.length === this.#held.length) {
      const wider = new Uint32Array(this.#held.length * 2);
      wider.set(this.#held);
      this.#held = wider;
    }
    this.#held[this.length] = place;
    this.length += 1;
  }

  all(): Uint32Array {
    return this.#held.subarray(0, this.length);
  }
}

/** Numbers of texts. In many small maps, as one large one is twice in memory while it grows. */
class Slots {
  readonly #maps = Array.from({ length: 64 }, () => new Map<string, number>());
  size = 0;

  get(text: string): number | undefined {
    return this.#of(text).get(text);
  }

  /** @returns its number, the next free one for a new text */
  take(text: string): number {
    const map = this.#of(text);
    const known = map.get(text);
    if (known !== undefined) return known;
    map.set(text, this.size);
    this.size += 1;
    return this.size - 1;
  }

  #of(text: string): Map<string, number> {
    const { length } = text;
    return this.#maps[(text.charCodeAt(length - 1) * 7 + text.charCodeAt(length >> 1) + length) & 63] ?? this.#maps[0]!;
  }
}

type List = { readonly kind: MatchKind; readonly items: string[]; readonly owners: Places; readonly counts: Normalised };

export class Gathered {
  readonly #normalise: Normaliser;
  readonly #ids: string[] = [];
  readonly #values: number[] | undefined;
  #places: Slots | undefined;
  readonly #lists: ReadonlyMap<MatchKind, List>;

  /** @param options.repeated the same customer may come again, as in a file: what they have is put together, and their values added up */
  constructor(kinds: readonly MatchKind[], normalise: Normaliser, options: { values?: boolean; repeated?: boolean } = {}) {
    this.#normalise = normalise;
    this.#values = options.values ? [] : undefined;
    this.#places = options.repeated ? new Slots() : undefined;
    this.#lists = new Map(kinds.map((kind) => [kind, { kind, items: [], owners: new Places(), counts: new Normalised() }]));
  }

  get customers(): number {
    return this.#ids.length;
  }

  /** @returns why they are not among the customers, undefined when they are @throws {Fault} `limit_reached` */
  add(id: string, values: Iterable<Raw>, amount = 0): LeftOut | undefined {
    const found: { list: List; item: string }[] = [];
    for (const { kind, raw } of values) {
      const list = this.#lists.get(kind);
      if (!list) continue;
      list.counts.given += 1;
      const item = this.#normalise(kind, raw);
      if (item.ok) found.push({ list, item: item.value });
      else list.counts.refuse(item.reason);
    }
    const known = this.#places?.get(id);
    const total = (known === undefined ? 0 : (this.#values?.[known] ?? 0)) + amount;
    const leftOut = found.length === 0 ? 'no_identifier' : total > amountLimits.most ? 'value_range' : undefined;
    if (leftOut !== undefined) {
      for (const { list } of found) list.counts.refuse('customer_left_out');
      return leftOut;
    }
    const place = known ?? this.#enter(id);
    if (this.#values) this.#values[place] = total;
    for (const { list, item } of found) {
      if (list.items.length >= matchLimits.items)
        throw new Fault('limit_reached', `a match takes at most ${matchLimits.items} values of a kind`);
      list.items.push(item);
      list.owners.push(place);
    }
    return undefined;
  }

  async done(): Promise<Dataset> {
    this.#places = undefined;
    const lists: DatasetList[] = [];
    for (const list of this.#lists.values()) lists.push(await settled(list));
    const all = { ids: this.#ids, lists, ...(this.#values && { values: this.#values }) };
    return { ...all, digest: await digestOf(all) };
  }

  #enter(id: string): number {
    const place = this.#ids.length;
    const own = flat(id);
    this.#ids.push(own);
    this.#places?.take(own);
    return place;
  }
}

/** Without what too many share and without what one customer has twice, both in the order given. */
async function settled({ kind, items, owners, counts }: List): Promise<DatasetList> {
  const ownerOf = owners.all();
  const { slotOf, first, sharing } = await sharedIn(items, ownerOf);
  const seen = new Uint8Array(items.length);
  let kept = 0;
  for (let at = 0; at < items.length; at += 1) {
    if (at % gatherLimits.stepsATurn === 0) await turn();
    const slot = slotOf[at]!;
    const owner = ownerOf[at]!;
    const holders = sharing.get(slot);
    if (holders && holders.size > gatherLimits.shared) {
      counts.refuse('placeholder');
      continue;
    }
    const isNew = seen[slot] === 0;
    // The first customer comes first; of the others each is taken off the list when theirs is kept.
    const isTheirs = owner === first[slot] ? isNew : holders?.delete(owner);
    if (isNew) counts.taken += 1;
    else counts.repeats += 1;
    seen[slot] = 1;
    if (!isTheirs) continue;
    items[kept] = items[at]!;
    ownerOf[kept] = owner;
    kept += 1;
  }
  items.length = kept;
  return { kind, items, owners: ownerOf.slice(0, kept), report: counts.report() };
}

type Shared = {
  /** For each item the number of its text. */
  slotOf: Uint32Array;
  /** For each text the customer who had it first. */
  first: Uint32Array;
  /** For each text that several have, who: one more than may share it at most. */
  sharing: Map<number, Set<number>>;
};

async function sharedIn(items: readonly string[], ownerOf: Uint32Array): Promise<Shared> {
  const slots = new Slots();
  const slotOf = new Uint32Array(items.length);
  const first = new Uint32Array(items.length);
  const sharing = new Map<number, Set<number>>();
  for (let at = 0; at < items.length; at += 1) {
    if (at % gatherLimits.stepsATurn === 0) await turn();
    const known = slots.size;
    const slot = slots.take(items[at]!);
    const owner = ownerOf[at]!;
    slotOf[at] = slot;
    if (slot === known) first[slot] = owner;
    else if (owner !== first[slot]) {
      const holders = sharing.get(slot) ?? new Set([first[slot]!]);
      if (holders.size <= gatherLimits.shared) sharing.set(slot, holders.add(owner));
    }
  }
  return { slotOf, first, sharing };
}

async function digestOf({ ids, lists, values }: Omit<Dataset, 'digest'>): Promise<string> {
  const hash = createHash('sha256');
  const put = async (count: number, line: (at: number) => string) => {
    hash.update(`${count}\n`);
    for (let from = 0; from < count; from += gatherLimits.stepsATurn) {
      const end = Math.min(count, from + gatherLimits.stepsATurn);
      let text = '';
      for (let at = from; at < end; at += 1) text += `${line(at)}\n`;
      hash.update(text);
      await turn();
    }
  };
  await put(ids.length, (at) => JSON.stringify(ids[at]));
  for (const { kind, items, owners } of lists) {
    hash.update(`${kind} `);
    await put(items.length, (at) => `${owners[at]} ${items[at]}`);
  }
  if (values) await put(values.length, (at) => String(values[at]));
  return hash.digest('hex');
}
