// Customers of whom something was heard last, newest first, page by page: the list that a million of them can be looked through from. It follows the
// events backwards and stops after a number of them, so it costs the same however many customers there are; each stands where their latest event is.

import type { Held } from './cache.ts';
import type { Sources } from './golden.ts';
import type { Memory } from './memory.ts';
import { latestEvents } from './store.ts';
import type { ProfileView } from './view.ts';

/** `events` read and `persons` looked at for one page at most; then the page ends, full or not, and says where to go on. */
export const recentLimits = { page: 50, defaultRows: 25, events: 5_000, persons: 250, eventsPerRead: 250 } as const;

export type RecentFilter = {
  limit?: number;
  /** From a page's `next`. */
  before?: number;
  source?: string;
  /** Those in the segment of this name alone. */
  segment?: string;
};
export type RecentPage = {
  persons: { view: ProfileView; lastSeq: number }[];
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

export async function recentPage({ memory, sources, mayShow, viewOf }: RecentParts, filter: RecentFilter): Promise<RecentPage> {
  const limit = Math.min(filter.limit ?? recentLimits.defaultRows, recentLimits.page);
  const isWanted = ({ sourceId }: { sourceId: number }) =>
    filter.source === undefined || sources.nameOf(sourceId) === filter.source;
  const persons: RecentPage['persons'] = [];
  const seen = new Set<number>();
  let before = filter.before ?? Number.MAX_SAFE_INTEGER;
  let read = 0;
  while (read < recentLimits.events) {
    const events = await latestEvents(memory.store, before, recentLimits.eventsPerRead);
    for (const event of events) {
      if (persons.length === limit || seen.size === recentLimits.persons) return { persons, next: before, read };
      read += 1;
      before = event.seq;
      if (seen.has(event.personId) || !isWanted(event)) continue;
      seen.add(event.personId);
      const records = await memory.peekPerson(event.personId);
      // Whoever was heard of since then stands further up.
      const lastSeq = Math.max(...records.filter(isWanted).map(({ throughSeq }) => throughSeq));
      if (records.length === 0 || lastSeq > event.seq || !(await mayShow(event.personId))) continue;
      const view = await viewOf(records);
      if (filter.segment !== undefined && !view.segments.some(({ segment }) => segment === filter.segment)) continue;
      persons.push({ view, lastSeq });
    }
    if (events.length < recentLimits.eventsPerRead) return { persons, read };
  }
  return { persons, next: before, read };
}
