// All SQL of the record: set-based reads for the load step, and the rows of the write step.

import type { Change, Params, Row, Store } from '../../core/store/store.ts';
import {
  decisionRecordsTable,
  decisionsTable,
  eventsTable,
  foldMarksTable,
  identifiersTable,
  recordsTable,
  reviewsTable,
  statesTable,
  timelineTable,
} from './migrations.ts';

export type RecordRow = {
  recordId: number;
  personId: number;
  sourceId: number;
  known: boolean;
  recordKey: Buffer;
  createdAtMs: number;
};
export type EventRow = {
  seq: number;
  recordId: number;
  occurredAtMs: number;
  receivedAtMs: number;
  messageKey: Buffer;
  body: Buffer;
};
export type StateRow = { recordId: number; throughSeq: number; body: Buffer };
export type LoadedRecords = { records: RecordRow[]; states: StateRow[]; keys: Row[] };
export type DecisionRow = { decisionId: number; anchorId: number; body: Buffer };
export type Holder = { recordId: number; sourceId: number; known: boolean };

/** Rows of one page when events are read again to fold them. */
export const refoldPage = 500;

const recordColumns = 'record_id, person_id, source_id, known, record_key, created_at_ms';
const eventColumns = 'event_seq, record_id, occurred_at_ms, received_at_ms, message_key, body';

/** The load step's first read: which messages are known already, and which records the keys name. */
export async function findKeys(
  store: Store,
  messageKeys: readonly Buffer[],
  recordKeys: readonly Buffer[],
): Promise<{ known: string[]; records: RecordRow[] }> {
  const queries = [
    { sql: 'SELECT message_key FROM messages WHERE message_key IN (:keys)', params: { keys: messageKeys } },
    { sql: `SELECT ${recordColumns} FROM records WHERE record_key IN (:keys)`, params: { keys: recordKeys } },
  ];
  const [messages, records] = await store.selectMany(recordKeys.length > 0 ? queries : queries.slice(0, 1));
  return { known: messages!.map((row) => keyText(row.message_key)), records: (records ?? []).map(recordOf) };
}

const keyColumns = 'record_id, epoch, wrap_epoch, wrapped';

export async function loadRecords(store: Store, ids: readonly number[]): Promise<LoadedRecords> {
  const params = { ids };
  const [records, keys, states] = await store.selectMany([
    { sql: `SELECT ${recordColumns} FROM records WHERE record_id IN (:ids)`, params },
    { sql: `SELECT ${keyColumns} FROM record_keys WHERE record_id IN (:ids)`, params },
    { sql: 'SELECT record_id, through_seq, body FROM states WHERE record_id IN (:ids)', params },
  ]);
  return { records: records!.map(recordOf), keys: keys!, states: states!.map(stateOf) };
}

const ofPerson = 'WHERE person_id = (SELECT person_id FROM records WHERE record_id = :id)';
const inPerson = `WHERE record_id IN (SELECT record_id FROM records ${ofPerson})`;

/** All records of the person that a record's or person's id leads to, ordered by id, in one round trip. */
export async function loadPerson(store: Store, id: number): Promise<LoadedRecords> {
  const params = { id };
  const [records, keys, states] = await store.selectMany([
    { sql: `SELECT ${recordColumns} FROM records ${ofPerson} ORDER BY record_id`, params },
    { sql: `SELECT ${keyColumns} FROM record_keys ${inPerson}`, params },
    { sql: `SELECT record_id, through_seq, body FROM states ${inPerson}`, params },
  ]);
  return { records: records!.map(recordOf), keys: keys!, states: states!.map(stateOf) };
}

/** The same without states. */
export async function loadPersonKeys(store: Store, id: number): Promise<Omit<LoadedRecords, 'states'>> {
  const params = { id };
  const [records, keys] = await store.selectMany([
    { sql: `SELECT ${recordColumns} FROM records ${ofPerson} ORDER BY record_id`, params },
    { sql: `SELECT ${keyColumns} FROM record_keys ${inPerson}`, params },
  ]);
  return { records: records!.map(recordOf), keys: keys! };
}

