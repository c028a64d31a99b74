// Rounds as people are shown them: names beside ids, who agreed and who is waited for, how far it is; never a row, never a secret.

import { isLocked } from '../../../federation/participant/round/custodian-keys.ts';
import type { RoundSession } from '../../../federation/participant/round/session.ts';
import { isVertical } from '../../../federation/protocol/round/vertical-terms.ts';
import { protocolWords } from '../../../federation/protocol/words.ts';
import type { Words } from '../../core/errors.ts';
import type { Federate } from '../federate.ts';
import { keptWords, type Served } from './adopted.ts';

export type RoundPhase = 'asked' | 'agreeing' | 'training' | 'custody_locked' | 'voting' | 'ended';

export function roundView(federate: Federate, federation: string, session: RoundSession) {
  const { board, state, entries, me } = session;
  const { terms, ended } = board;
  const nameOf = (member: string): Words => {
    const view = federate.belonging.federations().find((one) => one.federation === federation);
    return view?.members.find((one) => one.member === member)?.name ?? { en: member, zh: member };
  };
  const officersOf = (member: string) =>
    entries.flatMap(({ entry: { by, says, atMs } }) =>
      by === member && (says.kind === 'proposal' || says.kind === 'acceptance' || says.kind === 'custody')
        ? says.approvals.map(({ officer, reason }) => ({ officer, reason, atMs, to: says.kind }))
        : [],
    );
  const members = [...board.parties].map(([member, { accepted, out, model, vote }]) => ({
    member,
    name: nameOf(member),
    accepted,
    officers: officersOf(member),
    ...(out && { leftOut: out }),
    ...(model && { metrics: model.metrics, holdout: model.rows }),
    ...(vote && { vote: { adopt: vote.adopt, officer: vote.officer, reason: vote.reason } }),
  }));
  const opened = board.sums.filter((sum) => sum.opened !== undefined).length;
  const code = ended?.code ?? state.forked;
  const why =
    code !== undefined && Object.hasOwn(protocolWords, code) ? protocolWords[code as keyof typeof protocolWords] : undefined;
  return {
    round: session.round,
    federation,
    me,
    phase: phaseOf(session),
    terms,
    proposer: entries[0]!.entry.by,
    members,
    custodian: {
      member: terms.custodian,
      name: nameOf(terms.custodian),
      agreed: board.custody !== undefined || isVertical(terms),
      ...keyOf(session),
    },
    /** What this node's own officers have still to decide. */
    decide: decisionsOf(session),
    progress: { sums: opened, exchanges: board.exchanges.answered, ...progressOf(session) },
    createdAtMs: state.createdAtMs,
    ...(ended && { ended }),
    ...(why && { why }),
  };
}

type Stage = 'contributing' | 'unmasking' | 'opening' | 'exchanging';

/** What is going on between the parties now: whose part is there, and who is waited for. */
function progressOf({ board }: RoundSession): { stage?: Stage; waitingFor?: string; given: string[]; awaited: string[] } {
  const { open, terms, agreed, ended } = board;
  if (!agreed || ended) return { given: [], awaited: [] };
  if (!open) {
    const awaited = board.exchanges.waitedFor(terms);
    return awaited.length > 0 ? { stage: 'exchanging', given: [], awaited } : { given: [], awaited };
  }
  const { about, members, contributions, survivors, reveals } = open;
  const [from, given] = survivors === undefined ? [members, contributions] : [survivors, reveals];
  const missing = from.filter((member) => !given.has(member));
  const stage = survivors === undefined ? 'contributing' : missing.length > 0 ? 'unmasking' : 'opening';
  return {
    ...{ stage, waitingFor: about, given: [...given.keys()] },
    awaited: stage === 'opening' ? [terms.custodian] : missing,
  };
}

/** Of a key of this node's that is split among its people. */
function keyOf(session: RoundSession) {
  const { state, custodyKey, board } = session;
  const split = state.custody?.split;
  if (!split || board.ended) return {};
  const { unfetched, given } = custodyKey;
  return { key: { ...split, unfetched, locked: isLocked(session), given } };
}

/** What came of the model on this node. */
export function servedView(served: Served) {
  return 'kept' in served ? { ...served, why: keptWords[served.kept] } : served;
}

function phaseOf(session: RoundSession): RoundPhase {
  const { board, state } = session;
  if (board.ended || state.forked) return 'ended';
  if (!board.agreed) return decisionsOf(session).length > 0 ? 'asked' : 'agreeing';
  if ([...board.parties.values()].some(({ model }) => model !== undefined)) return 'voting';
  return isLocked(session) ? 'custody_locked' : 'training';
}

type Decision = 'acceptance' | 'custody' | 'share' | 'unlock' | 'vote';

function decisionsOf(session: RoundSession): Decision[] {
  const { board, state, isMember, isCustodian, custodyKey } = session;
  if (board.ended || state.forked) return [];
  const models = board.active.every((member) => board.parties.get(member)!.model !== undefined);
  return [
    ...(isMember && !state.accepted ? (['acceptance'] as const) : []),
    ...(isCustodian && !state.custody ? (['custody'] as const) : []),
    ...(custodyKey.unfetched > 0 ? (['share'] as const) : []),
    ...(isLocked(session) ? (['unlock'] as const) : []),
    ...(isMember && models && board.agreed && !state.vote ? (['vote'] as const) : []),
  ];
}
