// What the parts of a match's story are made of: waiting for the other side, lists in and out, their orders, and how far it all is.

import { permutation, reorder } from '../../../crypto/psi/psi.ts';
import { learnsItems, type MatchKind, matchMessages } from '../../protocol/match-terms.ts';
import { seedFor } from './lists.ts';
import { encodePart, type ListName, loadList, partCount, partTokens, saveList, spoolName } from './parts.ts';
import type { MatchSession } from './session.ts';
import type { Progress } from './state.ts';

/** The other side, or an officer, ended it: what we do is to say so too. */
export class Ended extends Error {
  override readonly name = 'Ended';
}

/** Waits for what the other side has to do first. @throws {Ended} when it or an officer ends the match meanwhile */
export async function ready(session: MatchSession, waitingFor: Progress['waitingFor'], holds: () => boolean): Promise<void> {
  const { state } = session;
  // The verdict comes to both, and may come to the other first.
  const over = () => stopped(session) || (state.theirOutcome !== undefined && waitingFor !== 'counter');
  session.progress = { ...session.progress, ...(waitingFor && { waitingFor }) };
  await session.until(() => holds() || over());
  const { waitingFor: _waiting, ...rest } = session.progress;
  session.progress = rest;
  if (!holds()) throw new Ended();
}

/** A partner that is done has sent all of its part: ours still goes on, as after a kill that came before we had learned. */
const stopped = ({ state: { outcome, theirOutcome } }: MatchSession): boolean =>
  outcome !== undefined || (theirOutcome !== undefined && theirOutcome.result !== 'done');

export const goesOn = (session: MatchSession) => {
  if (stopped(session)) throw new Ended();
};

/** How far it is, in tokens, and how long the rest takes at the rate of this start. */
export class Watch {
  readonly #session: MatchSession;
  readonly #startMs: number;
  #passed = 0;

  constructor(session: MatchSession) {
    this.#session = session;
    this.#startMs = session.ports.clock.nowMs();
    const { mine, theirs, terms } = session.state;
    const each = [mine, theirs].map((sizes) => Object.values(sizes ?? {}).reduce((sum, size) => sum + size, 0));
    const total = terms.mode === 'salted-hash' ? each[0]! : each[0]! + each[1]!;
    session.progress = { done: 0, total };
  }

  did(tokens: number, fresh: boolean): void {
    const { progress, ports } = this.#session;
    const done = progress.done + tokens;
    if (fresh) this.#passed += tokens;
    const perToken = this.#passed > 0 ? (ports.clock.nowMs() - this.#startMs) / this.#passed : undefined;
    const left = Math.max(0, progress.total - done);
    this.#session.progress = {
      ...progress,
      done,
      ...(perToken !== undefined && { etaMs: Math.round(left * perToken) }),
    };
  }
}

/** Sends a list of ours part by part. @param produce the bytes of a part */
export async function sendList(
  session: MatchSession,
  list: ListName,
  kind: MatchKind,
  tokens: number,
  produce: (part: number) => Promise<Uint8Array>,
  watch?: Watch,
): Promise<void> {
  for (let part = 0; part < partCount(tokens); part += 1) {
    goesOn(session);
    let fresh = false;
    await session.sendSealed(matchMessages.part, async () => {
      fresh = true;
      return encodePart({ v: 1, list, kind, part, tokens }, await produce(part));
    });
    watch?.did(partTokens(tokens, part), fresh);
  }
}

function isThere(session: MatchSession, list: ListName, kind: MatchKind, tokens: number): boolean {
  return (session.received.get(spoolName(`in-${list}`, kind))?.size ?? 0) >= partCount(tokens);
}

/** Until a list of theirs is whole. */
export async function listIn(session: MatchSession, list: ListName, kind: MatchKind, tokens: number): Promise<void> {
  await ready(session, 'partner', () => isThere(session, list, kind, tokens));
}

export const partOf = async (session: MatchSession, name: string, at: number): Promise<Uint8Array> => {
  const bytes = await session.ports.spool.get(session.session, name, at);
  if (!bytes) throw new RangeError(`spool: ${name} ${at} is missing`);
  return bytes;
};

/** Gives the partner's list back to it where it is to learn; in another order where it may only count. */
export async function showTheirs(session: MatchSession, kind: MatchKind): Promise<void> {
  const { state } = session;
  const tokens = state.theirs![kind]!;
  const name = spoolName('twice', kind);
  if (learnsItems(state.terms, session.theirRole)) {
    return sendList(session, 'doubled', kind, tokens, (at) => partOf(session, name, at));
  }
  const counts = state.terms.mode === 'count' || state.terms.mode === 'sums';
  if (!counts || state.role !== 'responder') return undefined;
  await shuffleInto(session, kind, 'twice', 'shuffled', tokens);
  return sendList(session, 'doubled', kind, tokens, (at) => partOf(session, spoolName('shuffled', kind), at));
}

/** The list in a secret order, kept: the same each time. */
export async function shuffleInto(
  session: MatchSession,
  kind: MatchKind,
  from: string,
  to: string,
  tokens: number,
): Promise<void> {
  const { spool } = session.ports;
  if ((await spool.parts(session.session, spoolName(to, kind))).length >= partCount(tokens)) return;
  const list = await loadList(spool, session.session, spoolName(from, kind), tokens);
  const order = permutation(tokens, seedFor(session, `${to} ${kind}`));
  await saveList(spool, session.session, spoolName(to, kind), reorder(list, order));
}
