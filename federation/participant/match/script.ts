// What a side does in a match, from the first message to the signed end, as one story that can be told again: after a kill it runs from its
// beginning, and what was done before is passed over (session.ts). Which side shows the other what follows from the terms alone.
//
//   1  proposal and acceptance: terms, approvals, a share of the keys each, how many items each brings
//   2  each sends its items masked, and multiplies those of the other
//   3  where there is a counter: each gives it the other's list, doubly masked and in another order; it says whether there are enough
//   4  where the officers wanted to see the count first: they agree to go on
//   5  who is to learn gets its own items back, doubly masked, and finds which of them the other has too
//   6  each says how it ended, and signs the whole

import { PointRefused } from '../../../crypto/psi/psi.ts';
import { tallyKinds } from '../../protocol/coordinator-api.ts';
import { learnsItems, type MatchKind, matchMessages } from '../../protocol/match-terms.ts';
import { fromBase64 } from '../../protocol/signed.ts';
import { writeTallyParts } from '../../protocol/tally.ts';
import { buildTranscript, type Head, headFits, type Opening, signHead, writeTranscript } from '../../protocol/transcript.ts';
import { ProtocolFault } from '../../protocol/words.ts';
import { wrapShare } from './channel.ts';
import { jsonBody } from './inbound.ts';
import { learnCount, learnItems, learnSums } from './learn.ts';
import { prepareLists } from './lists.ts';
import { loadList, partCount, partTokens, spoolName } from './parts.ts';
import { Gone, type MatchSession } from './session.ts';
import type { Outcome, SignedNote } from './state.ts';
import { Ended, goesOn, partOf, ready, sendList, showTheirs, shuffleInto, Watch } from './steps.ts';

export const transcriptCollection = 'match-transcript';

/** Runs a match to its end. @throws {Closed} when the side closes; it goes on at the next start */
export async function runMatch(session: MatchSession): Promise<void> {
  session.rewind();
  if (session.state.phase === 'ended') return;
  if (!session.state.outcome) {
    try {
      await exchange(session);
    } catch (error) {
      const outcome = outcomeOf(session, error);
      if (!outcome) throw error;
      session.decide(outcome);
    }
  }
  await finish(session);
}

/** undefined for what does not end a match: a close, or a fault of ours that a new start may mend. */
function outcomeOf({ state }: MatchSession, error: unknown): Outcome | undefined {
  if (error instanceof Ended || error instanceof Gone) {
    // It says that it is done, and has not sent what we still wait for.
    const early = !state.outcome && state.theirOutcome?.result === 'done';
    return early ? { result: 'failed', code: 'outcome_differs' } : (state.theirOutcome ?? state.outcome);
  }
  if (error instanceof PointRefused) return { result: 'failed', code: 'point_refused', where: error.message };
  if (!(error instanceof ProtocolFault)) return undefined;
  const { code, where } = error;
  const result = code === 'intersection_too_small' ? 'too-small' : 'failed';
  return { result, code, ...(where !== undefined && { where }) };
}

async function exchange(session: MatchSession): Promise<void> {
  const { state } = session;
  if (state.role === 'initiator') {
    await sendProposal(session);
    await ready(session, 'partner', () => state.theirs !== undefined);
    await prepareLists(session);
    await session.sendSealed(matchMessages.ready, () => jsonBody({ notes: ownNotes(session, 'sizes'), sizes: state.mine }));
  } else {
    await prepareLists(session);
    await sendAcceptance(session);
    await ready(session, 'partner', () => state.theirs !== undefined);
  }
  if (state.begunAtMs === undefined) {
    state.begunAtMs = session.ports.clock.nowMs();
    await session.save();
    await session.ports.tell({ kind: 'begun', session: session.session, partner: state.partner });
  }
  const watch = new Watch(session);
  await (state.terms.mode === 'salted-hash' ? compareHashes(session, watch) : comparePoints(session, watch));
}

/** Our notes of these kinds; put down the first time. */
function ownNotes(session: MatchSession, ...kinds: SignedNote['note']['saying']['kind'][]): SignedNote[] {
  const { state, standing } = session;
  const mine = () => state.notes.filter(({ note }) => note.by === standing.me && kinds.includes(note.saying.kind));
  if (kinds.includes('sizes') && !mine().some(({ note }) => note.saying.kind === 'sizes')) {
    session.note({ kind: 'sizes', lists: { ...state.mine } });
  }
  return mine();
}

const share = ({ state }: MatchSession) => fromBase64(state.secrets?.share ?? '', 32)!;

