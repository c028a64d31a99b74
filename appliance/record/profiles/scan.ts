// Every person in turn, in pages by record id, for work over all customers (matching, exports). Each page is loaded between
// two groups of the recorder, so what it shows is consistent and serving goes on.

import type { Held } from './cache.ts';
import type { Memory } from './memory.ts';
import { personIdsAfter, recordIdsOfPersons } from './store.ts';

export const scanLimits = { personsPerPage: 500, personsPerConsentPage: 500, pauseWhenBusyMs: 25 } as const;

export type PersonRecords = { personId: number; records: readonly Held[] };

type Exclusive = <T>(work: () => Promise<T>) => Promise<T>;

/** Everybody, in pages of persons; `read` is called while nothing is folded or written. */
export async function* eachPage<T>(
  memory: Memory,
  exclusive: Exclusive,
  personsPerPage: number,
  read: (persons: readonly number[]) => Promise<T>,
): AsyncGenerator<T> {
  let after = -1;
  for (;;) {
    const from = after;
    const page = await exclusive(async () => {
      const persons = await personIdsAfter(memory.store, from, personsPerPage);
      const last = persons.at(-1);
      if (last === undefined) return undefined;
      return { last, read: await read(persons) };
    });
    if (!page) return;
    yield page.read;
    after = page.last;
  }
}

export async function* eachPerson(memory: Memory, exclusive: Exclusive): AsyncGenerator<PersonRecords> {
  const read = async (persons: readonly number[]) => memory.peek(await recordIdsOfPersons(memory.store, persons));
  for await (const page of eachPage(memory, exclusive, scanLimits.personsPerPage, read)) {
    const byPerson = Map.groupBy(page, (record) => record.personId);
    for (const [personId, records] of [...byPerson].sort(([a], [b]) => a - b)) yield { personId, records };
  }
}
