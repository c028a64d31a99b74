// The segments of a node: kept in a book, answered over everybody when they are new, and right from then on, as what customers do, the clock, scores
// and consents change. Whoever is asked for by number is asked here; routes and other slices know nothing of what stands behind.

import { availableParallelism } from 'node:os';
import { Fault, type Words } from '../../../core/errors.ts';
import type { SegmentShown } from '../../../core/model/customer-decisions.ts';
import { Calendar } from '../rules/calendar.ts';
import type { Bitmap } from '../rules/members.ts';
import { parseRule } from '../rules/parse.ts';
import { print } from '../rules/print.ts';
import { type Condition, checkRule, leavesOf } from '../rules/rule.ts';
import { type Finding, validate } from '../rules/validate.ts';
import { knownComputed, type Vocabulary, vocabulary } from '../rules/vocabulary.ts';
import { Answers, type Overlap, overlapsOf, type Preview, personsIn, type Why } from './answers.ts';
import { gated, SegmentBook, type SegmentDraft, type StoredSegment } from './book.ts';
import { Everybody } from './everybody.ts';
import { Following } from './following.ts';
import { Ledger, type MemberChange } from './ledger.ts';
import { type LiveSegment, Memberships, propertyNames } from './memberships.ts';
import { MemberBits } from './rows.ts';
import { Snapshots } from './snapshots.ts';
import { type SegmentsParts, segmentLimits } from './surroundings.ts';

export { segmentLimits } from './surroundings.ts';

/** A rule as people give it. */
export type RuleGiven = { text: string } | { when: unknown };
/** `preparing`: everybody is being asked. Until then who is in it may be incomplete, and nobody is told who enters. */
export type SegmentState = { state: 'preparing' | 'live'; done?: number; total?: number };
export type SegmentView = Omit<StoredSegment, 'lives'> & SegmentState & { text: Words; members: number; of: number };
export type { Overlap, Preview, Why } from './answers.ts';
export type MembersPage = { members: { person: number; sinceMs?: number }[]; next?: number };

type Work = { done: number; total: number; quick?: { bits: Bitmap; count: number } };

export class Segments {
  readonly #parts: SegmentsParts;
  readonly calendar: Calendar;
  readonly #book: SegmentBook;
  readonly #memberships: Memberships;
  readonly #ledger: Ledger;
  readonly #following: Following;
  readonly #everybody: Everybody;
  readonly #answers: Answers;
  readonly snapshots: Snapshots;
  readonly #live = new Map<number, LiveSegment>();
  /** New ones that are not answered over everybody yet. */
  readonly #preparing = new Map<number, Work>();
  /** Of those, which have never lived. */
  readonly #quiet = new Set<number>();
  readonly #computedOnly: Vocabulary;
  #names: { told: ReturnType<SegmentsParts['names']>; atMs: number } | undefined;
  /** With the rules that were said in these words. */
  #words: { key: string; words: Vocabulary; texts: WeakMap<Condition, Words> } | undefined;
  #begun: Promise<void> | undefined;
  /** Of those that are preparing, which the feed tells everybody of. */
  readonly #byFeed = new Set<number>();
  #living: Promise<void> = Promise.resolve();
  #walking: Promise<void> | undefined;
  #prune: ReturnType<typeof setInterval> | undefined;
  #stopping = false;

