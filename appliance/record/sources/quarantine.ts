// Quarantine: events that broke a rule of their source's dictionary, sealed and kept with the reason until a person fixes
// and replays or discards them. Each message is kept once, however often its client sends it again.

import { type Place, place } from '../../../crypto/envelope.ts';
import { Fault } from '../../core/errors.ts';
import { type Event, eventKinds, eventLimits, type Outcome, type RecordBatch, type SourceId } from '../../core/model/event.ts';
import type { Ports } from '../../core/ports.ts';
import type { Change, Migration, Row, Store, Table } from '../../core/store/store.ts';

export const quarantineLimits = {
  /** Per source. Beyond either, new events are not kept and their outcome says so; what is there stays. */
  rows: 100_000,
  bytes: 256 * 1024 * 1024,
  listRows: 500,
  replayRows: 2000,
  reasonLength: 300,
} as const;

export const quarantineTable: Table = {
  name: 'quarantine',
  columns: {
    quarantine_id: 'integer',
    source_id: 'integer',
    message_hash: 'blob',
    quarantined_at_ms: 'integer',
    fixed_at_ms: 'integer',
    size_bytes: 'integer',
    body: 'blob',
  },
  key: ['source_id', 'message_hash'],
};
const bodyPlace = place('quarantine', 'body');

export const quarantineMigrations: Migration[] = [
  {
    version: 240,
    name: 'quarantine',
    sqlite: `
      CREATE TABLE quarantine (
        quarantine_id INTEGER NOT NULL UNIQUE,
        source_id INTEGER NOT NULL,
        message_hash BLOB NOT NULL,
        quarantined_at_ms INTEGER NOT NULL,
        fixed_at_ms INTEGER,
        size_bytes INTEGER NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (source_id, message_hash)
      ) STRICT;
      CREATE INDEX quarantine_by_source ON quarantine (source_id, quarantine_id);`,
    postgres: `
      CREATE TABLE quarantine (
        quarantine_id BIGINT NOT NULL UNIQUE,
        source_id BIGINT NOT NULL,
        message_hash BYTEA NOT NULL,
        quarantined_at_ms BIGINT NOT NULL,
        fixed_at_ms BIGINT,
        size_bytes BIGINT NOT NULL,
        body BYTEA NOT NULL,
        PRIMARY KEY (source_id, message_hash)
      );
      CREATE INDEX quarantine_by_source ON quarantine (source_id, quarantine_id);`,
  },
];

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
/** What is put into quarantine: the event as it came, before any rule was applied. */
export type Broken = { readonly event: Event; readonly reason: string; readonly where: string };
export type Replayed = { readonly id: number } & Pick<Outcome, 'outcome' | 'reason'>;

export type QuarantineParts = {
  store: Store;
  ports: Pick<Ports, 'clock'>;
  seal(place: Place, row: number, bytes: Uint8Array): Uint8Array;
  open(place: Place, row: number, sealed: Uint8Array): Uint8Array;
  /** A keyed hash of a message id, the same for the same id. */
  hash(text: string): Uint8Array;
  limits?: { readonly rows?: number; readonly bytes?: number };
};

type Room = { rows: number; bytes: number };
type Body = { event: Event; reason: string; where: string };

export class Quarantine {
  readonly #parts: QuarantineParts;
  readonly #limits: Room;
  /** How full each source's quarantine is; asked of the store once, then counted along. */
  readonly #held = new Map<SourceId, Room>();

  constructor(parts: QuarantineParts) {
    this.#parts = parts;
    this.#limits = { rows: parts.limits?.rows ?? quarantineLimits.rows, bytes: parts.limits?.bytes ?? quarantineLimits.bytes };
  }

