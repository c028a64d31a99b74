// The tables of the audit log: entries, the tree over them, and its signed heads. In the clear are sequence numbers, times, the record
// an entry is about, and hashes; who did what is sealed.

import type { Migration } from '../store/store.ts';

export const auditMigrations: Migration[] = [
  {
    version: 102,
    name: 'audit log',
    sqlite: `
      CREATE TABLE audit_entries (
        seq INTEGER PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        record_id INTEGER,
        body BLOB NOT NULL,
        subject BLOB,
        leaf_hash BLOB NOT NULL
      ) STRICT;
      CREATE INDEX audit_entries_by_record ON audit_entries (record_id, seq) WHERE record_id IS NOT NULL;
      CREATE INDEX audit_entries_by_time ON audit_entries (at_ms);
      CREATE TABLE audit_nodes (
        level INTEGER NOT NULL,
        node_index INTEGER NOT NULL,
        hash BLOB NOT NULL,
        PRIMARY KEY (level, node_index)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE audit_heads (
        size INTEGER PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        root BLOB NOT NULL,
        signature BLOB NOT NULL
      ) STRICT;`,
    postgres: `
      CREATE TABLE audit_entries (
        seq BIGINT PRIMARY KEY,
        at_ms BIGINT NOT NULL,
        record_id BIGINT,
        body BYTEA NOT NULL,
        subject BYTEA,
        leaf_hash BYTEA NOT NULL
      );
      CREATE INDEX audit_entries_by_record ON audit_entries (record_id, seq) WHERE record_id IS NOT NULL;
      CREATE INDEX audit_entries_by_time ON audit_entries (at_ms);
      CREATE TABLE audit_nodes (
        level BIGINT NOT NULL,
        node_index BIGINT NOT NULL,
        hash BYTEA NOT NULL,
        PRIMARY KEY (level, node_index)
      );
      CREATE TABLE audit_heads (
        size BIGINT PRIMARY KEY,
        at_ms BIGINT NOT NULL,
        root BYTEA NOT NULL,
        signature BYTEA NOT NULL
      );`,
  },
  {
    version: 125,
    name: 'co-signatures of the audit log',
    sqlite: `
      CREATE TABLE audit_cosignatures (
        size INTEGER NOT NULL,
        public_key BLOB NOT NULL,
        time_s INTEGER NOT NULL,
        signature BLOB NOT NULL,
        PRIMARY KEY (size, public_key)
      ) STRICT;
      CREATE TABLE audit_witnessed (
        public_key BLOB PRIMARY KEY,
        size INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        root BLOB NOT NULL,
        signature BLOB NOT NULL
      ) STRICT;`,
    postgres: `
      CREATE TABLE audit_cosignatures (
        size BIGINT NOT NULL,
        public_key BYTEA NOT NULL,
        time_s BIGINT NOT NULL,
        signature BYTEA NOT NULL,
        PRIMARY KEY (size, public_key)
      );
      CREATE TABLE audit_witnessed (
        public_key BYTEA PRIMARY KEY,
        size BIGINT NOT NULL,
        at_ms BIGINT NOT NULL,
        root BYTEA NOT NULL,
        signature BYTEA NOT NULL
      );`,
  },
];
