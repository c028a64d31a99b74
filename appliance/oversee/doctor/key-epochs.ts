// Which generation of wrapping keys the node is at, how old it is, and whether a rotation stands still.

import type { Finding } from '../../core/store/store.ts';

export type Epochs = {
  nowMs: number;
  /** Wrapping keys that exist. */
  epochs: readonly { epoch: number; madeAtMs: number }[];
  /** Rotations begun and not finished. */
  unfinished: readonly ('wrapping' | 'data')[];
  /** One is under way. */
  isRotating: boolean;
};

const dayMs = 24 * 3_600_000;
/** Two years: the longest that NIST SP 800-57 part 1, table 1, gives a symmetric key that wraps others. */
const oldDays = 730;

export function checkEpochs({ nowMs, epochs, unfinished, isRotating }: Epochs): Finding[] {
  const said = { check: 'key-epochs', name: { en: 'Generation of keys', zh: '密钥代次' } };
  const [standing] = unfinished;
  if (standing !== undefined && !isRotating)
    return [
      {
        ...said,
        severity: 'warning',
        message: {
          en: `A rotation of ${standing} keys was begun and stands still; keys of before are there still.`,
          zh: `${standing === 'data' ? '数据' : '包裹'}密钥轮换已开始但停滞，旧密钥仍然存在。`,
        },
        next: {
          en: `Run "holdfast keys rotate ${standing}", which goes on where it stopped; "holdfast keys status" says why it stopped.`,
          zh: `请执行 "holdfast keys rotate ${standing}" 从停止处继续；"holdfast keys status" 显示停止原因。`,
        },
      },
    ];
  const newest = epochs.reduce<{ epoch: number; madeAtMs: number } | undefined>(
    (found, one) => (found && found.epoch > one.epoch ? found : one),
    undefined,
  );
  if (!newest) return [];
  const days = Math.max(0, Math.floor((nowMs - newest.madeAtMs) / dayMs));
  const message = {
    en: isRotating ? `Generation ${newest.epoch}; a rotation is under way.` : `Generation ${newest.epoch}, ${days} days old.`,
    zh: isRotating ? `第 ${newest.epoch} 代，轮换进行中。` : `第 ${newest.epoch} 代，已使用 ${days} 天。`,
  };
  if (days <= oldDays) return [{ ...said, severity: 'ok', message }];
  return [
    {
      ...said,
      severity: 'warning',
      message,
      next: {
        en: 'Rotate the wrapping key ("holdfast keys rotate wrapping"); the node serves meanwhile.',
        zh: '请轮换包裹密钥（"holdfast keys rotate wrapping"），期间节点照常服务。',
      },
    },
  ];
}
