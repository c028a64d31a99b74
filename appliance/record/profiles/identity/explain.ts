// Why these records are one person: each join with the identifier or decision that made it, what would have joined but was
// refused, and the decisions that stand.

import { Fault } from '../../../core/errors.ts';
import type { Sources } from '../golden.ts';
import type { Memory, StoredDecision } from '../memory.ts';
import { recordIdsOfPerson } from '../store.ts';
import { personId } from '../view.ts';
import { factsOf, gatherNeighbourhood } from './neighbourhood.ts';
import { type Edge, partition } from './partition.ts';

export type Reason = {
  leftRecord: number;
  rightRecord: number;
  identifier?: { kind: string; value: string; source?: string };
  decisionId?: number;
};
export type Explanation = {
  id: string;
  records: number[];
  joinedBy: Reason[];
  refused: (Reason & { otherPersons: string[] })[];
  decisions: StoredDecision[];
};

export async function explain(memory: Memory, id: number, sources: Sources): Promise<Explanation> {
  const mine = await memory.load(await recordIdsOfPerson(memory.store, id));
  const first = mine[0];
  if (!first) throw new Fault('not_found', 'the person');
  const {
    records: whole,
    tooLarge,
    decisions,
    stopped,
  } = await gatherNeighbourhood(
    {
      store: memory.store,
      policyOf: memory.config.policyOf,
      indexOf: (claim) => memory.names.identifierKey(claim),
      load: (ids) => memory.load(ids),
      decisionsAbout: (ids) => memory.decisionsAbout(ids),
      pendingHolders: memory.pendingHolders(),
    },
    mine,
    () => false,
  );
  const records = [...whole, ...tooLarge];
  const result = partition(records.map(factsOf), decisions, memory.config.policyOf, stopped);
  const ids = new Set(mine.map((record) => record.recordId));
  const persons = new Map(records.map((record) => [record.recordId, record.personId]));
  const reasonOf = (edge: Edge): Reason => {
    if ('decision' in edge.by) return { leftRecord: edge.left, rightRecord: edge.right, decisionId: edge.by.decision };
    const { kind, value, source } = edge.by.claim;
    const identifier = { kind, value, ...(source !== undefined && { source: sources.nameOf(source) }) };
    return { leftRecord: edge.left, rightRecord: edge.right, identifier };
  };
  return {
    id: personId(first.personId),
    records: [...ids],
    joinedBy: result.joined.filter((edge) => ids.has(edge.left)).map(reasonOf),
    refused: result.refused
      .filter((edge) => ids.has(edge.left) || ids.has(edge.right))
      .map((edge) => ({
        ...reasonOf(edge),
        otherPersons: [edge.left, edge.right].filter((one) => !ids.has(one)).map((one) => personId(persons.get(one)!)),
      })),
    decisions: decisions.filter((decision) =>
      [...decision.left, ...decision.right].some((one) => ids.has(one)),
    ) as StoredDecision[],
  };
}
