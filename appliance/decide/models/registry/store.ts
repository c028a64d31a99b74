// The tables of models and all of their SQL. In the clear are numbers, times and sizes; names, settings, figures and files are sealed. None of them
// is about a single customer.

import type { Change, Migration, Store, Table } from '../../../core/store/store.ts';
import type { ByteSeal, TextSeal } from '../../../core/vault/vault.ts';
import { type FileKind, type Files, fileKinds } from './version.ts';

export const modelsTable: Table = {
  name: 'models',
  columns: { model_id: 'integer', created_at_ms: 'integer', body: 'blob' },
  key: ['model_id'],
};
export const versionsTable: Table = {
  name: 'model_versions',
  columns: { version_id: 'integer', model_id: 'integer', created_at_ms: 'integer', body: 'blob' },
  key: ['version_id'],
};
const partsTable: Table = {
  name: 'model_parts',
  columns: { version_id: 'integer', kind: 'text', part: 'integer', body: 'blob' },
  key: ['version_id', 'kind', 'part'],
};
export const jobsTable: Table = {
  name: 'model_jobs',
  columns: { job_id: 'integer', created_at_ms: 'integer', body: 'blob' },
  key: ['job_id'],
};
/** What a training that is broken off goes on from. */
const checkpointsTable: Table = {
  name: 'model_checkpoints',
  columns: { job_id: 'integer', part: 'integer', body: 'blob' },
  key: ['job_id', 'part'],
};
export const daysTable: Table = {
  name: 'model_days',
  columns: { version_id: 'integer', day_at_ms: 'integer', body: 'blob' },
  key: ['version_id', 'day_at_ms'],
};

const tables = (integer: string, blob: string, end: string) => `
  CREATE TABLE models (
    model_id ${integer} PRIMARY KEY,
    created_at_ms ${integer} NOT NULL,
    body ${blob} NOT NULL
  )${end};
  CREATE TABLE model_versions (
    version_id ${integer} PRIMARY KEY,
    model_id ${integer} NOT NULL,
    created_at_ms ${integer} NOT NULL,
    body ${blob} NOT NULL
  )${end};
  CREATE TABLE model_parts (
    version_id ${integer} NOT NULL,
    kind TEXT NOT NULL,
    part ${integer} NOT NULL,
    body ${blob} NOT NULL,
    PRIMARY KEY (version_id, kind, part)
  )${end};
  CREATE TABLE model_jobs (
    job_id ${integer} PRIMARY KEY,
    created_at_ms ${integer} NOT NULL,
    body ${blob} NOT NULL
  )${end};
  CREATE TABLE model_checkpoints (
    job_id ${integer} NOT NULL,
    part ${integer} NOT NULL,
    body ${blob} NOT NULL,
    PRIMARY KEY (job_id, part)
  )${end};
  CREATE TABLE model_days (
    version_id ${integer} NOT NULL,
    day_at_ms ${integer} NOT NULL,
    body ${blob} NOT NULL,
    PRIMARY KEY (version_id, day_at_ms)
  )${end};`;

export const modelMigrations: readonly Migration[] = [
  {
    version: 320,
    name: 'models, their versions, jobs and days',
    sqlite: tables('INTEGER', 'BLOB', ' STRICT'),
    postgres: tables('BIGINT', 'BYTEA', ''),
  },
];

/** Bytes of a file in one row. */
const partBytes = 1024 * 1024;

export type Seals = TextSeal & ByteSeal;

/** A value as JSON in a sealed body. */
export function sealed(seals: Seals, table: Table, id: number, value: object): Uint8Array {
  return seals.sealText(table.name, 'body', id, JSON.stringify(value));
}

/** All rows of a table with their bodies opened, in the order of their numbers. */
export async function readBodies<T>(store: Store, seals: Seals, table: Table): Promise<T[]> {
  const [key] = table.key as [string];
  const rows = await store.select(`SELECT ${key}, body FROM ${table.name} ORDER BY ${key}`);
  return rows.map((row) => JSON.parse(seals.openText(table.name, 'body', Number(row[key]), row.body as Uint8Array)) as T);
}

const rowOf = (id: number, kind: string, part: number) => `${id} ${kind} ${part}`;

function partsOf(bytes: Uint8Array): Uint8Array[] {
  const count = Math.max(1, Math.ceil(bytes.length / partBytes));
  return Array.from({ length: count }, (_, part) => bytes.subarray(part * partBytes, (part + 1) * partBytes));
}

export function fileChanges(seals: Seals, version: number, files: Files): Change[] {
  const rows = fileKinds.flatMap((kind) =>
    (files[kind] ? partsOf(files[kind]) : []).map((bytes, part) => ({
      version_id: version,
      kind,
      part,
      body: seals.sealBytes(partsTable.name, 'body', rowOf(version, kind, part), bytes),
    })),
  );
  return rows.length === 0 ? [] : [{ op: 'insert', table: partsTable, rows }];
}

/** @returns undefined where the version has no such file */
export async function readFile(store: Store, seals: Seals, version: number, kind: FileKind): Promise<Buffer | undefined> {
  const rows = await store.select(
    'SELECT part, body FROM model_parts WHERE version_id = :version AND kind = :kind ORDER BY part',
    { version, kind },
  );
  if (rows.length === 0) return undefined;
  return Buffer.concat(
    rows.map(({ part, body }) =>
      seals.openBytes(partsTable.name, 'body', rowOf(version, kind, Number(part)), body as Uint8Array),
    ),
  );
}

/** In place of the one before. @param bytes undefined: none any more */
export function checkpointChanges(seals: Seals, job: number, bytes: Uint8Array | undefined): Change[] {
  const gone: Change = { op: 'run', sql: 'DELETE FROM model_checkpoints WHERE job_id = :job', params: { job } };
  if (!bytes) return [gone];
  const rows = partsOf(bytes).map((part, at) => ({
    job_id: job,
    part: at,
    body: seals.sealBytes(checkpointsTable.name, 'body', rowOf(job, 'checkpoint', at), part),
  }));
  return [gone, { op: 'insert', table: checkpointsTable, rows }];
}

export async function readCheckpoint(store: Store, seals: Seals, job: number): Promise<Buffer | undefined> {
  const rows = await store.select('SELECT part, body FROM model_checkpoints WHERE job_id = :job ORDER BY part', { job });
  if (rows.length === 0) return undefined;
  return Buffer.concat(
    rows.map(({ part, body }) =>
      seals.openBytes(checkpointsTable.name, 'body', rowOf(job, 'checkpoint', Number(part)), body as Uint8Array),
    ),
  );
}

export function removal(version: number): Change[] {
  const params = { version };
  return ['model_parts', 'model_days', 'model_versions'].map((table) => ({
    op: 'run',
    sql: `DELETE FROM ${table} WHERE version_id = :version`,
    params,
  }));
}
