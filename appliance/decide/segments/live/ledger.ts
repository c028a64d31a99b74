// What is kept of memberships: of each customer a row of the segments they are in, and every entering and leaving as a row of its own, both in one
// transaction a moment behind the evaluation. After a kill the rows say what was told last; what differs from it then is told, once.
//
// Each row is sealed with the data key of the customer's record, as the record's own rows are, and not with the key of derived data: so erasing
// a customer destroys what it says everywhere, copies and backups included, and one change writes one small row and no piece of a segment.

import { envelopeEpoch, openEnvelope, place } from '../../../../crypto/envelope.ts';
import { Fault } from '../../../core/errors.ts';
import type { Clock } from '../../../core/ports.ts';
import type { Change, Sealing, SealingCell, Store } from '../../../core/store/store.ts';
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
  putMembers,
  readChanges,
  readChangesOf,
  readMembers,
  readMembersAfter,
} from './store.ts';

/**
 * `flushMs`: changes of that long are written together. `rows`: of one transaction. `waiting`: changes in memory beyond which they are written at
 * once. `numbers`: of changes, taken at a time. `page`: rows read at a time.
 */
export const ledgerLimits = { flushMs: 200, rows: 1_000, waiting: 2_000, numbers: 10_000, page: 1_000, retryMs: 1_000 } as const;

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
type Waiting = { person: number; atMs: number; said: Said; quiet: boolean };
/** Since when, by segment. */
export type Since = Map<number, number>;

const membersPlace = place(membersTable.name, 'body');
const changesPlace = place(changesTable.name, 'body');

export class Ledger {
  readonly #store: Store;
  readonly #vault: Vault;
  readonly #clock: Clock;
  #waiting: Waiting[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
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
    const { into, quiet = false } = more;
    for (const { segment, member } of flips) {
      const change = member ? 'entered' : 'left';
      const said: Said = { segment, change, cause, ...(into !== undefined && { into }) };
      this.#waiting.push({ person, atMs, said, quiet });
    }
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

