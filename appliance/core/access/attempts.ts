// How often somebody may guess. Wrong tries are counted by login and by address; after a few each costs a wait that doubles, up to a
// quarter of an hour. Counted on disk before the try is looked at, so that neither many at once nor a kill gives free ones.
//
// Nobody can be locked out for good. A try during a wait is refused and not counted, so it does not lengthen the wait. And a browser
// that has signed in before has a mark of its own (see device.ts) and a count of its own, which strangers cannot run up.

import { Fault } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { Change, Store } from '../store/store.ts';
import { attemptsTable, put, readAttempts, remove, type Step } from './store.ts';
import { hexOf } from './tokens.ts';

export const attemptLimits = {
  /** Tries without a wait. NIST SP 800-63B revision 3, 5.2.2 allows 100 in a row; ASVS 2.2.1 100 in an hour. */
  free: { login: 5, device: 10, address: 20, proof: 5 },
  /** After the first wait, which doubles. */
  firstWaitMs: 1_000,
  longestWaitMs: 15 * 60_000,
  /** A count is forgotten after this long without a try. */
  forgetMs: 24 * 3_600_000,
  /** Counts kept. Beyond: the oldest are dropped. */
  counts: 50_000,
} as const;

export type AttemptKind = keyof typeof attemptLimits.free;
export type AttemptKey = { readonly kind: AttemptKind; readonly value: string };
type Count = { failures: number; lastAtMs: number };

export type AttemptsParts = { store: Store; clock: Clock; hash(kind: string, value: string): Uint8Array };

export class Attempts {
  readonly #parts: AttemptsParts;
  /** By hash, the latest tried last. */
  readonly #counts = new Map<string, Count>();

  private constructor(parts: AttemptsParts) {
    this.#parts = parts;
  }

  static async open(parts: AttemptsParts): Promise<Attempts> {
    const attempts = new Attempts(parts);
    const cut = parts.clock.nowMs() - attemptLimits.forgetMs;
    await parts.store.transact([{ op: 'run', sql: 'DELETE FROM sign_in_attempts WHERE last_at_ms < :cut', params: { cut } }]);
    for (const row of await readAttempts(parts.store))
      attempts.#counts.set(hexOf(row.key_hash), { failures: row.failures, lastAtMs: row.last_at_ms });
    return attempts;
  }

  /** @throws {Fault} `too_many_attempts` with the seconds to wait */
  check(keys: readonly AttemptKey[]): void {
    const waitMs = Math.max(0, ...keys.map((key) => this.#waitMs(key)));
    if (waitMs > 0) throw new Fault('too_many_attempts', undefined, { retryAfterS: Math.ceil(waitMs / 1000) });
  }

  /** Counts a try before it is looked at. @throws {Fault} `too_many_attempts`, and what the store says; then the try does not happen */
  async begin(keys: readonly AttemptKey[]): Promise<void> {
    this.check(keys);
    const nowMs = this.#parts.clock.nowMs();
    const changes: Change[] = [];
    for (const key of keys) changes.push(this.#set(key, { failures: this.#countOf(key).failures + 1, lastAtMs: nowMs }));
    await this.#parts.store.transact([...changes, ...this.#dropOldest()]);
  }

  /** The try was good. An address stays counted for the others of it; whoever it was starts anew. */
  succeeded(keys: readonly AttemptKey[]): Step {
    const starts = keys.filter(({ kind }) => kind !== 'address');
    const addresses = keys.filter(({ kind }) => kind === 'address');
    const hashes = starts.map((key) => this.#hash(key));
    const back = this.takenBack(addresses);
    return {
      changes: [...remove(attemptsTable, 'key_hash', hashes), ...back.changes],
      keep: () => {
        for (const hash of hashes) this.#counts.delete(hexOf(hash));
        back.keep();
      },
    };
  }

  /** The try is not to count: it was good so far, and another proof is still awaited. */
  takenBack(keys: readonly AttemptKey[]): Step {
    const hashes = keys.map((key) => this.#hash(key));
    return {
      // By one less than there is then: other tries may be counted meanwhile.
      changes: hashes.map((hash) => ({
        op: 'run',
        sql: 'UPDATE sign_in_attempts SET failures = failures - 1 WHERE key_hash = :hash AND failures > 0',
        params: { hash },
      })),
      keep: () => {
        for (const hash of hashes) {
          const count = this.#counts.get(hexOf(hash));
          if (count) this.#counts.set(hexOf(hash), { ...count, failures: Math.max(0, count.failures - 1) });
        }
      },
    };
  }

  #waitMs(key: AttemptKey): number {
    const { failures, lastAtMs } = this.#countOf(key);
    const over = failures - attemptLimits.free[key.kind];
    if (over < 0) return 0;
    const wholeMs = Math.min(attemptLimits.longestWaitMs, attemptLimits.firstWaitMs * 2 ** Math.min(over, 30));
    return lastAtMs + wholeMs - this.#parts.clock.nowMs();
  }

  #countOf(key: AttemptKey): Count {
    const count = this.#counts.get(hexOf(this.#hash(key)));
    const known = count !== undefined && this.#parts.clock.nowMs() - count.lastAtMs < attemptLimits.forgetMs;
    return known ? count : { failures: 0, lastAtMs: 0 };
  }

  #set(key: AttemptKey, count: Count): Change {
    const hash = this.#hash(key);
    this.#counts.delete(hexOf(hash));
    this.#counts.set(hexOf(hash), count);
    return put(attemptsTable, rowOf(hash, count));
  }

  #dropOldest(): Change[] {
    const dropped: Uint8Array[] = [];
    for (const hash of this.#counts.keys()) {
      if (this.#counts.size <= attemptLimits.counts) break;
      this.#counts.delete(hash);
      dropped.push(Buffer.from(hash, 'hex'));
    }
    return remove(attemptsTable, 'key_hash', dropped);
  }

  #hash({ kind, value }: AttemptKey): Uint8Array {
    return this.#parts.hash(`attempts by ${kind}`, value);
  }
}

const rowOf = (hash: Uint8Array, { failures, lastAtMs }: Count) => ({ key_hash: hash, failures, last_at_ms: lastAtMs });
