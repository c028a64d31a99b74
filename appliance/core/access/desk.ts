// What every part of access works with: the store, who there is, and one queue for changes. A change reads what is there and writes in
// its turn, so that two at once cannot both use the same code, link or last place.

import type { Ports } from '../ports.ts';
import type { Store } from '../store/store.ts';
import type { Attempts } from './attempts.ts';
import type { Hashing } from './hashing.ts';
import type { Links } from './links.ts';
import type { People } from './people.ts';
import type { Sessions } from './sessions.ts';
import type { Step } from './store.ts';

export type Desk = {
  readonly store: Store;
  readonly ports: Ports;
  readonly people: People;
  readonly sessions: Sessions;
  readonly links: Links;
  readonly attempts: Attempts;
  readonly hashing: Hashing;
  hash(kind: string, value: string): Uint8Array;
  /** What a lost device takes with it; there once the node is open. */
  passkeys?: { removeAll(person: number): Step };
  /** What is read again after a write that failed, in this order. */
  readonly loads: { load(): Promise<void> }[];
  /** One after the other. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** A write failed and may be on disk all the same: what is stored is read again before the next change. */
  distrust(): void;
};

/** @param load reads again what is stored */
export function inTurn(load: () => Promise<void>): Pick<Desk, 'alone' | 'distrust'> {
  let last: Promise<unknown> = Promise.resolve();
  let stale = false;
  const alone: Desk['alone'] = (work) => {
    const next = last.then(async () => {
      if (stale) await load();
      stale = false;
      return work();
    });
    last = next.catch(() => undefined);
    return next;
  };
  return {
    alone,
    distrust() {
      if (stale) return;
      stale = true;
      // At once where the store allows it: until then somebody might be let in who was just put out.
      alone(async () => undefined).catch(() => undefined);
    },
  };
}

/** All of it in one transaction, and then in memory. */
export async function commit(desk: Desk, ...steps: readonly (Step | undefined)[]): Promise<void> {
  const given = steps.filter((step) => step !== undefined);
  const changes = given.flatMap((step) => step.changes);
  try {
    if (changes.length > 0) await desk.store.transact(changes);
  } catch (error) {
    desk.distrust();
    throw error;
  }
  for (const step of given) step.keep();
}
