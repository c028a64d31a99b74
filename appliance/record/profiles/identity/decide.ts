// What people decide about who is who: merging two persons, splitting one, taking a decision back. A decision is a fact
// beside the identifiers; the partition of the neighbourhood is made anew, and no event is touched.

import { Fault } from '../../../core/errors.ts';
import type { Change } from '../../../core/store/store.ts';
import type { Held } from '../cache.ts';
import { makeDecision, repartition } from '../group.ts';
import type { Memory, StoredDecision } from '../memory.ts';
import { recordIdsOfPerson, recordsTable, rows } from '../store.ts';
import type { Decision } from './partition.ts';

/** Records of one side of a decision. */
export const decisionLimits = { recordsPerSide: 200 } as const;

export type Actor = { actor: string; reason?: string };
export type Decided = { decisionId: number; persons: number[] };

/** A decision before it is made: of which records, and what it says. One that takes another back has that one's number. */
export type Plan = {
  readonly anchor: Held;
  readonly touched: readonly Held[];
  readonly decision: Omit<StoredDecision, 'id'> & { readonly id?: number };
  /** Changes that are on disk with the decision or not at all. */
  readonly along?: readonly Change[];
};
type Model = Pick<StoredDecision, 'probability' | 'weights'>;

/**
 * Declares two persons to be one.
 * @param along changes that are on disk with the decision or not at all
 * @throws {Fault} `not_found`, `conflict` when they are one already
 */
export async function merge(
  memory: Memory,
  leftId: number,
  rightId: number,
  by: Actor,
  model?: Model,
  along: readonly Change[] = [],
): Promise<Decided> {
  return settle(memory, { ...(await planMerge(memory, leftId, rightId, by, model)), along });
}

/** What `merge` would decide. @throws {Fault} as it does */
export async function planMerge(memory: Memory, leftId: number, rightId: number, by: Actor, model?: Model): Promise<Plan> {
  const left = await recordsOf(memory, leftId);
  const right = await recordsOf(memory, rightId);
  if (left[0]!.personId === right[0]!.personId) throw new Fault('conflict', 'both are one person already');
  return planOf(memory, left, right, { verdict: 'same', madeBy: model ? 'model' : 'person', ...by, ...model });
}

/**
 * Splits records off a person. Without records, takes back the latest decision that merged; identifiers may still join.
 * @throws {Fault} `not_found`, `conflict` when there is nothing to take back or the records are all or none of the person's
 */
export async function unmerge(memory: Memory, person: number, by: Actor, recordIds?: readonly number[]): Promise<Decided> {
  return settle(memory, await planUnmerge(memory, person, by, recordIds));
}

/** What `unmerge` would decide. @throws {Fault} as it does */
export async function planUnmerge(memory: Memory, person: number, by: Actor, recordIds?: readonly number[]): Promise<Plan> {
  const records = await recordsOf(memory, person);
  if (recordIds === undefined) return planRetraction(memory, await latestMerge(memory, records), by);
  const left = records.filter((record) => recordIds.includes(record.recordId));
  const right = records.filter((record) => !recordIds.includes(record.recordId));
  if (left.length !== new Set(recordIds).size) throw new Fault('not_found', 'records of this person');
  if (left.length === 0 || right.length === 0)
    throw new Fault('conflict', 'some, but not all, records of the person are to be split off');
  return planOf(memory, left, right, { verdict: 'different', madeBy: 'person', ...by });
}

/** Declares two persons to be different people, whatever identifiers they share. @param along as with `merge` */
export async function declareDifferent(
  memory: Memory,
  leftId: number,
  rightId: number,
  by: Actor,
  along: readonly Change[] = [],
): Promise<Decided> {
  const left = await recordsOf(memory, leftId);
  const right = await recordsOf(memory, rightId);
  if (left[0]!.personId === right[0]!.personId) throw new Fault('conflict', 'both are one person; split its records instead');
  const plan = await planOf(memory, left, right, { verdict: 'different', madeBy: 'person', ...by });
  return settle(memory, { ...plan, along });
}

