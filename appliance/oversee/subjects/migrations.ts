// Tables of the rights of the person. In the clear are times, states and numbers; the rest is sealed with the node's derived-data key.

import { bothEngines, type Migration, type Table } from '../../core/store/store.ts';

export const erasuresTable: Table = {
  name: 'erasures',
  columns: { erasure_id: 'text', state: 'integer', begun_at_ms: 'integer', done_at_ms: 'integer', body: 'blob' },
  key: ['erasure_id'],
};
export const outboxTable: Table = {
  name: 'erasure_outbox',
  columns: {
    outbox_id: 'integer',
    erasure_id: 'text',
    state: 'integer',
    attempts: 'integer',
    made_at_ms: 'integer',
    next_at_ms: 'integer',
    body: 'blob',
  },
  key: ['outbox_id'],
};
export const requestsTable: Table = {
  name: 'subject_requests',
  columns: {
    request_id: 'integer',
    state: 'integer',
    held: 'integer',
    opened_at_ms: 'integer',
    due_at_ms: 'integer',
    closed_at_ms: 'integer',
    body: 'blob',
  },
  key: ['request_id'],
};
export const requestRecordsTable: Table = {
  name: 'subject_request_records',
  columns: { request_id: 'integer', record_id: 'integer' },
  key: ['request_id', 'record_id'],
};
export const restrictionsTable: Table = {
  name: 'restrictions',
  columns: { record_id: 'integer', request_id: 'integer', since_at_ms: 'integer' },
  key: ['record_id'],
};
export const retentionRunsTable: Table = {
  name: 'retention_runs',
  columns: { run_id: 'integer', began_at_ms: 'integer', ended_at_ms: 'integer', body: 'blob' },
  key: ['run_id'],
};
/** In the clear, as times of events are: when the latest event happened that retention took away from a record. */
export const lastHeardTable: Table = {
  name: 'retention_heard',
  columns: { record_id: 'integer', heard_at_ms: 'integer' },
  key: ['record_id'],
};
export const documentsTable: Table = {
  name: 'oversight_documents',
  columns: { document_id: 'integer', kind: 'integer', version: 'integer', made_at_ms: 'integer', body: 'blob' },
  key: ['document_id'],
};

const erasures = `
CREATE TABLE erasures (
  erasure_id TEXT PRIMARY KEY NOT NULL,
  state INTEGER NOT NULL,
  begun_at_ms INTEGER NOT NULL,
  done_at_ms INTEGER,
  body BLOB NOT NULL
) STRICT;
CREATE INDEX erasures_by_state ON erasures (state);
CREATE TABLE erasure_outbox (
  outbox_id INTEGER PRIMARY KEY,
  erasure_id TEXT NOT NULL,
  state INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  made_at_ms INTEGER NOT NULL,
  next_at_ms INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;
CREATE INDEX erasure_outbox_due ON erasure_outbox (state, next_at_ms);
CREATE INDEX erasure_outbox_of ON erasure_outbox (erasure_id);
`;

const requests = `
CREATE TABLE subject_requests (
  request_id INTEGER PRIMARY KEY,
  state INTEGER NOT NULL,
  held INTEGER NOT NULL,
  opened_at_ms INTEGER NOT NULL,
  due_at_ms INTEGER NOT NULL,
  closed_at_ms INTEGER,
  body BLOB NOT NULL
) STRICT;
CREATE INDEX subject_requests_by_due ON subject_requests (state, due_at_ms);
CREATE TABLE subject_request_records (
  request_id INTEGER NOT NULL,
  record_id INTEGER NOT NULL,
  PRIMARY KEY (request_id, record_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX subject_request_records_by_record ON subject_request_records (record_id);
CREATE TABLE restrictions (
  record_id INTEGER PRIMARY KEY,
  request_id INTEGER NOT NULL,
  since_at_ms INTEGER NOT NULL
) STRICT;
`;

const oversight = `
CREATE TABLE retention_runs (
  run_id INTEGER PRIMARY KEY,
  began_at_ms INTEGER NOT NULL,
  ended_at_ms INTEGER,
  body BLOB NOT NULL
) STRICT;
CREATE TABLE oversight_documents (
  document_id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  version INTEGER NOT NULL,
  made_at_ms INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX oversight_documents_by_version ON oversight_documents (kind, version);
`;

const lastHeard = `
CREATE TABLE retention_heard (
  record_id INTEGER PRIMARY KEY,
  heard_at_ms INTEGER NOT NULL
) STRICT;
`;

export const subjectMigrations: readonly Migration[] = [
  bothEngines(500, 'erasures', erasures),
  bothEngines(501, 'requests of subjects', requests),
  bothEngines(502, 'retention and documents', oversight),
  bothEngines(503, 'when a record was last heard of', lastHeard),
];
