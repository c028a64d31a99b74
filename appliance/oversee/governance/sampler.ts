// Which events are looked at closely: all of a stream while it is slow, one in so many when it is fast, so that the whole node looks at
// about as many a second whatever arrives. How many were passed over is counted, and said wherever a figure rests on it.

import type { Random } from '../../core/ports.ts';

export const paceLimits = {
  /** Events of a stream that are all looked at, whatever the rate. */
  first: 200,
  /** Events that the node looks at in a second, over all streams. */
  perSecond: 1_000,
  /** Of one stream at least and at most. */
  streamLeast: 2,
  streamMost: 100,
  windowMs: 1_000,
} as const;

/** One stream's share. */
export class Sampler {
  seen = 0;
  taken = 0;
  /** One in this many is taken, on average. */
  stride = 1;
  #skip = 0;
  #windowSeen = 0;
  #windowTaken = 0;

  /** Counts an event. @returns whether to look at it */
  take(pace: Pace): boolean {
    this.seen += 1;
    if (this.#windowSeen === 0) pace.join(this);
    this.#windowSeen += 1;
    if (this.taken < paceLimits.first) {
      this.taken += 1;
      return true;
    }
    if (this.#skip > 0) {
      this.#skip -= 1;
      return false;
    }
    this.taken += 1;
    this.#windowTaken += 1;
    // A burst within one second is thinned before the second has passed.
    if (this.#windowTaken >= pace.perStream) {
      this.stride *= 2;
      this.#windowTaken >>= 1;
    }
    // Drawn, not counted: what comes in turns would else be seen on one turn only.
    this.#skip = this.stride === 1 ? 0 : pace.draw(2 * this.stride - 1);
    return true;
  }

  /** A second has passed. */
  roll(perStream: number): void {
    this.stride = Math.max(1, Math.ceil(this.#windowSeen / perStream));
    this.#skip = Math.min(this.#skip, 2 * this.stride);
    this.#windowSeen = 0;
    this.#windowTaken = 0;
  }
}

/** The seconds of the node, and the random numbers of its samplers. */
export class Pace {
  perStream: number = paceLimits.streamMost;
  #startMs = 0;
  #active: Sampler[] = [];
  #state: number;

  constructor(random: Random) {
    const [a = 1, b = 0, c = 0, d = 0] = random.bytes(4);
    this.#state = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0 || 1;
  }

  /** Once for each batch. */
  tick(nowMs: number): void {
    if (nowMs >= this.#startMs && nowMs - this.#startMs < paceLimits.windowMs) return;
    this.#startMs = nowMs;
    const { perSecond, streamLeast, streamMost } = paceLimits;
    const fair = Math.floor(perSecond / Math.max(1, this.#active.length));
    this.perStream = Math.max(streamLeast, Math.min(streamMost, fair));
    for (const sampler of this.#active) sampler.roll(this.perStream);
    this.#active = [];
  }

  join(sampler: Sampler): void {
    this.#active.push(sampler);
  }

  /** A whole number from 0 to below `bound` (xorshift32, Marsaglia 2003: a spread, no secret). */
  draw(bound: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state % bound;
  }
}
