// How often somebody may ask within a minute, for pages that stand open to everybody. Counts live in memory and are bounded.

import { Fault } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';

const windowMs = 60_000;
/** Names counted at once. Beyond, all of this minute share one count. */
const namesLimit = 10_000;

export class Rate {
  readonly #clock: Clock;
  readonly #perMinute: number;
  #counts = new Map<string, number>();
  #windowAtMs = 0;

  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock;
    this.#perMinute = perMinute;
  }

  /** @throws {Fault} `too_busy` */
  take(name: string): void {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#windowAtMs >= windowMs || nowMs < this.#windowAtMs) {
      this.#counts = new Map();
      this.#windowAtMs = nowMs;
    }
    const counted = this.#counts.size < namesLimit || this.#counts.has(name) ? name : '';
    const count = (this.#counts.get(counted) ?? 0) + 1;
    this.#counts.set(counted, count);
    if (count > this.#perMinute) throw new Fault('too_busy', 'requests a minute', { retryAfterS: windowMs / 1000 });
  }
}
