// The tables of people, their sessions, their one-time links, and of attempts to sign in. In the clear are numbers, times and keyed
// hashes; names, logins, roles and what proves somebody are sealed.

import type { Migration } from '../store/store.ts';

export const accessMigrations: Migration[] = [
  {
    version: 110,
    name: 'people',
    sqlite: `
      CREATE TABLE people (
        person_id INTEGER PRIMARY KEY,
        login_hash BLOB NOT NULL UNIQUE,
        profile BLOB NOT NULL,
        credentials BLOB NOT NULL,
        created_at_ms INTEGER NOT NULL,
        disabled_at_ms INTEGER
      ) STRICT;`,
    postgres: `
      CREATE TABLE people (
        person_id BIGINT PRIMARY KEY,
        login_hash BYTEA NOT NULL UNIQUE,
        profile BYTEA NOT NULL,
        credentials BYTEA NOT NULL,
        created_at_ms BIGINT NOT NULL,
        disabled_at_ms BIGINT
      );`,
  },
  {
    version: 111,
    name: 'sessions of people',
    sqlite: `
      CREATE TABLE sessions (
        session_id INTEGER PRIMARY KEY,
        token_hash BLOB NOT NULL UNIQUE,
        person_id INTEGER NOT NULL,
        stage TEXT NOT NULL,
        created_at_ms INTEGER NOT NULL,
        last_used_at_ms INTEGER NOT NULL,
        stepped_up_until_ms INTEGER,
        about BLOB NOT NULL
      ) STRICT;`,
    postgres: `
      CREATE TABLE sessions (
        session_id BIGINT PRIMARY KEY,
        token_hash BYTEA NOT NULL UNIQUE,
        person_id BIGINT NOT NULL,
        stage TEXT NOT NULL,
        created_at_ms BIGINT NOT NULL,
        last_used_at_ms BIGINT NOT NULL,
        stepped_up_until_ms BIGINT,
        about BYTEA NOT NULL
      );`,
  },
  {
    version: 112,
    name: 'one-time links for people',
    sqlite: `
      CREATE TABLE sign_in_links (
        link_id INTEGER PRIMARY KEY,
        token_hash BLOB NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        person_id INTEGER,
        expires_at_ms INTEGER NOT NULL
      ) STRICT;`,
    postgres: `
      CREATE TABLE sign_in_links (
        link_id BIGINT PRIMARY KEY,
        token_hash BYTEA NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        person_id BIGINT,
        expires_at_ms BIGINT NOT NULL
      );`,
  },
  {
    version: 113,
    name: 'attempts to sign in',
    sqlite: `
      CREATE TABLE sign_in_attempts (
        key_hash BLOB PRIMARY KEY,
        failures INTEGER NOT NULL,
        last_at_ms INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;`,
    postgres: `
      CREATE TABLE sign_in_attempts (
        key_hash BYTEA PRIMARY KEY,
        failures BIGINT NOT NULL,
        last_at_ms BIGINT NOT NULL
      );`,
  },
];
