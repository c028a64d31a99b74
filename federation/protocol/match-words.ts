// The terms of a match as officers read them before they approve, and as reports repeat them: every term in a line of its own, with the
// organisations by name, in both languages.

import { statementOf, type Terms, type Text } from '../../crypto/psi/psi.ts';
import type { MatchKind, MatchRole, MatchTerms } from './match-terms.ts';
import type { Membership } from './membership.ts';
import { lineOf, numberOf, same, say, timeOf } from './plain.ts';

/** The organisation's name by its member id. */
export type Names = (member: string) => Text;
/** One term: what it is about, and what it says. */
export type TermLine = { readonly term: string; readonly label: Text; readonly text: Text };

/** A name in one language serves for the other where that is empty. Who is not in the log is shown by the beginning of the id. */
export function nameOf(name: { readonly en: string; readonly zh: string } | undefined, member: string): Text {
  if (!name) return say(`unknown member ${member.slice(0, 8)}…`, `未知成员 ${member.slice(0, 8)}…`);
  return { en: name.en.trim() || name.zh, zh: name.zh.trim() || name.en };
}

export function namesOf(membership: Pick<Membership, 'members'>): Names {
  return (member) => nameOf(membership.members.get(member)?.descriptor.name, member);
}

export const modeWords: { readonly [mode in MatchTerms['mode']]: Text } = {
  'salted-hash': say('salted hashes, under a secret key that both sides have', '加盐哈希（双方共有密钥）'),
  ecdh: say('points masked by both sides (ECDH)', '双方掩蔽的曲线点（ECDH）'),
  count: say('only how many, on points masked by both sides', '只计数量（基于双方掩蔽的曲线点）'),
  sums: say('how many and a sum, on points masked by both sides', '数量与总和（基于双方掩蔽的曲线点）'),
};

export const kindWords: { readonly [kind in MatchKind]: Text } = {
  phone: say('telephone number', '电话号码'),
  email: say('e-mail address', '电子邮箱'),
  card: say('card number', '卡号'),
};

export const roleWords: { readonly [role in MatchRole]: Text } = {
  initiator: say('initiator', '发起方'),
  responder: say('responder', '响应方'),
};

export const useWords: { readonly [use in MatchTerms['use']]: Text } = {
  overlap: say('to know the customers that both have', '了解双方共有的客户'),
  suppression: say('to leave the shared customers out of what is sent to others', '在触达名单中排除双方共有的客户'),
  'known-elsewhere': say('to know that a customer is known to the other organisation too', '得知客户在对方机构也有记录'),
};

/** How the mathematics (crypto/psi) calls these terms: the counter tells how many where officers see it first, or nobody learns more. */
export function psiTerms(terms: Pick<MatchTerms, 'mode' | 'learns' | 'countFirst'> & { readonly counter?: unknown }): Terms {
  const { mode, learns, countFirst } = terms;
  const counter = terms.counter !== undefined && terms.counter !== false;
  const counting = { counter, countTold: counter && (countFirst || learns === 'neither') };
  return mode === 'count' || mode === 'sums' ? { mode, ...counting } : { mode, learns, ...counting };
}

/** Who learns what of these two, by name. An item is an identifier: a customer may have several, and a family may share one. */
export function learnsWords(terms: MatchTerms, names: Names): Text {
  const [one, two] = [names(terms.initiator), names(terms.responder)];
  if (terms.mode === 'sums') {
    const sumOf = lineOf(terms.sumOf ?? '');
    return say(
      `${one.en} learns how many items both have and the sum of ${two.en}'s “${sumOf}” over them; ${two.en} learns the sum. Neither learns which items they are.`,
      `${one.zh}得知双方共有多少条目，以及${two.zh}的“${sumOf}”在这些条目上的总和；${two.zh}得知总和。双方都不知道是哪些条目。`,
    );
  }
  if (terms.mode === 'count') {
    return say(
      `${one.en} learns how many items both have, and not which. ${two.en} learns nothing of it.`,
      `${one.zh}得知双方共有多少条目，不知道是哪些。${two.zh}不会得知。`,
    );
  }
  if (terms.learns === 'neither') {
    return say(
      'Neither learns which items are shared. The counter tells both how many.',
      '双方都不知道共有的是哪些条目；计数方告知双方共有的数量。',
    );
  }
  if (terms.learns === 'both') {
    return say(
      `${one.en} and ${two.en} each learn which of their own customers the other has too.`,
      `${one.zh}和${two.zh}各自得知自己的哪些客户对方也有。`,
    );
  }
  const [who, other] = terms.learns === 'initiator' ? [one, two] : [two, one];
  return say(
    `${who.en} learns which of its own customers ${other.en} has too. ${other.en} does not learn which.`,
    `${who.zh}得知自己的哪些客户${other.zh}也有；${other.zh}不会得知是哪些。`,
  );
}

