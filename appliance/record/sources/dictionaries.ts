// The dictionaries of all sources: stored sealed, version by version, compiled once, and asked for by every batch that arrives. A
// changed one holds for the next batch.

import { Fault } from '../../core/errors.ts';
import type { Event, SourceId } from '../../core/model/event.ts';
import type { Ports } from '../../core/ports.ts';
import type { Store } from '../../core/store/store.ts';
import type { NormaliserOptions } from '../../core/values/normalisers.ts';
import type { TextSeal } from '../../core/vault/vault.ts';
import {
  type Applied,
  applyDictionary,
  type CompiledDictionary,
  compileDictionary,
  type DictionaryDocument,
  defaultDictionary,
} from './dictionary.ts';
import {
  type DictionaryRow,
  type DictionaryVersion,
  dictionariesTable,
  insertDictionary,
  readDictionary,
  readHeads,
  readVersions,
} from './dictionary-store.ts';
import { checkEvent } from './quarantine-event.ts';

export const dictionariesLimits = {
  /** Versions of one source that are kept; with the next one the oldest goes. */
  versions: 50,
  /** Compiled dictionaries in memory; beyond it the one that has been there longest is compiled again when it is asked for. */
  compiled: 500,
} as const;

export type DictionariesParts = TextSeal & {
  store: Store;
  ports: Pick<Ports, 'clock'>;
  /** The node's region and time zone, for dictionaries that name none. */
  defaults: Pick<NormaliserOptions, 'region' | 'timeZone'>;
  isSource(id: SourceId): boolean;
};

/** `version` 0 is the default dictionary, which nobody saved. */
export type StoredDictionary = { source: SourceId; version: number; savedAtMs?: number; dictionary: DictionaryDocument };

/** An event to try a dictionary on; ids and times may be left out. */
export type Sample = Partial<Event> & Pick<Event, 'kind'>;

export class Dictionaries {
  readonly #parts: DictionariesParts;
  readonly #default: CompiledDictionary;
  readonly #heads: Map<SourceId, number>;
  readonly #compiled = new Map<SourceId, CompiledDictionary>();
  #changing: Promise<unknown> = Promise.resolve();

  private constructor(parts: DictionariesParts, heads: Map<SourceId, number>) {
    this.#parts = parts;
    this.#heads = heads;
    this.#default = defaultDictionary(parts.defaults);
  }

  static async open(parts: DictionariesParts): Promise<Dictionaries> {
    return new Dictionaries(parts, await readHeads(parts.store));
  }

  /** What a source's events go through now; at once, but for the first time since the node opened. */
  of(source: SourceId): CompiledDictionary | Promise<CompiledDictionary> {
    const known = this.#compiled.get(source);
    if (known) return known;
    return this.#heads.has(source) ? this.#load(source) : this.#default;
  }

  /**
   * Saves a new version; it holds for every batch that arrives afterwards.
   * @throws {Fault} `not_found`, `bad_request` that names the place in the document, `limit_reached`
   */
  async set(source: SourceId, document: unknown): Promise<StoredDictionary> {
    this.#checkSource(source);
    const compiled = compileDictionary(document, this.#parts.defaults);
    const saved = this.#changing.then(() => this.#save(source, document as DictionaryDocument, compiled));
    this.#changing = saved.catch(() => undefined);
    return saved;
  }

  /** @param version the newest when absent @throws {Fault} `not_found` */
  async get(source: SourceId, version?: number): Promise<StoredDictionary> {
    this.#checkSource(source);
    const wanted = version ?? this.#heads.get(source) ?? 0;
    if (wanted === 0) return { source, version: 0, dictionary: { version: 1 } };
    const row = await readDictionary(this.#parts.store, source, wanted);
    if (!row) throw new Fault('not_found', `version ${wanted}`);
    return { source, version: wanted, savedAtMs: row.saved_at_ms, dictionary: this.#open(row) };
  }

  /** Newest first; none for a source with the default dictionary. @throws {Fault} `not_found` */
  async versions(source: SourceId): Promise<DictionaryVersion[]> {
    this.#checkSource(source);
    return readVersions(this.#parts.store, source);
  }

  /**
   * What would become of an event, without recording it.
   * @param document a dictionary that is not saved yet; the source's own when absent
   * @throws {Fault} `not_found`, `bad_request` that names the place in the event or the document
   */
  async tryOut(source: SourceId, sample: Sample, document?: unknown): Promise<Applied> {
    this.#checkSource(source);
    const nowMs = this.#parts.ports.clock.nowMs();
    const event: Event = { messageId: 'try', occurredAtMs: nowMs, receivedAtMs: nowMs, ...sample };
    checkEvent(event, event.messageId);
    const compiled = document === undefined ? await this.of(source) : compileDictionary(document, this.#parts.defaults);
    return applyDictionary(compiled, event);
  }

  #checkSource(source: SourceId): void {
    if (!this.#parts.isSource(source)) throw new Fault('not_found', 'source');
  }

  async #save(source: SourceId, document: DictionaryDocument, compiled: CompiledDictionary): Promise<StoredDictionary> {
    const { store, ports, sealText } = this.#parts;
    const version = (this.#heads.get(source) ?? 0) + 1;
    const text = JSON.stringify(document);
    const row: DictionaryRow = {
      source_id: source,
      version,
      saved_at_ms: ports.clock.nowMs(),
      size_bytes: Buffer.byteLength(text),
      body: sealText(dictionariesTable.name, 'body', rowName(source, version), text),
    };
    await store.transact(insertDictionary(row, dictionariesLimits.versions));
    this.#heads.set(source, version);
    this.#remember(source, compiled);
    return { source, version, savedAtMs: row.saved_at_ms, dictionary: JSON.parse(text) as DictionaryDocument };
  }

  async #load(source: SourceId): Promise<CompiledDictionary> {
    for (;;) {
      const head = this.#heads.get(source) ?? 0;
      const row = await readDictionary(this.#parts.store, source, head);
      const known = this.#compiled.get(source);
      if (known) return known;
      // Changed while it was read: what was read is old.
      if (head !== this.#heads.get(source)) continue;
      if (!row) throw new Fault('store_corrupt', `source_dictionaries ${rowName(source, head)}`);
      return this.#remember(source, this.#compile(row));
    }
  }

  #compile(row: DictionaryRow): CompiledDictionary {
    const document = this.#open(row);
    try {
      return compileDictionary(document, this.#parts.defaults);
    } catch (error) {
      // It did when it was saved. Not the fault of who sends events, so theirs must not be answered as bad requests.
      throw new Fault('internal', `the dictionary of source ${row.source_id} does not compile`, { cause: error });
    }
  }

  #open(row: DictionaryRow): DictionaryDocument {
    const name = rowName(row.source_id, row.version);
    return JSON.parse(this.#parts.openText(dictionariesTable.name, 'body', name, row.body)) as DictionaryDocument;
  }

  #remember(source: SourceId, compiled: CompiledDictionary): CompiledDictionary {
    this.#compiled.delete(source);
    this.#compiled.set(source, compiled);
    const [oldest] = this.#compiled.keys();
    if (this.#compiled.size > dictionariesLimits.compiled && oldest !== undefined) this.#compiled.delete(oldest);
    return compiled;
  }
}

const rowName = (source: SourceId, version: number): string => `${source}:${version}`;
