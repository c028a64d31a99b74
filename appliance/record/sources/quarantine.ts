// Quarantine: events that broke a rule of their source's dictionary, sealed and kept with the reason until a person fixes
// and replays or discards them. Each message is kept once, however often its client sends it again.

import { envelopeEpoch, envelopeOverheadBytes, openEnvelope, place, sealEnvelope } from '../../../crypto/envelope.ts';
import { Fault } from '../../core/errors.ts';
import type { Event, Outcome, SourceId } from '../../core/model/event.ts';
import type { Ports } from '../../core/ports.ts';
import type { Row, Store } from '../../core/store/store.ts';
import { openOrFault, type RecordKeys, recordKeys, type Vault } from '../../core/vault/vault.ts';
import { changedEvent, type EventChange } from './quarantine-changes.ts';
import { batches, checkEvent } from './quarantine-event.ts';
import {
  deleteRows,
  insertRows,
  type QuarantineRow,
  quarantineSequence,
  quarantineTable,
  type Room,
  readCounts,
  readFullest,
  readHeld,
  readIds,
  readNumbers,
  readPage,
  readRoom,
  readRows,
  replaceBody,
} from './quarantine-store.ts';

export const quarantineLimits = {
  /** Per source. Beyond either, new events are not kept and their outcome says so; what is there stays. */
  rows: 100_000,
  bytes: 256 * 1024 * 1024,
  /** Events that wait to be kept. Beyond: `too_busy`. */
  waitingEvents: 20_000,
  listRows: 500,
  replayRows: 2000,
  /** Rows opened to find those of a reason, before the page says where to go on. */
  soughtRows: 5_000,
  /** Rows opened to count the reasons of a source; beyond it those of the oldest are counted. */
  countedRows: 10_000,
  reasonLength: 300,
} as const;

/** Ids taken from the sequence at a time. */
const idsAtATime = 200;
/** Times a read is tried when keys are rotated under it. */
const readAttempts = 3;

const bodyPlace = place('quarantine', 'body');

export type QuarantinedEvent = {
  readonly id: number;
  readonly source: SourceId;
  readonly quarantinedAtMs: number;
  readonly fixedAtMs?: number;
  readonly reason: string;
  /** The path that broke the rule. */
  readonly where: string;
  readonly event: Event;
};
export type QuarantineFilter = { source?: SourceId; after?: number; limit?: number; reason?: string; where?: string };
export type QuarantinePage = { rows: QuarantinedEvent[]; next?: number };
export type ReasonCount = { readonly reason: string; readonly where: string; readonly events: number };
/** What is put into quarantine: the event as it came, before any rule was applied. */
export type Broken = { readonly event: Event; readonly reason: string; readonly where: string };
/** What became of an event that was tried again; `where` when it broke a rule. */
export type Retried = Pick<Outcome, 'outcome' | 'reason'> & { readonly where?: string };
export type Replayed = { readonly id: number } & Retried;
/** Records events of a source through its dictionary, and leaves in quarantine what breaks a rule. In order, one for each. */
export type RecordAgain = (source: SourceId, events: readonly Event[]) => Promise<Retried[]>;

export type QuarantineParts = {
  store: Store;
  ports: Pick<Ports, 'clock'>;
  vault: Pick<Vault, 'newRecordKey' | 'loadRecordKeys' | 'destroyRecordKeys' | 'forgetRecordKeys'>;
  /** A keyed hash of a message id, the same for the same id. */
  hash(text: string): Uint8Array;
  limits?: { readonly rows?: number; readonly bytes?: number };
};

export class Quarantine {
  readonly #parts: QuarantineParts;
  readonly #limits: Room;
  /** How full each source's quarantine is; asked of the store once, then counted along. */
  readonly #held = new Map<SourceId, Room>();
  #ids = { next: 0, end: 0 };
  #waitingEvents = 0;
  #keeping: Promise<unknown> = Promise.resolve();
  #managing: Promise<unknown> = Promise.resolve();

  constructor(parts: QuarantineParts) {
    this.#parts = parts;
    this.#limits = { rows: parts.limits?.rows ?? quarantineLimits.rows, bytes: parts.limits?.bytes ?? quarantineLimits.bytes };
  }

