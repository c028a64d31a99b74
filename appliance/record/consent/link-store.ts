// The tables of preference links, of requests for consent that wait for a confirmation, of messages that wait for a channel, and of the texts that
// customers were shown; and all of their SQL. What is about a customer is sealed with the audit key of their record, and goes with it.

import type { Change, Migration, Row, Store, Table } from '../../core/store/store.ts';

const links: Table = {
  name: 'consent_links',
  columns: {
    link_hash: 'blob',
    record_id: 'integer',
    made_at_ms: 'integer',
    expires_at_ms: 'integer',
    revoked_at_ms: 'integer',
  },
  key: ['link_hash'],
};
const requests: Table = {
  name: 'consent_requests',
  columns: {
    request_id: 'integer',
    link_hash: 'blob',
    record_id: 'integer',
    made_at_ms: 'integer',
    expires_at_ms: 'integer',
    confirmed_at_ms: 'integer',
    body: 'blob',
  },
  key: ['request_id'],
};
const outbox: Table = {
  name: 'consent_outbox',
  columns: { outbox_id: 'integer', record_id: 'integer', made_at_ms: 'integer', expires_at_ms: 'integer', body: 'blob' },
  key: ['outbox_id'],
};
const texts: Table = {
  name: 'consent_texts',
  columns: { version: 'text', first_at_ms: 'integer', body: 'text' },
  key: ['version'],
};

export const consentMigrations: Migration[] = [
  {
    version: 230,
    name: 'preference links and requests for consent',
    sqlite: `
      CREATE TABLE consent_links (
        link_hash BLOB PRIMARY KEY,
        record_id INTEGER NOT NULL,
        made_at_ms INTEGER NOT NULL,
        expires_at_ms INTEGER NOT NULL,
        revoked_at_ms INTEGER
      ) STRICT;
      CREATE INDEX consent_links_by_record ON consent_links (record_id);
      CREATE TABLE consent_requests (
        request_id INTEGER PRIMARY KEY,
        link_hash BLOB NOT NULL UNIQUE,
        record_id INTEGER NOT NULL,
        made_at_ms INTEGER NOT NULL,
        expires_at_ms INTEGER NOT NULL,
        confirmed_at_ms INTEGER,
        body BLOB NOT NULL
      ) STRICT;
      CREATE INDEX consent_requests_by_record ON consent_requests (record_id, made_at_ms);
      CREATE TABLE consent_outbox (
        outbox_id INTEGER PRIMARY KEY,
        record_id INTEGER NOT NULL,
        made_at_ms INTEGER NOT NULL,
        expires_at_ms INTEGER NOT NULL,
        body BLOB NOT NULL
      ) STRICT;
      CREATE INDEX consent_outbox_by_expiry ON consent_outbox (expires_at_ms);
      CREATE TABLE consent_texts (
        version TEXT PRIMARY KEY,
        first_at_ms INTEGER NOT NULL,
        body TEXT NOT NULL
      ) STRICT;`,
    postgres: `
      CREATE TABLE consent_links (
        link_hash BYTEA PRIMARY KEY,
        record_id BIGINT NOT NULL,
        made_at_ms BIGINT NOT NULL,
        expires_at_ms BIGINT NOT NULL,
        revoked_at_ms BIGINT
      );
      CREATE INDEX consent_links_by_record ON consent_links (record_id);
      CREATE TABLE consent_requests (
        request_id BIGINT PRIMARY KEY,
        link_hash BYTEA NOT NULL UNIQUE,
        record_id BIGINT NOT NULL,
        made_at_ms BIGINT NOT NULL,
        expires_at_ms BIGINT NOT NULL,
        confirmed_at_ms BIGINT,
        body BYTEA NOT NULL
      );
      CREATE INDEX consent_requests_by_record ON consent_requests (record_id, made_at_ms);
      CREATE TABLE consent_outbox (
        outbox_id BIGINT PRIMARY KEY,
        record_id BIGINT NOT NULL,
        made_at_ms BIGINT NOT NULL,
        expires_at_ms BIGINT NOT NULL,
        body BYTEA NOT NULL
      );
      CREATE INDEX consent_outbox_by_expiry ON consent_outbox (expires_at_ms);
      CREATE TABLE consent_texts (
        version TEXT PRIMARY KEY,
        first_at_ms BIGINT NOT NULL,
        body TEXT NOT NULL
      );`,
  },
];

