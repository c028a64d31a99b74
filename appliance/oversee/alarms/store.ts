// The table of alarms and all of its SQL. In the clear are numbers, times, the kind, and a keyed hash of the cause; the rest is sealed. Rows are
// added and acknowledged, never deleted.

import type { Change, Migration, Row, Store, Table } from '../../core/store/store.ts';

export const alarmsTable: Table = {
  name: 'alarms',
  columns: {
    alarm_id: 'integer',
    kind: 'text',
    raised_at_ms: 'integer',
    acknowledged_at_ms: 'integer',
    cause_hash: 'blob',
    body: 'blob',
  },
  key: ['alarm_id'],
};
/** Which alarms the syslog server was sent; apart, so that sending never meets a change of the alarm itself. */
const toldTable: Table = {
  name: 'alarms_told',
  columns: { alarm_id: 'integer', told_at_ms: 'integer' },
  key: ['alarm_id'],
};

export const alarmMigrations: readonly Migration[] = [
  {
    version: 540,
    name: 'alarms',
    sqlite: `
      CREATE TABLE alarms (
        alarm_id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        raised_at_ms INTEGER NOT NULL,
        acknowledged_at_ms INTEGER,
        cause_hash BLOB NOT NULL,
        body BLOB NOT NULL
      ) STRICT;
      CREATE INDEX alarms_open ON alarms (alarm_id) WHERE acknowledged_at_ms IS NULL;
      CREATE INDEX alarms_by_cause ON alarms (cause_hash, alarm_id);
      CREATE TABLE alarms_told (
        alarm_id INTEGER PRIMARY KEY,
        told_at_ms INTEGER NOT NULL
      ) STRICT;`,
    postgres: `
      CREATE TABLE alarms (
        alarm_id BIGINT PRIMARY KEY,
        kind TEXT NOT NULL,
        raised_at_ms BIGINT NOT NULL,
        acknowledged_at_ms BIGINT,
        cause_hash BYTEA NOT NULL,
        body BYTEA NOT NULL
      );
      CREATE INDEX alarms_open ON alarms (alarm_id) WHERE acknowledged_at_ms IS NULL;
      CREATE INDEX alarms_by_cause ON alarms (cause_hash, alarm_id);
      CREATE TABLE alarms_told (
        alarm_id BIGINT PRIMARY KEY,
        told_at_ms BIGINT NOT NULL
      );`,
  },
];

export type AlarmRow = {
  alarm_id: number;
  kind: string;
  raised_at_ms: number;
  acknowledged_at_ms: number | null;
  cause_hash: Uint8Array;
  body: Uint8Array;
};

export const putAlarm = (row: AlarmRow): Change => ({ op: 'upsert', table: alarmsTable, rows: [row satisfies Row] });

export const putTold = (id: number, atMs: number): Change => ({
  op: 'upsert',
  table: toldTable,
  rows: [{ alarm_id: id, told_at_ms: atMs }],
});

export async function readAlarm(store: Store, id: number): Promise<AlarmRow | undefined> {
  const [row] = await store.select('SELECT * FROM alarms WHERE alarm_id = :id', { id });
  return row as AlarmRow | undefined;
}

/** The newest of one cause. */
export async function readByCause(store: Store, hash: Uint8Array): Promise<AlarmRow | undefined> {
  const sql = 'SELECT * FROM alarms WHERE cause_hash = :hash ORDER BY alarm_id DESC LIMIT 1';
  return (await store.select(sql, { hash }))[0] as AlarmRow | undefined;
}

export type AlarmState = 'open' | 'acknowledged' | 'all';
const condition = {
  open: 'acknowledged_at_ms IS NULL AND ',
  acknowledged: 'acknowledged_at_ms IS NOT NULL AND ',
  all: '',
} as const;

/** Newest first. */
export async function readAlarms(
  store: Store,
  { state, kinds, before, limit }: { state: AlarmState; kinds: readonly string[]; before: number; limit: number },
): Promise<AlarmRow[]> {
  const sql = `SELECT * FROM alarms WHERE ${condition[state]}kind IN (:kinds) AND alarm_id < :before ORDER BY alarm_id DESC LIMIT :limit`;
  return (await store.select(sql, { kinds, before, limit })) as AlarmRow[];
}

export async function countOpen(store: Store, kinds: readonly string[]): Promise<number> {
  const sql = 'SELECT COUNT(*) AS open_count FROM alarms WHERE acknowledged_at_ms IS NULL AND kind IN (:kinds)';
  const [row] = await store.select(sql, { kinds });
  return Number(row?.open_count ?? 0);
}

/** Open ones that the syslog server was not sent, the oldest first. */
export async function readUntold(store: Store, limit: number): Promise<AlarmRow[]> {
  const sql = `SELECT a.* FROM alarms a LEFT JOIN alarms_told t ON t.alarm_id = a.alarm_id
    WHERE a.acknowledged_at_ms IS NULL AND t.alarm_id IS NULL ORDER BY a.alarm_id LIMIT :limit`;
  return (await store.select(sql, { limit })) as AlarmRow[];
}