function counterWords({ counter }: MatchTerms, names: Names): Text {
  if (counter === undefined) return say('None: no third member counts.', '无：没有第三方成员计数。');
  const { en, zh } = names(counter);
  return say(`${en} counts on masked lists before anything is shown.`, `${zh}在展示任何结果之前，先在掩蔽后的名单上计数。`);
}

function kindsWords({ kinds, normalisation }: MatchTerms): Text {
  const { en, zh } = joinedInOrder(kinds);
  const rules = lineOf(normalisation);
  return say(`${en}. Written by the rules “${rules}”.`, `${zh}。书写规则：“${rules}”。`);
}

/** Who is found by the first is not looked for by the next. */
function joinedInOrder(kinds: readonly MatchKind[]): Text {
  if (kinds.length === 1) return kindWords[kinds[0]!];
  return say(
    kinds.map((kind) => kindWords[kind].en).join(', then '),
    `${kinds.map((kind) => kindWords[kind].zh).join('，其次')}（前一项已找到的客户不再用后一项查找）`,
  );
}

function countFirstWords({ countFirst }: MatchTerms): Text {
  return countFirst
    ? say(
        'Officers of both sides see how many are shared, and approve once more before anybody learns more.',
        '双方负责人先看到共有的数量，再次批准后才会有任何一方得知更多。',
      )
    : say('Not asked for: no second approval.', '不要求：无需第二次批准。');
}

function officersWords({ officers }: MatchTerms): Text {
  return officers === 1
    ? say('At least 1 person of each side approves.', '每一方至少 1 人批准。')
    : say(`At least ${officers} different people of each side approve.`, `每一方至少 ${officers} 名不同人员批准。`);
}

/** @param zone of the time of the proposal, an IANA name */
export function wordsOfTerms(terms: MatchTerms, names: Names, zone = 'UTC'): TermLine[] {
  const [one, two] = [names(terms.initiator), names(terms.responder)];
  const [least, most, shared] = [terms.minSize, terms.maxSize, terms.minIntersection].map(numberOf);
  const sumOf = lineOf(terms.sumOf ?? '');
  const line = (term: string, label: Text, text: Text): TermLine => ({ term, label, text });
  return [
    line('parties', say('Who', '参与方'), say(`${one.en} asks ${two.en}.`, `${one.zh}向${two.zh}提议。`)),
    line('proposedAtMs', say('Proposed', '提议时间'), same(timeOf(terms.proposedAtMs, zone))),
    line('use', say('What for', '用途'), useWords[terms.use]),
    line('purpose', say('Purpose, as the initiator calls it', '目的（按发起方的命名）'), same(terms.purpose)),
    line('reason', say('Reason', '理由'), same(`“${lineOf(terms.reason)}”`)),
    line('kinds', say('Identifiers', '标识'), kindsWords(terms)),
    line('mode', say('How', '方式'), modeWords[terms.mode]),
    line('learns', say('Who learns what', '得知内容'), learnsWords(terms, names)),
    ...(terms.sumOf === undefined
      ? []
      : [line('sumOf', say('What is summed', '求和内容'), say(`“${sumOf}” of ${two.en}`, `${two.zh}的“${sumOf}”`))]),
    line(
      'sizes',
      say('Size of each side', '每一方的规模'),
      say(`The longest list of a side has ${least} to ${most} items.`, `一方最长的名单有 ${least} 至 ${most} 个条目。`),
    ),
    line(
      'minIntersection',
      say('Minimum', '最小数量'),
      say(`At least ${shared} shared, or nothing is shown.`, `至少共有 ${shared} 个，否则不展示任何内容。`),
    ),
    line('kept', say('Who keeps to the minimum', '最小数量由谁遵守'), statementOf(psiTerms(terms)).minimum),
    line('counter', say('Counter', '计数方'), counterWords(terms, names)),
    line('countFirst', say('Count first', '先看数量'), countFirstWords(terms)),
    line('officers', say('Approval', '批准'), officersWords(terms)),
    ...(terms.mode === 'salted-hash' ? [line('stretch', say('Stretching', '拉伸'), stretchWords(terms.stretch))] : []),
    line(
      'log',
      say('Membership record', '成员记录'),
      say(
        `The first ${numberOf(terms.log.size)} entries, the last of them with the hash ${terms.log.head}.`,
        `前 ${numberOf(terms.log.size)} 条，其中最后一条的哈希值为 ${terms.log.head}。`,
      ),
    ),
  ];
}

function stretchWords(stretch: number | undefined): Text {
  return stretch === undefined
    ? say('None: a single hash for each item.', '无：每个条目只计算一次哈希。')
    : say(`scrypt with N = 2^${stretch}, r = 8, p = 1.`, `scrypt，N = 2^${stretch}，r = 8，p = 1。`);
}
