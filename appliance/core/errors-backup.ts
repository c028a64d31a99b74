// The part of the catalogue of errors (errors.ts) that is about backups and restoring them.

import type { FaultEntry } from './errors.ts';

export const backupFaults = {
  backup_unset: {
    status: 409,
    message: { en: 'No place for backups is set.', zh: '未设置备份位置。' },
    next: {
      en: 'Set "backup": { "to": … } in holdfast.json, or name the place in the command.',
      zh: '请在 holdfast.json 中设置 "backup": { "to": … }，或在命令中指定位置。',
    },
  },
  backup_target_failed: {
    status: 503,
    message: { en: 'The place for backups cannot be written or read.', zh: '备份位置无法读写。' },
    next: {
      en: '"where" says what it answered. Check that it is mounted or running, and the permissions; as a service the node writes under /mnt, /media, /srv and /var/backups, elsewhere after "systemctl edit holdfast" (ReadWritePaths=). The next backup goes on with what is there.',
      zh: '"where" 为其返回的信息。请检查是否已挂载或运行及其权限；作为服务运行时，节点可写入 /mnt、/media、/srv 与 /var/backups，其他位置须通过 "systemctl edit holdfast" 设置 ReadWritePaths=。下次备份会沿用已写入的部分。',
    },
  },
  backup_target_full: {
    status: 503,
    message: { en: 'The place for backups is full.', zh: '备份位置空间已满。' },
    next: {
      en: 'Make room there, or keep fewer: lower "keep" and run "holdfast backup prune". Earlier backups are whole.',
      zh: '请扩容，或减少 "keep" 保留数量并执行 "holdfast backup prune"。已有备份不受影响。',
    },
  },
  backup_busy: {
    status: 409,
    message: { en: 'Backups are being worked on already.', zh: '备份位置正被使用。' },
    next: {
      en: 'Wait until it is done; after a kill elsewhere that is two minutes at most.',
      zh: '请等待其完成；若另一处被强行终止，最多等待两分钟。',
    },
  },
  backup_damaged: {
    status: 500,
    message: { en: 'Something in the backup is missing or not what was written.', zh: '备份内容缺失或与写入时不符。' },
    next: {
      en: 'Run "holdfast backup verify" to see which snapshots it touches; restore another, and make a new one soon.',
      zh: '请执行 "holdfast backup verify" 查看受影响的快照；改用其他快照恢复，并尽快新建备份。',
    },
  },
  backup_foreign: {
    status: 409,
    message: { en: 'The backups there are opened by another key.', zh: '该处的备份属于另一密钥。' },
    next: {
      en: 'Use the key file of the node that made them, or another folder or prefix for this node.',
      zh: '请使用创建它们的节点的密钥文件，或为本节点指定其他目录或前缀。',
    },
  },
  restore_refused: {
    status: 409,
    message: { en: 'There is a database in this folder.', zh: '该目录中已有数据库。' },
    next: {
      en: 'Name an empty folder, or move the database aside first; erasures.log and keys.json may stay.',
      zh: '请指定空目录，或先将数据库移走；erasures.log 与 keys.json 可保留。',
    },
  },
  job_broken_off: {
    status: 409,
    message: { en: 'A stop or a kill of the node broke the work off.', zh: '节点停止或被强制终止，任务因此中断。' },
    next: {
      en: 'Begin it again: "holdfast job retry", or System > Jobs in the console.',
      zh: '请重试："holdfast job retry"，或在控制台“系统”>“任务”中重试。',
    },
  },
} as const satisfies { readonly [code: string]: FaultEntry };
