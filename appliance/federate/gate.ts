// The gate in front of matches: what the terms may be, how often a partner is asked, and whether a question is so near to an earlier one that the
// difference of the answers would tell of single customers. What it remembers is counts, times and sealed hashes.

import { type Key, keyBytes, keyFrom } from '../../crypto/keys.ts';
import type { DatasetList } from '../../federation/participant/ports.ts';
import type { Book, BookChange, Spool } from '../../federation/protocol/durable.ts';
import type { MatchTerms } from '../../federation/protocol/match-terms.ts';
import type { MatchSettings } from '../core/model/federation-config.ts';
import type { Ports } from '../core/ports.ts';
import type { Origin, Raised } from '../oversee/alarms/alarms.ts';
import {
  areNearSizes,
  type Budget,
  budgetOf,
  judgeSizes,
  judgeTerms,
  nearLimits,
  type Refusal,
  type Sizes,
  setAlarm,
} from './gate-rules.ts';
import { sessionOf } from './session-of.ts';
import { differenceOf, readSketch, type Sketch, sketchOf, writeSketch } from './sketch.ts';

export const gateLimits = {
  alarmsKept: 1_000,
  startsKeptMs: 400 * 86_400_000,
  /** Hashes of sets go sooner: somebody erased may be among them, and cannot be told from the others. */
  sketchesKeptMs: 180 * 86_400_000,
} as const;

export type Override = { readonly by: string; readonly note: string; readonly atMs: number };
/** What is too like an earlier question. */
export type MatchAlarm = {
  readonly number: number;
  readonly match: string;
  readonly partner: string;
  readonly reason: 'repeated_set' | 'near_set' | 'near_sizes';
  /** The earlier match. */
  readonly like: string;
  /** Items that are in one of the two sets only. */
  readonly difference?: number;
  readonly atMs: number;
};
export type Judgement = {
  readonly allowed: boolean;
  readonly refusals: readonly Refusal[];
  /** With this match, once it is allowed to begin. */
  readonly budget: Budget;
  readonly alarms: readonly MatchAlarm[];
};
export type Starting = {
  readonly match: string;
  /** The other member's id. */
  readonly partner: string;
  readonly terms: MatchTerms;
  /** What this side brings. */
  readonly lists: readonly Pick<DatasetList, 'kind' | 'items' | 'report'>[];
};

export type MatchGateParts = {
  readonly book: Book;
  readonly spool: Spool;
  readonly ports: Pick<Ports, 'clock' | 'random'>;
  readonly settings: MatchSettings;
  /** oversee/alarms. */
  raise(raised: Raised): void;
};

const collections = {
  key: 'match-sketch-key',
  starts: 'match-starts',
  sketches: 'match-sketches',
  sizes: 'match-sizes',
  alarms: 'match-alarms',
  overrides: 'match-overrides',
} as const;
type StoredSketch = { match: string; parts: number; size: number; atMs: number };
type StoredSizes = { match: string; sizes: Sizes; atMs: number };

export class MatchGate {
  readonly #parts: MatchGateParts;
  #working: Promise<unknown> = Promise.resolve();
  #key: Key<'index'> | undefined;

  constructor(parts: MatchGateParts) {
    this.#parts = parts;
  }

