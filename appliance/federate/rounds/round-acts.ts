// What two people do together for a round: proposing it, taking part in it, and keeping the key that opens its sums. Approvals are what the other
// organisations see of them: by number, never by name.

import type { RoundProposal } from '../../../federation/participant/round/rounds.ts';
import { readRoundTerms } from '../../../federation/protocol/round/round-terms.ts';
import { Fault, type Words } from '../../core/errors.ts';
import type { Act } from '../../core/model/act.ts';
import { federationActs, officersOf } from '../act-kinds.ts';
import type { Federate } from '../federate.ts';
import { asFaults } from '../refused.ts';
import { sessionOf } from '../session-of.ts';
import { readRowSource } from './question-rows.ts';

type Given = { readonly [name: string]: unknown };
type Propose = { federation: string; terms: RoundProposal; source: unknown };
type Accept = { round: string; source: unknown };
type ByRound = { round: string };

const id = /^[0-9a-f]{32}$/;
const asGiven = (payload: unknown) => (payload ?? {}) as Given;

function idIn(given: Given, name: string): string {
  const value = given[name];
  if (typeof value !== 'string' || !id.test(value)) throw new Fault('bad_request', `payload.${name}`);
  return value;
}

const defaults = {
  learn: {
    kind: 'trees',
    trees: 30,
    learningRate: 0.2,
    growth: 'depth',
    maxDepth: 4,
    maxLeaves: 16,
    minChildHessian: 1,
    lambda: 1,
    alpha: 0,
    gamma: 0,
    columnSample: 1,
    seed: 0,
    bins: 32,
    leastCount: 20,
  },
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
  const terms = {
    ...defaults,
    ...(isVerticalAsked(learn) && verticalDefaults(view.member)),
    officers: federate.settings.officers,
    ...wanted,
    learn: learnOf(learn, view.member),
    members: [...new Set([...others, view.member])].sort(),
  } as unknown as RoundProposal;
  checkTerms(terms, view.coordinator);
  readRowSource(source);
  return { federation, terms, source };
}

const isVerticalAsked = (learn: unknown) => (learn as { kind?: unknown } | undefined)?.kind === 'vertical-trees';

/** Of who proposes a vertical round with its own labels: nobody else keeps a key. */
const verticalDefaults = (me: string) =>
  ({ custodian: me, against: 'semi-honest', agreement: 'x-wing', encryption: 'bfv-8192' }) as const;

/** Trees, unless something else is asked for: that says all of its settings. */
function learnOf(given: unknown, me: string): object {
  const { kind = 'trees' } = (given ?? {}) as { kind?: unknown };
  if (isVerticalAsked(given)) {
    const { leastCount: _least, ...usual } = defaults.learn;
    return { ...usual, owner: me, ...(given as object) };
  }
  return kind === 'trees' ? { ...defaults.learn, ...(given as object | undefined) } : (given as object);
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

function describeTerms({ members, purpose, reason, learn, schema }: RoundProposal): Words {
  const { label, features } = schema;
  return {
    en: `${members.length} organisations, ${learn.kind} for ${label.name} from ${features.length} features, for ${purpose}: ${reason}`,
    zh: `${members.length} 个机构，以 ${features.length} 个特征训练 ${label.name} 的 ${learn.kind} 模型，目的 ${purpose}：${reason}`,
  };
}

const needed = (federate: Federate, officers: number) => Math.max(officers, federate.settings.officers) > 1;

function proposeAct(federate: () => Federate): Act<Propose> {
  return {
    kind: federationActs.proposeRound,
    name: { en: 'propose a round of training to other organisations', zh: '向其他机构提议联合训练' },
    // Read anew before it runs: then it is what was read the first time.
    read: (payload) => ('terms' in asGiven(payload) ? (payload as Propose) : readProposal(federate(), payload)),
    describe: ({ terms }) => describeTerms(terms),
    async run({ federation, terms, source }, order) {
      const node = federate();
      const rounds = await node.rounds.of(federation);
      const round = sessionOf('approval of a round', `${federation} ${order.approvalId}`);
      if (rounds.list().some((one) => one.round === round)) return { round };
      const { coordinator } = node.belonging.federations().find((one) => one.federation === federation)!;
      await asFaults(() => rounds.propose(terms, coordinator!, source, officersOf(order), undefined, round));
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
      await federate().rounds.find(round);
      readRowSource(given.source);
      return { round, source: given.source };
    },
    async describe({ round }) {
      const { session } = await federate().rounds.find(round);
      return describeTerms(session.board.terms);
    },
    async run({ round, source }, order) {
      const { rounds, session } = await federate().rounds.find(round);
      if (!session.state.accepted) await asFaults(() => rounds.accept(round, source, officersOf(order)));
      return { round };
    },
    withAnother: () => needed(federate(), 1),
    repeatable: true,
  };
}

function custodyAct(federate: () => Federate): Act<ByRound> {
  return {
    kind: federationActs.keepRoundKey,
    name: { en: 'keep the key that opens the sums of a round', zh: '保管联合训练汇总值的解密密钥' },
    async read(payload) {
      const round = idIn(asGiven(payload), 'round');
      await federate().rounds.find(round);
      return { round };
    },
    async describe({ round }) {
      const { session } = await federate().rounds.find(round);
      return describeTerms(session.board.terms);
    },
    async run({ round }, order) {
      const { rounds, session } = await federate().rounds.find(round);
      if (!session.state.custody) await asFaults(() => rounds.keepKey(round, officersOf(order)));
      return { round };
    },
    withAnother: () => needed(federate(), 1),
    repeatable: true,
  };
}
