// What doctor asks of a PostgreSQL store: whether the server keeps what it acknowledges, and whether what it keeps is whole.

import type pg from 'pg';
import type { Words } from '../../errors.ts';
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

const same = (text: string): Words => ({ en: text, zh: text });

export async function checkServer(client: pg.ClientBase): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const setting of settings) findings.push(settingFinding(setting, await one(client, `SHOW ${setting.name}`)));
  findings.push(versionFinding(Number(await one(client, 'SHOW server_version_num')), await one(client, 'SHOW server_version')));
  findings.push(collationFinding(await one(client, 'SELECT datcollate FROM pg_database WHERE datname = current_database()')));
  findings.push({
    severity: 'ok',
    check: 'size',
    name: { en: 'Size', zh: '大小' },
    message: same(await one(client, 'SELECT pg_size_pretty(pg_database_size(current_database()))')),
  });
  return [...findings, ...(await walFindings(client))];
}

function settingFinding({ name, expected, severity }: (typeof settings)[number], found: string): Finding {
  const said = { check: `setting-${name.replaceAll('_', '-')}`, name: { en: `Setting ${name}`, zh: `设置 ${name}` } };
  if (found === expected) return { ...said, severity: 'ok', message: same(found) };
  return {
    ...said,
    severity,
    message: { en: `It is ${found} and should be ${expected}.`, zh: `当前为 ${found}，应为 ${expected}。` },
    next: settingNext(name, expected),
  };
}

/** Two are chosen when the database or the cluster is made, and no statement changes them. */
function settingNext(name: string, expected: string): Words {
  if (name === 'server_encoding')
    return {
      en: 'Make a database in UTF8, dump this one and restore it there.',
      zh: '请新建 UTF8 编码的数据库，导出当前数据库并恢复到其中。',
    };
  if (name === 'data_checksums')
    return {
      en: 'Stop the server and run pg_checksums --enable on its data folder.',
      zh: '请停止服务器，并对其数据目录执行 pg_checksums --enable。',
    };
  const statement = `ALTER SYSTEM SET ${name} = ${expected}; SELECT pg_reload_conf()`;
  return { en: `Run as an administrator of the server: ${statement}`, zh: `请以服务器管理员身份执行：${statement}` };
}

function versionFinding(number: number, text: string): Finding {
  const said = { check: 'version', name: { en: 'Version of the server', zh: '服务器版本' }, message: same(`PostgreSQL ${text}`) };
  if (number >= oldestVersion) return { ...said, severity: 'ok' };
  return {
    ...said,
    severity: 'warning',
    next: { en: 'Upgrade to PostgreSQL 15 or later.', zh: '请升级到 PostgreSQL 15 或更高版本。' },
  };
}

function collationFinding(collation: string): Finding {
  const said = { check: 'collation', name: { en: 'Collation', zh: '排序规则' } };
  if (['C', 'POSIX', 'C.UTF-8', 'C.utf8'].includes(collation)) return { ...said, severity: 'ok', message: same(collation) };
  return {
    ...said,
    severity: 'warning',
    message: {
      en: `It is ${collation}; text sorts as in SQLite only under C.`,
      zh: `当前为 ${collation}；仅在 C 下文本排序与 SQLite 一致。`,
    },
    next: {
      en: 'Make a database with LC_COLLATE = C, dump this one and restore it there.',
      zh: '请新建 LC_COLLATE = C 的数据库，导出当前数据库并恢复到其中。',
    },
  };
}

/** What the server itself found when it read pages since its statistics began; `deep` reads all of them. */
export async function checkTables(client: pg.ClientBase, deep: boolean): Promise<Finding[]> {
  const failures = Number(
    await one(client, 'SELECT coalesce(checksum_failures, 0) FROM pg_stat_database WHERE datname = current_database()'),
  );
  const said = { check: 'integrity', name: { en: 'Structure of the database', zh: '数据库结构' } };
  const noted: Finding =
    failures === 0
      ? {
          ...said,
          severity: 'ok',
          message: { en: 'The server has met no damaged page.', zh: '服务器未遇到损坏的页。' },
        }
      : {
          ...said,
          severity: 'error',
          message: { en: `The server has met ${failures} damaged pages.`, zh: `服务器遇到 ${failures} 个损坏的页。` },
          next: restore,
        };
  return deep ? [noted, ...(await readTables(client))] : [noted];
}

const restore: Words = {
  en: "Stop the node, keep a copy of the server's data folder as it is, and restore the last backup.",
  zh: '请停止节点，原样保留一份服务器数据目录副本，然后恢复最近的备份。',
};

/**
 * Reads every value of every table, so that the server's page checksums are compared, and every B-tree by the extension
 * amcheck where an administrator has installed it.
 */
async function readTables(client: pg.ClientBase): Promise<Finding[]> {
  const findings: Finding[] = [];
  const tables = `SELECT quote_ident(c.relname) FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' ORDER BY 1`;
  const { rows } = await client.query({ text: tables, rowMode: 'array' });
  for (const [table] of rows as [string][]) {
    const name = { en: `Rows of ${table}`, zh: `表 ${table} 的行` };
    findings.push(
      await tried(`rows-${table.replaceAll('_', '-')}`, name, async () => {
        const n = await one(client, `SELECT count(*) || '/' || coalesce(sum(length(t::text)), 0) FROM ${table} t`);
        const [count, characters] = n.split('/');
        return { en: `${count} rows, ${characters} characters.`, zh: `${count} 行，${characters} 个字符。` };
      }),
    );
  }
  const name = { en: 'Indexes', zh: '索引' };
  const amcheck = (await one(client, "SELECT count(*) FROM pg_extension WHERE extname = 'amcheck'")) === '1';
  if (!amcheck) {
    const message = {
      en: 'Not compared: the extension amcheck is not installed.',
      zh: '未比对：未安装扩展 amcheck。',
    };
    return [...findings, { severity: 'ok', check: 'indexes', name, message }];
  }
  const indexes = `SELECT count(*) FROM (
    SELECT bt_index_check(i.indexrelid, true) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
    WHERE c.relnamespace = current_schema()::regnamespace AND a.amname = 'btree' OFFSET 0) checked`;
  const compared = async () => {
    const count = await one(client, indexes);
    return { en: `${count} indexes were compared.`, zh: `已比对 ${count} 个索引。` };
  };
  return [...findings, await tried('indexes', name, compared)];
}

async function tried(check: string, name: Words, look: () => Promise<Words>): Promise<Finding> {
  try {
    return { severity: 'ok', check, name, message: await look() };
  } catch (error) {
    return { severity: 'error', check, name, message: same(toStoreError(error).message), next: restore };
  }
}
