// What two people do together in a federation: admitting and removing members, leaving, proposing and accepting a match, going on after the
// count, and taking a result out of the node. The officers' approvals are what the other side sees of them: by number, never by name.

import type { Proposal } from '../../federation/participant/match/match.ts';
import { checkTerms, type MatchKind, matchKinds, normalisation, readTerms } from '../../federation/protocol/match-terms.ts';
import type { Approvals } from '../core/access/approvals.ts';
import { Fault, type Words } from '../core/errors.ts';
import type { Act } from '../core/model/act.ts';
import type { Principal } from '../core/model/principal.ts';
import { federationActs, officersOf } from './act-kinds.ts';
import { readSource } from './dataset.ts';
import type { Federate } from './federate.ts';
import type { GateCode, Refusal } from './gate-rules.ts';
import { gateWords } from './gate-rules.ts';
import { toldInMatch } from './ledger/ledgers.ts';
import { nameOf } from './member-name.ts';
import { asFaults } from './refused.ts';
import { roundActsOf } from './rounds/round-acts.ts';
import { sessionOf } from './session-of.ts';

export { federationActs } from './act-kinds.ts';

const dayMs = 86_400_000;

type Given = { readonly [name: string]: unknown };
type Admit = { federation: string; invitation: string; fingerprint: string };
type Remove = { federation: string; member: string; how: 'removed' | 'revoked'; reason: string };
type Leave = { federation: string; reason: string };
export type Propose = { federation: string; terms: Proposal; source: unknown };
type Accept = { match: string; source: unknown };
type ByMatch = { match: string };

const text = (given: Given, name: string, pattern = /^[^\p{Cc}]{1,500}$/u): string => {
  const value = given[name];
  if (typeof value !== 'string' || !pattern.test(value)) throw new Fault('bad_request', `payload.${name}`);
  return value;
};
const id = /^[0-9a-f]{32}$/;
const asGiven = (payload: unknown) => (payload ?? {}) as Given;

export function federationActsOf(federate: () => Federate, nowMs: () => number): Act<never>[] {
  return [
    admitAct(federate),
    removeAct(federate),
    leaveAct(federate),
    proposeAct(federate),
    acceptAct(federate),
    releaseAct(federate),
    exportAct(federate, nowMs),
    ...roundActsOf(federate),
  ] as unknown as Act<never>[];
}

/** Writes down what belonging did, and carries it on at once. */
async function acted(
  federate: Federate,
  work: () => Promise<{ events: Parameters<Federate['tellOf']>[0][] | readonly Parameters<Federate['tellOf']>[0][] }>,
) {
  const done = await asFaults(work);
  for (const event of done.events) await federate.tellOf(event);
  return done;
}

function admitAct(federate: () => Federate): Act<Admit> {
  return {
    kind: federationActs.admit,
    name: { en: 'admit a member to a federation', zh: '接纳联盟成员' },
    read(payload) {
      const given = asGiven(payload);
      const digits = text(given, 'fingerprint', /^[\d\s]{40,80}$/);
      return {
        federation: text(given, 'federation', id),
        invitation: text(given, 'invitation', /^[0-9a-f]{64}$/),
        fingerprint: digits,
      };
    },
    async describe({ federation, invitation, fingerprint }) {
      const asking = (await federate().belonging.joinRequests(federation)).find((one) => one.invitation === invitation);
      const name = asking?.name.en || asking?.name.zh || invitation.slice(0, 8);
      return {
        en: `${name}, whose fingerprint was read out as ${fingerprint}`,
        zh: `接纳 ${asking?.name.zh || name}，电话核对的指纹为 ${fingerprint}`,
      };
    },
    async run({ federation, invitation, fingerprint }) {
      const node = federate();
      const admitted = await asFaults(() => node.belonging.admit(federation, invitation, fingerprint));
      await acted(node, async () => admitted);
      return { member: admitted.member };
    },
    repeatable: true,
  };
}

