// This side's word under the end of a board, and those of the others, which come by and by: kept beside the board for the transcript.

import { Unreachable } from '../../protocol/coordinator-api.ts';
import { checkClosing, closingsMost, type SignedClosing, signClosing } from '../../protocol/round/closing.ts';
import { ProtocolFault } from '../../protocol/words.ts';
import type { RoundSession } from './session.ts';

export const closingCollection = 'round-closing';

const keyOf = (round: string, at: number) => `${round}/${`${at}`.padStart(3, '0')}`;

/** Signs the end; where the coordinator is away, or does not know of this, it is tried again with the next chores. */
export async function signEnd(session: RoundSession): Promise<void> {
  const { standing, me, board, state, ports } = session;
  try {
    await standing.api().rounds.close(signClosing(standing.signingKey(), me, board, ports.clock.nowMs()));
  } catch (error) {
    if (error instanceof Unreachable) return;
    if (!(error instanceof ProtocolFault)) throw error;
    // It has another end, or none any more.
    if (error.code !== 'round_unknown') await ports.tell({ kind: 'failed', round: session.round, code: error.code });
  }
  state.signed = true;
  await session.save();
}

/** Keeps what came, in the order of the coordinator; one that does not hold is kept by its place and counts for nothing. */
export async function takeClosings(session: RoundSession, from: number, signed: readonly SignedClosing[]): Promise<void> {
  const { closings, round, ports } = session;
  const fresh = from > closings.length ? [] : signed.slice(closings.length - from, closingsMost - from);
  if (fresh.length === 0) return;
  const first = closings.length;
  await ports.book.write(fresh.map((one, at) => ({ put: [closingCollection, keyOf(round, first + at), one] })));
  closings.push(...fresh);
  const wrong = fresh.map((one) => faultOf(session, one)).find((fault) => fault !== undefined);
  if (wrong) await ports.tell({ kind: 'failed', round, code: wrong.code });
}

function faultOf({ board, standing }: RoundSession, signed: SignedClosing): ProtocolFault | undefined {
  try {
    checkClosing(signed, board, (member) => standing.membership().members.get(member)?.descriptor.signingKey);
    return undefined;
  } catch (fault) {
    if (fault instanceof ProtocolFault) return fault;
    throw fault;
  }
}

/** Those that hold, one of each author, by their ids. */
export function closingsOf(session: RoundSession): SignedClosing[] {
  const right = session.closings.filter((signed) => faultOf(session, signed) === undefined);
  const byAuthor = new Map(right.map((signed) => [signed.closing.by, signed]));
  return [...byAuthor.values()].sort((a, b) => (a.closing.by < b.closing.by ? -1 : 1));
}