/** Rows as they are stored. */
export type LinkRow = {
  link_hash: Uint8Array;
  record_id: number;
  made_at_ms: number;
  expires_at_ms: number;
  revoked_at_ms: number | null;
};
export type RequestRow = Omit<LinkRow, 'revoked_at_ms'> & {
  request_id: number;
  confirmed_at_ms: number | null;
  body: Uint8Array;
};
export type OutboxRow = { outbox_id: number; record_id: number; made_at_ms: number; expires_at_ms: number; body: Uint8Array };
export type TextRow = { version: string; first_at_ms: number; body: string };

export const putLink = (row: LinkRow): Change => ({ op: 'upsert', table: links, rows: [row] });
export const putRequest = (row: RequestRow): Change => ({ op: 'upsert', table: requests, rows: [row] });
export const putMessage = (row: OutboxRow): Change => ({ op: 'upsert', table: outbox, rows: [row] });
export const addTexts = (rows: readonly TextRow[]): Change => ({
  op: 'insert',
  table: texts,
  rows: rows as readonly Row[],
  onConflict: 'ignore',
});

/** Links of a person that are in force end now. */
export const revokeLinks = (records: readonly number[], nowMs: number): Change => ({
  op: 'run',
  sql: 'UPDATE consent_links SET revoked_at_ms = :now WHERE record_id IN (:records) AND revoked_at_ms IS NULL AND expires_at_ms > :now',
  params: { records, now: nowMs },
});

/** Messages that hold a link which has run out are of no use to anybody. */
export const dropExpiredMessages = (nowMs: number): Change => ({
  op: 'run',
  sql: 'DELETE FROM consent_outbox WHERE expires_at_ms <= :now',
  params: { now: nowMs },
});

/** All that these tables have of a person. */
export const eraseLinks = (records: readonly number[]): Change[] =>
  [links, requests, outbox].map(({ name }) => ({
    op: 'run',
    sql: `DELETE FROM ${name} WHERE record_id IN (:records)`,
    params: { records },
  }));

export async function readLinkRow(store: Store, hash: Uint8Array): Promise<LinkRow | undefined> {
  const [row] = await store.select('SELECT * FROM consent_links WHERE link_hash = :hash', { hash });
  return row as LinkRow | undefined;
}

export async function countLinks(store: Store, records: readonly number[], nowMs: number): Promise<number> {
  const sql = `SELECT COUNT(*) AS link_count FROM consent_links
    WHERE record_id IN (:records) AND revoked_at_ms IS NULL AND expires_at_ms > :now`;
  const [row] = await store.select(sql, { records, now: nowMs });
  return Number(row?.link_count ?? 0);
}

export async function readRequestBy(store: Store, hash: Uint8Array): Promise<RequestRow | undefined> {
  const [row] = await store.select('SELECT * FROM consent_requests WHERE link_hash = :hash', { hash });
  return row as RequestRow | undefined;
}

/** Newest first. */
export async function readRequests(store: Store, records: readonly number[], limit: number): Promise<RequestRow[]> {
  const sql =
    'SELECT * FROM consent_requests WHERE record_id IN (:records) ORDER BY made_at_ms DESC, request_id DESC LIMIT :limit';
  return (await store.select(sql, { records, limit })) as RequestRow[];
}

export async function countRequests(store: Store, records: readonly number[], sinceMs: number): Promise<number> {
  const sql = 'SELECT COUNT(*) AS request_count FROM consent_requests WHERE record_id IN (:records) AND made_at_ms > :since';
  const [row] = await store.select(sql, { records, since: sinceMs });
  return Number(row?.request_count ?? 0);
}

export async function countMessages(store: Store): Promise<number> {
  const [row] = await store.select('SELECT COUNT(*) AS message_count FROM consent_outbox');
  return Number(row?.message_count ?? 0);
}

/** Oldest first. */
export async function readMessages(store: Store, nowMs: number, after: number, limit: number): Promise<OutboxRow[]> {
  const sql = 'SELECT * FROM consent_outbox WHERE outbox_id > :after AND expires_at_ms > :now ORDER BY outbox_id LIMIT :limit';
  return (await store.select(sql, { after, now: nowMs, limit })) as OutboxRow[];
}

export async function readTexts(store: Store): Promise<TextRow[]> {
  return (await store.select('SELECT * FROM consent_texts ORDER BY first_at_ms, version LIMIT 10000')) as TextRow[];
}
