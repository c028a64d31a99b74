// What two people do together for a round: proposing it, taking part in it, and keeping the key that opens its sums. Approvals are what the other
// organisations see of them: by number, never by name.

import { isKeySplit, keySplitLimits } from '../../../federation/participant/round/custody-key.ts';
import type { RoundProposal } from '../../../federation/participant/round/rounds.ts';
import type { KeySplit } from '../../../federation/participant/round/state.ts';
import { type Privacy, privacyFor, readRoundTerms } from '../../../federation/protocol/round/round-terms.ts';
import { ProtocolFault } from '../../../federation/protocol/words.ts';
import { Fault, type Words } from '../../core/errors.ts';
import type { Act } from '../../core/model/act.ts';
import { federationActs, officersOf } from '../act-kinds.ts';
import type { Federate } from '../federate.ts';
import { toldInRound } from '../ledger/ledgers.ts';
import { nameOf } from '../member-name.ts';
import { asFaults } from '../refused.ts';
import { sessionOf } from '../session-of.ts';
import { readRowSource } from './question-rows.ts';
import { learnWith } from './round-defaults.ts';
import { usualTrees } from './usual-trees.ts';

type Given = { readonly [name: string]: unknown };
type Propose = { federation: string; terms: RoundProposal; source: unknown };
type Accept = { round: string; source: unknown };
type Custody = { round: string } & Partial<KeySplit>;

const id = /^[0-9a-f]{32}$/;
const asGiven = (payload: unknown) => (payload ?? {}) as Given;

function idIn(given: Given, name: string): string {
  const value = given[name];
  if (typeof value !== 'string' || !id.test(value)) throw new Fault('bad_request', `payload.${name}`);
  return value;
}

const defaults = {
  against: 'malicious',
  agreement: 'x-wing',
  encryption: 'bfv-4096',
  patienceMs: 3_600_000,
  minRows: 200,
} as const;

/** Terms as they were asked for, with what is usual where nothing was said. @throws {Fault} `bad_request` naming the term, `not_found` */
function readProposal(federate: Federate, payload: unknown): Propose {
  const given = asGiven(payload);
  const federation = idIn(given, 'federation');
  const view = federate.belonging.federations().find((one) => one.federation === federation && one.state === 'member');
  if (view?.member === undefined || view.coordinator === undefined) throw new Fault('not_found', 'payload.federation');
  const { federation: _federation, source, learn, members, ...wanted } = given;
  const others = Array.isArray(members) ? members.map(String) : [];
  const { privacy, ...more } = wanted;
  const exact = {
    ...defaults,
    ...(isVerticalAsked(learn) && verticalDefaults(view.member)),
    officers: federate.settings.officers,
    ...more,
    learn: isVerticalAsked(learn) ? verticalLearn(learn, view.member) : learnWith(learn, privacy !== undefined),
    members: [...new Set([...others, view.member])].sort(),
  } as unknown as RoundProposal;
  const terms = privacy === undefined ? exact : { ...exact, privacy: privacyOf(exact, privacy) };
  checkTerms(terms, view.coordinator);
  readRowSource(source);
  return { federation, terms, source };
}

/** A promise, and the noise that keeps it unless that is said too. @throws {Fault} `bad_request` */
function privacyOf(terms: RoundProposal, given: unknown): NonNullable<RoundProposal['privacy']> {
  const { epsilon, delta = 1e-6, unit, ...more } = (given ?? {}) as { [name in keyof Privacy]?: Privacy[name] };
  if (!(typeof epsilon === 'number' && epsilon > 0 && epsilon <= 1000)) throw new Fault('bad_request', 'payload.privacy.epsilon');
  if (!(typeof delta === 'number' && delta > 0 && delta <= 0.01)) throw new Fault('bad_request', 'payload.privacy.delta');
  try {
    return { ...privacyFor(terms, { epsilon, delta, ...(unit !== undefined && { unit }) }), ...more };
  } catch (error) {
    if (!(error instanceof ProtocolFault || error instanceof RangeError)) throw error;
    const where = error instanceof ProtocolFault ? `${error.code} ${error.where}` : error.message;
    throw new Fault('bad_request', `payload.privacy: ${where}`, { cause: error });
  }
}

const isVerticalAsked = (learn: unknown) => (learn as { kind?: unknown } | undefined)?.kind === 'vertical-trees';

/** Few bins, shallow trees and large children: with others the owner of the labels reads most of a partner's columns (docs/boosting.md). */
const fewTold = { bins: 16, maxDepth: 3, maxLeaves: 8, minChildHessian: 20, exposedMost: 0.05 } as const;

/** Of who proposes a vertical round with its own labels: nobody else keeps a key. */
const verticalDefaults = (me: string) =>
  ({ custodian: me, against: 'semi-honest', agreement: 'x-wing', encryption: 'bfv-8192' }) as const;

function verticalLearn(given: unknown, me: string): object {
  const { leastCount: _least, ...usual } = usualTrees(false);
  return { ...usual, ...fewTold, owner: me, ...(given as object) };
}

function checkTerms(terms: RoundProposal, coordinator: string): void {
  try {
    const log = { size: 1, head: '0'.repeat(64) };
    readRoundTerms({ ...terms, v: 1, kind: 'round', coordinator, proposedAtMs: 0, log });
  } catch (error) {
    const where = (error as { where?: string }).where ?? 'terms';
    throw new Fault('bad_request', `payload.${where.replace(/^terms\//, '')}`, { cause: error });
  }
}

export function roundActsOf(federate: () => Federate): Act<never>[] {
  return [proposeAct(federate), acceptAct(federate), custodyAct(federate)] as unknown as Act<never>[];
}

