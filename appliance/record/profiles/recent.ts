// Customers of whom something was heard last, newest first, page by page: the list that a million of them can be looked through from. It follows the
// events backwards and stops after a number of them, so it costs the same however many customers there are; each stands where their latest event is.

import type { Held } from './cache.ts';
import type { Sources } from './golden.ts';
import type { Memory } from './memory.ts';
import { type LatestEvent, latestEvents } from './store.ts';
import type { ProfileView } from './view.ts';

/**
 * `events` read and `persons` looked at for one page at most; then the page ends, full or not, and says where to go on. Of `together` persons the store
 * reads the next while the first is opened.
 */
export const recentLimits = { page: 50, defaultRows: 25, events: 5_000, persons: 250, eventsPerRead: 250, together: 6 } as const;

export type RecentFilter = {
  limit?: number;
  /** From a page's `next`. */
  before?: number;
  source?: string;
  /** Those in the segment of this name alone. */
  segment?: string;
};
type Listed = { view: ProfileView; lastSeq: number };
export type RecentPage = {
  persons: Listed[];
  next?: number;
  /** Events that were looked through. */
  read: number;
};

export type RecentParts = {
  memory: Memory;
  sources: Sources;
  /** Whether this person may be shown; asked before anything of theirs is given. */
  mayShow(personId: number): Promise<boolean>;
  viewOf(records: readonly Held[]): Promise<ProfileView>;
};

export async function recentPage(parts: RecentParts, filter: RecentFilter): Promise<RecentPage> {
  const { memory, sources } = parts;
  const limit = Math.min(filter.limit ?? recentLimits.defaultRows, recentLimits.page);
  const isWanted = ({ sourceId }: { sourceId: number }) =>
    filter.source === undefined || sources.nameOf(sourceId) === filter.source;
  const persons: Listed[] = [];
  const seen = new Set<number>();
  const isFull = () => persons.length === limit || seen.size === recentLimits.persons;
  let before = filter.before ?? Number.MAX_SAFE_INTEGER;
  let read = 0;
  while (read < recentLimits.events) {
    if (isFull()) return { persons, next: before, read };
    const events = await latestEvents(memory.store, before, recentLimits.eventsPerRead);
    const look = (event: LatestEvent) => listed(parts, filter, isWanted, event);
    const room = Math.min(recentLimits.together, limit - persons.length);
    for await (const [event, found] of inTurn(firstOf(events.filter(isWanted), seen), room, look)) {
      seen.add(event.personId);
      if (found) persons.push(found);
      if (!isFull() || event === events.at(-1)) continue;
      return { persons, next: event.seq, read: read + events.indexOf(event) + 1 };
    }
    read += events.length;
    before = events.at(-1)?.seq ?? before;
    if (events.length < recentLimits.eventsPerRead) return { persons, read };
  }
  return { persons, next: before, read };
}

/** The latest event of each person who was not met before. */
function firstOf(events: readonly LatestEvent[], seen: ReadonlySet<number>): LatestEvent[] {
  const met = new Set(seen);
  return events.filter(({ personId }) => !met.has(personId) && met.add(personId));
}

/** @returns undefined for a person who stands further up, may not be shown or is not asked for */
async function listed(
  { memory, mayShow, viewOf }: RecentParts,
  { segment }: RecentFilter,
  isWanted: (record: { sourceId: number }) => boolean,
  event: LatestEvent,
): Promise<Listed | undefined> {
  const records = await memory.peekPerson(event.personId);
  // Whoever was heard of since then stands further up.
  const lastSeq = Math.max(...records.filter(isWanted).map(({ throughSeq }) => throughSeq));
  if (records.length === 0 || lastSeq > event.seq || !(await mayShow(event.personId))) return undefined;
  const view = await viewOf(records);
  if (segment !== undefined && !view.segments.some((one) => one.segment === segment)) return undefined;
  return { view, lastSeq };
}

/** Items with what became of them, in their order, of which so many are under way at once. None is when it ends. */
async function* inTurn<Item, Found>(
  items: readonly Item[],
  together: number,
  work: (item: Item) => Promise<Found>,
): AsyncGenerator<[Item, Found]> {
  const underWay: Promise<Found>[] = [];
  try {
    for (const [at, item] of items.entries()) {
      for (const next of items.slice(at + underWay.length, at + together)) {
        const found = work(next);
        // Told when its turn comes.
        found.catch(() => undefined);
        underWay.push(found);
      }
      yield [item, await underWay.shift()!];
    }
  } finally {
    await Promise.allSettled(underWay);
  }
}