function removeAct(federate: () => Federate): Act<Remove> {
  return {
    kind: federationActs.remove,
    name: { en: 'remove a member from a federation', zh: '移除联盟成员' },
    read(payload) {
      const given = asGiven(payload);
      const how = text(given, 'how', /^(removed|revoked)$/) as Remove['how'];
      return { federation: text(given, 'federation', id), member: text(given, 'member', id), how, reason: text(given, 'reason') };
    },
    describe({ federation, member, how, reason }) {
      const name = nameOf(federate(), federation, member);
      const lost = how === 'revoked';
      return {
        en: `${name} (${reason})${lost ? '; its keys are not its own any more' : ''}`,
        zh: `移除 ${name}（${reason}）${lost ? '，其密钥已不可信' : ''}`,
      };
    },
    async run({ federation, member, how, reason }) {
      await acted(federate(), () => federate().belonging.remove(federation, member, how, reason));
      return { member };
    },
  };
}

function leaveAct(federate: () => Federate): Act<Leave> {
  return {
    kind: federationActs.leave,
    name: { en: 'leave a federation', zh: '退出联盟' },
    read: (payload) => ({ federation: text(asGiven(payload), 'federation', id), reason: text(asGiven(payload), 'reason') }),
    describe({ federation, reason }) {
      const view = federate()
        .belonging.federations()
        .find((one) => one.federation === federation);
      const name = view?.name;
      return {
        en: `the federation of ${name?.en || name?.zh || federation} (${reason})`,
        zh: `退出 ${name?.zh || name?.en || federation} 的联盟（${reason}）`,
      };
    },
    async run({ federation, reason }) {
      await acted(federate(), () => federate().belonging.leave(federation, reason));
      return { federation };
    },
  };
}

/** Terms as they were asked for, with this node's own limits where nothing was said. @throws {Fault} `bad_request` naming the term */
export function readProposal(federate: Federate, payload: unknown): Propose {
  const { federation: given, source, ...wanted } = asGiven(payload);
  const federation = text({ federation: given }, 'federation', id);
  const { minSize, maxSize, minIntersection, officers } = federate.settings;
  const view = federate.belonging.federations().find((one) => one.federation === federation);
  if (!view) throw new Fault('not_found', 'payload.federation');
  const partner = text(wanted, 'responder', id);
  const neutral = view.coordinator !== view.member && view.coordinator !== partner ? view.coordinator : undefined;
  const terms = {
    mode: 'ecdh',
    learns: 'initiator',
    kinds: [...matchKinds],
    minSize,
    maxSize,
    minIntersection,
    officers,
    countFirst: false,
    ...(neutral !== undefined && { counter: neutral }),
    ...wanted,
  } as unknown as Proposal;
  // A coordinator that one of the two runs would count for itself.
  if (wanted.counter === null) delete (terms as { counter?: unknown }).counter;
  asTerms(view.member, terms);
  readSource(source);
  return { federation, terms, source };
}

/** The terms as a match would have them. @throws {Fault} `bad_request`, `federation_refused` */
export function asTerms(me: string, wanted: Proposal) {
  try {
    const terms = readTerms({
      ...wanted,
      v: 1,
      kind: 'match',
      initiator: me,
      normalisation,
      proposedAtMs: 0,
      log: { size: 1, head: '0'.repeat(64) },
    });
    checkTerms(terms);
    return terms;
  } catch (error) {
    const where = (error as { where?: string }).where;
    throw new Fault('bad_request', `payload.${(where ?? 'terms').replace(/^terms\//, '')}`, { cause: error });
  }
}

/** @throws {Fault} `match_refused` with what this node's own settings do not allow */
async function judged(federate: Federate, terms: Parameters<Federate['gate']['judge']>[0], partner: string) {
  const { allowed, refusals, budget } = await federate.gate.judge(terms, partner);
  if (!allowed) throw new Fault('match_refused', refusals.map(codeOf).join(', '), { words: wordsOf(refusals) });
  return { budget: `matches with this partner in ${budget.days} days`, spent: budget.spent + 1, limit: budget.limit };
}

