// A member's computation in a vertical round, as owner of the labels or as partner: the front of this folder.

import { verticalModelBytes } from '../../../protocol/round/vertical-model.ts';
import { partnersOf, type VerticalTrees } from '../../../protocol/round/vertical-terms.ts';
import type { RoundSession } from '../session.ts';
import { Exchanges } from './exchanges.ts';
import { partOf, verticalNames } from './kept.ts';
import { VerticalOwner } from './owner.ts';
import { VerticalPartner } from './partner.ts';

export type * from './ports.ts';

/** @returns the model's bytes, the same on all sides @throws {ProtocolFault} what ends the round */
export async function computeVertical(session: RoundSession): Promise<Uint8Array> {
  const { board, state, ports, round, me, abort } = session;
  const { vertical } = ports;
  if (!vertical) throw new Error('round: this side has no ports for a vertical round');
  const { terms } = board;
  const work = { round, me, terms, source: state.accepted!.source, signal: abort.signal };
  const isOwner = (terms.learn as VerticalTrees).owner === me;
  let parts: { [member: string]: string };
  if (isOwner) {
    const done = await new VerticalOwner(session, vertical).run(await vertical.owner(work));
    parts = done.parts;
    state.evaluated = { metrics: done.metrics, rows: done.rows };
  } else {
    ({ parts } = await new VerticalPartner(session, vertical).run(await vertical.partner(work)));
    state.evaluated = { metrics: {}, rows: 0 };
  }
  const model = verticalModelBytes(round, parts);
  await session.save();
  await ports.spool.put(round, 'model', 0, model);
  return model;
}

/** This side's part, where the round came so far. */
export const verticalPart = (session: RoundSession): Promise<Uint8Array | undefined> => partOf(session);

/** Keys, what was exchanged, and the part: kept elsewhere if the model was adopted. */
export async function forgetVertical(session: RoundSession): Promise<void> {
  const { board, ports, round, me } = session;
  if (!board.begun || board.terms.learn.kind !== 'vertical-trees') return;
  const { learn, members } = board.terms;
  const peers = learn.owner === me ? partnersOf({ members, learn }) : [learn.owner];
  const most = Math.max(...partnersOf({ members, learn }).map((partner) => board.exchanges.of(partner).length));
  await new Exchanges(session).forget(peers, most);
  for (const name of verticalNames)
    for (const part of await ports.spool.parts(round, name)) await ports.spool.remove(round, name, part);
}
