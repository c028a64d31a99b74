// The tables of the record: records, their events, states and identifiers, and what was decided about who is who.
// In the clear are only opaque ids, sequence numbers and times; everything else is sealed or a keyed index.

import { bothEngines, type Migration, type Table } from '../../core/store/store.ts';

export const recordsTable: Table = {
  name: 'records',
  columns: {
    record_id: 'integer',
    person_id: 'integer',
    source_id: 'integer',
    known: 'integer',
    record_key: 'blob',
    created_at_ms: 'integer',
  },
  key: ['record_id'],
};
export const eventsTable: Table = {
  name: 'events',
  columns: {
    event_seq: 'integer',
    record_id: 'integer',
    occurred_at_ms: 'integer',
    received_at_ms: 'integer',
    message_key: 'blob',
    body: 'blob',
  },
  key: ['event_seq'],
};
/** The index of a record's events by time, written behind with the record's state: rows of one record share a page. */
export const timelineTable: Table = {
  name: 'timeline',
  columns: { record_id: 'integer', occurred_at_ms: 'integer', event_seq: 'integer' },
  key: ['record_id', 'occurred_at_ms', 'event_seq'],
};
/** The index of messages; those of the latest events come later (messages.ts). */
export const messagesTable: Table = { name: 'messages', columns: { message_key: 'blob' }, key: ['message_key'] };
export const statesTable: Table = {
  name: 'states',
  columns: { record_id: 'integer', through_seq: 'integer', body: 'blob' },
  key: ['record_id'],
};
/** What a record says about consent; `body` is null when it says nothing. */
export const consentsTable: Table = {
  name: 'consents',
  columns: { record_id: 'integer', version: 'integer', body: 'blob' },
  key: ['record_id'],
};
export const identifiersTable: Table = {
  name: 'identifiers',
  columns: { identifier_key: 'blob', record_id: 'integer' },
  key: ['identifier_key', 'record_id'],
};
export const decisionsTable: Table = {
  name: 'decisions',
  columns: { decision_id: 'integer', anchor_id: 'integer', made_at_ms: 'integer', body: 'blob' },
  key: ['decision_id'],
};
export const decisionRecordsTable: Table = {
  name: 'decision_records',
  columns: { decision_id: 'integer', record_id: 'integer' },
  key: ['decision_id', 'record_id'],
};
export const reviewsTable: Table = {
  name: 'reviews',
  columns: {
    review_id: 'integer',
    left_record: 'integer',
    right_record: 'integer',
    made_at_ms: 'integer',
    closed_at_ms: 'integer',
    body: 'blob',
  },
  key: ['review_id'],
};
export const foldMarksTable: Table = {
  name: 'fold_marks',
  columns: { mark: 'integer', from_seq: 'integer' },
  key: ['mark'],
};

/** One row. `rules_key` is a keyed hash: what an organisation declares is nobody's business who has the disk alone. */
export const indexRulesTable: Table = {
  name: 'index_rules',
  columns: { mark: 'integer', rules_key: 'blob', phase: 'integer', done_record_id: 'integer' },
  key: ['mark'],
};

const sqlite = `
CREATE TABLE records (
  record_id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL,
  source_id INTEGER NOT NULL,
  known INTEGER NOT NULL,
  record_key BLOB NOT NULL UNIQUE,
  created_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX records_by_person ON records (person_id);
CREATE TABLE events (
  event_seq INTEGER PRIMARY KEY,
  record_id INTEGER NOT NULL,
  occurred_at_ms INTEGER NOT NULL,
  received_at_ms INTEGER NOT NULL,
  message_key BLOB NOT NULL,
  body BLOB NOT NULL
) STRICT;
CREATE INDEX events_by_record ON events (record_id, occurred_at_ms);
CREATE TABLE messages (
  message_key BLOB PRIMARY KEY NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE states (
  record_id INTEGER PRIMARY KEY,
  through_seq INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;
CREATE TABLE identifiers (
  identifier_key BLOB NOT NULL,
  record_id INTEGER NOT NULL,
  PRIMARY KEY (identifier_key, record_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX identifiers_by_record ON identifiers (record_id);
CREATE TABLE decisions (
  decision_id INTEGER PRIMARY KEY,
  anchor_id INTEGER NOT NULL,
  made_at_ms INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;
CREATE TABLE decision_records (
  decision_id INTEGER NOT NULL,
  record_id INTEGER NOT NULL,
  PRIMARY KEY (decision_id, record_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX decision_records_by_record ON decision_records (record_id);
CREATE TABLE reviews (
  review_id INTEGER PRIMARY KEY,
  left_record INTEGER NOT NULL,
  right_record INTEGER NOT NULL,
  made_at_ms INTEGER NOT NULL,
  closed_at_ms INTEGER,
  body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX reviews_by_pair ON reviews (left_record, right_record);
CREATE INDEX reviews_open ON reviews (closed_at_ms, review_id);
CREATE TABLE fold_marks (
  mark INTEGER PRIMARY KEY,
  from_seq INTEGER NOT NULL
) STRICT;
`;

const timeline = `
CREATE TABLE timeline (
  record_id INTEGER NOT NULL,
  occurred_at_ms INTEGER NOT NULL,
  event_seq INTEGER NOT NULL,
  PRIMARY KEY (record_id, occurred_at_ms, event_seq)
) STRICT, WITHOUT ROWID;
INSERT INTO timeline (record_id, occurred_at_ms, event_seq)
  SELECT record_id, occurred_at_ms, event_seq FROM events ORDER BY record_id, occurred_at_ms, event_seq;
DROP INDEX events_by_record;
`;

const indexRules = `
CREATE TABLE index_rules (
  mark INTEGER PRIMARY KEY,
  rules_key BLOB NOT NULL,
  phase INTEGER NOT NULL,
  done_record_id INTEGER NOT NULL
) STRICT;
`;

const reviewsOfRecord = `
CREATE INDEX reviews_by_right ON reviews (right_record);
`;

const consents = `
CREATE TABLE consents (
  record_id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  body BLOB
) STRICT;
`;

export const recordMigrations: readonly Migration[] = [
  bothEngines(200, 'the record', sqlite),
  bothEngines(201, 'the timeline apart from the events', timeline),
  bothEngines(205, 'rules of the index', indexRules),
  bothEngines(206, 'what records say about consent', consents),
  bothEngines(241, 'reviews by either side', reviewsOfRecord),
];
