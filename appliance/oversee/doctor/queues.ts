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
};

/** Of the most: from where somebody should look, and from where there is hardly room. */
const warnShare = 0.5;
const graveShare = 0.9;

export function checkQueues(queues: readonly Queue[]): Finding[] {
  return queues.map(({ id, name, waiting, most, next }): Finding => {
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