export async function recordIdsOfPerson(store: Store, recordOrPersonId: number): Promise<number[]> {
  const rows = await store.select(`SELECT record_id FROM records ${ofPerson} ORDER BY record_id`, { id: recordOrPersonId });
  return rows.map((row) => int(row.record_id));
}

export type ConsentRow = { recordId: number; version: number; body: Buffer | undefined };

/** What all records of these persons say about consent, and their keys. */
export async function loadConsents(
  store: Store,
  persons: readonly number[],
): Promise<{ records: { recordId: number; personId: number }[]; rows: ConsentRow[]; keys: Row[] }> {
  const params = { persons };
  const theirs = 'WHERE record_id IN (SELECT record_id FROM records WHERE person_id IN (:persons))';
  const [records, rows, keys] = await store.selectMany([
    { sql: 'SELECT record_id, person_id FROM records WHERE person_id IN (:persons) ORDER BY record_id', params },
    { sql: `SELECT record_id, version, body FROM consents ${theirs}`, params },
    { sql: `SELECT ${keyColumns} FROM record_keys ${theirs}`, params },
  ]);
  return {
    records: records!.map((row) => ({ recordId: int(row.record_id), personId: int(row.person_id) })),
    rows: rows!.map((row) => ({
      recordId: int(row.record_id),
      version: int(row.version),
      body: row.body === null ? undefined : blob(row.body),
    })),
    keys: keys!,
  };
}

/** Queries asked in one go, below what the store takes. */
const queriesTogether = 500;

async function selectAll(store: Store, queries: readonly { sql: string; params: Params }[]): Promise<Row[][]> {
  const answers: Row[][] = [];
  for (let at = 0; at < queries.length; at += queriesTogether) {
    answers.push(...(await store.selectMany(queries.slice(at, at + queriesTogether))));
  }
  return answers;
}

/** For each value, who holds it: at most `limit` records each. */
export async function holdersOf(store: Store, keys: readonly Buffer[], limit: number): Promise<Holder[][]> {
  const answers = await selectAll(
    store,
    keys.map((key) => ({
      sql: `SELECT r.record_id, r.source_id, r.known FROM identifiers i JOIN records r ON r.record_id = i.record_id
            WHERE i.identifier_key = :key LIMIT ${limit}`,
      params: { key },
    })),
  );
  return answers.map((rows) =>
    rows.map((row) => ({ recordId: int(row.record_id), sourceId: int(row.source_id), known: row.known === 1 })),
  );
}

export async function decisionsAbout(store: Store, recordIds: readonly number[]): Promise<DecisionRow[]> {
  const rows = await store.select(
    `SELECT decision_id, anchor_id, body FROM decisions WHERE decision_id IN
       (SELECT decision_id FROM decision_records WHERE record_id IN (:ids)) ORDER BY decision_id`,
    { ids: recordIds },
  );
  return rows.map(decisionOf);
}

export async function decisionRows(store: Store, ids: readonly number[]): Promise<DecisionRow[]> {
  const rows = await store.select('SELECT decision_id, anchor_id, body FROM decisions WHERE decision_id IN (:ids)', { ids });
  return rows.map(decisionOf);
}

/** Persons who hold any of the values, at most `limit`. */
export async function personsHolding(store: Store, keys: readonly Buffer[], limit: number): Promise<number[]> {
  const rows = await store.select(
    `SELECT DISTINCT r.person_id FROM identifiers i JOIN records r ON r.record_id = i.record_id
     WHERE i.identifier_key IN (:keys) ORDER BY r.person_id LIMIT ${limit}`,
    { keys },
  );
  return rows.map((row) => int(row.person_id));
}

/** For each value, the other persons who hold it. */
export async function otherPersonsHolding(store: Store, keys: readonly Buffer[], me: number, limit: number): Promise<number[][]> {
  const answers = await store.selectMany(
    keys.map((key) => ({
      sql: `SELECT DISTINCT r.person_id FROM identifiers i JOIN records r ON r.record_id = i.record_id
            WHERE i.identifier_key = :key AND r.person_id <> :me LIMIT ${limit}`,
      params: { key, me },
    })),
  );
  return answers.map((rows) => rows.map((row) => int(row.person_id)));
}

