// PostgreSQL's own write-ahead log after something was deleted for good: it has every key that was ever written, until its segments are removed.
// Here the server is asked to remove them, and what keeps bytes of before all the same is named: settings, rights, copies elsewhere.

import type pg from 'pg';
import type { Words } from '../../errors.ts';
import type { Finding, Leftover } from '../store.ts';
import { connectionLost } from './failures.ts';

/** The server as this role sees it; numbers are 0 and 1 where the question is yes or no. */
type Facts = {
  role: string;
  may_checkpoint: number;
  may_switch: number;
  may_list: number;
  recycle: string;
  keep_size: string;
  archive: string;
  slots: number;
  replicas: number;
  logs_values: number;
};

/** pg_checkpoint is no role before version 15; a slot without a position keeps nothing. */
const question = `
  SELECT quote_ident(current_user) AS role,
    EXISTS (SELECT FROM pg_roles me WHERE me.rolname = current_user AND me.rolsuper)
      OR EXISTS (SELECT FROM pg_roles r WHERE r.rolname = 'pg_checkpoint' AND pg_has_role(r.oid, 'USAGE')) AS may_checkpoint,
    has_function_privilege('pg_switch_wal()', 'EXECUTE') AS may_switch,
    has_function_privilege('pg_ls_waldir()', 'EXECUTE') AS may_list,
    current_setting('wal_recycle') AS recycle,
    current_setting('wal_keep_size') AS keep_size,
    current_setting('archive_mode') AS archive,
    (SELECT count(*) FROM pg_replication_slots WHERE restart_lsn IS NOT NULL) AS slots,
    (SELECT count(*) FROM pg_stat_replication) AS replicas,
    current_setting('log_parameter_max_length_on_error') <> '0'
      OR current_setting('log_parameter_max_length') <> '0' AND (current_setting('log_statement') IN ('mod', 'all')
        OR current_setting('log_min_duration_statement') <> '-1' OR current_setting('log_min_duration_sample') <> '-1'
        OR current_setting('log_transaction_sample_rate') <> '0') AS logs_values`;

type Obstacle = { name: Leftover; stands(facts: Facts): boolean; says(facts: Facts): Words; next(facts: Facts): Words };

const reload = 'SELECT pg_reload_conf()';
/** Statements are the same in every language; what to do is to run them as an administrator of the server. */
const run = (statements: string): Words => ({
  en: `Run as an administrator of the server: ${statements}`,
  zh: `请以服务器管理员身份执行：${statements}`,
});

const obstacles: readonly Obstacle[] = [
  {
    name: 'wal_recycle',
    stands: ({ recycle }) => recycle !== 'off',
    says: () => ({
      en: 'wal_recycle is on, so that old segments are renamed and not removed.',
      zh: 'wal_recycle 已开启，旧日志段只改名而不删除。',
    }),
    next: () => run(`ALTER SYSTEM SET wal_recycle = off; ${reload}`),
  },
  {
    name: 'wal_keep_size',
    stands: ({ keep_size }) => keep_size !== '0',
    says: ({ keep_size }) => ({
      en: `wal_keep_size keeps ${keep_size} of old segments.`,
      zh: `wal_keep_size 保留 ${keep_size} 的旧日志段。`,
    }),
    next: () => run(`ALTER SYSTEM SET wal_keep_size = 0; ${reload}`),
  },
  {
    name: 'archive_mode',
    stands: ({ archive }) => archive !== 'off',
    says: ({ archive }) => ({
      en: `archive_mode is ${archive}: the archive has a copy of each segment.`,
      zh: `archive_mode 为 ${archive}：归档中有每个日志段的副本。`,
    }),
    next: () => ({
      en: 'Let copies in the archive expire, or run ALTER SYSTEM SET archive_mode = off and restart the server.',
      zh: '请让归档中的副本到期，或执行 ALTER SYSTEM SET archive_mode = off 并重启服务器。',
    }),
  },
  {
    name: 'replication_slots',
    stands: ({ slots }) => slots > 0,
    says: ({ slots }) => ({
      en: `${slots} replication slots keep segments until they are read.`,
      zh: `${slots} 个复制槽在读取前保留日志段。`,
    }),
    next: () => ({
      en: "For each that nobody reads, by its name in pg_replication_slots: SELECT pg_drop_replication_slot('NAME')",
      zh: "对 pg_replication_slots 中无人读取的逐个执行：SELECT pg_drop_replication_slot('NAME')",
    }),
  },
  {
    name: 'replicas',
    stands: ({ replicas }) => replicas > 0,
    says: ({ replicas }) => ({
      en: `${replicas} replicas or receivers are sent the log (SELECT * FROM pg_stat_replication); what they keep is theirs.`,
      zh: `${replicas} 个副本或接收端会收到日志（SELECT * FROM pg_stat_replication），其留存由其自身决定。`,
    }),
    next: () => ({ en: 'Give them the same settings.', zh: '请在这些副本或接收端采用相同设置。' }),
  },
  {
    name: 'server_log',
    stands: ({ logs_values }) => logs_values === 1,
    says: () => ({
      en: "The server's log of statements has their values, wrapped keys too.",
      zh: '服务器的语句日志含有参数值，包括已封装的密钥。',
    }),
    next: () =>
      run(`ALTER SYSTEM SET log_parameter_max_length = 0; ALTER SYSTEM SET log_parameter_max_length_on_error = 0; ${reload}`),
  },
  {
    name: 'pg_checkpoint',
    stands: ({ may_checkpoint }) => may_checkpoint === 0,
    says: () => ({ en: 'The node may not ask for a checkpoint.', zh: '节点无权请求检查点。' }),
    next: ({ role }) => run(`GRANT pg_checkpoint TO ${role}`),
  },
  {
    name: 'pg_switch_wal',
    stands: ({ may_switch }) => may_switch === 0,
    says: () => ({ en: 'The node may not begin a new segment.', zh: '节点无权切换日志段。' }),
    next: ({ role }) => run(`GRANT EXECUTE ON FUNCTION pg_switch_wal() TO ${role}`),
  },
  {
    name: 'pg_ls_waldir',
    stands: ({ may_list }) => may_list === 0,
    says: () => ({ en: 'The node may not see whether segments are gone.', zh: '节点无法查看日志段是否已删除。' }),
    next: ({ role }) => run(`GRANT EXECUTE ON FUNCTION pg_ls_waldir() TO ${role}`),
  },
];

