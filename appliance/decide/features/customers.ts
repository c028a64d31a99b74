// The node's customers as features, following the record: told of every change once it is on disk, it reads who changed anew a little later,
// and tells segments and scores in turn. A moment at which time alone changes something is waited for, not polled. Nothing is followed
// before somebody asks for it.

import { Fault } from '../../core/errors.ts';
import type { CustomerChange, CustomerListener } from '../../core/model/customer-feed.ts';
import type { Event } from '../../core/model/event.ts';
import type { Clock } from '../../core/ports.ts';
import type { PersonFacts, PersonWatcher, RecordChange } from '../../record/profiles/profiles.ts';
import { type Feature, type FeatureGroup, groupsChangedBy } from './catalogue.ts';
import { CustomerMatrix } from './customer-matrix.ts';
import { RecordIndex } from './record-index.ts';

/**
 * `delayMs`: changes of that long are read together. `lookedInto`: events kept of a customer meanwhile. `persons`: read in one go, before others have their turn;
 * fewer while listeners take longer than `turnMs` over them. `pauseMs`: between two goes.
 * `soonestMs`: the clock's changes are looked at no oftener. `timerMs`: the longest that a timer waits.
 */
export const followLimits = {
  delayMs: 150,
  lookedInto: 32,
  persons: 128,
  turnMs: 25,
  pauseMs: 1,
  retryMs: 1_000,
  soonestMs: 20,
  timerMs: 3_600_000,
} as const;

/** What is kept of following beside the matrix: every event before `seq` is in its cells. */
export type Kept = { seq: number; until: Float64Array; personOf: Uint32Array };

export type CustomersSource = {
  /** @param records all of theirs that the asker knows of, so that the store need not be asked for them */
  factsOf(persons: readonly number[], records: readonly number[]): Promise<Map<number, PersonFacts>>;
  historyOf(persons: readonly number[], names: ReadonlySet<string>, records: readonly number[]): Promise<Map<number, Event[]>>;
  personMap(): AsyncIterable<readonly { recordId: number; personId: number }[]>;
  /** Resolves once what was in flight is on disk: it was folded while nobody wanted to be told. */
  quiet(): Promise<void>;
  /** Records with events from this number on, page by page. */
  recordsSince(seq: number): AsyncIterable<readonly number[]>;
  /** Every event on disk has a lower number, and was told. */
  committedSeq(): number;
  /** What an earlier run kept; its cells are put into the matrix. */
  kept?(): Promise<Kept | undefined>;
};
/** Everybody as known at a moment: see `People.factsAt`. */
export type FactsAt = (atMs: number, wanted: (personId: number) => boolean, after: number) => AsyncIterable<PersonFacts[]>;
export type FollowState = { state: 'idle' | 'reading' | 'following'; customers: number; waiting: number; bytes: number };

type Listener = CustomerListener<PersonFacts>;
type Change = CustomerChange<PersonFacts>;
type News = { cause: Change['cause']; events: Set<string>; traits: Set<string>; lookedInto: Event[] | undefined };

export class Customers {
  readonly matrix: CustomerMatrix;
  readonly #clock: Clock;
  readonly #listeners = new Set<Listener>();
  #source: CustomersSource | undefined;
  readonly #index = new RecordIndex();
  readonly #news = new Map<number, News>();
  /** Where the records of persons that are no more went. */
  readonly #into = new Map<number, number>();
  /** Until when what was made of a row's facts holds. */
  #until = new Float64Array(0);
  #atOnce: number = followLimits.persons;
  #wanted = false;
  #stopping = false;
  #caughtUp = Promise.withResolvers<void>();
  #isCaughtUp = false;
  #readAgain = false;
  #triedKept = false;
  #takenBack: () => void = () => undefined;
  #running: Promise<void> | undefined;
  #delay: ReturnType<typeof setTimeout> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #armedForMs = Number.POSITIVE_INFINITY;

  constructor(features: readonly Feature[], clock: Clock) {
    this.matrix = new CustomerMatrix(features);
    this.#clock = clock;
    // Nobody need wait for it when the node closes before.
    this.#caughtUp.promise.catch(() => undefined);
  }