async function latestMerge(memory: Memory, records: readonly Held[]): Promise<Decision> {
  const mine = new Set(records.map((record) => record.recordId));
  const merges = (await memory.decisionsAbout([...mine])).filter(
    (decision) =>
      decision.verdict === 'same' && decision.left.some((id) => mine.has(id)) && decision.right.some((id) => mine.has(id)),
  );
  const latest = merges.sort((a, b) => a.madeAtMs - b.madeAtMs || a.id - b.id).at(-1);
  if (!latest) throw new Fault('conflict', 'no merge decision to take back; name the records to split off');
  return latest;
}

/** Takes a decision back: exactly its effect is undone, and a pair of the review queue that it had answered waits again. */
export async function retract(memory: Memory, decision: Decision, by: Actor): Promise<Decided> {
  return settle(memory, await planRetraction(memory, decision, by));
}

/** What `retract` would decide. @throws {Fault} as it does */
export async function planRetraction(memory: Memory, decision: Decision, by: Actor): Promise<Plan> {
  const touched = await memory.load([...decision.left, ...decision.right]);
  const anchor = touched.find((held) => held.recordId === decision.left[0]);
  if (!anchor) throw new Fault('not_found', 'the decision');
  const { left, right } = decision;
  const waiting: Change = {
    op: 'run',
    sql: `UPDATE reviews SET closed_at_ms = NULL WHERE closed_at_ms IS NOT NULL AND
            ((left_record IN (:left) AND right_record IN (:right)) OR (left_record IN (:right) AND right_record IN (:left)))`,
    params: { left, right },
  };
  return {
    anchor,
    touched,
    decision: { ...decision, ...by, retractedAtMs: memory.ports.clock.nowMs() },
    along: [waiting],
  };
}

async function planOf(
  memory: Memory,
  left: readonly Held[],
  right: readonly Held[],
  what: Omit<StoredDecision, 'id' | 'left' | 'right' | 'madeAtMs'>,
): Promise<Plan> {
  if (left.length > decisionLimits.recordsPerSide || right.length > decisionLimits.recordsPerSide) {
    throw new Fault('limit_reached', `at most ${decisionLimits.recordsPerSide} records on one side of a decision`);
  }
  const decision = {
    left: left.map((record) => record.recordId),
    right: right.map((record) => record.recordId),
    madeAtMs: await laterThanAll(memory, [...left, ...right]),
    ...what,
  };
  return { anchor: left[0]!, touched: [...left, ...right], decision };
}

/** Now, or just after the last decision about these records: a clock set back must not make people's last word lose. */
async function laterThanAll(memory: Memory, records: readonly Held[]): Promise<number> {
  let latestMs = Number.NEGATIVE_INFINITY;
  for (const { madeBy, madeAtMs } of await memory.decisionsAbout(records.map((held) => held.recordId)))
    if (madeBy !== 'alias' && madeAtMs > latestMs) latestMs = madeAtMs;
  return Math.max(memory.ports.clock.nowMs(), latestMs + 1);
}

async function settle(memory: Memory, plan: Plan): Promise<Decided> {
  const { anchor, touched, along = [] } = plan;
  const decision: StoredDecision = { ...plan.decision, id: plan.decision.id ?? (await memory.sequences.take('decisions', 1)) };
  const moved = await repartition(memory, touched, [decision], () => false);
  const changes = [...makeDecision(memory, anchor, decision).changes, ...along];
  if (moved.length > 0) changes.push({ op: 'upsert', table: recordsTable, rows: moved.map(rows.record) });
  const tell = memory.changed(moved);
  try {
    await memory.store.transact(changes);
  } catch (fault) {
    // Persons in memory are as if it had been stored, and whether it was is not known.
    memory.distrust();
    throw fault;
  }
  tell();
  return { decisionId: decision.id, persons: [...new Set(touched.map((held) => held.personId))].sort((a, b) => a - b) };
}

async function recordsOf(memory: Memory, person: number): Promise<Held[]> {
  const records = await memory.load(await recordIdsOfPerson(memory.store, person));
  if (records.length === 0) throw new Fault('not_found', 'the person');
  return records;
}
