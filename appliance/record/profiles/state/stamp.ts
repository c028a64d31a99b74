// The order of facts: by the time they happened, then by message id, so that every node and every arrival order agrees on
// which of two is the later one.

/** When, and the message that said so (breaks ties). */
export type Stamp = { atMs: number; by: string };

export function isLater(a: Stamp, b: Stamp): boolean {
  return a.atMs > b.atMs || (a.atMs === b.atMs && a.by > b.by);
}

export function stampOf(event: { occurredAtMs: number; messageId: string }): Stamp {
  return { atMs: event.occurredAtMs, by: event.messageId };
}

/** Keeps the `limit` latest entries of a dictionary; which ones stay does not depend on the order they came in. */
export function keepLatest<T extends Stamp>(entries: { [key: string]: T }, limit: number): boolean {
  const keys = Object.keys(entries);
  if (keys.length <= limit) return false;
  keys.sort((a, b) => (isLater(entries[a]!, entries[b]!) ? -1 : isLater(entries[b]!, entries[a]!) ? 1 : a < b ? -1 : 1));
  for (const key of keys.slice(limit)) delete entries[key];
  return true;
}

/** A dictionary without a prototype: keys come from customers' data, `__proto__` among them. */
export function dictionary<T>(from?: { [key: string]: T }): { [key: string]: T } {
  return Object.assign(Object.create(null) as { [key: string]: T }, from);
}

export function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return undefined;
}

export function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value);
  return undefined;
}
