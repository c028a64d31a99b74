// How a happening becomes an event: its message id, its two clocks, and the way each system's reports reach the node. A till
// reports at closing time, a phone in a tunnel days later; what a person did and when is decided elsewhere.

import type { Event, JsonObject } from '../core/model/event.ts';
import { dayMs, hourMs, localMidnightMs } from './calendar.ts';
import { type Rng, uuidFrom } from './random.ts';
import type { SampleSource } from './sources.ts';

/** Takes an event to the node's door. `personId` is the truth about whose it is. */
export type Emit = (source: SampleSource, event: Event, personId: string) => void;

/** Who writes down what one person does. */
export type Scribe = { readonly rng: Rng; readonly personId: string; readonly emit: Emit };

export type Who = { readonly userId?: string; readonly anonymousId?: string };
/** The path an event takes: `app` may be offline, `server` and `web` are at once, the others report in batches. */
export type Path = 'web' | 'app' | 'server' | 'till' | 'batch' | 'nightly';

export const arrivalRates = {
  /** Of an app's sessions, those whose events wait for a connection: a mean of 14 hours, at most 9 days. */
  appOffline: 0.06,
  /** Of a store's days, those whose tills report one to four days late. */
  tillOutage: 0.02,
  /** Of all events, those that a client sends a second time, unsure of the answer. */
  resent: 0.005,
} as const;

export function track(
  scribe: Scribe,
  source: SampleSource,
  who: Who,
  name: string,
  properties: JsonObject,
  atMs: number,
  path: Path,
  context?: JsonObject,
): void {
  send(scribe, source, {
    kind: 'track',
    ...head(scribe, who),
    name,
    properties,
    ...(context && { context }),
    ...clocks(scribe, atMs, path),
  });
}

/** A page of the web site, or a screen of the app. */
export function page(
  scribe: Scribe,
  who: Who,
  name: string,
  properties: JsonObject,
  atMs: number,
  path: 'web' | 'app',
  context: JsonObject,
): void {
  send(scribe, 'shop', {
    kind: path === 'web' ? 'page' : 'screen',
    ...head(scribe, who),
    name,
    properties,
    context,
    ...clocks(scribe, atMs, path),
  });
}

export function identify(
  scribe: Scribe,
  source: SampleSource,
  who: Who,
  traits: JsonObject,
  atMs: number,
  path: Path,
  context?: JsonObject,
): void {
  send(scribe, source, {
    kind: 'identify',
    ...head(scribe, who),
    traits,
    ...(context && { context }),
    ...clocks(scribe, atMs, path),
  });
}

export function alias(scribe: Scribe, source: SampleSource, userId: string, previousId: string, atMs: number, path: Path): void {
  send(scribe, source, { kind: 'alias', ...head(scribe, { userId }), previousId, ...clocks(scribe, atMs, path) });
}

function send(scribe: Scribe, source: SampleSource, event: Event): void {
  scribe.emit(source, event, scribe.personId);
}

function head(scribe: Scribe, who: Who): { messageId: string } & Who {
  return { messageId: uuidFrom(scribe.rng), ...who };
}

function clocks(scribe: Scribe, atMs: number, path: Path): { occurredAtMs: number; receivedAtMs: number } {
  const occurredAtMs = Math.floor(atMs);
  return { occurredAtMs, receivedAtMs: occurredAtMs + Math.floor(delayMs(scribe.rng, occurredAtMs, path)) };
}

function delayMs(rng: Rng, atMs: number, path: Path): number {
  switch (path) {
    case 'web':
    case 'server':
      return rng.between(40, 1800);
    case 'app':
      return rng.chance(arrivalRates.appOffline) ? Math.min(rng.exponential(14 * hourMs), 9 * dayMs) : rng.between(60, 6000);
    case 'till': {
      const closingMs = localMidnightMs(atMs) + 22.5 * hourMs;
      const outageMs = rng.chance(arrivalRates.tillOutage) ? rng.between(1, 4) * dayMs : 0;
      return (atMs <= closingMs ? closingMs : closingMs + dayMs) - atMs + rng.below(20 * 60_000) + outageMs;
    }
    case 'batch':
      return hourMs - (atMs % hourMs) + rng.below(5 * 60_000);
    case 'nightly':
      return localMidnightMs(atMs) + dayMs + 1.5 * hourMs - atMs + rng.below(30 * 60_000);
  }
}
