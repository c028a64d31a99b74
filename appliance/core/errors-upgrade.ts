// The part of the catalogue of errors (errors.ts) that is about upgrades.

import type { FaultEntry } from './errors.ts';

export const upgradeFaults = {
  upgrading: {
    status: 503,
    message: { en: 'The node is being upgraded.', zh: '节点正在升级。' },
    next: {
      en: 'Send it again after the seconds in Retry-After; nothing that was accepted is lost.',
      zh: '请在 Retry-After 所示秒数后重试；已接收的数据不会丢失。',
    },
  },
  upgrade_failed: {
    status: 500,
    message: {
      en: 'The upgrade failed, and the data are as they were before it.',
      zh: '升级失败，数据已恢复为升级前的状态。',
    },
    next: {
      en: '"where" says at which step and why. Start the version from before; or mend the cause and try again by "holdfast upgrade".',
      zh: '"where" 说明失败的步骤与原因。请启动升级前的版本；或排除原因后执行 "holdfast upgrade" 重试。',
    },
  },
  upgrade_stuck: {
    status: 500,
    message: {
      en: 'An upgrade has to be rolled back, and its snapshot is missing or damaged.',
      zh: '升级需要回退，但升级前的快照缺失或已损坏。',
    },
    next: {
      en: 'Nothing was touched. Restore the newest backup into another folder ("holdfast restore"), and keep this folder until that has served.',
      zh: '未作任何改动。请将最新备份恢复到其他目录（"holdfast restore"），在其正常服务之前请保留本目录。',
    },
  },
} as const satisfies { [code: string]: FaultEntry };