  /**
   * Keeps events; durable when it resolves. A message that is there already stays as it is, also when it was fixed meanwhile.
   * @returns whether each is kept; false: the source's quarantine is full
   * @throws {Fault} `too_busy`, and what the store says; then none was added
   */
  async keep(source: SourceId, broken: readonly Broken[]): Promise<boolean[]> {
    if (broken.length === 0) return [];
    if (this.#waitingEvents > 0 && this.#waitingEvents + broken.length > quarantineLimits.waitingEvents)
      throw new Fault('too_busy', 'events waiting for quarantine', { retryAfterS: 1 });
    this.#waitingEvents += broken.length;
    // One after the other: a message cannot be added twice, and the room that is counted is the room there is.
    const kept = this.#keeping.then(() => this.#keepNow(source, broken));
    this.#keeping = kept.catch(() => undefined);
    return kept.finally(() => {
      this.#waitingEvents -= broken.length;
    });
  }

  /** How many the source has that has most, and the most that one may. */
  async fullest(): Promise<{ waiting: number; most: number }> {
    return { waiting: await readFullest(this.#parts.store), most: this.#limits.rows };
  }

  /** Oldest first. @returns `next` to pass as `after` while there are more; a page by reason may be short, or empty, and have one */
  async list(filter: QuarantineFilter = {}): Promise<QuarantinePage> {
    const { reason, where } = filter;
    if (reason === undefined && where === undefined) return this.#page(filter);
    const limit = Math.max(1, Math.min(filter.limit ?? 50, quarantineLimits.replayRows));
    const rows: QuarantinedEvent[] = [];
    let { after } = filter;
    // A reason is sealed with its event: rows are opened until enough have it.
    for (let sought = 0; sought < quarantineLimits.soughtRows; sought += quarantineLimits.listRows) {
      const page = await this.#page({ ...filter, ...(after !== undefined && { after }), limit: quarantineLimits.listRows });
      for (const row of page.rows) {
        if ((reason !== undefined && row.reason !== reason) || (where !== undefined && row.where !== where)) continue;
        rows.push(row);
        if (rows.length === limit) return { rows, next: row.id };
      }
      if (page.next === undefined) return { rows };
      after = page.next;
    }
    return { rows, ...(after !== undefined && { next: after }) };
  }

  /** Why events of a source are here, the commonest reason first. @returns `counted` of how many; the oldest, where not of all */
  async reasons(source: SourceId): Promise<{ reasons: ReasonCount[]; counted: number }> {
    const found = new Map<string, { reason: string; where: string; events: number }>();
    let counted = 0;
    for (let after: number | undefined = 0; after !== undefined && counted < quarantineLimits.countedRows; ) {
      const page: QuarantinePage = await this.#page({ source, after, limit: quarantineLimits.listRows });
      for (const { reason, where } of page.rows) {
        const name = JSON.stringify([reason, where]);
        const known = found.get(name);
        if (known) known.events += 1;
        else found.set(name, { reason, where, events: 1 });
      }
      counted += page.rows.length;
      after = page.next;
    }
    return { reasons: [...found.values()].sort((one, other) => other.events - one.events), counted };
  }

  async #page(filter: Pick<QuarantineFilter, 'source' | 'after' | 'limit'>): Promise<QuarantinePage> {
    const limit = Math.max(1, Math.min(filter.limit ?? 50, quarantineLimits.listRows));
    const page = { source: filter.source, after: filter.after ?? 0, limit: limit + 1 };
    return this.#steady(async () => {
      const found = await readPage(this.#parts.store, page);
      const rows = await this.#open(found.slice(0, limit));
      const next = found.length > limit ? found[limit - 1]!.quarantine_id : undefined;
      return { rows, ...(next !== undefined && { next }) };
    });
  }

  /** Under which numbers these messages are here; those that are not are left out. */
  async numbersOf(source: SourceId, messageIds: readonly string[]): Promise<Map<string, number>> {
    if (messageIds.length === 0) return new Map();
    const hashes = messageIds.map((messageId) => this.#parts.hash(messageId));
    const numbers = await readNumbers(this.#parts.store, source, hashes);
    const found = messageIds.map((messageId, at) => [messageId, numbers.get(Buffer.from(hashes[at]!).toString('hex'))] as const);
    return new Map(found.filter((one): one is [string, number] => one[1] !== undefined));
  }

  /** Ids alone, oldest first. */
  ids(filter: { source?: SourceId; after?: number; limit: number }): Promise<number[]> {
    return readIds(this.#parts.store, { source: filter.source, after: filter.after ?? 0, limit: filter.limit });
  }

  /** @throws {Fault} `not_found` */
  async get(id: number): Promise<QuarantinedEvent> {
    const [found] = await this.#read([id]);
    if (!found) throw new Fault('not_found', `quarantine ${id}`);
    return found;
  }

  counts(): Promise<{ source: SourceId; rows: number; sizeBytes: number }[]> {
    return readCounts(this.#parts.store);
  }

  /**
   * Replaces an event by its corrected form; replay it afterwards. Its messageId stays, so that it is recorded once.
   * @throws {Fault} `not_found`, `bad_request`, `too_large`
   */
  fix(id: number, patched: Event): Promise<QuarantinedEvent> {
    return this.#correct(id, () => patched);
  }

  /** The same, field by field. @throws {Fault} `not_found`, `bad_request` that names the path, `too_large` */
  change(id: number, changes: readonly EventChange[]): Promise<QuarantinedEvent> {
    return this.#correct(id, (event) => changedEvent(event, changes));
  }

  #correct(id: number, corrected: (event: Event) => Event): Promise<QuarantinedEvent> {
    return this.#alone(async () => {
      const { event, reason, where, source } = await this.get(id);
      const patched = corrected(event);
      checkEvent(patched, event.messageId);
      await this.#replace(id, { event: patched, reason, where }, this.#parts.ports.clock.nowMs());
      this.#held.delete(source);
      return this.get(id);
    });
  }

  /**
   * Records the events again, through the dictionary as it is now. What is recorded leaves the quarantine; what still
   * breaks a rule stays, with the reason it now has. A crash between the two is harmless: the event is a duplicate the next time.
   * @throws {Fault} `bad_request` beyond `quarantineLimits.replayRows` ids, and what recordAgain throws
   */
  replay(ids: readonly number[], recordAgain: RecordAgain): Promise<Replayed[]> {
    return this.#alone(async () => {
      const rows = await this.#read(ids);
      const replayed: Replayed[] = [];
      for (const [source, mine] of Map.groupBy(rows, (row) => row.source)) {
        for (const batch of batches(mine)) {
          const retried = await recordAgain(
            source,
            batch.map((row) => row.event),
          );
          await this.#settle(batch, retried);
          replayed.push(...batch.map(({ id }, at) => ({ id, ...retried[at]! })));
        }
      }
      return replayed;
    });
  }

