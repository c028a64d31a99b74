// The tables by which several nodes share a database. They belong to the engine, as its list of migrations does: a database
// that one node has alone never gets them, and one that several had is opened by one alone without harm.

import type pg from 'pg';

/** Changes of these end what a node has read of them: everything that a node keeps while it only records. */
const watchedTables = ['sources', 'source_dictionaries', 'node_keys', 'wrapping_keys'];

const tables = `
  CREATE SEQUENCE IF NOT EXISTS cluster_tokens;
  CREATE TABLE IF NOT EXISTS cluster_members (
    token BIGINT PRIMARY KEY, name TEXT NOT NULL, expires_at TIMESTAMPTZ NOT NULL, timeline TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS cluster_leases (name TEXT PRIMARY KEY, token BIGINT NOT NULL);
  INSERT INTO cluster_leases (name, token) VALUES ('lead', 0) ON CONFLICT DO NOTHING;
  CREATE TABLE IF NOT EXISTS cluster_settings (
    mark INT PRIMARY KEY, version BIGINT NOT NULL, prepared BOOLEAN NOT NULL, declared BYTEA
  );
  INSERT INTO cluster_settings (mark, version, prepared) VALUES (0, 1, false) ON CONFLICT DO NOTHING;
  CREATE TABLE IF NOT EXISTS cluster_changes (
    change_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, record_ids BIGINT[] NOT NULL
  );
  CREATE OR REPLACE FUNCTION cluster_settings_changed() RETURNS TRIGGER LANGUAGE plpgsql AS $$
  BEGIN
    UPDATE cluster_settings SET version = version + 1 WHERE mark = 0;
    PERFORM pg_notify('holdfast_cluster', 'settings');
    RETURN NULL;
  END $$`;

const trigger = (table: string) => `
  DROP TRIGGER IF EXISTS cluster_settings_changed ON ${table};
  CREATE TRIGGER cluster_settings_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON ${table}
    FOR EACH STATEMENT EXECUTE FUNCTION cluster_settings_changed();`;

/** Run while the migration lock is held: by one node at a time. */
export async function makeClusterTables(client: pg.ClientBase): Promise<void> {
  await client.query(tables);
  const { rows } = await client.query({
    text: `SELECT t.name FROM unnest($1::text[]) AS t (name) WHERE to_regclass(t.name) IS NOT NULL AND NOT EXISTS
      (SELECT 1 FROM pg_trigger g WHERE g.tgrelid = to_regclass(t.name) AND g.tgname = 'cluster_settings_changed')`,
    values: [watchedTables],
  });
  for (const { name } of rows as { name: string }[]) await client.query(trigger(name));
}

/** A node that has the database alone writes states behind: the next of several must bring them up to date first. */
export async function unprepare(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query("SELECT to_regclass('cluster_settings') IS NOT NULL AS found");
  if ((rows[0] as { found: number }).found === 1) await client.query('UPDATE cluster_settings SET prepared = false');
}
