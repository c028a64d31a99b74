// Identifiers one record claims, with when they were seen. Bounded: a client gone wild cannot grow one person without end.

import type { Event } from '../../../core/model/event.ts';
import { type Claim, claimName } from '../identity/partition.ts';
import { dictionary } from './stamp.ts';

/** Beyond it further identifiers of the record are not used for matching; `refused` counts them. */
export const claimLimits = { perRecord: 500 } as const;

export type ClaimSeen = Claim & { firstAtMs: number; lastAtMs: number };
export type ClaimsState = { seen: { [name: string]: ClaimSeen }; refused: number };

const noneNew: ReadonlyMap<string, Claim> = new Map();

export const claims = {
  empty: (): ClaimsState => ({ seen: dictionary(), refused: 0 }),

  /** Which of an event's identifiers the record would take as new ones, each once. */
  newOnes(state: ClaimsState, found: readonly Claim[]): ReadonlyMap<string, Claim> {
    let fresh: Map<string, Claim> | undefined;
    for (const claim of found) {
      const name = claimName(claim);
      if (state.seen[name]) continue;
      fresh ??= new Map();
      fresh.set(name, claim);
    }
    if (!fresh) return noneNew;
    const room = claimLimits.perRecord - Object.keys(state.seen).length;
    return fresh.size <= room ? fresh : new Map([...fresh].slice(0, Math.max(0, room)));
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
        const { kind, value, source } = claim;
        const times = { firstAtMs: event.occurredAtMs, lastAtMs: event.occurredAtMs };
        state.seen[name] = source === undefined ? { kind, value, ...times } : { kind, value, source, ...times };
      }
    }
  },
};

export function claimList(state: ClaimsState): ClaimSeen[] {
  return Object.values(state.seen);
}
