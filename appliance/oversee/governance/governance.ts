// Governance of data, the front door: the catalogue of what sources send, its quality, and where each trait comes from and goes. It is
// told of every batch once that is on disk, and looks at a share of it; it writes what it saw every few seconds.

import type { Place } from '../../../crypto/envelope.ts';
import type { Key } from '../../../crypto/keys.ts';
import { Fault } from '../../core/errors.ts';
import type { Event, SourceId } from '../../core/model/event.ts';
import type { Ports } from '../../core/ports.ts';
import type { Finding, Store } from '../../core/store/store.ts';
import type { TextSeal } from '../../core/vault/vault.ts';
import type { Arrived, DictionaryDocument, QuarantinedEvent } from '../../record/sources/sources.ts';
import { Catalogue, type Held, heldReason, noRoomReason } from './catalogue.ts';
import { type Lineage, type LineageParts, lineageOf, type TraitEntry, traitsOf, Uses } from './lineage.ts';
import { Quality } from './quality.ts';
import type { Alarm } from './scores.ts';

export type { Catalogue, Said, StreamView } from './catalogue.ts';
export { classWords, type DataClass, dataClasses } from './classes.ts';
export type { Lineage, TraitEntry, Use } from './lineage.ts';
export type { OffenderView, Quality, StoredRules } from './quality.ts';
export type { QualityRule } from './rules.ts';
export type { Alarm, HourView, Score } from './scores.ts';
export { governanceMigrations } from './store.ts';
export type { FieldFilter, FieldView } from './view.ts';

export const governanceLimits = {
  /** What a kill loses of what was observed, and never more. */
  writeEveryMs: 5_000,
  /** Held events looked at in one step. */
  releaseRows: 200,
} as const;