export async function personIdsAfter(store: Store, after: number, limit: number): Promise<number[]> {
  const rows = await store.select(
    `SELECT DISTINCT person_id FROM records WHERE person_id > :after ORDER BY person_id LIMIT ${limit}`,
    { after },
  );
  return rows.map((row) => int(row.person_id));
}

export async function recordIdsOfPersons(store: Store, persons: readonly number[]): Promise<number[]> {
  const rows = await store.select('SELECT record_id FROM records WHERE person_id IN (:persons) ORDER BY record_id', { persons });
  return rows.map((row) => int(row.record_id));
}

const reviewColumns = `v.review_id, v.left_record, v.right_record, v.made_at_ms, v.closed_at_ms, v.body,
  a.person_id AS left_person, b.person_id AS right_person`;
const reviewTables = `reviews v JOIN records a ON a.record_id = v.left_record JOIN records b ON b.record_id = v.right_record`;

export function openReviews(store: Store, after: number, limit: number): Promise<Row[]> {
  return store.select(
    `SELECT ${reviewColumns} FROM ${reviewTables} WHERE v.closed_at_ms IS NULL AND v.review_id > :after ORDER BY v.review_id LIMIT ${limit}`,
    { after },
  );
}

export async function reviewById(store: Store, reviewId: number): Promise<Row | undefined> {
  return (await store.select(`SELECT ${reviewColumns} FROM ${reviewTables} WHERE v.review_id = :reviewId`, { reviewId }))[0];
}

/** Pairs decided since a moment, the latest first. */
export function closedReviews(store: Store, sinceMs: number, limit: number): Promise<Row[]> {
  return store.select(
    `SELECT ${reviewColumns} FROM ${reviewTables} WHERE v.closed_at_ms >= :sinceMs ORDER BY v.closed_at_ms DESC LIMIT ${limit}`,
    { sinceMs },
  );
}

/** When pairs came into the queue since a moment: of the latest ones. */
export async function reviewsMadeSince(store: Store, sinceMs: number, limit: number): Promise<number[]> {
  const rows = await store.select(`SELECT made_at_ms FROM reviews ORDER BY review_id DESC LIMIT ${limit}`);
  return rows.map((row) => int(row.made_at_ms)).filter((atMs) => atMs >= sinceMs);
}

/** How many pairs wait, counted no further than a limit. */
export async function openReviewCount(store: Store, limit: number): Promise<number> {
  const [row] = await store.select(
    `SELECT COUNT(*) AS waiting FROM (SELECT review_id FROM reviews WHERE closed_at_ms IS NULL LIMIT ${limit}) AS w`,
  );
  return Number(row!.waiting);
}

/** The latest decisions before a number, one page. */
export function decisionsBefore(store: Store, before: number, limit: number): Promise<Row[]> {
  return store.select(
    `SELECT decision_id, anchor_id, made_at_ms, body FROM decisions WHERE decision_id < :before ORDER BY decision_id DESC LIMIT ${limit}`,
    { before },
  );
}

export async function personsOfRecords(store: Store, recordIds: readonly number[]): Promise<Map<number, number>> {
  if (recordIds.length === 0) return new Map();
  const rows = await store.select('SELECT record_id, person_id FROM records WHERE record_id IN (:recordIds)', { recordIds });
  return new Map(rows.map((row) => [int(row.record_id), int(row.person_id)]));
}

export type LatestEvent = { seq: number; personId: number; sourceId: number };

/** Whose events came last before a number, the latest first: a row for each event. */
export async function latestEvents(store: Store, before: number, limit: number): Promise<LatestEvent[]> {
  const rows = await store.select(
    `SELECT e.event_seq, r.person_id, r.source_id FROM events e JOIN records r ON r.record_id = e.record_id
     WHERE e.event_seq < :before ORDER BY e.event_seq DESC LIMIT ${limit}`,
    { before },
  );
  return rows.map((row) => ({ seq: int(row.event_seq), personId: int(row.person_id), sourceId: int(row.source_id) }));
}

const eventColumnsOfE = eventColumns
  .split(', ')
  .map((column) => `e.${column}`)
  .join(', ');