  /** For the record, from before its first event on. */
  readonly watcher: PersonWatcher = {
    wants: () => this.#wanted,
    looksInto: (name) => {
      for (const listener of this.#listeners) if (listener.looksInto?.(name)) return true;
      return false;
    },
    changed: (changes) => {
      if (!this.#wanted) return;
      for (const change of changes) this.#take(change);
      this.#wake();
    },
    gone: (recordIds) => {
      if (!this.#wanted) return;
      for (const id of recordIds) {
        const person = this.#index.remove(id);
        if (person !== undefined) this.#mark(person, 'all');
      }
      this.#wake();
    },
    lost: () => {
      if (!this.#wanted) return;
      this.#readAgain = true;
      this.#wake();
    },
  };

  begin(source: CustomersSource): void {
    this.#source = source;
  }

  /** From now on it hears of every change, and of everybody once, `caughtUp` after that. Begins to follow where that has not begun. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    this.#readAgain = true;
    this.#want();
    return () => void this.#listeners.delete(listener);
  }

  /** Resolves when everybody has been read. Begins to follow where that has not begun. @throws {Fault} `stopping` */
  ready(): Promise<void> {
    if (!this.#wanted) this.#readAgain = true;
    this.#want();
    return this.#caughtUp.promise;
  }

  /** Resolves when all that was told so far has been read; for those who ask right after they told. */
  async settled(): Promise<void> {
    await this.ready();
    // What is being read is no longer among the news, and not told yet.
    while (this.#running || this.#news.size > 0 || this.#readAgain) {
      this.#wake(0);
      await (this.#running ?? pause(followLimits.pauseMs));
    }
  }

  /** For keeping it on disk: undefined while something waits or is being read. */
  keep(): Kept | undefined {
    if (!this.#isCaughtUp || this.isStale || this.#running || this.#news.size > 0) return undefined;
    const { rows } = this.matrix;
    const until = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
    until.set(this.#until.subarray(0, rows));
    return { seq: this.#source!.committedSeq(), until, personOf: this.#index.persons() };
  }

  /** Calls back when facts change that no event tells of to whoever starts from what is on disk. */
  watchTakenBack(changed: () => void): void {
    this.#takenBack = changed;
  }

  /** Something was lost, and everybody is to be read anew. */
  get isStale(): boolean {
    return this.#readAgain;
  }

  /** These are told anew though nothing of theirs changed; all when absent. */
  tellAgain(persons?: Iterable<number>): void {
    if (!this.#wanted) return;
    if (!persons) this.#readAgain = true;
    else for (const person of persons) this.#mark(person, 'all');
    this.#wake();
  }

  /** What somebody made of a row beside the feed holds until then: who it is about is told no later. */
  hold(row: number, untilMs: number): void {
    if (untilMs < (this.#until[row] ?? Number.POSITIVE_INFINITY)) this.#hold(row, untilMs);
  }

  /** Whose a record is, as far as was told; undefined while nothing is followed. */
  personOf(recordId: number): number | undefined {
    return this.#index.personOf(recordId);
  }

  /** Looks at the clock: whose time has come is told anew. The timer calls it. */
  checkTime(): void {
    const nowMs = this.#clock.nowMs();
    let next = Number.POSITIVE_INFINITY;
    const { rows } = this.matrix;
    for (let row = 0; row < rows; row += 1) {
      const until = this.#until[row]!;
      if (until <= nowMs) {
        this.#until[row] = Number.POSITIVE_INFINITY;
        const person = this.matrix.personOf(row);
        if (person >= 0) this.#mark(person, 'time');
      } else if (until < next) next = until;
    }
    this.#armedForMs = Number.POSITIVE_INFINITY;
    this.#arm(next);
    this.#wake();
  }

  get state(): FollowState {
    return {
      state: this.#isCaughtUp ? 'following' : this.#wanted ? 'reading' : 'idle',
      customers: this.matrix.size,
      waiting: this.#news.size,
      bytes: this.matrix.bytes,
    };
  }

  async close(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#delay);
    clearTimeout(this.#timer);
    await this.#running;
    if (!this.#isCaughtUp) this.#caughtUp.reject(new Fault('stopping'));
  }

  #want(): void {
    this.#wanted = true;
    this.#wake();
  }

  #take({ recordId, personId, events, traits, whole, lookedInto }: RecordChange): void {
    const before = this.#index.set(recordId, personId);
    // No event tells of it later: events of theirs were taken away.
    if (whole && events.length === 0 && before === personId) this.#takenBack();
    if (before !== undefined && before !== personId) {
      this.#into.set(before, personId);
      this.#mark(before, 'all');
    }
    const news = this.#mark(personId, whole ? 'all' : 'event', events, traits);
    if (lookedInto.length === 0 || !news.lookedInto) return;
    if (news.lookedInto.length + lookedInto.length > followLimits.lookedInto) news.lookedInto = undefined;
    else news.lookedInto.push(...lookedInto);
  }

  #mark(personId: number, cause: News['cause'], events: readonly string[] = [], traits: readonly string[] = []): News {
    let news = this.#news.get(personId);
    if (!news) {
      news = { cause, events: new Set(), traits: new Set(), lookedInto: [] };
      this.#news.set(personId, news);
    }
    // What came of an event and what came of time are not told apart: then anything may have changed.
    else if (news.cause !== cause) news.cause = 'all';
    for (const name of events) news.events.add(name);
    for (const name of traits) news.traits.add(name);
    return news;
  }

  #wake(delayMs: number = followLimits.delayMs): void {
    if (this.#running || this.#stopping || !this.#source || (this.#news.size === 0 && !this.#readAgain)) return;
    if (this.#delay && delayMs > 0) return;
    clearTimeout(this.#delay);
    this.#delay = undefined;
    const run = () => {
      this.#delay = undefined;
      this.#running ??= this.#run().finally(() => {
        this.#running = undefined;
        this.#wake();
      });
    };
    if (delayMs > 0) this.#delay = setTimeout(run, delayMs);
    else run();
  }

  async #run(): Promise<void> {
    while (!this.#stopping && (this.#readAgain || this.#news.size > 0)) {
      try {
        if (!this.#readAgain) await this.#tellSome();
        else if (!(await this.#resume())) await this.#readAll();
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        // The store is away or memory was lost: what was taken is read again.
        this.#readAgain = true;
        if (!this.#stopping) await pause(followLimits.retryMs);
      }
      await pause(followLimits.pauseMs);
    }
    if (!this.#stopping && !this.#isCaughtUp) this.#nowCaughtUp();
  }

  /** Once, before everybody is read: takes what was kept, and reads only whom anything since then concerns. @returns whether that did */
  async #resume(): Promise<boolean> {
    if (this.#triedKept) return false;
    await this.#source!.quiet();
    this.#triedKept = true;
    // Who listens was not told of what was kept.
    if (this.#listeners.size > 0) return false;
    const kept = await this.#source!.kept?.();
    if (!kept) return false;
    this.#readAgain = false;
    const { seq, until, personOf } = kept;
    for (let row = 0; row < until.length; row += 1) this.#hold(row, until[row]!);
    await this.#regroup(personOf);
    for await (const records of this.#source!.recordsSince(seq))
      for (const record of records) {
        const person = this.#index.personOf(record);
        if (person !== undefined) this.#mark(person, 'all');
      }
    this.checkTime();
    return true;
  }

  /** Whose record each is now: whoever has another than was kept is read anew. */
  async #regroup(before: Uint32Array): Promise<void> {
    const seen = new Set<number>();
    for await (const page of this.#source!.personMap()) {
      for (const { recordId, personId } of page) {
        const kept = before[recordId] ?? 0;
        seen.add(recordId);
        this.#index.set(recordId, personId);
        if (kept === personId + 1) continue;
        if (kept !== 0) this.#mark(kept - 1, 'all');
        this.#mark(personId, 'all');
      }
    }
    for (let record = 0; record < before.length; record += 1)
      if (before[record] !== 0 && !seen.has(record)) this.#mark(before[record]! - 1, 'all');
  }

  async #readAll(): Promise<void> {
    this.#readAgain = false;
    const left = new Set(this.matrix.persons());
    for await (const page of this.#source!.personMap()) {
      for (const { recordId, personId } of page) {
        const before = this.#index.set(recordId, personId);
        if (before !== undefined && before !== personId) this.#mark(before, 'all');
        this.#mark(personId, 'all');
        left.delete(personId);
      }
      // Told before the next page, so that what waits stays small.
      while (this.#news.size > 0 && !this.#stopping) {
        await this.#tellSome();
        await pause(0);
      }
      if (this.#stopping || this.#readAgain) return;
    }
    for (const person of left) this.#mark(person, 'all');
    while (this.#news.size > 0 && !this.#stopping && !this.#readAgain) await this.#tellSome();
    if (this.#stopping || this.#readAgain) return;
    for (const listener of this.#listeners) listener.caughtUp?.();
    this.#nowCaughtUp();
  }

  #nowCaughtUp(): void {
    this.#isCaughtUp = true;
    this.#caughtUp.resolve();
  }

  async #tellSome(): Promise<void> {
    const some = firstOf(this.#news, this.#atOnce);
    for (const [person] of some) this.#news.delete(person);
    const persons = some.map(([person]) => person);
    try {
      const facts = await this.#source!.factsOf(persons, this.#recordsOf(persons));
      const names = new Set<string>();
      const wanting: typeof some = [];
      const nowMs = this.#clock.nowMs();
      const beganMs = performance.now();
      for (const one of some) {
        const [person, news] = one;
        const own = facts.get(person);
        if (!own) this.#forget(person);
        else {
          const change = this.#changeOf(person, news, own, [], nowMs);
          if (this.#wantsHistory(change, names)) wanting.push(one);
          else this.#tell(change);
        }
      }
      let tookMs = performance.now() - beganMs;
      if (wanting.length > 0) tookMs = Math.max(tookMs, await this.#tellWithHistory(wanting, names));
      const fewer = tookMs > followLimits.turnMs;
      this.#atOnce = fewer ? Math.max(1, this.#atOnce >> 1) : Math.min(followLimits.persons, this.#atOnce + 4);
    } catch (error) {
      for (const [person] of some) this.#mark(person, 'all');
      throw error;
    }
  }

  /** Reading what they did in full is dear: only for those of whom somebody asks it. @returns milliseconds that telling took */
  async #tellWithHistory(some: readonly (readonly [number, News])[], names: ReadonlySet<string>): Promise<number> {
    const persons = some.map(([person]) => person);
    const history = await this.#source!.historyOf(persons, names, this.#recordsOf(persons));
    // Last, so that they are as new as what is read from them.
    const facts = await this.#source!.factsOf(persons, this.#recordsOf(persons));
    const nowMs = this.#clock.nowMs();
    const beganMs = performance.now();
    for (const [person, news] of some) {
      const own = facts.get(person);
      if (own) this.#tell(this.#changeOf(person, news, own, history.get(person) ?? [], nowMs));
      else this.#forget(person);
    }
    return performance.now() - beganMs;
  }

  #recordsOf(persons: readonly number[]): number[] {
    return persons.flatMap((person) => [...this.#index.recordsOf(person)]).sort((a, b) => a - b);
  }

  #wantsHistory(change: Change, names: Set<string>): boolean {
    let wants = false;
    for (const { history } of this.#listeners) {
      for (const name of history?.(change) ?? []) {
        names.add(name);
        wants = true;
      }
    }
    return wants;
  }

  /** Their row is as it was until `#tell`; -1 where they have none yet. */
  #changeOf(personId: number, news: News, facts: PersonFacts, history: readonly Event[], nowMs: number): Change {
    const row = this.matrix.rowOf(personId) ?? -1;
    const { cause, events, traits, lookedInto } = news;
    const said = { events: [...events], traits: [...traits], ...(lookedInto && { lookedInto }) };
    return { personId, row, facts, nowMs, cause, history, ...said };
  }

  #tell(change: Change): void {
    const { personId, facts, nowMs, cause } = change;
    this.#into.delete(personId);
    const { row, untilMs } = this.matrix.put(personId, facts, nowMs, groupsOf(change));
    change.row = row;
    // What was left as it is holds as long as before.
    let until = Math.min(untilMs, this.#until[row] ?? Number.POSITIVE_INFINITY);
    if (cause !== 'event') until = untilMs;
    for (const listener of this.#listeners) until = Math.min(until, listener.changed(change));
    this.#hold(row, until);
  }

  #forget(personId: number): void {
    const into = this.#into.get(personId);
    this.#into.delete(personId);
    const row = this.matrix.remove(personId);
    if (row === undefined) return;
    this.#until[row] = Number.POSITIVE_INFINITY;
    for (const listener of this.#listeners) listener.gone(personId, row, into);
  }

  #hold(row: number, untilMs: number): void {
    if (row >= this.#until.length) {
      const grown = new Float64Array(Math.max(1024, Math.ceil((row + 1) * 1.5))).fill(Number.POSITIVE_INFINITY);
      grown.set(this.#until);
      this.#until = grown;
    }
    this.#until[row] = untilMs;
    this.#arm(untilMs);
  }

  #arm(untilMs: number): void {
    if (this.#stopping || untilMs >= this.#armedForMs) return;
    this.#armedForMs = untilMs;
    clearTimeout(this.#timer);
    const inMs = Math.min(followLimits.timerMs, Math.max(followLimits.soonestMs, untilMs - this.#clock.nowMs()));
    this.#timer = setTimeout(() => this.checkTime(), inMs);
    this.#timer.unref();
  }
}

/** Undefined: all of them. */
function groupsOf({ cause, events, traits }: Change): ReadonlySet<FeatureGroup> | undefined {
  if (cause !== 'event') return undefined;
  const groups = new Set<FeatureGroup>(traits.length > 0 ? ['person'] : []);
  for (const name of events) for (const group of groupsChangedBy(name)) groups.add(group);
  return groups;
}

function firstOf<K, V>(map: ReadonlyMap<K, V>, most: number): [K, V][] {
  const found: [K, V][] = [];
  for (const entry of map) {
    if (found.length === most) break;
    found.push(entry);
  }
  return found;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void (ms > 0 ? setTimeout(resolve, ms) : setImmediate(resolve)));
}