export type GovernanceParts = TextSeal & {
  store: Store;
  ports: Pick<Ports, 'clock' | 'random'>;
  region: string;
  seed: Uint8Array;
  derivedKey(): { key: Key<'data'>; epoch: number };
  placeOf(table: string, column: string): Place;
  sourceIds(): readonly SourceId[];
  sourceName(source: SourceId): string;
  dictionaryOf(source: SourceId): Promise<DictionaryDocument>;
  quarantined(source: SourceId, messageIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  quarantinePage(filter: {
    source: SourceId;
    after: number;
    limit: number;
  }): Promise<{ rows: QuarantinedEvent[]; next?: number }>;
  survivorship: LineageParts['survivorship'];
  computedTraits: LineageParts['computedTraits'];
  /** Told of each alarm that is raised, and of each that ends. */
  alarmed?(alarm: Alarm): void;
};

export class Governance {
  readonly catalogue: Catalogue;
  readonly quality: Quality;
  readonly #parts: GovernanceParts;
  readonly #uses = new Uses();
  #replay: ((ids: readonly number[]) => Promise<unknown>) | undefined;
  #releasing: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #closing = false;

  private constructor(parts: GovernanceParts, catalogue: Catalogue, quality: Quality) {
    this.#parts = parts;
    this.catalogue = catalogue;
    this.quality = quality;
  }

  static async open(parts: GovernanceParts): Promise<Governance> {
    let governance: Governance | undefined;
    const catalogue = await Catalogue.open({ ...parts, classified: (source) => governance?.release(source) });
    const quality = await Quality.open({ ...parts, clock: parts.ports.clock, hashOf: (text) => catalogue.hashOf(text) });
    governance = new Governance(parts, catalogue, quality);
    return governance;
  }

  /** Begins to write behind, and looks for held events that a kill left behind after their fields were classified. */
  begin(replay: (ids: readonly number[]) => Promise<unknown>): void {
    this.#replay = replay;
    const write = () =>
      void this.write().catch((error: unknown) => {
        // The next time writes what this one could not.
        if (!(error instanceof Fault)) throw error;
      });
    this.#timer = setInterval(write, governanceLimits.writeEveryMs);
    this.#timer.unref();
    for (const source of this.#parts.sourceIds()) this.release(source, true);
  }

  /** Uses of traits, for lineage: whoever reads one says so here. */
  get registerUse(): Uses['register'] {
    return this.#uses.register;
  }

  /** For arrivals of a source that holds unknown fields. */
  unclassified(source: SourceId, event: Event): Held | undefined {
    return this.catalogue.unclassified(source, event);
  }

  /** A batch that is on disk. On the way of every event: what it does for one that it does not look at is a few look-ups and counts. */
  observed({ source, dictionary, events, made, outcomes }: Arrived): void {
    const { catalogue, quality } = this;
    const nowMs = this.#parts.ports.clock.nowMs();
    catalogue.pace.tick(nowMs);
    const fields = catalogue.of(source);
    const seen = catalogue.seenAt(nowMs);
    const set = quality.setOf(source, dictionary);
    const hour = quality.hourOf(source, nowMs);
    for (let at = 0; at < events.length; at += 1) {
      const event = events[at]!;
      const outcome = outcomes[at]!;
      let close = false;
      if (outcome.outcome !== 'duplicate') {
        const stream = fields.streamOf(event, seen);
        const { any } = fields;
        close = stream.sampler.take(catalogue.pace);
        const closeAny = any.sampler.take(catalogue.pace);
        if (stream.firstAtMs > nowMs) stream.firstAtMs = nowMs;
        if (any.firstAtMs > nowMs) any.firstAtMs = nowMs;
        stream.lastAtMs = nowMs;
        any.lastAtMs = nowMs;
        stream.dirty = true;
        any.dirty = true;
        if (close || closeAny) seen.customer = catalogue.customerOf(event);
        if (close) fields.observe(stream, event, seen);
        if (closeAny) fields.observeAny(event, seen);
      }
      quality.check(set, hour, made[at] ?? event, outcome, close);
    }
  }

  lineage(trait: string): Promise<Lineage> {
    const { catalogue } = this;
    return catalogue.list({ limit: 1 }).then(() => lineageOf(trait, { ...this.#parts, catalogue, uses: this.#uses }));
  }

  /** The traits that have a lineage. */
  traits(): Promise<TraitEntry[]> {
    const { catalogue } = this;
    return catalogue.list({ limit: 1 }).then(() => traitsOf({ ...this.#parts, catalogue, uses: this.#uses }));
  }

  /** For doctor. */
  check(): Finding[] {
    const code = this.catalogue.lastFault;
    if (code === undefined) return [];
    const everyS = governanceLimits.writeEveryMs / 1000;
    return [
      {
        severity: 'warning',
        check: 'catalogue',
        name: { en: 'Catalogue of fields', zh: '数据目录' },
        message: {
          en: `What was observed cannot be written: ${code}. It is tried again every ${everyS} s.`,
          zh: `观测结果无法写入：${code}。每 ${everyS} 秒重试。`,
        },
        next: {
          en: 'See to the store first: free disk, rights, PostgreSQL. It is written by itself then; a stop before loses the counts since.',
          zh: '请先排除存储问题：磁盘空间、权限、PostgreSQL。恢复后会自动写入；在此之前停止将丢失其间的计数。',
        },
      },
    ];
  }

  /** Writes what was observed since the last time. @throws {Fault} what the store says; then the next time writes it */
  async write(): Promise<void> {
    await this.catalogue.flush();
    await this.quality.tick();
  }

  /** Records again, in the background, the events that were held for fields which now are all classified. */
  release(source: SourceId, onlyIfHolding = false): void {
    this.#releasing = this.#releasing
      .then(() => this.#release(source, onlyIfHolding))
      .catch((error: unknown) => {
        // What the store would not do now, the next word or the next start does.
        if (!(error instanceof Fault)) throw error;
      });
  }

  /** Resolves when all that was to be released is. */
  async released(): Promise<void> {
    await this.#releasing;
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#timer);
    await this.#releasing;
    await this.write().catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error;
    });
  }

  async #release(source: SourceId, onlyIfHolding: boolean): Promise<void> {
    if (onlyIfHolding && (await this.#parts.dictionaryOf(source)).unclassified !== 'hold') return;
    for (let after: number | undefined = 0; after !== undefined && !this.#closing; ) {
      const page = await this.#parts.quarantinePage({ source, after, limit: governanceLimits.releaseRows });
      // One that waits for another field now is tried too: its reason is then the one it has.
      const free = page.rows.filter(({ reason, where, event }) => {
        if (reason !== heldReason && reason !== noRoomReason) return false;
        const held = this.unclassified(source, event);
        return held?.where !== where || held.reason !== reason;
      });
      if (free.length > 0) await this.#replay?.(free.map(({ id }) => id));
      after = page.next;
    }
  }
}
