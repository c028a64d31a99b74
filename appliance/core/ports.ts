// The node's three outside worlds: time, randomness, and new ids. Everything else takes them as arguments, so that a
// simulation can replay a whole node from a seed.

import { randomBytes, randomFillSync, randomUUID } from 'node:crypto';

/** Wall-clock time in whole milliseconds since 1970-01-01T00:00:00Z. */
export type Clock = { nowMs(): number };

/** Cryptographically strong bytes in the running node; a seeded generator in simulations. */
export type Random = { bytes(length: number): Uint8Array };

/** Globally unique message ids for events that arrive without one (RFC 9562 UUIDs in the running node). */
export type Ids = { messageId(): string };

export type Ports = { clock: Clock; random: Random; ids: Ids };

/** Asking the system takes longer than most of what a few bytes are for, so they are drawn ahead, and overwritten once given out. */
const ahead = new Uint8Array(new ArrayBuffer(4096));
let given = ahead.length;

function systemBytes(length: number): Uint8Array {
  if (length > ahead.length / 16) return randomBytes(length);
  if (given + length > ahead.length) {
    randomFillSync(ahead);
    given = 0;
  }
  // Memory of their own, outside the JavaScript heap: they may become a key.
  const bytes = new Uint8Array(new ArrayBuffer(length));
  bytes.set(ahead.subarray(given, given + length));
  ahead.fill(0, given, given + length);
  given += length;
  return bytes;
}

export const systemPorts: Ports = {
  clock: { nowMs: () => Date.now() },
  random: { bytes: systemBytes },
  ids: { messageId: () => randomUUID() },
};
