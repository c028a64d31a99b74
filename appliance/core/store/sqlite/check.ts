// What doctor asks of a SQLite store: are the durability settings as they must be, is the file whole, is there room.

import { statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FaultCode, Words } from '../../errors.ts';
import type { Finding } from '../store.ts';
import type { Connection } from './connection.ts';
import { toFailure } from './failures.ts';
import type { Job, Settings } from './messages.ts';

const lowDiskBytes = 2 * 1024 ** 3;
const veryLowDiskBytes = 256 * 1024 ** 2;
/** Faults named one by one before the rest is only counted. */
const namedFaults = 20;

const megabytes = (sizeBytes: number): string => `${(sizeBytes / 1024 ** 2).toFixed(1)} MB`;

const names = {
  integrity: { en: 'Structure of the database', zh: '数据库结构' },
  references: { en: 'References', zh: '引用' },
  size: { en: 'Size', zh: '大小' },
  wal: { en: 'Write-ahead log', zh: '预写日志' },
  disk: { en: 'Free disk', zh: '可用磁盘' },
} as const satisfies { [name: string]: Words };

const restore: Words = {
  en: 'Stop the node, keep a copy of the data folder as it is, and restore the last backup.',
  zh: '请停止节点，原样保留一份数据目录副本，然后恢复最近的备份。',
};
const restart: Words = {
  en: 'Restart the node. If it stays, the build does not fit: start the build that made this data folder.',
  zh: '请重启节点。若仍如此，说明程序版本不符，请使用创建该数据目录的版本启动。',
};

export function checkDatabase(db: Connection, settings: Settings): Finding[] {
  return [() => checkSettings(db), () => checkSizes(db, settings)].flatMap(read);
}

/** Faults alone; a portion without one finds nothing. */
export function checkStructure(db: Connection, { deep, table }: Extract<Job, { op: 'checkStructure' }>): Finding[] {
  return [() => checkIntegrity(db, deep, table), () => (deep ? checkReferences(db) : [])].flatMap(read);
}

/** The faults of all portions as one look says them. */
export function structureFindings(found: readonly Finding[], deep: boolean): Finding[] {
  const bad = found.filter(({ severity }) => severity !== 'ok');
  const faults = bad.filter(({ check }) => check === 'integrity');
  const rest = found.filter(({ check }) => check !== 'integrity');
  const good: Finding = {
    severity: 'ok',
    check: 'integrity',
    name: names.integrity,
    message: deep
      ? { en: 'Every page and index was read: no fault.', zh: '已读取全部页与索引，未发现问题。' }
      : { en: 'The structure of every table was read: no fault.', zh: '已检查各表结构，未发现问题。' },
  };
  if (faults.length === 0) return [good, ...rest];
  if (faults.length <= namedFaults) return [...faults, ...rest];
  const more = faults.length - namedFaults;
  return [...faults.slice(0, namedFaults), fault({ en: `And ${more} more faults.`, zh: `另有 ${more} 处问题。` }), ...rest];
}

/** A file damaged so badly that it cannot even be asked is a finding too. */
export function structureUnread(code: FaultCode): Finding {
  if (code === 'store_corrupt') return fault({ en: 'The database is damaged.', zh: '数据库已损坏。' });
  return fault(unread(code), {
    en: 'See the log of the node for the cause, then look again.',
    zh: '请查看节点日志中的原因，然后重新检查。',
  });
}

const unread = (code: string): Words => ({ en: `It could not be read: ${code}.`, zh: `无法读取：${code}。` });

const fault = (message: Words, next = restore): Finding => ({
  severity: 'error',
  check: 'integrity',
  name: names.integrity,
  message,
  next,
});

function read(look: () => Finding[]): Finding[] {
  try {
    return look();
  } catch (error) {
    const failure = toFailure(error);
    return ['code' in failure ? structureUnread(failure.code) : fault(unread(failure.misuse))];
  }
}

