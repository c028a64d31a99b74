// One change of the coordinator's state at a time, and members who wait for what is not there yet. Both without a thread or a timer of their
// own, so that a simulation drives them.

/** Calls `run` once after `ms`, unless what it returned is called before. */
export type Timer = { after(ms: number, run: () => void): () => void };

export const systemTimer: Timer = {
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Work in the order in which it was given, each after the one before has ended, however it ended. */
export class Exclusive {
  #last: Promise<unknown> = Promise.resolve();

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

/** Waits of one member at once; a further one ends the oldest, whose connection is most likely gone. */
const waitsOfMember = 4;

export class Waiters {
  readonly #timer: Timer;
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(timer: Timer) {
    this.#timer = timer;
  }

  /** Until wake() is called for the name, or `ms` have passed. */
  wait(name: string, ms: number): Promise<void> {
    const held = this.#waiting.get(name) ?? new Set();
    this.#waiting.set(name, held);
    if (held.size >= waitsOfMember) for (const oldest of [...held].slice(0, 1)) oldest();
    return new Promise((resolve) => {
      const end = () => {
        cancel();
        held.delete(end);
        resolve();
      };
      const cancel = this.#timer.after(ms, end);
      held.add(end);
    });
  }

  wake(name: string): void {
    for (const end of [...(this.#waiting.get(name) ?? [])]) end();
  }

  wakeAll(): void {
    for (const name of this.#waiting.keys()) this.wake(name);
  }
}
