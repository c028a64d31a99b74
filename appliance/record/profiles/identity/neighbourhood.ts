// The neighbourhood of records: everyone whose person could change when these records' identifiers or decisions change.
// Gathered in rounds of set-based reads, until nobody new turns up; bounded, because one person is never that many records.

import type { Store } from '../../../core/store/store.ts';
import type { Held } from '../cache.ts';
import { claimList } from '../state/claims.ts';
import { type Holder, holdersOf } from '../store.ts';
import {
  type Claim,
  claimName,
  type Decision,
  maxRecordsPerValue,
  type PolicyOf,
  peopleOf,
  type RecordFacts,
} from './partition.ts';

export const neighbourhoodLimits = { records: 4000, rounds: 32 } as const;

export type Reading = {
  store: Store;
  policyOf: PolicyOf;
  indexOf(claim: Claim): Buffer;
  load(recordIds: readonly number[]): Promise<Held[]>;
  decisionsAbout(recordIds: readonly number[]): Promise<Decision[]>;
  /** Who claims a value in the batch at hand, not yet stored. */
  pendingHolders(name: string): readonly Holder[];
};

export type Neighbourhood = { records: Held[]; decisions: Decision[]; complete: boolean };

/**
 * @param touched records with new identifiers or decisions
 * @param isNewClaim whether a record claims this value only since the batch at hand: such a value may just have stopped joining
 */
export async function gatherNeighbourhood(
  reading: Reading,
  touched: readonly Held[],
  isNewClaim: (recordId: number, claim: Claim) => boolean,
): Promise<Neighbourhood> {
  const records = new Map(touched.map((held) => [held.recordId, held]));
  const decisions = new Map<number, Decision>();
  const asked = new Set<string>();
  let frontier: readonly Held[] = touched;
  for (let round = 0; frontier.length > 0 && round < neighbourhoodLimits.rounds; round += 1) {
    const wanted = new Set<number>();
    const values = claimsToAsk(frontier, asked, reading.policyOf);
    const holders =
      values.length > 0
        ? await holdersOf(
            reading.store,
            values.map((value) => reading.indexOf(value)),
            maxRecordsPerValue + 1,
          )
        : [];
    values.forEach((claim, at) => {
      for (const id of reachedThrough(reading, claim, holders[at] ?? [], isNewClaim)) wanted.add(id);
    });
    for (const decision of await reading.decisionsAbout(frontier.map((held) => held.recordId))) {
      decisions.set(decision.id, decision);
      for (const id of [...decision.left, ...decision.right]) wanted.add(id);
    }
    const unseen = [...wanted].filter((id) => !records.has(id));
    if (records.size + unseen.length > neighbourhoodLimits.records) {
      return { records: [...records.values()], decisions: [...decisions.values()], complete: false };
    }
    frontier = unseen.length > 0 ? await reading.load(unseen) : [];
    for (const held of frontier) records.set(held.recordId, held);
  }
  return { records: [...records.values()], decisions: [...decisions.values()], complete: frontier.length === 0 };
}

export function factsOf(held: Held): RecordFacts {
  return {
    id: held.recordId,
    key: held.recordKey.toString('hex'),
    source: held.sourceId,
    known: held.known,
    claims: claimList(held.state.claims),
  };
}

function claimsToAsk(frontier: readonly Held[], asked: Set<string>, policyOf: PolicyOf): Claim[] {
  const values: Claim[] = [];
  for (const held of frontier) {
    for (const claim of claimList(held.state.claims)) {
      const name = claimName(claim);
      if (asked.has(name) || !policyOf(claim.kind)?.joins) continue;
      asked.add(name);
      values.push(claim);
    }
  }
  return values;
}

/** Whom a value leads to: its holders, unless it had stopped joining before and so holds nobody together. */
function reachedThrough(
  reading: Reading,
  claim: Claim,
  stored: readonly Holder[],
  isNewClaim: (recordId: number, claim: Claim) => boolean,
): number[] {
  const pending = reading
    .pendingHolders(claimName(claim))
    .filter((holder) => !stored.some((one) => one.recordId === holder.recordId));
  const all = [...stored, ...pending];
  const before = all.filter((holder) => !isNewClaim(holder.recordId, claim));
  const limit = reading.policyOf(claim.kind)?.maxPeople ?? 0;
  const joinedBefore = before.length <= maxRecordsPerValue && peopleOf(asFacts(before)) <= limit;
  return joinedBefore ? all.map((holder) => holder.recordId) : [];
}

function asFacts(holders: readonly Holder[]): { source: number; known: boolean }[] {
  return holders.map((holder) => ({ source: holder.sourceId, known: holder.known }));
}
