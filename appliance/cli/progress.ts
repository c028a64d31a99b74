// Progress of long work, drawn as one line on stderr that is written over; on anything but a terminal it says nothing, so that
// logs and pipes stay clean.

import type { Clock } from '../core/ports.ts';
import type { Writer } from './io.ts';
import { displayWidth } from './table.ts';

/** `total` undefined: the end is not known, only how far it is. */
export type Progress = { update(done: number, total?: number, more?: More): void; end(): void };

/** What work knows of itself: what is being done, and how long it may still take where the share done so far does not tell. */
export type More = { readonly stage?: string; readonly leftMs?: number | undefined };

const redrawEveryMs = 100;
const barColumns = 24;
/** A rate needs some time behind it before what it foretells is worth showing. */
const forecastAfterMs = 2_000;

export const silentProgress: Progress = { update: () => {}, end: () => {} };

export function startProgress(label: string, out: Writer, clock: Clock): Progress {
  if (!out.isTTY) return silentProgress;
  const startedAtMs = clock.nowMs();
  let drawnAtMs = Number.NEGATIVE_INFINITY;
  let ended = false;
  let last: { done: number; total: number | undefined; more: More | undefined } = {
    done: 0,
    total: undefined,
    more: undefined,
  };

  const draw = (nowMs: number) => {
    const width = out.columns ?? 80;
    const line = progressLine(label, last.done, last.total, nowMs - startedAtMs, last.more);
    out.write(`\r${displayWidth(line) < width ? line : line.slice(0, Math.max(0, Math.floor(width / 2) - 1))}\u001b[K`);
    drawnAtMs = nowMs;
  };
  return {
    update(done, total, more) {
      if (ended) return;
      last = { done, total, more };
      const nowMs = clock.nowMs();
      if (nowMs - drawnAtMs >= redrawEveryMs) draw(nowMs);
    },
    end() {
      if (ended) return;
      ended = true;
      draw(clock.nowMs());
      out.write('\n');
    },
  };
}

/** `label [#####-----]  52%  1,040/2,000  0:03 left` */
export function progressLine(label: string, done: number, total: number | undefined, elapsedMs: number, more?: More): string {
  const count = Math.floor(done).toLocaleString('en');
  if (total === undefined || total <= 0) return `${label}  ${count}  ${minutes(elapsedMs)}`;
  const share = Math.min(1, Math.max(0, done / total));
  const filled = Math.round(share * barColumns);
  const bar = `${'#'.repeat(filled)}${'-'.repeat(barColumns - filled)}`;
  const leftMs = more ? more.leftMs : (elapsedMs * (1 - share)) / share;
  const tells = leftMs !== undefined && share > 0 && share < 1 && elapsedMs >= forecastAfterMs;
  const left = tells ? `  ${minutes(leftMs)} left` : '';
  const what = more?.stage ?? `${count}/${Math.floor(total).toLocaleString('en')}`;
  return `${label} [${bar}] ${String(Math.floor(share * 100)).padStart(3)}%  ${what}${left}`;
}

function minutes(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
