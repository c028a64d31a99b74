// What the recorder holds while it works: cached records, counters, the vault's keys, and the ways to load, seal and fold
// again. After a crash or a failed write, `recover` folds the events that no stored state has seen.

import { envelopeEpoch, openEnvelope, place, sealEnvelope } from '../../../crypto/envelope.ts';
import type { ConsentWatcher } from '../../core/model/consent.ts';
import type { Event } from '../../core/model/event.ts';
import type { Ports } from '../../core/ports.ts';
import { type Change, newChain, type SealingCell, type Store } from '../../core/store/store.ts';
import type { RecordKeys, Vault } from '../../core/vault/vault.ts';
import { type Held, RecordCache } from './cache.ts';
import type { RecordConfig } from './config.ts';
import { consentRecordOf } from './consent-record.ts';
import { consentChanges } from './consent-rows.ts';
import type { Claim, Decision } from './identity/partition.ts';
import { RecentMessages } from './messages.ts';
import { Names } from './names.ts';
import { type PersonWatcher, Told } from './person-watch.ts';
import { Sequences } from './sequences.ts';
import { consents } from './state/consents.ts';
import { decodeState, emptyState, encodeState, foldEvent, type RecordState } from './state/state.ts';
import {
  type DecisionRow,
  decisionRows,
  decisionsAbout,
  type EventRow,
  eventsFrom,
  eventsOfRecord,
  findKeys,
  foldMark,
  type Holder,
  keyText,
  type LoadedRecords,
  loadPerson,
  loadPersonKeys,
  loadRecords,
  markChange,
  personsOfRecords,
  type RecordRow,
  rows,
  statesTable,
  type TimelinePlace,
} from './store.ts';

export const places = {
  event: place('events', 'body'),
  state: place('states', 'body'),
  decision: place('decisions', 'body'),
  review: place('reviews', 'body'),
} as const;

/** A decision with what a person needs to judge it again. */
export type StoredDecision = Decision & {
  retractedAtMs?: number;
  actor?: string;
  reason?: string;
  probability?: number;
  weights?: FieldWeight[];
};
/** One field's share of a match in bits; `level` is the comparison level reached. No value of a customer is kept here. */
export type FieldWeight = { field: string; level: string; weightBits: number };

/** A record with its keys, for opening its events. */
export type KeyedRecord = RecordRow & { keys: RecordKeys };
/** `stale`: folded again just now, since its stored state, which went up to `storedSeq`, was folded by other rules. */
type ReadRecord = { held: Held; stale: boolean; storedSeq: number };
/** Stale records folded ahead, by id. */
export type Refolded = ReadonlyMap<number, ReadRecord>;

/** States opened without a break: a few milliseconds, after which requests that wait get their turn. */
const openedTogether = 32;

/** What one group in flight has not yet stored: who claims what, what was decided, and records that are new or changed person. */
export type Pending = { holders: Map<string, Holder[]>; decisions: StoredDecision[]; records: Set<number> };

export class Memory {
  readonly store: Store;
  readonly vault: Vault;
  readonly ports: Ports;
  /** Which messages are recorded, as far as their index does not say so yet. */
  readonly messages = new RecentMessages();
  readonly cache: RecordCache;
  readonly names: Names;
  readonly sequences: Sequences;
  config: RecordConfig;
  /** Several nodes write: memory holds nothing but what the turn at hand has read, and readers ask the store. */
  readonly shared: boolean;
  readonly #watcher: ConsentWatcher | undefined;
  readonly #persons: PersonWatcher | undefined;
  readonly #pending = new Set<Pending>();
  #sound = false;
  #generation = 0;
  /** For writes of what is folded on top of each other, until memory is dropped. */
  chain = newChain();
  /** The last event that recovery read. */
  #seenSeq = -1;
  /** Every event before it is on disk. */
  committedSeq = 0;

