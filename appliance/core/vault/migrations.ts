// The vault's tables. Every key in them is wrapped; ids, epochs and times are in the clear.
// A record key names its wrapping key as a foreign key, so that neither can a wrapping key be removed while a record needs it,
// nor a record be written under one that is gone: the database itself keeps a race from losing a customer.

import type { Migration } from '../store/store.ts';

export const vaultMigrations: Migration[] = [
  {
    version: 100,
    name: 'vault',
    sqlite: `
      CREATE TABLE node_keys (
        name TEXT NOT NULL,
        epoch INTEGER NOT NULL,
        wrapped BLOB NOT NULL,
        created_at_ms INTEGER NOT NULL,
        PRIMARY KEY (name, epoch)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE wrapping_keys (
        epoch INTEGER PRIMARY KEY,
        wrapped BLOB NOT NULL,
        created_at_ms INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE record_keys (
        record_id INTEGER NOT NULL,
        epoch INTEGER NOT NULL,
        wrap_epoch INTEGER NOT NULL REFERENCES wrapping_keys (epoch),
        wrapped BLOB NOT NULL,
        PRIMARY KEY (record_id, epoch)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX record_keys_by_wrap ON record_keys (wrap_epoch);
      CREATE TABLE key_rotations (
        kind TEXT PRIMARY KEY,
        started_at_ms INTEGER NOT NULL,
        done_record_id INTEGER NOT NULL,
        last_record_id INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;`,
    postgres: `
      CREATE TABLE node_keys (
        name TEXT NOT NULL,
        epoch BIGINT NOT NULL,
        wrapped BYTEA NOT NULL,
        created_at_ms BIGINT NOT NULL,
        PRIMARY KEY (name, epoch)
      );
      CREATE TABLE wrapping_keys (
        epoch BIGINT PRIMARY KEY,
        wrapped BYTEA NOT NULL,
        created_at_ms BIGINT NOT NULL
      );
      CREATE TABLE record_keys (
        record_id BIGINT NOT NULL,
        epoch BIGINT NOT NULL,
        wrap_epoch BIGINT NOT NULL REFERENCES wrapping_keys (epoch),
        wrapped BYTEA NOT NULL,
        PRIMARY KEY (record_id, epoch)
      );
      CREATE INDEX record_keys_by_wrap ON record_keys (wrap_epoch);
      CREATE TABLE key_rotations (
        kind TEXT PRIMARY KEY,
        started_at_ms BIGINT NOT NULL,
        done_record_id BIGINT NOT NULL,
        last_record_id BIGINT NOT NULL
      );`,
  },
  {
    version: 101,
    name: 'audit keys',
    sqlite: `
      CREATE TABLE audit_keys (
        record_id INTEGER PRIMARY KEY,
        wrap_epoch INTEGER NOT NULL REFERENCES wrapping_keys (epoch),
        wrapped BLOB NOT NULL
      ) STRICT;
      CREATE INDEX audit_keys_by_wrap ON audit_keys (wrap_epoch);`,
    postgres: `
      CREATE TABLE audit_keys (
        record_id BIGINT PRIMARY KEY,
        wrap_epoch BIGINT NOT NULL REFERENCES wrapping_keys (epoch),
        wrapped BYTEA NOT NULL
      );
      CREATE INDEX audit_keys_by_wrap ON audit_keys (wrap_epoch);`,
  },
  {
    version: 103,
    name: 'log keys',
    sqlite: `
      CREATE TABLE log_keys (
        generation INTEGER PRIMARY KEY,
        record_id INTEGER NOT NULL,
        wrap_epoch INTEGER NOT NULL REFERENCES wrapping_keys (epoch),
        wrapped BLOB NOT NULL
      ) STRICT;
      CREATE INDEX log_keys_by_record ON log_keys (record_id);
      CREATE INDEX log_keys_by_wrap ON log_keys (wrap_epoch);`,
    postgres: `
      CREATE TABLE log_keys (
        generation BIGINT PRIMARY KEY,
        record_id BIGINT NOT NULL,
        wrap_epoch BIGINT NOT NULL REFERENCES wrapping_keys (epoch),
        wrapped BYTEA NOT NULL
      );
      CREATE INDEX log_keys_by_record ON log_keys (record_id);
      CREATE INDEX log_keys_by_wrap ON log_keys (wrap_epoch);`,
  },
  {
    version: 104,
    name: 'log keys are found by their entries',
    sqlite: 'DROP INDEX log_keys_by_record;',
    postgres: 'DROP INDEX log_keys_by_record;',
  },
];