async function sendProposal(session: MatchSession): Promise<void> {
  const { state, standing } = session;
  const { partner, terms } = state;
  await session.send(partner, matchMessages.proposal, async (seq) => {
    const wrapKey = standing.membership().members.get(partner)!.descriptor.wrapKey;
    const wrapped = await wrapShare(Buffer.from(wrapKey, 'base64url'), session.session, share(session));
    const notes = ownNotes(session, 'approval', 'budget');
    return Buffer.concat([wrapped, session.seal(matchMessages.proposal, seq, jsonBody({ terms, notes }))]);
  });
}

async function sendAcceptance(session: MatchSession): Promise<void> {
  const { state, standing } = session;
  await session.send(state.partner, matchMessages.acceptance, async (seq) => {
    const wrapKey = standing.membership().members.get(state.partner)!.descriptor.wrapKey;
    const wrapped = await wrapShare(Buffer.from(wrapKey, 'base64url'), session.session, share(session));
    const notes = ownNotes(session, 'approval', 'budget', 'sizes');
    return Buffer.concat([wrapped, session.seal(matchMessages.acceptance, seq, jsonBody({ notes, sizes: state.mine }))]);
  });
}

async function comparePoints(session: MatchSession, watch: Watch): Promise<void> {
  const { state, ports } = session;
  const scalar = fromBase64(state.secrets?.scalar ?? '', 32)!;
  for (const kind of state.terms.kinds) {
    await sendList(
      session,
      'masked',
      kind,
      state.mine![kind]!,
      async (at) => ports.mask(await partOf(session, spoolName('points', kind), at), scalar),
      watch,
    );
  }
  for (const kind of state.terms.kinds) await double(session, kind, scalar, watch);
  await askCounter(session, 'twice', (kind) => state.theirs![kind]!);
  await officersLook(session);
  if (state.terms.mode === 'sums') await learnSums(session);
  else {
    for (const kind of state.terms.kinds) await showTheirs(session, kind);
    await (state.terms.mode === 'count' ? learnCount(session) : learnItems(session));
  }
  await settle(session);
}

/** Their masked list times our scalar, part by part as it comes. */
async function double(session: MatchSession, kind: MatchKind, scalar: Uint8Array, watch: Watch): Promise<void> {
  const { state, ports } = session;
  const tokens = state.theirs![kind]!;
  const name = spoolName('twice', kind);
  const done = new Set(await ports.spool.parts(session.session, name));
  for (let at = 0; at < partCount(tokens); at += 1) {
    goesOn(session);
    if (!done.has(at)) {
      await ready(session, 'partner', () => session.received.get(spoolName('in-masked', kind))?.has(at) === true);
      const masked = await partOf(session, spoolName('in-masked', kind), at);
      await ports.spool.put(session.session, name, at, await ports.mask(masked, scalar));
    }
    watch.did(partTokens(tokens, at), !done.has(at));
  }
  // An honest list has each item once; who repeats one could tell from the count which it is.
  const list = await loadList(ports.spool, session.session, name, tokens);
  await ports.refuseRepeats(list);
}

/** Step 3. @param name of the lists it counts on, in an order of its own  @throws {ProtocolFault} intersection_too_small, counter_disagrees */
async function askCounter(session: MatchSession, name: string, tokensOf: (kind: MatchKind) => number): Promise<void> {
  const { state, ports } = session;
  const { counter, kinds, minIntersection, countFirst, learns } = state.terms;
  if (counter === undefined) return;
  if (!state.counted) {
    const lists: { kind: MatchKind; tokens: Uint8Array }[] = [];
    for (const kind of kinds) {
      await shuffleInto(session, kind, name, 'counted', tokensOf(kind));
      lists.push({ kind, tokens: await loadList(ports.spool, session.session, spoolName('counted', kind), tokensOf(kind)) });
    }
    const tell = countFirst || learns === 'neither' ? ('count' as const) : ('verdict' as const);
    const fields = { terms: session.parameters, partner: state.partner, least: minIntersection, tell };
    for (const body of writeTallyParts(fields, lists)) {
      goesOn(session);
      await session.send(counter, tallyKinds.list, () => body);
    }
    await ready(session, 'counter', () => state.counted !== undefined);
    await session.save();
    await ports.tell({ kind: 'counted', session: session.session, partner: state.partner });
  }
  const { verdict } = state.counted!;
  if (verdict === 'too-small') throw new ProtocolFault('intersection_too_small', `${minIntersection}`);
  if (verdict !== 'enough') throw new ProtocolFault('counter_disagrees', verdict);
}

/** Step 4. */
async function officersLook(session: MatchSession): Promise<void> {
  const { state } = session;
  if (!state.terms.countFirst) return;
  if (!state.released.mine) {
    state.phase = 'counted';
    await session.save();
    await ready(session, 'officers', () => state.released.mine);
  }
  await session.sendSealed(matchMessages.release, () => jsonBody({ notes: releaseNotes(session) }));
  await ready(session, 'partner', () => state.released.theirs);
  state.phase = 'running';
}