  constructor(parts: {
    store: Store;
    vault: Vault;
    ports: Ports;
    config: RecordConfig;
    cachedRecords?: number;
    watcher?: ConsentWatcher;
    persons?: PersonWatcher;
  }) {
    this.cache = new RecordCache(parts.cachedRecords);
    this.store = parts.store;
    this.vault = parts.vault;
    this.ports = parts.ports;
    this.config = parts.config;
    this.#watcher = parts.watcher;
    this.#persons = parts.persons;
    this.names = new Names(parts.vault, (key) => this.cache.idOf(key));
    this.shared = parts.store.cluster !== undefined;
    // Of several nodes, events of one record have ascending numbers whoever folds them.
    this.sequences = new Sequences(parts.store, this.shared ? new Set(['events']) : undefined);
  }

  /** False while what is in memory may differ from what is stored: recover first. */
  get sound(): boolean {
    return this.#sound;
  }

  /** Of a node that only records beside others: there is nothing in memory that could differ from what is stored. */
  trust(): void {
    this.#sound = true;
  }

  /** Changes whenever memory is dropped: what was read across such a moment may lack what only memory held. */
  get generation(): number {
    return this.#generation;
  }

  /** A write failed, or work on memory broke off halfway. */
  distrust(): void {
    this.#sound = false;
    this.#generation += 1;
    this.chain = newChain();
    this.#watcher?.lost();
    this.#persons?.lost();
  }

  /** Forgets what was read: others may have changed it since. Of several nodes, where everything folded is stored. */
  fresh(): void {
    this.cache.clear();
    this.names.clear();
    this.#pending.clear();
    this.messages.reset(0);
  }

  /** Whose records they are by now, of those in memory: a turn of another node may have moved some. */
  async refreshPersons(): Promise<void> {
    const held = this.cache.all();
    const persons = await personsOfRecords(
      this.store,
      held.map(({ recordId }) => recordId),
    );
    for (const record of held) record.personId = persons.get(record.recordId) ?? record.personId;
  }

  /** Tells who watches that another node changed these records. */
  async changedElsewhere(recordIds: readonly number[]): Promise<void> {
    this.changed(await this.peek(recordIds))();
  }

  /** For what a group's events say; undefined when nobody wants to be told of persons. */
  newTold(): Told | undefined {
    const persons = this.#persons;
    return persons?.wants() ? new Told((name) => persons.looksInto?.(name) ?? false) : undefined;
  }