  /**
   * The changes that keep these events, to be written in the caller's transaction.
   * @returns `kept[i]` false: the source's quarantine is full and the i-th event is not kept
   */
  async quarantineRows(source: SourceId, broken: readonly Broken[]): Promise<{ changes: Change[]; kept: boolean[] }> {
    if (broken.length === 0) return { changes: [], kept: [] };
    const room = await this.#room(source);
    const firstId = await this.#parts.store.allocate(quarantineTable.name, broken.length);
    const rows: Row[] = [];
    const kept = broken.map((one, index) => {
      const row = this.quarantineRow(firstId + index, source, one);
      const sizeBytes = row.size_bytes as number;
      if (room.rows + 1 > this.#limits.rows || room.bytes + sizeBytes > this.#limits.bytes) return false;
      room.rows++;
      room.bytes += sizeBytes;
      rows.push(row);
      return true;
    });
    return { changes: rows.length > 0 ? [{ op: 'insert', table: quarantineTable, rows, onConflict: 'ignore' }] : [], kept };
  }

  /** One sealed row. @param id from the sequence `quarantine` */
  quarantineRow(id: number, source: SourceId, broken: Broken): Row {
    const body = this.#seal(id, broken);
    return {
      quarantine_id: id,
      source_id: source,
      message_hash: this.#parts.hash(broken.event.messageId),
      quarantined_at_ms: this.#parts.ports.clock.nowMs(),
      fixed_at_ms: null,
      size_bytes: body.length,
      body,
    };
  }

  /** Oldest first. @returns `next` to pass as `after` while there are more */
  async list(
    filter: { source?: SourceId; after?: number; limit?: number } = {},
  ): Promise<{ rows: QuarantinedEvent[]; next?: number }> {
    const limit = Math.max(1, Math.min(filter.limit ?? 50, quarantineLimits.listRows));
    const bySource = filter.source === undefined ? '' : 'source_id = :source AND';
    const found = await this.#parts.store.select(
      `SELECT * FROM quarantine WHERE ${bySource} quarantine_id > :after ORDER BY quarantine_id LIMIT :limit`,
      { ...(filter.source !== undefined && { source: filter.source }), after: filter.after ?? 0, limit: limit + 1 },
    );
    const rows = found.slice(0, limit).map((row) => this.#view(row));
    return found.length > limit ? { rows, next: rows.at(-1)!.id } : { rows };
  }

  /** @throws {Fault} `not_found` */
  async get(id: number): Promise<QuarantinedEvent> {
    const [row] = await this.#read([id]);
    if (!row) throw new Fault('not_found', `quarantine ${id}`);
    return this.#view(row);
  }

  async counts(): Promise<{ source: SourceId; rows: number; sizeBytes: number }[]> {
    const found = await this.#parts.store.select(
      'SELECT source_id, COUNT(*) AS row_count, SUM(size_bytes) AS size_sum FROM quarantine GROUP BY source_id ORDER BY source_id',
    );
    return found.map((row) => ({ source: Number(row.source_id), rows: Number(row.row_count), sizeBytes: Number(row.size_sum) }));
  }

  /**
   * Replaces an event by its corrected form; replay it afterwards. Its messageId stays, so that it is recorded once.
   * @throws {Fault} `not_found`, `bad_request`, `too_large`
   */
  async fix(id: number, patched: Event): Promise<void> {
    const [row] = await this.#read([id]);
    if (!row) throw new Fault('not_found', `quarantine ${id}`);
    const { event, reason, where } = this.#body(row);
    checkEvent(patched, event.messageId);
    const body = this.#seal(id, { event: patched, reason, where });
    const params = { id, body, sizeBytes: body.length, at: this.#parts.ports.clock.nowMs() };
    const sql = 'UPDATE quarantine SET body = :body, size_bytes = :sizeBytes, fixed_at_ms = :at WHERE quarantine_id = :id';
    await this.#parts.store.transact([{ op: 'run', sql, params }]);
    this.#held.delete(Number(row.source_id));
  }

  /**
   * Records the events again, through the dictionary as it is now. What is recorded leaves the quarantine; what still
   * breaks a rule stays. A crash between the two is harmless: the event is a duplicate the next time.
   * @throws {Fault} `bad_request` beyond `quarantineLimits.replayRows` ids, and what recordBatch throws
   */
  async replay(ids: readonly number[], recordBatch: RecordBatch): Promise<Replayed[]> {
    const rows = (await this.#read(ids)).map((row) => ({
      id: Number(row.quarantine_id),
      source: Number(row.source_id),
      event: this.#body(row).event,
    }));
    const replayed: Replayed[] = [];
    for (const source of new Set(rows.map((row) => row.source))) {
      const mine = rows.filter((row) => row.source === source);
      for (const batch of batches(mine)) {
        const outcomes = await recordBatch(
          source,
          batch.map((row) => row.event),
        );
        const done = batch.filter((_, index) => outcomes[index]!.outcome !== 'quarantined');
        await this.#remove(done.map((row) => row.id));
        batch.forEach(({ id }, index) => {
          const { outcome, reason } = outcomes[index]!;
          replayed.push({ id, outcome, ...(reason !== undefined && { reason }) });
        });
      }
    }
    return replayed;
  }

  /** Removes events for good. @returns how many there were */
  async discard(ids: readonly number[]): Promise<number> {
    const rows = await this.#read(ids);
    await this.#remove(rows.map((row) => Number(row.quarantine_id)));
    return rows.length;
  }

  /** Removes every event that `concerns` a person who is erased; all rows are opened for it. @returns how many */
  async forget(concerns: (event: Event, source: SourceId) => boolean): Promise<number> {
    let [removed, after] = [0, 0];
    for (;;) {
      const { rows, next } = await this.list({ after, limit: quarantineLimits.listRows });
      const mine = rows.filter((row) => concerns(row.event, row.source)).map((row) => row.id);
      await this.#remove(mine);
      removed += mine.length;
      if (next === undefined) break;
      after = next;
    }
    if (removed > 0) await this.#parts.store.scrub([quarantineTable]);
    return removed;
  }

  async #room(source: SourceId): Promise<Room> {
    const known = this.#held.get(source);
    if (known) return known;
    const sql = 'SELECT COUNT(*) AS row_count, SUM(size_bytes) AS size_sum FROM quarantine WHERE source_id = :source';
    const [row] = await this.#parts.store.select(sql, { source });
    const room = { rows: Number(row?.row_count ?? 0), bytes: Number(row?.size_sum ?? 0) };
    this.#held.set(source, room);
    return room;
  }

  async #read(ids: readonly number[]): Promise<Row[]> {
    if (ids.length > quarantineLimits.replayRows) throw new Fault('bad_request', `ids: more than ${quarantineLimits.replayRows}`);
    if (ids.length === 0) return [];
    return this.#parts.store.select('SELECT * FROM quarantine WHERE quarantine_id IN (:ids) ORDER BY quarantine_id', {
      ids: [...new Set(ids)],
    });
  }

  async #remove(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#parts.store.transact([
      { op: 'run', sql: 'DELETE FROM quarantine WHERE quarantine_id IN (:ids)', params: { ids } },
    ]);
    this.#held.clear();
  }

  #seal(id: number, { event, reason, where }: Broken): Uint8Array {
    const body: Body = {
      event,
      reason: reason.slice(0, quarantineLimits.reasonLength),
      where: where.slice(0, quarantineLimits.reasonLength),
    };
    return this.#parts.seal(bodyPlace, id, Buffer.from(JSON.stringify(body)));
  }

  #body(row: Row): Body {
    const bytes = this.#parts.open(bodyPlace, Number(row.quarantine_id), row.body as Uint8Array);
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as Body;
  }

  #view(row: Row): QuarantinedEvent {
    return {
      id: Number(row.quarantine_id),
      source: Number(row.source_id),
      quarantinedAtMs: Number(row.quarantined_at_ms),
      ...(row.fixed_at_ms !== null && { fixedAtMs: Number(row.fixed_at_ms) }),
      ...this.#body(row),
    };
  }
}

