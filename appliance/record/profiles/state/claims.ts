// Identifiers one record claims, with when they were seen. Bounded: a client gone wild cannot grow one person without end.

import type { Event } from '../../../core/model/event.ts';
import { type Claim, claimName } from '../identity/partition.ts';
import { dictionary } from './stamp.ts';

/** Beyond it further identifiers of the record are not used for matching; `refused` counts them. */
export const claimLimits = { perRecord: 500 } as const;

export type ClaimSeen = Claim & { firstAtMs: number; lastAtMs: number };
export type ClaimsState = { seen: { [name: string]: ClaimSeen }; refused: number };

export const claims = {
  empty: (): ClaimsState => ({ seen: dictionary(), refused: 0 }),

  /** Whether the record would take this identifier as a new one. */
  isNew(state: ClaimsState, claim: Claim): boolean {
    return !state.seen[claimName(claim)] && Object.keys(state.seen).length < claimLimits.perRecord;
  },

  fold(state: ClaimsState, found: readonly Claim[], event: Event): void {
    for (const claim of found) {
      const name = claimName(claim);
      const mine = state.seen[name];
      if (mine) {
        if (event.occurredAtMs < mine.firstAtMs) mine.firstAtMs = event.occurredAtMs;
        if (event.occurredAtMs > mine.lastAtMs) mine.lastAtMs = event.occurredAtMs;
      } else if (Object.keys(state.seen).length >= claimLimits.perRecord) {
        state.refused += 1;
      } else {
        state.seen[name] = { ...claim, firstAtMs: event.occurredAtMs, lastAtMs: event.occurredAtMs };
      }
    }
  },
};

export function claimList(state: ClaimsState): ClaimSeen[] {
  return Object.values(state.seen);
}
