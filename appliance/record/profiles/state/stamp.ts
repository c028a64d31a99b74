// The order of facts: by the time they happened, then by the message that said so, so that every node and every arrival
// order agrees on which of two is the later one.

/** When, and which message of which source said so: unique, so two facts of different messages never tie. */
export type Stamp = { atMs: number; by: string };

export function isLater(a: Stamp, b: Stamp): boolean {
  return a.atMs > b.atMs || (a.atMs === b.atMs && a.by > b.by);
}

/** Message ids are unique within their source only; a person is put together from many. */
export function stampOf(source: number, event: { occurredAtMs: number; messageId: string }): Stamp {
  return { atMs: event.occurredAtMs, by: `${source} ${event.messageId}` };
}

/** Adds an entry to a list kept latest first, and drops the oldest beyond `limit`; the same whatever order they come in. */
export function insertLatest<T extends Stamp>(list: T[], entry: T, limit: number): void {
  insertSorted(list, entry, limit, isLater);
}

/** Two such lists as one. */
export function mergeLatest<T extends Stamp>(a: readonly T[], b: readonly T[], limit: number): T[] {
  return mergeSorted(a, b, limit, isLater);
}

export function insertSorted<T>(list: T[], entry: T, limit: number, isBefore: (a: T, b: T) => boolean): void {
  let low = 0;
  for (let high = list.length; low < high; ) {
    const middle = (low + high) >>> 1;
    if (isBefore(list[middle]!, entry)) low = middle + 1;
    else high = middle;
  }
  if (low >= limit) return;
  list.splice(low, 0, entry);
  if (list.length > limit) list.length = limit;
}

export function mergeSorted<T>(a: readonly T[], b: readonly T[], limit: number, isBefore: (a: T, b: T) => boolean): T[] {
  if (b.length === 0) return a.slice(0, limit);
  const merged: T[] = [];
  for (let i = 0, j = 0; merged.length < limit && (i < a.length || j < b.length); ) {
    const takeLeft = j >= b.length || (i < a.length && isBefore(a[i]!, b[j]!));
    merged.push(takeLeft ? a[i++]! : b[j++]!);
  }
  return merged;
}

/** Keeps the `limit` latest entries of a dictionary; which ones stay does not depend on the order they came in. */
export function keepLatest<T extends Stamp>(entries: { [key: string]: T }, limit: number): boolean {
  const keys = Object.keys(entries);
  if (keys.length <= limit) return false;
  keys.sort((a, b) => (isLater(entries[a]!, entries[b]!) ? -1 : isLater(entries[b]!, entries[a]!) ? 1 : a < b ? -1 : 1));
  for (const key of keys.slice(limit)) delete entries[key];
  return true;
}

/** Keeps the `limit` least keys: what is kept was kept all along, so nothing of it is ever missing. */
export function keepLeast(
  entries: { [key: string]: unknown },
  limit: number,
  rank: (key: string) => string = (key) => key,
): boolean {
  const keys = Object.keys(entries);
  if (keys.length <= limit) return false;
  if (keys.length === limit + 1) {
    delete entries[keys.reduce((a, b) => (rank(a) > rank(b) ? a : b))];
    return true;
  }
  const ranked = keys.map((key) => ({ key, rank: rank(key) })).sort((a, b) => (a.rank < b.rank ? -1 : 1));
  for (const { key } of ranked.slice(limit)) delete entries[key];
  return true;
}

/** A dictionary without a prototype: keys come from customers' data, `__proto__` among them. */
export function dictionary<T>(from?: { [key: string]: T }): { [key: string]: T } {
  return Object.assign(Object.create(null) as { [key: string]: T }, from);
}

/** Text as the views show it: a number as its digits; longer than this is no id and no title. */
export const shownLength = 300;

export function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value.slice(0, shownLength);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return undefined;
}

export function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value);
  return undefined;
}
