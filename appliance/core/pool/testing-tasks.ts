// Tasks for the pool's own tests: sums, waits, faults, and ends of threads by their own fault.

import { getPriority } from 'node:os';
import { Fault } from '../errors.ts';
import { currentRequestId } from '../telemetry/context.ts';
import type { Stretch, Work } from './pool.ts';

export function sum({ from, to }: Stretch): number {
  let total = 0;
  for (let at = from; at < to; at += 1) total += at;
  return total;
}

/** On whose behalf it runs, after a turn of its loop. */
export async function requestId(_: undefined): Promise<string | undefined> {
  await new Promise((resolve) => setImmediate(resolve));
  return currentRequestId();
}

/** Busy until it is cancelled, or for ever when it does not look. */
export function spin({ looks }: { looks: boolean }, work: Work): void {
  for (;;) if (looks) work.throwIfCancelled();
}

export async function wait(_: undefined, work: Work): Promise<void> {
  work.tell('waiting');
  await new Promise((_resolve, reject) => work.signal.addEventListener('abort', reject));
}

export function fail(how: 'fault' | 'error'): never {
  if (how === 'fault') throw new Fault('cannot_train', 'column "x"');
  throw new RangeError('rows: none');
}

/** Ends its thread so many times, counted in shared memory. */
export function die({ lives, count }: { lives: number; count: Int32Array }, work: Work): number {
  const life = Atomics.add(count, 0, 1);
  work.tell(`life ${life + 1}`);
  if (life < lives) process.exit(1);
  return life;
}

/** More than a thread's heap holds. */
export function hoard(): number {
  const kept: number[][] = [];
  for (;;) kept.push(new Array<number>(1_000_000).fill(kept.length + 0.5));
}

/** Claims one number after another; one of them is fatal the first time. */
export function claim({ next, done, fatal }: { next: Int32Array; done: Int32Array; fatal: Int32Array }): number {
  let count = 0;
  for (;;) {
    const at = Atomics.add(next, 0, 1);
    if (at >= done.length) return count;
    if (at === 40 && Atomics.exchange(fatal, 0, 0) === 1) process.exit(1);
    Atomics.add(done, at, 1);
    count += 1;
  }
}

export function niceness(): number {
  return getPriority();
}
