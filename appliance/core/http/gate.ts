// The load gate: how much may be under way at once. Beyond it a request is turned away before its body is read, so that an
// overloaded node stays quick for what it took in, and never grows without bound.

import { monitorEventLoopDelay } from 'node:perf_hooks';

export type GateLimits = {
  /** Requests under way at once. Beyond: `too_busy`. */
  requests: number;
  /** Bytes of bodies under way at once, as they are after unpacking. Beyond: `too_busy`. */
  bytes: number;
  /** Mean delay of the event loop over the last sample, in milliseconds. Beyond: `too_busy` until a sample is better. */
  loopDelayMs: number;
};

export type Gate = {
  /** Takes a place for a request that may hold `bytes` in memory; false when there is none. */
  enter(bytes: number): boolean;
  /** Gives the place back. */
  leave(bytes: number): void;
  inFlight(): { requests: number; bytes: number };
};

export function createGate(limits: GateLimits, loopDelayMs: () => number): Gate {
  let requests = 0;
  let bytes = 0;
  return {
    enter(more) {
      if (requests >= limits.requests || loopDelayMs() > limits.loopDelayMs) return false;
      // One request always fits, however large its limit: otherwise a small configuration could never serve it.
      if (requests > 0 && bytes + more > limits.bytes) return false;
      requests += 1;
      bytes += more;
      return true;
    },
    leave(less) {
      requests -= 1;
      bytes -= less;
    },
    inFlight: () => ({ requests, bytes }),
  };
}

const sampleMs = 500;
const resolutionMs = 10;

/** Watches the event loop of this thread. `delayMs` is the mean delay over the last half second, beyond the timer's own resolution. */
export function watchLoopDelay(): { delayMs(): number; stop(): void } {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  let meanMs = 0;
  const timer = setInterval(() => {
    meanMs = histogram.count === 0 ? 0 : Math.max(0, histogram.mean / 1e6 - resolutionMs);
    histogram.reset();
  }, sampleMs);
  timer.unref();
  return {
    delayMs: () => meanMs,
    stop() {
      clearInterval(timer);
      histogram.disable();
    },
  };
}
