// When work of a soak begins: so many times a second whatever the answers take (open loop), or every so often, one after the other. All of it ends together.

import { setTimeout as sleep } from 'node:timers/promises';

/** More than this under way and the machine cannot carry the rate, which is said and not hidden by waiting. */
const underWayMost = 500;

export class Pace {
  readonly #stop = new AbortController();
  readonly #loops: Promise<void>[] = [];
  readonly #startMs = performance.now();
  readonly #failed: (error: unknown) => void;

  /** @param failed told what ends a loop before its time: a mistake of the soak's own, since answers are counted elsewhere */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  get elapsedS(): number {
    return (performance.now() - this.#startMs) / 1000;
  }

  /** @param work gets the moment it was due; @param late is called in its place where too much is under way */
  rate(perS: number, work: (dueMs: number) => Promise<void>, late: () => void): void {
    this.#run(async () => {
      const underWay = new Set<Promise<void>>();
      for (let at = 1; ; at += 1) {
        const dueMs = this.#startMs + (at * 1000) / perS;
        if (!(await this.wait((dueMs - performance.now()) / 1000))) break;
        if (underWay.size >= underWayMost) late();
        else {
          const one = work(dueMs)
            .catch(this.#failed)
            .finally(() => underWay.delete(one));
          underWay.add(one);
        }
      }
      await Promise.all(underWay);
    });
  }

  every(seconds: number, work: () => Promise<void>, firstAfterS = seconds): void {
    this.#run(async () => {
      for (let dueS = firstAfterS; await this.wait(dueS - this.elapsedS); dueS = Math.max(dueS + seconds, this.elapsedS))
        await work();
    });
  }

  /** @returns false when the end came meanwhile */
  async wait(seconds: number): Promise<boolean> {
    if (seconds > 0) await sleep(seconds * 1000, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    return !this.#stop.signal.aborted;
  }

  get ended(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Begins nothing more, and waits for what is under way. */
  async end(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#loops);
  }

  #run(loop: () => Promise<void>): void {
    this.#loops.push(loop().catch(this.#failed));
  }
}
