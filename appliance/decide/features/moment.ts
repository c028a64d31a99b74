// The moment as of which features are read, and until when what they said holds: windows let go of what happened by themselves.

export const dayMs = 86_400_000;

export class Moment {
  readonly nowMs: number;
  #untilMs = Number.POSITIVE_INFINITY;

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  /** Before it, time alone changes none of the answers given. */
  get untilMs(): number {
    return this.#untilMs;
  }

  holdsUntil(ms: number): void {
    if (ms > this.nowMs && ms < this.#untilMs) this.#untilMs = ms;
  }

  /** Whether it happened in the last so many days, now included. */
  within(atMs: number, days: number): boolean {
    if (atMs > this.nowMs) {
      this.holdsUntil(atMs);
      return false;
    }
    const endsMs = atMs + days * dayMs;
    if (endsMs <= this.nowMs) return false;
    this.holdsUntil(endsMs);
    return true;
  }

  /** How many of these times, the earliest first, lie in the last so many days. */
  count(times: readonly number[], days: number): number {
    let count = 0;
    // From the latest on: the first that is too old ends it.
    for (let at = times.length - 1; at >= 0; at -= 1) {
      const atMs = times[at]!;
      if (this.within(atMs, days)) count += 1;
      else if (atMs <= this.nowMs) break;
    }
    return count;
  }

  /** The latest of these times, the earliest first, that has come. */
  latest(times: readonly number[]): number | undefined {
    for (let at = times.length - 1; at >= 0; at -= 1) {
      const atMs = times[at]!;
      if (atMs <= this.nowMs) return atMs;
      this.holdsUntil(atMs);
    }
    return undefined;
  }
}