  private constructor(parts: SegmentsParts, book: SegmentBook) {
    this.#parts = parts;
    this.calendar = new Calendar(parts.timeZone);
    this.#book = book;
    this.#computedOnly = vocabulary({ computed: parts.computed.map((one) => knownComputed(one)) });
    this.#memberships = new Memberships({ ...parts, calendar: this.calendar });
    this.#ledger = new Ledger(parts);
    this.snapshots = new Snapshots({ ...parts, seal: parts });
    this.#everybody = new Everybody(
      { ...parts, memberships: this.#memberships, calendar: this.calendar, bitsOf: (name) => this.#bitsNamed(name) },
      Math.min(segmentLimits.threads, availableParallelism()),
    );
    this.#answers = new Answers({
      ...parts,
      memberships: this.#memberships,
      calendar: this.calendar,
      everybody: this.#everybody,
    });
    this.#following = new Following({
      ...parts,
      memberships: this.#memberships,
      ledger: this.#ledger,
      isQuiet: (segment) => this.#quiet.has(segment),
      caughtUp: () => this.#caughtUp(),
    });
  }

  /** Begins to follow customers where there is a segment, and not before: a node without segments pays nothing for them. */
  static async open(parts: SegmentsParts): Promise<Segments> {
    const book = await SegmentBook.open({ ...parts, seal: parts });
    const segments = new Segments(parts, book);
    for (const segment of book.all) {
      segments.#live.set(segment.id, liveOf(segment));
      if (!segment.lives) segments.#quiet.add(segment.id);
      segments.#preparing.set(segment.id, { done: 0, total: 0 });
      segments.#byFeed.add(segment.id);
    }
    segments.#use();
    if (book.all.length > 0) segments.#begin();
    return segments;
  }

  // ---- The book.

  /** How many there are. */
  get count(): number {
    return this.#book.all.length;
  }

  list(): Promise<SegmentView[]> {
    return this.vocabulary().then((words) => this.#book.all.map((segment) => this.#view(segment, words)));
  }

  /** @throws {Fault} `not_found` */
  async get(id: number): Promise<SegmentView> {
    const segment = this.#book.get(id);
    return this.#view(segment, await this.vocabulary());
  }

  versions(id: number) {
    return this.#book.versions(id);
  }

  /** What rules may name here: traits and events that sources told of, computed traits, segments, scores, purposes. */
  async vocabulary(): Promise<Vocabulary> {
    const nowMs = this.#parts.clock.nowMs();
    // Looking through the catalogue takes a while, and its names seldom change.
    if (!this.#names || nowMs - this.#names.atMs > segmentLimits.namesKeptMs || nowMs < this.#names.atMs) {
      const told = this.#parts.names();
      this.#names = { told, atMs: nowMs };
      told.catch(() => {
        this.#names = undefined;
      });
    }
    const { computed, purposes, scoreNames } = this.#parts;
    const declaration = {
      ...(await this.#names.told),
      computed: computed.map((one) => knownComputed(one)),
      segments: this.#book.all.map(({ name }) => name),
      scores: [...scoreNames()],
      purposes: [...purposes.purposes.values()].map(({ purpose, name, channels }) => ({ purpose, name, channels })),
    };
    const key = JSON.stringify(declaration);
    if (this.#words?.key !== key) this.#words = { key, words: vocabulary(declaration), texts: new WeakMap() };
    return this.#words.words;
  }

  /**
   * The rule, its own name where it has one, and what is odd about it.
   * @throws {Fault} `segment_rule_syntax`, `segment_rule_invalid`
   */
  async read(
    given: RuleGiven,
    language: 'en' | 'zh' = 'en',
  ): Promise<{ name?: string; when: Condition; findings: Finding[]; text: Words }> {
    const words = await this.vocabulary();
    const rule = 'text' in given ? parseRule(given.text, words, language) : checkRule({ when: given.when });
    return { ...rule, findings: validate({ when: rule.when }, words), text: textOf(rule.when, words) };
  }

  /** @throws {Fault} as `SegmentBook.add` */
  async add(draft: SegmentDraft, by: string): Promise<SegmentView> {
    const segment = await this.#book.add(draft, by, await this.vocabulary());
    this.#quiet.add(segment.id);
    this.#put(segment);
    return this.get(segment.id);
  }

  /** @throws {Fault} as `SegmentBook.change` */
  async change(id: number, changes: Partial<Omit<SegmentDraft, 'name'>>, by: string): Promise<SegmentView> {
    const before = this.#book.get(id);
    const segment = await this.#book.change(id, changes, by, await this.vocabulary());
    if (segment.version !== before.version) this.#put(segment);
    return this.get(id);
  }

  /** @throws {Fault} `not_found`, `segment_in_use` */
  async remove(id: number): Promise<void> {
    await this.#book.remove(id);
    this.#live.delete(id);
    this.#preparing.delete(id);
    this.#quiet.delete(id);
    this.#use();
  }

  // ---- Who is in them.

  /** In the order of their numbers. @param after the last of the page before @throws {Fault} `not_found` */
  async members(id: number, after = -1, limit: number = segmentLimits.page): Promise<MembersPage> {
    const persons = this.personsOf(id);
    const from = persons.findIndex((person) => person > after);
    const some = from < 0 ? [] : persons.subarray(from, from + limit);
    const since = await this.#ledger.sinceOfMany([...some]);
    const members = [...some].map((person) => {
      const sinceMs = since.get(person)?.get(id);
      return { person, ...(sinceMs !== undefined && { sinceMs }) };
    });
    return { members, ...(from >= 0 && from + limit < persons.length && { next: some.at(-1)! }) };
  }

  /** Numbers of all its members, in order. @throws {Fault} `not_found` */
  personsOf(id: number): Int32Array {
    this.#book.get(id);
    return personsIn(this.#bitsOf(id), this.#parts.customers);
  }

  /** For a profile. Only segments that live. */
  async decided(person: number): Promise<SegmentShown[]> {
    if (this.#book.all.length === 0) return [];
    const row = this.#parts.customers.matrix.rowOf(person);
    const since = await this.#ledger.sinceOf(person);
    const ids = row === undefined ? [...since.keys()] : this.#memberships.segmentsOf(row);
    const nowMs = this.#parts.clock.nowMs();
    return ids
      .flatMap((id) => {
        const segment = this.#live.get(id);
        return segment ? [{ segment: segment.name, sinceMs: since.get(id) ?? nowMs }] : [];
      })
      .sort((a, b) => (a.segment < b.segment ? -1 : 1));
  }

  /** Why somebody is in a segment or not. @throws {Fault} `not_found` */
  async why(id: number, person: number): Promise<Why> {
    const segment = this.#book.get(id);
    const words = await this.vocabulary();
    await this.#ready();
    return this.#answers.why(segment, person, words);
  }

  /** @throws {Fault} `segment_rule_syntax`, `segment_rule_invalid`, `bad_request` */
  async preview(given: RuleGiven & { purpose: string }, language: 'en' | 'zh' = 'en'): Promise<Preview> {
    const rule = await this.read(given, language);
    const error = rule.findings.find(({ severity }) => severity === 'error');
    if (error) throw new Fault('segment_rule_invalid', `${error.path} ${error.message[language]}`);
    if (!this.#parts.purposes.purposes.has(given.purpose)) throw new Fault('bad_request', 'purpose: none that is declared');
    await this.#ready();
    const { text, when, findings } = rule;
    return { text, when, findings, ...(await this.#answers.count(when, given.purpose)) };
  }

  /** Pairs, and each with itself. @throws {Fault} `not_found`, `bad_request` */
  overlaps(ids: readonly number[]): Overlap[] {
    if (ids.length > segmentLimits.overlaps) throw new Fault('bad_request', `segments: at most ${segmentLimits.overlaps}`);
    for (const id of ids) this.#book.get(id);
    return overlapsOf(ids.map((id) => ({ id, bits: this.#bitsOf(id) })));
  }

  /** @throws {Fault} `not_found` */
  async snapshot(id: number, name: string, by: string) {
    const { version } = this.#book.get(id);
    await this.#ready();
    return this.snapshots.take({ segment: id, name, by, version }, this.personsOf(id));
  }

  // ---- Entering and leaving.

  /** In order, after a number. */
  changes(after: number, limit: number): Promise<{ changes: MemberChange[]; next: number; more: boolean }> {
    return this.#ledger.changes(after, limit);
  }

  /** Is told of what is on disk. */
  listen(listener: (changes: readonly MemberChange[]) => void): () => void {
    return this.#ledger.listen(listener);
  }

  nameOf(id: number): string {
    return this.#live.get(id)?.name ?? `segment ${id}`;
  }

  // ---- What others tell.

  /** Scores of these names are other ones for these persons. */
  scoresChanged(persons: readonly number[], names: readonly string[]): void {
    const asks = (when: Condition) =>
      [...leavesOf(when)].some((leaf) => leaf.kind === 'value' && leaf.of.kind === 'score' && names.includes(leaf.of.name));
    this.#walkAgain(persons, asks, 'score');
  }

  /** What may be done with the data of whoever has one of these records is another thing now. */
  restrictionsChanged(records: Iterable<number>): void {
    const { customers } = this.#parts;
    const persons = [...new Set([...records].flatMap((record) => customers.personOf(record) ?? []))];
    // Every segment asks the gate.
    this.#walkAgain(persons, () => true, 'consent');
  }

  /** Of customers who are erased nothing is left. @returns how many rows of snapshots */
  async forget(records: readonly number[]): Promise<number> {
    await this.#ledger.forget(records);
    return this.snapshots.forget(records);
  }

  /** All that is kept of one customer. */
  async everythingOf(person: number, records: readonly number[]): Promise<object | undefined> {
    const since = await this.#ledger.sinceOf(person);
    const changes = await this.#ledger.changesOf(records, 10_000);
    const snapshots = await this.snapshots.of(records);
    if (since.size === 0 && changes.length === 0 && snapshots.length === 0) return undefined;
    return {
      memberOf: [...since].map(([id, sinceMs]) => ({ segment: this.nameOf(id), sinceMs })),
      changes: changes.map(({ atMs, segment, change, cause }) => ({ atMs, segment: this.nameOf(segment), change, cause })),
      snapshots: snapshots.map(({ name, segment, madeAtMs }) => ({ snapshot: name, segment: this.nameOf(segment), madeAtMs })),
    };
  }

  /** Everybody has been asked, and what came of it is on disk. */
  async caughtUp(): Promise<void> {
    if (this.#book.all.length === 0) return;
    await this.#ready();
    await this.#living;
    while (this.#walking) await this.#walking;
    await this.#parts.customers.settled();
    await this.#following.walked();
    await this.#ledger.settled();
  }

  /** Nothing that was prepared for writing is still to be written. For key rotation. */
  settled(): Promise<void> {
    return this.#ledger.idle();
  }

  async close(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#prune);
    await this.#begun?.catch(() => undefined);
    await this.#following.stop();
    await this.#walking?.catch(() => undefined);
    await this.#everybody.close();
    await this.#ledger.close();
  }

  // ---- Behind.

  #begin(): Promise<void> {
    if (!this.#begun) {
      const prune = () => void this.#ledger.prune(this.#parts.keptDays * 86_400_000).catch(faultOnly);
      this.#prune = setInterval(prune, segmentLimits.pruneEveryMs);
      this.#prune.unref();
      this.#begun = this.#following.begin().then(prune);
      this.#begun.catch(faultOnly);
    }
    return this.#begun;
  }

  /** Everybody has been read. @throws {Fault} `stopping` */
  async #ready(): Promise<void> {
    if (this.#book.all.length > 0) await this.#begin();
    await this.#parts.customers.ready();
  }

  #use(): void {
    this.#memberships.use([...this.#live.values()], this.#computedOnly);
  }

  /** A new rule: what is told from now on is asked of it, and everybody once. */
  #put(segment: StoredSegment): void {
    const bits = this.#live.get(segment.id)?.bits;
    this.#live.set(segment.id, { ...liveOf(segment), ...(bits && { bits }) });
    this.#preparing.set(segment.id, { done: 0, total: 0 });
    this.#use();
    // Who follows for the first time is told of everybody, and need not go through them.
    if (this.#begun) this.#byFeed.delete(segment.id);
    else this.#byFeed.add(segment.id);
    void this.#begin();
    if (!this.#byFeed.has(segment.id)) this.#prepareSoon();
  }

  get #waiting(): number[] {
    return [...this.#preparing.keys()].filter((id) => !this.#byFeed.has(id));
  }

  #prepareSoon(): void {
    if (this.#stopping || this.#waiting.length === 0) return;
    this.#walking ??= this.#ready()
      .then(() => this.#prepare())
      .catch(faultOnly)
      .finally(() => {
        this.#walking = undefined;
        this.#prepareSoon();
      });
  }

  /** All that wait, together, until none does. */
  async #prepare(): Promise<void> {
    const { customers } = this.#parts;
    for (let ids = this.#waiting; ids.length > 0 && !this.#stopping; ids = this.#waiting) {
      const works = new Map(ids.map((id) => [id, this.#preparing.get(id)!]));
      await this.#answerQuickly(ids).catch(faultOnly);
      const persons = [...customers.matrix.persons()];
      for (const work of works.values()) work.total = persons.length;
      await this.#following.walk({
        persons,
        segments: () => ids,
        properties: this.#propertiesOf(ids),
        cause: 'rule',
        progress: (done) => {
          for (const work of works.values()) work.done = done;
        },
      });
      // Whose rule was changed again meanwhile is asked again.
      for (const [id, work] of works) if (this.#preparing.get(id) === work) await this.#lives(id);
    }
  }

  /** Names whose events these look into, and whoever asks for them. */
  #propertiesOf(ids: readonly number[]): Set<string> {
    const named = ids.map((id) => this.#live.get(id)?.name ?? '');
    const asked = new Set(ids);
    for (let name = named.pop(); name !== undefined; name = named.pop())
      for (const one of this.#book.askingFor(name))
        if (!asked.has(one.id)) {
          asked.add(one.id);
          named.push(one.name);
        }
    return new Set([...asked].flatMap((id) => propertyNames(this.#live.get(id)?.when ?? { kind: 'and', of: [] })));
  }

  /** By columns, in threads: who is in it, as far as they tell, long before everybody has been asked. */
  async #answerQuickly(ids: readonly number[]): Promise<void> {
    const fresh = ids.filter((id) => this.#quiet.has(id) && this.#live.has(id));
    const { found } = await this.#everybody.find(fresh.map((id) => this.#live.get(id)!.when));
    fresh.forEach((id, at) => {
      const work = this.#preparing.get(id);
      if (work) work.quick = { bits: found[at]!.members, count: found[at]!.count };
    });
  }

  /** From now on whoever enters is told. What was quiet until here is on disk before. */
  async #lives(id: number): Promise<void> {
    this.#preparing.delete(id);
    if (!this.#quiet.has(id)) return;
    await this.#ledger.settled().catch(faultOnly);
    this.#quiet.delete(id);
    await this.#book.lives(id).catch(faultOnly);
  }

  #caughtUp(): void {
    const ids = [...this.#byFeed];
    this.#byFeed.clear();
    this.#living = this.#living.then(async () => {
      for (const id of ids) if (this.#live.has(id)) await this.#lives(id);
    });
    this.#living.catch(faultOnly);
  }

  #walkAgain(persons: readonly number[], asks: (when: Condition) => boolean, cause: 'score' | 'consent'): void {
    const segments = () => [...this.#live.values()].filter(({ when }) => asks(when)).map(({ id }) => id);
    const concerned = segments();
    // Before everybody has been read they will be anyway.
    if (persons.length === 0 || concerned.length === 0 || !this.#following.isCaughtUp) return;
    const properties = this.#propertiesOf(concerned);
    this.#following.walk({ persons, segments, properties, cause }).catch(faultOnly);
  }

  #textOf(when: Condition, words: Vocabulary): Words {
    const kept = this.#words?.words === words ? this.#words.texts : undefined;
    const text = kept?.get(when) ?? textOf(when, words);
    kept?.set(when, text);
    return text;
  }

  #bitsNamed(name: string): Bitmap | undefined {
    const segment = this.#book.find(name);
    return segment && this.#bitsOf(segment.id);
  }

  #bitsOf(id: number): Bitmap {
    return this.#preparing.get(id)?.quick?.bits ?? this.#live.get(id)!.bits.bits;
  }

  #view(segment: StoredSegment, words: Vocabulary): SegmentView {
    const { quick, done = 0, total = 0 } = this.#preparing.get(segment.id) ?? {};
    const preparing = this.#preparing.has(segment.id);
    const { lives: _lives, ...told } = segment;
    return {
      ...told,
      text: this.#textOf(segment.when, words),
      state: preparing ? 'preparing' : 'live',
      ...(preparing && total > 0 && { done, total }),
      members: quick?.count ?? this.#live.get(segment.id)!.bits.count,
      of: this.#parts.customers.matrix.size,
    };
  }
}

function liveOf(segment: StoredSegment): LiveSegment {
  return { id: segment.id, name: segment.name, when: gated(segment), bits: new MemberBits() };
}

function textOf(when: Condition, words: Vocabulary): Words {
  return { en: print({ when }, words, 'en'), zh: print({ when }, words, 'zh') };
}

function faultOnly(error: unknown): void {
  if (!(error instanceof Fault)) throw error;
}
