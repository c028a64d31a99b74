// Taking records, or some of their events, out of the record for good. Runs alone in the recorder, on states that are all written. Keys
// go in the same transaction as rows, so no kill leaves one without the other; who shares something with them is partitioned anew after it.

import type { Change, Store } from '../../core/store/store.ts';
import type { Held } from './cache.ts';
import type { Sources } from './golden.ts';
import { makeDecision, repartition } from './group.ts';
import type { Claim } from './identity/partition.ts';
import type { Memory } from './memory.ts';
import { indexKeysOf } from './reindex-store.ts';
import { claimList } from './state/claims.ts';
import { blob, decisionsAbout, holdersOf, identifiersTable, int, keyText, recordsTable, rows } from './store.ts';
import { type IdentifierView, identifiersOf } from './view.ts';

/** Holders of one shared value from which its neighbourhood is looked at; any one of them leads to the others. */
const holdersPerValue = 64;
/** Numbers of one statement. */
const idsTogether = 500;

/** A record as a list of erasures can know it again. */
export type NamedRecord = { recordId: number; personId: number; recordKey: Buffer; createdAtMs: number };
export type Along = (neighbours: readonly number[]) => readonly Change[];
/** @param removed how many events go */
export type AlongRemoved = (neighbours: readonly number[], removed: number) => readonly Change[];

/** Those that are there. */
export async function namedRecords(store: Store, recordIds: readonly number[]): Promise<NamedRecord[]> {
  const found: NamedRecord[] = [];
  for (const ids of portions(recordIds)) {
    const some = await store.select(
      'SELECT record_id, person_id, record_key, created_at_ms FROM records WHERE record_id IN (:ids) ORDER BY record_id',
      { ids },
    );
    for (const row of some)
      found.push({
        recordId: int(row.record_id),
        personId: int(row.person_id),
        recordKey: Buffer.from(blob(row.record_key)),
        createdAtMs: int(row.created_at_ms),
      });
  }
  return found;
}

/** Keyed hashes of the values that these records claim. */
export async function valuesOf(store: Store, recordIds: readonly number[]): Promise<Buffer[]> {
  const keys = new Map<string, Buffer>();
  for (const ids of portions(recordIds))
    for (const own of (await indexKeysOf(store, ids)).values()) for (const [text, key] of own) keys.set(text, key);
  return [...keys.values()];
}

/** Of these values those that nobody claims. */
export async function unclaimed(store: Store, keys: readonly Buffer[]): Promise<Buffer[]> {
  const holders = keys.length > 0 ? await holdersOf(store, keys, 1) : [];
  return keys.filter((_, at) => holders[at]!.length === 0);
}

/**
 * What these records claim, a list for each person they are of: by what systems elsewhere know them.
 * @param alone without what a record that stays claims too: whoever has it is known by it still
 */
export async function knownBy(
  memory: Memory,
  recordIds: readonly number[],
  sources: Sources,
  { alone }: { alone: boolean },
): Promise<IdentifierView[][]> {
  const records: Held[] = [];
  for (const ids of portions(recordIds)) records.push(...(await memory.reread(ids)).map(({ held }) => held));
  const shared = alone ? await claimedElsewhere(memory, recordIds) : new Set<string>();
  const isTheirs = (claim: Claim) => shared.size === 0 || !shared.has(keyText(memory.names.identifierKey(claim)));
  return [...Map.groupBy(records, ({ personId }) => personId).values()].map((own) => identifiersOf(own, sources, isTheirs));
}

/** Keyed hashes of the values of these records that others claim too, as text. */
async function claimedElsewhere(memory: Memory, recordIds: readonly number[]): Promise<Set<string>> {
  const own = new Set(recordIds);
  const keys = await valuesOf(memory.store, recordIds);
  // One more than there are of them: then one is another's.
  const holders = keys.length > 0 ? await holdersOf(memory.store, keys, own.size + 1) : [];
  return new Set(keys.filter((_, at) => holders[at]!.some(({ recordId }) => !own.has(recordId))).map(keyText));
}

/**
 * Destroys the keys of these records and removes everything that is kept of them.
 * @param along what is on disk with it or not at all; given the records whose person may change by it, for `settleNeighbours`
 */
