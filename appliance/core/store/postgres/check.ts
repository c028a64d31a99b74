// What doctor asks of a PostgreSQL store: whether the server keeps what it acknowledges, and whether what it keeps is whole.

import type pg from 'pg';
import type { Finding } from '../store.ts';
import { toStoreError } from './failures.ts';
import { walFindings } from './wal.ts';

const oldestVersion = 150_000;

async function one(client: pg.ClientBase, sql: string): Promise<string> {
  const { rows } = await client.query({ text: sql, rowMode: 'array' });
  return String((rows[0] as unknown[])[0]);
}

/** `expected` in the order of the check: a wrong durability setting loses acknowledged data, so it is an error. */
const settings: readonly { name: string; expected: string; severity: 'error' | 'warning' }[] = [
  { name: 'synchronous_commit', expected: 'on', severity: 'error' },
  { name: 'fsync', expected: 'on', severity: 'error' },
  { name: 'full_page_writes', expected: 'on', severity: 'error' },
  { name: 'server_encoding', expected: 'UTF8', severity: 'error' },
  { name: 'data_checksums', expected: 'on', severity: 'warning' },
];

export async function checkServer(client: pg.ClientBase, deep: boolean): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { name, expected, severity } of settings) {
    const found = await one(client, `SHOW ${name}`);
    findings.push({
      severity: found === expected ? 'ok' : severity,
      check: `setting ${name}`,
      message: `${name} is ${found}, should be ${expected}`,
    });
  }
  const version = Number(await one(client, 'SHOW server_version_num'));
  findings.push({
    severity: version >= oldestVersion ? 'ok' : 'warning',
    check: 'version',
    message: `PostgreSQL ${await one(client, 'SHOW server_version')}`,
  });
  const collation = await one(client, 'SELECT datcollate FROM pg_database WHERE datname = current_database()');
  const plain = ['C', 'POSIX', 'C.UTF-8', 'C.utf8'].includes(collation);
  findings.push({
    severity: plain ? 'ok' : 'warning',
    check: 'collation',
    message: `${collation}; text sorts as in SQLite only under C`,
  });
  findings.push({
    severity: 'ok',
    check: 'size',
    message: await one(client, 'SELECT pg_size_pretty(pg_database_size(current_database()))'),
  });
  findings.push(...(await walFindings(client)));
  return deep ? [...findings, ...(await checkTables(client))] : findings;
}

/**
 * Reads every value of every table, so that the server's page checksums are compared, and every B-tree by the extension
 * amcheck where an administrator has installed it.
 */
async function checkTables(client: pg.ClientBase): Promise<Finding[]> {
  const findings: Finding[] = [];
  const tables = `SELECT quote_ident(c.relname) FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' ORDER BY 1`;
  const { rows } = await client.query({ text: tables, rowMode: 'array' });
  for (const [table] of rows as [string][]) {
    findings.push(
      await tried(`rows of ${table}`, () =>
        one(client, `SELECT count(*) || ' rows, ' || coalesce(sum(length(t::text)), 0) || ' characters' FROM ${table} t`),
      ),
    );
  }
  const amcheck = (await one(client, "SELECT count(*) FROM pg_extension WHERE extname = 'amcheck'")) === '1';
  if (!amcheck)
    return [...findings, { severity: 'ok', check: 'indexes', message: 'not compared: the extension amcheck is not installed' }];
  const indexes = `SELECT count(*) || ' indexes' FROM (
    SELECT bt_index_check(i.indexrelid, true) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
    WHERE c.relnamespace = current_schema()::regnamespace AND a.amname = 'btree' OFFSET 0) checked`;
  return [...findings, await tried('indexes', () => one(client, indexes))];
}

async function tried(check: string, read: () => Promise<string>): Promise<Finding> {
  try {
    return { severity: 'ok', check, message: await read() };
  } catch (error) {
    return { severity: 'error', check, message: toStoreError(error).message };
  }
}
