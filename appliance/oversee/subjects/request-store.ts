// All SQL of requests, restrictions and holds. A request is sealed; which records it is about stands beside it, so that an erasure finds it.

import type { RequestKind } from '../../core/model/rights.ts';
import type { Change, Row, Store } from '../../core/store/store.ts';
import { requestRecordsTable, requestsTable, restrictionsTable } from './migrations.ts';
import type { BodySeal } from './sealed-row.ts';

export const requestStates = { received: 1, verified: 2, completed: 3, refused: 4 } as const;
export type RequestState = keyof typeof requestStates;

/** How somebody made sure that it is the customer who asks. */
export const checks = [
  'in_person',
  'identity_document',
  'signed_in',
  'code_to_known_contact',
  'known_facts',
  'authorised_agent',
] as const;
export type Check = (typeof checks)[number];

export type Happened = { atMs: number; by: string; what: string; reason?: string };
export type RequestBody = {
  kind: RequestKind;
  /** Absent once the person is erased. */
  person?: number;
  /** How the request came: a letter, a call; absent once the person is erased. */
  note?: string;
  language: 'zh' | 'en';
  check?: { how: Check; by: string; atMs: number };
  hold?: { reason: string; by: string; atMs: number };
  extended?: { reason: string; by: string; atMs: number };
  erasure?: string;
  history: Happened[];
  /** The person was erased: what was said of them is gone, that something was asked and done is kept. */
  erased?: true;
};
export type Request = {
  id: number;
  state: RequestState;
  openedAtMs: number;
  dueAtMs: number;
  closedAtMs?: number;
  body: RequestBody;
};

const columns = 'request_id, state, held, opened_at_ms, due_at_ms, closed_at_ms, body';

export class RequestRows {
  readonly #store: Store;
  readonly #seal: BodySeal;

  constructor(store: Store, seal: BodySeal) {
    this.#store = store;
    this.#seal = seal;
  }

  write(request: Request): Change {
    const { id, state, openedAtMs, dueAtMs, closedAtMs, body } = request;
    const row: Row = {
      request_id: id,
      state: requestStates[state],
      held: body.hold ? 1 : 0,
      opened_at_ms: openedAtMs,
      due_at_ms: dueAtMs,
      closed_at_ms: closedAtMs ?? null,
      body: this.#seal.seal('subject_requests', id, body),
    };
    return { op: 'upsert', table: requestsTable, rows: [row] };
  }

  about(id: number, recordIds: readonly number[]): Change {
    const rows = recordIds.map((recordId) => ({ request_id: id, record_id: recordId }));
    return { op: 'insert', table: requestRecordsTable, rows, onConflict: 'ignore' };
  }

  async get(id: number): Promise<Request | undefined> {
    const [row] = await this.#store.select(`SELECT ${columns} FROM subject_requests WHERE request_id = :id`, { id });
    return row && this.#requestOf(row);
  }

  /** Open ones by their deadline, the next first; closed ones with `closed`, the latest first. */
  async list(closed: boolean, after: number, limit: number): Promise<Request[]> {
    const sql = closed
      ? `SELECT ${columns} FROM subject_requests WHERE state >= :closed ORDER BY closed_at_ms DESC, request_id DESC LIMIT :limit OFFSET :after`
      : `SELECT ${columns} FROM subject_requests WHERE state < :closed ORDER BY due_at_ms, request_id LIMIT :limit OFFSET :after`;
    const rows = await this.#store.select(sql, { closed: requestStates.completed, limit, after });
    return rows.map((row) => this.#requestOf(row));
  }

  async aboutRecords(recordIds: readonly number[]): Promise<Request[]> {
    if (recordIds.length === 0) return [];
    const rows = await this.#store.select(
      `SELECT ${columns} FROM subject_requests WHERE request_id IN
         (SELECT request_id FROM subject_request_records WHERE record_id IN (:recordIds)) ORDER BY request_id`,
      { recordIds },
    );
    return rows.map((row) => this.#requestOf(row));
  }

  /** The number of an open request under a hold that is about one of these. */
  async holding(recordIds: readonly number[]): Promise<number | undefined> {
    const held = await this.#store.select(
      `SELECT request_id FROM subject_requests WHERE held = 1 AND request_id IN
         (SELECT request_id FROM subject_request_records WHERE record_id IN (:recordIds)) ORDER BY request_id LIMIT 1`,
      { recordIds },
    );
    return held[0] && Number(held[0].request_id);
  }

  async recordsOf(id: number): Promise<number[]> {
    const rows = await this.#store.select(
      'SELECT record_id FROM subject_request_records WHERE request_id = :id ORDER BY record_id',
      { id },
    );
    return rows.map((row) => Number(row.record_id));
  }

  restrict(id: number, recordIds: readonly number[], atMs: number): Change {
    const rows = recordIds.map((recordId) => ({ record_id: recordId, request_id: id, since_at_ms: atMs }));
    return { op: 'upsert', table: restrictionsTable, rows };
  }

  unrestrict(id: number): Change {
    return { op: 'run', sql: 'DELETE FROM restrictions WHERE request_id = :id', params: { id } };
  }

  async restricted(): Promise<number[]> {
    return (await this.#store.select('SELECT record_id FROM restrictions')).map((row) => Number(row.record_id));
  }

  async restrictionsOf(recordIds: readonly number[]): Promise<{ recordId: number; request: number; sinceMs: number }[]> {
    if (recordIds.length === 0) return [];
    const rows = await this.#store.select(
      'SELECT record_id, request_id, since_at_ms FROM restrictions WHERE record_id IN (:recordIds) ORDER BY record_id',
      { recordIds },
    );
    return rows.map((row) => ({
      recordId: Number(row.record_id),
      request: Number(row.request_id),
      sinceMs: Number(row.since_at_ms),
    }));
  }

  forget(recordIds: readonly number[]): Change[] {
    const params = { recordIds };
    return [
      { op: 'run', sql: 'DELETE FROM restrictions WHERE record_id IN (:recordIds)', params },
      { op: 'run', sql: 'DELETE FROM subject_request_records WHERE record_id IN (:recordIds)', params },
    ];
  }

  #requestOf(row: Row): Request {
    const id = Number(row.request_id);
    const state = (Object.keys(requestStates) as RequestState[]).find((name) => requestStates[name] === row.state)!;
    return {
      id,
      state,
      openedAtMs: Number(row.opened_at_ms),
      dueAtMs: Number(row.due_at_ms),
      ...(row.closed_at_ms !== null && { closedAtMs: Number(row.closed_at_ms) }),
      body: this.#seal.open<RequestBody>('subject_requests', id, row.body),
    };
  }
}
