// The tables of access as the store port knows them, and all SQL over them. Each is small enough to be read whole when the node opens.

import type { Change, Row, Store, Table } from '../store/store.ts';

export const peopleTable = {
  name: 'people',
  columns: {
    person_id: 'integer',
    login_hash: 'blob',
    profile: 'blob',
    credentials: 'blob',
    created_at_ms: 'integer',
    disabled_at_ms: 'integer',
  },
  key: ['person_id'],
} as const satisfies Table;

export const sessionsTable = {
  name: 'sessions',
  columns: {
    session_id: 'integer',
    token_hash: 'blob',
    person_id: 'integer',
    stage: 'text',
    created_at_ms: 'integer',
    last_used_at_ms: 'integer',
    stepped_up_until_ms: 'integer',
    about: 'blob',
  },
  key: ['session_id'],
} as const satisfies Table;

export const linksTable = {
  name: 'sign_in_links',
  columns: { link_id: 'integer', token_hash: 'blob', kind: 'text', person_id: 'integer', expires_at_ms: 'integer' },
  key: ['link_id'],
} as const satisfies Table;

export const attemptsTable = {
  name: 'sign_in_attempts',
  columns: { key_hash: 'blob', failures: 'integer', last_at_ms: 'integer' },
  key: ['key_hash'],
} as const satisfies Table;

export type PersonRow = {
  person_id: number;
  login_hash: Uint8Array;
  profile: Uint8Array;
  credentials: Uint8Array;
  created_at_ms: number;
  disabled_at_ms: number | null;
};
export type SessionRow = {
  session_id: number;
  token_hash: Uint8Array;
  person_id: number;
  stage: string;
  created_at_ms: number;
  last_used_at_ms: number;
  stepped_up_until_ms: number | null;
  about: Uint8Array;
};
export type LinkRow = {
  link_id: number;
  token_hash: Uint8Array;
  kind: string;
  person_id: number | null;
  expires_at_ms: number;
};
export type AttemptRow = { key_hash: Uint8Array; failures: number; last_at_ms: number };

const all = async (store: Store, table: Table, order: string): Promise<Row[]> =>
  store.select(`SELECT ${Object.keys(table.columns).join(', ')} FROM ${table.name} ORDER BY ${order}`);

export const readPeople = async (store: Store) => (await all(store, peopleTable, 'person_id')) as PersonRow[];
export const readSessions = async (store: Store) => (await all(store, sessionsTable, 'session_id')) as SessionRow[];
export const readLinks = async (store: Store) => (await all(store, linksTable, 'link_id')) as LinkRow[];
/** Oldest first. */
export const readAttempts = async (store: Store) => (await all(store, attemptsTable, 'last_at_ms')) as AttemptRow[];

export const put = (table: Table, ...rows: readonly Row[]): Change => ({ op: 'upsert', table, rows });

/** @param key the table's key column  @returns no change for no keys */
export function remove(table: Table, key: string, values: readonly (number | Uint8Array)[]): Change[] {
  return values.length === 0 ? [] : [{ op: 'delete', table, keys: values.map((value) => ({ [key]: value })) }];
}

/** Changes that make one transaction with others, and what memory has to learn once they are on disk. */
export type Step = { readonly changes: readonly Change[]; keep(): void };
