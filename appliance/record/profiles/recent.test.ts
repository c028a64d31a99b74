// The list of who was heard of last against the plainest way to make it, one person after the other, over seeded events; and that looking at several at
// once stays within its number, and leaves nothing under way.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { type RecentFilter, type RecentParts, recentLimits, recentPage } from './recent.ts';

type Event = { event_seq: number; person_id: number; source_id: number };
type World = { events: Event[]; hidden: Set<number>; fails?: number };

/** Parts that know events and nothing else: a person's records are the sources that told of them. */
function partsOf({ events, hidden, fails }: World, watch = { now: 0, most: 0 }): RecentParts {
  const recordsOf = (person: number) =>
    [...new Set(events.filter(({ person_id }) => person_id === person).map(({ source_id }) => source_id))].map((sourceId) => ({
      sourceId,
      throughSeq: Math.max(
        ...events.filter((one) => one.person_id === person && one.source_id === sourceId).map(({ event_seq }) => event_seq),
      ),
    }));
  const parts = {
    memory: {
      store: {
        select: async (_sql: string, { before }: { before: number }) =>
          events
            .filter(({ event_seq }) => event_seq < before)
            .sort((a, b) => b.event_seq - a.event_seq)
            .slice(0, recentLimits.eventsPerRead),
      },
      peekPerson: async (person: number) => {
        watch.now += 1;
        watch.most = Math.max(watch.most, watch.now);
        await sleep(person % 3);
        watch.now -= 1;
        if (person === fails) throw new Error('unreadable');
        return recordsOf(person);
      },
    },
    sources: { nameOf: (id: number) => `source ${id}` },
    mayShow: async (person: number) => !hidden.has(person),
    viewOf: async (records: { throughSeq: number }[]) => ({
      id: Math.max(...records.map(({ throughSeq }) => throughSeq)),
      segments: [],
    }),
  };
  return parts as unknown as RecentParts;
}

/** Everybody in the order of their last event, of the source that is asked for. */
function expected({ events, hidden }: World, source?: string): number[] {
  const told = events.filter(({ source_id }) => source === undefined || source === `source ${source_id}`);
  const last = new Map<number, number>();
  for (const { person_id, event_seq } of told) last.set(person_id, Math.max(last.get(person_id) ?? 0, event_seq));
  return [...last]
    .filter(([person]) => !hidden.has(person))
    .map(([, seq]) => seq)
    .sort((a, b) => b - a);
}

async function allPages(parts: RecentParts, filter: RecentFilter): Promise<{ seqs: number[]; read: number }> {
  const seqs: number[] = [];
  let read = 0;
  let before: number | undefined;
  do {
    const page = await recentPage(parts, { ...filter, ...(before !== undefined && { before }) });
    assert.ok(page.persons.length <= filter.limit!);
    seqs.push(...page.persons.map(({ lastSeq }) => lastSeq));
    read += page.read;
    before = page.next;
  } while (before !== undefined);
  return { seqs, read };
}

const worlds = fc
  .record({
    persons: fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 3 })), { maxLength: 600 }),
    hidden: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 8 }),
  })
  .map(({ persons, hidden }) => ({
    events: persons.map(([person_id, source_id], at) => ({ event_seq: at + 1, person_id, source_id })),
    hidden: new Set(hidden),
  }));

test('pages hold everybody who may be shown once, where their last event is, and every event is looked through once', async () => {
  const limits = fc.integer({ min: 1, max: 15 });
  const sources = fc.option(fc.constantFrom('source 1', 'source 2', 'source 9'), { nil: undefined });
  await fc.assert(
    fc.asyncProperty(worlds, limits, sources, async (world, limit, source) => {
      const { seqs, read } = await allPages(partsOf(world), { limit, ...(source && { source }) });
      assert.deepEqual(seqs, expected(world, source));
      assert.equal(read, world.events.length);
    }),
    { seed: 7, numRuns: 40 },
  );
});

test('several are looked at at once, never more than may, and none when one could not be read', async () => {
  const events = Array.from({ length: 30 }, (_, at) => ({ event_seq: at + 1, person_id: at + 1, source_id: 1 }));
  const watch = { now: 0, most: 0 };
  await recentPage(partsOf({ events, hidden: new Set() }, watch), { limit: 15 });
  assert.deepEqual([watch.now, watch.most], [0, recentLimits.together]);
  await assert.rejects(recentPage(partsOf({ events, hidden: new Set(), fails: 25 }, watch), { limit: 15 }), /unreadable/);
  assert.equal(watch.now, 0);
});