function* batches<T extends { event: Event }>(rows: readonly T[]): Generator<T[]> {
  let batch: T[] = [];
  let bytes = 0;
  for (const row of rows) {
    const sizeBytes = Buffer.byteLength(JSON.stringify(row.event));
    if (
      batch.length > 0 &&
      (bytes + sizeBytes > eventLimits.batchBytes - eventLimits.eventBytes || batch.length >= eventLimits.batchEvents)
    ) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(row);
    bytes += sizeBytes;
  }
  if (batch.length > 0) yield batch;
}

const eventKeys = new Set([
  'kind',
  'messageId',
  'userId',
  'anonymousId',
  'previousId',
  'groupId',
  'name',
  'properties',
  'traits',
  'context',
  'occurredAtMs',
  'receivedAtMs',
]);

function checkEvent(event: Event, messageId: string): void {
  if (typeof event !== 'object' || event === null) throw new Fault('bad_request', 'event');
  for (const key of Object.keys(event)) if (!eventKeys.has(key)) throw new Fault('bad_request', `event.${key.slice(0, 64)}`);
  if (!eventKinds.includes(event.kind)) throw new Fault('bad_request', 'event.kind');
  if (event.messageId !== messageId) throw new Fault('bad_request', 'event.messageId: stays what it was');
  for (const key of ['userId', 'anonymousId', 'previousId', 'groupId', 'name'] as const) {
    const value = event[key];
    if (value !== undefined && (typeof value !== 'string' || value === '' || value.length > eventLimits.idLength))
      throw new Fault('bad_request', `event.${key}`);
  }
  if (event.userId === undefined && event.anonymousId === undefined) throw new Fault('bad_request', 'event.userId');
  for (const key of ['properties', 'traits', 'context'] as const) {
    const value: unknown = event[key];
    if (value !== undefined && (typeof value !== 'object' || value === null || Array.isArray(value)))
      throw new Fault('bad_request', `event.${key}`);
  }
  for (const key of ['occurredAtMs', 'receivedAtMs'] as const)
    if (!Number.isSafeInteger(event[key])) throw new Fault('bad_request', `event.${key}`);
  if (Buffer.byteLength(JSON.stringify(event)) > eventLimits.eventBytes) throw new Fault('too_large', 'event');
}