export async function eraseRecords(memory: Memory, recordIds: readonly number[], along: Along): Promise<number[]> {
  const neighbours = await neighboursOf(memory, recordIds);
  const changes = [
    ...memory.vault.destroyRecordKeys(recordIds),
    ...(await decisionsWithout(memory, new Set(recordIds))),
    ...portions(recordIds).flatMap(removals),
    ...along(neighbours),
  ];
  try {
    await memory.store.transact(changes);
  } catch (fault) {
    // Whether it was applied is not known.
    memory.distrust();
    throw fault;
  }
  memory.forget(recordIds);
  return neighbours;
}

function removals(ids: readonly number[]): Change[] {
  const run = (sql: string): Change => ({ op: 'run', sql, params: { ids } });
  return [
    run('DELETE FROM states WHERE record_id IN (:ids)'),
    run('DELETE FROM consents WHERE record_id IN (:ids)'),
    run(
      'DELETE FROM events WHERE record_id IN (:ids) AND event_seq IN (SELECT event_seq FROM timeline WHERE record_id IN (:ids))',
    ),
    run('DELETE FROM timeline WHERE record_id IN (:ids)'),
    run('DELETE FROM identifiers WHERE record_id IN (:ids)'),
    run('DELETE FROM reviews WHERE left_record IN (:ids)'),
    run('DELETE FROM reviews WHERE right_record IN (:ids)'),
    run('DELETE FROM decision_records WHERE record_id IN (:ids)'),
    run('DELETE FROM records WHERE record_id IN (:ids)'),
  ];
}

/** Records that share a value, a decision or the person with those that go. */
async function neighboursOf(memory: Memory, recordIds: readonly number[]): Promise<number[]> {
  const { store } = memory;
  const gone = new Set(recordIds);
  const found = new Set<number>();
  const note = (ids: Iterable<number>) => {
    for (const id of ids) if (!gone.has(id)) found.add(id);
  };
  for (const holders of await holdersOf(store, await valuesOf(store, recordIds), holdersPerValue))
    note(holders.map((holder) => holder.recordId));
  for (const ids of portions(recordIds)) {
    const others = await store.select(
      `SELECT record_id FROM decision_records WHERE decision_id IN (SELECT decision_id FROM decision_records WHERE record_id IN (:ids))
       UNION SELECT record_id FROM records WHERE person_id IN (SELECT person_id FROM records WHERE record_id IN (:ids))`,
      { ids },
    );
    note(others.map((row) => int(row.record_id)));
  }
  return [...found].sort((a, b) => a - b);
}

/**
 * Decisions that name these records say nothing of them any more: gone where a side is empty without them, else written anew without
 * them and without the words of whoever decided, which may tell of them.
 */
async function decisionsWithout(memory: Memory, gone: ReadonlySet<number>): Promise<Change[]> {
  const ids = [...gone];
  const stored = new Map<number, Awaited<ReturnType<typeof decisionsAbout>>[number]>();
  for (const some of portions(ids)) for (const row of await decisionsAbout(memory.store, some)) stored.set(row.decisionId, row);
  const opened = new Map((await memory.openDecisions([...stored.values()])).map((one) => [one.id, one]));
  const changes: Change[] = [];
  const removed: number[] = [];
  for (const id of stored.keys()) {
    const decision = opened.get(id);
    const left = decision?.left.filter((record) => !gone.has(record)) ?? [];
    const right = decision?.right.filter((record) => !gone.has(record)) ?? [];
    const [anchor] = left.length > 0 && right.length > 0 ? await memory.load(left.slice(0, 1)) : [];
    if (!decision || !anchor) {
      removed.push(id);
      continue;
    }
    const { reason: _reason, ...kept } = decision;
    changes.push(...makeDecision(memory, anchor, { ...kept, left, right }).changes);
  }
  for (const some of portions(removed)) {
    changes.push({ op: 'run', sql: 'DELETE FROM decisions WHERE decision_id IN (:some)', params: { some } });
    changes.push({ op: 'run', sql: 'DELETE FROM decision_records WHERE decision_id IN (:some)', params: { some } });
  }
  return changes;
}

