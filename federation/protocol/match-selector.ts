// What officers are shown before they choose how to match: each way that the terms allow, what it reveals to whom and to whom together, who
// keeps to the minimum, what it costs on this machine, and which way fits what somebody wants. Pure: rates are measured by who calls.

import { type Cost, costOf, mobileNumbers, type Statement, statementOf, type Text, trialCost } from '../../crypto/psi/psi.ts';
import * as texts from './match-selector-texts.ts';
import { checkTerms, type MatchKind, type MatchRole, type MatchTerms, matchKinds, normalisation } from './match-terms.ts';
import { modeWords, psiTerms } from './match-words.ts';
import type { Membership } from './membership.ts';
import { bytesOf, durationOf, numberOf, say } from './plain.ts';
import { noHash } from './statements.ts';
import { ProtocolFault } from './words.ts';

export type MatchOption = Pick<MatchTerms, 'mode' | 'learns' | 'countFirst'> & { readonly counter: boolean };

const modes = ['ecdh', 'count', 'sums', 'salted-hash'] as const;
const everyLearns = ['initiator', 'responder', 'both', 'neither'] as const;
const [someone, another, third] = ['1'.repeat(32), '2'.repeat(32), '3'.repeat(32)] as const;

/** Whether terms of this form pass checkTerms(): the rule is there, and not written a second time here. */
function allowed({ mode, learns, counter, countFirst }: MatchOption): boolean {
  const terms: MatchTerms = {
    v: 1,
    kind: 'match',
    mode,
    learns,
    initiator: someone,
    responder: another,
    ...(counter && { counter: third }),
    use: 'overlap',
    purpose: 'any',
    reason: 'any',
    kinds: ['phone'],
    normalisation,
    minSize: 1,
    maxSize: 1,
    minIntersection: 1,
    officers: 1,
    ...(mode === 'sums' && { sumOf: 'any' }),
    countFirst,
    proposedAtMs: 0,
    log: { size: 1, head: noHash },
  };
  try {
    checkTerms(terms);
    return true;
  } catch (fault) {
    if (fault instanceof ProtocolFault) return false;
    throw fault;
  }
}

/** Every way to match that the terms allow, the default mode first. */
export const matchOptions: readonly MatchOption[] = modes
  .flatMap((mode) => everyLearns.map((learns) => ({ mode, learns })))
  .flatMap((one) => [true, false].flatMap((counter) => [false, true].map((countFirst) => ({ ...one, counter, countFirst }))))
  .filter(allowed);

/** Seconds for one, on one thread of this machine, as measured. */
export type Rates = {
  /** X25519. */
  readonly multiplicationS: number;
  /** From an item to a point. */
  readonly encodingS: number;
  /** A keyed hash (measureRate of crypto/psi), and one stretched as the terms would have it. */
  readonly hashS: number;
  readonly stretchedHashS?: number;
  /** A value encrypted by the responder; an encrypted value checked and added by the initiator. */
  readonly encryptionS: number;
  readonly additionS: number;
};

export type SelectorSetting = {
  /** Different items of each side, all kinds together. */
  readonly sizes: { readonly [role in MatchRole]: number };
  readonly rates: Rates;
  readonly threads: number;
};

/** What one more item of a side adds to what crosses, in bytes. */
export type PerItem = Cost['bytes'];
export type OptionCost = Cost & {
  readonly perItem: { readonly [role in MatchRole]: PerItem };
  /** Of computing alone, on this machine; the two sides mostly compute at the same time. */
  readonly seconds: { readonly [role in MatchRole]: number };
  readonly words: readonly Text[];
};

export type OptionDescription = {
  readonly option: MatchOption;
  readonly name: Text;
  /** What each learns, who keeps to the minimum, what those learn who collude, and what it does not protect from. */
  readonly statement: Statement;
  readonly cost: OptionCost;
  /** How long a partner needs who tries every mobile number; only where it can. */
  readonly trial: readonly Text[];
  readonly postQuantum: readonly Text[];
};

export function describeOption(option: MatchOption, setting: SelectorSetting): OptionDescription {
  return {
    option,
    name: optionName(option),
    statement: statementOf(psiTerms(option)),
    cost: costWords(option, setting),
    trial: option.mode === 'salted-hash' ? trialWords(setting.rates, setting.threads) : [],
    postQuantum: postQuantum(option),
  };
}

const learnsNames: { readonly [learns in MatchTerms['learns']]: Text } = {
  initiator: say('the initiator learns', '发起方得知结果'),
  responder: say('the responder learns', '响应方得知结果'),
  both: say('both learn', '双方得知结果'),
  neither: say('neither learns which, both learn how many', '双方都不知道是哪些，只得知数量'),
};

