// Households: other persons who hold the same phone, device or card, where the policy says that sharing it means living or
// acting together. Looked up when a person is read; nothing is stored.

import type { Store } from '../../core/store/store.ts';
import type { Held } from './cache.ts';
import { type Claim, claimName, type PolicyOf } from './identity/partition.ts';
import { claimList } from './state/claims.ts';
import { otherPersonsHolding } from './store.ts';
import { type Household, personId } from './view.ts';

export const householdLimits = { values: 50, personsPerValue: 20 } as const;

export async function householdsOf(
  store: Store,
  records: readonly Held[],
  policyOf: PolicyOf,
  indexOf: (claim: Claim) => Buffer,
): Promise<Household[]> {
  const values = new Map<string, Claim>();
  for (const record of records) {
    for (const claim of claimList(record.state.claims)) if (policyOf(claim.kind)?.household) values.set(claimName(claim), claim);
  }
  const claims = [...values.values()].slice(0, householdLimits.values);
  if (claims.length === 0) return [];
  const me = records[0]!.personId;
  const holders = await otherPersonsHolding(store, claims.map(indexOf), me, householdLimits.personsPerValue);
  const households = new Map<number, Household>();
  claims.forEach((claim, at) => {
    for (const person of holders[at] ?? []) {
      const household = households.get(person) ?? { personId: personId(person), via: [] };
      household.via.push({ kind: claim.kind, value: claim.value });
      households.set(person, household);
    }
  });
  return [...households.values()];
}
