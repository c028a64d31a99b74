// Facts of many persons: as they are now, as they were at a moment, and what they did in full. For features, segments and models.

import { setImmediate as turn } from 'node:timers/promises';
import type { Event } from '../../core/model/event.ts';
import type { Held } from './cache.ts';
import { type FactsRecord, PersonFacts } from './facts.ts';
import type { Sources } from './golden.ts';
import type { Memory } from './memory.ts';
import { activityName } from './state/activity.ts';
import { emptyState, foldEvent } from './state/state.ts';
import { int, personIdsAfter, recordIdsOfPersons, timelineOf } from './store.ts';

/** Persons read together from the store, rows of the timeline read together, and events opened before others have their turn. */
export const peopleLimits = { persons: 100, rows: 1_000, eventsATurn: 64, mapRows: 20_000 } as const;

type Steady = <T>(read: () => Promise<T>) => Promise<T>;

export class People {
  readonly #memory: Memory;
  readonly #sources: Sources;
  readonly #steady: Steady;
  readonly #quiet: () => Promise<void>;

  /** @param steady reads again what changed underneath @param quiet resolves once what is in flight is on disk */
  constructor(memory: Memory, sources: Sources, steady: Steady, quiet: () => Promise<void>) {
    this.#memory = memory;
    this.#sources = sources;
    this.#steady = steady;
    this.#quiet = quiet;
  }

  /**
   * Who is there of these persons, by id. Facts are to be read before the next await: what they are made of goes on changing.
   * @param records ids of all their records, in order, where the asker is told of every change; else the store is asked
   */
  factsOf(persons: readonly number[], records?: readonly number[]): Promise<Map<number, PersonFacts>> {
    return this.#steady(() => factsOf(this.#memory, this.#sources, persons, records));
  }

