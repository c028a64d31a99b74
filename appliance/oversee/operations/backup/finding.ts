// What doctor says of backups: whether there is a place for them, how old the newest is, whether it was verified, and when a restore was last tried.

import { statSync } from 'node:fs';
import type { Words } from '../../../core/errors.ts';
import type { Finding } from '../../../core/store/store.ts';
import type { BackupState, RestoreTest } from './state.ts';
import type { TargetSettings } from './target.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
export const findingLimits = {
  /** Without a schedule, a newest backup older than this is a warning. */
  oldMs: 2 * dayMs,
  testedMs: 90 * dayMs,
} as const;

export type Looked = {
  nowMs: number;
  /** Undefined where none is set; a fault's code and place where it cannot be used. */
  target: TargetSettings | undefined | { code: string };
  /** The code of the fault, or of the system, with which the place does not answer. */
  unreachable: string | undefined;
  folder: string;
  everyMinutes: number | undefined;
  state: BackupState;
  keyExported: boolean;
  test: RestoreTest | undefined;
};

export function backupFindings(looked: Looked): Finding[] {
  const { target, state } = looked;
  if (target === undefined && state.last === undefined)
    return [warning(newestOf, { en: 'No place for backups is set.', zh: '未设置备份位置。' }, setPlace)];
  return [
    newest(looked),
    tested(looked),
    ...placed(looked),
    ...(state.verified && state.verified.damaged > 0 ? [damaged(state.verified.damaged)] : []),
    ...(state.last && !looked.keyExported ? [warning(key, { en: 'It was never exported.', zh: '从未导出。' }, exportKey)] : []),
  ];
}

const newestOf = { check: 'backup', name: { en: 'Backup', zh: '备份' } };
const restore = { check: 'restore-tested', name: { en: 'Restore, tried out', zh: '恢复演练' } };
const place = { check: 'backup-place', name: { en: 'Place of backups', zh: '备份位置' } };
const contents = { check: 'backup-contents', name: { en: 'Contents of backups', zh: '备份内容' } };
const key = { check: 'backup-key', name: { en: 'Key of backups', zh: '备份密钥' } };

const setPlace: Words = {
  en: 'Set "backup" in holdfast.json, and start the node again.',
  zh: '请在 holdfast.json 中设置 "backup"，并重启节点。',
};
const makeOne: Words = {
  en: 'Run "holdfast backup now", and look at what it says.',
  zh: '请执行 "holdfast backup now"，并查看输出。',
};
const tryOut: Words = {
  en: 'Run "holdfast restore --test" on a machine with room.',
  zh: '请在空间充足的机器上执行 "holdfast restore --test"。',
};
const mendPlace: Words = { en: 'Mend "backup" in holdfast.json.', zh: '请修正 holdfast.json 中的 "backup"。' };
const reachPlace: Words = {
  en: 'See whether the disk of "backup.to" is mounted and may be written, or whether its server runs and may be reached from here.',
  zh: '请确认 "backup.to" 所在磁盘已挂载且可写，或其服务器在运行且本机可达。',
};
const otherDisk: Words = { en: 'Set "backup.to" to another disk or machine.', zh: '请将 "backup.to" 设为其他磁盘或机器。' };
const verifyAll: Words = {
  en: 'Run "holdfast backup verify": it names them and the snapshots that they are of. Then back up into an empty place.',
  zh: '请执行 "holdfast backup verify" 查看受损对象及所属快照，然后备份到空的位置。',
};
const exportKey: Words = {
  en: 'No backup opens without keys.json: run "holdfast backup key", and keep it apart.',
  zh: '没有 keys.json，任何备份都无法打开：请执行 "holdfast backup key"，并另行保管。',
};

type Named = Pick<Finding, 'check' | 'name'>;
const warning = (of: Named, message: Words, next: Words): Finding => ({ severity: 'warning', ...of, message, next });
const error = (of: Named, message: Words, next: Words): Finding => ({ severity: 'error', ...of, message, next });

function newest({ nowMs, state, everyMinutes }: Looked): Finding {
  const { last, failed } = state;
  const at = last && timeOf(last.atMs);
  if (failed && failed.kind === 'backup' && failed.atMs > (last?.atMs ?? 0)) {
    const en = `The latest failed: ${failed.code}.${at ? ` The newest is of ${at}.` : ''}`;
    return error(newestOf, { en, zh: `最近一次失败：${failed.code}。${at ? `最近备份时点：${at}。` : ''}` }, makeOne);
  }
  if (!last) return warning(newestOf, { en: 'None was made yet.', zh: '尚未备份。' }, makeOne);
  const message = { en: `The newest is of ${at}.`, zh: `最近备份时点：${at}。` };
  const oldMs = everyMinutes === undefined ? findingLimits.oldMs : Math.max(2 * everyMinutes * 60_000, hourMs);
  return nowMs - last.atMs > oldMs ? warning(newestOf, message, makeOne) : { severity: 'ok', ...newestOf, message };
}

function tested({ nowMs, test }: Looked): Finding {
  if (!test) return warning(restore, { en: 'Never.', zh: '从未演练。' }, tryOut);
  const at = timeOf(test.atMs);
  if (!test.ok) return error(restore, { en: `It failed on ${at}: ${test.code}.`, zh: `${at} 未通过：${test.code}。` }, tryOut);
  const message = { en: `Last on ${at}.`, zh: `最近一次：${at}。` };
  return nowMs - test.atMs > findingLimits.testedMs ? warning(restore, message, tryOut) : { severity: 'ok', ...restore, message };
}

function placed({ target, folder, unreachable }: Looked): Finding[] {
  if (unreachable !== undefined)
    return [error(place, { en: `It cannot be reached: ${unreachable}.`, zh: `无法访问：${unreachable}。` }, reachPlace)];
  if (target && 'code' in target)
    return [error(place, { en: `It cannot be used: ${target.code}.`, zh: `无法使用：${target.code}。` }, mendPlace)];
  if (target?.kind !== 'folder' || !onSameDisk(target.path, folder)) return [];
  const message = {
    en: 'It is on the disk of the data folder, and goes with it.',
    zh: '与数据目录在同一磁盘，磁盘损坏时会一并丢失。',
  };
  return [warning(place, message, otherDisk)];
}

const damaged = (n: number): Finding =>
  error(contents, { en: n === 1 ? 'One object is damaged.' : `${n} objects are damaged.`, zh: `${n} 个对象已损坏。` }, verifyAll);

const timeOf = (atMs: number) => `${new Date(atMs).toISOString().slice(0, 16)}Z`;

function onSameDisk(one: string, other: string): boolean {
  try {
    return statSync(one).dev === statSync(other).dev;
  } catch {
    return false;
  }
}
