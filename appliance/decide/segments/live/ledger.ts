// What is kept of memberships: all that a customer enters and leaves at once as a row of its own, a moment behind the evaluation, and of each
// customer a row of the segments they are in, which is written later, for many at once: a row in a random place for each change was most of what
// following cost. A mark says up to which change the rows are written; after a kill the changes from there on are put on top of them, and what
// differs from that is told, once.
//
// Each row is sealed with the data key of the customer's record, as the record's own rows are, and not with the key of derived data: so erasing
// a customer destroys what it says everywhere, copies and backups included, and one change writes one small row and no piece of a segment.

import { envelopeEpoch, openEnvelope, place } from '../../../../crypto/envelope.ts';
import { Fault } from '../../../core/errors.ts';
import type { Clock } from '../../../core/ports.ts';
import type { Sealing, SealingCell, Store } from '../../../core/store/store.ts';
import { openOrFault, type RecordKeys, type Vault } from '../../../core/vault/vault.ts';
import type { Flip } from './memberships.ts';
import {
  addChanges,
  type BodyRow,
  type ChangeRow,
  changesTable,
  dropChangesBefore,
  dropChangesOf,
  dropMembers,
  membersTable,
  putMark,
  putMembers,
  readChanges,
  readChangesOf,
  readMark,
  readMembers,
  readMembersAfter,
} from './store.ts';

/**
 * `flushMs`: changes of that long are written together. `rowsMs`: of quiet after which rows
 * of members are written that are behind; of a busy node each is written after so many flushes (`flushesBehind`), or when so many changes (`deltas`) are not
 * in rows. `rowsAtOnce`: of them in one transaction. `rows`: of one transaction. `waiting`: changes in memory beyond which they are written at
 * once. `numbers`: of changes, taken at a time. `page`: rows read at a time.
 */
export const ledgerLimits = {
  flushMs: 200,
  rowsMs: 30_000,
  flushesBehind: 600,
  deltas: 100_000,
  rowsAtOnce: 250,
  rows: 1_000,
  waiting: 2_000,
  numbers: 10_000,
  page: 1_000,
  retryMs: 1_000,
} as const;

/** `again`: found when everybody was read anew, after a start say. `rule`: of the segment, or of one that it asks for. */
export const changeCauses = ['event', 'time', 'score', 'consent', 'merge', 'rule', 'again'] as const;
export type ChangeCause = (typeof changeCauses)[number];

export type MemberChange = {
  seq: number;
  atMs: number;
  person: number;
  segment: number;
  change: 'entered' | 'left';
  cause: ChangeCause;
  /** With `merge`: whose part they are now. */
  into?: number;
};
type Said = Omit<MemberChange, 'seq' | 'atMs' | 'person'>;
/** What became different of a person at once: one row, with the number of the first of them. */
type Waiting = { person: number; atMs: number; said: readonly Said[]; quiet: boolean };
/** Since when, by segment. */
export type Since = Map<number, number>;
/** What is told and not yet in the row of a customer; `seq` Infinity: told to nobody. */
type Delta = { seq: number; segment: number; member: boolean; atMs: number };
type Kept = { seq: number; since: Since };

const membersPlace = place(membersTable.name, 'body');
const changesPlace = place(changesTable.name, 'body');

export class Ledger {
  readonly #store: Store;
  readonly #vault: Vault;
  readonly #clock: Clock;
  #waiting: Waiting[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #rowsTimer: ReturnType<typeof setTimeout> | undefined;
  /** Whose row is behind, the longest behind first. */
  readonly #behind = new Map<number, Delta[]>();
  #deltas = 0;
  #busy = false;
  /** The last change on disk, and the one up to which rows are written. */
  #last = -1;
  #mark = -1;
  #work: Promise<unknown> = Promise.resolve();
  #next = 0;
  #end = 0;
  #closing = false;
  readonly #listeners = new Set<(changes: readonly MemberChange[]) => void>();

  constructor({ store, vault, clock }: { store: Store; vault: Vault; clock: Clock }) {
    this.#store = store;
    this.#vault = vault;
    this.#clock = clock;
  }