  /** Everything that was noted is on disk. @throws {Fault} of the store */
  async settled(): Promise<void> {
    do await this.#alone(() => this.#flush());
    while (this.#waiting.length > 0);
  }

  /** What was kept of everybody, page by page, by person. */
  async *restored(): AsyncGenerator<{ person: number; segments: Since }[]> {
    for (let after = -1; ; ) {
      const rows = await readMembersAfter(this.#store, after, ledgerLimits.page);
      const last = rows.at(-1);
      if (!last) return;
      after = last.record_id;
      const keys = await this.#vault.loadRecordKeys(rows.map(({ record_id }) => record_id));
      yield rows.flatMap((row) => {
        const own = keys.get(row.record_id);
        return own ? [{ person: row.record_id, segments: openMembers(own, row) }] : [];
      });
    }
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
    const rows = await readChanges(this.#store, after, limit);
    return { changes: await this.#open(rows), next: rows.at(-1)?.seq ?? after, more: rows.length === limit };
  }

  /** What changed of a person, the latest first. @param records theirs, as what was said before a merge stands at them */
  async changesOf(records: readonly number[], limit: number): Promise<MemberChange[]> {
    return this.#open(await readChangesOf(this.#store, records, limit));
  }

  /** Of customers who are erased: nothing of them waits, and nothing is left. */
  forget(records: readonly number[]): Promise<void> {
    const gone = new Set(records);
    this.#waiting = this.#waiting.filter(({ person }) => !gone.has(person));
    return this.#alone(() => this.#store.transact([dropMembers(records), dropChangesOf(records)]));
  }

  /** Rows of persons who are part of others, or whose keys are gone. */
  async drop(persons: readonly number[]): Promise<void> {
    for (let at = 0; at < persons.length; at += ledgerLimits.rows)
      await this.#alone(() => this.#store.transact([dropMembers(persons.slice(at, at + ledgerLimits.rows))]));
  }

  /** Changes are kept for so long. */
  prune(keptMs: number): Promise<void> {
    return this.#alone(() => this.#store.transact([dropChangesBefore(this.#clock.nowMs() - keptMs)]));
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#timer);
    // What cannot be written now is found again after the next start.
    await this.settled().catch(faultOnly);
  }

  #wake(): void {
    if (this.#timer || this.#closing || this.#waiting.length === 0) return;
    const delayMs = this.#waiting.length > ledgerLimits.waiting ? 0 : ledgerLimits.flushMs;
    this.#timer = setTimeout(() => {
      this.#alone(() => this.#flush()).then(
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

  async #flush(): Promise<void> {
    const some = this.#waiting.slice(0, ledgerLimits.rows);
    if (some.length === 0) return;
    const persons = [...new Set(some.map(({ person }) => person))];
    const since = await this.#sinceOf(persons);
    const keys = await this.#vault.loadRecordKeys(persons);
    // Whoever was erased meanwhile has no key, and nothing is kept of them.
    const kept = some.filter(({ person }) => keys.has(person));
    const told = kept.filter(({ quiet }) => !quiet);
    const first = await this.#numbers(told.length);
    const changes = told.map(({ person, atMs, said }, at): MemberChange => ({ seq: first + at, atMs, person, ...said }));
    for (const { person, atMs, said } of kept) {
      const mine = since.get(person) ?? new Map<number, number>();
      since.set(person, mine);
      if (said.change === 'left') mine.delete(said.segment);
      else mine.set(said.segment, mine.get(said.segment) ?? atMs);
    }
    const present = persons.filter((person) => keys.has(person));
    await this.#store.transact(this.#writing(present, since, changes, told, keys));
    const done = new Set(some);
    this.#waiting = this.#waiting.filter((one) => !done.has(one));
    if (changes.length > 0) for (const listener of this.#listeners) listener(changes);
  }

  #writing(
    persons: readonly number[],
    since: ReadonlyMap<number, Since>,
    changes: readonly MemberChange[],
    told: readonly Waiting[],
    keys: ReadonlyMap<number, RecordKeys>,
  ): Change[] {
    const writing: Change[] = [];
    const left = persons.filter((person) => since.get(person)?.size === 0);
    if (left.length > 0) writing.push(dropMembers(left));
    const members = persons.filter((person) => (since.get(person)?.size ?? 0) > 0);
    if (members.length > 0) {
      const cells = members.map((person) => cellOf(keys, person, [...since.get(person)!]));
      writing.push(putMembers(members, sealing(membersPlace, 'record_id', cells)));
    }
    if (changes.length > 0) {
      const rows = changes.map(({ seq, person, atMs }) => ({ seq, record_id: person, at_ms: atMs }));
      const cells = told.map(({ person, said }) => cellOf(keys, person, said));
      writing.push(addChanges(rows, sealing(changesPlace, 'seq', cells)));
    }
    return writing;
  }

  async #sinceOf(persons: readonly number[]): Promise<Map<number, Since>> {
    // A rotation may replace a row between two reads; the second try reads keys and rows that belong together.
    for (let attempt = 1; ; attempt += 1) {
      const rows = await readMembers(this.#store, persons);
      const keys = await this.#vault.loadRecordKeys(rows.map(({ record_id }) => record_id));
      try {
        return new Map(
          rows.flatMap((row) => {
            const own = keys.get(row.record_id);
            return own ? [[row.record_id, openMembers(own, row)] as const] : [];
          }),
        );
      } catch (error) {
        if (!(error instanceof Fault) || attempt === 2) throw error;
        this.#vault.forgetRecordKeys(persons);
      }
    }
  }

  async #open(rows: readonly ChangeRow[]): Promise<MemberChange[]> {
    const keys = await this.#vault.loadRecordKeys(rows.map(({ record_id }) => record_id));
    return rows.flatMap((row) => {
      const own = keys.get(row.record_id);
      if (!own) return [];
      const said = opened<Said>(own, changesPlace, row.seq, row.body, changesTable.name);
      return [{ seq: row.seq, atMs: row.at_ms, person: row.record_id, ...said }];
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

function openMembers(keys: RecordKeys, { record_id, body }: BodyRow): Since {
  return new Map(opened<[number, number][]>(keys, membersPlace, record_id, body, membersTable.name));
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