/** The approvals that came after the first ones. */
function releaseNotes({ state, standing }: MatchSession): SignedNote[] {
  const mine = state.notes.filter(({ note }) => note.by === standing.me);
  const sized = mine.findIndex(({ note }) => note.saying.kind === 'sizes');
  return mine.slice(sized + 1).filter(({ note }) => note.saying.kind === 'approval');
}

/** Who has learned nothing waits for how it ended for the other; who has, says it. */
async function settle(session: MatchSession): Promise<void> {
  const { state } = session;
  const { terms, role } = state;
  const learns = learnsItems(terms, role) || ((terms.mode === 'count' || terms.mode === 'sums') && role === 'initiator');
  if (!learns && terms.learns !== 'neither') {
    await session.until(() => state.theirOutcome !== undefined || state.outcome !== undefined);
    session.decide(state.theirOutcome ?? { result: 'done' });
    return;
  }
  session.decide({ result: 'done' });
}

async function compareHashes(session: MatchSession, watch: Watch): Promise<void> {
  const { state } = session;
  await askCounter(session, 'points', (kind) => state.mine![kind]!);
  await officersLook(session);
  if (learnsItems(state.terms, session.theirRole)) {
    for (const kind of state.terms.kinds) {
      const name = spoolName('points', kind);
      await sendList(session, 'hashed', kind, state.mine![kind]!, (at) => partOf(session, name, at), watch);
    }
  }
  await learnItems(session);
  await settle(session);
}

/** Step 6. */
async function finish(session: MatchSession): Promise<void> {
  const { state, ports, standing } = session;
  const { partner } = state;
  if (state.endSeq === undefined) {
    if (state.counted && state.terms.counter) session.note({ kind: 'counted', counter: state.terms.counter, ...state.counted });
    const { result, code, reason } = state.outcome!;
    session.note({ kind: 'outcome', result, ...(code && { code }), ...(reason && { reason }) });
    state.endSeq = session.lane(standing.me, partner).length;
    await session.save();
    await ports.tell({ kind: 'ended', session: session.session, partner, ...(code && { code }) });
  }
  const theirs = await exchangeHeads(session, state.endSeq);
  const { opening, transcript, head } = signOwn(session);
  const key = standing.membership().members.get(partner)!.descriptor.signingKey;
  const agrees = theirs && headFits(opening, theirs, key) && theirs.head === head.head;
  const wrong = theirs ? ('heads_differ' as const) : ('head_missing' as const);
  if (!agrees) await ports.tell({ kind: 'ended', session: session.session, partner, code: wrong });
  state.phase = 'ended';
  state.endedAtMs = ports.clock.nowMs();
  delete state.secrets;
  const text = writeTranscript(transcript, theirs ? [head, theirs] : [head]);
  // The lists go first: a kill after the end is written would leave them for good, as an ended match does not go on.
  await ports.spool.drop(session.session);
  await session.save([{ put: [transcriptCollection, session.session, text] }]);
}

function signOwn(session: MatchSession) {
  const opening = openingOf(session);
  const transcript = buildTranscript(opening, session.transcriptItems(matchMessages.end));
  const head = signHead(session.standing.signingKey(), session.standing.me, opening, transcript);
  session.state.heads.mine = head;
  return { opening, transcript, head };
}

/** Codes of a coordinator that carries nothing any more between these two. */
const apart: ReadonlySet<string> = new Set(['member_ended', 'certificate_revoked']);

/** Each says how it ended, and signs what both have. @returns the partner's signature, undefined where it gives none any more */
async function exchangeHeads(session: MatchSession, endSeq: number): Promise<Head | undefined> {
  const { state, standing } = session;
  const { partner } = state;
  try {
    await session.flush(partner);
    await session.sendAt(partner, endSeq, matchMessages.end, (seq) =>
      session.seal(matchMessages.end, seq, jsonBody({ notes: state.notes.filter(({ note }) => note.by === standing.me) })),
    );
    await session.until(() => state.theirOutcome !== undefined);
    const { head } = signOwn(session);
    await session.sendAt(partner, endSeq + 1, matchMessages.head, (seq) =>
      session.seal(matchMessages.head, seq, jsonBody({ head })),
    );
    await session.until(() => state.heads.theirs !== undefined);
  } catch (error) {
    const alone = error instanceof Gone || (error instanceof ProtocolFault && apart.has(error.code));
    if (!alone) throw error;
  }
  return state.heads.theirs;
}

export function openingOf({ state, standing }: MatchSession): Opening {
  const { terms } = state;
  return {
    federation: standing.federation,
    session: state.session,
    parties: [terms.initiator, terms.responder],
    openedAtMs: terms.proposedAtMs,
    parameters: terms,
    log: standing.log().slice(0, terms.log.size),
  };
}