function checkSettings(db: Connection): Finding[] {
  const expected: [string, string | number][] = [
    ['journal_mode', 'wal'],
    ['synchronous', 2],
    ['secure_delete', 1],
    ['foreign_keys', 1],
    ['trusted_schema', 0],
  ];
  return expected.map(([name, value]) => {
    const found = db.pragma(name, { simple: true });
    const said = {
      check: `setting-${name.replaceAll('_', '-')}`,
      name: { en: `Setting ${name}`, zh: `设置 ${name}` },
    };
    if (found === value) return { ...said, severity: 'ok', message: { en: `${found}`, zh: `${found}` } };
    const message = { en: `It is ${found} and must be ${value}.`, zh: `当前为 ${found}，应为 ${value}。` };
    return { ...said, severity: 'error', message, next: restart };
  });
}

/** quick_check reads the structure of every page; integrity_check also compares every index with its table. */
function checkIntegrity(db: Connection, deep: boolean, table: string | undefined): Finding[] {
  const pragma = deep ? 'integrity_check' : 'quick_check';
  const about = table === undefined ? '1000' : `"${table.replaceAll('"', '""')}"`;
  const rows = db.pragma(`${pragma}(${about})`) as Record<string, string>[];
  return rows
    .map((row) => row[pragma]!)
    .filter((found) => found !== 'ok')
    .map((found) => fault({ en: found, zh: `SQLite 报告：${found}` }));
}

function checkReferences(db: Connection): Finding[] {
  const said = { check: 'references', name: names.references };
  const orphans = db.pragma('foreign_key_check') as { table: string }[];
  if (orphans.length === 0)
    return [
      {
        ...said,
        severity: 'ok',
        message: { en: 'Every row that is referred to is there.', zh: '被引用的行均存在。' },
      },
    ];
  const tables = [...new Set(orphans.map((row) => row.table))].join(', ');
  const message = {
    en: `${orphans.length} rows refer to rows that are not there (${tables}).`,
    zh: `${orphans.length} 行引用了不存在的行（${tables}）。`,
  };
  return [{ ...said, severity: 'error', message, next: restore }];
}

function checkSizes(db: Connection, settings: Settings): Finding[] {
  const pages = db.pragma('page_count', { simple: true }) as number;
  const free = db.pragma('freelist_count', { simple: true }) as number;
  const pageSizeBytes = db.pragma('page_size', { simple: true }) as number;
  const size = megabytes(pages * pageSizeBytes);
  const walBytes = statSync(`${settings.file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  const disk = statfsSync(dirname(settings.file));
  return [
    {
      severity: 'ok',
      check: 'size',
      name: names.size,
      message: {
        en: `${size} in ${pages} pages of ${pageSizeBytes} bytes, ${free} of them free.`,
        zh: `${size}，${pages} 页，每页 ${pageSizeBytes} 字节，其中 ${free} 页空闲。`,
      },
    },
    walFinding(walBytes, settings.walHardBytes),
    diskFinding(disk.bavail * disk.bsize),
  ];
}

export function walFinding(walBytes: number, boundBytes: number): Finding {
  const [now, bound] = [megabytes(walBytes), megabytes(boundBytes)];
  const said = {
    check: 'write-ahead-log',
    name: names.wal,
    message: { en: `${now}, bound ${bound}.`, zh: `${now}，上限 ${bound}。` },
  };
  if (walBytes <= 2 * boundBytes) return { ...said, severity: 'ok' };
  return {
    ...said,
    severity: 'warning',
    next: {
      en: 'Something reads for long, or the disk is slow. Look again in ten minutes; restart the node if it does not shrink.',
      zh: '可能有长时间的读取，或磁盘较慢。请十分钟后再看；若未缩小，请重启节点。',
    },
  };
}

export function diskFinding(freeBytes: number): Finding {
  const free = megabytes(freeBytes);
  const said = { check: 'free-disk', name: names.disk, message: { en: `${free} free.`, zh: `剩余 ${free}。` } };
  if (freeBytes >= lowDiskBytes) return { ...said, severity: 'ok' };
  return {
    ...said,
    severity: freeBytes < veryLowDiskBytes ? 'error' : 'warning',
    next: {
      en: 'Free or add room on the disk of the data folder. When it is full the node accepts nothing more.',
      zh: '请为数据目录所在磁盘释放或增加空间。磁盘写满后节点将不再接收数据。',
    },
  };
}