function describeTerms({ members, purpose, reason, learn, schema, privacy }: RoundProposal): Words {
  const { label, features } = schema;
  const noise = privacy
    ? {
        en: `, noise for each ${privacy.unit} (ε ${privacy.epsilon}, δ ${privacy.delta})`,
        zh: `，以噪声保护每个${privacy.unit === 'row' ? '数据行' : '成员'}（ε ${privacy.epsilon}，δ ${privacy.delta}）`,
      }
    : { en: ', exact sums', zh: '，汇总值精确' };
  return {
    en: `${members.length} organisations${noise.en}, ${learn.kind} for ${label.name} from ${features.length} features, for ${purpose}: ${reason}`,
    zh: `${members.length} 个机构${noise.zh}，以 ${features.length} 个特征训练 ${label.name} 的 ${learn.kind} 模型，目的 ${purpose}：${reason}`,
  };
}

const needed = (federate: Federate, officers: number) => Math.max(officers, federate.settings.officers) > 1;

const namesIn = (federate: Federate, federation: string) => (partner: string) => nameOf(federate, federation, partner);

/** One budget for what all rounds and matches tell. @throws {Fault} `budget_spent` */
const judged = (federate: Federate, federation: string, round: string, me: string, terms: Parameters<typeof toldInRound>[2]) =>
  federate.ledgers.judge(toldInRound(round, me, terms), namesIn(federate, federation));

function memberIn(federate: Federate, federation: string): string {
  return federate.belonging.federations().find((one) => one.federation === federation)?.member ?? '';
}

function proposeAct(federate: () => Federate): Act<Propose> {
  return {
    kind: federationActs.proposeRound,
    name: { en: 'propose a round of training to other organisations', zh: '向其他机构提议联合训练' },
    // Read anew before it runs: then it is what was read the first time.
    async read(payload) {
      const node = federate();
      const read = 'terms' in asGiven(payload) ? (payload as Propose) : readProposal(node, payload);
      await node.rounds.checkSource(read.source);
      const me = memberIn(node, read.federation);
      await node.rounds.checkTerms(read.terms, me);
      await judged(node, read.federation, 'proposed', me, read.terms);
      return read;
    },
    describe: ({ terms }) => describeTerms(terms),
    async run({ federation, terms, source }, order) {
      const node = federate();
      const rounds = await node.rounds.of(federation);
      const round = sessionOf('approval of a round', `${federation} ${order.approvalId}`);
      if (rounds.list().some((one) => one.round === round)) return { round };
      const { coordinator } = node.belonging.federations().find((one) => one.federation === federation)!;
      const told = toldInRound(round, memberIn(node, federation), terms);
      const budget = await node.ledgers.charge(told, namesIn(node, federation));
      await asFaults(() => rounds.propose(terms, coordinator!, source, officersOf(order), budget, round));
      return { round };
    },
    withAnother: ({ terms }) => needed(federate(), terms.officers),
    repeatable: true,
  };
}

function acceptAct(federate: () => Federate): Act<Accept> {
  return {
    kind: federationActs.acceptRound,
    name: { en: 'take part in a round of training', zh: '参与联合训练' },
    async read(payload) {
      const given = asGiven(payload);
      const round = idIn(given, 'round');
      const { federation, session } = await federate().rounds.find(round);
      await federate().rounds.checkSource(given.source);
      await federate().rounds.checkTerms(session.board.terms, session.me);
      await judged(federate(), federation, round, session.me, session.board.terms);
      return { round, source: given.source };
    },
    async describe({ round }) {
      const { session } = await federate().rounds.find(round);
      return describeTerms(session.board.terms);
    },
    async run({ round, source }, order) {
      const { federation, rounds, session } = await federate().rounds.find(round);
      if (session.state.accepted) return { round };
      const told = toldInRound(round, session.me, session.board.terms);
      const budget = await federate().ledgers.charge(told, namesIn(federate(), federation));
      await asFaults(() => rounds.accept(round, source, officersOf(order), budget));
      return { round };
    },
    withAnother: () => needed(federate(), 1),
    repeatable: true,
  };
}

/** Only both together, or none. @throws {Fault} `bad_request` */
function splitIn({ shares, needed }: Given): KeySplit | undefined {
  if (shares === undefined && needed === undefined) return undefined;
  const split = { shares: Number(shares), needed: Number(needed) };
  const { sharesMin, sharesMax } = keySplitLimits;
  if (!isKeySplit(split))
    throw new Fault('bad_request', `payload.shares: ${sharesMin} to ${sharesMax}, and payload.needed: ${sharesMin} to as many`);
  return split;
}

function custodyAct(federate: () => Federate): Act<Custody> {
  return {
    kind: federationActs.keepRoundKey,
    name: { en: 'keep the key that opens the sums of a round', zh: '保管联合训练汇总值的解密密钥' },
    async read(payload) {
      const given = asGiven(payload);
      const round = idIn(given, 'round');
      await federate().rounds.find(round);
      const split = splitIn(given);
      return { round, ...split };
    },
    async describe({ round, shares, needed }) {
      const { session } = await federate().rounds.find(round);
      const terms = describeTerms(session.board.terms);
      if (shares === undefined) return terms;
      return {
        en: `${terms.en}; the key in ${shares} shares, any ${needed} of which open it`,
        zh: `${terms.zh}；密钥拆分为 ${shares} 份，其中任意 ${needed} 份可打开`,
      };
    },
    async run({ round, ...given }, order) {
      const { rounds, session } = await federate().rounds.find(round);
      if (!session.state.custody) await asFaults(() => rounds.keepKey(round, officersOf(order), splitIn(given)));
      return { round };
    },
    withAnother: () => needed(federate(), 1),
    repeatable: true,
  };
}