  /**
   * Tells who watches that these records changed, in what they say of consent or in whose they are.
   * @param told what else was said, and of whom @returns to be called once it is on disk, and only then
   */
  changed(records: Iterable<Held>, told = this.newTold(), whole: Iterable<Held> = records): () => void {
    const consents = this.#watcher?.changed(Array.from(records, consentRecordOf)) ?? nothing;
    if (!this.#persons || !told) return consents;
    const changes = told.changes(whole);
    return () => {
      consents();
      if (changes.length > 0) this.#persons!.changed(changes);
    };
  }

  /** A sequence number that no recorded event has reached. */
  get nextSeq(): number {
    return Math.max(this.#seenSeq + 1, this.sequences.next('events'));
  }

  // In flight.

  begin(): Pending {
    const pending: Pending = { holders: new Map(), decisions: [], records: new Set() };
    this.#pending.add(pending);
    return pending;
  }

  settle(pending: Pending): void {
    this.#pending.delete(pending);
  }

  /** Makes room in the cache, but never lets go of what is still to be stored. */
  evict(): void {
    this.names.makeRoom();
    const pending = [...this.#pending];
    this.cache.evict((recordId) => pending.some(({ records }) => records.has(recordId)));
  }

  /** Drops records that are no more, wherever memory has them: what comes under their ids from now on is a new record. */
  forget(recordIds: readonly number[]): void {
    this.cache.forget(recordIds);
    this.vault.forgetRecordKeys(recordIds);
    this.names.clear();
    this.#watcher?.gone?.(recordIds);
    this.#persons?.gone(recordIds);
  }

  /**
   * Who claims a value in the groups in flight now. Taken before reading the store and used after: what is stored meanwhile is then
   * found twice, and never missed.
   */
  pendingHolders(): (name: string) => Holder[] {
    const inFlight = [...this.#pending];
    return (name) => inFlight.flatMap(({ holders }) => holders.get(name) ?? []);
  }

  // Sealing.

  /** Stores these states as they are now, and what they say about consent. */
  statesChanges(states: readonly Held[]): Change[] {
    const cells = states.map(({ keys, state }) => ({ ...keys.current, content: encodeState(state) }));
    const stateRows = states.map(({ recordId, throughSeq }) => rows.state({ recordId, throughSeq }));
    const seal = { column: 'body', where: places.state, rowId: 'record_id', cells };
    return [{ op: 'upsert', table: statesTable, rows: stateRows, seal }, ...consentChanges(states)];
  }

  eventCell(held: Held, event: Event): SealingCell {
    return { ...held.keys.current, content: event };
  }

  openEvent(keys: RecordKeys, row: EventRow): Event {
    const key = keys.byEpoch.get(envelopeEpoch(row.body)) ?? keys.current.key;
    return JSON.parse(openEnvelope(key, places.event, row.seq, row.body).toString('utf8')) as Event;
  }

  // The timeline's index.

  /**
   * Places of events of these records that are on disk but not in the timeline's index yet: the latest before a place.
   * @param before exclusive  @param sinceMs inclusive
   */
  unindexed(recordIds: readonly number[], before: TimelinePlace, sinceMs: number, limit: number): TimelinePlace[] {
    const found: TimelinePlace[] = [];
    if (this.shared) return found;
    for (const id of recordIds) {
      const waiting = this.cache.peek(id)?.unindexed ?? [];
      for (let at = 0; at < waiting.length; at += 2) {
        const atMs = waiting[at]!;
        const seq = waiting[at + 1]!;
        const earlier = atMs < before.atMs || (atMs === before.atMs && seq < before.seq);
        if (earlier && atMs >= sinceMs && seq < this.committedSeq) found.push({ atMs, seq });
      }
    }
    return found.sort((a, b) => b.atMs - a.atMs || b.seq - a.seq).slice(0, limit);
  }

  markChange(fromSeq: number): Change {
    return markChange(fromSeq);
  }

  // Loading.

  /**
   * Records by id, kept in memory from now on, with keys and folded state; ids that do not exist are left out.
   * For the recorder alone: two loaders at once could put an older state back.
   */
  async load(recordIds: readonly number[]): Promise<Held[]> {
    const missing = [...new Set(recordIds)].filter((id) => !this.cache.get(id));
    for (const { held, stale } of (await this.#read(missing)).values()) {
      this.cache.put(held, keyText(held.recordKey));
      if (stale) this.cache.markStale(held);
    }
    return recordIds.flatMap((id) => this.cache.get(id) ?? []);
  }

  /** Records by their keys, kept in memory; for the recorder alone. */
  async recordsByKey(recordKeys: readonly Buffer[]): Promise<Held[]> {
    const found = await findKeys(this.store, [], recordKeys);
    return this.load(found.records.map((record) => record.recordId));
  }

  /** Folds stale records anew beside the recorder's work, for `reread`: a customer of many years must not hold it up. */
  refoldAhead(recordIds: readonly number[]): Promise<Refolded> {
    return this.#read(recordIds.filter((id) => !this.cache.peek(id)));
  }

  /** As `load` without keeping what memory did not hold, and with whether the stored state is by other rules; for the recorder alone. */
  async reread(recordIds: readonly number[], ahead?: Refolded): Promise<{ held: Held; stale: boolean }[]> {
    const read = await this.#read(
      recordIds.filter((id) => !this.cache.peek(id)),
      ahead,
    );
    return recordIds.flatMap((id) => {
      const held = this.cache.peek(id);
      return held ? { held, stale: false } : (read.get(id) ?? []);
    });
  }

  /** The same for readers: what is in memory is given as it is, the rest is read and not kept. */
  async peek(recordIds: readonly number[]): Promise<Held[]> {
    return this.#watched(async (here) => {
      const missing = [...new Set(recordIds)].filter((id) => !here(id));
      const read = await this.#read(missing);
      return recordIds.flatMap((id) => here(id) ?? read.get(id)?.held ?? []);
    });
  }

  /** For readers: all records of a person, in the order of their ids, from one look at the store. @param id of any of them */
  async peekPerson(id: number): Promise<Held[]> {
    return this.#watched(async (here) => {
      const loaded = await loadPerson(this.store, id);
      const read = await this.#open(loaded, (recordId) => !here(recordId));
      return loaded.records.flatMap(({ recordId }) => here(recordId) ?? read.get(recordId)?.held ?? []);
    });
  }

