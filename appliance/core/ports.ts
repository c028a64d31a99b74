// The node's three outside worlds: time, randomness, and new ids. Everything else takes them as arguments, so that a
// simulation can replay a whole node from a seed.

import { randomBytes, randomUUID } from 'node:crypto';

/** Wall-clock time in whole milliseconds since 1970-01-01T00:00:00Z. */
export type Clock = { nowMs(): number };

/** Cryptographically strong bytes in the running node; a seeded generator in simulations. */
export type Random = { bytes(length: number): Uint8Array };

/** Globally unique message ids for events that arrive without one (RFC 9562 UUIDs in the running node). */
export type Ids = { messageId(): string };

export type Ports = { clock: Clock; random: Random; ids: Ids };

export const systemPorts: Ports = {
  clock: { nowMs: () => Date.now() },
  random: { bytes: (length) => randomBytes(length) },
  ids: { messageId: () => randomUUID() },
};