/** The number alone says it; the record says in which partition, where there are any. */
const sameEvent = 'e.event_seq = t.event_seq AND e.record_id = t.record_id';

/**
 * Indexed events of one record in the order of their times, one page. `after` is the last (time, sequence) of the page before.
 * @param throughSeq later ones are left out
 */
export async function eventsOfRecord(
  store: Store,
  recordId: number,
  throughSeq: number,
  after: TimelinePlace | undefined,
): Promise<EventRow[]> {
  const rows = await store.select(
    `SELECT ${eventColumnsOfE} FROM timeline t JOIN events e ON ${sameEvent} WHERE t.record_id = :recordId
       AND (t.occurred_at_ms > :atMs OR (t.occurred_at_ms = :atMs AND t.event_seq > :seq)) AND t.event_seq <= :throughSeq
     ORDER BY t.occurred_at_ms, t.event_seq LIMIT ${refoldPage}`,
    { recordId, throughSeq, atMs: after?.atMs ?? Number.MIN_SAFE_INTEGER, seq: after?.seq ?? -1 },
  );
  return rows.map(eventOf);
}

/** Events recorded from `fromSeq` on, one page, in the order of recording. */
export async function eventsFrom(store: Store, fromSeq: number): Promise<EventRow[]> {
  const rows = await store.select(
    `SELECT ${eventColumns} FROM events WHERE event_seq >= :fromSeq ORDER BY event_seq LIMIT ${refoldPage}`,
    { fromSeq },
  );
  return rows.map(eventOf);
}

/** Where an event stands in a timeline. */
export type TimelinePlace = { atMs: number; seq: number };

/** Records up to which a page of each is read whole; beyond, places first and then the events chosen: their bodies are large. */
const recordsReadWhole = 16;

/**
 * The latest events of several records before a place in the timeline, newest first, at most `limit` together.
 * @param unindexed places of events of these records that the index does not have yet, within the same bounds
 */
export async function timelineOf(
  store: Store,
  recordIds: readonly number[],
  unindexed: readonly TimelinePlace[],
  before: TimelinePlace,
  sinceMs: number,
  limit: number,
): Promise<EventRow[]> {
  const whole = recordIds.length <= recordsReadWhole;
  const columns = whole ? eventColumnsOfE : 't.event_seq, t.occurred_at_ms';
  const tables = whole ? `timeline t JOIN events e ON ${sameEvent}` : 'timeline t';
  const queries: { sql: string; params: Params }[] = recordIds.map((recordId) => ({
    sql: `SELECT ${columns} FROM ${tables} WHERE t.record_id = :recordId AND t.occurred_at_ms <= :atMs
            AND t.occurred_at_ms >= :sinceMs AND (t.occurred_at_ms < :atMs OR t.event_seq < :seq)
          ORDER BY t.occurred_at_ms DESC, t.event_seq DESC LIMIT :limit`,
    params: { recordId, atMs: before.atMs, seq: before.seq, sinceMs, limit },
  }));
  const seqs = unindexed.map(({ seq }) => seq);
  if (whole && seqs.length > 0) queries.push({ sql: eventsBySeq, params: { seqs } });
  const found = (await selectAll(store, queries)).flat();
  if (!whole) found.push(...unindexed.map(({ atMs, seq }): Row => ({ event_seq: seq, occurred_at_ms: atMs })));
  const latest = newestFirst(found).slice(0, limit);
  if (whole || latest.length === 0) return latest.map(eventOf);
  return newestFirst(await store.select(eventsBySeq, { seqs: latest.map((row) => int(row.event_seq)) })).map(eventOf);
}

const eventsBySeq = `SELECT ${eventColumns} FROM events WHERE event_seq IN (:seqs)`;

/** Each once: an event may have been indexed while it was asked for. */
function newestFirst(events: readonly Row[]): Row[] {
  const once = [...new Map(events.map((row) => [row.event_seq, row])).values()];
  return once.sort((a, b) => int(b.occurred_at_ms) - int(a.occurred_at_ms) || int(b.event_seq) - int(a.event_seq));
}

