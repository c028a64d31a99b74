// The tables of governance and all of their SQL. What fields are called and what quality rules name says much about customers, so
// bodies are sealed; in the clear are numbers and times.

import type { Change, Migration, Row, Sealing, Store, Table } from '../../core/store/store.ts';

const table = (name: string, columns: Table['columns'], key: readonly string[]): Table => ({ name, columns, key });

/** What was observed of a field or a stream. Written behind. */
export const entriesTable = table(
  'catalogue_entries',
  { entry_id: 'integer', source_id: 'integer', saved_at_ms: 'integer', body: 'blob' },
  ['entry_id'],
);
/** What people said of a field, version by version. */
export const wordsTable = table(
  'catalogue_words',
  { entry_id: 'integer', version: 'integer', decided_at_ms: 'integer', body: 'blob' },
  ['entry_id', 'version'],
);
export const rulesTable = table(
  'quality_rules',
  { source_id: 'integer', version: 'integer', saved_at_ms: 'integer', size_bytes: 'integer', body: 'blob' },
  ['source_id', 'version'],
);
/** `closed`: 1 once the hour is over and judged. */
export const hoursTable = table(
  'quality_hours',
  { source_id: 'integer', hour_ms: 'integer', closed: 'integer', body: 'blob', offenders: 'blob' },
  ['source_id', 'hour_ms'],
);
export const alarmsTable = table(
  'quality_alarms',
  { alarm_id: 'integer', source_id: 'integer', raised_at_ms: 'integer', ended_at_ms: 'integer', body: 'blob' },
  ['alarm_id'],
);

const sql = (text: string): Pick<Migration, 'sqlite' | 'postgres'> => ({
  sqlite: text.replaceAll('INT8', 'INTEGER').replaceAll('BYTES', 'BLOB').replaceAll(');', ') STRICT;'),
  postgres: text.replaceAll('INT8', 'BIGINT').replaceAll('BYTES', 'BYTEA'),
});

export const governanceMigrations: readonly Migration[] = [
  {
    version: 520,
    name: 'catalogue',
    ...sql(`
      CREATE TABLE catalogue_entries (
        entry_id INT8 NOT NULL PRIMARY KEY,
        source_id INT8 NOT NULL,
        saved_at_ms INT8 NOT NULL,
        body BYTES NOT NULL
      );
      CREATE TABLE catalogue_words (
        entry_id INT8 NOT NULL,
        version INT8 NOT NULL,
        decided_at_ms INT8 NOT NULL,
        body BYTES NOT NULL,
        PRIMARY KEY (entry_id, version)
      );`),
  },
  {
    version: 521,
    name: 'quality rules',
    ...sql(`
      CREATE TABLE quality_rules (
        source_id INT8 NOT NULL,
        version INT8 NOT NULL,
        saved_at_ms INT8 NOT NULL,
        size_bytes INT8 NOT NULL,
        body BYTES NOT NULL,
        PRIMARY KEY (source_id, version)
      );`),
  },
  {
    version: 522,
    name: 'quality hours and alarms',
    ...sql(`
      CREATE TABLE quality_hours (
        source_id INT8 NOT NULL,
        hour_ms INT8 NOT NULL,
        closed INT8 NOT NULL,
        body BYTES NOT NULL,
        offenders BYTES,
        PRIMARY KEY (source_id, hour_ms)
      );
      CREATE TABLE quality_alarms (
        alarm_id INT8 NOT NULL PRIMARY KEY,
        source_id INT8 NOT NULL,
        raised_at_ms INT8 NOT NULL,
        ended_at_ms INT8,
        body BYTES NOT NULL
      );`),
  },
];

export type EntryRow = { entry_id: number; source_id: number; saved_at_ms: number; body: Uint8Array };
export type WordsRow = { entry_id: number; version: number; decided_at_ms: number; body: Uint8Array };

export async function readEntries(store: Store, after: number, limit: number): Promise<EntryRow[]> {
  const text = 'SELECT * FROM catalogue_entries WHERE entry_id > :after ORDER BY entry_id LIMIT :limit';
  return (await store.select(text, { after, limit })) as EntryRow[];
}

export const writeEntries = (rows: readonly Row[], seal: Sealing): Change => ({ op: 'upsert', table: entriesTable, rows, seal });

/** The newest word on each field, page by page of fields. */
export async function readNewestWords(store: Store, after: number, limit: number): Promise<WordsRow[]> {
  const text = `SELECT w.* FROM catalogue_words w
    WHERE w.entry_id > :after AND w.version = (SELECT MAX(v.version) FROM catalogue_words v WHERE v.entry_id = w.entry_id)
    ORDER BY w.entry_id LIMIT :limit`;
  return (await store.select(text, { after, limit })) as WordsRow[];
}

/** Newest first. */
export async function readWords(store: Store, entry: number): Promise<WordsRow[]> {
  const text = 'SELECT * FROM catalogue_words WHERE entry_id = :entry ORDER BY version DESC';
  return (await store.select(text, { entry })) as WordsRow[];
}