export function optionName({ mode, learns, counter, countFirst }: MatchOption): Text {
  const counting = !counter
    ? say('no counter', '没有计数方')
    : countFirst
      ? say('a counter tells officers how many first', '计数方先将数量告知负责人')
      : say('a counter counts first', '计数方先行计数');
  const [how, who] = [modeWords[mode], learnsNames[learns]];
  return say(`${how.en}; ${who.en}; ${counting.en}`, `${how.zh}；${who.zh}；${counting.zh}`);
}

function costWords(option: MatchOption, { sizes, rates, threads }: SelectorSetting): OptionCost {
  const terms = psiTerms(option);
  const cost = costOf(terms, sizes);
  const { multiplications, encodings, hashes, ciphertexts } = cost;
  const hashS = rates.stretchedHashS ?? rates.hashS;
  const secondsOf = (role: MatchRole) =>
    (multiplications[role] * rates.multiplicationS +
      encodings[role] * rates.encodingS +
      hashes[role] * hashS +
      ciphertexts[role] * (role === 'responder' ? rates.encryptionS : rates.additionS)) /
    threads;
  const seconds = { initiator: secondsOf('initiator'), responder: secondsOf('responder') };
  const nothing = costOf(terms, { initiator: 0, responder: 0 }).bytes;
  const perItem = {
    initiator: less(costOf(terms, { initiator: 1, responder: 0 }).bytes, nothing),
    responder: less(costOf(terms, { initiator: 0, responder: 1 }).bytes, nothing),
  };
  return { ...cost, perItem, seconds, words: [...workWords(cost), ...bytesWords(cost, perItem), timeWords(seconds, threads)] };
}

function less(bytes: PerItem, nothing: PerItem): PerItem {
  return {
    initiatorToResponder: bytes.initiatorToResponder - nothing.initiatorToResponder,
    responderToInitiator: bytes.responderToInitiator - nothing.responderToInitiator,
    initiatorToCoordinator: bytes.initiatorToCoordinator - nothing.initiatorToCoordinator,
    responderToCoordinator: bytes.responderToCoordinator - nothing.responderToCoordinator,
  };
}

function workWords({ multiplications, hashes, ciphertexts }: Cost): Text[] {
  const each = (counts: { readonly [role in MatchRole]: number }, en: string, zh: string): Text[] => {
    const [one, two] = [numberOf(counts.initiator), numberOf(counts.responder)];
    if (counts.initiator + counts.responder === 0) return [];
    return [say(`${en}: initiator ${one}, responder ${two}.`, `${zh}：发起方 ${one} 次，响应方 ${two} 次。`)];
  };
  return [
    ...each(multiplications, 'Curve multiplications (X25519)', '曲线乘法（X25519）'),
    ...each(hashes, 'Keyed hashes', '带密钥哈希'),
    ...each(
      ciphertexts,
      'Encrypted values made by the responder and checked by the initiator',
      '数值加密（响应方）与核验（发起方）',
    ),
  ];
}

function bytesWords({ bytes }: Cost, perItem: OptionCost['perItem']): Text[] {
  const [there, back] = [bytesOf(bytes.initiatorToResponder), bytesOf(bytes.responderToInitiator)];
  const toCounter = bytesOf(bytes.initiatorToCoordinator + bytes.responderToCoordinator);
  const { initiator: one, responder: two } = perItem;
  return [
    say(
      `Sent: ${there.en} from the initiator to the responder, ${back.en} the other way, ${toCounter.en} to the counter.`,
      `传输量：发起方至响应方 ${there.zh}，反方向 ${back.zh}，发往计数方 ${toCounter.zh}。`,
    ),
    say(
      `Each item of the initiator adds ${one.initiatorToResponder} bytes to the responder and ${one.responderToInitiator} back; each of the responder ${two.responderToInitiator} to the initiator and ${two.initiatorToResponder} back.`,
      `发起方每增加一个条目，发往响应方增加 ${one.initiatorToResponder} 字节，返回增加 ${one.responderToInitiator} 字节；响应方每增加一个条目，发往发起方增加 ${two.responderToInitiator} 字节，返回增加 ${two.initiatorToResponder} 字节。`,
    ),
  ];
}

function timeWords(seconds: { readonly [role in MatchRole]: number }, threads: number): Text {
  const [one, two] = [durationOf(seconds.initiator), durationOf(seconds.responder)];
  return say(
    `Computing at the rates of this machine on ${threads} thread${threads === 1 ? '' : 's'}: initiator ${one.en}, responder ${two.en}, mostly at the same time. The network comes on top.`,
    `按本机速率、${threads} 个线程估算的计算时间：发起方 ${one.zh}，响应方 ${two.zh}，两者大多同时进行；网络传输另计。`,
  );
}

