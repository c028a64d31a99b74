// The disk under the data folder: what kind of file system, how much room, and how long it takes until something is safely on it.

import type { Finding } from '../../core/store/store.ts';
import { preflightLimits } from './limits.ts';
import type { Machine } from './machine.ts';

type Kind = 'network' | 'memory' | 'layers';
/** By the numbers of statfs(2). */
const kinds: { readonly [number: number]: { kind: Kind; name: string } } = {
  26985: { kind: 'network', name: 'NFS' },
  4283649346: { kind: 'network', name: 'CIFS' },
  4266872130: { kind: 'network', name: 'SMB' },
  20859: { kind: 'network', name: 'SMB' },
  16914839: { kind: 'network', name: '9P' },
  1702057286: { kind: 'network', name: 'FUSE' },
  12805120: { kind: 'network', name: 'Ceph' },
  1397113167: { kind: 'network', name: 'AFS' },
  16914836: { kind: 'memory', name: 'tmpfs' },
  2240043254: { kind: 'memory', name: 'ramfs' },
  2035054128: { kind: 'layers', name: 'overlayfs' },
};

/** @param folder one that exists */
export function checkFileSystem(machine: Machine, folder: string, onPostgres: boolean): Finding[] {
  const said = { check: 'preflight-file-system', name: { en: 'File system', zh: '文件系统' } };
  if (!machine.isWritable(folder))
    return [
      {
        ...said,
        severity: 'error',
        message: { en: `${folder} cannot be written by this user.`, zh: `当前用户无法写入 ${folder}。` },
        next: {
          en: 'Give it to the user of the node, or run the command as that user.',
          zh: '请将其所有者设为节点用户，或以该用户执行命令。',
        },
      },
    ];
  const disk = machine.disk(folder);
  // Some file systems give a number with a sign.
  const found = disk === undefined ? undefined : kinds[disk.kind >>> 0];
  if (found === undefined)
    return [{ ...said, severity: 'ok', message: { en: `${folder} can be written.`, zh: `${folder} 可写。` } }];
  const { name } = found;
  if (found.kind === 'network')
    return [
      {
        ...said,
        severity: onPostgres ? 'warning' : 'error',
        message: {
          en: `${folder} is on ${name}: its locks do not keep a database whole.`,
          zh: `${folder} 位于 ${name}：其文件锁无法保证数据库完整。`,
        },
        next: { en: 'Put the data folder on a disk of this machine (ext4, XFS).', zh: '请将数据目录放到本机磁盘（ext4、XFS）。' },
      },
    ];
  if (found.kind === 'memory')
    return [
      {
        ...said,
        severity: 'error',
        message: {
          en: `${folder} is in memory (${name}): all is gone after a restart.`,
          zh: `${folder} 位于内存（${name}）：重启后数据全部丢失。`,
        },
        next: { en: 'Put the data folder on a disk.', zh: '请将数据目录放到磁盘上。' },
      },
    ];
  return [
    {
      ...said,
      severity: 'warning',
      message: {
        en: `${folder} is in the layers of a container (${name}), and goes with it.`,
        zh: `${folder} 位于容器层（${name}），将随容器删除。`,
      },
      next: { en: 'Give the container a volume for the data folder.', zh: '请为数据目录挂载卷。' },
    },
  ];
}

/** @param folder one that exists */
export function checkDisk(machine: Machine, folder: string): Finding[] {
  return [...checkRoom(machine, folder), ...checkFsync(machine, folder)];
}

function checkRoom(machine: Machine, folder: string): Finding[] {
  const said = { check: 'preflight-disk', name: { en: 'Disk', zh: '磁盘' } };
  const disk = machine.disk(folder);
  if (disk === undefined) return [];
  const { error, warning } = preflightLimits.diskMb;
  if (disk.freeMb >= warning)
    return [{ ...said, severity: 'ok', message: { en: `${disk.freeMb} MB are free.`, zh: `可用 ${disk.freeMb} MB。` } }];
  return [
    {
      ...said,
      severity: disk.freeMb < error ? 'error' : 'warning',
      message: { en: `Only ${disk.freeMb} MB are free.`, zh: `仅剩 ${disk.freeMb} MB。` },
      next: {
        en: 'Make room, or put the data folder on a larger disk: 20 GB for a million customers, and as much again while keys are rotated.',
        zh: '请清理空间，或将数据目录放到更大的磁盘：一百万客户约需 20 GB，轮换密钥期间再需同样多。',
      },
    },
  ];
}

function checkFsync(machine: Machine, folder: string): Finding[] {
  const said = { check: 'preflight-fsync', name: { en: 'Disk, time to be safe', zh: '磁盘落盘时间' } };
  const ms = machine.fsyncMs(folder);
  if (ms === undefined) return [];
  const { error, warning } = preflightLimits.fsyncMs;
  const said1 = ms.toFixed(ms < 10 ? 1 : 0);
  if (ms <= warning) return [{ ...said, severity: 'ok', message: { en: `${said1} ms for a page.`, zh: `每页 ${said1} 毫秒。` } }];
  return [
    {
      ...said,
      severity: ms > error ? 'error' : 'warning',
      message: {
        en: `A page takes ${said1} ms until it is on the disk; every answer to a client waits for that.`,
        zh: `每页落盘需 ${said1} 毫秒，而每次应答都需等待落盘。`,
      },
      next: { en: 'Take an SSD, or look what else writes to this disk.', zh: '请使用固态硬盘，或检查是否有其他程序在写该磁盘。' },
    },
  ];
}