async function factsOf(client: pg.ClientBase): Promise<Facts> {
  return (await client.query(question)).rows[0] as Facts;
}

/** For doctor: what would keep an erased customer's keys on the server's disk, and the statement that changes it. */
export async function walFindings(client: pg.ClientBase): Promise<Finding[]> {
  const facts = await factsOf(client);
  const name = { en: 'Erased keys on the server', zh: '服务器上已删除的密钥' };
  const found = obstacles
    .filter(({ stands }) => stands(facts))
    .map(
      (one): Finding => ({
        severity: 'warning',
        check: `erasure-${one.name.replaceAll('_', '-')}`,
        name,
        message: one.says(facts),
        next: one.next(facts),
      }),
    );
  if (found.length > 0) return found;
  const message = { en: 'The server drops its log of what was erased.', zh: '服务器会清除已删除数据的日志。' };
  return [{ severity: 'ok', check: 'erasure-log', name, message }];
}

/**
 * Has every segment of before removed, as far as the server lets it.
 * @returns what may hold bytes of before even so
 */
export async function emptyWal(client: pg.ClientBase): Promise<Leftover[]> {
  const facts = await factsOf(client);
  const found = obstacles.filter(({ stands }) => stands(facts)).map(({ name }) => name);
  if (facts.may_checkpoint === 0 || facts.may_switch === 0) return found;
  try {
    if (!(await removeSegments(client, facts))) found.push('old_segments');
  } catch (error) {
    if (connectionLost(error)) throw error;
    found.push('checkpoint_refused');
  }
  return found;
}

/**
 * A checkpoint whose beginning lies in a new segment lets all before it go. One round is enough but for segments that lay ready for use under old
 * names, from a time when the server recycled: each round then uses up one of them.
 * @returns whether none of before is there, as far as may be seen
 */
async function removeSegments(client: pg.ClientBase, { may_list, recycle }: Facts): Promise<boolean> {
  const isSeen = may_list === 1;
  const before = new Set(isSeen ? await segments(client) : []);
  for (let left = Number.POSITIVE_INFINITY; ; ) {
    await client.query('SELECT pg_switch_wal()');
    await client.query('CHECKPOINT');
    // Recycled ones are there for ever, under names that come later.
    if (!isSeen || recycle !== 'off') return true;
    const still = (await segments(client)).filter((name) => before.has(name)).length;
    if (still === 0) return true;
    if (still >= left) return false;
    left = still;
  }
}

async function segments(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query("SELECT name FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}'");
  return (rows as { name: string }[]).map(({ name }) => name);
}

/**
 * Writes the tables anew without their deleted rows.
 * @returns those that some open transaction still sees deleted rows of: the server copies such rows
 */
export async function rewriteTables<T extends { readonly name: string }>(client: pg.Client, tables: readonly T[]): Promise<T[]> {
  const kept: T[] = [];
  for (const table of tables) {
    // Unheard, it is not known to be clean. Told from others by the server's function, since its words are in the server's language.
    // A table in partitions is told of once for each.
    const clean: boolean[] = [];
    const hear = ({ routine, detail }: { routine?: string | undefined; detail?: string | undefined }) => {
      // Twice: that it begins, and with the details what it found.
      if (routine === 'copy_table_data' && detail !== undefined) clean.push(/\d+/.exec(detail)?.[0] === '0');
    };
    client.on('notice', hear);
    try {
      await client.query(`VACUUM (FULL, VERBOSE) ${table.name}`);
    } finally {
      client.off('notice', hear);
    }
    if (clean.length === 0 || clean.includes(false)) kept.push(table);
  }
  return kept;
}