/** Keys of the index of messages, one page in their order. */
export async function messageKeysAfter(store: Store, after: Buffer): Promise<Buffer[]> {
  const rows = await store.select('SELECT message_key FROM messages WHERE message_key > :after ORDER BY message_key LIMIT 4000', {
    after,
  });
  return rows.map((row) => blob(row.message_key));
}

export async function foldMark(store: Store): Promise<number> {
  const rows = await store.select('SELECT from_seq FROM fold_marks WHERE mark = 0');
  return rows[0] ? int(rows[0].from_seq) : 0;
}

/** The highest number of an event; -1 without any. */
export async function lastEvent(store: Store): Promise<number> {
  const [row] = await store.select('SELECT MAX(event_seq) AS last FROM events');
  return row?.last === null || row === undefined ? -1 : int(row.last);
}

export const rows = {
  record: (record: RecordRow): Row => ({
    record_id: record.recordId,
    person_id: record.personId,
    source_id: record.sourceId,
    known: record.known ? 1 : 0,
    record_key: record.recordKey,
    created_at_ms: record.createdAtMs,
  }),
  /** Bodies are sealed on their way to the disk. */
  event: (event: Omit<EventRow, 'body'>): Row => ({
    event_seq: event.seq,
    record_id: event.recordId,
    occurred_at_ms: event.occurredAtMs,
    received_at_ms: event.receivedAtMs,
    message_key: event.messageKey,
  }),
  timeline: (recordId: number, atMs: number, seq: number): Row => ({ record_id: recordId, occurred_at_ms: atMs, event_seq: seq }),
  state: (state: Omit<StateRow, 'body'>): Row => ({ record_id: state.recordId, through_seq: state.throughSeq }),
};

export function markChange(fromSeq: number): Change {
  return { op: 'upsert', table: foldMarksTable, rows: [{ mark: 0, from_seq: fromSeq }] };
}

export function decisionChanges(row: DecisionRow, madeAtMs: number, recordIds: readonly number[]): Change[] {
  return [
    {
      op: 'upsert',
      table: decisionsTable,
      rows: [{ decision_id: row.decisionId, anchor_id: row.anchorId, made_at_ms: madeAtMs, body: row.body }],
    },
    {
      op: 'insert',
      table: decisionRecordsTable,
      rows: recordIds.map((recordId) => ({ decision_id: row.decisionId, record_id: recordId })),
      onConflict: 'ignore',
    },
  ];
}

export {
  decisionRecordsTable,
  decisionsTable,
  eventsTable,
  identifiersTable,
  recordsTable,
  reviewsTable,
  statesTable,
  timelineTable,
};

/** Keys as text, for Maps and Sets. */
export function keyText(key: unknown): string {
  return blob(key).toString('latin1');
}

export function int(value: unknown): number {
  return value as number;
}

export function blob(value: unknown): Buffer {
  const bytes = value as Uint8Array;
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function decisionOf(row: Row): DecisionRow {
  return { decisionId: int(row.decision_id), anchorId: int(row.anchor_id), body: blob(row.body) };
}

function recordOf(row: Row): RecordRow {
  return {
    recordId: int(row.record_id),
    personId: int(row.person_id),
    sourceId: int(row.source_id),
    known: row.known === 1,
    recordKey: ownBlob(row.record_key),
    createdAtMs: int(row.created_at_ms),
  };
}

/** For what is kept: a blob looks into the whole answer that it came in (states, keys, other records), which stays as long as any of them does. */
function ownBlob(value: unknown): Buffer {
  const bytes = blob(value);
  // Not from the pool of small buffers, which is the same thing again.
  const own = Buffer.alloc(bytes.length);
  own.set(bytes);
  return own;
}

function stateOf(row: Row): StateRow {
  return { recordId: int(row.record_id), throughSeq: int(row.through_seq), body: blob(row.body) };
}

export function eventOf(row: Row): EventRow {
  return {
    seq: int(row.event_seq),
    recordId: int(row.record_id),
    occurredAtMs: int(row.occurred_at_ms),
    receivedAtMs: int(row.received_at_ms),
    messageKey: blob(row.message_key),
    body: blob(row.body),
  };
}