  /** Removes events for good. @returns how many there were */
  discard(ids: readonly number[]): Promise<number> {
    return this.#alone(async () => {
      checkCount(ids);
      const rows = await readRows(this.#parts.store, ids);
      await this.#remove(rows.map((row) => row.quarantine_id));
      return rows.length;
    });
  }

  /**
   * Removes every event that `concerns` a person who is erased; all rows are opened for it.
   * @returns their ids, whose keys are destroyed, for the receipt
   */
  forget(concerns: (event: Event, source: SourceId, quarantinedAtMs: number) => boolean): Promise<number[]> {
    return this.#alone(async () => {
      const removed: number[] = [];
      for (let after: number | undefined = 0; after !== undefined; ) {
        const page: QuarantinePage = await this.list({ after, limit: quarantineLimits.listRows });
        const mine = page.rows.filter((row) => concerns(row.event, row.source, row.quarantinedAtMs)).map((row) => row.id);
        await this.#remove(mine);
        removed.push(...mine);
        after = page.next;
      }
      if (removed.length > 0) await this.#parts.store.scrub([quarantineTable, recordKeys]);
      return removed;
    });
  }

  /** Resolves once every write prepared before the call has ended, for key rotation. */
  async settled(): Promise<void> {
    await Promise.all([this.#keeping, this.#managing]);
  }

  async #keepNow(source: SourceId, broken: readonly Broken[]): Promise<boolean[]> {
    const { store, vault, hash, ports } = this.#parts;
    const hashes = broken.map(({ event }) => hash(event.messageId));
    const held = await readHeld(store, source, hashes);
    const room = { ...(this.#held.get(source) ?? (await readRoom(store, source))) };
    const rows: QuarantineRow[] = [];
    const keys: Row[] = [];
    const kept: boolean[] = [];
    for (const [at, one] of broken.entries()) {
      const name = Buffer.from(hashes[at]!).toString('hex');
      const plain = encode(one);
      const sizeBytes = plain.length + envelopeOverheadBytes;
      if (!held.has(name) && room.rows < this.#limits.rows && room.bytes + sizeBytes <= this.#limits.bytes) {
        const id = await this.#nextId();
        const made = vault.newRecordKey(id);
        room.rows += 1;
        room.bytes += sizeBytes;
        held.add(name);
        keys.push(made.row);
        rows.push({
          quarantine_id: id,
          source_id: source,
          message_hash: hashes[at]!,
          quarantined_at_ms: ports.clock.nowMs(),
          fixed_at_ms: null,
          size_bytes: sizeBytes,
          body: sealEnvelope(made.key, made.epoch, bodyPlace, id, plain),
        });
      }
      kept.push(held.has(name));
    }
    if (rows.length > 0) await store.transact(insertRows(rows, keys));
    this.#held.set(source, room);
    return kept;
  }

  async #nextId(): Promise<number> {
    if (this.#ids.next === this.#ids.end) {
      const first = await this.#parts.store.allocate(quarantineSequence, idsAtATime);
      this.#ids = { next: first, end: first + idsAtATime };
    }
    this.#ids.next += 1;
    return this.#ids.next - 1;
  }

  async #settle(rows: readonly QuarantinedEvent[], retried: readonly Retried[]): Promise<void> {
    await this.#remove(rows.filter((_, at) => retried[at]!.outcome !== 'quarantined').map((row) => row.id));
    for (const [at, row] of rows.entries()) {
      const { outcome, reason = row.reason, where = row.where } = retried[at]!;
      if (outcome !== 'quarantined' || (reason === row.reason && where === row.where)) continue;
      await this.#replace(row.id, { event: row.event, reason, where }, row.fixedAtMs ?? null);
    }
  }

  async #replace(id: number, broken: Broken, fixedAtMs: number | null): Promise<void> {
    const { store, vault } = this.#parts;
    const keys = (await vault.loadRecordKeys([id])).get(id);
    if (!keys) throw new Fault('not_found', `quarantine ${id}`);
    const { key, epoch } = keys.current;
    await store.transact([replaceBody(id, sealEnvelope(key, epoch, bodyPlace, id, encode(broken)), fixedAtMs)]);
  }

  /** A row goes with its key. */
  async #remove(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    const { store, vault } = this.#parts;
    await store.transact([deleteRows(ids), ...vault.destroyRecordKeys(ids)]);
    vault.forgetRecordKeys(ids);
    this.#held.clear();
  }

  #read(ids: readonly number[]): Promise<QuarantinedEvent[]> {
    checkCount(ids);
    return this.#steady(async () => this.#open(await readRows(this.#parts.store, ids)));
  }

  async #open(rows: readonly QuarantineRow[]): Promise<QuarantinedEvent[]> {
    const { vault } = this.#parts;
    const ids = rows.map((row) => row.quarantine_id);
    const keys = await vault.loadRecordKeys(ids);
    // They are seldom asked for: they shall not push the keys of customers out of the vault's cache.
    vault.forgetRecordKeys(ids);
    return rows.flatMap((row) => {
      const own = keys.get(row.quarantine_id);
      return own === undefined ? [] : [view(row, own)];
    });
  }

  /** A key rotation may replace a row between two reads; the next try reads a key and a row that belong together. */
  async #steady<T>(read: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await read();
      } catch (error) {
        const moved = error instanceof Fault && error.code === 'seal_broken';
        if (!moved || attempt >= readAttempts) throw error;
      }
    }
  }

  /** What people do, one after the other: a fix is never lost to a replay that has read the event before. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#managing.then(work);
    this.#managing = done.catch(() => undefined);
    return done;
  }
}

const encode = ({ event, reason, where }: Broken): Buffer =>
  Buffer.from(
    JSON.stringify({
      event,
      reason: reason.slice(0, quarantineLimits.reasonLength),
      where: where.slice(0, quarantineLimits.reasonLength),
    } satisfies Broken),
  );

function view(row: QuarantineRow, keys: RecordKeys): QuarantinedEvent {
  const id = row.quarantine_id;
  const key = openOrFault(`quarantine ${id}`, () => keys.byEpoch.get(envelopeEpoch(row.body)));
  if (!key) throw new Fault('seal_broken', `quarantine ${id}`);
  const bytes = openOrFault(`quarantine ${id}`, () => openEnvelope(key, bodyPlace, id, row.body));
  return {
    id,
    source: row.source_id,
    quarantinedAtMs: row.quarantined_at_ms,
    ...(row.fixed_at_ms !== null && { fixedAtMs: row.fixed_at_ms }),
    ...(JSON.parse(bytes.toString('utf8')) as Broken),
  };
}

function checkCount(ids: readonly number[]): void {
  if (ids.length > quarantineLimits.replayRows) throw new Fault('bad_request', `ids: more than ${quarantineLimits.replayRows}`);
}
