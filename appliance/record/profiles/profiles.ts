// The record's front door: recording batches, reading persons and timelines, and deciding who is who. Behind it: the
// recorder (load, fold, write), the states of records, identity, and the golden record.

import { SealBroken } from '../../../crypto/envelope.ts';
import { Fault } from '../../core/errors.ts';
import type { ConsentRecord } from '../../core/model/consent.ts';
import { type CustomerDecisions, nothingDecided } from '../../core/model/customer-decisions.ts';
import type { Event, JsonObject, Outcome, RecordBatch, SourceId } from '../../core/model/event.ts';
import { type IdentifierKind, isBlocked, normaliseIdentifier } from '../../core/model/identifier.ts';
import type { Held } from './cache.ts';
import { nameKey, recordConfig } from './config.ts';
import { consentRecordOf } from './consent-record.ts';
import { consentPage } from './consent-rows.ts';
import {
  type Along,
  type AlongRemoved,
  eraseRecords,
  knownBy,
  type NamedRecord,
  namedRecords,
  removeEvents,
  settleNeighbours,
  unclaimed,
  valuesOf,
} from './erase.ts';
import { readByHand } from './hand-values.ts';
import { householdsOf } from './households.ts';
import { type Actor, type Decided, merge, retract, unmerge } from './identity/decide.ts';
import { type Explanation, explain } from './identity/explain.ts';
import { nameKind } from './identity/names.ts';
import type { Claim } from './identity/partition.ts';
import { type ReviewQueue, reviewQueue } from './identity/reviews.ts';
import { Looks } from './looks.ts';
import { type Matcher, type MatchOutcome, matchPersons } from './matching-job.ts';
import { Memory } from './memory.ts';
import { eventsBefore, inactiveSince, type OldEvent } from './old-events.ts';
import type { ProfilesParts } from './parts.ts';
import { People } from './people.ts';
import { Recorder } from './recorder.ts';
import { Reindex, type ReindexProgress } from './reindex.ts';
import { eachPage, eachPerson, type PersonRecords, scanLimits } from './scan.ts';
import { findKeys, keyText, lastEvent, markChange, messageKeysAfter, personsHolding } from './store.ts';
import { type TimelineFilter, type TimelinePage, timelinePage } from './timeline.ts';
import { type IdentifierView, type ProfileView, profileView } from './view.ts';

export { emptyDeclaration, type RecordDeclaration } from './config.ts';
export type { Along, NamedRecord } from './erase.ts';
export type { DidFact, OrderFact, PersonFacts, TicketFact } from './facts.ts';
export type { Explanation } from './identity/explain.ts';
export type { Review } from './identity/reviews.ts';
export type { Matcher, MatchOutcome } from './matching-job.ts';
export type { FieldWeight } from './memory.ts';
export { recordMigrations, reviewsTable } from './migrations.ts';
export type { OldEvent } from './old-events.ts';
export { type ProfilesParts, sealedColumns } from './parts.ts';
export type { People } from './people.ts';
export type { PersonWatcher, RecordChange } from './person-watch.ts';
export type { ReindexProgress } from './reindex.ts';
export { activityLimits, activityName, isDoing } from './state/activity.ts';
export { type ProfileView, parsePersonId, personId } from './view.ts';

/** Times a read is tried when keys are rotated or memory is recovered under it. */
const readLimits = { attempts: 3 } as const;
/** Persons one identifier may lead to in one answer. */
export const lookupLimits = { persons: 10, values: 64 } as const;

export type Lookup = { identifier: string; kind?: IdentifierKind | typeof nameKind; source?: string };

export class Profiles {
  readonly #memory: Memory;
  readonly #recorder: Recorder;
  readonly #sources: ProfilesParts['sources'];
  readonly #reindex: Reindex;
  readonly reviews: ReviewQueue;
  /** Facts of many, for features, segments and models. */
  readonly people: People;
  /** For people who look at lists, at what a decision would do, and at how well it is decided. */
  readonly looks: Looks;
  #learning: Promise<void> = Promise.resolve();
  readonly #decided: (personId: number) => CustomerDecisions | Promise<CustomerDecisions>;
  #closing = false;