const codeOf = ({ code, got, need }: Refusal) =>
  `${code}${got === undefined ? '' : ` ${got}`}${need === undefined ? '' : ` (${need})`}`;

function wordsOf(refusals: readonly Refusal[]): { message: Words; next: Words } {
  const said = (language: 'en' | 'zh') => refusals.map(({ code }) => gateWords[code as GateCode][language]).join(' ');
  return {
    message: { en: said('en'), zh: said('zh') },
    next: {
      en: 'Change the terms, or have an administrator change what holdfast.json allows under federation.match.',
      zh: '请修改条款，或请管理员调整 holdfast.json 中 federation.match 的限制。',
    },
  };
}

function proposeAct(federate: () => Federate): Act<Propose> {
  return {
    kind: federationActs.propose,
    name: { en: 'propose a match to another organisation', zh: '向其他机构提议匹配' },
    async read(payload) {
      const given = asGiven(payload);
      // Read anew before it runs: then it is what was read the first time.
      const read = 'terms' in given ? (given as Propose) : readProposal(federate(), payload);
      const view = federate()
        .belonging.federations()
        .find((one) => one.federation === read.federation);
      if (view) {
        await judged(federate(), asTerms(view.member, read.terms), read.terms.responder);
        await federate().ledgers.judge(toldInMatch('proposed', read.terms.responder, await federate().datasetOf(read.source)));
      }
      return read;
    },
    describe: ({ federation, terms }) => describeTerms(terms, nameOf(federate(), federation, terms.responder)),
    async run({ federation, terms, source }, order) {
      const matches = await federate().matchesOf(federation);
      const session = sessionOf('approval', `${federation} ${order.approvalId}`);
      if (matches.list().some((one) => one.session === session)) return { match: session };
      const view = federate()
        .belonging.federations()
        .find((one) => one.federation === federation)!;
      const budget = await judged(federate(), asTerms(view.member, terms), terms.responder);
      const { responder } = terms;
      const told = toldInMatch(session, responder, await federate().datasetOf(source));
      await federate().ledgers.charge(told, (partner) => nameOf(federate(), federation, partner));
      const match = await asFaults(() => matches.propose(terms, source, officersOf(order), budget, session));
      await federate().hold(source, match);
      return { match };
    },
    // Terms that ask for one person do not lower what this node asks of its own.
    withAnother: ({ terms }) => Math.max(terms.officers, federate().settings.officers) > 1,
    repeatable: true,
  };
}

const modeWords: { readonly [mode in Proposal['mode']]: Words } = {
  ecdh: { en: 'which customers are shared (ECDH)', zh: '共有哪些客户（ECDH）' },
  'salted-hash': { en: 'which customers are shared (salted hash)', zh: '共有哪些客户（加盐哈希）' },
  count: { en: 'how many customers are shared', zh: '共有多少客户' },
  sums: { en: 'how many customers are shared, and a sum over them', zh: '共有多少客户及其合计值' },
};
const kindWords: { readonly [kind in MatchKind]: Words } = {
  phone: { en: 'phone', zh: '手机号' },
  email: { en: 'email', zh: '邮箱' },
  card: { en: 'card', zh: '会员卡' },
};

function describeTerms(terms: Omit<Proposal, 'responder'>, partner: string): Words {
  const kinds = (language: 'en' | 'zh') =>
    terms.kinds.map((kind) => kindWords[kind][language]).join(language === 'en' ? ', ' : '、');
  return {
    en: `with ${partner}: ${modeWords[terms.mode].en}, ${terms.learns} learns, by ${kinds('en')}, for ${terms.use} and ${terms.purpose}, at least ${terms.minIntersection} shared: ${terms.reason}`,
    zh: `与 ${partner}：${modeWords[terms.mode].zh}，得知方 ${terms.learns}，按 ${kinds('zh')}，用途 ${terms.use}、目的 ${terms.purpose}，共有至少 ${terms.minIntersection}：${terms.reason}`,
  };
}

