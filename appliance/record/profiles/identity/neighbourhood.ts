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

/** Records of one neighbourhood, of all gathered in one go, and rounds of reading (the longest chain of identifiers). */
export const neighbourhoodLimits = { records: 4_000, together: 16_000, rounds: 500 } as const;

export type Reading = {
  store: Store;
  policyOf: PolicyOf;
  indexOf(claim: Claim): Buffer;
  load(recordIds: readonly number[]): Promise<Held[]>;
  decisionsAbout(recordIds: readonly number[]): Promise<Decision[]>;
  /** Who claims a value in the batch at hand, not yet stored. */
  pendingHolders(name: string): readonly Holder[];
};

export type Neighbourhood = {
  /** Neighbourhoods gathered to their ends: their persons can be told. */
  records: Held[];
  /** Those too large to be one person, as far as they were read: who is who in them stays as it was. */
  tooLarge: Held[];
  decisions: Decision[];
  /** Values of these records that hold nobody together: more people share them than their policy allows. */
  stopped: Set<string>;
  /** False when all together were more than one go may read: gather them for fewer touched records at a time. */
  complete: boolean;
};

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
  const stopped = new Set<string>();
  const asked = new Set<string>();
  const links = new Links();
  let frontier: readonly Held[] = touched;
  let complete = true;
  for (let round = 0; frontier.length > 0 && round < neighbourhoodLimits.rounds; round += 1) {
    const wanted = new Set<number>();
    const reach = (ids: readonly number[]): void => {
      links.link(ids);
      for (const id of ids) wanted.add(id);
    };
    const values = claimsToAsk(frontier, asked, reading.policyOf);
    const keys = values.map(({ claim }) => reading.indexOf(claim));
    const holders = keys.length > 0 ? await holdersOf(reading.store, keys, maxRecordsPerValue + 1) : [];
    values.forEach(({ claim, recordId }, at) => {
      const reached = reachedThrough(reading, claim, holders[at] ?? [], isNewClaim);
      if (reached) reach([recordId, ...reached]);
      else stopped.add(claimName(claim));
    });
    for (const decision of await reading.decisionsAbout(frontier.map((held) => held.recordId))) {
      decisions.set(decision.id, decision);
      reach([...decision.left, ...decision.right]);
    }
    const unseen = [...wanted].filter((id) => !records.has(id) && links.sizeOf(id) <= neighbourhoodLimits.records);
    complete = records.size + unseen.length <= neighbourhoodLimits.together || touched.length === 1;
    if (!complete) break;
    frontier = unseen.length > 0 ? await reading.load(unseen) : [];
    for (const held of frontier) records.set(held.recordId, held);
  }
  // A chain longer than the rounds allow is unfinished: its size counts as beyond the limit.
  for (const held of frontier) links.spoil(held.recordId);
  const all = Map.groupBy(records.values(), (held) => links.sizeOf(held.recordId) <= neighbourhoodLimits.records);
  return { records: all.get(true) ?? [], tooLarge: all.get(false) ?? [], decisions: [...decisions.values()], stopped, complete };
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

function claimsToAsk(frontier: readonly Held[], asked: Set<string>, policyOf: PolicyOf): { claim: Claim; recordId: number }[] {
  const values: { claim: Claim; recordId: number }[] = [];
  for (const held of frontier) {
    for (const claim of claimList(held.state.claims)) {
      const name = claimName(claim);
      if (asked.has(name) || !policyOf(claim.kind)?.joins) continue;
      asked.add(name);
      values.push({ claim, recordId: held.recordId });
    }
  }
  return values;
}

/** Whom a value leads to: its holders; undefined when it had stopped joining before and so holds nobody together. */
function reachedThrough(
  reading: Reading,
  claim: Claim,
  stored: readonly Holder[],
  isNewClaim: (recordId: number, claim: Claim) => boolean,
): number[] | undefined {
  const known = new Set(stored.map((holder) => holder.recordId));
  const pending = reading.pendingHolders(claimName(claim)).filter((holder) => !known.has(holder.recordId));
  const all = [...stored, ...pending];
  const before = all.filter((holder) => !isNewClaim(holder.recordId, claim));
  const limit = reading.policyOf(claim.kind)?.maxPeople ?? 0;
  const joinedBefore = before.length <= maxRecordsPerValue && peopleOf(asFacts(before)) <= limit;
  return joinedBefore ? all.map((holder) => holder.recordId) : undefined;
}

function asFacts(holders: readonly Holder[]): { source: number; known: boolean }[] {
  return holders.map((holder) => ({ source: holder.sourceId, known: holder.known }));
}

/** Which records hang together, read yet or not, and how many they are. */
class Links {
  readonly #parent = new Map<number, number>();
  readonly #size = new Map<number, number>();

  link(ids: readonly number[]): void {
    const first = ids[0];
    if (first === undefined) return;
    for (const id of ids) {
      const into = this.#root(first);
      const from = this.#root(id);
      if (into === from) continue;
      this.#parent.set(from, into);
      this.#size.set(into, this.sizeOf(into) + (this.#size.get(from) ?? 1));
    }
  }

  sizeOf(id: number): number {
    return this.#size.get(this.#root(id)) ?? 1;
  }

  spoil(id: number): void {
    this.#size.set(this.#root(id), Number.POSITIVE_INFINITY);
  }

  #root(id: number): number {
    let root = id;
    for (let up = this.#parent.get(root); up !== undefined; up = this.#parent.get(root)) root = up;
    for (let at = id; at !== root; ) {
      const next = this.#parent.get(at)!;
      this.#parent.set(at, root);
      at = next;
    }
    return root;
  }
}