/** How long a partner, who has the key, would need to try every mobile number that can be in use. */
export function trialWords(rates: Pick<Rates, 'hashS' | 'stretchedHashS'>, threads: number): Text[] {
  const space = mobileNumbers.plausible;
  const allOf = (perTryS: number) => durationOf(trialCost({ space, perTryS, threads }).allS);
  const plain = allOf(rates.hashS);
  const stretched = rates.stretchedHashS === undefined ? undefined : allOf(rates.stretchedHashS);
  const every = numberOf(space);
  return [
    say(
      `The partner has the key. On a machine like this one it tries all ${every} mobile numbers of mainland China in ${plain.en} without stretching, and so finds every number of the list. Graphics cards are many times faster.`,
      `对方掌握密钥。在与本机相当的机器上，不使用拉伸时，对方试完中国大陆全部 ${every} 个手机号码需要 ${plain.zh}，由此即可还原名单中的所有号码。使用显卡还要快许多倍。`,
    ),
    ...(stretched
      ? [
          say(
            `With stretching it takes ${stretched.en} on such a machine: dearer, not impossible. Each side pays the same for each of its own items.`,
            `使用拉伸时，在这样的机器上需要 ${stretched.zh}：成本提高，但并非不可能。每一方处理自己的每个条目也要付出同样的成本。`,
          ),
        ]
      : []),
  ];
}

function postQuantum({ mode }: MatchOption): Text[] {
  return [texts.sealedWords, mode === 'salted-hash' ? texts.hashWords : texts.curveWords, texts.signatureWords];
}

export type CounterChoice = {
  /** The member to name in the terms; absent where nobody neutral counts. */
  readonly counter?: string;
  readonly words: Text;
};

/** The coordinator counts, unless it is one of the two: a counter that is a side would know before the minimum holds. */
export function counterFor(
  membership: Pick<Membership, 'members'>,
  coordinator: string | undefined,
  initiator: string,
  responder: string,
): CounterChoice {
  const member = coordinator === undefined ? undefined : membership.members.get(coordinator);
  if (coordinator === undefined || !member || member.ended || member.descriptor.role === 'participant') {
    return { words: say('No coordinator is there that could count.', '没有可以计数的协调方。') };
  }
  if (coordinator === initiator || coordinator === responder) {
    return {
      words: say(
        'One of the two sides runs the coordinator, so there is no independent counter: the node of the side that learns keeps to the minimum, and nothing else does.',
        '协调方由匹配双方之一运行，因此没有独立的计数方：最小数量只由得知结果一方的节点遵守。',
      ),
    };
  }
  return {
    counter: coordinator,
    words: say(
      'The coordinator is a member of its own and neither of the two sides. Whether its organisation is independent of the partner is for you to judge: the node sees members, not owners.',
      '协调方是独立的成员，不属于匹配双方。其所属机构是否与对方相互独立，请自行判断：节点只能识别成员，无法识别其归属关系。',
    ),
  };
}

export type Need = {
  /** Which of its customers are shared; only how many; or a sum over them. */
  readonly wants: 'items' | 'count' | 'sum';
  readonly who: 'nobody' | 'one' | 'both';
  /** Where one learns items; the initiator unless said. */
  readonly learner?: MatchRole;
  readonly kinds: readonly MatchKind[];
  /** Whether counterFor() found one. */
  readonly counter: boolean;
  /** Somebody asks for salted hashes by name, knowing what they are. */
  readonly saltedHash?: boolean;
};
export type Recommendation = {
  readonly option: MatchOption;
  readonly why: readonly Text[];
  /** What the need asked for and this does not give, or gives at a price. */
  readonly butNote: readonly Text[];
};

/** The way that shows least and still gives what is wanted: points masked by both unless somebody asks for something else by name. */
export function recommend(need: Need): Recommendation {
  const { counter, wants, who } = need;
  const withoutCounter = counter ? [] : [texts.noCounter];
  const of = (mode: MatchOption['mode'], learns: MatchOption['learns'], why: Text[], butNote: Text[] = []): Recommendation => ({
    option: { mode, learns, counter, countFirst: false },
    why,
    butNote: [...butNote, ...withoutCounter],
  });
  if (wants === 'sum')
    return of('sums', 'initiator', [texts.sumWhy], who === 'one' ? [texts.sumTold] : [texts.sumTold, texts.sumShared]);
  if (wants === 'count' || who === 'nobody') {
    if (who === 'one') return of('count', 'initiator', [texts.countWhy]);
    if (counter) return of('ecdh', 'neither', [texts.neitherWhy]);
    return of('count', 'initiator', [texts.countWhy], [texts.neitherNeedsCounter]);
  }
  const learns = who === 'both' ? 'both' : (need.learner ?? 'initiator');
  if (need.saltedHash)
    return of('salted-hash', learns, [texts.hashAsked], need.kinds.some(isEnumerable) ? [texts.hashPhone] : [texts.hashGuess]);
  return of('ecdh', learns, [texts.ecdhWhy, who === 'both' ? texts.bothWhy : texts.oneWhy]);
}

/** Their values can be counted through on an ordinary machine; matchKinds has the rest. */
const isEnumerable = (kind: MatchKind) => kind === matchKinds[0];
