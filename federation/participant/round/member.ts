// A member's story of a round: agree, compute on our own data from sums alone, say what came out and how it does, and vote.

import { blobDigest } from '../../protocol/round/round-api.ts';
import { isVertical } from '../../protocol/round/vertical-terms.ts';
import { MemberSums } from './member-sums.ts';
import { noisyAsk } from './noise.ts';
import type { RoundSession } from './session.ts';
import { computeVertical } from './vertical/vertical.ts';

/** Until our vote stands. @throws {Over} @throws {Closed} @throws {LeftOut} @throws {ProtocolFault} what ends the round */
export async function runMember(session: RoundSession): Promise<void> {
  const { board, state, ports, round, me } = session;
  const party = () => board.parties.get(me)!;
  await session.until(() => state.accepted !== undefined);
  await session.say(
    () => party().accepted,
    () => {
      const { approvals, budget } = state.accepted!;
      return { kind: 'acceptance', approvals: [...approvals], ...(budget && { budget }) };
    },
  );
  await session.until(() => board.agreed);
  if (!state.told.includes('begun')) {
    await ports.tell({ kind: 'begun', round });
    state.told.push('begun');
    await session.save();
  }
  const model =
    (await ports.spool.get(round, 'model', 0)) ?? (await (isVertical(board.terms) ? computeVertical : compute)(session));
  await session.say(
    () => party().model !== undefined,
    () => ({ kind: 'model', model: blobDigest(model), ...state.evaluated! }),
  );
  await session.until(() => board.active.every((member) => board.parties.get(member)!.model !== undefined));
  await ports.tell({ kind: 'vote', round });
  await session.until(() => state.vote !== undefined);
  await session.say(
    () => party().vote !== undefined,
    () => ({ kind: 'vote', ...state.vote! }),
  );
}

async function compute(session: RoundSession): Promise<Uint8Array> {
  const { board, state, ports, round, abort } = session;
  const sums = new MemberSums(session);
  const learned = ports.learn({
    round,
    me: session.me,
    terms: board.terms,
    source: state.accepted!.source,
    ask: noisyAsk(board.terms, (about, values, options) => sums.ask(about, values, options), ports.random),
    signal: abort.signal,
  });
  // Before the end of the round takes the secrets away.
  const { model, metrics, rows } = await learned.finally(() => sums.close());
  state.evaluated = { metrics, rows };
  await session.save();
  await ports.spool.put(round, 'model', 0, model);
  return model;
}