export const insertWords = (row: WordsRow): Change => ({ op: 'insert', table: wordsTable, rows: [row satisfies Row] });

export const deleteEntries = (ids: readonly number[]): Change[] => [
  { op: 'run', sql: 'DELETE FROM catalogue_entries WHERE entry_id IN (:ids)', params: { ids } },
  { op: 'run', sql: 'DELETE FROM catalogue_words WHERE entry_id IN (:ids)', params: { ids } },
];

export type RulesRow = { source_id: number; version: number; saved_at_ms: number; size_bytes: number; body: Uint8Array };

/** The newest of each source. */
export async function readNewestRules(store: Store): Promise<RulesRow[]> {
  const text = `SELECT r.* FROM quality_rules r
    WHERE r.version = (SELECT MAX(v.version) FROM quality_rules v WHERE v.source_id = r.source_id)`;
  return (await store.select(text)) as RulesRow[];
}

export async function readRules(store: Store, source: number, version: number): Promise<RulesRow | undefined> {
  const text = 'SELECT * FROM quality_rules WHERE source_id = :source AND version = :version';
  return (await store.select(text, { source, version }))[0] as RulesRow | undefined;
}

export async function readRulesVersions(store: Store, source: number): Promise<Row[]> {
  const text = 'SELECT version, saved_at_ms, size_bytes FROM quality_rules WHERE source_id = :source ORDER BY version DESC';
  return store.select(text, { source });
}

export const insertRules = (row: RulesRow, kept: number): Change[] => [
  { op: 'insert', table: rulesTable, rows: [row satisfies Row] },
  {
    op: 'run',
    sql: 'DELETE FROM quality_rules WHERE source_id = :source AND version <= :gone',
    params: { source: row.source_id, gone: row.version - kept },
  },
];

export type HourRow = {
  source_id: number;
  hour_ms: number;
  closed: number;
  body: Uint8Array;
  offenders: Uint8Array | null;
};

export async function readOpenHours(store: Store): Promise<HourRow[]> {
  return (await store.select('SELECT * FROM quality_hours WHERE closed = 0 ORDER BY hour_ms')) as HourRow[];
}

/** Newest first, without the offenders. */
export async function readHours(store: Store, source: number, sinceMs: number, limit: number): Promise<HourRow[]> {
  const text = `SELECT source_id, hour_ms, closed, body FROM quality_hours
    WHERE source_id = :source AND hour_ms >= :sinceMs ORDER BY hour_ms DESC LIMIT :limit`;
  return (await store.select(text, { source, sinceMs, limit })) as HourRow[];
}

export async function readHour(store: Store, source: number, hourMs: number): Promise<HourRow | undefined> {
  const text = 'SELECT * FROM quality_hours WHERE source_id = :source AND hour_ms = :hourMs';
  return (await store.select(text, { source, hourMs }))[0] as HourRow | undefined;
}

/** Hours that still name what broke a rule. */
export async function readOffended(store: Store, sinceMs: number): Promise<HourRow[]> {
  const text = 'SELECT * FROM quality_hours WHERE hour_ms >= :sinceMs AND offenders IS NOT NULL';
  return (await store.select(text, { sinceMs })) as HourRow[];
}

export const writeHours = (rows: readonly HourRow[]): Change => ({ op: 'upsert', table: hoursTable, rows });

/** Hours go after a while, what offended in them sooner. */
export const pruneHours = (beforeMs: number, offendersBeforeMs: number): Change[] => [
  { op: 'run', sql: 'DELETE FROM quality_hours WHERE hour_ms < :beforeMs', params: { beforeMs } },
  {
    op: 'run',
    sql: 'UPDATE quality_hours SET offenders = NULL WHERE hour_ms < :offendersBeforeMs AND offenders IS NOT NULL',
    params: { offendersBeforeMs },
  },
  { op: 'run', sql: 'DELETE FROM quality_alarms WHERE ended_at_ms < :beforeMs', params: { beforeMs } },
];

export type AlarmRow = {
  alarm_id: number;
  source_id: number;
  raised_at_ms: number;
  ended_at_ms: number | null;
  body: Uint8Array;
};

export async function readStandingAlarms(store: Store): Promise<AlarmRow[]> {
  return (await store.select('SELECT * FROM quality_alarms WHERE ended_at_ms IS NULL ORDER BY alarm_id')) as AlarmRow[];
}

/** Newest first. */
export async function readAlarms(store: Store, before: number, limit: number): Promise<AlarmRow[]> {
  const text = 'SELECT * FROM quality_alarms WHERE alarm_id < :before ORDER BY alarm_id DESC LIMIT :limit';
  return (await store.select(text, { before, limit })) as AlarmRow[];
}

export const writeAlarms = (rows: readonly AlarmRow[]): Change => ({ op: 'upsert', table: alarmsTable, rows });
