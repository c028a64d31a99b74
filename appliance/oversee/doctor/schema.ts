// Whether the database has the tables and indexes that this program's migrations make, and each migration is written down as done: an upgrade that was cut
// short by other means than its own, a restore of single tables, or somebody's hand leave one half.

import type { Finding, Migration, Store } from '../../core/store/store.ts';

type Made = { readonly tables: ReadonlySet<string>; readonly indexes: ReadonlyMap<string, string> };

/** What stands after all migrations, by their SQL. Indexes with the statement that makes them. */
export function madeBy(migrations: readonly Migration[], engine: Store['engine']): Made {
  const tables = new Set<string>();
  const indexes = new Map<string, { table: string; statement: string }>();
  for (const statement of migrations.flatMap((one) => statementsOf(one[engine]))) {
    const [, made] = /^CREATE TABLE (?:IF NOT EXISTS )?(\w+)/i.exec(statement) ?? [];
    if (made) tables.add(made);
    const [, index, on] = /^CREATE (?:UNIQUE )?INDEX (?:IF NOT EXISTS )?(\w+)\s+ON (\w+)/i.exec(statement) ?? [];
    if (index) indexes.set(index, { table: on!, statement });
    const [, lost] = /^DROP INDEX (?:IF EXISTS )?(\w+)/i.exec(statement) ?? [];
    if (lost) indexes.delete(lost);
    const [, gone] = /^DROP TABLE (?:IF EXISTS )?(\w+)/i.exec(statement) ?? [];
    if (gone) {
      tables.delete(gone);
      for (const [name, { table }] of indexes) if (table === gone) indexes.delete(name);
    }
    const [, from, to] = /^ALTER TABLE (\w+) RENAME TO (\w+)/i.exec(statement) ?? [];
    if (from) {
      tables.delete(from);
      tables.add(to!);
      for (const one of indexes.values()) if (one.table === from) one.table = to!;
    }
  }
  return { tables, indexes: new Map([...indexes].map(([name, { statement }]) => [name, statement])) };
}

const statementsOf = (sql: string): string[] =>
  sql
    .replaceAll(/--[^\n]*/g, '')
    .split(';')
    .map((one) => one.trim().replaceAll(/\s+/g, ' '))
    .filter((one) => one !== '');

const name = { en: 'Tables and indexes', zh: '表与索引' };

export async function checkSchema(store: Store, migrations: readonly Migration[]): Promise<Finding[]> {
  const { tables, indexes } = madeBy(migrations, store.engine);
  const found = await namesIn(store);
  const missing = [...tables].filter((one) => !found.tables.has(one));
  const bare = [...indexes].filter(([one]) => !found.indexes.has(one));
  const undone = found.versions && migrations.filter(({ version }) => !found.versions!.has(version));
  const findings: Finding[] = [];
  if (undone && undone.length > 0) findings.push(halfDone(undone.map(({ version }) => version)));
  if (missing.length > 0) findings.push(lost(missing));
  for (const [index, statement] of bare) findings.push(unindexed(index, statement));
  if (findings.length > 0) return findings;
  const message = {
    en: `${tables.size} tables and ${indexes.size} indexes are there.`,
    zh: `${tables.size} 张表、${indexes.size} 个索引齐全。`,
  };
  return [{ severity: 'ok', check: 'schema', name, message }];
}

async function namesIn(store: Store) {
  const all =
    store.engine === 'sqlite'
      ? "SELECT type AS kind, name FROM sqlite_master WHERE type IN ('table', 'index')"
      : `SELECT 'table' AS kind, tablename AS name FROM pg_tables WHERE schemaname = current_schema()
         UNION ALL SELECT 'index', indexname FROM pg_indexes WHERE schemaname = current_schema()`;
  const rows = await store.select(all);
  const of = (kind: string) => new Set(rows.filter((row) => row.kind === kind).map((row) => String(row.name)));
  const tables = of('table');
  const versions = tables.has('schema_migrations')
    ? new Set((await store.select('SELECT version FROM schema_migrations')).map(({ version }) => Number(version)))
    : undefined;
  return { tables, indexes: of('index'), versions };
}

const halfDone = (versions: readonly number[]): Finding => ({
  severity: 'error',
  check: 'schema-version',
  name: { en: 'Version of the database', zh: '数据库版本' },
  message: {
    en: `Migrations are not written down as done: ${versions.join(', ')}.`,
    zh: `以下迁移未记录为已完成：${versions.join('、')}。`,
  },
  next: {
    en: 'Restart the node, which brings the database up to date. If it does not start then, restore the snapshot of before the upgrade.',
    zh: '请重启节点，数据库会自动升级。若因此无法启动，请恢复升级前的快照。',
  },
});

const lost = (tables: readonly string[]): Finding => ({
  severity: 'error',
  check: 'schema-tables',
  name,
  message: { en: `Tables are missing: ${tables.join(', ')}.`, zh: `缺少表：${tables.join('、')}。` },
  next: {
    en: 'Stop the node, keep a copy of the data folder as it is, and restore the last backup.',
    zh: '请停止节点，原样保留一份数据目录副本，然后恢复最近的备份。',
  },
});

const unindexed = (index: string, statement: string): Finding => ({
  severity: 'error',
  check: 'schema-indexes',
  name,
  message: { en: `The index ${index} is missing.`, zh: `缺少索引 ${index}。` },
  next: {
    en: `Stop the node and run on its database: ${statement}; then find out who dropped it.`,
    zh: `请停止节点，在其数据库上执行：${statement}；并查明是谁删除了它。`,
  },
});
