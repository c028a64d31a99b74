// What a round's desk decides of a vertical round by itself: when it is given up.

import type { Board } from '../protocol/round/board.ts';
import type { Saying } from '../protocol/round/sayings.ts';

/**
 * Columns of one who is gone are in no other's hands: whoever is waited for ends the round.
 * @param late whether that has been so for longer than is waited for anybody
 */
export function dueOfVertical(board: Board, late: (what: string) => boolean): Saying | undefined {
  const { waitedFor, lines } = board;
  if (waitedFor.length === 0 || !late(`vertical ${lines}`)) return undefined;
  return { kind: 'stop', code: 'member_lost', reason: waitedFor.join(', ') };
}
