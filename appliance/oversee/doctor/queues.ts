// How much waits in each queue of the node, beside the most that may.

import type { Words } from '../../core/errors.ts';
import type { Finding } from '../../core/store/store.ts';

export type Queue = {
  /** Kebab case. */
  id: string;
  name: Words;
  waiting: number;
  /** Beyond it the node refuses, or does not keep. */
  most: number;
  /** What to do when it fills. */
  next: Words;
  /** When the one that waits for longest came, and how long that may be. */
  oldestAtMs?: number | undefined;
  longestMs?: number;
};

/** Of the most: from where somebody should look, and from where there is hardly room. */
const warnShare = 0.5;
const graveShare = 0.9;

const hourMs = 3_600_000;

export function checkQueues(queues: readonly Queue[], nowMs: number): Finding[] {
  return queues.map(({ id, name, waiting, most, next, oldestAtMs = nowMs, longestMs = Number.POSITIVE_INFINITY }): Finding => {
    const waitedMs = nowMs - oldestAtMs;
    if (waitedMs > longestMs)
      return {
        check: `queue-${id}`,
        name,
        severity: 'warning',
        message: {
          en: `${waiting} waiting, the oldest for ${Math.floor(waitedMs / hourMs)} hours.`,
          zh: `等待 ${waiting} 项，最早的已等待 ${Math.floor(waitedMs / hourMs)} 小时。`,
        },
        next,
      };
    const said = {
      check: `queue-${id}`,
      name,
      message: { en: `${waiting} waiting, at most ${most}.`, zh: `等待 ${waiting} 项，上限 ${most} 项。` },
    };
    const share = waiting / most;
    if (share < warnShare) return { ...said, severity: 'ok' };
    return { ...said, severity: share < graveShare ? 'warning' : 'error', next };
  });
}
