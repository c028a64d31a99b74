// Places for heavy work in the background: so many pieces of it run beside one another, the others wait in the order in which they came. While answers are
// late none begins, and what runs on the thread that answers stops for breath between two portions. Nothing waits for ever: heavy work is held back, not left out.

import { availableParallelism } from 'node:os';

export const turnLimits = {
  /** Mean delay of the event loop in milliseconds from which on answers count as late; beyond `httpLimits.loopDelayMs` they are turned away. */
  lateMs: 100,
  /** How often it is looked whether they still are. */
  lookMs: 500,
  /** A beginning is held back for so long at most, */
  lateAtMostMs: 60_000,
  /** and one portion of what runs for so long. */
  breathMs: 250,
} as const;

/** Half of the processors are for answers. */
export const usualAtOnce = (processors: number = availableParallelism()): number => Math.max(1, Math.floor(processors / 2));

export type TurnsOptions = {
  /** Pieces of heavy work beside one another; `usualAtOnce` when absent. */
  readonly atOnce?: number | undefined;
  /** Mean delay of the event loop in milliseconds. */
  loopDelayMs?(): number;
};

export type Wanted = {
  /** It runs beside the others after so long, so that something shorter is not kept by something long. 0: at once, and the others wait for it. */
  readonly patienceMs?: number;
  /** Takes it out while it waits. */
  readonly signal?: AbortSignal;
};

export type Place = {
  /** False from when it may begin. */
  readonly waits: boolean;
  /** Resolves when it may begin. @throws the signal's reason when it is taken out */
  readonly begun: Promise<void>;
  /** Gives the place to the next; also of one that still waits. */
  leave(): void;
};

type Waiting = { begin(): void };

export class Turns {
  readonly #atOnce: number;
  readonly #loopDelayMs: () => number;
  readonly #waiting = new Set<Waiting>();
  #running = 0;
  #look: ReturnType<typeof setTimeout> | undefined;
  #heldBackMs = 0;

  constructor({ atOnce, loopDelayMs = () => 0 }: TurnsOptions = {}) {
    this.#atOnce = atOnce ?? usualAtOnce();
    this.#loopDelayMs = loopDelayMs;
  }

  get counts(): { readonly running: number; readonly waiting: number; readonly atOnce: number } {
    return { running: this.#running, waiting: this.#waiting.size, atOnce: this.#atOnce };
  }

  get isLate(): boolean {
    return this.#loopDelayMs() > turnLimits.lateMs;
  }

  /** A place in the row; one that need not wait has begun already. */
  want({ patienceMs, signal }: Wanted = {}): Place {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Whoever does not wait for it hears of it by `leave`.
    promise.catch(() => undefined);
    let state: 'waits' | 'runs' | 'left' = 'waits';
    let patience: ReturnType<typeof setTimeout> | undefined;
    const settle = () => {
      clearTimeout(patience);
      signal?.removeEventListener('abort', takeOut);
      this.#waiting.delete(waiting);
    };
    const begin = () => {
      if (state !== 'waits') return;
      state = 'runs';
      settle();
      this.#running += 1;
      resolve();
    };
    const leave = () => {
      if (state === 'left') return;
      const ran = state === 'runs';
      state = 'left';
      settle();
      if (ran) this.#running -= 1;
      this.#next();
    };
    const takeOut = () => {
      leave();
      reject(signal!.reason);
    };
    const waiting: Waiting = { begin };
    if (signal?.aborted) {
      state = 'left';
      reject(signal.reason);
    } else if (patienceMs === 0) begin();
    else {
      signal?.addEventListener('abort', takeOut, { once: true });
      this.#waiting.add(waiting);
      if (patienceMs !== undefined) patience = setTimeout(begin, patienceMs).unref();
      this.#next();
    }
    return {
      get waits() {
        return state === 'waits';
      },
      begun: promise,
      leave,
    };
  }

  /** Does something at its turn. @throws the signal's reason when it is taken out, and what the work throws */
  async inTurn<T>(wanted: Wanted, work: () => Promise<T>): Promise<T> {
    const place = this.want(wanted);
    try {
      await place.begun;
      return await work();
    } finally {
      place.leave();
    }
  }

  /** Between two portions of work on this thread: at once, or a little later while answers are late. */
  readonly breathe = async (): Promise<void> => {
    if (!this.isLate) return;
    await new Promise<void>((resolve) => void setTimeout(resolve, turnLimits.breathMs));
  };

  #next(): void {
    for (const waiting of this.#waiting) {
      if (this.#running >= this.#atOnce) return;
      if (this.isLate && this.#heldBackMs < turnLimits.lateAtMostMs) {
        this.#look ??= setTimeout(() => {
          this.#look = undefined;
          this.#heldBackMs += turnLimits.lookMs;
          this.#next();
        }, turnLimits.lookMs).unref();
        return;
      }
      this.#heldBackMs = 0;
      waiting.begin();
    }
  }
}