function acceptAct(federate: () => Federate): Act<Accept> {
  return {
    kind: federationActs.accept,
    name: { en: 'accept a match that another organisation proposed', zh: '接受其他机构提议的匹配' },
    async read(payload) {
      const given = asGiven(payload);
      const match = text(given, 'match', id);
      readSource(given.source);
      const { view } = await federate().find(match);
      await judged(federate(), view.terms, view.partner);
      await federate().ledgers.judge(toldInMatch(match, view.partner, await federate().datasetOf(given.source)));
      return { match, source: given.source };
    },
    async describe({ match }) {
      const { federation, view } = await federate().find(match);
      return describeTerms(view.terms, nameOf(federate(), federation, view.partner));
    },
    async run({ match, source }, order) {
      const { federation, matches, view } = await federate().find(match);
      if (view.phase !== 'asked') return { match };
      const budget = await judged(federate(), view.terms, view.partner);
      const told = toldInMatch(match, view.partner, await federate().datasetOf(source));
      await federate().ledgers.charge(told, (partner) => nameOf(federate(), federation, partner));
      await asFaults(() => matches.accept(match, source, officersOf(order), budget));
      await federate().hold(source, match);
      return { match };
    },
    withAnother: () => federate().settings.officers > 1,
    repeatable: true,
  };
}

function releaseAct(federate: () => Federate): Act<ByMatch> {
  return {
    kind: federationActs.release,
    name: { en: 'go on with a match after the count', zh: '在得知数量后继续匹配' },
    read: (payload) => ({ match: text(asGiven(payload), 'match', id) }),
    async describe({ match }) {
      const { federation, view } = await federate().find(match);
      const counts = Object.entries(view.counted?.counts ?? {});
      const partner = nameOf(federate(), federation, view.partner);
      const said = (language: 'en' | 'zh') =>
        counts.map(([kind, n]) => `${kindWords[kind as MatchKind][language]} ${n}`).join(', ');
      return { en: `with ${partner}; counted: ${said('en')}`, zh: `与 ${partner}；已计数：${said('zh')}` };
    },
    async run({ match }, order) {
      const { matches, view } = await federate().find(match);
      if (!view.released.mine) await asFaults(() => matches.release(match, officersOf(order)));
      return { match };
    },
    withAnother: () => federate().settings.officers > 1,
    repeatable: true,
  };
}

function exportAct(federate: () => Federate, nowMs: () => number): Act<ByMatch> {
  return {
    kind: federationActs.export,
    name: { en: 'export the customers that a match found', zh: '导出匹配得到的客户' },
    read: (payload) => ({ match: text(asGiven(payload), 'match', id) }),
    async describe({ match }) {
      const { matched } = await federate().results.get(match);
      return {
        en: `${matched ?? 0} customers of match ${match}, within a day`,
        zh: `在一天内导出匹配 ${match} 的 ${matched ?? 0} 位客户`,
      };
    },
    run: async ({ match }) => ({ match, untilMs: nowMs() + dayMs }),
    repeatable: true,
  };
}

/** Whether somebody may fetch it now, since another approved it. */
export async function isMatchExportGranted(
  approvals: Approvals,
  { actor }: Principal,
  match: string,
  nowMs: number,
): Promise<boolean> {
  const page = await approvals.list({ state: 'done' });
  return page.some(({ kind, proposedBy, result }) => {
    const grant = result as { match?: string; untilMs?: number } | undefined;
    return kind === federationActs.export && proposedBy === actor && grant?.match === match && (grant.untilMs ?? 0) > nowMs;
  });
}
