// What a decision about who is who would come to, before anybody makes it: the persons as they are and as they would be. Computed as the decision
// itself is, from the same plan, and written nowhere.

import { Fault } from '../../../core/errors.ts';
import { nothingDecided } from '../../../core/model/customer-decisions.ts';
import type { Held } from '../cache.ts';
import type { Sources } from '../golden.ts';
import { regroup } from '../group.ts';
import type { Memory } from '../memory.ts';
import { recordIdsOfPersons } from '../store.ts';
import { type ProfileView, profileView } from '../view.ts';
import { type Plan, planMerge, planRetraction, planUnmerge } from './decide.ts';

/** Persons of one preview: a decision that touches more is to be made in parts. */
export const previewLimits = { persons: 12 } as const;

export type Wish =
  | { act: 'merge'; left: number; right: number }
  | { act: 'unmerge'; person: number; records?: readonly number[] }
  | { act: 'retract'; decisionId: number };

export type Preview = {
  /** Persons as they are now, and as they would be then; the latter without scores and segments, which follow. */
  before: ProfileView[];
  after: ProfileView[];
  /** Traits of which the persons as they are now show different values. */
  conflicts: { field: string }[];
  /** How many records the decision is about. */
  recordCount: number;
};

const nobody = { actor: 'preview' };

/** @throws {Fault} what the decision itself would, and `limit_reached` */
export async function preview(
  memory: Memory,
  wish: Wish,
  sources: Sources,
  viewOf: (records: readonly Held[]) => Promise<ProfileView>,
): Promise<Preview> {
  const { touched, decision } = await planOf(memory, wish);
  const moves = await regroup(memory, touched, [{ ...decision, id: decision.id ?? Number.MAX_SAFE_INTEGER }], () => false);
  const involved = [...touched, ...moves.keys()];
  const persons = new Set([...involved.map((held) => held.personId), ...moves.values()]);
  if (persons.size > previewLimits.persons) throw new Fault('limit_reached', 'previewLimits.persons');
  const records = await memory.load(await recordIdsOfPersons(memory.store, [...persons]));
  const then = records.map((held): Held => ({ ...held, personId: moves.get(held) ?? held.personId }));
  const nowMs = memory.ports.clock.nowMs();
  const before = await Promise.all(byPerson(records).map(viewOf));
  const after = byPerson(then).map((own) =>
    profileView(own, memory.config, sources, { households: [], decided: nothingDecided }, nowMs),
  );
  return { before, after, conflicts: conflictsOf(before), recordCount: records.length };
}

async function planOf(memory: Memory, wish: Wish): Promise<Plan> {
  switch (wish.act) {
    case 'merge':
      return planMerge(memory, wish.left, wish.right, nobody);
    case 'unmerge':
      return planUnmerge(memory, wish.person, nobody, wish.records);
    case 'retract': {
      const decision = await memory.decision(wish.decisionId);
      if (!decision || decision.retractedAtMs !== undefined) throw new Fault('not_found', 'a standing decision of this number');
      return planRetraction(memory, decision, nobody);
    }
  }
}

const byPerson = (records: readonly Held[]): Held[][] =>
  [...Map.groupBy(records, ({ personId }) => personId)].sort(([a], [b]) => a - b).map(([, own]) => own);

function conflictsOf(persons: readonly ProfileView[]): Preview['conflicts'] {
  const shown = new Map<string, Set<string>>();
  for (const { traits } of persons)
    for (const [field, { value }] of Object.entries(traits)) {
      const values = shown.get(field) ?? new Set<string>();
      shown.set(field, values.add(JSON.stringify(value)));
    }
  return [...shown].filter(([, values]) => values.size > 1).map(([field]) => ({ field }));
}
