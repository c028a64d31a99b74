// Small decisions of a round's desk that need nothing of it: when a vertical round is given up, and whose ciphertext cannot be added.

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

/** @returns the place of the first that cannot be added to itself; -1 where they only do not fit each other */
export async function wrongOf(
  add: (ciphertexts: readonly Uint8Array[]) => Promise<unknown>,
  parts: readonly Uint8Array[],
): Promise<number> {
  for (const [at, part] of parts.entries()) {
    try {
      await add([part, part]);
    } catch {
      return at;
    }
  }
  return -1;
}