  /**
   * Everybody as they are, in pages in the order of their ids, each read after the one before was taken: serving goes on meanwhile. Facts are to be
   * read before the next await.
   * @param wanted leaves out the others without reading what they did
   */
  async *everybody(wanted: (personId: number) => boolean = () => true): AsyncGenerator<PersonFacts[]> {
    for (let after = -1; ; ) {
      const persons = await personIdsAfter(this.#memory.store, after, peopleLimits.persons);
      const last = persons.at(-1);
      if (last === undefined) return;
      after = last;
      const asked = persons.filter(wanted);
      if (asked.length > 0) yield [...(await this.factsOf(asked)).values()];
    }
  }

  /**
   * Everybody as they were known to be at a moment: folded from the events that had happened by then, and from nothing else. Who is one
   * person is as known today. In pages, in the order of their ids; who had done nothing yet is left out.
   * @param wanted leaves out the others without reading what they did @param after begins behind this person
   */
  factsAt(atMs: number, wanted: (personId: number) => boolean = () => true, after = -1): AsyncGenerator<PersonFacts[]> {
    return factsAt(this.#memory, this.#sources, atMs, wanted, after);
  }

  /**
   * The same for several moments with one reading of what everybody did: page by page, for each page the moments from the earliest on. Facts are to
   * be read before the next are asked for, as what they are made of goes on to the next moment.
   */
  factsThrough(
    momentsMs: readonly number[],
    wanted: (personId: number) => boolean = () => true,
  ): AsyncGenerator<{ atMs: number; facts: PersonFacts[] }> {
    return factsThrough(this.#memory, this.#sources, momentsMs, wanted);
  }

  /** What these persons did of these names (`*`: of every one) with its properties, the earliest first. @param records as of `factsOf` */
  historyOf(persons: readonly number[], names: ReadonlySet<string>, records?: readonly number[]): Promise<Map<number, Event[]>> {
    return this.#steady(() => historyOf(this.#memory, persons, names, records));
  }

  /** Records with events from this number on, page by page; some more than once. */
  async *recordsSince(seq: number): AsyncGenerator<number[]> {
    for (let from = seq; ; ) {
      const rows = await this.#memory.store.select(
        `SELECT event_seq, record_id FROM events WHERE event_seq >= :from ORDER BY event_seq LIMIT ${peopleLimits.mapRows}`,
        { from },
      );
      if (rows.length === 0) return;
      yield [...new Set(rows.map((row) => int(row.record_id)))];
      from = int(rows.at(-1)!.event_seq) + 1;
    }
  }

  /** Resolves once every event that was being folded or written when it was asked is on disk. */
  quiet(): Promise<void> {
    return this.#quiet();
  }

  /** Every event on disk has a lower number. */
  committedSeq(): number {
    return this.#memory.committedSeq;
  }

  /** Whose record each is, page by page in the order of records. */
  personMap(): AsyncGenerator<{ recordId: number; personId: number }[]> {
    return personMap(this.#memory);
  }
}

async function factsOf(
  memory: Memory,
  sources: Sources,
  persons: readonly number[],
  records?: readonly number[],
): Promise<Map<number, PersonFacts>> {
  const held = await memory.peek(records ?? (await recordIdsOfPersons(memory.store, persons)));
  return factsByPerson(held, memory, sources);
}

async function* factsAt(
  memory: Memory,
  sources: Sources,
  atMs: number,
  wanted: (personId: number) => boolean,
  from: number,
): AsyncGenerator<PersonFacts[]> {
  for await (const { facts } of factsThrough(memory, sources, [atMs], wanted, from)) yield facts;
}

async function* factsThrough(
  memory: Memory,
  sources: Sources,
  momentsMs: readonly number[],
  wanted: (personId: number) => boolean,
  from = -1,
): AsyncGenerator<{ atMs: number; facts: PersonFacts[] }> {
  const moments = [...momentsMs].sort((a, b) => a - b);
  for (let after = from; ; ) {
    const persons = await personIdsAfter(memory.store, after, peopleLimits.persons);
    const last = persons.at(-1);
    if (last === undefined) return;
    after = last;
    const asked = persons.filter(wanted);
    if (asked.length === 0) continue;
    const records = await memory.peek(await recordIdsOfPersons(memory.store, asked));
    const folded = new Map<number, FactsRecord>();
    const batches = await eventsByMoment(memory, records, moments);
    for (const [at, atMs] of moments.entries()) {
      await foldInto(folded, batches[at]!, memory);
      const known = [...folded.values()].sort((a, b) => a.recordId - b.recordId);
      yield { atMs, facts: [...factsByPerson(known, memory, sources).values()] };
    }
  }
}

type Happened = { held: Held; event: Event };

/** @returns for each moment what happened after the one before it and by then */
async function eventsByMoment(memory: Memory, records: readonly Held[], moments: readonly number[]): Promise<Happened[][]> {
  const batches: Happened[][] = moments.map(() => []);
  // The latest comes first, so that the moment only ever moves back.
  let at = moments.length - 1;
  for await (const happened of eventsOf(memory, records, moments[at]!)) {
    while (at > 0 && happened.event.occurredAtMs <= moments[at - 1]!) at -= 1;
    batches[at]!.push(happened);
  }
  return batches;
}

async function foldInto(
  folded: Map<number, FactsRecord>,
  batch: readonly Happened[],
  { config: { fold } }: Memory,
): Promise<void> {
  for (const [at, { held, event }] of batch.entries()) {
    const { recordId, personId, sourceId, known, createdAtMs } = held;
    let mine = folded.get(recordId);
    if (!mine) {
      mine = { recordId, personId, sourceId, known, createdAtMs, state: emptyState(fold.fingerprint) };
      folded.set(recordId, mine);
    }
    foldEvent(mine.state, sourceId, event, [], fold);
    if ((at + 1) % peopleLimits.eventsATurn === 0) await turn();
  }
}

async function historyOf(
  memory: Memory,
  persons: readonly number[],
  names: ReadonlySet<string>,
  recordIds?: readonly number[],
): Promise<Map<number, Event[]>> {
  const records = await memory.peek(recordIds ?? (await recordIdsOfPersons(memory.store, persons)));
  const found = new Map<number, Event[]>();
  for await (const { held, event } of eventsOf(memory, records, Number.MAX_SAFE_INTEGER)) {
    if (!names.has(activityName(event)) && !names.has('*')) continue;
    const mine = found.get(held.personId);
    if (mine) mine.push(event);
    else found.set(held.personId, [event]);
  }
  for (const events of found.values()) events.reverse();
  return found;
}

/** All events until a moment, the latest first, those among them that the timeline's index does not have yet. */
async function* eventsOf(
  memory: Memory,
  records: readonly Held[],
  untilMs: number,
): AsyncGenerator<{ held: Held; event: Event }> {
  const byId = new Map(records.map((held) => [held.recordId, held]));
  const ids = [...byId.keys()];
  let before = { atMs: untilMs, seq: Number.MAX_SAFE_INTEGER };
  let opened = 0;
  while (ids.length > 0) {
    const unindexed = memory.unindexed(ids, before, 0, peopleLimits.rows);
    const rows = await timelineOf(memory.store, ids, unindexed, before, 0, peopleLimits.rows);
    for (const row of rows) {
      const held = byId.get(row.recordId)!;
      yield { held, event: memory.openEvent(held.keys, row) };
      opened += 1;
      if (opened % peopleLimits.eventsATurn === 0) await turn();
    }
    const last = rows.at(-1);
    if (!last || rows.length < peopleLimits.rows) return;
    before = { atMs: last.occurredAtMs, seq: last.seq };
  }
}

async function* personMap(memory: Memory): AsyncGenerator<{ recordId: number; personId: number }[]> {
  for (let after = -1; ; ) {
    const rows = await memory.store.select(
      `SELECT record_id, person_id FROM records WHERE record_id > :after ORDER BY record_id LIMIT ${peopleLimits.mapRows}`,
      { after },
    );
    if (rows.length === 0) return;
    const page = rows.map((row) => ({ recordId: int(row.record_id), personId: int(row.person_id) }));
    after = page.at(-1)!.recordId;
    yield page;
  }
}

function factsByPerson(records: readonly FactsRecord[], memory: Memory, sources: Sources): Map<number, PersonFacts> {
  const grouped = Map.groupBy(records, ({ personId }) => personId);
  const facts = new Map<number, PersonFacts>();
  for (const [personId, own] of [...grouped].sort(([a], [b]) => a - b))
    facts.set(personId, new PersonFacts(own, memory.config, sources));
  return facts;
}