  /** The same without what they have come to. */
  async peekKeys(id: number): Promise<KeyedRecord[]> {
    const { records, keys } = await loadPersonKeys(this.store, id);
    const opened = this.vault.openRecordKeys(keys);
    return records.flatMap((record) => {
      const own = opened.get(record.recordId);
      return own ? [{ ...record, keys: own }] : [];
    });
  }

  /** @param work is given what memory holds of a record, or held since the work began: both are newer than what it reads */
  async #watched<T>(work: (here: (recordId: number) => Held | undefined) => Promise<T>): Promise<T> {
    if (this.shared) return work(() => undefined);
    const left = this.cache.watch();
    try {
      return await work((recordId) => this.cache.peek(recordId) ?? left.get(recordId));
    } finally {
      this.cache.unwatch(left);
    }
  }

  async #read(ids: readonly number[], ahead?: Refolded): Promise<Map<number, ReadRecord>> {
    return ids.length > 0 ? this.#open(await loadRecords(this.store, ids), () => true, ahead) : new Map();
  }

  async #open(loaded: LoadedRecords, wanted: (recordId: number) => boolean, ahead?: Refolded): Promise<Map<number, ReadRecord>> {
    const keys = this.vault.openRecordKeys(loaded.keys);
    const states = new Map(loaded.states.map((row) => [row.recordId, row]));
    const opened = new Map<number, ReadRecord>();
    for (const record of loaded.records) {
      const recordKeys = keys.get(record.recordId);
      if (!recordKeys || !wanted(record.recordId)) continue;
      if (opened.size % openedTogether === openedTogether - 1) await new Promise((resolve) => setImmediate(resolve));
      const stored = states.get(record.recordId);
      const state = stored && this.#openState(recordKeys, record.recordId, stored.body);
      const held: Held = {
        ...record,
        keys: recordKeys,
        state: state ?? emptyState(this.config.fold.fingerprint),
        throughSeq: stored?.throughSeq ?? -1,
        dirtyFromSeq: undefined,
        unindexed: [],
        said: [],
        consentsKept: false,
        used: false,
      };
      const stale = stored !== undefined && !state;
      const storedSeq = held.throughSeq;
      if (stale && !takeAhead(held, ahead?.get(record.recordId))) await this.#refold(held);
      opened.set(record.recordId, { held, stale, storedSeq });
    }
    return opened;
  }

  #openState(keys: RecordKeys, recordId: number, body: Buffer): RecordState | undefined {
    const key = keys.byEpoch.get(envelopeEpoch(body)) ?? keys.current.key;
    return decodeState(openEnvelope(key, places.state, recordId, body), this.config.fold.fingerprint);
  }

  /** Folds the stored events of a record again up to where its state was: that was folded by other rules. */
  async #refold(held: Held, gone?: ReadonlySet<number>): Promise<void> {
    held.state = emptyState(this.config.fold.fingerprint);
    let after: TimelinePlace | undefined;
    for (;;) {
      const page = await eventsOfRecord(this.store, held.recordId, held.throughSeq, after);
      for (const row of page) if (!gone?.has(row.seq)) this.foldInto(held, this.openEvent(held.keys, row));
      const last = page.at(-1);
      if (!last) return;
      after = { atMs: last.occurredAtMs, seq: last.seq };
    }
  }

  /** Folds a record whose state is stored anew without some of its events. */
  async refoldWithout(held: Held, gone: ReadonlySet<number>): Promise<void> {
    await this.#refold(held, gone);
  }

  foldEvent(held: Held, event: Event, claims: readonly Claim[]): void {
    if (consents.concernedBy(event)) held.consentsKept = false;
    foldEvent(held.state, held.sourceId, event, claims, this.config.fold);
  }

  /** Folds an event read back from the store. */
  foldInto(held: Held, event: Event): void {
    this.foldEvent(held, event, this.config.claimsOf(held.sourceId, event, held.said));
  }

  /** Decisions that stand about any of these records, those in flight among them. */
  async decisionsAbout(recordIds: readonly number[]): Promise<Decision[]> {
    const about = new Set(recordIds);
    const pending = [...this.#pending]
      .flatMap(({ decisions }) => decisions)
      .filter(({ left, right }) => left.some((id) => about.has(id)) || right.some((id) => about.has(id)));
    const decisions = await this.openDecisions(await decisionsAbout(this.store, recordIds));
    for (const made of pending) if (!decisions.some(({ id }) => id === made.id)) decisions.push(made);
    return decisions.filter((decision) => decision.retractedAtMs === undefined);
  }

  /** A decision is sealed with the key of its anchor, the first record of its left side; with that record erased it is gone. */
  async openDecisions(stored: readonly DecisionRow[]): Promise<StoredDecision[]> {
    if (stored.length === 0) return [];
    const anchors = await this.vault.loadRecordKeys([...new Set(stored.map((row) => row.anchorId))]);
    return stored.flatMap((row) => {
      const keys = anchors.get(row.anchorId);
      if (!keys) return [];
      const key = keys.byEpoch.get(envelopeEpoch(row.body)) ?? keys.current.key;
      return [JSON.parse(openEnvelope(key, places.decision, row.decisionId, row.body).toString('utf8')) as StoredDecision];
    });
  }

  async decision(decisionId: number): Promise<StoredDecision | undefined> {
    return (await this.openDecisions(await decisionRows(this.store, [decisionId])))[0];
  }

  sealDecision(anchor: Held, decision: StoredDecision): Buffer {
    const { key, epoch } = anchor.keys.current;
    return sealEnvelope(key, epoch, places.decision, decision.id, Buffer.from(JSON.stringify(decision), 'utf8'));
  }

  /** Drops what is in memory and folds the events that stored states lack. Also the node's first act after opening. */
  async recover(): Promise<void> {
    this.distrust();
    this.cache.clear();
    this.names.clear();
    this.#pending.clear();
    let fromSeq = await foldMark(this.store);
    this.#seenSeq = fromSeq - 1;
    this.messages.reset(fromSeq);
    for (;;) {
      const page = await eventsFrom(this.store, fromSeq);
      if (page.length === 0) break;
      const held = new Map((await this.load(page.map((row) => row.recordId))).map((one) => [one.recordId, one]));
      for (const row of page) {
        this.messages.add(row.messageKey);
        const record = held.get(row.recordId);
        if (!record || row.seq <= record.throughSeq) continue;
        const event = this.openEvent(record.keys, row);
        this.foldInto(record, event);
        this.cache.markDirty(record, row.seq, event.occurredAtMs);
      }
      this.#seenSeq = page.at(-1)!.seq;
      fromSeq = this.#seenSeq + 1;
    }
    this.committedSeq = fromSeq;
    this.#sound = true;
  }
}

function nothing(): void {}

/** Only while the stored state is the one that the folding ahead began with, and no event came while it read: else one may be missing. */
function takeAhead(held: Held, ahead: ReadRecord | undefined): boolean {
  if (!ahead?.stale || ahead.storedSeq !== held.throughSeq || ahead.held.throughSeq !== held.throughSeq) return false;
  held.state = ahead.held.state;
  return true;
}