/** Partitions anew who had to do with what is gone. @param along written with it */
export async function settleNeighbours(memory: Memory, neighbours: readonly number[], along: readonly Change[]): Promise<void> {
  try {
    const touched = await memory.load(neighbours);
    const moved = touched.length > 0 ? await repartition(memory, touched, [], () => false) : [];
    const changes = [...along];
    if (moved.length > 0) changes.push({ op: 'upsert', table: recordsTable, rows: moved.map(rows.record) });
    if (changes.length === 0) return;
    const tell = memory.changed(moved);
    await memory.store.transact(changes);
    tell();
  } catch (fault) {
    // Persons in memory are as if it had been stored, and whether it was is not known.
    memory.distrust();
    throw fault;
  }
}

/**
 * Removes events of one record and folds the rest anew: what only they said is said no more.
 * @param along written with it; given the records whose person may change by it, for `settleNeighbours`: while their index rows are
 * there, a value counts as held by too many
 */
export async function removeEvents(
  memory: Memory,
  recordId: number,
  seqs: readonly number[],
  along: AlongRemoved,
): Promise<{ removed: number; neighbours: number[] }> {
  const wanted = await eventsThere(memory.store, recordId, seqs);
  const [held] = await memory.load([recordId]);
  if (!held || wanted.length === 0) return { removed: 0, neighbours: [] };
  try {
    await memory.refoldWithout(held, new Set(wanted));
    // A word that went leaves none behind it to tell that the row differs.
    held.consentsKept = false;
    const standing = (await indexKeysOf(memory.store, [recordId])).get(recordId)!;
    for (const claim of claimList(held.state.claims)) standing.delete(keyText(memory.names.identifierKey(claim)));
    const claimedNoMore = [...standing.values()];
    const neighbours = claimedNoMore.length > 0 ? await concernedBy(memory.store, recordId, claimedNoMore) : [];
    const changes: Change[] = portions(wanted).flatMap((some): Change[] => [
      { op: 'run', sql: 'DELETE FROM events WHERE event_seq IN (:some)', params: { some } },
      {
        op: 'run',
        sql: 'DELETE FROM timeline WHERE record_id = :recordId AND event_seq IN (:some)',
        params: { recordId, some },
      },
    ]);
    const keys = claimedNoMore.map((key) => ({ identifier_key: key, record_id: recordId }));
    if (keys.length > 0) changes.push({ op: 'delete', table: identifiersTable, keys });
    const tell = memory.changed([held]);
    await memory.store.transact([...changes, ...memory.statesChanges([held]), ...along(neighbours, wanted.length)]);
    tell();
    return { removed: wanted.length, neighbours };
  } catch (fault) {
    // The state in memory lacks events that may be on disk still.
    memory.distrust();
    throw fault;
  }
}

/** The record, and who shares a value, a decision or the person with it. */
async function concernedBy(store: Store, recordId: number, values: readonly Buffer[]): Promise<number[]> {
  const found = new Set([recordId, ...(await sameDecisionOrPerson(store, recordId))]);
  for (const holders of await holdersOf(store, values, holdersPerValue)) for (const one of holders) found.add(one.recordId);
  return [...found];
}

async function eventsThere(store: Store, recordId: number, seqs: readonly number[]): Promise<number[]> {
  const found: number[] = [];
  for (const some of portions(seqs)) {
    const there = await store.select('SELECT event_seq FROM timeline WHERE record_id = :recordId AND event_seq IN (:some)', {
      recordId,
      some,
    });
    found.push(...there.map((row) => int(row.event_seq)));
  }
  return found;
}

async function sameDecisionOrPerson(store: Store, recordId: number): Promise<number[]> {
  const found = await store.select(
    `SELECT record_id FROM decision_records WHERE decision_id IN (SELECT decision_id FROM decision_records WHERE record_id = :recordId)
     UNION SELECT record_id FROM records WHERE person_id = (SELECT person_id FROM records WHERE record_id = :recordId)`,
    { recordId },
  );
  return found.map((row) => int(row.record_id));
}

function portions<T>(all: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < all.length; at += idsTogether) parts.push(all.slice(at, at + idsTogether));
  return parts;
}
