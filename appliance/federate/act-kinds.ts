// Names of what two people do together in a federation, and how the other side reads who they were.

import type { Officer } from '../../federation/participant/match/match.ts';
import type { ActOrder } from '../core/model/act.ts';

export const federationActs = {
  admit: 'federation.admit',
  remove: 'federation.remove',
  leave: 'federation.leave',
  propose: 'match.propose',
  accept: 'match.accept',
  release: 'match.release',
  export: 'match.export',
  proposeRound: 'round.propose',
  acceptRound: 'round.accept',
  keepRoundKey: 'round.custody',
} as const;

/** Who proposed and who approved, for the other side and the transcript. */
export function officersOf({ proposedBy, approvedBy, reason, remark }: ActOrder): Officer[] {
  const proposer = { officer: proposedBy, reason };
  return approvedBy === undefined ? [proposer] : [proposer, { officer: approvedBy, reason: remark?.trim() || reason }];
}