  private constructor(parts: ProfilesParts) {
    this.#memory = new Memory({
      store: parts.store,
      vault: parts.vault,
      ports: parts.ports,
      config: recordConfig(parts.declaration),
      ...(parts.limits?.cachedRecords !== undefined && { cachedRecords: parts.limits.cachedRecords }),
      ...(parts.consentWatcher && { watcher: parts.consentWatcher }),
      ...(parts.personWatcher && { persons: parts.personWatcher }),
    });
    this.#recorder = new Recorder({
      memory: this.#memory,
      ...(parts.limits && { limits: parts.limits }),
      ...(parts.beside && { settings: parts.beside }),
    });
    this.#sources = parts.sources;
    this.#decided = parts.decided ?? (() => nothingDecided);
    this.#reindex = new Reindex({
      memory: this.#memory,
      exclusive: (work) => this.#recorder.exclusive(work),
      isBusy: () => this.#recorder.busy || parts.isLate?.() === true,
      ...(parts.limits && { limits: parts.limits }),
    });
    this.people = new People(
      this.#memory,
      parts.sources,
      (read) => this.#steady(read),
      () => this.#recorder.exclusive(() => Promise.resolve()),
    );
    this.looks = new Looks({
      memory: this.#memory,
      sources: parts.sources,
      steady: (read) => this.#steady(read),
      exclusive: (work) => this.#recorder.exclusive(work),
      recordsOf: (id) => this.#recordsOf(id),
      viewOf: (records) => this.#viewOf(records),
    });
    this.reviews = reviewQueue(this.#memory, (work) => this.#recorder.exclusive(work));
  }

  /** Folds what a crash left unfolded; then the record is ready. */
  static async open(parts: ProfilesParts): Promise<Profiles> {
    const profiles = new Profiles(parts);
    const { cluster } = parts.store;
    if (parts.beside) {
      profiles.#memory.trust();
      return profiles;
    }
    if (cluster) await profiles.#recorder.exclusive(() => cluster.markPrepared());
    else await profiles.#memory.recover();
    await profiles.#reindex.begin();
    // Of several nodes, none knows which messages the others record.
    if (!cluster) profiles.#learning = profiles.#learnMessages();
    return profiles;
  }

  /** Of several nodes, where every state is stored with its events: none of them need be looked at after a change to one node. */
  moveMark(): Promise<void> {
    const { store } = this.#memory;
    return this.#recorder.exclusive(async () => store.transact([markChange((await lastEvent(store)) + 1)]));
  }

  /** Another node changed these records: who watches is told, as of the node's own. */
  changedElsewhere(recordIds: readonly number[]): Promise<void> {
    return this.#recorder.between(() => this.#memory.changedElsewhere(recordIds));
  }

  readonly record: RecordBatch = (source, events) => this.#recorder.record(source, events);
  readonly queue = (): Recorder['queue'] => this.#recorder.queue;

  /** @throws {Fault} `not_found` */
  profile(id: number): Promise<ProfileView> {
    return this.#steady(async () => this.#viewOf(await this.#recordsOf(id)));
  }

  /** The view with a page of the timeline, of one look at who the person is. @throws {Fault} `not_found` */
  profileWithTimeline(id: number, filter: TimelineFilter): Promise<ProfileView & { timeline: TimelinePage }> {
    return this.#steady(async () => {
      const records = await this.#recordsOf(id);
      const [view, timeline] = await Promise.all([
        this.#viewOf(records),
        timelinePage(this.#memory, records, filter, this.#sources),
      ]);
      return { ...view, timeline };
    });
  }

  /** Person ids that an identifier leads to, in any kind and source it could be of. */
  async find(lookup: Lookup): Promise<number[]> {
    const claims = this.#claimsFor(lookup);
    if (claims.length === 0) return [];
    return personsHolding(
      this.#memory.store,
      claims.map((claim) => this.#memory.names.identifierKey(claim)),
      lookupLimits.persons,
    );
  }

  /** Whom the record of an id in a source belongs to; undefined when the source never spoke of it. */
  async personOf(source: SourceId, known: boolean, id: string): Promise<number | undefined> {
    const { records } = await findKeys(this.#memory.store, [], [this.#memory.names.recordKey(source, known, id)]);
    return records[0]?.personId;
  }

  /** The numbers of a person's records. @throws {Fault} `not_found` */
  async recordsOf(id: number): Promise<number[]> {
    return found(await this.#memory.peekKeys(id)).map(({ recordId }) => recordId);
  }

  /** Which of these messages of a source are recorded and on disk. */
  async recorded(source: SourceId, messageIds: readonly string[]): Promise<ReadonlySet<string>> {
    const keys = messageIds.map((messageId) => this.#memory.names.messageKey(source, messageId));
    return this.#recorder.exclusive(async () => {
      const known = new Set((await findKeys(this.#memory.store, keys, [])).known);
      const isKnown = (key: Buffer) => known.has(keyText(key)) || this.#memory.messages.has(key);
      return new Set(messageIds.filter((_, at) => isKnown(keys[at]!)));
    });
  }

  async timeline(id: number, filter: TimelineFilter): Promise<TimelinePage> {
    return this.#steady(async () => timelinePage(this.#memory, found(await this.#memory.peekKeys(id)), filter, this.#sources));
  }

  explain(id: number): Promise<Explanation> {
    return this.#recorder.exclusive(() => explain(this.#memory, id, this.#sources));
  }

  merge(left: number, right: number, by: Actor): Promise<Decided> {
    return this.#recorder.exclusive(() => merge(this.#memory, left, right, by));
  }

  unmerge(person: number, by: Actor, records?: readonly number[]): Promise<Decided> {
    return this.#recorder.exclusive(() => unmerge(this.#memory, person, by, records));
  }

  retract(decisionId: number, by: Actor): Promise<Decided> {
    return this.#recorder.exclusive(async () => {
      const decision = await this.#memory.decision(decisionId);
      if (!decision || decision.retractedAtMs !== undefined) throw new Fault('not_found', 'a standing decision of this number');
      return retract(this.#memory, decision, by);
    });
  }

  /**
   * Keeps traits that a person typed in, normalised: as a record of the source for handwork, joined to this person by decision.
   * @returns the person's id, which stays the same
   * @throws {Fault} `not_found`, `bad_request` naming the trait whose value cannot be read
   */
  async setByHand(id: number, given: JsonObject, by: Actor): Promise<number> {
    return this.#tellByHand(id, { kind: 'identify', traits: readByHand(given, this.#memory.config.region) }, by);
  }

  /** Records that a person said something, such as a consent given at the counter, in the same way. @throws {Fault} `not_found` */
  async tellByHand(id: number, name: string, properties: JsonObject, by: Actor): Promise<number> {
    return this.#tellByHand(id, { kind: 'track', name, properties }, by);
  }

  /** Calls back with what people typed in, once it is recorded; it must not throw. */
  watchByHand(typed: (source: SourceId, event: Event, outcome: Outcome) => void): void {
    this.#typed = typed;
  }
  #typed: Parameters<Profiles['watchByHand']>[0] = () => undefined;

  async #tellByHand(id: number, said: Pick<Event, 'kind' | 'name' | 'properties' | 'traits'>, by: Actor): Promise<number> {
    const anchor = (await this.#recordsOf(id))[0]!;
    const source = this.#sources.byHandId();
    const { clock, ids } = this.#memory.ports;
    const atMs = clock.nowMs();
    // The record is named after the person's first record, so that a later split knows whom the words were about.
    const userId = `record ${anchor.recordId}`;
    const event: Event = { ...said, messageId: ids.messageId(), userId, occurredAtMs: atMs, receivedAtMs: atMs };
    const [outcome] = await this.record(source, [event]);
    if (outcome) this.#typed(source, event, outcome);
    return this.#recorder.exclusive(async () => {
      const [mine] = await this.#memory.recordsByKey([this.#memory.names.recordKey(source, true, userId)]);
      if (mine && mine.personId !== anchor.personId) await merge(this.#memory, anchor.recordId, mine.recordId, by);
      return mine?.personId ?? anchor.personId;
    });
  }

  /** What all records of a person say about consent. @throws {Fault} `not_found` */
  async consentsOf(id: number): Promise<ConsentRecord[]> {
    return (await this.#steady(() => this.#recordsOf(id))).map(consentRecordOf);
  }

  /** The same of everybody, page by page; `visit` is called while nothing is folded or written. */
  async *consentPages(visit: (records: readonly ConsentRecord[]) => void): AsyncGenerator<void> {
    const exclusive = <T>(work: () => Promise<T>) => this.#recorder.exclusive(work);
    const read = async (persons: readonly number[]) => visit(await consentPage(this.#memory, persons));
    for await (const page of eachPage(this.#memory, exclusive, scanLimits.personsPerConsentPage, read)) {
      yield page;
      // Events that arrive go first: a page for every few groups.
      if (this.#recorder.busy) await new Promise((resolve) => void setTimeout(resolve, scanLimits.pauseWhenBusyMs));
    }
  }

  /**
   * Compares everybody with everybody: sure pairs become one person, likely ones wait in the queue.
   * @param mayMatch the consent gate's answer for a person; who may not be matched is left out
   */
  matchPersons(matcher: Matcher, mayMatch: (person: number) => boolean = () => true): Promise<MatchOutcome> {
    return matchPersons(
      this.#memory,
      only(this.persons(), mayMatch),
      (work) => this.#recorder.exclusive(work),
      this.reviews,
      matcher,
    );
  }

  /** All persons, page by page, for matching and exports; each with its records as they stand. */
  persons(): AsyncIterable<PersonRecords> {
    return eachPerson(this.#memory, (work) => this.#recorder.exclusive(work));
  }

  /**
   * Erases records in one task of the recorder. Which are there is found out first and given to `begin`, whose promise is waited for
   * before anything is destroyed.
   * @param begin is given the records, and keyed hashes of what they claim
   * @returns records whose person may change by it, for `settleAfterErasing`
   */
  erase(
    recordIds: () => Promise<readonly number[]>,
    begin: (records: readonly NamedRecord[], values: readonly Buffer[]) => Promise<Along>,
  ): Promise<number[]> {
    return this.#recorder.exclusive(async () => {
      const { store } = this.#memory;
      // From here on every event of theirs is in the timeline's index.
      await this.#recorder.writeStates();
      const records = await namedRecords(store, await recordIds());
      const ids = records.map(({ recordId }) => recordId);
      const along = await begin(records, await valuesOf(store, ids));
      return eraseRecords(this.#memory, ids, along);
    });
  }

  /** Makes the persons of these records anew. @param along written with it */
  settleAfterErasing(recordIds: readonly number[], along: ReturnType<Along>): Promise<void> {
    return this.#recorder.exclusive(() => settleNeighbours(this.#memory, recordIds, along));
  }

  /** Those that are there, by which a list of erasures knows them again. */
  namedRecords(recordIds: readonly number[]): Promise<NamedRecord[]> {
    return namedRecords(this.#memory.store, recordIds);
  }

  /** Of these keyed hashes of values those that no record claims. */
  unclaimed(values: readonly Buffer[]): Promise<Buffer[]> {
    return unclaimed(this.#memory.store, values);
  }

  /** Keyed hashes of the records that an event speaks of, and of the values that it claims. */
  keysOf(source: SourceId, event: Event): { records: Buffer[]; values: Buffer[] } {
    const ids: [boolean, string | undefined][] = [
      [true, event.userId],
      [false, event.anonymousId],
      [true, event.previousId],
    ];
    return {
      records: ids.flatMap(([known, id]) => (id === undefined ? [] : [this.#memory.names.recordKey(source, known, id)])),
      values: this.#memory.config.claimsOf(source, event).map((claim) => this.#memory.names.identifierKey(claim)),
    };
  }

  /**
   * Removes events of a record and folds the others anew. @returns how many there were, and whom to give to `settleAfterErasing`
   * @param along written with it
   */
  removeEvents(
    recordId: number,
    seqs: readonly number[],
    along: AlongRemoved,
  ): Promise<{ removed: number; neighbours: number[] }> {
    return this.#recorder.exclusive(async () => {
      await this.#recorder.writeStates();
      return removeEvents(this.#memory, recordId, seqs, along);
    });
  }

  /** Events older than a moment, opened, in the order of recording: one page. For retention. */
  async eventsBefore(atMs: number, afterSeq: number): Promise<OldEvent[]> {
    return this.#steady(() => eventsBefore(this.#memory, atMs, afterSeq));
  }

  /** Records made before a moment of which nothing has been heard since then: one page of numbers. For retention. */
  inactiveSince(atMs: number, afterRecord: number): Promise<number[]> {
    return this.#recorder.exclusive(async () => {
      await this.#recorder.writeStates();
      return inactiveSince(this.#memory.store, atMs, afterRecord);
    });
  }

  /** Of these records those of which nothing has been heard since then; inside `erase` alone, where every event is indexed. */
  stillInactive(recordIds: readonly number[], atMs: number): Promise<number[]> {
    return inactiveSince(this.#memory.store, atMs, -1, recordIds);
  }

  /**
   * By what systems elsewhere know these records, a list for each person; inside `erase` alone.
   * @param alone without what a record that stays claims too
   */
  knownBy(recordIds: readonly number[], { alone }: { alone: boolean }): Promise<IdentifierView[][]> {
    return knownBy(this.#memory, recordIds, this.#sources, { alone });
  }

  /** Everything accepted is written with the keys the store now holds; what comes later uses them too. For key rotation. */
  settled(): Promise<void> {
    return this.#recorder.exclusive(async () => {
      await this.#recorder.writeStates();
      this.#memory.cache.clear();
    });
  }

  /** How far the records from before a change of identifier kinds or region have been brought to it. */
  get reindexing(): ReindexProgress {
    return this.#reindex.progress;
  }

  /** Goes on where it failed. @throws {Fault} `conflict` unless it has */
  reindexAgain(): void {
    this.#reindex.again();
  }

  /** Resolves when that has ended. */
  reindexed(): Promise<void> {
    return this.#reindex.ended();
  }

  flush(): Promise<void> {
    return this.#recorder.flush();
  }

  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all([this.#recorder.stop(), this.#reindex.stop(), this.#learning]);
  }

  /** In the background, as it takes seconds for millions; when it breaks off, every message is asked for as before. */
  async #learnMessages(): Promise<void> {
    const pageAfter = async (after: Buffer) => {
      if (this.#closing) throw new Fault('stopping');
      return messageKeysAfter(this.#memory.store, after);
    };
    await this.#memory.messages.learn(pageAfter).catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error;
    });
  }

  async #viewOf(records: readonly Held[]): Promise<ProfileView> {
    const { config, names, ports, store } = this.#memory;
    const households = await householdsOf(store, records, config.policyOf, (claim) => names.identifierKey(claim));
    const decided = await this.#decided(records[0]!.personId);
    return profileView(records, config, this.#sources, { households, decided }, ports.clock.nowMs());
  }

  async #recordsOf(id: number): Promise<Held[]> {
    return found(await this.#memory.peekPerson(id));
  }

  #claimsFor(lookup: Lookup): Claim[] {
    const claims: Claim[] = [];
    for (const [kind, policy] of this.#memory.config.kinds) {
      if (lookup.kind !== undefined && lookup.kind !== kind) continue;
      const value = normaliseIdentifier(kind, lookup.identifier);
      if (!value.ok || isBlocked(policy, value.value)) continue;
      if (!policy.perSource) claims.push({ kind, value: value.value });
      else for (const source of this.#sourcesFor(lookup)) claims.push({ kind, value: value.value, source });
    }
    const name = lookup.kind === undefined || lookup.kind === nameKind ? nameKey(lookup.identifier) : undefined;
    if (name !== undefined) claims.push({ kind: nameKind, value: name });
    return claims.slice(0, lookupLimits.values * Math.max(1, this.#sources.ids().length));
  }

  #sourcesFor(lookup: Lookup): readonly number[] {
    const ids = this.#sources.ids();
    return lookup.source === undefined ? ids : ids.filter((id) => this.#sources.nameOf(id) === lookup.source);
  }

  /** A key rotation may replace a row between two reads; the second try reads keys and rows that belong together. */
  async #steady<T>(read: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      await this.#recorder.sound();
      const { generation } = this.#memory;
      try {
        const found = await read();
        // Memory was dropped meanwhile: what only it held may be missing from the answer.
        if (generation === this.#memory.generation || attempt >= readLimits.attempts) return found;
      } catch (error) {
        const moved = error instanceof SealBroken || (error instanceof Fault && error.code === 'seal_broken');
        if (!moved || attempt >= readLimits.attempts) throw error;
      }
    }
  }
}

async function* only(persons: AsyncIterable<PersonRecords>, wanted: (person: number) => boolean): AsyncGenerator<PersonRecords> {
  for await (const person of persons) if (wanted(person.personId)) yield person;
}

/** @throws {Fault} `not_found` when there are none */
function found<T>(records: T[]): T[] {
  if (records.length === 0) throw new Fault('not_found', 'the person');
  return records;
}