  /** @param quiet kept, and told to nobody: it was so before anybody asked */
  note(
    person: number,
    flips: readonly Flip[],
    cause: ChangeCause,
    atMs: number,
    more: { into?: number; quiet?: boolean } = {},
  ): void {
    if (flips.length === 0) return;
    const { into, quiet = false } = more;
    const said = flips.map(
      ({ segment, member }): Said => ({
        segment,
        change: member ? 'entered' : 'left',
        cause,
        ...(into !== undefined && { into }),
      }),
    );
    this.#waiting.push({ person, atMs, said, quiet });
    this.#wake();
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Is told of what is on disk, in order. */
  listen(listener: (changes: readonly MemberChange[]) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Everything that was noted is on disk, rows of members too. @throws {Fault} of the store */
  async settled(): Promise<void> {
    do await this.#alone(() => this.#flush());
    while (this.#waiting.length > 0);
    await this.#alone(() => this.#writeRows());
  }

  /** Nothing that was prepared is still to be written; what comes later takes its keys then. */
  idle(): Promise<void> {
    return this.#alone(async () => undefined);
  }

  /** What was told of everybody, page by page. */
  async *restored(): AsyncGenerator<{ person: number; segments: Since }[]> {
    this.#mark = await readMark(this.#store);
    this.#last = this.#mark;
    for (let more = true; more; ) {
      const page = await this.changes(this.#last, ledgerLimits.page);
      for (const { seq, person, segment, change, atMs } of page.changes)
        this.#put(person, { seq, segment, member: change === 'entered', atMs });
      this.#last = page.next;
      more = page.more;
    }
    const left = new Set(this.#behind.keys());
    for (let after = -1; ; ) {
      const rows = await readMembersAfter(this.#store, after, ledgerLimits.page);
      const last = rows.at(-1);
      if (!last) break;
      after = last.record_id;
      const kept = await this.#opened(rows);
      for (const person of kept.keys()) left.delete(person);
      yield [...kept].map(([person, one]) => ({ person, segments: this.#now(person, one) }));
    }
    yield [...left].map((person) => ({ person, segments: this.#now(person, undefined) }));
  }

  /** Since when a person is in what, as it is kept: a moment behind. */
  async sinceOf(person: number): Promise<Since> {
    return (await this.#sinceOf([person])).get(person) ?? new Map();
  }

  /** The same of several. */
  sinceOfMany(persons: readonly number[]): Promise<Map<number, Since>> {
    return this.#sinceOf(persons);
  }

  /** In order. `next` is where to go on; of erased customers nothing is left to tell. */
  async changes(after: number, limit: number): Promise<{ changes: MemberChange[]; next: number; more: boolean }> {
    // One more, as the first may have been told to its end.
    const rows = await readChanges(this.#store, after, limit + 1);
    const changes = await this.#open(rows);
    const from = changes.findIndex(({ seq }) => seq > after);
    const page = from < 0 ? [] : changes.slice(from, from + limit);
    const more = rows.length > limit || (from >= 0 && from + limit < changes.length);
    // A row that nobody can open any more is passed over too.
    const next = Math.max(page.at(-1)?.seq ?? after, page.length < limit ? (rows.at(-1)?.seq ?? after) : after);
    return { changes: page, next, more };
  }

  /** What changed of a person, the latest first. @param records theirs, as what was said before a merge stands at them */
  async changesOf(records: readonly number[], limit: number): Promise<MemberChange[]> {
    const changes = await this.#open(await readChangesOf(this.#store, records, limit));
    return changes.sort((a, b) => b.seq - a.seq).slice(0, limit);
  }

  /** Of customers who are erased: nothing of them waits, and nothing is left. */
  forget(records: readonly number[]): Promise<void> {
    const gone = new Set(records);
    this.#waiting = this.#waiting.filter(({ person }) => !gone.has(person));
    return this.#alone(async () => {
      for (const record of records) this.#caught(record);
      await this.#store.transact([dropMembers(records), dropChangesOf(records)]);
    });
  }

  /** Changes are kept for so long. */
  prune(keptMs: number): Promise<void> {
    return this.#alone(() => this.#store.transact([dropChangesBefore(this.#clock.nowMs() - keptMs, this.#mark)]));
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#rowsTimer);
    // What cannot be written now is found again after the next start.
    await this.settled().catch(faultOnly);
  }

  #wake(): void {
    if (this.#timer || this.#closing || this.#waiting.length === 0) return;
    const delayMs = this.#waiting.length > ledgerLimits.waiting ? 0 : ledgerLimits.flushMs;
    this.#timer = setTimeout(() => {
      this.#alone(() => this.#flushAndCatchUp()).then(
        () => this.#again(0),
        (error: unknown) => {
          faultOnly(error);
          this.#again(ledgerLimits.retryMs);
        },
      );
    }, delayMs);
  }

  #again(delayMs: number): void {
    this.#timer = undefined;
    if (delayMs === 0 || this.#closing) this.#wake();
    else this.#timer = setTimeout(() => this.#again(0), delayMs);
  }

  /** Evenly: a few rows with each flush, more where many wait. */
  async #flushAndCatchUp(): Promise<void> {
    await this.#flush();
    const some = Math.ceil(this.#behind.size / ledgerLimits.flushesBehind);
    await this.#writeSome(this.#deltas > ledgerLimits.deltas ? ledgerLimits.rowsAtOnce : Math.min(some, ledgerLimits.rowsAtOnce));
  }

  async #flush(): Promise<void> {
    const some = this.#waiting.slice(0, ledgerLimits.rows);
    if (some.length === 0) return;
    const keys = await this.#vault.loadRecordKeys(some.map(({ person }) => person));
    // Whoever was erased meanwhile has no key, and nothing is kept of them.
    const kept = some.filter(({ person }) => keys.has(person));
    const told = kept.filter(({ quiet }) => !quiet);
    const first = await this.#numbers(told.reduce((count, { said }) => count + said.length, 0));
    const numbered = numberedFrom(first, told);
    const changes = told.flatMap((one) => changesOf(numbered.get(one)!, one.person, one.atMs, one.said));
    if (changes.length > 0) {
      const rows = told.map((one) => ({ seq: numbered.get(one)!, record_id: one.person, at_ms: one.atMs }));
      const cells = told.map(({ person, said }) => cellOf(keys, person, said));
      await this.#store.transact([addChanges(rows, sealing(changesPlace, 'seq', cells))]);
      this.#last = changes.at(-1)!.seq;
    }
    const done = new Set(some);
    this.#waiting = this.#waiting.filter((one) => !done.has(one));
    for (const one of kept) {
      const seq = numbered.get(one) ?? Number.POSITIVE_INFINITY;
      one.said.forEach(({ segment, change }, at) => {
        this.#put(one.person, { seq: seq + at, segment, member: change === 'entered', atMs: one.atMs });
      });
    }
    this.#busy = true;
    if (changes.length > 0) for (const listener of this.#listeners) listener(changes);
  }

  #put(person: number, delta: Delta): void {
    const own = this.#behind.get(person);
    if (own) own.push(delta);
    else this.#behind.set(person, [delta]);
    this.#deltas += 1;
    if (!this.#rowsTimer && !this.#closing) this.#armRows();
  }

  #caught(person: number): void {
    this.#deltas -= this.#behind.get(person)?.length ?? 0;
    this.#behind.delete(person);
  }

  #armRows(): void {
    this.#rowsTimer = setTimeout(() => {
      this.#rowsTimer = undefined;
      const wasBusy = this.#busy;
      this.#busy = false;
      if (wasBusy) this.#armRows();
      else this.#alone(() => this.#writeRows()).catch(faultOnly);
    }, ledgerLimits.rowsMs);
    this.#rowsTimer.unref();
  }

  /** A row with what was told since it was written. */
  #now(person: number, kept: Kept | undefined): Since {
    const since = new Map(kept?.since);
    for (const { seq, segment, member, atMs } of this.#behind.get(person) ?? []) {
      if (kept && seq <= kept.seq) continue;
      if (!member) since.delete(segment);
      else if (!since.has(segment)) since.set(segment, atMs);
    }
    return since;
  }

  /** Rows of all who are behind. */
  async #writeRows(): Promise<void> {
    while (this.#behind.size > 0) await this.#writeSome(ledgerLimits.rowsAtOnce);
  }

  /** Rows of those who are behind for the longest, and the mark that moves by it. */
  async #writeSome(most: number): Promise<void> {
    const persons: number[] = [];
    for (const person of this.#behind.keys()) {
      if (persons.length >= most) break;
      persons.push(person);
    }
    if (persons.length === 0) return;
    const since = await this.#sinceOf(persons);
    const keys = await this.#vault.loadRecordKeys(persons);
    const there = persons.filter((person) => keys.has(person) && since.get(person)!.size > 0);
    const present = new Set(there);
    const none = persons.filter((person) => !present.has(person));
    const cells = there.map((person) => cellOf(keys, person, [this.#last, ...since.get(person)!]));
    const mark = this.#markWithout(persons);
    await this.#store.transact([
      ...(none.length > 0 ? [dropMembers(none)] : []),
      ...(there.length > 0 ? [putMembers(there, sealing(membersPlace, 'record_id', cells))] : []),
      ...(mark > this.#mark ? [putMark(mark)] : []),
    ]);
    for (const person of persons) this.#caught(person);
    this.#mark = Math.max(mark, this.#mark);
  }

  /** Up to which change rows are written once these are: just before the first that somebody else's lacks. */
  #markWithout(written: readonly number[]): number {
    const leaving = new Set(written);
    for (const [person, deltas] of this.#behind) {
      if (leaving.has(person)) continue;
      const first = deltas.find(({ seq }) => seq !== Number.POSITIVE_INFINITY);
      if (first) return first.seq - 1;
    }
    return this.#last;
  }

  async #sinceOf(persons: readonly number[]): Promise<Map<number, Since>> {
    const kept = await this.#opened(() => readMembers(this.#store, persons));
    return new Map(persons.map((person) => [person, this.#now(person, kept.get(person))]));
  }

  /** @param read rows, or how they are read: again, where a rotation replaced one between reading it and its key */
  async #opened(read: readonly BodyRow[] | (() => Promise<BodyRow[]>)): Promise<Map<number, Kept>> {
    for (let attempt = 1; ; attempt += 1) {
      const rows = typeof read === 'function' ? await read() : read;
      const ids = rows.map(({ record_id }) => record_id);
      const keys = await this.#vault.loadRecordKeys(ids);
      try {
        return new Map(
          rows.flatMap((row) => {
            const own = keys.get(row.record_id);
            return own ? [[row.record_id, openMembers(own, row)] as const] : [];
          }),
        );
      } catch (error) {
        if (!(error instanceof Fault) || attempt === 2) throw error;
        this.#vault.forgetRecordKeys(ids);
      }
    }
  }

  async #open(rows: readonly ChangeRow[]): Promise<MemberChange[]> {
    const keys = await this.#vault.loadRecordKeys(rows.map(({ record_id }) => record_id));
    return rows.flatMap((row) => {
      const own = keys.get(row.record_id);
      if (!own) return [];
      const said = opened<Said | Said[]>(own, changesPlace, row.seq, row.body, changesTable.name);
      // Rows of earlier versions say one change each.
      return changesOf(row.seq, row.record_id, row.at_ms, Array.isArray(said) ? said : [said]);
    });
  }

  async #numbers(count: number): Promise<number> {
    if (this.#next + count > this.#end) {
      const size = Math.max(ledgerLimits.numbers, count);
      this.#next = await this.#store.allocate(changesTable.name, size);
      this.#end = this.#next + size;
    }
    this.#next += count;
    return this.#next - count;
  }

  /** One after the other: what is written stands on what was written before. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#work.then(work, work);
    this.#work = next.catch(() => undefined);
    return next;
  }
}

function numberedFrom(first: number, told: readonly Waiting[]): Map<Waiting, number> {
  let seq = first;
  return new Map(
    told.map((one) => {
      const mine = seq;
      seq += one.said.length;
      return [one, mine];
    }),
  );
}

function changesOf(first: number, person: number, atMs: number, said: readonly Said[]): MemberChange[] {
  return said.map((one, at) => ({ seq: first + at, atMs, person, ...one }));
}

function openMembers(keys: RecordKeys, { record_id, body }: BodyRow): Kept {
  type Body = [seq: number, ...since: [segment: number, sinceMs: number][]];
  const [seq, ...since] = opened<Body>(keys, membersPlace, record_id, body, membersTable.name);
  return { seq, since: new Map(since) };
}

/** @throws {Fault} `seal_broken` */
function opened<T>(keys: RecordKeys, where: ReturnType<typeof place>, row: number, body: Uint8Array, table: string): T {
  return openOrFault(`${table}.body of row ${row}`, () => {
    const key = keys.byEpoch.get(envelopeEpoch(body));
    if (!key) throw new Fault('seal_broken', `${table}: a key of another generation`);
    return JSON.parse(openEnvelope(key, where, row, body).toString('utf8')) as T;
  });
}

function cellOf(keys: ReadonlyMap<number, RecordKeys>, person: number, content: object): SealingCell {
  const { key, epoch } = keys.get(person)!.current;
  return { key, epoch, content };
}

function sealing(where: ReturnType<typeof place>, rowId: string, cells: readonly SealingCell[]): Sealing {
  return { column: 'body', where, rowId, cells };
}

function faultOnly(error: unknown): void {
  if (!(error instanceof Fault)) throw error;
}