  /** Before a match is proposed or accepted: are the terms within what this node allows, and is there budget? Nothing is spent. */
  async judge(terms: MatchTerms, partner: string): Promise<Judgement> {
    const budget = await this.budget(partner);
    const refusals = [...judgeTerms(this.#parts.settings, terms), ...outOf(budget)];
    return { allowed: refusals.length === 0, refusals, budget, alarms: [] };
  }

  async budget(partner: string): Promise<Budget> {
    const starts = await this.#parts.book.list(collections.starts, `${partner}-`);
    const atMs = starts.map(({ value }) => (value as { atMs: number }).atMs);
    return budgetOf(this.#parts.settings, atMs, this.#parts.ports.clock.nowMs());
  }

  /**
   * Begins a match: what this side brings is compared with what it brought to the partner before, and one match of the budget is spent, whatever
   * becomes of it. What was refused has spent nothing. A match that has begun is allowed again, and spends nothing more: as after a kill.
   */
  start(starting: Starting): Promise<Judgement> {
    return this.#alone(() => this.#start(starting));
  }

  /** A compliance officer has looked at the alarms of a match and lets it go on. Who may is the caller's to ask. */
  async override(match: string, by: string, note: string): Promise<Override> {
    const override: Override = { by, note, atMs: this.#parts.ports.clock.nowMs() };
    await this.#parts.book.write([{ put: [collections.overrides, match, override] }]);
    return override;
  }

  async overrideOf(match: string): Promise<Override | undefined> {
    return (await this.#parts.book.read(collections.overrides, match)) as Override | undefined;
  }

  /** The partner has announced the sizes of its lists. Its sizes alone prove nothing: there is an alarm, and the match goes on where they are allowed. */
  partnerSizes(asked: { match: string; partner: string; terms: MatchTerms; sizes: Sizes }): Promise<Judgement> {
    return this.#alone(async () => {
      const { match, partner, terms, sizes } = asked;
      const before = await this.#earlier<StoredSizes>(collections.sizes, partner, match);
      const alarms: MatchAlarm[] = [];
      const like = before.find((one) => areNearSizes(this.#parts.settings, sizes, one.sizes));
      if (like) alarms.push(await this.#alarm({ match, partner, reason: 'near_sizes', like: like.match }));
      await this.#remember(collections.sizes, partner, { match, sizes, atMs: this.#parts.ports.clock.nowMs() }, before);
      const refusals = judgeSizes(terms, sizes, 'partner');
      return { allowed: refusals.length === 0, refusals, budget: await this.budget(partner), alarms };
    });
  }

  /** Of one match, or all, newest first. */
  async alarms(match?: string): Promise<MatchAlarm[]> {
    const all = (await this.#parts.book.list(collections.alarms)).map(({ value }) => value as MatchAlarm);
    return all.filter((one) => match === undefined || one.match === match).reverse();
  }

  /** Forgets what is too old to count. To be called now and then. */
  sweep(): Promise<void> {
    return this.#alone(async () => {
      const { book, ports } = this.#parts;
      const nowMs = ports.clock.nowMs();
      const old = async (collection: string, keptMs: number) =>
        (await book.list(collection)).filter(({ value }) => (value as { atMs: number }).atMs < nowMs - keptMs);
      const changes: BookChange[] = [];
      for (const collection of [collections.starts, collections.sizes, collections.overrides])
        for (const { key } of await old(collection, gateLimits.startsKeptMs)) changes.push({ remove: [collection, key] });
      for (const { key, value } of await old(collections.sketches, gateLimits.sketchesKeptMs)) {
        const { match } = value as StoredSketch;
        await this.#dropSketch(key.slice(0, -match.length - 1), match);
        changes.push({ remove: [collections.sketches, key] });
      }
      const alarms = (await book.list(collections.alarms)).slice(0, -gateLimits.alarmsKept);
      await book.write([...changes, ...alarms.map(({ key }): BookChange => ({ remove: [collections.alarms, key] }))]);
    });
  }

  /** Overwrites the key of the hashes in memory. */
  close(): void {
    this.#key?.destroy();
    this.#key = undefined;
  }

  async #start({ match, partner, terms, lists }: Starting): Promise<Judgement> {
    const { book, ports, settings } = this.#parts;
    const startKey = `${partner}-${match}`;
    const begun = (await book.read(collections.starts, startKey)) !== undefined;
    const before = await this.budget(partner);
    if (begun) return { allowed: true, refusals: [], budget: before, alarms: await this.alarms(match) };
    const sizes: Sizes = Object.fromEntries(lists.map(({ kind, report }) => [kind, report.taken]));
    const refusals = [...judgeTerms(settings, terms), ...judgeSizes(terms, sizes, 'own'), ...outOf(before)];
    if (refusals.length > 0) return { allowed: false, refusals, budget: before, alarms: [] };
    const sketch = await sketchOf(
      await this.#sketchKey(),
      lists.map(({ items }) => items),
    );
    const alarms = await this.#compare(match, partner, sketch);
    if (alarms.length > 0 && !(await this.overrideOf(match))) {
      const near = alarms.map(({ reason, difference }): Refusal => ({ code: reason as 'near_set', got: difference! }));
      return { allowed: false, refusals: near, budget: before, alarms };
    }
    await this.#keepSketch(match, partner, sketch);
    await book.write([{ put: [collections.starts, startKey, { atMs: ports.clock.nowMs() }] }]);
    return { allowed: true, refusals: [], budget: await this.budget(partner), alarms };
  }

  /** An alarm for each earlier set that this one is too near to. */
  async #compare(match: string, partner: string, sketch: Sketch): Promise<MatchAlarm[]> {
    const alarms: MatchAlarm[] = [];
    for (const earlier of await this.#earlier<StoredSketch>(collections.sketches, partner, match)) {
      const session = sessionOf('sketches', partner);
      const parts = Array.from({ length: earlier.parts }, (_, index) => this.#parts.spool.get(session, earlier.match, index));
      const bytes = (await Promise.all(parts)).filter((part) => part !== undefined);
      const difference = differenceOf(sketch, readSketch(bytes));
      const reason = setAlarm(this.#parts.settings, difference, Math.max(sketch.length, earlier.size));
      if (reason) alarms.push(await this.#alarm({ match, partner, reason, like: earlier.match, difference }));
    }
    return alarms;
  }

  async #keepSketch(match: string, partner: string, sketch: Sketch): Promise<void> {
    const session = sessionOf('sketches', partner);
    let parts = 0;
    for (const bytes of writeSketch(sketch)) {
      await this.#parts.spool.put(session, match, parts, bytes);
      parts += 1;
    }
    const atMs = this.#parts.ports.clock.nowMs();
    const before = await this.#earlier<StoredSketch>(collections.sketches, partner, match);
    const gone = await this.#remember(collections.sketches, partner, { match, parts, size: sketch.length, atMs }, before);
    for (const old of gone) await this.#dropSketch(partner, old.match);
  }

  async #dropSketch(partner: string, match: string): Promise<void> {
    const session = sessionOf('sketches', partner);
    for (const index of await this.#parts.spool.parts(session, match)) await this.#parts.spool.remove(session, match, index);
  }

  /** What is kept of other matches with the partner, newest first. */
  async #earlier<T extends { match: string; atMs: number }>(collection: string, partner: string, match: string): Promise<T[]> {
    const kept = (await this.#parts.book.list(collection, `${partner}-`)).map(({ value }) => value as T);
    return kept.filter((one) => one.match !== match).sort((a, b) => b.atMs - a.atMs || (a.match < b.match ? -1 : 1));
  }

  /** @returns the oldest, which make room and are forgotten */
  async #remember<T extends { match: string }>(
    collection: string,
    partner: string,
    one: T,
    before: readonly T[],
  ): Promise<readonly T[]> {
    const gone = before.slice(nearLimits.compared - 1);
    await this.#parts.book.write([
      { put: [collection, `${partner}-${one.match}`, one] },
      ...gone.map((old): BookChange => ({ remove: [collection, `${partner}-${old.match}`] })),
    ]);
    return gone;
  }

  /** Kept once for each two matches, and raised. */
  async #alarm(found: Omit<MatchAlarm, 'number' | 'atMs'>): Promise<MatchAlarm> {
    const { book, ports, raise } = this.#parts;
    const all = await this.alarms();
    const known = all.find(({ match, like, reason }) => match === found.match && like === found.like && reason === found.reason);
    if (known) return known;
    const number = (all[0]?.number ?? 0) + 1;
    const alarm: MatchAlarm = { ...found, number, atMs: ports.clock.nowMs() };
    await book.write([{ put: [collections.alarms, String(number).padStart(12, '0'), alarm] }]);
    raise(raisedBy(alarm));
    return alarm;
  }

  async #sketchKey(): Promise<Key<'index'>> {
    if (this.#key) return this.#key;
    const { book, ports } = this.#parts;
    const kept = (await book.read(collections.key, 'key')) as string | undefined;
    const bytes = kept === undefined ? ports.random.bytes(keyBytes) : Buffer.from(kept, 'hex');
    if (kept === undefined) await book.write([{ put: [collections.key, 'key', Buffer.from(bytes).toString('hex')] }]);
    this.#key = keyFrom('index', bytes);
    return this.#key;
  }

  /** Starts and announcements one after the other: two at once must not both take the last of the budget. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#working.then(work);
    this.#working = next.catch(() => undefined);
    return next;
  }
}

/** Where oversee/alarms asks for what a kill left unsaid. They are settled there, by whoever acknowledges them. */
export function matchAlarmOrigin(gate: Pick<MatchGate, 'alarms'>): Origin {
  return {
    kind: 'match_enumeration',
    standing: async () => (await gate.alarms()).slice(0, gateLimits.alarmsKept).reverse().map(raisedBy),
    unsettled: async (numbers) => new Set(numbers),
  };
}

function raisedBy({ number, partner, reason, atMs }: MatchAlarm): Raised {
  return { kind: 'match_enumeration', number, severity: reason === 'near_sizes' ? 'medium' : 'high', atMs, partner, reason };
}

function outOf(budget: Budget): Refusal[] {
  const { spent, limit } = budget;
  return spent >= limit ? [{ code: 'budget_spent', got: spent, need: limit }] : [];
}
